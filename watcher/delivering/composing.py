"""Deliveries that were claimed together are loaded together, and put into words; a fault concerns one of them alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from watcher import store
from watcher.core.messages.delivery_context import Composer, DeliveryContext
from watcher.core.messages.message import compose_update
from watcher.model import Delivery, Message, Subscriber
from watcher.reports.digest_preview import load_delivery_contexts
from watcher.runtime import Runtime

Prepared = Message | Exception | None


def prepare(runtime: Runtime, claimed: Sequence[Delivery], now: datetime) -> Mapping[str, Prepared]:
    """By Delivery what it says as of now. None: nobody wants it any more. An Exception: a fault of ours, to be raised.

    The Subscriptions are read again here, right before the sending.
    """
    subscribers = runtime.configuration.subscribers
    wanted = [
        (subscribers[delivery.subscriber], delivery) for delivery in claimed if delivery.subscriber in subscribers
    ]
    prepared: dict[str, Prepared] = {delivery.id: None for delivery in claimed}
    composer = Composer()
    for (subscriber, delivery), context in zip(wanted, _load(runtime, wanted, now), strict=True):
        try:
            if isinstance(context, DeliveryContext):
                prepared[delivery.id] = _compose(runtime, composer, subscriber, context)
            else:
                prepared[delivery.id] = context
        except Exception as error:  # noqa: BLE001 - it is raised where this Delivery is sent
            prepared[delivery.id] = error
    return prepared


def _load(
    runtime: Runtime, wanted: Sequence[tuple[Subscriber, Delivery]], now: datetime
) -> Sequence[DeliveryContext | Exception | None]:
    """The DeliveryContexts, read in one transaction; where that fails, each in one of its own, with its own failure."""
    if not wanted:
        return []
    try:
        with runtime.database.begin() as tx:
            return load_delivery_contexts(tx, runtime.configuration, wanted, now)
    except Exception as error:  # noqa: BLE001 - each has its failure as its result
        if len(wanted) == 1:
            return [error]
    return [context for pair in wanted for context in _load(runtime, [pair], now)]


def _compose(runtime: Runtime, composer: Composer, subscriber: Subscriber, context: DeliveryContext) -> Message:
    """Compose one Delivery, and save what does not fit as a Delivery of its own."""
    delivery, now = context.delivery, context.now
    message, left = composer.compose_fitting(context, runtime.notifiers[subscriber.via].count_that_fit)
    if not (message.quarantined or left or message.answers):
        return message
    with runtime.database.begin() as tx:
        store.quarantine.save(tx, message.quarantined, now)
        store.deliveries.split(tx, delivery, left, now)
        if message.answers is None:
            return message
        first = next(alert.first_delivery for alert in context.alerts if alert.first_receipt == message.answers)
        thread = store.threads.load_thread(tx, first, delivery)
    return replace(message, update=compose_update(thread, context.topic_names))
