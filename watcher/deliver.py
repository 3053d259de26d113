"""The delivery flow, top to bottom: claim what is due, compose it, send it, and write down what happened.

docs/flow.md has the same numbers. A retry is a row with a later `due`; nothing here waits or loops.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from watcher.core.delivery import retries
from watcher.delivering.composing import Prepared, prepare
from watcher.delivering.planning import claim_due
from watcher.delivering.probing import probe_channels
from watcher.delivering.recording import DeliveryResult, Ended, our_fault, quarantine, record_together
from watcher.delivering.sending import nobody_knows, send
from watcher.errors import NotSent
from watcher.failpoint import failpoint
from watcher.model import Delivery, Message, Outcome
from watcher.notifiers.base import FaultBeforeContact
from watcher.runtime import MAX_CONCURRENT_SENDS, Runtime

__all__ = ["MAX_CLAIMED", "DeliveryResult", "deliver_due", "probe_channels"]

# Twice the sends, so that the next are composed while these are being sent. No more: what a killed process holds is
# sent again, marked as a possible repeat.
MAX_CLAIMED = 2 * MAX_CONCURRENT_SENDS


async def deliver_due(runtime: Runtime, now: datetime, *, in_flight: int = 0) -> list[asyncio.Task[DeliveryResult]]:
    """Begin to send what is due, one Delivery for each channel; a dead channel delays no other.

    `in_flight`: how many are on their way already; together they are at most MAX_CLAIMED.
    """
    lease = secrets.token_hex(16)
    claimed = await runtime.run_in_thread(claim_due, runtime, lease, now, MAX_CLAIMED - in_flight)  # 9 claim
    failpoint("after_claim")
    if not claimed:
        return []
    preparing = asyncio.create_task(runtime.run_in_thread(prepare, runtime, claimed, now))  # 10 compose
    deliveries = [asyncio.create_task(deliver(runtime, delivery, preparing, now)) for delivery in claimed]
    runtime.keep_lease(lease, deliveries)
    return deliveries


async def deliver(
    runtime: Runtime, delivery: Delivery, preparing: asyncio.Task[Mapping[str, Prepared]], now: datetime
) -> DeliveryResult:
    """Send one Delivery and record the Outcome; a fault of ours is recorded too, and then raised."""
    subscriber = runtime.configuration.subscribers.get(delivery.subscriber)
    try:
        message = composed_for(delivery, await asyncio.shield(preparing))
    except Exception as error:
        failed = retries.not_sent(delivery, NotSent(our_fault(error)), now)
        await record_fault(runtime, delivery, failed, None, now)
        raise
    if subscriber is None or message is None:
        return await record(runtime, delivery, retries.UNWANTED, now)
    failpoint("before_send")
    try:
        outcome = await runtime.run_in_sending_thread(send, runtime, subscriber, delivery, message, now)  # 11 send
    except FaultBeforeContact as error:
        failed = retries.not_sent(delivery, NotSent(our_fault(error.__cause__ or error)), now)
        await record_fault(runtime, delivery, failed, message, now)
        raise
    except Exception as error:  # it may have happened after the channel had accepted
        outcome = nobody_knows(runtime.notifiers[subscriber.via], delivery, message, our_fault(error), now)
        await record_fault(runtime, delivery, outcome, message, now)
        raise
    failpoint("after_send")
    result = await record(runtime, delivery, outcome, now)  # 12 record
    failpoint("after_record")
    return result


def composed_for(delivery: Delivery, prepared: Mapping[str, Prepared]) -> Message | None:
    """What was composed for a Delivery; None when nobody wants it any more. Raises the fault that happened with it."""
    message = prepared[delivery.id]
    if isinstance(message, Exception):
        raise message
    return message


async def record(runtime: Runtime, delivery: Delivery, outcome: Outcome, now: datetime) -> DeliveryResult:
    """Write the Outcome down at once, in one transaction with those that came while the last ones were written."""

    async def save(ended: Sequence[Ended]) -> list[DeliveryResult]:
        return await runtime.run_in_thread(record_together, runtime, ended)

    result: DeliveryResult = await runtime.recording.add(Ended(delivery, outcome, now), save, unfinished=1)
    return result


async def record_fault(
    runtime: Runtime, delivery: Delivery, outcome: Outcome, message: Message | None, now: datetime
) -> None:
    """A fault of ours: what it happened with is quarantined, and the Outcome is recorded like any other."""
    await runtime.run_in_thread(quarantine, runtime, delivery, outcome.why, message, now)
    await record(runtime, delivery, outcome, now)
