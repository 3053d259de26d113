"""How each term of topics.yaml does: how often it was evidence, and what people said of its Items. Reads only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.delivery.calibration import count_verdicts
from watcher.model import MarkVerdict
from watcher.store.database import Database


class TermUse(NamedTuple):
    """A term of a Topic: in how many Items it was evidence, and how many of these were marked right and wrong."""

    topic: str
    term: str
    fired: int
    right: int
    wrong: int

    def as_json(self) -> dict[str, Any]:
        """The same as an object."""
        return self._asdict()


class MissedItem(NamedTuple):
    """An Item that was marked right for a Topic that did not match it."""

    topic: str
    item: str
    title: str

    def as_json(self) -> dict[str, Any]:
        """The same as an object."""
        return self._asdict()


class TermReport(NamedTuple):
    """The terms that fired or were marked, the most often wrong first; those that never fired; and Items missed."""

    used: Sequence[TermUse]
    never: Sequence[tuple[str, str]]
    missed: Sequence[MissedItem]


def report_terms(database: Database, configuration: Configuration, begin: datetime) -> TermReport:
    """The use of each configured term among the Items first seen since `begin` (UTC), and all marks ever made."""
    with database.begin() as tx:
        return load_terms(tx, configuration, begin)


def load_terms(tx: sa.Connection, configuration: Configuration, begin: datetime) -> TermReport:
    """The same, in a transaction."""
    fired = store.topic_marks.count_terms(tx, begin)
    marks = store.topic_marks.load(tx)
    unmatched = [mark for mark in marks if mark.verdict is MarkVerdict.RIGHT and not mark.terms]
    titles = {mark.item: item.title for mark in unmatched if (item := store.items.get(tx, mark.item))}
    verdicts = count_verdicts(marks)
    terms = [(topic.id, term) for topic in configuration.topics for term in (*topic.any, *topic.weak)]
    used = [
        TermUse(*term, fired[term], verdicts[term][MarkVerdict.RIGHT], verdicts[term][MarkVerdict.WRONG])
        if term in verdicts
        else TermUse(*term, fired[term], 0, 0)
        for term in terms
        if fired[term] or term in verdicts
    ]
    missed = sorted(MissedItem(mark.topic, mark.item, titles.get(mark.item, "")) for mark in unmatched)
    by_faults = sorted(used, key=lambda use: (-use.wrong, use.right, -use.fired, use.topic, use.term))
    return TermReport(by_faults, [term for term in terms if not fired[term] and term not in verdicts], missed)
