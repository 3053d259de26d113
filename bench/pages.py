"""Pages: the CPU of each at 50,000 Items, on SQLite and PostgreSQL, and how long one takes while 1,000 feeds are read.

.venv/bin/python -m bench.pages [ITEMS]

The year of bench/history.py with its Stories; the MAX_ALERTS that moved last have an Alert each, and every fourth of
them a date, which makes one date a day. `read`: the CPU milliseconds of a page whose report is read anew; `kept`: of
one that was asked for within the minute. Both are medians of ROUNDS in this process, with what makes the request; on
PostgreSQL without the server's process. The last table has the wall-clock times of pages that are asked for one after
the other, each read anew, while FEEDS feeds are polled: in the process and the loop that polls, as `watcher run` serves
them, and in a process of its own, as `watcher web` does. The feeds are polled for the first time, and later, when every
20th has something new.
"""

import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median, quantiles

import httpx
import structlog

from bench.history import now_utc, write_year
from bench.readers.__main__ import prepare_watcher
from bench.readers.site import open_site
from bench.replicas import databases
from watcher import store
from watcher.app import open_runtime
from watcher.config import Configuration, read_configuration
from watcher.config.settings import read_settings
from watcher.model import (
    Alert,
    DateState,
    DateStateChange,
    Deadline,
    DeadlineKind,
    LedgerDate,
    Precision,
    Reason,
    Status,
    Story,
    key,
)
from watcher.poll import poll_due
from watcher.runtime import Runtime, set_aside_what_stays
from watcher.store.database import Database, open_database
from watcher.web.app import build_pages
from watcher.web.site import PublicSite, WebSettings

ITEMS, ROUNDS, FEEDS = 50_000, 9, 1_000
MAX_ALERTS, ALERTS_FOR_A_DATE = 400, 4
PAUSE_SECONDS, LATER_POLLS = 0.6, 5  # a reader may ask for 120 pages a minute
GOAL_MILLISECONDS = 200
POLL_NAMES = {"304": "the first", "changed": "later ones"}
PATHS = (
    "/",
    "/since?day={day}",
    "/today/left-out?day={day}",
    "/stories",
    "/stories?topic=flu-eligibility&page=20",
    "/stories/{story}",
    "/dates?show=all",
    "/dates?view=month",
    "/topics/flu-eligibility",
    "/sources",
    "/scoreboard",
    "/why?q={item}",
)


def add_alerts_and_dates(database: Database, now: datetime) -> Story:
    """The Stories of last year that moved last have an Alert each, some a date; the one that did so last of all."""
    with database.begin() as tx:
        stories = store.stories.active_since(tx, now - timedelta(days=90))[:MAX_ALERTS]
        alerts = [
            Alert(
                reason=Reason.FIRST_HEARD,
                at=story.last_item_at,
                story=story.id,
                item=story.items[0].item,
                revision=1,
                status=Status.REPORTED,
                topics=story.topics,
            )
            for story in stories
        ]
        store.alerts.save(tx, alerts)
        store.deadlines.save(
            tx, [make_date(story, number, now) for number, story in enumerate(stories[::ALERTS_FOR_A_DATE])]
        )
    return stories[0]


def make_date(story: Story, number: int, now: datetime) -> LedgerDate:
    """A date of a Story, some weeks before or after `now`."""
    day = (now + timedelta(days=number % 100 - 30)).date()
    sentence = f"Practices must return the form by {day:%d %B %Y}."
    deadline = Deadline(kind=DeadlineKind.DEADLINE, at=day, precision=Precision.DAY, words=str(day), sentence=sentence)
    name = key("date", story.id)
    return LedgerDate(
        id=name,
        story=story.id,
        item=story.items[0].item,
        deadline=deadline,
        stated_at=story.last_item_at,
        state_changes=(DateStateChange(state=DateState.OPEN, item=story.items[0].item, at=story.last_item_at),),
        official=True,
        series_id=name,
    )


@asynccontextmanager
async def open_pages(
    database: Database, configuration: Configuration, clock: Callable[[], datetime]
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the pages, in this process."""
    settings = WebSettings(address=("127.0.0.1", 8080), public_url="http://127.0.0.1:8080")
    with ThreadPoolExecutor(4) as threads:
        site = PublicSite(
            database=database, configuration=lambda: configuration, clock=clock, threads=threads, settings=settings
        )
        transport = httpx.ASGITransport(app=build_pages(site), client=("10.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
            yield client


async def measure(database: Database, configuration: Configuration, story: Story, now: datetime) -> None:
    """Print a line for each page: CPU milliseconds read anew, and kept."""
    moment = [now]
    names = {"day": (now - timedelta(days=2)).date(), "story": story.id, "item": story.items[0].item}
    for path in PATHS:
        async with open_pages(database, configuration, lambda: moment[0]) as client:
            costs = []
            for _ in range(ROUNDS):
                moment[0] += timedelta(minutes=2)
                costs.append([await ask(client, path.format(**names)) for _ in range(2)])
        read, kept = (median(cost[number] for cost in costs) for number in (0, 1))
        print(f"| {path} | {costs[0][0]:.1f} | {read:.1f} | {kept:.1f} |", flush=True)


async def ask(client: httpx.AsyncClient, path: str) -> float:
    """The CPU milliseconds of one page in this process."""
    begun = time.process_time()
    answered = await client.get(path)
    answered.raise_for_status()
    return (time.process_time() - begun) * 1_000


class Visitor:
    """Asks for one page after the other, two minutes apart by the clock of the pages, so that each is read anew."""

    def __init__(self, database: Database, configuration: Configuration) -> None:
        self._database, self._configuration, self._moment, self._asked = database, configuration, now_utc(), 0

    async def visit(self, client: httpx.AsyncClient) -> float:
        """The wall-clock milliseconds that the next page takes."""
        self._moment += timedelta(minutes=2)
        self._asked += 1
        begun = time.perf_counter()
        answered = await client.get("/stories" if self._asked % 2 else "/")
        answered.raise_for_status()
        return (time.perf_counter() - begun) * 1_000

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        """To ask with."""
        async with open_pages(self._database, self._configuration, lambda: self._moment) as client:
            yield client


def visit_beside(line: Connection, folder: Path, url: str) -> None:
    """In a process of its own: a page for each word on `line`, answered with its milliseconds."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())

    async def visit_when_asked() -> None:
        configuration, database = read_configuration(folder / "config", {}), open_database(url)
        visitor = Visitor(database, configuration)
        async with visitor.client() as client:
            while line.recv():
                line.send(await visitor.visit(client))

    asyncio.run(visit_when_asked())


async def ask_during_polls(folder: Path) -> None:
    """Print how long pages take while FEEDS feeds are polled, first and later."""
    with open_site(FEEDS) as (site, line):
        prepare_watcher(folder, [f"{site}/feed/{number}" for number in range(FEEDS)], Path())
        configuration = read_configuration(folder / "config", {})
        settings = read_settings({"WATCHER_ALLOW_PRIVATE": "127.0.0.0/8", "WATCHER_SECRET": "x" * 40})
        url = f"sqlite:///{folder / 'run.db'}"
        async with open_runtime(settings, configuration, url, now_utc) as runtime:
            visitor = Visitor(runtime.database, configuration)
            here, there = multiprocessing.get_context("spawn").Pipe()
            beside = multiprocessing.get_context("spawn").Process(
                target=visit_beside, args=(there, folder, url), daemon=True
            )
            beside.start()
            set_aside_what_stays(configuration)

            async def visit_other_process() -> float:
                here.send("next")
                milliseconds: float = await asyncio.to_thread(here.recv)
                return milliseconds

            print(
                "\n| served | poll | pages | median, ms | within 200 ms | 95 % | longest |"
                "\n| --- | --- | ---: | ---: | ---: | ---: | ---: |"
            )
            async with visitor.client() as client:
                in_loop = partial(visitor.visit, client)
                rounds: list[tuple[str, str, Callable[[], Awaitable[float]]]] = [("in `run`", "304", in_loop)]
                rounds += [("in `run`", "changed", in_loop), ("in `web`", "changed", visit_other_process)] * LATER_POLLS
                visits: dict[tuple[str, str], list[float]] = {}
                for number, (served, name, visit) in enumerate(rounds):
                    line.send(name)
                    line.recv()
                    took = await visit_during_poll(runtime, now_utc() + timedelta(hours=2 * number), visit)
                    visits.setdefault((served, name), []).extend(took)
                for (served, name), took in visits.items():
                    print_visits(served, name, took)
            here.send("")
            beside.join()


async def visit_during_poll(runtime: Runtime, now: datetime, visit: Callable[[], Awaitable[float]]) -> list[float]:
    """Poll all feeds as of `now` (UTC), and ask for pages until that is done: the milliseconds that each took."""
    took: list[float] = []
    polls = asyncio.gather(*await poll_due(runtime, now))
    while not polls.done():
        took.append(await visit())
        await asyncio.sleep(PAUSE_SECONDS)
    await polls
    return took


def print_visits(served: str, name: str, took: list[float]) -> None:
    """Print a line of the table: how many pages were asked for during such polls, and how long they took."""
    within = f"{sum(milliseconds <= GOAL_MILLISECONDS for milliseconds in took) / len(took):.0%}"
    longest = f"{quantiles(took, n=20, method='inclusive')[-1]:.0f} | {max(took):.0f}"
    print(f"| {served} | {POLL_NAMES[name]} | {len(took)} | {median(took):.0f} | {within} | {longest} |", flush=True)


def main() -> None:
    """Print the tables."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    now = now_utc()
    configuration = read_configuration(Path("config"), {})
    with tempfile.TemporaryDirectory(prefix="watcher-pages-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with databases(folder) as new:
            for engine in ("sqlite", "postgresql"):
                database = open_database(new(engine))
                write_year(database, items, now)
                story = add_alerts_and_dates(database, now)
                print(f"\n{engine}, {items} items\n| page | first, ms of CPU | read | kept |")
                print("| --- | ---: | ---: | ---: |")
                asyncio.run(measure(database, configuration, story, now))
                database.close()
        asyncio.run(ask_during_polls(folder))


if __name__ == "__main__":
    main()
