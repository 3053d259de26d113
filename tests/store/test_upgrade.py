"""A database of the version before is read on: what it told is known, and what takes it back is found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from tests.support.past_schemas import TO_VERSION_12, to_version_14
from watcher import store
from watcher.core.stories.features import extract_features
from watcher.core.stories.placement import as_story_item
from watcher.model import (
    Alert,
    Answer,
    Disposition,
    Item,
    PlannedDelivery,
    Reason,
    Status,
    Story,
    Trust,
    UnsentReason,
)
from watcher.store.database import MIGRATIONS, Database, list_revisions, open_database
from watcher.store.schema import tellings

ADDED_TO_CHANNELS = ("trouble", "cure", "by_probe", "subscriber", "trouble_since", "tried_at")
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
TITLE = "Winter Access Fund: practices send their plans by 14 December"


def item(number: int, title: str = TITLE) -> Item:
    url = f"https://x.example/{number}"
    return Item(source="nhse", identity=f"x.example/{number}", url=url, title=title, first_seen=NOW)


def tell(database: Database, number: int, period: str, relevance: int) -> None:
    """An Item with a Story, an Alert and, unless `period` is "", a Delivery."""
    kept = item(number)
    story_item = as_story_item(kept, Trust.OFFICIAL, "NHS England", NOW)
    story = Story(
        id=f"story-{number}",
        title=TITLE,
        status=Status.CONFIRMED,
        topics=("access",),
        opened_at=NOW,
        items=(story_item,),
    )
    alert = Alert(
        reason=Reason.FIRST_HEARD,
        at=NOW,
        story=story.id,
        item=kept.id,
        revision=1,
        topics=("access",),
        relevance=relevance,
    )
    with database.begin() as tx:
        store.items.save(tx, [kept], {}, NOW)
        store.stories.save(tx, [story])
        store.alerts.save(tx, [alert])
        if period:
            planned = PlannedDelivery(subscriber="gp", channel="c", period=period, due=NOW, alert=alert.id)
            store.deliveries.plan(tx, [planned], NOW)


def to_version_6(database: Database) -> None:
    """Take back what 0007 adds: its columns and table, and the programmes among the words."""
    bare = extract_features("winter access fund")
    gist = {"title": sorted(word for word in bare.title if ":" not in word), "more": []}
    with database.begin() as tx:
        to_version_14(tx)
        for statement in (
            *TO_VERSION_12,
            "DROP TABLE story_marks",
            "DROP TABLE topic_marks",
            "DROP TABLE dispositions",
            "DROP TABLE resting_hosts",
            "ALTER TABLE revisions DROP COLUMN is_doubted",
            "ALTER TABLE sources DROP COLUMN last_answer",
            "ALTER TABLE sources DROP COLUMN memory",
            "ALTER TABLE items DROP COLUMN is_unproven",
            "ALTER TABLE sources DROP COLUMN proof",
            *(f"ALTER TABLE channels DROP COLUMN {column}" for column in ADDED_TO_CHANNELS),
            "DROP TABLE candidates",
            "ALTER TABLE alerts DROP COLUMN in_digest",
            "ALTER TABLE items DROP COLUMN updated_at",
            "ALTER TABLE items DROP COLUMN change_note",
            "DELETE FROM story_words WHERE word LIKE 'programme:%'",
            "UPDATE alembic_version SET version_num = '0006'",
        ):
            tx.execute(sa.text(statement))
        tx.execute(sa.update(tellings).values(gist=gist))


@pytest.mark.promise("P29")
def test_what_was_told_before_reasons_were_kept_is_known_by_its_deliveries(database_url: str) -> None:
    old = open_database(database_url)
    tell(old, 1, "alert:1", 2)
    tell(old, 2, "daily:2026-11-27", -1)
    tell(old, 3, "", -3)
    with old.begin() as tx:
        store.items.save(tx, [item(4, "House prices")], {}, NOW)
    to_version_6(old)
    old.close()
    upgraded = open_database(database_url)
    with upgraded.begin() as tx:
        answers = {
            row.url[-1]: (row.answer, row.reason) for row in store.dispositions.since(tx, NOW - timedelta(days=1))
        }
        in_digest = [alert.in_digest for alert in store.alerts.since(tx, NOW - timedelta(days=1))]
    upgraded.close()
    assert answers == {
        "1": ("told", "first_heard"),
        "2": ("digest", "first_heard"),
        "3": ("unsent", "before_records"),
        "4": ("unsent", "before_records"),
    }
    assert sorted(in_digest) == [False, True, True]


@pytest.mark.promise("P27")
def test_an_announcement_of_before_is_found_by_its_programme(database_url: str) -> None:
    old = open_database(database_url)
    tell(old, 1, "alert:1", 2)
    to_version_6(old)
    old.close()
    upgraded = open_database(database_url)
    later = item(9, "GP rescue package scrapped")
    with upgraded.begin() as tx:
        stories, _ = store.stories.near(tx, [later], [later], NOW)
    upgraded.close()
    assert [story.id for story in stories] == ["story-1"]
    assert "programme:winter-access-fund" in stories[0].items[0].features.title


@pytest.mark.promise("P29")
def test_what_was_kept_back_for_its_tone_is_called_perhaps_after_the_upgrade(database_url: str) -> None:
    old = open_database(database_url)
    kept = Disposition(item=item(1).id, revision=1, answer=Answer.UNSENT, reason="few_points", at=NOW)
    with old.begin() as tx:
        store.items.save(tx, [item(1)], {}, NOW)
        store.dispositions.save(tx, [kept])
        to_version_14(tx)
        for statement in (
            *TO_VERSION_12,
            "DROP TABLE story_marks",
            "DROP TABLE topic_marks",
            "UPDATE alembic_version SET version_num = '0010'",
        ):
            tx.execute(sa.text(statement))
    old.close()
    upgraded = open_database(database_url)
    with upgraded.begin() as tx:
        reasons = [row.reason for row in store.dispositions.of_item(tx, item(1).id)]
        marks = store.topic_marks.load(tx)
    upgraded.close()
    assert (reasons, marks) == ([UnsentReason.PERHAPS], [])


@pytest.mark.promise("P29")
def test_texts_of_before_are_kept_once_and_say_the_same(database_url: str) -> None:
    old = open_database(database_url)
    first, untouched = item(1), item(2)
    page = "Practices must order by 21 March. " * 40
    with old.begin() as tx:
        store.items.save(tx, [first, untouched], {}, NOW)
        store.items.save(tx, [replace(first, title="Changed", revision=2)], {}, NOW + timedelta(hours=1))
        to_version_14(tx)
        for statement in TO_VERSION_12:
            tx.execute(sa.text(statement))
        for number, words in ((1, "Order soon."), (2, page)):
            where = {"text": words, "item": first.id, "number": number}
            tx.execute(sa.text("UPDATE revisions SET text = :text WHERE item = :item AND revision = :number"), where)
        tx.execute(sa.text("UPDATE items SET text = :text WHERE id = :item"), {"text": page, "item": first.id})
    old.close()
    upgraded = open_database(database_url)
    with upgraded.begin() as tx:
        kept = store.items.revisions_of(tx, first.id)
        rows = tx.execute(sa.text("SELECT item, revision FROM revisions")).all()
        now = store.items.find(tx, [first.id, untouched.id])
    upgraded.close()
    versions = [(each.revision, each.title, each.text, each.seen) for each in kept]
    assert versions == [(1, first.title, "Order soon.", NOW), (2, "Changed", page, NOW + timedelta(hours=1))]
    assert [tuple(row) for row in rows] == [(first.id, 1)]
    assert (now[first.id].text, now[untouched.id]) == (page, untouched)


def test_the_names_of_the_files_are_the_revisions_that_alembic_runs() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert list_revisions() == [script.revision for script in scripts.walk_revisions()][::-1]
    assert list_revisions()[-1] == scripts.get_current_head()
