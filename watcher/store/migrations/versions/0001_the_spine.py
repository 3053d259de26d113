"""The spine."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "channels",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("lease_until", sa.Float(), nullable=False),
        sa.Column("paced_until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
    )
    op.create_table(
        "items",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_day", sa.Date(), nullable=True),
        sa.Column("published_precision", sa.String(length=10), nullable=False),
        sa.Column("published_literal", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("source", "identity", name=op.f("uq_items_source_identity")),
    )
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_items_first_seen"), ["first_seen"], unique=False)
        batch_op.create_index(batch_op.f("ix_items_identity"), ["identity"], unique=False)

    op.create_table(
        "sources",
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("next_poll", sa.DateTime(timezone=True), nullable=False),
        sa.Column("validators", sa.JSON(), nullable=False),
        sa.Column("last_poll", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_full", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_new_item", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("lease", sa.String(length=40), nullable=False),
        sa.Column("lease_until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_sources")),
    )
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sources_next_poll"), ["next_poll"], unique=False)

    op.create_table(
        "stories",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("story", sa.String(length=20), nullable=True),
        sa.Column("item", sa.String(length=20), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_alerts_item_items")),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_alerts_story_stories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alerts_story"), ["story"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("subscriber", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("period", sa.String(length=60), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("repeat", sa.Boolean(), nullable=False),
        sa.Column("lease", sa.String(length=40), nullable=False),
        sa.Column("lease_until", sa.Float(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["channel"], ["channels.id"], name=op.f("fk_deliveries_channel_channels")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("subscriber", "period", name=op.f("uq_deliveries_subscriber_period")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deliveries_channel"), ["channel"], unique=False)
        batch_op.create_index(batch_op.f("ix_deliveries_state_due"), ["state", "due"], unique=False)

    op.create_table(
        "matches",
        sa.Column("item", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_matches_item_items")),
        sa.PrimaryKeyConstraint("item", "topic", name=op.f("pk_matches")),
    )
    op.create_table(
        "revisions",
        sa.Column("item", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_revisions_item_items")),
        sa.PrimaryKeyConstraint("item", "revision", name=op.f("pk_revisions")),
    )
    op.create_table(
        "tellings",
        sa.Column("item", sa.String(length=20), nullable=False),
        sa.Column("story", sa.String(length=20), nullable=False),
        sa.Column("trust", sa.String(length=20), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_tellings_item_items")),
        sa.ForeignKeyConstraint(["story"], ["stories.id"], name=op.f("fk_tellings_story_stories")),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_tellings")),
    )
    with op.batch_alter_table("tellings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tellings_story"), ["story"], unique=False)
        batch_op.create_index(batch_op.f("ix_tellings_title_key"), ["title_key"], unique=False)

    op.create_table(
        "attempts",
        sa.Column("delivery", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.id"], name=op.f("fk_attempts_delivery_deliveries")),
        sa.PrimaryKeyConstraint("delivery", "number", name=op.f("pk_attempts")),
    )
    op.create_table(
        "delivery_alerts",
        sa.Column("delivery", sa.String(length=20), nullable=False),
        sa.Column("alert", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alerts.id"], name=op.f("fk_delivery_alerts_alert_alerts")),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.id"], name=op.f("fk_delivery_alerts_delivery_deliveries")),
        sa.PrimaryKeyConstraint("delivery", "alert", name=op.f("pk_delivery_alerts")),
    )
    with op.batch_alter_table("delivery_alerts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_alerts_alert"), ["alert"], unique=False)
