"""What is written of people's data is true: each place in the database has its row, and limits are the program's."""

from pathlib import Path

from watcher.config.settings import KEEP_DAYS
from watcher.store import marks_schema, outbox_schema, schema
from watcher.web.limits import ALLOWANCES, Allowance

PAGE = (Path(__file__).parents[1] / "docs" / "data-protection.md").read_text(encoding="utf-8")
OF_PEOPLE = {"subscriber", "channel", "place", "address", "email", "name_of_person"}


def test_each_table_that_knows_of_readers_is_named() -> None:
    assert schema.metadata is outbox_schema.metadata is marks_schema.metadata
    tables = {table.name for table in schema.metadata.tables.values() if OF_PEOPLE & set(table.columns.keys())}
    assert {"channels", "deliveries", "handled", "subscribers"} <= tables
    assert {name for name in tables if f"`{name}`" not in PAGE} == set()


def test_no_column_holds_an_address() -> None:
    columns = [column.name for table in schema.metadata.tables.values() for column in table.columns]
    assert [name for name in columns if "address" in name or "mail" in name.split("_")] == []


def test_the_numbers_are_those_of_the_program() -> None:
    assert f"`WATCHER_KEEP_DAYS` ({KEEP_DAYS})" in PAGE
    assert f"{ALLOWANCES[Allowance.PAGE].amount} pages a minute" in PAGE
