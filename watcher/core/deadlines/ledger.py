"""The ledger of dates: which a Story sets for practices, and what later texts make of them.

A date opens when a text names it. It moves when a later official text, or an edit of the same one, names another for
the same thing; it is withdrawn when a text or the Story takes it back. The press overrules nothing official.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from watcher.core.deadlines.identity import (
    MIN_RELATED,
    MIN_SAME_DUTY,
    exactness,
    is_same_day,
    is_same_moment,
    role_of,
    sentence_similarity,
)
from watcher.core.deadlines.item_dates import MOVES, ItemDates, read_item_dates
from watcher.core.deadlines.reminders import must_act_by
from watcher.core.language.dates import LONDON
from watcher.model import (
    DateState,
    DateStateChange,
    Deadline,
    Item,
    LedgerDate,
    Quarantined,
    Status,
    Story,
    StoryItem,
    key,
)

MAX_DATES_OF_STORY = 40  # of one Story; a page with more is a calendar

Rows = dict[str, LedgerDate]


def update_dates(
    known: Iterable[LedgerDate], before: Story | None, after: Story, text: ItemDates, now: datetime
) -> tuple[LedgerDate, ...]:
    """All dates of the Story `after`, which `text` has just joined; `before` as it was."""
    rows = {each.id: each for each in known}
    was = before.status if before else None
    if after.status is Status.WITHDRAWN and was is not Status.WITHDRAWN:
        rows = {each.id: _withdrawn(each, text, now) for each in rows.values()}
    back = was is Status.WITHDRAWN and after.status is not Status.WITHDRAWN
    spoke = {each.id for each in rows.values() if text.item in each.item_ids}
    rows, fresh = _told(rows, after, text, now, back=back)
    earlier = [each for each in rows.values() if each.state is DateState.OPEN and text.item not in each.item_ids]
    for old in earlier:
        others = [rows[each] for each in fresh]
        rows |= _beside_or_moved(old, earlier, others, text, now, edited=old.id in spoke)
    for off in text.taken_back:
        taken = (each for each in rows.values() if is_same_day(each.deadline, off) and _may_overrule(text, each))
        rows |= {each.id: _withdrawn(each, text, now) for each in taken}
    return tuple(_follow(each, rows, text, now) for each in rows.values())


def _told(rows: Rows, story: Story, text: ItemDates, now: datetime, *, back: bool) -> tuple[Rows, list[str]]:
    """The dates after `text` has named its own; and the ids of those that it opens, opens again or makes official."""
    spoke = {each.id for each in rows.values() if text.item in each.item_ids}
    if text.is_complete:
        rows = {each.id: replace(each, item_ids=each.item_ids - {text.item}) for each in rows.values()}
    shut = story.status is Status.WITHDRAWN
    fresh = []
    for deadline in text.dates:
        row = next((each for each in rows.values() if is_same_moment(each.deadline, deadline)), None)
        new = _opened(story.id, deadline, text, now)
        if row:
            again = back or (row.id not in spoke and text.official and not _is_older(text, row) and not shut)
            rows[row.id] = _named(row, deadline, text, now, again=again)
            opens = rows[row.id].state is DateState.OPEN and row.state is not DateState.OPEN
            fresh += [row.id] if opens or rows[row.id].official > row.official else []
        elif (
            not text.withdrawn and (text.official or not shut) and len(rows) < MAX_DATES_OF_STORY and new.id not in rows
        ):
            rows[new.id] = new
            fresh.append(new.id)
    return rows, fresh


def _opened(story: str, deadline: Deadline, text: ItemDates, now: datetime) -> LedgerDate:
    when = f"{deadline.at.isoformat()} {deadline.precision}" if deadline.at else deadline.offset
    identity = key("date", story, role_of(deadline), when)
    return LedgerDate(
        id=identity,
        story=story,
        item=text.item,
        deadline=deadline,
        stated_at=text.stated_at,
        state_changes=(DateStateChange(state=DateState.OPEN, item=text.item, at=now),),
        official=text.official,
        item_ids=frozenset({text.item}),
        series_id=identity,
    )


def _named(row: LedgerDate, deadline: Deadline, text: ItemDates, now: datetime, *, again: bool) -> LedgerDate:
    """`row` after `text` has named it: the official words lead, else the more exact ones. `again`: it may reopen."""
    leads = text.official or not row.official
    named = replace(
        row,
        item_ids=row.item_ids | {text.item},
        stated_at=max(row.stated_at, text.stated_at) if leads else row.stated_at,
    )
    reopens = again and row.state is not DateState.OPEN
    better = (text.official and not row.official) or (leads and exactness(deadline) > exactness(row.deadline))
    if not reopens and (not better or row.state is not DateState.OPEN):
        return named
    official = row.official or text.official
    shown = replace(named, item=text.item, deadline=deadline, official=official, moved_to="", disagrees_with="")
    return shown.with_state(DateState.OPEN, text.item, now)


def _beside_or_moved(
    old: LedgerDate,
    earlier: Sequence[LedgerDate],
    fresh: Sequence[LedgerDate],
    text: ItemDates,
    now: datetime,
    *,
    edited: bool,
) -> Rows:
    """What changes if one of `fresh` is another date for the same thing as `old`, which `text` does not name.

    `edited`: it did, before it was edited.
    """
    rivals = [each for each in fresh if role_of(each.deadline) is role_of(old.deadline)]
    peers = [
        each for each in earlier if each.official is old.official and role_of(each.deadline) is role_of(old.deadline)
    ]
    new = max(rivals, key=lambda each: sentence_similarity(old.deadline, each.deadline), default=None)
    if new is None or not _same_thing(old, new, text, edited=edited, alone=len(rivals) == len(peers) == 1):
        return {}
    if old.official and not text.official:
        return {new.id: replace(new, disagrees_with=old.id)}
    if old.official and _is_older(text, old):  # an older text that we see late: it is the one that moved
        return {new.id: replace(new.with_state(DateState.MOVED, text.item, now), moved_to=old.id)}
    if not text.official and old.item_ids - {text.item}:
        return {}  # others still say so
    return _moved(old, new, text, now)


def _same_thing(old: LedgerDate, new: LedgerDate, text: ItemDates, *, edited: bool, alone: bool) -> bool:
    """By their words; or because there is no other pair (`alone`), and something says that a date has moved."""
    like = sentence_similarity(old.deadline, new.deadline)
    if like >= MIN_SAME_DUTY or any(is_same_day(old.deadline, off) for off in text.taken_back):
        return True
    moves = edited or text.moves or bool(MOVES.search(new.deadline.sentence))
    return alone and (moves or (like >= MIN_RELATED and not (old.official and text.official)))


def _moved(old: LedgerDate, new: LedgerDate, text: ItemDates, now: datetime) -> Rows:
    """`old` is superseded by `new`, which goes on with its thing where it has none of its own."""
    gone = replace(old.with_state(DateState.MOVED, text.item, now), moved_to=new.id, disagrees_with="")
    if new.series_id == new.id and len(new.state_changes) == 1:
        new = replace(new, series_id=old.series_id, sequence=max(new.sequence, gone.sequence))
    elif new.series_id == old.series_id:
        new = replace(new, sequence=max(new.sequence, gone.sequence))
    return {gone.id: gone, new.id: new}


def _is_older(text: ItemDates, row: LedgerDate) -> bool:
    """By their days: one publisher gives the minute, and another the day."""
    return text.stated_at.astimezone(LONDON).date() < row.stated_at.astimezone(LONDON).date()


def _may_overrule(text: ItemDates, row: LedgerDate) -> bool:
    return (text.official and not _is_older(text, row)) or not row.official


def _withdrawn(row: LedgerDate, text: ItemDates, now: datetime) -> LedgerDate:
    return row.with_state(DateState.WITHDRAWN, text.item, now) if row.state is DateState.OPEN else row


def _follow(row: LedgerDate, rows: Rows, text: ItemDates, now: datetime) -> LedgerDate:
    """An unofficial date goes where the official one goes that it stands beside."""
    other = rows.get(row.disagrees_with)
    if other is None or row.state is not DateState.OPEN or other.state is DateState.OPEN:
        return row
    if other.state is DateState.WITHDRAWN:
        return _withdrawn(row, text, now)
    return replace(row, disagrees_with=other.moved_to if other.moved_to != row.id else "")


class LedgerUpdate:
    """The dates of one decision. `add` takes a text in; what it stumbles over is put aside, and the others go on."""

    def __init__(self, known: Mapping[str, Sequence[LedgerDate]]) -> None:
        """Open it at what the database knows, by Story."""
        self._known = known
        self._dates: dict[str, tuple[LedgerDate, ...]] = {}
        self.quarantined: list[Quarantined] = []

    def add(self, before: Story | None, after: Story, item: Item, told: StoryItem, now: datetime) -> None:
        """What `item`, which has just joined the Story `after`, makes of its dates."""
        dates = self._dates.get(after.id, self._known.get(after.id, ()))
        try:
            self._dates[after.id] = update_dates(dates, before, after, read_item_dates(item, told, now), now)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not cost the Item
            body = f"{item.title}\n{item.summary}\n{item.text}".encode("utf-8", "replace")
            why = f"reading dates failed: {type(error).__name__}"
            self.quarantined.append(Quarantined(what="item", name=item.id, why=why, body=body))

    @property
    def changed(self) -> tuple[LedgerDate, ...]:
        """The dates that are new or other than they were."""
        before = {each for story in self._dates for each in self._known.get(story, ())}
        return tuple(each for dates in self._dates.values() for each in dates if each not in before)

    @property
    def urgent_moments(self) -> Mapping[str, tuple[datetime, ...]]:
        """By Story, the moments (UTC) by which something must be done, or since this decision need not be."""
        open_ = {each.id for story in self._dates for each in self._known.get(story, ()) if _is_open(each)}
        found = {}
        for story, dates in self._dates.items():
            moments = (must_act_by(each) for each in dates if _is_open(each) or each.id in open_)
            found[story] = tuple(sorted(filter(None, moments)))
        return found


def _is_open(dated: LedgerDate) -> bool:
    return dated.state is DateState.OPEN
