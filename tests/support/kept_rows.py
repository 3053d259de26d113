"""A row in every table, for what must carry all of them."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from watcher.store import search_index
from watcher.store.column_types import CompressedText, UtcDateTime
from watcher.store.database import Database
from watcher.store.marks_schema import metadata
from watcher.store.schema import items

MOMENT = datetime(2026, 11, 26, 9, 0, 0, 123456, tzinfo=UTC)
_WORDS: dict[str, Any] = {
    "title": "Flu jabs for all",
    "text": "Practices order by 21 March. " * 10,
    "url": "https://news.example/1",
    "state": "leased",
    "status": "reported",
    "trust": "press",
    "lease": "token",
    "reason": "first_heard",
}


def fill_every_table(database: Database) -> None:
    """A row in every table, with text that is not English, a lone surrogate where one may stand, and nested JSON."""
    with database.begin() as tx:
        for table in metadata.sorted_tables:
            tx.execute(sa.insert(table), [{column.name: _example(column) for column in table.columns}])
        for stored in tx.execute(sa.select(items)).all():
            search_index.write(tx, {}, {stored.number: search_index.index_text(stored)})


def _example(column: sa.Column[Any]) -> Any:
    """A value of the column's type; what refers to another row refers to the one that is there."""
    if isinstance(column.type, CompressedText):
        return f"{_WORDS['text']}\ud800" if column.table.name == "revisions" else _WORDS["text"]
    if column.name in _WORDS and isinstance(column.type, sa.String):
        return _WORDS[column.name]
    examples: list[tuple[type, Any]] = [
        (UtcDateTime, MOMENT),
        (sa.Boolean, True),
        (sa.Integer, 7),
        (sa.Float, 4_000_000_000.25),
        (sa.Date, date(2026, 11, 26)),
        (sa.JSON, {"b": [1, 2.5, None], "a": {"ü": "–"}}),
        (sa.LargeBinary, b"\x00\xff bytes"),
        (sa.String, "1"),
    ]
    return next(example for kind, example in examples if isinstance(column.type, kind))
