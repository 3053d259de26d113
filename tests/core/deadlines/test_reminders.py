"""Working hours, what cannot wait for a digest or the end of the night, and when a deadline is reminded of."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.deadlines.reminders import due_reminders, must_act_by, reminder_due, schedule_reminder
from watcher.core.delivery.routing import plan_deliveries
from watcher.core.delivery.schedule import urgent_due
from watcher.core.language.working_time import (
    add_working_time,
    is_working_day,
    subtract_working_time,
    working_days_between,
    working_time_between,
)
from watcher.model import (
    Alert,
    DateState,
    DateStateChange,
    Deadline,
    DeadlineKind,
    Frequency,
    LedgerDate,
    PlannedDelivery,
    Precision,
    Reason,
    Reminder,
    Status,
    Story,
    Subscriber,
)

LONDON = ZoneInfo("Europe/London")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DAY_BEFORE, FOUR_HOURS = Reminder.of("24h"), Reminder.of("4wh")


def at(written: str) -> datetime:
    """A moment in London, such as 2026-11-06 16:00."""
    return datetime.fromisoformat(written).replace(tzinfo=LONDON).astimezone(UTC)


def dated(
    when: str = "",
    *,
    kind: DeadlineKind = DeadlineKind.DEADLINE,
    offset: str = "",
    month: bool = False,
    seen: str = "2026-10-01 12:00",
) -> LedgerDate:
    exact = " " in when
    day = None if not when else at(when) if exact else date.fromisoformat(when)
    precision = Precision.MONTH if month else Precision.MINUTE if exact else Precision.DAY
    return LedgerDate(
        id=f"d {when}{offset}",
        story="s",
        item="i",
        deadline=Deadline(kind=kind, at=day, precision=precision, words=when, sentence=f"By {when}.", offset=offset),
        stated_at=at(seen),
        state_changes=(DateStateChange(state=DateState.OPEN, item="i", at=at(seen)),),
        official=True,
        series_id="d",
    )


def local(moment: datetime | None) -> str:
    return f"{moment.astimezone(LONDON):%a %Y-%m-%d %H:%M}" if moment else "never"


# --- working hours ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("2026-11-06 14:30", "2026-11-06 17:00", 2.5),
        ("2026-11-06 17:30", "2026-11-09 09:00", 2),  # a weekend between
        ("2026-11-06 07:00", "2026-11-06 23:59", 10.5),
        ("2026-12-24 17:30", "2026-12-29 09:00", 2),
        ("2026-11-06 19:00", "2026-11-06 23:59", 0),
        ("2026-11-06 17:00", "2026-11-06 14:30", 0),
        ("2026-11-09 17:00", "2026-11-06 14:30", 0),
    ],
)
def test_the_working_hours_that_are_left(begin: str, end: str, expected: float) -> None:
    assert working_time_between(at(begin), at(end)) == expected * HOUR


@pytest.mark.parametrize(
    ("begin", "hours", "expected"),
    [
        ("2026-11-06 14:30", 4, "Fri 2026-11-06 18:30"),
        ("2026-11-06 14:31", 4, "Mon 2026-11-09 08:01"),
        ("2026-11-06 23:00", 4, "Mon 2026-11-09 12:00"),
        ("2026-11-07 07:30", 0, "Mon 2026-11-09 08:00"),
        ("2026-12-24 17:30", 2, "Tue 2026-12-29 09:00"),  # Christmas, and the Monday instead of a Saturday
        ("2026-10-23 18:00", 1, "Mon 2026-10-26 08:30"),  # the clocks go back between
        ("2027-03-25 18:00", 1, "Tue 2027-03-30 08:30"),  # Easter, and the clocks go forward
        ("2026-11-06 08:00", 21, "Mon 2026-11-09 18:30"),
    ],
)
def test_so_much_working_time_has_passed_then_and_no_sooner(begin: str, hours: int, expected: str) -> None:
    assert local(add_working_time(at(begin), hours * HOUR)) == expected


@pytest.mark.parametrize(
    ("end", "hours", "expected"),
    [
        ("2026-11-06 23:59", 4, "Fri 2026-11-06 14:30"),
        ("2026-11-09 09:00", 4, "Fri 2026-11-06 15:30"),
        ("2026-11-08 12:00", 4, "Fri 2026-11-06 14:30"),
        ("2026-12-29 09:00", 2, "Thu 2026-12-24 17:30"),
        ("2026-10-26 08:30", 1, "Fri 2026-10-23 18:00"),
        ("2026-11-09 08:00", 4, "Fri 2026-11-06 14:30"),
    ],
)
def test_so_much_working_time_is_left_then(end: str, hours: int, expected: str) -> None:
    assert local(subtract_working_time(at(end), hours * HOUR)) == expected


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.integers(0, 2 * 365 * 24 * 60), st.integers(1, 40 * 60))
def test_working_time_forth_and_back_is_where_it_began(minutes: int, span: int) -> None:
    begin = add_working_time(datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE, MINUTE)
    end = add_working_time(begin, span * MINUTE)
    assert is_working_day(end.astimezone(LONDON).date())
    assert time(8) <= end.astimezone(LONDON).time() <= time(18, 30)
    assert subtract_working_time(end, span * MINUTE) == begin or local(begin)[-5:] in {"08:00", "18:30"}


def test_working_days_left_are_counted_without_today() -> None:
    friday = date(2026, 11, 6)
    days = [date(2026, 11, 6), date(2026, 11, 8), date(2026, 11, 9), date(2026, 11, 13), date(2026, 10, 1)]
    assert [working_days_between(friday, day) for day in days] == [0, 0, 1, 5, 0]


# --- what cannot wait ---------------------------------------------------------------------------------------------

AT_ONCE = Subscriber(id="channel", via="slack", address="C1", quiet=(time(21), time(7)))
DAILY = Subscriber(id="daily", via="email", address="d@example.org", frequency=Frequency.DAILY)
NIGHTLY = replace(DAILY, id="nightly", quiet=(time(20), time(9)))
WEEKLY = Subscriber(id="weekly", via="email", address="w@example.org", frequency=Frequency.WEEKLY)


@pytest.mark.parametrize(
    ("subscriber", "now", "deadline", "expected"),
    [
        # Friday 16:00, "within 24 hours": Saturday's digest comes when nobody works any more.
        (DAILY, "2026-11-06 16:00", "2026-11-07 16:00", "Fri 2026-11-06 16:00"),
        (WEEKLY, "2026-11-06 16:00", "2026-11-07 16:00", "Fri 2026-11-06 16:00"),
        (AT_ONCE, "2026-11-06 16:00", "2026-11-07 16:00", "never"),  # it leaves at once as ever
        # The digest of 07:30 leaves four working hours until noon, and less until 11:59.
        (DAILY, "2026-11-09 16:00", "2026-11-10 12:00", "never"),
        (DAILY, "2026-11-09 16:00", "2026-11-10 11:59", "Mon 2026-11-09 16:00"),
        (DAILY, "2026-11-09 16:00", "2026-11-10 23:59", "never"),
        (WEEKLY, "2026-11-09 16:00", "2026-11-13 23:59", "Mon 2026-11-09 16:00"),
        (WEEKLY, "2026-11-09 16:00", "2026-11-16 23:59", "never"),
        # Quiet hours: from 07:00 on four working hours end at noon.
        (AT_ONCE, "2026-11-09 22:00", "2026-11-10 06:00", "Mon 2026-11-09 22:00"),
        (AT_ONCE, "2026-11-09 22:00", "2026-11-10 11:59", "Mon 2026-11-09 22:00"),
        (AT_ONCE, "2026-11-09 22:00", "2026-11-10 12:00", "never"),
        (NIGHTLY, "2026-11-09 22:00", "2026-11-10 11:00", "Mon 2026-11-09 22:00"),
        (NIGHTLY, "2026-11-14 22:00", "2026-11-16 09:00", "Sat 2026-11-14 22:00"),
        # The night in which the clocks go back, and the one in which they go forward.
        (AT_ONCE, "2026-10-24 22:00", "2026-10-26 12:00", "never"),
        (AT_ONCE, "2026-10-24 22:00", "2026-10-26 11:59", "Sat 2026-10-24 22:00"),
        (DAILY, "2027-03-27 10:00", "2027-03-30 11:59", "Sat 2027-03-27 10:00"),
        # What is over presses nobody.
        (DAILY, "2026-11-06 16:00", "2026-11-06 15:00", "never"),
    ],
)
def test_what_would_be_told_less_than_four_working_hours_before_does_not_wait(
    subscriber: Subscriber, now: str, deadline: str, expected: str
) -> None:
    assert local(urgent_due(subscriber, [at(deadline)], at(now))) == expected


def test_a_digest_subscriber_is_told_at_the_end_of_the_quiet_hours_where_that_is_soon_enough() -> None:
    weekly = replace(WEEKLY, quiet=(time(20), time(7)))
    assert local(urgent_due(weekly, [at("2026-11-10 23:59")], at("2026-11-09 22:00"))) == "Tue 2026-11-10 07:00"


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        (dated("2026-11-07 16:00"), "Sat 2026-11-07 16:00"),
        (dated("2026-11-07"), "Sat 2026-11-07 23:59"),
        (dated(kind=DeadlineKind.RELATIVE, offset="24 hours", seen="2026-11-06 16:00"), "Sat 2026-11-07 16:00"),
        (dated(kind=DeadlineKind.RELATIVE, offset="5 working days", seen="2026-11-06 16:00"), "Fri 2026-11-13 23:59"),
        (dated(kind=DeadlineKind.RELATIVE, offset="2 weeks", seen="2026-11-06 16:00"), "Fri 2026-11-20 16:00"),
        (dated(kind=DeadlineKind.RELATIVE, offset="six moons"), "never"),
        (dated("2026-11-30", month=True), "never"),
        (dated("2026-11-07", kind=DeadlineKind.EFFECTIVE), "never"),
        (replace(dated("2026-11-07"), disagrees_with="the official one"), "never"),
    ],
)
def test_a_deadline_presses_and_what_has_no_day_or_only_starts_does_not(kept: LedgerDate, expected: str) -> None:
    assert local(must_act_by(kept)) == expected


def test_an_alert_that_cannot_wait_is_a_delivery_of_its_own_and_a_rumour_waits() -> None:
    now, pressing = at("2026-11-06 16:00"), {"s": (at("2026-11-07 16:00"),)}
    alert = Alert(reason=Reason.FIRST_HEARD, at=now, story="s", item="i", revision=1, topics=("pcse",))
    rumour = replace(alert, item="j", relevance=-1)
    waiting = PlannedDelivery(
        subscriber="daily",
        channel=DAILY.channel,
        period="daily:2026-11-07",
        due=at("2026-11-07 07:30"),
        alert=rumour.id,
        else_period="daily:2026-11-08",
        else_due=at("2026-11-08 07:30"),
    )
    assert plan_deliveries([rumour, alert], [DAILY], now, urgent_moments=pressing) == (
        PlannedDelivery(
            subscriber="daily",
            channel=DAILY.channel,
            period=f"alert:{alert.id}",
            due=now,
            alert=alert.id,
            alone=True,
        ),
        waiting,
    )


# --- reminders ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "day_before", "hours_before"),
    [
        (dated("2026-11-12 17:00"), "Wed 2026-11-11 17:00", "Thu 2026-11-12 13:00"),
        (dated("2026-11-12"), "Wed 2026-11-11 23:59", "Thu 2026-11-12 14:30"),
        (dated("2026-11-09 09:00"), "Sun 2026-11-08 09:00", "Fri 2026-11-06 15:30"),
        (dated("2023-10-22"), "Thu 2023-10-19 23:59", "Fri 2023-10-20 14:30"),  # a Sunday
        (dated("2024-03-31"), "Wed 2024-03-27 23:59", "Thu 2024-03-28 14:30"),  # Easter Sunday, and the clocks change
        (dated("2026-11-07 16:00"), "Thu 2026-11-05 23:59", "Fri 2026-11-06 14:30"),
        (dated("2026-10-26 12:00"), "Sun 2026-10-25 12:00", "Mon 2026-10-26 08:00"),  # 24 hours, the clocks went back
        (dated("2026-10-26 01:30"), "Sun 2026-10-25 01:30", "Fri 2026-10-23 14:30"),
        (dated("2027-03-30"), "Mon 2027-03-29 23:59", "Tue 2027-03-30 14:30"),
        (dated("2026-11-30", month=True), "never", "never"),
        (dated("2026-11-12", kind=DeadlineKind.EFFECTIVE), "never", "never"),
        (dated(kind=DeadlineKind.RELATIVE, offset="24 hours"), "never", "never"),
    ],
)
def test_a_reminder_comes_so_long_before_the_deadline_or_the_last_working_day(
    kept: LedgerDate, day_before: str, hours_before: str
) -> None:
    assert (local(reminder_due(kept, DAY_BEFORE)), local(reminder_due(kept, FOUR_HOURS))) == (
        day_before,
        hours_before,
    )


STORY = Story(id="s", title="Story", status=Status.CONFIRMED, topics=("pay",), opened_at=at("2026-10-01 12:00"))
STORIES = {"s": STORY}
THURSDAY = dated("2026-11-12 17:00")


def reminded(now: str, kept: LedgerDate) -> tuple[list[str], list[str]]:
    """When the dates are reminded of next, and what is told at `now`."""
    dates, due = due_reminders([kept], STORIES, [AT_ONCE, DAILY], at(now))
    return [local(each.remind_at) for each in dates], [each.alert.note for each in due]


def test_each_reminder_is_told_once_and_then_the_next_is_due() -> None:
    kept = schedule_reminder(THURSDAY, [AT_ONCE, DAILY], at("2026-11-02 12:00"))
    assert local(kept.remind_at) == "Wed 2026-11-11 17:00"
    assert reminded("2026-11-11 17:00", kept) == (["Thu 2026-11-12 13:00"], ["d 2026-11-12 17:00 24h"])
    after = replace(kept, remind_at=at("2026-11-12 13:00"))
    assert reminded("2026-11-12 13:02", after) == (["never"], ["d 2026-11-12 17:00 4wh"])


def test_late_reminders_become_one_and_after_the_deadline_there_is_none() -> None:
    kept = replace(THURSDAY, remind_at=at("2026-11-11 17:00"))
    assert reminded("2026-11-12 16:00", kept) == (["never"], ["d 2026-11-12 17:00 4wh"])
    assert reminded("2026-11-12 17:00", kept) == (["never"], [])


def test_what_is_withdrawn_or_moved_is_not_reminded_of() -> None:
    for state in (DateState.WITHDRAWN, DateState.MOVED):
        gone = replace(THURSDAY, remind_at=at("2026-11-11 17:00")).with_state(state, "j", at("2026-11-10 12:00"))
        assert schedule_reminder(gone, [AT_ONCE], at("2026-11-10 12:00")).remind_at is None
        assert reminded("2026-11-11 17:00", gone) == (["never"], [])


def test_a_reminder_that_is_due_and_not_told_yet_survives_a_further_text() -> None:
    kept = replace(THURSDAY, remind_at=at("2026-11-11 17:00"))
    again = schedule_reminder(kept, [AT_ONCE], at("2026-11-12 09:00"))
    assert again == kept


def test_what_was_due_before_we_knew_of_the_date_is_not_told() -> None:
    assert local(schedule_reminder(THURSDAY, [AT_ONCE], at("2026-11-12 09:00")).remind_at) == "Thu 2026-11-12 13:00"
    assert local(schedule_reminder(THURSDAY, [AT_ONCE], at("2026-11-12 14:00")).remind_at) == "never"


def test_the_alert_is_about_the_story_and_names_the_date_and_the_reminder() -> None:
    now = at("2026-11-11 17:00")
    _, (due,) = due_reminders([replace(THURSDAY, remind_at=now)], STORIES, [AT_ONCE], now)
    assert due.alert == Alert(
        reason=Reason.DEADLINE_NEAR,
        at=now,
        story="s",
        item="i",
        status=Status.CONFIRMED,
        topics=("pay",),
        note="d 2026-11-12 17:00 24h",
    )
    assert due.reminders == frozenset({DAY_BEFORE})


@pytest.mark.parametrize(
    ("handled", "expected"),
    [
        ({}, True),
        ({"daily": at("2026-10-02 12:00")}, False),
        ({"": at("2026-10-02 12:00")}, False),
        ({"other": at("2026-10-02 12:00")}, True),
        ({"daily": at("2026-09-30 12:00")}, True),  # the date came later
    ],
)
def test_who_has_handled_the_story_is_not_reminded(handled: dict[str, datetime], expected: bool) -> None:  # noqa: FBT001
    now = at("2026-11-11 17:00")
    _, (due,) = due_reminders([replace(THURSDAY, remind_at=now)], STORIES, [DAILY], now)
    assert due.concerns(DAILY, handled) is expected
    assert not due.concerns(replace(DAILY, reminders=(FOUR_HOURS,)), {})
