"""A day on which a page is redesigned whose list has no selectors: what is new is told, what was there is not."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.stand_ins.answer import StandInAnswer
from tests.support.stand_in_web import StandInWeb
from tests.support.world import TOPICS, desk, poll_all, write_config
from watcher import store
from watcher.model import Reason
from watcher.runtime import Runtime

MORNING = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
NOON = MORNING + timedelta(hours=3)
SOURCES = """
sources:
  - {id: letters, name: Letters, publisher: The Board, trust: official, kind: listing, every: 10m,
     url: "https://www.board.example/letters/"}
"""
READERS = "subscribers: [{id: desk, via: console, address: screen, admin: true}]"
OLD = ["Flu vaccination of carers", "Flu vaccination of children", "Flu vaccination claims", "Flu vaccination stock"]
LATE = ["Flu vaccination of new starters", "Flu vaccination in care homes"]


@dataclass(frozen=True)
class RedesignedSite:
    """A page of letters as a plain list, and from noon on as cards with two more, at `path`."""

    path: str
    old: Sequence[str] = tuple(OLD)
    host: str = "www.board.example"

    def answer(self, _target: str, now: datetime) -> StandInAnswer:
        days = {title: date(2026, 11, 24 - number) for number, title in enumerate(self.old)}
        if now < NOON:
            lines = (
                f"<li><a href='/letters/{number}'>{title}</a> <span>{day:%d %B %Y}</span></li>"
                for number, (title, day) in enumerate(days.items())
            )
            shown = f"<ul>{''.join(lines)}</ul>"
        else:
            numbered = [*((f"late-{number}", title) for number, title in enumerate(LATE)), *enumerate(self.old)]
            cards = (
                f"<div class='card'><h3><a href='{self.path}/{number}'>{title}</a></h3>"
                f"<p>{days.get(title, date(2026, 11, 26)):%d/%m/%Y}</p></div>"
                for number, title in numbered
            )
            shown = f"<section>{''.join(cards)}</section>"
        return StandInAnswer(200, f"<html><title>Letters</title><main><h1>Letters</h1>{shown}</main></html>".encode())

    def targets(self, _now: datetime) -> Iterator[str]:
        return iter(["/letters/"])


@dataclass(frozen=True)
class FlippingSite(RedesignedSite):
    """A page that is shown as a list in even hours and as cards in odd ones, and that fails from 14:00 to 15:59."""

    def answer(self, target: str, now: datetime) -> StandInAnswer:
        if now.hour in {14, 15}:
            return StandInAnswer(503)
        return super().answer(target, MORNING if now.hour % 2 == 0 else NOON)


@asynccontextmanager
async def opened_desk(folder: Path, web: StandInWeb) -> AsyncIterator[Runtime]:
    written = write_config(folder / "config", SOURCES, READERS, TOPICS)
    async with desk(written, {}, f"sqlite:///{folder}/w.db", MORNING) as opened:
        yield replace(opened, fetcher=web)  # type: ignore[arg-type]


def told_since(runtime: Runtime, moment: datetime) -> tuple[list[str], list[str]]:
    """The headlines of the Alerts since then, and the notes for admins."""
    with runtime.database.begin() as tx:
        alerts = store.alerts.since(tx, moment)
        titles = {item.id: item.title for item in store.items.since(tx, datetime.min.replace(tzinfo=UTC))}
    headlines = sorted(titles[alert.item] for alert in alerts if alert.reason is not Reason.NEEDS_ADMIN)
    return headlines, [alert.note for alert in alerts if alert.reason is Reason.NEEDS_ADMIN]


@pytest.mark.parametrize("path", ["/letters", "/en/updates"], ids=["same addresses", "other addresses"])
@pytest.mark.parametrize("count", [2, 4])
def test_what_a_redesign_adds_is_told_and_what_was_there_is_not(tmp_path: Path, path: str, count: int) -> None:
    async def day() -> None:
        web = StandInWeb([RedesignedSite(path, tuple(OLD[:count]))], MORNING)
        async with opened_desk(tmp_path, web) as runtime:
            (first,) = await poll_all(runtime, MORNING)
            assert (first.outcome, first.fresh) == ("read", count), first.why
            web.now = NOON
            (redesigned,) = await poll_all(runtime, NOON)
            assert (redesigned.outcome, redesigned.fresh) == ("read", len(LATE))
            headlines, notes = told_since(runtime, NOON)
            assert headlines == sorted(LATE)
            (note,) = notes
            assert "the page was redesigned: its rows are now read by" in note
            for hours in (1, 2, 3):
                web.now = NOON + timedelta(hours=hours)
                (again,) = await poll_all(runtime, web.now)
                assert (again.outcome, again.fresh) in {("read", 0), ("unchanged", 0)}
            assert told_since(runtime, NOON + timedelta(minutes=1)) == ([], [])

    asyncio.run(day())


def test_a_site_that_shows_now_one_build_and_now_another_is_told_once(tmp_path: Path) -> None:
    async def day() -> None:
        begin = MORNING - timedelta(hours=1)
        web = StandInWeb([FlippingSite("/letters")], begin)
        async with opened_desk(tmp_path, web) as runtime:
            outcomes = []
            for hours in range(12):
                web.now = begin + timedelta(hours=hours)
                (polled,) = await poll_all(runtime, web.now)
                outcomes.append((polled.outcome, polled.fresh))
            assert outcomes == [
                ("read", 4),
                ("read", len(LATE)),
                *[("read", 0)] * 4,
                *[("failed", 0)] * 2,
                *[("read", 0)] * 4,
            ]
            headlines, notes = told_since(runtime, begin + timedelta(minutes=1))
            assert headlines == sorted(LATE)
            (note,) = notes
            assert "the page was redesigned: its rows are now read by" in note

    asyncio.run(day())
