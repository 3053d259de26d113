"""What may be forgotten of a long past, or of one Subscriber who left, table by table: how much it is, and its end.

Items, Stories, Alerts and Deliveries stay: they say what was told to whom, so that nothing is told again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from watcher.core.deadlines.reminders import EVERYBODY
from watcher.model import DeliveryState
from watcher.store.database import Database
from watcher.store.marks_schema import story_marks, topic_marks, used_links
from watcher.store.origins import old_bytes
from watcher.store.outbox_schema import attempts, deliveries, subscribers
from watcher.store.schema import bodies, handled, quarantine

MAX_ROWS_IN_SLICE = 200  # deleted in one transaction: what polls and sends waits for no longer than that
_LEFT, _HANDLED_BY_THEM = "subscribers who left", "what they had marked as done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgettable:
    """One kind of what may be forgotten: its name for people, the table, and which of its rows."""

    name: str
    table: sa.Table
    condition: sa.ColumnElement[bool]


def list_forgettable(before: datetime, readers: Collection[str]) -> tuple[Forgettable, ...]:
    """What is older than `before` (UTC); of Subscribers those that are not among `readers`, the configured ones.

    What was handled for everybody stays, whenever that was: else everybody would be reminded again.
    """
    has_left = subscribers.c.subscriber.not_in(readers) & (subscribers.c.since < before)
    handled_by_them = handled.c.subscriber.not_in({*readers, EVERYBODY}) & (handled.c.at < before)
    return (
        Forgettable(name="bytes of pages", table=bodies, condition=old_bytes(before)),
        Forgettable(name="attempts to send", table=attempts, condition=(attempts.c.at < before) & _is_over()),
        Forgettable(name="marks of topics", table=topic_marks, condition=topic_marks.c.at < before),
        Forgettable(name="marks of stories", table=story_marks, condition=story_marks.c.at < before),
        Forgettable(name="what could not be read", table=quarantine, condition=quarantine.c.at < before),
        Forgettable(name=_LEFT, table=subscribers, condition=has_left),
        Forgettable(name=_HANDLED_BY_THEM, table=handled, condition=handled_by_them),
        Forgettable(name="links that were used", table=used_links, condition=used_links.c.expires_at < before),
    )


def list_forgettable_of(subscriber: str) -> tuple[Forgettable, ...]:
    """All that is kept under the id of a Subscriber who is no longer configured, but for the history of Deliveries."""
    return (
        Forgettable(name=_LEFT, table=subscribers, condition=subscribers.c.subscriber == subscriber),
        Forgettable(name=_HANDLED_BY_THEM, table=handled, condition=handled.c.subscriber == subscriber),
    )


def _is_over() -> sa.ColumnElement[bool]:
    """Whether no later Attempt of the Delivery needs to know of this one.

    One that was given up can be tried again (attempts.py), and goes as a possible repeat where it may have arrived.
    """
    is_final = deliveries.c.state.in_((DeliveryState.SENT, DeliveryState.UNWANTED))
    surely_failed = (deliveries.c.state == DeliveryState.GIVEN_UP) & (attempts.c.outcome != "unknown")
    return sa.exists().where(deliveries.c.id == attempts.c.delivery, is_final | surely_failed)


def count_forgettable(tx: sa.Connection, kinds: Iterable[Forgettable]) -> Mapping[str, int]:
    """How many rows there are of each kind, by its name."""
    return {
        kind.name: tx.scalar(sa.select(sa.func.count()).select_from(kind.table).where(kind.condition)) or 0
        for kind in kinds
    }


def delete_forgettable(database: Database, kinds: Iterable[Forgettable]) -> Mapping[str, int]:
    """Delete them, a slice in each transaction; how many rows of each kind are gone. Cut off, it can be run again."""
    return {kind.name: _delete_slices(database, kind) for kind in kinds}


def _delete_slices(database: Database, kind: Forgettable) -> int:
    names = tuple(kind.table.primary_key.columns)
    first = sa.select(*names).where(kind.condition).limit(MAX_ROWS_IN_SLICE)
    deletion = sa.delete(kind.table).where(sa.tuple_(*names).in_(first))
    count, in_slice = 0, MAX_ROWS_IN_SLICE
    while in_slice == MAX_ROWS_IN_SLICE:
        with database.begin() as tx:
            in_slice = tx.execute(deletion).rowcount
        count += in_slice
    return count
