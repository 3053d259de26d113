"""The tables of what people said of Items, their marks of Topics and of Stories; and of the links that they used."""

from sqlalchemy import JSON, Column, ForeignKey, String, Table

from watcher.store.column_types import UtcDateTime
from watcher.store.outbox_schema import metadata

__all__ = ["metadata", "story_marks", "topic_marks", "used_links"]

topic_marks = Table(  # what people said of the Topics of Items
    "topic_marks",
    metadata,
    Column("item", String(20), ForeignKey("items.id"), primary_key=True),
    Column("topic", String(60), primary_key=True),
    Column("verdict", String(10), nullable=False),
    Column("terms", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

story_marks = Table(  # what people said of pairs of Items
    "story_marks",
    metadata,
    Column("item", String(20), ForeignKey("items.id"), primary_key=True),
    Column("other_item", String(20), ForeignKey("items.id"), primary_key=True),
    Column("verdict", String(10), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

used_links = Table(  # those that may be used once
    "used_links",
    metadata,
    Column("link", String(60), primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False),
)
