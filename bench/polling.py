"""Polling: CPU seconds of 1,000 sources of which nothing is new, and how many looks were lost. One loopback server.

.venv/bin/python bench/polling.py [SOURCES] [RUNS]

Three answers: 200 with the same bytes, 200 with other bytes and the same items, and 304. Beside them what feedparser
alone takes to parse the same feeds. The server runs in a process of its own, so that its CPU is not counted.
"""

import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path

import feedparser

from watcher.app import open_runtime
from watcher.config import Configuration, read_configuration
from watcher.config.settings import read_settings
from watcher.poll import poll_due
from watcher.runtime import Runtime

ITEMS = 20
ENVIRONMENT = {"WATCHER_ALLOW_PRIVATE": "127.0.0.0/8"}
TOPICS = "topics:\n  - {id: flu, name: Flu, any: ['flu jab']}\n"
PEOPLE = "subscribers:\n  - {id: screen, via: console, address: screen, admin: true}\n"
BEGIN = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def feed(number: int) -> bytes:
    """The feed of one source: ITEMS notices."""
    items = "".join(
        f"<item><title>Notice {number}-{n} for GP practices</title><link>https://s{number}.example/{n}</link>"
        f"<pubDate>Wed, 25 Nov 2026 1{n % 10}:00:00 GMT</pubDate>"
        f"<description>{'Words of it. ' * 20}</description></item>"
        for n in range(ITEMS)
    )
    return f"<rss version='2.0'><channel><title>S</title>{items}</channel></rss>".encode()


def serve(port: Connection) -> None:
    """A keep-alive server: /same/N always as it was, /other/N with another comment at each GET, /304/N unchanged."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            is_conditional = False
            while header := (await reader.readline()).strip().lower():
                is_conditional = is_conditional or header.startswith(b"if-none-match")
            _, kind, number = [*line.split(b" ")[1].decode().split("/"), ""][:3]
            if kind == "304" and is_conditional:
                writer.write(b'HTTP/1.1 304 N\r\nETag: "1"\r\n\r\n')
                continue
            found = number.isdigit()
            body = feed(int(number)) if found else b""
            body += f"<!-- {time.time_ns()} -->".encode() if kind == "other" else b""
            status = b"200 OK" if found else b"404 N"
            writer.write(b'HTTP/1.1 %s\r\nETag: "1"\r\nContent-Length: %d\r\n\r\n%s' % (status, len(body), body))
            await writer.drain()
        writer.close()

    async def forever() -> None:
        server = await asyncio.start_server(answer, "0.0.0.0", 0)  # noqa: S104 - all of 127.0.0.0/8
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


def configure(folder: Path, rows: str) -> Configuration:
    """The configuration with these sources."""
    folder.mkdir()
    for name, text in (("sources", f"sources:\n{rows}"), ("topics", TOPICS), ("subscribers", PEOPLE)):
        (folder / f"{name}.yaml").write_text(text)
    return read_configuration(folder, ENVIRONMENT)


@asynccontextmanager
async def opened(folder: Path, site: str, kind: str, sources: int) -> AsyncIterator[Runtime]:
    """A Runtime that watches `sources` feeds of one kind, each on a loopback address of its own: hosts take turns."""
    rows = "".join(
        f"  - {{id: s{n}, name: S{n}, publisher: P, trust: trade, kind: feed, every: 5m,"
        f" url: '{site.replace('127.0.0.1', f'127.0.{n // 250}.{n % 250 + 1}')}/{kind}/{n}'}}\n"
        for n in range(sources)
    )
    configuration = configure(folder, rows)
    database = f"sqlite:///{folder / 'w.db'}"
    async with open_runtime(read_settings(ENVIRONMENT), configuration, database, lambda: BEGIN) as runtime:
        yield runtime


async def measure(site: str, sources: int, runs: int) -> None:
    """Print a line for each kind of answer."""
    for kind in ("same", "304", "other"):
        with tempfile.TemporaryDirectory() as folder:
            async with opened(Path(folder) / "c", site, kind, sources) as runtime:
                await asyncio.gather(*await poll_due(runtime, BEGIN))
                cpu, lost = [], 0
                for run in range(1, runs + 1):
                    begun = time.process_time()
                    polls = await poll_due(runtime, BEGIN + run * timedelta(minutes=10))
                    done = await asyncio.gather(*polls, return_exceptions=True)
                    cpu.append(time.process_time() - begun)
                    read = [each for each in done if getattr(each, "outcome", "") in {"read", "unchanged"}]
                    lost += sources - len(read)
                print(f"{kind:>6}: {min(cpu):6.2f} s CPU for {sources:,} sources, {lost} looks lost in {runs} runs")


def main() -> None:
    """Start the server and measure."""
    sources = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3  # noqa: PLR2004
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there,), daemon=True)
    server.start()
    asyncio.run(measure(f"http://127.0.0.1:{here.recv()}", sources, runs))
    server.terminate()
    begun = time.process_time()
    for number in range(sources):
        feedparser.parse(BytesIO(feed(number)))
    print(f"feedparser alone: {time.process_time() - begun:6.2f} s CPU to parse as many feeds")


if __name__ == "__main__":
    main()
