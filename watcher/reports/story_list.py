"""Stories in a list: of each its status, its headline, who told it first, and how long the official text took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.stories.authority import find_official_text
from watcher.core.wording.status_wording import ONLY_REPORTED, STATUS_WORDS, official_line
from watcher.model import Status, Story, StoryItem
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
        stories=list_stories(tx, stories[:STORIES_ON_PAGE]),
        page=page,
        has_more=len(stories) > STORIES_ON_PAGE,
        topics=topic_names(configuration, {topic for story in stories for topic in story.topics}),
    )


def list_stories(tx: sa.Connection, stories: Sequence[Story]) -> tuple[ListedStory, ...]:
    """Stories as they stand in a list, in the same order."""
    reported = [story.id for story in stories if story.status is Status.REPORTED]
    followed = store.story_lists.find_followed_officially(tx, reported)
    return tuple(list_story(story, is_followed_officially=story.id in followed) for story in stories)


def list_story(story: Story, *, is_followed_officially: bool = False) -> ListedStory:
    """A Story as it stands in a list; `is_followed_officially`: a later chapter of it is official."""
    story, items = public_part(story), public_items(story)
    status = STATUS_WORDS[story.status]
    if story.status is Status.CHANGED and find_official_text(story) is not None:
        status = f"OFFICIAL, {status}"
    elif story.status is Status.REPORTED and is_followed_officially:
        status = ONLY_REPORTED
    return ListedStory(
        story=story,
        status=status,
        first=items[0],
        official=official_line(story),
        last_at=items[-1].seen_at,
    )
