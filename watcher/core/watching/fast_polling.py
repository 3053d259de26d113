"""Fast polling: while a Story is only reported, the official sources that could confirm it are polled more often.

A minute apart in the first half hour, then a thirtieth of the time since it was told (two minutes after an hour, ten
after five), until it is settled or has had its closing note. Fast polling never makes a source rarer than `every`, and
never polls it sooner than its server asks.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from watcher.core.delivery.closing_note import CLOSES_AFTER
from watcher.core.delivery.schedule import MAX_WAIT, with_jitter
from watcher.core.language.format import format_moment
from watcher.model import SourceState

MIN_FAST_INTERVAL = timedelta(minutes=1)
SLOWING = 30  # the interval is this part of the time since the Story was told
REFUSALS = frozenset({403, 429})  # a site that refuses already found us too quick


@dataclass(frozen=True, slots=True, kw_only=True)
class UnconfirmedStory:
    """A Story with no official word yet; `told_at` (UTC): when its first reader was told, at once or for a digest."""

    story: str
    title: str
    topics: frozenset[str]
    told_at: datetime

    def interval(self, now: datetime) -> timedelta | None:
        """How far apart the polls are at `now` (UTC); None when fast polling is over.

        A `told_at` in the future means that a clock jumped. It counts like the past, so that no jump makes us poll fast
        for days.
        """
        age = abs(now - self.told_at)
        return max(MIN_FAST_INTERVAL, age / SLOWING) if age < CLOSES_AFTER else None

    def waits_for(self, topics: Literal["all"] | Collection[str]) -> bool:
        """Whether a source that can confirm `topics` could confirm this Story."""
        return topics == "all" or not self.topics.isdisjoint(topics)


def fast_poll_at(
    state: SourceState, usual: datetime, unconfirmed: Iterable[UnconfirmedStory], now: datetime
) -> datetime:
    """When (UTC) to poll a source next: at `usual`, or sooner for the most urgent of `unconfirmed`.

    Never before its server allows, and never sooner than usual while it fails.
    """
    intervals = [interval for story in unconfirmed if (interval := story.interval(now))]
    if state.failures or not intervals:
        return usual
    return min(usual, max(now + with_jitter(state.source, min(intervals)), may_poll_fast_from(state, now) or now))


def may_poll_fast_from(state: SourceState, now: datetime) -> datetime | None:
    """From when (UTC) the server may be polled fast; None when it may be now.

    No `not_before` more than MAX_WAIT ahead is respected: it was written by a clock that was wrong.
    """
    must_wait = state.not_before is not None and now < state.not_before <= now + MAX_WAIT
    return state.not_before if must_wait else None


def not_before_after_success(
    before: SourceState, ttl: timedelta | None, max_age: timedelta | None, now: datetime
) -> datetime:
    """`not_before` (UTC) after a poll that succeeded.

    `max_age` (Cache-Control) says how long a copy may be used without asking. Until then a cache may answer with what
    we have, so it is pointless to poll fast; but it is no wish to be left alone, and a year is an oversight: it never
    delays a usual poll.
    """
    asked = max(ttl or timedelta(), max_age or timedelta())
    return max(now + min(asked, MAX_WAIT), may_poll_fast_from(before, now) or now)


def not_before_after_failure(
    before: SourceState, status: int | None, after: timedelta | None, now: datetime
) -> datetime:
    """`not_before` (UTC) after a poll that failed: Retry-After as `after`, or six hours where a site refuses."""
    asked = MAX_WAIT if status in REFUSALS else after or timedelta()
    return max(now + min(asked, MAX_WAIT), may_poll_fast_from(before, now) or now)


def fast_polling_line(unconfirmed: UnconfirmedStory, names: Collection[str]) -> str:
    """A line for `watcher health`: the `names` of the sources that are polled more often, and for which Story."""
    sources = ", ".join(names) or "no source that can be read could confirm it"
    told_at = format_moment(unconfirmed.told_at)
    return f"Chasing an official word on “{unconfirmed.title}” ({unconfirmed.story}), told {told_at}: {sources}"
