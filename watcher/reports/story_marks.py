"""What people said of Stories, as examples: two headlines, whether they tell one matter, and what they share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watcher import store
from watcher.core.stories.features import extract_features, shared_weights, weigh_features
from watcher.model import StoryVerdict
from watcher.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedPair:
    """Two Items (ids and headlines) of which a person said at `at` (UTC) that they tell one matter, or two.

    `shared`: the canonical words and facts that both have, each with its weight, the heaviest first.
    """

    items: tuple[str, str]
    titles: tuple[str, str]
    verdict: StoryVerdict
    shared: Mapping[str, float]
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """A line of `watcher marks --json`."""
        return {
            "verdict": self.verdict,
            "items": list(self.items),
            "titles": list(self.titles),
            "shared": dict(self.shared),
            "at": self.at.isoformat(),
        }


def report_marked_pairs(database: Database) -> list[MarkedPair]:
    """All marks of Stories, the oldest first."""
    pairs = []
    with database.begin() as tx:
        for mark in store.story_marks.load(tx):
            items = [store.items.get(tx, name) for name in (mark.item, mark.other_item)]
            if not all(items):
                continue
            weights = [weigh_features(extract_features(item.title, item.summary)) for item in items if item]
            shared = sorted(shared_weights(*weights).items(), key=lambda pair: (-pair[1], pair[0]))
            titles = [item.title for item in items if item]
            pairs.append(
                MarkedPair(
                    items=(mark.item, mark.other_item),
                    titles=(titles[0], titles[1]),
                    verdict=mark.verdict,
                    shared={word: round(weight, 2) for word, weight in shared},
                    at=mark.at,
                )
            )
    return pairs
