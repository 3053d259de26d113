"""One contract for both engines: what is saved comes back whole, twice is once, and leases keep order."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from watcher import store
from watcher.errors import BadDatabase
from watcher.model import (
    Alert,
    DeliveryState,
    Evidence,
    Item,
    Match,
    Outcome,
    ParseResult,
    PlannedDelivery,
    Precision,
    Published,
    Reason,
    Receipt,
    SourceState,
    Status,
    Story,
    StoryItem,
    Trust,
    Validators,
)
from watcher.model.login_address import PERCENT_CURE
from watcher.store.database import Database, clock, open_database
from watcher.store.marks_schema import metadata

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
SENT = Outcome(state=DeliveryState.SENT, word="sent", receipt=Receipt(place="C1", message="1.2"))


def item(identity: str = "bbc.co.uk/news/1", title: str = "Flu jabs for the over-50s from December") -> Item:
    return Item(
        source="press",
        identity=identity,
        url=f"https://www.{identity}",
        title=title,
        summary="From “Tuesday”",
        text="£20,000 ",
        published=Published(day=date(2020, 11, 20), precision=Precision.DAY, literal="20 November 2020"),
        first_seen=NOW,
    )


def telling(told: Item, at: datetime = NOW) -> StoryItem:
    return StoryItem(
        item=told.id,
        identity=told.identity,
        source=told.source,
        trust=Trust.PRESS,
        publisher="BBC News",
        title=told.title,
        url=told.url,
        seen_at=at,
        published=told.published,
    )


def story(told: Item) -> Story:
    tellings = (telling(told),)
    return Story(
        id="s1", title=told.title, status=Status.REPORTED, topics=("flu-eligibility",), opened_at=NOW, items=tellings
    )


def planned(
    alert: str, *, subscriber: str = "gp", period: str = "", due: datetime = NOW, channel: str = "c"
) -> PlannedDelivery:
    return PlannedDelivery(
        subscriber=subscriber, channel=channel, period=period or f"alert:{alert}", due=due, alert=alert
    )


def note(words: str) -> Alert:
    return Alert(reason=Reason.NEEDS_ADMIN, at=NOW, note=words)


def plan_notes(database: Database, *words: str, **values: Any) -> list[Alert]:
    alerts = [note(each) for each in words]
    with database.begin() as tx:
        store.alerts.save(tx, alerts)
        store.deliveries.plan(tx, [planned(alert.id, **values) for alert in alerts], NOW)
    return alerts


def test_the_migrations_make_the_tables_that_the_code_expects(database: Database) -> None:
    with database.begin() as tx:
        # The index of words is another thing on each engine, and written by migration 0015 alone.
        options = {"compare_type": True, "include_name": lambda name, *_: not (name or "").startswith("search_words")}
        differences = compare_metadata(MigrationContext.configure(tx, opts=options), metadata)
    assert differences == []


@pytest.mark.fault(111)
def test_a_database_of_a_newer_version_is_refused_and_left_alone(database_url: str) -> None:
    opened = open_database(database_url)
    with opened.begin() as tx:
        tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    opened.close()
    with pytest.raises(BadDatabase, match="newer watcher"):
        open_database(database_url)


def test_an_item_comes_back_as_it_was_saved_and_twice_is_once(database: Database) -> None:
    first = item()
    match = Match(topic="flu-eligibility", evidence=(Evidence(field="title", text="flu jabs", term="flu jab"),))
    for _ in range(2):
        with database.begin() as tx:
            store.items.save(tx, [first], {first.id: [match]}, NOW)
    with database.begin() as tx:
        assert store.items.known(tx, "press", [first, replace(first, identity="other")]) == {first.identity: first}
        assert store.items.matches_of(tx, [first.id]) == {first.id: (match,)}
        assert tx.scalar(sa.text("SELECT count(*) FROM items")) == 1


def test_every_revision_of_an_item_is_kept(database: Database) -> None:
    first = item()
    second = replace(first, title="UPDATED: Flu jabs", revision=2)
    with database.begin() as tx:
        store.items.save(tx, [first], {}, NOW)
        store.items.save(tx, [second], {}, NOW + timedelta(hours=1))
        assert [row.title for row in store.items.revisions_of(tx, first.id)] == [first.title, second.title]
        assert store.items.get(tx, first.url) == second


def test_a_story_is_found_by_the_headline_of_another_paper_within_the_window_only(database: Database) -> None:
    first = item()
    with database.begin() as tx:
        store.items.save(tx, [first], {}, NOW)
        store.stories.save(tx, [story(first)])
        copy = replace(item("metro.co.uk/2"), title=first.title.upper())
        assert store.stories.near(tx, [copy], [], NOW + timedelta(days=14)) == ([story(first)], {})
        assert store.stories.near(tx, [copy], [], NOW + timedelta(days=14, seconds=1)) == ([], {})
        assert store.stories.of_item(tx, first.id) == story(first)


def test_an_item_that_is_listed_under_another_of_its_keys_brings_its_story_and_its_alerts(database: Database) -> None:
    first = item()
    listed = replace(first, identity="other", keys=("other", first.identity), title="Flu jabs for all from January")
    told = Alert(reason=Reason.FIRST_HEARD, at=NOW, story="s1", item=first.id, topics=("flu-eligibility",))
    with database.begin() as tx:
        store.items.save(tx, [first], {}, NOW)
        store.stories.save(tx, [story(first)])
        store.alerts.save(tx, [told])
        state = SourceState(source="press", next_poll=NOW)
        loaded = store.loading.load_state(tx, state, ParseResult(items=(listed,)), NOW, compares_lines=False)
    assert [found.id for found in loaded.stories] == ["s1"]
    assert loaded.alert_counts == {first.id: 1}


@pytest.mark.fault(112, 117)
@pytest.mark.promise("P21")
def test_a_source_is_polled_by_one_process_at_a_time_and_remembers_its_validators(database: Database) -> None:
    with database.begin() as tx:
        states = store.sources.claim(tx, ["press"], "lease-1", NOW)
    assert states == [SourceState(source="press", next_poll=NOW)]
    with database.begin() as tx:
        assert store.sources.claim(tx, ["press"], "lease-2", NOW) == []
    looked = replace(
        states[0],
        next_poll=NOW + timedelta(minutes=5),
        validators={"https://a": Validators(etag='W/"é"', last_modified="Fri")},
        last_success=NOW,
    )
    with database.begin() as tx:
        assert not store.sources.save(tx, looked, "lease-2")
        assert store.sources.save(tx, looked, "lease-1")
    with database.begin() as tx:
        assert store.sources.claim(tx, ["press"], "lease-3", NOW) == []
        assert store.sources.claim(tx, ["press"], "lease-3", NOW + timedelta(minutes=5)) == [looked]


def test_a_state_to_show_lacks_only_what_the_next_poll_needs(database: Database) -> None:
    with database.begin() as tx:
        (claimed,) = store.sources.claim(tx, ["press"], "lease-1", NOW)
        read = replace(claimed, last_success=NOW, error="HTTP 500", last_identities=frozenset({"a"}), memory={"uid": 7})
        read = replace(read, validators={"https://a": Validators(etag="1")})
        assert store.sources.save(tx, read, "lease-1")
    with database.read() as tx:
        assert store.sources.states(tx) == {"press": read}
        shown = replace(read, validators={}, last_identities=frozenset(), memory={})
        assert store.sources.states_to_show(tx) == {"press": shown}


@pytest.mark.promise("P17", "P21")
def test_a_channel_has_one_delivery_in_the_air_and_rests_after_it(database: Database) -> None:
    plan_notes(database, "first", "second")
    with database.begin() as tx:
        (one,) = store.attempts.claim(tx, "lease-1", NOW, 10)
    with database.begin() as tx:
        assert store.attempts.claim(tx, "lease-2", NOW, 10) == []
    with database.begin() as tx:
        assert store.attempts.record(tx, one, replace(SENT, pause_seconds=3600.0), NOW)
    with database.begin() as tx:
        assert store.attempts.claim(tx, "lease-2", NOW, 10) == []
        tx.execute(sa.text("UPDATE channels SET paced_until = 0"))
    with database.begin() as tx:
        (two,) = store.attempts.claim(tx, "lease-2", NOW, 10)
        assert two.id != one.id


@pytest.mark.fault(112)
@pytest.mark.promise("P2", "P21")
def test_a_lease_that_ran_out_passes_on_marked_as_a_possible_repeat_and_the_old_holder_is_fenced(
    database: Database,
) -> None:
    plan_notes(database, "only")
    with database.begin() as tx:
        (old,) = store.attempts.claim(tx, "old", NOW, 10)
        tx.execute(sa.text("UPDATE deliveries SET lease_until = 0"))
        tx.execute(sa.text("UPDATE channels SET lease_until = 0"))
    with database.begin() as tx:
        (new,) = store.attempts.claim(tx, "new", NOW, 10)
    assert (old.repeat, new.repeat, new.attempts) == (False, True, 2)
    with database.begin() as tx:
        assert not store.attempts.record(tx, old, SENT, NOW)
        assert store.attempts.record(tx, new, SENT, NOW)
        rows = tx.execute(sa.text("SELECT number, outcome FROM attempts ORDER BY number")).all()
    assert [tuple(row) for row in rows] == [(1, "unknown"), (2, "sent")]


@pytest.mark.promise("P12")
def test_an_alert_that_comes_while_the_digest_leaves_goes_with_the_next_one(database: Database) -> None:
    daily: dict[str, Any] = {"period": "daily:2020-11-20"}
    plan_notes(database, "in time", **daily)
    with database.begin() as tx:
        (leaving,) = store.attempts.claim(tx, "lease", NOW, 10)
    late = note("just too late")
    with database.begin() as tx:
        store.alerts.save(tx, [late])
        tomorrow = NOW + timedelta(days=1)
        store.deliveries.plan(
            tx, [replace(planned(late.id, **daily), else_period="daily:2020-11-21", else_due=tomorrow)], NOW
        )
        assert [told.alert.note for told in store.alert_contexts.load_alerts(tx, leaving)] == ["in time"]
        assert store.attempts.record(tx, leaving, SENT, NOW)
        tx.execute(sa.text("UPDATE channels SET paced_until = 0"))
    with database.begin() as tx:
        (following,) = store.attempts.claim(tx, "lease", tomorrow, 10)
        assert [told.alert.note for told in store.alert_contexts.load_alerts(tx, following)] == ["just too late"]


def test_a_follow_up_knows_the_first_message_of_its_story_to_the_same_subscriber(database: Database) -> None:
    told = item()
    first = Alert(reason=Reason.FIRST_HEARD, at=NOW, story="s1", item=told.id, revision=1, status=Status.REPORTED)
    later = replace(first, reason=Reason.NOW_OFFICIAL, at=NOW + timedelta(hours=9))
    with database.begin() as tx:
        store.items.save(tx, [told], {}, NOW)
        store.stories.save(tx, [story(told)])
        store.alerts.save(tx, [first, later])
        store.deliveries.plan(tx, [planned(first.id)], NOW)
        (one,) = store.attempts.claim(tx, "lease", NOW, 10)
        store.attempts.record(tx, one, SENT, NOW)
        tx.execute(sa.text("UPDATE channels SET paced_until = 0"))
        store.deliveries.plan(tx, [planned(later.id, due=NOW + timedelta(hours=9))], NOW)
        (two,) = store.attempts.claim(tx, "lease", NOW + timedelta(hours=9), 10)
        (followed,) = store.alert_contexts.load_alerts(tx, two)
    assert (followed.first_receipt, followed.first_title) == (Receipt(place="C1", message="1.2"), told.title)
    assert followed.story == replace(
        story(told),
        told_topics=frozenset(first.topics),
        told_items=frozenset({first.item, later.item}),
        last_alert_at=later.at,
    )


def test_the_databases_clock_is_the_real_one(database: Database) -> None:
    with database.begin() as tx:
        assert abs(clock(tx) - datetime.now(UTC).timestamp()) < 60


UNREADABLE = "the database's address (WATCHER_DATABASE, --database) cannot be read;"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite://", "a database in memory forgets everything; name a file: sqlite:///watcher.db"),
        ("sqlite:///:memory:", "a database in memory forgets everything; name a file: sqlite:///watcher.db"),
        ("mysql://db.example/watcher", f"{UNREADABLE} write sqlite:///FILE or postgresql://user:password@host/name"),
        ("watcher.db", f"{UNREADABLE} write sqlite:///FILE or postgresql://user:password@host/name"),
        ("sqlite:///w.db?mode=ro", f"{UNREADABLE} write sqlite:///FILE, or sqlite:////FOLDER/FILE"),
        ("sqlite://w.db", f"{UNREADABLE} write sqlite:///FILE, or sqlite:////FOLDER/FILE"),
        ("postgresql://user:1234/secret@host/name", f"{UNREADABLE} {PERCENT_CURE}"),
    ],
)
def test_a_database_that_cannot_be_used_is_refused_with_what_to_write(url: str, why: str) -> None:
    with pytest.raises(BadDatabase) as refused:
        open_database(url)
    assert str(refused.value) == why
