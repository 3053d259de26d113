"""What the Items of Stories were read from: hashes and headers for good, the bytes for as long as the admin wants."""

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from watcher.core.language.text import redact_url
from watcher.model import Item, Origin, ParseResult, Response, key
from watcher.store.database import insert_new
from watcher.store.schema import bodies, origins, tellings


def save(
    tx: sa.Connection,
    changed: Sequence[Item],
    reading: ParseResult,
    known: Mapping[str, Item],
    now: datetime,
    keep: timedelta,
) -> None:
    """Keep what those of `changed` that tell a Story were read from: their own page where one was read, else the lists.

    `known` are Items by the identity under which the source lists them now. What is older than `keep` is forgotten.
    """
    wanted = sa.select(tellings.c.item).where(tellings.c.item.in_([item.id for item in changed]))
    telling = set(tx.scalars(wanted)) if changed else set()
    listed = {each.identity: known.get(each.identity, each).id for each in reading.items}
    own = {listed[identity]: page for identity, page in reading.item_pages.items() if identity in listed}
    lists = tuple(page for page in reading.responses if not page.unchanged)
    read_from = [
        (item, "page" if item.id in own else "list", page)
        for item in changed
        if item.id in telling
        for page in ((own[item.id],) if item.id in own else lists)
    ]
    pages = {id(page): (hashlib.sha256(page.body).hexdigest(), page) for _, _, page in read_from}
    if keep:
        _keep(tx, dict(pages.values()), now)
    insert_new(tx, origins, [_row(item, part, page, pages[id(page)][0]) for item, part, page in read_from])
    delete_bytes_before(tx, now - keep)


def _keep(tx: sa.Connection, pages: Mapping[str, Response], now: datetime) -> None:
    """The bytes that we do not have yet, compressed; one list that gives twenty Items is kept once."""
    there = set(tx.scalars(sa.select(bodies.c.sha256).where(bodies.c.sha256.in_(list(pages))))) if pages else set()
    rows = [
        {"sha256": name, "body": zlib.compress(page.body), "size": len(page.body), "first_kept": now}
        for name, page in pages.items()
        if name not in there
    ]
    insert_new(tx, bodies, rows)


def delete_bytes_before(tx: sa.Connection, before: datetime) -> None:
    """Drop the bytes that nothing was read from since `before`; their hashes, headers and texts stay."""
    still = sa.exists().where(origins.c.sha256 == bodies.c.sha256, origins.c.fetched_at >= before)
    tx.execute(sa.delete(bodies).where(bodies.c.first_kept < before, ~still))


def of_items(tx: sa.Connection, ids: Iterable[str]) -> Mapping[str, tuple[Origin, ...]]:
    """What each revision of these Items was read from, by item id, oldest first."""
    wanted = sa.select(origins).where(origins.c.item.in_(list(ids)))
    found: dict[str, tuple[Origin, ...]] = {}
    in_order = (origins.c.item, origins.c.revision, origins.c.fetched_at, origins.c.id)
    for row in tx.execute(wanted.order_by(*in_order)):
        values = {name: value for name, value in row._mapping.items() if name != "id"}  # noqa: SLF001 - SQLAlchemy's public name
        found[row.item] = (*found.get(row.item, ()), Origin(**values))
    return found


def compressed_bytes(tx: sa.Connection, names: Iterable[str]) -> Mapping[str, bytes]:
    """The bytes that are still kept, by their SHA-256, compressed as they stand in the database."""
    wanted = sa.select(bodies.c.sha256, bodies.c.body).where(bodies.c.sha256.in_(list(names)))
    return {row.sha256: bytes(row.body) for row in tx.execute(wanted)}


def _row(item: Item, part: str, page: Response, sha256: str) -> dict[str, Any]:
    asked = redact_url(page.requested_url or page.url)
    return {
        "id": key("origin", item.id, item.revision, asked, sha256),
        "item": item.id,
        "revision": item.revision,
        "part": part,
        "asked": asked,
        "url": redact_url(page.url),
        "status": page.status,
        "fetched_at": page.fetched_at,
        "headers": dict(page.headers),
        "sha256": sha256,
        "size": len(page.body),
    }
