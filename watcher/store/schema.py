"""The tables of what was read and decided. `migrations/` creates them.

outbox_schema.py has those of what is sent, marks_schema.py those of what people said.
Moments are UTC. Leases and pacing are seconds of the database's own clock (store/database.py), because they are about
processes and not about people; everything else is compared with the `now` that is handed in.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from watcher.store.column_types import CompressedText, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

sources = Table(
    "sources",
    metadata,
    Column("source", String(60), primary_key=True),
    Column("next_poll", UtcDateTime, nullable=False),
    Column("validators", JSON, nullable=False),
    Column("last_poll", UtcDateTime),
    Column("first_success", UtcDateTime),
    Column("last_success", UtcDateTime),
    Column("last_full", UtcDateTime),
    Column("last_new_item", UtcDateTime),
    Column("failures", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("fault", String(20), nullable=False),
    Column("failing_since", UtcDateTime),
    Column("window", JSON, nullable=False),
    Column("rhythm", JSON, nullable=False),
    Column("back_at", UtcDateTime),
    Column("gap_at", UtcDateTime),
    Column("moved_to", Text, nullable=False),
    Column("moves", Integer, nullable=False),
    Column("told", JSON, nullable=False),
    Column("ttl", Float),
    Column("not_before", UtcDateTime),
    Column("last_answer", String(40), nullable=False, server_default=""),
    Column("memory", JSON, nullable=False, server_default="{}"),
    Column("proof", JSON, nullable=False, server_default="{}"),
    Column("lease", String(40), nullable=False),
    Column("lease_until", Float, nullable=False),
    Index(None, "next_poll"),
)

items = Table(
    "items",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("source", String(60), nullable=False),
    Column("identity", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("text", CompressedText, nullable=False),
    Column("published_at", UtcDateTime),
    Column("published_day", Date),
    Column("published_precision", String(10), nullable=False),
    Column("published_literal", Text, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("unread", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime),
    Column("change_note", Text, nullable=False, server_default=""),
    Column("is_unproven", Boolean, nullable=False, server_default=false()),
    Column("revised_at", UtcDateTime),
    Column("is_doubted", Boolean, nullable=False, server_default=false()),
    Column("number", BigInteger),  # in the index of words: see search_index.py
    UniqueConstraint("source", "identity"),
    Index(None, "identity"),
    Index(None, "source", "first_seen"),
    Index(None, "first_seen", "number"),
    Index(None, "number", "id", "source"),  # all that search.py asks for many Items at once
)

resting_hosts = Table(
    "resting_hosts",
    metadata,
    Column("host", String(253), primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)

candidates = Table(
    "candidates",
    metadata,
    Column("source", String(60), primary_key=True),
    Column("identity", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

aliases = Table(
    "aliases",
    metadata,
    Column("source", String(60), primary_key=True),
    Column("identity", Text, primary_key=True),
    Column("item", String(20), ForeignKey("items.id"), nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("what", String(10), nullable=False),
    Column("name", String(60), nullable=False),
    Column("why", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("times", Integer, nullable=False),
    Index(None, "at"),
)

revisions = Table(  # the earlier ones: the newest is the row of the Item
    "revisions",
    metadata,
    Column("item", String(20), ForeignKey("items.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("text", CompressedText, nullable=False),
    Column("seen", UtcDateTime, nullable=False),
    Column("is_doubted", Boolean, nullable=False, server_default=false()),
)

origins = Table(
    "origins",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("item", String(20), ForeignKey("items.id"), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("part", String(10), nullable=False),
    Column("asked", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", Integer, nullable=False),
)

bodies = Table(  # no foreign key leads here: bytes go after a while, and their hash stays
    "bodies",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("first_kept", UtcDateTime, nullable=False, index=True),
)

matches = Table(
    "matches",
    metadata,
    Column("item", String(20), ForeignKey("items.id"), primary_key=True),
    Column("topic", String(60), primary_key=True),
    Column("evidence", JSON, nullable=False),
)

stories = Table(
    "stories",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("title", Text, nullable=False),
    Column("status", String(20), nullable=False),
    Column("topics", JSON, nullable=False),
    Column("opened", UtcDateTime, nullable=False, index=True),
    Column("turns", JSON, nullable=False),
    Column("follows", String(20), nullable=False),
    Column("close_at", UtcDateTime, index=True),
    Column("closed", Boolean, nullable=False),
    Column("seal", BigInteger, nullable=False, server_default="0"),  # see seals.py
)

story_words = Table(
    "story_words",
    metadata,
    Column("word", String(60), primary_key=True),
    Column("story", String(20), ForeignKey("stories.id"), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "word", "at"),
)

tellings = Table(
    "tellings",
    metadata,
    Column("item", String(20), ForeignKey("items.id"), primary_key=True),
    Column("story", String(20), ForeignKey("stories.id"), nullable=False, index=True),
    Column("trust", String(20), nullable=False),
    Column("publisher", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("title_key", Text, nullable=False, index=True),
    Column("standing", String(20), nullable=False),
    Column("gist", JSON, nullable=False),
    Column("joined", Text, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("reason", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("story", String(20), ForeignKey("stories.id"), index=True),
    Column("item", String(20), ForeignKey("items.id")),
    Column("revision", Integer, nullable=False),
    Column("status", String(20)),
    Column("topics", JSON, nullable=False),
    Column("relevance", Integer, nullable=False),
    Column("in_digest", Boolean, nullable=False, server_default=false()),
    Column("note", Text, nullable=False),
    Index(None, "item"),
    Index(None, "at"),
)

dispositions = Table(  # what became of each revision of an Item
    "dispositions",
    metadata,
    Column("item", String(20), ForeignKey("items.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("answer", String(10), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

deadlines = Table(  # the ledger
    "deadlines",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("story", String(20), ForeignKey("stories.id"), nullable=False, index=True),
    Column("item", String(20), ForeignKey("items.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("at", UtcDateTime),
    Column("day", Date),
    Column("precision", String(10), nullable=False),
    Column("words", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("whom", String(10), nullable=False),
    Column("offset", Text, nullable=False),
    Column("flags", JSON, nullable=False),
    Column("official", Boolean, nullable=False),
    Column("said", UtcDateTime, nullable=False),
    Column("turns", JSON, nullable=False),
    Column("told_by", JSON, nullable=False),
    Column("moved_to", String(20), nullable=False),
    Column("thing", String(20), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("beside", String(20), nullable=False),
    Column("moment", UtcDateTime, nullable=False, index=True),
    Column("remind_at", UtcDateTime, index=True),
)

handled = Table(
    "handled",
    metadata,
    Column("story", String(20), ForeignKey("stories.id"), primary_key=True),
    Column("subscriber", String(60), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
