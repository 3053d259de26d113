"""A database of every earlier schema, with a source and an item in it, comes up to the same tables as a new one."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from watcher.store.database import MIGRATIONS, list_revisions, open_database

MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# A value for each type of a column; texts that say what they are, so that what moves is known again.
VALUES: Mapping[str, Callable[[str], Any]] = {
    "BOOLEAN": lambda _: False,
    "DATETIME": lambda _: MOMENT,
    "TIMESTAMP": lambda _: MOMENT,
    "DATE": lambda _: date(2026, 3, 2),
    "INTEGER": lambda _: 1,
    "BIGINT": lambda _: 1,
    "FLOAT": lambda _: 0.0,
    "DOUBLE PRECISION": lambda _: 0.0,
    "JSON": lambda _: {},
    "BLOB": lambda _: b"p" + b"flu jabs",
    "BYTEA": lambda _: b"p" + b"flu jabs",
}


def engine_of(url: str) -> sa.Engine:
    return sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg") if url.startswith("p") else url)


def make_schema(url: str, revision: str) -> None:
    """An empty database as the version with this schema made it, and a row in its first tables."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = engine_of(url)
    with engine.begin() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, revision)
        tables = sa.MetaData()
        tables.reflect(tx, only=["sources", "items"])
        for name in ("sources", "items"):
            row = {column.name: value_of(column) for column in tables.tables[name].columns}
            tx.execute(sa.insert(tables.tables[name]), row)
    engine.dispose()


def value_of(column: sa.Column[Any]) -> Any:
    if column.name == "id":
        return "item-1"
    kind = str(column.type).partition("(")[0]
    make: Callable[[str], Any] = VALUES.get(kind, lambda name: name[:10])
    return None if column.nullable else make(column.name)


def shape_of(url: str) -> dict[str, list[tuple[str, str, bool]]]:
    """Every table with its columns (name, type, whether it may be empty), without those that the search index makes."""
    engine = engine_of(url)
    inspector = sa.inspect(engine)
    names = [name for name in inspector.get_table_names() if not name.startswith("search_words")]
    shape = {
        name: sorted((each["name"], str(each["type"]), bool(each["nullable"])) for each in inspector.get_columns(name))
        for name in names
    }
    engine.dispose()
    return shape


@pytest.mark.parametrize("revision", list_revisions()[:-1])
def test_every_earlier_schema_comes_up_to_the_same_tables(revision: str, database_url: str, tmp_path: Path) -> None:
    make_schema(database_url, revision)
    opened = open_database(database_url)
    with opened.read() as tx:
        upgraded = tx.execute(sa.text("SELECT id, title FROM items")).all()
        assert [tuple(row) for row in upgraded] == [("item-1", "title")]
        assert tx.scalar(sa.text("SELECT version_num FROM alembic_version")) == list_revisions()[-1]
    opened.close()
    if database_url.startswith("sqlite"):
        open_database(f"sqlite:///{tmp_path}/new.db").close()
        assert shape_of(database_url) == shape_of(f"sqlite:///{tmp_path}/new.db")
