"""England's working days: the bank holidays of gov.uk/bank-holidays by rule, and those that were moved or added.

Sources: Banking and Financial Dealings Act 1971, schedule 1, and the proclamations for the years in MOVED and EXTRA.
"""

from datetime import date, timedelta
from functools import lru_cache

SATURDAY = 5
DAY = timedelta(days=1)
MAY, AUGUST = 5, 8

# The day that a holiday of the rule went to: VE Day twice, and the Queen's jubilees.
MOVED = {
    date(1995, 5, 1): date(1995, 5, 8),
    date(2002, 5, 27): date(2002, 6, 4),
    date(2012, 5, 28): date(2012, 6, 4),
    date(2020, 5, 4): date(2020, 5, 8),
    date(2022, 5, 30): date(2022, 6, 2),
}
EXTRA = frozenset(
    {
        date(1999, 12, 31),  # the millennium
        date(2002, 6, 3),  # Golden Jubilee
        date(2011, 4, 29),  # a royal wedding
        date(2012, 6, 5),  # Diamond Jubilee
        date(2022, 6, 3),  # Platinum Jubilee
        date(2022, 9, 19),  # the Queen's funeral
        date(2023, 5, 8),  # the King's coronation
    }
)


@lru_cache(maxsize=256)
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England in `year`, as far as they are known today."""
    easter = _easter(year)
    ruled = {
        _monday_on_or_after(date(year, MAY, 1)),
        _monday_on_or_after(date(year, MAY, 25)),
        _monday_on_or_after(date(year, AUGUST, 25)),
        easter - 2 * DAY,
        easter + DAY,
    }
    moved = {MOVED.get(day, day) for day in ruled} | {day for day in EXTRA if day.year == year}
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        moved.add(_substitute(fixed, moved))
    return frozenset(moved)


def _monday_on_or_after(day: date) -> date:
    return day + -day.weekday() % 7 * DAY


def _substitute(day: date, taken: set[date]) -> date:
    """A holiday at a weekend is had on the next free weekday."""
    while day.weekday() >= SATURDAY or day in taken:
        day += DAY
    return day


def _easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian rule (Nature, 20 April 1876)."""
    golden, century, of_century = year % 19, year // 100, year % 100
    skipped, leap = divmod(century, 4)
    moon = (19 * golden + century - skipped - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    four, rest = divmod(of_century, 4)
    week = (32 + 2 * leap + 2 * four - moon - rest) % 7
    shift = moon + week - 7 * ((golden + 11 * moon + 22 * week) // 451) + 114
    return date(year, shift // 31, shift % 31 + 1)


def is_working_day(day: date) -> bool:
    """Whether practices and offices in England work on `day`."""
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year)


def last_working_day(day: date) -> date:
    """`day`, or the last working day before it: when to have done what is due by a Sunday."""
    while not is_working_day(day):
        day -= DAY
    return day


def first_working_day(day: date) -> date:
    """`day`, or the first working day after it."""
    while not is_working_day(day):
        day += DAY
    return day


def working_days_after(day: date, count: int) -> date:
    """The day that is `count` working days after `day`."""
    for _ in range(count):
        day = first_working_day(day + DAY)
    return day
