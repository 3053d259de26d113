"""The outbox: Deliveries with their leases, Attempts and Receipts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from watcher.core.delivery.routing import in_next_period
from watcher.core.delivery.schedule import GIVE_UP_AFTER
from watcher.core.language.dates import latest_moment
from watcher.model import (
    Alert,
    AlertContext,
    Delivery,
    DeliveryState,
    Outcome,
    PlannedDelivery,
    Reason,
    Receipt,
    Story,
    key,
)
from watcher.store import deadlines, items
from watcher.store.database import clock, insert_new
from watcher.store.leases import LEASE_SECONDS
from watcher.store.schema import alerts, attempts, channels, deliveries, delivery_alerts
from watcher.store.stories import alert_of, find

_WAITING = (DeliveryState.PENDING, DeliveryState.UNKNOWN)
_IN_ORDER = (deliveries.c.first_due, deliveries.c.planned, deliveries.c.id)  # a Story's first Alert before the next


def plan(tx: sa.Connection, planned: Iterable[PlannedDelivery], now: datetime) -> None:
    """Open or join the Deliveries. A digest that is leaving cannot be joined: then the Alert goes with the next one."""
    for number, each in enumerate(planned):
        at = now + timedelta(microseconds=number)  # what was decided first leaves first
        delivery = _waiting_for(tx, each) or _open(tx, each.subscriber, each.channel, each.period, each.due, at)
        following: PlannedDelivery | None = each
        while delivery is None and each.alert and following and following.else_due:
            delivery = _open(tx, each.subscriber, each.channel, following.else_period, following.else_due, at)
            following = in_next_period(following)
        if delivery is None and each.alert:
            delivery = _open(tx, each.subscriber, each.channel, f"alert:{each.alert}", each.due, at)
        if delivery and each.alert:
            insert_new(tx, delivery_alerts, [{"delivery": delivery, "alert": each.alert}])
            if each.alone:
                _gather(tx, each, delivery)


def _gather(tx: sa.Connection, planned: PlannedDelivery, delivery: str) -> None:
    """What waits of the same Story for the same Subscriber leaves with what cannot wait: it must not come after it."""
    waiting = sa.select(deliveries.c.id).where(
        deliveries.c.subscriber == planned.subscriber,
        deliveries.c.state == DeliveryState.PENDING,
        deliveries.c.id != delivery,
    )
    story = sa.select(alerts.c.story).where(alerts.c.id == planned.alert).scalar_subquery()
    about = sa.select(alerts.c.id).where(alerts.c.story == story)
    held = sa.select(delivery_alerts.c.delivery).where(delivery_alerts.c.alert.in_(about))
    ids = tx.scalars(waiting.where(deliveries.c.id.in_(held)).order_by(deliveries.c.id).with_for_update()).all()
    mine = sa.and_(delivery_alerts.c.delivery.in_(ids), delivery_alerts.c.alert.in_(about))
    moved = tx.scalars(sa.delete(delivery_alerts).where(mine).returning(delivery_alerts.c.alert)).all()
    insert_new(tx, delivery_alerts, [{"delivery": delivery, "alert": alert} for alert in moved])


def _waiting_for(tx: sa.Connection, planned: PlannedDelivery) -> str | None:
    """The Delivery in which the same Story still waits for the same Subscriber: its follow-up must not overtake it."""
    if planned.alone or not planned.period.startswith("alert:"):
        return None
    story = sa.select(alerts.c.story).where(alerts.c.id == planned.alert).scalar_subquery()
    waiting = (
        sa.select(deliveries.c.id)
        .join(delivery_alerts, delivery_alerts.c.delivery == deliveries.c.id)
        .join(alerts, alerts.c.id == delivery_alerts.c.alert)
        .where(
            deliveries.c.subscriber == planned.subscriber,
            deliveries.c.state == DeliveryState.PENDING,
            deliveries.c.period.not_like("daily:%"),  # of another pace, before the Subscriber chose this one
            deliveries.c.period.not_like("weekly:%"),
            alerts.c.story == story,
        )
    )
    return tx.scalar(waiting.order_by(*_IN_ORDER).limit(1).with_for_update(of=deliveries))


def _open(tx: sa.Connection, subscriber: str, channel: str, period: str, due: datetime, now: datetime) -> str | None:
    """The id of a Delivery that can still be joined, locked until we commit; None when it has begun to leave."""
    identity = key("delivery", subscriber, period)
    _channel(tx, channel)
    row = {
        "id": identity,
        "subscriber": subscriber,
        "channel": channel,
        "period": period,
        "due": due,
        "first_due": due,
        "planned": now,
        "state": str(DeliveryState.PENDING),
        "attempts": 0,
        "repeat": False,
        "lease": "",
        "lease_until": 0.0,
        "place": "",
        "message": "",
    }
    insert_new(tx, deliveries, [row])
    # A Delivery that was tried and failed can still be joined: nobody has read it yet.
    open_one = sa.select(deliveries.c.id).where(
        deliveries.c.id == identity, deliveries.c.state == DeliveryState.PENDING
    )
    return tx.scalar(open_one.with_for_update())


def _channel(tx: sa.Connection, channel: str) -> None:
    insert_new(tx, channels, [{"id": channel, "lease_until": 0.0, "paced_until": 0.0}])


def move_to_new_channel(tx: sa.Connection, channel_of: Mapping[str, str]) -> None:
    """After an address was corrected: what waits for a Subscriber goes to the new one, and need not rest any more."""
    waiting = deliveries.c.state.in_(_WAITING)
    homes = tx.execute(sa.select(deliveries.c.subscriber, deliveries.c.channel).where(waiting).distinct()).all()
    for subscriber, channel in homes:
        new = channel_of.get(subscriber, channel)
        if new != channel:
            _channel(tx, new)
            mine = sa.and_(waiting, deliveries.c.subscriber == subscriber, deliveries.c.channel == channel)
            tx.execute(sa.update(deliveries).where(mine).values(channel=new, due=deliveries.c.first_due))


def claim(tx: sa.Connection, lease: str, now: datetime, most: int) -> list[Delivery]:
    """Lease at most one due Delivery of each channel that is neither busy nor asked us to wait."""
    seconds = clock(tx)
    left_over = sa.and_(deliveries.c.state == DeliveryState.LEASED, deliveries.c.lease_until <= seconds)
    ready = sa.and_(deliveries.c.due <= now, sa.or_(deliveries.c.state.in_(_WAITING), left_over))
    free = sa.and_(channels.c.lease_until <= seconds, channels.c.paced_until <= seconds)
    # By state and due, not channel by channel: 0.9 ms instead of 110 with 100,000 Deliveries, each second.
    some = channels.c.id.in_(sa.select(deliveries.c.channel).where(ready))
    open_channels = sa.select(channels.c.id).where(free, some).limit(most).with_for_update(skip_locked=True)
    claimed = []
    for channel in tx.scalars(open_channels).all():
        first = sa.select(deliveries).where(deliveries.c.channel == channel, ready)
        row = tx.execute(first.order_by(*_IN_ORDER).limit(1).with_for_update(skip_locked=True)).first()
        if row:
            claimed.append(_lease(tx, row, lease, seconds + LEASE_SECONDS, now))
    return claimed


def _lease(tx: sa.Connection, row: sa.Row[Any], lease: str, until: float, now: datetime) -> Delivery:
    """A Delivery left over under somebody's lease may have been sent: it goes again, marked as a possible repeat."""
    left_over = row.state == DeliveryState.LEASED
    if left_over:
        _attempt(tx, row.id, row.attempts, now, "unknown", "the process that held it ended before it could say")
    repeat = row.repeat or left_over or row.state == DeliveryState.UNKNOWN
    values = {"state": DeliveryState.LEASED, "lease": lease, "lease_until": until, "repeat": repeat}
    tx.execute(sa.update(deliveries).where(deliveries.c.id == row.id).values(**values, attempts=row.attempts + 1))
    tx.execute(sa.update(channels).where(channels.c.id == row.channel).values(lease_until=until))
    return Delivery(
        id=row.id,
        subscriber=row.subscriber,
        period=row.period,
        due=row.due,
        first_due=row.first_due,
        attempts=row.attempts + 1,
        repeat=repeat,
        unknown_attempts=_unsure(tx, row.id) if repeat else 0,
        lease=lease,
    )


def _unsure(tx: sa.Connection, delivery: str) -> int:
    unknown = sa.and_(attempts.c.delivery == delivery, attempts.c.outcome == "unknown")
    return tx.scalar(sa.select(sa.func.count()).select_from(attempts).where(unknown)) or 0


def split(tx: sa.Connection, delivery: Delivery, behind: Sequence[str], now: datetime) -> None:
    """Move the Alerts `behind` into a Delivery that leaves right after this one."""
    if not behind:
        return
    row = tx.execute(sa.select(deliveries).where(deliveries.c.id == delivery.id)).one()
    base, rest, part = row.period.partition("#")[0], None, delivery.part
    while rest is None:
        part += 1
        rest = _open(tx, row.subscriber, row.channel, f"{base}#{part}", row.first_due, now)
    mine = sa.and_(delivery_alerts.c.delivery == delivery.id, delivery_alerts.c.alert.in_(list(behind)))
    tx.execute(sa.delete(delivery_alerts).where(mine))
    insert_new(tx, delivery_alerts, [{"delivery": rest, "alert": alert} for alert in behind])


def _give_up_old(tx: sa.Connection, channel: str, now: datetime) -> None:
    """Nobody is at this address, and one try a day would never come to what waits behind: that ends like the rest."""
    old = sa.and_(
        deliveries.c.channel == channel,
        deliveries.c.state.in_(_WAITING),
        deliveries.c.first_due < now - GIVE_UP_AFTER,
    )
    tx.execute(sa.update(deliveries).where(old).values(state=DeliveryState.GIVEN_UP))


def _alerts_in(delivery: str) -> sa.Select[Any]:
    joined = sa.select(alerts.c.id).join(delivery_alerts, delivery_alerts.c.alert == alerts.c.id)
    return joined.where(delivery_alerts.c.delivery == delivery).order_by(alerts.c.at, alerts.c.id)


def recent_alert_counts(tx: sa.Connection, since: datetime) -> dict[str, int]:
    """How many Stories each Subscriber was told, or is about to be told, of those that came after `since` (UTC)."""
    joined = sa.select(deliveries.c.subscriber, sa.func.count()).join(
        delivery_alerts, delivery_alerts.c.delivery == deliveries.c.id
    )
    counted = joined.join(alerts, alerts.c.id == delivery_alerts.c.alert).where(
        alerts.c.at > since, alerts.c.reason == Reason.FIRST_HEARD
    )
    return {row[0]: row[1] for row in tx.execute(counted.group_by(deliveries.c.subscriber))}


def subscribers_told(tx: sa.Connection, story: str) -> set[str]:
    """The Subscribers who were told a Story, or are about to be."""
    joined = (
        sa.select(deliveries.c.subscriber)
        .join(delivery_alerts, delivery_alerts.c.delivery == deliveries.c.id)
        .join(alerts, alerts.c.id == delivery_alerts.c.alert)
    )
    gone = (DeliveryState.GIVEN_UP, DeliveryState.UNWANTED)
    return set(tx.scalars(joined.where(alerts.c.story == story, deliveries.c.state.not_in(gone))))


def record(tx: sa.Connection, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
    """Write down how a hand-over ended; False when the lease had passed to somebody else (then they decide)."""
    values: dict[str, Any] = {"state": outcome.state, "lease": "", "lease_until": 0.0}
    values |= {"due": outcome.due} if outcome.due else {}
    if outcome.state is DeliveryState.SENT:
        values |= {"sent_at": now, "place": outcome.receipt.place, "message": outcome.receipt.message}
    mine = sa.update(deliveries).where(deliveries.c.id == delivery.id, deliveries.c.lease == delivery.lease)
    kept = tx.scalar(mine.values(**values).returning(deliveries.c.channel))
    if kept is None:
        return False
    _attempt(tx, delivery.id, delivery.attempts, now, outcome.word, outcome.why or outcome.receipt.defect)
    if outcome.split_in_half:
        listed = list(tx.scalars(_alerts_in(delivery.id)))
        split(tx, delivery, listed[(len(listed) + 1) // 2 :], now)
    if outcome.blocks_channel:
        _give_up_old(tx, kept, now)
    rest = clock(tx) + outcome.pause_seconds
    tx.execute(sa.update(channels).where(channels.c.id == kept).values(lease_until=0.0, paced_until=rest))
    return True


def _attempt(tx: sa.Connection, delivery: str, number: int, at: datetime, outcome: str, why: str) -> None:
    row = {"delivery": delivery, "number": number, "at": at, "outcome": outcome, "why": why[:500]}
    insert_new(tx, attempts, [row])


def load_alerts(tx: sa.Connection, delivery: Delivery) -> list[AlertContext]:
    """The Alerts of a Delivery, each with its Story, Item, evidence and the thread it answers."""
    joined = sa.select(alerts).join(delivery_alerts, delivery_alerts.c.alert == alerts.c.id)
    rows = tx.execute(joined.where(delivery_alerts.c.delivery == delivery.id).order_by(alerts.c.at, alerts.c.id))
    found = [alert_of(row) for row in rows]
    return load_details(tx, found, delivery)


def load_details(tx: sa.Connection, found: Sequence[Alert], delivery: Delivery) -> list[AlertContext]:
    """Alerts with all that is needed to put them into words for this Subscriber, in the order of what they tell."""
    stories = find(tx, {alert.story for alert in found if alert.story})
    chapters = find(tx, {each.follows for each in stories.values() if each.follows})
    details = items.find(tx, {alert.item for alert in found if alert.item})
    matches = items.matches_of(tx, details)
    dates = deadlines.of_stories(tx, stories)
    with_all = [
        AlertContext(
            alert=alert,
            story=stories.get(alert.story),
            item=details.get(alert.item),
            evidence=tuple(each for match in matches.get(alert.item, ()) for each in match.evidence),
            previous_title=items.title_before(tx, alert.item, alert.revision) if alert.reason is Reason.CHANGED else "",
            versions=items.versions_around(
                tx, alert.item, [each.revision for each in found if each.item == alert.item]
            ),
            dates=dates.get(alert.story, ()),
            earlier_chapter=_earlier(stories.get(alert.story), chapters),
            **_before(tx, alert, delivery),
        )
        for alert in found
    ]
    return sorted(with_all, key=_in_order)


def _earlier(story: Story | None, chapters: Mapping[str, Story]) -> str:
    before = chapters.get(story.follows) if story else None
    return before.title if before else ""


def _in_order(each: AlertContext) -> tuple[datetime, datetime, str]:
    at = each.alert.at
    return (
        at,
        latest_moment(each.item.published) or at if each.item else at,
        each.item.title if each.item else each.alert.id,
    )


def _before(tx: sa.Connection, alert: Alert, delivery: Delivery) -> dict[str, Any]:
    """The first Delivery that told this Subscriber this Story. A digest is no conversation: nothing answers it."""
    if not alert.story:
        return {}
    earlier = (
        sa.select(deliveries, alerts.c.item)
        .join(delivery_alerts, delivery_alerts.c.delivery == deliveries.c.id)
        .join(alerts, alerts.c.id == delivery_alerts.c.alert)
        .where(
            deliveries.c.subscriber == delivery.subscriber,
            deliveries.c.id != delivery.id,
            deliveries.c.state == DeliveryState.SENT,
            alerts.c.story == alert.story,
            alerts.c.at < alert.at,
        )
        .order_by(deliveries.c.sent_at)
        .limit(1)
    )
    row = tx.execute(earlier).first()
    if row is None:
        return {}
    first = items.as_of(tx, items.find(tx, [row.item])[row.item], row.sent_at)
    return {
        "first_receipt": Receipt(place=row.place, message="" if delivery_of(row).is_digest else row.message),
        "first_delivery": row.id,
        "first_title": first.title,
        "first_told_at": row.sent_at,
    }


def delivery_of(row: sa.Row[Any]) -> Delivery:
    """A row of `deliveries` as a Delivery that nobody has leased."""
    return Delivery(id=row.id, subscriber=row.subscriber, period=row.period, due=row.due, first_due=row.first_due)


def is_about_admin(tx: sa.Connection, delivery: str) -> bool:
    """Whether a Delivery itself told an admin of a fault: its own failure must not make another."""
    joined = sa.select(alerts.c.reason).join(delivery_alerts, delivery_alerts.c.alert == alerts.c.id)
    return Reason.NEEDS_ADMIN in tx.scalars(joined.where(delivery_alerts.c.delivery == delivery)).all()
