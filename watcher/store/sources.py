"""The SourceState of each Source: when to poll it next, with which validators, and how the last polls went."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from watcher.model import Fault, Proof, SourceState, Validators
from watcher.store.database import clock, insert_new
from watcher.store.leases import LEASE_SECONDS
from watcher.store.schema import sources

MAX_CLOCK_ERROR = timedelta(hours=1)


def claim(
    tx: sa.Connection, ids: Iterable[str], lease: str, now: datetime, *, forced: bool = False
) -> list[SourceState]:
    """Lease the sources among `ids` that are due (all of them when `forced`) and that nobody else is polling."""
    candidates = list(ids)
    insert_new(tx, sources, [_make_new_row(source, now) for source in candidates])
    seconds = clock(tx)
    due = sa.select(sources).where(sources.c.source.in_(candidates), sources.c.lease_until <= seconds)
    is_from_fast_clock = sources.c.last_poll > now + MAX_CLOCK_ERROR  # its next poll was set by a clock that ran ahead
    due = due if forced else due.where(sa.or_(sources.c.next_poll <= now, is_from_fast_clock))
    rows = tx.execute(due.order_by(sources.c.next_poll).with_for_update(skip_locked=True)).all()
    claimed = sa.update(sources).where(sources.c.source.in_([row.source for row in rows]))
    tx.execute(claimed.values(lease=lease, lease_until=seconds + LEASE_SECONDS))
    return [_read_state(row) for row in rows]


def _make_new_row(source: str, now: datetime) -> dict[str, Any]:
    return {
        "source": source,
        "next_poll": now,
        "validators": {},
        "failures": 0,
        "error": "",
        "fault": "",
        "window": [],
        "rhythm": [],
        "moved_to": "",
        "moves": 0,
        "told": [],
        "last_answer": "",
        "memory": {},
        "proof": {},
        "lease": "",
        "lease_until": 0.0,
    }


def save(tx: sa.Connection, state: SourceState, lease: str) -> bool:
    """Save the state after a poll and end its lease; False, with nothing saved, when another process has the lease."""
    values = {column: getattr(state, field) for field, column in _COLUMN_OF.items()}
    values["validators"] = {url: asdict(validators) for url, validators in state.validators.items()}
    values |= {
        "fault": str(state.fault),
        "window": sorted(state.last_identities),
        "told": sorted(state.reported_conditions),
        "proof": _write_proof(state.proof),
    }
    values |= {"rhythm": list(state.arrival_intervals), "ttl": state.ttl.total_seconds() if state.ttl else None}
    still_leased = sa.update(sources).where(sources.c.source == state.source, sources.c.lease == lease)
    saved = tx.execute(still_leased.values(**values, lease="", lease_until=0.0).returning(sources.c.source))
    return saved.first() is not None


def bring_forward(tx: sa.Connection, ids: Iterable[str], next_poll: Callable[[SourceState], datetime]) -> None:
    """Bring the next poll of each of `ids` forward to `next_poll(state)`; one that is sooner already stays.

    A source leased by another process is being polled now and will pick up the change itself. A row that is locked is
    left out, so that no process waits for another.
    """
    not_leased = sa.select(sources).where(sources.c.source.in_(list(ids)), sources.c.lease_until <= clock(tx))
    for row in tx.execute(not_leased.order_by(sources.c.source).with_for_update(skip_locked=True)).all():
        at = next_poll(_read_state(row))
        if at < row.next_poll:
            tx.execute(sa.update(sources).where(sources.c.source == row.source).values(next_poll=at))


def states(tx: sa.Connection) -> Mapping[str, SourceState]:
    """All stored states, by source id."""
    return {row.source: _read_state(row) for row in tx.execute(sa.select(sources))}


def _read_state(row: sa.Row[Any]) -> SourceState:
    values: dict[str, Any] = {field: getattr(row, column) for field, column in _COLUMN_OF.items()}
    return SourceState(
        **values,
        validators={url: Validators(**fields) for url, fields in row.validators.items()},
        fault=Fault(row.fault),
        last_identities=frozenset(row.window),
        arrival_intervals=tuple(row.rhythm),
        reported_conditions=frozenset(row.told),
        ttl=timedelta(seconds=row.ttl) if row.ttl else None,
        proof=_read_proof(row.proof),
    )


def _write_proof(proof: Proof) -> dict[str, Any]:
    return {"at": proof.at.isoformat() if proof.at else None, "why": proof.why, "is_told": proof.is_told}


def _read_proof(written: Mapping[str, Any]) -> Proof:
    at = written.get("at")
    why, is_told = str(written.get("why") or ""), bool(written.get("is_told"))
    return Proof(at=datetime.fromisoformat(at) if at else None, why=why, is_told=is_told)


# Fields of a SourceState that are stored as they are, with the names that the columns had from the beginning.
_COLUMN_OF: Mapping[str, str] = {
    "source": "source",
    "next_poll": "next_poll",
    "last_poll": "last_poll",
    "first_success": "first_success",
    "last_success": "last_success",
    "last_full": "last_full",
    "last_new_item": "last_new_item",
    "failures": "failures",
    "error": "error",
    "failing_since": "failing_since",
    "recovered_at": "back_at",
    "gap_at": "gap_at",
    "moved_to": "moved_to",
    "redirected_polls": "moves",
    "not_before": "not_before",
    "last_answer": "last_answer",
    "memory": "memory",
}
