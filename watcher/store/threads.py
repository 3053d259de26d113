"""The threads of Stories: the Alerts of a first Delivery, in the words of that day, and their follow-ups."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from watcher.model import AlertContext, Delivery, DeliveryState, Reason, Receipt, Thread
from watcher.store import items
from watcher.store.alert_contexts import load_alerts, load_details
from watcher.store.alerts import alert_of
from watcher.store.deliveries import delivery_of
from watcher.store.outbox_schema import deliveries, delivery_alerts
from watcher.store.schema import alerts

FOLLOW_UPS = (Reason.NOW_OFFICIAL, Reason.CHANGED, Reason.WITHDRAWN)


def load_thread(tx: sa.Connection, first: str, leaving: Delivery) -> Thread:
    """The thread that begins with the Delivery `first` (an id), as it is when `leaving` will have been sent."""
    row = tx.execute(sa.select(deliveries).where(deliveries.c.id == first)).one()
    delivery = delivery_of(row)
    contexts = [_rewind_context(tx, context, row.sent_at) for context in load_alerts(tx, delivery)]
    return Thread(
        delivery=delivery,
        receipt=Receipt(place=row.place, message=row.message),
        sent_at=row.sent_at,
        contexts=contexts,
        follow_ups=_load_follow_ups(tx, contexts, leaving),
    )


def _load_follow_ups(tx: sa.Connection, contexts: list[AlertContext], leaving: Delivery) -> list[AlertContext]:
    """The follow-ups of the Stories of `contexts` that this Subscriber was sent, or is being sent now, in order."""
    is_sent = sa.and_(deliveries.c.subscriber == leaving.subscriber, deliveries.c.state == DeliveryState.SENT)
    joined = (
        sa.select(alerts)
        .join(delivery_alerts, delivery_alerts.c.alert == alerts.c.id)
        .join(deliveries, deliveries.c.id == delivery_alerts.c.delivery)
        .where(
            sa.or_(is_sent, deliveries.c.id == leaving.id),
            alerts.c.story.in_([context.alert.story for context in contexts]),
            alerts.c.reason.in_(FOLLOW_UPS),
            alerts.c.id.not_in([context.alert.id for context in contexts]),
        )
        .order_by(alerts.c.at, alerts.c.id)
    )
    follow_ups = load_details(tx, [alert_of(row) for row in tx.execute(joined)], leaving)
    return [_rewind_context(tx, follow_up, follow_up.alert.at) for follow_up in follow_ups]


def _rewind_context(tx: sa.Connection, context: AlertContext, moment: datetime) -> AlertContext:
    """`context` with its Story, Item and dates as they were at `moment` (UTC)."""
    story = context.story.as_of(moment) if context.story else None
    item = items.as_of(tx, context.item, moment) if context.item else None
    dates = tuple(filter(None, (date.as_of(moment) for date in context.dates)))
    return replace(context, story=story, item=item, dates=dates)
