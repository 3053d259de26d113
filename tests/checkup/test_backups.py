"""What doctor says of the backups, well and ill."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.checkup.backups import CURE, examine_backups
from watcher.model.finding import Grade, doubtful
from watcher.store.backup_file import write_backup
from watcher.store.database import Database

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


def write(database: Database, file: Path, age: timedelta) -> Path:
    write_backup(database, file, {}, NOW - age)
    moment = (NOW - age).timestamp()
    os.utime(file, (moment, moment))
    return file


def test_the_newest_is_read_back(database: Database, tmp_path: Path) -> None:
    write(database, tmp_path / "old.wbk", timedelta(days=30)).write_bytes(b"broken long ago")
    os.utime(tmp_path / "old.wbk", (0, 0))
    (tmp_path / "w.db.replaced-20261127T090000Z.wbk").write_bytes(b"put aside by a restore")
    write(database, tmp_path / "new.wbk", timedelta(days=2))
    finding = examine_backups(tmp_path, NOW - timedelta(days=99), NOW)
    assert (finding.grade, finding.seen) == (Grade.OK, "new.wbk, 2 days old, read back: 0 rows")


def test_one_that_is_older_than_a_week_is_told(database: Database, tmp_path: Path) -> None:
    write(database, tmp_path / "w.wbk", timedelta(days=9))
    assert examine_backups(tmp_path, None, NOW) == doubtful("backups", "the newest, w.wbk, is 9 days old", CURE)


def test_a_copy_is_as_old_as_what_it_holds(database: Database, tmp_path: Path) -> None:
    copied = write(database, tmp_path / "copied.wbk", timedelta(days=60))
    os.utime(copied, (NOW.timestamp(), NOW.timestamp()))
    assert examine_backups(tmp_path, None, NOW).seen == "the newest, copied.wbk, is 60 days old"
    write(database, tmp_path / "w.wbk", timedelta(days=1))
    assert examine_backups(tmp_path, None, NOW).seen.startswith("w.wbk, 1 day old, read back")


def test_one_that_cannot_be_read_back_is_bad(database: Database, tmp_path: Path) -> None:
    file = write(database, tmp_path / "w.wbk", timedelta(days=1))
    file.write_bytes(file.read_bytes()[:2_000])
    finding = examine_backups(tmp_path, None, NOW)
    assert (finding.grade, finding.seen.partition(":")[0]) == (Grade.BAD, "w.wbk cannot be read back")


def test_none_is_well_in_the_first_week_and_doubtful_after_it(tmp_path: Path) -> None:
    unknown = examine_backups(tmp_path, None, NOW)
    assert (unknown.grade, "younger" in unknown.seen) == (Grade.OK, False)
    assert examine_backups(tmp_path, NOW - timedelta(days=6), NOW).grade is Grade.OK
    late = examine_backups(tmp_path, NOW - timedelta(days=8), NOW)
    assert late == doubtful("backups", f"there is none in {tmp_path}", f"{CURE}; WATCHER_BACKUPS names their folder")
    assert examine_backups(tmp_path / "absent", NOW - timedelta(days=8), NOW).grade is Grade.WARN
