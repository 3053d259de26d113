"""A seal that every change of a story renews, so that one that was loaded before need not be loaded again."""

import sqlalchemy as sa
from alembic import op

from watcher.store.seals import make_seal

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would copy the table for it, and others refer to it.
    op.add_column("stories", sa.Column("seal", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(sa.text("UPDATE stories SET seal = :seal").bindparams(seal=make_seal()))
