"""What a change of topics.yaml would have caught and lost, and which terms do nothing or everything."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watcher.core.matching.index import TopicIndex
from watcher.model import Item, Match

LOUD_SHARE = 0.2  # a term that stands in more than this share of all items says nothing
FEW = 20  # of so few items no share can be told


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchChange:
    """One Item that a Topic is newly told of, or no longer: `words` are those that made it match."""

    item: str
    title: str
    topic: str
    caught: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """The new configuration beside the old one over the same Items. `silent` and `loud` are (topic, term)."""

    items: int
    changes: tuple[MatchChange, ...]
    silent: tuple[tuple[str, str], ...]
    loud: tuple[tuple[str, str], ...]


def backtest(old: TopicIndex, new: TopicIndex, items: Sequence[tuple[Item, str]]) -> Backtest:
    """`items` are Items with their publishers."""
    changes: list[MatchChange] = []
    fired: Counter[tuple[str, str]] = Counter()
    for item, publisher in items:
        before, after = _by_topic(old.topics_of(item, publisher)[0]), _by_topic(new.topics_of(item, publisher)[0])
        changes += _changes(item, before, after)
        fired.update(new.terms_in(item, publisher))
    terms = [(topic.id, literal) for topic in new.topics for literal in (*topic.any, *topic.weak)]
    return Backtest(
        items=len(items),
        changes=tuple(changes),
        silent=tuple(term for term in terms if not fired[term]),
        loud=tuple(term for term in terms if len(items) >= FEW and fired[term] > LOUD_SHARE * len(items)),
    )


def _by_topic(matches: Iterable[Match]) -> dict[str, str]:
    return {match.topic: match.evidence[0].words for match in matches}


def _changes(item: Item, before: dict[str, str], after: dict[str, str]) -> list[MatchChange]:
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
