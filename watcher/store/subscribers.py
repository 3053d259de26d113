"""Since when we know what each Subscriber wants, and what reached whom: the facts of missed_alerts.py."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from watcher.model import ItemDeliveries, Subscriber
from watcher.store.database import upsert
from watcher.store.items import item_of
from watcher.store.schema import alerts, deliveries, delivery_alerts, items, matches, subscribers, tellings


def note_subscriptions(tx: sa.Connection, known: Iterable[Subscriber], now: datetime) -> None:
    """Note since when each Subscriber has wanted what it wants now, and by which way it is told."""
    there = {row.subscriber: row for row in tx.execute(sa.select(subscribers))}
    rows = [
        {
            "subscriber": each.id,
            "wants": "all" if each.topics is None else " ".join(sorted(each.topics)),
            "via": each.via,
            "since": now,
        }
        for each in known
    ]
    for row in rows:
        before = there.get(row["subscriber"])
        if before is None or before.wants != row["wants"]:
            upsert(tx, subscribers, [row])
        elif before.via != row["via"]:
            upsert(tx, subscribers, [{**row, "since": before.since}])


def since(tx: sa.Connection) -> Mapping[str, datetime]:
    """Since when (UTC) each Subscriber has wanted what it wants now."""
    return {row.subscriber: row.since for row in tx.execute(sa.select(subscribers))}


def matching_items(tx: sa.Connection, begin: datetime, end: datetime) -> list[ItemDeliveries]:
    """The matching Items that we first saw between `begin` and `end`, with all Deliveries of their Stories."""
    wanted = sa.select(items).where(items.c.first_seen.between(begin, end)).order_by(items.c.first_seen, items.c.title)
    rows = tx.execute(wanted.where(items.c.id.in_(sa.select(matches.c.item)))).all()
    ids = [row.id for row in rows]
    about: dict[str, set[str]] = {}
    for match in tx.execute(sa.select(matches.c.item, matches.c.topic).where(matches.c.item.in_(ids))):
        about.setdefault(match.item, set()).add(match.topic)
    told = (
        sa.select(tellings.c.item, deliveries.c.subscriber, deliveries.c.state, deliveries.c.first_due)
        .join(alerts, alerts.c.story == tellings.c.story)
        .join(delivery_alerts, delivery_alerts.c.alert == alerts.c.id)
        .join(deliveries, deliveries.c.id == delivery_alerts.c.delivery)
        .where(tellings.c.item.in_(ids))
    )
    reached: dict[str, list[tuple[str, str, datetime]]] = {}
    for row in tx.execute(told):
        reached.setdefault(row.item, []).append((row.subscriber, row.state, row.first_due))
    return [
        ItemDeliveries(item=item_of(row), topics=frozenset(about[row.id]), deliveries=tuple(reached.get(row.id, ())))
        for row in rows
    ]
