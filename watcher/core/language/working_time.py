"""England's working days, and the core hours of general practice on them.

Bank holidays are those of the package `holidays` (gov.uk/bank-holidays): a new one comes by an update of it.
It was compared with the rules of the Banking and Financial Dealings Act 1971 and the proclamations since: identical on
weekdays for 1990 to 2040. Core hours are 08:00 to 18:30, Monday to Friday, without bank holidays (the GMS regulations
2015, regulation 3). No day on which clocks change is a working day, so a working hour is always an hour.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from watcher.core.language.dates import LONDON, london_time

SATURDAY = 5
DAY = timedelta(days=1)
DAY_BEGINS, DAY_ENDS = time(8), time(18, 30)
NO_TIME = timedelta()


@lru_cache(maxsize=256)
def bank_holidays(year: int) -> frozenset[date]:
    """The weekdays of `year` that are bank holidays in England, as far as they are known today."""
    from holidays import country_holidays

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


def add_working_time(moment: datetime, span: timedelta) -> datetime:
    """The moment (UTC) at which `span` of working time has passed since `moment`."""
    day = first_working_day(moment.astimezone(LONDON).date())
    while True:
        begin, end = max(moment, london_time(day, DAY_BEGINS)), london_time(day, DAY_ENDS)
        remaining = max(end - begin, NO_TIME)
        if span <= remaining:
            return begin + span
        span -= remaining
        day = first_working_day(day + DAY)


def subtract_working_time(moment: datetime, span: timedelta) -> datetime:
    """The moment (UTC) from which `span` of working time is left until `moment`."""
    day = last_working_day(moment.astimezone(LONDON).date())
    while True:
        begin, end = london_time(day, DAY_BEGINS), min(moment, london_time(day, DAY_ENDS))
        remaining = max(end - begin, NO_TIME)
        if span <= remaining:
            return end - span
        span -= remaining
        day = last_working_day(day - DAY)


def working_time_between(moment: datetime, end: datetime) -> timedelta:
    """The working time from `moment` to `end`, zero when there is none."""
    first, last = moment.astimezone(LONDON).date(), end.astimezone(LONDON).date()
    days = (first + number * DAY for number in range((last - first).days + 1))
    spans = (
        min(end, london_time(day, DAY_ENDS)) - max(moment, london_time(day, DAY_BEGINS))
        for day in days
        if is_working_day(day)
    )
    return sum((max(span, NO_TIME) for span in spans), NO_TIME)


def working_days_between(first: date, last: date) -> int:
    """The number of working days after `first`, up to and including `last`."""
    return sum(is_working_day(first + number * DAY) for number in range(1, (last - first).days + 1))
