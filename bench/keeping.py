"""Keeping what Items were read from: bytes a day, and the CPU of `decide_and_save` with it and without.

.venv/bin/python -m bench.keeping

The day is made up: the shipped sources that are on, each with a list of 40 items of 120 invented words (some 30 kB);
600 new items in all, of which 40 are about flu, each in a look of its own; 6 of them with an own page of 80 kB; 20 of
the 40 are edited once. The words come as often as in a language, so that they shrink by compression as texts do.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import sqlalchemy as sa

from watcher import config, poll, store
from watcher.app import open_runtime
from watcher.config.settings import Settings
from watcher.model import Item, ParseResult, Precision, Published, Response, SourceState
from watcher.runtime import Runtime

BEGIN = datetime(2026, 10, 20, tzinfo=UTC)
CONFIG = Path(__file__).parents[1] / "config"
LISTED, WORDS, PAGE_WORDS, FRESH, ABOUT, OWN, EDITED = 40, 120, 9_000, 600, 40, 6, 20
ENVIRONMENT = {"SLACK_BOT_TOKEN": "none", "WATCHER_SMTP_URL": "smtp://relay.example"}
Look = tuple[str, ParseResult, datetime]


def prose(rng: random.Random) -> Callable[[int], str]:
    """Texts of invented words."""
    letters = "etaoinshrdlucmfwypvbgk"
    vocabulary = ["".join(rng.choices(letters, k=rng.randint(2, 10))) for _ in range(8_000)]
    weights = [1 / rank for rank in range(1, len(vocabulary) + 1)]
    return lambda count: " ".join(rng.choices(vocabulary, weights, k=count))


def day(names: list[str]) -> Iterator[Look]:
    """The looks of one day that bring something, in order."""
    rng = random.Random(7)
    words = prose(rng)
    lists = {name: [words(WORDS) for _ in range(LISTED)] for name in names}
    about = set(rng.sample(range(FRESH), ABOUT))
    for number in range(FRESH):
        name, now = names[number % len(names)], BEGIN + timedelta(seconds=120 * number)
        flu = "Flu vaccination programme: who is eligible for a flu jab this winter, letter"
        title = f"{flu if number in about else words(4)} {number} {words(4)}"
        lists[name] = [f"{title} {words(WORDS)}", *lists[name][1:]]
        page = words(PAGE_WORDS) if number in own(about) else ""
        yield name, reading(name, number, title, lists[name], now, page), now
        if number in sorted(about)[:EDITED]:
            lists[name][0] = lists[name][0].replace("winter", "autumn")
            changed = title.replace("winter", "autumn")
            later = now + timedelta(seconds=60)
            yield name, reading(name, number, changed, lists[name], later), later


def own(about: set[int]) -> set[int]:
    """The items whose own page is read."""
    return set(sorted(about)[-OWN:])


def reading(name: str, number: int, title: str, listed: list[str], now: datetime, own: str = "") -> ParseResult:
    """One look that brings one item."""
    item = Item(
        source=name,
        identity=f"{name}.example/{number}",
        url=f"https://{name}.example/{number}",
        title=title,
        text=own,
        published=Published(at=now, day=now.date(), precision=Precision.SECOND, literal=str(now)),
    )
    feed = "".join(f"<item><guid>{at}</guid><description>{each}</description></item>" for at, each in enumerate(listed))
    page = Response(url=f"https://{name}.example/feed", body=feed.encode(), fetched_at=now, headers={"etag": '"x"'})
    pages = {item.identity: replace(page, url=item.url, body=f"<html>{own}</html>".encode())} if own else {}
    return ParseResult(items=(item,), responses=(page,), item_pages=pages)


def remembered(desk: Runtime, looks: list[Look]) -> float:
    """CPU seconds for all looks."""
    spent = 0.0
    for name, found, now in looks:
        with desk.database.begin() as tx:
            store.sources.claim(tx, [name], "lease", now, forced=True)
        state = SourceState(source=name, next_poll=now, last_success=now - timedelta(minutes=5), first_success=BEGIN)
        begun = time.process_time()
        poll.decide_and_save(desk, desk.configuration.sources[name], state, "lease", found, now)
        spent += time.process_time() - begun
    return spent


async def main() -> None:
    """Print the figures."""
    checked = config.read_configuration(CONFIG, ENVIRONMENT)
    names = [source.id for source in checked.sources.values() if source.enabled]
    looks = list(day(names))
    for kept in (False, True, False, True):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "w.db"
            known = Settings(environment=ENVIRONMENT)
            async with open_runtime(known, checked, f"sqlite:///{file}", lambda: BEGIN) as desk:
                with patch.object(store.origins, "save", store.origins.save if kept else lambda *_: None):
                    spent = remembered(desk, looks)
                with desk.database.begin() as tx:
                    count, size, packed = tx.execute(
                        sa.text("SELECT count(*), coalesce(sum(size), 0), coalesce(sum(length(body)), 0) FROM bodies")
                    ).one()
            what = "kept" if kept else "not kept"
            print(f"{what}: {1000 * spent / len(looks):.2f} ms CPU for each of {len(looks)} looks that bring something")
            megabytes = [f"{each / 1e6:.2f} MB" for each in (size, packed, file.stat().st_size)]
            print(f"  {count} bodies, {megabytes[0]} as {megabytes[1]}; file {megabytes[2]}")


if __name__ == "__main__":
    asyncio.run(main())
