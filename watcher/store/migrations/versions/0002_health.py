"""Health, quarantine, Items that moved, and from when we know each Subscriber."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quarantine_at"), ["at"], unique=False)

    op.create_table(
        "subscribers",
        sa.Column("subscriber", sa.String(length=60), nullable=False),
        sa.Column("wants", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subscriber", name=op.f("pk_subscribers")),
    )
    op.create_table(
        "aliases",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("item", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_aliases_item_items")),
        sa.PrimaryKeyConstraint("source", "identity", name=op.f("pk_aliases")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("planned", sa.DateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00")
        )

    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("relevance", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index(batch_op.f("ix_alerts_item"), ["item"], unique=False)
        batch_op.create_index(batch_op.f("ix_alerts_at"), ["at"], unique=False)

    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_items_source_first_seen"), ["source", "first_seen"], unique=False)

    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_success", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("fault", sa.String(length=20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("window", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("rhythm", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("back_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("gap_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("moved_to", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("moves", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("told", sa.JSON(), nullable=False, server_default="[]"))
    op.execute("UPDATE sources SET first_success = last_success")
    op.execute("UPDATE deliveries SET planned = first_due")
