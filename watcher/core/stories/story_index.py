"""The open Stories, found by the words that few of them share: an index from rare words to Stories.

Looking takes the rarest words of an Item first and stops when enough Stories have been met, so that its cost does not
follow the number of open Stories.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from watcher.core.language.features import weigh_features
from watcher.core.language.text import title_key
from watcher.model import Features, Story, StoryItem

MAX_OPEN = timedelta(days=60)  # a Story is open so long after its newest telling
MAX_PREDATED = timedelta(days=14)  # and so long before its first one, for a text that we see late
MAX_INDEX_READS = 300  # places in the index that one look reads at most
MAX_CANDIDATES = 8  # Stories that are then compared word by word
MIN_WORD_WEIGHT = 0.4  # words of less weight lead nowhere

MAX_STORIES_OF_RARE_WORD = 3  # open Stories with a word, up to which it weighs what it weighs
Weights = Mapping[str, float]
NOTHING: Mapping[str, int] = {}


class StoryIndex:
    """Open Stories of one decision. `add` takes a Story in or replaces it."""

    def __init__(self, stories: Iterable[Story] = (), common: Mapping[str, int] = NOTHING) -> None:
        """Take these in. `common`: in how many open Stories each word stands, where these are only some of them."""
        self._common = common
        self._stories: dict[str, Story] = {}
        self._gists: dict[str, dict[str, tuple[Features, Weights]]] = {}
        self._places: dict[str, dict[str, None]] = {}
        for story in stories:
            self.add(story)

    def add(self, story: Story) -> None:
        """Take `story` in, or its newer version."""
        self._stories[story.id] = story
        known = self._gists.setdefault(story.id, {})
        for telling in story.items:
            gist, _ = known.get(telling.item, (None, None))
            if gist is not telling.features:
                said = weigh_features(telling.features)
                known[telling.item] = telling.features, said
                names = (f"id {telling.identity}", f"title {title_key(telling.title)}", f"item {telling.item}")
                for place in (*said, *names):
                    self._places.setdefault(place, {})[story.id] = None

    def get(self, story: str) -> Story | None:
        """One Story."""
        return self._stories.get(story)

    def stories_with(self, telling: StoryItem) -> Sequence[Story]:
        """The Stories that hold this Item, its address or its headline, in this order."""
        asked = (f"item {telling.item}", f"id {telling.identity}", f"title {title_key(telling.title)}")
        return [self._stories[each] for place in asked for each in self._places.get(place, ())]

    def stories_sharing(self, said: Weights, at: datetime) -> Sequence[Story]:
        """The Stories that share the rarest of the words `said`, the likeliest first; only those still open at `at`."""
        heavy = [word for word, weight in said.items() if weight >= MIN_WORD_WEIGHT and word in self._places]
        found: dict[str, float] = {}
        read = 0
        for word in sorted(heavy, key=lambda each: (len(self._places[each]), each)):
            places = self._places[word]
            if read and read + len(places) > MAX_INDEX_READS:
                break
            read += len(places)
            for story in places if len(places) <= MAX_INDEX_READS else list(places)[-MAX_INDEX_READS:]:
                found[story] = found.get(story, 0.0) + said[word] / (1 + len(places)) ** 0.25
        likeliest = sorted(found, key=lambda each: (-found[each], each))
        open_ = (self._stories[each] for each in likeliest)
        return [each for each in open_ if each.opened_at - MAX_PREDATED <= at <= each.last_item_at + MAX_OPEN][
            :MAX_CANDIDATES
        ]

    def weigh(self, said: Weights) -> Weights:
        """`said` with the weights that its words have now: what stands in many open Stories tells few apart.

        Of two weights a shared word has the root (features.py), so that it falls with the root of their number.
        """
        return {
            word: weight * min(1.0, MAX_STORIES_OF_RARE_WORD / max(self._count(word), 1))
            for word, weight in said.items()
        }

    def _count(self, word: str) -> int:
        return max(self._common.get(word, 0), len(self._places.get(word, ())))

    def weighted_items(self, story: Story) -> Iterable[tuple[StoryItem, Weights]]:
        """Each telling of a Story with the weights of its words."""
        known = self._gists[story.id]
        return [(telling, known[telling.item][1]) for telling in story.items]
