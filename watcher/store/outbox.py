"""What the outbox holds, for people: what is late, given up or waiting, and a Story's whole life. Reads only."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher.model import Delivery, DeliveryRecord, DeliveryState, Frequency
from watcher.store.schema import alerts, attempts, deliveries, delivery_alerts, subscribers

_WAITING = (DeliveryState.PENDING, DeliveryState.UNKNOWN, DeliveryState.LEASED)
_PACES = {
    "daily": f"{Frequency.DAILY} digest",
    "weekly": f"{Frequency.WEEKLY} digest",
}  # by what a Delivery's period begins with


def overdue(tx: sa.Connection, before: datetime) -> list[sa.Row[Any]]:
    """Deliveries that should have left before `before` and have not, oldest first."""
    waiting = deliveries.c.state.in_(_WAITING)
    wanted = sa.select(deliveries).where(waiting, deliveries.c.first_due < before)
    return list(tx.execute(wanted.order_by(deliveries.c.first_due)))


def ready(tx: sa.Connection, now: datetime) -> int:
    """How many Deliveries could leave at `now`, were their channels free."""
    due = sa.and_(deliveries.c.due <= now, deliveries.c.state.in_(_WAITING))
    return int(tx.scalar(sa.select(sa.func.count()).select_from(deliveries).where(due)) or 0)


def next_news(tx: sa.Connection) -> datetime | None:
    """When the next Delivery with an Alert in it is due; the empty digests of quiet mornings do not count."""
    waiting = sa.and_(deliveries.c.state.in_(_WAITING), deliveries.c.id.in_(sa.select(delivery_alerts.c.delivery)))
    found: datetime | None = tx.scalar(sa.select(sa.func.min(deliveries.c.due)).where(waiting))
    return found


def given_up(tx: sa.Connection, since: datetime) -> list[sa.Row[Any]]:
    """Deliveries that were given up since `since`."""
    wanted = deliveries.c.state == DeliveryState.GIVEN_UP
    return list(tx.execute(sa.select(deliveries).where(wanted, deliveries.c.first_due >= since)))


def pending(tx: sa.Connection, subscriber: str, period: str) -> Delivery | None:
    """The Delivery of a Subscriber's period as it waits, for a preview."""
    wanted = sa.select(deliveries).where(deliveries.c.subscriber == subscriber, deliveries.c.period == period)
    row = tx.execute(wanted).first()
    if row is None:
        return None
    return Delivery(id=row.id, subscriber=subscriber, period=period, due=row.due, first_due=row.first_due)


def delivery_records(tx: sa.Connection, story: str) -> list[DeliveryRecord]:
    """How far each Alert of `story` got to each Subscriber, without any address."""
    wanted = (
        sa.select(delivery_alerts.c.alert, deliveries, subscribers.c.via)
        .join(deliveries, deliveries.c.id == delivery_alerts.c.delivery)
        .join(alerts, alerts.c.id == delivery_alerts.c.alert)
        .outerjoin(subscribers, subscribers.c.subscriber == deliveries.c.subscriber)
        .where(alerts.c.story == story)
        .order_by(alerts.c.at, alerts.c.id, deliveries.c.subscriber, deliveries.c.id)
    )
    return [
        DeliveryRecord(
            alert=row.alert,
            delivery=row.id,
            subscriber=row.subscriber,
            via=row.via or "",
            pace=_PACES.get(row.period.partition(":")[0], str(Frequency.AT_ONCE)),
            state=row.state,
            due=row.first_due,
            sent_at=row.sent_at,
            attempts=row.attempts,
            repeat=row.repeat,
        )
        for row in tx.execute(wanted)
    ]


def attempts_of_story(tx: sa.Connection, story: str) -> list[sa.Row[Any]]:
    """Every Attempt and waiting Delivery that an Alert of `story` has had, for `watcher explain`."""
    wanted = (
        sa.select(
            alerts.c.reason,
            alerts.c.at.label("alerted"),
            deliveries.c.id,
            deliveries.c.subscriber,
            deliveries.c.state,
            deliveries.c.due,
            deliveries.c.sent_at,
            attempts.c.number,
            attempts.c.at,
            attempts.c.outcome,
            attempts.c.why,
        )
        .select_from(alerts)
        .join(delivery_alerts, delivery_alerts.c.alert == alerts.c.id)
        .join(deliveries, deliveries.c.id == delivery_alerts.c.delivery)
        .outerjoin(attempts, attempts.c.delivery == deliveries.c.id)
        .where(alerts.c.story == story)
        .order_by(alerts.c.at, deliveries.c.id, attempts.c.number)
    )
    return list(tx.execute(wanted))
