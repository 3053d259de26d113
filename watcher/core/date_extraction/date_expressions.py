"""What a spelt time means once the day it was written on is known. No reading guesses: it gives a day or None."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import Enum
from typing import Protocol

from watcher.core.language.working_days import first_working_day, last_working_day, working_days_after

DAY = timedelta(days=1)
MAX_AHEAD = timedelta(
    days=300
)  # a date without a year that lies further ahead may as well be the one that has just been
MAX_BEHIND = timedelta(days=65)
DECEMBER, SUNDAY = 12, 6
FINANCIAL_END = (3, 31)


class Direction(Enum):
    """Where a date without a year is looked for: what is to be done lies ahead, what was done behind."""

    AHEAD = "ahead"
    BEHIND = "behind"
    EITHER = "either"


class DateExpression(Protocol):
    """A meaning of words. `fixed`: it needs no page date."""

    @property
    def fixed(self) -> bool:
        """Whether the day is the same whenever it was written."""
        ...

    def on(self, today: date, side: Direction) -> date | None:
        """The day that is meant by somebody who writes on `today`."""
        ...


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of a month, with or without year and weekday. A weekday that does not fit rejects it."""

    day: int
    month: int
    year: int | None = None
    weekday: int | None = None

    @property
    def fixed(self) -> bool:
        """With a year."""
        return self.year is not None

    def on(self, today: date, side: Direction) -> date | None:
        """The nearest day on that side which is neither doubtful nor belied by its weekday."""
        if self.year is not None:
            day = _date(self.year, self.month, self.day)
            return day if day and self.weekday in {None, day.weekday()} else None
        near = [day for year in range(today.year - 1, today.year + 2) if (day := _date(year, self.month, self.day))]
        ahead = [day for day in near if today <= day <= today + MAX_AHEAD]
        behind = [
            day for day in reversed(near) if day <= today and (side is Direction.BEHIND or day >= today - MAX_BEHIND)
        ]
        wanted = {
            Direction.AHEAD: ahead or behind * (self.weekday is not None),
            Direction.BEHIND: behind,
            Direction.EITHER: [*ahead, *behind],
        }[side]
        fitting = [day for day in wanted if self.weekday in {None, day.weekday()}]
        return fitting[0] if fitting else None


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A month: its last day when its `end` is meant or the month only, its first when its beginning is."""

    month: int
    year: int | None = None
    first: bool = False

    @property
    def fixed(self) -> bool:
        """With a year."""
        return self.year is not None

    def on(self, today: date, side: Direction) -> date | None:
        """The first or last day of the nearest such month on that side."""
        years = [self.year] if self.year is not None else _years(today.year, side)
        ends = [day for year in years if (day := _month_end(year, self.month))]
        fits = [day for day in ends if self.year is not None or _lies(day, today, side)]
        return fits[0].replace(day=1) if fits and self.first else fits[0] if fits else None


def _years(year: int, side: Direction) -> list[int]:
    return [year, year - 1] if side is Direction.BEHIND else [year, year + 1]


def _lies(end: date, today: date, side: Direction) -> bool:
    if side is Direction.BEHIND:
        return end.replace(day=1) <= today
    return today <= end <= today + MAX_AHEAD + 31 * DAY


@dataclass(frozen=True, slots=True)
class DaysFromToday:
    """today, tomorrow, yesterday."""

    ahead: int
    fixed: bool = False

    def on(self, today: date, side: Direction) -> date | None:  # noqa: ARG002 - the word itself says on which side
        """So many days from today."""
        return _plus(today, self.ahead)


@dataclass(frozen=True, slots=True)
class NamedWeekday:
    """A weekday: `Friday`, `this Friday`, `next Friday`, `last Friday`. Next Friday said on a Monday may be either."""

    weekday: int
    which: str = ""
    fixed: bool = False

    def on(self, today: date, side: Direction) -> date | None:
        """The coming one, or the one before."""
        if self.which == "week after":
            return _plus(today, 7 - today.weekday() + self.weekday)
        if self.which == "last" or side is Direction.BEHIND:
            return _plus(today, -((today.weekday() - self.weekday) % 7 or 7))
        if self.which == "next" and self.weekday > today.weekday():
            return None
        if self.weekday == today.weekday() and not self.which:
            return None  # "by Friday", written on a Friday
        return _plus(today, (self.weekday - today.weekday()) % 7 or 7)


@dataclass(frozen=True, slots=True)
class PeriodEnd:
    """The end of this or the next week, month, quarter, year or financial year; a week ends on its Sunday."""

    period: str
    ahead: int = 0
    fixed: bool = False

    def on(self, today: date, side: Direction) -> date | None:  # noqa: ARG002 - this and next say on which side
        """The last day of it."""
        if self.period == "week":
            return _plus(today, SUNDAY - today.weekday() + 7 * self.ahead)
        if self.period in {"month", "quarter"}:
            step = 1 if self.period == "month" else 3
            month = today.month + -today.month % step + step * self.ahead
            return _month_end(today.year + (month - 1) // DECEMBER, (month - 1) % DECEMBER + 1)
        month, day = FINANCIAL_END if self.period == "financial year" else (DECEMBER, 31)
        passed = (today.month, today.day) > (month, day)
        return _date(today.year + passed + self.ahead, month, day)


@dataclass(frozen=True, slots=True)
class DayInMonth:
    """The last Friday, the last working day, the first working day of a month. `weekday` None: a working day."""

    of: CalendarMonth
    weekday: int | None = None
    last: bool = True

    @property
    def fixed(self) -> bool:
        """When the month is."""
        return self.of.fixed

    def on(self, today: date, side: Direction) -> date | None:
        """Counted from that end of the month."""
        end = self.of.on(today, side)
        if end is None:
            return None
        first = end.replace(day=1)
        if self.weekday is None:
            return last_working_day(end) if self.last else first_working_day(first)
        if self.last:
            return end - (end.weekday() - self.weekday) % 7 * DAY
        return first + (self.weekday - first.weekday()) % 7 * DAY


@dataclass(frozen=True, slots=True)
class RecurringDay:
    """The next one of `28 February each year`, or without a month of `the 24th of each month`."""

    day: int
    month: int | None = None
    fixed: bool = False

    def on(self, today: date, side: Direction) -> date | None:  # noqa: ARG002 - what recurs lies ahead
        """The first that is not over; months that have no such day are passed over."""
        months = range(today.month - 1, today.month + 2 * DECEMBER)
        days = [
            _date(today.year + at // DECEMBER, at % DECEMBER + 1, self.day)
            for at in months
            if self.month in {None, at % DECEMBER + 1}
        ]
        return next((day for day in days if day and day >= today), None)


@dataclass(frozen=True, slots=True)
class Duration:
    """A distance in time: ten days, five working days. `base`: what it counts from; None if only the reader knows."""

    count: int
    unit: str
    working: bool = False
    base: DateExpression | None = None
    before: bool = False

    @property
    def fixed(self) -> bool:
        """When it counts from nothing we know, or from a full date."""
        return self.base is None or self.base.fixed

    def on(self, today: date, side: Direction) -> date | None:
        """So far from its base; hours lead to no day."""
        base = self.base.on(today, side) if self.base else None
        if base is None or self.unit == "hour":
            return None
        if self.working:
            return None if self.before or self.count > MAX_DAYS else working_days_after(base, self.count)
        sign = -1 if self.before else 1
        if self.unit in {"month", "year"}:
            month = base.month - 1 + sign * self.count * (DECEMBER if self.unit == "year" else 1)
            end = _month_end(base.year + month // DECEMBER, month % DECEMBER + 1)
            return end and end.replace(day=min(base.day, end.day))
        return _plus(base, sign * self.count * (7 if self.unit == "week" else 1))

    def __str__(self) -> str:
        name = f"working {self.unit}" if self.working else self.unit
        return f"{self.count} {name}{'' if self.count == 1 else 's'}"


MAX_DAYS = 400


@dataclass(frozen=True, slots=True)
class UnclearDate:
    """Words that name no day: the autumn, the end of the season."""

    fixed: bool = True

    def on(self, today: date, side: Direction) -> date | None:  # noqa: ARG002 - nothing is to be known
        """Never a day."""
        return None


def _plus(day: date, days: int) -> date | None:
    try:
        return day + days * DAY
    except OverflowError:
        return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date | None:
    return date(year, month, monthrange(year, month)[1]) if MINYEAR <= year <= MAXYEAR else None
