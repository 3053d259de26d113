"""A backtest of topics.yaml: what a change of it catches, loses and moves, and terms that match nothing or too much."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from watcher.core.delivery.judge import Judgement, TextToJudge, judge_item
from watcher.core.matching.index import TopicIndex
from watcher.model import Item, Zone

LOUD_SHARE = 0.2  # a term that stands in more than this share of all Items tells none apart
FEW = 20  # with fewer Items than this a share means nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchChange:
    """One Item that a Topic newly matches (`caught`) or no longer matches. `words` are the first that made it match."""

    item: str
    title: str
    topic: str
    caught: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneChange:
    """One Item that has Topics before and after, and goes elsewhere: from `was` to `zone`, for these points."""

    item: str
    title: str
    was: Zone
    zone: Zone
    points_before: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """The result of comparing two configurations over the same Items.

    `silent` are the (topic, term) that match no Item, `loud` those that match more than LOUD_SHARE of them.
    """

    items: int
    changes: tuple[MatchChange, ...]
    moved: tuple[ZoneChange, ...]
    silent: tuple[tuple[str, str], ...]
    loud: tuple[tuple[str, str], ...]


def backtest(old: TopicIndex, new: TopicIndex, texts: Sequence[TextToJudge]) -> Backtest:
    """The changes from `old` to `new` over `texts`."""
    changes: list[MatchChange] = []
    moved: list[ZoneChange] = []
    counts: Counter[tuple[str, str]] = Counter()
    for text in texts:
        before, after = judge_item(old, text), judge_item(new, text)
        changes += _compare_matches(text.item, _words_by_topic(before), _words_by_topic(after))
        moved += _compare_zones(text.item, before, after)
        counts.update(new.terms_in(text.item, text.publisher))
    terms = [(topic.id, literal) for topic in new.topics for literal in (*topic.any, *topic.weak)]
    return Backtest(
        items=len(texts),
        changes=tuple(changes),
        moved=tuple(moved),
        silent=tuple(term for term in terms if not counts[term]),
        loud=tuple(term for term in terms if len(texts) >= FEW and counts[term] > LOUD_SHARE * len(texts)),
    )


def _words_by_topic(judgement: Judgement) -> dict[str, str]:
    return {match.topic: match.evidence[0].words for match in judgement.matches}


def _compare_matches(item: Item, before: dict[str, str], after: dict[str, str]) -> list[MatchChange]:
    return [
        MatchChange(
            item=item.identity,
            title=item.title,
            topic=topic,
            caught=topic in after,
            words=(after if topic in after else before)[topic],
        )
        for topic in sorted(before.keys() ^ after.keys())
    ]


def _compare_zones(item: Item, before: Judgement, after: Judgement) -> list[ZoneChange]:
    if not (before.matches and after.matches) or before.zone is after.zone:
        return []
    return [
        ZoneChange(
            item=item.identity,
            title=item.title,
            was=before.zone,
            zone=after.zone,
            points_before=before.relevance.points,
            points=after.relevance.points,
        )
    ]
