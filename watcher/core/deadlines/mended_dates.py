"""The dates of the ledger where a person has mended Stories: one date of two Stories, or one that two Items named."""

from collections.abc import Sequence
from dataclasses import replace

from watcher.core.deadlines.identity import exactness, is_same_moment, role_of
from watcher.model import LedgerDate, key

DatesToKeep = tuple[list[LedgerDate], list[str]]  # the dates to save, and the ids of those that are no more


def join_dates(kept: Sequence[LedgerDate], moved: Sequence[LedgerDate], story: str) -> DatesToKeep:
    """The dates of both as those of `story` (an id). What both name is one date: readers are reminded of it once."""
    dates = {date.id: date for date in kept}
    gone = []
    for date in moved:
        twin = next((candidate for candidate in dates.values() if _is_one_date(candidate, date)), None)
        if twin is None:
            dates[date.id] = replace(date, story=story)
            continue
        leads = (date.official, exactness(date.deadline)) > (twin.official, exactness(twin.deadline))
        best = date if leads else twin
        dates[twin.id] = replace(
            twin,
            item=best.item,
            deadline=best.deadline,
            official=best.official,
            stated_at=max(date.stated_at, twin.stated_at),
            item_ids=twin.item_ids | date.item_ids,
        )
        gone.append(date.id)
    return [replace(date, moved_to="" if date.moved_to in gone else date.moved_to) for date in dates.values()], gone


def part_dates(dates: Sequence[LedgerDate], item_id: str, story: str) -> DatesToKeep:
    """The dates where the Item with this id leaves for `story`: its own go with it, what others name too is in both."""
    saved, gone = [], []
    for date in dates:
        names = date.item_ids or {date.item}
        if item_id not in names:
            continue
        identity = key("date", story, date.id)
        alone = replace(date, id=identity, story=story, item=item_id, item_ids=frozenset({item_id}))
        saved.append(replace(alone, moved_to="", disagrees_with="", series_id=identity))
        rest = names - {item_id}
        if rest:
            saved.append(replace(date, item=min(rest) if date.item == item_id else date.item, item_ids=frozenset(rest)))
        else:
            gone.append(date.id)
    return saved, gone


def _is_one_date(first: LedgerDate, second: LedgerDate) -> bool:
    is_same_role = role_of(first.deadline) == role_of(second.deadline)
    return first.state is second.state and is_same_role and is_same_moment(first.deadline, second.deadline)
