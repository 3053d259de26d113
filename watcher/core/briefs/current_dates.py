"""The dates of a Brief as the ledger has them today: later texts may have moved or withdrawn them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from watcher.core.deadlines.identity import MIN_SAME_DUTY, is_same_moment, london_day, sentence_similarity
from watcher.model import Brief, BriefDate, DateState, Deadline, DeadlineKind, Fact, LedgerDate

CANCELLING_KINDS = frozenset({DeadlineKind.WITHDRAWN, DeadlineKind.NEGATED})


def with_current_dates(brief: Brief, dates: Iterable[LedgerDate], at: datetime | None = None) -> Brief:
    """`brief` with its dates as the ledger has them today: withdrawn, or moved. Those that hold go first.

    `at` (UTC): when the Item was read; a date that took the place of another at that moment says of which one.
    """
    by_id = {date.id: date for date in dates}
    due = _keep_once([_find_current(moment, by_id, at) for moment in (brief.due, *brief.also_due) if moment])
    return replace(
        brief,
        starts=_find_current(brief.starts, by_id, at) if brief.starts else None,
        due=due[0] if due else None,
        also_due=tuple(due[1:]),
        if_missed=None if due and is_withdrawn(due[0]) else brief.if_missed,
    )


def current_date(moment: BriefDate, dates: Iterable[LedgerDate]) -> BriefDate:
    """`moment` as the ledger has it today: unchanged, withdrawn, or as the date that took its place."""
    return _find_current(moment, {date.id: date for date in dates})


def as_withdrawn(moment: BriefDate) -> BriefDate:
    """`moment` with its Deadline marked as withdrawn."""
    return replace(moment, deadline=replace(moment.deadline, kind=DeadlineKind.WITHDRAWN))


def is_withdrawn(moment: BriefDate) -> bool:
    """Whether it no longer holds, or the text says that it need not be kept."""
    return moment.deadline.kind in CANCELLING_KINDS


def _find_current(moment: BriefDate, by_id: Mapping[str, LedgerDate], at: datetime | None = None) -> BriefDate:
    same = [date for date in by_id.values() if is_same_moment(date.deadline, moment.deadline)]
    if not same or is_withdrawn(moment):
        return moment
    date = next((date for date in same if date.state is DateState.OPEN), same[0])
    last = _follow_moves(date, by_id)
    if last.state is DateState.WITHDRAWN:
        return as_withdrawn(moment)
    if last is date:
        replaced = (old.deadline for old in by_id.values() if old.moved_to == date.id and old.changed_at == at)
        return replace(moment, moved_from=next(replaced, None))
    fact = Fact(words=last.deadline.words, sentence=last.deadline.sentence, field="text")
    return BriefDate(fact=fact, deadline=last.deadline, moved_from=moment.deadline)


def _follow_moves(date: LedgerDate, by_id: Mapping[str, LedgerDate]) -> LedgerDate:
    """The date to which `date` has moved in the end; it may move more than once, and back."""
    seen = {date.id}
    while date.state is DateState.MOVED and date.moved_to in by_id and date.moved_to not in seen:
        date = by_id[date.moved_to]
        seen.add(date.id)
    return date


def drop_days_with_hours(moments: Iterable[BriefDate]) -> list[BriefDate]:
    """Those moments without the days of which another one names the hour for the same thing: they are no second date.

    Two things can be due on one day, and an hour that no longer holds takes no day away.
    """
    named = list(moments)
    with_hour = [moment for moment in named if _has_hour(moment) and not is_withdrawn(moment)]
    return [
        moment
        for moment in named
        if _has_hour(moment)
        or moment.moved_from
        or is_withdrawn(moment)
        or not any(_is_hour_of(exact.deadline, moment.deadline) for exact in with_hour)
    ]


def _is_hour_of(exact: Deadline, day: Deadline) -> bool:
    return london_day(exact) == london_day(day) and sentence_similarity(exact, day) >= MIN_SAME_DUTY


def _keep_once(due: Sequence[BriefDate]) -> list[BriefDate]:
    """Each date once, as the moved one where there is one; those that no longer hold come last."""
    kept: dict[object, BriefDate] = {}
    for moment in due:
        identity = moment.deadline.at or moment.fact.words
        if identity not in kept or moment.moved_from:
            kept[identity] = moment
    return sorted(drop_days_with_hours(kept.values()), key=is_withdrawn)


def _has_hour(moment: BriefDate) -> bool:
    return isinstance(moment.deadline.at, datetime)
