"""How soon an official source is looked at again while a Story is only reported."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.delivery.schedule import with_jitter
from watcher.core.watching.fast_polling import (
    UnconfirmedStory,
    fast_poll_at,
    not_before_after_failure,
    not_before_after_success,
)
from watcher.model import SourceState

TOLD = datetime(2026, 11, 2, 7, 41, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FLU = UnconfirmedStory(story="s1", title="Flu jabs for the over-50s", topics=frozenset({"flu", "covid"}), told_at=TOLD)
DHSC = SourceState(source="dhsc", next_poll=TOLD)


@pytest.mark.parametrize(
    ("age", "pace"),
    [
        (0 * MINUTE, MINUTE),
        (30 * MINUTE, MINUTE),
        (HOUR, 2 * MINUTE),
        (5 * HOUR, 10 * MINUTE),
        (15 * HOUR, 30 * MINUTE),
        (DAY - SECOND, 48 * MINUTE - SECOND / 30),
        (DAY, None),  # its closing note is due
        (9 * DAY, None),  # a process that slept
        (-20 * MINUTE, MINUTE),  # the clock went back, or another replica's runs ahead
        (-3 * HOUR, 6 * MINUTE),
        (-DAY, None),
        (-400 * DAY, None),
    ],
)
def test_the_looks_are_a_minute_apart_for_half_an_hour_and_then_a_thirtieth_of_the_age(
    age: timedelta, pace: timedelta | None
) -> None:
    assert FLU.interval(TOLD + age) == pace


def waited(
    state: SourceState = DHSC,
    *others: UnconfirmedStory,
    every: timedelta = 10 * MINUTE,
    age: timedelta = timedelta(),
    first: UnconfirmedStory = FLU,
) -> timedelta:
    now = TOLD + age
    return fast_poll_at(state, now + every, (first, *others), now) - now


def test_the_next_look_is_a_minute_away_and_out_of_step_with_those_at_other_sources() -> None:
    waits = {name: waited(replace(DHSC, source=name)) for name in (f"source-{number}" for number in range(20))}
    assert waits == {name: with_jitter(name, MINUTE) for name in waits}
    assert len(set(waits.values())) == 20
    assert all(MINUTE <= wait <= 66 * SECOND for wait in waits.values())


def test_without_a_chase_all_is_as_usual_and_no_chase_makes_a_source_rarer() -> None:
    assert fast_poll_at(DHSC, TOLD + 10 * MINUTE, (), TOLD) == TOLD + 10 * MINUTE
    assert waited(age=2 * DAY) == 10 * MINUTE
    assert waited(age=20 * HOUR) == 10 * MINUTE, "40 minutes would be its pace"
    assert waited(every=30 * SECOND) == 30 * SECOND


def test_of_several_stories_the_youngest_sets_the_pace() -> None:
    older = replace(FLU, story="s0", told_at=TOLD - 5 * HOUR)
    assert waited(DHSC, FLU, first=older) == with_jitter("dhsc", MINUTE)
    assert waited(DHSC, first=older, every=HOUR) == with_jitter("dhsc", 10 * MINUTE)


@pytest.mark.parametrize(
    ("not_before", "wait"),
    [
        (TOLD - MINUTE, with_jitter("dhsc", MINUTE)),
        (TOLD + 30 * SECOND, with_jitter("dhsc", MINUTE)),
        (TOLD + 7 * MINUTE, 7 * MINUTE),
        (TOLD + 3 * HOUR, 10 * MINUTE),  # the usual look needs no leave
        (TOLD + 3 * DAY, with_jitter("dhsc", MINUTE)),  # nobody was given three days: that clock was wrong
    ],
)
def test_a_chase_never_goes_below_what_the_server_asked_for(not_before: datetime, wait: timedelta) -> None:
    assert waited(replace(DHSC, not_before=not_before)) == wait


def test_a_source_that_fails_is_not_hurried() -> None:
    assert waited(replace(DHSC, failures=1)) == 10 * MINUTE


@pytest.mark.parametrize(
    ("ttl", "max_age", "until"),
    [
        (None, None, TOLD),
        (15 * MINUTE, None, TOLD + 15 * MINUTE),
        (None, 5 * MINUTE, TOLD + 5 * MINUTE),
        (15 * MINUTE, 5 * MINUTE, TOLD + 15 * MINUTE),
        (None, 365 * DAY, TOLD + 6 * HOUR),
        (365 * DAY, None, TOLD + 6 * HOUR),
    ],
)
def test_a_server_is_not_hurried_before_its_answer_is_old(
    ttl: timedelta | None, max_age: timedelta | None, until: datetime
) -> None:
    assert not_before_after_success(DHSC, ttl, max_age, TOLD) == until


def test_a_site_that_refuses_is_not_hurried_for_six_hours_whatever_it_answers_later() -> None:
    refused = replace(DHSC, not_before=not_before_after_failure(DHSC, 429, MINUTE, TOLD))
    assert refused.not_before == not_before_after_failure(DHSC, 403, None, TOLD) == TOLD + 6 * HOUR
    assert not_before_after_success(refused, None, MINUTE, TOLD + HOUR) == TOLD + 6 * HOUR
    assert not_before_after_failure(DHSC, 503, 2 * HOUR, TOLD) == TOLD + 2 * HOUR
    assert not_before_after_failure(DHSC, 500, None, TOLD) == TOLD


def test_a_source_chases_what_it_can_confirm() -> None:
    assert [FLU.waits_for(topics) for topics in ("all", ("pay", "flu"), ("pay",), ())] == [True, True, False, False]
