"""Stories that are kept from one transaction to the next are what their rows say, whoever changed them."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from watcher import config, store
from watcher.config.settings import read_settings
from watcher.core.decide import LoadedState
from watcher.model import (
    Alert,
    Decision,
    Item,
    ParseResult,
    Published,
    Reason,
    SourceState,
    Status,
    Story,
    StoryItem,
    Trust,
)
from watcher.replay.play import replay_items
from watcher.replay.rows import read_row
from watcher.store import stories
from watcher.store.database import Database, open_database

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "bench" / "judge" / "events" / "2021-2026.jsonl"
ROWS_PLAYED = 160
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
ITEM = Item(source="bbc", identity="1", url="https://bbc.example/1", title="Flu jabs for all", first_seen=NOW)
HOUR = timedelta(hours=1)
MOVED = "https://bbc.example/new/1"
TOLD = Alert(reason=Reason.FIRST_HEARD, at=NOW, story="s1", item=ITEM.id, topics=("flu",))


def read_anew(tx: sa.Connection, ids: Iterable[str]) -> Mapping[str, Story]:
    with patch.object(stories, "_loaded", {}):
        return stories.find(tx, ids)


def test_stories_of_past_announcements_are_the_same_read_from_their_rows_each_time() -> None:
    settings = read_settings(os.environ)
    configuration = config.read_configuration(ROOT / "config", settings.environment)
    rows = [row for row in map(read_row, map(json.loads, EVENTS.read_text().splitlines()[:ROWS_PLAYED])) if row]
    compared, find = [], stories.find

    def find_twice(tx: sa.Connection, ids: Iterable[str]) -> Mapping[str, Story]:
        wanted = list(ids)
        kept = find(tx, wanted)
        with patch.object(stories, "_loaded", {}):
            assert kept == find(tx, wanted)
        compared.append(len(kept))
        return kept

    with patch.object(stories, "find", find_twice):
        replay_items(rows, configuration, settings)
    assert sum(compared) > ROWS_PLAYED


@pytest.fixture
def database(database_url: str) -> Iterable[Database]:
    opened = open_database(database_url)
    teller = StoryItem(
        item=ITEM.id,
        identity="1",
        source="bbc",
        trust=Trust.PRESS,
        publisher="B",
        title=ITEM.title,
        url=ITEM.url,
        seen_at=NOW,
    )
    story = Story(id="s1", title=ITEM.title, status=Status.REPORTED, topics=("flu",), opened_at=NOW, items=(teller,))
    with opened.begin() as tx:
        store.items.save(tx, [ITEM], {}, NOW)
        store.stories.save(tx, [story])
    yield opened
    opened.close()


def test_an_alert_a_moved_page_and_a_new_headline_are_seen_in_a_story_that_was_kept(database: Database) -> None:
    with database.begin() as tx:
        assert stories.find(tx, ["s1"]) == read_anew(tx, ["s1"])
        store.alerts.save(tx, [TOLD])
    with database.begin() as tx:
        assert stories.find(tx, ["s1"])["s1"].told_items == {ITEM.id}
        store.items.save_new_identities(tx, "bbc", {"new/1": replace(ITEM, url=MOVED)})
    with database.begin() as tx:
        assert stories.find(tx, ["s1"])["s1"].items[0].url == MOVED
        store.items.save(tx, [replace(ITEM, title="Flu jabs for some", revision=2)], {}, NOW)
    with database.begin() as tx:
        assert stories.find(tx, ["s1"])["s1"].items[0].title == "Flu jabs for some"


def test_a_page_that_is_read_late_is_no_revision_and_its_date_is_seen_in_the_story(database: Database) -> None:
    day = Published(at=NOW - timedelta(days=6))
    with database.begin() as tx:
        store.items.save(tx, [replace(ITEM, title="New headline", revision=2)], {}, NOW + HOUR)
        stories.find(tx, ["s1"])
    with database.begin() as tx:
        read_late = replace(ITEM, title="New headline", revision=2, text="The page.", published=day, is_doubted=True)
        store.items.save(tx, [read_late], {}, NOW + 5 * HOUR)
    with database.begin() as tx:
        seen = [(row.title, row.seen, row.is_doubted) for row in store.items.revisions_of(tx, ITEM.id)]
        then = store.items.as_of(tx, read_late, NOW + 2 * HOUR)
        assert stories.find(tx, ["s1"])["s1"].items[0].published == day
    assert seen == [(ITEM.title, NOW, False), ("New headline", NOW + HOUR, False)]
    assert then.title == "New headline"


@pytest.mark.parametrize("is_moved", [True, False])
def test_an_item_that_changed_beside_one_that_joins_its_story_is_seen_there(database: Database, is_moved: bool) -> None:  # noqa: FBT001
    changed = replace(ITEM, url=MOVED) if is_moved else replace(ITEM, title="Flu jabs for some", revision=2)
    joins = replace(ITEM, identity="2", title="More on flu jabs")
    with database.begin() as tx:
        before = stories.find(tx, ["s1"])["s1"]
        after = replace(before, items=(*before.items, replace(before.items[0], item=joins.id, title=joins.title)))
        loaded = LoadedState(
            state=SourceState(source="bbc", next_poll=NOW), items={ITEM.identity: ITEM}, stories=[before]
        )
        decided = Decision(
            items=(joins,) if is_moved else (changed, joins),
            moved={"new/1": changed} if is_moved else {},
            matches={},
            stories=(after,),
            alerts=(),
            deliveries=(),
            dates=(),
            dispositions=(),
            quarantined=(),
            fresh=1,
            revised=0,
        )
        store.saving.save_decision(tx, ParseResult(items=(joins,)), loaded, decided, NOW, HOUR)
    with database.begin() as tx:
        assert stories.find(tx, ["s1"]) == read_anew(tx, ["s1"])
        assert (stories.find(tx, ["s1"])["s1"].items[0].url == MOVED) is is_moved


def test_what_was_rolled_back_is_not_kept(database: Database) -> None:
    with database.begin() as tx:
        before = stories.find(tx, ["s1"])["s1"]
        attempt = tx.begin_nested()
        store.stories.save(tx, [replace(before, title="Another matter")])
        attempt.rollback()
        assert stories.find(tx, ["s1"])["s1"] == before
