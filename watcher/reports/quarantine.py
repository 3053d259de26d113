"""The quarantine for people: what could not be read or shown, why, and its bytes. Reads only."""

from typing import Any

from watcher import store
from watcher.store.database import Database


def list_quarantined(database: Database, quarantine_id: str = "") -> tuple[list[dict[str, Any]], bytes | None]:
    """The rows of the last 90 days, or the one of this id; and the bytes of that one, None without an id or a row."""
    with database.begin() as tx:
        rows = store.quarantine.all_rows(tx)
        body = store.quarantine.body(tx, quarantine_id) if quarantine_id else None
    asked_for = [row for row in rows if not quarantine_id or row.id == quarantine_id]
    return [{**row._mapping, "at": row.at.isoformat()} for row in asked_for], body  # noqa: SLF001 - SQLAlchemy's public name
