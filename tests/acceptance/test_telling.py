"""Scenes of announcements that are alike, and what other readers lost: measured with the tools beside the data."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CASES = (*(f"{number:02}" for number in range(1, 17)), "50")


def run_tool(shared: Path, name: str, *arguments: str) -> str:
    """What a measuring tool says of the finished program. It fails the test by its exit code."""
    command = [sys.executable, str(shared / "tools" / name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def bounds(**limits: float) -> list[str]:
    """`silenced_most=1` as the tools' `--max silenced=1`."""
    flags = {"most": "--max", "least": "--min"}
    parts = [(name.rpartition("_"), limit) for name, limit in limits.items()]
    return [word for (figure, _, end), limit in parts for word in (flags[end], f"{figure}={limit}")]


@pytest.fixture(scope="module")
def watcher() -> str:
    """The installed program, as `make install` puts it."""
    return str(Path(sys.executable).with_name("watcher"))


@pytest.mark.slow
@pytest.mark.promise("P25", "P26", "P27")
def test_what_is_news_is_told_and_what_is_one_is_told_once(shared: Path, watcher: str) -> None:
    limits = bounds(silenced_most=1, doubled_most=2, taken_back_least=0.8, linked_least=0.8, parted_least=1)
    assert "silenced=" in run_tool(shared, "score_telling.py", "--watcher", watcher, *limits)


@pytest.mark.slow
@pytest.mark.promise("P25")
def test_the_events_of_six_years_stay_together_and_are_told(shared: Path, watcher: str) -> None:
    limits = bounds(bcubed_f1_least=0.86, first_heard_per_event_most=1.45, events_alerted_least=1, traps_alerted_most=0)
    assert "bcubed_f1=" in run_tool(shared, "score_replay.py", "--watcher", watcher, *limits)


@pytest.mark.slow
@pytest.mark.promise("P25")
def test_twelve_recalls_and_shortages_are_told_twelve_times(shared: Path, watcher: str, tmp_path: Path) -> None:
    rows = shared / "data" / "series" / "recalls.jsonl"
    subprocess.run([watcher, "replay", str(rows), "--out", str(tmp_path)], check=True, capture_output=True)
    alerts = (tmp_path / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    stories = (tmp_path / "stories.jsonl").read_text(encoding="utf-8").splitlines()
    assert (len(alerts), len(stories)) == (12, 12)


@pytest.mark.slow
@pytest.mark.promise("P28", "P29", "P31", "P33", "P34")
@pytest.mark.parametrize("number", CASES)
def test_what_other_readers_lost_is_kept(shared: Path, watcher: str, number: str) -> None:
    (case,) = (shared / "data" / "cases").glob(f"{number}-*")
    environment = {name for name in os.environ if name.startswith("WATCHER_")}
    assert not environment & {"WATCHER_CONFIG", "WATCHER_DATABASE"}, "the case brings its own"
    assert "KEPT" in run_tool(shared, "play_case.py", watcher, str(case))
