"""Plan and store Alerts that no poll decided: admin alerts, reminders, closing notes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from watcher.core.delivery.routing import NEVER
from watcher.core.delivery.routing import plan_deliveries as deliveries_of
from watcher.model import Alert, Subscriber
from watcher.store import stories as story_rows
from watcher.store.deliveries import plan


def announce(
    tx: sa.Connection,
    made: Sequence[Alert],
    subscribers: Iterable[Subscriber],
    now: datetime,
    pressing: Mapping[str, Sequence[datetime]] = NEVER,
) -> None:
    """Remember Alerts that no poll decided, and plan their Deliveries; `pressing`: by Story, what cannot wait."""
    story_rows.save_alerts(tx, made)
    plan(tx, deliveries_of(made, tuple(subscribers), now, pressing=pressing), now)
