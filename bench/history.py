"""A year of history: what a look costs with 500,000 Items in the database, and what an Item costs there.

.venv/bin/python -m bench.history [ITEMS] [DATABASE]

The year is made up and written with our own functions, 1,000 Items a transaction: a headline of 10 words, a summary of
60, every tenth in a Story of three. Then FEEDS feeds are looked at in this process, beside the same in an empty
database: `cold` (20 items each), `304`, `changed` (every 20th has a new one), `stamped` (other bytes, the same items).
CPU seconds of this process, ROUNDS of each; the size is that of the file after VACUUM, on PostgreSQL of the database.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import sqlalchemy as sa

from bench.readers.__main__ import prepare_watcher
from bench.readers.site import VOCABULARY, open_site
from watcher import store
from watcher.app import open_runtime
from watcher.config import read_configuration
from watcher.config.settings import read_settings
from watcher.core.stories.placement import as_story_item
from watcher.model import Answer, Disposition, Item, Published, Status, Story, Trust
from watcher.poll import poll_due
from watcher.store.database import Database, open_database

ITEMS, FEEDS, ROUNDS, IN_ONE_COMMIT, OF_STORY, EVERY_STORY = 500_000, 100, 3, 1_000, 3, 10
YEAR = timedelta(days=365)
LOOKS = ("cold", *("304", "changed", "stamped") * ROUNDS)


def make_year(items: int, now: datetime) -> Iterator[Item]:
    """The Items of a year, oldest first, of 1,000 sources."""
    rng = random.Random(1)
    for number in range(items):
        at = now - YEAR + YEAR * number / items
        yield Item(
            source=f"past{number % 1_000}",
            identity=f"https://past{number % 1_000}.example/{number}",
            url=f"https://past{number % 1_000}.example/{number}",
            title=" ".join(rng.choices(VOCABULARY, k=10)),
            summary=" ".join(rng.choices(VOCABULARY, k=60)),
            published=Published(at=at),
            first_seen=at,
        )


def write_year(database: Database, items: int, now: datetime) -> int:
    """Write the year; the characters of its texts."""
    characters, batch = 0, []
    for item in make_year(items, now):
        characters += len(item.title) + len(item.summary)
        batch.append(item)
        if len(batch) == IN_ONE_COMMIT:
            save(database, batch)
            batch = []
    save(database, batch)
    return characters


def save(database: Database, batch: list[Item]) -> None:
    """One transaction: Items, what became of each, and the Stories that some of them tell."""
    stories = []
    for begin in range(0, len(batch) - OF_STORY, OF_STORY * EVERY_STORY):
        told = batch[begin : begin + OF_STORY]
        tellers = tuple(as_story_item(item, Trust.TRADE, item.source, item.first_seen or now_utc()) for item in told)
        stories.append(
            Story(
                id=told[0].id,
                title=told[0].title,
                status=Status.REPORTED,
                topics=("flu",),
                opened_at=tellers[0].seen_at,
                items=tellers,
                closed=True,
            )
        )
    kept = [
        Disposition(item=item.id, revision=1, answer=Answer.UNSENT, reason="no_topic", at=item.first_seen or now_utc())
        for item in batch
    ]
    with database.begin() as tx:
        store.items.save(tx, batch, {}, now_utc())
        store.stories.save(tx, stories)
        store.dispositions.save(tx, kept)


def now_utc() -> datetime:
    """The time (UTC)."""
    return datetime.now(UTC)


def count_bytes(url: str) -> int:
    """The size of the database without what is free in it."""
    database = open_database(url)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            size = int(connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0)
        else:
            connection.connection.driver_connection.execute("VACUUM")  # type: ignore[union-attr]
            size = Path(url.removeprefix("sqlite:///")).stat().st_size
    database.close()
    return size


async def look(urls: Sequence[str]) -> list[dict[str, float]]:
    """Of each database the milliseconds of CPU for a feed, by kind of look; they take turns."""
    costs: list[dict[str, list[float]]] = [{} for _ in urls]
    with open_site(FEEDS) as (site, line), tempfile.TemporaryDirectory() as folder:
        prepare_watcher(Path(folder), [f"{site}/feed/{number}" for number in range(FEEDS)], Path())
        configuration = read_configuration(Path(folder) / "config", {})
        settings = read_settings({"WATCHER_ALLOW_PRIVATE": "127.0.0.0/8", "WATCHER_SECRET": "x" * 40})
        async with AsyncExitStack() as opened:
            runtimes = [
                await opened.enter_async_context(open_runtime(settings, configuration, url, now_utc)) for url in urls
            ]
            for number, name in enumerate(LOOKS):
                line.send("304" if name == "cold" else name)
                line.recv()
                for runtime, of_runtime in zip(runtimes, costs, strict=True):
                    begun = time.process_time()
                    await asyncio.gather(*await poll_due(runtime, now_utc() + timedelta(minutes=10 * number)))
                    of_runtime.setdefault(name, []).append((time.process_time() - begun) / FEEDS * 1_000)
    return [{name: median(all_costs) for name, all_costs in of_runtime.items()} for of_runtime in costs]


def main() -> None:
    """Print one table."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    with tempfile.TemporaryDirectory() as folder:
        empty_url = f"sqlite:///{folder}/empty.db"
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{folder}/year.db"  # noqa: PLR2004 - the second one
        database = open_database(url)
        begun = time.process_time()
        characters = write_year(database, items, now_utc())
        database.close()
        print(f"{items} items written in {time.process_time() - begun:.0f} s of CPU")
        size = count_bytes(url)
        beside = (size - characters) / items
        print(f"{size / 1e6:.0f} MB, of it texts {characters / 1e6:.0f} MB: {beside:.0f} B an item beside them")
        empty, full = asyncio.run(look([empty_url, url]))
        print("| look | ms of CPU a feed, empty | with the year | ratio |\n| --- | ---: | ---: | ---: |")
        for name in empty:
            print(f"| {name} | {empty[name]:.2f} | {full[name]:.2f} | {full[name] / empty[name]:.2f} |")


if __name__ == "__main__":
    main()
