"""Bringing a database back from a backup without telling again what readers have heard meanwhile."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from watcher import store
from watcher.announce import announce
from watcher.core.deadlines.reminders import schedule_reminder
from watcher.core.items.told_until import forget_answers, mark_told_until
from watcher.core.watching.restored import SkippedTellings, build_restored_alert
from watcher.errors import BadDatabase
from watcher.failpoint import failpoint
from watcher.model import Subscriber
from watcher.sources.base import Source
from watcher.store import restoring
from watcher.store.backup_file import OpenBackup
from watcher.store.database import Database, list_revisions
from watcher.store.snapshot import is_empty

_LEASE = "restore"  # ended in the same transaction


class ToldUntil(StrEnum):
    """Until when all counts as told: until now, or until the backup was made, so that what came later is told."""

    NOW = "now"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoration:
    """How a backup is brought back at `now` (UTC), for the `sources` and `subscribers` of the configuration."""

    told_until: ToldUntil
    sources: Iterable[Source]
    subscribers: Sequence[Subscriber]
    now: datetime


def restore_backup(database: Database, backup: OpenBackup, restoration: Restoration) -> dict[str, Any]:
    """Put a backup into a database, in one transaction, and say what of it counts as told.

    The number of `rows`, and what was `skipped`. What the database held is gone.
    """
    with database.begin() as tx:
        written = restoring.put_rows(tx, backup.snapshot)
        skipped = None
        if restoration.told_until is ToldUntil.NOW:
            skipped = _skip_what_is_due(tx, restoration)
            alert = build_restored_alert(backup.manifest.created, skipped, restoration.now)
            announce(tx, [alert], restoration.subscribers, restoration.now)
            store.subscribers.note_subscriptions(tx, restoration.subscribers, restoration.now)  # welcomed meanwhile
        _forget_polls(tx, restoration)
        failpoint("restore_written")
    failpoint("restore_committed")
    return {"rows": written, "skipped": asdict(skipped) if skipped else None}


def refuse_full(database: Database, cure: str) -> None:
    """Raise BadDatabase, with the cure, for a database that holds anything."""
    with database.read() as tx:
        if not is_empty(tx):
            raise BadDatabase(f"the database is not empty; {cure}")


def refuse_newer(backup: OpenBackup) -> None:
    """Raise BadDatabase for a backup that a newer version made."""
    if backup.manifest.schema not in list_revisions():
        raise BadDatabase(
            f"the backup was made by a newer watcher ({backup.manifest.version}, schema {backup.manifest.schema}); "
            "install that version"
        )


def _skip_what_is_due(tx: sa.Connection, restoration: Restoration) -> SkippedTellings:
    """Deliveries, reminders and closing notes that are due by now are not sent; the dates' next ones are set."""
    now = restoration.now
    deliveries, alerts, first_due = restoring.skip_due_deliveries(tx, now)
    reminders = restoring.count_due_reminders(tx, now)
    while due := store.deadlines.with_due_reminder(tx, now):
        unreminded = [replace(ledger_date, remind_at=None) for ledger_date in due]
        store.deadlines.save(tx, [schedule_reminder(date, restoration.subscribers, now) for date in unreminded])
    return SkippedTellings(
        deliveries=deliveries,
        alerts=alerts,
        reminders=reminders,
        closing_notes=restoring.skip_closing_notes(tx, now),
        first_due=first_due,
    )


def _forget_polls(tx: sa.Connection, restoration: Restoration) -> None:
    """What servers answered last is forgotten; where all counts as told, what they list now becomes the baseline."""
    if restoration.told_until is ToldUntil.NOW:
        polled = [source.id for source in restoration.sources if source.enabled and source.is_polled]
        store.sources.claim(
            tx, polled, _LEASE, restoration.now, forced=True
        )  # of those unknown to the backup: new rows
    states = store.sources.states(tx).values()
    if restoration.told_until is ToldUntil.NOW:
        after = [mark_told_until(state, restoration.now) for state in states]
    else:
        after = [forget_answers(state) for state in states]
    store.sources.save_all(tx, [store.sources.StateChange(after=state) for state in after])
