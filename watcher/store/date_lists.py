"""Lists of dates for pages: those that anybody may see, read one after the other until there are enough."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from watcher.model import LedgerDate
from watcher.store.column_types import UtcDateTime
from watcher.store.database import MAX_NAMES_IN_QUERY, batched
from watcher.store.deadlines import date_of, find_moment
from watcher.store.schema import deadlines, items, stories
from watcher.store.story_lists import is_on_topic

_RANK = sa.case((deadlines.c.official, 0), else_=1)
# What an e-mail says that anybody may have written is not for everybody.
_PUBLIC = sa.select(deadlines).join(items, items.c.id == deadlines.c.item).where(~items.c.is_unproven)
_MOVED = _PUBLIC.where(deadlines.c.moved_to != "", deadlines.c.story.in_(sa.bindparam("stories", expanding=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DatePlace:
    """A place in the list: behind the date with this id, which stands there because of `at` (UTC), official or not."""

    at: datetime
    is_official: bool
    date: str


def find_place(date: LedgerDate) -> DatePlace:
    """Where a date stands in the list."""
    return DatePlace(at=find_moment(date), is_official=date.official, date=date.id)


def walk_public(
    tx: sa.Connection,
    begin: datetime,
    end: datetime | None = None,
    *,
    topic: str = "",
    after: DatePlace | None = None,
    limit: int | None = None,
) -> Iterator[LedgerDate]:
    """The dates from `begin` to `end` (UTC) on a Topic, the earliest first; of two for one moment the official first.

    Those `after` a place, where one is named, and at most `limit`. What is not taken is not put together: a page shows
    few of many.
    """
    query = _PUBLIC.where(deadlines.c.moment >= begin)
    if end:
        query = query.where(deadlines.c.moment <= end)
    if topic:
        query = query.join(stories, stories.c.id == deadlines.c.story).where(is_on_topic(topic))
    if after:
        place = sa.tuple_(sa.literal(after.at, UtcDateTime), sa.literal(int(not after.is_official)), after.date)
        query = query.where(sa.tuple_(deadlines.c.moment, _RANK, deadlines.c.id) > place)
    return map(date_of, tx.execute(query.order_by(deadlines.c.moment, _RANK, deadlines.c.id).limit(limit)))


def find_replaced(tx: sa.Connection, dates: Iterable[LedgerDate]) -> list[LedgerDate]:
    """The dates that were moved to one of `dates`."""
    wanted = list(dates)
    ids = {date.id for date in wanted}
    moved: dict[str, LedgerDate] = {}
    for names in batched(sorted({date.story for date in wanted}), MAX_NAMES_IN_QUERY):
        dates_moved = map(date_of, tx.execute(_MOVED, {"stories": names}))
        moved |= {date.id: date for date in dates_moved if date.moved_to in ids}
    return list(moved.values())
