"""What the time brings is planned: Welcomes, closing notes, reminders and digests; then what is due is claimed."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from watcher import store
from watcher.announce import plan_closing_notes, plan_reminders
from watcher.core.delivery.routing import plan_digests, plan_welcomes
from watcher.core.delivery.schedule import next_planning_at
from watcher.failpoint import failpoint
from watcher.model import Delivery, Subscriber
from watcher.reports.digest_context import has_welcome
from watcher.runtime import Runtime
from watcher.store.database import decide_alone


def claim_due(runtime: Runtime, lease: str, now: datetime, limit: int) -> list[Delivery]:
    """Plan what the time brings, then lease at most `limit` due Deliveries.

    What depends on every single Subscriber is planned only where the Agenda of this process says that it may bring
    anything; the rest is found by an index, at each call.
    """
    configured = runtime.configuration.subscribers
    subscribers = configured.values()
    is_planned = runtime.agenda.is_planned(configured, now)
    with runtime.database.begin() as tx:
        is_told_of_stories = has_note_due(tx, now)
        if is_told_of_stories:
            decide_alone(tx)
        if not is_planned:
            plan_for_subscribers(tx, subscribers, now)
        if is_told_of_stories:
            plan_closing_notes(tx, subscribers, now)
            plan_reminders(tx, subscribers, now)
        claimed = store.attempts.claim(tx, lease, now, limit) if limit > 0 else []
        failpoint("before_claim")
    if not is_planned:
        runtime.agenda.note(configured, now, next_planning_at(subscribers, now))
    return claimed


def has_note_due(tx: Connection, now: datetime) -> bool:
    """Whether a closing note or a reminder is due: what it says of a Story no poll may change meanwhile."""
    moments = (store.stories.next_close(tx), store.deadlines.next_reminder(tx))
    return any(moment <= now for moment in moments if moment)


def plan_for_subscribers(tx: Connection, subscribers: Collection[Subscriber], now: datetime) -> None:
    """Welcome new Subscribers, move what waits to corrected addresses, and open the next digests."""
    new_ids = store.subscribers.note_subscriptions(tx, subscribers, now)
    new = [subscriber for subscriber in subscribers if subscriber.id in new_ids]
    welcomed = [subscriber for subscriber in new if has_welcome(tx, subscriber, now)]
    store.deliveries.plan(tx, plan_welcomes(welcomed, now), now)
    store.deliveries.move_to_new_channel(tx, {subscriber.id: subscriber.channel for subscriber in subscribers})
    store.deliveries.open_digests(tx, plan_digests(subscribers, now), now)
