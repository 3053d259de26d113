"""What is taken out of the database: for other programs and spreadsheets, or for good."""

import codecs
import csv
import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from tests.support.saved_stories import FIRST, news_item, save_many, save_story, story_item
from tests.support.world import SOURCE, write_config
from watcher import store
from watcher.cli import app, exporting, forgetting
from watcher.cli.exporting import Exported, _fields, make_inert
from watcher.core.deadlines.reminders import EVERYBODY
from watcher.errors import BadDatabase
from watcher.model import (
    DateState,
    DateStateChange,
    Deadline,
    DeadlineKind,
    DeliveryState,
    LedgerDate,
    Precision,
    Status,
    Story,
    Trust,
)
from watcher.reports import export
from watcher.reports.source_health import RECENT
from watcher.store import forgetting as forgettable
from watcher.store.database import Database
from watcher.store.marks_schema import used_links
from watcher.store.outbox_schema import attempts, channels, deliveries, subscribers
from watcher.store.schema import bodies, handled, items, stories
from watcher.web.api import exports as api_exports

PEOPLE = "subscribers:\n  - {id: screen, via: console, address: '=canary', admin: true}\n"
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
OLD, NEW = NOW - timedelta(days=401), NOW - timedelta(days=399)
Watcher = Callable[..., Result]


@pytest.fixture
def watcher(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watcher:
    """The command line over a database with 30 stories, two deliveries of one subscriber, and what is old and new."""
    folder = write_config(tmp_path / "config", SOURCE.format(site="https://x.example"), PEOPLE)
    with database.begin() as tx:
        told = save_many(tx, 30)
        tx.execute(sa.insert(channels), [{"id": "c", "lease_until": 0, "paced_until": 0}])
        plan = {"channel": "c", "subscriber": "screen", "attempts": 1, "repeat": False, "lease": "", "lease_until": 0}
        plan |= {"place": "canary-channel", "message": ""}
        readers = [("screen", OLD), ("left-old", OLD), ("left-new", NEW)]
        wish = {"wants": "", "via": "console"}
        tx.execute(sa.insert(subscribers), [{**wish, "subscriber": name, "since": at} for name, at in readers])
        done = {"story": told[0].id}
        by_whom = [*readers, (EVERYBODY, OLD)]
        tx.execute(sa.insert(handled), [{**done, "subscriber": name, "at": at} for name, at in by_whom])
        for name, at in (("old", OLD), ("new", NEW)):
            times = {"due": at, "first_due": at, "planned": at, "sent_at": at}
            tx.execute(sa.insert(deliveries), [{**plan, **times, "id": name, "period": name, "state": "sent"}])
            tx.execute(sa.insert(attempts), [{"delivery": name, "number": 1, "at": at, "outcome": "sent", "why": ""}])
            tx.execute(sa.insert(bodies), [{"sha256": name, "body": b"x", "size": 1, "first_kept": at}])
            tx.execute(sa.insert(used_links), [{"link": name, "expires_at": at}])
    monkeypatch.setattr(exporting, "now", lambda: NOW)
    monkeypatch.setattr(forgetting, "now", lambda: NOW)

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, ["--config", str(folder), "--database", database_url, *words])

    return run


def lines(done: Result) -> list[dict[str, Any]]:
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_item_is_exported_once_in_batches(
    watcher: Watcher, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "BATCH", 7)
    records = lines(watcher("export", "items"))
    with database.read() as tx:
        expected = tx.execute(sa.select(items.c.id).order_by(items.c.first_seen, items.c.id)).scalars().all()
    assert [record["id"] for record in records] == list(expected)
    assert set(records[0]) == {
        *("id", "source", "publisher", "title", "summary", "url", "first_seen_at", "published_at", "published_day"),
        *("revision", "is_withdrawn", "is_unproven", "topics", "story"),
    }


def test_every_story_is_exported_as_the_api_gives_it(watcher: Watcher, database: Database) -> None:
    records = lines(watcher("export", "stories"))
    with database.read() as tx:
        assert {record["id"] for record in records} == set(tx.scalars(sa.select(stories.c.id)))
    assert [record["changed_at"] for record in records] == sorted((r["changed_at"] for r in records), reverse=True)


def test_a_day_in_london_begins_it(watcher: Watcher) -> None:
    assert [record["id"] for record in lines(watcher("export", "deliveries"))] == ["old", "new"]
    day = f"{NEW:%Y-%m-%d}"
    assert [record["id"] for record in lines(watcher("export", "deliveries", "--since", day))] == ["new"]
    assert lines(watcher("export", "dates", "--since", day)) == []


def due(story: Story, item: str, days: int) -> LedgerDate:
    """A date of a Story that one of its Items names."""
    deadline = Deadline(
        kind=DeadlineKind.DEADLINE,
        at=NOW.date() + timedelta(days=days),
        precision=Precision.DAY,
        words="then",
        sentence="Order by then.",
    )
    opened = DateStateChange(state=DateState.OPEN, item=item, at=FIRST)
    return LedgerDate(
        id=f"{story.id[:8]}-{item[:8]}-{days}"[:20],
        story=story.id,
        item=item,
        deadline=deadline,
        stated_at=FIRST,
        state_changes=(opened,),
        item_ids=frozenset({item}),
    )


def test_a_date_that_only_an_unproven_mail_names_is_not_exported(
    watcher: Watcher, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_exports, "BATCH", 2)
    mail, second = (news_item(name, "Forged headline", FIRST, unproven=True) for name in ("mail", "mail2"))
    told = story_item(mail, Trust.PRESS, FIRST)
    alone = Story(id="alone", title=mail.title, status=Status.REPORTED, topics=("flu",), opened_at=FIRST, items=(told,))
    with database.begin() as tx:
        store.items.save(tx, [mail, second], {}, FIRST)
        proven = save_story(tx, "proven", "Flu vaccine for all", FIRST)
        joined = replace(proven, items=(*proven.items, story_item(second, Trust.PRESS, FIRST)))
        store.stories.save(tx, [alone, joined])
        public = [due(joined, proven.items[0].item, days) for days in range(1, 6)]
        forged = [due(alone, mail.id, 2), due(joined, second.id, 3)]
        store.deadlines.save(tx, [*forged, *public])
    records = lines(watcher("export", "dates"))
    assert [(record["id"], record["title"]) for record in records] == [
        (day.id, "Flu vaccine for all") for day in public
    ]
    (heads, *rows) = csv.reader(watcher("export", "dates", "--format", "csv").stdout.splitlines())
    assert (heads, len(rows)) == (list(records[0]), 5)


def test_no_address_is_exported_but_on_request_into_a_private_file(watcher: Watcher, tmp_path: Path) -> None:
    for kind in ("stories", "items", "dates", "deliveries"):
        assert "canary" not in watcher("export", kind).output
    for words in ((), ("--with-addresses",), ("--out", str(tmp_path / "r.csv"))):
        refused = watcher("export", "readers", *words)
        assert (refused.exit_code, "canary" in refused.output) == (2, False)
    out = tmp_path / "readers.csv"
    wanted = ("export", "readers", "--with-addresses", "--format", "csv", "--out", str(out))
    assert watcher(*wanted).exit_code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert out.read_bytes().startswith(codecs.BOM_UTF8)
    with out.open(newline="", encoding="utf-8-sig") as file:
        assert list(csv.DictReader(file)) == [
            {
                "id": "screen",
                "via": "console",
                "address": "'=canary",
                "topics": "all",
                "pace": "at once",
                "is_admin": "yes",
            }
        ]
    again = watcher(*wanted)
    assert isinstance(again.exception, FileExistsError)


def test_no_cell_is_a_formula() -> None:
    record = {"a": "=1+1", "b": "@x", "c": "+44", "d": "-1", "e": "fine - really", "f": ["x", "=y"], "g": None, "h": 7}
    assert make_inert(record) == {
        "a": "'=1+1",
        "b": "'@x",
        "c": "'+44",
        "d": "'-1",
        "e": "fine - really",
        "f": "x; =y",
        "g": "",
        "h": "7",
    }


@pytest.mark.parametrize(
    "before", ["", "\n", "\r\n", " ", "\t ", "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}", "\N{BOM}", "\0"]
)
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula_whatever_stands_before_its_sign(before: str, sign: str) -> None:
    assert make_inert({"a": f"{before}{sign}1+1"}) == {"a": f"'{before}{sign}1+1"}


def test_what_begins_with_a_break_is_inert_and_other_words_stay() -> None:
    assert make_inert({"a": "\nx", "b": " fine", "c": "", "d": " \n", "e": "5 = 5"}) == {
        "a": "'\nx",
        "b": " fine",
        "c": "",
        "d": " \n",
        "e": "5 = 5",
    }


def test_objects_are_json_in_a_cell() -> None:
    record = {"a": [{"x": None, "y": "é"}], "b": {"z": True}, "c": [[1], "-2"], "d": []}
    assert make_inert(record) == {"a": '[{"x": null, "y": "é"}]', "b": '{"z": true}', "c": '[[1], "-2"]', "d": ""}


@pytest.mark.parametrize("kind", ["stories", "items", "dates", "deliveries"])
def test_a_table_has_its_heads_with_records_and_without(watcher: Watcher, kind: str) -> None:
    tables = [watcher("export", kind, "--format", "csv", *days).stdout for days in ((), ("--since", "2099-01-01"))]
    assert not tables[0].startswith("\N{BOM}")
    heads = [next(csv.reader(table.splitlines())) for table in tables]
    assert heads[0] == heads[1] == list(_fields(Exported(kind)))
    assert len(tables[1].splitlines()) == 1
    for record in lines(watcher("export", kind)):
        assert list(record) == heads[0]


GONE = {
    "bytes of pages": 1,
    "attempts to send": 1,
    "marks of topics": 0,
    "marks of stories": 0,
    "what could not be read": 0,
    "subscribers who left": 1,
    "what they had marked as done": 1,
    "links that were used": 1,
}


def test_what_is_old_is_counted_and_then_deleted(watcher: Watcher, database: Database) -> None:
    counted = watcher("forget", "--older", "400d")
    assert json.loads(counted.stdout)["rows"] == GONE
    assert "nothing was deleted" in counted.stderr
    done = json.loads(watcher("forget", "--older", "400d", "--yes").stdout)
    assert (done["rows"], done["is_done"]) == (GONE, True)
    assert set(json.loads(watcher("forget", "--older", "400d").stdout)["rows"].values()) == {0}
    with database.read() as tx:
        assert set(tx.scalars(sa.select(deliveries.c.id))) == {"old", "new"}
        assert set(tx.scalars(sa.select(attempts.c.delivery))) == {"new"}
        assert set(tx.scalars(sa.select(subscribers.c.subscriber))) == {"screen", "left-new"}
        assert set(tx.scalars(sa.select(handled.c.subscriber))) == {"screen", "left-new", EVERYBODY}
        assert len(tx.execute(sa.select(items.c.id)).all()) >= 30


def refuse_to_write(*_: object, **__: object) -> None:
    raise AssertionError("this writes")


def test_to_count_it_nobody_who_writes_is_held_up(watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Database, "begin", refuse_to_write)
    assert json.loads(watcher("forget", "--older", "400d").stdout)["rows"] == GONE


def test_much_is_deleted_in_slices(watcher: Watcher, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.begin() as tx:
        many = [{"sha256": f"many{number}", "body": b"x", "size": 1, "first_kept": OLD} for number in range(7)]
        tx.execute(sa.insert(bodies), many)
    monkeypatch.setattr(forgettable, "MAX_ROWS_IN_SLICE", 3)
    begin, count = Database.begin, []

    def begin_and_count(self: Database) -> Any:
        count.append(1)
        return begin(self)

    monkeypatch.setattr(Database, "begin", begin_and_count)
    done = json.loads(watcher("forget", "--older", "400d", "--yes").stdout)
    assert done["rows"] == {**GONE, "bytes of pages": 8}
    assert len(count) == len(GONE) + 2
    with database.read() as tx:
        assert set(tx.scalars(sa.select(bodies.c.sha256))) == {"new"}


@pytest.mark.parametrize("state", ["pending", "leased", "unknown", "given_up"])
def test_an_attempt_that_may_have_arrived_stays_while_it_may_go_again(
    watcher: Watcher, database: Database, state: str
) -> None:
    waiting = next(member for member in DeliveryState if member.name.lower() == state)
    with database.begin() as tx:
        tx.execute(sa.update(deliveries).where(deliveries.c.id == "old").values(state=waiting))
        failed = {"delivery": "old", "number": 2, "at": OLD, "outcome": "failed", "why": "HTTP 503"}
        tx.execute(sa.insert(attempts), [failed])
        tx.execute(sa.update(attempts).where(attempts.c.number == 1).values(outcome="unknown"))
    assert watcher("forget", "--older", "400d", "--yes").exit_code == 0
    with database.read() as tx:
        kept = set(tx.scalars(sa.select(attempts.c.number).where(attempts.c.delivery == "old")))
    assert kept == ({1} if state == "given_up" else {1, 2})


def test_one_subscriber_who_left_is_forgotten_and_nobody_else(watcher: Watcher, database: Database) -> None:
    counted = watcher("forget", "--subscriber", "left-new")
    rows = {"subscribers who left": 1, "what they had marked as done": 1}
    assert json.loads(counted.stdout) == {"subscriber": "left-new", "is_done": False, "rows": rows}
    assert json.loads(watcher("forget", "--subscriber", "left-new", "--yes").stdout)["rows"] == rows
    mistyped = watcher("forget", "--subscriber", "left-nwe", "--yes")
    assert (mistyped.exit_code, mistyped.stdout) == (1, ""), "whoever must erase is not told that it is done"
    assert "nothing is kept of a subscriber left-nwe" in mistyped.stderr
    with database.read() as tx:
        assert set(tx.scalars(sa.select(subscribers.c.subscriber))) == {"screen", "left-old"}
        assert set(tx.scalars(sa.select(handled.c.subscriber))) == {"screen", "left-old", EVERYBODY}
        assert set(tx.scalars(sa.select(attempts.c.delivery))) == {"old", "new"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--subscriber", "screen", "--yes"), "screen is still told: delete the entry in"),
        (("--subscriber", "", "--yes"), "name the id of one"),
        (("--subscriber", "left-old", "--older", "400d"), "say either --older"),
        ((), "say either --older"),
    ],
)
def test_who_is_still_told_and_nobody_named_are_not_forgotten(watcher: Watcher, words: Any, why: str) -> None:
    refused = watcher("forget", *words)
    assert (refused.exit_code, why in refused.stderr, refused.stdout) == (2, True, "")


@pytest.mark.parametrize("words", [("export", "items"), ("forget", "--older", "400d"), ("diff-config", "config")])
def test_where_there_is_no_database_none_is_made(tmp_path: Path, words: Any) -> None:
    folder = write_config(tmp_path / "config", SOURCE.format(site="https://x.example"), PEOPLE)
    words = [str(folder) if word == "config" else word for word in words]
    database = ["--database", f"sqlite:///{tmp_path}/typo.db"]
    refused = CliRunner().invoke(app, ["--config", str(folder), *database, *words])
    assert isinstance(refused.exception, BadDatabase)
    assert "there is no database" in str(refused.exception)
    assert not list(tmp_path.glob("typo*"))


def test_what_health_looks_at_cannot_be_forgotten() -> None:
    assert timedelta(days=forgetting.MIN_DAYS) > RECENT


@pytest.mark.parametrize("older", ["400", "8d"])
def test_a_number_of_days_is_taken(watcher: Watcher, older: str) -> None:
    assert watcher("forget", "--older", older).exit_code == 0


@pytest.mark.parametrize("older", ["0d", "7d", "-1d", "d", "a year", "99999d", "１d"])
def test_any_other_is_refused(watcher: Watcher, older: str) -> None:
    refused = watcher("forget", "--older", older)
    assert (refused.exit_code, "400d" in refused.stderr) == (2, True)
