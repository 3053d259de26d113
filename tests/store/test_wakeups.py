"""Whoever delivers is woken by a commit that planned something due, and by nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from watcher import store
from watcher.model import Alert, PlannedDelivery, Reason
from watcher.store.database import Database

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)


def plan(database: Database, words: str, due: datetime, *, fails: bool = False) -> None:
    alert = Alert(reason=Reason.NEEDS_ADMIN, at=NOW, note=words)
    planned = PlannedDelivery(subscriber="gp", channel="c", period=f"alert:{alert.id}", due=due, alert=alert.id)
    with database.begin() as tx:
        store.alerts.save(tx, [alert])
        store.deliveries.plan(tx, [planned], NOW)
        if fails:
            raise ZeroDivisionError


def test_a_commit_that_planned_something_due_wakes_those_who_deliver(database: Database) -> None:
    woken: list[str] = []
    database.wake = lambda: woken.append("woken")
    plan(database, "the mailbox is full", NOW)
    assert woken == ["woken"]
    with database.begin() as tx:
        store.sources.states(tx)
    plan(database, "of tomorrow", NOW + timedelta(days=1))
    assert woken == ["woken"]


def test_what_was_rolled_back_wakes_nobody_and_neither_does_the_next_transaction(database: Database) -> None:
    woken: list[str] = []
    database.wake = lambda: woken.append("woken")
    with pytest.raises(ZeroDivisionError):
        plan(database, "the mailbox is full", NOW, fails=True)
    with database.begin() as tx:
        store.sources.states(tx)
    assert woken == []
