"""What may be forgotten of a long past, table by table: how much there is of it, and its end.

Items, Stories, Alerts and Deliveries stay: they say what was told to whom, so that nothing is told again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from watcher.model import DeliveryState
from watcher.store.marks_schema import story_marks, topic_marks, used_links
from watcher.store.origins import old_bytes
from watcher.store.outbox_schema import attempts, deliveries, subscribers
from watcher.store.schema import bodies, handled, quarantine

_OVER = (DeliveryState.SENT, DeliveryState.GIVEN_UP, DeliveryState.UNWANTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgettable:
    """One kind of what may be forgotten: its name for people, the table, and which of its rows."""

    name: str
    table: sa.Table
    condition: sa.ColumnElement[bool]


def list_forgettable(before: datetime, readers: Collection[str]) -> tuple[Forgettable, ...]:
    """What is older than `before` (UTC); of Subscribers those that are not among `readers`, the configured ones."""
    gone = subscribers.c.subscriber.not_in(readers) & (subscribers.c.since < before)
    handled_by_gone = handled.c.subscriber.not_in(readers) & (handled.c.at < before)
    is_over = sa.exists().where(deliveries.c.id == attempts.c.delivery, deliveries.c.state.in_(_OVER))
    return (
        Forgettable(name="bytes of pages", table=bodies, condition=old_bytes(before)),
        Forgettable(name="attempts to send", table=attempts, condition=(attempts.c.at < before) & is_over),
        Forgettable(name="marks of topics", table=topic_marks, condition=topic_marks.c.at < before),
        Forgettable(name="marks of stories", table=story_marks, condition=story_marks.c.at < before),
        Forgettable(name="what could not be read", table=quarantine, condition=quarantine.c.at < before),
        Forgettable(name="subscribers who left", table=subscribers, condition=gone),
        Forgettable(name="what they had marked as done", table=handled, condition=handled_by_gone),
        Forgettable(name="links that were used", table=used_links, condition=used_links.c.expires_at < before),
    )


def count_forgettable(tx: sa.Connection, before: datetime, readers: Collection[str]) -> Mapping[str, int]:
    """How many rows there are of each kind."""
    return {
        kind.name: tx.scalar(sa.select(sa.func.count()).select_from(kind.table).where(kind.condition)) or 0
        for kind in list_forgettable(before, readers)
    }


def delete_forgettable(tx: sa.Connection, before: datetime, readers: Collection[str]) -> Mapping[str, int]:
    """Delete them; how many rows of each kind are gone."""
    return {
        kind.name: tx.execute(sa.delete(kind.table).where(kind.condition)).rowcount
        for kind in list_forgettable(before, readers)
    }
