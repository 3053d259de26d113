"""When a source is polled next and what is remembered of it, after a poll that succeeded and after one that failed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median

from watcher.core.delivery.schedule import next_poll_at
from watcher.core.watching import health
from watcher.core.watching.fast_polling import (
    UnconfirmedStory,
    fast_poll_at,
    not_before_after_failure,
    not_before_after_success,
)
from watcher.core.watching.proof import TRY_SOON
from watcher.errors import NotFetched, NotParsed, NotThePage
from watcher.model import ParseResult, SourceState
from watcher.model.options import AUTO

MIN_ARRIVALS, LOOKS_PER_ARRIVAL = 5, 4
UNKNOWN_RHYTHM, MIN_AUTO, MAX_AUTO = timedelta(hours=1), timedelta(minutes=10), timedelta(hours=6)
GAP_SPEEDUP = 4  # after a gap, poll this many times sooner
MIN_POLL_INTERVAL = timedelta(seconds=30)


def interval(every: timedelta, state: SourceState) -> timedelta:
    """The longest time between two polls: `every`, or for `every: auto` by the source's own rhythm.

    A quarter of its usual wait for something new, from ten minutes to six hours; an hour while it is not known.
    """
    if every != AUTO:
        return every
    if len(state.arrival_intervals) < MIN_ARRIVALS:
        return UNKNOWN_RHYTHM
    quarter = timedelta(seconds=median(state.arrival_intervals)) / LOOKS_PER_ARRIVAL
    return min(max(quarter, MIN_AUTO), MAX_AUTO)


def state_after_poll(
    before: SourceState,
    parsed: ParseResult,
    every: timedelta,
    fresh: int,
    unconfirmed: Sequence[UnconfirmedStory],
    now: datetime,
) -> SourceState:
    """The state after a poll that succeeded at `now` (UTC), with the moment of the next one.

    `every`: the source's interval; `fresh`: how many Items we did not have; `unconfirmed`: the Stories that this source
    could confirm. The next poll comes sooner after a gap, and for the sake of these Stories.
    """
    after = health.state_after_success(before, parsed, now, fresh=fresh)
    max_age = parsed.responses[0].max_age if parsed.responses else None
    by_age = reversed(parsed.responses)  # of one address the first counts: what follows may answer a form
    validators = {response.requested_url: response.validators for response in by_age}
    after = replace(
        after,
        validators=before.validators if parsed.partial else validators,
        not_before=not_before_after_success(before, after.ttl, max_age, now),
    )
    every = interval(every, after)
    wait = max(every / GAP_SPEEDUP, MIN_POLL_INTERVAL) if after.gap_at == now else every
    usual = next_poll_at(before.source, wait, now, ttl=after.ttl)
    return replace(after, next_poll=fast_poll_at(after, usual, unconfirmed, now))


def state_after_failed_poll(
    before: SourceState, error: NotFetched | NotParsed, every: timedelta, now: datetime, *, is_on: bool = True
) -> SourceState:
    """The state after a poll that failed at `now` (UTC): the next one comes later, the old validators stay.

    Where another page stands in its place it comes as usual: the true one should be read as soon as it is back. A
    source that has yet to prove itself is not on.
    """
    if not is_on:
        return _state_after_trial(before, error, every, now)
    retry_after = error.after if isinstance(error, NotFetched) else None
    status = error.status if isinstance(error, NotFetched) else None
    after = health.state_after_failure(before, error, now)
    slower = 0 if isinstance(error, NotThePage) else after.failures
    return replace(
        after,
        not_before=not_before_after_failure(before, status, retry_after, now),
        next_poll=next_poll_at(before.source, interval(every, before), now, failures=slower, after=retry_after),
    )


def _state_after_trial(
    state: SourceState, error: NotFetched | NotParsed, every: timedelta, now: datetime
) -> SourceState:
    """The state of a source that did not prove itself at `now` (UTC): it is off, and tried again after `every`.

    Sooner where this machine reached nothing: that says nothing of the source.
    """
    is_away = isinstance(error, NotFetched) and error.unreachable
    state = replace(state, fault=health.fault_of(error), proof=replace(state.proof, why=error.why))
    return replace(state, last_poll=now, next_poll=now + (min(TRY_SOON, every) if is_away else every))
