"""Deadlines out of prose: the moments by which somebody must act, or from which something holds.

Libraries were tried and not taken: of 40 real phrases they read 19 to 23, and they guess years. When in doubt: none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import chain

from watcher.core.audience.actors import read_actor
from watcher.core.date_extraction.action_words import PROGRAMME, TOOK_EFFECT
from watcher.core.date_extraction.context import (
    counts_from_here,
    is_offset,
    is_range,
    kind_of,
    mentions_payment,
    opens_window,
)
from watcher.core.date_extraction.day_resolution import (
    DAY,
    DateExpression,
    DaysFromToday,
    Direction,
    Duration,
    RecurringDay,
    UnclearDate,
)
from watcher.core.date_extraction.tokens import DateMention, find_dates
from watcher.core.language.dates import FIRST_YEAR, LAST_YEAR, LONDON
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.sentences import split_searchable
from watcher.model import Deadline, DeadlineKind, Precision, Published

MAX_DATES = 500  # in one text; a page with more is a calendar or an attack, and each costs a millisecond
_DATE_HINT = lazy_regex(  # without one of these there is no date in a sentence, and most sentences have none
    r"\d|\b(?:\w*days?|weeks?|fortnight|months?|quarter|years?|hours?|tomorrow|tonight|midnight|noon|season|spring"
    r"|summer|autumn|winter|January|February|March|April|May|June|July|August|September|October|November|December)\b",
    re.IGNORECASE,
)
_STARTS = {DeadlineKind.EFFECTIVE, DeadlineKind.WINDOW_OPEN}
_ENDS = {DeadlineKind.DEADLINE, DeadlineKind.WINDOW_CLOSE}
_DIRECTIONS = {
    DeadlineKind.PAST: Direction.EITHER,
    DeadlineKind.WITHDRAWN: Direction.EITHER,
    DeadlineKind.EFFECTIVE: Direction.EITHER,
}
_MAX_LEFT_CHARACTERS, _MAX_RIGHT_CHARACTERS, _MAX_NEAR_CHARACTERS = 160, 120, 100  # around a date, to speak of it
_SAME_LIST = lazy_regex(r"^[^.;]{0,30}\band (?:on |by )?(?:the )?$")
_COUNTED_FROM = lazy_regex(r"^\s+(?:of|from|after|following|before|prior to)\s+(?:the\s+)?$", re.IGNORECASE)

Bounds = tuple[date, date] | None


def extract_deadlines(text: str, anchor: Published, *, picked: bool = False) -> tuple[Deadline, ...]:
    """The Deadlines of `text`, each once and in its order, as meant by somebody who wrote it when `anchor` says.

    `picked`: somebody took these words out because they hold a Deadline, so that "is 31 March 2024" is enough.
    """
    bounds = _find_bounds(anchor)
    by_sentence = (_read_sentence(candidates, bounds) for candidates in _find_candidates(text, picked=picked))
    return tuple(dict.fromkeys(chain.from_iterable(by_sentence)))


def moment_of_deadline(deadline: Deadline) -> datetime | None:
    """The moment (UTC) at which it falls: a day that is a start at 00:00, any other day at 23:59, London time."""
    if deadline.at is None or isinstance(deadline.at, datetime):
        return deadline.at
    clock = time(0) if deadline.kind in _STARTS else time(23, 59)
    return datetime.combine(deadline.at, clock, LONDON).astimezone(UTC)


def _find_bounds(anchor: Published) -> Bounds:
    """The first and the last London day on which the text may have been written; None when it is undated."""
    day = anchor.day
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    if anchor.precision is Precision.MONTH:
        first = day.replace(day=1)
        return first, (first + 31 * DAY).replace(day=1) - DAY
    return day, day


@dataclass(frozen=True, slots=True)
class _DateInSentence:
    """A date mention with the words around it: a candidate for a Deadline. `picked`: as in extract_deadlines."""

    sentence: str
    mention: DateMention
    picked: bool

    @property
    def left(self) -> str:
        return self.sentence[max(0, self.mention.start - _MAX_LEFT_CHARACTERS) : self.mention.start]

    @property
    def right(self) -> str:
        return self.sentence[self.mention.end : self.mention.end + _MAX_RIGHT_CHARACTERS]

    @property
    def words(self) -> str:
        return self.sentence[self.mention.start : self.mention.end]

    @property
    def near(self) -> str:
        return f"{self.left[-_MAX_NEAR_CHARACTERS:]}{self.words}{self.right[:_MAX_NEAR_CHARACTERS]}"

    @property
    def kind(self) -> DeadlineKind | None:
        if isinstance(self.mention.expression, UnclearDate) and not self.picked:
            return None
        kind = kind_of(self.left, self.right, self.near, picked=self.picked)
        if kind is DeadlineKind.EFFECTIVE and isinstance(self.mention.expression, RecurringDay):
            return DeadlineKind.DEADLINE  # what recurs must be done each time
        return kind

    def text_until(self, following: "_DateInSentence") -> str:
        """The text between this date and a `following` one of the same sentence."""
        return self.sentence[self.mention.end : following.mention.start]


def _find_candidates(text: str, *, picked: bool) -> Iterator[Sequence[_DateInSentence]]:
    """The dates and durations of each sentence that has any, at most MAX_DATES in all."""
    remaining = MAX_DATES
    for sentence in filter(_DATE_HINT.search, split_searchable(text)):
        mentions = find_dates(sentence)[:remaining]
        yield [_DateInSentence(sentence, mention, picked) for mention in mentions]
        remaining -= len(mentions)
        if not remaining:
            return


def _read_sentence(candidates: Sequence[_DateInSentence], bounds: Bounds) -> Iterator[Deadline]:
    previous: _DateInSentence | None = None
    index = 0
    while index < len(candidates):
        current, following = candidates[index], candidates[index + 1] if index + 1 < len(candidates) else None
        if current.mention.is_distance:
            yield from _read_relative(current, following, bounds)
            index += bool(following and _is_base(current, following))
        elif following and not following.mention.is_distance and is_range(current.left, current.text_until(following)):
            yield from _read_window(current, following, bounds)
            index += 1
        else:
            yield from _read_single(current, previous, bounds)
        previous = current
        index += 1


def _read_single(current: _DateInSentence, previous: _DateInSentence | None, bounds: Bounds) -> Iterator[Deadline]:
    kind = current.kind or (previous.kind if previous and _is_in_same_list(previous, current) else None)
    if kind is None:
        return
    direction = Direction.BEHIND if TOOK_EFFECT.search(current.left) else _DIRECTIONS.get(kind, Direction.AHEAD)
    day = resolve_day(current.mention.expression, bounds, direction)
    if kind is DeadlineKind.PAST and day and bounds and day >= bounds[1]:
        kind = DeadlineKind.DEADLINE  # "they had until 7 December", written before it
    elif kind in _ENDS and day and bounds and day < bounds[0]:
        kind = DeadlineKind.PAST
    yield _build_deadline(current, kind, day)


def _is_in_same_list(previous: _DateInSentence, current: _DateInSentence) -> bool:
    """Whether two dates stand in one list: "on Friday 10 April (Good Friday) and Monday 13 April"."""
    both_dated = current.mention.is_dated and previous.mention.is_dated
    return both_dated and bool(_SAME_LIST.match(previous.text_until(current)))


def _read_window(opening: _DateInSentence, closing: _DateInSentence, bounds: Bounds) -> Iterator[Deadline]:
    """The two ends of a window. An end without a year is counted from the other: 14 December 2020 to 17 January."""
    if not opening.picked and not (PROGRAMME.search(opening.near) and opens_window(opening.left)):
        return
    if opening.mention.expression and opening.mention.expression.fixed:
        first = resolve_day(opening.mention.expression, bounds, Direction.EITHER)
        last = resolve_day(closing.mention.expression, (first, first) if first else bounds, Direction.AHEAD)
    else:
        last = resolve_day(closing.mention.expression, bounds, Direction.AHEAD)
        first = resolve_day(opening.mention.expression, (last, last), Direction.BEHIND) if last else None
    is_over = bool(last and bounds and last < bounds[0])
    yield _build_deadline(opening, DeadlineKind.PAST if is_over else DeadlineKind.WINDOW_OPEN, first)
    yield _build_deadline(closing, DeadlineKind.PAST if is_over else DeadlineKind.WINDOW_CLOSE, last)


def _read_relative(current: _DateInSentence, following: _DateInSentence | None, bounds: Bounds) -> Iterator[Deadline]:
    duration = current.mention.expression
    assert isinstance(duration, Duration)
    if duration.unit == "year" and not current.picked:
        return  # prison terms, warranties, plans of governments
    if not is_offset(current.left, current.right, current.near, picked=current.picked):
        return
    base: DateExpression | None = DaysFromToday(0) if counts_from_here(current.right) else None
    if following and _is_base(current, following):
        if replace(following, picked=False).kind is DeadlineKind.PAST:
            yield from _read_single(following, None, bounds)
            return
        base = following.mention.expression if following.mention.is_dated else None
    before = current.right.lstrip().startswith(("before", "prior", "in advance"))
    day = resolve_day(replace(duration, base=base, before=before), bounds, Direction.AHEAD)
    deadline = _build_deadline(current, DeadlineKind.RELATIVE, day)
    yield replace(deadline, offset=str(duration), derived=base is not None)


def _is_base(current: _DateInSentence, following: _DateInSentence) -> bool:
    """Whether a duration is counted from the date that follows it: "28 days after 1 June"."""
    return not following.mention.is_distance and bool(_COUNTED_FROM.match(current.text_until(following)))


def resolve_day(expression: DateExpression | None, bounds: Bounds, direction: Direction) -> date | None:
    """The day, if it is the same for the first and the last day on which the text may have been written; else None."""
    if expression is None:
        return None
    if expression.fixed:
        return expression.on(date(FIRST_YEAR, 1, 1), direction)
    if bounds is None:
        return None
    first, last = expression.on(bounds[0], direction), expression.on(bounds[1], direction)
    return first if first == last else None


def _build_deadline(candidate: _DateInSentence, kind: DeadlineKind, day: date | None) -> Deadline:
    parsed = candidate.mention.parsed
    moment = _find_moment(candidate.mention, kind, day) if day and parsed.clock else None
    precision = parsed.precision if moment or parsed.precision is not Precision.MINUTE else Precision.DAY
    return Deadline(
        kind=kind,
        at=moment or day,
        precision=precision if day else Precision.NONE,
        words=candidate.words,
        sentence=candidate.sentence,
        actor=read_actor(candidate.sentence, candidate.left),
        ambiguous=parsed.ambiguous or (moment is None and parsed.clock is not None),
        payment=mentions_payment(candidate.sentence),
        recurring=isinstance(candidate.mention.expression, RecurringDay),
    )


def _find_moment(mention: DateMention, kind: DeadlineKind, day: date) -> datetime | None:
    """The moment in UTC; None for a time that a change of the clocks skips or repeats."""
    assert mention.clock
    ends = mention.clock.whole and kind not in _STARTS
    local = datetime.combine(day, time(23, 59) if ends else time(mention.clock.hour, mention.clock.minute), LONDON)
    return None if local.utcoffset() != local.replace(fold=1).utcoffset() else local.astimezone(UTC)
