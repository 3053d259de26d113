"""One Message to one channel: looked for first where it may have arrived, sent once, and its answer as an Outcome."""

from dataclasses import replace
from datetime import datetime, timedelta

from watcher.core.delivery import retries
from watcher.delivering.recording import our_fault
from watcher.errors import NotSent, Unknown
from watcher.failpoint import failpoint
from watcher.model import Delivery, DeliveryState, Message, Outcome, Receipt, Subscriber
from watcher.notifiers.base import Notifier
from watcher.runtime import Runtime

MAX_CLOCK_DIFFERENCE = timedelta(hours=1)  # between this machine and a channel, when an earlier attempt is looked for


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
