"""The machine: Python and its libraries, time zones, the disk."""

import shutil
import sys
import zoneinfo
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path

from watcher.core.language.lazy_regex import lazy_regex
from watcher.model.finding import Finding, broken, doubtful, fine

PROGRAM = "practice-watcher"  # the name of the distribution
OLDEST_PYTHON = (3, 11)
MIN_FREE_BYTES, DATABASES_FREE = 500_000_000, 2
CLOCKS_GO_FORWARD = datetime(2027, 3, 28, 1, tzinfo=UTC)  # in London, from 01:00 to 02:00
_PINNED = lazy_regex(r"(?m)^([A-Za-z0-9_.-]+)==([^\s;\\]+)")
_NAME = lazy_regex(r"[A-Za-z0-9_.-]+[A-Za-z0-9]")
_RELEASE = lazy_regex(r"(20\d\d)[a-z]?")
_REINSTALL = "run `make install` again in the folder of watcher"


def examine_python(
    version: Sequence[int], installed: Mapping[str, str], locked: Mapping[str, Collection[str]]
) -> Finding:
    """Whether Python is new enough, and each library that is `locked` and `installed` has one of those versions."""
    shown = ".".join(map(str, version[:3]))
    if tuple(version[:2]) < OLDEST_PYTHON:
        return broken("python", f"Python {shown} is too old", "install Python 3.11 or newer, and watcher with it")
    strange = sorted(name for name, pinned in locked.items() if name in installed and installed[name] not in pinned)
    if strange:
        first = strange[0]
        seen = f"{len(strange)} of {len(locked)} libraries are not as locked: {first} is {installed[first]}"
        return doubtful("python", seen, f"it was tried with {' or '.join(sorted(locked[first]))}; {_REINSTALL}")
    return fine("python", f"Python {shown}" + (f", {len(locked)} libraries as locked" if locked else ""))


def list_installed() -> dict[str, str]:
    """The version of every library that is installed, by its name in lower case with dashes."""
    return {_plain(library.metadata["Name"]): library.version for library in metadata.distributions()}


def read_locked(lock: Path) -> dict[str, set[str]]:
    """The versions that a file of pinned requirements names; none where it is not there, as in an installed wheel.

    Of some libraries there are two: for one Python and for another.
    """
    locked: dict[str, set[str]] = defaultdict(set)
    for name, version in _PINNED.findall(lock.read_text(encoding="utf-8") if lock.is_file() else ""):
        locked[_plain(name)].add(version)
    return dict(locked)


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def find_missing(installed: Mapping[str, str]) -> list[str]:
    """The libraries that watcher needs and that are not installed."""
    needed = {_plain(match[0]) for line in _list_needed() if (match := _NAME.match(line))}
    return sorted(needed - set(installed))


def _list_needed() -> Iterator[str]:
    try:
        lines = metadata.requires(PROGRAM) or []
    except metadata.PackageNotFoundError:
        lines = []  # it runs from its folder, without being installed
    return (line for line in lines if "extra ==" not in line)


def examine_time_zones(now: datetime, release: str, london: Callable[[datetime], timedelta | None]) -> Finding:
    """Whether the time zones are of this year or the last, and London's clocks go forward on 28 March 2027.

    `release`: such as 2026a, "" where it is unknown; `london`: the offset at a moment in UTC.
    """
    cure = "bring the system's package tzdata up to date"
    before, after = london(CLOCKS_GO_FORWARD - timedelta(seconds=1)), london(CLOCKS_GO_FORWARD)
    if (before, after) != (timedelta(0), timedelta(hours=1)):
        return broken("time zones", "London's clocks do not go forward on Sun 28 Mar 2027 at 01:00", cure)
    year = _RELEASE.match(release)
    if not year:
        return fine("time zones", "London's clocks are right; of which year the data is, it does not say")
    if int(year[1]) < now.year - 1:
        return doubtful("time zones", f"the data is of {release}", cure)
    return fine("time zones", f"the data is of {release}, London's clocks are right")


def london_offset(moment: datetime) -> timedelta | None:
    """How far London is from UTC then; None where this machine does not know London."""
    try:
        return moment.astimezone(zoneinfo.ZoneInfo("Europe/London")).utcoffset()
    except zoneinfo.ZoneInfoNotFoundError:
        return None


def read_zone_release() -> str:
    """The release of the time zones in use: the system's, else the library tzdata's; "" where neither says so."""
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / "Europe/London").is_file():
            named = next((folder / name for name in ("tzdata.zi", "+VERSION") if (folder / name).is_file()), None)
            return named.read_text("utf-8").partition("\n")[0].removeprefix("# version").strip() if named else ""
    try:
        return metadata.version("tzdata")
    except metadata.PackageNotFoundError:
        return ""


def examine_disk(free_bytes: int, database_bytes: int | None) -> Finding:
    """Whether there is room for the database to double, and for a backup; None: the database is a server's."""
    needed = max(MIN_FREE_BYTES, DATABASES_FREE * (database_bytes or 0))
    of_database = (
        "the database is on a server" if database_bytes is None else f"the database has {database_bytes / 1e9:.2f} GB"
    )
    seen = f"{free_bytes / 1e9:.1f} GB free, {of_database}"
    if free_bytes < needed:
        cure = f"make room: {needed / 1e9:.1f} GB should be free, twice the database and at least half a gigabyte"
        return broken("disk", seen, cure)
    return fine("disk", seen)


def examine_machine(now: datetime, lock: Path, folder: Path, database_bytes: int | None) -> list[Finding]:
    """All of it, as it is here. `folder`: where the database stands."""
    installed = list_installed()
    python = examine_python(sys.version_info[:3], installed, read_locked(lock))
    if missing := find_missing(installed):
        python = broken("python", f"not installed: {', '.join(missing)}", _REINSTALL)
    zones = examine_time_zones(now, read_zone_release(), london_offset)
    return [python, zones, examine_disk(shutil.disk_usage(folder).free, database_bytes)]
