"""Every source in a line: on or off, when it was read, and why not and what to do."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.watching.proof import AS_PAGE, describe_unproven
from watcher.core.watching.source_status import pasted_status, source_status
from watcher.model import SourceState
from watcher.sources.base import Source
from watcher.store.database import Database


def list_sources(database: Database, configuration: Configuration, now: datetime) -> list[dict[str, Any]]:
    """For each source: id, name, publisher, trust, kind, `on`, and `words` for what is to be known of it."""
    with database.begin() as tx:
        return load_sources(tx, configuration, now)


def load_sources(tx: sa.Connection, configuration: Configuration, now: datetime) -> list[dict[str, Any]]:
    """The same, in a transaction."""
    states = store.sources.states(tx)
    return [_describe(source, states, now) for source in configuration.sources.values()]


def _describe(source: Source, states: Mapping[str, SourceState], now: datetime) -> dict[str, Any]:
    state = states.get(source.id)
    return {
        "id": source.id,
        "name": source.name,
        "publisher": source.publisher,
        "trust": source.trust,
        "kind": source.kind,
        "on": source.is_on(state),
        "words": "; ".join(_words(source, state, now)),
    }


def _words(source: Source, state: SourceState | None, now: datetime) -> Iterator[str]:
    if source.enabled is False:
        yield "switched off (`enabled: false`)"
        return
    if not source.is_polled:
        yield pasted_status(source.name, source.id, state).words
        return
    if source.is_on(state):
        yield source_status(source.name, source.id, state, now).words
        if state and state.memory.get(AS_PAGE):
            yield "its list cannot be read, so its page is watched instead; correct its selectors"
    proof = state.proof if state else None
    if proof and (words := describe_unproven(source.id, proof, is_auto=source.is_auto)):
        yield words
    elif proof is None and source.is_auto:
        yield "not tried so far"


def source_lines(sources: list[dict[str, Any]]) -> Iterator[str]:
    """The same for people, and how many are on."""
    for listed in sources:
        state = "on " if listed["on"] else "off"
        yield f"{state}  {listed['id']} ({listed['publisher']}, {listed['kind']}): {listed['words']}"
    yield f"{sum(listed['on'] for listed in sources)} of {len(sources)} sources are on"
