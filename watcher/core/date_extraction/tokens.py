"""The dates of a sentence in their order: spellings found, overlaps settled, days and times of day put together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from watcher.core.date_extraction.date_phrases import SHAPES, ClockTime, ParsedDate
from watcher.core.date_extraction.day_resolution import (
    CalendarDay,
    DateExpression,
    DaysFromToday,
    Duration,
    NamedWeekday,
)
from watcher.core.language.lazy_regex import lazy_regex
from watcher.model import Precision

_MAX_GAP_CHARACTERS = 20  # " at the end of the "


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date or time as spelt, and where it stands in its sentence: characters `start` to `end`."""

    start: int
    end: int
    parsed: ParsedDate

    @property
    def expression(self) -> DateExpression | None:
        """The day that is meant; None for a time of day alone."""
        return self.parsed.expression

    @property
    def clock(self) -> ClockTime | None:
        """The time of day; None when none is spelt."""
        return self.parsed.clock

    @property
    def is_dated(self) -> bool:
        """Whether it names a day of a month, which decides over "next Monday"."""
        return isinstance(self.parsed.expression, CalendarDay)

    @property
    def is_distance(self) -> bool:
        """Whether it is a duration ("ten days") and not a date."""
        return isinstance(self.parsed.expression, Duration)


def find_dates(sentence: str) -> Sequence[DateMention]:
    """The dates and durations of a sentence, in order; times of day only with their day.

    Where two spellings overlap, the one that begins first counts, then the longer.
    """
    kept: list[DateMention] = []
    for mention in sorted(_find_spellings(sentence), key=lambda mention: (mention.start, -mention.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return _join_mentions(sentence, kept)


def _find_spellings(sentence: str) -> Iterator[DateMention]:
    for shape, build in SHAPES:
        for match in shape.finditer(sentence):
            parsed = build(match)
            if parsed:
                yield DateMention(*match.span(), parsed)


def _join_mentions(sentence: str, mentions: Sequence[DateMention]) -> list[DateMention]:
    """The mentions with neighbours that spell one date made one. A time of day without a day is left out."""
    joined: list[DateMention] = []
    for mention in mentions:
        both = _join_pair(sentence, joined[-1], mention) if joined else None
        if both:
            joined[-1] = both
        else:
            joined.append(mention)
    return [mention for mention in joined if mention.expression]


_BEFORE_DAY = lazy_regex(r"^[\s,]*(?:on|of|at the end of|the end of|\()?\s*(?:the\s+)?$", re.IGNORECASE)
_BEFORE_CLOCK = lazy_regex(r"^[\s,]*(?:at|by|before|no later than|until|from|\(|-|–|@)?\s*$", re.IGNORECASE)
_THAT_IS = lazy_regex(r"^\s*(?:\(|,|-|–)\s*(?:that is,?\s*|i\.e\.,?\s*)?$", re.IGNORECASE)
_FOUR_DIGITS = lazy_regex(r"^\d{4}$")


def _join_pair(sentence: str, first: DateMention, second: DateMention) -> DateMention | None:
    """Two spellings of one date as one ("5pm on Friday", "next Monday (14 June)"); None where they are two dates."""
    gap = sentence[first.end : second.start]
    if len(gap) > _MAX_GAP_CHARACTERS or first.is_distance or second.is_distance:
        return None
    parsed = _merge_parsed(first, second, gap)
    if parsed is None or (_FOUR_DIGITS.match(sentence[second.start : second.end]) and not gap.strip()):
        return None  # "4 June 1930" is a year
    closes = "(" in gap and sentence[second.end : second.end + 1] == ")"
    return DateMention(first.start, second.end + closes, parsed)


def _merge_parsed(first: DateMention, second: DateMention, gap: str) -> ParsedDate | None:
    ambiguous = first.parsed.ambiguous or second.parsed.ambiguous
    if first.expression is None and second.expression and not second.clock and _BEFORE_DAY.match(gap):
        return replace(first.parsed, expression=second.expression, ambiguous=ambiguous)
    if first.expression and not first.clock and second.expression is None and _BEFORE_CLOCK.match(gap):
        return replace(second.parsed, expression=first.expression, ambiguous=ambiguous)
    if isinstance(first.expression, DaysFromToday) and second.is_dated and _BEFORE_DAY.match(gap):
        return second.parsed
    if first.expression and second.is_dated and not first.is_dated and _THAT_IS.match(gap):
        clock = first.clock or second.clock
        precision = Precision.MINUTE if clock else Precision.DAY
        expression = _require_weekday(second.expression, first.expression)
        return ParsedDate(expression, precision, clock, second.parsed.ambiguous)
    return None


def _require_weekday(date: DateExpression | None, relative: DateExpression) -> DateExpression | None:
    """The date in brackets, which decides. Where `relative` names a weekday, the date must fall on it."""
    if isinstance(relative, NamedWeekday) and isinstance(date, CalendarDay) and date.weekday is None:
        return replace(date, weekday=relative.weekday)
    return date
