"""What is remembered of each Source: when to look again, with which validators, and how the last looks went."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher.model import SourceState, Validators
from watcher.store.database import clock, insert_new
from watcher.store.schema import sources

LEASE_SECONDS = 300.0  # longer than a visit may take that queues behind others of its host and reads pages


def claim(
    tx: sa.Connection, ids: Iterable[str], lease: str, now: datetime, *, forced: bool = False
) -> list[SourceState]:
    """Lease the sources among `ids` that are due (all of them when `forced`) and that nobody else is polling."""
    wanted = list(ids)
    insert_new(tx, sources, [_first_sight(source, now) for source in wanted])
    seconds = clock(tx)
    due = sa.select(sources).where(sources.c.source.in_(wanted), sources.c.lease_until <= seconds)
    due = due if forced else due.where(sources.c.next_poll <= now)
    rows = tx.execute(due.order_by(sources.c.next_poll).with_for_update(skip_locked=True)).all()
    names = [row.source for row in rows]
    lease_row = sa.update(sources).where(sources.c.source.in_(names))
    tx.execute(lease_row.values(lease=lease, lease_until=seconds + LEASE_SECONDS))
    return [_state(row) for row in rows]


def _first_sight(source: str, now: datetime) -> dict[str, Any]:
    return {
        "source": source,
        "next_poll": now,
        "validators": {},
        "failures": 0,
        "error": "",
        "lease": "",
        "lease_until": 0.0,
    }


def save(tx: sa.Connection, state: SourceState, lease: str) -> bool:
    """Remember how a look went and end its lease; False when the lease had passed to somebody else."""
    values = asdict(state)
    del values[
        "window"
    ]  # it has no column: a state that was read back has an empty one, and nothing older is asked for
    values["validators"] = {url: asdict(validators) for url, validators in state.validators.items()}
    mine = sa.update(sources).where(sources.c.source == state.source, sources.c.lease == lease)
    kept = tx.execute(mine.values(**values, lease="", lease_until=0.0).returning(sources.c.source))
    return kept.first() is not None


def states(tx: sa.Connection) -> Mapping[str, SourceState]:
    """All that is remembered, by source."""
    return {row.source: _state(row) for row in tx.execute(sa.select(sources))}


def _state(row: sa.Row[Any]) -> SourceState:
    values: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    validators = {url: Validators(**known) for url, known in row.validators.items()}
    return SourceState(**values, validators=validators)


_PLAIN: Sequence[str] = (
    "source",
    "next_poll",
    "last_poll",
    "last_success",
    "last_full",
    "last_new_item",
    "failures",
    "error",
)
