"""Missed Alerts: the check from the other end that each matching Item was really sent to everybody it concerns.

It trusts none of the steps between: not the Alerts, not the plan. After alphagov/email-alert-api's delivery check.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from watcher.core.delivery.routing import MIN_POINTS_IN_DIGEST
from watcher.core.items.newsworthiness import MAX_AGE, is_stale
from watcher.core.language.dates import latest_moment
from watcher.model import DeliveryState, Item, ItemDeliveries, Subscriber

MIN_AGE = timedelta(hours=1)
LOOK_BACK = timedelta(hours=48)
_SETTLED_STATES = frozenset({DeliveryState.SENT, DeliveryState.UNWANTED})


def find_missed_alerts(
    items: Iterable[ItemDeliveries],
    subscribers: Iterable[Subscriber],
    subscribed_since: Mapping[str, datetime],
    first_read: Mapping[str, datetime],
    now: datetime,
) -> tuple[str, ...]:
    """A line for each Item and Subscriber without an accepted Delivery or one that may still wait.

    `subscribed_since`: by id, from when (UTC) we know each Subscriber; `first_read`: by id, when each source was first
    read (what it listed then is recorded, not told).
    """
    subscribers = list(subscribers)
    lines = []
    for item_deliveries in items:
        item = item_deliveries.item
        if item.first_seen is None or not _has_been_news(item, first_read.get(item.source), item.first_seen):
            continue
        lines += [
            f"{subscriber.id} was never told of “{item.title}” (watcher explain {item.id})"
            for subscriber in subscribers
            if subscribed_since.get(subscriber.id, now) < item.first_seen
            and _should_have_heard(subscriber, item_deliveries)
            and not any(_is_accounted_for(delivery, subscriber, now) for delivery in item_deliveries.deliveries)
        ]
    return tuple(lines)


def _should_have_heard(subscriber: Subscriber, item_deliveries: ItemDeliveries) -> bool:
    by_topic = subscriber.topics is None or not subscriber.topics.isdisjoint(item_deliveries.topics)
    return by_topic and item_deliveries.points >= MIN_POINTS_IN_DIGEST


def _has_been_news(item: Item, first_read: datetime | None, first_seen: datetime) -> bool:
    stale = is_stale(latest_moment(item.published), first_seen, MAX_AGE)
    return first_read is not None and first_read < first_seen and not stale


def _is_accounted_for(delivery: tuple[str, str, datetime], subscriber: Subscriber, now: datetime) -> bool:
    """Whether (subscriber id, state, first due) is a Delivery to `subscriber` that is settled, or due too recently."""
    subscriber_id, state, first_due = delivery
    return subscriber_id == subscriber.id and (state in _SETTLED_STATES or first_due > now - MIN_AGE)
