"""Ticks: fresh for two intervals after the last that ended well."""

from datetime import UTC, datetime, timedelta

from watcher.core.watching.ticks import MAX_TICK_AGE, find_stale_ticks

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def test_a_tick_is_stale_before_the_first_one_and_when_none_came_for_too_long() -> None:
    assert find_stale_ticks({}, NOW) == ()
    assert find_stale_ticks({"poll": None, "deliver": NOW}, NOW) == ("poll",)
    assert find_stale_ticks({"poll": NOW - MAX_TICK_AGE, "deliver": NOW}, NOW) == ()
    late = NOW - MAX_TICK_AGE - timedelta(seconds=1)
    assert find_stale_ticks({"poll": late, "deliver": late}, NOW) == ("poll", "deliver")
