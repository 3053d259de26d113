"""Plan and store Alerts that no poll decided: admin alerts, reminders, closing notes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from watcher import store
from watcher.core.delivery.closing_note import SAME_MATTER, close_stories
from watcher.core.delivery.routing import NO_MOMENTS, plan_deliveries
from watcher.core.watching.proof import first_day_note
from watcher.model import Alert, Reason, SourceState, Subscriber
from watcher.sources.base import Source


def announce(
    tx: sa.Connection,
    alerts: Sequence[Alert],
    subscribers: Iterable[Subscriber],
    now: datetime,
    urgent_moments: Mapping[str, Sequence[datetime]] = NO_MOMENTS,
) -> None:
    """Save `alerts` and plan their Deliveries to those of `subscribers` whom they concern.

    `urgent_moments`: by Story, the moments (UTC) by which something must be done; such an Alert waits for no digest.
    """
    store.alerts.save(tx, alerts)
    planned = plan_deliveries(alerts, tuple(subscribers), now, urgent_moments=urgent_moments)
    store.deliveries.plan(tx, planned, now)


def plan_closing_notes(tx: sa.Connection, subscribers: Iterable[Subscriber], now: datetime) -> None:
    """A day after a Story was told as reported, those who were told hear that no official page has come."""
    from watcher.core.deadlines.reminders import urgent_moments

    due = store.stories.due_to_close(tx, now)
    if not due:
        return
    settled = store.stories.settled_since(tx, min(story.opened_at for story in due) - SAME_MATTER)
    stories, notes = close_stories(due, settled, now)
    store.stories.save(tx, stories, due)
    for note in notes:
        told = store.deliveries.subscribers_told(tx, note.story)
        readers = [subscriber for subscriber in subscribers if subscriber.id in told]
        dates = store.deadlines.of_stories(tx, [note.story]).get(note.story, ())
        if readers:  # a note that nobody gets must not count as told
            announce(tx, [note], readers, now, {note.story: urgent_moments(dates)})


def plan_reminders(tx: sa.Connection, subscribers: Iterable[Subscriber], now: datetime) -> None:
    """Before an open deadline, those who were told its Story and have not handled it are reminded."""
    from watcher.core.deadlines.reminders import due_reminders, urgent_moments

    dates = store.deadlines.with_due_reminder(tx, now)
    if not dates:
        return
    story_ids = {date.story for date in dates}
    rescheduled, reminders = due_reminders(dates, store.stories.find(tx, story_ids), subscribers, now)
    store.deadlines.save(tx, rescheduled)
    handled = store.deadlines.handled_by(tx, story_ids)
    for reminder in reminders:
        story = reminder.alert.story
        told = store.deliveries.subscribers_told(tx, story)
        readers = [
            subscriber
            for subscriber in subscribers
            if subscriber.id in told and reminder.concerns(subscriber, handled.get(story, {}))
        ]
        if readers:  # an Alert that nobody gets would make the Story a told one
            announce(tx, [reminder.alert], readers, now, {story: urgent_moments([reminder.date])})


def tell_first_day(
    tx: sa.Connection, sources: Iterable[Source], subscribers: Iterable[Subscriber], state: SourceState, now: datetime
) -> SourceState:
    """Tell admins once how many sources proved themselves, when the last was tried; `state` as told then."""
    names = {source.id: source.name for source in sources if source.is_auto}
    if state.source not in names or state.proof.is_told:
        return state
    states = {**store.sources.states(tx), state.source: state}
    note = first_day_note(names, states)
    if not note:
        return state
    alert = Alert(reason=Reason.NEEDS_ADMIN, at=now, note=note)
    announce(tx, [alert], subscribers, now)
    return replace(state, proof=replace(state.proof, is_told=True))
