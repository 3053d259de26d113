"""The database: whether it can be opened, is of this version, is whole, and may be written; nothing in it changes."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from watcher.errors import BadDatabase
from watcher.model.finding import Finding, broken, doubtful, fine
from watcher.store.database import explain_error, list_revisions
from watcher.store.database_address import DatabaseAddress, read_database_address
from watcher.store.schema import items

CHECK = "database"
NETWORK_FILE_SYSTEMS = frozenset(
    {"9p", "afs", "cifs", "fuse.sshfs", "glusterfs", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
)
MOUNTS = Path("/proc/mounts")
MAX_SKEW_SECONDS, CONNECT_SECONDS = 30.0, 4
OLDEST_POSTGRESQL = 14
_ANY_LOCK = 7_204_919  # an advisory lock that nothing else takes
_NOT_THERE = "not there yet; the first start makes it"


def examine_database(url: str, now: datetime) -> list[Finding]:
    """What is wrong with the database at `url`, or that all is well. Raises BadDatabase for an address of no kind."""
    address = read_database_address(url)
    try:
        findings = list(_examine_file(Path(address.file)) if address.file else _examine_server(address, now))
    except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
        return [broken(CHECK, "it cannot be opened", explain_error(error))]
    except BadDatabase as error:
        return [broken(CHECK, str(error), "use a backup of it, or name another")]
    return findings


def _examine_file(file: Path) -> Iterator[Finding]:
    folder = file.absolute().parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        yield broken(CHECK, "its folder is not there or cannot be written in", "make it, and give it to this user")
        return
    if kind := find_network_file_system(folder, MOUNTS.read_text() if MOUNTS.is_file() else ""):
        cure = "move it to a disk of this machine, or use PostgreSQL: SQLite's locks do not hold over a network"
        yield broken(CHECK, f"it stands on a network file system ({kind})", cure)
    if not file.exists():
        yield fine(CHECK, f"SQLite, {_NOT_THERE}")
        return
    if not os.access(file, os.W_OK):
        yield broken(CHECK, "it cannot be written", "give its user the right to")
        return
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=CONNECT_SECONDS)) as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            yield fine(CHECK, "SQLite, empty; the first start fills it")
            return
        if "alembic_version" not in tables:
            cure = "name one that watcher made, or one that is not there yet"
            yield broken(CHECK, "the file is the database of another program", cure)
            return
        (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            yield broken(CHECK, "it is damaged", "restore a backup: watcher restore FILE.wbk --replace")
            return
        yield from _examine_version([name for (name,) in db.execute("SELECT version_num FROM alembic_version")])
        (mode,) = db.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        yield doubtful(CHECK, f"its journal mode is {mode}", "start watcher once: it sets WAL")
    with closing(sqlite3.connect(file, timeout=CONNECT_SECONDS, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")  # as every write begins; nothing is written
        db.execute("ROLLBACK")
    yield fine(CHECK, f"SQLite, {file.stat().st_size / 1e6:.0f} MB, whole")


def find_network_file_system(folder: Path, mounts: str) -> str:
    """The kind of the network file system on which a folder stands, by the lines of /proc/mounts; "" for a disk."""
    best, best_kind = "", ""
    for line in mounts.splitlines():
        _, place, kind = [*line.split(" "), "", "", ""][:3]
        mounted = place.replace("\\040", " ")
        is_above = folder == Path(mounted) or Path(mounted) in folder.parents
        if mounted and is_above and len(mounted) >= len(best):
            best, best_kind = mounted, kind
    return best_kind if best_kind in NETWORK_FILE_SYSTEMS else ""


def _examine_version(revisions: list[str]) -> Iterator[Finding]:
    """Whether the schema is ours and of this version; an older one is brought up by the next start."""
    ours = list_revisions()
    revision = revisions[0] if revisions else ""
    if revision not in ours:
        cure = "install that version, or use a backup from before"
        yield broken(CHECK, f"it was made by a newer watcher (schema {revision})", cure)
    elif revision != ours[-1]:
        cure = "the next start brings it up to date; make a backup first: watcher backup FILE.wbk"
        yield doubtful(CHECK, f"its schema is {revision}, this watcher's is {ours[-1]}", cure)


def _examine_server(address: DatabaseAddress, now: datetime) -> Iterator[Finding]:
    url = sa.make_url(address.url).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, hide_parameters=True, connect_args={"connect_timeout": CONNECT_SECONDS})
    try:
        with engine.begin() as tx:
            yield from _examine_postgresql(tx, now)
    finally:
        engine.dispose()


def _examine_postgresql(tx: sa.Connection, now: datetime) -> Iterator[Finding]:
    version = tx.scalar(sa.text("SHOW server_version")) or ""
    if (number := re.match(r"\d+", version)) and int(number[0]) < OLDEST_POSTGRESQL:
        yield broken(CHECK, f"PostgreSQL {version} is too old", f"use PostgreSQL {OLDEST_POSTGRESQL} or newer")
    skew = abs((datetime.fromtimestamp(_seconds(tx), UTC) - now).total_seconds())
    if skew > MAX_SKEW_SECONDS:
        yield broken(CHECK, f"its clock differs by {skew:.0f} s from this machine's", "set both clocks by NTP")
    if not tx.scalar(sa.text("SELECT has_schema_privilege(current_schema(), 'CREATE')")):
        yield broken(
            CHECK, "its user may not make tables", "GRANT CREATE ON SCHEMA public TO its user, or make it owner"
        )
    if not tx.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_ANY_LOCK))):
        yield broken(CHECK, "no advisory lock is to be had", "connect without a pooler in transaction mode")
    if not tx.scalar(sa.text("SELECT to_regclass('alembic_version')")):
        yield fine(CHECK, f"PostgreSQL {version}, {_NOT_THERE}")
        return
    yield from _examine_version(list(tx.scalars(sa.text("SELECT version_num FROM alembic_version"))))
    yield fine(CHECK, f"PostgreSQL {version}")


def _seconds(tx: sa.Connection) -> float:
    return float(tx.scalar(sa.text("SELECT extract(epoch FROM clock_timestamp())")) or 0)


def count_bytes(url: str) -> int | None:
    """The size of a SQLite file with its journal, 0 for one that is not there; None for a server's."""
    file = read_database_address(url).file
    parts = (Path(f"{file}{ending}") for ending in ("", "-wal"))
    return sum(part.stat().st_size for part in parts if part.is_file()) if file else None


def find_oldest_item(url: str) -> datetime | None:
    """When (UTC) the first Item was seen; None where none was, or the database cannot tell."""
    address = read_database_address(url)
    if address.file:
        place = f"{Path(address.file).absolute().as_uri()}?mode=ro"
        engine = sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(place, uri=True))
    else:
        engine = sa.create_engine(sa.make_url(address.url).set(drivername="postgresql+psycopg"), hide_parameters=True)
    try:
        with engine.begin() as tx:
            first: datetime | None = tx.scalar(sa.select(sa.func.min(items.c.first_seen)))
            return first
    except sa.exc.SQLAlchemyError:
        return None
    finally:
        engine.dispose()
