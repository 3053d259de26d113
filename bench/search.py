"""Search: CPU of a page of hits among 50,000 items, what the index adds to an item, and what writing it costs.

.venv/bin/python -m bench.search [ITEMS]

On SQLite and on PostgreSQL. The items are made up: words that come as often as those of a language (the second half as
often as the first, the third a third), headlines of 10, summaries of 60, every tenth with a text of 800; three in ten
belong to stories. CPU is that of this process and, on PostgreSQL, of the server's process for this connection.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.conftest import _debian, _wheel
from watcher import store
from watcher.config import Configuration, read_configuration
from watcher.core.stories.placement import as_story_item
from watcher.model import Evidence, Item, Match, Published, Status, Story, Trust
from watcher.reports.search import SearchRequest, search_items
from watcher.store import search_index
from watcher.store.database import Database, open_database
from watcher.store.schema import items as items_table

ITEMS, IN_ONE_COMMIT, EVERY_STORY, OF_STORY, EVERY_LONG, RUNS = 50_000, 500, 10, 3, 10, 20
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
WORDS = tuple(
    "".join(random.Random(number).choices("etaoinshrdlucmfwyp", k=3 + number % 7)) + "x" for number in range(6_000)
)
FREQUENCIES = tuple(accumulate(1 / (number + 2) for number in range(len(WORDS))))
EVERYWHERE, OFTEN, SELDOM, RARE = WORDS[0], WORDS[20], WORDS[400], WORDS[5_000]
BEGIN, END = date(2026, 5, 1), date(2026, 5, 31)
SEARCHES: Sequence[tuple[str, str, Mapping[str, Any]]] = (
    ("a word of every item", EVERYWHERE, {}),
    ("a frequent word", OFTEN, {}),
    ("a rare word", RARE, {}),
    ("three words", f"{EVERYWHERE} {OFTEN} {SELDOM}", {}),
    ("a phrase of frequent words", f'"{EVERYWHERE} {WORDS[1]}"', {}),
    ("a phrase of rarer words", f'"{OFTEN} {SELDOM}"', {}),
    ("a word without another", f"{OFTEN} -{EVERYWHERE}", {}),
    ("page 40 of a word of every item", EVERYWHERE, {"page": 40}),
    ("the same, of a topic", EVERYWHERE, {"topic": "flu"}),
    ("the same, of a topic that nothing matches", EVERYWHERE, {"topic": "nothing"}),
    ("the same, confirmed", EVERYWHERE, {"status": Status.CONFIRMED}),
    ("the same, withdrawn, of which there is none", EVERYWHERE, {"status": Status.WITHDRAWN}),
    ("the same, official", EVERYWHERE, {"trust": Trust.OFFICIAL}),
    ("the same, of parliament, of which there is none", EVERYWHERE, {"trust": Trust.PARLIAMENT}),
    ("the same, in one month", EVERYWHERE, {"first_day": BEGIN, "last_day": END}),
    ("a rare word, in all the year", RARE, {"first_day": (NOW - YEAR).date()}),
)


def make_words(rng: random.Random, count: int) -> str:
    """So many words, as often as they come in a language."""
    return " ".join(rng.choices(WORDS, cum_weights=FREQUENCIES, k=count))


def make_items(items: int) -> Iterator[Item]:
    """The items of a year, the oldest first."""
    rng = random.Random(1)
    for number in range(items):
        at = NOW - YEAR + YEAR * number / items
        name = f"https://s{number % 100}.example/{number}"
        yield Item(
            source=f"s{number % 100}",
            identity=name,
            url=name,
            title=make_words(rng, 10),
            summary=make_words(rng, 60),
            text=make_words(rng, 800) if number % EVERY_LONG == 0 else "",
            published=Published(at=at),
            first_seen=at,
        )


def write_items(database: Database, items: int) -> None:
    """Write the year with our own functions: of ten items three tell one story and match a topic."""
    batch: list[Item] = []
    for item in make_items(items):
        batch.append(item)
        if len(batch) == IN_ONE_COMMIT:
            save(database, batch)
            batch = []
    save(database, batch)


def save(database: Database, batch: Sequence[Item]) -> None:
    """One transaction."""
    trusts, statuses = (Trust.PRESS, Trust.OFFICIAL, Trust.TRADE), (Status.REPORTED, Status.CONFIRMED, Status.CHANGED)
    stories: list[Story] = []
    found: dict[str, list[Match]] = {}
    for number, begin in enumerate(range(0, len(batch), EVERY_STORY)):
        told = batch[begin : begin + OF_STORY]
        evidence = Evidence(field="title", text="flu jab", term="flu jab")
        found |= {item.id: [Match(topic=("flu", "covid")[number % 2], evidence=(evidence,))] for item in told}
        tellers = [as_story_item(item, trusts[number % 3], "P", item.first_seen or NOW) for item in told]
        stories.append(
            Story(
                id=told[0].id,
                title=told[0].title,
                status=statuses[number % 3],
                topics=("flu",),
                opened_at=tellers[0].seen_at,
                items=tuple(tellers),
            )
        )
    with database.begin() as tx:
        store.items.save(tx, batch, found, NOW)
        store.stories.save(tx, stories)


def cpu_of(tx: sa.Connection) -> Callable[[], float]:
    """What gives the CPU seconds of this process and of the server's process for this connection."""
    if tx.dialect.name != "postgresql":
        return time.process_time
    stat = Path(f"/proc/{tx.scalar(sa.text('SELECT pg_backend_pid()'))}/stat")
    tx.execute(sa.text("SET max_parallel_workers_per_gather = 0"))  # theirs would not be counted
    ticks = os.sysconf("SC_CLK_TCK")

    def seconds() -> float:
        user, system = stat.read_text().rpartition(")")[2].split()[11:13]
        return time.process_time() + (int(user) + int(system)) / ticks

    return seconds


def measure(database: Database, configuration: Configuration) -> list[tuple[float, int]]:
    """Milliseconds of CPU for each search, with the reading of the hits and the marking of words; and the hits."""
    answers = []
    with database.begin() as tx:
        cpu = cpu_of(tx)
        for _, text, options in SEARCHES:
            request = SearchRequest(text=text, **options)
            hits = len(search_items(tx, configuration, request).hits)
            begun = cpu()
            for _ in range(RUNS):
                search_items(tx, configuration, request)
            answers.append(((cpu() - begun) / RUNS * 1_000, hits))
    return answers


def size_of_index(database: Database) -> int:
    """The bytes of the index of words."""
    sizes = {
        "sqlite": "SELECT sum(length(block)) FROM search_words_data",
        "postgresql": "SELECT pg_total_relation_size('search_words')",
    }
    with database.begin() as tx:
        return int(tx.scalar(sa.text(sizes[database.engine.dialect.name])) or 0)


def cost_of_writing(database: Database, items: int) -> float:
    """Microseconds of CPU to take an item out of the index and to put it in again, half of it for each."""
    with database.begin() as tx:
        rows = tx.execute(sa.select(items_table).limit(min(items, 5_000))).all()
        texts = {row.number: search_index.index_text(row) for row in rows}
        cpu = cpu_of(tx)
        begun = cpu()
        for number, text in texts.items():
            search_index.write(tx, {number: text}, {})
            search_index.write(tx, {}, {number: text})
    return (cpu() - begun) / len(texts) / 2 * 1e6


def main() -> None:
    """Print one table."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = _wheel(Path(folder)) or _debian(Path(folder))
        urls = {"SQLite": f"sqlite:///{folder}/w.db"} | ({"PostgreSQL": server[0]} if server else {})
        configuration = read_configuration(Path(__file__).parents[1] / "config", {"SLACK_BOT_TOKEN": "xoxb-bench"})
        answers = {}
        for name, url in urls.items():
            database = open_database(url)
            write_items(database, items)
            if name == "PostgreSQL":
                with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.exec_driver_sql("VACUUM ANALYZE")  # as the server does by itself after a while
            answers[name] = measure(database, configuration)
            size, cost = size_of_index(database) / items, cost_of_writing(database, items)
            print(f"{name}: the index has {size:.0f} B an item; writing one takes {cost:.0f} us of CPU")
            database.close()
        print(f"\n| a page among {items:,} items, ms of CPU | {' | '.join(answers)} | hits |")
        print(f"| --- |{' ---: |' * (len(answers) + 1)}")
        for number, (name, _, _) in enumerate(SEARCHES):
            figures = " | ".join(f"{of_server[number][0]:.1f}" for of_server in answers.values())
            print(f"| {name} | {figures} | {answers['SQLite'][number][1]} |")
        if server:
            server[1]()


if __name__ == "__main__":
    main()
