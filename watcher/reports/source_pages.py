"""The sources for readers: which are watched, when each was last read and last had something new, and how often."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.watching.health import Health
from watcher.core.watching.source_status import SourceStatus, as_seen_later, pasted_status, source_status
from watcher.model import Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSource:
    """A source as readers see it; `every`: how often it is polled, None where a person pastes it."""

    name: str
    publisher: str
    trust: Trust
    status: SourceStatus
    every: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSources:
    """The sources that are on, those in trouble first; the names of those to prove themselves; how many are off."""

    sources: tuple[WatchedSource, ...]
    tried: tuple[str, ...]
    off: int

    @property
    def blind(self) -> int:
        """How many could not be read at their last poll."""
        return sum(not source.status.could_look for source in self.sources)


def load_watched_sources(tx: sa.Connection, configuration: Configuration, now: datetime) -> WatchedSources:
    """The sources as of `now` (UTC). No address stands here: one may hold a key."""
    states = store.sources.states_to_show(tx)
    watched: list[WatchedSource] = []
    tried: list[str] = []
    for source in configuration.sources.values():
        state = states.get(source.id)
        if not source.enabled or not source.is_on(state):
            tried += [source.name] if source.is_auto else []
            continue
        status = as_seen_later(source_status(source.name, source.id, state, now), now)
        watched.append(
            WatchedSource(
                name=source.name,
                publisher=source.publisher,
                trust=source.trust,
                status=status if source.is_polled else pasted_status(source.name, source.id, state),
                every=source.every if source.is_polled else None,
            )
        )
    ranks = list(Health)
    return WatchedSources(
        sources=tuple(
            sorted(watched, key=lambda source: (ranks.index(source.status.health), source.publisher, source.name))
        ),
        tried=tuple(sorted(tried, key=str.lower)),
        off=len(configuration.sources) - len(watched) - len(tried),
    )
