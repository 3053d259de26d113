"""Items with their revisions and Matches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher.core.language import text
from watcher.core.pages import region
from watcher.model import Evidence, Item, Match, Precision, Published, Version
from watcher.store.database import insert_new, upsert
from watcher.store.schema import aliases, items, matches, revisions


def known(tx: sa.Connection, source: str, identities: Iterable[str]) -> Mapping[str, Item]:
    """The Items of `source` that we have, by identity: their own, or one under which the site listed them later."""
    listed = list(identities)
    own = sa.select(items, items.c.identity.label("listed")).where(
        items.c.source == source, items.c.identity.in_(listed)
    )
    moved = (
        sa.select(items, aliases.c.identity.label("listed"))
        .join(aliases, aliases.c.item == items.c.id)
        .where(aliases.c.source == source, aliases.c.identity.in_(listed))
    )
    return {row.listed: item_of(row) for wanted in (moved, own) for row in tx.execute(wanted)}


def newest_items(tx: sa.Connection, source: str, most: int = 500) -> list[Item]:
    """The newest Items of `source`, newest first."""
    newest = sa.select(items).where(items.c.source == source).order_by(items.c.first_seen.desc(), items.c.id)
    return [item_of(row) for row in tx.execute(newest.limit(most))]


def title_before(tx: sa.Connection, item: str, revision: int) -> str:
    """The headline that an Item had before `revision`; "" when it had none."""
    before = sa.select(revisions.c.title).where(revisions.c.item == item, revisions.c.revision < revision)
    return tx.scalar(before.order_by(revisions.c.revision.desc()).limit(1)) or ""


def as_of(tx: sa.Connection, item: Item, moment: datetime) -> Item:
    """`item` in the words that it had at `moment` (UTC)."""
    known = sa.select(revisions).where(revisions.c.item == item.id, revisions.c.seen <= moment)
    row = tx.execute(known.order_by(revisions.c.revision.desc()).limit(1)).first()
    if row is None or row.revision == item.revision:
        return item
    withdrawn = item.withdrawn and bool(
        region.read_region(row.text).banner
    )  # only a page's text says so of an older revision
    words = {"title": row.title, "summary": row.summary, "text": row.text}
    return replace(item, **words, revision=row.revision, withdrawn=withdrawn)


def since(tx: sa.Connection, moment: datetime) -> list[Item]:
    """The Items first seen since `moment` (UTC), oldest first."""
    wanted = sa.select(items).where(items.c.first_seen >= moment).order_by(items.c.first_seen, items.c.id)
    return [item_of(row) for row in tx.execute(wanted)]


def save_new_identities(tx: sa.Connection, source: str, moved: Mapping[str, Item]) -> None:
    """Remember under which identity and address a site now lists Items that we knew before its move."""
    insert_new(tx, aliases, [{"source": source, "identity": new, "item": item.id} for new, item in moved.items()])
    for item in moved.values():
        tx.execute(sa.update(items).where(items.c.id == item.id).values(url=item.url))


def get(tx: sa.Connection, wanted: str) -> Item | None:
    """The Item with this id, address or identity, also one under which a site listed it before or after it moved."""
    names = [wanted, text.canonical_url(wanted)] if text.clean_link(wanted) else [wanted]
    moved = sa.select(aliases.c.item).where(aliases.c.identity.in_(names))
    named = sa.or_(items.c.id == wanted, items.c.url == wanted, items.c.identity.in_(names), items.c.id.in_(moved))
    row = tx.execute(sa.select(items).where(named).order_by(items.c.first_seen.desc()).limit(1)).first()
    return item_of(row) if row else None


def find(tx: sa.Connection, ids: Iterable[str]) -> Mapping[str, Item]:
    """Items by id."""
    return {row.id: item_of(row) for row in tx.execute(sa.select(items).where(items.c.id.in_(list(ids))))}


def save(tx: sa.Connection, found: Sequence[Item], about: Mapping[str, Sequence[Match]], now: datetime) -> None:
    """Remember new and revised Items; each revision is kept, and the Matches are those of the newest."""
    upsert(tx, items, [_row(item) for item in found])
    insert_new(tx, revisions, [_revision(item, now) for item in found])
    tx.execute(sa.delete(matches).where(matches.c.item.in_([item.id for item in found])))
    insert_new(tx, matches, [_match(item.id, match) for item in found for match in about.get(item.id, ())])


def matches_of(tx: sa.Connection, ids: Iterable[str]) -> Mapping[str, tuple[Match, ...]]:
    """The Matches of Items, by item id."""
    found: dict[str, tuple[Match, ...]] = {}
    wanted = sa.select(matches).where(matches.c.item.in_(list(ids))).order_by(matches.c.item, matches.c.topic)
    for row in tx.execute(wanted):
        match = Match(topic=row.topic, evidence=tuple(Evidence(**each) for each in row.evidence))
        found[row.item] = (*found.get(row.item, ()), match)
    return found


def revisions_of(tx: sa.Connection, item: str) -> list[sa.Row[Any]]:
    """Every revision of an Item, oldest first."""
    return list(tx.execute(sa.select(revisions).where(revisions.c.item == item).order_by(revisions.c.revision)))


def earlier_versions(tx: sa.Connection, item: str, most: int = 20) -> list[Version]:
    """The latest versions of an Item, newest first."""
    kept = sa.select(revisions.c.title, revisions.c.text).where(revisions.c.item == item)
    rows = tx.execute(kept.order_by(revisions.c.revision.desc()).limit(most))
    return [Version(title=row.title, text=row.text) for row in rows]


def versions_around(tx: sa.Connection, item: str, told: Iterable[int]) -> tuple[Version, ...]:
    """A watched page before the first of the revisions `told` and at the last of them; nothing for any other Item."""
    numbers = sorted(told)
    wanted = {max(numbers[0] - 1, 1), numbers[-1]} if item and numbers else set()
    if len(wanted) < 2:  # noqa: PLR2004 - one version alone tells of no change
        return ()
    kept = sa.select(revisions.c.title, revisions.c.text).where(
        revisions.c.item == item, revisions.c.revision.in_(wanted)
    )
    rows = tx.execute(kept.order_by(revisions.c.revision)).all()
    written = len(rows) == len(wanted) and all(region.is_region_text(row.text) for row in rows)
    return tuple(Version(title=row.title, text=row.text) for row in rows) if written else ()


def _row(item: Item) -> dict[str, Any]:
    published = item.published
    return {
        "id": item.id,
        "source": item.source,
        "identity": item.identity,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "text": item.text,
        "published_at": published.at,
        "published_day": published.day,
        "published_precision": str(published.precision),
        "published_literal": published.literal,
        "withdrawn": item.withdrawn,
        "unread": item.unread,
        "revision": item.revision,
        "first_seen": item.first_seen,
    }


def _revision(item: Item, now: datetime) -> dict[str, Any]:
    return {
        "item": item.id,
        "revision": item.revision,
        "title": item.title,
        "summary": item.summary,
        "text": item.text,
        "seen": now,
    }


def _match(item: str, match: Match) -> dict[str, Any]:
    return {"item": item, "topic": match.topic, "evidence": [asdict(each) for each in match.evidence]}


def published_of(row: sa.Row[Any]) -> Published:
    """The publisher's date of a row of `items`."""
    return Published(
        at=row.published_at,
        day=row.published_day,
        precision=Precision(row.published_precision),
        literal=row.published_literal,
    )


def item_of(row: sa.Row[Any]) -> Item:
    """A row of `items` as an Item."""
    return Item(
        source=row.source,
        identity=row.identity,
        url=row.url,
        title=row.title,
        summary=row.summary,
        text=row.text,
        published=published_of(row),
        withdrawn=row.withdrawn,
        unread=row.unread,
        revision=row.revision,
        first_seen=row.first_seen,
    )
