"""The Story of an Alert as whoever was told of it marks it as handled, and whether that is so."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from watcher import store
from watcher.core.deadlines.reminders import EVERYBODY, must_act_by, state_at
from watcher.model import DateState, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class HandledStory:
    """A Story, and when (UTC) its Subscriber marked it as handled; None where it did not.

    `is_for_everybody`: an admin marked it for all. `has_newer_dates`: it has named a date since, of which its
    Subscriber is reminded until it is marked again. `has_page`: anybody may read of it.
    """

    story: Story
    handled_at: datetime | None
    is_for_everybody: bool
    has_newer_dates: bool
    has_page: bool


def load_handled_story(
    tx: sa.Connection, _configuration: object, now: datetime, subscriber: str, alert: str
) -> HandledStory | None:
    """What an Alert was about, as of `now` (UTC); None when it, or its Story, is no more."""
    story_id = store.alerts.find_story(tx, alert)
    story = store.stories.find_named(tx, story_id) if story_id else None
    if story is None:
        return None
    marks = store.deadlines.handled_by(tx, [story.id]).get(story.id, {})
    latest = max((at for who, at in marks.items() if who in {subscriber, EVERYBODY}), default=None)
    dates = store.deadlines.of_stories(tx, [story.id]).get(story.id, ())
    open_dates = [dated for dated in dates if must_act_by(dated) and state_at(dated, now) is DateState.OPEN]
    return HandledStory(
        story=story,
        handled_at=marks.get(subscriber),
        is_for_everybody=EVERYBODY in marks,
        has_newer_dates=latest is not None and any(dated.first_seen > latest for dated in open_dates),
        has_page=any(not teller.is_unproven for teller in story.items),
    )


def mark_story(tx: sa.Connection, now: datetime, subscriber: str, alert: str, handled: bool) -> bool:  # noqa: FBT001
    """Mark the Story of an Alert as handled at `now` (UTC) by a Subscriber, or take the mark back; twice is as once.

    False when there is no such Alert any more.
    """
    story = store.alerts.find_story(tx, alert)
    if not story:
        return False
    if handled:
        store.deadlines.handle(tx, story, subscriber, now)
    else:
        store.deadlines.unhandle(tx, story, subscriber)
    return True
