"""The Candidates that wait: versions of watched pages that are doubted."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

import sqlalchemy as sa

from watcher.model import Candidate
from watcher.store.schema import candidates


def of_source(tx: sa.Connection, source: str) -> dict[str, Candidate]:
    """Those of one source, by the identity of the page or document."""
    return {each.identity: each for each in _select(tx, candidates.c.source == source)}


def waiting(tx: sa.Connection) -> list[Candidate]:
    """All of them, the oldest first."""
    return _select(tx, sa.true())


def replace_all(tx: sa.Connection, source: str, waiting: Iterable[Candidate]) -> None:
    """From now on, those of a source are `waiting`, and no others."""
    tx.execute(sa.delete(candidates).where(candidates.c.source == source))
    if columns := [asdict(candidate) for candidate in waiting]:
        tx.execute(sa.insert(candidates), columns)


def forget(tx: sa.Connection, sources: Sequence[str]) -> None:
    """From now on, nothing of these sources waits."""
    if sources:
        tx.execute(sa.delete(candidates).where(candidates.c.source.in_(sources)))


def _select(tx: sa.Connection, condition: sa.ColumnElement[bool]) -> list[Candidate]:
    query = sa.select(candidates).where(condition).order_by(candidates.c.since, candidates.c.identity)
    return [Candidate(**columns) for columns in tx.execute(query).mappings()]
