"""The two loops of `watcher run`: what they say when the database cannot be used for a while."""

import asyncio
import gc
import weakref
from collections.abc import MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from tests.support.faulty import response
from tests.support.world import SOURCE, desk, item, recently, rss, serving, write_config
from watcher import scheduler
from watcher.config import read_configuration
from watcher.runtime import set_aside_what_stays
from watcher.scheduler import Loops

PATIENCE = 30
ITEMS = 30
PEOPLE = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"


def test_a_database_that_cannot_be_written_is_said_once_in_words_and_all_is_read_when_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "POLL_SECONDS", 1)
    feed = rss(*[item(number, recently(), f"Notice {number}: {'flu vaccine ' * 400}") for number in range(ITEMS)])
    lines: list[dict[str, Any]] = []
    failures, is_over = asyncio.Queue[None](), asyncio.Event()
    is_read_only = [True]

    def hear(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        lines.append(dict(line))
        if line["event"] == "the database can be used again":
            is_over.set()
        raise structlog.DropEvent

    def forbid_writing(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute(f"PRAGMA query_only={is_read_only[0]:d}")

    async def story() -> None:
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), PEOPLE)
        async with desk(folder, {}, f"sqlite:///{tmp_path / 'w.db'}", datetime.now(UTC)) as opened:
            sa.event.listen(opened.database.engine, "checkout", forbid_writing)
            sa.event.listen(opened.database.engine, "handle_error", lambda _context: failures.put_nowait(None))
            loops = Loops(opened, lambda: datetime.now(UTC))
            running = asyncio.create_task(loops.until_stopped())
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(failures.get(), failures.get(), failures.get())
                is_read_only[0] = False
                await is_over.wait()
            loops._stop.set()
            await running

    structlog.configure(processors=[hear])
    try:
        with serving({"/feed": response(feed)}) as (site, _):
            asyncio.run(story())
    finally:
        structlog.reset_defaults()
    troubles = [line for line in lines if "database" in line["event"]]
    assert troubles == [
        {
            "event": "the database cannot be used, every second it is tried again",
            "why": "it cannot be written; give its user the right to",
        },
        {"event": "the database can be used again"},
    ]
    assert not any("exc_info" in line for line in lines), "no traceback"
    assert next(line["fresh"] for line in lines if line["event"] == "polled") == ITEMS


def test_an_earlier_configuration_is_let_go_and_what_stays_is_not_looked_through(tmp_path: Path) -> None:
    folder = write_config(tmp_path / "config", SOURCE.format(site="http://news.example"), PEOPLE)
    first, second = read_configuration(folder, {}), read_configuration(folder, {})
    set_aside_what_stays(first)
    assert gc.get_freeze_count() > 0
    gone = weakref.ref(first.index)
    first = second
    set_aside_what_stays(first)
    assert gone() is None
    gc.unfreeze()
