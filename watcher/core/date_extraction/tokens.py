"""The times of a sentence in their order: spellings found, overlaps settled, days and clocks put together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from watcher.core.date_extraction.date_expressions import (
    CalendarDay,
    DateExpression,
    DaysFromToday,
    Duration,
    NamedWeekday,
)
from watcher.core.date_extraction.date_patterns import SHAPES, ClockTime, ParsedDate
from watcher.model import Precision

_MAX_GAP_CHARACTERS = 20  # " at the end of the "


@dataclass(frozen=True, slots=True)
class DateMention:
    """A spelt time and its place in the sentence."""

    start: int
    end: int
    parsed: ParsedDate

    @property
    def expression(self) -> DateExpression | None:
        """What day is meant; None for a clock alone."""
        return self.parsed.expression

    @property
    def clock(self) -> ClockTime | None:
        """The time of day, if one is spelt."""
        return self.parsed.clock

    @property
    def is_dated(self) -> bool:
        """Whether the day is named by its date, which decides over `next Monday`."""
        return isinstance(self.parsed.expression, CalendarDay)

    @property
    def is_distance(self) -> bool:
        """Whether it is a distance in time and no time."""
        return isinstance(self.parsed.expression, Duration)


def find_dates(sentence: str) -> Sequence[DateMention]:
    """All times of a sentence. Where two spellings overlap, the one that begins first counts, then the longer."""
    kept: list[DateMention] = []
    for when in sorted(_all(sentence), key=lambda when: (when.start, -when.end)):
        if not kept or when.start >= kept[-1].end:
            kept.append(when)
    return _joined(sentence, kept)


def _all(sentence: str) -> Iterator[DateMention]:
    for shape, build in SHAPES:
        for found in shape.finditer(sentence):
            spelt = build(found)
            if spelt:
                yield DateMention(*found.span(), spelt)


def _joined(sentence: str, found: Sequence[DateMention]) -> list[DateMention]:
    """A clock without a day is no time to act by."""
    joined: list[DateMention] = []
    for when in found:
        both = _one(sentence, joined[-1], when) if joined else None
        if both:
            joined[-1] = both
        else:
            joined.append(when)
    return [when for when in joined if when.expression]


_BEFORE_DAY = re.compile(r"^[\s,]*(?:on|of|at the end of|the end of|\()?\s*(?:the\s+)?$", re.IGNORECASE)
_BEFORE_CLOCK = re.compile(r"^[\s,]*(?:at|by|before|no later than|until|from|\(|-|–|@)?\s*$", re.IGNORECASE)
_THAT_IS = re.compile(r"^\s*(?:\(|,|-|–)\s*(?:that is,?\s*|i\.e\.,?\s*)?$", re.IGNORECASE)
_MILITARY = re.compile(r"^\d{4}$")


def _one(sentence: str, one: DateMention, other: DateMention) -> DateMention | None:
    """Two spellings of one time: "5pm on Friday", "Friday at 5pm", "next Monday (14 June)"."""
    gap = sentence[one.end : other.start]
    if len(gap) > _MAX_GAP_CHARACTERS or one.is_distance or other.is_distance:
        return None
    spelt = _both(one, other, gap)
    if spelt is None or (_MILITARY.match(sentence[other.start : other.end]) and not gap.strip()):
        return None  # "4 June 1930" is a year
    closes = "(" in gap and sentence[other.end : other.end + 1] == ")"
    return DateMention(one.start, other.end + closes, spelt)


def _both(one: DateMention, other: DateMention, gap: str) -> ParsedDate | None:
    vague = one.parsed.ambiguous or other.parsed.ambiguous
    if one.expression is None and other.expression and not other.clock and _BEFORE_DAY.match(gap):
        return replace(one.parsed, expression=other.expression, ambiguous=vague)
    if one.expression and not one.clock and other.expression is None and _BEFORE_CLOCK.match(gap):
        return replace(other.parsed, expression=one.expression, ambiguous=vague)
    if isinstance(one.expression, DaysFromToday) and other.is_dated and _BEFORE_DAY.match(gap):
        return other.parsed
    if one.expression and other.is_dated and not one.is_dated and _THAT_IS.match(gap):
        clock = one.clock or other.clock
        exact = Precision.MINUTE if clock else Precision.DAY
        return ParsedDate(_named_by(one.expression, other.expression), exact, clock, other.parsed.ambiguous)
    return None


def _named_by(near: DateExpression, named: DateExpression | None) -> DateExpression | None:
    """The date in brackets decides; its weekday must be the one that was said."""
    if isinstance(near, NamedWeekday) and isinstance(named, CalendarDay) and named.weekday is None:
        return replace(named, weekday=near.weekday)
    return named
