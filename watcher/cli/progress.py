"""A bar on standard error for what takes longer than a moment: on a terminal only, and gone when the work is done."""

import sys
from threading import Lock, Timer
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

SHOWN_AFTER_SECONDS = 1.0  # what is done before has no bar, and does not import rich


class ProgressBar:
    """The bar of one piece of work, to be used in a `with`; off a terminal it does nothing.

    Without a total it shows that work goes on, and for how long. It may be told of progress from any thread.
    """

    def __init__(self, label: str, total: int | None = None) -> None:
        """`label` says what is done, `total` how many steps it has, where that is known."""
        self._label, self._total, self._done = label, total, 0
        self._lock, self._is_over = Lock(), False
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._timer = Timer(SHOWN_AFTER_SECONDS, self._show)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Begin the work; the bar comes later."""
        if sys.stderr.isatty():
            self._timer.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Take the bar away, and give the terminal back as it was."""
        self._timer.cancel()
        with self._lock:
            self._is_over = True
            if self._progress:
                self._progress.stop()
                self._progress = None

    def expect(self, total: int) -> None:
        """From now on it is known how many steps there are."""
        with self._lock:
            self._total = total
            self._update()

    def advance(self, steps: int = 1) -> None:
        """So many more steps are done."""
        with self._lock:
            self._done += steps
            self._update()

    def _update(self) -> None:
        if self._progress and self._task is not None:
            self._progress.update(self._task, completed=self._done, total=self._total, count=self._count)

    @property
    def _count(self) -> str:
        return f"{self._done}/{self._total}" if self._total is not None else ""

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[count]}"),
            TimeElapsedColumn(),
        )
        with self._lock:
            if self._is_over:
                return
            # What is printed meanwhile stands above the bar, and a file that stdout was sent into is left alone.
            console, is_screen = Console(stderr=True), sys.stdout.isatty()
            self._progress = Progress(*columns, console=console, transient=True, redirect_stdout=is_screen)
            self._task = self._progress.add_task(
                self._label, total=self._total, completed=self._done, count=self._count
            )
            self._progress.start()
