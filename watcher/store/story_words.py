"""The index from rare words to open Stories (the table `story_words`), by which a Story is found for a new Item."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from itertools import islice
from typing import Any

import sqlalchemy as sa

from watcher.core.stories.features import extract_features, weigh_features
from watcher.core.stories.retractions import read_retraction
from watcher.core.stories.story_index import (
    MAX_INDEX_READS,
    MAX_LIKELIEST,
    MAX_RETRACTION_CANDIDATES,
    rank_by_shares,
    search_words,
)
from watcher.model import Features, Item, Story
from watcher.store.column_types import UtcDateTime
from watcher.store.database import MAX_NAMES_IN_QUERY, batched, upsert
from watcher.store.schema import story_words

# Written once: composing a query takes longer than running it.
_SINCE = sa.bindparam("since", type_=UtcDateTime)
_WORDS: sa.BindParameter[str] = sa.bindparam("words", expanding=True)
_COUNTS = (
    sa.select(story_words.c.word, sa.func.count())
    .where(story_words.c.word.in_(_WORDS), story_words.c.at >= _SINCE)
    .group_by(story_words.c.word)
)
_NEWEST = (
    sa.select(story_words.c.word, story_words.c.story)
    .where(story_words.c.at >= _SINCE, story_words.c.word.in_(_WORDS))
    .order_by(story_words.c.at.desc())
)


def find_sharing(tx: sa.Connection, fresh: Sequence[Item], since: datetime) -> tuple[set[str], Mapping[str, int]]:
    """The ids of Stories open since `since` (UTC) that share rare words with one of `fresh`; the counts of all words.

    Of each Item the rarest words are read first, until MAX_INDEX_READS rows of the index are; of the Stories met the
    likeliest are named, by the rank that the decision gives them. A text that takes back shares few words with what it
    takes back: more are named for it.
    """
    since = _begin_of_day(since)
    weights_of_fresh = [_index_weights(extract_features(item.title, item.summary)) for item in fresh]
    story_counts = _count_stories_by_word(tx, sorted(set().union(*weights_of_fresh)), since)
    words_of_fresh = [_rarest_words(weights, story_counts) for weights in weights_of_fresh]
    stories_by_word = _load_stories_by_word(tx, sorted(set().union(*words_of_fresh)), story_counts, since)
    story_ids: set[str] = set()
    for item, weights, words in zip(fresh, weights_of_fresh, words_of_fresh, strict=True):
        shares = ((weights[word], story_counts[word], stories_by_word.get(word, ())) for word in words)
        story_ids.update(islice(rank_by_shares(shares), _max_stories(item, weights)))
    return story_ids, story_counts


def save(tx: sa.Connection, changed: Iterable[Story], before: Mapping[str, Story]) -> None:
    """Index Stories by the words of their Items. `before`: those that are indexed already, by id.

    The rows of a Story are of the day of its newest Item; on one and the same day only what is new is written.
    """
    upsert(tx, story_words, [row for story in changed for row in _make_rows(story, before.get(story.id))])


def _make_rows(story: Story, before: Story | None) -> Iterator[dict[str, Any]]:
    is_of_today = before is not None and _begin_of_day(before.last_item_at) == _begin_of_day(story.last_item_at)
    fresh = story.items_since(before if is_of_today else None)
    words = {word for item in fresh for word in index_words(item.features)}
    return ({"word": word, "story": story.id, "at": story.last_item_at} for word in sorted(words))


def index_words(features: Features) -> set[str]:
    """The words by which a Story is found, cut to the width of their column."""
    return set(_index_weights(features))


def _index_weights(features: Features) -> Mapping[str, float]:
    weights = weigh_features(features)
    return {word[:60]: weights[word] for word in search_words(weights)}


def _max_stories(item: Item, weights: Mapping[str, float]) -> int:
    is_about_another = any(word.startswith("ref:") for word in weights) or read_retraction(item.title, item.summary)
    return MAX_RETRACTION_CANDIDATES if is_about_another else MAX_LIKELIEST


def _begin_of_day(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC), time.min, UTC)


def _load_stories_by_word(
    tx: sa.Connection, words: Sequence[str], story_counts: Mapping[str, int], since: datetime
) -> Mapping[str, Sequence[str]]:
    """The newest MAX_INDEX_READS Stories open since `since` (UTC) that hold each word, the newest first."""
    stories_by_word: dict[str, list[str]] = {}
    rare = [word for word in words if story_counts[word] <= MAX_INDEX_READS]
    for batch in batched(rare, MAX_NAMES_IN_QUERY):
        for word, story in tx.execute(_NEWEST, {"words": batch, "since": since}):
            stories_by_word.setdefault(word, []).append(story)
    for word in sorted(set(words) - set(rare)):
        newest = tx.execute(_NEWEST.limit(MAX_INDEX_READS), {"words": [word], "since": since})
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


def _count_stories_by_word(tx: sa.Connection, words: Iterable[str], since: datetime) -> dict[str, int]:
    """In how many Stories open since `since` (UTC) each word stands; words in none are left out."""
    counts: dict[str, int] = {}
    for batch in batched(list(words), MAX_NAMES_IN_QUERY):
        counts |= {row[0]: row[1] for row in tx.execute(_COUNTS, {"words": batch, "since": since})}
    return counts
