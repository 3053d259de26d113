"""The ledger of dates: those that a Story sets for practices, and what later texts make of them.

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

MAX_DATES_OF_STORY = 40  # a page with more is a calendar

DatesById = dict[str, LedgerDate]


def update_dates(
    dates: Iterable[LedgerDate], before: Story | None, after: Story, text: ItemDates, now: datetime
) -> tuple[LedgerDate, ...]:
    """All dates of the Story `after` now that the Item of `text` has joined it, from its `dates` until then.

    `before`: the Story until then, None when it is new.
    """
    by_id = {date.id: date for date in dates}
    was_withdrawn = before is not None and before.status is Status.WITHDRAWN
    if after.status is Status.WITHDRAWN and not was_withdrawn:
        by_id = {date.id: _withdraw_date(date, text, now) for date in by_id.values()}
    is_restored = was_withdrawn and after.status is not Status.WITHDRAWN
    named_before = _find_ids_named_by(text, by_id)
    by_id, new_ids = _add_named_dates(by_id, after, text, now, is_restored=is_restored)
    unnamed = [date for date in by_id.values() if date.state is DateState.OPEN and text.item not in date.item_ids]
    for old in unnamed:
        opened = [by_id[date_id] for date_id in new_ids]
        by_id |= _move_or_contradict(old, unnamed, opened, text, now, edited=old.id in named_before)
    for cancelled in text.taken_back:
        same = [date for date in by_id.values() if is_same_day(date.deadline, cancelled) and _may_overrule(text, date)]
        by_id |= {date.id: _withdraw_date(date, text, now) for date in same}
    return tuple(_follow_official_date(date, by_id, text, now) for date in by_id.values())


def _find_ids_named_by(text: ItemDates, by_id: DatesById) -> set[str]:
    return {date.id for date in by_id.values() if text.item in date.item_ids}


def _add_named_dates(
    by_id: DatesById, story: Story, text: ItemDates, now: datetime, *, is_restored: bool
) -> tuple[DatesById, list[str]]:
    """The dates after `text` has named its own; and the ids of those that it opens, opens again or makes official.

    `is_restored`: the Story had been withdrawn and no longer is, so that the dates it names open again.
    """
    named_before = _find_ids_named_by(text, by_id)
    if text.is_complete:
        by_id = {date.id: replace(date, item_ids=date.item_ids - {text.item}) for date in by_id.values()}
    is_withdrawn = story.status is Status.WITHDRAWN
    new_ids = []
    for deadline in text.dates:
        old = next((date for date in by_id.values() if is_same_moment(date.deadline, deadline)), None)
        new = _open_date(story.id, deadline, text, now)
        if old:
            is_newly_official = (
                old.id not in named_before and text.official and not _is_older(text, old) and not is_withdrawn
            )
            named = _update_named_date(old, deadline, text, now, may_reopen=is_restored or is_newly_official)
            by_id[old.id] = named
            reopens = named.state is DateState.OPEN and old.state is not DateState.OPEN
            new_ids += [old.id] if reopens or named.official > old.official else []
        elif (
            not text.withdrawn
            and (text.official or not is_withdrawn)
            and len(by_id) < MAX_DATES_OF_STORY
            and new.id not in by_id
        ):
            by_id[new.id] = new
            new_ids.append(new.id)
    return by_id, new_ids


def _open_date(story: str, deadline: Deadline, text: ItemDates, now: datetime) -> LedgerDate:
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


def _update_named_date(
    date: LedgerDate, deadline: Deadline, text: ItemDates, now: datetime, *, may_reopen: bool
) -> LedgerDate:
    """`date` after `text` has named it too, as `deadline`: official words lead, then the more exact ones."""
    leads = text.official or not date.official
    named = replace(
        date,
        item_ids=date.item_ids | {text.item},
        stated_at=max(date.stated_at, text.stated_at) if leads else date.stated_at,
    )
    is_open = date.state is DateState.OPEN
    is_better = (text.official and not date.official) or (leads and exactness(deadline) > exactness(date.deadline))
    if not (is_better if is_open else may_reopen):
        return named
    official = date.official or text.official
    renewed = replace(named, item=text.item, deadline=deadline, official=official, moved_to="", disagrees_with="")
    return renewed.with_state(DateState.OPEN, text.item, now)


def _move_or_contradict(
    old: LedgerDate,
    unnamed: Sequence[LedgerDate],
    opened: Sequence[LedgerDate],
    text: ItemDates,
    now: datetime,
    *,
    edited: bool,
) -> DatesById:
    """The dates that change if one of `opened` is another date for the same thing as `old`, one of those `unnamed`.

    `opened` are those that `text` opens; `unnamed` the open ones that it does not name. `edited`: an earlier revision
    of it named `old`.
    """
    role = role_of(old.deadline)
    rivals = [date for date in opened if role_of(date.deadline) is role]
    peers = [date for date in unnamed if date.official is old.official and role_of(date.deadline) is role]
    new = max(rivals, key=lambda date: sentence_similarity(old.deadline, date.deadline), default=None)
    if new is None or not _is_same_thing(old, new, text, edited=edited, is_only_pair=len(rivals) == len(peers) == 1):
        return {}
    if old.official and not text.official:
        return {new.id: replace(new, disagrees_with=old.id)}
    if old.official and _is_older(text, old):  # an older text, seen late: its date is the one that moved
        return {new.id: replace(new.with_state(DateState.MOVED, text.item, now), moved_to=old.id)}
    if not text.official and old.item_ids - {text.item}:
        return {}  # other Items still name it
    return _move_date(old, new, text, now)


def _is_same_thing(old: LedgerDate, new: LedgerDate, text: ItemDates, *, edited: bool, is_only_pair: bool) -> bool:
    """Whether both dates are for the same thing.

    By their words; or because they are the only pair, and something says that a date has moved.
    """
    similarity = sentence_similarity(old.deadline, new.deadline)
    if similarity >= MIN_SAME_DUTY or any(is_same_day(old.deadline, cancelled) for cancelled in text.taken_back):
        return True
    moves = edited or text.moves or bool(MOVES.search(new.deadline.sentence))
    return is_only_pair and (moves or (similarity >= MIN_RELATED and not (old.official and text.official)))


def _move_date(old: LedgerDate, new: LedgerDate, text: ItemDates, now: datetime) -> DatesById:
    """Both dates after `new` has taken the place of `old`; `new` continues its series unless it has one of its own."""
    moved = replace(old.with_state(DateState.MOVED, text.item, now), moved_to=new.id, disagrees_with="")
    if new.series_id == new.id and len(new.state_changes) == 1:
        new = replace(new, series_id=old.series_id, sequence=max(new.sequence, moved.sequence))
    elif new.series_id == old.series_id:
        new = replace(new, sequence=max(new.sequence, moved.sequence))
    return {moved.id: moved, new.id: new}


def _is_older(text: ItemDates, date: LedgerDate) -> bool:
    """Whether `text` appeared on an earlier London day than `date` was last stated; some publishers give no time."""
    return text.stated_at.astimezone(LONDON).date() < date.stated_at.astimezone(LONDON).date()


def _may_overrule(text: ItemDates, date: LedgerDate) -> bool:
    return (text.official and not _is_older(text, date)) or not date.official


def _withdraw_date(date: LedgerDate, text: ItemDates, now: datetime) -> LedgerDate:
    return date.with_state(DateState.WITHDRAWN, text.item, now) if date.state is DateState.OPEN else date


def _follow_official_date(date: LedgerDate, by_id: DatesById, text: ItemDates, now: datetime) -> LedgerDate:
    """An open unofficial date after the official one that it disagrees with: withdrawn with it, or compared anew."""
    official = by_id.get(date.disagrees_with)
    if official is None or date.state is not DateState.OPEN or official.state is DateState.OPEN:
        return date
    if official.state is DateState.WITHDRAWN:
        return _withdraw_date(date, text, now)
    return replace(date, disagrees_with=official.moved_to if official.moved_to != date.id else "")


class LedgerUpdate:
    """The dates of the Stories that one decision touches.

    `add` reads the dates of one more Item; an Item that cannot be read is quarantined, and the others go on.
    """

    def __init__(self, stored_dates: Mapping[str, Sequence[LedgerDate]]) -> None:
        """Begin with the dates that the database has, by Story id."""
        self._stored_dates = stored_dates
        self._dates: dict[str, tuple[LedgerDate, ...]] = {}
        self.quarantined: list[Quarantined] = []

    def add(self, before: Story | None, after: Story, item: Item, story_item: StoryItem, now: datetime) -> None:
        """Update the dates of the Story `after` with those of `item`, which has just joined it as `story_item`."""
        dates = self._dates.get(after.id, self._stored_dates.get(after.id, ()))
        try:
            self._dates[after.id] = update_dates(dates, before, after, read_item_dates(item, story_item, now), now)
        except Exception as error:  # noqa: BLE001 - a bug of ours must not cost the Item
            body = f"{item.title}\n{item.summary}\n{item.text}".encode("utf-8", "replace")
            why = f"reading dates failed: {type(error).__name__}"
            self.quarantined.append(Quarantined(what="item", name=item.id, why=why, body=body))

    @property
    def changed(self) -> tuple[LedgerDate, ...]:
        """The dates that are new or differ from what is stored."""
        stored = {date for story in self._dates for date in self._stored_dates.get(story, ())}
        return tuple(date for dates in self._dates.values() for date in dates if date not in stored)

    @property
    def urgent_moments(self) -> Mapping[str, tuple[datetime, ...]]:
        """By Story id, in order: the moments (UTC) by which something must be done, or had to be before this update."""
        stored_open = {date.id for story in self._dates for date in self._stored_dates.get(story, ()) if _is_open(date)}
        moments_by_story = {}
        for story, dates in self._dates.items():
            moments = (must_act_by(date) for date in dates if _is_open(date) or date.id in stored_open)
            moments_by_story[story] = tuple(sorted(filter(None, moments)))
        return moments_by_story


def _is_open(date: LedgerDate) -> bool:
    return date.state is DateState.OPEN
