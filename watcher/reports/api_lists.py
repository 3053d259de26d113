"""What programs ask for in lists: Stories by when they changed last, and dates by day."""

from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.deadlines.reminders import state_at
from watcher.core.language.dates import LONDON, london_time
from watcher.model import DateState, Story
from watcher.reports.date_pages import ShownDate, load_shown_dates
from watcher.reports.newest_alerts import changed_at, load_newest_alerts
from watcher.reports.public_view import public_part
from watcher.store.date_lists import DatePlace, find_place
from watcher.store.story_lists import StoryFilter, StoryPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedStories:
    """The public_part()s of Stories with the moments (UTC) of their last changes.

    `next_place`: behind which there are more; None at the end.
    """

    stories: tuple[tuple[Story, datetime], ...]
    next_place: StoryPlace | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange:
    """Which dates are wanted: on a Topic ("": any), in a state (None: any), from one London day to another.

    Without `begin` from today on; without `end` to the last there is.
    """

    topic: str = ""
    state: DateState | None = None
    begin: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatesInRange:
    """Dates that are wanted, the earliest first; `next_place`: behind which there are more, None at the end."""

    dates: tuple[ShownDate, ...]
    next_place: DatePlace | None


def load_changed_stories(
    tx: sa.Connection,
    _configuration: Configuration,
    _now: datetime,
    wanted: StoryFilter,
    limit: int,
    after: StoryPlace | None,
) -> ChangedStories:
    """The Stories that changed last, behind the place `after`."""
    listed = store.story_lists.list_last_changed(tx, wanted, limit + 1, after=after)
    places, stories = [place for place, _ in listed[:limit]], [public_part(story) for _, story in listed[:limit]]
    newest = load_newest_alerts(tx, stories)
    return ChangedStories(
        stories=tuple((story, changed_at(story, newest[story.id].alert)) for story in stories),
        next_place=places[-1] if len(listed) > limit else None,
    )


def load_dates_in_range(
    tx: sa.Connection,
    _configuration: Configuration,
    now: datetime,
    wanted: DateRange,
    limit: int,
    after: DatePlace | None,
) -> DatesInRange:
    """At most `limit` dates of public Stories that are `wanted` at `now` (UTC), behind the place `after`."""
    begin = london_time(wanted.begin or now.astimezone(LONDON).date(), time())
    end = london_time(wanted.end, time(23, 59)) if wanted.end else None
    ledger = store.date_lists.walk_public(tx, begin, end, topic=wanted.topic, after=after)
    in_state = (dated for dated in ledger if wanted.state is None or state_at(dated, now) is wanted.state)
    listed = list(islice(in_state, limit + 1))
    return DatesInRange(
        dates=tuple(load_shown_dates(tx, listed[:limit], now)),
        next_place=find_place(listed[limit - 1]) if len(listed) > limit else None,
    )
