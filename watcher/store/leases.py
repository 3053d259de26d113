"""Leases: short, and renewed while their process lives, so that the others take over soon after it has died.

They tick on the database's own clock. A lease that passed to somebody else cannot be renewed: its token is gone.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from watcher.model import DeliveryState
from watcher.store.database import clock
from watcher.store.schema import channels, deliveries, sources

LEASE_SECONDS = 20.0  # so long until another process takes over
RENEW_SECONDS = 5.0


def renew(tx: sa.Connection, tokens: Iterable[str]) -> None:
    """Hold on to everything that is still leased under `tokens`."""
    held = list(tokens)
    until = clock(tx) + LEASE_SECONDS
    tx.execute(sa.update(sources).where(sources.c.lease.in_(held)).values(lease_until=until))
    mine = sa.and_(deliveries.c.lease.in_(held), deliveries.c.state == DeliveryState.LEASED)
    tx.execute(sa.update(deliveries).where(mine).values(lease_until=until))
    busy = sa.select(deliveries.c.channel).where(mine)
    tx.execute(sa.update(channels).where(channels.c.id.in_(busy)).values(lease_until=until))
