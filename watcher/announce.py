"""Plan and store Alerts that no poll decided: admin alerts, reminders, closing notes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from watcher import store
from watcher.core.delivery.routing import NO_MOMENTS, plan_deliveries
from watcher.model import Alert, Subscriber
from watcher.store.deliveries import plan


def announce(
    tx: sa.Connection,
    made: Sequence[Alert],
    subscribers: Iterable[Subscriber],
    now: datetime,
    pressing: Mapping[str, Sequence[datetime]] = NO_MOMENTS,
) -> None:
    """Remember Alerts that no poll decided, and plan their Deliveries; `pressing`: by Story, what cannot wait."""
    store.stories.save_alerts(tx, made)
    plan(tx, plan_deliveries(made, tuple(subscribers), now, urgent_moments=pressing), now)
