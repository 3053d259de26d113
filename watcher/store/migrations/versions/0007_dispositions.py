"""What became of each Item, the publisher's own "this is new", and which Alerts wait for a digest."""

import sqlalchemy as sa
from alembic import op

from watcher.core.stories.features import extract_features
from watcher.core.stories.story_index import MAX_RETRACTION
from watcher.store.database import insert_new
from watcher.store.schema import items, story_words, tellings
from watcher.store.story_words import index_words

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would copy the table for it, and others refer to these.
    op.add_column("items", sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("items", sa.Column("change_note", sa.Text(), nullable=False, server_default=""))
    op.add_column("alerts", sa.Column("in_digest", sa.Boolean(), nullable=False, server_default=sa.false()))
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
    # Of what was seen before, the Deliveries say what was told; why the others were not is not on record.
    is_digest = "(deliveries.period LIKE 'daily:%' OR deliveries.period LIKE 'weekly:%')"
    op.execute(
        "INSERT INTO dispositions (item, revision, answer, reason, detail, at)"  # noqa: S608 - no text of others
        f" SELECT alerts.item, alerts.revision, CASE WHEN MIN(CASE WHEN {is_digest} THEN 1 ELSE 0 END) = 1"
        " THEN 'digest' ELSE 'told' END, MIN(alerts.reason), '', MIN(alerts.at) FROM alerts"
        " JOIN items ON items.id = alerts.item JOIN delivery_alerts ON delivery_alerts.alert = alerts.id"
        " JOIN deliveries ON deliveries.id = delivery_alerts.delivery"
        " WHERE alerts.reason NOT IN ('deadline_near', 'still_reported') GROUP BY alerts.item, alerts.revision"
    )
    op.execute(
        "INSERT INTO dispositions (item, revision, answer, reason, detail, at)"
        " SELECT id, revision, 'unsent', 'before_records', '', first_seen FROM items"
        " WHERE NOT EXISTS (SELECT 1 FROM dispositions WHERE dispositions.item = items.id)"
    )
    _name_programmes()


def _name_programmes() -> None:
    """Read the headlines of the last 90 days anew, so that what takes them back finds them by their programmes."""
    tx = op.get_bind()
    newest = tx.execute(sa.select(sa.func.max(tellings.c.at))).scalar()
    if newest is None:
        return
    query = sa.select(tellings.c.item, tellings.c.story, tellings.c.at, items.c.title, items.c.summary)
    joined = query.join(items, items.c.id == tellings.c.item).where(tellings.c.at >= newest - MAX_RETRACTION)
    for item, story, at, title, summary in tx.execute(joined).all():
        features = extract_features(title, summary)
        gist = {"title": sorted(features.title), "more": sorted(features.more)}
        tx.execute(sa.update(tellings).where(tellings.c.item == item).values(gist=gist))
        words = [{"word": word, "story": story, "at": at} for word in index_words(features)]
        insert_new(tx, story_words, words)
