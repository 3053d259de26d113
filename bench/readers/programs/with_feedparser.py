"""httpx and feedparser in a few lines: conditional GETs, the entries kept in SQLite.

Arguments: the folder, the file of addresses.
"""

import asyncio
import sqlite3
import sys
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

import feedparser
import httpx


async def update(db: sqlite3.Connection, addresses: list[str]) -> None:
    """One look at all feeds, 16 at a time."""
    free = asyncio.Semaphore(16)
    etags = dict(db.execute("SELECT address, etag FROM feeds"))
    async with httpx.AsyncClient(trust_env=False) as client:

        async def look(address: str) -> None:
            async with free:
                headers = {"If-None-Match": etags[address]} if address in etags else {}
                answer = await client.get(address, headers=headers)
            if answer.status_code == HTTPStatus.NOT_MODIFIED:
                return
            entries = feedparser.parse(BytesIO(answer.content)).entries
            db.executemany(
                "INSERT OR IGNORE INTO entries VALUES (?, ?)", [(entry.id, entry.title) for entry in entries]
            )
            db.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?)", (address, answer.headers["etag"]))

        await asyncio.gather(*map(look, addresses))


def main() -> None:
    """Open the database, look once, commit."""
    db = sqlite3.connect(Path(sys.argv[1]) / "plain.db")
    db.execute("CREATE TABLE IF NOT EXISTS feeds (address PRIMARY KEY, etag)")
    db.execute("CREATE TABLE IF NOT EXISTS entries (id PRIMARY KEY, title)")
    asyncio.run(update(db, Path(sys.argv[2]).read_text(encoding="utf-8").split()))
    db.commit()


main()
