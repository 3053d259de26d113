"""Working time: the core hours of general practice on England's working days, in London.

Core hours are 08:00 to 18:30, Monday to Friday, without bank holidays (the GMS regulations 2015, regulation 3). No day
on which clocks change is a working day, so a working hour is always an hour.
"""

from datetime import UTC, date, datetime, time, timedelta

from watcher.core.language.dates import LONDON
from watcher.core.language.working_days import DAY, first_working_day, is_working_day, last_working_day

DAY_BEGINS, DAY_ENDS = time(8), time(18, 30)
NO_TIME = timedelta()


def add_working_time(moment: datetime, span: timedelta) -> datetime:
    """The moment (UTC) at which `span` of working time has passed since `moment`."""
    day = first_working_day(moment.astimezone(LONDON).date())
    while True:
        begin, end = max(moment, _london_moment(day, DAY_BEGINS)), _london_moment(day, DAY_ENDS)
        remaining = max(end - begin, NO_TIME)
        if span <= remaining:
            return begin + span
        span -= remaining
        day = first_working_day(day + DAY)


def subtract_working_time(moment: datetime, span: timedelta) -> datetime:
    """The moment (UTC) from which `span` of working time is left until `moment`."""
    day = last_working_day(moment.astimezone(LONDON).date())
    while True:
        begin, end = _london_moment(day, DAY_BEGINS), min(moment, _london_moment(day, DAY_ENDS))
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
        min(end, _london_moment(day, DAY_ENDS)) - max(moment, _london_moment(day, DAY_BEGINS))
        for day in days
        if is_working_day(day)
    )
    return sum((max(span, NO_TIME) for span in spans), NO_TIME)


def working_days_between(first: date, last: date) -> int:
    """The number of working days after `first`, up to and including `last`."""
    return sum(is_working_day(first + number * DAY) for number in range(1, (last - first).days + 1))


def _london_moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LONDON).astimezone(UTC)
