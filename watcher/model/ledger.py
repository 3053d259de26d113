"""The ledger: the Deadlines of Stories that are for practices, each with its states since it was first seen."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from watcher.model.deadline import Deadline

_REMINDER = re.compile(r"([1-9]\d{0,2})(w?h)")


class DateState(StrEnum):
    """The state of a date of the ledger. `past` is never stored: it follows from the time (see deadlines/ledger.py)."""

    OPEN = "open"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    PAST = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateStateChange:
    """A new state of a date, the Item that made it, and when we saw that (UTC). The first of each date is `open`."""

    state: DateState
    item: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDate:
    """A Deadline of a Story for practices, and its history. `item` is the Item whose words are shown.

    `official`: an official text gives it. `stated_at`: when the text that last gave or changed it appeared. `item_ids`:
    the Items that give it today. `moved_to`: the date that took its place. `series_id`: the id of the first date of the
    same event, by which a calendar follows it; `sequence` grows with each change of that event. `disagrees_with`: the
    official date from which this unofficial one differs. `remind_at` (UTC): when the next reminder of it may be due.
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
        """The latest state by the texts: open, moved or withdrawn."""
        return self.state_changes[-1].state

    @property
    def first_seen(self) -> datetime:
        """When we first saw a text that gives it (UTC)."""
        return self.state_changes[0].at

    @property
    def changed_at(self) -> datetime:
        """When we saw its last change of state (UTC)."""
        return self.state_changes[-1].at

    def as_of(self, moment: datetime) -> "LedgerDate | None":
        """The date in its state of `moment` (UTC), in the words that it has now; None where it was not yet known."""
        changes = tuple(change for change in self.state_changes if change.at <= moment)
        if not changes:
            return None
        moved_to = self.moved_to if changes[-1].state is DateState.MOVED else ""
        return replace(self, state_changes=changes, moved_to=moved_to)

    def with_state(self, state: DateState, item: str, at: datetime, *, sequence: int = 0) -> "LedgerDate":
        """The date in another state, its sequence one above its own and above `sequence`, that of a related date."""
        change = DateStateChange(state=state, item=item, at=at)
        return replace(self, state_changes=(*self.state_changes, change), sequence=max(self.sequence, sequence) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """How long before a deadline a Subscriber wants a reminder: `24h`, or `4wh` in working hours."""

    hours: int
    working: bool = False

    @classmethod
    def of(cls, written: str) -> "Reminder":
        """The Reminder of `24h` or `4wh`. Raises ValueError for anything else."""
        match = _REMINDER.fullmatch(written)
        if not match:
            raise ValueError("write hours such as 24h, or working hours such as 4wh, at most 999")
        return cls(hours=int(match[1]), working=match[2] == "wh")

    def __str__(self) -> str:
        return f"{self.hours}{'wh' if self.working else 'h'}"

    @property
    def span(self) -> timedelta:
        """Its length: of working time if `working`, else of clock time."""
        return timedelta(hours=self.hours)


REMINDERS = (Reminder(hours=24), Reminder(hours=4, working=True))
