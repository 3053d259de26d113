"""What the benches of delivery share: `watcher run` as a process of its own, its CPU, and a mail relay in another."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session

LAUNCH = "from watcher.cli import main; main()"
_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def watcher_running(
    folder: Path, database: str, environment: Mapping[str, str], launch: str = LAUNCH
) -> Iterator[subprocess.Popen[bytes]]:
    """`watcher run` over the configuration in `folder`, begun by the Python text `launch`; its log is FOLDER/log."""
    command = [sys.executable, "-c", launch, "--config", str(folder), "--database", database, "run"]
    values = {**os.environ, "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8", **environment}
    with (folder / "log").open("wb") as log, subprocess.Popen(command, env=values, stderr=log) as process:  # noqa: S603
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def wait_for_log(folder: Path, event: str, seconds: float = 300.0) -> None:
    """Until the log of the process holds `event`. Raises TimeoutError."""
    until = time.monotonic() + seconds
    while event.encode() not in (folder / "log").read_bytes():
        if time.monotonic() > until:
            raise TimeoutError(f"no {event!r} in {folder / 'log'}")
        time.sleep(0.2)


def cpu_seconds(pid: int) -> float:
    """The CPU (user and system) that a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


class _Counter:
    """Takes every mail and counts it."""

    def __init__(self, accepted: Any) -> None:
        self._accepted = accepted

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - its name
        self._accepted.value += 1
        return "250 OK"


def _serve_smtp(port: Connection, accepted: Any) -> None:
    import asyncio

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    relay = UnthreadedController(_Counter(accepted), "127.0.0.1", 0, loop=loop)
    relay.begin()  # type: ignore[no-untyped-call]
    port.send(relay.server.sockets[0].getsockname()[1])  # type: ignore[union-attr]
    loop.run_forever()


@contextmanager
def counting_relay() -> Iterator[tuple[str, "Synchronized[int]"]]:
    """A mail relay in a process of its own: its address, and how many mails it has accepted."""
    accepted: Synchronized[int] = multiprocessing.Value("i", 0)
    here, there = multiprocessing.Pipe()
    relay = multiprocessing.Process(target=_serve_smtp, args=(there, accepted), daemon=True)
    relay.start()
    try:
        yield f"smtp://127.0.0.1:{here.recv()}", accepted
    finally:
        relay.terminate()
