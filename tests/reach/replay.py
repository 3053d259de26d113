"""The thirty announcements played through the shipped catalogue against stand-ins of their real channels."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.reach.event import Event
from tests.reach.events import EVENTS, all_sites
from tests.support.stand_in_mailbox import StandInMailbox
from tests.support.stand_in_web import StandInWeb
from watcher import config
from watcher.app import open_runtime
from watcher.config.settings import Settings
from watcher.core.language.text import folded_words
from watcher.fetching import sandbox
from watcher.model import Item
from watcher.poll import poll_due
from watcher.sources.mailbox import Mailbox
from watcher.store.database import Database
from watcher.store.items import newest_items

CONFIG = Path(__file__).parents[2] / "config"
WITHIN = timedelta(hours=1)  # the longest `every` of the sources that these announcements stand in


@dataclass(frozen=True, kw_only=True)
class Reached:
    """What of an announcement was seen: the first official word, and the text to act on, each with its source or ""."""

    event: Event
    seen_by: str
    text_by: str


def in_this_process(work: Callable[..., Any], *values: Any) -> Any:
    """In place of the sandbox, which has tests of its own: a child process for each of 600 letters takes minutes."""
    return work(*values)


async def play(event: Event, folder: Path) -> Reached:
    """Look the day before, when the sources prove themselves; then an hour after each word of the announcement."""
    before = event.at - timedelta(days=1)
    web = StandInWeb(all_sites(), before)
    settings = Settings(environment={})
    configuration = config.read_configuration(CONFIG, {})
    hosts = {site.host for site in all_sites()}
    async with open_runtime(
        settings, configuration, f"sqlite:///{folder}/{event.number}.db", lambda: web.now
    ) as opened:
        box = StandInMailbox([event.mail] if event.mail else [], web)
        runtime = replace(opened, fetcher=web, mail=box)  # type: ignore[arg-type]
        sources = configuration.sources.values()
        ids = [source.id for source in sources if isinstance(source, Mailbox) or source.url.split("/")[2] in hosts]
        for now in sorted({before, event.at + WITHIN, event.complete_at + WITHIN}):
            web.now = now
            await asyncio.gather(*await poll_due(runtime, now, only=ids, forced=True))
        items = list(read_items(opened.database, ids))
    seen = next((item.source for item in items if says(item, event.official_words, with_title=True)), "")
    text = next((item.source for item in items if says(item, event.text_words, with_title=False)), "")
    return Reached(event=event, seen_by=seen, text_by=text)


def read_items(database: Database, ids: list[str]) -> Iterator[Item]:
    """All that was stored of these sources."""
    with database.begin() as tx:
        for source in ids:
            yield from newest_items(tx, source, limit=5_000)


def says(item: Item, words: str, *, with_title: bool) -> bool:
    """Whether the words stand in an Item, one after the other, whatever their punctuation."""
    where = f"{item.title} {item.summary} {item.text}" if with_title else item.text
    return " ".join(folded_words(words)) in " ".join(folded_words(where))


def play_all(folder: Path) -> list[Reached]:
    """The thirty, each in a world of its own."""
    with patch.object(sandbox, "run_in_sandbox", in_this_process):
        return [asyncio.run(play(event, folder)) for event in EVENTS]


def table(reached: list[Reached]) -> Iterator[str]:
    """The table of docs/reach.md."""
    yield "| # | Announcement | Date | First official word | Text to act on |"
    yield "| --- | --- | --- | --- | --- |"
    for each in reached:
        event = each.event
        seen = _cell(each.seen_by, event, proven=event.proven_channel)
        text = _cell(each.text_by, event, proven=event.proven_text)
        yield f"| {event.number} | {event.name} | {event.at:%d %b %Y} | {seen} | {text} |"


def _cell(source: str, event: Event, *, proven: bool) -> str:
    if source:
        return f"`{source}`{'' if proven else ' *'}"
    return "by e-mail only" if event.by_mail else "not seen"


def counts(reached: list[Reached]) -> dict[str, int]:
    """How many were seen, of how many the text was read, and how many of these hang on an unproven address."""
    return {
        "seen": sum(bool(each.seen_by) for each in reached),
        "text": sum(bool(each.text_by) for each in reached),
        "seen by an unproven address": sum(bool(each.seen_by) and not each.event.proven_channel for each in reached),
        "text by an unproven address": sum(bool(each.text_by) and not each.event.proven_text for each in reached),
    }
