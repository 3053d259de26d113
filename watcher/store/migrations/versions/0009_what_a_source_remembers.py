"""What a kind of source wants to remember between two looks, and whether a source is what its entry says."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sources", sa.Column("memory", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("sources", sa.Column("proof", sa.JSON(), nullable=False, server_default="{}"))
