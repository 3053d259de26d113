"""A database that was brought back tells nobody again what was told meanwhile, and goes on with what comes."""

import asyncio
import json
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from tests.days.test_deadlines import BY_12_NOVEMBER, DECLARE, SOURCES, at
from tests.days.test_deadlines import TOPICS as DEADLINE_TOPICS
from tests.support.faulty import response
from tests.support.kept_rows import fill_every_table
from tests.support.past_schemas import to_version_14
from tests.support.world import (
    SOURCE,
    deliver_all,
    desk,
    item,
    poll_all,
    posts_by_delivery,
    recently,
    rss,
    serving,
    write_config,
)
from watcher import store
from watcher.cli import app
from watcher.cli import restoring as restoring_module
from watcher.cli.restoring import Restoration, ToldUntil, restore_backup
from watcher.core.language.search_query import parse_query
from watcher.demo.stand_ins import SlackStandIn, serve_http
from watcher.errors import BadConfig
from watcher.failpoint import VARIABLE
from watcher.model import Item
from watcher.reports.source_health import health_report
from watcher.store import backup_file
from watcher.store.backup_file import open_backup, write_backup
from watcher.store.database import Database, list_revisions, open_database
from watcher.store.restoring import put_rows
from watcher.store.schema import items
from watcher.store.search import SearchFilter
from watcher.store.snapshot import digest_tables, take_snapshot

CHANNELS = ["C0000000001", "C0000000002"]
PEOPLE = """
subscribers:
  - {id: manager, via: slack, address: C0000000001}
  - {id: admin, via: slack, address: C0000000002, topics: [], admin: true}
"""
SCREEN = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
PEOPLE_OF_ONE = "subscribers: [{id: one, via: slack, address: C0000000001, admin: true}]"
HOUR = timedelta(hours=1)


def watcher(*words: str, folder: Path, database_url: str) -> Result:
    return CliRunner().invoke(app, ["--config", str(folder), "--database", database_url, *words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_config(tmp_path / "config", SOURCE.format(site="http://news.example"), SCREEN)


def bring_back(database: Database, file: Path, restoration: Restoration) -> dict[str, Any]:
    with open_backup(file, file.parent) as kept:
        return restore_backup(database, kept, restoration)


def list_texts(posts: list[dict[str, Any]], channel: str) -> list[str]:
    return [json.dumps(post["blocks"]) for post in posts if post["channel"] == channel]


@pytest.mark.parametrize("told_until", ToldUntil)
def test_what_was_due_since_the_backup_is_told_only_when_that_is_asked_for(
    told_until: ToldUntil, database_url: str, tmp_path: Path
) -> None:
    slack = SlackStandIn(CHANNELS, seconds=0)
    begin = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    restored_at = begin + 5 * HOUR
    first, second = item(1, begin - HOUR), item(2, begin + HOUR, "Flu jabs moved to January for all practices")
    third = item(3, restored_at + HOUR, "Flu jabs ordered again by 300 surgeries in Kent")
    quiet = "<item><title>Opening hours</title><link>https://news.example/0</link></item>"
    answers = {"/feed": response(rss(quiet))}
    with serving(answers) as (site, _), serve_http(slack) as base:
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), PEOPLE)
        environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": f"{base}/api/"}

        async def story() -> tuple[dict[str, Any], tuple[str, ...]]:
            async with desk(folder, environment, database_url, begin) as opened:
                await poll_all(opened, begin - HOUR)
                answers["/feed"] = response(rss(quiet, first))
                await poll_all(opened, begin)
                write_backup(opened.database, tmp_path / "b.wbk", {}, begin)  # its message waits
                answers["/feed"] = response(rss(quiet, first, second))
                await poll_all(opened, begin + HOUR)
                await deliver_all(opened, begin + HOUR)
                assert len(list_texts(slack.posts, CHANNELS[0])) == 2
                slack.posts.clear()
                people = tuple(opened.configuration.subscribers.values())
                sources = opened.configuration.sources.values()
                restoration = Restoration(told_until=told_until, sources=sources, subscribers=people, now=restored_at)
                outcome = bring_back(opened.database, tmp_path / "b.wbk", restoration)
                await deliver_all(opened, restored_at)
                await poll_all(opened, restored_at + timedelta(minutes=1))
                await deliver_all(opened, restored_at + timedelta(minutes=1))
                answers["/feed"] = response(rss(quiet, first, second, third))
                later = restored_at + 2 * HOUR
                await poll_all(opened, later)
                await deliver_all(opened, later)
                return outcome, health_report(opened.database, opened.configuration, later + HOUR).missed_alerts

        outcome, missed = asyncio.run(story())
    told, admins = (list_texts(slack.posts, channel) for channel in CHANNELS)
    assert missed == ()
    if told_until is ToldUntil.BACKUP:
        assert (len(told), admins, outcome["skipped"]) == (3, [], None)
        return
    assert (len(told), "Kent" in told[0]) == (1, True), "only what came after it was brought back"
    assert (len(admins), set(posts_by_delivery(slack.posts).values())) == (1, {1})
    assert "backup of Thu 26 Nov 2026 09:00" in admins[0]
    assert "1 alert in 1 of its messages, 0 reminders and 0 closing notes were not sent" in admins[0]
    assert "from Thu 26 Nov 2026 09:00 until Thu 26 Nov 2026 14:00" in admins[0]
    assert outcome["skipped"]["deliveries"] == 1


def test_reminders_and_closing_notes_of_meanwhile_are_skipped_and_the_next_ones_are_set(
    database_url: str, tmp_path: Path
) -> None:
    slack = SlackStandIn(["C0000000001"], seconds=0)
    published, due = at("2021-10-20 09:00"), at("2021-11-11 23:59")
    entry = (
        f"<item><title>{DECLARE}</title><link>https://nhse.example/1</link><description>{BY_12_NOVEMBER}</description>"
        "<pubDate>Wed, 20 Oct 2021 08:00:00 GMT</pubDate></item>"
    )
    rumour = "<item><title>Flu jabs to be offered to all</title><link>https://bbc.example/2</link></item>"
    answers: dict[str, Any] = {"/nhse": response(rss(entry)), "/bbc": response(rss(rumour))}
    with serving(answers) as (site, _), serve_http(slack) as base:
        folder = write_config(tmp_path / "config", SOURCES.format(site=site), PEOPLE_OF_ONE, DEADLINE_TOPICS)
        environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": f"{base}/api/"}

        async def story() -> tuple[dict[str, Any], datetime | None]:
            async with desk(folder, environment, database_url, published) as opened:
                await poll_all(opened, published)
                await deliver_all(opened, published)
                with opened.database.begin() as tx:
                    reported = {"closed": False, "at": due - HOUR}
                    tx.execute(sa.text("UPDATE stories SET closed = :closed, close_at = :at"), reported)
                write_backup(opened.database, tmp_path / "b.wbk", {}, published)
                people = tuple(opened.configuration.subscribers.values())
                sources, later = opened.configuration.sources.values(), due + timedelta(minutes=5)
                restoration = Restoration(told_until=ToldUntil.NOW, sources=sources, subscribers=people, now=later)
                outcome = bring_back(opened.database, tmp_path / "b.wbk", restoration)
                slack.posts.clear()
                await deliver_all(opened, due + timedelta(minutes=10))
                with opened.database.begin() as tx:
                    return outcome, store.deadlines.next_reminder(tx)

        outcome, next_reminder = asyncio.run(story())
    assert {name: outcome["skipped"][name] for name in ("reminders", "closing_notes")} == {
        "reminders": 1,
        "closing_notes": 1,
    }
    assert next_reminder is not None
    assert next_reminder > due + timedelta(minutes=5), "the reminder of four working hours before is still to come"
    assert [len(slack.posts), "1 reminder and 1 closing note were not sent" in json.dumps(slack.posts)] == [1, True]


def test_the_rows_are_those_of_the_backup_on_either_engine_and_their_words_are_found(
    database: Database, tmp_path: Path
) -> None:
    kept = open_database(f"sqlite:///{tmp_path / 'kept.db'}")
    fill_every_table(kept)
    manifest = write_backup(kept, tmp_path / "b.wbk", {}, recently())
    kept.close()
    with open_backup(tmp_path / "b.wbk", tmp_path) as backup, database.begin() as tx:
        assert put_rows(tx, backup.snapshot) == manifest.count
    take_snapshot(database, tmp_path / "again.sqlite")
    assert digest_tables(tmp_path / "again.sqlite") == manifest.tables
    with database.begin() as tx:
        found_by_words = store.search.find(tx, parse_query("practices ordering"), SearchFilter())[0]
    assert [hit.title for hit in found_by_words] == ["Flu jabs for all"]


def test_a_backup_of_an_earlier_version_is_brought_up_to_date_and_one_of_a_later_is_refused(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, now = open_database(f"sqlite:///{tmp_path / 'kept.db'}"), datetime.now(UTC)
    with kept.begin() as tx:
        first = Item(source="press", identity="1", url="https://x.example/1", title="Flu jabs", first_seen=now)
        store.items.save(tx, [first], {}, now)
    write_backup(kept, tmp_path / "later.wbk", {}, now)

    def take_old_snapshot(database: Database, file: Path, **_: Any) -> dict[str, int]:
        take_snapshot(database, file)
        with closing(open_database(f"sqlite:///{file}")) as old, old.begin() as tx:
            to_version_14(tx)
        with closing(sqlite3.connect(file)) as plain:
            plain.execute("PRAGMA journal_mode=DELETE")
        return {}

    monkeypatch.setattr(backup_file, "take_snapshot", take_old_snapshot)
    write_backup(kept, tmp_path / "earlier.wbk", {}, now)
    kept.close()
    done = watcher(
        "restore", str(tmp_path / "earlier.wbk"), folder=folder, database_url=f"sqlite:///{tmp_path / 'n.db'}"
    )
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["rows"] == 1
    monkeypatch.setattr(restoring_module, "list_revisions", lambda: list_revisions()[:-1])
    newer = watcher(
        "restore", str(tmp_path / "later.wbk"), folder=folder, database_url=f"sqlite:///{tmp_path / 'o.db'}"
    )
    assert "the backup was made by a newer watcher" in str(newer.exception)
    assert not (tmp_path / "o.db").exists()


@pytest.fixture
def kept(folder: Path, tmp_path: Path) -> Path:
    """A backup of a SQLite database with one Item and its key."""
    url = f"sqlite:///{tmp_path / 'old' / 'w.db'}"
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "w.db.key").write_text("k" * 40, encoding="ascii")
    save_item(url, "kept")
    assert watcher("backup", str(tmp_path / "b.wbk"), folder=folder, database_url=url).exit_code == 0
    return tmp_path / "b.wbk"


def save_item(url: str, title: str) -> None:
    now = datetime.now(UTC)
    first = Item(source="press", identity=title, url=f"https://x.example/{title}", title=title, first_seen=now)
    with closing(open_database(url)) as database, database.begin() as tx:
        store.items.save(tx, [first], {}, now)


def read_titles(url: str) -> list[str]:
    with closing(open_database(url)) as database, database.begin() as tx:
        return list(tx.scalars(sa.select(items.c.title)))


def test_the_key_is_put_back_and_another_key_is_not_overwritten(kept: Path, folder: Path, tmp_path: Path) -> None:
    url, key_file = f"sqlite:///{tmp_path / 'w.db'}", tmp_path / "w.db.key"
    key_file.write_text("z" * 40, encoding="ascii")
    refused = watcher("restore", str(kept), folder=folder, database_url=url)
    assert "w.db.key is another key than the one that belongs there; move it away, or use --replace" in str(
        refused.exception
    )
    assert (key_file.read_text(encoding="ascii"), read_titles(url)) == ("z" * 40, [])
    key_file.unlink()
    assert watcher("restore", str(kept), folder=folder, database_url=url).exit_code == 0
    assert (key_file.read_text(encoding="ascii"), stat.S_IMODE(key_file.stat().st_mode)) == ("k" * 40, 0o600)
    assert read_titles(url) == ["kept"]


def test_what_is_replaced_is_backed_up_beside_it_first(kept: Path, folder: Path, tmp_path: Path) -> None:
    url, key_file = f"sqlite:///{tmp_path / 'w.db'}", tmp_path / "w.db.key"
    save_item(url, "newer")
    key_file.write_text("z" * 40, encoding="ascii")
    refused = watcher("restore", str(kept), folder=folder, database_url=url)
    assert "the database is not empty; name an empty one, or use --replace" in str(refused.exception)
    done = watcher("restore", str(kept), "--replace", folder=folder, database_url=url)
    assert done.exit_code == 0, done.output
    assert (read_titles(url), key_file.read_text(encoding="ascii")) == (["kept"], "k" * 40)
    replaced = Path(json.loads(done.stdout)["replaced"])
    assert (replaced.parent, replaced.name[:14]) == (tmp_path, "w.db.replaced-")
    again = watcher("restore", str(replaced), "--replace", folder=folder, database_url=url)
    assert again.exit_code == 0, again.output
    assert (read_titles(url), key_file.read_text(encoding="ascii")) == (["newer"], "z" * 40)


def test_postgresql_has_no_key_beside_it_and_its_owner_is_told_what_to_set(
    kept: Path, folder: Path, database_url: str
) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("of PostgreSQL only")
    done = watcher("restore", str(kept), folder=folder, database_url=database_url)
    assert (done.exit_code, read_titles(database_url)) == (0, ["kept"])
    assert f"set WATCHER_SECRET to what `tar -xOf {kept} watcher.key` prints" in done.stderr
    assert "kkkk" not in done.output


def test_a_damaged_backup_and_a_damaged_database_say_what_to_do(kept: Path, folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'w.db'}"
    (tmp_path / "w.db").write_bytes(b"no database at all" * 100)
    onto_damaged = watcher("restore", str(kept), "--replace", folder=folder, database_url=url)
    assert "to restore, move the file of the database away first" in str(onto_damaged.exception)
    (tmp_path / "w.db").unlink()
    content = bytearray(kept.read_bytes())
    content[content.index(b"https://x.example/kept") + 20] ^= 1
    kept.write_bytes(content)
    done = watcher("restore", str(kept), folder=folder, database_url=url)
    assert "is damaged: the table items is not as it was written; use another backup" in str(done.exception)
    assert not (tmp_path / "w.db").exists()


def test_with_a_mistake_in_the_configuration_nothing_is_touched(kept: Path, folder: Path, tmp_path: Path) -> None:
    (folder / "topics.yaml").write_text("topics: [", encoding="utf-8")
    done = watcher("restore", str(kept), folder=folder, database_url=f"sqlite:///{tmp_path / 'w.db'}")
    assert isinstance(done.exception, BadConfig)
    assert not (tmp_path / "w.db").exists()


@pytest.mark.parametrize(
    ("point", "titles"),
    [
        ("backup_verified", ["newer"]),
        ("restore_key_put", ["newer"]),
        ("restore_written", ["newer"]),
        ("restore_committed", ["kept"]),
    ],
)
def test_a_process_that_is_killed_leaves_the_old_rows_or_the_new_ones(
    point: str, titles: list[str], kept: Path, folder: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'w.db'}"
    save_item(url, "newer")
    command = [sys.executable, "-m", "watcher", "--config", str(folder), "--database", url]
    command += ["restore", str(kept), "--replace"]
    killed = subprocess.run(command, env={**os.environ, VARIABLE: point}, capture_output=True, check=False, timeout=60)
    assert (killed.returncode, read_titles(url)) == (-9, titles)
    again = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert (again.returncode, read_titles(url)) == (0, ["kept"])
    assert [left.name for left in tmp_path.glob("*.part*")] + [left.name for left in tmp_path.glob(".watcher-*")] == []
