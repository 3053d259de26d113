"""Hosts that asked all their visitors to stay away for a while (HTTP 429): no process asks them anything before."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from watcher.store.column_types import UtcDateTime
from watcher.store.database import upsert
from watcher.store.schema import resting_hosts

MAX_HOST_CHARACTERS = 253  # RFC 1035 section 2.3.4
# Written once: composing a query takes longer than running it.
_DELETE_RESTED = sa.delete(resting_hosts).where(resting_hosts.c.until <= sa.bindparam("now", type_=UtcDateTime))
_RESTING = sa.select(resting_hosts)


def save(tx: sa.Connection, until: Mapping[str, datetime]) -> None:
    """Remember until when (UTC) each host rests. In one order, so that two replicas never wait for each other."""
    resting = [{"host": host[:MAX_HOST_CHARACTERS], "until": moment} for host, moment in sorted(until.items())]
    upsert(tx, resting_hosts, resting)


def resting(tx: sa.Connection, now: datetime) -> dict[str, datetime]:
    """The hosts that rest at `now` (UTC), and until when; those that have rested are forgotten."""
    tx.execute(_DELETE_RESTED, {"now": now})
    return {host: until for host, until in tx.execute(_RESTING)}  # noqa: C416 - rows are no pairs
