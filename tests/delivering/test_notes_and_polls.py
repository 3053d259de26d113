"""A reminder that is due and a poll that changes the same Story wait for each other in one order."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import cast
from unittest.mock import patch

import pytest

from watcher import store
from watcher.delivering import planning
from watcher.delivering.planning import claim_due
from watcher.model import (
    DateState,
    DateStateChange,
    Deadline,
    DeadlineKind,
    Item,
    LedgerDate,
    Precision,
    Status,
    Story,
    StoryItem,
    Trust,
)
from watcher.runtime import Agenda, Runtime
from watcher.store.database import Database, decide_alone, open_database

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
LETTER = Item(source="nhs", identity="1", url="https://nhs.example/1", title="Order by 1 December", first_seen=NOW)
TELLER = StoryItem(
    item=LETTER.id,
    identity="1",
    source="nhs",
    trust=Trust.OFFICIAL,
    publisher="N",
    title=LETTER.title,
    url=LETTER.url,
    seen_at=NOW,
)
STORY = Story(id="s1", title=LETTER.title, status=Status.CONFIRMED, topics=("flu",), opened_at=NOW, items=(TELLER,))
DUE = LedgerDate(
    id="d1",
    story="s1",
    item=LETTER.id,
    deadline=Deadline(
        kind=DeadlineKind.DEADLINE,
        at=date(2026, 12, 1),
        precision=Precision.DAY,
        words="1 December",
        sentence="by 1 December",
    ),
    state_changes=(DateStateChange(state=DateState.OPEN, item=LETTER.id, at=NOW),),
    stated_at=NOW,
    remind_at=NOW,
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    with opened.begin() as tx:
        store.items.save(tx, [LETTER], {}, NOW)
        store.stories.save(tx, [STORY])
        store.deadlines.save(tx, [DUE])
    yield opened
    opened.close()


def test_a_reminder_waits_for_the_poll_that_decides_and_neither_fails(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    at_the_lock, has_written = threading.Event(), threading.Event()

    def arrive(tx: object) -> None:
        at_the_lock.set()
        decide_alone(tx)  # type: ignore[arg-type]

    def deliver() -> None:
        assert has_written.wait(30)
        configuration = SimpleNamespace(subscribers={})
        runtime = SimpleNamespace(database=database, configuration=configuration, agenda=Agenda())
        claim_due(cast("Runtime", runtime), "lease", NOW + timedelta(hours=1), 1)

    delivery = threading.Thread(target=deliver)
    with patch.object(planning, "decide_alone", arrive):
        delivery.start()
        with database.begin(deciding=True) as tx:
            store.stories.save(tx, [STORY], [STORY])
            has_written.set()
            assert at_the_lock.wait(30)
            store.deadlines.save(tx, [replace(DUE, remind_at=None)])
        delivery.join(30)
    assert not delivery.is_alive()
    with database.begin() as tx:
        assert store.deadlines.next_reminder(tx) is None


def test_nobody_waits_for_polls_where_no_note_is_due(database: Database) -> None:
    configuration = SimpleNamespace(subscribers={})
    runtime = cast("Runtime", SimpleNamespace(database=database, configuration=configuration, agenda=Agenda()))
    with patch.object(planning, "decide_alone") as decide_alone_or_wait:
        claim_due(runtime, "lease", NOW - timedelta(hours=1), 1)
        assert not decide_alone_or_wait.called
        claim_due(runtime, "lease", NOW, 1)
        assert decide_alone_or_wait.called
