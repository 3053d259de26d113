"""The context of a Delivery, read from the database: the same for what is sent and what `watcher digest` shows."""

from datetime import datetime

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.config.schema import notifier_class
from watcher.core.delivery.closing_note import SAME_MATTER
from watcher.core.delivery.routing import should_receive
from watcher.core.delivery.schedule import next_digest
from watcher.core.language.dates import LONDON
from watcher.core.messages.delivery_context import DeliveryContext, compose_parts, without_other_threads
from watcher.core.messages.source_checks import is_outdated_note, needs_source_checks, with_source_checks
from watcher.model import Delivery, EmptyDigests, Frequency, Message, Subscriber, key
from watcher.reports.digest_context import load_digest_context, load_welcome_context
from watcher.reports.source_health import source_statuses
from watcher.store.database import Database


def load_delivery_context(
    tx: sa.Connection, configuration: Configuration, subscriber: Subscriber, delivery: Delivery, now: datetime
) -> DeliveryContext | None:
    """The Delivery with the Alerts that `subscriber` still wants at `now` (UTC); None when nothing is left to send.

    A digest without Alerts is sent as its Subscriber wants: it says that nothing is new
    or that somebody could not look.
    """
    if delivery.is_welcome:
        return load_welcome_context(tx, configuration, subscriber, delivery, now)
    alerts = store.alert_contexts.load_alerts(tx, delivery)
    alerts = [alert for alert in alerts if should_receive(alert.alert, subscriber)]
    reported = [alert.story for alert in alerts if needs_source_checks(alert) and alert.story]
    begin = min((story.opened_at for story in reported), default=now) - SAME_MATTER
    settled = store.stories.settled_since(tx, begin) if reported else []
    alerts = [alert for alert in alerts if not is_outdated_note(alert, settled)]
    if not alerts and not _sends_empty(tx, configuration, subscriber, delivery, now):
        return None
    needs_sources = delivery.is_digest or any(needs_source_checks(alert) for alert in alerts)
    states = store.sources.states(tx) if needs_sources else {}
    official = source_statuses(configuration, states, now, official_only=True)
    checked = with_source_checks(alerts, official, settled, now)
    return DeliveryContext(
        delivery=delivery,
        alerts=[without_other_threads(alert, subscriber) for alert in checked],
        topic_names={topic.id: topic.name for topic in configuration.topics},
        now=now,
        subscriber=subscriber,
        digest=load_digest_context(tx, configuration, subscriber, delivery, alerts, now)
        if delivery.is_digest
        else None,
    )


def _sends_empty(
    tx: sa.Connection, configuration: Configuration, subscriber: Subscriber, delivery: Delivery, now: datetime
) -> bool:
    """Whether a Delivery without Alerts is sent: a digest, weekly or on Mondays, or when a source cannot be read.

    Never to those who are told at once: their daily message has only what could wait.
    """
    if not delivery.is_digest or subscriber.frequency is Frequency.AT_ONCE or delivery.part > 1:
        return False
    if subscriber.empty is not EmptyDigests.MONDAY:
        return subscriber.empty is EmptyDigests.ALWAYS
    if subscriber.frequency is Frequency.WEEKLY or now.astimezone(LONDON).weekday() == 0:
        return True
    return not all(status.could_look for status in source_statuses(configuration, store.sources.states(tx), now))


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
