"""What was kept back as opinion or rumour is called "perhaps"; and people's marks of topics."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "topic_marks",
        sa.Column("item", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_topic_marks_item_items")),
        sa.PrimaryKeyConstraint("item", "topic", name=op.f("pk_topic_marks")),
    )
    op.execute("UPDATE dispositions SET reason = 'perhaps' WHERE reason = 'few_points'")
