"""Opening the database, its transactions, its own clock for leases, and inserts that may run twice."""

import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from watcher.errors import BadDatabase
from watcher.store.database_address import read_database_address
from watcher.store.wakeups import take_planned

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
MIGRATIONS = Path(__file__).parent / "migrations"
# Advisory locks (any numbers will do): under the first, one poll at a time decides.
_DECIDING_LOCK, _UPGRADING_LOCK = 7_204_911, 7_204_912
_READ_ONLY = sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
BUSY_SECONDS = 30
MAX_NAMES_IN_QUERY = 500  # ids in one query; SQLite takes 32,766, and a query plan is made for each number of them
FOREIGN = "this is the database of another program; name one that is empty or was made by watcher"


class WriterQueue:
    """The threads that want to write, first come, first served; `with` waits for a turn.

    Left to itself, SQLite lets them sleep and try again: of a hundred threads some never get a turn within the half
    minute that they wait, and fail ("database is locked"). No turn may be taken within another.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._is_taken = False

    def __enter__(self) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()  # it stays taken: the next in the queue has it
            else:
                self._is_taken = False


class Database:
    """An open database. `begin()` is the only way in; each transaction is short and never waits for the network.

    `wake` is called, in the thread that wrote, after each commit that planned something due (wakeups.py).
    """

    def __init__(self, engine: sa.Engine) -> None:
        """SQLite has one writer at a time: there the threads of this process queue for it."""
        self.engine = engine
        self._reading = _make_reading_engine(engine)
        self.wake: Callable[[], object] = lambda: None
        self._queue = WriterQueue() if engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def begin(self, *, deciding: bool = False) -> Iterator[sa.Connection]:
        """A transaction, committed when the block ends well. `deciding` lets only one poll at a time decide.

        Two sources that tell one Story at the same moment must not both open it. SQLite has one writer anyway.
        """
        with self._queue, self.engine.begin() as tx:
            if deciding:
                decide_alone(tx)
            take_planned(tx)  # of a transaction that was rolled back
            yield tx
            is_planned = take_planned(tx)
        if is_planned:
            with suppress(RuntimeError):  # the loop has ended: what is saved is saved, and found by the next tick
                self.wake()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that only reads, as of one moment: it waits for no writer, and none waits for it."""
        with self._reading.begin() as tx:
            if tx.dialect.name == "postgresql":
                tx.execute(_READ_ONLY)
            yield tx

    def close(self) -> None:
        """Close all connections."""
        self._reading.dispose()
        self.engine.dispose()


def decide_alone(tx: sa.Connection) -> None:
    """Wait until nobody else decides what Stories say. Before anything is locked in `tx`: a poll locks many rows."""
    if tx.dialect.name == "postgresql":
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_DECIDING_LOCK)))


def open_database(url: str, *, thorough: bool = False) -> Database:
    """The database at `url`, with all migrations run. Raises BadDatabase, which says what to do.

    `thorough` reads a whole SQLite file first (0.4 s for 500 MB): damage in a page that nobody reads today would lose
    an Alert some other day.
    """
    with ExitStack() as unless_opened:
        try:
            engine = _make_engine(url, thorough=thorough)
            unless_opened.callback(engine.dispose)
            with engine.begin() as tx:
                if tx.dialect.name == "postgresql":
                    tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADING_LOCK)))
                _upgrade(tx)
        except (sa.exc.DatabaseError, ImportError, OSError) as error:
            raise BadDatabase(f"the database cannot be opened: {explain_error(error)}") from error
        unless_opened.pop_all()
        return Database(engine)


def _make_engine(url: str, *, thorough: bool) -> sa.Engine:
    """An engine for SQLite or PostgreSQL. Raises BadDatabase for any other, and for a file that is not ours."""
    address = read_database_address(url)
    pool = {"pool_size": 10, "max_overflow": 30, "hide_parameters": True}
    if not address.file:
        return sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), pool_pre_ping=True, **pool)
    _refuse_foreign(Path(address.file), thorough=thorough)
    _make_private(Path(address.file))
    sqlite_url = sa.URL.create("sqlite", database=address.file)
    engine = sa.create_engine(sqlite_url, connect_args={"timeout": BUSY_SECONDS}, **pool)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    # A deferred BEGIN that reads and then writes fails "database is locked" 9 times in 10 beside other writers.
    sa.event.listen(engine, "begin", lambda tx: tx.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _make_reading_engine(engine: sa.Engine) -> sa.Engine:
    """An engine for the same database whose connections write nothing. It opens none before it is used.

    On SQLite with connections of its own: those of `engine` take the lock of a writer at each BEGIN.
    """
    if engine.dialect.name != "sqlite":
        return engine
    reading = sa.create_engine(engine.url, connect_args={"timeout": BUSY_SECONDS}, pool_size=4, hide_parameters=True)
    sa.event.listen(reading, "connect", _prepare_sqlite_reader)
    sa.event.listen(reading, "begin", lambda tx: tx.exec_driver_sql("BEGIN"))
    return reading


def _make_private(file: Path) -> None:
    """For the owner's eyes only (0600), as are the files that SQLite makes beside it: they say who is told what."""
    with suppress(OSError):  # opening it says what is wrong
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    with suppress(OSError):
        file.chmod(0o600)  # a file of another owner stays as its owner has it


def _refuse_foreign(file: Path, *, thorough: bool) -> None:
    """Raise BadDatabase for another program's file, or a damaged one; `thorough` checks every page of it.

    It is not even opened for writing: WAL mode alone would change it.
    """
    if not file.is_file():
        return
    verdict = "ok"
    with (
        suppress(sqlite3.DatabaseError),
        closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db,
    ):
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and "alembic_version" not in tables:
            raise BadDatabase(FOREIGN)
        if thorough:
            (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise BadDatabase(f"the database is damaged ({verdict.splitlines()[-1][:120]}); use a backup of it")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_SECONDS * 1000}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_sqlite_reader(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (f"busy_timeout={BUSY_SECONDS * 1000}", "query_only=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _upgrade(tx: sa.Connection) -> None:
    """Run the missing migrations inside the caller's transaction: all or nothing, and one process at a time."""
    revisions = list_revisions()
    tables = sa.inspect(tx).get_table_names()
    current = tx.scalar(sa.text("SELECT version_num FROM alembic_version")) if "alembic_version" in tables else None
    if current == revisions[-1]:
        return
    if current is None and tables:
        raise BadDatabase(FOREIGN)
    if current is not None and current not in revisions:
        raise BadDatabase(
            f"the database was made by a newer watcher (schema {current}); install that version or use a backup"
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = tx
    command.upgrade(config, "head")


def list_revisions() -> list[str]:
    """The revisions of the schema, oldest first, by the names of their files: alembic itself is seldom needed."""
    return sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


# What drivers say, by a piece of it, in our own words: their texts repeat addresses, users and statements.
_BACKUP = "use a backup of it, or name another file"
_REASONS = {
    "malformed": f"it is damaged; {_BACKUP}",
    "not a database": f"the file is not a database; {_BACKUP}",
    "unable to open": "the file or its folder is not there, or cannot be written; name another place",
    "readonly": "it cannot be written; give its user the right to",
    "no such module": "its SQLite has no FTS5; use a Python whose SQLite has it, as Debian's has",
    "locked": "another program holds it; end that, or wait",
    "disk is full": "the disk is full; make room",
    "disk i/o": "the disk cannot be read or written",
    "authentication failed": "the server refuses the user or the password; check them",
    "no password supplied": "the server wants a password; write postgresql://user:password@host/name",
    "does not exist": "the server has no such database or user; create it, or name another",
    "could not translate host": "the server's name cannot be resolved; check it",
    "name or service not known": "the server's name cannot be resolved; check it",
    "connection refused": "the server cannot be reached; check its host and port, and that it runs",
    "timeout": "the server does not answer; check its host and port, and that it runs",
    "too many": "the server takes no more connections; raise its limit",
}


def explain_error(error: BaseException) -> str:
    """What a driver's error means, in our own words."""
    said = str(getattr(error, "orig", None) or error).lower()
    kind = type(getattr(error, "orig", None) or error).__name__
    return next((words for piece, words in _REASONS.items() if piece in said), f"its driver failed ({kind})")


def clock(tx: sa.Connection) -> float:
    """Seconds since 1970 on the database's own clock, the same for all replicas."""
    if tx.dialect.name == "postgresql":
        return float(tx.scalar(sa.text("SELECT extract(epoch FROM clock_timestamp())")) or 0)
    return float(tx.scalar(sa.text("SELECT (julianday('now') - 2440587.5) * 86400.0")) or 0)


def insert_new(tx: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows that are not there yet: each step may run twice."""
    if rows:
        tx.execute(_make_insert(tx.dialect.name, table), [dict(row) for row in rows])


def upsert(tx: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows, or replace those with the same primary key."""
    if rows:
        tx.execute(_make_insert(tx.dialect.name, table, *rows[0]), [dict(row) for row in rows])


@cache  # composing a statement takes longer than running it
def _make_insert(dialect: str, table: sa.Table, *replaced: str) -> sa.Insert:
    """Inserts rows into `table`; of those that are there, the columns `replaced` are, but for those of its key."""
    insert = _insert_into(dialect, table)
    if not replaced:
        return insert.on_conflict_do_nothing()
    keys = [column.name for column in table.primary_key]
    values = {name: insert.excluded[name] for name in replaced if name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=values)


def _insert_into(dialect: str, table: sa.Table) -> "postgresql.Insert | sqlite.Insert":
    """An INSERT in the dialect of the database that is open; the other one is not imported."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def batched(elements: Sequence[T], max_size: int) -> Iterator[Sequence[T]]:
    """`elements` in slices of at most `max_size`: one query may name only so many."""
    return (elements[start : start + max_size] for start in range(0, len(elements), max_size))
