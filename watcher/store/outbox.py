"""Queries of the outbox for people: Deliveries that are late, given up or waiting, and those of a Story. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher.model import DIGEST_PERIODS, Delivery, DeliveryRecord, DeliveryState, Frequency
from watcher.store.database import MAX_NAMES_IN_QUERY, batched
from watcher.store.deliveries import delivery_of
from watcher.store.outbox_schema import attempts, deliveries, delivery_alerts, subscribers
from watcher.store.schema import alerts, items, stories

_WAITING = (DeliveryState.PENDING, DeliveryState.UNKNOWN, DeliveryState.LEASED)
_STATE_OF_ONE = deliveries.c.state.concat("")  # found by its Subscriber, not by the index on `state`: most are sent
_PACES = {  # by the beginning of a Delivery's period
    "daily": f"{Frequency.DAILY} digest",
    "weekly": f"{Frequency.WEEKLY} digest",
}


def overdue(tx: sa.Connection, before: datetime) -> list[sa.Row[Any]]:
    """Deliveries that were first due before `before` (UTC) and have not been sent, oldest first."""
    is_waiting = deliveries.c.state.in_(_WAITING)
    query = sa.select(deliveries).where(is_waiting, deliveries.c.first_due < before)
    return list(tx.execute(query.order_by(deliveries.c.first_due)))


def ready(tx: sa.Connection, now: datetime) -> int:
    """How many Deliveries could be sent at `now`, were their channels free."""
    is_due = sa.and_(deliveries.c.due <= now, deliveries.c.state.in_(_WAITING))
    return int(tx.scalar(sa.select(sa.func.count()).select_from(deliveries).where(is_due)) or 0)


def next_news(tx: sa.Connection) -> datetime | None:
    """When (UTC) the next Delivery with an Alert in it is due; the empty digests of quiet mornings do not count."""
    has_news = sa.and_(deliveries.c.state.in_(_WAITING), deliveries.c.id.in_(sa.select(delivery_alerts.c.delivery)))
    due: datetime | None = tx.scalar(sa.select(sa.func.min(deliveries.c.due)).where(has_news))
    return due


def given_up(tx: sa.Connection, since: datetime) -> list[sa.Row[Any]]:
    """Deliveries first due at or after `since` (UTC) that were given up."""
    is_given_up = deliveries.c.state == DeliveryState.GIVEN_UP
    return list(tx.execute(sa.select(deliveries).where(is_given_up, deliveries.c.first_due >= since)))


def last_failures(tx: sa.Connection, ids: Sequence[str]) -> Mapping[str, str]:
    """By Delivery, among `ids`, why its last Attempt failed."""
    whys: dict[str, str] = {}
    for batch in batched(list(ids), MAX_NAMES_IN_QUERY):
        query = sa.select(attempts.c.delivery, attempts.c.why).where(attempts.c.delivery.in_(batch))
        whys |= {attempt.delivery: attempt.why for attempt in tx.execute(query.order_by(attempts.c.number))}
    return whys


def pending(tx: sa.Connection, subscriber: str, period: str) -> Delivery | None:
    """The Delivery of a Subscriber's period, for a preview; None when there is none yet."""
    query = sa.select(deliveries).where(deliveries.c.subscriber == subscriber, deliveries.c.period == period)
    row = tx.execute(query).first()
    if row is None:
        return None
    return Delivery(id=row.id, subscriber=subscriber, period=period, due=row.due, first_due=row.first_due)


def last_digests_sent(tx: sa.Connection, subscribers: Sequence[str], but: Sequence[str]) -> Mapping[str, datetime]:
    """By Subscriber, when (UTC) the last digest was sent, other than one of the Deliveries `but`; none before it.

    At most MAX_NAMES_IN_QUERY of them.
    """
    query = sa.select(deliveries.c.subscriber, sa.func.max(deliveries.c.sent_at)).where(
        deliveries.c.subscriber.in_(subscribers),
        _STATE_OF_ONE == DeliveryState.SENT,
        deliveries.c.id.not_in(but),
        sa.or_(*(deliveries.c.period.startswith(period) for period in DIGEST_PERIODS)),
    )
    return {row[0]: row[1] for row in tx.execute(query.group_by(deliveries.c.subscriber))}


def stories_told(tx: sa.Connection, subscribers: Sequence[str], stories: Iterable[str]) -> Mapping[str, set[str]]:
    """By Subscriber, those of `stories` (ids) of which it was sent an Alert. At most MAX_NAMES_IN_QUERY Subscribers."""
    alert_rows = _alerts_of_stories(tx, stories)
    story_of = {alert.id: alert.story for alert in alert_rows}
    stories_of: dict[str, set[str]] = {subscriber: set() for subscriber in subscribers}
    begin = min((alert.at for alert in alert_rows), default=None)
    for ids in batched(sorted(story_of), MAX_NAMES_IN_QUERY):
        query = (
            sa.select(deliveries.c.subscriber, delivery_alerts.c.alert)
            .join(delivery_alerts, delivery_alerts.c.delivery == deliveries.c.id)
            .where(deliveries.c.subscriber.in_(subscribers), _STATE_OF_ONE == DeliveryState.SENT)
            # By the Deliveries of these Subscribers, not by the index on `alert`: a nation was sent the same Alerts.
            .where(deliveries.c.sent_at >= begin, delivery_alerts.c.alert.concat("").in_(ids))
        )
        for subscriber, alert in tx.execute(query):
            stories_of[subscriber].add(story_of[alert])
    return stories_of


def _alerts_of_stories(tx: sa.Connection, stories: Iterable[str]) -> list[sa.Row[Any]]:
    found: list[sa.Row[Any]] = []
    for ids in batched(sorted(set(stories)), MAX_NAMES_IN_QUERY):
        found += tx.execute(sa.select(alerts.c.id, alerts.c.story, alerts.c.at).where(alerts.c.story.in_(ids)))
    return found


def stories_told_or_waiting(tx: sa.Connection, subscriber: str, stories: Iterable[str]) -> set[str]:
    """Those of `stories` (ids) of which the Subscriber was sent an Alert, or has one waiting."""
    addressed: set[str] = set()
    for ids in batched(sorted(set(stories)), MAX_NAMES_IN_QUERY):
        query = (
            sa.select(alerts.c.story)
            .join(delivery_alerts, delivery_alerts.c.alert == alerts.c.id)
            .join(deliveries, deliveries.c.id == delivery_alerts.c.delivery)
            .where(deliveries.c.subscriber == subscriber, alerts.c.story.in_(ids))
        )
        addressed.update(tx.execute(query).scalars())
    return addressed


def delivery_records(tx: sa.Connection, story: str) -> list[DeliveryRecord]:
    """How far each Alert of `story` got to each Subscriber, without any address, in the order of the Alerts."""
    query = (
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
        for row in tx.execute(query)
    ]


def attempts_of_story(tx: sa.Connection, story: str) -> list[sa.Row[Any]]:
    """Every Attempt for an Alert of `story`, and each Delivery without one, for `watcher explain`."""
    query = (
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
    return list(tx.execute(query))


def headlines_of(tx: sa.Connection, delivery: str) -> list[sa.Row[Any]]:
    """Of each Alert in a Delivery, in order: its `reason`, its `note`, and the `title` of its Item, or of its Story."""
    query = (
        sa.select(alerts.c.reason, alerts.c.note, sa.func.coalesce(items.c.title, stories.c.title, "").label("title"))
        .select_from(delivery_alerts)
        .join(alerts, alerts.c.id == delivery_alerts.c.alert)
        .outerjoin(items, items.c.id == alerts.c.item)
        .outerjoin(stories, stories.c.id == alerts.c.story)
        .where(delivery_alerts.c.delivery == delivery)
        .order_by(alerts.c.at, alerts.c.id)
    )
    return list(tx.execute(query))


def find_delivery(tx: sa.Connection, delivery: str) -> Delivery | None:
    """The Delivery with that id, or None."""
    stored = tx.execute(sa.select(deliveries).where(deliveries.c.id == delivery)).first()
    return delivery_of(stored) if stored else None
