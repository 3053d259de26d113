"""Reading the moments by which somebody must act, or from which something holds, out of a text.

Libraries were tried and not taken: of 40 real phrases they read 19 to 23, and they guess years. When in doubt: none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import chain

from watcher.core.date_extraction.addressee import mentions_payment, read_actor
from watcher.core.date_extraction.context import counts_from_here, is_offset, is_range, kind_of, opens_window
from watcher.core.date_extraction.date_expressions import (
    DAY,
    DateExpression,
    DaysFromToday,
    Direction,
    Duration,
    RecurringDay,
    UnclearDate,
)
from watcher.core.date_extraction.phrases import PROGRAMME, TOOK_EFFECT
from watcher.core.date_extraction.tokens import DateMention, find_dates
from watcher.core.language.dates import FIRST_YEAR, LAST_YEAR, LONDON
from watcher.core.language.sentences import split_sentences
from watcher.model import Deadline, DeadlineKind, Precision, Published

MAX_DATES = 500  # a page with more is a calendar or an attack, and each costs a millisecond
_SPARK = re.compile(  # without one of these there is no time in a sentence, and most sentences have none
    r"\d|\b(?:\w*days?|weeks?|fortnight|months?|quarter|years?|hours?|tomorrow|tonight|midnight|noon|season|spring"
    r"|summer|autumn|winter|January|February|March|April|May|June|July|August|September|October|November|December)\b",
    re.IGNORECASE,
)
_STARTS = {DeadlineKind.EFFECTIVE, DeadlineKind.WINDOW_OPEN}
_ENDS = {DeadlineKind.DEADLINE, DeadlineKind.WINDOW_CLOSE}
_SIDES = {
    DeadlineKind.PAST: Direction.EITHER,
    DeadlineKind.WITHDRAWN: Direction.EITHER,
    DeadlineKind.EFFECTIVE: Direction.EITHER,
}
_LEFT, _RIGHT, _NEAR = 160, 120, 100  # how many characters around a time may speak of it
_LISTED = re.compile(r"^[^.;]{0,30}\band (?:on |by )?(?:the )?$")
_FROM = re.compile(r"^\s+(?:of|from|after|following|before|prior to)\s+(?:the\s+)?$", re.IGNORECASE)

Bounds = tuple[date, date] | None


def extract_deadlines(text: str, anchor: Published, *, picked: bool = False) -> tuple[Deadline, ...]:
    """The Deadlines of `text`, in its order, as somebody meant them who wrote it when `anchor` says.

    `picked`: somebody took these words out because they hold a Deadline, so that "is 31 March 2024" is enough.
    """
    known = _bounds(anchor)
    found = (_in_sentence(places, known) for places in _places(text, picked=picked))
    return tuple(dict.fromkeys(chain.from_iterable(found)))


def moment_of_deadline(deadline: Deadline) -> datetime | None:
    """The moment (UTC) at which it holds: a day that is a start at 00:00, any other day at 23:59, in London."""
    if deadline.at is None or isinstance(deadline.at, datetime):
        return deadline.at
    clock = time(0) if deadline.kind in _STARTS else time(23, 59)
    return datetime.combine(deadline.at, clock, LONDON).astimezone(UTC)


def _bounds(anchor: Published) -> Bounds:
    """The first and the last day on which the text may have been written."""
    day = anchor.day
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    if anchor.precision is Precision.MONTH:
        first = day.replace(day=1)
        return first, (first + 31 * DAY).replace(day=1) - DAY
    return day, day


@dataclass(frozen=True, slots=True)
class _DateInSentence:
    """A time with what stands around it."""

    sentence: str
    mention: DateMention
    picked: bool

    @property
    def left(self) -> str:
        return self.sentence[max(0, self.mention.start - _LEFT) : self.mention.start]

    @property
    def right(self) -> str:
        return self.sentence[self.mention.end : self.mention.end + _RIGHT]

    @property
    def words(self) -> str:
        return self.sentence[self.mention.start : self.mention.end]

    @property
    def near(self) -> str:
        return f"{self.left[-_NEAR:]}{self.words}{self.right[:_NEAR]}"

    @property
    def kind(self) -> DeadlineKind | None:
        if isinstance(self.mention.expression, UnclearDate) and not self.picked:
            return None
        kind = kind_of(self.left, self.right, self.near, picked=self.picked)
        if kind is DeadlineKind.EFFECTIVE and isinstance(self.mention.expression, RecurringDay):
            return DeadlineKind.DEADLINE  # what recurs is to be done each time
        return kind

    def until(self, other: "_DateInSentence") -> str:
        """What stands between this time and the next."""
        return self.sentence[self.mention.end : other.mention.start]


def _places(text: str, *, picked: bool) -> Iterator[Sequence[_DateInSentence]]:
    """The times of each sentence that has any."""
    more = MAX_DATES
    for sentence in filter(_SPARK.search, split_sentences(text)):
        found = find_dates(sentence)[:more]
        yield [_DateInSentence(sentence, when, picked) for when in found]
        more -= len(found)
        if not more:
            return


def _in_sentence(places: Sequence[_DateInSentence], known: Bounds) -> Iterator[Deadline]:
    before: _DateInSentence | None = None
    at = 0
    while at < len(places):
        place, other = places[at], places[at + 1] if at + 1 < len(places) else None
        if place.mention.is_distance:
            yield from _relative(place, other, known)
            at += bool(other and _is_base(place, other))
        elif other and not other.mention.is_distance and is_range(place.left, place.until(other)):
            yield from _window(place, other, known)
            at += 1
        else:
            yield from _single(place, before, known)
        before = place
        at += 1


def _single(place: _DateInSentence, before: _DateInSentence | None, known: Bounds) -> Iterator[Deadline]:
    kind = place.kind or (before.kind if before and _goes_on(before, place) else None)
    if kind is None:
        return
    side = Direction.BEHIND if TOOK_EFFECT.search(place.left) else _SIDES.get(kind, Direction.AHEAD)
    day = resolve_day(place.mention.expression, known, side)
    if kind is DeadlineKind.PAST and day and known and day >= known[1]:
        kind = DeadlineKind.DEADLINE  # "they had until 7 December", said before it
    elif kind in _ENDS and day and known and day < known[0]:
        kind = DeadlineKind.PAST
    yield _made(place, kind, day)


def _goes_on(before: _DateInSentence, place: _DateInSentence) -> bool:
    """Whether a time goes on with the one before it: `on Friday 10 April (Good Friday) and Monday 13 April`."""
    return place.mention.is_dated and before.mention.is_dated and bool(_LISTED.match(before.until(place)))


def _window(one: _DateInSentence, other: _DateInSentence, known: Bounds) -> Iterator[Deadline]:
    """Two ends of a window. The one without a year is found from the other: 14 December 2020 to 17 January."""
    if not one.picked and not (PROGRAMME.search(one.near) and opens_window(one.left)):
        return
    if one.mention.expression and one.mention.expression.fixed:
        first = resolve_day(one.mention.expression, known, Direction.EITHER)
        last = resolve_day(other.mention.expression, (first, first) if first else known, Direction.AHEAD)
    else:
        last = resolve_day(other.mention.expression, known, Direction.AHEAD)
        first = resolve_day(one.mention.expression, (last, last), Direction.BEHIND) if last else None
    yield _made(one, DeadlineKind.WINDOW_OPEN, first)
    yield _made(other, DeadlineKind.WINDOW_CLOSE, last)


def _relative(place: _DateInSentence, other: _DateInSentence | None, known: Bounds) -> Iterator[Deadline]:
    span = place.mention.expression
    assert isinstance(span, Duration)
    if span.unit == "year" and not place.picked:
        return  # prison terms, warranties, plans of governments
    if not is_offset(place.left, place.right, place.near, picked=place.picked):
        return
    base: DateExpression | None = DaysFromToday(0) if counts_from_here(place.right) else None
    if other and _is_base(place, other):
        if replace(other, picked=False).kind is DeadlineKind.PAST:
            yield from _single(other, None, known)
            return
        base = other.mention.expression if other.mention.is_dated else None
    before = place.right.lstrip().startswith(("before", "prior", "in advance"))
    day = resolve_day(replace(span, base=base, before=before), known, Direction.AHEAD)
    yield replace(_made(place, DeadlineKind.RELATIVE, day), offset=str(span), derived=base is not None)


def _is_base(place: _DateInSentence, other: _DateInSentence) -> bool:
    """Whether a distance is counted from the time that follows it: `28 days after 1 June`."""
    return not other.mention.is_distance and bool(_FROM.match(place.until(other)))


def resolve_day(reading: DateExpression | None, known: Bounds, side: Direction) -> date | None:
    """The day, if it is the same for every day on which the text may have been written."""
    if reading is None:
        return None
    if reading.fixed:
        return reading.on(date(FIRST_YEAR, 1, 1), side)
    if known is None:
        return None
    first, last = reading.on(known[0], side), reading.on(known[1], side)
    return first if first == last else None


def _made(place: _DateInSentence, kind: DeadlineKind, day: date | None) -> Deadline:
    spelt = place.mention.parsed
    moment = _moment(place.mention, kind, day) if day and spelt.clock else None
    exact = spelt.precision if moment or spelt.precision is not Precision.MINUTE else Precision.DAY
    return Deadline(
        kind=kind,
        at=moment or day,
        precision=exact if day else Precision.NONE,
        words=place.words,
        sentence=place.sentence,
        actor=read_actor(place.sentence),
        ambiguous=spelt.ambiguous or (moment is None and spelt.clock is not None),
        payment=mentions_payment(place.sentence),
        recurring=isinstance(place.mention.expression, RecurringDay),
    )


def _moment(when: DateMention, kind: DeadlineKind, day: date) -> datetime | None:
    """The moment in UTC; None for a time that a change of the clocks leaves out or shows twice."""
    assert when.clock
    ends = when.clock.whole and kind not in _STARTS
    local = datetime.combine(day, time(23, 59) if ends else time(when.clock.hour, when.clock.minute), LONDON)
    return None if local.utcoffset() != local.replace(fold=1).utcoffset() else local.astimezone(UTC)
