"""Stories with their StoryItems (the table `tellings`)."""

import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from cachetools import LRUCache

from watcher.core.delivery.closing_note import CLOSES_AFTER
from watcher.core.language.text import title_key
from watcher.core.stories.placement import WINDOW
from watcher.core.stories.story_index import MAX_RETRACTION
from watcher.core.watching.fast_polling import UnconfirmedStory
from watcher.model import Authority, Features, Item, Status, StatusChange, Story, StoryItem, Trust
from watcher.store import story_words
from watcher.store.column_types import UtcDateTime
from watcher.store.database import MAX_NAMES_IN_QUERY, batched, upsert
from watcher.store.items import get, published_of
from watcher.store.one_step import OneStepQuery
from watcher.store.schema import alerts, items, stories, tellings
from watcher.store.seals import make_seal

MAX_STORY_ITEMS_KEPT = 10_000  # of the Stories loaded last: 11 kB each, with what story_index.py keeps
MAX_ITEMS_OF_STORY = 2_000
_loaded: LRUCache[tuple[str, int], Story] = LRUCache(MAX_STORY_ITEMS_KEPT, getsizeof=lambda story: len(story.items) + 1)
_loaded_lock = threading.Lock()
# Written once: composing a query takes longer than running it.
_NAMES: sa.BindParameter[str] = sa.bindparam("names", expanding=True)
_LATELY = tellings.c.at >= sa.bindparam("since", type_=UtcDateTime)
_TELLS_ITEM = items.c.id == tellings.c.item
_WITH_ITEMS = sa.select(tellings.c.story).where(tellings.c.item.in_(_NAMES))
_LATELY_UNDER_ADDRESS = (
    sa.select(tellings.c.story).join(items, _TELLS_ITEM).where(items.c.identity.in_(_NAMES), _LATELY)
)
_LATELY_UNDER_HEADLINE = sa.select(tellings.c.story).where(tellings.c.title_key.in_(_NAMES), _LATELY)
_OF_ITEM = (
    *(items.c.identity, items.c.source, items.c.title, items.c.url),
    *(items.c.published_at, items.c.published_day, items.c.published_precision, items.c.published_literal),
)
_SEALS = OneStepQuery(sa.select(stories.c.id, stories.c.seal).where(stories.c.id.in_(_NAMES)))
_ITEMS_OF = (
    sa.select(tellings, *_OF_ITEM)
    .join(items, _TELLS_ITEM)
    .where(tellings.c.story.in_(_NAMES))
    .order_by(tellings.c.at, tellings.c.item)
)
_ALERTS_OF = sa.select(alerts.c.story, alerts.c.item, alerts.c.topics, alerts.c.in_digest, alerts.c.at).where(
    alerts.c.story.in_(_NAMES)
)
_WITH_IDS = sa.select(stories).where(stories.c.id.in_(_NAMES))
_UNCONFIRMED = (
    sa.select(stories.c.id, stories.c.title, stories.c.topics, stories.c.close_at)
    .where(stories.c.close_at > sa.bindparam("now", type_=UtcDateTime), stories.c.status == Status.REPORTED)
    .order_by(stories.c.close_at, stories.c.id)
)


def near(
    tx: sa.Connection, candidates: Sequence[Item], fresh: Sequence[Item], now: datetime
) -> tuple[list[Story], Mapping[str, int]]:
    """The Stories that any of `candidates` could belong to, and how many open Stories hold each rare word of `fresh`.

    Those that hold it, those lately under its address or headline, and the open ones that share rare words with one of
    `fresh`, which are those that are new or changed.
    """
    if not candidates:
        return [], {}  # most polls bring nothing, and asking would read every story item
    sharing, story_counts = story_words.find_sharing(tx, fresh, now - MAX_RETRACTION)
    return list(find(tx, {*_ids_by_item(tx, candidates, now - WINDOW), *sharing}).values()), story_counts


def _ids_by_item(tx: sa.Connection, candidates: Sequence[Item], since: datetime) -> set[str]:
    """The ids of the Stories that hold one of `candidates`, and of those since then under its address or headline.

    Three queries, each by an index of its own: one for all of it would read every Item of every Story.
    """
    headlines = {title_key(item.title) for item in candidates} - {""}
    answers = (
        tx.execute(_WITH_ITEMS, {"names": [item.id for item in candidates]}),
        tx.execute(_LATELY_UNDER_ADDRESS, {"names": [item.identity for item in candidates], "since": since}),
        tx.execute(_LATELY_UNDER_HEADLINE, {"names": sorted(headlines), "since": since}),
    )
    return {row.story for rows in answers for row in rows}


def find(tx: sa.Connection, ids: Iterable[str]) -> Mapping[str, Story]:
    """The Stories with these ids, by id and oldest first, with their items in the order we saw them.

    Those that were loaded before and have the seal that they had then are the same, and are not loaded again.
    """
    seals_by_id: dict[str, int] = {}
    for batch in batched(sorted(set(ids)), MAX_NAMES_IN_QUERY):
        seals_by_id |= dict(_SEALS.rows(tx, {"names": batch}))
    return find_sealed(tx, seals_by_id)


def find_sealed(tx: sa.Connection, seals_by_id: Mapping[str, int]) -> Mapping[str, Story]:
    """The same where their seals, as they are now, have been read already: one query less."""
    with _loaded_lock:
        found = {pair[0]: _loaded[pair] for pair in seals_by_id.items() if pair in _loaded}
    for batch in batched(sorted(seals_by_id.keys() - found.keys()), MAX_NAMES_IN_QUERY):
        found |= _load_batch(tx, batch, seals_by_id)
    return dict(sorted(found.items(), key=lambda pair: (pair[1].opened_at, pair[0])))


def _read_seals(tx: sa.Connection, query: sa.Select[Any]) -> dict[str, int]:
    return {sealed.id: sealed.seal for sealed in tx.execute(query)}


def _load_batch(tx: sa.Connection, ids: Sequence[str], seals_by_id: Mapping[str, int]) -> Mapping[str, Story]:
    story_items: dict[str, list[StoryItem]] = {}
    for row in tx.execute(_ITEMS_OF, {"names": ids}):
        story_items.setdefault(row.story, []).append(_read_story_item(row))
    alerts_of: dict[str, list[sa.Row[Any]]] = {}
    for row in tx.execute(_ALERTS_OF, {"names": ids}):
        alerts_of.setdefault(row.story, []).append(row)
    rows = tx.execute(_WITH_IDS, {"names": ids})
    by_id = {row.id: _read_story(row, story_items.get(row.id, ()), alerts_of.get(row.id, ())) for row in rows}
    _keep(by_id.values(), seals_by_id)
    return by_id


def _read_story(row: sa.Row[Any], story_items: Iterable[StoryItem], of_story: Sequence[sa.Row[Any]]) -> Story:
    changes = (
        StatusChange(status=Status(status), item=item, at=datetime.fromisoformat(at)) for status, item, at in row.turns
    )
    return Story(
        id=row.id,
        title=row.title,
        status=Status(row.status),
        topics=tuple(row.topics),
        opened_at=row.opened,
        items=tuple(story_items),
        told_topics=frozenset(topic for alert in of_story if not alert.in_digest for topic in alert.topics),
        told_items=frozenset(alert.item for alert in of_story),
        status_changes=tuple(changes),
        follows=row.follows,
        close_at=row.close_at,
        closed=row.closed,
        last_alert_at=max((alert.at for alert in of_story), default=None),
    )


def of_item(tx: sa.Connection, item: str) -> Story | None:
    """The Story that an Item belongs to; None when it belongs to none."""
    holding = sa.select(stories.c.id, stories.c.seal).join(tellings, tellings.c.story == stories.c.id)
    stories_of_item = find_sealed(tx, _read_seals(tx, holding.where(tellings.c.item == item)))
    return next(iter(stories_of_item.values()), None)


def find_named(tx: sa.Connection, name: str) -> Story | None:
    """The Story with this id, or that of the Item with this id, address or identity; None for none."""
    story = find(tx, [name]).get(name)
    item = None if story else get(tx, name)
    return of_item(tx, item.id) if item else story


def due_to_close(tx: sa.Connection, now: datetime) -> list[Story]:
    """The Stories whose closing note is due at `now` (UTC), oldest first; one that is being mended waits."""
    due = sa.select(stories.c.id).where(stories.c.close_at <= now).with_for_update(skip_locked=True)
    return list(find(tx, tx.scalars(due).all()).values())


def active_since(tx: sa.Connection, begin: datetime) -> list[Story]:
    """The Stories with an item first seen since `begin` (UTC), the newest first."""
    told = tx.scalars(sa.select(tellings.c.story).where(tellings.c.at >= begin).distinct())
    return sorted(find(tx, told.all()).values(), key=lambda story: story.last_item_at, reverse=True)


def settled_since(tx: sa.Connection, begin: datetime) -> list[Story]:
    """The Stories that are official and have an item first seen since `begin` (UTC)."""
    told = sa.select(tellings.c.story).where(tellings.c.at >= begin)
    settled = sa.select(stories.c.id, stories.c.seal).where(stories.c.id.in_(told), stories.c.status != Status.REPORTED)
    return list(find_sealed(tx, _read_seals(tx, settled)).values())


def next_close(tx: sa.Connection) -> datetime | None:
    """When (UTC) the next closing note is due; None when there is none."""
    close_at: datetime | None = tx.scalar(sa.select(sa.func.min(stories.c.close_at)))
    return close_at


def unconfirmed(tx: sa.Connection, now: datetime) -> list[UnconfirmedStory]:
    """The Stories still without an official page at `now` (UTC), the oldest first: few rows, found by `close_at`."""
    return [
        UnconfirmedStory(
            story=row.id, title=row.title, topics=frozenset(row.topics), told_at=row.close_at - CLOSES_AFTER
        )
        for row in tx.execute(_UNCONFIRMED, {"now": now})
    ]


def all_ids(tx: sa.Connection) -> list[str]:
    """The ids of all Stories."""
    return list(tx.scalars(sa.select(stories.c.id)))


def save(tx: sa.Connection, changed: Sequence[Story], before: Iterable[Story] = ()) -> None:
    """Insert or replace Stories; their Items must be stored already. Of those in `before` only what is new is written.

    `before`: Stories as they were loaded in this transaction.
    """
    before_by_id = {story.id: story for story in before}
    seals_by_id = {story.id: make_seal() for story in changed}
    upsert(tx, stories, [_make_story_row(story, seals_by_id[story.id]) for story in changed])
    fresh = [(story.id, item) for story in changed for item in story.items_since(before_by_id.get(story.id))]
    upsert(tx, tellings, [_make_story_item_row(story_id, item) for story_id, item in fresh])
    story_words.save(tx, changed, before_by_id)
    untold = (story for story in changed if story.told_items == _told_items(before_by_id.get(story.id)))
    _keep((_as_loaded(story, before_by_id.get(story.id)) for story in untold), seals_by_id)


def _told_items(before: Story | None) -> frozenset[str]:
    return before.told_items if before else frozenset()


def _as_loaded(story: Story, before: Story | None) -> Story:
    """A Story as it would be read from its rows: in their order, without what is not kept, and told as `before` was.

    Who stores an Alert of it renews its seal.
    """
    in_order = sorted(story.items, key=lambda item: (item.seen_at, item.item))
    items_kept = tuple(replace(item, retraction=None) if item.retraction else item for item in in_order)
    return replace(
        story,
        items=items_kept,
        told_topics=before.told_topics if before else frozenset(),
        told_items=_told_items(before),
        last_alert_at=before.last_alert_at if before else None,
    )


def _keep(stories_now: Iterable[Story], seals_by_id: Mapping[str, int]) -> None:
    with _loaded_lock:
        for story in stories_now:
            if len(story.items) <= MAX_ITEMS_OF_STORY:
                _loaded[story.id, seals_by_id[story.id]] = story


def _make_story_row(story: Story, seal: int) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": story.title,
        "status": str(story.status),
        "topics": list(story.topics),
        "opened": story.opened_at,
        "turns": [[str(change.status), change.item, change.at.isoformat()] for change in story.status_changes],
        "follows": story.follows,
        "close_at": story.close_at,
        "closed": story.closed,
        "seal": seal,
    }


def opened_between(tx: sa.Connection, begin: datetime, end: datetime) -> list[Story]:
    """The Stories that were opened from `begin` until before `end` (UTC), oldest first."""
    opened = sa.select(stories.c.id, stories.c.seal).where(stories.c.opened >= begin, stories.c.opened < end)
    return list(find_sealed(tx, _read_seals(tx, opened)).values())


def _make_story_item_row(story: str, story_item: StoryItem) -> dict[str, Any]:
    return {
        "item": story_item.item,
        "story": story,
        "trust": str(story_item.trust),
        "publisher": story_item.publisher,
        "at": story_item.seen_at,
        "title_key": title_key(story_item.title),
        "standing": str(story_item.authority),
        "gist": {"title": sorted(story_item.features.title), "more": sorted(story_item.features.more)},
        "joined": story_item.join_reason,
    }


def _read_story_item(row: sa.Row[Any]) -> StoryItem:
    return StoryItem(
        item=row.item,
        identity=row.identity,
        source=row.source,
        trust=Trust(row.trust),
        publisher=row.publisher,
        title=row.title,
        url=row.url,
        seen_at=row.at,
        published=published_of(row),
        authority=Authority(row.standing),
        features=Features(title=_share(row.gist.get("title", ())), more=_share(row.gist.get("more", ()))),
        join_reason=row.joined,
    )


def _share(words: Iterable[str]) -> frozenset[str]:
    """A set of words that shares their texts with all others: most stand in many Items."""
    return frozenset(map(sys.intern, words))
