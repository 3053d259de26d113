"""What could not be read or shown, with its bytes, until a person has looked or 90 days have passed."""

import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from watcher.model import Quarantined, key
from watcher.store.database import upsert
from watcher.store.schema import quarantine

MAX_BYTES = 1_000_000
KEEP_FOR = timedelta(days=90)


def save(tx: sa.Connection, poison: Iterable[Quarantined], now: datetime) -> None:
    """Put aside, compressed; the same trouble again replaces the bytes and counts. What is 90 days old is forgotten."""
    for each in poison:
        identity = key("poison", each.what, each.name, each.why)
        times = tx.scalar(sa.select(quarantine.c.times).where(quarantine.c.id == identity)) or 0
        row = {"id": identity, "at": now, "what": each.what, "name": each.name, "why": each.why, "times": times + 1}
        upsert(tx, quarantine, [{**row, "body": zlib.compress(each.body[:MAX_BYTES])}])
    tx.execute(sa.delete(quarantine).where(quarantine.c.at < now - KEEP_FOR))


def since(tx: sa.Connection, moment: datetime) -> list[sa.Row[Any]]:
    """What was put aside since `moment`, the newest first, without bytes."""
    columns = [column for column in quarantine.c if column.name != "body"]
    return list(tx.execute(sa.select(*columns).where(quarantine.c.at >= moment).order_by(quarantine.c.at.desc())))


def all_rows(tx: sa.Connection) -> list[sa.Row[Any]]:
    """All that is put aside, the newest first, without bytes."""
    return since(tx, datetime.min.replace(tzinfo=UTC))


def body(tx: sa.Connection, identity: str) -> bytes | None:
    """The bytes of one row; None when there is no such row."""
    packed = tx.scalar(sa.select(quarantine.c.body).where(quarantine.c.id == identity))
    return None if packed is None else zlib.decompress(packed)
