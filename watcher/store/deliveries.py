"""The outbox: Deliveries are opened and joined. How they are sent: attempts.py; their Alerts: alert_contexts.py."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from watcher.core.delivery.routing import in_next_period
from watcher.model import DIGEST_PERIODS, Delivery, DeliveryState, PlannedDelivery, Reason, key
from watcher.store.channels import add as add_channels
from watcher.store.column_types import UtcDateTime
from watcher.store.database import MAX_NAMES_IN_QUERY, batched, insert_new
from watcher.store.outbox_schema import deliveries, delivery_alerts
from watcher.store.schema import alerts
from watcher.store.wakeups import wake_after_commit

WAITING = (DeliveryState.PENDING, DeliveryState.UNKNOWN)
IN_ORDER = (deliveries.c.first_due, deliveries.c.planned, deliveries.c.id)  # a Story's first Alert before the next

# Written once: composing a query takes longer than running it.
_JOINED = (
    sa.select(deliveries.c.subscriber)
    .join(delivery_alerts, delivery_alerts.c.delivery == deliveries.c.id)
    .join(alerts, alerts.c.id == delivery_alerts.c.alert)
)
_RECENT_COUNTS = (
    _JOINED.add_columns(sa.func.count())
    .where(alerts.c.at > sa.bindparam("since", type_=UtcDateTime), alerts.c.reason == Reason.FIRST_HEARD)
    .group_by(deliveries.c.subscriber)
)
_WAITING_OF = _JOINED.add_columns(alerts.c.story).where(
    deliveries.c.state == DeliveryState.PENDING, alerts.c.story.in_(sa.bindparam("stories", expanding=True))
)
_STORIES_OF = sa.select(alerts.c.id, alerts.c.story).where(alerts.c.id.in_(sa.bindparam("alerts", expanding=True)))
_JOINABLE = (
    sa.select(deliveries.c.id)
    .where(deliveries.c.id.in_(sa.bindparam("ids", expanding=True)), deliveries.c.state == DeliveryState.PENDING)
    .order_by(deliveries.c.id)
    .with_for_update()
)


def plan(tx: sa.Connection, planned: Iterable[PlannedDelivery], now: datetime) -> None:
    """Open or join a Delivery for each planned one, and put its Alert into it; a planned one without an Alert is empty.

    A digest that is being sent cannot be joined: then the Alert goes into the next period that can. What touches
    nothing else that waits is planned together: a nation's Subscribers hear of one Alert within a second. What is due
    now wakes those who deliver.
    """
    in_order = [
        (planned_delivery, now + timedelta(microseconds=number))  # what was decided first is sent first
        for number, planned_delivery in enumerate(planned)
    ]
    together = _free_to_open(tx, in_order)
    joinable = _open_all(tx, [pair for pair in in_order if pair[0] in together])
    links = []
    for planned_delivery, planned_at in in_order:
        delivery = key("delivery", planned_delivery.subscriber, planned_delivery.period)
        if planned_delivery in together and (delivery in joinable or not planned_delivery.alert):
            links += [{"delivery": delivery, "alert": planned_delivery.alert}] if planned_delivery.alert else []
        else:
            _plan_alone(tx, planned_delivery, planned_at)
    insert_new(tx, delivery_alerts, links)
    if any(planned_delivery.due <= now for planned_delivery, _ in in_order):
        wake_after_commit(tx)


def _plan_alone(tx: sa.Connection, planned: PlannedDelivery, planned_at: datetime) -> None:
    delivery = _open_or_join(tx, planned, planned_at)
    if delivery and planned.alert:
        insert_new(tx, delivery_alerts, [{"delivery": delivery, "alert": planned.alert}])
        if not planned.is_digest:
            _move_waiting_alerts_of_story(tx, planned, delivery)


def _free_to_open(tx: sa.Connection, in_order: Sequence[tuple[PlannedDelivery, datetime]]) -> set[PlannedDelivery]:
    """Those that join or move nothing that waits, but for the Delivery of their own period: they can go together.

    Digests; and an Alert for a Subscriber for whom nothing else of its Story waits, or is planned beside it.
    """
    digests = {planned for planned, _ in in_order if planned.is_digest or not planned.alert}
    instant = [planned for planned, _ in in_order if planned not in digests and not planned.alone]
    story_of = _stories_of_alerts(tx, {planned.alert for planned, _ in in_order if planned.alert})
    pairs = Counter((planned.subscriber, story_of.get(planned.alert)) for planned, _ in in_order if planned.alert)
    waiting = _find_waiting(tx, {story_of[planned.alert] for planned in instant if story_of.get(planned.alert)})
    lone = {
        planned
        for planned in instant
        if (pair := (planned.subscriber, story_of.get(planned.alert))) not in waiting and pairs[pair] == 1
    }
    return lone | {planned for planned in digests if pairs[planned.subscriber, story_of.get(planned.alert)] <= 1}


def _stories_of_alerts(tx: sa.Connection, ids: Collection[str]) -> Mapping[str, str | None]:
    """The Story of each Alert; None for what concerns the watcher itself."""
    stories: dict[str, str | None] = {}
    for batch in batched(sorted(ids), MAX_NAMES_IN_QUERY):
        stories |= {row.id: row.story for row in tx.execute(_STORIES_OF, {"alerts": batch})}
    return stories


def _find_waiting(tx: sa.Connection, stories: Collection[str | None]) -> set[tuple[str, str]]:
    """The (Subscriber, Story) for which an Alert of one of `stories` waits."""
    batches = batched(sorted(filter(None, stories)), MAX_NAMES_IN_QUERY)
    waiting = (pair for batch in batches for pair in tx.execute(_WAITING_OF, {"stories": batch}))
    return {(subscriber, story) for subscriber, story in waiting}


def _open_all(tx: sa.Connection, in_order: Sequence[tuple[PlannedDelivery, datetime]]) -> set[str]:
    """Open the Delivery of each one's own period; the ids of those that can be joined, locked until we commit."""
    rows: dict[str, dict[str, Any]] = {}
    for planned, planned_at in in_order:
        new = _make_row(planned.subscriber, planned.channel, planned.period, planned.due, planned_at)
        rows.setdefault(new["id"], new)
    add_channels(tx, sorted({new["channel"] for new in rows.values()}))
    insert_new(tx, deliveries, list(rows.values()))
    joinable: set[str] = set()
    for batch in batched(
        sorted(rows), MAX_NAMES_IN_QUERY
    ):  # in one order everywhere, so that no two wait for each other
        joinable.update(tx.scalars(_JOINABLE, {"ids": batch}))
    return joinable


def open_digests(tx: sa.Connection, planned: Iterable[PlannedDelivery], now: datetime) -> None:
    """Open each of these digests, empty, where it is not there yet."""
    rows = [
        _make_row(digest.subscriber, digest.channel, digest.period, digest.due, now + timedelta(microseconds=number))
        for number, digest in enumerate(planned)
    ]
    stored: set[str] = set()
    for batch in batched([digest["id"] for digest in rows], MAX_NAMES_IN_QUERY):
        stored.update(tx.scalars(sa.select(deliveries.c.id).where(deliveries.c.id.in_(batch))))
    new = [digest for digest in rows if digest["id"] not in stored]
    add_channels(tx, sorted({digest["channel"] for digest in new}))
    insert_new(tx, deliveries, new)


def _open_or_join(tx: sa.Connection, planned: PlannedDelivery, planned_at: datetime) -> str | None:
    """The id of the Delivery for a planned one, locked; None when that was sent and there is no Alert."""
    open_ = partial(_open, tx, planned.subscriber, planned.channel, now=planned_at)
    delivery = _find_waiting_for_story(tx, planned) or open_(planned.period, planned.due)
    following: PlannedDelivery | None = planned
    while delivery is None and planned.alert and following and following.else_due:
        delivery = open_(following.else_period, following.else_due)
        following = in_next_period(following)
    if delivery is None and planned.alert:
        delivery = open_(f"alert:{planned.alert}", planned.due)
    return delivery


def _move_waiting_alerts_of_story(tx: sa.Connection, planned: PlannedDelivery, delivery: str) -> None:
    """Move the Subscriber's waiting Alerts of the same Story into `delivery`, which must not overtake them.

    All of them, where it is sent alone; else those that wait for a digest.
    """
    waiting = sa.select(deliveries.c.id).where(
        deliveries.c.subscriber == planned.subscriber,
        deliveries.c.state == DeliveryState.PENDING,
        deliveries.c.id != delivery,
    )
    if not planned.alone:
        waiting = waiting.where(sa.or_(*(deliveries.c.period.like(f"{period}%") for period in DIGEST_PERIODS)))
    story = sa.select(alerts.c.story).where(alerts.c.id == planned.alert).scalar_subquery()
    story_alerts = sa.select(alerts.c.id).where(alerts.c.story == story)
    story_deliveries = sa.select(delivery_alerts.c.delivery).where(delivery_alerts.c.alert.in_(story_alerts))
    ids = tx.scalars(
        waiting.where(deliveries.c.id.in_(story_deliveries)).order_by(deliveries.c.id).with_for_update()
    ).all()
    is_waiting = sa.and_(delivery_alerts.c.delivery.in_(ids), delivery_alerts.c.alert.in_(story_alerts))
    moved = tx.scalars(sa.delete(delivery_alerts).where(is_waiting).returning(delivery_alerts.c.alert)).all()
    insert_new(tx, delivery_alerts, [{"delivery": delivery, "alert": alert} for alert in moved])


def _find_waiting_for_story(tx: sa.Connection, planned: PlannedDelivery) -> str | None:
    """The id of the first Delivery in which the same Story waits for the same Subscriber: it must not be overtaken.

    None when there is none, for an Alert that is sent alone, and for one of a digest.
    """
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
            *(deliveries.c.period.not_like(f"{period}%") for period in DIGEST_PERIODS),
            alerts.c.story == story,
        )
    )
    return tx.scalar(waiting.order_by(*IN_ORDER).limit(1).with_for_update(of=deliveries))


def _open(tx: sa.Connection, subscriber: str, channel: str, period: str, due: datetime, now: datetime) -> str | None:
    """The id of a Delivery that can still be joined, locked until we commit; None when it is being or was sent."""
    add_channels(tx, [channel])
    new = _make_row(subscriber, channel, period, due, now)
    identity = new["id"]
    insert_new(tx, deliveries, [new])
    # A Delivery that was tried and failed can still be joined: nobody has read it yet.
    joinable = sa.select(deliveries.c.id).where(
        deliveries.c.id == identity, deliveries.c.state == DeliveryState.PENDING
    )
    return tx.scalar(joinable.with_for_update())


def _make_row(subscriber: str, channel: str, period: str, due: datetime, now: datetime) -> dict[str, Any]:
    return {
        "id": key("delivery", subscriber, period),
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


def move_to_new_channel(tx: sa.Connection, channel_of: Mapping[str, str]) -> None:
    """After an address was corrected: move a Subscriber's waiting Deliveries to the new channel, due as at first.

    `channel_of` gives the configured channel by Subscriber.
    """
    is_waiting = sa.or_(*(deliveries.c.state == state for state in WAITING))
    channels_in_use = sa.select(deliveries.c.subscriber, deliveries.c.channel).where(is_waiting).distinct()
    moves = [
        {"who": subscriber, "old": channel, "new": new_channel}
        for subscriber, channel in tx.execute(channels_in_use).all()
        if (new_channel := channel_of.get(subscriber, channel)) != channel
    ]
    if moves:
        add_channels(tx, sorted({move["new"] for move in moves}))
        is_moved = sa.and_(
            is_waiting, deliveries.c.subscriber == sa.bindparam("who"), deliveries.c.channel == sa.bindparam("old")
        )
        values = {"channel": sa.bindparam("new"), "due": deliveries.c.first_due}
        tx.execute(sa.update(deliveries).where(is_moved).values(**values), moves)


def split(tx: sa.Connection, delivery: Delivery, moved_alerts: Sequence[str], now: datetime) -> None:
    """Move the Alerts with these ids into a new Delivery that is due right after this one."""
    if not moved_alerts:
        return
    row = tx.execute(sa.select(deliveries).where(deliveries.c.id == delivery.id)).one()
    base_period, following, part = row.period.partition("#")[0], None, delivery.part
    while following is None:
        part += 1
        following = _open(tx, row.subscriber, row.channel, f"{base_period}#{part}", row.first_due, now)
    moves = sa.and_(delivery_alerts.c.delivery == delivery.id, delivery_alerts.c.alert.in_(list(moved_alerts)))
    tx.execute(sa.delete(delivery_alerts).where(moves))
    insert_new(tx, delivery_alerts, [{"delivery": following, "alert": alert} for alert in moved_alerts])


def recent_alert_counts(tx: sa.Connection, since: datetime) -> dict[str, int]:
    """By Subscriber, of how many Stories first heard of after `since` (UTC) they were told or are about to be."""
    return {row[0]: row[1] for row in tx.execute(_RECENT_COUNTS, {"since": since})}


def subscribers_told(tx: sa.Connection, story: str) -> set[str]:
    """The ids of the Subscribers who were told a Story, or are about to be."""
    never_sent = (DeliveryState.GIVEN_UP, DeliveryState.UNWANTED)
    return set(tx.scalars(_JOINED.where(alerts.c.story == story, deliveries.c.state.not_in(never_sent))))


def delivery_of(row: sa.Row[Any]) -> Delivery:
    """A row of `deliveries` as a Delivery that nobody has leased."""
    return Delivery(id=row.id, subscriber=row.subscriber, period=row.period, due=row.due, first_due=row.first_due)
