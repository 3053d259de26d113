"""A snapshot: all rows of a database, as of one moment, in a SQLite file; and the digest of each of its tables.

It is a database of watcher like any other, so that a later version can bring it up to date. What it does not hold is no
data: leases and pacing, which are about processes, and the index of words, which is built anew from the items.
"""

import hashlib
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from watcher.errors import BadDatabase
from watcher.store.database import Database, explain_error, open_database
from watcher.store.marks_schema import metadata

MAX_ROWS_AT_A_TIME = 500
_OF_PROCESSES: Mapping[str, Mapping[str, Any]] = {
    "sources": {"lease": "", "lease_until": 0.0},
    "channels": {"lease_until": 0.0, "paced_until": 0.0},
    "deliveries": {"lease": "", "lease_until": 0.0},
}
_NO_DATA = ("sqlite_", "search_words", "alembic_version")  # how the names of tables begin that hold no rows of ours


@dataclass(frozen=True, slots=True)
class TableDigest:
    """How many rows a table has, and the SHA-256 of them in the order of their keys, in hexadecimal."""

    count: int
    sha256: str


def take_snapshot(database: Database, file: Path, *, without: Collection[str] = ()) -> dict[str, int]:
    """Copy a database into the new SQLite file `file`, as of one moment, while others write; but for tables `without`.

    How many rows each copied table had at that moment, by its name, counted apart from the copy. Raises BadDatabase
    where a table cannot be read or written.
    """
    with database.read() as source:
        copy_into_file(source, file, without=without)
        return {table.name: count_rows(source, table) for table in metadata.sorted_tables if table.name not in without}


def copy_into_file(source: sa.Connection, file: Path, *, without: Collection[str] = ()) -> None:
    """The same of what a transaction sees."""
    with closing(open_database(f"sqlite:///{file}")) as snapshot, snapshot.begin() as target:
        copy_rows(source, target, without=without)
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("PRAGMA journal_mode=DELETE")  # one file, which can be read where nothing can be written


def copy_rows(source: sa.Connection, target: sa.Connection, *, without: Collection[str] = ()) -> None:
    """Copy the rows of all tables into `target`, whose tables are empty. Raises BadDatabase with the table's name."""
    for table in metadata.sorted_tables:
        if table.name in without:
            continue
        try:
            for rows in _read_batches(source, table):
                target.execute(sa.insert(table), rows)
        except (sa.exc.DBAPIError, ValueError) as error:
            raise BadDatabase(f"the table {table.name} cannot be copied: {explain_error(error)}") from error


def _read_batches(source: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    """The rows of a table, some at a time, without what is about processes."""
    query = sa.select(table).execution_options(yield_per=MAX_ROWS_AT_A_TIME)
    cleared = _OF_PROCESSES.get(table.name, {})
    for batch in source.execute(query).mappings().partitions():
        yield [{**stored, **cleared} for stored in batch]


def count_rows(tx: sa.Connection, table: sa.Table) -> int:
    """How many rows a table has."""
    return int(tx.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def clear_tables(tx: sa.Connection) -> None:
    """Delete all rows."""
    for table in reversed(metadata.sorted_tables):
        tx.execute(sa.delete(table))


def is_empty(tx: sa.Connection) -> bool:
    """Whether no table has a row."""
    return not any(tx.execute(sa.select(sa.literal(1)).select_from(table)).first() for table in metadata.sorted_tables)


def digest_tables(file: Path) -> dict[str, TableDigest]:
    """The digest of each table of a snapshot, by its name. Equal rows have equal digests, whichever engine held them.

    Raises BadDatabase with the name of a table that cannot be read.
    """
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as plain:
        plain.text_factory = lambda stored: stored.decode("utf-8", "surrogateescape")
        try:
            names = [name for (name,) in plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        except sqlite3.DatabaseError as error:
            raise BadDatabase(f"its database is damaged ({error})") from error
        return {name: _digest_table(plain, name) for name in sorted(names) if not name.startswith(_NO_DATA)}


def _digest_table(plain: sqlite3.Connection, name: str) -> TableDigest:
    digest, count = hashlib.sha256(), 0
    try:
        columns = plain.execute(f'PRAGMA table_info("{name}")').fetchall()
        listed = ", ".join(f'"{column}"' for column in sorted(column[1] for column in columns))
        keys = ", ".join(f'"{column[1]}"' for column in columns if column[5])
        for stored in plain.execute(f'SELECT {listed} FROM "{name}" ORDER BY {keys}'):  # noqa: S608 - our own tables
            count += 1
            digest.update(b"".join(map(_encode, stored)) + b"\n")
    except sqlite3.DatabaseError as error:
        raise BadDatabase(f"the table {name} is damaged ({error})") from error
    return TableDigest(count=count, sha256=digest.hexdigest())


def _encode(stored: Any) -> bytes:
    """A stored value with its type and length, so that no two rows look alike."""
    if isinstance(stored, str):
        stored = stored.encode("utf-8", "surrogateescape")
        return b"t%d:%b" % (len(stored), stored)
    if isinstance(stored, bytes):
        return b"b%d:%b" % (len(stored), stored)
    return f"{type(stored).__name__}:{stored!r};".encode()
