"""Step 3 of a poll: what the decision needs to know, from the database."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from watcher import store
from watcher.core.decide import MAX_ALERTS_OF_ITEM, LoadedState
from watcher.core.items.revisions import has_site_moved, next_revision
from watcher.core.language.features import extract_features
from watcher.core.pages.versions import NO_CHANGES, page_changes, version_key, version_of, without_suspect
from watcher.model import Features, Item, ParseResult, SourceState
from watcher.sources.base import Source

HOUR = timedelta(hours=1)


def load(
    tx: Connection, source: Source, state: SourceState, reading: ParseResult, now: datetime
) -> tuple[LoadedState, ParseResult]:
    """What the decision needs to know: these Items as we have them, and the Stories that they could belong to.

    Of a source of watched pages also what became of each; the ParseResult is without those that cannot be trusted.
    """
    found = reading.items
    known = store.items.known(tx, state.source, [item.identity for item in found])
    spoken = store.stories.alerts_of(tx, [item.id for item in known.values()])
    changes = page_changes(found, known) if source.compares_lines else None
    reading = without_suspect(reading, changes or NO_CHANGES)
    lately = store.items.newest_items(tx, state.source) if has_site_moved(found, known) else []
    stories, common = store.stories.near(tx, [*found, *known.values(), *lately], _gists(found, known, now), now)
    loaded = LoadedState(
        state=state,
        items=known,
        stories=stories,
        story_counts=common,
        newest_items=lately,
        alert_counts=spoken,
        recent_alert_counts=store.deliveries.recent_alert_counts(tx, now - HOUR),
        dates=store.deadlines.of_stories(tx, [story.id for story in stories]),
        page_changes=changes,
        reverted_ids=frozenset(_back(tx, found, known, spoken)) if changes else frozenset(),
    )
    return loaded, reading


def _back(tx: Connection, found: Sequence[Item], known: Mapping[str, Item], spoken: Mapping[str, int]) -> Iterator[str]:
    """The Items that are at a version again which they had before; asked only of those that spoke often."""
    for item in found:
        if item.identity in known and spoken.get(item.id, 0) >= MAX_ALERTS_OF_ITEM:
            earlier = store.items.earlier_versions(tx, item.id)
            if any(version_key(each) == version_key(version_of(item)) for each in earlier):
                yield item.id


def _gists(found: Sequence[Item], known: Mapping[str, Item], now: datetime) -> list[Features]:
    """The gists of those of `found` that are new or changed: most looks find what we know."""
    fresh = (item for item in found if next_revision(item, known.get(item.identity), now))
    return [extract_features(item.title, item.summary) for item in fresh]
