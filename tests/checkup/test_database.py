"""What doctor says of the database, well and ill; it changes nothing in it."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from watcher import store
from watcher.checkup.database import count_bytes, examine_database, find_network_file_system, find_oldest_item
from watcher.model import Item
from watcher.model.finding import Finding, Grade, broken
from watcher.store.database import list_revisions, open_database

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


def now() -> datetime:
    return datetime.now(UTC)


def look(url: str) -> Finding:
    """The one Finding."""
    (finding,) = examine_database(url, now())
    return finding


def set_version(url: str, version: str) -> None:
    engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg") if "postgres" in url else url)
    with engine.begin() as tx:
        tx.execute(sa.text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    engine.dispose()


def test_before_the_first_start_there_is_none(database_url: str) -> None:
    finding = look(database_url)
    assert (finding.grade, finding.seen.rpartition(", ")[2]) == (Grade.OK, "not there yet; the first start makes it")
    assert not database_url.startswith("sqlite") or not Path(database_url.removeprefix("sqlite:///")).exists()


def test_one_of_this_version_is_well(database_url: str) -> None:
    open_database(database_url).close()
    assert look(database_url).grade is Grade.OK


def test_an_older_schema_is_brought_up_by_the_next_start(database_url: str) -> None:
    open_database(database_url).close()
    older = list_revisions()[-2]
    set_version(database_url, older)
    first, second = examine_database(database_url, now())
    assert (first.grade, first.seen) == (Grade.WARN, f"its schema is {older}, this watcher's is {list_revisions()[-1]}")
    assert "make a backup first" in first.cure
    assert second.grade is Grade.OK


def test_a_newer_schema_is_not_ours_to_read(database_url: str) -> None:
    open_database(database_url).close()
    set_version(database_url, "9999")
    first = examine_database(database_url, now())[0]
    cure = "install that version, or use a backup from before"
    assert first == broken("database", "it was made by a newer watcher (schema 9999)", cure)


def test_the_server_s_clock_is_compared_with_ours(database_url: str) -> None:
    later = examine_database(database_url, now() + timedelta(minutes=5))
    is_server = not database_url.startswith("sqlite")
    assert [finding.grade for finding in later] == ([Grade.BAD, Grade.OK] if is_server else [Grade.OK])
    assert not is_server or later[0].cure == "set both clocks by NTP"


def test_a_user_who_may_not_make_tables_is_named(postgres: str) -> None:
    admin = sa.create_engine(sa.make_url(postgres).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS reader_only")
        connection.exec_driver_sql("CREATE ROLE reader_only LOGIN")
    url = sa.make_url(postgres).set(username="reader_only").render_as_string(hide_password=False)
    first = examine_database(url, now())[0]
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP ROLE reader_only")
    admin.dispose()
    assert (first.grade, first.seen) == (Grade.BAD, "its user may not make tables")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file, content = tmp_path / "w.db", b"not a database at all, but long enough to be read as one"
    file.write_bytes(content)
    finding = look(f"sqlite:///{file}")
    assert (finding.grade, finding.seen) == (Grade.BAD, "it cannot be opened")
    assert file.read_bytes() == content


def test_an_empty_file_is_filled_by_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "w.db").touch()
    assert look(f"sqlite:///{tmp_path}/w.db").seen == "SQLite, empty; the first start fills it"


def test_one_that_another_program_holds_is_named(tmp_path: Path) -> None:
    file = tmp_path / "w.db"
    open_database(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        finding = look(f"sqlite:///{file}")
    assert (finding.grade, finding.cure) == (Grade.BAD, "another program holds it; end that, or wait")


@pytest.mark.parametrize("name", ["w.db", "50%#1.db"])
def test_a_database_is_as_old_as_its_first_item(tmp_path: Path, name: str) -> None:
    database_url = f"sqlite:///{tmp_path / name}"
    assert find_oldest_item(database_url) is None
    with closing(open_database(database_url)) as opened, opened.begin() as tx:
        for age in (9, 3):
            seen = NOW - timedelta(days=age)
            item = Item(source="press", identity=f"{age}", url="https://a.example", title="News", first_seen=seen)
            store.items.save(tx, [item], {}, seen)
    assert find_oldest_item(database_url) == NOW - timedelta(days=9)


def test_another_program_s_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "w.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE songs (name TEXT)")
    assert look(f"sqlite:///{file}").seen == "the file is the database of another program"


def test_a_damaged_page_is_found(tmp_path: Path) -> None:
    file = tmp_path / "w.db"
    open_database(f"sqlite:///{file}").close()
    content = bytearray(file.read_bytes())
    for start in range(40_960, len(content), 8_192):
        content[start : start + 200] = b"\xff" * 200
    file.write_bytes(content)
    finding = look(f"sqlite:///{file}")
    assert (finding.grade, finding.cure != "") == (Grade.BAD, True)


def test_a_journal_mode_of_somebody_s_choice_is_told(tmp_path: Path) -> None:
    file = tmp_path / "w.db"
    open_database(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
    first = examine_database(f"sqlite:///{file}", now())[0]
    assert (first.grade, first.seen) == (Grade.WARN, "its journal mode is delete")


def test_its_folder_must_be_there(tmp_path: Path) -> None:
    finding = look(f"sqlite:///{tmp_path}/absent/w.db")
    assert finding == broken(
        "database", "its folder is not there or cannot be written in", "make it, and give it to this user"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "w.db"
    open_database(f"sqlite:///{file}").close()
    file.chmod(0o400)
    assert look(f"sqlite:///{file}").seen == "it cannot be written"


MOUNTS = """/dev/sda1 / ext4 rw 0 0
server:/share /srv/team\\040files nfs4 rw 0 0
/dev/sdb1 /srv/team\\040files/local xfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/gp", ""),
        ("/srv/team files", "nfs4"),
        ("/srv/team files/watcher", "nfs4"),
        ("/srv/team files/local/watcher", ""),
        ("/srv/team filesystem", ""),
    ],
)
def test_a_folder_on_a_network_is_known_by_its_mount(folder: str, kind: str) -> None:
    assert find_network_file_system(Path(folder), MOUNTS) == kind


def test_a_server_that_is_away_is_named_without_its_password() -> None:
    finding = look("postgresql://watcher:canary-password@127.0.0.1:9/none")
    assert finding.grade is Grade.BAD
    assert "canary" not in str(finding)


def test_the_size_of_a_file_counts_its_journal(tmp_path: Path) -> None:
    (tmp_path / "w.db").write_bytes(b"1" * 100)
    (tmp_path / "w.db-wal").write_bytes(b"1" * 11)
    assert count_bytes(f"sqlite:///{tmp_path}/w.db") == 111
    assert count_bytes(f"sqlite:///{tmp_path}/absent.db") == 0
    assert count_bytes("postgresql://localhost/w") is None
