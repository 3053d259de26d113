"""The check from the other end: whether what should have been heard was really handed over.

It trusts none of the steps between: not the Alerts, not the plan. After alphagov/email-alert-api's delivery check.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from watcher.core.delivery.routing import min_points
from watcher.core.items.freshness import MAX_AGE, is_stale
from watcher.core.language.dates import latest_moment
from watcher.model import DeliveryState, Item, ItemDeliveries, Subscriber

MIN_AGE = timedelta(hours=1)
LOOK_BACK = timedelta(hours=48)
_HEARD = frozenset({DeliveryState.SENT, DeliveryState.UNWANTED})


def find_missed_alerts(
    seen: Iterable[ItemDeliveries],
    subscribers: Iterable[Subscriber],
    since: Mapping[str, datetime],
    baseline: Mapping[str, datetime],
    now: datetime,
) -> tuple[str, ...]:
    """A line for each Item and Subscriber without an accepted Delivery, nor one that rightly still waits.

    `since`: from when we know each Subscriber; `baseline`: when each source was first read (what it listed then is
    recorded, not told).
    """
    known = list(subscribers)
    lines = []
    for each in seen:
        first_seen = each.item.first_seen
        if first_seen is None or not _was_news(each.item, baseline.get(each.item.source), first_seen):
            continue
        lines += [
            f"{subscriber.id} was never told of “{each.item.title}” (watcher explain {each.item.id})"
            for subscriber in known
            if since.get(subscriber.id, now) < first_seen
            and (subscriber.topics is None or not subscriber.topics.isdisjoint(each.topics))
            and each.points >= min_points(subscriber)
            and not any(_heard(row, subscriber, now) for row in each.deliveries)
        ]
    return tuple(lines)


def _was_news(item: Item, first_read: datetime | None, first_seen: datetime) -> bool:
    stale = is_stale(latest_moment(item.published), first_seen, MAX_AGE)
    return first_read is not None and first_read < first_seen and not stale


def _heard(row: tuple[str, str, datetime], subscriber: Subscriber, now: datetime) -> bool:
    name, state, first_due = row
    return name == subscriber.id and (state in _HEARD or first_due > now - MIN_AGE)
