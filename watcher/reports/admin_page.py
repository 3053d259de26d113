"""What an admin sees: sources, what was not told, what is late, how terms do, and who is told how. Without secrets.

Addresses are masked: this page may stand open on a screen that others see.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.watching.health import OVERDUE
from watcher.model import Subscriber
from watcher.reports.source_health import RECENT
from watcher.reports.source_list import load_sources
from watcher.reports.term_report import MissedItem, TermUse, load_terms
from watcher.reports.unsent import load_unsent
from watcher.store.channels import ChannelTrouble

TERMS_SINCE = timedelta(days=30)
MAX_DELIVERIES, MAX_QUARANTINED, MAX_READERS, MAX_TERMS = 100, 50, 200, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckDelivery:
    """A Delivery that is late, or was given up: for whom, since when it is due (UTC), and how the last try ended."""

    id: str
    subscriber: str
    due: datetime
    attempts: int
    is_given_up: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedReader:
    """A Subscriber, with as much of its address as tells it from others."""

    id: str
    via: str
    pace: str
    address: str
    topics: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminPage:
    """The state of an installation. `sources` as `watcher sources` lists them, those in trouble first.

    `quarantined`: what could not be read or shown in the last week, the newest first. `unsent`: how many Items of the
    last week were not told, by reason. `marked`: the terms that people marked, the most often wrong first; `missed`:
    Items that no term found. `paces`: how many Subscribers there are by channel and pace.
    """

    counts: Mapping[str, int]
    sources: Sequence[Mapping[str, Any]]
    quarantined: Sequence[Mapping[str, Any]]
    unsent: Mapping[str, int]
    answers: Mapping[str, int]
    stuck: Sequence[StuckDelivery]
    troubles: Sequence[ChannelTrouble]
    marked: Sequence[TermUse]
    missed: Sequence[MissedItem]
    paces: Mapping[tuple[str, str], int]
    readers: Sequence[MaskedReader]


def load_admin_page(tx: sa.Connection, configuration: Configuration, now: datetime) -> AdminPage:
    """The state as of `now` (UTC)."""
    unsent = load_unsent(tx, configuration, now - RECENT)
    terms = load_terms(tx, configuration, now - TERMS_SINCE)
    subscribers = list(configuration.subscribers.values())
    sources = load_sources(tx, configuration, now)
    return AdminPage(
        counts={
            "sources": len(sources),
            "topics": len(configuration.topics),
            "subscribers": len(subscribers),
        },
        sources=sorted(sources, key=lambda source: bool(source["on"]) and source["words"].startswith("ok")),
        quarantined=[kept._asdict() for kept in store.quarantine.since(tx, now - RECENT)[:MAX_QUARANTINED]],
        unsent=dict(sorted(unsent.counts.items(), key=lambda pair: (-pair[1], pair[0]))),
        answers=unsent.answers,
        stuck=_load_stuck(tx, now)[:MAX_DELIVERIES],
        troubles=[
            trouble for trouble in store.channels.troubles(tx) if trouble.subscriber in configuration.subscribers
        ],
        marked=[use for use in terms.used if use.right or use.wrong][:MAX_TERMS],
        missed=terms.missed[:MAX_TERMS],
        paces=dict(sorted(Counter((reader.via, str(reader.frequency)) for reader in subscribers).items())),
        readers=[_mask(subscriber) for subscriber in subscribers[:MAX_READERS]],
    )


def _load_stuck(tx: sa.Connection, now: datetime) -> list[StuckDelivery]:
    """Those that are late, the longest first; then those that were given up in the last week."""
    late, given_up = store.outbox.overdue(tx, now - OVERDUE), store.outbox.given_up(tx, now - RECENT)
    whys = store.outbox.last_failures(tx, [delivery.id for delivery in (*late, *given_up)])
    return [
        StuckDelivery(
            id=delivery.id,
            subscriber=delivery.subscriber,
            due=delivery.first_due,
            attempts=delivery.attempts,
            is_given_up=number >= len(late),
            why=whys.get(delivery.id, ""),
        )
        for number, delivery in enumerate((*late, *given_up))
    ]


def _mask(subscriber: Subscriber) -> MaskedReader:
    return MaskedReader(
        id=subscriber.id,
        via=subscriber.via,
        pace=str(subscriber.frequency),
        address=mask_address(subscriber.address),
        topics="all" if subscriber.topics is None else str(len(subscriber.topics)),
    )


def mask_address(address: str) -> str:
    """The domain of a mailbox, the host of a web address, the first letter of anything else."""
    if "://" in address:
        try:
            return f"{urlsplit(address).hostname or ''}/…"
        except ValueError:
            return "…"
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}" if at else f"{address[:1]}…"
