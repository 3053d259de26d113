"""Working time: the core hours of general practice on England's working days, in London.

Core hours are 08:00 to 18:30, Monday to Friday, without bank holidays (the GMS regulations 2015, regulation 3). No day
on which clocks change is a working day, so a working hour is always an hour.
"""

from datetime import UTC, date, datetime, time, timedelta

from watcher.core.language.dates import LONDON
from watcher.core.language.working_days import DAY, first_working_day, is_working, last_working_day

BEGIN, END = time(8), time(18, 30)
NONE = timedelta()


def after(moment: datetime, span: timedelta) -> datetime:
    """The moment (UTC) at which `span` of working time has passed since `moment`."""
    day = first_working_day(moment.astimezone(LONDON).date())
    while True:
        begin, end = max(moment, _wall(day, BEGIN)), _wall(day, END)
        left = max(end - begin, NONE)
        if span <= left:
            return begin + span
        span -= left
        day = first_working_day(day + DAY)


def before(moment: datetime, span: timedelta) -> datetime:
    """The moment (UTC) from which `span` of working time is left until `moment`."""
    day = last_working_day(moment.astimezone(LONDON).date())
    while True:
        begin, end = _wall(day, BEGIN), min(moment, _wall(day, END))
        left = max(end - begin, NONE)
        if span <= left:
            return end - span
        span -= left
        day = last_working_day(day - DAY)


def left(moment: datetime, end: datetime) -> timedelta:
    """How much working time there is from `moment` to `end`."""
    first, last = moment.astimezone(LONDON).date(), end.astimezone(LONDON).date()
    days = (first + number * DAY for number in range((last - first).days + 1))
    spans = (min(end, _wall(day, END)) - max(moment, _wall(day, BEGIN)) for day in days if is_working(day))
    return sum((max(span, NONE) for span in spans), NONE)


def days_between(first: date, last: date) -> int:
    """How many working days come after `first`, up to and with `last`."""
    return sum(is_working(first + number * DAY) for number in range(1, (last - first).days + 1))


def _wall(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LONDON).astimezone(UTC)
