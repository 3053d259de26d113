"""The closing note of a Story on which no official body has spoken, a day after its first Alert.

So every Story that was told as `reported` ends in one of three ways: confirmed, contradicted, or still unconfirmed.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.model import Alert, Reason, Status, Story

CLOSES_AFTER = timedelta(hours=24)  # after the first Alert of a Story that is only reported


def close_stories(stories: Iterable[Story], now: datetime) -> tuple[tuple[Story, ...], tuple[Alert, ...]]:
    """The Stories whose closing note is due at `now` (UTC), closed, and the notes as Alerts. None is due twice."""
    due = [story for story in stories if story.close_at and story.close_at <= now]
    closed = tuple(replace(story, close_at=None, closed=True) for story in due)
    unconfirmed = (story for story in due if story.status is Status.REPORTED and not story.closed and story.items)
    return closed, tuple(_build_note(story, now) for story in unconfirmed)


def _build_note(story: Story, now: datetime) -> Alert:
    return Alert(
        reason=Reason.STILL_REPORTED,
        at=now,
        story=story.id,
        item=story.items[0].item,
        status=story.status,
        topics=story.topics,
    )
