"""Digests: how long 6,500 of them take from the first to the last, all different and all equal, while polling goes on.

.venv/bin/python -m bench.digests [DIGESTS] [DATABASE]

The real process on a SQLite file (or on the database at DATABASE) sends to a mail relay of aiosmtpd in a process of its
own; one source has something new at each poll. The digests of a morning are put into the outbox before: the Alerts come
from a real poll of ITEMS announcements on TOPICS topics. Different: each Subscriber has chosen other topics. Equal: all
have the same.
"""

import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.real_run import counting_relay, cpu_seconds, watcher_running
from tests.support.faulty import response
from tests.support.world import SOURCE, desk, poll_all, rss, serving, write_config
from watcher import store
from watcher.model import Subscriber, key
from watcher.store.database import Database
from watcher.store.outbox_schema import deliveries, delivery_alerts
from watcher.store.schema import alerts

TOPICS, ITEMS, CHOSEN = 24, 30, 8
PATIENCE_SECONDS = 1_500.0
ENVIRONMENT = {"WATCHER_MAIL_FROM": "watcher@127.0.0.1", "WATCHER_SECRET": "s" * 32}
TOPIC = "  - {{id: t{n}, name: Programme {n}, any: [programme{n}]}}\n"
ITEM = (
    "<item><title>Practices must return the programme{topic} form by {by:%-d %B %Y} ({n})</title>"
    "<link>https://news.example/{n}</link><pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
    "<description>GP practices in England should send the return for programme{topic} to their commissioner. "
    "Practice managers can ask for {n} hours of support.</description></item>"
)


def subscribers(count: int, *, equal: bool) -> str:
    """subscribers.yaml with an admin and `count` readers of a digest, each with CHOSEN of the topics."""
    choices = itertools.islice(itertools.combinations(range(TOPICS), CHOSEN), 0, None, 97)
    first = next(choices)

    def rows() -> Iterator[str]:
        yield "  - {id: admin, via: email, address: admin@practice.example, admin: true}\n"
        for number in range(count):
            topics = ", ".join(f"t{topic}" for topic in (first if equal else next(choices)))
            reader = f"id: s{number}, via: email, address: s{number}@practice.example"
            yield f"  - {{{reader}, pace: daily, at: '23:50', topics: [{topics}]}}\n"

    return "subscribers:\n" + "".join(rows())


def news(now: datetime, numbers: Sequence[int]) -> list[str]:
    """Announcements, each on one topic."""
    return [
        ITEM.format(topic=n % TOPICS, n=n, by=now + timedelta(days=n + 2), at=now - timedelta(minutes=n % 50))
        for n in numbers
    ]


def fill_outbox(database: Database, readers: Sequence[Subscriber], now: datetime) -> int:
    """A digest for each reader, due now, with the Alerts on its topics; how many Alerts each has on average."""
    due = now - timedelta(minutes=1)
    day = f"daily:{due:%Y-%m-%d}"
    with database.begin() as tx:
        found = [(alert.id, set(alert.topics)) for alert in tx.execute(sa.select(alerts))]
        tx.execute(sa.delete(delivery_alerts))
        tx.execute(sa.delete(deliveries))
        store.channels.add(tx, [reader.channel for reader in readers])
        fixed = {"attempts": 0, "repeat": False, "lease": "", "lease_until": 0.0, "place": "", "message": ""}
        fixed |= {"period": day, "due": due, "first_due": due, "planned": now, "state": "pending"}
        rows = [{"subscriber": reader.id, "channel": reader.channel, **fixed} for reader in readers]
        rows = [{"id": key("delivery", planned["subscriber"], day), **planned} for planned in rows]
        tx.execute(sa.insert(deliveries), rows)
        links = [
            {"delivery": key("delivery", reader.id, day), "alert": alert}
            for reader in readers
            for alert, topics in found
            if topics & (reader.topics or set())
        ]
        tx.execute(sa.insert(delivery_alerts), links)
    return len(links) // len(readers)


def measure(count: int, url: str, folder: Path, *, equal: bool) -> str:
    """Send `count` digests; one line about it."""
    now = datetime.now(UTC)
    answers: dict[str, Any] = {"/feed": response(rss())}
    topics = "topics:\n" + "".join(TOPIC.format(n=number) for number in range(TOPICS))
    with counting_relay() as (relay, accepted), serving(answers) as (site, asked):
        environment = {"WATCHER_SMTP_URL": relay, **ENVIRONMENT}
        source = SOURCE.format(site=site).replace("5m", "1m")
        config = write_config(folder, source, subscribers(count, equal=equal), topics)

        async def plan() -> int:
            async with desk(config, environment, url, now) as opened:
                readers = [reader for reader in opened.configuration.subscribers.values() if not reader.admin]
                few = {"admin": opened.configuration.subscribers["admin"], readers[0].id: readers[0]}
                small = replace(opened, configuration=replace(opened.configuration, subscribers=few))
                await poll_all(small, now - timedelta(hours=2))
                answers["/feed"] = response(rss(*news(now, range(ITEMS))))
                await poll_all(small, now - timedelta(hours=1))
                return fill_outbox(opened.database, readers, now)

        each = asyncio.run(plan())
        answers["/feed"] = response(rss(*news(now, range(ITEMS + 5))))
        polled = len(asked.paths())
        with watcher_running(config, url, environment) as process:
            wait_until(lambda: accepted.value > 0)
            begun, before = time.monotonic(), cpu_seconds(process.pid)
            first = accepted.value
            wait_until(lambda: accepted.value >= count)
            took, used = time.monotonic() - begun, cpu_seconds(process.pid) - before
        polls = len(asked.paths()) - polled
    sent = count - first
    return (
        f"{'equal' if equal else 'different':>9}: {count:,} digests of {each} alerts in {took:.0f} s "
        f"({sent / took:.0f} a second), {used:.0f} s CPU ({1000 * used / sent:.1f} ms each); {polls} polls meanwhile"
    )


def wait_until(is_done: Callable[[], bool]) -> None:
    """Until `is_done`. Raises TimeoutError."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_done():
        if time.monotonic() > until:
            raise TimeoutError("the digests did not get on")
        time.sleep(0.05)


def main() -> None:
    """Print a line for each kind."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 6_500
    for equal in (False, True):
        with tempfile.TemporaryDirectory(prefix="watcher-digests-", ignore_cleanup_errors=True) as name:
            url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{name}/watcher.db"  # noqa: PLR2004
            print(measure(count, url, Path(name) / "config", equal=equal), flush=True)


if __name__ == "__main__":
    main()
