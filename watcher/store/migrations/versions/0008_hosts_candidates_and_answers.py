"""Hosts that rest, doubted versions of watched pages, the last answer of each source, and who is not reached."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resting_hosts",
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_resting_hosts")),
    )
    op.create_table(
        "candidates",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "identity", name=op.f("pk_candidates")),
    )
    op.add_column("sources", sa.Column("last_answer", sa.String(length=40), nullable=False, server_default=""))
    op.add_column("channels", sa.Column("subscriber", sa.String(length=60), nullable=False, server_default=""))
    for column in ("trouble", "cure"):
        op.add_column("channels", sa.Column(column, sa.Text(), nullable=False, server_default=""))
    for column in ("trouble_since", "tried_at"):
        op.add_column("channels", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.add_column("channels", sa.Column("by_probe", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("revisions", sa.Column("is_doubted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE deliveries SET place = '' WHERE place LIKE '%@%'")  # a mailbox: nobody needs it later
