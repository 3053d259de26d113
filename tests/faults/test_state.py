"""Databases that are locked, damaged, too new or not ours; servers that end in mid-sentence; answers that are lost."""

import asyncio
import json
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

import watcher.store
from tests.support.cutting_proxy import cutting
from tests.support.faulty import response
from tests.support.world import (
    SOURCE,
    deliver_all,
    desk,
    forget_leases,
    item,
    poll_all,
    posts_by_delivery,
    rss,
    serving,
    write_config,
)
from watcher import cli
from watcher.demo.stand_ins import SlackStandIn, serve_http
from watcher.errors import BadDatabase
from watcher.poll import poll_due
from watcher.runtime import Runtime
from watcher.store.database import open_database

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
SUBSCRIBERS = "subscribers: [{id: one, via: slack, address: C0000000001, admin: true}]"
ITEMS = 3
Story = Callable[[Runtime], Awaitable[None]]
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def live(folder: Path, url: str, story: Story) -> SlackStandIn:
    """Run `story` with three announcements and one channel; the Slack with what it took."""
    slack = SlackStandIn(["C0000000001"], seconds=0)
    feed = rss(*(item(number, NOW) for number in range(ITEMS)))
    with serving({"/feed": response(feed)}) as (site, _), serve_http(slack) as api:
        files = write_config(folder / "config", SOURCE.format(site=site), SUBSCRIBERS)
        environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": f"{api}/api/"}

        async def begin() -> None:
            async with desk(files, environment, url, NOW) as opened:
                await story(opened)

        asyncio.run(begin())
    return slack


def repeats(slack: SlackStandIn) -> int:
    return sum("Possible repeat" in json.dumps(post["blocks"]) for post in slack.posts)


def count(opened: Runtime, table: str) -> int:
    with opened.database.begin() as tx:
        return int(tx.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608 - our own table names


# --- a locked database --------------------------------------------------------------------------------------------

WRITERS, TRANSACTIONS = 4, 60
WRITING = """
import sys
import sqlalchemy as sa
from watcher.store.database import insert_new, open_database
from watcher.store.outbox_schema import channels
opened = open_database(sys.argv[1])
for number in range(int(sys.argv[3])):
    with opened.begin() as tx:
        tx.execute(sa.select(sa.func.count()).select_from(channels)).one()  # a read first: the hard order
        insert_new(tx, channels, [{"id": f"{sys.argv[2]}-{number}", "lease_until": 0.0, "paced_until": 0.0}])
opened.close()
"""


@pytest.mark.fault(110, 112)
@pytest.mark.promise("P21")
def test_four_processes_write_to_one_file_and_none_finds_it_locked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'watcher.db'}"
    arguments = [[sys.executable, "-c", WRITING, url, str(each), str(TRANSACTIONS)] for each in range(WRITERS)]
    running = [subprocess.Popen(each, stderr=subprocess.PIPE, text=True) for each in arguments]
    said = [each.communicate(timeout=60)[1] for each in running]
    assert [(each.returncode, words) for each, words in zip(running, said, strict=True)] == [(0, "")] * WRITERS
    with closing(sqlite3.connect(tmp_path / "watcher.db")) as connection:
        assert connection.execute("SELECT count(*) FROM channels").fetchone() == (WRITERS * TRANSACTIONS,)


@pytest.mark.fault(107)
def test_a_commit_is_on_the_disk_before_it_is_done(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path / 'watcher.db'}")
    with opened.begin() as tx:
        asked = [tx.scalar(sa.text(f"PRAGMA {name}")) for name in ("synchronous", "journal_mode", "foreign_keys")]
    opened.close()
    assert asked == [2, "wal", 1]  # 2 is FULL; NORMAL could lose the last commits (sqlite.org/pragma.html)


# --- a database that cannot be used -------------------------------------------------------------------------------


def made(folder: Path) -> tuple[Path, bytes]:
    """A database of ours, closed, and its bytes."""
    file = folder / "watcher.db"
    open_database(f"sqlite:///{file}").close()
    return file, file.read_bytes()


def health(file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of `watcher health` on the database in `file`."""
    people = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
    files = write_config(folder / "config", SOURCE.format(site="https://news.example"), people)
    monkeypatch.setattr(sys, "argv", ["watcher", "--config", str(files), "--database", f"sqlite:///{file}", "health"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def headless(file: Path) -> None:
    file.write_bytes(b"\xff" * 40 + file.read_bytes()[40:])


def short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5_000])


def scribbled(file: Path) -> None:
    """The list of tables is overwritten."""
    body = file.read_bytes()
    file.write_bytes(body[:100] + b"\xa5" * 3_000 + body[3_100:])


def deep(file: Path) -> None:
    """One page is overwritten that nobody reads at the start: the first of the attempts."""
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'attempts'").fetchone()
    body = file.read_bytes()
    file.write_bytes(body[: (page - 1) * 4_096] + b"\xa5" * 4_096 + body[page * 4_096 :])


@pytest.mark.fault(111)
@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (newer, "the database was made by a newer watcher (schema 9999); install that version or use a backup"),
        (headless, "the database cannot be opened: the file is not a database; use a backup"),
        (short, "the database cannot be opened: it is damaged; use a backup"),
        (scribbled, "the database cannot be opened: it is damaged; use a backup"),
    ],
)
def test_a_database_that_cannot_be_used_stops_the_start_and_is_left_as_it_is(
    damage: Callable[[Path], None],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file, _ = made(tmp_path)
    damage(file)
    before = file.read_bytes()
    assert health(file, tmp_path, monkeypatch) == 2
    assert capsys.readouterr().err.startswith(says)
    assert file.read_bytes() == before


@pytest.mark.fault(111)
def test_a_damaged_database_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, _ = made(tmp_path)
    headless(file)
    health(file, tmp_path, monkeypatch)
    assert "backup" in capsys.readouterr().err


@pytest.mark.fault(111)
def test_damage_deep_inside_stops_the_start_too(tmp_path: Path) -> None:
    file, _ = made(tmp_path)
    deep(file)
    with pytest.raises(BadDatabase, match=r"the database is damaged \(.+\); use a backup of it"):
        open_database(f"sqlite:///{file}", thorough=True)


@pytest.mark.fault(111)
def test_the_database_of_another_program_is_refused_and_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "watcher.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE patients (name TEXT)")
        connection.commit()
    before = file.read_bytes()
    assert health(file, tmp_path, monkeypatch) == 2
    assert file.read_bytes() == before


@pytest.mark.fault(111)
def test_a_database_of_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    file = tmp_path / "watcher.db"
    known = Config()
    known.set_main_option("script_location", str(Path(watcher.store.__file__).parent / "migrations"))
    script = ScriptDirectory.from_config(known)
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as tx:
        known.attributes["connection"] = tx
        command.upgrade(known, str(script.get_base()))
    engine.dispose()
    open_database(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            (script.get_current_head(),)
        ]


# --- a server that ends in mid-sentence ---------------------------------------------------------------------------

WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@pytest.mark.fault(118)
@pytest.mark.promise("P1")
@on_postgresql
def test_a_server_process_that_dies_in_the_middle_of_a_look_leaves_nothing_of_it(
    database_url: str, tmp_path: Path
) -> None:
    admin = sa.create_engine(database_url, isolation_level="AUTOCOMMIT")
    other = sa.create_engine(database_url)

    async def story(opened: Runtime) -> None:
        with other.begin() as holding:
            holding.execute(sa.text("LOCK TABLE alerts IN ACCESS EXCLUSIVE MODE"))
            (look,) = await poll_due(opened, NOW, forced=True)
            with admin.connect() as connection:
                pid = await until(lambda: connection.scalar(sa.text(WAITING)))
                connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            with pytest.raises(sa.exc.OperationalError):
                await look
        assert (count(opened, "items"), count(opened, "deliveries")) == (0, 0)
        forget_leases(opened.database)
        await poll_all(opened, NOW)
        other.dispose()
        with admin.connect() as connection:
            assert connection.execute(sa.text(OTHERS)).all(), "every idle connection dies as well"
        await deliver_all(opened, NOW)

    slack = live(tmp_path, database_url, story)
    admin.dispose()
    other.dispose()
    assert sorted(posts_by_delivery(slack.posts).values()) == [1] * ITEMS
    assert repeats(slack) == 0


async def until(found: Callable[[], Any]) -> Any:
    """What `found` gives when it gives something, asked again and again for five seconds."""
    async with asyncio.timeout(5):
        while not (value := found()):  # noqa: ASYNC110 - a lock in a database gives no event
            await asyncio.sleep(0.01)
    return value


@pytest.mark.fault(119)
@pytest.mark.promise("P1")
@pytest.mark.parametrize("hears", [True, False], ids=["the answer is lost", "the question is lost"])
@on_postgresql
def test_a_look_whose_commit_is_lost_on_the_line_is_repeated_and_tells_once(
    hears: bool,  # noqa: FBT001 - pytest hands it over
    database_url: str,
    tmp_path: Path,
) -> None:
    with cutting(database_url) as (through, line):

        async def story(opened: Runtime) -> None:
            line.wanted, line.hears = b"INSERT INTO alerts", hears
            (look,) = await poll_due(opened, NOW, forced=True)
            with pytest.raises(sa.exc.OperationalError):
                await look
            assert (count(opened, "items"), count(opened, "delivery_alerts")) == ((ITEMS, ITEMS) if hears else (0, 0))
            forget_leases(opened.database)
            (again,) = await poll_all(opened, NOW)
            assert again.alerts == (0 if hears else ITEMS)
            await deliver_all(opened, NOW)

        slack = live(tmp_path, through, story)
    assert line.cuts == 1
    assert sorted(posts_by_delivery(slack.posts).values()) == [1] * ITEMS
    assert repeats(slack) == 0


@pytest.mark.fault(119)
@pytest.mark.promise("P2")
@pytest.mark.parametrize("hears", [True, False], ids=["the answer is lost", "the question is lost"])
@on_postgresql
def test_a_record_whose_commit_is_lost_on_the_line_is_looked_up_and_tells_once(
    hears: bool,  # noqa: FBT001 - pytest hands it over
    database_url: str,
    tmp_path: Path,
) -> None:
    with cutting(database_url) as (through, line):

        async def story(opened: Runtime) -> None:
            await poll_all(opened, NOW)
            forget_leases(opened.database)
            line.wanted, line.hears = b"INSERT INTO attempts", hears
            with pytest.raises(sa.exc.OperationalError):
                await deliver_all(opened, NOW)
            forget_leases(opened.database)
            await deliver_all(opened, NOW)

        slack = live(tmp_path, through, story)
    assert line.cuts == 1
    assert sorted(posts_by_delivery(slack.posts).values()) == [1] * ITEMS, "the lost one is found in the channel"
    assert repeats(slack) == 0
