"""One term with its words as numbers, and where it stands in an Item's words: phrases, alone or near each other."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

_MAX_PAIRS = 2_000  # so that "flu jab flu jab …" of 100 kB costs no more than a page that says it once a sentence
_MAX_PLACES_TO_SCAN = 8  # a longer list is searched by bisection

WordSpan = tuple[int, int]
JoinedSpan = tuple[int, int, tuple[WordSpan, ...]]  # a span from, to, and the phrases in it
Places = dict[int, list[int]]


class TermRole(IntEnum):
    """The part that a term plays in its Topic, Guard or Signal."""

    ANY = 0
    WEAK = 1
    NEEDS = 2
    UNLESS = 3
    BUT = 4


@dataclass(frozen=True, slots=True)
class CompiledTerm:
    """One term with its words as numbers. `owner` is the number of its Topic, or behind the Topics of its Guard.

    `rest` are the words that must be there besides the two that it is looked up by.
    """

    literal: str
    owner: int
    role: TermRole
    place: str
    phrases: tuple[tuple[int, ...], ...]
    gaps: tuple[int, ...]
    rest: frozenset[int]

    def find(self, places: Places) -> WordSpan | None:
        """The first span [from, to) of words that satisfies the term; None if there is none."""
        spans = _find_phrase(self.phrases[0], places)
        if not self.gaps:
            return min(spans, default=None)
        joined: list[JoinedSpan] = [(span[0], span[1], (span,)) for span in spans]
        for gap, phrase in zip(self.gaps, self.phrases[1:], strict=True):
            next_spans = _find_phrase(phrase, places) if joined else []
            joined = _join_near_spans(joined, next_spans, gap)
        return min((span[:2] for span in joined), default=None)


def _join_near_spans(joined: Sequence[JoinedSpan], spans: Sequence[WordSpan], gap: int) -> list[JoinedSpan]:
    """Each pair of spans within `gap` words of each other, joined. `spans` are sorted, so only neighbours are compared.

    A span between the phrases that were joined before is near as well: "vaccine" in "autumn vaccine for covid".
    """
    length = spans[0][1] - spans[0][0] if spans else 0
    by_extent: dict[WordSpan, JoinedSpan] = {}
    for left in joined:
        index = bisect_left(spans, (left[0] - gap - length, 0))
        while index < len(spans) and spans[index][0] < left[1] + gap and len(by_extent) < _MAX_PAIRS:
            right = spans[index]
            if _words_between(left[:2], right) <= gap or _is_inside(left, right):
                extent = min(left[0], right[0]), max(left[1], right[1])
                by_extent.setdefault(extent, (*extent, (*left[2], right)))
            index += 1
    return list(by_extent.values())


def _is_inside(joined: JoinedSpan, span: WordSpan) -> bool:
    """Whether `span` lies inside the `joined` phrases and overlaps none of them."""
    inside = len(joined[2]) > 1 and joined[0] <= span[0] and span[1] <= joined[1]
    return inside and all(span[1] <= phrase[0] or phrase[1] <= span[0] for phrase in joined[2])


def _find_phrase(phrase: tuple[int, ...], places: Places) -> list[WordSpan]:
    """The spans where the words of `phrase` stand in a row."""
    first = places[phrase[0]]
    if len(phrase) == 1:
        return [(place, place + 1) for place in first]
    second = places[phrase[1]]
    if len(phrase) == 2 and len(second) <= _MAX_PLACES_TO_SCAN:  # noqa: PLR2004 - the commonest shape
        return [(place, place + 2) for place in first if place + 1 in second]
    rarest = min(range(len(phrase)), key=lambda offset: len(places[phrase[offset]]))
    starts = (place - rarest for place in places[phrase[rarest]])
    return [
        (start, start + len(phrase))
        for start in starts
        if all(_is_present(start + offset, places[number]) for offset, number in enumerate(phrase))
    ]


def _is_present(place: int, places: list[int]) -> bool:
    index = bisect_left(places, place)
    return index < len(places) and places[index] == place


def _words_between(first: WordSpan, second: WordSpan) -> int:
    """How many words after the end of one span the other begins, from 1; 1,000,000 where they overlap."""
    if first[1] <= second[0]:
        return second[0] - first[1] + 1
    if second[1] <= first[0]:
        return first[0] - second[1] + 1
    return 1_000_000
