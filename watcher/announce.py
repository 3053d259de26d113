"""Plan and store Alerts that no poll decided: admin alerts, reminders, closing notes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from watcher import store
from watcher.core.delivery.routing import NO_MOMENTS, plan_deliveries
from watcher.model import Alert, Subscriber


def announce(
    tx: sa.Connection,
    alerts: Sequence[Alert],
    subscribers: Iterable[Subscriber],
    now: datetime,
    urgent_moments: Mapping[str, Sequence[datetime]] = NO_MOMENTS,
) -> None:
    """Save `alerts` and plan their Deliveries to those of `subscribers` whom they concern.

    `urgent_moments`: by Story, the moments (UTC) by which something must be done; such an Alert waits for no digest.
    """
    store.stories.save_alerts(tx, alerts)
    planned = plan_deliveries(alerts, tuple(subscribers), now, urgent_moments=urgent_moments)
    store.deliveries.plan(tx, planned, now)
