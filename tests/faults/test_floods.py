"""Sites that move, edit and burst: nothing is lost, and nobody is flooded."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.faulty import response
from tests.support.world import SOURCE, deliver_all, desk, item, poll_all, rss, serving, write_config
from tests.test_poll import alerts, live, look
from watcher.demo.stand_ins import MailStandIn, serve_smtp
from watcher.runtime import Runtime

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
TITLES = [f"Flu jabs for people of group number {n} begin" for n in range(20)]


def entry(number: int, *, guid: str = "", link: str = "", title: str = "", at: datetime | None = NOW) -> str:
    dated = f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate>" if at else ""
    linked = f"<link>{link.format(number)}</link>" if link else ""
    named = f"<guid isPermaLink='false'>{guid.format(number)}</guid>" if guid else ""
    return f"<item><title>{title or TITLES[number]}</title>{linked}{named}{dated}</item>"


def feed(count: int = 20, at: datetime | None = NOW, **values: str) -> bytes:
    return response(rss(*(entry(number, at=at, **values) for number in range(count))))


def heard(opened: Runtime) -> list[str]:
    return [reason for reason, _ in alerts(opened) if reason != "needs_admin"]


def rows(opened: Runtime, table: str) -> int:
    with opened.database.begin() as tx:
        return int(tx.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608 - our own table names


BEFORE = {"guid": "old-{}", "link": "http://site.example/news/{}"}


@pytest.mark.fault(63, 64)
@pytest.mark.promise("P5")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"guid": "old-{}"}, {"guid": "new-{}"}),
        (BEFORE, {"guid": "old-{}", "link": "http://site.example/announcements/2020/{}-flu"}),
        (BEFORE, {"guid": "old-{}", "link": "https://site.example/news/{}"}),
        (BEFORE, {"guid": "old-{}", "link": "https://www.site.example/news/{}/?utm_source=rss"}),
        (BEFORE, {"guid": "old-{}", "link": "https://new-domain.example/news/{}"}),
        (BEFORE, {"guid": "new-{}", "link": "https://new-domain.example/a/{}"}),
        (BEFORE, {"guid": "old-{}", "link": "https://new-domain.example/news/{}", "title": "Retitled flu jab page"}),
    ],
    ids=["guids", "paths", "https", "www, slash and tracking", "domain", "guid and path", "domain and titles"],
)
@pytest.mark.parametrize("at", [NOW, None], ids=["dated", "undated"])
def test_a_site_that_moves_keeps_its_items_and_alerts_nobody(
    before: dict[str, str], after: dict[str, str], at: datetime | None, tmp_path: Path
) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Any) -> None:
        answers["/feed"] = feed(20, at, **before)
        await look(opened, NOW)
        first = heard(opened)
        answers["/feed"] = feed(20, at, **after)
        await look(opened, LATER)
        await look(opened, LATER + timedelta(minutes=10))
        assert heard(opened) == first
        assert rows(opened, "items") == 20

    live(tmp_path, story)


@pytest.mark.fault(61, 62)
def test_a_guid_used_for_everything_loses_no_item(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Any) -> None:
        answers["/feed"] = feed(guid="always-the-same", link="https://site.example/{}")
        await look(opened, NOW)
        assert rows(opened, "items") == 20

    live(tmp_path, story)


@pytest.mark.fault(65, 66)
@pytest.mark.promise("P18")
def test_a_headline_that_changes_back_and_forth_speaks_three_times_at_most(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Any) -> None:
        answers["/feed"] = response(rss())
        await look(opened, NOW)
        for number in range(20):
            now = NOW + timedelta(minutes=10 * number)
            word = ("money", "pay", "rooms", "staff")[number % 4]
            answers["/feed"] = response(rss(item(1, NOW, f"Flu jab clinics and {word} for practices")))
            await look(opened, now)
        reasons = [reason for reason, _ in alerts(opened)]
        assert reasons == ["first_heard", "changed", "changed"]

    topics = "topics:\n" + "\n".join(
        f"  - {{id: topic-{word}, name: {word}, any: ['flu jab clinics and {word}']}}"
        for word in ("money", "pay", "rooms", "staff")
    )
    live(tmp_path, story, topics=topics)


@pytest.mark.fault(67)
@pytest.mark.promise("P4", "P18")
def test_an_item_that_goes_and_comes_back_is_not_told_again(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Any) -> None:
        both, one = rss(item(1, NOW), item(2, NOW)), rss(item(2, NOW))
        for number, listed in enumerate([both, one, both, one, both]):
            answers["/feed"] = response(listed)
            await look(opened, NOW + timedelta(minutes=10 * number))
        assert [reason for reason, _ in alerts(opened)] == ["first_heard", "first_heard"]

    live(tmp_path, story)


@pytest.mark.promise("P4")
def test_a_feed_of_200_at_first_sight_tells_its_newest_five_at_most(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Any) -> None:
        answers["/feed"] = response(rss(*(item(n, NOW - timedelta(days=n + 3)) for n in range(200))))
        assert (await look(opened, NOW)).alerts == 0
        assert rows(opened, "items") == 200

    live(tmp_path, story)


def mails_of(folder: Path, waves: list[tuple[timedelta, list[int]]], quiet: str = "") -> list[str]:
    """The subjects that one mailbox gets while waves of announcements come in."""
    kept = MailStandIn()
    answers: dict[str, Any] = {}
    people = f"subscribers: [{{id: m, via: email, address: m@example.org, admin: true, quiet: '{quiet}'}}]"
    with serving(answers) as (site, _), serve_smtp(kept) as relay:
        config = write_config(folder / "config", SOURCE.format(site=site), people)

        async def story() -> None:
            async with desk(
                config,
                {"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "watcher@127.0.0.1"},
                f"sqlite:///{folder / 'w.db'}",
                NOW,
            ) as opened:
                answers["/feed"] = response(rss())
                await poll_all(opened, NOW - timedelta(hours=2))
                listed: list[int] = []
                for after, numbers in waves:
                    listed += numbers
                    answers["/feed"] = response(rss(*(item(n, NOW + after, TITLES[n]) for n in listed)))
                    await poll_all(opened, NOW + after)
                    await deliver_all(opened, NOW + after)
                await deliver_all(opened, NOW + timedelta(hours=6))

        asyncio.run(story())
    return [str(mail["Subject"]) for mail in kept.mails]


@pytest.mark.promise("P5")
def test_a_burst_of_more_than_three_stories_is_one_message(tmp_path: Path) -> None:
    (subject,) = mails_of(tmp_path, [(timedelta(), [0, 1, 2, 3, 4])])
    assert subject == f"5 announcements: {TITLES[0]}"


@pytest.mark.promise("P5")
def test_the_fourth_story_of_an_hour_waits_ten_minutes_for_others_and_the_next_hour_begins_anew(tmp_path: Path) -> None:
    waves = [
        (timedelta(minutes=0), [0]),
        (timedelta(minutes=5), [1]),
        (timedelta(minutes=15), [2]),
        (timedelta(minutes=21), [3]),
        (timedelta(minutes=24), [4, 5]),
        (timedelta(hours=2), [6]),
    ]
    assert mails_of(tmp_path, waves) == [
        f"REPORTED, NOT OFFICIAL YET: {TITLES[0]}",
        f"REPORTED, NOT OFFICIAL YET: {TITLES[1]}",
        f"REPORTED, NOT OFFICIAL YET: {TITLES[2]}",
        f"3 announcements: {TITLES[3]}",
        f"REPORTED, NOT OFFICIAL YET: {TITLES[6]}",
    ]


@pytest.mark.promise("P5")
def test_what_came_in_quiet_hours_leaves_as_one_message_at_their_end(tmp_path: Path) -> None:
    waves = [(timedelta(minutes=40 * number), [number]) for number in range(4)]  # from 07:41, an hour apart or less
    assert mails_of(tmp_path, waves, quiet="22:00-09:00") == [
        f"2 announcements: {TITLES[0]}",
        f"REPORTED, NOT OFFICIAL YET: {TITLES[2]}",
        f"REPORTED, NOT OFFICIAL YET: {TITLES[3]}",
    ]
