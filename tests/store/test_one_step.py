"""Rows that come from SQLite in one step are the rows that come one by one, whatever stands in them."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from watcher import store
from watcher.model import Alert, Item, Reason, Status
from watcher.store.database import Database
from watcher.store.one_step import OneStepQuery
from watcher.store.schema import alerts, items

NOW = datetime(2026, 7, 2, 6, 30, 0, 123456, tzinfo=UTC)
TEXTS = (
    "",
    "Flu jabs",
    'a "quoted" \\ line\nand £1,540, 50–64',
    "\U0001f489 " * 400,
    "flu \ud83d jab",
    "1.50",
    "null",
    "[]",
)


def fill(database: Database) -> None:
    """An Item for each text, every second of them with an Alert."""
    stored = [
        Item(
            source="nhse",
            identity=f"id-{number}",
            url=f"https://nhse.example/{number}",
            title=text.encode("utf-8", "ignore").decode() or "no title",
            text=text,
            first_seen=NOW + timedelta(seconds=number),
        )
        for number, text in enumerate(TEXTS)
    ]
    told = [
        Alert(
            reason=Reason.FIRST_HEARD,
            at=NOW,
            item=item.id,
            revision=1,
            status=Status.REPORTED,
            topics=("flu", item.title),
            note=item.title,
        )
        for item in stored[::2]
    ]
    with database.begin() as tx:
        store.items.save(tx, stored, {}, NOW)
        store.alerts.save(tx, told)


def test_they_are_the_same_rows_on_both_databases(database: Database) -> None:
    fill(database)
    for table in (items, alerts):
        query = sa.select(table)
        with database.read() as tx:
            singly = sorted(map(tuple, tx.execute(query)), key=lambda row: row[0])
            at_once = sorted(map(tuple, OneStepQuery(query).rows(tx)), key=lambda row: row[0])
        assert at_once == singly
        assert len(singly) == len(TEXTS) // (1 if table is items else 2)


def test_columns_are_attributes_and_nothing_gives_no_rows(database: Database) -> None:
    fill(database)
    query = OneStepQuery(sa.select(items.c.identity, items.c.text).where(items.c.identity == sa.bindparam("named")))
    with database.read() as tx:
        (row,) = query.rows(tx, {"named": "id-3"})
        assert (row.identity, row.text) == ("id-3", TEXTS[3])
        assert list(query.rows(tx, {"named": "another"})) == []
