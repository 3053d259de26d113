"""What is remembered: one file per noun, the same code on SQLite and PostgreSQL. It decides nothing."""

from watcher.store import (
    deadlines,
    deliveries,
    items,
    leases,
    origins,
    outbox,
    quarantine,
    sources,
    stories,
    subscribers,
    threads,
)

__all__ = [
    "deadlines",
    "deliveries",
    "items",
    "leases",
    "origins",
    "outbox",
    "quarantine",
    "sources",
    "stories",
    "subscribers",
    "threads",
]
