"""Mornings on which the press is first: the official sources are looked at more often, until they have spoken."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.faulty import Asked, response
from tests.support.world import deliver_all, desk, item, rss, serving, write_config
from watcher import store
from watcher.core.delivery.schedule import with_jitter
from watcher.core.watching.fast_polling import REFUSALS
from watcher.deliver import deliver_due
from watcher.model import ParseResult, Status
from watcher.poll import PollResult, decide_and_save, poll_due
from watcher.reports.source_health import health_report
from watcher.runtime import Runtime

BEFORE, TOLD = datetime(2020, 11, 20, 7, 40, tzinfo=UTC), datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TITLE = "Flu jabs for everyone aged fifty from December"
PEOPLE = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
TOPICS = """
topics:
  - {id: flu, name: Flu, any: ["flu jab"]}
  - {id: pay, name: Pay, any: ["pay rise"]}
"""
SOURCES = """
sources:
  - {{id: press, name: BBC News, publisher: BBC, trust: press, kind: feed, url: "{site}/press", every: 5m}}
  - {{id: dhsc, name: DHSC, publisher: DHSC, trust: official, kind: feed, url: "{site}/dhsc", every: 10m}}
  - {{id: pcse, name: PCSE, publisher: PCSE, trust: official, kind: feed, url: "{site}/pcse", every: 10m,
     topics: [pay]}}
"""
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
Morning = Callable[[Runtime, dict[str, Any], Asked], Awaitable[None]]
Spend = Callable[..., None]


@pytest.fixture
def spend(database_url: str, tmp_path: Path) -> Spend:
    """Spend a morning with an open Runtime: at 07:40 nothing has happened, and all three sources were looked at."""

    def spend(morning: Morning, sources: str = SOURCES, **first: bytes) -> None:
        answers: dict[str, Any] = {f"/{name}": response(rss()) for name in ("press", "dhsc", "pcse")}
        answers |= {f"/{name}": answer for name, answer in first.items()}

        async def begin(config: Path, asked: Asked) -> None:
            async with desk(config, {}, database_url, BEFORE) as opened:
                await asyncio.gather(*await poll_due(opened, BEFORE))
                await morning(opened, answers, asked)

        with serving(answers) as (site, asked):
            asyncio.run(begin(write_config(tmp_path / "config", sources.format(site=site), PEOPLE, TOPICS), asked))

    return spend


async def look(opened: Runtime, source: str, now: datetime) -> PollResult:
    (polled,) = await asyncio.gather(*await poll_due(opened, now, only=[source], forced=True))
    return polled


async def reported(opened: Runtime, answers: dict[str, Any], now: datetime = TOLD, title: str = TITLE) -> None:
    """The press has it."""
    answers["/press"] = response(rss(item((now - BEFORE) // MINUTE, now, title)))
    assert (await look(opened, "press", now)).alerts == 1


def waits(opened: Runtime, now: datetime) -> dict[str, timedelta]:
    """How long until the next look at each source."""
    with opened.database.begin() as tx:
        return {name: state.next_poll - now for name, state in sorted(store.sources.states(tx).items())}


def wait(opened: Runtime, now: datetime, source: str = "dhsc") -> timedelta:
    return waits(opened, now)[source]


def usual(source: str, every: timedelta = 10 * MINUTE) -> timedelta:
    return with_jitter(source, every)


def test_a_press_report_pulls_the_official_source_of_its_topic_from_ten_minutes_to_one(spend: Spend) -> None:
    async def morning(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        assert waits(opened, BEFORE) == {
            "dhsc": usual("dhsc"),
            "pcse": usual("pcse"),
            "press": usual("press", HOUR / 12),
        }
        await reported(opened, answers)
        assert waits(opened, TOLD) == {
            "dhsc": usual("dhsc", MINUTE),
            "pcse": usual("pcse") - MINUTE,
            "press": usual("press", 5 * MINUTE),
        }
        for age, pace in ((MINUTE, 1), (29 * MINUTE, 1), (HOUR, 2), (4 * HOUR, 8), (6 * HOUR, 10), (DAY - SECOND, 10)):
            assert (await look(opened, "dhsc", TOLD + age)).outcome in {"read", "unchanged"}
            assert wait(opened, TOLD + age) == usual("dhsc", pace * MINUTE)

    spend(morning)


def test_other_topics_and_sources_that_cannot_confirm_are_not_chased(spend: Spend) -> None:
    async def morning(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        await reported(opened, answers)
        for source, every in (("pcse", 10), ("press", 5)):
            await look(opened, source, TOLD + MINUTE)
            assert wait(opened, TOLD + MINUTE, source) == usual(source, every * MINUTE)
        await reported(opened, answers, TOLD + 2 * MINUTE, "A pay rise for the staff of practices")
        assert wait(opened, TOLD + 2 * MINUTE, "pcse") == usual("pcse", MINUTE)

    spend(morning)


def test_after_its_confirmation_a_story_is_chased_no_more(spend: Spend) -> None:
    async def morning(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        await reported(opened, answers)
        answers["/dhsc"] = response(rss(item(7, TOLD + MINUTE, TITLE)))
        assert (await look(opened, "dhsc", TOLD + MINUTE)).alerts == 1
        assert wait(opened, TOLD + MINUTE) == usual("dhsc")
        await look(opened, "dhsc", TOLD + 11 * MINUTE)
        assert wait(opened, TOLD + 11 * MINUTE) == usual("dhsc")

    spend(morning)


@pytest.mark.parametrize("delivering", [True, False], ids=["with its closing note", "while nothing is handed over"])
def test_after_a_day_a_story_is_chased_no_more(spend: Spend, *, delivering: bool) -> None:
    async def morning(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        await reported(opened, answers)
        after = TOLD + DAY
        if delivering:
            await deliver_all(opened, TOLD)
            assert await deliver_all(opened, after) == [], "the closing note is a line of the next morning's digest"
        for source in ("dhsc", "press"):
            await look(opened, source, after)
        assert wait(opened, after) == usual("dhsc")
        if delivering:
            assert len(await deliver_all(opened, after + DAY)) == 1

    spend(morning)


def test_a_ttl_holds_also_while_the_answer_is_that_nothing_changed(spend: Spend) -> None:
    quarter = 15 * MINUTE

    async def morning(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        await reported(opened, answers)
        assert wait(opened, BEFORE) == quarter
        answers["/dhsc"] = UNCHANGED
        for number in (1, 2):
            assert (await look(opened, "dhsc", BEFORE + number * quarter)).outcome == "unchanged"
            assert wait(opened, BEFORE + number * quarter) == quarter
        await look(opened, "dhsc", TOLD + 23 * HOUR)
        assert wait(opened, TOLD + 23 * HOUR) == usual("dhsc", quarter), "it asked for no less without a chase"

    feed = rss().replace(b"<title>", b"<ttl>15</ttl><title>", 1)
    spend(morning, dhsc=response(feed, headers='ETag: "1"\r\n'))


@pytest.mark.parametrize(
    ("headers", "pulled"),
    [
        ("Cache-Control: max-age=240\r\n", 4 * MINUTE),
        ("Cache-Control: max-age=300\r\nAge: 100\r\n", 200 * SECOND),
        ("Cache-Control: max-age=31536000\r\n", usual("dhsc")),  # no hurry, and no slower than ever
        ("Cache-Control: no-cache, max-age=240\r\n", MINUTE + usual("dhsc", MINUTE)),
    ],
)
def test_nobody_is_hurried_before_the_copy_that_caches_hold_is_old(
    spend: Spend, headers: str, pulled: timedelta
) -> None:
    async def morning(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        assert wait(opened, BEFORE) == usual("dhsc")
        await reported(opened, answers)
        assert wait(opened, BEFORE) == pulled

    spend(morning, dhsc=response(rss(), headers=headers))


def test_a_rest_that_was_asked_for_is_kept_and_a_failing_source_joins_when_it_is_back(spend: Spend) -> None:
    async def morning(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        await reported(opened, answers)
        assert wait(opened, BEFORE) == 2 * HOUR
        answers["/dhsc"] = response(b"down", status="500 S")
        await look(opened, "dhsc", BEFORE + 2 * HOUR)
        assert wait(opened, BEFORE + 2 * HOUR) == usual("dhsc", 20 * MINUTE), "the second failure in a row"
        answers["/dhsc"] = response(rss())
        await look(opened, "dhsc", TOLD + 3 * HOUR)
        assert wait(opened, TOLD + 3 * HOUR) == usual("dhsc", 6 * MINUTE)

    spend(morning, dhsc=response(b"busy", status="503 S", headers="Retry-After: 7200\r\n"))


@pytest.mark.parametrize("status", sorted(REFUSALS))
def test_a_site_that_refuses_is_not_hurried_for_six_hours(spend: Spend, status: int) -> None:
    async def morning(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        told = TOLD + 15 * MINUTE  # after 429 the whole host rests for so long, and the fetcher's clock stands still
        opened.fetcher.rest({"127.0.0.1": BEFORE})
        await reported(opened, answers, told)
        answers["/dhsc"] = response(rss())
        for age in (9 * MINUTE, HOUR, 2 * HOUR):
            await look(opened, "dhsc", told + age)
            assert wait(opened, told + age) == usual("dhsc")
        await reported(opened, answers, BEFORE + 6 * HOUR, "A pay rise for the staff of practices")
        await look(opened, "dhsc", BEFORE + 6 * HOUR)
        assert wait(opened, BEFORE + 6 * HOUR) == usual("dhsc", MINUTE)

    spend(morning, dhsc=response(b"slow down", status=f"{status} S"))


def test_a_source_that_another_process_is_looking_at_when_the_report_comes_is_chased_all_the_same(spend: Spend) -> None:
    async def morning(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        with opened.database.begin() as tx:
            (held,) = store.sources.claim(tx, ["dhsc"], "another process", TOLD, forced=True)
        await reported(opened, answers)
        assert wait(opened, BEFORE) == usual("dhsc"), "it is leased, and left alone"
        dhsc = opened.configuration.sources["dhsc"]
        polled = await opened.run_in_thread(
            decide_and_save, opened, dhsc, held, "another process", ParseResult(unchanged=True), TOLD
        )
        assert (polled.outcome, wait(opened, TOLD)) == ("unchanged", usual("dhsc", MINUTE))

    spend(morning)


def test_a_look_that_was_taken_over_pulls_nobody(spend: Spend) -> None:
    async def morning(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        answers["/press"] = response(rss(item(1, TOLD, TITLE)))
        (looking,) = await poll_due(opened, TOLD, only=["press"], forced=True)
        with opened.database.begin() as tx:
            tx.execute(sa.text("UPDATE sources SET lease = 'another process' WHERE source = 'press'"))
        assert (await looking).outcome == "overtaken"
        assert wait(opened, BEFORE) == usual("dhsc")

    spend(morning)


@pytest.mark.parametrize(
    ("jump", "slowest"), [(3 * HOUR, 6 * MINUTE), (400 * DAY, 10 * MINUTE)], ids=["three hours", "more than a year"]
)
def test_a_report_by_a_clock_that_ran_ahead_hurries_nobody_for_days(
    spend: Spend, jump: timedelta, slowest: timedelta
) -> None:
    async def morning(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        await reported(opened, answers, TOLD + jump)
        assert wait(opened, BEFORE) == usual("dhsc"), "nothing is put off"
        await look(opened, "dhsc", TOLD)
        assert wait(opened, TOLD) == usual("dhsc", slowest)
        await look(opened, "dhsc", TOLD + jump + DAY)
        assert wait(opened, TOLD + jump + DAY) == usual("dhsc")

    spend(morning)


def test_a_clock_that_went_back_asks_at_once_and_chases_on(spend: Spend) -> None:
    async def morning(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        await reported(opened, answers)
        past = TOLD - 5 * HOUR
        (polled,) = await asyncio.gather(*await poll_due(opened, past, only=["dhsc"]))
        assert (polled.outcome, wait(opened, past)) == ("unchanged", usual("dhsc", 10 * MINUTE))
        await look(opened, "dhsc", TOLD)
        assert wait(opened, TOLD) == usual("dhsc", MINUTE)

    spend(morning)


def test_health_says_who_chases_what(spend: Spend) -> None:
    async def morning(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        def chasing(now: datetime) -> list[str]:
            told = health_report(opened.database, opened.configuration, now)
            assert set(told.fast_polling) <= set(told.lines)
            return [line.partition(" (")[0] + line.partition(")")[2] for line in told.fast_polling]

        assert chasing(TOLD) == []
        await reported(opened, answers)
        assert chasing(TOLD) == [f"Chasing an official word on “{TITLE}”, told Fri 20 Nov 2020 07:41: DHSC"]
        answers["/dhsc"] = response(b"down", status="500 S")
        await look(opened, "dhsc", TOLD + MINUTE)
        assert chasing(TOLD)[0].endswith(": no source that can be read could confirm it")
        assert chasing(TOLD + DAY) == []

    spend(morning)


HALF_HOURLY = """
sources:
  - {{{{id: press, name: BBC News, publisher: BBC, trust: press, kind: feed, url: "{{site}}/press", every: 30s}}}}
  - {{{{id: dhsc, name: DHSC, publisher: DHSC, trust: official, kind: feed, url: "{{site}}/dhsc", every: 30m,
     topics: {topics}}}}}
"""


@pytest.mark.parametrize(
    ("topics", "told"),
    [("all", (timedelta(hours=7, minutes=50), timedelta(hours=7, minutes=52))), ("[]", (8 * HOUR, 8.5 * HOUR))],
    ids=["chased", "not chased"],
)
def test_a_report_at_0741_whose_official_page_appears_at_0750_is_told_as_official_by_0752(
    spend: Spend, topics: str, told: tuple[timedelta, timedelta]
) -> None:
    midnight = BEFORE.replace(hour=0, minute=0)

    async def morning(opened: Runtime, answers: dict[str, Any], asked: Asked) -> None:
        now, official = BEFORE, TOLD + 9 * MINUTE
        while now < midnight + 8.5 * HOUR and not _official(opened):
            now += 10 * SECOND
            if now == TOLD:
                answers["/press"] = response(rss(item(1, now, TITLE)))
            if now == official:
                answers["/dhsc"] = response(rss(item(7, now, TITLE)))
            await asyncio.gather(*await poll_due(opened, now))
            await asyncio.gather(*await deliver_due(opened, now))
            with opened.database.begin() as tx:
                tx.execute(sa.text("UPDATE channels SET paced_until = 0"))
        assert told[0] <= now - midnight <= told[1]
        assert asked.paths().count("/dhsc") <= 12, "once when the day began, and then once a minute"

    spend(morning, HALF_HOURLY.format(topics=topics))


def _official(opened: Runtime) -> bool:
    """Whether a Delivery that says so has left."""
    sent = sa.text(
        "SELECT count(*) FROM deliveries d JOIN delivery_alerts p ON p.delivery = d.id JOIN alerts a ON a.id = p.alert "
        "WHERE a.reason = 'now_official' AND a.status = :status AND d.state = 'sent'"
    )
    with opened.database.begin() as tx:
        return bool(tx.scalar(sent, {"status": str(Status.CONFIRMED)}))
