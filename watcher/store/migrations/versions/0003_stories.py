"""How Items came into their Stories, the words that Stories are found by, and how their Status turned."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("stories", schema=None) as batch_op:
        batch_op.add_column(sa.Column("turns", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("follows", sa.String(length=20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("close_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("closed", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(batch_op.f("ix_stories_close_at"), ["close_at"], unique=False)

    with op.batch_alter_table("tellings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("standing", sa.String(length=20), nullable=False, server_default="report"))
        batch_op.add_column(sa.Column("gist", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("joined", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE tellings SET standing = 'official' WHERE trust IN ('official', 'parliament')")

    op.create_table(
        "story_words",
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.Column("story", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_story_words_story_stories")),
        sa.PrimaryKeyConstraint("word", "story", name=op.f("pk_story_words")),
    )
    with op.batch_alter_table("story_words", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_words_word_at"), ["word", "at"], unique=False)
