"""Latency: from the last byte of a feed with something new to the beginning of the request that tells it in Slack.

.venv/bin/python -m bench.latency [SAMPLES] [DATABASE] [SUBSCRIBERS]

The real process on a SQLite file (or on the database at DATABASE). One feed, whose next poll is brought forward in the
database, brings one announcement at a time, each on a Topic of its own that one Slack channel reads. Feed and Slack are
one server in a process of its own, which answers at once and notes the moments. SUBSCRIBERS more have digests by mail.
"""

import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median, quantiles

import sqlalchemy as sa

from bench.real_run import LAUNCH, wait_for_log, watcher_running
from tests.support.world import SOURCE, rss, write_config
from watcher.store.database import Database, open_database
from watcher.store.schema import sources

POSTED = b'{"ok": true, "channel": "C1", "ts": "1.2"}'
PATIENCE_SECONDS = 60.0
OFTEN = f"from watcher import scheduler; scheduler.POLL_SECONDS = 1; {LAUNCH}"  # only the wait for the poll is shorter
TOPIC = "  - {{id: t{n}, name: Programme {n}, any: [programme{n}]}}\n"
READER = "  - {{id: r{n}, via: slack, address: C{n:09}, topics: [t{n}]{admin}}}\n"
MORE = "  - {{id: s{n}, via: email, address: s{n}@practice.example, pace: daily, topics: [t0]}}\n"


def news(number: int) -> str:
    """One announcement on the Topic of that number."""
    now = datetime.now(UTC)
    words = " ".join(f"word{number}{letter}" for letter in "abcdef")
    return (
        f"<item><title>Practices must return programme{number} by {now + timedelta(days=number + 2):%-d %B %Y}: {words}"
        f"</title><link>https://news.example/{number}</link>"
        f"<pubDate>{format_datetime(now - timedelta(minutes=1))}</pubDate></item>"
    )


def serve(pipe: Connection) -> None:
    """Serve the feed that came last through `pipe`; send ("served" or "posted", moment) back through it."""
    feed = rss()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            moment, length = time.monotonic(), 0
            while header := (await reader.readline()).strip().lower():
                length = int(header.split(b":")[1]) if header.startswith(b"content-length") else length
            await reader.readexactly(length)
            is_feed = line.startswith(b"GET /feed")
            body = feed if is_feed else POSTED
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body))
            writer.write(body)
            await writer.drain()
            if is_feed:
                pipe.send(("served", time.monotonic()))
            elif b"chat.postMessage" in line:
                pipe.send(("posted", moment))
        writer.close()

    def take() -> None:
        nonlocal feed
        feed = pipe.recv()

    async def forever() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        asyncio.get_running_loop().add_reader(pipe.fileno(), take)
        await server.serve_forever()

    asyncio.run(forever())


@contextmanager
def server() -> Iterator[tuple[Connection, str]]:
    """The server: its pipe and its address."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        yield here, f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()


def time_one(pipe: Connection, database: Database, feed: bytes) -> float:
    """Milliseconds from the feed's body to the request in Slack."""
    pipe.send(feed)
    time.sleep(0.5)  # the details of the last one may still be on their way
    while pipe.poll():
        pipe.recv()
    with database.begin() as tx:
        tx.execute(sa.update(sources).values(next_poll=datetime.now(UTC) - timedelta(seconds=1)))
    served = 0.0
    while pipe.poll(PATIENCE_SECONDS):
        event, moment = pipe.recv()
        if event == "posted" and served:
            return 1000 * float(moment - served)
        served = moment if event == "served" else served
    raise TimeoutError("nothing was told")


def main() -> None:
    """Print the median and the 95th percentile."""
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    more = int(sys.argv[3]) if len(sys.argv) > 3 else 0  # noqa: PLR2004
    topics = "topics:\n" + "".join(TOPIC.format(n=number) for number in range(samples + 1))
    admins = [", admin: true", *[""] * samples]
    readers = "".join(READER.format(n=number, admin=admin) for number, admin in enumerate(admins))
    readers += "".join(MORE.format(n=number) for number in range(more))
    with tempfile.TemporaryDirectory(prefix="watcher-latency-") as name, server() as (pipe, site):
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{name}/watcher.db"  # noqa: PLR2004
        config = write_config(Path(name) / "config", SOURCE.format(site=site), f"subscribers:\n{readers}", topics)
        environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": f"{site}/api/"}
        environment |= (
            {"WATCHER_SMTP_URL": "smtp://127.0.0.1:9", "WATCHER_MAIL_FROM": "watcher@127.0.0.1"} if more else {}
        )
        pipe.send(rss(news(samples)))  # the first poll tells what is news by its age
        with watcher_running(config, url, environment, OFTEN):
            wait_for_log(config, '"polled"')
            time.sleep(3)
            database = open_database(url)
            numbers = range(samples)
            taken = [time_one(pipe, database, rss(*(news(n) for n in range(number + 1)))) for number in numbers]
            database.close()
    print(
        f"{samples} alerts, served to told: median {median(taken):.0f} ms, 95th percentile "
        f"{quantiles(taken, n=20)[-1]:.0f} ms, most {max(taken):.0f} ms"
    )


if __name__ == "__main__":
    main()
