"""The context of a Delivery, read from the database: the same for what is sent and what `watcher digest` shows."""

from datetime import datetime

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.config.schema import notifier_class
from watcher.core.delivery.routing import should_receive
from watcher.core.delivery.schedule import next_digest
from watcher.core.messages.delivery_context import DeliveryContext, compose_parts, without_other_threads
from watcher.core.messages.source_checks import needs_source_checks, with_source_checks
from watcher.model import Delivery, Frequency, Message, Subscriber, key
from watcher.reports.digest_context import load_digest_context
from watcher.reports.source_health import source_statuses
from watcher.store.database import Database


def load_delivery_context(
    tx: sa.Connection, configuration: Configuration, subscriber: Subscriber, delivery: Delivery, now: datetime
) -> DeliveryContext | None:
    """The Delivery with the Alerts that `subscriber` still wants at `now` (UTC); None when nothing is left to send.

    A digest is sent without Alerts too: it says that nothing is new. Not to those who are told at once: their daily
    message has only what could wait.
    """
    alerts = store.alert_contexts.load_alerts(tx, delivery)
    alerts = [alert for alert in alerts if should_receive(alert.alert, subscriber)]
    gets_digests = subscriber.frequency is not Frequency.AT_ONCE
    if not alerts and not (delivery.is_digest and gets_digests):
        return None
    needs_sources = delivery.is_digest or any(needs_source_checks(alert) for alert in alerts)
    states = store.sources.states(tx) if needs_sources else {}
    official = source_statuses(configuration, states, now, official_only=True)
    return DeliveryContext(
        delivery=delivery,
        alerts=[without_other_threads(alert, subscriber) for alert in with_source_checks(alerts, official, now)],
        topic_names={topic.id: topic.name for topic in configuration.topics},
        now=now,
        digest=load_digest_context(tx, configuration, subscriber, delivery, now) if delivery.is_digest else None,
    )


def preview_digest(database: Database, configuration: Configuration, name: str, now: datetime) -> tuple[Message, ...]:
    """The digest that the Subscriber `name` would get now, in as many Messages as it would leave; () for no digest.

    For a Subscriber who is told at once: the daily message with what could wait, if anything does.
    """
    subscriber = configuration.subscribers.get(name)
    if subscriber is None:
        return ()
    period, due = next_digest(subscriber, now)
    with database.begin() as tx:
        pending = store.outbox.pending(tx, name, period)
        empty = Delivery(id=key("delivery", name, period), subscriber=name, period=period, due=due, first_due=due)
        context = load_delivery_context(tx, configuration, subscriber, pending or empty, now)
    notifier = notifier_class(subscriber.via)({})  # it says what fits and sends nothing, so it needs no secrets
    return compose_parts(context, notifier.count_that_fit) if context else ()


def digest_readers(configuration: Configuration) -> list[str]:
    """The ids of the Subscribers who get a digest."""
    return [
        subscriber.id
        for subscriber in configuration.subscribers.values()
        if subscriber.frequency is not Frequency.AT_ONCE
    ]
