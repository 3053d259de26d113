"""The least that a reader of feeds does: conditional GETs, 16 at a time, and the entries kept in SQLite.

Arguments of each program that uses it: the folder, the file of addresses.
"""

import asyncio
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple


class FeedAnswer(NamedTuple):
    """What a GET gave: HTTP status, ETag and body."""

    status: int
    etag: str
    body: bytes


Get = Callable[[str, dict[str, str]], Awaitable[FeedAnswer]]


async def update(
    db: sqlite3.Connection,
    addresses: Iterable[str],
    opened: AbstractAsyncContextManager[Get],
    read_entries: Callable[[bytes], Iterable[Any]],
) -> None:
    """One look at all feeds."""
    free = asyncio.Semaphore(16)
    etags = dict(db.execute("SELECT address, etag FROM feeds"))
    async with opened as get:

        async def look(address: str) -> None:
            async with free:
                answer = await get(address, {"If-None-Match": etags[address]} if address in etags else {})
            if answer.status == HTTPStatus.NOT_MODIFIED:
                return
            titles = [(entry.id, entry.title) for entry in read_entries(answer.body)]
            db.executemany("INSERT OR IGNORE INTO entries VALUES (?, ?)", titles)
            db.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?)", (address, answer.etag))

        await asyncio.gather(*map(look, addresses))


def run(client: Callable[[], AbstractAsyncContextManager[Get]], read_entries: Callable[[bytes], Iterable[Any]]) -> None:
    """Open the database, look once, commit."""
    db = sqlite3.connect(Path(sys.argv[1]) / "small.db")
    db.execute("CREATE TABLE IF NOT EXISTS feeds (address PRIMARY KEY, etag)")
    db.execute("CREATE TABLE IF NOT EXISTS entries (id PRIMARY KEY, title)")
    addresses = Path(sys.argv[2]).read_text(encoding="utf-8").split()
    asyncio.run(update(db, addresses, client(), read_entries))
    db.commit()
