"""Channels to which nothing was sent for a while are asked whether they could be used."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from watcher import store
from watcher.announce import announce
from watcher.core.delivery import retries
from watcher.delivering.recording import others_than, our_fault
from watcher.errors import NotSent
from watcher.model import Subscriber
from watcher.runtime import Runtime

PROBE_EVERY = timedelta(minutes=30)  # a dead token is noticed though nothing is due


async def probe_channels(runtime: Runtime, now: datetime) -> list[asyncio.Task[str]]:
    """Begin to ask each channel that nothing was sent to for a while whether it could be used.

    Each task gives "", or what is wrong with the channel: `watcher health` shows it from then on. Channels of which
    their notifier can say nothing apart (mailboxes behind one relay) are asked about once, by one task.
    """
    subscribers = await runtime.run_in_thread(claim_untried, runtime, now)
    groups: dict[str, list[Subscriber]] = {}
    for subscriber in subscribers:
        is_shared = runtime.notifiers[subscriber.via].is_probe_shared
        groups.setdefault(subscriber.via if is_shared else subscriber.channel, []).append(subscriber)
    return [
        asyncio.create_task(runtime.run_in_sending_thread(probe_together, runtime, group, now))
        for group in groups.values()
    ]


def claim_untried(runtime: Runtime, now: datetime) -> list[Subscriber]:
    """A Subscriber for each channel that is to be probed."""
    by_channel = {subscriber.channel: subscriber for subscriber in runtime.configuration.subscribers.values()}
    with runtime.database.begin() as tx:
        store.channels.forget_others(tx, by_channel)
        untried = store.channels.claim_untried(tx, by_channel, now - PROBE_EVERY, now)
    return [by_channel[channel] for channel in sorted(untried)]


def probe_together(runtime: Runtime, subscribers: Sequence[Subscriber], now: datetime) -> str:
    """Ask once for all of these channels, and write down what was found of each; what is wrong, or ""."""
    first = subscribers[0]
    try:
        runtime.notifiers[first.via].probe(first.address)
    except NotSent as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - nothing was to be sent
        failure = NotSent(our_fault(error))
    else:
        with runtime.database.begin() as tx:
            store.channels.note_good_probe(tx, [subscriber.channel for subscriber in subscribers])
        return ""
    for subscriber in subscribers:
        record_bad_probe(runtime, subscriber, failure, now)
    return f"{first.id}: {failure.why}. {retries.as_sentence(failure.cure)}" if failure.cure else ""


def record_bad_probe(runtime: Runtime, subscriber: Subscriber, failure: NotSent, now: datetime) -> None:
    """Write down that nobody would be reached; admins hear of a dead channel as of a failed Delivery."""
    with runtime.database.begin() as tx:
        store.channels.note_bad_probe(tx, subscriber.channel, subscriber.id, failure.why, failure.cure, now)
        if retries.blocks_channel(failure):
            alert = retries.not_reached_alert(subscriber.id, failure.why, failure.cure, now)
            announce(tx, [alert], others_than(runtime, subscriber.id), now)
