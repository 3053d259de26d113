"""The context of a Delivery, read from the database: the same for what is sent and what `watcher digest` shows."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.config.schema import notifier_class
from watcher.core.delivery.closing_note import SAME_MATTER
from watcher.core.delivery.routing import should_receive
from watcher.core.delivery.schedule import next_digest
from watcher.core.language.dates import LONDON
from watcher.core.messages.delivery_context import DeliveryContext, OwnMatches, compose_parts, without_other_threads
from watcher.core.messages.message import ParagraphCache
from watcher.core.messages.source_checks import is_outdated_note, needs_source_checks, with_source_checks
from watcher.model import AlertContext, Delivery, EmptyDigests, Frequency, Message, Story, Subscriber, key
from watcher.reports.digest_context import SharedReading, load_welcome_context
from watcher.store.database import Database


def load_delivery_contexts(
    tx: sa.Connection, configuration: Configuration, leaving: Sequence[tuple[Subscriber, Delivery]], now: datetime
) -> list[DeliveryContext | None]:
    """Each Delivery with the Alerts that its Subscriber still wants at `now` (UTC); None when nothing is left to send.

    A digest without Alerts is sent as its Subscriber wants: it says that nothing is new or that we could not look. What
    several Deliveries tell is read once, and is the same object in each.
    """
    telling = [delivery for _, delivery in leaving if not delivery.is_welcome]
    shared, paragraphs = SharedReading(tx, configuration, telling, now), ParagraphCache()
    alerts_of = store.alert_contexts.load_alerts_of(tx, telling)
    settled = load_settled(tx, [alert for alerts in alerts_of.values() for alert in alerts], now)
    checked: dict[int, tuple[AlertContext, AlertContext]] = {}  # by the identity of the first
    own_matches = OwnMatches()
    contexts: list[DeliveryContext | None] = []
    for subscriber, delivery in leaving:
        if delivery.is_welcome:
            contexts.append(load_welcome_context(tx, configuration, subscriber, delivery, now))
            continue
        wanted = [alert for alert in alerts_of[delivery.id] if should_receive(alert.alert, subscriber)]
        wanted = [alert for alert in wanted if not is_outdated_note(alert, settled)]
        if not wanted and not _sends_empty(shared, subscriber, delivery):
            contexts.append(None)
            continue
        for alert in wanted:
            if id(alert) not in checked:
                checked[id(alert)] = (alert, check_sources(alert, shared, settled))
        own = (own_matches.keep(checked[id(alert)][1], subscriber) for alert in wanted)
        context = DeliveryContext(
            delivery=delivery,
            alerts=[without_other_threads(alert, subscriber) for alert in own],
            topic_names=shared.topic_names,
            now=now,
            subscriber=subscriber,
            digest=shared.digest_context(subscriber, wanted) if delivery.is_digest else None,
            paragraphs=paragraphs,
        )
        contexts.append(context)
    return contexts


def load_settled(tx: sa.Connection, alerts: Iterable[AlertContext], now: datetime) -> list[Story]:
    """The Stories that are official and may be the same matter as one of `alerts` that is only reported."""
    reported = [alert.story for alert in alerts if needs_source_checks(alert) and alert.story]
    begin = min((story.opened_at for story in reported), default=now) - SAME_MATTER
    return store.stories.settled_since(tx, begin) if reported else []


def check_sources(alert: AlertContext, shared: SharedReading, settled: Sequence[Story]) -> AlertContext:
    """`alert` with what was found on the official sources, where it says so; else `alert` itself."""
    if not needs_source_checks(alert):
        return alert
    return with_source_checks([alert], shared.official_looks, settled, shared.now)[0]


def _sends_empty(shared: SharedReading, subscriber: Subscriber, delivery: Delivery) -> bool:
    """Whether a Delivery without Alerts is sent: a digest, weekly or on Mondays, or when a source cannot be read.

    Never to those who are told at once: their daily message has only what could wait.
    """
    if not delivery.is_digest or subscriber.frequency is Frequency.AT_ONCE or delivery.part > 1:
        return False
    if subscriber.empty is not EmptyDigests.MONDAY:
        return subscriber.empty is EmptyDigests.ALWAYS
    if subscriber.frequency is Frequency.WEEKLY or shared.now.astimezone(LONDON).weekday() == 0:
        return True
    return not all(status.could_look for status in shared.statuses)


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
        (context,) = load_delivery_contexts(tx, configuration, [(subscriber, pending or empty)], now)
    notifier = notifier_class(subscriber.via)({})  # it says what fits and sends nothing, so it needs no secrets
    return compose_parts(context, notifier.count_that_fit) if context else ()


def digest_readers(configuration: Configuration) -> list[str]:
    """The ids of the Subscribers who get a digest."""
    return [
        subscriber.id
        for subscriber in configuration.subscribers.values()
        if subscriber.frequency is not Frequency.AT_ONCE
    ]
