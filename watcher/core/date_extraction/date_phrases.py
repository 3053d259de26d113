"""How dates and times are spelt, and the ParsedDate of each spelling. context.py says what happens on them.

Sentences are short (language/sentences.py), so no pattern can be made to search for long.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from watcher.core.date_extraction.day_resolution import (
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
from watcher.core.language.calendar_words import MONTHS, WEEKDAYS, month_number, weekday_number
from watcher.core.language.dates import FIRST_YEAR, LAST_YEAR
from watcher.core.language.lazy_regex import lazy_regex
from watcher.model import Precision

MARCH, DECEMBER, NOON, LAST_HOUR, LAST_MINUTE = 3, 12, 12, 23, 59
CLOSE, OPENING = 17, 8  # five is the safe reading of "close of business": core hours go on until 18:30
_ONE_TO_TWELVE = "one two three four five six seven eight nine ten eleven twelve"
COUNTS = {name: number for number, name in enumerate(_ONE_TO_TWELVE.split(), 1)}
COUNTS |= {"a": 1, "an": 1, "fourteen": 14, "fifteen": 15, "twenty": 20, "twenty-one": 21, "twenty-eight": 28}
COUNTS |= {"thirty": 30, "forty": 40, "sixty": 60, "ninety": 90}


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day. `whole`: midnight, which either ends a day or begins it."""

    hour: int
    minute: int
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """The date that a spelling expresses, or a time of day alone (`expression` None).

    `ambiguous`: the spelling has a second meaning.
    """

    expression: DateExpression | None
    precision: Precision = Precision.DAY
    clock: ClockTime | None = None
    ambiguous: bool = False


Builder = Callable[[re.Match[str]], ParsedDate | None]


def _read_year(match: re.Match[str]) -> int | None:
    return int(match["year"]) if match["year"] else None


def _read_day(match: re.Match[str]) -> ParsedDate | None:
    groups = match.groupdict()
    if groups.get("month") and not groups["month"][:1].isupper():
        return None  # "it may 5 times"
    month = int(groups["number"]) if groups.get("number") else month_number(groups["month"])
    year = groups.get("year")
    full_year = int(year) + (2000 if len(year) == 2 else 0) if year else None  # noqa: PLR2004 - 30.09.20 is in 2020
    if not 1 <= month <= DECEMBER or (full_year and not FIRST_YEAR <= full_year <= LAST_YEAR):
        return None
    if groups.get("every"):
        return ParsedDate(RecurringDay(int(groups["day"]), month))
    weekday = weekday_number(groups["weekday"]) if groups.get("weekday") else None
    return ParsedDate(CalendarDay(int(groups["day"]), month, full_year, weekday), ambiguous=bool(groups.get("week")))


def _read_first_day(match: re.Match[str]) -> ParsedDate | None:
    """The "14" of "14-16 December" is a day of that month too."""
    if not match["month"][:1].isupper():
        return None
    return ParsedDate(CalendarDay(int(match["day"]), month_number(match["month"])))


def _read_whole_month(match: re.Match[str]) -> ParsedDate | None:
    if not match["month"][:1].isupper():
        return None
    return ParsedDate(CalendarMonth(month_number(match["month"]), _read_year(match)), Precision.MONTH)


def _read_edge_of_month(match: re.Match[str]) -> ParsedDate:
    edge = match["edge"].lower()
    first = edge in {"start", "beginning", "first day"}
    month = CalendarMonth(month_number(match["month"]), _read_year(match), first=first)
    return ParsedDate(month, ambiguous=edge in {"start", "beginning"})


def _read_day_in_month(match: re.Match[str]) -> ParsedDate:
    month = CalendarMonth(month_number(match["month"]), _read_year(match))
    name = match["name"].lower()
    weekday = weekday_number(name) if name in WEEKDAYS else None
    return ParsedDate(DayInMonth(month, weekday, last=match["which"].lower() == "last"))


def _read_period_end(match: re.Match[str]) -> ParsedDate:
    """The end of this week, the month, 2022, the financial year 2022/23."""
    period, ahead = match["period"].lower().removeprefix("calendar "), (match["which"] or "").lower() == "next"
    if period == "tax year":
        return ParsedDate(UnclearDate(), ambiguous=True)
    if not match["year"]:
        return ParsedDate(PeriodEnd(period, int(ahead)), ambiguous=period == "week")
    if match["second"]:
        return ParsedDate(CalendarMonth(MARCH, int(match["year"]) + 1))
    return ParsedDate(CalendarMonth(DECEMBER, int(match["year"])) if period == "year" else UnclearDate())


def _read_end_of_year(match: re.Match[str]) -> ParsedDate:
    return ParsedDate(
        CalendarMonth(MARCH, int(match["year"]) + 1) if match["second"] else CalendarMonth(DECEMBER, int(match["year"]))
    )


def _read_month_end(match: re.Match[str]) -> ParsedDate:
    return ParsedDate(PeriodEnd("month")) if match["period"].lower() == "month" else _read_unclear(match)


def _read_month_ahead(match: re.Match[str]) -> ParsedDate:
    return ParsedDate(PeriodEnd("month", int(match["which"].lower() == "next")), Precision.MONTH)


def _read_near_day(match: re.Match[str]) -> ParsedDate:
    return ParsedDate(DaysFromToday({"yesterday": -1, "tomorrow": 1}.get(match[0].lower(), 0)))


def _read_weekday(match: re.Match[str]) -> ParsedDate:
    which = "week after" if match["week"] else (match["which"] or "").lower()
    return ParsedDate(NamedWeekday(weekday_number(match["weekday"]), which))


def _read_monthly_day(match: re.Match[str]) -> ParsedDate:
    return ParsedDate(RecurringDay(int(match["day"])))


def _read_duration(match: re.Match[str]) -> ParsedDate:
    if match["fortnight"]:
        return ParsedDate(Duration(2, "week"))
    count = match["count"].lower()
    working = (match["working"] or "").lower() in {"working", "business"}
    return ParsedDate(Duration(int(count) if count.isdecimal() else COUNTS[count], match["unit"].lower(), working))


def _read_unclear(_: re.Match[str]) -> ParsedDate:
    return ParsedDate(UnclearDate(), Precision.MONTH, ambiguous=True)


def _build_clock(hour: int, minute: int = 0, *, whole: bool = False, ambiguous: bool = False) -> ParsedDate:
    return ParsedDate(None, Precision.MINUTE, ClockTime(hour, minute, whole), ambiguous)


def _read_clock(match: re.Match[str]) -> ParsedDate | None:
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "")[:1].lower()
    if (hour, minute) == (LAST_HOUR + 1, 0):
        return _build_clock(LAST_HOUR, LAST_MINUTE)
    if hour > LAST_HOUR or minute > LAST_MINUTE or (half == "a" and hour > NOON) or (half and not hour):
        return None
    if half and hour <= NOON:  # "17.00pm" is five in the afternoon all the same
        hour = hour % NOON + (NOON if half == "p" else 0)
    return _build_clock(hour, minute)


def _read_o_clock(match: re.Match[str]) -> ParsedDate | None:
    hour = int(match["hour"])
    return _build_clock(hour + (NOON if hour < OPENING else 0), ambiguous=True) if 1 <= hour <= NOON else None


def _read_midnight(_: re.Match[str]) -> ParsedDate:
    return _build_clock(0, whole=True, ambiguous=True)


def _read_noon(_: re.Match[str]) -> ParsedDate:
    return _build_clock(NOON)


def _read_close(_: re.Match[str]) -> ParsedDate:
    return _build_clock(CLOSE, ambiguous=True)


_FULL_MONTHS = rf"(?:{'|'.join(MONTHS)})"
_SHORT_MONTHS = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
_MONTH = rf"(?P<month>{_FULL_MONTHS}|{_SHORT_MONTHS})(?!\w)"
_FULL_MONTH = rf"(?P<month>{_FULL_MONTHS})(?!\w)"
_WEEKDAYS = rf"(?:{'|'.join(WEEKDAYS)})"
_WEEKDAY = rf"(?:(?P<weekday>{_WEEKDAYS}|Mon|Tues?|Weds?|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?,?\s+(?:the\s+)?)?"
_TH = r"(?:st|nd|rd|th)?"
_DAY = rf"(?<![\d.:/£$€])(?P<day>\d{{1,2}}){_TH}\b"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?![\d/])"
_MAYBE_YEAR = rf"(?:,?[\s-]+{_YEAR})?"
_THEN_YEAR = rf"(?:,?\s+{_YEAR})?"
_YEARLY = r"(?P<every>\s*,?\s*(?:each|every) year\b|\s+annually\b)?"
_SLASH_YEAR = r"(?P<year>20\d\d)(?:\s*[/–-]\s*(?P<second>\d{2,4}))?"
_PERIOD = r"(?P<period>week|month|quarter|calendar year|financial year|tax year|year)"
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(sorted(COUNTS, key=len, reverse=True))})"
_HOURS = r"(?:\s?(?:hrs|hours|h)\b)?"
_END = r"(?![\d%]|[.:]\d)"  # of a number
_START = r"(?<![\d.:/£$€,])"

_PATTERNS: tuple[tuple[str, Builder], ...] = (
    # 1 December 2020, Tuesday 1st of December, December 1, 01/12/2020, 2020-12-01, 28 February each year
    (rf"\b(?P<every>every year|each year|annually)\s+(?:by|on|before)\s+(?P<day>\d{{1,2}}){_TH}\s+{_MONTH}", _read_day),
    (
        (
            r"(?P<week>\b(?:week (?:beginning|commencing|of)|w/c) )?"
            rf"\b{_WEEKDAY}{_DAY}[\s-]+(?:of\s+)?{_MONTH}{_MAYBE_YEAR}{_YEARLY}"
        ),
        _read_day,
    ),
    (
        (
            rf"\b{_WEEKDAY}{_MONTH}\s+(?:the\s+)?(?P<day>\d{{1,2}}){_TH}"
            rf"(?![\d%]|[:.]\d|(?:\s|-)(?:per cent|years?\b|days?\b)){_MAYBE_YEAR}"
        ),
        _read_day,
    ),
    (r"(?<![\d/-])(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)(?!\d)", _read_day),
    (
        (
            rf"\b{_WEEKDAY}(?<![\d./-])(?P<day>\d\d?)(?P<dot>[./-])(?P<number>\d\d?)(?P=dot)"
            r"(?P<year>(?:19|20)\d\d|\d\d)(?!\d|[/.]\d)"
        ),
        _read_day,
    ),
    (rf"{_START}\b(?P<day>\d{{1,2}}){_TH}(?=\s?(?:-|–|—|to|and|until)\s?\d{{1,2}}{_TH}\s+{_MONTH})", _read_first_day),
    (rf"\b(?:the )?(?P<day>\d{{1,2}}){_TH}(?<=[a-z]) (?:day )?of (?:the|each|every) month\b", _read_monthly_day),
    (r"\bday (?P<day>\d{1,2}) of (?:the|each|every) month\b", _read_monthly_day),
    # the end of March, the last working day of March, mid March
    (
        rf"\b(?:the\s+)?(?P<edge>end|close|last day|start|beginning|first day)(?:\s+of|-)\s*{_FULL_MONTH}{_THEN_YEAR}",
        _read_edge_of_month,
    ),
    (
        rf"\b(?P<which>first|last) (?P<name>working day|{_WEEKDAYS}) (?:of|in) {_FULL_MONTH}{_THEN_YEAR}",
        _read_day_in_month,
    ),
    (rf"\b(?:(?:early|mid|late|middle of)[\s-]+)?{_FULL_MONTH}{_THEN_YEAR}(?!\s*\d)", _read_whole_month),
    # the end of the week, next month, the financial year 2022/23
    (
        rf"\b(?:the )?end of (?:the )?(?:(?P<which>this|next|current|coming) )?(?:{_SLASH_YEAR}\s*)?{_PERIOD}(?!\d)",
        _read_period_end,
    ),
    (rf"\b(?:the )?end of {_SLASH_YEAR}(?!\d)", _read_end_of_year),
    (r"\b(?P<period>month|year)[ -]end\b", _read_month_end),
    (r"\b(?P<which>this|next) month\b", _read_month_ahead),
    (r"\b(?:this|next) (?:week|quarter|year)\b", _read_unclear),
    (r"\b(?:the )?end of (?:the |this )?(?:[\w/]{1,20} )?(?:season|spring|summer|autumn|winter)\b", _read_unclear),
    (r"\b(?:the )?(?:spring|summer|autumn|winter)(?: (?:of )?20\d\d)?\b", _read_unclear),
    # today, next Friday
    (
        (
            r"\b(?:today|tonight|tomorrow|yesterday|this (?:morning|afternoon|evening)"
            r"|(?:the )?end of (?:the |this )?day)\b"
        ),
        _read_near_day,
    ),
    (
        (
            rf"\b(?:(?P<which>this|next|last)(?: coming)? |coming )?(?P<weekday>{_WEEKDAYS})\b"
            r"(?P<week> (?:of )?next week\b)?"
        ),
        _read_weekday,
    ),
    # ten working days, a fortnight
    (
        (
            rf"\b(?:(?:a |the |one )?(?P<fortnight>fortnight)|{_COUNT}"
            r"(?:[\s-]+(?P<working>working|business|calendar|clear))?"
            r"[\s-]+(?P<unit>hour|day|week|month|year)(?:s?['’]|s)?)(?![\w'’])"
        ),
        _read_duration,
    ),
    # 5pm, 23.59, 1700, noon
    (rf"{_START}(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap]\.?m\b\.?)(?: noon| midday)?", _read_clock),
    (rf"{_START}(?P<hour>\d{{1,2}})(?P<half>)[:.](?P<minute>\d\d){_HOURS}(?: noon| midday)?{_END}", _read_clock),
    (rf"{_START}(?P<hour>[01]\d|2[0-4])(?P<half>)(?P<minute>[0-5]\d){_HOURS}(?![\d%]|[.,:/]\d)", _read_clock),
    (r"\b(?P<hour>\d{1,2}) o['’]clock\b", _read_o_clock),
    (r"\b(?:12 )?midnight\b", _read_midnight),
    (r"\b(?:12 )?(?:midday|noon)\b", _read_noon),
    (
        r"\b(?:the )?(?:close of (?:business|play)|cob|cop|end of (?:the |that )?(?:working|business) day)\b",
        _read_close,
    ),
)
SHAPES = tuple((lazy_regex(text, re.IGNORECASE | re.ASCII), build) for text, build in _PATTERNS)
