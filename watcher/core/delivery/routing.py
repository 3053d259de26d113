"""From Stories with a Reason to Deliveries: who is told what, and when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from watcher.core.delivery.schedule import after_quiet_hours, london_time, next_digest, urgent_due
from watcher.core.language.dates import LONDON
from watcher.model import Alert, Frequency, PlannedDelivery, Reason, Subscriber

MAX_STORIES_AN_HOUR = 3  # Stories in messages of their own; more become one
GATHER = timedelta(minutes=10)
MIN_POINTS_AT_ONCE, MIN_POINTS_IN_DIGEST = (
    0,
    -2,
)  # points of Relevance: opinion and rumour can wait for the digest, or stay away
NOBODY: Mapping[str, int] = {}
NOTHING: Mapping[Alert, frozenset[str]] = {}
NEVER: Mapping[str, Sequence[datetime]] = {}


def plan_deliveries(
    alerts: Sequence[Alert],
    subscribers: Iterable[Subscriber],
    now: datetime,
    lately: Mapping[str, int] = NOBODY,
    heard: Mapping[Alert, frozenset[str]] = NOTHING,
    pressing: Mapping[str, Sequence[datetime]] = NEVER,
) -> tuple[PlannedDelivery, ...]:
    """A PlannedDelivery for each Alert and each Subscriber whom it concerns.

    `lately`: how many Stories each Subscriber was told in the last hour. A burst of more than three becomes one
    Delivery; what follows up on a told Story is never held back for it. `heard`: by Alert, the Topics whose readers had
    heard of its Story before; they need not hear of it for the first time again. `pressing`: by Story, the moments by
    which something must be done: what would come too late for one of them is told at once, alone.
    """
    planned: list[PlannedDelivery] = []
    for subscriber in subscribers:
        mine = [alert for alert in alerts if _needs(alert, subscriber, heard.get(alert, frozenset()))]
        urgent = {alert: urgent_due(subscriber, _deadlines(alert, pressing), now) for alert in mine}
        planned += [_alone(alert, subscriber, moment) for alert, moment in urgent.items() if moment]
        planned += _to(subscriber, [alert for alert in mine if not urgent[alert]], now, lately.get(subscriber.id, 0))
    return tuple(planned)


def reaches_anyone(alert: Alert, subscribers: Iterable[Subscriber], heard: frozenset[str]) -> bool:
    """Whether an Alert tells anything to anybody: one more report that only widens the Topics may find all informed."""
    return (
        not heard or alert.reason is not Reason.FIRST_HEARD or any(_needs(alert, each, heard) for each in subscribers)
    )


def _needs(alert: Alert, subscriber: Subscriber, heard: frozenset[str]) -> bool:
    again = alert.reason is Reason.FIRST_HEARD and bool(heard) and _wants(subscriber, heard)
    return should_receive(alert, subscriber) and not again


def _deadlines(alert: Alert, pressing: Mapping[str, Sequence[datetime]]) -> Sequence[datetime]:
    """Opinion and rumour can wait for the digest, whatever dates they name."""
    return pressing.get(alert.story, ()) if alert.relevance >= MIN_POINTS_AT_ONCE else ()


def _alone(alert: Alert, subscriber: Subscriber, moment: datetime) -> PlannedDelivery:
    return replace(_together(alert, subscriber, f"alert:{alert.id}", moment), alone=True)


def _to(subscriber: Subscriber, mine: Sequence[Alert], now: datetime, lately: int) -> list[PlannedDelivery]:
    """New Stories of a burst together, those of quiet hours together at their end; all else by itself."""
    stories = sum(alert.reason is Reason.FIRST_HEARD for alert in mine)
    burst = stories + lately > MAX_STORIES_AN_HOUR
    wakes = after_quiet_hours(subscriber, now)
    planned = []
    for alert in mine:
        if alert.reason is not Reason.FIRST_HEARD or subscriber.frequency is not Frequency.AT_ONCE:
            planned.append(_planned(alert, subscriber, now))
        elif wakes > now:
            planned.append(_together(alert, subscriber, f"quiet:{wakes.isoformat()}", wakes))
        elif burst:
            planned.append(_gathered(alert, subscriber, now, lately))
        else:
            planned.append(_planned(alert, subscriber, now))
    return planned


def _together(alert: Alert, subscriber: Subscriber, period: str, moment: datetime) -> PlannedDelivery:
    return PlannedDelivery(
        subscriber=subscriber.id, channel=subscriber.channel, period=period, due=moment, alert=alert.id
    )


def _gathered(alert: Alert, subscriber: Subscriber, now: datetime, lately: int) -> PlannedDelivery:
    """With the others of this burst; at once when the burst is only beginning, else within ten minutes."""
    slot = now - timedelta(minutes=now.minute % 10, seconds=now.second, microseconds=now.microsecond)
    leaves = after_quiet_hours(subscriber, slot + GATHER if lately else now)
    after = after_quiet_hours(subscriber, slot + GATHER)
    first = _together(alert, subscriber, f"burst:{slot.isoformat()}", leaves)
    return replace(first, else_period=f"burst:{(slot + GATHER).isoformat()}", else_due=after)


def should_receive(alert: Alert, subscriber: Subscriber) -> bool:
    """Admins hear what only admins need; the rest goes by Topic, and by how much it looks like practice business."""
    if alert.reason is Reason.NEEDS_ADMIN:
        return subscriber.admin
    if alert.reason is Reason.FIRST_HEARD and alert.relevance < min_points(subscriber):
        return False  # watcher unsent lists it, with the reason
    return _wants(subscriber, alert.topics)


def min_points(subscriber: Subscriber) -> int:
    """The points of Relevance from which a Subscriber hears of a Story for the first time."""
    return MIN_POINTS_AT_ONCE if subscriber.frequency is Frequency.AT_ONCE else MIN_POINTS_IN_DIGEST


def _wants(subscriber: Subscriber, topics: Iterable[str]) -> bool:
    return subscriber.topics is None or not subscriber.topics.isdisjoint(topics)


def _planned(alert: Alert, subscriber: Subscriber, now: datetime) -> PlannedDelivery:
    """An instant Alert is a Delivery of its own; a digest's joins the Delivery that waits for the next morning."""
    if subscriber.frequency is Frequency.AT_ONCE or alert.reason is Reason.NEEDS_ADMIN:
        return PlannedDelivery(
            subscriber=subscriber.id,
            channel=subscriber.channel,
            period=f"alert:{alert.id}",
            due=after_quiet_hours(subscriber, now),
            alert=alert.id,
        )
    return replace(plan_digest(subscriber, now), alert=alert.id)


def plan_digest(subscriber: Subscriber, now: datetime) -> PlannedDelivery:
    """The next digest of `subscriber`, and the one after, for an Alert that comes while this one is leaving."""
    period, moment = next_digest(subscriber, now)
    else_period, else_moment = next_digest(subscriber, moment)
    return PlannedDelivery(
        subscriber=subscriber.id,
        channel=subscriber.channel,
        period=period,
        due=moment,
        else_period=else_period,
        else_due=else_moment,
    )


def in_next_period(planned: PlannedDelivery) -> PlannedDelivery | None:
    """One period on, for an Alert whose two digests have left (a clock had run ahead); None where there is none."""
    pace, _, day = planned.else_period.partition(":")
    if pace not in {Frequency.DAILY, Frequency.WEEKLY} or planned.else_due is None:
        return None
    following = date.fromisoformat(day) + timedelta(days=7 if pace == Frequency.WEEKLY else 1)
    at = planned.else_due.astimezone(LONDON).time()
    return replace(
        planned,
        period=planned.else_period,
        due=planned.else_due,
        else_period=f"{pace}:{following.isoformat()}",
        else_due=london_time(following, at),
    )


def plan_digests(subscribers: Iterable[Subscriber], now: datetime) -> tuple[PlannedDelivery, ...]:
    """The digest that each digest Subscriber gets next, Alerts or none: "nothing new" is said, not skipped."""
    return tuple(
        plan_digest(subscriber, now) for subscriber in subscribers if subscriber.frequency is not Frequency.AT_ONCE
    )
