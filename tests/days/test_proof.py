"""The first day of sources that must prove themselves: some are on, the others say why, and admins hear of it once."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.stand_ins.answer import StandInAnswer, StandInSite
from tests.stand_ins.nhs_england import main_site
from tests.stand_ins.wordpress_posts import SavedPost
from tests.support.stand_in_web import StandInWeb
from tests.support.world import TOPICS, desk, poll_all, write_config
from watcher import store
from watcher.poll import PollResult
from watcher.reports.source_health import health_report
from watcher.reports.source_list import list_sources, source_lines
from watcher.runtime import Runtime

MORNING = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SOURCES = """
sources:
  - {id: news, name: NHS England news, publisher: NHS England, trust: official, kind: feed, every: 10m, enabled: auto,
     url: "https://www.england.nhs.uk/feed/"}
  - {id: alerts, name: Safety alerts, publisher: NHS England, trust: official, kind: feed, every: 10m, enabled: auto,
     url: "https://www.england.nhs.uk/feed/?post_type=psa"}
  - {id: gone, name: Gone, publisher: NHS England, trust: official, kind: feed, every: 10m, enabled: auto,
     url: "https://www.england.nhs.uk/nowhere/feed/"}
  - {id: own, name: Our own, publisher: Practice, trust: official, kind: feed, every: 10m,
     url: "https://www.england.nhs.uk/feed/?post_type=psa2"}
"""
READERS = "subscribers: [{id: desk, via: console, address: screen, admin: true}]"


@asynccontextmanager
async def first_day(folder: Path, *sites: StandInSite) -> AsyncIterator[tuple[Runtime, StandInWeb]]:
    """A product that starts with these sources."""
    web = StandInWeb(sites, MORNING)
    written = write_config(folder / "config", SOURCES, READERS, TOPICS)
    async with desk(written, {}, f"sqlite:///{folder}/w.db", MORNING) as opened:
        yield replace(opened, fetcher=web), web  # type: ignore[arg-type]


def news_site(count: int = 6) -> StandInSite:
    """NHS England's site with news, and with no type `psa`."""
    site = main_site()
    for number in range(count):
        at = MORNING - timedelta(hours=6 + number)
        site.put(f"news-{number}", SavedPost(at, f"Flu vaccination news {number}", f"<p>News {number}.</p>"))
    return site


def outcomes(results: list[PollResult]) -> dict[str, str]:
    return {result.source: result.outcome for result in results}


def admin_notes(runtime: Runtime) -> list[str]:
    with runtime.database.begin() as tx:
        alerts = store.alerts.since(tx, datetime.min.replace(tzinfo=UTC))
    return [alert.note for alert in alerts if not alert.story]


@pytest.mark.promise("P43")
def test_on_the_first_day_each_is_on_or_says_why_not_and_admins_hear_once(tmp_path: Path) -> None:
    async def day() -> None:
        async with first_day(tmp_path, news_site()) as (runtime, web):
            results = outcomes(await poll_all(runtime, MORNING))
            assert results == {"news": "read", "alerts": "not proven", "gone": "not proven", "own": "read"}
            listed = list(source_lines(list_sources(runtime.database, runtime.configuration, MORNING)))
            same = "it gives the same as the general feed of its site; if that is meant, name it in `overlaps`"
            cure = "it is tried again. If this machine is online, look with `watcher try gone` and mend its entry"
            assert listed[1].startswith(f"off  alerts (NHS England, feed): not proven: {same}; ")
            assert listed[2].startswith("off  gone (NHS England, feed): not proven: HTTP 404; ")
            assert cure.split("{", maxsplit=1)[0] in listed[2]
            assert listed[3].startswith("on   own (Practice, feed): ok, read")
            assert "does not look like what its entry says: it gives the same as" in listed[3]
            assert listed[4] == "2 of 4 sources are on"
            (note,) = admin_notes(runtime)
            assert note.startswith("1 of 3 sources proved to be what their entry says and are on. The others stay off")
            report = health_report(runtime.database, runtime.configuration, MORNING)
            assert len(report.unproven) == 3
            web.now = MORNING + DAY
            await poll_all(runtime, MORNING + DAY)
            assert len(admin_notes(runtime)) == 1, "once"

    asyncio.run(day())


@pytest.mark.promise("P43")
def test_nothing_of_what_is_not_proven_is_kept_and_it_is_on_when_it_proves_itself(tmp_path: Path) -> None:
    async def day() -> None:
        site = main_site()
        async with first_day(tmp_path, site) as (runtime, web):
            assert outcomes(await poll_all(runtime, MORNING))["news"] == "not proven"
            for number in range(3):
                at = MORNING + timedelta(hours=number)
                site.put(f"n{number}", SavedPost(at, f"Flu vaccination news {number}", "<p>News.</p>"))
            web.now = MORNING + DAY
            results = {result.source: result for result in await poll_all(runtime, MORNING + DAY)}
            assert (results["news"].outcome, results["news"].fresh) == ("read", 3)

    asyncio.run(day())


@pytest.mark.promise("P43")
def test_a_proven_source_that_answers_with_something_else_is_suspect(tmp_path: Path) -> None:
    async def day() -> None:
        async with first_day(tmp_path, news_site()) as (runtime, web):
            await poll_all(runtime, MORNING)
            other = news_site()
            web.sites = {"www.england.nhs.uk": OtherLinks(other)}
            web.now = MORNING + DAY
            results = {result.source: result for result in await poll_all(runtime, MORNING + DAY)}
            assert results["news"].outcome == "failed"
            assert results["news"].why.startswith(
                "it answers with something else than it did: 6 of 6 items lead elsewhere"
            )

    asyncio.run(day())


class OtherLinks:
    """A site whose items lead to another host."""

    def __init__(self, site: StandInSite) -> None:
        self._site, self.host = site, site.host

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        answer = self._site.answer(target, now)
        elsewhere = answer.body.replace(b"<link>https://www.england.nhs.uk/2", b"<link>https://casino.example/2")
        return replace(answer, body=elsewhere)

    def targets(self, now: datetime) -> Iterator[str]:
        return self._site.targets(now)


LISTED = """
sources:
  - {id: page, name: Letters, publisher: NHS England, trust: official, kind: listing, every: 10m, enabled: auto,
     url: "https://www.england.nhs.uk/list/", item: "main article", title: h2, link: "h2 a", date: time}
"""


class Redesigned:
    """A page of letters whose list can be read from the second day on."""

    host = "www.england.nhs.uk"

    def answer(self, _target: str, now: datetime) -> StandInAnswer:
        letters = [
            f"<article><h2><a href='/letter/{number}/'>Flu vaccination letter {number}</a></h2>"
            f"<time datetime='2026-11-2{number}'>2{number} November 2026</time></article>"
            for number in range(1, 6)
        ]
        shown = (
            "".join(letters)
            if now >= MORNING + DAY
            else "<p>Letters on flu vaccination, by date and by number.</p>" * 3
        )
        return StandInAnswer(200, f"<html><title>Letters</title><main><h1>Letters</h1>{shown}</main></html>".encode())

    def targets(self, _now: datetime) -> Iterator[str]:
        return iter(["/list/"])


def test_a_list_that_can_be_read_at_last_is_a_baseline_and_no_flood(tmp_path: Path) -> None:
    async def day() -> None:
        web = StandInWeb([Redesigned()], MORNING)
        written = write_config(tmp_path / "config", LISTED, READERS, TOPICS)
        async with desk(written, {}, f"sqlite:///{tmp_path}/w.db", MORNING) as opened:
            runtime = replace(opened, fetcher=web)  # type: ignore[arg-type]
            (first,) = await poll_all(runtime, MORNING)
            assert (first.outcome, first.fresh) == ("read", 1)
            (line, _) = source_lines(list_sources(runtime.database, runtime.configuration, MORNING))
            assert line.endswith("its list cannot be read, so its page is watched instead; correct its selectors")
            web.now = MORNING + DAY
            (second,) = await poll_all(runtime, web.now)
            assert (second.outcome, second.fresh, second.alerts) == ("read", 5, 1), "the newest of two days alone"

    asyncio.run(day())
