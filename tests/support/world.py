"""A small world for whole-flow tests: one feed, a Slack that keeps Slack's rules, and a Runtime over a database."""

import asyncio
import ipaddress
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.support.faulty import Asked, faulty
from watcher import config, store
from watcher.app import open_runtime
from watcher.config.settings import Settings
from watcher.deliver import DeliveryResult, deliver_due
from watcher.poll import PollResult, poll_due
from watcher.runtime import Runtime
from watcher.store.database import Database

TOPICS = """
topics:
  - id: flu-eligibility
    name: Flu vaccination
    any: ["flu jab", "flu vaccin*"]
    unless: ["bird flu"]
"""
SOURCE = """
sources:
  - id: press
    name: BBC News
    publisher: BBC News
    trust: press
    kind: feed
    url: {site}/feed
    every: 5m
"""


def item(number: int, at: datetime, title: str = "") -> str:
    """One RSS item about flu jabs."""
    return (
        f"<item><title>{title or f'Flu jabs for group {number} from December'}</title>"
        f"<link>https://news.example/{number}</link><pubDate>{format_datetime(at)}</pubDate></item>"
    )


def rss(*items: str) -> bytes:
    """A feed of `items`."""
    return (
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title>{''.join(items)}</channel></rss>".encode()
    )


def write_config(folder: Path, sources: str, subscribers: str, topics: str = TOPICS) -> Path:
    """A configuration folder."""
    folder.mkdir(exist_ok=True)
    for name, text in (("sources", sources), ("subscribers", subscribers), ("topics", topics)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@contextmanager
def serving(answers: dict[str, Any]) -> Iterator[tuple[str, Asked]]:
    """The fault server in a thread of its own, for clients that block and for other processes."""
    ready: dict[str, Any] = {}
    started = threading.Event()

    async def serve() -> None:
        ready["stop"] = asyncio.Event()
        ready["loop"] = asyncio.get_running_loop()
        async with faulty(answers) as (base, asked):
            ready.update(base=base, asked=asked)
            started.set()
            await ready["stop"].wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    started.wait(5)
    try:
        yield ready["base"], ready["asked"]
    finally:
        ready["loop"].call_soon_threadsafe(ready["stop"].set)
        thread.join(5)


@asynccontextmanager
async def desk(
    folder: Path, environment: dict[str, str], database: str, now: datetime, *, welcomes: bool = False
) -> AsyncIterator[Runtime]:
    """A Runtime over the configuration in `folder`, allowed to reach loopback.

    Its subscribers have been there for a day, unless it `welcomes` them: a new one is first told what is running.
    """
    known = Settings(environment=environment, allowed_networks=(ipaddress.ip_network("127.0.0.0/8"),))
    async with open_runtime(known, config.read_configuration(folder, environment), database, lambda: now) as opened:
        if not welcomes:
            with opened.database.begin() as tx:
                subscribers = opened.configuration.subscribers.values()
                store.subscribers.note_subscriptions(tx, subscribers, now - timedelta(days=1))
        yield opened


async def poll_all(opened: Runtime, now: datetime) -> list[PollResult]:
    """Look at every source, due or not."""
    return await asyncio.gather(*await poll_due(opened, now, forced=True))


async def deliver_all(opened: Runtime, now: datetime) -> list[DeliveryResult]:
    """Hand over until nothing is due, without the rest that a channel takes between two messages."""
    done: list[DeliveryResult] = []
    for _ in range(100):
        done += await asyncio.gather(*await deliver_due(opened, now))
        forget_leases(opened.database)
        with opened.database.begin() as tx:
            if not store.outbox.ready(tx, now):
                return done
    raise AssertionError("still due after 100 rounds")


def forget_leases(database: Database) -> None:
    """What passing time does: every lease has run out and every channel has rested."""
    with database.begin() as tx:
        for table in ("sources", "channels", "deliveries"):
            tx.execute(sa.text(f"UPDATE {table} SET lease_until = 0"))  # noqa: S608 - our own table names
        tx.execute(sa.text("UPDATE channels SET paced_until = 0"))


def posts_by_delivery(posts: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How often each Delivery was accepted."""
    counts: dict[str, int] = {}
    for post in posts:
        name = post["metadata"]["event_payload"]["delivery_id"]
        counts[name] = counts.get(name, 0) + 1
    return counts


def post_lines(post: dict[str, Any]) -> list[str]:
    """The lines of a Slack post as a reader sees them, without their markup."""
    shown: list[str] = []
    for block in post["blocks"]:
        if block["type"] == "header":
            shown.append(block["text"]["text"])
        elif block["type"] == "context":
            shown += [element["text"] for element in block["elements"]]
        else:
            elements = [element for section in block["elements"] for element in section["elements"]]
            shown.append("".join(element.get("text") or f"@{element['range']}" for element in elements))
    return "\n".join(shown).split("\n")


def statuses_and_headlines(post: dict[str, Any]) -> list[tuple[str, str]]:
    """The first two lines of each Alert in a Slack post; a mention stands in a block of its own."""
    shown = [post_lines({"blocks": [block]}) for block in post["blocks"] if block["type"] == "rich_text"]
    return [(lines[0], lines[1]) for lines in shown if len(lines) > 1]


def recently() -> datetime:
    """A moment just now, for processes that look at the real clock."""
    return datetime.now(UTC) - timedelta(minutes=5)
