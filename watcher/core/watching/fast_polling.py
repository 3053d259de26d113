"""The chase: while a Story is only reported, the official sources that could confirm it are looked at more often.

A minute apart in the first half hour, then a thirtieth of the time since it was told (two minutes after an hour, ten
after five), until it is settled or has had its closing note. A chase never makes a source rarer than `every`, and never
goes below what its server asks for.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from watcher.core.delivery.schedule import MAX_WAIT, with_jitter
from watcher.core.language.format import format_moment
from watcher.core.stories.placement import CLOSES_AFTER
from watcher.model import SourceState

MIN_INTERVAL = timedelta(minutes=1)
SLOWING = 30
REFUSALS = frozenset({403, 429})  # a site that refuses found us too quick already


@dataclass(frozen=True, slots=True, kw_only=True)
class UnconfirmedStory:
    """A Story that waits for an official word; `told_at`: when its first reader was told, at once or for a digest."""

    story: str
    title: str
    topics: frozenset[str]
    told_at: datetime

    def interval(self, now: datetime) -> timedelta | None:
        """How far apart the looks are at `now` (UTC); None when it is over.

        A moment in the future means that a clock jumped. It counts like the past: no jump makes us hurry for days.
        """
        age = abs(now - self.told_at)
        return max(MIN_INTERVAL, age / SLOWING) if age < CLOSES_AFTER else None

    def waits_for(self, topics: Literal["all"] | Collection[str]) -> bool:
        """Whether a source that can confirm `topics` could confirm this Story."""
        return topics == "all" or not self.topics.isdisjoint(topics)


def fast_poll_at(state: SourceState, usual: datetime, chases: Iterable[UnconfirmedStory], now: datetime) -> datetime:
    """`usual`, or sooner for the quickest of `chases`: not before the server allows, and never at a failing source."""
    paces = [pace for each in chases if (pace := each.interval(now))]
    if state.failures or not paces:
        return usual
    return min(usual, max(now + with_jitter(state.source, min(paces)), may_poll_fast_from(state, now) or now))


def may_poll_fast_from(state: SourceState, now: datetime) -> datetime | None:
    """From when on the server lets itself be hurried; None when that is now.

    Nobody is given more than LONGEST_WAIT: what lies further ahead was written by a clock that was wrong.
    """
    given = state.not_before is not None and now < state.not_before <= now + MAX_WAIT
    return state.not_before if given else None


def not_before_after_success(
    before: SourceState, ttl: timedelta | None, max_age: timedelta | None, now: datetime
) -> datetime:
    """`not_before` after a look that succeeded.

    `max_age` says how long a copy may be used without asking. Until then a cache may answer with what we have, so it
    is pointless to hurry; but it is no wish to be left alone, and a year is an oversight: it slows no usual look.
    """
    asked = max(ttl or timedelta(), max_age or timedelta())
    return max(now + min(asked, MAX_WAIT), may_poll_fast_from(before, now) or now)


def not_before_after_failure(
    before: SourceState, status: int | None, after: timedelta | None, now: datetime
) -> datetime:
    """`not_before` after a look that failed: Retry-After, and no hurry for a while where a site refuses."""
    asked = MAX_WAIT if status in REFUSALS else after or timedelta()
    return max(now + min(asked, MAX_WAIT), may_poll_fast_from(before, now) or now)


def fast_polling_line(chase: UnconfirmedStory, names: Collection[str]) -> str:
    """For `watcher health`: which sources are looked at more often, and for which Story."""
    who = ", ".join(names) or "no source that can be read could confirm it"
    return f"Chasing an official word on “{chase.title}” ({chase.story}), told {format_moment(chase.told_at)}: {who}"
