"""Each text is kept once, compressed: the newest revision of an item is the row of the item itself."""

import sqlalchemy as sa
from alembic import op

from watcher.store.column_types import pack_text

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ROWS_AT_A_TIME = 500


def upgrade() -> None:
    # Not in a batch: SQLite would copy the table for it, and others refer to it.
    op.add_column("items", sa.Column("revised_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("items", sa.Column("is_doubted", sa.Boolean(), nullable=False, server_default=sa.false()))
    is_newest = "revisions.item = items.id AND revisions.revision = items.revision"
    op.execute(
        f"UPDATE items SET revised_at = (SELECT seen FROM revisions WHERE {is_newest}),"  # noqa: S608 - ours
        f" is_doubted = (SELECT is_doubted FROM revisions WHERE {is_newest})"
        f" WHERE EXISTS (SELECT 1 FROM revisions WHERE {is_newest})"
    )
    op.execute("UPDATE items SET revised_at = NULL WHERE revised_at = first_seen")
    op.execute(f"DELETE FROM revisions WHERE EXISTS (SELECT 1 FROM items WHERE {is_newest})")  # noqa: S608 - ours
    _compress("items", ("id",))
    _compress("revisions", ("item", "revision"))


def _compress(table: str, key: tuple[str, ...]) -> None:
    op.add_column(table, sa.Column("packed", sa.LargeBinary(), nullable=False, server_default=sa.text("''")))
    tx = op.get_bind()
    names: list[sa.ColumnClause[str]] = [sa.column(name) for name in key]
    rows = sa.table(table, *names, sa.column("text"), sa.column("packed", sa.LargeBinary()))
    is_row = sa.and_(*(column == sa.bindparam(f"of_{column.name}") for column in names))
    update = sa.update(rows).where(is_row).values(packed=sa.bindparam("bytes"))
    page = sa.select(*names, rows.c.text).order_by(*names).limit(ROWS_AT_A_TIME)
    batch = tx.execute(page).all()
    while batch:  # page by page: PostgreSQL's driver would put the answer to one query for all into memory
        packed = [
            {**{f"of_{name}": row[number] for number, name in enumerate(key)}, "bytes": pack_text(row.text)}
            for row in batch
        ]
        tx.execute(update, packed)
        last = tuple(batch[-1])[: len(key)]
        batch = tx.execute(page.where(sa.tuple_(*names) > sa.tuple_(*last))).all()
    op.execute(f"ALTER TABLE {table} DROP COLUMN text")
    op.execute(f"ALTER TABLE {table} RENAME COLUMN packed TO text")
