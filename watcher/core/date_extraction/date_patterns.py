"""How times are spelt, and the reading of each spelling. Who must do what by then is asked elsewhere (cues.py).

A sentence is short (sentences.py), so no pattern can be made to search for long.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from watcher.core.date_extraction.date_expressions import (
    CalendarDay,
    CalendarMonth,
    DateExpression,
    DayInMonth,
    DaysFromToday,
    Duration,
    NamedWeekday,
    PeriodEnd,
    RecurringDay,
    UnclearDate,
)
from watcher.core.language.dates import FIRST_YEAR, LAST_YEAR
from watcher.model import Precision

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MARCH, DECEMBER, NOON, LAST_HOUR, LAST_MINUTE = 3, 12, 12, 23, 59
CLOSE, OPENING = 17, 8  # five is the safe reading of "close of business": core hours go on until 18:30
_ONE_TO_TWELVE = "one two three four five six seven eight nine ten eleven twelve"
COUNTS = {name: number for number, name in enumerate(_ONE_TO_TWELVE.split(), 1)}
COUNTS |= {"a": 1, "an": 1, "fourteen": 14, "fifteen": 15, "twenty": 20, "twenty-one": 21, "twenty-eight": 28}
COUNTS |= {"thirty": 30, "forty": 40, "sixty": 60, "ninety": 90}


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day. `whole`: midnight, which ends a day or begins it."""

    hour: int
    minute: int
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """What a spelling says: a reading, or a clock alone; and whether it has a second reading."""

    expression: DateExpression | None
    precision: Precision = Precision.DAY
    clock: ClockTime | None = None
    ambiguous: bool = False


Found = re.Match[str]
Builder = Callable[[Found], ParsedDate | None]


def _month(name: str) -> int:
    return MONTHS.index(name[:3].lower()) + 1


def _day(found: Found) -> ParsedDate | None:
    part = found.groupdict()
    if part.get("month") and not part["month"][:1].isupper():
        return None  # "it may 5 times"
    month = int(part["number"]) if part.get("number") else _month(part["month"])
    year = part.get("year")
    known = int(year) + (2000 if len(year) == 2 else 0) if year else None  # noqa: PLR2004 - 30.09.20 is in 2020
    if not 1 <= month <= DECEMBER or (known and not FIRST_YEAR <= known <= LAST_YEAR):
        return None
    if part.get("every"):
        return ParsedDate(RecurringDay(int(part["day"]), month))
    weekday = WEEKDAYS.index(part["weekday"][:3].lower()) if part.get("weekday") else None
    return ParsedDate(CalendarDay(int(part["day"]), month, known, weekday), ambiguous=bool(part.get("week")))


def _first_of_two(found: Found) -> ParsedDate | None:
    """The "14" of "14-16 December" is a day of that month too."""
    return ParsedDate(CalendarDay(int(found["day"]), _month(found["month"]))) if found["month"][:1].isupper() else None


def _whole_month(found: Found) -> ParsedDate | None:
    if not found["month"][:1].isupper():
        return None
    return ParsedDate(
        CalendarMonth(_month(found["month"]), int(found["year"]) if found["year"] else None), Precision.MONTH
    )


def _edge_of_month(found: Found) -> ParsedDate:
    edge, year = found["edge"].lower(), int(found["year"]) if found["year"] else None
    first = edge in {"start", "beginning", "first day"}
    return ParsedDate(
        CalendarMonth(_month(found["month"]), year, first=first), ambiguous=edge in {"start", "beginning"}
    )


def _day_in_month(found: Found) -> ParsedDate:
    of = CalendarMonth(_month(found["month"]), int(found["year"]) if found["year"] else None)
    name = found["name"][:3].lower()
    weekday = WEEKDAYS.index(name) if name in WEEKDAYS else None
    return ParsedDate(DayInMonth(of, weekday, last=found["which"].lower() == "last"))


def _end(found: Found) -> ParsedDate:
    """The end of this week, the month, 2022, the financial year 2022/23."""
    period, ahead = found["period"].lower().removeprefix("calendar "), (found["which"] or "").lower() == "next"
    if period == "tax year":
        return ParsedDate(UnclearDate(), ambiguous=True)
    if not found["year"]:
        return ParsedDate(PeriodEnd(period, int(ahead)), ambiguous=period == "week")
    if found["second"]:
        return ParsedDate(CalendarMonth(MARCH, int(found["year"]) + 1))
    return ParsedDate(CalendarMonth(DECEMBER, int(found["year"])) if period == "year" else UnclearDate())


def _end_of_year(found: Found) -> ParsedDate:
    return ParsedDate(
        CalendarMonth(MARCH, int(found["year"]) + 1) if found["second"] else CalendarMonth(DECEMBER, int(found["year"]))
    )


def _month_end(found: Found) -> ParsedDate:
    return ParsedDate(PeriodEnd("month")) if found["period"].lower() == "month" else _unclear(found)


def _month_ahead(found: Found) -> ParsedDate:
    return ParsedDate(PeriodEnd("month", int(found["which"].lower() == "next")), Precision.MONTH)


def _near(found: Found) -> ParsedDate:
    return ParsedDate(DaysFromToday({"yesterday": -1, "tomorrow": 1}.get(found[0].lower(), 0)))


def _weekday(found: Found) -> ParsedDate:
    which = "week after" if found["week"] else (found["which"] or "").lower()
    return ParsedDate(NamedWeekday(WEEKDAYS.index(found["weekday"][:3].lower()), which))


def _each_month(found: Found) -> ParsedDate:
    return ParsedDate(RecurringDay(int(found["day"])))


def _span(found: Found) -> ParsedDate:
    if found["fortnight"]:
        return ParsedDate(Duration(2, "week"))
    count = found["count"].lower()
    working = (found["working"] or "").lower() in {"working", "business"}
    return ParsedDate(Duration(int(count) if count.isdecimal() else COUNTS[count], found["unit"].lower(), working))


def _unclear(_: Found) -> ParsedDate:
    return ParsedDate(UnclearDate(), Precision.MONTH, ambiguous=True)


def _at(hour: int, minute: int = 0, *, whole: bool = False, ambiguous: bool = False) -> ParsedDate:
    return ParsedDate(None, Precision.MINUTE, ClockTime(hour, minute, whole), ambiguous)


def _clock(found: Found) -> ParsedDate | None:
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "")[:1].lower()
    if (hour, minute) == (LAST_HOUR + 1, 0):
        return _at(LAST_HOUR, LAST_MINUTE)
    if hour > LAST_HOUR or minute > LAST_MINUTE or (half == "a" and hour > NOON) or (half and not hour):
        return None
    if half and hour <= NOON:  # "17.00pm" is five in the afternoon all the same
        hour = hour % NOON + (NOON if half == "p" else 0)
    return _at(hour, minute)


def _o_clock(found: Found) -> ParsedDate | None:
    hour = int(found["hour"])
    return _at(hour + (NOON if hour < OPENING else 0), ambiguous=True) if 1 <= hour <= NOON else None


def _midnight(_: Found) -> ParsedDate:
    return _at(0, whole=True, ambiguous=True)


def _noon(_: Found) -> ParsedDate:
    return _at(NOON)


def _close(_: Found) -> ParsedDate:
    return _at(CLOSE, ambiguous=True)


_LONG = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_SHORT = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
_M = rf"(?P<month>{_LONG}|{_SHORT})(?!\w)"
_NAMED = rf"(?P<month>{_LONG})(?!\w)"
_DAYS = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_W = rf"(?:(?P<weekday>{_DAYS}|Mon|Tues?|Weds?|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?,?\s+(?:the\s+)?)?"
_TH = r"(?:st|nd|rd|th)?"
_D = rf"(?<![\d.:/£$€])(?P<day>\d{{1,2}}){_TH}\b"
_Y = r"(?P<year>(?:19|20)\d\d)(?![\d/])"
_MAYBE_Y = rf"(?:,?[\s-]+{_Y})?"
_EVERY = r"(?P<every>\s*,?\s*(?:each|every) year\b|\s+annually\b)?"
_SLASH_YEAR = r"(?P<year>20\d\d)(?:\s*[/–-]\s*(?P<second>\d{2,4}))?"
_PERIOD = r"(?P<period>week|month|quarter|calendar year|financial year|tax year|year)"
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(sorted(COUNTS, key=len, reverse=True))})"
_HOURS = r"(?:\s?(?:hrs|hours|h)\b)?"
_NO_MORE = r"(?![\d%]|[.:]\d)"
_FREE = r"(?<![\d.:/£$€,])"

_SHAPES: tuple[tuple[str, Builder], ...] = (
    # 1 December 2020, Tuesday 1st of December, December 1, 01/12/2020, 2020-12-01, 28 February each year
    (rf"\b(?P<every>every year|each year|annually)\s+(?:by|on|before)\s+(?P<day>\d{{1,2}}){_TH}\s+{_M}", _day),
    (rf"(?P<week>\b(?:week (?:beginning|commencing|of)|w/c) )?\b{_W}{_D}[\s-]+(?:of\s+)?{_M}{_MAYBE_Y}{_EVERY}", _day),
    (
        (
            rf"\b{_W}{_M}\s+(?:the\s+)?(?P<day>\d{{1,2}}){_TH}"
            rf"(?![\d%]|[:.]\d|(?:\s|-)(?:per cent|years?\b|days?\b)){_MAYBE_Y}"
        ),
        _day,
    ),
    (r"(?<![\d/-])(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)(?!\d)", _day),
    (
        (
            rf"\b{_W}(?<![\d./-])(?P<day>\d\d?)(?P<dot>[./-])(?P<number>\d\d?)(?P=dot)"
            r"(?P<year>(?:19|20)\d\d|\d\d)(?!\d|[/.]\d)"
        ),
        _day,
    ),
    (rf"{_FREE}\b(?P<day>\d{{1,2}}){_TH}(?=\s?(?:-|–|—|to|and|until)\s?\d{{1,2}}{_TH}\s+{_M})", _first_of_two),
    (rf"\b(?:the )?(?P<day>\d{{1,2}}){_TH}(?<=[a-z]) (?:day )?of (?:the|each|every) month\b", _each_month),
    (r"\bday (?P<day>\d{1,2}) of (?:the|each|every) month\b", _each_month),
    # the end of March, the last working day of March, mid March
    (
        rf"\b(?:the\s+)?(?P<edge>end|close|last day|start|beginning|first day)(?:\s+of|-)\s*{_NAMED}(?:,?\s+{_Y})?",
        _edge_of_month,
    ),
    (rf"\b(?P<which>first|last) (?P<name>working day|{_DAYS}) (?:of|in) {_NAMED}(?:,?\s+{_Y})?", _day_in_month),
    (rf"\b(?:(?:early|mid|late|middle of)[\s-]+)?{_NAMED}(?:,?\s+{_Y})?(?!\s*\d)", _whole_month),
    # the end of the week, next month, the financial year 2022/23
    (
        rf"\b(?:the )?end of (?:the )?(?:(?P<which>this|next|current|coming) )?(?:{_SLASH_YEAR}\s*)?{_PERIOD}(?!\d)",
        _end,
    ),
    (rf"\b(?:the )?end of {_SLASH_YEAR}(?!\d)", _end_of_year),
    (r"\b(?P<period>month|year)[ -]end\b", _month_end),
    (r"\b(?P<which>this|next) month\b", _month_ahead),
    (r"\b(?:this|next) (?:week|quarter|year)\b", _unclear),
    (r"\b(?:the )?end of (?:the |this )?(?:[\w/]{1,20} )?(?:season|spring|summer|autumn|winter)\b", _unclear),
    (r"\b(?:the )?(?:spring|summer|autumn|winter)(?: (?:of )?20\d\d)?\b", _unclear),
    # today, next Friday
    (
        (
            r"\b(?:today|tonight|tomorrow|yesterday|this (?:morning|afternoon|evening)"
            r"|(?:the )?end of (?:the |this )?day)\b"
        ),
        _near,
    ),
    (
        (
            rf"\b(?:(?P<which>this|next|last)(?: coming)? |coming )?(?P<weekday>{_DAYS})\b"
            r"(?P<week> (?:of )?next week\b)?"
        ),
        _weekday,
    ),
    # ten working days, a fortnight
    (
        (
            rf"\b(?:(?:a |the |one )?(?P<fortnight>fortnight)|{_COUNT}"
            r"(?:[\s-]+(?P<working>working|business|calendar|clear))?[\s-]+(?P<unit>hour|day|week|month|year)(?:s?['’]|s)?)(?![\w'’])"
        ),
        _span,
    ),
    # 5pm, 23.59, 1700, noon
    (rf"{_FREE}(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap]\.?m\b\.?)(?: noon| midday)?", _clock),
    (rf"{_FREE}(?P<hour>\d{{1,2}})(?P<half>)[:.](?P<minute>\d\d){_HOURS}(?: noon| midday)?{_NO_MORE}", _clock),
    (rf"{_FREE}(?P<hour>[01]\d|2[0-4])(?P<half>)(?P<minute>[0-5]\d){_HOURS}(?![\d%]|[.,:/]\d)", _clock),
    (r"\b(?P<hour>\d{1,2}) o['’]clock\b", _o_clock),
    (r"\b(?:12 )?midnight\b", _midnight),
    (r"\b(?:12 )?(?:midday|noon)\b", _noon),
    (r"\b(?:the )?(?:close of (?:business|play)|cob|cop|end of (?:the |that )?(?:working|business) day)\b", _close),
)
SHAPES = tuple((re.compile(shape, re.IGNORECASE | re.ASCII), build) for shape, build in _SHAPES)
