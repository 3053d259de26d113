"""People's marks of stories: which items tell one matter, and which two."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "story_marks",
        sa.Column("item", sa.String(length=20), nullable=False),
        sa.Column("other_item", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_story_marks_item_items")),
        sa.ForeignKeyConstraint(["other_item"], ["items.id"], name=op.f("fk_story_marks_other_item_items")),
        sa.PrimaryKeyConstraint("item", "other_item", name=op.f("pk_story_marks")),
    )
