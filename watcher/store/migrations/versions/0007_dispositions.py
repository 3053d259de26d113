"""What became of each Item, the publisher's own "this is new", and which Alerts wait for a digest."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("change_note", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("in_digest", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "dispositions",
        sa.Column("item", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_dispositions_item_items")),
        sa.PrimaryKeyConstraint("item", "revision", name=op.f("pk_dispositions")),
    )
    with op.batch_alter_table("dispositions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispositions_at"), ["at"], unique=False)
    # Opinion was left to digests by its points alone.
    op.execute("UPDATE alerts SET in_digest = (relevance < 0)")
    # Of what was seen before, the Alerts say what was told; why the others were not is not on record.
    op.execute(
        "INSERT INTO dispositions (item, revision, answer, reason, detail, at)"
        " SELECT alerts.item, alerts.revision, CASE WHEN MAX(alerts.relevance) < 0 THEN 'digest' ELSE 'told' END,"
        " MIN(alerts.reason), '', MIN(alerts.at) FROM alerts JOIN items ON items.id = alerts.item"
        " WHERE alerts.reason NOT IN ('deadline_near', 'still_reported') GROUP BY alerts.item, alerts.revision"
    )
    op.execute(
        "INSERT INTO dispositions (item, revision, answer, reason, detail, at)"
        " SELECT id, revision, 'unsent', 'before_records', '', first_seen FROM items"
        " WHERE NOT EXISTS (SELECT 1 FROM dispositions WHERE dispositions.item = items.id)"
    )
