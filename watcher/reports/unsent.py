"""Items about a Topic that were not told at once, each with the reason. Reads only."""

from datetime import datetime
from typing import Any

from watcher import store
from watcher.config import Configuration
from watcher.core.delivery.routing import MIN_POINTS_AT_ONCE, MIN_POINTS_IN_DIGEST
from watcher.model import Item, Relevance
from watcher.store.database import Database


def unsent_items(database: Database, configuration: Configuration, since: datetime) -> list[dict[str, Any]]:
    """A row for each Topic of each Item first seen since `since` (UTC) that a veto or few points kept back."""
    unsent = []
    for item, publisher in stored_items(database, configuration, since):
        matches, vetoes = configuration.index.topics_of(item, publisher)
        about = {"id": item.id, "title": item.title, "publisher": publisher, "url": item.url}
        unsent += [
            {**about, "topic": veto.topic, "why": veto.guard or "veto of the topic", "words": veto.by.words}
            for veto in vetoes
        ]
        relevance = relevance_of(configuration, item)
        if matches and relevance.points < MIN_POINTS_AT_ONCE:
            channel = "digests only" if relevance.points >= MIN_POINTS_IN_DIGEST else "not sent"
            words = ", ".join(f"{signal}: {evidence.words}" for signal, evidence in relevance.signals)
            unsent += [
                {**about, "topic": match.topic, "why": f"{channel} ({relevance.points} points)", "words": words}
                for match in matches
            ]
    return unsent


def stored_items(database: Database, configuration: Configuration, since: datetime) -> list[tuple[Item, str]]:
    """The Items that were first seen since `since` (UTC), oldest first, with their publishers."""
    with database.begin() as tx:
        items = store.items.since(tx, since)
    publishers = {source.id: source.publisher for source in configuration.sources.values()}
    return [(item, publishers.get(item.source, "")) for item in items]


def relevance_of(configuration: Configuration, item: Item) -> Relevance:
    """The Relevance of a stored Item; of a source that is no longer configured, as of nobody in particular."""
    source = configuration.sources.get(item.source)
    publisher, confirms = (source.publisher, source.trust.confirms) if source else ("", False)
    return configuration.index.relevance(item, publisher, confirms=confirms)
