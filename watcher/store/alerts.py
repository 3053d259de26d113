"""Alerts: what was to be told, each fact once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher.model import Alert, Reason, Status
from watcher.store import seals
from watcher.store.database import MAX_NAMES_IN_QUERY, batched, insert_new
from watcher.store.one_step import OneStepQuery
from watcher.store.schema import alerts

# Written once: composing a query takes longer than running it.
_RAISE = (
    sa.update(alerts)
    .where(alerts.c.id == sa.bindparam("of_alert"), alerts.c.relevance < sa.bindparam("relevance"))
    .values({name: sa.bindparam(name) for name in ("relevance", "topics", "at", "in_digest")})
)
_COUNT_BY_ITEM = (
    sa.select(alerts.c.item, sa.func.count())
    .where(alerts.c.item.in_(sa.bindparam("items", expanding=True)), alerts.c.reason != Reason.DEADLINE_NEAR)
    .group_by(alerts.c.item)
)
_SINCE = OneStepQuery(sa.select(alerts).where(alerts.c.at >= sa.bindparam("begin")))


def save(tx: sa.Connection, new: Sequence[Alert]) -> None:
    """Store Alerts; the same fact twice is one Alert, with the higher relevance."""
    rows = [
        {
            "id": alert.id,
            "reason": str(alert.reason),
            "at": alert.at,
            "story": alert.story or None,
            "item": alert.item or None,
            "revision": alert.revision,
            "status": str(alert.status) if alert.status else None,
            "topics": list(alert.topics),
            "relevance": alert.relevance,
            "in_digest": alert.in_digest,
            "note": alert.note,
        }
        for alert in new
    ]
    insert_new(tx, alerts, rows)
    seals.renew(tx, [alert.story for alert in new])
    names = ("relevance", "topics", "at", "in_digest")
    # An Item whose page was read late may turn out to be for practices after all.
    if raised := [{"of_alert": row["id"], **{name: row[name] for name in names}} for row in rows]:
        tx.execute(_RAISE, raised)


def count_by_item(tx: sa.Connection, ids: Iterable[str]) -> Mapping[str, int]:
    """How many Alerts each Item has had, by item id, without reminders of deadlines, which no publisher caused."""
    counted = list(ids)
    return {row[0]: row[1] for row in tx.execute(_COUNT_BY_ITEM, {"items": counted})} if counted else {}


def since(tx: sa.Connection, begin: datetime) -> list[Alert]:
    """The Alerts since `begin` (UTC), oldest first."""
    stored = sorted(_SINCE.rows(tx, {"begin": begin}), key=lambda alert: (alert.at, alert.id))
    return list(map(alert_of, stored))


def about_story(tx: sa.Connection, story: str) -> list[Alert]:
    """All Alerts of a Story, oldest first."""
    query = sa.select(alerts).where(alerts.c.story == story).order_by(alerts.c.at, alerts.c.id)
    return [alert_of(row) for row in tx.execute(query)]


def about_stories(tx: sa.Connection, story_ids: Iterable[str]) -> Mapping[str, Sequence[Alert]]:
    """The same of several Stories, by their ids."""
    alerts_by_story: dict[str, list[Alert]] = {}
    for ids in batched(sorted(set(story_ids)), MAX_NAMES_IN_QUERY):
        query = sa.select(alerts).where(alerts.c.story.in_(ids)).order_by(alerts.c.at, alerts.c.id)
        for row in tx.execute(query):
            alerts_by_story.setdefault(row.story, []).append(alert_of(row))
    return alerts_by_story


def find_story(tx: sa.Connection, alert: str) -> str:
    """The id of the Story of an Alert; "" where there is no such Alert, or it has none."""
    return tx.scalar(sa.select(alerts.c.story).where(alerts.c.id == alert)) or ""


def alert_of(row: sa.Row[Any]) -> Alert:
    """A row of `alerts` as an Alert."""
    return Alert(
        reason=Reason(row.reason),
        at=row.at,
        story=row.story or "",
        item=row.item or "",
        revision=row.revision,
        status=Status(row.status) if row.status else None,
        topics=tuple(row.topics),
        relevance=row.relevance,
        in_digest=row.in_digest,
        note=row.note,
    )
