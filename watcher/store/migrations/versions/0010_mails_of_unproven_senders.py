"""Whether an e-mail was signed by the domain of its sender."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("items", sa.Column("is_unproven", sa.Boolean(), nullable=False, server_default=sa.false()))
