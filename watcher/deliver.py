"""The delivery flow, top to bottom: claim what is due, render it, hand it over, and write down what happened.

docs/flow.md numbers the steps. A retry is a row with a later `due`; nothing here waits or loops.
"""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.core import due, health, plan, render
from watcher.desk import Desk
from watcher.errors import NotSent, Unknown
from watcher.killpoint import killpoint
from watcher.model import Alert, Delivery, DeliveryState, Message, Reason, Subscriber
from watcher.store import deliveries as delivery_rows
from watcher.store import sources as source_rows
from watcher.store import stories as story_rows
from watcher.store.deliveries import Outcome

MOST_AT_ONCE = 32
AFTER_UNKNOWN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How one hand-over ended. `outcome` is sent, failed, unknown, given up or overtaken."""

    delivery: str
    subscriber: str
    outcome: str
    why: str = ""


async def deliver_due(desk: Desk, now: datetime, *, in_flight: int = 0) -> list[asyncio.Task[Delivered]]:
    """Begin to hand over what is due, one Delivery for each channel; a dead channel delays no other."""
    claimed = await desk.aside(_claim, desk, now, MOST_AT_ONCE - in_flight)  # 9 claim
    killpoint("after_claim")
    return [asyncio.create_task(deliver(desk, delivery, now)) for delivery in claimed]


def _claim(desk: Desk, now: datetime, most: int) -> list[Delivery]:
    lease = secrets.token_hex(16)
    with desk.database.begin() as tx:
        delivery_rows.plan(tx, plan.digests(desk.configuration.subscribers.values(), now))
        return delivery_rows.claim(tx, lease, now, most) if most > 0 else []


async def deliver(desk: Desk, delivery: Delivery, now: datetime) -> Delivered:
    """Hand one Delivery over and record the outcome; a fault of ours is recorded like any other, and is loud."""
    subscriber = desk.configuration.subscribers.get(delivery.subscriber)
    if subscriber is None:
        gone = NotSent("this subscriber is no longer in subscribers.yaml", for_good=True)
        return await desk.aside(record, desk, delivery, _failed(delivery, gone, now), now)
    try:
        message = await desk.aside(rendered, desk, delivery, now)  # 10 render
        killpoint("before_send")
        outcome = await desk.hand_over(hand_over, desk, subscriber, delivery, message, now)  # 11 send
    except Exception as error:
        fault = NotSent(f"a fault in watcher: {type(error).__name__}")
        await desk.aside(record, desk, delivery, _failed(delivery, fault, now), now)
        raise
    killpoint("after_send")
    done = await desk.aside(record, desk, delivery, outcome, now)  # 12 record
    killpoint("after_record")
    return done


def rendered(desk: Desk, delivery: Delivery, now: datetime) -> Message:
    """The words of a Delivery as of now."""
    names = {topic.id: topic.name for topic in desk.configuration.topics}
    with desk.database.begin() as tx:
        told = delivery_rows.told(tx, delivery)
        states = source_rows.states(tx) if delivery.is_digest else {}
    return render.message(delivery, told, names, _footer(desk, states) if delivery.is_digest else (), now)


def _footer(desk: Desk, states: Mapping[str, object]) -> tuple[str, ...]:
    enabled = [source for source in desk.configuration.sources.values() if source.enabled]
    return health.footer(health.sight(each.name, each.id, states.get(each.id)) for each in enabled)  # type: ignore[arg-type]


def hand_over(desk: Desk, subscriber: Subscriber, delivery: Delivery, message: Message, now: datetime) -> Outcome:
    """What the channel said, as an Outcome: sent, unknown (it goes again, marked), or failed with the next step."""
    notifier = desk.notifiers[subscriber.via]
    try:
        receipt = notifier.send(message, subscriber.address)
    except NotSent as error:
        return _failed(delivery, error, now)
    except Unknown as error:
        again = now + AFTER_UNKNOWN if delivery.first_due + due.GIVE_UP_AFTER > now else None
        state = DeliveryState.UNKNOWN if again else DeliveryState.GIVEN_UP
        return Outcome(state=state, word="unknown", why=error.why, due=again, hold=notifier.hold)
    return Outcome(state=DeliveryState.SENT, word="sent", receipt=receipt, hold=notifier.hold)


def _failed(delivery: Delivery, error: NotSent, now: datetime) -> Outcome:
    """A wait that the server asked for rests the whole channel; any other failure is this Delivery's own."""
    again = due.after_failure(delivery, error, now)
    state = DeliveryState.PENDING if again else DeliveryState.GIVEN_UP
    if again and delivery.repeat:
        state = DeliveryState.UNKNOWN  # an earlier try may still have arrived
    hold = error.after.total_seconds() if error.after else 0.0
    return Outcome(state=state, word="failed", why=error.why, due=again, hold=hold)


def record(desk: Desk, delivery: Delivery, outcome: Outcome, now: datetime) -> Delivered:
    """Write the Outcome down; when a Delivery is given up, admins hear of it in the same transaction."""
    with desk.database.begin() as tx:
        if not delivery_rows.record(tx, delivery, outcome, now):
            return Delivered(delivery=delivery.id, subscriber=delivery.subscriber, outcome="overtaken", why=outcome.why)
        given_up = outcome.state is DeliveryState.GIVEN_UP
        if given_up and not delivery_rows.is_about_admin(tx, delivery.id):
            alert = _given_up(delivery, outcome, now)
            story_rows.save_alerts(tx, [alert])
            delivery_rows.plan(tx, plan.deliveries(alert, desk.configuration.subscribers.values(), now))
    word = "given up" if given_up else outcome.word
    return Delivered(delivery=delivery.id, subscriber=delivery.subscriber, outcome=word, why=outcome.why)


def _given_up(delivery: Delivery, outcome: Outcome, now: datetime) -> Alert:
    words = (
        f"Nothing reaches the subscriber {delivery.subscriber}: {outcome.why}. A delivery was given up after "
        f"{delivery.attempts} tries. Correct subscribers.yaml; delivery {delivery.id} is kept in the database."
    )
    return Alert(reason=Reason.NEEDS_ADMIN, at=now, note=words)
