"""What doctor says of Python, the time zones and the disk, well and ill."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.checkup.machine import (
    CLOCKS_GO_FORWARD,
    examine_disk,
    examine_machine,
    examine_python,
    examine_time_zones,
    find_missing,
    list_installed,
    london_offset,
    read_locked,
)
from watcher.model.finding import Grade, broken, doubtful, fine

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
LOCK = Path(__file__).parents[2] / "requirements-run.lock"
REINSTALL = "run `make install` again in the folder of watcher"


def test_python_is_new_enough_and_its_libraries_are_the_locked_ones() -> None:
    locked = {"httpx": {"0.28.1"}, "lxml": {"6.0.2", "5.9.0"}}
    as_locked = {"httpx": "0.28.1", "lxml": "5.9.0", "own-tool": "1"}
    assert examine_python((3, 11, 7), as_locked, locked) == fine("python", "Python 3.11.7, 2 libraries as locked")
    assert examine_python((3, 10, 1), as_locked, locked) == broken(
        "python", "Python 3.10.1 is too old", "install Python 3.11 or newer, and watcher with it"
    )
    assert examine_python((3, 12, 0), {**as_locked, "lxml": "4.1"}, locked) == doubtful(
        "python", "1 of 2 libraries are not as locked: lxml is 4.1", f"it was tried with 5.9.0 or 6.0.2; {REINSTALL}"
    )


def test_a_library_that_is_needed_and_absent_is_named() -> None:
    installed = list_installed()
    assert find_missing(installed) == []
    assert find_missing({name: version for name, version in installed.items() if name != "lxml"}) == ["lxml"]


def test_the_lock_may_name_two_versions_of_one_library(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("a_b==1 ; python_full_version < '3.12' \\\n    --hash=x\na.b==2 \\\n    --hash=y\n")
    assert read_locked(lock) == {"a-b": {"1", "2"}}
    assert read_locked(tmp_path / "absent") == {}
    assert read_locked(LOCK)["httpx"]


def test_london_is_known_and_of_this_year_or_the_last() -> None:
    assert examine_time_zones(NOW, "2025b", london_offset) == fine(
        "time zones", "the data is of 2025b, London's clocks are right"
    )
    unknown = examine_time_zones(NOW, "", london_offset)
    assert unknown.grade is Grade.OK
    cure = "bring the system's package tzdata up to date"
    assert examine_time_zones(NOW, "2019a", london_offset) == doubtful("time zones", "the data is of 2019a", cure)
    for wrong in (lambda _: None, lambda _: timedelta(0), lambda _: timedelta(hours=1)):
        assert examine_time_zones(NOW, "2026a", wrong) == broken(
            "time zones", "London's clocks do not go forward on Sun 28 Mar 2027 at 01:00", cure
        )
    assert london_offset(CLOCKS_GO_FORWARD) == timedelta(hours=1)


def test_there_is_room_for_the_database_twice() -> None:
    assert examine_disk(9_000_000_000, 2_000_000_000).grade is Grade.OK
    assert examine_disk(600_000_000, 0).grade is Grade.OK
    assert examine_disk(600_000_000, None) == fine("disk", "0.6 GB free, the database is on a server")
    assert examine_disk(400_000_000, 0) == broken(
        "disk",
        "0.4 GB free, the database has 0.00 GB",
        "make room: 0.5 GB should be free, twice the database and at least half a gigabyte",
    )
    assert examine_disk(3_000_000_000, 2_000_000_000).grade is Grade.BAD


def test_this_machine_is_well(tmp_path: Path) -> None:
    assert [finding.grade for finding in examine_machine(NOW, LOCK, tmp_path, 0)] == [Grade.OK] * 3
