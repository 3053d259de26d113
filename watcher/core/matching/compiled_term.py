"""One term in numbers, and where in an Item's words it stands: phrases side by side, phrases near each other."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

_MAX_PAIRS = 2_000  # "flu jab flu jab …" on 100 kB must not cost more than a page that says it once a sentence
_FEW = 8

WordSpan = tuple[int, int]
Joined = tuple[int, int, tuple[WordSpan, ...]]  # a stretch, and the phrases in it
Places = dict[int, list[int]]


class TermRole(IntEnum):
    """What a term does for its Topic or Guard."""

    ANY = 0
    WEAK = 1
    NEEDS = 2
    UNLESS = 3
    BUT = 4


@dataclass(frozen=True, slots=True)
class CompiledTerm:
    """One term in numbers: `owner` is its Topic, or behind the Topics its Guard.

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
        """The first stretch [from, to) of words that satisfies the term."""
        stretches = _phrase_spans(self.phrases[0], places)
        if not self.gaps:
            return min(stretches, default=None)
        joined: list[Joined] = [(one[0], one[1], (one,)) for one in stretches]
        for gap, phrase in zip(self.gaps, self.phrases[1:], strict=True):
            others = _phrase_spans(phrase, places) if joined else []
            joined = _near_pairs(joined, others, gap)
        return min((each[:2] for each in joined), default=None)


def _near_pairs(ones: Sequence[Joined], others: Sequence[WordSpan], gap: int) -> list[Joined]:
    """Each two within `gap` as one. `others` stand in order, so only the neighbours are looked at.

    What lies between the phrases that were joined before is near as well: "vaccine" in "autumn vaccine for covid".
    """
    length = others[0][1] - others[0][0] if others else 0
    found: dict[WordSpan, Joined] = {}
    for one in ones:
        at = bisect_left(others, (one[0] - gap - length, 0))
        while at < len(others) and others[at][0] < one[1] + gap and len(found) < _MAX_PAIRS:
            other = others[at]
            if _words_between(one[:2], other) <= gap or _between(one, other):
                whole = min(one[0], other[0]), max(one[1], other[1])
                found.setdefault(whole, (*whole, (*one[2], other)))
            at += 1
    return list(found.values())


def _between(one: Joined, other: WordSpan) -> bool:
    """Whether `other` lies inside what was joined, and is none of its phrases."""
    inside = len(one[2]) > 1 and one[0] <= other[0] and other[1] <= one[1]
    return inside and all(other[1] <= part[0] or part[1] <= other[0] for part in one[2])


def _phrase_spans(phrase: tuple[int, ...], places: Places) -> list[WordSpan]:
    """Where the words of `phrase` stand in a row."""
    first = places[phrase[0]]
    if len(phrase) == 1:
        return [(place, place + 1) for place in first]
    second = places[phrase[1]]
    if len(phrase) == 2 and len(second) <= _FEW:  # noqa: PLR2004 - the commonest shape; a short list is searched as it is
        return [(place, place + 2) for place in first if place + 1 in second]
    rarest = min(range(len(phrase)), key=lambda at: len(places[phrase[at]]))
    starts = (place - rarest for place in places[phrase[rarest]])
    return [
        (start, start + len(phrase))
        for start in starts
        if all(_is_present(start + at, places[number]) for at, number in enumerate(phrase))
    ]


def _is_present(place: int, places: list[int]) -> bool:
    at = bisect_left(places, place)
    return at < len(places) and places[at] == place


def _words_between(one: WordSpan, other: WordSpan) -> int:
    """How many words further one stretch begins after the other ends; overlapping stretches are not near."""
    if one[1] <= other[0]:
        return other[0] - one[1] + 1
    if other[1] <= one[0]:
        return one[0] - other[1] + 1
    return 1_000_000
