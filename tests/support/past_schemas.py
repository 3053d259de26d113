"""Statements that make a database of today into one of an earlier version, so that its upgrade can be tried."""

import sqlalchemy as sa

_SINCE_VERSION_14 = (
    "DROP TABLE used_links",
    "DROP TABLE search_words",
    "DROP INDEX ix_items_number_id_source",
    "DROP INDEX ix_items_first_seen_number",
    "DROP INDEX ix_stories_opened",
    "DROP INDEX ix_tellings_at",
    "ALTER TABLE items DROP COLUMN number",
    "CREATE INDEX ix_items_first_seen ON items (first_seen)",
    "UPDATE alembic_version SET version_num = '0014'",
)
_WORDS_OF_POSTGRESQL = (
    "DROP TEXT SEARCH CONFIGURATION search_english",
    "DROP TEXT SEARCH DICTIONARY search_stem",
)


def to_version_14(tx: sa.Connection) -> None:
    """Take back what 0015 and 0016 add."""
    for statement in (*_SINCE_VERSION_14, *(_WORDS_OF_POSTGRESQL if tx.dialect.name == "postgresql" else ())):
        tx.execute(sa.text(statement))


# From version 14. Texts are lost on the way: a test writes those of its own.
TO_VERSION_12 = (
    *(f"ALTER TABLE {table} DROP COLUMN text" for table in ("items", "revisions")),
    *(f"ALTER TABLE {table} ADD COLUMN text TEXT NOT NULL DEFAULT ''" for table in ("items", "revisions")),
    (
        "INSERT INTO revisions (item, revision, title, summary, text, seen, is_doubted)"
        " SELECT id, revision, title, summary, '', coalesce(revised_at, first_seen), is_doubted FROM items"
    ),
    "ALTER TABLE items DROP COLUMN revised_at",
    "ALTER TABLE items DROP COLUMN is_doubted",
    "ALTER TABLE stories DROP COLUMN seal",
    "UPDATE alembic_version SET version_num = '0012'",
)
