"""Origins of the Items of Stories: hashes and headers of Responses for good, bytes for as long as the admin wants."""

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from watcher.core.language.urls import redact_url
from watcher.model import Item, Origin, ParseResult, Response, key
from watcher.store.column_types import UtcDateTime
from watcher.store.database import insert_new
from watcher.store.schema import bodies, origins, tellings

# Written once: composing a query takes longer than running it.
_OF_STORIES = sa.select(tellings.c.item).where(tellings.c.item.in_(sa.bindparam("items", expanding=True)))
_KEPT = sa.select(bodies.c.sha256).where(bodies.c.sha256.in_(sa.bindparam("hashes", expanding=True)))
_BEFORE = sa.bindparam("before", type_=UtcDateTime)


def old_bytes(before: Any) -> sa.ColumnElement[bool]:
    """Which of `bodies` hold bytes that nothing was read from since `before` (UTC)."""
    is_read_since = sa.exists().where(origins.c.sha256 == bodies.c.sha256, origins.c.fetched_at >= before)
    return sa.and_(bodies.c.first_kept < before, ~is_read_since)


_DELETE_BYTES = sa.delete(bodies).where(old_bytes(_BEFORE))


def save(
    tx: sa.Connection,
    changed: Sequence[Item],
    parsed: ParseResult,
    stored: Mapping[str, Item],
    now: datetime,
    keep_for: timedelta,
) -> None:
    """Store the origins of those of `changed` that belong to a Story: their own page where it was read, else the lists.

    `stored` are Items by the identity under which the source lists them now. Bytes older than `keep_for` are deleted.
    """
    story_item_ids = set(tx.scalars(_OF_STORIES, {"items": [item.id for item in changed]})) if changed else set()
    id_of = {item.identity: stored.get(item.identity, item).id for item in parsed.items}
    pages = {id_of[identity]: page for identity, page in parsed.item_pages.items() if identity in id_of}
    lists = tuple(response for response in parsed.responses if not response.unchanged)
    read_from = [
        (item, "page" if item.id in pages else "list", response)
        for item in changed
        if item.id in story_item_ids
        for response in ((pages[item.id],) if item.id in pages else lists)
    ]
    hashes = {id(response): hashlib.sha256(response.body).hexdigest() for _, _, response in read_from}
    if keep_for:
        _save_bytes(tx, {hashes[id(response)]: response for _, _, response in read_from}, now)
    insert_new(
        tx, origins, [_make_row(item, part, response, hashes[id(response)]) for item, part, response in read_from]
    )
    delete_bytes_before(tx, now - keep_for)


def _save_bytes(tx: sa.Connection, responses: Mapping[str, Response], now: datetime) -> None:
    """Store the bodies by SHA-256, compressed, where they are new; one list that gives twenty Items is stored once."""
    hashes = list(responses)
    already = set(tx.scalars(_KEPT, {"hashes": hashes})) if hashes else set()
    rows = [
        {
            "sha256": sha256,
            "body": zlib.compress(response.body),
            "size": len(response.body),
            "first_kept": now,
        }
        for sha256, response in responses.items()
        if sha256 not in already
    ]
    insert_new(tx, bodies, rows)


def delete_bytes_before(tx: sa.Connection, before: datetime) -> None:
    """Delete the bytes that nothing was read from since `before` (UTC); their hashes, headers and texts stay."""
    tx.execute(_DELETE_BYTES, {"before": before})


def of_items(tx: sa.Connection, ids: Iterable[str]) -> Mapping[str, tuple[Origin, ...]]:
    """The Origins of all revisions of these Items, by item id, oldest first."""
    query = sa.select(origins).where(origins.c.item.in_(list(ids)))
    by_item: dict[str, tuple[Origin, ...]] = {}
    in_order = (origins.c.item, origins.c.revision, origins.c.fetched_at, origins.c.id)
    for row in tx.execute(query.order_by(*in_order)):
        fields = {name: column for name, column in row._mapping.items() if name != "id"}  # noqa: SLF001 - SQLAlchemy's public name
        by_item[row.item] = (*by_item.get(row.item, ()), Origin(**fields))
    return by_item


def compressed_bytes(tx: sa.Connection, hashes: Iterable[str]) -> Mapping[str, bytes]:
    """The bytes with these SHA-256 hashes that are still kept, by hash, compressed with zlib."""
    query = sa.select(bodies.c.sha256, bodies.c.body).where(bodies.c.sha256.in_(list(hashes)))
    return {row.sha256: bytes(row.body) for row in tx.execute(query)}


def _make_row(item: Item, part: str, response: Response, sha256: str) -> dict[str, Any]:
    requested_url = redact_url(response.requested_url or response.url)
    return {
        "id": key("origin", item.id, item.revision, requested_url, sha256),
        "item": item.id,
        "revision": item.revision,
        "part": part,
        "asked": requested_url,
        "url": redact_url(response.url),
        "status": response.status,
        "fetched_at": response.fetched_at,
        "headers": dict(response.headers),
        "sha256": sha256,
        "size": len(response.body),
    }
