"""From Stories with a Reason to Deliveries: who is told what, and when."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from watcher.core import due
from watcher.model import Alert, Pace, Planned, Reason, Subscriber


def deliveries(alert: Alert, subscribers: Iterable[Subscriber], now: datetime) -> tuple[Planned, ...]:
    """One Planned for each Subscriber whom `alert` concerns."""
    return tuple(_planned(alert, subscriber, now) for subscriber in subscribers if concerns(alert, subscriber))


def concerns(alert: Alert, subscriber: Subscriber) -> bool:
    """Admins hear what only admins need; the rest goes by Topic."""
    if alert.reason is Reason.NEEDS_ADMIN:
        return subscriber.admin
    return subscriber.topics is None or not subscriber.topics.isdisjoint(alert.topics)


def _planned(alert: Alert, subscriber: Subscriber, now: datetime) -> Planned:
    """An instant Alert is a Delivery of its own; a digest's joins the Delivery that waits for the next morning."""
    if subscriber.pace is Pace.AT_ONCE or alert.reason is Reason.NEEDS_ADMIN:
        return Planned(
            subscriber=subscriber.id,
            channel=subscriber.channel,
            period=f"alert:{alert.id}",
            due=due.not_quiet(subscriber, now),
            alert=alert.id,
        )
    return replace(digest(subscriber, now), alert=alert.id)


def digest(subscriber: Subscriber, now: datetime) -> Planned:
    """The next digest of `subscriber`, and the one after, for an Alert that comes while this one is leaving."""
    period, moment = due.next_digest(subscriber, now)
    else_period, else_moment = due.next_digest(subscriber, moment)
    return Planned(
        subscriber=subscriber.id,
        channel=subscriber.channel,
        period=period,
        due=moment,
        else_period=else_period,
        else_due=else_moment,
    )


def digests(subscribers: Iterable[Subscriber], now: datetime) -> tuple[Planned, ...]:
    """The digest that each digest Subscriber gets next, Alerts or none: "nothing new" is said, not skipped."""
    return tuple(digest(subscriber, now) for subscriber in subscribers if subscriber.pace is not Pace.AT_ONCE)
