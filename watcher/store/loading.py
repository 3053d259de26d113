"""Step 3 of a poll: all that the decision needs to know, read from the database."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from watcher.core.candidates.settle import PagePast, doubted_ids
from watcher.core.decide import LoadedState
from watcher.core.delivery.calibration import agree
from watcher.core.delivery.telling import MAX_ALERTS_OF_ITEM
from watcher.core.items.list_identity import identify_known
from watcher.core.items.revisions import has_site_moved, next_revision
from watcher.core.pages.versions import version_key, version_of
from watcher.model import Item, ParseResult, SourceState
from watcher.store import alerts, candidates, deadlines, deliveries, items, stories, topic_marks

HOUR = timedelta(hours=1)


def load_state(
    tx: sa.Connection,
    state: SourceState,
    parsed: ParseResult,
    now: datetime,
    *,
    compares_lines: bool,
    calibrates: bool = False,
) -> LoadedState:
    """These Items as we have them, the Stories that they could belong to, and what has been told so far.

    `compares_lines`: the source watches pages, so their past is loaded as well; `calibrates`: people's marks as well.
    """
    stored = items.known(tx, state.source, parsed.items)
    parsed_items = identify_known(parsed.items, stored)
    may_have_moved = parsed.is_rebuilt or has_site_moved(parsed_items, stored)
    newest = items.newest_items(tx, state.source) if may_have_moved else []
    # Most polls bring nothing, and a feed that only has a new date of its own is no reason to load its Stories.
    news = parsed_items if compares_lines else _new_or_changed(parsed_items, stored, now)
    stored_news = [stored[item.identity] for item in news if item.identity in stored]
    alert_counts = alerts.count_by_item(tx, [item.id for item in stored_news])
    fresh = _new_or_changed(news, stored, now) if compares_lines else news
    open_stories, story_counts = stories.near(tx, [*news, *stored_news, *newest], fresh, now)
    reverted_ids = _reverted_ids(tx, parsed_items, stored, alert_counts) if compares_lines else ()
    return LoadedState(
        state=state,
        items=stored,
        stories=open_stories,
        story_counts=story_counts,
        newest_items=newest,
        is_rebuilt=parsed.is_rebuilt,
        alert_counts=alert_counts,
        recent_alert_counts=deliveries.recent_alert_counts(tx, now - HOUR) if news else {},
        dates=deadlines.of_stories(tx, [story.id for story in open_stories]),
        page_past=_load_page_past(tx, state.source, parsed, stored) if compares_lines else None,
        reverted_ids=frozenset(reverted_ids),
        verdicts=agree(topic_marks.load(tx) if calibrates else ()),
    )


def _load_page_past(tx: sa.Connection, source: str, parsed: ParseResult, stored: Mapping[str, Item]) -> PagePast:
    doubted = doubted_ids(parsed, stored)
    return PagePast(
        stored=stored,
        versions={identity: items.earlier_versions(tx, stored[identity].id, doubted=False) for identity in doubted},
        candidates=candidates.of_source(tx, source),
    )


def _new_or_changed(parsed_items: Sequence[Item], stored: Mapping[str, Item], now: datetime) -> list[Item]:
    """The Items that the decision could find new or changed."""
    return [
        item
        for item in parsed_items
        if item.identity not in stored or next_revision(item, stored[item.identity], now, trusts_stamps=True)
    ]


def _reverted_ids(
    tx: sa.Connection, parsed_items: Sequence[Item], stored: Mapping[str, Item], alert_counts: Mapping[str, int]
) -> Iterator[str]:
    """The Items that are back at a version that they had before; asked only of those that were often told."""
    for item in parsed_items:
        if item.identity in stored and alert_counts.get(item.id, 0) >= MAX_ALERTS_OF_ITEM:
            earlier = items.earlier_versions(tx, item.id)
            if any(version_key(version) == version_key(version_of(item)) for version in earlier):
                yield item.id
