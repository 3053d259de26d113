"""A bar for what takes longer than a moment: on a terminal, on standard error, and gone when the work is done."""

import subprocess
import sys
from io import StringIO

import pytest

from watcher.cli import progress
from watcher.cli.progress import ProgressBar


class Screen(StringIO):
    """A terminal that remembers what was written on it."""

    def isatty(self) -> bool:
        return True


def put_screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """A terminal as standard error of this test; pytest would take back what a fixture puts there."""
    shown = Screen()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr(progress, "SHOWN_AFTER_SECONDS", 0)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    return shown


def test_a_bar_counts_the_steps_and_is_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = put_screen(monkeypatch)
    out = StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    with ProgressBar("playing", total=3) as bar:
        bar._timer.join()
        bar.advance(2)
        print("a line of the work")  # noqa: T201 - what a command prints
        assert bar._progress is not None
        bar._progress.refresh()
        bar.advance()
    assert "playing" in screen.getvalue()
    assert "2/3" in screen.getvalue()
    assert out.getvalue() == "a line of the work\n", (
        "a file into which stdout was sent gets what is printed, and no bar"
    )
    assert screen.getvalue().endswith("\x1b[2K"), "the line of the bar is wiped"
    assert bar._progress is None
    bar.advance()


def test_the_total_may_be_known_later(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = put_screen(monkeypatch)
    with ProgressBar("polling") as bar:
        bar.expect(41)
        bar._timer.join()
        bar.advance(40)
        assert bar._progress is not None
        bar._progress.refresh()
    assert "40/41" in screen.getvalue()


def test_what_fails_leaves_no_bar_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = put_screen(monkeypatch)
    bar = ProgressBar("backing up")
    with pytest.raises(OSError, match="full"):
        fill_the_disk(bar)
    assert bar._progress is None
    assert screen.getvalue().count("\x1b[?25h") >= 1, "the cursor is shown again"


def fill_the_disk(bar: ProgressBar) -> None:
    with bar:
        bar._timer.join()
        raise OSError("full")


def test_what_is_done_at_once_and_what_no_terminal_shows_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = put_screen(monkeypatch)
    monkeypatch.setattr(progress, "SHOWN_AFTER_SECONDS", 60)
    with ProgressBar("polling"):
        pass
    plain = StringIO()
    monkeypatch.setattr(sys, "stderr", plain)
    monkeypatch.setattr(progress, "SHOWN_AFTER_SECONDS", 0)
    with ProgressBar("polling") as bar:
        bar.advance()
        assert not bar._timer.is_alive()
    assert screen.getvalue() + plain.getvalue() == ""


def test_rich_is_imported_by_a_bar_that_shows_alone() -> None:
    script = (
        "import sys; from watcher.cli.progress import ProgressBar\n"
        "with ProgressBar('polling') as bar: bar.advance()\n"
        "print('rich' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "False\n"
    )
