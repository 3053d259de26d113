"""The threads of Stories: what was told first, in the words of that day, and what followed."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from watcher.model import AlertContext, Delivery, DeliveryState, Reason, Receipt, Thread
from watcher.store import items, stories
from watcher.store.deliveries import delivery_of, load_alerts, load_details
from watcher.store.schema import alerts, deliveries, delivery_alerts

FOLLOW_UPS = (Reason.NOW_OFFICIAL, Reason.CHANGED, Reason.WITHDRAWN, Reason.STILL_REPORTED)


def load_thread(tx: sa.Connection, first: str, leaving: Delivery) -> Thread:
    """The thread that begins with the Delivery `first`, as it is when `leaving` will have been sent."""
    row = tx.execute(sa.select(deliveries).where(deliveries.c.id == first)).one()
    begun = delivery_of(row)
    told = [_as_of(tx, each, row.sent_at) for each in load_alerts(tx, begun)]
    return Thread(
        delivery=begun,
        receipt=Receipt(place=row.place, message=row.message),
        sent_at=row.sent_at,
        contexts=told,
        follow_ups=_since(tx, told, leaving),
    )


def _since(tx: sa.Connection, told: list[AlertContext], leaving: Delivery) -> list[AlertContext]:
    """The newest follow-up of each Story that this Subscriber was sent, or is being sent now."""
    sent = sa.and_(deliveries.c.subscriber == leaving.subscriber, deliveries.c.state == DeliveryState.SENT)
    joined = (
        sa.select(alerts)
        .join(delivery_alerts, delivery_alerts.c.alert == alerts.c.id)
        .join(deliveries, deliveries.c.id == delivery_alerts.c.delivery)
        .where(
            sa.or_(sent, deliveries.c.id == leaving.id),
            alerts.c.story.in_([each.alert.story for each in told]),
            alerts.c.reason.in_(FOLLOW_UPS),
            alerts.c.id.not_in([each.alert.id for each in told]),
        )
        .order_by(alerts.c.at, alerts.c.id)
    )
    newest = {row.story: stories.alert_of(row) for row in tx.execute(joined)}
    found = load_details(tx, list(newest.values()), leaving)
    return [_as_of(tx, each, each.alert.at) for each in found]


def _as_of(tx: sa.Connection, told: AlertContext, moment: datetime) -> AlertContext:
    story = told.story.as_of(moment) if told.story else None
    item = items.as_of(tx, told.item, moment) if told.item else None
    dates = tuple(filter(None, (each.as_of(moment) for each in told.dates)))
    return replace(told, story=story, item=item, dates=dates)
