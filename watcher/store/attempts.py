"""Attempts to send: Deliveries are claimed under a lease, and how each Attempt ended is recorded, many at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher.core.delivery.retries import GIVE_UP_AFTER
from watcher.model import DIGEST_PERIODS, Delivery, DeliveryState, Outcome
from watcher.store.channels import note as note_channel
from watcher.store.channels import note_reached
from watcher.store.column_types import UtcDateTime
from watcher.store.database import batched, clock, insert_new
from watcher.store.deliveries import IN_ORDER, WAITING, split
from watcher.store.leases import LEASE_SECONDS
from watcher.store.outbox_schema import attempts, channels, deliveries, delivery_alerts
from watcher.store.schema import alerts
from watcher.store.wakeups import wake_after_commit

MAX_LOOKED_AT = 4  # times the channels that are claimed: some have more than one Delivery, some another replica has

# Written once, not at each claim: composing these takes longer than running them. :now in UTC, :seconds on the
# database's clock.
_NOW, _SECONDS = sa.bindparam("now", type_=UtcDateTime), sa.bindparam("seconds", type_=sa.Float)
_IS_LEFT_OVER = sa.and_(deliveries.c.state == DeliveryState.LEASED, deliveries.c.lease_until <= _SECONDS)
_IS_NOT_LEASED = sa.or_(deliveries.c.state != DeliveryState.LEASED, deliveries.c.lease_until <= _SECONDS)
_IS_READY = sa.and_(deliveries.c.due <= _NOW, deliveries.c.state.in_((*WAITING, DeliveryState.LEASED)), _IS_NOT_LEASED)
_IS_FREE = sa.and_(channels.c.lease_until <= _SECONDS, channels.c.paced_until <= _SECONDS)
_IS_DIGEST = sa.or_(*(deliveries.c.period.like(f"{period}%") for period in DIGEST_PERIODS))


def _select_ready(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The free channels of the first Deliveries that are due: by an index, and no further than the limit."""
    joined = sa.select(deliveries.c.channel).join(channels, channels.c.id == deliveries.c.channel)
    first = joined.where(deliveries.c.due <= _NOW, *conditions, _IS_FREE).order_by(deliveries.c.due)
    return sa.select(first.limit(sa.bindparam("max_ready", type_=sa.Integer)).subquery().c.channel)


_READY_CHANNELS = sa.union_all(  # in this order
    _select_ready(deliveries.c.state == DeliveryState.PENDING, sa.not_(_IS_DIGEST)),
    _select_ready(deliveries.c.state == DeliveryState.UNKNOWN),
    _select_ready(_IS_LEFT_OVER),
    _select_ready(deliveries.c.state == DeliveryState.PENDING, _IS_DIGEST),
)
_LOCK_FREE = (
    sa.select(channels.c.id)
    .where(channels.c.id.in_(sa.bindparam("channels", expanding=True)), _IS_FREE)
    .with_for_update(skip_locked=True)
)
_NUMBERED = (
    sa.select(
        deliveries.c.id,
        sa.func.row_number().over(partition_by=deliveries.c.channel, order_by=IN_ORDER).label("number"),
    )
    .where(deliveries.c.channel.in_(sa.bindparam("channels", expanding=True)), _IS_READY)
    .subquery()
)
_FIRST_READY = (
    sa.select(deliveries)
    .where(deliveries.c.id.in_(sa.select(_NUMBERED.c.id).where(_NUMBERED.c.number == 1)), _IS_READY)
    .with_for_update(skip_locked=True)
)


def claim(tx: sa.Connection, lease: str, now: datetime, max_channels: int) -> list[Delivery]:
    """Lease at most one due Delivery of each of at most `max_channels` that are neither leased nor asked us to wait.

    Alerts go before digests, however many of these wait; then what was due first.
    """
    seconds = clock(tx)
    moment = {"now": now, "seconds": seconds}
    free = _lock_free_channels(tx, moment, max_channels)
    if not free:
        return []
    rows = tx.execute(_FIRST_READY, {**moment, "channels": free}).all()
    claimed = _lease(tx, rows, lease, seconds + LEASE_SECONDS, now)
    places = {delivery_row.id: free.index(delivery_row.channel) for delivery_row in rows}
    return sorted(claimed, key=lambda delivery: places[delivery.id])


def _lock_free_channels(tx: sa.Connection, moment: Mapping[str, Any], max_channels: int) -> list[str]:
    """The ids of at most `max_channels` for which something is ready and that are free, locked; the most urgent first.

    Those that another replica is claiming are passed over.
    """
    ready = tx.scalars(_READY_CHANNELS, {**moment, "max_ready": MAX_LOOKED_AT * max_channels})
    free: list[str] = []
    for batch in batched(list(dict.fromkeys(ready)), max_channels):
        wanted = batch[: max_channels - len(free)]
        locked = set(tx.scalars(_LOCK_FREE, {**moment, "channels": wanted})) if wanted else set()
        free += [channel for channel in wanted if channel in locked]
    return free


def _lease(tx: sa.Connection, due: Sequence[sa.Row[Any]], lease: str, until: float, now: datetime) -> list[Delivery]:
    """The Deliveries of these rows, leased with their channels until `until` (seconds of the database's clock).

    One left over under an expired lease may have been sent: it is sent again, marked as a possible repeat.
    """
    for left_over in (delivery_row for delivery_row in due if delivery_row.state == DeliveryState.LEASED):
        why = "the process that held it ended before it could say"
        _save_attempt(tx, left_over.id, left_over.attempts, now, "unknown", why)
    may_have_arrived = {DeliveryState.LEASED, DeliveryState.UNKNOWN}
    repeated = [
        delivery_row.id for delivery_row in due if delivery_row.repeat or delivery_row.state in may_have_arrived
    ]
    _save_leases(tx, due, repeated, lease, until)
    unknown_attempts = _count_unknown_attempts(tx, repeated)
    return [
        Delivery(
            id=delivery_row.id,
            subscriber=delivery_row.subscriber,
            period=delivery_row.period,
            due=delivery_row.due,
            first_due=delivery_row.first_due,
            attempts=delivery_row.attempts + 1,
            repeat=delivery_row.id in repeated,
            unknown_attempts=unknown_attempts.get(delivery_row.id, 0),
            lease=lease,
        )
        for delivery_row in due
    ]


def _save_leases(
    tx: sa.Connection, due: Sequence[sa.Row[Any]], repeated: Sequence[str], lease: str, until: float
) -> None:
    leased = sa.update(deliveries).where(deliveries.c.id.in_([delivery_row.id for delivery_row in due]))
    values = {"state": DeliveryState.LEASED, "lease": lease, "lease_until": until}
    tx.execute(leased.values(**values, attempts=deliveries.c.attempts + 1))
    if repeated:
        tx.execute(sa.update(deliveries).where(deliveries.c.id.in_(repeated)).values(repeat=True))
    channel_ids = [delivery_row.channel for delivery_row in due]
    tx.execute(sa.update(channels).where(channels.c.id.in_(channel_ids)).values(lease_until=until))


def _count_unknown_attempts(tx: sa.Connection, ids: Sequence[str]) -> Mapping[str, int]:
    """By Delivery, how many of its Attempts may have arrived."""
    if not ids:
        return {}
    is_unknown = sa.and_(attempts.c.delivery.in_(ids), attempts.c.outcome == "unknown")
    counted = sa.select(attempts.c.delivery, sa.func.count()).where(is_unknown).group_by(attempts.c.delivery)
    return {counted_row[0]: counted_row[1] for counted_row in tx.execute(counted)}


def record(tx: sa.Connection, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
    """Save the outcome of a send and end its lease; False when the lease had passed to another process.

    The other process then decides, and nothing is saved.
    """
    values: dict[str, Any] = {"state": outcome.state, "lease": "", "lease_until": 0.0}
    values |= {"due": outcome.due} if outcome.due else {}
    if outcome.state is DeliveryState.SENT:
        values |= {"sent_at": now, "place": outcome.receipt.place, "message": outcome.receipt.message}
    still_leased = sa.update(deliveries).where(deliveries.c.id == delivery.id, deliveries.c.lease == delivery.lease)
    channel = tx.scalar(still_leased.values(**values).returning(deliveries.c.channel))
    if channel is None:
        return False
    _save_attempt(tx, delivery.id, delivery.attempts, now, outcome.word, outcome.why or outcome.receipt.defect)
    if outcome.split_in_half:
        alert_ids = list(tx.scalars(_select_alert_ids(delivery.id)))
        split(tx, delivery, alert_ids[(len(alert_ids) + 1) // 2 :], now)
    if outcome.blocks_channel:
        _give_up_old_deliveries(tx, channel, now)
    if outcome.cure or outcome.state is DeliveryState.SENT:
        note_channel(tx, channel, delivery.subscriber, outcome.why, outcome.cure, now)
    paced_until = clock(tx) + outcome.pause_seconds
    tx.execute(sa.update(channels).where(channels.c.id == channel).values(lease_until=0.0, paced_until=paced_until))
    return True


def record_sent(tx: sa.Connection, sent: Sequence[tuple[Delivery, Outcome]], now: datetime) -> set[str]:
    """What `record` saves of what was sent, with few queries; the ids of those whose lease was still ours."""
    leases = {delivery.id: delivery.lease for delivery, _ in sent}
    query = sa.select(deliveries.c.id, deliveries.c.channel, deliveries.c.lease).where(
        deliveries.c.id.in_(list(leases))
    )
    rows = tx.execute(query.order_by(deliveries.c.id).with_for_update()).all()
    channel_of = {
        delivery_row.id: delivery_row.channel for delivery_row in rows if delivery_row.lease == leases[delivery_row.id]
    }
    ours = [(delivery, outcome) for delivery, outcome in sent if delivery.id in channel_of]
    if not ours:
        return set()
    seconds = clock(tx)
    receipts = [
        {"which": delivery.id, "to": outcome.receipt.place, "its_id": outcome.receipt.message}
        for delivery, outcome in ours
    ]
    values = {"state": DeliveryState.SENT, "lease": "", "lease_until": 0.0, "sent_at": now}
    places: dict[str, Any] = {"place": sa.bindparam("to"), "message": sa.bindparam("its_id")}
    tx.execute(
        sa.update(deliveries).where(deliveries.c.id == sa.bindparam("which")).values(**values, **places), receipts
    )
    insert_new(
        tx,
        attempts,
        [
            _attempt_row(delivery.id, delivery.attempts, now, outcome.word, outcome.why or outcome.receipt.defect)
            for delivery, outcome in ours
        ],
    )
    reached = [
        (channel_of[delivery.id], delivery.subscriber, seconds + outcome.pause_seconds) for delivery, outcome in ours
    ]
    note_reached(tx, reached, now)
    return set(channel_of)


def try_again(tx: sa.Connection, delivery: str, now: datetime) -> bool:
    """Make a Delivery due at `now` (UTC) that waits or was given up; False when it is on its way, was sent, or is none.

    Where an Attempt may have arrived, it goes marked as a possible repeat. A channel that rests because a person had to
    mend something rests no more.
    """
    is_stuck = deliveries.c.state.in_((*WAITING, DeliveryState.GIVEN_UP))
    stuck = sa.select(deliveries).where(deliveries.c.id == delivery, is_stuck).with_for_update()
    waiting = tx.execute(stuck).first()
    if waiting is None:
        return False
    may_have_arrived = waiting.state == DeliveryState.UNKNOWN or bool(_count_unknown_attempts(tx, [delivery]))
    state = DeliveryState.UNKNOWN if may_have_arrived else DeliveryState.PENDING
    tx.execute(sa.update(deliveries).where(deliveries.c.id == delivery).values(state=state, due=now))
    rests = sa.and_(channels.c.id == waiting.channel, channels.c.cure != "")
    tx.execute(sa.update(channels).where(rests).values(paced_until=0.0))
    wake_after_commit(tx)
    return True


def _save_attempt(tx: sa.Connection, delivery: str, number: int, at: datetime, outcome: str, why: str) -> None:
    insert_new(tx, attempts, [_attempt_row(delivery, number, at, outcome, why)])


def _attempt_row(delivery: str, number: int, at: datetime, outcome: str, why: str) -> dict[str, Any]:
    return {"delivery": delivery, "number": number, "at": at, "outcome": outcome, "why": why[:500]}


def _give_up_old_deliveries(tx: sa.Connection, channel: str, now: datetime) -> None:
    """Give up what has waited for GIVE_UP_AFTER: with one attempt a day at a dead address it would never be reached."""
    is_old = sa.and_(
        deliveries.c.channel == channel,
        deliveries.c.state.in_(WAITING),
        deliveries.c.first_due < now - GIVE_UP_AFTER,
    )
    tx.execute(sa.update(deliveries).where(is_old).values(state=DeliveryState.GIVEN_UP))


def _select_alert_ids(delivery: str) -> sa.Select[Any]:
    joined = sa.select(alerts.c.id).join(delivery_alerts, delivery_alerts.c.alert == alerts.c.id)
    return joined.where(delivery_alerts.c.delivery == delivery).order_by(alerts.c.at, alerts.c.id)
