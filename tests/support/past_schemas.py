"""Statements that make a database of today into one of an earlier version, so that its upgrade can be tried."""

# Texts are lost on the way: a test writes those of its own.
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
