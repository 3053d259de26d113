"""The delivery flow, top to bottom: claim what is due, render it, hand it over, and write down what happened.

docs/flow.md numbers the steps. A retry is a row with a later `due`; nothing here waits or loops.
"""

import asyncio
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy import Connection

from watcher import store
from watcher.announce import announce
from watcher.core.deadlines.reminders import due_reminders, urgent_moments
from watcher.core.delivery.closing_note import close_stories
from watcher.core.delivery.routing import plan_digests, should_receive
from watcher.core.delivery.schedule import GIVE_UP_AFTER, blocks_channel, london_time, pause_for, retry_at
from watcher.core.language.dates import LONDON
from watcher.core.messages.message import alerts_after, compose, compose_update
from watcher.core.messages.source_checks import is_closing_note, with_source_checks
from watcher.core.watching.source_status import SourceStatus, digest_footer, source_status
from watcher.errors import NotSent, Unknown
from watcher.failpoint import failpoint
from watcher.model import (
    Alert,
    AlertContext,
    Delivery,
    DeliveryState,
    Message,
    Outcome,
    Quarantined,
    Reason,
    Receipt,
    SourceState,
    Subscriber,
)
from watcher.notifiers.base import Notifier
from watcher.runtime import Runtime

MAX_CONCURRENT_SENDS = 32
RETRY_UNKNOWN_AFTER = timedelta(minutes=5)
MAX_CLOCK_DIFFERENCE = timedelta(hours=1)
UNWANTED = Outcome(state=DeliveryState.UNWANTED, word="unwanted", why="nobody wants it any more")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryResult:
    """How one hand-over ended. `outcome` is sent, failed, unknown, unwanted, given up or overtaken."""

    delivery: str
    subscriber: str
    outcome: str
    why: str = ""


async def deliver_due(desk: Runtime, now: datetime, *, in_flight: int = 0) -> list[asyncio.Task[DeliveryResult]]:
    """Begin to hand over what is due, one Delivery for each channel; a dead channel delays no other."""
    lease = secrets.token_hex(16)
    claimed = await desk.run_in_thread(_claim, desk, lease, now, MAX_CONCURRENT_SENDS - in_flight)  # 9 claim
    failpoint("after_claim")
    begun = [asyncio.create_task(deliver(desk, delivery, now)) for delivery in claimed]
    desk.keep_lease(lease, begun)
    return begun


def _claim(desk: Runtime, lease: str, now: datetime, most: int) -> list[Delivery]:
    subscribers = desk.configuration.subscribers
    with desk.database.begin() as tx:
        store.subscribers.note_subscriptions(tx, subscribers.values(), now)
        store.deliveries.move_to_new_channel(tx, {each.id: each.channel for each in subscribers.values()})
        close_due(tx, subscribers.values(), now)
        remind_due(tx, subscribers.values(), now)
        store.deliveries.plan(tx, plan_digests(subscribers.values(), now), now)
        claimed = store.deliveries.claim(tx, lease, now, most) if most > 0 else []
        failpoint("before_claim")
        return claimed


def close_due(tx: Connection, subscribers: Iterable[Subscriber], now: datetime) -> None:
    """A day after a Story was told as reported, those who were told hear that no official page has come."""
    stories, notes = close_stories(store.stories.due_to_close(tx, now), now)
    store.stories.save(tx, stories)
    for note in notes:
        told = store.deliveries.subscribers_told(tx, note.story)
        pressing = {note.story: urgent_moments(store.deadlines.of_stories(tx, [note.story]).get(note.story, ()))}
        announce(tx, [note], [each for each in subscribers if each.id in told], now, pressing)


def remind_due(tx: Connection, subscribers: Iterable[Subscriber], now: datetime) -> None:
    """Before an open deadline, those who were told its Story and have not handled it are reminded."""
    dates = store.deadlines.with_due_reminder(tx, now)
    ids = {each.story for each in dates}
    done, near = due_reminders(dates, store.stories.find(tx, ids), subscribers, now)
    store.deadlines.save(tx, done)
    handled = store.deadlines.handled_by(tx, ids)
    for each in near:
        story = each.alert.story
        told = store.deliveries.subscribers_told(tx, story)
        wanting = [one for one in subscribers if one.id in told and each.concerns(one, handled.get(story, {}))]
        if wanting:  # an Alert that nobody gets would make the Story a told one
            announce(tx, [each.alert], wanting, now, {story: urgent_moments([each.date])})


async def deliver(desk: Runtime, delivery: Delivery, now: datetime) -> DeliveryResult:
    """Hand one Delivery over and record the outcome; a fault of ours is recorded like any other, and is loud."""
    subscriber = desk.configuration.subscribers.get(delivery.subscriber)
    try:
        message = await desk.run_in_thread(compose_delivery, desk, subscriber, delivery, now)  # 10 render
    except Exception as error:
        await desk.run_in_thread(record_fault, desk, delivery, _failed(delivery, NotSent(_ours(error)), now), None, now)
        raise
    if subscriber is None or message is None:
        return await desk.run_in_thread(record, desk, delivery, UNWANTED, now)
    failpoint("before_send")
    try:
        outcome = await desk.run_in_sending_thread(send, desk, subscriber, delivery, message, now)  # 11 send
    except Exception as error:  # it may have happened after the channel had accepted
        outcome = _unknown(delivery, desk.notifiers[subscriber.via], message, _ours(error), now)
        await desk.run_in_thread(record_fault, desk, delivery, outcome, message, now)
        raise
    failpoint("after_send")
    done = await desk.run_in_thread(record, desk, delivery, outcome, now)  # 12 record
    failpoint("after_record")
    return done


def _ours(error: Exception) -> str:
    return f"a fault in watcher: {type(error).__name__}"


def compose_delivery(desk: Runtime, subscriber: Subscriber | None, delivery: Delivery, now: datetime) -> Message | None:
    """The words of a Delivery as of now; None when nobody wants them any more.

    The Subscription is looked at again here, right before the sending. What does not fit leaves as a Delivery after it.
    """
    if subscriber is None:
        return None
    names = {topic.id: topic.name for topic in desk.configuration.topics}
    with desk.database.begin() as tx:
        told = [each for each in store.deliveries.load_alerts(tx, delivery) if should_receive(each.alert, subscriber)]
        if not told and not delivery.is_digest:
            return None
        states = store.sources.states(tx) if delivery.is_digest or any(map(is_closing_note, told)) else {}
        told = [
            _here(each, subscriber) for each in with_source_checks(told, _sights(desk, states, now, confirms=True), now)
        ]
        footer = digest_footer(_sights(desk, states, now)) if delivery.is_digest else ()
        message = compose(delivery, told, names, footer, now)
        store.quarantine.save(tx, message.quarantined, now)
        fits = desk.notifiers[subscriber.via].count_that_fit(message)
        if fits < len(message.paragraphs):
            behind = alerts_after(message, told, fits)
            store.deliveries.split(tx, delivery, behind, now)
            kept = [each for each in told if each.alert.id not in behind]
            message = compose(delivery, kept, names, footer, now)
        first = next((each.first_delivery for each in told if each.first_receipt == message.answers), "")
        thread = store.threads.load_thread(tx, first, delivery) if message.answers else None
    return replace(message, update=compose_update(thread, names)) if thread else message


def _sights(
    desk: Runtime, states: Mapping[str, SourceState], now: datetime, *, confirms: bool = False
) -> tuple[SourceStatus, ...]:
    """The sources that are on; or those of them that can make a Story official."""
    wanted = [
        each for each in desk.configuration.sources.values() if each.enabled and (each.trust.confirms or not confirms)
    ]
    return tuple(source_status(each.name, each.id, states.get(each.id), now) for each in wanted)


def _here(told: AlertContext, subscriber: Subscriber) -> AlertContext:
    """`told`; what was told at another address than today's cannot be answered."""
    moved = told.first_receipt and told.first_receipt.place not in {"", subscriber.address}
    return replace(told, first_receipt=Receipt()) if moved else told


def send(desk: Runtime, subscriber: Subscriber, delivery: Delivery, message: Message, now: datetime) -> Outcome:
    """What the channel said, as an Outcome: sent, unknown (it goes again, marked), or failed with the next step."""
    notifier = desk.notifiers[subscriber.via]
    try:
        receipt, why = None, ""
        if delivery.repeat:
            message, receipt, why = _looked_up(notifier, subscriber, delivery, message)
        receipt = receipt or notifier.send(message, subscriber.address)
    except NotSent as error:
        return _failed(delivery, error, now)
    except Unknown as error:
        return _unknown(delivery, notifier, message, error.why, now)
    failpoint("after_reply")
    defects = [receipt.defect, _updated(notifier, message, subscriber)]
    receipt = replace(receipt, defect="; ".join(filter(None, defects)))
    why = "; ".join(filter(None, [why, receipt.defect]))
    return Outcome(
        state=DeliveryState.SENT, word="sent", why=why, receipt=receipt, pause_seconds=notifier.pause_seconds
    )


def _updated(notifier: Notifier, message: Message, subscriber: Subscriber) -> str:
    """What went wrong when the first message of the thread was updated, or "". The answer to it has been accepted."""
    if message.update is None:
        return ""
    try:
        return notifier.update(message.update, subscriber.address)
    except Exception as error:  # noqa: BLE001 - a fault of ours must not send the answer a second time
        return f"the first message was not updated: {_ours(error)}"


def _unknown(delivery: Delivery, notifier: Notifier, message: Message, why: str, now: datetime) -> Outcome:
    """It goes again in five minutes; where it cannot be looked up, only as often as the channel allows."""
    # Marked means that it cannot be looked up; a channel that always answers too late would be told for ever.
    enough = message.repeat and delivery.unknown_attempts >= notifier.max_repeats
    again = None if enough or delivery.first_due + GIVE_UP_AFTER < now else now + RETRY_UNKNOWN_AFTER
    state = DeliveryState.UNKNOWN if again else DeliveryState.GIVEN_UP
    return Outcome(state=state, word="unknown", why=why, due=again, pause_seconds=notifier.pause_seconds)


def _looked_up(
    notifier: Notifier, subscriber: Subscriber, delivery: Delivery, message: Message
) -> tuple[Message, Receipt | None, str]:
    """Whether an earlier try arrived, where the channel can be read back: then it is not sent again.

    Surely not there: it goes as if for the first time. Nobody can tell: it goes marked as a possible repeat.
    """
    try:
        found = notifier.find(message, subscriber.address, delivery.first_due - MAX_CLOCK_DIFFERENCE)
    except Unknown as error:
        return message, None, f"possible repeat: {error.why}"
    if found is None:
        return replace(message, repeat=False), None, "looked for the earlier try: it had not arrived"
    return message, found, "looked for the earlier try: it had arrived"


def _failed(delivery: Delivery, error: NotSent, now: datetime) -> Outcome:
    """When it is tried again, or that it is given up; whether it goes in halves; and whether its whole channel rests.

    A channel rests for as long as the server asked, or because nobody is at its address.
    """
    again = retry_at(delivery, error, now)
    state = DeliveryState.PENDING if again else DeliveryState.GIVEN_UP
    if again and delivery.repeat:
        state = DeliveryState.UNKNOWN  # an earlier try may still have arrived
    return Outcome(
        state=state,
        word="failed",
        why=error.why,
        due=again,
        pause_seconds=pause_for(error).total_seconds(),
        split_in_half=error.too_large,
        blocks_channel=blocks_channel(error),
    )


def record_fault(desk: Runtime, delivery: Delivery, outcome: Outcome, message: Message | None, now: datetime) -> None:
    """A fault of ours: what it stumbled over is put aside for a person, and the Outcome is recorded like any other."""
    body = repr(message).encode("utf-8", "replace")
    with desk.database.begin() as tx:
        store.quarantine.save(tx, [Quarantined(what="delivery", name=delivery.id, why=outcome.why, body=body)], now)
    record(desk, delivery, outcome, now)


def record(desk: Runtime, delivery: Delivery, outcome: Outcome, now: datetime) -> DeliveryResult:
    """Write the Outcome down; when nobody is reached any more, admins hear of it in the same transaction."""
    with desk.database.begin() as tx:
        if not store.deliveries.record(tx, delivery, outcome, now):
            return DeliveryResult(
                delivery=delivery.id, subscriber=delivery.subscriber, outcome="overtaken", why=outcome.why
            )
        given_up = outcome.state is DeliveryState.GIVEN_UP
        if (given_up or outcome.blocks_channel) and not store.deliveries.is_about_admin(tx, delivery.id):
            subscribers = desk.configuration.subscribers.values()
            announce(tx, [_not_reached(delivery, outcome, now)], subscribers, now)
    word = "given up" if given_up else outcome.word
    return DeliveryResult(delivery=delivery.id, subscriber=delivery.subscriber, outcome=word, why=outcome.why)


def _not_reached(delivery: Delivery, outcome: Outcome, now: datetime) -> Alert:
    """One Alert a day for each Subscriber and cause, however many Deliveries meet it."""
    waits = "What waits for it leaves when it is put right, for four days."
    gone = "`watcher health` lists what was given up, and all of it is kept in the database."
    words = (
        f"Nothing reaches the subscriber {delivery.subscriber}: {outcome.why}. "
        "Put it right: the address in subscribers.yaml, or the token and the app. "
        f"{waits if outcome.blocks_channel else gone}"
    )
    return Alert(reason=Reason.NEEDS_ADMIN, at=london_time(now.astimezone(LONDON).date(), time()), note=words)
