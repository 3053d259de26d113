"""How late Deliveries are, and how long after its publication an announcement was accepted by a channel. Reads only."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from watcher.model import DIGEST_PERIODS, DeliveryState, Reason
from watcher.store.database import MAX_NAMES_IN_QUERY, batched
from watcher.store.outbox_schema import deliveries, delivery_alerts
from watcher.store.schema import alerts, items

_WAITING = (DeliveryState.PENDING, DeliveryState.UNKNOWN, DeliveryState.LEASED)
_NEWS = (Reason.FIRST_HEARD, Reason.NOW_OFFICIAL)  # the others come long after their Item was published


def oldest_due(tx: sa.Connection, now: datetime) -> datetime | None:
    """Since when (UTC) the Delivery that waits longest has been due; None when nothing is due at `now`."""
    is_due = sa.and_(deliveries.c.state.in_(_WAITING), deliveries.c.first_due <= now)
    moment: datetime | None = tx.scalar(sa.select(sa.func.min(deliveries.c.first_due)).where(is_due))
    return moment


def seconds_after_publication(tx: sa.Connection, ids: Iterable[str]) -> list[float]:
    """For each announcement in these Deliveries, how many seconds after its publication it was accepted.

    Only where its publisher says to the minute when that was, and where it was told at once: a digest waits on purpose.
    """
    query = (
        sa.select(items.c.published_at, deliveries.c.sent_at)
        .select_from(deliveries)
        .join(delivery_alerts, delivery_alerts.c.delivery == deliveries.c.id)
        .join(alerts, alerts.c.id == delivery_alerts.c.alert)
        .join(items, items.c.id == alerts.c.item)
        .where(
            deliveries.c.id.in_(sa.bindparam("ids", expanding=True)),
            deliveries.c.sent_at.is_not(None),
            sa.not_(sa.or_(*(deliveries.c.period.startswith(period) for period in DIGEST_PERIODS))),
            alerts.c.reason.in_(_NEWS),
            alerts.c.revision == 1,
            items.c.published_at.is_not(None),
        )
    )
    pairs = [
        pair for batch in batched(sorted(set(ids)), MAX_NAMES_IN_QUERY) for pair in tx.execute(query, {"ids": batch})
    ]
    return [(sent_at - published_at).total_seconds() for published_at, sent_at in pairs if sent_at >= published_at]
