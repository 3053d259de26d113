"""Whether the Items of a poll are news by their age: recent, seen late, too old, or there when we first looked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from watcher.core.items.told_until import read_told_until
from watcher.core.language.dates import best_moment, earliest_moment, latest_moment
from watcher.core.pages.versions import Changes
from watcher.model import Item, SourceState, Trust, Verdict

MAX_AGE = timedelta(hours=48)
MAX_AGE_OF_OFFICIAL = timedelta(days=14)  # official texts are listed days after their date, and are news all the same
MAX_LATE, MAX_LATE_OF_OFFICIAL = timedelta(days=14), timedelta(days=60)  # older ones go into the digest, as seen late
MAX_ALERTS_AT_FIRST_POLL = 5  # at the first poll of a source all is stored, and only its newest few Items are news


class Timeliness(StrEnum):
    """Whether an Item is news by its age.

    `late`: it goes into the next digest, with its date. `recorded`: it stood there when its source was first read.
    `moved`: its site lists it under another address. `told`: since a restore it counts as told (told_until.py).
    """

    NEWS = "news"
    LATE = "late"
    OLD = "old"
    RECORDED = "recorded"
    MOVED = "moved"
    TOLD = "told"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledSource:
    """What is known of the source of a poll: its state before, its trust, and the time (UTC).

    Of a source of watched pages, `changes` says what became of each, else it is None; `watched_ids` are the pages
    themselves, without the documents behind them. `updated_ids`: known Items that their publisher gave out anew.
    """

    state: SourceState
    trust: Trust
    now: datetime
    changes: Changes | None = None
    watched_ids: Collection[str] = ()
    updated_ids: Collection[str] = ()


def timeliness(items: Sequence[Item], source: PolledSource) -> Mapping[str, Timeliness]:
    """The Timeliness of each Item by its id.

    A watched page is news when it is edited, however old it is, and never because it is there. Nor are the documents
    behind it at the first poll of their source: we do not know which of them are new. An Item that a source of another
    kind stored under the same identity counts as at a first poll. At the first look after a restore (told_until.py) an
    edit is news by its date only.
    """
    by_age = _by_age(items, source)
    if source.changes is None:
        return by_age
    edited_ids = edited_page_ids(items, source.changes)
    new_ids = {item.id for item in items if item.revision == 1 and item.id not in source.watched_ids}
    dated_ids = new_ids if source.state.last_success else set()
    if read_told_until(source.state):
        edited_ids, dated_ids = set(), dated_ids | edited_ids
    return {
        item.id: Timeliness.NEWS
        if item.id in edited_ids
        else by_age[item.id]
        if item.id in dated_ids
        else Timeliness.RECORDED
        for item in items
    }


def _by_age(items: Sequence[Item], source: PolledSource) -> Mapping[str, Timeliness]:
    told_until = read_told_until(source.state)
    if told_until or source.state.last_success is None:
        news = items if source.state.last_success else _newest_at_first_poll(items, source.now)
        news_ids = {item.id for item in news if told_until is None or is_surely_after(item, told_until)}
        no_news = Timeliness.TOLD if told_until else Timeliness.RECORDED
        return {item.id: Timeliness.NEWS if item.id in news_ids else no_news for item in items}
    last_poll = min(source.state.last_success, source.now)  # it lies in the future when the clock was wrong
    return {
        item.id: _age_of(item, last_poll, source.trust, is_edit=item.revision > 1 and item.id not in source.updated_ids)
        for item in items
    }


def _age_of(item: Item, last_poll: datetime, trust: Trust, *, is_edit: bool) -> Timeliness:
    """By the latest moment that its date allows, compared with our last poll.

    After a weekend offline Friday's announcement is still news; last year's that a site re-lists is not. An edit that
    its publisher does not call new (`is_edit`) is news for MAX_AGE only.
    """
    dated = news_moment(item)
    if is_edit:
        return Timeliness.OLD if is_stale(dated, last_poll, MAX_AGE) else Timeliness.NEWS
    if not is_stale(dated, last_poll, MAX_AGE_OF_OFFICIAL if trust.confirms else MAX_AGE):
        return Timeliness.NEWS
    max_late = MAX_LATE_OF_OFFICIAL if trust.confirms else MAX_LATE
    return Timeliness.OLD if is_stale(dated, last_poll, max_late) else Timeliness.LATE


def _newest_at_first_poll(items: Sequence[Item], now: datetime) -> Sequence[Item]:
    """The newest few dated ones; of one day's, those that the page lists first."""
    by_date = sorted(items, key=lambda item: best_moment(item.published, now))
    recent = [item for item in by_date if not is_stale(news_moment(item), now, MAX_AGE)]
    dated = sorted(
        (min(end, now), -position, item) for position, item in enumerate(recent) if (end := news_moment(item))
    )
    return [item for _, _, item in dated[-MAX_ALERTS_AT_FIRST_POLL:]]


def worth_reading(items: Sequence[Item], state: SourceState, trust: Trust, now: datetime) -> tuple[Item, ...]:
    """Those of `items` that may be told by their age, oldest first: the others' own pages need not be read."""
    return _of_age(items, state, trust, now, {Timeliness.NEWS, Timeliness.LATE})


def worth_reading_once(items: Sequence[Item], state: SourceState, trust: Trust, now: datetime) -> tuple[Item, ...]:
    """Those that count as told since a restore, newest first: what they say now must be known.

    They can be read at this look alone: at a later one they would be news.
    """
    return _of_age(items, state, trust, now, {Timeliness.TOLD})[::-1]


def _of_age(
    items: Sequence[Item], state: SourceState, trust: Trust, now: datetime, wanted: Collection[Timeliness]
) -> tuple[Item, ...]:
    ages = _by_age(items, PolledSource(state=state, trust=trust, now=now))
    return tuple(
        sorted((item for item in items if ages[item.id] in wanted), key=lambda item: best_moment(item.published, now))
    )


def news_moment(item: Item) -> datetime | None:
    """The latest moment (UTC) at which an Item can have been published or given out anew; None when it is undated."""
    moments = [moment for moment in (latest_moment(item.published), item.updated_at) if moment]
    return max(moments, default=None)


def is_surely_after(item: Item, moment: datetime) -> bool:
    """Whether an Item was published or given out anew after `moment` (UTC), whatever the hour of its day or month.

    False for one that is undated.
    """
    begins = (earliest_moment(item.published), item.updated_at)
    return any(begin > moment for begin in begins if begin)


def is_seen_late(item: Item) -> bool:
    """Whether an Item was first seen more than MAX_AGE after its date: a message then says so."""
    return item.revision == 1 and item.first_seen is not None and is_stale(news_moment(item), item.first_seen, MAX_AGE)


def edited_page_ids(items: Iterable[Item], changes: Changes) -> set[str]:
    """The ids of the watched pages whose text has changed since their last revision."""
    return {
        item.id
        for item in items
        if item.revision > 1 and item.identity in changes and changes[item.identity].verdict is not Verdict.COSMETIC
    }


def is_stale(latest: datetime | None, last_poll: datetime, max_age: timedelta) -> bool:
    """Whether a date lies more than `max_age` before our last poll; False for none."""
    return latest is not None and latest < last_poll - max_age
