"""Stories with their StoryItems (the table `tellings`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from watcher.core.delivery.closing_note import CLOSES_AFTER
from watcher.core.language.text import title_key
from watcher.core.stories.features import weigh_features
from watcher.core.stories.placement import WINDOW
from watcher.core.stories.story_index import (
    MAX_INDEX_READS,
    MAX_RETRACTION,
    MAX_RETRACTION_CANDIDATES,
    rank_by_shares,
    search_words,
)
from watcher.core.watching.fast_polling import UnconfirmedStory
from watcher.model import Authority, Features, Item, Status, StatusChange, Story, StoryItem, Trust
from watcher.store.database import batched, upsert
from watcher.store.items import get, published_of
from watcher.store.schema import alerts, items, stories, story_words, tellings

MAX_NAMES_IN_QUERY = 500  # ids in one query; SQLite takes 32,766, and a query plan is made for each number of them
_OF_ITEM = (
    *(items.c.identity, items.c.source, items.c.title, items.c.url),
    *(items.c.published_at, items.c.published_day, items.c.published_precision, items.c.published_literal),
)


def near(
    tx: sa.Connection, candidates: Sequence[Item], fresh: Iterable[Features], now: datetime
) -> tuple[list[Story], Mapping[str, int]]:
    """The Stories that any of `candidates` could belong to, and how many open Stories hold each rare word of `fresh`.

    Those that hold it, those lately under its address or headline, and the open ones that share rare words with one of
    `fresh`, the features of what is new.
    """
    if not candidates:
        return [], {}  # most polls bring nothing, and asking would read every story item
    identities = {item.identity for item in candidates}
    headlines = {title_key(item.title) for item in candidates} - {""}
    is_alike = sa.or_(items.c.identity.in_(identities), tellings.c.title_key.in_(headlines))
    is_recent = sa.and_(is_alike, tellings.c.at >= now - WINDOW)
    is_near = sa.or_(tellings.c.item.in_([item.id for item in candidates]), is_recent)
    joined = sa.select(tellings.c.story).join(items, items.c.id == tellings.c.item).where(is_near)
    sharing, story_counts = _find_sharing_words(tx, fresh, now - MAX_RETRACTION)
    return list(find(tx, sorted({*tx.scalars(joined.distinct()), *sharing})).values()), story_counts


def _find_sharing_words(
    tx: sa.Connection, fresh: Iterable[Features], since: datetime
) -> tuple[set[str], Mapping[str, int]]:
    """The ids of Stories open since `since` (UTC) that share rare words with one of `fresh`; the counts of all words.

    Of each Features the rarest words are read first, until MAX_INDEX_READS rows of the index are; of the Stories met
    the likeliest are loaded, by the rank that the decision gives them.
    """
    weights_of_fresh = [_index_weights(features) for features in fresh]
    story_counts = _count_stories_by_word(tx, sorted(set().union(*weights_of_fresh)), since)
    words_of_fresh = [_rarest_words(weights, story_counts) for weights in weights_of_fresh]
    stories_by_word = _load_stories_by_word(tx, sorted(set().union(*words_of_fresh)), story_counts, since)
    story_ids: set[str] = set()
    for weights, words in zip(weights_of_fresh, words_of_fresh, strict=True):
        shares = ((weights[word], story_counts[word], stories_by_word.get(word, ())) for word in words)
        story_ids.update(islice(rank_by_shares(shares), MAX_RETRACTION_CANDIDATES))
    return story_ids, story_counts


def _load_stories_by_word(
    tx: sa.Connection, words: Sequence[str], story_counts: Mapping[str, int], since: datetime
) -> Mapping[str, Sequence[str]]:
    """The newest MAX_INDEX_READS Stories open since `since` (UTC) that hold each word, the newest first."""
    query = sa.select(story_words.c.word, story_words.c.story).where(story_words.c.at >= since)
    query = query.order_by(story_words.c.at.desc())
    stories_by_word: dict[str, list[str]] = {}
    rare = [word for word in words if story_counts[word] <= MAX_INDEX_READS]
    for batch in batched(rare, MAX_NAMES_IN_QUERY):
        for word, story in tx.execute(query.where(story_words.c.word.in_(batch))):
            stories_by_word.setdefault(word, []).append(story)
    for word in sorted(set(words) - set(rare)):
        newest = tx.execute(query.where(story_words.c.word == word).limit(MAX_INDEX_READS))
        stories_by_word[word] = [story for _, story in newest]
    return stories_by_word


def _rarest_words(weights: Mapping[str, float], story_counts: Mapping[str, int]) -> Sequence[str]:
    """The words that are looked up: the rarest, until MAX_INDEX_READS rows are read."""
    words: list[str] = []
    read = 0
    for word in sorted(weights.keys() & story_counts.keys(), key=lambda word: (story_counts[word], word)):
        if read and read + story_counts[word] > MAX_INDEX_READS:
            break
        read += story_counts[word]
        words.append(word)
    return words


def _count_stories_by_word(tx: sa.Connection, words: Sequence[str], since: datetime) -> dict[str, int]:
    """In how many Stories open since `since` (UTC) each word stands; words in none are left out."""
    counts: dict[str, int] = {}
    is_open = story_words.c.at >= since
    for batch in batched(words, MAX_NAMES_IN_QUERY):
        query = sa.select(story_words.c.word, sa.func.count()).where(story_words.c.word.in_(batch), is_open)
        counts |= {row[0]: row[1] for row in tx.execute(query.group_by(story_words.c.word))}
    return counts


def find(tx: sa.Connection, ids: Iterable[str]) -> Mapping[str, Story]:
    """The Stories with these ids, by id and oldest first, with their items in the order we saw them."""
    stories_by_id: dict[str, Story] = {}
    for batch in batched(list(ids), MAX_NAMES_IN_QUERY):
        stories_by_id |= _load_batch(tx, batch)
    return dict(sorted(stories_by_id.items(), key=lambda pair: (pair[1].opened_at, pair[0])))


def _load_batch(tx: sa.Connection, ids: Sequence[str]) -> Mapping[str, Story]:
    story_items: dict[str, list[StoryItem]] = {}
    joined = sa.select(tellings, *_OF_ITEM).join(items, items.c.id == tellings.c.item)
    query = joined.where(tellings.c.story.in_(ids)).order_by(tellings.c.at, tellings.c.item)
    for row in tx.execute(query):
        story_items.setdefault(row.story, []).append(_read_story_item(row))
    told_items: dict[str, set[str]] = {}
    for story, item in tx.execute(sa.select(alerts.c.story, alerts.c.item).where(alerts.c.story.in_(ids))):
        told_items.setdefault(story, set()).add(item)
    told_topics: dict[str, set[str]] = {}
    told_at_once = sa.and_(alerts.c.story.in_(ids), alerts.c.in_digest.is_(False))
    for row in tx.execute(sa.select(alerts.c.story, alerts.c.topics).where(told_at_once)):
        told_topics.setdefault(row.story, set()).update(row.topics)
    last_alerts = sa.select(alerts.c.story, sa.func.max(alerts.c.at)).where(alerts.c.story.in_(ids))
    last_alert_at = {row[0]: row[1] for row in tx.execute(last_alerts.group_by(alerts.c.story))}
    rows = tx.execute(sa.select(stories).where(stories.c.id.in_(ids)))
    return {
        row.id: replace(
            _read_story(row, story_items.get(row.id, ()), told_topics.get(row.id, ()), last_alert_at.get(row.id)),
            told_items=frozenset(told_items.get(row.id, ())),
        )
        for row in rows
    }


def _read_story(
    row: sa.Row[Any], story_items: Iterable[StoryItem], told_topics: Iterable[str], last_alert_at: datetime | None
) -> Story:
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
        told_topics=frozenset(told_topics),
        status_changes=tuple(changes),
        follows=row.follows,
        close_at=row.close_at,
        closed=row.closed,
        last_alert_at=last_alert_at,
    )


def of_item(tx: sa.Connection, item: str) -> Story | None:
    """The Story that an Item belongs to; None when it belongs to none."""
    story = tx.scalar(sa.select(tellings.c.story).where(tellings.c.item == item))
    return find(tx, [story]).get(story) if story else None


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
    ids = tx.scalars(sa.select(stories.c.id).where(stories.c.id.in_(told), stories.c.status != Status.REPORTED))
    return list(find(tx, ids.all()).values())


def next_close(tx: sa.Connection) -> datetime | None:
    """When (UTC) the next closing note is due; None when there is none."""
    close_at: datetime | None = tx.scalar(sa.select(sa.func.min(stories.c.close_at)))
    return close_at


def unconfirmed(tx: sa.Connection, now: datetime) -> list[UnconfirmedStory]:
    """The Stories still without an official page at `now` (UTC), the oldest first: few rows, found by `close_at`."""
    query = sa.select(stories.c.id, stories.c.title, stories.c.topics, stories.c.close_at)
    is_unconfirmed = sa.and_(stories.c.close_at > now, stories.c.status == Status.REPORTED)
    rows = tx.execute(query.where(is_unconfirmed).order_by(stories.c.close_at, stories.c.id))
    return [
        UnconfirmedStory(
            story=row.id, title=row.title, topics=frozenset(row.topics), told_at=row.close_at - CLOSES_AFTER
        )
        for row in rows
    ]


def all_ids(tx: sa.Connection) -> list[str]:
    """The ids of all Stories."""
    return list(tx.scalars(sa.select(stories.c.id)))


def save(tx: sa.Connection, changed: Sequence[Story]) -> None:
    """Insert or replace Stories; their Items must be stored already."""
    upsert(tx, stories, [_make_story_row(story) for story in changed])
    upsert(
        tx, tellings, [_make_story_item_row(story.id, story_item) for story in changed for story_item in story.items]
    )
    upsert(tx, story_words, [row for story in changed for row in _make_word_rows(story)])


def _make_story_row(story: Story) -> dict[str, Any]:
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
    }


def _make_word_rows(story: Story) -> list[dict[str, Any]]:
    """The index rows of the rare words by which a Story is found, dated by its newest item."""
    words = {word for story_item in story.items for word in index_words(story_item.features)}
    return [{"word": word, "story": story.id, "at": story.last_item_at} for word in sorted(words)]


def index_words(features: Features) -> set[str]:
    """The words by which a Story is found, cut to the width of their column."""
    return set(_index_weights(features))


def _index_weights(features: Features) -> Mapping[str, float]:
    weights = weigh_features(features)
    return {word[:60]: weights[word] for word in search_words(weights)}


def opened_between(tx: sa.Connection, begin: datetime, end: datetime) -> list[Story]:
    """The Stories that were opened from `begin` until before `end` (UTC), oldest first."""
    query = sa.select(stories.c.id).where(stories.c.opened >= begin, stories.c.opened < end)
    return list(find(tx, tx.scalars(query).all()).values())


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
        features=Features(title=frozenset(row.gist.get("title", ())), more=frozenset(row.gist.get("more", ()))),
        join_reason=row.joined,
    )
