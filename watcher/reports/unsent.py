"""Items that were not told, each with the reason, and counts that add up. Reads only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.delivery.calibration import NO_VERDICTS, TermVerdicts, calibrate
from watcher.core.delivery.routing import floor_points
from watcher.core.stories.authority import teller_of
from watcher.model import Answer, Item, Relevance
from watcher.store.database import Database

_STRENGTH = (Answer.UNSENT, Answer.DIGEST, Answer.TOLD)  # of several revisions the one that was told counts


class UnsentReport(NamedTuple):
    """The Items that were not told, oldest first; how many there are by reason; and how many of all by answer."""

    items: Sequence[dict[str, Any]]
    counts: dict[str, int]
    answers: dict[str, int]


def unsent_items(database: Database, configuration: Configuration, since: datetime) -> UnsentReport:
    """What became of the Items that were new or revised since `since` (UTC).

    Each Item counts once: told at once, in a digest, or not told, by its latest reason.
    """
    with database.begin() as tx:
        return load_unsent(tx, configuration, since)


def load_unsent(tx: sa.Connection, configuration: Configuration, since: datetime) -> UnsentReport:
    """The same, in a transaction."""
    decided = store.dispositions.since(tx, since)
    latest: dict[str, Any] = {}
    for disposition in decided:
        earlier = latest.get(disposition.item)
        if earlier is None or _STRENGTH.index(disposition.answer) >= _STRENGTH.index(earlier.answer):
            latest[disposition.item] = disposition
    publishers = {source.id: source.publisher for source in configuration.sources.values()}
    unsent = [
        {
            "item": disposition.item,
            "reason": disposition.reason,
            "at": disposition.at.isoformat(),
            "detail": disposition.detail,
            "title": disposition.title,
            "publisher": publishers.get(disposition.source, disposition.source),
            "published": disposition.published_literal,
            "url": disposition.url,
        }
        for disposition in latest.values()
        if disposition.answer == Answer.UNSENT
    ]
    answers = Counter(disposition.answer for disposition in latest.values())
    counts = Counter(each["reason"] for each in unsent)
    return UnsentReport(unsent, dict(counts), {name: answers[name] for name in Answer})


def relevance_of(configuration: Configuration, item: Item, verdicts: TermVerdicts = NO_VERDICTS) -> Relevance:
    """The Relevance of a stored Item; of a source that is no longer configured, as of nobody in particular."""
    source = configuration.sources.get(item.source)
    if source is None:
        return configuration.index.relevance(item)
    trust, publisher = teller_of(item, source.trust, source.publisher)
    matches, _ = configuration.index.topics_of(item, publisher, source.about)
    relevance = configuration.index.relevance(item, publisher, trust, matches=matches, of_source=source.points)
    relevance = calibrate(relevance, matches, verdicts, trust)
    return replace(relevance, points=floor_points(relevance.points, trust))
