"""Items with their revisions, Matches and aliases (the identities under which a site listed them after it moved)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher.core.language import region_text
from watcher.core.language.urls import canonical_url, clean_link
from watcher.model import Evidence, Item, Match, Precision, Published, Version
from watcher.store import seals, search_index
from watcher.store.column_types import UtcDateTime
from watcher.store.database import batched, insert_new, upsert
from watcher.store.one_step import OneStepQuery
from watcher.store.schema import aliases, items, matches, revisions

MAX_IDENTITIES_IN_QUERY = 2_000

# Written once: composing a query takes longer than running it.
_IDENTITIES: sa.BindParameter[str] = sa.bindparam("identities", expanding=True)
_IDS: sa.BindParameter[str] = sa.bindparam("ids", expanding=True)
_OWN = sa.select(items, items.c.identity.label("listed"), sa.literal(1).label("is_own")).where(
    items.c.source == sa.bindparam("of_source"), items.c.identity.in_(_IDENTITIES)
)
_MOVED = (
    sa.select(items, aliases.c.identity.label("listed"), sa.literal(0).label("is_own"))
    .join(aliases, aliases.c.item == items.c.id)
    .where(aliases.c.source == sa.bindparam("of_source"), aliases.c.identity.in_(_IDENTITIES))
)
_UNDER_IDENTITY = sa.union_all(_MOVED, _OWN)
_WITH_IDS = OneStepQuery(sa.select(items).where(items.c.id.in_(_IDS)))
_MATCHES_OF = sa.select(matches).where(matches.c.item.in_(_IDS)).order_by(matches.c.item, matches.c.topic)
_DELETE_MATCHES = sa.delete(matches).where(matches.c.item.in_(_IDS))

_EARLIER = tuple(revisions.c[name] for name in ("item", "revision", "title", "summary", "text", "seen", "is_doubted"))
_NEWEST = (
    *(items.c.id, items.c.revision, items.c.title, items.c.summary, items.c.text),
    sa.func.coalesce(items.c.revised_at, items.c.first_seen, type_=UtcDateTime).label("seen"),
    items.c.is_doubted,
)
_VERSIONS = sa.union_all(sa.select(*_EARLIER), sa.select(*_NEWEST)).subquery("versions")
_IN_REVISIONS = OneStepQuery(
    sa.select(_VERSIONS).where(
        _VERSIONS.c.item.in_(_IDS), _VERSIONS.c.revision.in_(sa.bindparam("numbers", expanding=True))
    )
)
_AS_STORED = sa.select(*_NEWEST, items.c.revised_at, items.c.number).where(items.c.id.in_(_IDS))


def known(tx: sa.Connection, source: str, listed: Iterable[Item]) -> Mapping[str, Item]:
    """The stored Items of `source` that are `listed`, by identity: their own, or one under which a site moved them.

    Of those that are not found so, also by any other key of theirs (core/items/list_identity.py).
    """
    candidates = list(listed)
    stored = _find_by_identity(tx, source, [item.identity for item in candidates])
    unknown = [item for item in candidates if item.identity not in stored]
    keys = {name for item in unknown for name in (*item.keys, *item.shared_keys)} - stored.keys()
    return stored | _find_by_identity(tx, source, sorted(keys)) if keys else stored


def _find_by_identity(tx: sa.Connection, source: str, identities: Sequence[str]) -> dict[str, Item]:
    stored: dict[str, Item] = {}
    for batch in batched(identities, MAX_IDENTITIES_IN_QUERY):
        names = {"of_source": source, "identities": batch}
        rows = sorted(tx.execute(_UNDER_IDENTITY, names), key=lambda row: row.is_own)  # an identity of its own counts
        stored |= {row.listed: item_of(row) for row in rows}
    return stored


def newest_items(tx: sa.Connection, source: str, limit: int = 500) -> list[Item]:
    """The last `limit` Items of `source` by when we first saw them, newest first."""
    newest = sa.select(items).where(items.c.source == source).order_by(items.c.first_seen.desc(), items.c.id)
    return [item_of(row) for row in tx.execute(newest.limit(limit))]


def unread(tx: sa.Connection, source: str, since: datetime, limit: int = 20) -> list[Item]:
    """Items of `source` seen since then (UTC) whose own page could not be read so far, newest first."""
    left = sa.select(items).where(items.c.source == source, items.c.unread, items.c.first_seen >= since)
    return list(map(item_of, tx.execute(left.order_by(items.c.first_seen.desc(), items.c.id).limit(limit))))


def as_of(tx: sa.Connection, item: Item, moment: datetime) -> Item:
    """`item` in the revision that it had at `moment` (UTC)."""
    seen_by_then = sa.select(_VERSIONS).where(_VERSIONS.c.item == item.id, _VERSIONS.c.seen <= moment)
    row = tx.execute(seen_by_then.order_by(_VERSIONS.c.revision.desc()).limit(1)).first()
    if row is None or row.revision == item.revision:
        return item
    # Of an older revision only a page's text says whether it was withdrawn.
    withdrawn = item.withdrawn and bool(region_text.read_region(row.text).banner)
    words = {"title": row.title, "summary": row.summary, "text": row.text}
    return replace(item, **words, revision=row.revision, withdrawn=withdrawn)


def since(tx: sa.Connection, moment: datetime) -> list[Item]:
    """The Items first seen since `moment` (UTC), oldest first."""
    query = sa.select(items).where(items.c.first_seen >= moment).order_by(items.c.first_seen, items.c.id)
    return [item_of(row) for row in tx.execute(query)]


def pages_since(tx: sa.Connection, moment: datetime, size: int = 500) -> Iterator[list[Item]]:
    """The same, `size` at a time, so that any number of them passes through little memory."""
    place = (moment, "")
    while True:
        is_later = sa.or_(items.c.first_seen > place[0], sa.and_(items.c.first_seen == place[0], items.c.id > place[1]))
        query = sa.select(items).where(is_later).order_by(items.c.first_seen, items.c.id).limit(size)
        rows = tx.execute(query).all()
        if not rows:
            return
        yield [item_of(row) for row in rows]
        place = (rows[-1].first_seen, rows[-1].id)


def save_new_identities(tx: sa.Connection, source: str, moved: Mapping[str, Item]) -> None:
    """Store the new identities and addresses of Items that a site has moved, by new identity."""
    insert_new(tx, aliases, [{"source": source, "identity": new, "item": item.id} for new, item in moved.items()])
    for item in moved.values():
        tx.execute(sa.update(items).where(items.c.id == item.id).values(url=item.url))
    seals.renew_of_items(tx, [item.id for item in moved.values()])


def get(tx: sa.Connection, name: str, *, proven_only: bool = False) -> Item | None:
    """The newest Item with this id, address or identity, also one of before or after its site moved; None for none.

    `proven_only`: none that only an e-mail of an unproven sender gives.
    """
    identities = [name, canonical_url(name)] if clean_link(name) else [name]
    moved = sa.select(aliases.c.item).where(aliases.c.identity.in_(identities))
    has_identity = sa.or_(items.c.identity.in_(identities), items.c.id.in_(moved))
    is_named = sa.or_(items.c.id == name, items.c.url == name, has_identity)
    is_named = sa.and_(is_named, ~items.c.is_unproven) if proven_only else is_named
    row = tx.execute(sa.select(items).where(is_named).order_by(items.c.first_seen.desc()).limit(1)).first()
    return item_of(row) if row else None


def find(tx: sa.Connection, ids: Iterable[str]) -> Mapping[str, Item]:
    """The Items with these ids, by id; unknown ids are left out."""
    return {row.id: item_of(row) for row in _WITH_IDS.rows(tx, {"ids": list(ids)})}


def save(
    tx: sa.Connection, changed: Sequence[Item], matches_by_id: Mapping[str, Sequence[Match]], now: datetime
) -> None:
    """Store new and revised Items, keep the earlier revision, and replace their Matches by `matches_by_id`."""
    stored: dict[str, Any] = {row.id: row for row in tx.execute(_AS_STORED, {"ids": [item.id for item in changed]})}
    revised = [item.id for item in changed if item.id in stored and stored[item.id].revision < item.revision]
    _keep_earlier(tx, [stored[item_id] for item_id in revised])
    numbers = search_index.save(tx, changed, stored)
    numbered = [_make_row(item, now, stored.get(item.id)) | {"number": numbers.get(item.id)} for item in changed]
    upsert(tx, items, numbered)
    seals.renew_of_items(tx, stored)
    if stored:
        tx.execute(_DELETE_MATCHES, {"ids": list(stored)})
    rows = [_make_match_row(item.id, match) for item in changed for match in matches_by_id.get(item.id, ())]
    insert_new(tx, matches, rows)


def _keep_earlier(tx: sa.Connection, rows: Iterable[sa.Row[Any]]) -> None:
    """What Items say until now becomes one of their earlier revisions."""
    names = ("revision", "title", "summary", "text", "is_doubted", "seen")
    insert_new(tx, revisions, [{"item": row.id, **{name: getattr(row, name) for name in names}} for row in rows])


def matches_of(tx: sa.Connection, ids: Iterable[str]) -> Mapping[str, tuple[Match, ...]]:
    """The Matches of Items by item id, each Item's in the order of their topics."""
    matches_by_id: dict[str, tuple[Match, ...]] = {}
    for row in tx.execute(_MATCHES_OF, {"ids": list(ids)}):
        match = Match(topic=row.topic, evidence=tuple(Evidence(**fields) for fields in row.evidence))
        matches_by_id[row.item] = (*matches_by_id.get(row.item, ()), match)
    return matches_by_id


def revisions_of(tx: sa.Connection, *ids: str) -> list[sa.Row[Any]]:
    """All revisions of the Items with these ids, oldest first."""
    of_items = sa.select(_VERSIONS).where(_VERSIONS.c.item.in_(ids))
    return list(tx.execute(of_items.order_by(_VERSIONS.c.item, _VERSIONS.c.revision)))


def earlier_versions(tx: sa.Connection, item: str, limit: int = 20, *, doubted: bool = True) -> list[Version]:
    """The last `limit` stored versions of an Item, newest first; without `doubted`, those that surely were the page."""
    query = sa.select(_VERSIONS.c.title, _VERSIONS.c.text).where(_VERSIONS.c.item == item)
    query = query if doubted else query.where(_VERSIONS.c.is_doubted.is_(False))
    rows = tx.execute(query.order_by(_VERSIONS.c.revision.desc()).limit(limit))
    return [Version(title=row.title, text=row.text) for row in rows]


def versions_of(tx: sa.Connection, item_revisions: Iterable[tuple[str, int]]) -> Mapping[tuple[str, int], Version]:
    """The versions of Items in these revisions, and in those before, by item id and revision.

    An Item of which the first revision alone is asked for has none here: it has not changed.
    """
    pairs = {(item, revision) for item, revision in item_revisions if item}
    changed = {item for item, revision in pairs if revision > 1}
    wanted = {
        (item, number) for item, revision in pairs if item in changed for number in (max(revision - 1, 1), revision)
    }
    names = {"ids": sorted({item for item, _ in wanted}), "numbers": sorted({number for _, number in wanted})}
    versions = _IN_REVISIONS.rows(tx, names) if wanted else ()
    return {
        (version.item, version.revision): Version(title=version.title, text=version.text)
        for version in versions
        if (version.item, version.revision) in wanted
    }


def _make_row(item: Item, now: datetime, stored: Any) -> dict[str, Any]:
    """The row of an Item; `stored` is the one so far, None for a new one. A page that is read late is no revision."""
    published = item.published
    is_same = stored is not None and stored.revision == item.revision
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
        "updated_at": item.updated_at,
        "change_note": item.change_note,
        "is_unproven": item.is_unproven,
        "revised_at": stored.revised_at if is_same else None if now == item.first_seen else now,
        "is_doubted": stored.is_doubted if is_same else item.is_doubted,
    }


def _make_match_row(item: str, match: Match) -> dict[str, Any]:
    return {"item": item, "topic": match.topic, "evidence": [asdict(evidence) for evidence in match.evidence]}


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
        updated_at=row.updated_at,
        change_note=row.change_note,
        is_unproven=row.is_unproven,
    )
