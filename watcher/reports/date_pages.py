"""The ledger of dates for readers: as a table, and as the days of a month."""

from calendar import Calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.deadlines.identity import DateRole, role_of
from watcher.core.deadlines.reminders import state_at
from watcher.core.language.dates import LONDON, london_time
from watcher.core.language.working_time import is_working_day, last_working_day, working_days_between
from watcher.core.wording.date_words import format_deadline
from watcher.model import DateState, LedgerDate
from watcher.reports.dates import DateWithStory, add_stories
from watcher.reports.public_view import public_part, topic_names

DATES_ON_PAGE, MAX_DATES_IN_MONTH = 50, 400
PAST_SHOWN = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFilter:
    """Which dates are wanted: on a Topic ("" for any), the open ones or all; all of a London month, or else a page."""

    topic: str = ""
    shows_all: bool = False
    month: date | None = None
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDate:
    """A date for readers: when, in words; its day in London, None where none is named; its state now; what it was.

    `left` says how long is left of it; `last_day`: the last working day before it, where it falls on none.
    """

    dated: DateWithStory
    when: str
    is_start: bool
    day: date | None
    state: DateState
    left: str
    last_day: date | None
    moved_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateList:
    """The dates that are wanted, the earliest first; `has_more`: whether later ones stand on the next page."""

    wanted: DateFilter
    today: date
    dates: tuple[ShownDate, ...]
    has_more: bool
    topics: Mapping[str, str]

    @property
    def weeks(self) -> list[list[tuple[date, tuple[ShownDate, ...]]]]:
        """The weeks of the month, each of seven days with their dates; [] where no month is wanted."""
        month = self.wanted.month
        if month is None:
            return []
        weeks = Calendar().monthdatescalendar(month.year, month.month)
        return [[(day, tuple(shown for shown in self.dates if shown.day == day)) for day in week] for week in weeks]


def load_date_list(tx: sa.Connection, configuration: Configuration, now: datetime, wanted: DateFilter) -> DateList:
    """The dates of public Stories that are `wanted` at `now` (UTC)."""
    count = MAX_DATES_IN_MONTH if wanted.month else DATES_ON_PAGE
    first = (wanted.page - 1) * count
    ledger = list(islice(_walk_ledger(tx, wanted, now), first, first + count + 1))
    dates = load_shown_dates(tx, ledger[:count], now)
    return DateList(
        wanted=wanted,
        today=now.astimezone(LONDON).date(),
        dates=tuple(dates),
        has_more=len(ledger) > count,
        topics=topic_names(configuration, {topic for shown in dates for topic in shown.dated.story.topics}),
    )


def load_shown_dates(tx: sa.Connection, ledger: Sequence[LedgerDate], now: datetime) -> list[ShownDate]:
    """The dates of `ledger`, which may be shown to anybody, as of `now` (UTC), in the same order."""
    replaced = store.date_lists.find_replaced(tx, ledger)
    before = _moved_from(replaced)
    public = [replace(dated, story=public_part(dated.story)) for dated in add_stories(tx, ledger)]
    return list(_describe_each(public, before, now))


def _walk_ledger(tx: sa.Connection, wanted: DateFilter, now: datetime) -> Iterator[LedgerDate]:
    if wanted.month:
        days = [day for week in Calendar().monthdatescalendar(wanted.month.year, wanted.month.month) for day in week]
        begin, end = london_time(days[0], time()), london_time(days[-1], time(23, 59))
        return store.date_lists.walk_public(tx, begin, end, topic=wanted.topic)
    begin = now - PAST_SHOWN if wanted.shows_all else now
    ledger = store.date_lists.walk_public(tx, begin, topic=wanted.topic)
    return (dated for dated in ledger if wanted.shows_all or state_at(dated, now) is DateState.OPEN)


def _moved_from(dates: Iterable[LedgerDate]) -> Mapping[str, str]:
    """In words, by the id of a date, the one that it took the place of."""
    return {dated.moved_to: format_deadline(dated.deadline) for dated in dates}


def describe_dates(dates: Sequence[DateWithStory], now: datetime) -> tuple[ShownDate, ...]:
    """The dates of a Story for readers, all of them, as of `now` (UTC), in the same order."""
    return tuple(_describe_each(dates, _moved_from(dated.ledger_date for dated in dates), now))


def _describe_each(dates: Iterable[DateWithStory], before: Mapping[str, str], now: datetime) -> Iterator[ShownDate]:
    today = now.astimezone(LONDON).date()
    return (_describe(dated, before.get(dated.ledger_date.id), today, now) for dated in dates)


def _describe(dated: DateWithStory, moved_from: str | None, today: date, now: datetime) -> ShownDate:
    deadline, day = dated.ledger_date.deadline, dated.day
    is_start = role_of(deadline) is DateRole.START
    state = state_at(dated.ledger_date, now)
    needs_earlier = day is not None and not is_start and not is_working_day(day)
    return ShownDate(
        dated=dated,
        when=format_deadline(deadline) if deadline.at else f"{deadline.offset} after you received it",
        is_start=is_start,
        day=day,
        state=state,
        left="; ".join(_count_left(day, today)) if state is DateState.OPEN and day else "",
        last_day=last_working_day(day) if needs_earlier and day else None,
        moved_from=moved_from or "",
    )


def _count_left(day: date, today: date) -> Iterator[str]:
    days = (day - today).days
    if days <= 1:
        yield {1: "tomorrow", 0: "today"}.get(days, "has passed")
        return
    yield f"in {days} days"
    working = working_days_between(today, day)
    yield f"{working} working day{'' if working == 1 else 's'}"
