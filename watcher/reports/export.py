"""All that is known, record by record, for other programs: with the names and forms of the API."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from watcher.model import Precision, Subscriber
from watcher.store import items as stored_items
from watcher.store.outbox_schema import deliveries, delivery_alerts
from watcher.store.schema import items, tellings

BATCH = 500
Record = dict[str, Any]
# The names of their fields, in order: a table has its heads where there is no record too.
ITEM_FIELDS: tuple[str, ...] = (
    *("id", "source", "publisher", "title", "summary", "url", "first_seen_at", "published_at", "published_day"),
    *("revision", "is_withdrawn", "is_unproven", "topics", "story"),
)
DELIVERY_FIELDS: tuple[str, ...] = (
    *("id", "subscriber", "period", "state", "planned_at", "due_at", "sent_at", "attempts", "alerts"),
)
READER_FIELDS: tuple[str, ...] = ("id", "via", "address", "topics", "pace", "is_admin")


def export_items(tx: sa.Connection, since: datetime) -> Iterator[Record]:
    """Every Item that was first seen `since` (UTC), the oldest first, with its Topics and its Story."""
    place: tuple[datetime, str] | None = None
    while True:
        query = sa.select(items).where(items.c.first_seen >= since).order_by(items.c.first_seen, items.c.id)
        if place:
            query = query.where(_is_behind(items.c.first_seen, items.c.id, place))
        batch = tx.execute(query.limit(BATCH)).all()
        yield from _describe_items(tx, batch)
        if len(batch) < BATCH:
            return
        place = (batch[-1].first_seen, batch[-1].id)


def _describe_items(tx: sa.Connection, batch: Any) -> Iterator[Record]:
    ids = [stored.id for stored in batch]
    of_batch = sa.select(tellings.c.item, tellings.c.story, tellings.c.publisher).where(tellings.c.item.in_(ids))
    of_story = {telling.item: telling for telling in tx.execute(of_batch)}
    topics = stored_items.matches_of(tx, ids)
    for stored in batch:
        item, telling = stored_items.item_of(stored), of_story.get(stored.id)
        has_day = item.published.precision is not Precision.MONTH
        yield {
            "id": item.id,
            "source": item.source,
            "publisher": telling.publisher if telling else None,
            "title": item.title,
            "summary": item.summary,
            "url": item.url,
            "first_seen_at": _format_utc(item.first_seen),
            "published_at": _format_utc(item.published.at),
            "published_day": _format_day(item.published.day if has_day else None),
            "revision": item.revision,
            "is_withdrawn": item.withdrawn,
            "is_unproven": item.is_unproven,
            "topics": [match.topic for match in topics.get(item.id, ())],
            "story": telling.story if telling else None,
        }


def export_deliveries(tx: sa.Connection, since: datetime) -> Iterator[Record]:
    """Every Delivery that was planned `since` (UTC), the oldest first. No address is among it."""
    place: tuple[datetime, str] | None = None
    while True:
        query = sa.select(deliveries).where(deliveries.c.planned >= since)
        query = query.order_by(deliveries.c.planned, deliveries.c.id)
        if place:
            query = query.where(_is_behind(deliveries.c.planned, deliveries.c.id, place))
        batch = tx.execute(query.limit(BATCH)).all()
        carried = sa.select(delivery_alerts).where(delivery_alerts.c.delivery.in_([sent.id for sent in batch]))
        alerts: dict[str, list[str]] = {sent.id: [] for sent in batch}
        for link in tx.execute(carried):
            alerts[link.delivery].append(link.alert)
        for sent in batch:
            yield {
                "id": sent.id,
                "subscriber": sent.subscriber,
                "period": sent.period,
                "state": sent.state,
                "planned_at": _format_utc(sent.planned),
                "due_at": _format_utc(sent.due),
                "sent_at": _format_utc(sent.sent_at),
                "attempts": sent.attempts,
                "alerts": sorted(alerts[sent.id]),
            }
        if len(batch) < BATCH:
            return
        place = (batch[-1].planned, batch[-1].id)


def _is_behind(at: sa.Column[Any], name: sa.Column[Any], place: tuple[datetime, str]) -> sa.ColumnElement[bool]:
    return sa.or_(at > place[0], sa.and_(at == place[0], name > place[1]))


def export_readers(subscribers: Mapping[str, Subscriber]) -> Iterator[Record]:
    """Every configured Subscriber with the address: personal data."""
    for subscriber in subscribers.values():
        yield {
            "id": subscriber.id,
            "via": subscriber.via,
            "address": subscriber.address,
            "topics": "all" if subscriber.topics is None else sorted(subscriber.topics),
            "pace": subscriber.frequency,
            "is_admin": subscriber.admin,
        }


def _format_utc(moment: datetime | None) -> str | None:
    """A moment as RFC 3339 writes it, in UTC and to the second; None for none."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None


def _format_day(day: date | None) -> str | None:
    return day.isoformat() if day else None
