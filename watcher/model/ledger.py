"""The ledger: the Deadlines of Stories that are for practices, each with what became of it."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from watcher.model.deadline import Deadline

_REMINDER = re.compile(r"([1-9]\d{0,2})(w?h)")


class DateState(StrEnum):
    """Where a date of the ledger stands. `past` is never stored: it is a matter of the time (deadlines/ledger.py)."""

    OPEN = "open"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateStateChange:
    """What became of a date, by which Item, and when we saw it. The first of each date is `open`."""

    state: DateState
    item: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDate:
    """A Deadline of a Story for practices, and its history. `item` is the Item whose words are shown.

    `official`: an official text says so. `stated_at`: when the text that last said or changed it appeared. `item_ids`:
    the Items that name it today. `moved_to`: the date that took its place. `series_id`: the id of the first date of the
    same thing, which is what a calendar follows; `sequence` grows with each change of the thing. `disagrees_with`: the
    official date from which this unofficial one differs. `remind_at` (UTC): when somebody may next be reminded.
    """

    id: str
    story: str
    item: str
    deadline: Deadline
    stated_at: datetime
    state_changes: tuple[DateStateChange, ...]
    official: bool = False
    item_ids: frozenset[str] = frozenset()
    moved_to: str = ""
    series_id: str = ""
    sequence: int = 0
    disagrees_with: str = ""
    remind_at: datetime | None = None

    @property
    def state(self) -> DateState:
        """What the texts made of it: open, moved or withdrawn."""
        return self.state_changes[-1].state

    @property
    def first_seen(self) -> datetime:
        """When we first saw a text that says so."""
        return self.state_changes[0].at

    @property
    def changed_at(self) -> datetime:
        """When we saw the last change."""
        return self.state_changes[-1].at

    def as_of(self, moment: datetime) -> "LedgerDate | None":
        """The date as it stood at `moment` (UTC), in the words that it has now; None when we had not heard of it."""
        turns = tuple(each for each in self.state_changes if each.at <= moment)
        if not turns:
            return None
        return replace(self, state_changes=turns, moved_to=self.moved_to if turns[-1].state is DateState.MOVED else "")

    def with_state(self, state: DateState, item: str, at: datetime, *, sequence: int = 0) -> "LedgerDate":
        """The date in another state, one step on for calendars; `sequence` if another date of the thing is ahead."""
        turn = DateStateChange(state=state, item=item, at=at)
        return replace(self, state_changes=(*self.state_changes, turn), sequence=max(self.sequence, sequence) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """How long before a deadline a Subscriber wants to be reminded: `24h`, or `4wh` in working hours."""

    hours: int
    working: bool = False

    @classmethod
    def of(cls, written: str) -> "Reminder":
        """The Reminder of `24h` or `4wh`. Raises ValueError for anything else."""
        found = _REMINDER.fullmatch(written)
        if not found:
            raise ValueError("write hours such as 24h, or working hours such as 4wh, at most 999")
        return cls(hours=int(found[1]), working=found[2] == "wh")

    def __str__(self) -> str:
        return f"{self.hours}{'wh' if self.working else 'h'}"

    @property
    def span(self) -> timedelta:
        """Its length, of working time or of any."""
        return timedelta(hours=self.hours)


REMINDERS = (Reminder(hours=24), Reminder(hours=4, working=True))
