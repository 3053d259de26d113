"""Items, responses and Deliveries that could not be read or shown, with their bytes, for 90 days."""

import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from watcher.model import Quarantined, key
from watcher.store.column_types import UtcDateTime
from watcher.store.database import upsert
from watcher.store.schema import quarantine

MAX_BYTES = 1_000_000
KEEP_FOR = timedelta(days=90)
# Written once: composing a query takes longer than running it.
_DELETE_OLD = sa.delete(quarantine).where(quarantine.c.at < sa.bindparam("before", type_=UtcDateTime))


def save(tx: sa.Connection, quarantined: Iterable[Quarantined], now: datetime) -> None:
    """Store each with its bytes compressed, and delete rows older than KEEP_FOR.

    The same failure again replaces the bytes, and its `times` goes up.
    """
    for failure in quarantined:
        identity = key("poison", failure.what, failure.name, failure.why)
        times = tx.scalar(sa.select(quarantine.c.times).where(quarantine.c.id == identity)) or 0
        row = {
            "id": identity,
            "at": now,
            "what": failure.what,
            "name": failure.name,
            "why": failure.why,
            "times": times + 1,
            "body": zlib.compress(failure.body[:MAX_BYTES]),
        }
        upsert(tx, quarantine, [row])
    tx.execute(_DELETE_OLD, {"before": now - KEEP_FOR})


def since(tx: sa.Connection, moment: datetime) -> list[sa.Row[Any]]:
    """The rows since `moment` (UTC), the newest first, without bytes."""
    columns = [column for column in quarantine.c if column.name != "body"]
    return list(tx.execute(sa.select(*columns).where(quarantine.c.at >= moment).order_by(quarantine.c.at.desc())))


def all_rows(tx: sa.Connection) -> list[sa.Row[Any]]:
    """All rows, the newest first, without bytes."""
    return since(tx, datetime.min.replace(tzinfo=UTC))


def body(tx: sa.Connection, identity: str) -> bytes | None:
    """The bytes of one row; None when there is no such row."""
    compressed = tx.scalar(sa.select(quarantine.c.body).where(quarantine.c.id == identity))
    return None if compressed is None else zlib.decompress(compressed)
