"""The database, one file per noun, with the same code for SQLite and PostgreSQL. It decides nothing.

Each file is imported when it is first named: `store.items`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watcher.store import (
        alert_contexts,
        alerts,
        attempts,
        candidates,
        channels,
        date_lists,
        deadlines,
        deliveries,
        delivery_times,
        dispositions,
        hosts,
        items,
        leases,
        loading,
        origins,
        outbox,
        quarantine,
        saving,
        search,
        sources,
        stories,
        story_lists,
        story_marks,
        subscribers,
        threads,
        topic_marks,
        used_links,
    )

__all__ = [
    "alert_contexts",
    "alerts",
    "attempts",
    "candidates",
    "channels",
    "date_lists",
    "deadlines",
    "deliveries",
    "delivery_times",
    "dispositions",
    "hosts",
    "items",
    "leases",
    "loading",
    "origins",
    "outbox",
    "quarantine",
    "saving",
    "search",
    "sources",
    "stories",
    "story_lists",
    "story_marks",
    "subscribers",
    "threads",
    "topic_marks",
    "used_links",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return import_module(f"watcher.store.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
