"""The delivery flow, top to bottom: claim what is due, compose it, send it, and write down what happened.

docs/flow.md has the same numbers. A retry is a row with a later `due`; nothing here waits or loops.
"""

import asyncio
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher import store
from watcher.announce import announce, plan_closing_notes, plan_reminders
from watcher.core.delivery import retries
from watcher.core.delivery.routing import plan_digests, plan_welcomes
from watcher.core.messages.delivery_context import compose_fitting
from watcher.core.messages.message import compose_update
from watcher.errors import NotSent, Unknown
from watcher.failpoint import failpoint
from watcher.model import Delivery, DeliveryState, Message, Outcome, Quarantined, Receipt, Subscriber
from watcher.notifiers.base import FaultBeforeContact, Notifier
from watcher.reports.digest_context import has_welcome
from watcher.reports.digest_preview import load_delivery_context
from watcher.runtime import Runtime

MAX_CONCURRENT_SENDS = 32
PROBE_EVERY = timedelta(minutes=30)  # a dead token is noticed though nothing is due
MAX_CLOCK_DIFFERENCE = timedelta(hours=1)  # between this machine and a channel, when an earlier attempt is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryResult:
    """How one attempt ended. `outcome` is sent, failed, unknown, unwanted, given up or overtaken."""

    delivery: str
    subscriber: str
    outcome: str
    why: str = ""


async def deliver_due(runtime: Runtime, now: datetime, *, in_flight: int = 0) -> list[asyncio.Task[DeliveryResult]]:
    """Begin to send what is due, one Delivery for each channel; a dead channel delays no other.

    `in_flight`: how many are being sent already; together they are at most MAX_CONCURRENT_SENDS.
    """
    lease = secrets.token_hex(16)
    claimed = await runtime.run_in_thread(claim_due, runtime, lease, now, MAX_CONCURRENT_SENDS - in_flight)  # 9 claim
    failpoint("after_claim")
    deliveries = [asyncio.create_task(deliver(runtime, delivery, now)) for delivery in claimed]
    runtime.keep_lease(lease, deliveries)
    return deliveries


async def deliver(runtime: Runtime, delivery: Delivery, now: datetime) -> DeliveryResult:
    """Compose and send one Delivery and record the Outcome; a fault of ours is recorded too, and then raised."""
    subscriber = runtime.configuration.subscribers.get(delivery.subscriber)
    try:
        message = await runtime.run_in_thread(prepare, runtime, subscriber, delivery, now)  # 10 compose
    except Exception as error:
        failed = retries.not_sent(delivery, NotSent(our_fault(error)), now)
        await runtime.run_in_thread(record_fault, runtime, delivery, failed, None, now)
        raise
    if subscriber is None or message is None:
        return await runtime.run_in_thread(record, runtime, delivery, retries.UNWANTED, now)
    failpoint("before_send")
    try:
        outcome = await runtime.run_in_sending_thread(send, runtime, subscriber, delivery, message, now)  # 11 send
    except FaultBeforeContact as error:
        failed = retries.not_sent(delivery, NotSent(our_fault(error.__cause__ or error)), now)
        await runtime.run_in_thread(record_fault, runtime, delivery, failed, message, now)
        raise
    except Exception as error:  # it may have happened after the channel had accepted
        outcome = nobody_knows(runtime.notifiers[subscriber.via], delivery, message, our_fault(error), now)
        await runtime.run_in_thread(record_fault, runtime, delivery, outcome, message, now)
        raise
    failpoint("after_send")
    result = await runtime.run_in_thread(record, runtime, delivery, outcome, now)  # 12 record
    failpoint("after_record")
    return result


def our_fault(error: BaseException) -> str:
    """A failure of this product in words that hold no secret."""
    return f"a fault in watcher: {type(error).__name__}"


async def probe_channels(runtime: Runtime, now: datetime) -> list[asyncio.Task[str]]:
    """Begin to ask each channel that nothing was sent to for a while whether it could be used.

    Each task gives "", or what is wrong with the channel: `watcher health` shows it from then on.
    """
    subscribers = await runtime.run_in_thread(claim_untried, runtime, now)
    return [
        asyncio.create_task(runtime.run_in_sending_thread(probe_channel, runtime, subscriber, now))
        for subscriber in subscribers
    ]


def claim_untried(runtime: Runtime, now: datetime) -> list[Subscriber]:
    """A Subscriber for each channel that is to be probed."""
    by_channel = {subscriber.channel: subscriber for subscriber in runtime.configuration.subscribers.values()}
    with runtime.database.begin() as tx:
        store.channels.forget_others(tx, by_channel)
        untried = store.channels.claim_untried(tx, by_channel, now - PROBE_EVERY, now)
    return [by_channel[channel] for channel in sorted(untried)]


def probe_channel(runtime: Runtime, subscriber: Subscriber, now: datetime) -> str:
    """Ask one channel, and write down what was found; admins hear of a dead one as of a failed Delivery."""
    try:
        runtime.notifiers[subscriber.via].probe(subscriber.address)
        failure = None
    except NotSent as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - nothing was to be sent
        failure = NotSent(our_fault(error))
    why, cure = (failure.why, failure.cure) if failure else ("", "")
    with runtime.database.begin() as tx:
        store.channels.note_probe(tx, subscriber.channel, subscriber.id, why, cure, now)
        if failure and retries.blocks_channel(failure):
            alert = retries.not_reached_alert(subscriber.id, why, cure, now)
            announce(tx, [alert], others_than(runtime, subscriber.id), now)
    return f"{subscriber.id}: {why}. {retries.as_sentence(cure)}" if cure else ""


# --- 9 claim ------------------------------------------------------------------------------------------------------


def claim_due(runtime: Runtime, lease: str, now: datetime, limit: int) -> list[Delivery]:
    """Plan what the time brings (closing notes, reminders, digests), then lease at most `limit` due Deliveries."""
    subscribers = runtime.configuration.subscribers.values()
    with runtime.database.begin() as tx:
        new_ids = store.subscribers.note_subscriptions(tx, subscribers, now)
        new = [subscriber for subscriber in subscribers if subscriber.id in new_ids]
        welcomed = [subscriber for subscriber in new if has_welcome(tx, subscriber, now)]
        store.deliveries.plan(tx, plan_welcomes(welcomed, now), now)
        store.deliveries.move_to_new_channel(tx, {subscriber.id: subscriber.channel for subscriber in subscribers})
        plan_closing_notes(tx, subscribers, now)
        plan_reminders(tx, subscribers, now)
        store.deliveries.plan(tx, plan_digests(subscribers, now), now)
        claimed = store.deliveries.claim(tx, lease, now, limit) if limit > 0 else []
        failpoint("before_claim")
        return claimed


# --- 10 compose ---------------------------------------------------------------------------------------------------


def prepare(runtime: Runtime, subscriber: Subscriber | None, delivery: Delivery, now: datetime) -> Message | None:
    """Load what a Delivery tells as of now, compose it, and save what does not fit as a Delivery of its own.

    The Subscription is read again here, right before the sending. None: nobody wants it any more.
    """
    if subscriber is None:
        return None
    with runtime.database.begin() as tx:
        context = load_delivery_context(tx, runtime.configuration, subscriber, delivery, now)
        if context is None:
            return None
        message, left = compose_fitting(context, runtime.notifiers[subscriber.via].count_that_fit)
        store.quarantine.save(tx, message.quarantined, now)
        store.deliveries.split(tx, delivery, left, now)
        if message.answers is None:
            return message
        first = next(alert.first_delivery for alert in context.alerts if alert.first_receipt == message.answers)
        thread = store.threads.load_thread(tx, first, delivery)
    return replace(message, update=compose_update(thread, context.topic_names))


# --- 11 send ------------------------------------------------------------------------------------------------------


def send(runtime: Runtime, subscriber: Subscriber, delivery: Delivery, message: Message, now: datetime) -> Outcome:
    """The channel's answer as an Outcome: sent, unknown (it goes again, marked), or failed with the next step."""
    notifier = runtime.notifiers[subscriber.via]
    try:
        receipt, why = None, ""
        if delivery.repeat:
            message, receipt, why = find_earlier_attempt(notifier, subscriber, delivery, message)
        receipt = receipt or notifier.send(message, subscriber.address)
    except NotSent as error:
        return retries.not_sent(delivery, error, now)
    except Unknown as error:
        return nobody_knows(notifier, delivery, message, error.why, now)
    failpoint("after_reply")
    defects = [receipt.defect, update_thread_start(notifier, subscriber, message)]
    receipt = replace(receipt, defect="; ".join(filter(None, defects)))
    why = "; ".join(filter(None, [why, receipt.defect]))
    pause_seconds = notifier.pause_seconds * receipt.posts
    return Outcome(state=DeliveryState.SENT, word="sent", why=why, receipt=receipt, pause_seconds=pause_seconds)


def find_earlier_attempt(
    notifier: Notifier, subscriber: Subscriber, delivery: Delivery, message: Message
) -> tuple[Message, Receipt | None, str]:
    """The Receipt of an earlier attempt that arrived, where the channel can be read back: then nothing is sent again.

    Surely not there: it goes as if for the first time. Nobody can tell: it goes marked as a possible repeat.
    """
    try:
        receipt = notifier.find(message, subscriber.address, delivery.first_due - MAX_CLOCK_DIFFERENCE)
    except Unknown as error:
        return message, None, f"possible repeat: {error.why}"
    if receipt is None:
        return replace(message, repeat=False), None, "looked for the earlier try: it had not arrived"
    return message, receipt, "looked for the earlier try: it had arrived"


def update_thread_start(notifier: Notifier, subscriber: Subscriber, message: Message) -> str:
    """Update the first message of the thread; why that failed, or "". The answer to it has been accepted."""
    if message.update is None:
        return ""
    try:
        return notifier.update(message.update, subscriber.address)
    except Exception as error:  # noqa: BLE001 - a fault of ours must not send the answer a second time
        return f"the first message was not updated: {our_fault(error)}"


def nobody_knows(notifier: Notifier, delivery: Delivery, message: Message, why: str, now: datetime) -> Outcome:
    """The Outcome where nobody can tell whether it arrived: marked, it goes only as often as the channel allows."""
    is_last = message.repeat and delivery.unknown_attempts >= notifier.max_repeats
    return retries.unknown(delivery, why, now, is_last=is_last, pause_seconds=notifier.pause_seconds)


# --- 12 record ----------------------------------------------------------------------------------------------------


def record(runtime: Runtime, delivery: Delivery, outcome: Outcome, now: datetime) -> DeliveryResult:
    """Write the Outcome down; when nobody is reached any more, admins hear of it in the same transaction."""
    is_given_up = outcome.state is DeliveryState.GIVEN_UP
    word = "given up" if is_given_up else outcome.word
    with runtime.database.begin() as tx:
        if not store.deliveries.record(tx, delivery, outcome, now):
            word = "overtaken"  # its lease passed to another replica, which decides
        elif is_given_up or outcome.blocks_channel:
            waits = outcome.blocks_channel
            alert = retries.not_reached_alert(delivery.subscriber, outcome.why, outcome.cure, now, waits=waits)
            announce(tx, [alert], others_than(runtime, delivery.subscriber), now)
    return DeliveryResult(delivery=delivery.id, subscriber=delivery.subscriber, outcome=word, why=outcome.why)


def others_than(runtime: Runtime, subscriber_id: str) -> list[Subscriber]:
    """Those who can hear that this Subscriber is not reached: it would hear of it when that is over."""
    return [subscriber for subscriber in runtime.configuration.subscribers.values() if subscriber.id != subscriber_id]


def record_fault(
    runtime: Runtime, delivery: Delivery, outcome: Outcome, message: Message | None, now: datetime
) -> None:
    """A fault of ours: what it happened with is quarantined, and the Outcome is recorded like any other."""
    body = repr(message).encode("utf-8", "replace")
    with runtime.database.begin() as tx:
        page = Quarantined(what="delivery", name=delivery.id, why=outcome.why, body=body)
        store.quarantine.save(tx, [page], now)
    record(runtime, delivery, outcome, now)
