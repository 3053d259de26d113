"""The Topics for readers: what finds them and what vetoes them, in words; the last Stories and open dates of each."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.model import Topic
from watcher.reports.date_pages import DateFilter, ShownDate, load_date_list
from watcher.reports.story_list import STORIES_ON_PAGE, ListedStory, list_stories
from watcher.store.story_lists import StoryFilter

MAX_OPEN_DATES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPage:
    """A Topic with its last Stories, the one that moved last first, and its open dates, the soonest first."""

    topic: Topic
    stories: tuple[ListedStory, ...]
    dates: tuple[ShownDate, ...]


def load_topic_page(tx: sa.Connection, configuration: Configuration, now: datetime, topic_id: str) -> TopicPage | None:
    """The Topic with this id as of `now` (UTC); None where there is none."""
    topic = next((topic for topic in configuration.topics if topic.id == topic_id), None)
    if topic is None:
        return None
    stories = store.story_lists.list_last_moved(tx, StoryFilter(topic=topic_id), STORIES_ON_PAGE)
    dates = load_date_list(tx, configuration, now, DateFilter(topic=topic_id)).dates
    return TopicPage(topic=topic, stories=list_stories(tx, stories), dates=dates[:MAX_OPEN_DATES])
