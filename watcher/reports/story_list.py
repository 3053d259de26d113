"""Stories in a list: of each its status, its headline, who told it first, and how long the official text took."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.wording.status_wording import STATUS_WORDS, official_line
from watcher.model import Authority, Status, Story, StoryItem
from watcher.reports.public_view import public_items, public_part, topic_names
from watcher.store.story_lists import StoryFilter

STORIES_ON_PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedStory:
    """A Story in a list. `official`: whether and how long after the first report it became official, in words."""

    story: Story
    status: str
    first: StoryItem
    official: str
    last_at: datetime

    @property
    def lead(self) -> timedelta | None:
        """How long before the official text it was told; None where that came first, or not at all."""
        official = find_official_text(self.story)
        is_behind = official is not None and official.seen_at > self.first.seen_at
        return official.seen_at - self.first.seen_at if official and is_behind else None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryList:
    """One page of the Stories that are wanted. `topics`: the names of all Topics in it, by id."""

    wanted: StoryFilter
    stories: tuple[ListedStory, ...]
    page: int
    has_more: bool
    topics: Mapping[str, str]


def load_story_list(
    tx: sa.Connection, configuration: Configuration, _now: datetime, wanted: StoryFilter, page: int
) -> StoryList:
    """The `page`th page, from 1."""
    offset = (page - 1) * STORIES_ON_PAGE
    stories = store.story_lists.list_last_moved(tx, wanted, STORIES_ON_PAGE + 1, offset=offset)
    return StoryList(
        wanted=wanted,
        stories=tuple(map(list_story, stories[:STORIES_ON_PAGE])),
        page=page,
        has_more=len(stories) > STORIES_ON_PAGE,
        topics=topic_names(configuration, {topic for story in stories for topic in story.topics}),
    )


def find_official_text(story: Story) -> StoryItem | None:
    """The text that made a public_part() official; None where there is none, or where a body only denied it."""
    official = story.official
    return None if official is None or official.authority is Authority.DENIAL else official


def list_story(story: Story) -> ListedStory:
    """A Story as it stands in a list."""
    story, items = public_part(story), public_items(story)
    is_changed_official = story.status is Status.CHANGED and find_official_text(story) is not None
    return ListedStory(
        story=story,
        status=f"OFFICIAL, {STATUS_WORDS[story.status]}" if is_changed_official else STATUS_WORDS[story.status],
        first=items[0],
        official=official_line(story),
        last_at=items[-1].seen_at,
    )
