"""Lists of Stories for pages: those that moved last, with few statements however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from watcher.model import Status, Story
from watcher.store import stories as stories_of
from watcher.store.schema import items, stories, tellings


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFilter:
    """Which Stories are wanted: on a Topic, of a Status, with their last item since `begin` and before `end` (UTC).

    What is empty is not asked.
    """

    topic: str = ""
    status: Status | None = None
    begin: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPlace:
    """A place in the list of Stories: behind the one with this id, whose last item was seen at `at` (UTC)."""

    at: datetime
    story: str


def list_last_moved(
    tx: sa.Connection, wanted: StoryFilter, limit: int, *, offset: int = 0, after: StoryPlace | None = None
) -> list[Story]:
    """At most `limit` Stories, the one whose last item is the newest first; from `offset` on, or those `after` a place.

    Stories that only unproven e-mails tell are left out: these lists are for everybody. It walks the items from the
    newest to the oldest and takes those that are the last of their Story.
    """
    later = tellings.alias()
    is_later = sa.or_(later.c.at > tellings.c.at, sa.and_(later.c.at == tellings.c.at, later.c.item > tellings.c.item))
    is_last = ~sa.exists().where(later.c.story == tellings.c.story, is_later)
    proven = tellings.alias()
    is_public = sa.exists().where(proven.c.story == stories.c.id, items.c.id == proven.c.item, ~items.c.is_unproven)
    query = sa.select(stories.c.id).join(tellings, tellings.c.story == stories.c.id).where(is_last, is_public)
    if wanted.topic:  # a list of ids in JSON, which hold no character that JSON or LIKE would escape but "_"
        query = query.where(sa.cast(stories.c.topics, sa.Text).contains(f'"{wanted.topic}"', autoescape=True))
    if wanted.status:
        query = query.where(stories.c.status == str(wanted.status))
    if wanted.begin:
        query = query.where(tellings.c.at >= wanted.begin)
    if wanted.end:
        query = query.where(tellings.c.at < wanted.end)
    if after:
        is_behind = sa.and_(tellings.c.at == after.at, stories.c.id < after.story)
        query = query.where(sa.or_(tellings.c.at < after.at, is_behind))
    in_order = query.order_by(tellings.c.at.desc(), stories.c.id.desc()).limit(limit).offset(offset)
    ids: Sequence[str] = tx.scalars(in_order).all()
    by_id = stories_of.find(tx, ids)
    return [by_id[story] for story in ids if story in by_id]


def later_chapters(tx: sa.Connection, story: str) -> list[str]:
    """The ids of the Stories that are the next chapters of one, oldest first."""
    following = sa.select(stories.c.id).where(stories.c.follows == story).order_by(stories.c.opened, stories.c.id)
    return list(tx.scalars(following))
