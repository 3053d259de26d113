"""One term with its words as numbers, and where it stands in a text: phrases, alone or near each other."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

_MAX_PAIRS = 2_000  # so that "flu jab flu jab …" of 100 kB costs no more than a page that says it once a sentence

WordSpan = tuple[int, int]
JoinedSpan = tuple[int, int, tuple[WordSpan, ...]]  # a span from, to, and the phrases in it
Spans = Mapping[int, Sequence[WordSpan]]  # where each number stands, in the order of the text


class TermRole(IntEnum):
    """The part that a term plays in its Topic, Guard or Signal."""

    ANY = 0
    WEAK = 1
    NEEDS = 2
    UNLESS = 3
    BUT = 4


@dataclass(frozen=True, slots=True)
class CompiledTerm:
    """One term with its words and sets as numbers. `owner` is that of its Topic, or behind the Topics of its Guard.

    `rest` are the numbers that must be there besides the two that it is looked up by.
    """

    literal: str
    owner: int
    role: TermRole
    place: str
    phrases: tuple[tuple[int, ...], ...]
    gaps: tuple[int, ...]
    rest: frozenset[int]

    def find(self, spans: Spans) -> Sequence[WordSpan]:
        """The spans [from, to) of positions that satisfy the term, at most 2,000, in the order of the text."""
        first = find_phrase(self.phrases[0], spans)
        if not self.gaps:
            return first
        joined: list[JoinedSpan] = [(span[0], span[1], (span,)) for span in first]
        for gap, phrase in zip(self.gaps, self.phrases[1:], strict=True):
            joined = _join_near_spans(joined, find_phrase(phrase, spans) if joined else [], gap)
        return sorted({span[:2] for span in joined})


def find_phrase(phrase: tuple[int, ...], spans: Spans) -> Sequence[WordSpan]:
    """The spans where the elements of `phrase` stand in a row."""
    phrase_spans = spans.get(phrase[0], ())
    for number in phrase[1:]:
        if not phrase_spans:
            break
        ends: dict[int, list[int]] = {}
        for begin, end in spans.get(number, ()):
            ends.setdefault(begin, []).append(end)
        phrase_spans = [(begin, end) for begin, middle in phrase_spans for end in ends.get(middle, ())]
    return phrase_spans


def _join_near_spans(joined: Sequence[JoinedSpan], spans: Sequence[WordSpan], gap: int) -> list[JoinedSpan]:
    """Each pair of spans within `gap` words of each other, joined. `spans` are sorted, so only neighbours are compared.

    A span between the phrases that were joined before is near as well: "vaccine" in "autumn vaccine for covid".
    """
    length = max((end - begin for begin, end in spans), default=0)
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


def _words_between(first: WordSpan, second: WordSpan) -> int:
    """How many words after the end of one span the other begins, from 1; 1,000,000 where they overlap."""
    if first[1] <= second[0]:
        return second[0] - first[1] + 1
    if second[1] <= first[0]:
        return first[0] - second[1] + 1
    return 1_000_000
