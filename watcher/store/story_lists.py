"""Lists of Stories for pages: those that moved last, with few statements however many there are."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from watcher.core.stories.mending import MARK_REASON, list_former_ids
from watcher.model import Reason, Status, Story
from watcher.store import stories as stories_of
from watcher.store.schema import alerts, items, stories, tellings

NEWS = (Reason.FIRST_HEARD, Reason.NOW_OFFICIAL, Reason.CHANGED, Reason.WITHDRAWN)  # Alerts by which a Story changed
FEW_CHANGES_EACH, MORE_CHANGES_TIMES = 4, 8  # how many of the newest changes are read at first, and then
_IS_NEWS = sa.and_(alerts.c.reason.in_(NEWS), alerts.c.story.is_not(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFilter:
    """Which Stories are wanted: on a Topic, of a Status, with their last item since `begin` and before `end` (UTC).

    `is_settled`: those of which an official text was seen that practices can use, or that was taken back. What is empty
    is not asked.
    """

    topic: str = ""
    status: Status | None = None
    is_settled: bool = False
    begin: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPlace:
    """A place in a list of Stories: behind the one with this id, which stands there because of `at` (UTC)."""

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
    query = sa.select(stories.c.id, stories.c.seal).join(tellings, tellings.c.story == stories.c.id)
    query = query.where(is_last, is_public, *_has_topic_and_status(wanted))
    if wanted.topic:  # few Stories are: else each item of any Story would be looked at
        query = query.where(tellings.c.story.in_(sa.select(stories.c.id).where(is_on_topic(wanted.topic))))
    if wanted.begin:
        query = query.where(tellings.c.at >= wanted.begin)
    if wanted.end:
        query = query.where(tellings.c.at < wanted.end)
    if after:
        is_behind = sa.and_(tellings.c.at == after.at, stories.c.id < after.story)
        query = query.where(sa.or_(tellings.c.at < after.at, is_behind))
    in_order = query.order_by(tellings.c.at.desc(), stories.c.id.desc()).limit(limit).offset(offset)
    seals_by_id = {sealed.id: sealed.seal for sealed in tx.execute(in_order)}
    by_id = stories_of.find_sealed(tx, seals_by_id)
    return [by_id[story] for story in seals_by_id if story in by_id]


def list_last_changed(
    tx: sa.Connection, wanted: StoryFilter, limit: int, *, after: StoryPlace | None = None
) -> list[tuple[StoryPlace, Story]]:
    """At most `limit` Stories with their places, the one that changed last first; those `after` a place.

    A Story changes by a new item, and by an Alert that is news. Of the filter, `begin` and `end` are about that moment.
    Stories that only unproven e-mails tell are left out.
    """
    listed: list[tuple[StoryPlace, Story]] = []
    while len(listed) < limit:
        places = _list_changed_places(tx, wanted, limit, after)
        by_id = stories_of.find(tx, [place.story for place in places])
        for place in places:
            story = by_id.get(place.story)
            if story and any(not item.is_unproven for item in story.items):
                listed.append((place, story))
        if len(places) < limit:
            break
        after = places[-1]
    return listed[:limit]


def _list_changed_places(
    tx: sa.Connection, wanted: StoryFilter, limit: int, after: StoryPlace | None
) -> list[StoryPlace]:
    """The places of the next `limit` Stories, unproven ones too; found among the newest changes, where these do."""
    count = limit * FEW_CHANGES_EACH
    while True:
        floor = _find_moment_of_change(tx, count, after.at if after else wanted.end)
        if wanted.begin and (floor is None or floor < wanted.begin):
            floor = wanted.begin
        places = _list_places_since(tx, wanted, limit, after, floor)
        if len(places) == limit or floor is None or floor == wanted.begin:
            return places
        count *= MORE_CHANGES_TIMES


def _find_moment_of_change(tx: sa.Connection, count: int, end: datetime | None) -> datetime | None:
    """When (UTC) the `count`th newest change before `end` was; None where there are fewer."""
    newest = [
        tx.scalar(
            sa.select(at).where(*([at <= end] if end else []), *conditions).order_by(at.desc()).offset(count).limit(1)
        )
        for at, conditions in ((tellings.c.at, ()), (alerts.c.at, (_IS_NEWS,)))
    ]
    return max(filter(None, newest), default=None)


def _list_places_since(
    tx: sa.Connection, wanted: StoryFilter, limit: int, after: StoryPlace | None, floor: datetime | None
) -> list[StoryPlace]:
    """The same, of those that changed at `floor` (UTC) or later."""
    seen = sa.select(tellings.c.story, tellings.c.at)
    news = sa.select(alerts.c.story, alerts.c.at).where(_IS_NEWS)
    if floor:
        seen, news = seen.where(tellings.c.at >= floor), news.where(alerts.c.at >= floor)
    changes = sa.union_all(seen, news).subquery()
    last = sa.select(changes.c.story, sa.func.max(changes.c.at).label("at")).group_by(changes.c.story).subquery()
    query = sa.select(last.c.story, last.c.at).where(stories.c.id == last.c.story, *_has_topic_and_status(wanted))
    if wanted.end:
        query = query.where(last.c.at < wanted.end)
    if after:
        is_behind = sa.and_(last.c.at == after.at, last.c.story < after.story)
        query = query.where(sa.or_(last.c.at < after.at, is_behind))
    in_order = query.order_by(last.c.at.desc(), last.c.story.desc()).limit(limit)
    return [StoryPlace(at=at, story=story) for story, at in tx.execute(in_order)]


def _has_topic_and_status(wanted: StoryFilter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.topic:
        yield is_on_topic(wanted.topic)
    if wanted.status:
        yield stories.c.status == str(wanted.status)
    if wanted.is_settled:
        yield stories.c.status != str(Status.REPORTED)


def find_with_chapters(tx: sa.Connection, story: str) -> Mapping[str, Story]:
    """A Story with the one that it follows and those that follow it, by id and oldest first; empty without it."""
    before = sa.select(stories.c.follows).where(stories.c.id == story).scalar_subquery()
    chapters = sa.or_(stories.c.id == story, stories.c.follows == story, stories.c.id == before)
    sealed = tx.execute(sa.select(stories.c.id, stories.c.seal).where(chapters))
    by_id = stories_of.find_sealed(tx, {chapter.id: chapter.seal for chapter in sealed})
    return by_id if story in by_id else {}


def find_followed_officially(tx: sa.Connection, ids: Collection[str]) -> frozenset[str]:
    """Those of these Stories (ids) of which a later chapter is official: of them "not official yet" is no longer so."""
    followed = sa.select(stories.c.follows).where(
        stories.c.follows.in_(ids), stories.c.status.in_([str(Status.CONFIRMED), str(Status.CHANGED)])
    )
    return frozenset(tx.scalars(followed)) if ids else frozenset()


def find_successor(tx: sa.Connection, gone: str) -> Story | None:
    """The Story with which a person joined the one that had the id `gone`; None where there was none, or it is parted.

    The ids of what was joined are not kept: each follows from the Item that opened it.
    """
    marked = tx.scalars(sa.select(tellings.c.story).where(tellings.c.joined == MARK_REASON).distinct())
    candidates = stories_of.find(tx, marked.all()).values()
    joined = (
        story
        for story in candidates
        for item in story.items
        if item.join_reason == MARK_REASON and gone in list_former_ids(item, story.id)
    )
    return next(joined, None)


def is_on_topic(topic: str) -> sa.ColumnElement[bool]:
    """The condition that a Story is on this Topic."""
    # A list of ids in JSON, which hold no character that JSON or LIKE would escape but "_".
    return sa.cast(stories.c.topics, sa.Text).contains(f'"{topic}"', autoescape=True)
