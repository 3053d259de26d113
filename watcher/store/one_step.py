"""Queries whose rows come from SQLite in one step, for pages that are asked for while feeds are polled.

For each row that Python's sqlite3 takes it gives up the interpreter's lock, and beside a thread that computes it may
wait 5 ms to have it back (docs.python.org/3/c-api/init.html#thread-state-and-the-global-interpreter-lock): a thousand
rows, which take 10 ms alone, took seconds. So SQLite makes one JSON text of them (sqlite.org/json1.html).
"""

import json
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

_SQLITE = sqlite.dialect()


class OneStepQuery:
    """A query, the rows of which have no order. No column may be a fraction: JSON does not carry it whole."""

    def __init__(self, query: sa.Select[Any]) -> None:
        """Take the query; its parameters are given when it is asked."""
        columns = query.subquery().c
        self._query = query
        self._packed = sa.select(sa.func.json_group_array(sa.func.json_array(*map(_pack, columns))))
        self._readers = [_reader_of(column) for column in columns]
        make: Any = namedtuple("row", columns.keys())  # type: ignore[misc]  # noqa: PYI024 - named at run time
        self._make: Callable[[Iterable[Any]], Any] = make._make

    def rows(self, tx: sa.Connection, parameters: Mapping[str, object] | None = None) -> Sequence[Any]:
        """The rows, with their columns as attributes."""
        if tx.dialect.name != "sqlite":  # psycopg has all rows before it hands out the first
            return tx.execute(self._query, parameters or {}).all()
        packed = json.loads(tx.scalar(self._packed, parameters or {}) or "[]")
        columns = [map(read, values) for read, values in zip(self._readers, zip(*packed, strict=True), strict=False)]
        return [self._make(values) for values in zip(*columns, strict=True)]


def _holds_bytes(column: sa.ColumnElement[Any]) -> bool:
    return isinstance(getattr(column.type, "impl_instance", column.type), sa.LargeBinary)


def _pack(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    hexadecimal = sa.case((column.is_not(None), sa.func.hex(column)))  # of nothing, hex() makes an empty text
    return hexadecimal if _holds_bytes(column) else column


def _reader_of(column: sa.ColumnElement[Any]) -> Callable[[Any], Any]:
    """What makes of a value in JSON what SQLAlchemy would make of it in a row."""
    process = column.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None) or _as_it_is
    return (lambda value: process(None if value is None else bytes.fromhex(value))) if _holds_bytes(column) else process


def _as_it_is(value: Any) -> Any:
    return value
