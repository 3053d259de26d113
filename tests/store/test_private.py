"""Little is kept of people: keyed hashes where a comparison is enough, and files for their owner's eyes alone."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.faults.test_mail import FaultyRelay
from tests.support.faulty import response
from tests.support.past_schemas import TO_VERSION_12, to_version_14
from tests.support.world import SOURCE, deliver_all, desk, item, poll_all, rss, serving, write_config
from watcher.demo.stand_ins import serve_smtp
from watcher.errors import BadDatabase
from watcher.model import Subscriber
from watcher.store.database import open_database
from watcher.store.key_file import read_key

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
PERSON = "jo.bloggs@practice.example"
PEOPLE = f"subscribers: [{{id: gp, via: email, address: {PERSON}, admin: true}}]"


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


@pytest.mark.promise("P37")
def test_an_address_is_a_hash_that_nobody_can_try_without_the_key() -> None:
    known, other = (Subscriber(id="gp", via="email", address=PERSON, secret=secret) for secret in ("a" * 32, "b" * 32))
    assert known.channel == Subscriber(id="x", via="email", address=PERSON, secret="a" * 32).channel
    assert known.channel != other.channel
    assert known.channel != Subscriber(id="gp", via="email", address=PERSON).channel
    assert "a" * 32 not in repr(known)


@pytest.mark.promise("P37")
def test_no_byte_of_the_database_has_an_address(tmp_path: Path) -> None:
    kept = FaultyRelay()

    async def story(site: str, relay: str) -> None:
        config = write_config(tmp_path / "config", SOURCE.format(site=site), PEOPLE)
        environment = {"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "w@example.org", "WATCHER_SECRET": "s" * 32}
        async with desk(config, environment, f"sqlite:///{tmp_path / 'w.db'}", NOW) as opened:
            await poll_all(opened, NOW - timedelta(minutes=1))
            await deliver_all(opened, NOW)

    with serving({"/feed": response(rss(item(1, NOW)))}) as (site, _), serve_smtp(kept) as relay:
        asyncio.run(story(site, relay))
    assert kept.mails
    for file in tmp_path.glob("w.db*"):
        assert PERSON.encode() not in file.read_bytes()
        assert mode(file) == 0o600


@pytest.mark.promise("P37")
def test_the_key_is_made_once_beside_the_database_for_its_owner_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'w.db'}"
    assert read_key(url) == ""
    key = read_key(url, make=True)
    assert len(key) >= 32
    assert read_key(url, make=True) == read_key(url) == key
    assert mode(tmp_path / "w.db.key") == 0o600
    (tmp_path / "w.db.key").write_text("")
    with pytest.raises(BadDatabase, match="holds no key; bring it back from a backup"):
        read_key(url)
    assert read_key("postgresql://a@b/c", make=True) == ""


@pytest.mark.promise("P37")
def test_processes_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'w.db'}"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: read_key(url, make=True), range(64)))
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["w.db.key"]


@pytest.mark.promise("P37")
def test_an_open_database_becomes_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "w.db"
    file.touch(mode=0o644)
    file.chmod(0o644)
    open_database(f"sqlite:///{file}").close()
    assert mode(file) == 0o600


@pytest.mark.promise("P37")
def test_what_commands_write_is_their_users_alone_and_the_key_is_made_where_it_is_needed(tmp_path: Path) -> None:
    config = write_config(
        tmp_path / "config", "sources: []", "subscribers: [{id: s, via: console, address: s, admin: true}]"
    )
    environment = {
        **os.environ,
        "WATCHER_CONFIG": str(config),
        "WATCHER_DATABASE": f"sqlite:///{tmp_path / 'w.db'}",
    }

    def run(*arguments: str) -> int:
        command = [sys.executable, "-m", "watcher", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60).returncode

    assert run("check", "--schema", str(tmp_path / "schema")) == 0
    assert [mode(file) for file in (tmp_path / "schema").iterdir()] == [0o600] * 3
    assert not (tmp_path / "w.db.key").exists()
    assert run("deliver") == 0
    assert mode(tmp_path / "w.db.key") == 0o600


@pytest.mark.promise("P37")
def test_an_upgrade_forgets_the_mailboxes_that_were_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'w.db'}"
    opened = open_database(url)
    with opened.begin() as tx:
        tx.execute(sa.text("INSERT INTO channels (id, lease_until, paced_until) VALUES ('c', 0, 0)"))
        for number, place in enumerate((PERSON, "C0123456789")):
            row = {"id": str(number), "place": place, "at": "2020-11-20 07:41:00.000000"}
            tx.execute(
                sa.text(
                    "INSERT INTO deliveries (id, subscriber, channel, period, due, first_due, state, attempts, repeat,"
                    " lease, lease_until, planned, place, message) VALUES (:id, :id, 'c', 'p', :at, :at, 'sent', 1, 0,"
                    " '', 0, :at, :place, '')"
                ),
                row,
            )
        to_version_14(tx)
        for statement in (
            *TO_VERSION_12,
            "DROP TABLE story_marks",
            "DROP TABLE topic_marks",
            "DROP TABLE resting_hosts",
            "ALTER TABLE revisions DROP COLUMN is_doubted",
            "DROP TABLE candidates",
            "ALTER TABLE sources DROP COLUMN last_answer",
            "ALTER TABLE sources DROP COLUMN memory",
            "ALTER TABLE items DROP COLUMN is_unproven",
            "ALTER TABLE sources DROP COLUMN proof",
            *(f"ALTER TABLE channels DROP COLUMN {name}" for name in ("trouble", "cure", "by_probe", "subscriber")),
            *(f"ALTER TABLE channels DROP COLUMN {name}" for name in ("trouble_since", "tried_at")),
            "UPDATE alembic_version SET version_num = '0007'",
        ):
            tx.execute(sa.text(statement))
    opened.close()
    open_database(url).close()
    with sqlite3.connect(tmp_path / "w.db") as plain:
        assert plain.execute("SELECT place FROM deliveries ORDER BY id").fetchall() == [("",), ("C0123456789",)]
