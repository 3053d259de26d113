"""kill -9 while a report is written down: the official source is pulled forward with it, or after it was read again."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.crash.test_crash import run
from tests.support.faulty import response
from tests.support.world import desk, forget_leases, item, recently, rss, serving, write_config
from watcher import store
from watcher.poll import poll_due
from watcher.store.database import open_database

SOURCES = """
sources:
  - {{id: press, name: BBC News, publisher: BBC, trust: press, kind: feed, url: "{site}/press", every: 1h}}
  - {{id: dhsc, name: DHSC, publisher: DHSC, trust: official, kind: feed, url: "{site}/dhsc", every: 1h}}
"""
PEOPLE = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
ENVIRONMENT = {"WATCHER_ALLOW_PRIVATE": "127.0.0.0/8"}
SOON = timedelta(seconds=66)


def next_look(url: str) -> timedelta:
    """How long until the official source is looked at."""
    opened = open_database(url)
    with opened.begin() as tx:
        found = store.sources.states(tx)["dhsc"].next_poll
    opened.close()
    return found - datetime.now(UTC)


@pytest.mark.parametrize(
    ("point", "pulled"), [("after_items", False), ("before_commit", False), ("after_commit", True)]
)
@pytest.mark.fault(106)
@pytest.mark.promise("P1")
def test_a_report_and_the_pull_are_one_commit(point: str, database_url: str, tmp_path: Path, *, pulled: bool) -> None:
    answers: dict[str, Any] = {"/press": response(rss()), "/dhsc": response(rss())}
    with serving(answers) as (site, _):
        folder = write_config(tmp_path / "config", SOURCES.format(site=site), PEOPLE)

        async def look(only: Sequence[str] = ()) -> None:
            now = datetime.now(UTC)
            async with desk(folder, ENVIRONMENT, database_url, now) as opened:
                forget_leases(opened.database)
                await asyncio.gather(*await poll_due(opened, now, only=only, forced=True))

        asyncio.run(look())
        answers["/press"] = response(rss(item(1, recently())))
        assert run(["poll", "press"], folder, database_url, ENVIRONMENT, point) == -9
        assert (next_look(database_url) < SOON) == pulled
        asyncio.run(look(["press"]))
        assert next_look(database_url) < SOON
