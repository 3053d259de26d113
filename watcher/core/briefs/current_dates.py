"""A Brief beside the ledger: what later texts have made of the dates that an Item names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from watcher.core.deadlines.identity import is_same_moment
from watcher.model import Brief, BriefDate, DateState, DeadlineKind, Fact, LedgerDate

OFF = frozenset({DeadlineKind.WITHDRAWN, DeadlineKind.NEGATED})


def with_current_dates(known: Brief, dates: Iterable[LedgerDate], at: datetime | None = None) -> Brief:
    """`known` with its dates as the ledger has them today: withdrawn, or moved. What holds goes first.

    `at`: when the Item was read; a date that took the place of another at that moment says of which.
    """
    rows = {each.id: each for each in dates}
    due = _once([_since(each, rows, at) for each in (known.reply_by, *known.also_by) if each])
    return replace(
        known,
        starts=_since(known.starts, rows, at) if known.starts else None,
        reply_by=due[0] if due else None,
        also_by=tuple(due[1:]),
        consequence=None if due and is_withdrawn(due[0]) else known.consequence,
    )


def current_date(moment: BriefDate, dates: Iterable[LedgerDate]) -> BriefDate:
    """One BriefDate as the ledger has it today."""
    return _since(moment, {each.id: each for each in dates})


def as_withdrawn(moment: BriefDate) -> BriefDate:
    """The BriefDate as one that no longer holds."""
    return replace(moment, deadline=replace(moment.deadline, kind=DeadlineKind.WITHDRAWN))


def is_withdrawn(moment: BriefDate) -> bool:
    """Whether it holds no longer, or never did."""
    return moment.deadline.kind in OFF


def _since(moment: BriefDate, rows: Mapping[str, LedgerDate], at: datetime | None = None) -> BriefDate:
    same = [each for each in rows.values() if is_same_moment(each.deadline, moment.deadline)]
    if not same or is_withdrawn(moment):
        return moment
    row = next((each for each in same if each.state is DateState.OPEN), same[0])
    last = _last(row, rows)
    if last.state is DateState.WITHDRAWN:
        return as_withdrawn(moment)
    if last is row:
        came = (each for each in rows.values() if each.moved_to == row.id and each.changed_at == at)
        return replace(moment, moved_from=next((each.deadline for each in came), None))
    said = Fact(words=last.deadline.words, sentence=last.deadline.sentence, field="text")
    return BriefDate(fact=said, deadline=last.deadline, moved_from=moment.deadline)


def _last(row: LedgerDate, rows: Mapping[str, LedgerDate]) -> LedgerDate:
    """The date that `row` has come to; a date may move more than once, and back."""
    seen = {row.id}
    while row.state is DateState.MOVED and row.moved_to in rows and row.moved_to not in seen:
        row = rows[row.moved_to]
        seen.add(row.id)
    return row


def _once(due: Sequence[BriefDate]) -> list[BriefDate]:
    """Each date once, and as moved where it is; what does not hold comes last."""
    kept: dict[object, BriefDate] = {}
    for each in due:
        name = each.deadline.at or each.fact.words
        if name not in kept or each.moved_from:
            kept[name] = each
    return sorted(kept.values(), key=is_withdrawn)
