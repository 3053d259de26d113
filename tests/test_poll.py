"""Days of looking: first sight, edits, unread pages, servers that cut, lie or fail."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.support.faulty import Asked, response
from tests.support.world import SOURCE, TOPICS, desk, forget_leases, item, poll_all, rss, serving, write_config
from watcher import store
from watcher.poll import PollResult, poll_due
from watcher.runtime import Runtime

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
PEOPLE = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
Story = Callable[[Runtime, dict[str, Any], Asked], Awaitable[None]]


def live(folder: Path, story: Story, source: str = SOURCE, topics: str = TOPICS) -> None:
    """Run `story` with an open Runtime, the answers of its one site (to change at will) and what the site was asked."""
    answers: dict[str, Any] = {}
    with serving(answers) as (site, asked):
        config = write_config(folder / "config", source.format(site=site), PEOPLE, topics)

        async def begin() -> None:
            async with desk(config, {}, f"sqlite:///{folder / 'w.db'}", NOW) as opened:
                await story(opened, answers, asked)

        asyncio.run(begin())


async def look(opened: Runtime, now: datetime = NOW) -> PollResult:
    (polled,) = await poll_all(opened, now)
    return polled


def alerts(opened: Runtime) -> list[tuple[str, str]]:
    """Every Alert: its reason, and its headline or note."""
    with opened.database.begin() as tx:
        rows = tx.execute(
            sa.text(
                "SELECT a.reason, coalesce(i.title, a.note) FROM alerts a LEFT JOIN items i ON i.id = a.item "
                "ORDER BY a.at, i.title"
            )
        )
        return [(row[0], row[1]) for row in rows]


def test_at_first_sight_all_is_recorded_and_only_the_newest_few_are_news(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        answers["/feed"] = response(rss(*(item(n, NOW - timedelta(hours=6 * n)) for n in range(200))))
        polled = await look(opened)
        assert (polled.fresh, polled.alerts) == (200, 5)
        assert sorted(title for _, title in alerts(opened)) == [
            f"Flu jabs for group {n} from December" for n in range(5)
        ]

    live(tmp_path, story)


def test_the_same_feed_again_and_a_moved_date_tell_nothing(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        answers["/feed"] = response(rss(item(1, NOW)))
        await look(opened)
        answers["/feed"] = response(rss(item(1, NOW + timedelta(hours=1))))
        again = await look(opened, NOW + timedelta(hours=2))
        assert (again.fresh, again.revised, again.alerts) == (0, 0, 0)

    live(tmp_path, story)


def test_a_changed_headline_under_a_known_address_is_matched_again(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        answers["/feed"] = response(rss(item(1, NOW, "The Papers")))
        await look(opened)
        answers["/feed"] = response(rss(item(1, NOW, "Flu jabs for the over-50s")))
        again = await look(opened, NOW + timedelta(hours=2))
        assert (again.revised, again.alerts) == (1, 1)
        assert alerts(opened) == [("first_heard", "Flu jabs for the over-50s")]

    live(tmp_path, story)


def test_two_items_of_one_headline_are_one_story(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        title = "Free flu jabs for everyone over fifty"
        answers["/feed"] = response(rss(item(1, NOW, title), item(2, NOW, title.upper())))
        assert (await look(opened)).alerts == 1

    live(tmp_path, story)


def test_an_old_item_that_a_site_lists_again_is_no_news_but_a_weekend_offline_is(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        answers["/feed"] = response(rss(item(1, NOW)))
        await look(opened)
        later = NOW + timedelta(days=4)
        answers["/feed"] = response(rss(item(2, NOW - timedelta(days=30)), item(3, NOW + timedelta(hours=2))))
        assert (await look(opened, later)).alerts == 1
        assert alerts(opened)[-1] == ("first_heard", "Flu jabs for group 3 from December")

    live(tmp_path, story)


def test_validators_are_remembered_with_the_items_and_unchanged_costs_nothing(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], asked: Asked) -> None:
        answers["/feed"] = response(rss(item(1, NOW)), headers='ETag: "a"\r\n')
        await look(opened)
        answers["/feed"] = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
        assert (await look(opened, NOW + timedelta(hours=1))).outcome == "unchanged"
        assert b'if-none-match: "a"' in asked.requests[-1][1].lower()
        await look(opened, NOW + timedelta(hours=25))
        assert b"if-none-match" not in asked.requests[-1][1].lower(), "#25: once a day we ask for the whole page"

    live(tmp_path, story)


def test_10_a_feed_that_was_cut_gives_its_items_but_no_validator(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], asked: Asked) -> None:
        whole = rss(item(1, NOW), item(2, NOW), item(3, NOW))
        answers["/feed"] = response(whole[: len(whole) // 2], headers='ETag: "cut"\r\n')
        assert (await look(opened)).outcome == "read"
        answers["/feed"] = response(whole, headers='ETag: "whole"\r\n')
        again = await look(opened, NOW + timedelta(minutes=5))
        assert b"if-none-match" not in asked.requests[-1][1].lower()
        assert again.fresh >= 1
        with opened.database.begin() as tx:
            assert tx.scalar(sa.text("SELECT count(*) FROM items")) == 3

    live(tmp_path, story)


def test_a_source_that_fails_is_asked_less_often_and_the_admin_hears_once_each_way(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        answers["/feed"] = response(b"down", status="503 S", headers="Retry-After: 7200\r\n")
        waits = []
        for number in range(6):
            now = NOW + timedelta(hours=number)
            assert (await look(opened, now)).why == "HTTP 503"
            with opened.database.begin() as tx:
                waits.append(store.sources.states(tx)["press"].next_poll - now)
        assert waits[0] == timedelta(hours=2), "as long as the server asks"
        answers["/feed"] = response(rss(item(1, NOW)))
        await look(opened, NOW + timedelta(hours=6))
        assert alerts(opened) == [
            (
                "needs_admin",
                (
                    "BBC News (press): COULD NOT LOOK (HTTP 503), never read so far. We keep trying; look yourself "
                    "with `watcher try press`."
                ),
            ),
            ("needs_admin", "BBC News (press): can be read again."),
            ("first_heard", "Flu jabs for group 1 from December"),
        ]

    live(tmp_path, story)


def test_only_what_is_due_is_polled_and_by_one_process(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], asked: Asked) -> None:
        answers["/feed"] = response(rss(item(1, NOW)))
        tasks = await poll_due(opened, NOW)
        assert await poll_due(opened, NOW) == [], "it is leased"
        await asyncio.gather(*tasks)
        assert await poll_due(opened, NOW + timedelta(minutes=4)) == []
        await asyncio.gather(*await poll_due(opened, NOW + timedelta(minutes=6)))
        assert asked.paths() == ["/feed", "/feed"]

    live(tmp_path, story)


def test_a_look_that_was_taken_over_changes_nothing(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        answers["/feed"] = response(rss(item(1, NOW)))
        tasks = await poll_due(opened, NOW)
        with opened.database.begin() as tx:
            tx.execute(sa.text("UPDATE sources SET lease = 'somebody else'"))
        (polled,) = await asyncio.gather(*tasks)
        assert polled.outcome == "overtaken"
        assert alerts(opened) == []
        forget_leases(opened.database)
        assert (await look(opened)).alerts == 1

    live(tmp_path, story)


READING = SOURCE + "    read_page: true\n    region: article\n"


def test_the_page_of_a_new_item_is_read_before_matching(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], asked: Asked) -> None:
        site = opened.configuration.sources["press"].url.removesuffix("/feed")
        entry = item(1, NOW, "Ministers on breakfast television").replace("https://news.example", site)
        answers["/feed"] = response(rss(entry))
        answers["/1"] = response(b"<nav>bird flu</nav><article>The over-50s get a flu jab.</article>")
        assert (await look(opened)).alerts == 1
        assert (await look(opened, NOW + timedelta(hours=1))).alerts == 0
        assert asked.paths() == ["/feed", "/1", "/feed"]

    live(tmp_path, story, READING)


def test_a_page_that_could_not_be_read_is_read_the_next_time_and_then_tells(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        site = opened.configuration.sources["press"].url.removesuffix("/feed")
        entry = item(1, NOW, "Ministers on breakfast television").replace("https://news.example", site)
        answers["/feed"] = response(rss(entry))
        answers["/1"] = response(b"busy", status="503 S")
        first = await look(opened)
        assert (first.fresh, first.alerts, first.problems) == (1, 0, (f"{site}/1: HTTP 503",))
        answers["/1"] = response(b"<article>The over-50s get a flu jab.</article>")
        assert (await look(opened, NOW + timedelta(minutes=5))).alerts == 1
        assert (await look(opened, NOW + timedelta(minutes=10))).alerts == 0

    live(tmp_path, story, READING)


NEWSLETTER = """
sources:
  - {{id: press, name: LMC, publisher: LMC, trust: representative, kind: feed, url: "{site}/feed", every: 5m,
     read_page: true, region: main, split: h2}}
"""


def test_a_round_up_is_matched_announcement_by_announcement_and_told_once(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], asked: Asked) -> None:
        answers["/feed"] = response(rss())
        await look(opened)
        site = asked.requests[-1][1].lower().split(b"host: ")[1].split(b"\r\n")[0].decode()
        listed = item(1, NOW, "LMC newsletter").replace("https://news.example/1", f"http://{site}/letter")
        answers |= {
            "/feed": response(rss(listed)),
            "/letter": response(
                b"<main><p>Dear all</p><h2>Flu jabs for carers</h2><p>From Monday.</p><h2>Car park</h2><p>Closed.</p>"
                b"<h2>Bird flu jab</h2><p>For hens.</p></main>"
            ),
        }
        first = await look(opened, NOW + timedelta(minutes=5))
        again = await look(opened, NOW + timedelta(minutes=10))
        assert (first.fresh, first.alerts, again.fresh, again.alerts) == (4, 1, 0, 0)
        assert alerts(opened) == [("first_heard", "Flu jabs for carers")]

    live(tmp_path, story, source=NEWSLETTER)
