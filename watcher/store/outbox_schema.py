"""The tables of what is sent: Subscribers, Channels, Deliveries and their Attempts."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, false

from watcher.store.column_types import UtcDateTime
from watcher.store.schema import metadata

__all__ = ["attempts", "channels", "deliveries", "delivery_alerts", "metadata", "subscribers"]

subscribers = Table(
    "subscribers",
    metadata,
    Column("subscriber", String(60), primary_key=True),
    Column("wants", Text, nullable=False),
    Column("via", String(60), nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

channels = Table(
    "channels",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("lease_until", Float, nullable=False),
    Column("paced_until", Float, nullable=False),
    Column("trouble", Text, nullable=False, server_default=""),
    Column("cure", Text, nullable=False, server_default=""),
    Column("trouble_since", UtcDateTime),
    Column("subscriber", String(60), nullable=False, server_default=""),
    Column("by_probe", Boolean, nullable=False, server_default=false()),
    Column("tried_at", UtcDateTime),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("subscriber", String(60), nullable=False),
    Column("channel", String(20), ForeignKey("channels.id"), nullable=False),
    Column("period", String(60), nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("first_due", UtcDateTime, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("repeat", Boolean, nullable=False),
    Column("lease", String(40), nullable=False),
    Column("lease_until", Float, nullable=False),
    Column("planned", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("place", Text, nullable=False),
    Column("message", Text, nullable=False),
    UniqueConstraint("subscriber", "period"),
    Index(None, "state", "due"),
    Index(None, "channel"),
)

delivery_alerts = Table(
    "delivery_alerts",
    metadata,
    Column("delivery", String(20), ForeignKey("deliveries.id"), primary_key=True),
    Column("alert", String(20), ForeignKey("alerts.id"), primary_key=True, index=True),
)

attempts = Table(
    "attempts",
    metadata,
    Column("delivery", String(20), ForeignKey("deliveries.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("why", Text, nullable=False),
)
