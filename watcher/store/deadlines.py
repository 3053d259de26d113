"""The ledger of dates, and the Stories that readers have marked as handled."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher.core.deadlines.reminders import MAX_RELATIVE, moment_of_date
from watcher.model import Actor, DateState, DateStateChange, Deadline, DeadlineKind, LedgerDate, Precision
from watcher.store.column_types import UtcDateTime
from watcher.store.database import MAX_NAMES_IN_QUERY, batched, upsert
from watcher.store.schema import deadlines, handled

MAX_REMINDED = 100  # dates of which somebody is reminded in one pass; the next pass is a second later
_FLAGS = ("derived", "ambiguous", "payment", "recurring")
_IN_ORDER = (deadlines.c.moment, deadlines.c.official.desc(), deadlines.c.id)

_OF_STORIES = (
    sa.select(deadlines).where(deadlines.c.story.in_(sa.bindparam("stories", expanding=True))).order_by(*_IN_ORDER)
)
_WITH_DUE_REMINDER = (  # asked each second
    sa.select(deadlines)
    .where(deadlines.c.remind_at <= sa.bindparam("now", type_=UtcDateTime))
    .order_by(deadlines.c.remind_at, deadlines.c.id)
    .limit(MAX_REMINDED)
    .with_for_update(skip_locked=True)
)


def of_stories(tx: sa.Connection, stories: Iterable[str]) -> Mapping[str, tuple[LedgerDate, ...]]:
    """The dates of Stories by story id, the earliest first; of two for the same moment the official one first."""
    dates: dict[str, tuple[LedgerDate, ...]] = {}
    for ids in batched(sorted(set(stories)), MAX_NAMES_IN_QUERY):
        for row in tx.execute(_OF_STORIES, {"stories": ids}):
            dates[row.story] = (*dates.get(row.story, ()), date_of(row))
    return dates


def since(tx: sa.Connection, begin: datetime | None) -> list[LedgerDate]:
    """The dates that do not lie before `begin` (UTC; None: all), the earliest first.

    A relative date, whose moment only the reader can count, stays for MAX_RELATIVE after we first saw it.
    """
    query = sa.select(deadlines).order_by(*_IN_ORDER)
    return [date_of(row) for row in tx.execute(query.where(deadlines.c.moment >= begin) if begin else query)]


def between(tx: sa.Connection, begin: datetime, end: datetime) -> list[LedgerDate]:
    """The dates whose moment lies from `begin` to `end` (UTC), the earliest first."""
    query = sa.select(deadlines).where(deadlines.c.moment.between(begin, end)).order_by(*_IN_ORDER)
    return [date_of(row) for row in tx.execute(query)]


def save(tx: sa.Connection, dates: Sequence[LedgerDate]) -> None:
    """Insert or replace dates; their Stories and Items must be stored already."""
    upsert(tx, deadlines, [_make_row(date) for date in dates])


def next_reminder(tx: sa.Connection) -> datetime | None:
    """When (UTC) the next reminder is due; None when there is none."""
    moment: datetime | None = tx.scalar(sa.select(sa.func.min(deadlines.c.remind_at)))
    return moment


def with_due_reminder(tx: sa.Connection, now: datetime) -> list[LedgerDate]:
    """At most MAX_REMINDED dates whose reminder is due, locked; those locked by a poll wait for the next pass."""
    return [date_of(row) for row in tx.execute(_WITH_DUE_REMINDER, {"now": now})]


def handle(tx: sa.Connection, story: str, subscriber: str, now: datetime) -> None:
    """Mark that `subscriber` has done what a Story asks so far (core/deadlines/reminders.py: EVERYBODY for all)."""
    upsert(tx, handled, [{"story": story, "subscriber": subscriber, "at": now}])


def unhandle(tx: sa.Connection, story: str, subscriber: str) -> bool:
    """Remove such a mark; False when there was none."""
    is_mark = sa.and_(handled.c.story == story, handled.c.subscriber == subscriber)
    return bool(tx.execute(sa.delete(handled).where(is_mark)).rowcount)


def handled_by(tx: sa.Connection, stories: Iterable[str]) -> Mapping[str, Mapping[str, datetime]]:
    """By story id and subscriber id, when (UTC) the Subscriber marked the Story as handled."""
    marks: dict[str, dict[str, datetime]] = {}
    for ids in batched(sorted(set(stories)), MAX_NAMES_IN_QUERY):
        for row in tx.execute(sa.select(handled).where(handled.c.story.in_(ids))):
            marks.setdefault(row.story, {})[row.subscriber] = row.at
    return marks


def _make_row(date: LedgerDate) -> dict[str, Any]:
    deadline = date.deadline
    has_time = isinstance(deadline.at, datetime)
    return {
        "id": date.id,
        "story": date.story,
        "item": date.item,
        "kind": str(deadline.kind),
        "at": deadline.at if has_time else None,
        "day": None if has_time else deadline.at,
        "precision": str(deadline.precision),
        "words": deadline.words,
        "sentence": deadline.sentence,
        "whom": str(deadline.actor),
        "offset": deadline.offset,
        "flags": [name for name in _FLAGS if getattr(deadline, name)],
        "official": date.official,
        "said": date.stated_at,
        "turns": [[str(change.state), change.item, change.at.isoformat()] for change in date.state_changes],
        "told_by": sorted(date.item_ids),
        "moved_to": date.moved_to,
        "thing": date.series_id,
        "sequence": date.sequence,
        "beside": date.disagrees_with,
        "moment": find_moment(date),
        "remind_at": date.remind_at,
    }


def find_moment(date: LedgerDate) -> datetime:
    """By which moment (UTC) it stands in order: its own; of one that only the reader can count, when it is past."""
    return moment_of_date(date) or date.first_seen + MAX_RELATIVE


def date_of(row: sa.Row[Any]) -> LedgerDate:
    """A row of `deadlines` as a LedgerDate."""
    deadline = Deadline(
        kind=DeadlineKind(row.kind),
        at=row.at or row.day,
        precision=Precision(row.precision),
        words=row.words,
        sentence=row.sentence,
        actor=Actor(row.whom),
        offset=row.offset,
        **dict.fromkeys(row.flags, True),
    )
    state_changes = (
        DateStateChange(state=DateState(state), item=item, at=datetime.fromisoformat(at))
        for state, item, at in row.turns
    )
    return LedgerDate(
        id=row.id,
        story=row.story,
        item=row.item,
        deadline=deadline,
        stated_at=row.said,
        state_changes=tuple(state_changes),
        official=row.official,
        item_ids=frozenset(row.told_by),
        moved_to=row.moved_to,
        series_id=row.thing,
        sequence=row.sequence,
        disagrees_with=row.beside,
        remind_at=row.remind_at,
    )
