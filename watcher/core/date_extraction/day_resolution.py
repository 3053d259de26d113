"""Date expressions: the day that words mean to somebody who writes on a given day; None where it would be a guess."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import Enum
from typing import Protocol

from watcher.core.language.working_time import first_working_day, last_working_day, working_days_after

DAY = timedelta(days=1)
MAX_AHEAD = timedelta(days=300)  # a date without a year that lies further ahead may as well be the one just past
MAX_BEHIND = timedelta(days=65)
DECEMBER, SUNDAY = 12, 6
FINANCIAL_END = (3, 31)


class Direction(Enum):
    """Where a date without a year is looked for: what must be done lies ahead of today, what was done lies behind."""

    AHEAD = "ahead"
    BEHIND = "behind"
    EITHER = "either"


class DateExpression(Protocol):
    """A date as words express it. `fixed`: it means the same day whenever it was written."""

    @property
    def fixed(self) -> bool:
        """Whether the day does not depend on `today`."""
        ...

    def on(self, today: date, direction: Direction) -> date | None:
        """The London day that somebody means who writes this on `today`; None when it is not certain."""
        ...


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of a month, with or without year and weekday (Monday 0). A weekday that does not fit rejects the date."""

    day: int
    month: int
    year: int | None = None
    weekday: int | None = None

    @property
    def fixed(self) -> bool:
        """Whether the year is named."""
        return self.year is not None

    def on(self, today: date, direction: Direction) -> date | None:
        """The nearest such day in that direction whose weekday fits: at most 300 days ahead, or 65 behind.

        BEHIND goes further back; AHEAD takes a day that is just past only where a weekday proves it. With a year: that
        day itself, if its weekday fits.
        """
        if self.year is not None:
            day = _build_date(self.year, self.month, self.day)
            return day if day and self.weekday in {None, day.weekday()} else None
        candidates = [
            day for year in range(today.year - 1, today.year + 2) if (day := _build_date(year, self.month, self.day))
        ]
        ahead = [day for day in candidates if today <= day <= today + MAX_AHEAD]
        behind = [
            day
            for day in reversed(candidates)
            if day <= today and (direction is Direction.BEHIND or day >= today - MAX_BEHIND)
        ]
        in_order = {
            Direction.AHEAD: ahead or behind * (self.weekday is not None),
            Direction.BEHIND: behind,
            Direction.EITHER: [*ahead, *behind],
        }[direction]
        fitting = [day for day in in_order if self.weekday in {None, day.weekday()}]
        return fitting[0] if fitting else None


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A month: its last day when its end or only the month is meant; its first (`first`) when its beginning is."""

    month: int
    year: int | None = None
    first: bool = False

    @property
    def fixed(self) -> bool:
        """Whether the year is named."""
        return self.year is not None

    def on(self, today: date, direction: Direction) -> date | None:
        """The first or last day of the nearest such month in that direction."""
        years = [self.year] if self.year is not None else _list_years(today.year, direction)
        ends = [day for year in years if (day := _find_month_end(year, self.month))]
        fits = [day for day in ends if self.year is not None or _is_within_reach(day, today, direction)]
        return fits[0].replace(day=1) if fits and self.first else fits[0] if fits else None


def _list_years(year: int, direction: Direction) -> list[int]:
    return [year, year - 1] if direction is Direction.BEHIND else [year, year + 1]


def _is_within_reach(end: date, today: date, direction: Direction) -> bool:
    if direction is Direction.BEHIND:
        return end.replace(day=1) <= today
    return today <= end <= today + MAX_AHEAD + 31 * DAY


@dataclass(frozen=True, slots=True)
class DaysFromToday:
    """Today, tomorrow or yesterday: `ahead` is 0, 1 or -1."""

    ahead: int
    fixed: bool = False

    def on(self, today: date, direction: Direction) -> date | None:  # noqa: ARG002 - the word itself says in which direction
        """The day that is `ahead` days after today."""
        return _add_days(today, self.ahead)


@dataclass(frozen=True, slots=True)
class NamedWeekday:
    """A weekday: Friday, this Friday, next Friday, last Friday. "Next Friday" written on a Monday may mean either."""

    weekday: int
    which: str = ""
    fixed: bool = False

    def on(self, today: date, direction: Direction) -> date | None:
        """The coming such weekday, or the last one; None where "next" or today's own weekday may mean either."""
        if self.which == "week after":
            return _add_days(today, 7 - today.weekday() + self.weekday)
        if self.which == "last" or direction is Direction.BEHIND:
            return _add_days(today, -((today.weekday() - self.weekday) % 7 or 7))
        if self.which == "next" and self.weekday > today.weekday():
            return None
        if self.weekday == today.weekday() and not self.which:
            return None  # "by Friday", written on a Friday
        return _add_days(today, (self.weekday - today.weekday()) % 7 or 7)


@dataclass(frozen=True, slots=True)
class PeriodEnd:
    """The end of this (`ahead` 0) or the next week, month, quarter, year or financial year; weeks end on Sunday."""

    period: str
    ahead: int = 0
    fixed: bool = False

    def on(self, today: date, direction: Direction) -> date | None:  # noqa: ARG002 - this and next say in which direction
        """The last day of the period."""
        if self.period == "week":
            return _add_days(today, SUNDAY - today.weekday() + 7 * self.ahead)
        if self.period in {"month", "quarter"}:
            step = 1 if self.period == "month" else 3
            month = today.month + -today.month % step + step * self.ahead
            return _find_month_end(today.year + (month - 1) // DECEMBER, (month - 1) % DECEMBER + 1)
        month, day = FINANCIAL_END if self.period == "financial year" else (DECEMBER, 31)
        passed = (today.month, today.day) > (month, day)
        return _build_date(today.year + passed + self.ahead, month, day)


@dataclass(frozen=True, slots=True)
class DayInMonth:
    """The last Friday, the last working day, the first working day of a month. `weekday` None: a working day."""

    of: CalendarMonth
    weekday: int | None = None
    last: bool = True

    @property
    def fixed(self) -> bool:
        """Whether the month names its year."""
        return self.of.fixed

    def on(self, today: date, direction: Direction) -> date | None:
        """The day, counted from that end of the month."""
        end = self.of.on(today, direction)
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
    """A day that comes every year ("28 February each year"), or without a `month` every month ("the 24th")."""

    day: int
    month: int | None = None
    fixed: bool = False

    def on(self, today: date, direction: Direction) -> date | None:  # noqa: ARG002 - what recurs lies ahead
        """The first such day from today on; months without that day are skipped."""
        months = range(today.month - 1, today.month + 2 * DECEMBER)
        days = [
            _build_date(today.year + month // DECEMBER, month % DECEMBER + 1, self.day)
            for month in months
            if self.month in {None, month % DECEMBER + 1}
        ]
        return next((day for day in days if day and day >= today), None)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: ten days, five working days. `base`: what it counts from; None if only the reader knows."""

    count: int
    unit: str
    working: bool = False
    base: DateExpression | None = None
    before: bool = False

    @property
    def fixed(self) -> bool:
        """Whether its base is unknown (then there is no day at all) or fixed itself."""
        return self.base is None or self.base.fixed

    def on(self, today: date, direction: Direction) -> date | None:
        """The day so long after (or `before`) its base; None without a base, for hours, for working days before it."""
        base = self.base.on(today, direction) if self.base else None
        if base is None or self.unit == "hour":
            return None
        if self.working:
            return None if self.before or self.count > MAX_DAYS else working_days_after(base, self.count)
        sign = -1 if self.before else 1
        if self.unit in {"month", "year"}:
            month = base.month - 1 + sign * self.count * (DECEMBER if self.unit == "year" else 1)
            end = _find_month_end(base.year + month // DECEMBER, month % DECEMBER + 1)
            return end and end.replace(day=min(base.day, end.day))
        return _add_days(base, sign * self.count * (7 if self.unit == "week" else 1))

    def __str__(self) -> str:
        name = f"working {self.unit}" if self.working else self.unit
        return f"{self.count} {name}{'' if self.count == 1 else 's'}"


MAX_DAYS = 400


@dataclass(frozen=True, slots=True)
class UnclearDate:
    """Words that name no single day: the autumn, the end of the season."""

    fixed: bool = True

    def on(self, today: date, direction: Direction) -> date | None:  # noqa: ARG002 - no day is meant
        """Always None."""
        return None


def _add_days(day: date, days: int) -> date | None:
    try:
        return day + days * DAY
    except OverflowError:
        return None


def _build_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _find_month_end(year: int, month: int) -> date | None:
    return date(year, month, monthrange(year, month)[1]) if MINYEAR <= year <= MAXYEAR else None
