"""Routing: Alerts and Subscribers in, planned Deliveries out: who is sent what, and when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from watcher.core.delivery.schedule import after_quiet_hours, next_digest, urgent_due
from watcher.core.language.dates import LONDON, london_time
from watcher.model import WELCOME_PERIOD, Alert, Frequency, PlannedDelivery, Reason, Subscriber, Trust, Zone

MAX_STORIES_AN_HOUR = 3  # in messages of their own; more become one message
GATHER = timedelta(minutes=10)
# Points of Relevance: opinion and rumour can wait for the digest, or are not sent at all.
MIN_POINTS_AT_ONCE, MIN_POINTS_IN_DIGEST = 0, -2
NO_COUNTS: Mapping[str, int] = {}
NO_TOPICS: Mapping[Alert, frozenset[str]] = {}
NO_MOMENTS: Mapping[str, Sequence[datetime]] = {}


def floor_points(points: int, trust: Trust) -> int:
    """`points` as they count: what an official body says has those of a digest at least."""
    return max(points, MIN_POINTS_IN_DIGEST) if trust.confirms else points


def zone_of(points: int, trust: Trust) -> Zone:
    """Where a new Item with these points goes."""
    counted = floor_points(points, trust)
    if counted >= MIN_POINTS_AT_ONCE:
        return Zone.AT_ONCE
    return Zone.DIGEST if counted >= MIN_POINTS_IN_DIGEST else Zone.PERHAPS


def plan_deliveries(
    alerts: Sequence[Alert],
    subscribers: Iterable[Subscriber],
    now: datetime,
    recent_counts: Mapping[str, int] = NO_COUNTS,
    told_topics: Mapping[Alert, frozenset[str]] = NO_TOPICS,
    urgent_moments: Mapping[str, Sequence[datetime]] = NO_MOMENTS,
) -> tuple[PlannedDelivery, ...]:
    """A PlannedDelivery for each Alert and each Subscriber whom it concerns.

    `recent_counts`: by id, how many Stories each Subscriber was told in the last hour. A burst of more than three
    becomes one Delivery; follow-ups on a told Story are never held back for it. `told_topics`: by Alert, the Topics
    whose readers had heard of its Story before; they need not hear of it for the first time again. `urgent_moments`:
    by Story, the moments (UTC) by which something must be done: what would come too late for one of them is sent at
    once, alone.
    """
    planned: list[PlannedDelivery] = []
    for subscriber in subscribers:
        needed = [alert for alert in alerts if _is_needed(alert, subscriber, told_topics.get(alert, frozenset()))]
        urgent = {
            alert: urgent_due(subscriber, _find_urgent_moments(alert, urgent_moments), now, waits=alert.in_digest)
            for alert in needed
        }
        planned += [_plan_alone(alert, subscriber, moment) for alert, moment in urgent.items() if moment]
        not_urgent = [alert for alert in needed if not urgent[alert]]
        planned += _plan_for(subscriber, not_urgent, now, recent_counts.get(subscriber.id, 0))
    return tuple(planned)


def reaches_anyone(alert: Alert, subscribers: Iterable[Subscriber], told_topics: frozenset[str]) -> bool:
    """Whether `alert` is news to any Subscriber; the readers of `told_topics` have heard of its Story before.

    One more report that only adds Topics may find everybody informed.
    """
    if not told_topics or alert.reason is not Reason.FIRST_HEARD:
        return True
    return any(_is_needed(alert, subscriber, told_topics) for subscriber in subscribers)


def _is_needed(alert: Alert, subscriber: Subscriber, told_topics: frozenset[str]) -> bool:
    is_repeat = alert.reason is Reason.FIRST_HEARD and bool(told_topics) and _is_subscribed_to(subscriber, told_topics)
    return should_receive(alert, subscriber) and not is_repeat


def _find_urgent_moments(alert: Alert, urgent_moments: Mapping[str, Sequence[datetime]]) -> Sequence[datetime]:
    """The urgent moments of the Alert's Story; none for opinion and rumour, which can wait for the digest."""
    return urgent_moments.get(alert.story, ()) if alert.relevance >= MIN_POINTS_AT_ONCE else ()


def _plan_alone(alert: Alert, subscriber: Subscriber, moment: datetime) -> PlannedDelivery:
    return replace(_plan_in_period(alert, subscriber, f"alert:{alert.id}", moment), alone=True)


def _plan_for(subscriber: Subscriber, alerts: Sequence[Alert], now: datetime, recent: int) -> list[PlannedDelivery]:
    """New Stories of a burst in one Delivery, those of quiet hours in one at their end; each other Alert in its own."""
    first = [alert for alert in alerts if alert.reason is Reason.FIRST_HEARD and not alert.in_digest]
    stories = sum(_is_about_topics_of(alert, subscriber) for alert in first)
    is_burst = stories + recent > MAX_STORIES_AN_HOUR
    wakes = after_quiet_hours(subscriber, now)
    planned = []
    for alert in alerts:
        waits = alert.in_digest or not _is_about_topics_of(alert, subscriber)
        if waits or alert.reason is not Reason.FIRST_HEARD or subscriber.frequency is not Frequency.AT_ONCE:
            planned.append(_plan_alert(alert, subscriber, now))
        elif wakes > now:
            planned.append(_plan_in_period(alert, subscriber, f"quiet:{wakes.isoformat()}", wakes))
        elif is_burst:
            planned.append(_plan_in_burst(alert, subscriber, now, recent))
        else:
            planned.append(_plan_alert(alert, subscriber, now))
    return planned


def _plan_in_period(alert: Alert, subscriber: Subscriber, period: str, moment: datetime) -> PlannedDelivery:
    return PlannedDelivery(
        subscriber=subscriber.id, channel=subscriber.channel, period=period, due=moment, alert=alert.id
    )


def _plan_in_burst(alert: Alert, subscriber: Subscriber, now: datetime, recent: int) -> PlannedDelivery:
    """One Delivery with the others of this burst: at once when the burst is only beginning, else within ten minutes."""
    slot = now - timedelta(minutes=now.minute % 10, seconds=now.second, microseconds=now.microsecond)
    leaves = after_quiet_hours(subscriber, slot + GATHER if recent else now)
    after = after_quiet_hours(subscriber, slot + GATHER)
    first = _plan_in_period(alert, subscriber, f"burst:{slot.isoformat()}", leaves)
    return replace(first, else_period=f"burst:{(slot + GATHER).isoformat()}", else_due=after)


def should_receive(alert: Alert, subscriber: Subscriber) -> bool:
    """Whether `alert` concerns `subscriber`: by Topic, and for a new Story by its points of Relevance.

    What concerns the watcher itself goes to admins only.
    """
    if alert.reason is Reason.NEEDS_ADMIN:
        return subscriber.admin
    if alert.reason is Reason.FIRST_HEARD and alert.relevance < MIN_POINTS_IN_DIGEST:
        return False  # watcher unsent lists it, with the reason
    return _is_subscribed_to(subscriber, (*alert.topics, *alert.mentions))


def _is_about_topics_of(alert: Alert, subscriber: Subscriber) -> bool:
    """False where a text only mentions what `subscriber` wants: that waits for the digest."""
    return alert.reason is Reason.NEEDS_ADMIN or _is_subscribed_to(subscriber, alert.topics)


def _is_subscribed_to(subscriber: Subscriber, topics: Iterable[str]) -> bool:
    return subscriber.topics is None or not subscriber.topics.isdisjoint(topics)


def _plan_alert(alert: Alert, subscriber: Subscriber, now: datetime) -> PlannedDelivery:
    """A Delivery of its own for an instant Alert or one for admins; else the digest that is due next.

    What waits for digests reaches those who are told at once too: once a day, with whatever else waits.
    """
    is_at_once = not alert.in_digest and _is_about_topics_of(alert, subscriber)
    if (subscriber.frequency is Frequency.AT_ONCE and is_at_once) or alert.reason is Reason.NEEDS_ADMIN:
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
    """The plan one period on, for an Alert whose two digests have left (a clock had run ahead); None for no digest."""
    frequency, _, day = planned.else_period.partition(":")
    if frequency not in {Frequency.DAILY, Frequency.WEEKLY} or planned.else_due is None:
        return None
    following = date.fromisoformat(day) + timedelta(days=7 if frequency == Frequency.WEEKLY else 1)
    clock = planned.else_due.astimezone(LONDON).time()
    return replace(
        planned,
        period=planned.else_period,
        due=planned.else_due,
        else_period=f"{frequency}:{following.isoformat()}",
        else_due=london_time(following, clock),
    )


def plan_welcomes(subscribers: Iterable[Subscriber], now: datetime) -> tuple[PlannedDelivery, ...]:
    """For each of these new Subscribers a Delivery that lists what is running already."""
    return tuple(
        PlannedDelivery(
            subscriber=subscriber.id,
            channel=subscriber.channel,
            period=f"{WELCOME_PERIOD}{subscriber.id}",
            due=after_quiet_hours(subscriber, now),
        )
        for subscriber in subscribers
    )


def plan_digests(subscribers: Iterable[Subscriber], now: datetime) -> tuple[PlannedDelivery, ...]:
    """The next digest of each Subscriber who gets digests, Alerts or none: "nothing new" is said, not skipped."""
    plans: dict[tuple[object, ...], PlannedDelivery] = {}  # by schedule: a nation's Subscribers have a few
    planned = []
    for subscriber in subscribers:
        if subscriber.frequency is not Frequency.AT_ONCE:
            schedule = (subscriber.frequency, subscriber.at, subscriber.on)
            plan = plans.get(schedule) or plans.setdefault(schedule, plan_digest(subscriber, now))
            planned.append(replace(plan, subscriber=subscriber.id, channel=subscriber.channel))
    return tuple(planned)
