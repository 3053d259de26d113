"""A day of statements in JSON: a text that cannot be read at first, and one that is edited in the list."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.stand_ins.answer import StandInAnswer, as_json
from tests.support.stand_in_web import StandInWeb
from tests.support.world import desk, poll_all, write_config
from watcher import store
from watcher.model import Item
from watcher.runtime import Runtime

NINE = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
SOURCES = """
sources:
  - {id: house, name: House, publisher: House, trust: parliament, kind: json, every: 30m, items: /results,
     url: "https://house.example/api/list", title: /title, published: /made, identity: /id,
     link: "/statements/{/id}", detail: "/api/one/{/id}", detail_text: /text}
  - {id: board, name: Board, publisher: Board, trust: official, kind: json, every: 30m,
     url: "https://house.example/api/notices", title: /title, published: /made, text: /text, link: "/notices/{/id}"}
"""
READERS = "subscribers: [{id: desk, via: console, address: screen, admin: true}]"


class House:
    """A house with an interface, whose single statements cannot be read while it is `busy`."""

    host = "house.example"

    def __init__(self) -> None:
        self.busy, self.day = True, 5
        self.titles = {number: f"Rivers {number}" for number in range(3)}

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        made = f"{now.date()}T00:00:00"
        if target == "/api/list":
            listed = [{"id": number, "title": title, "made": made} for number, title in self.titles.items()]
            return as_json({"results": listed[::-1]})
        if target == "/api/notices":
            text = f"<p>Order flu vaccine by {self.day} December 2026.</p>"
            return as_json([{"id": 1, "title": "Flu vaccine: order now", "made": made, "text": text}])
        if self.busy or not target.startswith("/api/one/"):
            return StandInAnswer(503)
        return as_json({"text": "<p>Practices give the flu vaccine from 1 December 2026.</p>"})

    def targets(self, _now: datetime) -> Iterator[str]:
        yield from ("/api/list", "/api/notices")


def stored(opened: Runtime, source: str) -> list[Item]:
    with opened.database.begin() as tx:
        return list(store.items.newest_items(tx, source, limit=20))


@pytest.mark.promise("P44")
def test_a_text_that_could_not_be_read_is_read_later_and_an_edit_in_the_list_is_seen(tmp_path: Path) -> None:
    house = House()

    async def story() -> None:
        folder = write_config(tmp_path / "config", SOURCES, READERS)
        async with desk(folder, {}, f"sqlite:///{tmp_path}/w.db", NINE) as runtime:
            web = StandInWeb([house], NINE)
            opened = replace(runtime, fetcher=web)  # type: ignore[arg-type]
            await poll_all(opened, NINE)
            house.titles[60] = "Flu vaccination in England"
            for looks, busy in enumerate((True, True, False, False), 1):
                house.busy, house.day = busy, 9 if looks == 4 else 5
                web.now, web.asked = NINE + looks * HALF_HOUR, []
                await poll_all(opened, web.now)
                (statement,) = [item for item in stored(opened, "house") if item.title.startswith("Flu")]
                assert (statement.unread, bool(statement.text), statement.revision) == (busy, not busy, 1), looks
            assert [address for address in web.asked if address.endswith("/60")] == [], "read once"
            assert statement.url == "https://house.example/statements/60"
            (notice,) = stored(opened, "board")
            assert (notice.text, notice.revision) == ("Order flu vaccine by 9 December 2026.", 2)

    asyncio.run(story())
