"""A backtest of topics.yaml: Matches that a change of it gains and loses, and terms that match nothing or too much."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watcher.core.matching.index import TopicIndex
from watcher.model import Item, Match

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
class Backtest:
    """The result of comparing two configurations over the same Items.

    `silent` are the (topic, term) that match no Item, `loud` those that match more than LOUD_SHARE of them.
    """

    items: int
    changes: tuple[MatchChange, ...]
    silent: tuple[tuple[str, str], ...]
    loud: tuple[tuple[str, str], ...]


def backtest(old: TopicIndex, new: TopicIndex, items: Sequence[tuple[Item, str]]) -> Backtest:
    """The changes from `old` to `new` over `items`, which are Items with their publishers."""
    changes: list[MatchChange] = []
    counts: Counter[tuple[str, str]] = Counter()
    for item, publisher in items:
        before, after = (
            _words_by_topic(old.topics_of(item, publisher)[0]),
            _words_by_topic(new.topics_of(item, publisher)[0]),
        )
        changes += _compare_matches(item, before, after)
        counts.update(new.terms_in(item, publisher))
    terms = [(topic.id, literal) for topic in new.topics for literal in (*topic.any, *topic.weak)]
    return Backtest(
        items=len(items),
        changes=tuple(changes),
        silent=tuple(term for term in terms if not counts[term]),
        loud=tuple(term for term in terms if len(items) >= FEW and counts[term] > LOUD_SHARE * len(items)),
    )


def _words_by_topic(matches: Iterable[Match]) -> dict[str, str]:
    return {match.topic: match.evidence[0].words for match in matches}


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
