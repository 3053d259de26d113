"""Which Stories wait for an official word, and whose next look is brought forward: on both engines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from watcher import store
from watcher.core.watching.fast_polling import UnconfirmedStory
from watcher.model import SourceState, Status, Story
from watcher.store.database import Database

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
REPORTED = Story(
    id="s1", title="Flu jabs", status=Status.REPORTED, topics=("flu", "pay"), opened_at=NOW, close_at=NOW + DAY
)


def chase(story: str, told: datetime) -> UnconfirmedStory:
    return UnconfirmedStory(story=story, title="Flu jabs", topics=frozenset({"flu", "pay"}), told_at=told)


def test_stories_that_were_told_as_reported_and_are_not_closed_wait_for_an_official_word(database: Database) -> None:
    kept = [
        REPORTED,
        replace(REPORTED, id="s0", close_at=NOW + MINUTE),
        replace(REPORTED, id="due", close_at=NOW),
        replace(REPORTED, id="closed", close_at=None, closed=True),
        replace(REPORTED, id="never told", close_at=None),
        *(replace(REPORTED, id=str(status), status=status) for status in Status if status is not Status.REPORTED),
    ]
    with database.begin() as tx:
        store.stories.save(tx, kept)
        assert store.stories.unconfirmed(tx, NOW) == [chase("s0", NOW + MINUTE - DAY), chase("s1", NOW)]


def test_they_are_found_by_an_index(database: Database) -> None:
    said: list[str] = []
    with database.begin() as tx:
        sa.event.listen(tx, "before_cursor_execute", lambda *call: said.append(call[2]))
        store.stories.unconfirmed(tx, NOW)
        (asked,) = said
        if tx.dialect.name == "sqlite":
            plan = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", (NOW.isoformat(), "reported")).all()
            assert plan[0][3] == "SEARCH stories USING INDEX ix_stories_close_at (close_at>?)"


def test_a_pull_brings_looks_forward_and_never_back_and_leaves_those_alone_that_somebody_holds(
    database: Database,
) -> None:
    with database.begin() as tx:
        for name, minutes in (("free", 10), ("soon", 1), ("held", 10), ("other", 10)):
            (state,) = store.sources.claim(tx, [name], "a", NOW)
            store.sources.save(tx, replace(state, next_poll=NOW + minutes * MINUTE, ttl=MINUTE, not_before=NOW), "a")
        store.sources.claim(tx, ["held"], "b", NOW, forced=True)
    with database.begin() as tx:
        store.sources.bring_forward(tx, ["free", "soon", "held", "never seen"], lambda _: NOW + 2 * MINUTE)
    with database.begin() as tx:
        assert store.sources.states(tx) == {
            name: SourceState(source=name, next_poll=NOW + minutes * MINUTE, ttl=MINUTE, not_before=NOW)
            for name, minutes in (("free", 2), ("soon", 1), ("held", 10), ("other", 10))
        }


def test_a_pull_waits_for_nobody(database: Database) -> None:
    with database.begin() as tx:
        for name in ("free", "saving"):
            (state,) = store.sources.claim(tx, [name], "a", NOW)
            store.sources.save(tx, replace(state, next_poll=NOW + 10 * MINUTE), "a")
    if database.engine.dialect.name == "sqlite":
        return  # it has one writer at a time
    with database.begin() as other:
        other.execute(sa.text("UPDATE sources SET failures = 1 WHERE source = 'saving'"))
        with database.begin() as tx:
            tx.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
            store.sources.bring_forward(tx, ["free", "saving"], lambda _: NOW + MINUTE)
    with database.begin() as tx:
        found = {name: (state.next_poll - NOW) / MINUTE for name, state in store.sources.states(tx).items()}
    assert found == {"free": 1, "saving": 10}
