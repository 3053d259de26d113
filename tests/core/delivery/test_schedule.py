"""When: the next poll, the next digest, the next try. London decides when a person wakes, UTC when it is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from watcher.core.delivery.retries import GIVE_UP_AFTER, retry_at
from watcher.core.delivery.schedule import after_quiet_hours, next_digest, next_poll_at
from watcher.core.language.dates import london_time
from watcher.errors import NotSent
from watcher.model import Delivery, Frequency, Subscriber

STEADY = settings(deadline=None, derandomize=True, max_examples=60)
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def daily(at: str = "07:30", pace: Frequency = Frequency.DAILY, on: int = 0) -> Subscriber:
    return Subscriber(id="managers", via="email", address="x", frequency=pace, at=time.fromisoformat(at), on=on)


# --- the next poll ------------------------------------------------------------------------------------------------


def waited(every: timedelta, **circumstances: object) -> timedelta:
    return next_poll_at("nhse-news", every, NOW, **circumstances) - NOW  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("every", "circumstances", "least"),
    [
        (10 * MINUTE, {}, 10 * MINUTE),
        (10 * MINUTE, {"ttl": 15 * MINUTE}, 15 * MINUTE),  # the BBC asks for a quarter of an hour
        (30 * MINUTE, {"ttl": 15 * MINUTE}, 30 * MINUTE),
        (10 * MINUTE, {"ttl": 100 * HOUR}, 6 * HOUR),  # nobody silences us for days
        (10 * MINUTE, {"failures": 1}, 10 * MINUTE),
        (10 * MINUTE, {"failures": 2}, 20 * MINUTE),
        (10 * MINUTE, {"failures": 4}, 80 * MINUTE),
        (10 * MINUTE, {"failures": 1000}, 6 * HOUR),  # never dropped for good
        (2 * DAY, {"failures": 9}, 2 * DAY),
    ],
)
def test_a_source_is_asked_again_after_its_time_and_up_to_a_tenth_more(
    every: timedelta, circumstances: dict[str, object], least: timedelta
) -> None:
    wait = waited(every, **circumstances)
    assert least <= wait <= least * 1.1


def test_a_server_that_asks_for_an_hour_gets_it() -> None:
    assert waited(10 * MINUTE, failures=1, after=HOUR) == HOUR


def test_sources_stay_out_of_step_and_each_in_its_own() -> None:
    times = [next_poll_at(f"source-{number}", HOUR, NOW) for number in range(20)]
    assert (len(set(times)), times[3]) == (20, next_poll_at("source-3", HOUR, NOW))


# --- the next try -------------------------------------------------------------------------------------------------


def delivery(attempts: int, first_due: datetime = NOW) -> Delivery:
    return Delivery(id="d", subscriber="s", period="alert:a", due=NOW, first_due=first_due, attempts=attempts)


def test_a_channel_that_fails_is_tried_less_and_less_often_for_four_days() -> None:
    now = NOW
    tries: list[int] = []
    while True:
        again = retry_at(delivery(len(tries) + 1), NotSent("503"), now)
        if again is None:
            break
        tries.append((again - now) // MINUTE)
        now = again
    assert tries[:10] == [1, 2, 5, 10, 20, 40, 60, 120, 240, 360]
    assert (set(tries[10:]), GIVE_UP_AFTER - 6 * HOUR < now - NOW <= GIVE_UP_AFTER) == ({360}, True)


@pytest.mark.promise("P15")
def test_a_message_that_is_refused_for_good_is_not_tried_again_and_an_address_once_a_day() -> None:
    assert retry_at(delivery(1), NotSent("invalid_blocks", for_good=True, about_message=True), NOW) is None
    assert retry_at(delivery(1), NotSent("channel gone", for_good=True), NOW) == NOW + 24 * HOUR
    assert retry_at(delivery(4), NotSent("channel gone", for_good=True), NOW + 4 * 24 * HOUR) is None


def test_a_message_that_is_too_large_is_tried_again_in_halves() -> None:
    too_large = NotSent("msg_too_long", for_good=True, about_message=True, too_large=True)
    assert retry_at(delivery(1), too_large, NOW) == NOW + MINUTE


@pytest.mark.parametrize(("asked", "waited"), [(HOUR, HOUR), (1 * MINUTE, 5 * MINUTE)])
def test_a_channel_that_asks_for_time_gets_at_least_that(asked: timedelta, waited: timedelta) -> None:
    assert retry_at(delivery(3), NotSent("429", after=asked), NOW) == NOW + waited


def test_a_channel_that_broke_on_friday_evening_is_still_tried_on_tuesday() -> None:
    friday, tuesday = datetime(2026, 11, 6, 18, 0, tzinfo=UTC), datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
    assert retry_at(delivery(20, friday), NotSent("503"), tuesday) == tuesday + 6 * HOUR


# --- the next digest: P12 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-02T07:29:59+00:00", ("daily:2026-11-02", "2026-11-02T07:30:00+00:00")),
        ("2026-11-02T07:30:00+00:00", ("daily:2026-11-03", "2026-11-03T07:30:00+00:00")),
        ("2026-07-02T06:29:59+00:00", ("daily:2026-07-02", "2026-07-02T06:30:00+00:00")),
        ("2026-10-24T12:00:00+00:00", ("daily:2026-10-25", "2026-10-25T07:30:00+00:00")),
        ("2027-03-27T12:00:00+00:00", ("daily:2027-03-28", "2027-03-28T06:30:00+00:00")),
        ("2026-07-01T23:30:00+00:00", ("daily:2026-07-02", "2026-07-02T06:30:00+00:00")),
    ],
)
@pytest.mark.promise("P12")
def test_a_daily_digest_goes_out_at_half_past_seven_in_london(now: str, expected: tuple[str, str]) -> None:
    period, due = next_digest(daily(), datetime.fromisoformat(now))
    assert (period, due.isoformat()) == expected


def test_a_weekly_digest_goes_out_on_its_day() -> None:
    friday = daily(pace=Frequency.WEEKLY, on=4)
    assert next_digest(friday, NOW) == ("weekly:2026-11-06", datetime(2026, 11, 6, 7, 30, tzinfo=UTC))
    assert next_digest(friday, datetime(2026, 11, 6, 7, 30, tzinfo=UTC))[0] == "weekly:2026-11-13"


@STEADY
@given(st.times().map(lambda moment: f"{moment:%H:%M}"), st.lists(st.integers(0, 400 * 24 * 60), max_size=30))
@example("07:30", [0])
@example("00:00", [0])
@example("01:30", [0, 12 * 24 * 60])  # refused by the configuration, and even then one a day
@example("23:59", [0])
@pytest.mark.fault(114, 115)
@pytest.mark.promise("P12")
def test_every_moment_of_400_days_is_in_exactly_one_digest_and_every_london_day_has_one(
    at: str, minutes: list[int]
) -> None:
    subscriber, start = daily(at), datetime(2026, 10, 1, tzinfo=UTC)
    digests, now = [], start
    while now < start + 400 * DAY:
        period, now = next_digest(subscriber, now)
        digests.append((period, now))
    days = [date.fromisoformat(period.removeprefix("daily:")) for period, _ in digests]
    moments = [due for _, due in digests]
    assert days == [days[0] + number * DAY for number in range(len(days))]
    assert {date(2026, 10, 25), date(2027, 3, 28)} < set(days)
    assert moments == sorted(set(moments))
    assert [due.astimezone(LONDON).date() for due in moments] == days
    for each in minutes:  # an Alert of any minute joins the first digest after it, never one that left
        seen = start + each * MINUTE
        assert next_digest(subscriber, seen) == next((period, due) for period, due in digests if due > seen)


@pytest.mark.fault(114, 115)
def test_days_have_23_24_or_25_hours_between_digests() -> None:
    lengths = {
        on: london_time(on, time(7, 30)) - london_time(on - DAY, time(7, 30))
        for on in (date(2026, 10, 25), date(2026, 11, 2), date(2027, 3, 28))
    }
    assert list(lengths.values()) == [25 * HOUR, 24 * HOUR, 23 * HOUR]


# --- quiet hours --------------------------------------------------------------------------------------------------


def quiet(begin: str, end: str) -> Subscriber:
    hours = (time.fromisoformat(begin), time.fromisoformat(end))
    return Subscriber(id="channel", via="slack", address="x", quiet=hours)


@pytest.mark.parametrize(
    ("hours", "now", "expected"),
    [
        (("21:00", "07:00"), "2026-11-02T20:59:00+00:00", "2026-11-02T20:59:00+00:00"),
        (("21:00", "07:00"), "2026-11-02T21:00:00+00:00", "2026-11-03T07:00:00+00:00"),
        (("21:00", "07:00"), "2026-11-03T06:59:00+00:00", "2026-11-03T07:00:00+00:00"),
        (("21:00", "07:00"), "2026-11-03T07:00:00+00:00", "2026-11-03T07:00:00+00:00"),
        (("21:00", "07:00"), "2026-07-02T20:00:00+00:00", "2026-07-03T06:00:00+00:00"),
        (("21:00", "07:00"), "2026-10-24T22:00:00+00:00", "2026-10-25T07:00:00+00:00"),
        (("12:00", "13:00"), "2026-11-02T12:30:00+00:00", "2026-11-02T13:00:00+00:00"),
        (("12:00", "13:00"), "2026-11-02T13:30:00+00:00", "2026-11-02T13:30:00+00:00"),
        (("07:00", "07:00"), "2026-11-02T07:00:00+00:00", "2026-11-02T07:00:00+00:00"),
        (("00:00", "01:30"), "2026-10-25T01:10:00+00:00", "2026-10-25T01:10:00+00:00"),  # 01:30 has passed once
    ],
)
def test_an_alert_waits_for_the_end_of_the_quiet_hours(hours: tuple[str, str], now: str, expected: str) -> None:
    assert after_quiet_hours(quiet(*hours), datetime.fromisoformat(now)).isoformat() == expected


def test_without_quiet_hours_it_is_always_now() -> None:
    assert after_quiet_hours(daily(), NOW) == NOW


@STEADY
@given(st.times(), st.times(), st.integers(0, 400 * 24 * 60))
def test_quiet_hours_delay_by_less_than_a_day_and_an_hour_and_never_into_the_past(
    begin: time, end: time, minutes: int
) -> None:
    now = datetime(2026, 10, 1, tzinfo=UTC) + minutes * MINUTE
    again = after_quiet_hours(Subscriber(id="s", via="slack", address="x", quiet=(begin, end)), now)
    assert now <= again <= now + 25 * HOUR
