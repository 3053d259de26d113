"""Stories with their tellings, and the Alerts made of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher.core.plan import AT_ONCE_FROM
from watcher.core.text import title_key
from watcher.model import Alert, Item, Reason, Status, Story, Telling, Trust
from watcher.store.database import insert_new, put
from watcher.store.items import published_of
from watcher.store.schema import alerts, items, stories, tellings


def near(tx: sa.Connection, found: Sequence[Item], since: datetime) -> list[Story]:
    """The Stories that any of `found` could belong to: told by it, or lately under its address or headline."""
    if not found:
        return []  # most looks bring nothing, and asking would read every telling
    identities = {item.identity for item in found}
    headlines = {title_key(item.title) for item in found} - {""}
    alike = sa.or_(items.c.identity.in_(identities), tellings.c.title_key.in_(headlines))
    close = sa.or_(tellings.c.item.in_([item.id for item in found]), sa.and_(alike, tellings.c.at >= since))
    joined = sa.select(tellings.c.story).join(items, items.c.id == tellings.c.item).where(close)
    return list(find(tx, tx.scalars(joined.distinct()).all()).values())


def find(tx: sa.Connection, ids: Iterable[str]) -> Mapping[str, Story]:
    """Stories by id, with their tellings in the order we saw them."""
    wanted = list(ids)
    told: dict[str, list[Telling]] = {}
    joined = sa.select(tellings, items).join(items, items.c.id == tellings.c.item).where(tellings.c.story.in_(wanted))
    for row in tx.execute(joined.order_by(tellings.c.at, tellings.c.item)):
        told.setdefault(row.story, []).append(_telling(row))
    spoken: dict[str, set[str]] = {}
    told_at_once = sa.and_(alerts.c.story.in_(wanted), alerts.c.relevance >= AT_ONCE_FROM)
    for row in tx.execute(sa.select(alerts.c.story, alerts.c.topics).where(told_at_once)):
        spoken.setdefault(row.story, set()).update(row.topics)
    rows = tx.execute(sa.select(stories).where(stories.c.id.in_(wanted)).order_by(stories.c.opened, stories.c.id))
    return {
        row.id: Story(
            id=row.id,
            title=row.title,
            status=Status(row.status),
            topics=tuple(row.topics),
            opened=row.opened,
            tellings=tuple(told.get(row.id, ())),
            told=frozenset(spoken.get(row.id, ())),
        )
        for row in rows
    }


def of_item(tx: sa.Connection, item: str) -> Story | None:
    """The Story that an Item tells."""
    story = tx.scalar(sa.select(tellings.c.story).where(tellings.c.item == item))
    return find(tx, [story]).get(story) if story else None


def save(tx: sa.Connection, changed: Sequence[Story]) -> None:
    """Remember Stories; their Items must be remembered already."""
    put(
        tx,
        stories,
        [
            {"id": s.id, "title": s.title, "status": str(s.status), "topics": list(s.topics), "opened": s.opened}
            for s in changed
        ],
    )
    put(tx, tellings, [_row(story.id, telling) for story in changed for telling in story.tellings])


def save_alerts(tx: sa.Connection, made: Sequence[Alert]) -> None:
    """Remember Alerts; the same fact twice is one Alert, with the higher relevance."""
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
            "note": alert.note,
        }
        for alert in made
    ]
    insert_new(tx, alerts, rows)
    for row in rows:  # an Item whose page was read late may turn out to be for practices after all
        weaker = sa.and_(alerts.c.id == row["id"], alerts.c.relevance < row["relevance"])
        tx.execute(
            sa.update(alerts).where(weaker).values(relevance=row["relevance"], topics=row["topics"], at=row["at"])
        )


def alerts_of(tx: sa.Connection, ids: Iterable[str]) -> Mapping[str, int]:
    """How many Alerts each Item has had so far."""
    counted = sa.select(alerts.c.item, sa.func.count()).where(alerts.c.item.in_(list(ids))).group_by(alerts.c.item)
    return {row[0]: row[1] for row in tx.execute(counted)}


def alerts_about(tx: sa.Connection, story: str) -> list[Alert]:
    """All Alerts of a Story, oldest first."""
    wanted = sa.select(alerts).where(alerts.c.story == story).order_by(alerts.c.at, alerts.c.id)
    return [alert_of(row) for row in tx.execute(wanted)]


def opened_between(tx: sa.Connection, begin: datetime, end: datetime) -> list[Story]:
    """The Stories that were opened from `begin` until before `end` (UTC), oldest first."""
    wanted = sa.select(stories.c.id).where(stories.c.opened >= begin, stories.c.opened < end)
    return list(find(tx, tx.scalars(wanted).all()).values())


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
        note=row.note,
    )


def _row(story: str, telling: Telling) -> dict[str, Any]:
    return {
        "item": telling.item,
        "story": story,
        "trust": str(telling.trust),
        "publisher": telling.publisher,
        "at": telling.at,
        "title_key": title_key(telling.title),
    }


def _telling(row: sa.Row[Any]) -> Telling:
    return Telling(
        item=row.item,
        identity=row.identity,
        source=row.source,
        trust=Trust(row.trust),
        publisher=row.publisher,
        title=row.title,
        url=row.url,
        at=row.at,
        published=published_of(row),
    )
