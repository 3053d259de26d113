"""A backup holds all rows as of one moment, says so of itself, and is read as it was written or not at all."""

import hashlib
import os
import sqlite3
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.kept_rows import fill_every_table
from watcher.errors import BadDatabase
from watcher.failpoint import VARIABLE
from watcher.store import backup_file
from watcher.store.backup_file import OpenBackup, open_backup, write_backup
from watcher.store.database import Database, open_database
from watcher.store.marks_schema import metadata
from watcher.store.snapshot import digest_tables, take_snapshot

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
ATTACHMENTS = {"config/sources.yaml": b"sources: []\n", "watcher.key": b"k" * 40}


@contextmanager
def opened(file: Path) -> Iterator[OpenBackup]:
    folder = file.parent / "opened"
    folder.mkdir(exist_ok=True)
    with open_backup(file, folder) as backup:
        yield backup
    assert list(folder.iterdir()) == []


def test_a_backup_holds_every_row_and_what_is_beside_the_database(database: Database, tmp_path: Path) -> None:
    fill_every_table(database)
    file = tmp_path / "b.wbk"
    manifest = write_backup(database, file, ATTACHMENTS, NOW)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert set(manifest.tables) == set(metadata.tables), "no index of words, and every table of rows"
    assert all(digest.count for digest in manifest.tables.values())
    with opened(file) as backup:
        assert (backup.manifest, backup.attachments) == (manifest, ATTACHMENTS)
        assert digest_tables(backup.snapshot) == manifest.tables
        with closing(sqlite3.connect(backup.snapshot)) as plain:
            leases = plain.execute("SELECT lease, lease_until FROM sources").fetchall()
            paced = plain.execute("SELECT lease_until, paced_until FROM channels").fetchall()
    assert (leases, paced) == ([("", 0.0)], [(0.0, 0.0)]), "what is about processes is not carried"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("b.wbk")] == ["b.wbk"]


def test_the_same_rows_have_the_same_digests_and_another_row_another(database: Database, tmp_path: Path) -> None:
    fill_every_table(database)
    take_snapshot(database, tmp_path / "1.sqlite")
    take_snapshot(database, tmp_path / "2.sqlite")
    with database.begin() as tx:
        tx.execute(sa.text("UPDATE stories SET title = 'Flu jabs for alL'"))
    take_snapshot(database, tmp_path / "3.sqlite")
    first, second, third = (digest_tables(tmp_path / f"{number}.sqlite") for number in (1, 2, 3))
    assert first == second
    assert {name for name in first if first[name] != third[name]} == {"stories"}


def test_the_bytes_of_pages_can_be_left_out(database: Database, tmp_path: Path) -> None:
    fill_every_table(database)
    manifest = write_backup(database, tmp_path / "b.wbk", {}, NOW, has_bodies=False)
    assert (manifest.has_bodies, manifest.tables["bodies"].count, manifest.tables["origins"].count) == (False, 0, 1)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A backup of SQLite."""
    database = open_database(f"sqlite:///{tmp_path / 'w.db'}")
    fill_every_table(database)
    write_backup(database, tmp_path / "b.wbk", ATTACHMENTS, NOW)
    database.close()
    return tmp_path / "b.wbk"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (b"Flu jabs for all", "the table (items|stories)"),
        (b"news.example/1", "the table (items|origins|tellings)"),
        (b"sources: []", "config/sources.yaml"),
        (b"kkkkkkkk", "watcher.key"),
        (b'"version"', "its manifest.json"),
        (b'"count": 1', "its manifest.json"),
    ],
)
def test_a_flipped_byte_is_refused_with_the_name_of_what_it_is_in(words: bytes, named: str, written: Path) -> None:
    content = bytearray(written.read_bytes())
    content[content.index(words) + 3] ^= 1
    written.write_bytes(content)
    with pytest.raises(BadDatabase, match=rf"b\.wbk is damaged: {named} .*; use another backup"), opened(written):
        pass


def test_wherever_a_byte_of_its_database_is_flipped_it_is_refused(written: Path) -> None:
    content = written.read_bytes()
    with tarfile.open(written) as tar:
        member = tar.getmember("data.sqlite")
    for place in range(member.offset_data, member.offset_data + member.size, member.size // 40):
        flipped = bytearray(content)
        flipped[place] ^= 0x10
        written.write_bytes(flipped)
        with pytest.raises(BadDatabase, match="is damaged"), opened(written):
            pass


def test_half_a_file_and_another_file_are_refused(written: Path) -> None:
    content = written.read_bytes()
    for wrong in (content[: len(content) // 2], b"", b"not a tar" * 200, content[:300]):
        written.write_bytes(wrong)
        with pytest.raises(BadDatabase, match="use another backup"), opened(written):
            pass


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from watcher.store.backup_file import write_backup
from watcher.store.database import open_database
write_backup(open_database(sys.argv[1]), Path(sys.argv[2]), {}, datetime(2026, 11, 27, tzinfo=UTC))
"""


@pytest.mark.parametrize("point", ["backup_copied", "backup_packed", "backup_verified"])
def test_a_process_that_is_killed_leaves_the_backup_of_before_and_the_next_one_clears_up(
    point: str, written: Path
) -> None:
    before = hashlib.sha256(written.read_bytes()).hexdigest()
    database_url = f"sqlite:///{written.parent / 'w.db'}"
    for file, point_now, code in ((written, point, -9), (written.with_name("new.wbk"), point, -9)):
        command = [sys.executable, "-c", KILLED, database_url, str(file)]
        done = subprocess.run(command, env={**os.environ, VARIABLE: point_now}, check=False, timeout=60)
        assert done.returncode == code
    assert hashlib.sha256(written.read_bytes()).hexdigest() == before
    assert not written.with_name("new.wbk").exists()
    assert [part.is_dir() for part in written.parent.glob("new.wbk.part-*")] == [True]
    written.with_name("old.wbk.part").mkdir()  # as an earlier version named it
    foreign = written.with_name("old.wbk.parts-2025")
    foreign.mkdir()
    subprocess.run([sys.executable, "-c", KILLED, database_url, str(written.with_name("next.wbk"))], check=True)
    assert list(written.parent.glob("*.part*")) == [foreign], "also under another name, and nothing of anybody else"
    with opened(written.with_name("next.wbk")) as backup:
        assert backup.manifest.count


def test_a_table_that_cannot_be_read_is_named_and_nothing_is_left(written: Path) -> None:
    database = open_database(f"sqlite:///{written.parent / 'w.db'}")
    with database.begin() as tx:
        tx.execute(sa.text("UPDATE items SET text = x'00ff'"))
    with pytest.raises(BadDatabase, match="the table items cannot be copied"):
        write_backup(database, written.with_name("new.wbk"), {}, NOW)
    database.close()
    assert [path for path in written.parent.iterdir() if path.name.startswith("new")] == []


def test_of_two_at_once_under_one_name_the_second_is_refused_and_the_first_is_whole(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, refused, counts = written.with_name("new.wbk"), [], []

    def begin_another(database: Database, snapshot: Path, **values: Any) -> dict[str, int]:
        copied = take_snapshot(database, snapshot, **values)
        with pytest.raises(BadDatabase, match=r"another backup is writing .*new\.wbk; wait for it") as refusal:
            write_backup(database, file, {}, NOW)
        refused.append(refusal)
        monkeypatch.setattr(backup_file, "take_snapshot", take_snapshot)
        counts.append(write_backup(database, written.with_name("other.wbk"), {}, NOW).count)
        return copied

    monkeypatch.setattr(backup_file, "take_snapshot", begin_another)
    with closing(open_database(f"sqlite:///{written.parent / 'w.db'}")) as database:
        assert write_backup(database, file, {}, NOW).count == counts[0] > 0
    with opened(file) as backup:
        assert (backup.manifest.count, len(refused)) == (counts[0], 1)


def test_a_snapshot_that_lost_rows_is_no_backup(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose_rows(database: Database, snapshot: Path, **values: Any) -> dict[str, int]:
        copied = take_snapshot(database, snapshot, **values)
        with closing(sqlite3.connect(snapshot)) as plain, plain:
            plain.execute("DELETE FROM attempts")
        return copied

    monkeypatch.setattr(backup_file, "take_snapshot", lose_rows)
    with (
        closing(open_database(f"sqlite:///{written.parent / 'w.db'}")) as database,
        pytest.raises(BadDatabase, match="of the table attempts only 0 of 1 rows were written"),
    ):
        write_backup(database, written.with_name("new.wbk"), {}, NOW)
    assert list(written.parent.glob("new.wbk*")) == []
