"""A week of November 2020, played through the real product: on television on Friday, official at 17:05, then moved.

A notice on bird flu comes between, which is left out.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from tests.stand_ins.answer import StandInAnswer, as_json
from tests.support.stand_in_web import StandInWeb
from tests.support.world import desk, poll_all, write_config
from watcher.runtime import Runtime
from watcher.web.app import build_pages
from watcher.web.site import PublicSite, WebSettings

BEFORE = datetime(2020, 11, 19, 9, 0, tzinfo=UTC)
MORNING = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
EVENING = datetime(2020, 11, 20, 17, 5, tzinfo=UTC)
MOVED = datetime(2020, 11, 23, 10, 0, tzinfo=UTC)
NOW = MOVED + timedelta(hours=1)
PUBLIC_URL = "http://watcher.example"
SECRET = "a canary secret that no page may ever show, 0123456789"
ADDRESS = "canary-mailbox@practice.example"
SOURCES = """
sources:
  - {id: press, name: BBC News, publisher: BBC News, trust: press, kind: json, every: 30m, items: /items,
     url: "https://press.example/list", title: /title, published: /at, text: /text, link: "/news/{/id}"}
  - {id: board, name: NHS England letters, publisher: NHS England, trust: official, kind: json, every: 30m,
     items: /items, url: "https://board.example/list?key=canary-key", title: /title, published: /at, text: /text,
     link: "/letters/{/id}"}
"""
TOPICS = """
topics:
  - id: flu
    name: Flu vaccination
    description: Who can have a flu vaccine, and from when.
    any: ["flu vaccin*", "flu jab*"]
    unless: ["bird flu"]
  - {id: pay, name: Pay, any: ["pay award"]}
"""
READERS = f"""
subscribers:
  - {{id: canary-subscriber, via: console, address: screen, admin: true, topics: all}}
  - {{id: canary-mailbox, via: email, address: {ADDRESS}, topics: all, pace: daily, at: "07:30"}}
"""
LETTER = (
    "Practices must order flu vaccine by {day} December 2020. "
    "Practices can give the flu vaccine to people aged 50 to 64."
)
JABS, HENS = "Flu jabs for everyone over 50 from 1 December", "Bird flu: flu vaccine for hens"
RECALL = "Practices must return flu vaccine batch {number} by {day} December 2020."


class PressStandIn:
    """A newspaper: the jabs on Friday, and birds."""

    host = "press.example"

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        """Its list, or 404."""
        items = [
            {"id": 1, "at": "2020-11-18T08:00:00Z", "title": "About this list", "text": "<p>About.</p>"},
            {
                "id": 2,
                "at": MORNING.isoformat(),
                "title": "Flu jabs for everyone over 50 from 1 December",
                "text": "<p>Free.</p>",
            },
            {"id": 3, "at": MORNING.isoformat(), "title": "Bird flu: flu vaccine for hens", "text": "<p>Hens.</p>"},
        ]
        return _list(items, now) if target.startswith("/list") else StandInAnswer(404)

    def targets(self, _now: datetime) -> Iterator[str]:
        """What can be asked."""
        yield "/list"


class BoardStandIn:
    """An official body: its letter of Friday, whose date moves on Monday; `further` letters come with it."""

    host = "board.example"

    def __init__(self, further: int = 0) -> None:
        self.further = further

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        """Its list, or 404."""
        day = 18 if now >= MOVED else 11
        items = [
            {"id": 0, "at": "2020-11-18T08:00:00Z", "title": "About these letters", "text": "<p>About.</p>"},
            {
                "id": 1,
                "at": EVENING.isoformat(),
                "title": "Flu vaccine for people aged 50 to 64 from 1 December: order stock",
                "text": f"<p>{LETTER.format(day=day)}</p>",
            },
            *(
                {
                    "id": number,
                    "at": EVENING.isoformat(),
                    "title": f"Flu vaccine batch {number} recalled in region {number}",
                    "text": f"<p>{RECALL.format(number=number, day=number % 27 + 1)}</p>",
                }
                for number in range(10, 10 + self.further)
            ),
        ]
        return _list(items, now) if target.startswith("/list") else StandInAnswer(404)

    def targets(self, _now: datetime) -> Iterator[str]:
        """What can be asked."""
        yield "/list"


def _list(items: list[dict[str, object]], now: datetime) -> StandInAnswer:
    shown = [item for item in items if datetime.fromisoformat(str(item["at"])) <= now]
    return as_json({"items": json.loads(json.dumps(shown))})


@asynccontextmanager
async def flu_week(folder: Path, database_url: str, further: int = 0) -> AsyncIterator[Runtime]:
    """A Runtime whose database holds the week; with `further` letters of Friday evening."""
    write_config(folder / "config", SOURCES, READERS, TOPICS)
    environment = {
        "WATCHER_SECRET": SECRET,
        "WATCHER_MAIL_FROM": "watcher@watcher.example",
        "WATCHER_SMTP_URL": "smtp://127.0.0.1:9",
    }
    async with desk(folder / "config", environment, database_url, BEFORE) as opened:
        for moment in (BEFORE, MORNING, EVENING, MOVED):
            web = StandInWeb([PressStandIn(), BoardStandIn(further)], moment)
            await poll_all(replace(opened, fetcher=web), moment)  # type: ignore[arg-type]
        yield opened


@asynccontextmanager
async def open_pages(
    opened: Runtime, now: Callable[[], datetime] = lambda: NOW, **settings: object
) -> AsyncIterator[tuple[httpx.AsyncClient, PublicSite]]:
    """A client of the pages over a Runtime's database, as of `now`."""
    chosen = {"address": ("127.0.0.1", 8080), "public_url": PUBLIC_URL, "secret": SECRET, **settings}
    with ThreadPoolExecutor(2) as threads:
        site = PublicSite(
            database=opened.database,
            configuration=lambda: opened.configuration,
            clock=now,
            threads=threads,
            settings=WebSettings(**chosen),  # type: ignore[arg-type]
        )
        transport = httpx.ASGITransport(app=build_pages(site), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
            yield client, site


def play(folder: Path, database_url: str, *paths: str, further: int = 0, **settings: object) -> list[httpx.Response]:
    """The answers to GETs of `paths`, one after the other, over the week."""

    async def ask() -> list[httpx.Response]:
        async with flu_week(folder, database_url, further) as opened, open_pages(opened, **settings) as (client, _):  # type: ignore[arg-type]
            return [await client.get(path) for path in paths]

    return asyncio.run(ask())
