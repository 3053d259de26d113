"""Which Items of a poll may be reported by themselves: recent ones, and watched pages that were edited."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from watcher.core.language.dates import best_moment, latest_moment
from watcher.core.pages.versions import Changes
from watcher.model import Item, SourceState

MAX_AGE = timedelta(hours=48)
MAX_ALERTS_AT_FIRST_POLL = 5  # at the first poll of a source all is stored, and only its newest few Items are news


def recent_items(items: Sequence[Item], state: SourceState, now: datetime) -> tuple[Item, ...]:
    """The Items that may be reported, oldest first; at the first poll of a source only its newest few dated ones."""
    by_date = sorted(items, key=lambda item: best_moment(item.published, now))
    last_poll = min(state.last_success or now, now)  # it lies in the future when the clock was wrong
    recent = [item for item in by_date if not is_stale(latest_moment(item.published), last_poll, MAX_AGE)]
    if state.last_success:
        return tuple(recent)
    dated = sorted(
        (min(end, now), -position, item)
        for position, item in enumerate(recent)
        if (end := latest_moment(item.published))
    )
    return tuple(
        item for _, _, item in dated[-MAX_ALERTS_AT_FIRST_POLL:]
    )  # of one day's, those that the page lists first


def reportable_ids(
    items: Sequence[Item], state: SourceState, changes: Changes | None, watched: Iterable[Item], now: datetime
) -> set[str]:
    """The ids of the Items that may be reported; `changes` are those of a source of watched pages, else None.

    A watched page (`watched`) is news when it is edited, however old it is, and never because it is there. Nor are the
    documents behind it at the first poll of their source: we do not know which of them are new. An Item that a source
    of another kind stored under the same identity counts as at a first poll.
    """
    recent = recent_items(items, state, now)
    if changes is None:
        return {item.id for item in recent}
    new_ids = {item.id for item in recent if item.revision == 1 and state.last_success}
    return (new_ids - {item.id for item in watched}) | edited_page_ids(items, changes)


def edited_page_ids(items: Iterable[Item], changes: Changes) -> set[str]:
    """The ids of the watched pages whose text has changed since their last revision."""
    return {item.id for item in items if item.identity in changes and item.revision > 1}


def is_stale(latest: datetime | None, last_poll: datetime, max_age: timedelta) -> bool:
    """Whether an Item is too old to be news: its latest possible date lies more than `max_age` before our last poll.

    After a weekend offline Friday's announcement is still news; last month's that a site re-lists is not.
    """
    return latest is not None and latest < last_poll - max_age
