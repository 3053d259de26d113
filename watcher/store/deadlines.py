"""The ledger of dates, and what readers have marked as handled."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher.core.deadlines.reminders import MAX_RELATIVE, moment_of_date
from watcher.model import Actor, DateState, DateStateChange, Deadline, DeadlineKind, LedgerDate, Precision
from watcher.store.database import batched, upsert
from watcher.store.schema import deadlines, handled
from watcher.store.stories import MAX_NAMES_IN_QUERY

MAX_REMINDED = 100  # dates of which somebody is reminded in one pass; the next comes a second later
_FLAGS = ("derived", "ambiguous", "payment", "recurring")
_IN_ORDER = (deadlines.c.moment, deadlines.c.official.desc(), deadlines.c.id)


def of_stories(tx: sa.Connection, stories: Iterable[str]) -> Mapping[str, tuple[LedgerDate, ...]]:
    """The dates of Stories, each in the order in which they come; of two for the same moment the official one first."""
    found: dict[str, tuple[LedgerDate, ...]] = {}
    for some in batched(sorted(set(stories)), MAX_NAMES_IN_QUERY):
        wanted = sa.select(deadlines).where(deadlines.c.story.in_(some))
        for row in tx.execute(wanted.order_by(*_IN_ORDER)):
            found[row.story] = (*found.get(row.story, ()), _date_of(row))
    return found


def since(tx: sa.Connection, begin: datetime | None) -> list[LedgerDate]:
    """The dates that do not lie before `begin` (UTC; None: all), in order. What only the reader can count lasts."""
    wanted = sa.select(deadlines).order_by(*_IN_ORDER)
    return [_date_of(row) for row in tx.execute(wanted.where(deadlines.c.moment >= begin) if begin else wanted)]


def save(tx: sa.Connection, dates: Sequence[LedgerDate]) -> None:
    """Remember dates; their Stories and Items must be remembered already."""
    upsert(tx, deadlines, [_row(each) for each in dates])


def with_due_reminder(tx: sa.Connection, now: datetime) -> list[LedgerDate]:
    """The dates of which somebody is to be reminded, locked; those that a poll is changing come a second later."""
    due = sa.select(deadlines).where(deadlines.c.remind_at <= now).order_by(deadlines.c.remind_at, deadlines.c.id)
    return [_date_of(row) for row in tx.execute(due.limit(MAX_REMINDED).with_for_update(skip_locked=True))]


def next_reminder(tx: sa.Connection) -> datetime | None:
    """When somebody is next to be reminded."""
    found: datetime | None = tx.scalar(sa.select(sa.func.min(deadlines.c.remind_at)))
    return found


def handle(tx: sa.Connection, story: str, subscriber: str, now: datetime) -> None:
    """A reader has done what a Story asks so far (core/deadlines/reminders.py: EVERYBODY for all)."""
    upsert(tx, handled, [{"story": story, "subscriber": subscriber, "at": now}])


def unhandle(tx: sa.Connection, story: str, subscriber: str) -> bool:
    """Take that back; False when there was nothing."""
    mine = sa.and_(handled.c.story == story, handled.c.subscriber == subscriber)
    return bool(tx.execute(sa.delete(handled).where(mine)).rowcount)


def handled_by(tx: sa.Connection, stories: Iterable[str]) -> Mapping[str, Mapping[str, datetime]]:
    """By Story, who has handled it, and when (UTC)."""
    found: dict[str, dict[str, datetime]] = {}
    for some in batched(sorted(set(stories)), MAX_NAMES_IN_QUERY):
        for row in tx.execute(sa.select(handled).where(handled.c.story.in_(some))):
            found.setdefault(row.story, {})[row.subscriber] = row.at
    return found


def _row(each: LedgerDate) -> dict[str, Any]:
    deadline = each.deadline
    exact = isinstance(deadline.at, datetime)
    return {
        "id": each.id,
        "story": each.story,
        "item": each.item,
        "kind": str(deadline.kind),
        "at": deadline.at if exact else None,
        "day": None if exact else deadline.at,
        "precision": str(deadline.precision),
        "words": deadline.words,
        "sentence": deadline.sentence,
        "whom": str(deadline.actor),
        "offset": deadline.offset,
        "flags": [name for name in _FLAGS if getattr(deadline, name)],
        "official": each.official,
        "said": each.stated_at,
        "turns": [[str(turn.state), turn.item, turn.at.isoformat()] for turn in each.state_changes],
        "told_by": sorted(each.item_ids),
        "moved_to": each.moved_to,
        "thing": each.series_id,
        "sequence": each.sequence,
        "beside": each.disagrees_with,
        "moment": moment_of_date(each) or each.first_seen + MAX_RELATIVE,
        "remind_at": each.remind_at,
    }


def _date_of(row: sa.Row[Any]) -> LedgerDate:
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
    turns = ((DateState(state), item, datetime.fromisoformat(at)) for state, item, at in row.turns)
    return LedgerDate(
        id=row.id,
        story=row.story,
        item=row.item,
        deadline=deadline,
        stated_at=row.said,
        state_changes=tuple(DateStateChange(state=state, item=item, at=at) for state, item, at in turns),
        official=row.official,
        item_ids=frozenset(row.told_by),
        moved_to=row.moved_to,
        series_id=row.thing,
        sequence=row.sequence,
        disagrees_with=row.beside,
        remind_at=row.remind_at,
    )
