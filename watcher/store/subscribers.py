"""Since when each Subscriber has had its topics, and which Items reached whom: the facts of missed_alerts.py."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from watcher.model import ItemDeliveries, Subscriber
from watcher.store.database import upsert
from watcher.store.items import item_of
from watcher.store.outbox_schema import deliveries, delivery_alerts, subscribers
from watcher.store.schema import alerts, items, matches, tellings


def note_subscriptions(tx: sa.Connection, configured: Iterable[Subscriber], now: datetime) -> set[str]:
    """Store each Subscriber's topics with `now` where they are new or changed, and its channel; the ids of new ones."""
    stored = {row.subscriber: row for row in tx.execute(sa.select(subscribers))}
    rows = [
        {
            "subscriber": subscriber.id,
            "wants": "all" if subscriber.topics is None else " ".join(sorted(subscriber.topics)),
            "via": subscriber.via,
            "since": now,
        }
        for subscriber in configured
    ]
    changed = []
    for row in rows:
        before = stored.get(row["subscriber"])
        if before is None or before.wants != row["wants"]:
            changed.append(row)
        elif before.via != row["via"]:
            changed.append({**row, "since": before.since})
    upsert(tx, subscribers, changed)
    return {str(row["subscriber"]) for row in rows} - set(stored)


def since(tx: sa.Connection) -> Mapping[str, datetime]:
    """By Subscriber id, since when (UTC) it has had the topics that it has now."""
    return {row.subscriber: row.since for row in tx.execute(sa.select(subscribers))}


def matching_items(tx: sa.Connection, begin: datetime, end: datetime) -> list[ItemDeliveries]:
    """The Items with a Match that we first saw from `begin` to `end` (UTC), with all Deliveries of their Stories."""
    query = sa.select(items).where(items.c.first_seen.between(begin, end)).order_by(items.c.first_seen, items.c.title)
    rows = tx.execute(query.where(items.c.id.in_(sa.select(matches.c.item)))).all()
    ids = [row.id for row in rows]
    topics: dict[str, set[str]] = {}
    for match in tx.execute(sa.select(matches.c.item, matches.c.topic).where(matches.c.item.in_(ids))):
        topics.setdefault(match.item, set()).add(match.topic)
    joined = (
        sa.select(tellings.c.item, deliveries.c.subscriber, deliveries.c.state, deliveries.c.first_due)
        .join(alerts, alerts.c.story == tellings.c.story)
        .join(delivery_alerts, delivery_alerts.c.alert == alerts.c.id)
        .join(deliveries, deliveries.c.id == delivery_alerts.c.delivery)
        .where(tellings.c.item.in_(ids))
    )
    deliveries_of: dict[str, list[tuple[str, str, datetime]]] = {}
    for row in tx.execute(joined):
        deliveries_of.setdefault(row.item, []).append((row.subscriber, row.state, row.first_due))
    return [
        ItemDeliveries(
            item=item_of(row), topics=frozenset(topics[row.id]), deliveries=tuple(deliveries_of.get(row.id, ()))
        )
        for row in rows
    ]
