"""One Item judged as a poll would judge it, when it is new: its Topics, its points, and where it goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from watcher.core.delivery.routing import zone_of
from watcher.core.matching.index import TopicIndex
from watcher.model import Item, Match, Relevance, Trust, Veto, Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class TextToJudge:
    """An Item and who published it. `about` and `points`: what its source is about, and for whom."""

    identity: Any
    item: Item
    publisher: str = ""
    trust: Trust = Trust.TRADE
    about: tuple[str, ...] = ()
    points: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The Topics of an Item with what stopped others, its Relevance, and where it goes."""

    matches: Sequence[Match]
    vetoes: Sequence[Veto]
    relevance: Relevance
    zone: Zone

    @property
    def topics(self) -> tuple[str, ...]:
        """The Topics that it is about, and is told for."""
        about = tuple(match.topic for match in self.matches if not match.is_passing)
        return () if self.zone is Zone.PERHAPS else about


def judge_item(index: TopicIndex, text: TextToJudge) -> Judgement:
    """The Judgement of a text that is new."""
    matches, vetoes = index.topics_of(text.item, text.publisher, text.about)
    relevance = index.relevance(text.item, text.publisher, text.trust, matches=matches, of_source=text.points)
    return Judgement(matches=matches, vetoes=vetoes, relevance=relevance, zone=zone_of(relevance.points, text.trust))
