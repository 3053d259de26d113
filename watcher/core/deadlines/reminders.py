"""The dates of the ledger and the time: what is past, what cannot wait, and when somebody is reminded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from watcher.core.date_extraction.extract import moment_of_deadline
from watcher.core.deadlines.identity import DateRole, london_day, role_of
from watcher.core.language.dates import LONDON
from watcher.core.language.working_days import is_working_day, last_working_day, working_days_after
from watcher.core.language.working_hours import subtract_working_time
from watcher.model import Alert, DateState, LedgerDate, Precision, Reason, Reminder, Story, Subscriber

MAX_RELATIVE = timedelta(days=60)  # a date that only the reader can count is open for so long
EVERYBODY = ""  # by whom a Story was handled that was handled for all
MAX_DAYS_COUNTED = 400  # hours or days of a distance; what is longer presses nobody
_LAST_MINUTE = time(23, 59)
_HOURS = {"hour": 1, "day": 24, "week": 7 * 24, "fortnight": 14 * 24}


def moment_of_date(dated: LedgerDate) -> datetime | None:
    """When (UTC) it holds or ends: a day at its end, or for a start at its beginning; a month at its end."""
    last = london_day(dated.deadline)
    return _end(last) if last and dated.deadline.precision is Precision.MONTH else moment_of_deadline(dated.deadline)


def state_at(dated: LedgerDate, now: datetime) -> DateState:
    """Where it stands at `now`."""
    if dated.state is not DateState.OPEN:
        return dated.state
    return DateState.PAST if (moment_of_date(dated) or dated.first_seen + MAX_RELATIVE) < now else DateState.OPEN


def must_act_by(dated: LedgerDate) -> datetime | None:
    """The moment (UTC) by which something must be done; None when none is named, or the official text names another.

    What only the reader can count ends at the earliest so long after we first saw it.
    """
    deadline = dated.deadline
    if dated.disagrees_with or role_of(deadline) is DateRole.START or deadline.precision is Precision.MONTH:
        return None
    return moment_of_deadline(deadline) if deadline.at else _counted(deadline.offset, dated.first_seen)


def urgent_moments(dates: Iterable[LedgerDate]) -> tuple[datetime, ...]:
    """The moments (UTC), in order, by which something must be done of what is not taken back."""
    return tuple(sorted(filter(None, (must_act_by(each) for each in dates if each.state is DateState.OPEN))))


def _counted(offset: str, begin: datetime) -> datetime | None:
    number, _, unit = offset.partition(" ")
    if not number.isdecimal() or int(number) > MAX_DAYS_COUNTED:
        return None
    if unit.startswith("working"):
        return _end(working_days_after(begin.astimezone(LONDON).date(), int(number)))
    hours = _HOURS.get(unit.rstrip("s"))
    return begin + timedelta(hours=hours * int(number)) if hours else None


def _end(day: date) -> datetime:
    return datetime.combine(day, _LAST_MINUTE, LONDON).astimezone(UTC)


# --- reminders ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminder:
    """An Alert that the deadline `date` is near, for those who want one of these `reminders`."""

    alert: Alert
    date: LedgerDate
    reminders: frozenset[Reminder]

    def concerns(self, subscriber: Subscriber, handled: Mapping[str, datetime]) -> bool:
        """Whether `subscriber` wants it. `handled`: when who (EVERYBODY: all) had done what the Story asked so far."""
        done = [at for who, at in handled.items() if who in {subscriber.id, EVERYBODY}]
        return not self.reminders.isdisjoint(subscriber.reminders) and not any(
            at >= self.date.first_seen for at in done
        )


def reminders_count_from(dated: LedgerDate) -> datetime | None:
    """The moment (UTC) that reminders count from: the deadline, or the end of the last working day before it."""
    end = must_act_by(dated) if dated.deadline.at else None
    if end is None or is_working_day(end.astimezone(LONDON).date()):
        return end
    return _end(last_working_day(end.astimezone(LONDON).date()))


def reminder_due(dated: LedgerDate, reminder: Reminder) -> datetime | None:
    """When (UTC) a Reminder of this date is due."""
    end = reminders_count_from(dated)
    if end is None:
        return None
    return subtract_working_time(end, reminder.span) if reminder.working else end - reminder.span


def schedule_reminder(dated: LedgerDate, subscribers: Iterable[Subscriber], now: datetime) -> LedgerDate:
    """The date with the moment of its next Reminder; what was due before we knew of it, the Alert itself has said."""
    if dated.state is not DateState.OPEN:
        return replace(dated, remind_at=None)
    since = min(dated.remind_at or now, now)  # one that is due and not told yet stays due
    moments = filter(None, (reminder_due(dated, each) for each in _wanted(subscribers)))
    ahead = (each for each in moments if each > now or (dated.remind_at and each >= since))
    return replace(dated, remind_at=min(ahead, default=None))


def _wanted(subscribers: Iterable[Subscriber]) -> frozenset[Reminder]:
    return frozenset(reminder for subscriber in subscribers for reminder in subscriber.reminders)


def due_reminders(
    dates: Iterable[LedgerDate], stories: Mapping[str, Story], subscribers: Iterable[Subscriber], now: datetime
) -> tuple[tuple[LedgerDate, ...], tuple[DueReminder, ...]]:
    """The dates of which a Reminder is due at `now`, with their next one; and the Alerts. Nothing is due twice.

    Of Reminders that come late only the nearest is told; after the deadline none is.
    """
    known = tuple(subscribers)
    done, due = [], []
    for each in dates:
        passed = _passed(each, _wanted(known), now)
        end, story = must_act_by(each), stories.get(each.story)
        if passed and story and end and end > now and each.state is DateState.OPEN:
            nearest = max(passed, key=lambda one: (passed[one], str(one)))
            due.append(DueReminder(alert=_alert(each, story, nearest, now), date=each, reminders=frozenset(passed)))
        done.append(schedule_reminder(replace(each, remind_at=None), known, now))
    return tuple(done), tuple(due)


def _passed(dated: LedgerDate, wanted: Iterable[Reminder], now: datetime) -> Mapping[Reminder, datetime]:
    """The Reminders that have become due, with the moments at which they did."""
    moments = {each: when for each in wanted if (when := reminder_due(dated, each))}
    return {each: when for each, when in moments.items() if dated.remind_at and dated.remind_at <= when <= now}


def _alert(dated: LedgerDate, story: Story, reminder: Reminder, now: datetime) -> Alert:
    return Alert(
        reason=Reason.DEADLINE_NEAR,
        at=now,
        story=story.id,
        item=dated.item,
        status=story.status,
        topics=story.topics,
        note=f"{dated.id} {reminder}",
    )
