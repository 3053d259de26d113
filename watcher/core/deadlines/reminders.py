"""The dates of the ledger against the clock: what is past, what cannot wait, and when somebody is reminded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from watcher.core.date_extraction.extract import moment_of_deadline
from watcher.core.deadlines.identity import DateRole, london_day, role_of
from watcher.core.language.dates import LONDON
from watcher.core.language.working_time import (
    is_working_day,
    last_working_day,
    subtract_working_time,
    working_days_after,
)
from watcher.model import Alert, DateState, LedgerDate, Precision, Reason, Reminder, Story, Subscriber

MAX_RELATIVE = timedelta(days=60)  # a date that only the reader can count is open for so long
EVERYBODY = ""  # who handled a Story that was handled for all Subscribers
MAX_OFFSET_UNITS = 400  # of an offset, and as many weeks or hours; what is longer is not urgent
_LAST_MINUTE = time(23, 59)
_HOURS_OF_UNIT = {"hour": 1, "day": 24, "week": 7 * 24, "fortnight": 14 * 24}


def moment_of_date(ledger_date: LedgerDate) -> datetime | None:
    """When (UTC) it starts or ends: a day at its end, or for a start at its beginning; a month at its end.

    None for a date that only the reader can count.
    """
    deadline = ledger_date.deadline
    last_day = london_day(deadline)
    return _end_of_day(last_day) if last_day and deadline.precision is Precision.MONTH else moment_of_deadline(deadline)


def state_at(ledger_date: LedgerDate, now: datetime) -> DateState:
    """Its state at `now` (UTC): that of the texts, or PAST when it is still open and its moment is over."""
    if ledger_date.state is not DateState.OPEN:
        return ledger_date.state
    ends_at = moment_of_date(ledger_date) or ledger_date.first_seen + MAX_RELATIVE
    return DateState.PAST if ends_at < now else DateState.OPEN


def must_act_by(ledger_date: LedgerDate) -> datetime | None:
    """The moment (UTC) by which something must be done; None when none is named, or the official text names another.

    A relative date ends, at the earliest, its offset after we first saw it. Starts, and dates that name only a month,
    give None.
    """
    deadline = ledger_date.deadline
    if ledger_date.disagrees_with or role_of(deadline) is DateRole.START or deadline.precision is Precision.MONTH:
        return None
    return moment_of_deadline(deadline) if deadline.at else _add_offset(deadline.offset, ledger_date.first_seen)


def urgent_moments(dates: Iterable[LedgerDate]) -> tuple[datetime, ...]:
    """The moments (UTC), in order, by which something must be done: those of the open dates."""
    moments = (must_act_by(ledger_date) for ledger_date in dates if ledger_date.state is DateState.OPEN)
    return tuple(sorted(filter(None, moments)))


def _add_offset(offset: str, begin: datetime) -> datetime | None:
    """`begin` and an offset such as "5 working days", which end with their day; None for a unit or number unknown."""
    number, _, unit = offset.partition(" ")
    if not number.isdecimal() or int(number) > MAX_OFFSET_UNITS:
        return None
    if unit.startswith("working"):
        return _end_of_day(working_days_after(begin.astimezone(LONDON).date(), int(number)))
    hours = _HOURS_OF_UNIT.get(unit.rstrip("s"))
    return begin + timedelta(hours=hours * int(number)) if hours else None


def _end_of_day(day: date) -> datetime:
    return datetime.combine(day, _LAST_MINUTE, LONDON).astimezone(UTC)


# --- reminders ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminder:
    """An Alert that the deadline `date` is near, for Subscribers who want one of these `reminders`."""

    alert: Alert
    date: LedgerDate
    reminders: frozenset[Reminder]

    def concerns(self, subscriber: Subscriber, handled: Mapping[str, datetime]) -> bool:
        """Whether `subscriber` wants one of these reminders and has not handled the Story since the date was seen.

        `handled`: by Subscriber id (EVERYBODY: for all), when what the Story asked until then was done.
        """
        handled_at = [moment for who, moment in handled.items() if who in {subscriber.id, EVERYBODY}]
        return not self.reminders.isdisjoint(subscriber.reminders) and not any(
            moment >= self.date.first_seen for moment in handled_at
        )


def reminders_count_from(ledger_date: LedgerDate) -> datetime | None:
    """The moment (UTC) that reminders count back from: the deadline, or the end of the last working day before it.

    None without a deadline on a date of its own.
    """
    end = must_act_by(ledger_date) if ledger_date.deadline.at else None
    if end is None or is_working_day(end.astimezone(LONDON).date()):
        return end
    return _end_of_day(last_working_day(end.astimezone(LONDON).date()))


def reminder_due(ledger_date: LedgerDate, reminder: Reminder) -> datetime | None:
    """When (UTC) `reminder` of this date is due; None when there is nothing to remind of."""
    end = reminders_count_from(ledger_date)
    if end is None:
        return None
    return subtract_working_time(end, reminder.span) if reminder.working else end - reminder.span


def schedule_reminder(ledger_date: LedgerDate, subscribers: Iterable[Subscriber], now: datetime) -> LedgerDate:
    """The date with `remind_at` set to its next Reminder, or None.

    A Reminder that was due before we knew of the date is dropped: the Alert itself has said it.
    """
    if ledger_date.state is not DateState.OPEN:
        return replace(ledger_date, remind_at=None)
    since = min(ledger_date.remind_at or now, now)  # one that is due and not sent yet stays due
    moments = filter(None, (reminder_due(ledger_date, reminder) for reminder in _list_reminders(subscribers)))
    ahead = (moment for moment in moments if moment > now or (ledger_date.remind_at and moment >= since))
    return replace(ledger_date, remind_at=min(ahead, default=None))


def _list_reminders(subscribers: Iterable[Subscriber]) -> frozenset[Reminder]:
    return frozenset(reminder for subscriber in subscribers for reminder in subscriber.reminders)


def due_reminders(
    dates: Iterable[LedgerDate], stories: Mapping[str, Story], subscribers: Iterable[Subscriber], now: datetime
) -> tuple[tuple[LedgerDate, ...], tuple[DueReminder, ...]]:
    """All `dates`, each with its next Reminder; and the Reminders due at `now` (UTC). None is due twice.

    `stories`: by id. Of Reminders that come late only the nearest is sent; after the deadline none is.
    """
    subscribers = tuple(subscribers)
    reminders = _list_reminders(subscribers)
    rescheduled, due = [], []
    for ledger_date in dates:
        due_at = _find_due(ledger_date, reminders, now)
        end, story = must_act_by(ledger_date), stories.get(ledger_date.story)
        if due_at and story and end and end > now and ledger_date.state is DateState.OPEN:
            nearest = max(due_at, key=lambda reminder: (due_at[reminder], str(reminder)))
            alert = _build_alert(ledger_date, story, nearest, now)
            due.append(DueReminder(alert=alert, date=ledger_date, reminders=frozenset(due_at)))
        rescheduled.append(schedule_reminder(replace(ledger_date, remind_at=None), subscribers, now))
    return tuple(rescheduled), tuple(due)


def _find_due(ledger_date: LedgerDate, reminders: Iterable[Reminder], now: datetime) -> Mapping[Reminder, datetime]:
    """The Reminders that have become due, and when (UTC) they did."""
    since = ledger_date.remind_at
    due_at = {reminder: moment for reminder in reminders if (moment := reminder_due(ledger_date, reminder))}
    return {reminder: moment for reminder, moment in due_at.items() if since and since <= moment <= now}


def _build_alert(ledger_date: LedgerDate, story: Story, reminder: Reminder, now: datetime) -> Alert:
    return Alert(
        reason=Reason.DEADLINE_NEAR,
        at=now,
        story=story.id,
        item=ledger_date.item,
        status=story.status,
        topics=story.topics,
        note=f"{ledger_date.id} {reminder}",
    )
