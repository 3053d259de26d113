"""A loopback site of feeds, in a process of its own: each answers as the round under way says.

A feed has ITEMS items of invented headlines; some name a subject of the shipped topics, as a real feed would. Rounds:
`304` honours ETag; `same` sends the same bytes again; `changed` honours ETag, and every 20th feed has a new item;
`stamped` sends other bytes with the same items (a build date).
"""

import asyncio
import multiprocessing
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing.connection import Connection

ITEMS, EVERY_CHANGED, ABOUT_PRACTICES = 20, 20, 0.1
NEWEST = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
SUBJECTS = (
    "flu vaccination letter for GP practices",
    "GP contract changes from April",
    "CQC inspection of GP practices",
    "pension contributions for practice staff",
    "premises reimbursement for practices",
    "covid vaccination enhanced service",
)
VOCABULARY = tuple(
    "".join(random.Random(number).choices("etaoinshrdlucmfwyp", k=4 + number % 6)) for number in range(4_000)
)


def make_item(feed: int, number: int) -> str:
    """One item of one feed: the same at every call."""
    rng = random.Random(feed * 1_000 + number)
    words = rng.choices(VOCABULARY, k=8)
    if rng.random() < ABOUT_PRACTICES:
        words[2:4] = [rng.choice(SUBJECTS)]
    at = format_datetime(NEWEST - timedelta(hours=7 * (ITEMS - number), minutes=feed % 60))
    summary = " ".join(rng.choices(VOCABULARY, k=60))
    return (
        f"<item><title>{' '.join(words).capitalize()}</title><link>https://s{feed}.example/{number}</link>"
        f"<guid>https://s{feed}.example/{number}</guid><pubDate>{at}</pubDate><description>{summary}</description></item>"
    )


def make_feed(feed: int, edition: int = 0) -> bytes:
    """The RSS of one feed, some 13 kB; `edition` new items have pushed out as many old ones."""
    items = "".join(make_item(feed, number) for number in reversed(range(edition, ITEMS + edition)))
    head = f"<title>Site {feed}</title><link>https://s{feed}.example/</link><description>News of {feed}</description>"
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


class FeedSite:
    """What the server answers: the round's name, and how many editions the feeds that change have had."""

    def __init__(self, feeds: int) -> None:
        self.bodies = {number: make_feed(number) for number in range(feeds)}
        self.round, self.editions, self.asked = "304", 0, 0

    def begin(self, name: str) -> None:
        """Begin a round: in `changed`, every 20th feed (another one each time) gets a new item."""
        self.round = name
        if name == "changed":
            self.editions += 1
            for number in range(self.editions % EVERY_CHANGED, len(self.bodies), EVERY_CHANGED):
                self.bodies[number] = make_feed(number, self.editions)

    def answer(self, path: str, validator: str) -> bytes:
        """The whole HTTP response to a GET of `path` that names `validator` (an ETag, or "")."""
        self.asked += 1
        number = path.rsplit("/", 1)[-1]
        body = self.bodies.get(int(number)) if number.isdigit() else None
        if body is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        etag = f'"{hash(body):x}"'
        if validator == etag and self.round in {"304", "changed"}:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()
        if self.round == "stamped":
            body = body.replace(b"</channel>", b"<ttl>%d</ttl></channel>" % (5 + self.asked % 50))
        about = f"ETag: {etag}\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}"
        return f"HTTP/1.1 200 OK\r\n{about}\r\n\r\n".encode() + body


async def serve_connection(site: FeedSite, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the GETs of one connection until it is closed."""
    try:
        while line := await reader.readline():
            validator = ""
            while header := (await reader.readline()).strip():
                if header.lower().startswith(b"if-none-match:"):
                    validator = header.split(b":", 1)[1].strip().decode()
            writer.write(site.answer(line.split(b" ")[1].decode(), validator))
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


def serve(port: Connection, feeds: int) -> None:
    """Serve until the parent ends; it sends the name of each round, and is answered with the number of GETs so far."""
    site = FeedSite(feeds)

    def follow_rounds() -> None:
        while True:
            site.begin(port.recv())
            port.send(site.asked)

    async def forever() -> None:
        server = await asyncio.start_server(lambda r, w: serve_connection(site, r, w), "127.0.0.1", 0, backlog=512)
        port.send(server.sockets[0].getsockname()[1])
        threading.Thread(target=follow_rounds, daemon=True).start()
        await server.serve_forever()

    asyncio.run(forever())


@contextmanager
def open_site(feeds: int) -> Iterator[tuple[str, Connection]]:
    """The address of a running site, and the line on which rounds are begun (send a name, receive a number)."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there, feeds), daemon=True)
    server.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}", here
    finally:
        server.terminate()
