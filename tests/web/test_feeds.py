"""The feeds and calendars over HTTP, as the programs of readers take them."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import feedparser
import httpx
import pytest
import sqlalchemy as sa
from icalendar import Calendar
from lxml.html import fragment_fromstring

from tests.notifiers.test_slack import HOSTILE
from tests.support.calendars import read
from tests.support.flu_week import (
    ADDRESS,
    BEFORE,
    EVENING,
    MORNING,
    MOVED,
    NOW,
    PUBLIC_URL,
    READERS,
    SECRET,
    SOURCES,
    TOPICS,
    BoardStandIn,
    PressStandIn,
    flu_week,
    open_pages,
    play,
)
from tests.support.saved_stories import FIRST, first_alert, news_item, save_many, save_story, story_item
from tests.support.stand_in_web import StandInWeb
from tests.support.world import desk, poll_all, write_config
from watcher import store
from watcher.model import Status, Story, Trust

FEEDS = ("/feeds/all.atom", "/feeds/all.json", "/feeds/flu/official.atom", "/feeds/flu/official.json", "/feeds/flu.ics")
NASTY = (
    '"><script>alert(1)</script>',
    "<img src=x onerror=alert(2)>",
    "]]></content></entry><entry><title>forged</title>",
    "A, b; c\\ d\r\nBEGIN:VEVENT\r\nATTACH:file:///etc/passwd",
    "&lt;b&gt; &#x3C;script&#x3E; {{ 7 * 7 }}",
)


def day_by_day(folder: Path, database_url: str, *paths: str) -> dict[datetime, list[httpx.Response]]:
    """What was answered after each moment of the week."""

    async def ask() -> dict[datetime, list[httpx.Response]]:
        write_config(folder / "config", SOURCES, READERS, TOPICS)
        answers = {}
        environment = {"WATCHER_MAIL_FROM": "watcher@watcher.example", "WATCHER_SMTP_URL": "smtp://127.0.0.1:9"}
        async with desk(folder / "config", environment, database_url, BEFORE) as opened:
            for moment in (BEFORE, MORNING, EVENING, MOVED):
                web = StandInWeb([PressStandIn(), BoardStandIn()], moment)
                await poll_all(replace(opened, fetcher=web), moment)  # type: ignore[arg-type]
                async with open_pages(opened, lambda at=moment: at) as (client, _):  # type: ignore[misc]
                    answers[moment] = [await client.get(path) for path in paths]
        return answers

    return asyncio.run(ask())


def with_saved(folder: Path, save: Callable[[sa.Connection], object], *paths: str) -> list[httpx.Response]:
    """The answers over a database in which something was saved."""

    async def ask() -> list[httpx.Response]:
        write_config(folder / "config", SOURCES, READERS, TOPICS)
        environment = {"WATCHER_MAIL_FROM": "watcher@watcher.example", "WATCHER_SMTP_URL": "smtp://127.0.0.1:9"}
        async with desk(folder / "config", environment, f"sqlite:///{folder / 'watcher.db'}", BEFORE) as opened:
            with opened.database.begin() as tx:
                save(tx)
            async with open_pages(opened) as (client, _):
                return [await client.get(path) for path in paths]

    return asyncio.run(ask())


def entries(answer: httpx.Response) -> list[Any]:
    """The entries of an Atom feed, which must have no fault at all."""
    parsed = feedparser.parse(answer.content, response_headers={"content-type": answer.headers["content-type"]})
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == "atom10"
    return list(parsed.entries)


def items_of(answer: httpx.Response) -> list[dict[str, Any]]:
    """The items of a JSON Feed, checked against its rules (jsonfeed.org/version/1.1)."""
    feed = json.loads(answer.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert feed["feed_url"] == str(answer.request.url)
    assert {name for name in feed if not name.startswith("_")} <= {
        *("version", "title", "home_page_url", "feed_url", "description", "icon", "language", "authors", "items"),
    }
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_html"]
        assert all(datetime.fromisoformat(item[name]).tzinfo for name in ("date_published", "date_modified"))
        assert all(set(author) <= {"name", "url", "avatar"} for author in item["authors"])
        assert {name for name in item if not name.startswith("_")} <= {
            *("id", "url", "external_url", "title", "content_html", "summary", "date_published", "date_modified"),
            *("authors", "tags"),
        }
        assert isinstance(item["_watcher"], dict)
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    return list(feed["items"])


def test_one_story_is_one_entry_and_its_first_word_turns_with_its_status(tmp_path: Path, database_url: str) -> None:
    week = day_by_day(tmp_path, database_url, "/feeds/all.atom", "/feeds/flu/official.atom", "/feeds/pay.atom")
    shown = {at: [(entry.title, entry.updated) for entry in entries(answers[0])] for at, answers in week.items()}
    headline = "Flu jabs for everyone over 50 from 1 December"
    official = "Flu vaccine for people aged 50 to 64 from 1 December: order stock"  # by its own headline, not a paper's
    assert shown == {
        BEFORE: [],
        MORNING: [(f"REPORTED: {headline}", "2020-11-20T07:41:00Z")],
        EVENING: [(f"OFFICIAL: {official}", "2020-11-20T17:05:00Z")],
        MOVED: [(f"CHANGED: {official}", "2020-11-23T10:00:00Z")],
    }
    (first,), (last,) = entries(week[MORNING][0]), entries(week[MOVED][0])
    assert (first.id, first.published) == (last.id, last.published)
    assert first.id.startswith("tag:watcher.example,2026:story/")
    assert first.link == f"{PUBLIC_URL}/stories/{first.id.rpartition('/')[2]}"
    assert [len(entries(answers[1])) for answers in week.values()] == [0, 0, 1, 1], "only what is official"
    assert [len(entries(answers[2])) for answers in week.values()] == [0, 0, 0, 0]


def test_an_entry_says_what_is_asked_with_the_sentence_of_its_source(tmp_path: Path) -> None:
    atom, feed = play(tmp_path, f"sqlite:///{tmp_path / 'watcher.db'}", "/feeds/flu.atom", "/feeds/flu.json")
    (entry,), (item,) = entries(atom), items_of(feed)
    html = item["content_html"]
    assert "<strong>CORRECTION: CHANGED</strong>" in html
    assert "<li>Was: due Fri 11 Dec 2020</li><li>Now: due Fri 18 Dec 2020, in 19 working days</li>" in html
    assert "<blockquote><p>“Practices must order flu vaccine by 18 December 2020.”</p></blockquote>" in html
    assert "As of Mon 23 Nov 2020 10:00." in html, "nothing in it grows old by itself"
    assert 'href="https://board.example/letters/1"' in html
    assert entry.content[0].type == "text/html"
    assert "order flu vaccine" in entry.content[0].value
    assert (entry.author, entry.tags[0].term, entry.tags[0].label) == ("NHS England", "flu", "Flu vaccination")
    assert item["tags"] == ["Flu vaccination"]
    assert (item["_watcher"]["status"], item["external_url"]) == ("changed", "https://board.example/letters/1")
    assert feed.headers["content-type"].startswith("application/feed+json")


def test_a_date_that_moves_keeps_its_place_in_calendars_that_subscribed(tmp_path: Path, database_url: str) -> None:
    week = day_by_day(tmp_path, database_url, "/feeds/flu.ics")
    files = {at: answers[0] for at, answers in week.items()}
    assert all(file.headers["content-type"] == "text/calendar; charset=utf-8" for file in files.values())
    assert all(b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in file.content for file in files.values())
    assert all(b"\r\nX-PUBLISHED-TTL:PT1H\r\n" in file.content for file in files.values())
    events = {at: read(file.content) for at, file in files.items()}
    assert events[BEFORE] == events[MORNING] == []
    (was,), (now,) = events[EVENING], events[MOVED]
    (read_by_library,) = Calendar.from_ical(files[MOVED].content).walk("VEVENT")
    assert (str(read_by_library["UID"]), read_by_library["SEQUENCE"]) == (now["UID"], 1)
    assert (was["UID"], was["DTSTART"], was["SEQUENCE"]) == (now["UID"], "20201211", "0")
    assert (now["DTSTART"], now["SEQUENCE"], now["STATUS"]) == ("20201218", "1", "CONFIRMED")


@pytest.mark.parametrize("path", FEEDS)
def test_who_has_a_feed_already_is_told_so(path: str, tmp_path: Path) -> None:
    def ask(opened: httpx.Response, name: str, header: str) -> dict[str, str]:
        return {name: opened.headers[header]}

    async def play_twice() -> None:
        async with (
            flu_week(tmp_path, f"sqlite:///{tmp_path / 'watcher.db'}") as opened,
            open_pages(opened, lambda: NOW) as (client, _),
        ):
            first = await client.get(path)
            assert first.headers["cache-control"] == "public, max-age=60"
            assert first.headers["last-modified"].endswith(" GMT")
            for name, header in (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified")):
                again = await client.get(path, headers=ask(first, name, header))
                assert (again.status_code, again.content) == (304, b"")
                assert again.headers["etag"] == first.headers["etag"]
                assert again.headers["access-control-allow-origin"] == "*"
            assert (await client.get(path, headers={"If-None-Match": '"other"'})).content == first.content
            head = await client.head(path)
            assert head.headers["etag"] == first.headers["etag"]

    asyncio.run(play_twice())


def test_a_feed_holds_the_fifty_that_changed_last(tmp_path: Path) -> None:
    atom, official = with_saved(tmp_path, lambda tx: save_many(tx, 61), "/feeds/all.atom", "/feeds/all/official.atom")
    shown = entries(atom)
    assert len(shown) == 50
    assert [entry.updated for entry in shown] == sorted((entry.updated for entry in shown), reverse=True)
    assert shown[0].updated == "2020-11-03T05:00:00Z"
    assert {entry.title.partition(":")[0] for entry in entries(official)} == {"OFFICIAL"}
    assert len(entries(official)) == 30


def test_any_headline_is_inert_in_every_form(tmp_path: Path) -> None:
    headlines = [*HOSTILE[:-1], *NASTY]

    def save(tx: sa.Connection) -> None:
        for number, words in enumerate(headlines):
            written = words.encode("utf-8", "replace").decode()  # PostgreSQL and SQLite take no half characters
            save_story(tx, f"h{number}", written, FIRST, status=Status.CONFIRMED)

    atom, feed, calendar, story_list = with_saved(
        tmp_path, save, "/feeds/all.atom", "/feeds/all.json", "/feeds/all.ics", "/api/v1/stories?limit=100"
    )
    assert len(entries(atom)) == len(items_of(feed)) == len(story_list.json()["stories"]) == len(headlines)
    assert "forged" not in [entry.title for entry in entries(atom)]
    for item in items_of(feed):
        assert not {"script", "img", "svg"} & set(tags_in(item["content_html"]))
        assert item["title"].isprintable()
    assert read(calendar.content) == []
    for answer in (atom, feed, calendar, story_list):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def tags_in(html: str) -> list[str]:
    return [str(node.tag) for node in fragment_fromstring(html).iter()]


def test_what_only_an_unproven_mail_says_is_in_no_feed(tmp_path: Path) -> None:
    def save(tx: sa.Connection) -> None:
        mail = news_item("mail", "Canary of an unproven mail", FIRST, unproven=True)
        alone = Story(
            id="alone",
            title=mail.title,
            status=Status.REPORTED,
            topics=("flu",),
            opened_at=FIRST,
            items=(story_item(mail, Trust.PRESS, FIRST),),
        )
        store.items.save(tx, [mail], {}, FIRST)
        store.stories.save(tx, [alone])
        store.alerts.save(tx, [first_alert(alone, FIRST)])
        proven = save_story(tx, "proven", "Flu vaccine for all", FIRST)
        second = news_item("mail2", "Canary of a second mail", FIRST, unproven=True)
        store.items.save(tx, [second], {}, FIRST)
        opened_by_mail = replace(
            proven, title=second.title, items=(story_item(second, Trust.PRESS, FIRST), *proven.items)
        )
        store.stories.save(tx, [opened_by_mail])

    paths = (*FEEDS, "/api/v1/stories", "/api/v1/dates?from=2020-01-01", "/stories", "/topics/flu")
    answers = with_saved(tmp_path, save, *paths)
    assert [answer.status_code for answer in answers] == [200] * len(paths)
    assert [path for path, answer in zip(paths, answers, strict=True) if "Canary" in answer.text] == []
    assert [entry.title for entry in entries(answers[0])] == ["REPORTED: Flu vaccine for all"]


def test_the_page_lists_every_feed_and_pages_lead_to_theirs(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'watcher.db'}"
    listed, today, topic, dates, none, wrong = play(
        tmp_path, url, "/feeds", "/", "/topics/flu", "/dates?topic=flu", "/feeds/nothing.atom", "/feeds/flu.rss"
    )
    for name in ("all", "flu", "pay"):
        for ending in (".atom", ".json", "/official.atom", "/official.json"):
            assert f'href="/feeds/{name}{ending}"' in listed.text
        assert f'href="webcal://watcher.example/feeds/{name}.ics"' in listed.text
    assert '<link rel="alternate" type="application/atom+xml"' in today.text
    assert (
        '<link rel="alternate" type="application/atom+xml" title="Flu vaccination" href="/feeds/flu.atom">'
        in topic.text
    )
    assert 'href="webcal://watcher.example/feeds/flu.ics"' in topic.text
    assert 'href="webcal://watcher.example/feeds/flu.ics"' in dates.text
    assert (none.status_code, wrong.status_code) == (404, 404)
    assert not [answer for answer in (listed, topic) if SECRET in answer.text or ADDRESS in answer.text]


def test_without_a_public_address_links_lead_where_the_request_came(tmp_path: Path) -> None:
    async def ask() -> list[httpx.Response]:
        async with (
            flu_week(tmp_path, f"sqlite:///{tmp_path / 'watcher.db'}") as opened,
            open_pages(opened, public_url="") as (client, _),
        ):
            hosts = ("127.0.0.1:8080", 'localhost:1"><x>', "evil.example")
            return [await client.get("/feeds/all.atom", headers={"Host": host}) for host in hosts]

    own, odd, foreign = asyncio.run(ask())
    assert entries(own)[0].link.startswith("http://127.0.0.1:8080/stories/")
    assert b"<x>" not in odd.content
    assert foreign.status_code == 421
