"""The rows of a backup put into a database, and what was due meanwhile set aside: all in the caller's transaction."""

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from watcher.errors import BadDatabase
from watcher.failpoint import failpoint
from watcher.model import DeliveryState
from watcher.store import search_index
from watcher.store.database import Database, open_database
from watcher.store.deliveries import WAITING
from watcher.store.marks_schema import metadata
from watcher.store.outbox_schema import attempts, deliveries, delivery_alerts
from watcher.store.schema import deadlines, stories
from watcher.store.seals import renew
from watcher.store.snapshot import (
    TableDigest,
    clear_tables,
    copy_into_file,
    copy_rows,
    count_rows,
    digest_tables,
    take_snapshot,
)

RESTORED = "restored"  # why a Delivery was not sent


def put_rows(tx: sa.Connection, snapshot: Path) -> int:
    """Replace all rows by those of a snapshot, brought up to date, and index their words anew; how many there are.

    Raises BadDatabase where a table cannot be written as it is.
    """
    clear_tables(tx)
    with closing(open_database(f"sqlite:///{snapshot}")) as kept, kept.read() as source:
        copy_rows(source, tx)
        counts = {table.name: (count_rows(source, table), count_rows(tx, table)) for table in metadata.sorted_tables}
    for name, (wanted, written) in counts.items():
        if wanted != written:
            raise BadDatabase(f"of the table {name} only {written} of {wanted} rows were written; nothing was changed")
    search_index.rebuild(tx)
    return sum(written for _, written in counts.values())


def move_rows(source: Database, target: Database, folder: Path) -> Mapping[str, TableDigest]:
    """Copy all rows into an empty database, in one transaction, and compare them there; their digests by table.

    `folder`: where there is room for two copies meanwhile. Raises BadDatabase with the table's name where a row is not
    the same; then nothing was written.
    """
    before, after = folder / "before.sqlite", folder / "after.sqlite"
    take_snapshot(source, before)
    digests = digest_tables(before)
    with target.begin() as tx:
        put_rows(tx, before)
        copy_into_file(tx, after)
        moved = digest_tables(after)
        differing = [name for name, digest in digests.items() if moved.get(name) != digest]
        if differing:
            raise BadDatabase(f"the rows of {', '.join(differing)} are not the same there; nothing was written")
        failpoint("move_compared")
    return digests


def skip_due_deliveries(tx: sa.Connection, now: datetime) -> tuple[int, int, datetime | None]:
    """Mark the Deliveries that are due at `now` (UTC) as not wanted, with an Attempt that says why.

    How many of them had an Alert, how many Alerts these were, and when (UTC) the first was due.
    """
    is_due = sa.and_(deliveries.c.due <= now, deliveries.c.state.in_((*WAITING, DeliveryState.LEASED)))
    due = sa.select(deliveries.c.id).where(is_due)
    with_alerts = delivery_alerts.c.delivery.in_(due)
    counted = sa.select(
        sa.func.count(delivery_alerts.c.delivery.distinct()), sa.func.count(delivery_alerts.c.alert.distinct())
    )
    delivery_count, alert_count = tx.execute(counted.where(with_alerts)).one()
    has_alert = deliveries.c.id.in_(sa.select(delivery_alerts.c.delivery))
    first_due: datetime | None = tx.scalar(sa.select(sa.func.min(deliveries.c.first_due)).where(is_due, has_alert))
    number = deliveries.c.attempts + 1
    skipped = sa.select(
        deliveries.c.id,
        number,
        sa.literal(now, attempts.c.at.type),
        sa.literal(DeliveryState.UNWANTED.value),
        sa.literal(RESTORED),
    )
    tx.execute(sa.insert(attempts).from_select(["delivery", "number", "at", "outcome", "why"], skipped.where(is_due)))
    tx.execute(sa.update(deliveries).where(is_due).values(state=DeliveryState.UNWANTED, attempts=number))
    return delivery_count, alert_count, first_due


def skip_closing_notes(tx: sa.Connection, now: datetime) -> int:
    """Close the Stories whose closing note is due at `now` (UTC), without a note; how many they are."""
    is_due = sa.and_(stories.c.close_at <= now, stories.c.closed.is_(False))
    ids = tx.scalars(sa.select(stories.c.id).where(is_due)).all()
    tx.execute(sa.update(stories).where(is_due).values(close_at=None, closed=True))
    renew(tx, ids)
    return len(ids)


def count_due_reminders(tx: sa.Connection, now: datetime) -> int:
    """Of how many dates the next reminder is due at `now` (UTC)."""
    return int(tx.scalar(sa.select(sa.func.count()).where(deadlines.c.remind_at <= now)) or 0)
