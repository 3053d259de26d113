"""The open Stories, found by the words that few of them share: an index from words to Stories.

A search reads the rarest words of an Item first and stops when enough Stories have been met, so that its cost does not
grow with the number of open Stories.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from math import sqrt

from watcher.core.language.text import title_key
from watcher.core.stories.features import weigh_features
from watcher.core.stories.sameness import address_of, wording_of
from watcher.model import Features, LedgerDate, Story, StoryItem

MAX_OPEN = timedelta(days=90)  # a Story is open so long after its newest Item
MAX_PREDATED = timedelta(days=14)  # and so long before its first one, for a text that we see late
MAX_RETRACTION = timedelta(days=90)  # an official text takes back what was announced so long ago
MAX_INDEX_READS = 300  # entries of the index that one search reads at most
MAX_CANDIDATES = 6  # Stories that are then compared word by word
MAX_RETRACTION_CANDIDATES = 40  # those that an official text could take back: they share few words with it
MIN_WORD_WEIGHT = 0.4  # words of less weight are not searched for
MIN_SEARCH_WORDS = 2  # but so many of them, for a headline that has no others
MAX_STORIES_OF_RARE_WORD = 3  # with more open Stories than this a word weighs less
Weights = Mapping[str, float]
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


def _exact_keys(item: StoryItem) -> Iterable[str]:
    """The keys under which an Item is found again: by itself, its address, its headline, and the words of that."""
    yield f"item {item.item}"
    words = " ".join(sorted(wording_of(item.title)))
    of_text = {"id": item.identity, "address": address_of(item), "title": title_key(item.title), "words": words}
    yield from (f"{kind} {exact}" for kind, exact in of_text.items() if exact)


class StoryIndex:
    """The open Stories of one decision, by their words, Items, addresses and headlines."""

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
        self._weighted_features: dict[str, dict[str, tuple[Features, Weights]]] = {}
        self._heaviest: dict[str, dict[str, float]] = {}
        self._least_total: dict[str, float] = {}
        self._story_ids: dict[str, dict[str, None]] = {}
        for story in stories:
            self.add(story)

    def add(self, story: Story) -> None:
        """Add `story`, or replace its older version."""
        self._stories[story.id] = story
        stored = self._weighted_features.setdefault(story.id, {})
        for item in story.items:
            features, _ = stored.get(item.item, (None, None))
            if features is not item.features:
                weights = weigh_features(item.features)
                stored[item.item] = item.features, weights
                total = sum(weights.values())
                self._least_total[story.id] = min(total, self._least_total.get(story.id, total))
                heaviest = self._heaviest.setdefault(story.id, {})
                for word, weight in weights.items():
                    heaviest[word] = max(weight, heaviest.get(word, 0.0))
                for key in (*weights, *_exact_keys(item)):
                    self._story_ids.setdefault(key, {})[story.id] = None

    def get(self, story: str) -> Story | None:
        """The Story with this id; None if it is not in the index."""
        return self._stories.get(story)

    def stories_with(self, item: StoryItem) -> Sequence[Story]:
        """The Stories that hold this Item, then those with its address, its headline, and the words of that."""
        return [self._stories[story_id] for key in _exact_keys(item) for story_id in self._story_ids.get(key, ())]

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

    def most_shared(self, story: Story, weights: Weights) -> tuple[float, float]:
        """The weight of the words that one Item of `story` can share with these words, at the very most.

        And the total weight of the words of its Item that has the least.
        """
        heaviest = self._heaviest[story.id]
        shared = sum(sqrt(weight * heaviest[word]) for word, weight in weights.items() if word in heaviest)
        return shared, self._least_total[story.id]

    def _rank_by_words(self, weights: Weights) -> Sequence[str]:
        """The ids of the Stories that share the rarest of these words, likeliest first."""
        heavy = [word for word in search_words(weights) if word in self._story_ids]
        shares = []
        read = 0
        for word in sorted(heavy, key=lambda word: (len(self._story_ids[word]), word)):
            story_ids = self._story_ids[word]
            if read and read + len(story_ids) > MAX_INDEX_READS:
                break
            read += len(story_ids)
            newest = story_ids if len(story_ids) <= MAX_INDEX_READS else list(story_ids)[-MAX_INDEX_READS:]
            shares.append((weights[word], len(story_ids), newest))
        return rank_by_shares(shares)

    def weigh(self, weights: Weights) -> Weights:
        """`weights` as they are now: words that stand in many open Stories weigh less.

        Of two weights a shared word has the root (features.py), so that it falls with the root of their number.
        """
        return {
            word: weight * min(1.0, MAX_STORIES_OF_RARE_WORD / max(self._count_stories(word), 1))
            for word, weight in weights.items()
        }

    def _count_stories(self, word: str) -> int:
        return max(self._common.get(word, 0), len(self._story_ids.get(word, ())))

    def weighted_items(self, story: Story) -> Iterable[tuple[StoryItem, Weights]]:
        """Each Item of a Story with the weights of its words."""
        stored = self._weighted_features[story.id]
        return [(item, stored[item.item][1]) for item in story.items]
