"""What stands in the feeds, read from the database: the Stories that changed last, and the dates of a calendar."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.messages.essence import compose_essence
from watcher.model import AlertContext, Story
from watcher.reports.date_pages import PAST_SHOWN
from watcher.reports.dates import add_stories
from watcher.reports.feeds import FeedStory
from watcher.reports.icalendar import CalendarDate
from watcher.reports.newest_alerts import changed_at, load_newest_alerts
from watcher.reports.public_view import public_part, topic_names
from watcher.store.story_lists import StoryFilter

MAX_STORIES_IN_FEED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCalendar:
    """The dates for calendar programs, and when (UTC) one of them changed last; None for no date."""

    dates: tuple[CalendarDate, ...]
    changed_at: datetime | None


def load_feed_stories(
    tx: sa.Connection, configuration: Configuration, _now: datetime, wanted: StoryFilter
) -> tuple[FeedStory, ...]:
    """The Stories that are `wanted`, at most MAX_STORIES_IN_FEED, the one that changed last first.

    Each is put into words as of its last change, as in a message of that moment: nothing in them grows old by itself,
    so that a feed stays the same until there is news.
    """
    stories = [public_part(story) for _, story in store.story_lists.list_last_changed(tx, wanted, MAX_STORIES_IN_FEED)]
    newest = load_newest_alerts(tx, stories)
    shown = [_describe(story, newest[story.id], configuration) for story in stories]
    return tuple(sorted(shown, key=lambda story: (story.changed_at, story.id), reverse=True))


def _describe(story: Story, context: AlertContext, configuration: Configuration) -> FeedStory:
    at = changed_at(story, context.alert)
    teller = next(item for item in story.items if item.item == context.alert.item)
    return FeedStory(
        id=story.id,
        title=story.title,
        status=story.status,
        essence=compose_essence(context, at),
        publisher=teller.publisher,
        first_seen_at=story.items[0].seen_at,
        changed_at=at,
        topics=topic_names(configuration, story.topics),
    )


def load_calendar(tx: sa.Connection, configuration: Configuration, now: datetime, topic: str) -> DateCalendar:
    """The dates of the last year and those ahead, on a Topic ("": on any), with those that were moved or withdrawn."""
    dated = [
        date_with_story
        for date_with_story in add_stories(tx, store.deadlines.since(tx, now - PAST_SHOWN))
        if date_with_story.is_public and (not topic or topic in date_with_story.story.topics)
    ]
    names = {topic.id: topic.name for topic in configuration.topics}
    moments = [max(shown.ledger_date.changed_at, shown.story.last_item_at) for shown in dated]
    return DateCalendar(
        dates=tuple(shown.calendar_date(names) for shown in dated), changed_at=max(moments, default=None)
    )
