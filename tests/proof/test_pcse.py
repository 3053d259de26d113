"""PCSE, named by those who asked for this: its news on three builds of pages, its demands by e-mail, as shipped."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.stand_ins.answer import StandInAnswer
from tests.support.mails import mail
from tests.support.stand_in_mailbox import StandInMailbox
from tests.support.stand_in_web import StandInWeb
from watcher import config, store
from watcher.app import open_runtime
from watcher.config.settings import Settings
from watcher.poll import poll_due

CONFIG, PAGES = Path(__file__).parents[2] / "config", Path(__file__).parents[1] / "rows"
HOST = "pcse.england.nhs.uk"


class SavedPage:
    """PCSE's site, of which only the news are there, as one page of tests/rows has them."""

    host = HOST

    def __init__(self, page: str, base: str) -> None:
        self.page = page.replace(base.split("/")[2], HOST)

    def answer(self, target: str, _now: datetime) -> StandInAnswer:
        return StandInAnswer(200, self.page.encode()) if target == "/news/" else StandInAnswer(404)

    def targets(self, _now: datetime) -> Iterator[str]:
        yield "/news/"


@pytest.mark.promise("P43")
@pytest.mark.parametrize("build", ["pcse-1", "pcse-2", "pcse-3"])
def test_its_news_are_read_from_any_build_and_its_mails_from_the_mailbox_both_on_by_proof(
    build: str, tmp_path: Path
) -> None:
    facts = json.loads((PAGES / f"{build}.json").read_text(encoding="utf-8"))
    today = date.fromisoformat(facts["today"])
    now = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
    site = SavedPage((PAGES / f"{build}.html").read_text(encoding="utf-8"), facts["base"])
    demand = mail(now - timedelta(hours=1), f"updates@{HOST}", "Leavers: list within 48 hours", "<p>Send the list.</p>")

    async def first_look() -> None:
        web = StandInWeb([site], now)
        configuration = config.read_configuration(CONFIG, {})
        async with open_runtime(
            Settings(environment={}), configuration, f"sqlite:///{tmp_path}/w.db", lambda: now
        ) as opened:
            runtime = replace(opened, fetcher=web, mail=StandInMailbox([demand], web))  # type: ignore[arg-type]
            ids = ["pcse-news", "pcse-mail"]
            results = await asyncio.gather(*await poll_due(runtime, now, only=ids, forced=True))
            assert {result.source: result.outcome for result in results} == dict.fromkeys(ids, "read"), results
            with opened.database.begin() as tx:
                news = [item.title for item in store.items.newest_items(tx, "pcse-news")]
                mails = [item.title for item in store.items.newest_items(tx, "pcse-mail")]
        expected = [listed.get("titles") or [listed["title"]] for listed in facts["rows"]]
        assert all(any(title in news for title in titles) for titles in expected), news
        assert mails == ["Leavers: list within 48 hours"]

    asyncio.run(first_look())
