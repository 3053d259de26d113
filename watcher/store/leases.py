"""Leases: short, and renewed while their process lives, so that another process takes over soon after it has died.

They run on the database's own clock. A lease that passed to another process cannot be renewed: its token is gone.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from watcher.model import DeliveryState
from watcher.store.database import clock
from watcher.store.outbox_schema import channels, deliveries
from watcher.store.schema import sources

LEASE_SECONDS = 20.0  # until another process may take over
RENEW_SECONDS = 5.0


def renew(tx: sa.Connection, tokens: Iterable[str]) -> None:
    """Extend all leases of `tokens` that are still held, and those of the channels of leased Deliveries."""
    held = list(tokens)
    until = clock(tx) + LEASE_SECONDS
    tx.execute(sa.update(sources).where(sources.c.lease.in_(held)).values(lease_until=until))
    is_held = sa.and_(deliveries.c.lease.in_(held), deliveries.c.state == DeliveryState.LEASED)
    # What is locked is being recorded just now; waiting for it here, each could wait for the other.
    leased = sa.select(deliveries.c.id, deliveries.c.channel).where(is_held).order_by(deliveries.c.id)
    rows = tx.execute(leased.with_for_update(skip_locked=True)).all()
    ids, channel_ids = [row.id for row in rows], sorted(row.channel for row in rows)
    tx.execute(sa.update(deliveries).where(deliveries.c.id.in_(ids)).values(lease_until=until))
    tx.execute(sa.update(channels).where(channels.c.id.in_(channel_ids)).values(lease_until=until))
