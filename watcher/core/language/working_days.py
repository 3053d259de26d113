"""England's working days, with the bank holidays of the package `holidays` (gov.uk/bank-holidays).

A new royal holiday comes with an update of that package. It was compared with the rules of the Banking and Financial
Dealings Act 1971 and the proclamations since: identical on weekdays for 1990 to 2035.
"""

from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

SATURDAY = 5
DAY = timedelta(days=1)


@lru_cache(maxsize=256)
def bank_holidays(year: int) -> frozenset[date]:
    """The weekdays of `year` that are bank holidays in England, as far as they are known today."""
    days = country_holidays("GB", subdiv="ENG", years=year)
    return frozenset(day for day in days if day.weekday() < SATURDAY)


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
