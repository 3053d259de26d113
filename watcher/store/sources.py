"""The SourceState of each Source: when to poll it next, with which validators, and how the last polls went."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from watcher.model import Fault, Proof, SourceState, Validators
from watcher.store.database import clock, insert_new
from watcher.store.leases import LEASE_SECONDS
from watcher.store.one_step import OneStepQuery
from watcher.store.schema import sources

MAX_CLOCK_ERROR = timedelta(hours=1)
# Written once: composing a query takes longer than running it.
_LEASES_OF = (
    sa.select(sources.c.source, sources.c.lease)
    .where(sources.c.source.in_(sa.bindparam("ids", expanding=True)))
    .order_by(sources.c.source)
    .with_for_update()
)


def claim(
    tx: sa.Connection, ids: Iterable[str], lease: str, now: datetime, *, forced: bool = False
) -> list[SourceState]:
    """Lease the sources among `ids` that are due (all of them when `forced`) and that nobody else is polling."""
    candidates = list(ids)
    stored = set(tx.scalars(sa.select(sources.c.source)))  # asking costs a tenth of inserting 1,000 that are there
    insert_new(tx, sources, [_make_new_row(source, now) for source in candidates if source not in stored])
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


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """A state to save. `before`: the state as it is stored, so that only what changed is written; None: write all."""

    after: SourceState
    before: SourceState | None = None


def save(tx: sa.Connection, state: SourceState, lease: str) -> bool:
    """Save the state after a poll and end its lease; False, with nothing saved, when another process has the lease."""
    if not lock_leased(tx, [(state.source, lease)]):
        return False
    save_all(tx, [StateChange(after=state)])
    return True


def lock_leased(tx: sa.Connection, polls: Sequence[tuple[str, str]]) -> frozenset[str]:
    """The ids of those sources, of (id, lease) each, whose lease is still held; until the commit they stay so.

    The rows are locked in one order, so that two processes never wait for each other.
    """
    rows = tx.execute(_LEASES_OF, {"ids": [source for source, _ in polls]})
    leased = {(row.source, row.lease) for row in rows}
    return frozenset(source for source, _ in leased.intersection(polls))


def save_all(tx: sa.Connection, changes: Iterable[StateChange]) -> None:
    """Save the states after several polls, whose leases are held, and end the leases."""
    updates: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for change in changes:
        values = _write_changed(change)
        updates.setdefault(tuple(values), []).append({"of_source": change.after.source, **values})
    for columns, polled in updates.items():
        tx.execute(_update_of(columns), polled)


def _write_changed(change: StateChange) -> dict[str, Any]:
    """The columns that differ between the two states, with the values to write; the lease ends in any case."""
    after, before = change.after, change.before
    changed = (
        (field, column)
        for field, column in (*_COLUMN_OF.items(), *_CONVERTED.items())
        if before is None or getattr(before, field) != getattr(after, field)
    )
    values: dict[str, Any] = {
        column: _WRITERS.get(field, _as_it_is)(getattr(after, field)) for field, column in changed
    }
    return {**values, "lease": "", "lease_until": 0.0}


def _as_it_is(value: Any) -> Any:
    return value


@lru_cache(maxsize=200)
def _update_of(columns: tuple[str, ...]) -> sa.Update:
    values: dict[str, Any] = {column: sa.bindparam(column) for column in columns}
    return sa.update(sources).where(sources.c.source == sa.bindparam("of_source")).values(values)


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


def states(tx: sa.Connection, ids: Iterable[str] | None = None) -> Mapping[str, SourceState]:
    """The stored states by source id: of all sources, or of those among `ids`."""
    query = sa.select(sources) if ids is None else sa.select(sources).where(sources.c.source.in_(list(ids)))
    return {row.source: _read_state(row) for row in tx.execute(query)}


def states_to_show(tx: sa.Connection) -> Mapping[str, SourceState]:
    """The same of all sources, without what only their next poll needs: half of what they hold, and most of its cost.

    Empty in them: `validators`, `last_identities` and `memory`.
    """
    return {row.source: _read_shown_state(row) for row in tx.execute(_SHOWN)}


def last_looks(tx: sa.Connection) -> Mapping[str, SourceState]:
    """The same of all sources, with no more than when each was polled and read, whether that failed, and its proof."""
    return {
        look.source: SourceState(
            source=look.source,
            next_poll=look.next_poll,
            last_poll=look.last_poll,
            last_success=look.last_success,
            error=look.error,
            proof=_read_proof(look.proof),
        )
        for look in _LOOKS.rows(tx)
    }


def _read_state(row: sa.Row[Any]) -> SourceState:
    validators = {url: Validators(**fields) for url, fields in row.validators.items()}
    return _read_shown_state(row, validators=validators, last_identities=frozenset(row.window), memory=row.memory)


def _read_shown_state(row: sa.Row[Any], **for_polls: Any) -> SourceState:
    values: dict[str, Any] = {field: getattr(row, column) for field, column in _COLUMN_OF.items()}
    return SourceState(
        **values,
        **for_polls,
        fault=Fault(row.fault),
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
}
# And those that are written in a form of their own.
_CONVERTED: Mapping[str, str] = {
    "validators": "validators",
    "fault": "fault",
    "last_identities": "window",
    "memory": "memory",
    "reported_conditions": "told",
    "proof": "proof",
    "arrival_intervals": "rhythm",
    "ttl": "ttl",
}
_WRITERS: Mapping[str, Callable[[Any], Any]] = {
    "validators": lambda validators: {url: asdict(of_address) for url, of_address in validators.items()},
    "fault": str,
    "last_identities": sorted,
    "reported_conditions": sorted,
    "proof": _write_proof,
    "arrival_intervals": list,
    "ttl": lambda ttl: ttl.total_seconds() if ttl else None,
}
_LOOKS = OneStepQuery(
    sa.select(*(sources.c[name] for name in ("source", "next_poll", "last_poll", "last_success", "error", "proof")))
)
_SHOWN = sa.select(*[column for column in sources.c if column.name not in {"validators", "window", "memory"}])
