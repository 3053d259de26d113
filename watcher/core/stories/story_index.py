"""The open Stories, found by the words that few of them share: an index from words to Stories.

A search reads the rarest words of an Item first and stops when enough Stories have been met, so that its cost does not
grow with the number of open Stories.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from threading import Lock

from cachetools import LRUCache

from watcher.core.language.text import title_key
from watcher.core.stories.features import weigh_features
from watcher.core.stories.sameness import address_of, wording_of
from watcher.model import LedgerDate, Story, StoryItem

MAX_OPEN = timedelta(days=90)  # a Story is open so long after its newest Item
MAX_PREDATED = timedelta(days=14)  # and so long before its first one, for a text that we see late
MAX_RETRACTION = timedelta(days=90)  # an official text takes back what was announced so long ago
MAX_INDEX_READS = 300  # entries of the index that one search reads at most
MAX_CANDIDATES = 6  # Stories that are then compared word by word
MAX_LIKELIEST = 12  # Stories that are loaded for one Item: some of them may turn out to be closed
MAX_RETRACTION_CANDIDATES = 40  # those that an official text could take back: they share few words with it
MIN_WORD_WEIGHT = 0.4  # words of less weight are not searched for
MIN_SEARCH_WORDS = 2  # but so many of them, for a headline that has no others
MAX_STORIES_OF_RARE_WORD = 3  # with more open Stories than this a word weighs less
MAX_ITEMS_KEPT = 10_000  # Items of Stories that are kept as they are compared, for the next decision
MAX_ITEMS_COMPARED = 8  # of a Story: the first, and the newest
GUESS_PREFIX = "perhaps: "  # begins the reason of a guess
Weights = Mapping[str, float]
Pair = tuple[StoryItem, Weights]
NOTHING: Mapping[str, int] = {}
NO_DATES: Mapping[str, Sequence[LedgerDate]] = {}


def search_words(weights: Weights) -> Sequence[str]:
    """The words by which a Story is found: the weighty ones, and every fact and programme, also those of a summary.

    Where all are everyday words, the heaviest of them: the same text must be found again.
    """
    heavy = [word for word, weight in weights.items() if weight >= MIN_WORD_WEIGHT or ":" in word]
    return heavy or sorted(weights, key=lambda word: (-weights[word], word))[:MIN_SEARCH_WORDS]


def rank_by_shares(shares: Iterable[tuple[float, int, Iterable[str]]]) -> Sequence[str]:
    """The ids of Stories, likeliest first. Each share is a word's weight, how many Stories have it, and their ids."""
    scores: dict[str, float] = {}
    for weight, count, story_ids in shares:
        points = weight / (1 + count) ** 0.25
        for story_id in story_ids:
            scores[story_id] = scores.get(story_id, 0.0) + points
    return sorted(scores, key=lambda story_id: (-scores[story_id], story_id))


def _lessen(weights: Weights, counts: Mapping[str, int]) -> Weights:
    rare = MAX_STORIES_OF_RARE_WORD
    return {**weights, **{word: weights[word] * rare / count for word, count in counts.items() if count > rare}}


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What is compared of a Story: its Items with the weights of their words, and all keys by which it is found.

    Were a guess evidence for the next one, a subject's Stories would grow into one: `compared` are the others, of them
    the first and the newest.
    """

    pairs: tuple[Pair, ...]
    compared: tuple[Pair, ...]
    keys: frozenset[str]


# By the id of a Story: the next decision compares nearly the same ones.
_kept: LRUCache[str, tuple[Story, _Prepared]] = LRUCache(MAX_ITEMS_KEPT, lambda kept: len(kept[0].items))
_kept_lock = Lock()


def _prepare(story: Story) -> _Prepared:
    with _kept_lock:
        kept_story, before = _kept.get(story.id, (None, _Prepared((), (), frozenset())))
    if kept_story is story:
        return before
    prepared = _prepare_anew(story, before)
    if len(story.items) <= MAX_ITEMS_KEPT:
        with _kept_lock:
            _kept[story.id] = story, prepared
    return prepared


def _prepare_anew(story: Story, before: _Prepared) -> _Prepared:
    """Where a Story has grown, only what is new of it is read."""
    pairs_by_id = {id(pair[0]): pair for pair in before.pairs}
    fresh = [item for item in story.items if id(item) not in pairs_by_id]
    if len(fresh) + len(before.pairs) != len(story.items):  # an Item was revised, or has left
        pairs_by_id, fresh, before = {}, list(story.items), _Prepared((), (), frozenset())
    pairs_by_id |= {id(item): (item, weigh_features(item.features)) for item in fresh}
    pairs = tuple(pairs_by_id[id(item)] for item in story.items)
    proven = tuple(pair for pair in pairs if not pair[0].join_reason.startswith(GUESS_PREFIX))
    compared = proven if len(proven) <= MAX_ITEMS_COMPARED else (proven[0], *proven[1 - MAX_ITEMS_COMPARED :])
    keys = (key for item in fresh for key in (*pairs_by_id[id(item)][1], *_exact_keys(item)))
    return _Prepared(pairs, compared, before.keys.union(keys))


def _exact_keys(item: StoryItem) -> Iterable[str]:
    """The keys under which an Item is found again: by itself, its address, its headline, and the words of that."""
    yield f"item {item.item}"
    words = " ".join(sorted(wording_of(item.title)))
    of_text = {"id": item.identity, "address": address_of(item), "title": title_key(item.title), "words": words}
    yield from (f"{kind} {exact}" for kind, exact in of_text.items() if exact)


class StoryIndex:
    """The open Stories of one decision, by their words, Items, addresses and headlines.

    A key is looked for in all of them when it is first asked for: they hold many more than are ever asked for.
    """

    def __init__(
        self,
        stories: Iterable[Story] = (),
        common: Mapping[str, int] = NOTHING,
        dates: Mapping[str, Sequence[LedgerDate]] = NO_DATES,
    ) -> None:
        """Add `stories`. `common`: the number of open Stories with each word, where `stories` are only some of them.

        `dates`: what the ledger has, by Story id.
        """
        self._common = common
        self._dates = dates
        self._stories: dict[str, Story] = {}
        self._prepared: dict[str, _Prepared] = {}
        self._story_ids: dict[str, list[str]] = {}  # those with a key, for the keys that were asked for
        self._counts: dict[str, int] = {}  # of these Stories, by word, for the words that were asked for
        self._left: Counter[str] = Counter()  # keys that an edit took from a Story: they count as before
        for story in stories:
            self.add(story)

    def add(self, story: Story) -> None:
        """Add `story`, or replace its older version."""
        before = self._prepared.get(story.id)
        prepared = _prepare(story)
        self._stories[story.id] = story
        self._prepared[story.id] = prepared
        fresh_keys = prepared.keys - before.keys if before else prepared.keys
        for key in self._story_ids.keys() & fresh_keys:
            del self._story_ids[key]
        for key in self._counts.keys() & fresh_keys:
            self._counts[key] += 1
        if before:
            self._left.update(before.keys - prepared.keys)

    def _find_ids(self, keys: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """By key, the ids of the Stories with it, in the order in which they were added."""
        if unknown := set(keys).difference(self._story_ids):
            self._story_ids |= {key: [] for key in unknown}
            for story, prepared in self._prepared.items():
                for key in unknown & prepared.keys:
                    self._story_ids[key].append(story)
        return self._story_ids

    def _count(self, words: Iterable[str]) -> Mapping[str, int]:
        """By word, in how many of these Stories it stands."""
        if unknown := set(words).difference(self._counts):
            self._counts |= {word: self._left[word] for word in unknown}
            for prepared in self._prepared.values():
                for word in unknown & prepared.keys:
                    self._counts[word] += 1
        return self._counts

    def get(self, story: str) -> Story | None:
        """The Story with this id; None if it is not in the index."""
        return self._stories.get(story)

    def stories_with(self, item: StoryItem) -> Sequence[Story]:
        """The Stories that hold this Item, then those with its address, its headline, and the words of that."""
        keys = list(_exact_keys(item))
        ids_by_key = self._find_ids(keys)
        return [self._stories[story_id] for key in keys for story_id in ids_by_key[key]]

    def dates(self, story: Story) -> Sequence[LedgerDate]:
        """The dates that the ledger had of a Story before this decision."""
        return self._dates.get(story.id, ())

    def stories_sharing(self, weights: Weights, at: datetime) -> Sequence[Story]:
        """The Stories open at `at` that share the rarest of these words, likeliest first; MAX_CANDIDATES at most."""
        stories = (self._stories[story_id] for story_id in self._rank_by_words(weights))
        open_ones = (
            story for story in stories if story.opened_at - MAX_PREDATED <= at <= story.last_item_at + MAX_OPEN
        )
        return list(islice(open_ones, MAX_CANDIDATES))

    def stories_to_take_back(self, weights: Weights, at: datetime) -> Sequence[Story]:
        """The Stories told up to MAX_RETRACTION before `at` that share any of these words, likeliest first."""
        stories = (self._stories[story_id] for story_id in self._rank_by_words(weights))
        recent = (
            story for story in stories if story.opened_at - MAX_PREDATED <= at <= story.last_item_at + MAX_RETRACTION
        )
        return list(islice(recent, MAX_RETRACTION_CANDIDATES))

    def _rank_by_words(self, weights: Weights) -> Sequence[str]:
        """The ids of the Stories that share the rarest of these words, likeliest first."""
        words = search_words(weights)
        ids_by_word = self._find_ids(words)
        heavy = [(word, ids_by_word[word]) for word in words if ids_by_word[word]]
        shares = []
        read = 0
        for word, story_ids in sorted(heavy, key=lambda pair: (len(pair[1]), pair[0])):
            if read and read + len(story_ids) > MAX_INDEX_READS:
                break
            read += len(story_ids)
            shares.append((weights[word], len(story_ids), story_ids[-MAX_INDEX_READS:]))
        return rank_by_shares(shares)

    def weigh(self, weights: Weights) -> Weights:
        """`weights` as they are now: words that stand in many open Stories weigh less.

        Of two weights a shared word has the root (features.py), so that it falls with the root of their number.
        """
        common, loaded = self._common, self._count(weights)
        return _lessen(weights, {word: max(common.get(word, 0), loaded[word]) for word in weights})

    def weigh_at_most(self, weights: Weights) -> Weights:
        """No less than `weigh`: by the number of open Stories alone, which costs no count of those that are here."""
        return _lessen(weights, {word: self._common[word] for word in weights.keys() & self._common.keys()})

    def compared_items(self, story: Story) -> Sequence[Pair]:
        """The Items of a Story that are compared, each with the weights of its words; the first one is among them."""
        return self._prepared[story.id].compared
