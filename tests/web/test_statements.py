"""How many statements each page asks of the database: few, and the same however many announcements there are."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.flu_week import MORNING, NOW, flu_week, open_pages
from watcher import store
from watcher.reports.digest_context import SharedReading

# With the Stories in memory, as they are after the first page that shows them: else three more, for all of them.
# The news and the page of a Story read what a message does, each kind of rows at once: Alerts, Stories, texts, dates,
# versions; the news besides what was left out, and what is ahead. Joined, they would be a statement that nobody reads.
STATEMENTS = {
    "/": 13,
    "/?topic=flu": 13,
    "/since?day=2020-11-20": 13,
    "/stories/STORY": 8,
    "/feeds/all.atom": 9,
    "/feeds/flu/official.json": 9,
    "/topics/flu": 5,
    "/why?q=https://press.example/news/2": 4,
    "/dates": 3,
    "/dates?show=all&topic=flu": 3,
    "/dates?view=month&month=2020-12": 3,
    "/search?q=flu": 3,
    "/feeds/all.ics": 2,
    "/today/left-out?day=2020-11-20": 2,
    "/stories?topic=flu": 2,
    "/scoreboard": 1,
    "/scoreboard/2020-11.svg": 1,
    "/sources": 1,
    "/topics": 0,
    "/feeds": 0,
    "/about": 0,
    "/api": 0,
}


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[str]]:
    """The statements that are run in the block, without those that begin a transaction or set how it is planned."""
    asked: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not re.match("BEGIN|SET ", statement):
            asked.append(statement)

    sa.event.listen(engine, "before_cursor_execute", hear)
    yield asked
    sa.event.remove(engine, "before_cursor_execute", hear)


async def count_statements(folder: Path, database_url: str, further: int) -> Mapping[str, int]:
    """By its path, how many statements each page costs when it is read for the second time, a minute later."""
    moment = [NOW]
    async with (
        flu_week(folder, database_url, further) as opened,
        open_pages(opened, lambda: moment[0]) as (client, site),
    ):
        with opened.database.read() as tx:
            (story,) = [found.id for found in store.stories.active_since(tx, MORNING) if len(found.items) > 1]
        counts = {}
        for path in STATEMENTS:
            for _ in range(2):
                moment[0] += timedelta(minutes=2)
                with statements(site.database._reading) as asked:
                    answer = await client.get(path.replace("STORY", story))
                assert answer.status_code == 200, answer.text
            counts[path] = len(asked)
        return counts


@pytest.mark.parametrize("further", [0, 20])
def test_no_page_costs_more_statements_than_the_table_says(tmp_path: Path, database_url: str, further: int) -> None:
    counts = asyncio.run(count_statements(tmp_path, database_url, further))
    assert {path: count for path, count in counts.items() if count > STATEMENTS[path]} == {}


def test_the_page_counts_what_was_not_told_as_a_digest_does(tmp_path: Path, database_url: str) -> None:
    async def load() -> None:
        async with flu_week(tmp_path, database_url, 3) as opened:
            with opened.database.read() as tx:
                for begin in (MORNING, MORNING - timedelta(days=2), NOW):
                    shared = SharedReading(tx, opened.configuration, (), NOW)
                    shown = shared.context_for_everybody(frozenset(), begin)
                    also_official, unsent = shared._find_unsent(begin)
                    assert (shown.also_official, shown.unsent) == (also_official[:8], unsent)
                    assert shown.more_official == max(len(also_official) - 8, 0)

    asyncio.run(load())
