"""A program on a terminal of its own, answered as a person would: a question is read before it is answered."""

import os
import pty
import select
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

MAX_SECONDS = 40.0  # for one question to appear


class Terminal:
    """`said` is all that the program printed so far."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._read_to = 0
        self.said = ""

    def wait_for(self, words: str) -> None:
        """Read until the program has printed `words`, after what was waited for before."""
        while (found := self.said.find(words, self._read_to)) < 0:
            assert self._read(), f"it ended without {words!r}; it said: {self.said}"
        self._read_to = found + len(words)

    def answer(self, question: str, text: str) -> None:
        """Wait for a question, and type."""
        self.wait_for(question)
        self.wait_for(": ")
        os.write(self._descriptor, text.encode())

    def answer_unseen(self, question: str, text: str) -> None:
        """Wait for a question whose answer is not shown: what is typed before the terminal is ready for it is lost."""
        self.wait_for(question)
        give_up = time.monotonic() + MAX_SECONDS
        while self._is_echoing():
            assert time.monotonic() < give_up, f"it still shows what is typed; it said: {self.said}"
            if select.select([self._descriptor], [], [], 0.01)[0]:
                assert self._read(), f"it ended while it was to be answered; it said: {self.said}"
        os.write(self._descriptor, text.encode())

    def interrupt(self, question: str) -> None:
        """Wait for a question, and press Ctrl-C until the program ends: before it reads, readline may not notice."""
        self.wait_for(question)
        give_up = time.monotonic() + MAX_SECONDS
        while time.monotonic() < give_up:
            with suppress(OSError):
                os.write(self._descriptor, b"\x03")
            while select.select([self._descriptor], [], [], 0.5)[0]:
                if not self._read():
                    return
        raise AssertionError(f"it does not end; it said: {self.said}")

    def _is_echoing(self) -> bool:
        return bool(termios.tcgetattr(self._descriptor)[3] & termios.ECHO)

    def read_all(self) -> None:
        """Read until the program ends."""
        while self._read():
            pass

    def _read(self) -> bool:
        assert select.select([self._descriptor], [], [], MAX_SECONDS)[0], f"it is silent; it said: {self.said}"
        try:
            piece = os.read(self._descriptor, 65_536)
        except OSError:  # Linux: the other side has closed
            return False
        self.said += piece.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(piece)


@contextmanager
def on_terminal(folder: Path, environment: Mapping[str, str], *words: str) -> Iterator[tuple[Terminal, list[int]]]:
    """`watcher` with these words in `folder`; at the end its exit code stands in the list."""
    process, descriptor = pty.fork()
    if process == 0:
        os.chdir(folder)
        program = "from watcher.cli import main; main()"
        settled = {"TERM": "dumb", "COLUMNS": "200", **environment}
        os.execve(sys.executable, [sys.executable, "-c", program, *words], settled)  # noqa: S606 - it is the test's own
    code: list[int] = []
    terminal = Terminal(descriptor)
    try:
        yield terminal, code
        terminal.read_all()
    finally:
        os.close(descriptor)
        code.append(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
