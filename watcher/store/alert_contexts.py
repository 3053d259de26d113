"""Alerts with all that is needed to put them into words for one Subscriber."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher.core.language.dates import latest_moment
from watcher.model import Alert, AlertContext, Delivery, DeliveryState, Reason, Receipt, Story
from watcher.store import deadlines, items, stories
from watcher.store.alerts import alert_of
from watcher.store.deliveries import delivery_of
from watcher.store.outbox_schema import deliveries, delivery_alerts
from watcher.store.schema import alerts


def load_alerts(tx: sa.Connection, delivery: Delivery) -> list[AlertContext]:
    """The Alerts of a Delivery, each with its Story, Item, evidence and the first Delivery that told its Story."""
    joined = sa.select(alerts).join(delivery_alerts, delivery_alerts.c.alert == alerts.c.id)
    rows = tx.execute(joined.where(delivery_alerts.c.delivery == delivery.id).order_by(alerts.c.at, alerts.c.id))
    return load_details(tx, [alert_of(row) for row in rows], delivery)


def load_details(tx: sa.Connection, loaded: Sequence[Alert], delivery: Delivery) -> list[AlertContext]:
    """The AlertContexts of `loaded` for the Subscriber of `delivery`, by Alert moment, publication and title."""
    stories_by_id = stories.find(tx, {alert.story for alert in loaded if alert.story})
    followed = stories.find(tx, {story.follows for story in stories_by_id.values() if story.follows})
    items_by_id = items.find(tx, {alert.item for alert in loaded if alert.item})
    matches = items.matches_of(tx, items_by_id)
    dates = deadlines.of_stories(tx, stories_by_id)
    revisions: dict[str, list[int]] = {}
    for alert in loaded:
        revisions.setdefault(alert.item, []).append(alert.revision)
    contexts = [
        AlertContext(
            alert=alert,
            story=stories_by_id.get(alert.story),
            item=items_by_id.get(alert.item),
            evidence=tuple(evidence for match in matches.get(alert.item, ()) for evidence in match.evidence),
            previous_title=items.title_before(tx, alert.item, alert.revision) if alert.reason is Reason.CHANGED else "",
            versions=items.versions_around(tx, alert.item, revisions[alert.item]),
            dates=dates.get(alert.story, ()),
            **_load_earlier_chapter(stories_by_id.get(alert.story), followed),
            **_load_first_delivery(tx, alert, delivery),
        )
        for alert in loaded
    ]
    return sorted(contexts, key=_sort_key)


def _load_earlier_chapter(story: Story | None, followed: Mapping[str, Story]) -> dict[str, Any]:
    """The fields of an AlertContext on the Story that `story` follows; none where it follows none."""
    earlier = followed.get(story.follows) if story else None
    if earlier is None:
        return {}
    return {"earlier_chapter": earlier.title, "follows_official": earlier.official is not None}


def _sort_key(context: AlertContext) -> tuple[datetime, datetime, str]:
    at = context.alert.at
    if context.item is None:
        return at, at, context.alert.id
    return at, latest_moment(context.item.published) or at, context.item.title


def _load_first_delivery(tx: sa.Connection, alert: Alert, delivery: Delivery) -> dict[str, Any]:
    """The `first_...` fields of an AlertContext: the first Delivery that told this Subscriber the Story.

    None when there was none. The Receipt of a digest names no message: a digest is no conversation to answer.
    """
    if not alert.story:
        return {}
    earlier = (
        sa.select(deliveries, alerts.c.item)
        .join(delivery_alerts, delivery_alerts.c.delivery == deliveries.c.id)
        .join(alerts, alerts.c.id == delivery_alerts.c.alert)
        .where(
            deliveries.c.subscriber == delivery.subscriber,
            deliveries.c.id != delivery.id,
            deliveries.c.state == DeliveryState.SENT,
            alerts.c.story == alert.story,
            alerts.c.at < alert.at,
        )
        .order_by(deliveries.c.sent_at)
        .limit(1)
    )
    row = tx.execute(earlier).first()
    if row is None:
        return {}
    item = items.as_of(tx, items.find(tx, [row.item])[row.item], row.sent_at)
    return {
        "first_receipt": Receipt(place=row.place, message="" if delivery_of(row).is_digest else row.message),
        "first_delivery": row.id,
        "first_title": item.title,
        "first_told_at": row.sent_at,
    }
