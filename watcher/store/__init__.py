"""The database, one file per noun, with the same code for SQLite and PostgreSQL. It decides nothing."""

from watcher.store import (
    alert_contexts,
    alerts,
    deadlines,
    deliveries,
    dispositions,
    items,
    leases,
    loading,
    origins,
    outbox,
    quarantine,
    saving,
    sources,
    stories,
    subscribers,
    threads,
)

__all__ = [
    "alert_contexts",
    "alerts",
    "deadlines",
    "deliveries",
    "dispositions",
    "items",
    "leases",
    "loading",
    "origins",
    "outbox",
    "quarantine",
    "saving",
    "sources",
    "stories",
    "subscribers",
    "threads",
]
