"""Which Items of a poll may speak for themselves: recent ones, and watched pages that were edited."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from watcher.core.language.dates import best_moment, latest_moment
from watcher.core.pages.versions import Changes
from watcher.model import Item, SourceState

MAX_AGE = timedelta(hours=48)
BASELINE_ALERTS = 5  # on first sight of a source all is recorded, and only its newest few are news


def recent_items(items: Sequence[Item], state: SourceState, now: datetime) -> tuple[Item, ...]:
    """The Items that may speak: all recent ones; at the first sight of a source only its newest few dated ones."""
    by_date = sorted(items, key=lambda item: best_moment(item.published, now))
    last_look = min(state.last_success or now, now)  # it lies in the future when the clock was wrong
    recent = [item for item in by_date if not is_stale(latest_moment(item.published), last_look, MAX_AGE)]
    if state.last_success:
        return tuple(recent)
    dated = sorted(
        (min(end, now), -at, item) for at, item in enumerate(recent) if (end := latest_moment(item.published))
    )
    return tuple(item for _, _, item in dated[-BASELINE_ALERTS:])  # of one day's, those that the page lists first


def reportable_ids(
    items: Sequence[Item], state: SourceState, changes: Changes | None, own: Iterable[Item], now: datetime
) -> set[str]:
    """The ids of the Items that may speak; `changes` are those of a source of watched pages, else None.

    A watched page (`own`) is news by being edited, however old it is, and never by being there. Nor are the documents
    behind it at the first sight of their source: we do not know what of them is new. What another kind remembered under
    the same identity is a first sight.
    """
    recent = recent_items(items, state, now)
    if changes is None:
        return {item.id for item in recent}
    fresh = {item.id for item in recent if item.revision == 1 and state.last_success}
    return (fresh - {item.id for item in own}) | edited_page_ids(items, changes)


def edited_page_ids(items: Iterable[Item], changes: Changes) -> set[str]:
    """The ids of the watched pages that now say something else."""
    return {item.id for item in items if item.identity in changes and item.revision > 1}


def is_stale(latest: datetime | None, last_look: datetime, max_age: timedelta) -> bool:
    """Whether an Item is too old to be news: its latest possible date lies `max_age` before our last look.

    After a weekend offline Friday's announcement is still news; last month's that a site re-lists is not.
    """
    return latest is not None and latest < last_look - max_age
