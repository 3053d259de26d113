"""An index of the words of items, and indexes for pages that list stories and tellings by time."""

import sqlalchemy as sa
from alembic import op

from watcher.store import search_index
from watcher.store.column_types import CompressedText

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ROWS_AT_A_TIME = 500
# Version 3.40 of SQLite, Debian's, cannot delete from a table without content but by the old words, which we have.
FTS5 = (
    "CREATE VIRTUAL TABLE search_words USING fts5"
    "(words, content='', columnsize=0, tokenize='porter unicode61 remove_diacritics 2')"
)
# PostgreSQL's English with every word: what leaves out "the" finds no "the", and takes a query of it for none.
KINDS_OF_WORDS = "asciiword, word, numword, asciihword, hword, numhword, hword_asciipart, hword_part, hword_numpart"
POSTGRESQL = (
    "CREATE TEXT SEARCH DICTIONARY search_stem (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION search_english (COPY = pg_catalog.english)",
    f"ALTER TEXT SEARCH CONFIGURATION search_english ALTER MAPPING FOR {KINDS_OF_WORDS} WITH search_stem",
    "CREATE TABLE search_words (number BIGINT CONSTRAINT pk_search_words PRIMARY KEY, words TSVECTOR NOT NULL)",
    "CREATE INDEX ix_search_words_words ON search_words USING gin (words)",
)
ITEMS = sa.table(
    "items",
    *(sa.column(name) for name in ("id", "identity", "title", "summary", "number")),
    sa.column("text", CompressedText),
    sa.column("is_unproven", sa.Boolean),
    sa.column("first_seen", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.create_index("ix_stories_opened", "stories", ["opened"])
    op.create_index("ix_tellings_at", "tellings", ["at"])
    # Not in a batch: SQLite would copy the table for it, and others refer to it.
    op.add_column("items", sa.Column("number", sa.BigInteger(), nullable=True))
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else (FTS5,):
        op.execute(statement)
    _fill()
    op.create_index("ix_items_number_id_source", "items", ["number", "id", "source"])
    op.create_index("ix_items_first_seen_number", "items", ["first_seen", "number"])
    op.drop_index("ix_items_first_seen", "items")


def _fill() -> None:
    """Give each item its number, in the order in which we saw them, and index its words."""
    tx = op.get_bind()
    update = sa.update(ITEMS).where(ITEMS.c.id == sa.bindparam("of_id")).values(number=sa.bindparam("of_number"))
    page = sa.select(ITEMS).order_by(ITEMS.c.first_seen, ITEMS.c.id).limit(ROWS_AT_A_TIME)
    last_number = 0
    batch = tx.execute(page).all()
    while batch:
        public = [row for row in batch if not search_index.is_unproven(row)]
        numbered = list(enumerate(public, last_number + 1))
        if numbered:
            tx.execute(update, [{"of_id": row.id, "of_number": number} for number, row in numbered])
            search_index.write(tx, {}, {number: search_index.index_text(row) for number, row in numbered})
        last_number += len(public)
        last = (batch[-1].first_seen, batch[-1].id)
        batch = tx.execute(page.where(sa.tuple_(ITEMS.c.first_seen, ITEMS.c.id) > sa.tuple_(*last))).all()
