"""The API as the programs of others ask it: what it answers, how a list goes on, and what it never says."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from tests.support.flu_week import (
    ADDRESS,
    BEFORE,
    EVENING,
    MOVED,
    NOW,
    PUBLIC_URL,
    READERS,
    SECRET,
    SOURCES,
    TOPICS,
    flu_week,
    open_pages,
    play,
)
from tests.support.saved_stories import FIRST, save_many
from tests.support.world import desk, write_config
from watcher import store
from watcher.web.api.answers import DatesAnswer, ListedStoryAnswer, StoriesAnswer, StoryAnswer
from watcher.web.api.record_answers import (
    ItemAnswer,
    ScoreboardAnswer,
    SearchAnswer,
    SourcesAnswer,
    TopicsAnswer,
)
from watcher.web.api.routes import ROUTES

ROOT = "/api/v1"
LISTS = (
    "/stories",
    "/search?q=flu",
    "/dates?from=2020-11-01",
    "/topics",
    "/sources",
    "/scoreboard/2020-11",
    "/openapi.json",
)


def ask(folder: Path, *paths: str, **settings: object) -> list[httpx.Response]:
    """The answers of the API over the week."""
    url = f"sqlite:///{folder / 'watcher.db'}"
    return play(folder, url, *(f"{ROOT}{path}" for path in paths), **settings)  # type: ignore[arg-type]


@asynccontextmanager
async def many_stories(folder: Path, url: str, count: int) -> AsyncIterator[Callable[..., Any]]:
    """A function that opens pages over a database with `count` Stories."""
    write_config(folder / "config", SOURCES, READERS, TOPICS)
    environment = {"WATCHER_MAIL_FROM": "watcher@watcher.example", "WATCHER_SMTP_URL": "smtp://127.0.0.1:9"}
    async with desk(folder / "config", environment, url, BEFORE) as opened:
        with opened.database.begin() as tx:
            save_many(tx, count)
        yield lambda **settings: open_pages(opened, **settings)


async def walk(client: httpx.AsyncClient, query: str) -> list[str]:
    """The ids of all pages of a list, one after the other."""
    ids: list[str] = []
    cursor = ""
    while True:
        answer = await client.get(f"{ROOT}/stories?{query}{cursor and f'&cursor={cursor}'}")
        assert answer.status_code == 200, answer.text
        page = StoriesAnswer.model_validate_json(answer.content)
        ids += [story.id for story in page.stories]
        if page.next_cursor is None:
            return ids
        assert re.fullmatch(r"[\w.-]+", page.next_cursor), "it needs no escaping"
        cursor = page.next_cursor


def test_a_story_has_its_texts_its_turns_its_changes_and_its_dates(tmp_path: Path, database_url: str) -> None:
    async def read() -> tuple[StoriesAnswer, StoryAnswer, list[ItemAnswer]]:
        async with flu_week(tmp_path, database_url) as opened, open_pages(opened) as (client, _):
            listed = StoriesAnswer.model_validate_json((await client.get(f"{ROOT}/stories")).content)
            whole = await client.get(f"{ROOT}/stories/{listed.stories[0].id}")
            story = StoryAnswer.model_validate_json(whole.content)
            texts = [(await client.get(f"{ROOT}/items/{telling.item}")).content for telling in story.tellings]
            return listed, story, [ItemAnswer.model_validate_json(text) for text in texts]

    listed, story, texts = asyncio.run(read())
    assert [(shown.status, shown.changed_at, shown.official_after_seconds) for shown in listed.stories] == [
        ("changed", MOVED, 33_840)
    ]
    assert story.page == f"{PUBLIC_URL}/stories/{story.id}"
    assert [(telling.publisher, telling.trust) for telling in story.tellings] == [
        ("BBC News", "press"),
        ("NHS England", "official"),
    ]
    assert [(turn.status, turn.at, turn.publisher) for turn in story.turns][1:] == [
        ("confirmed", EVENING, "NHS England"),
        ("changed", MOVED, "NHS England"),
    ]
    assert [(fact.label, fact.words) for fact in story.facts][:2] == [
        ("Was", "due Fri 11 Dec 2020"),
        ("Now", "due Fri 18 Dec 2020, in 19 working days"),
    ]
    assert {str(fact.kind): fact.words for fact in story.brief}["paid"] is None
    assert [[span.mark for span in line.spans] for change in story.changes for line in change.lines] == [
        ["kept", "removed", "kept"],
        ["kept", "added", "kept"],
    ]
    assert [(date.state, str(date.day), date.sequence) for date in story.dates] == [
        ("moved", "2020-12-11", 1),
        ("open", "2020-12-18", 1),
    ]
    assert story.dates[0].moved_to == story.dates[1].id
    assert story.dates[0].series == story.dates[1].series
    assert [text.story for text in texts] == [story.id, story.id]
    assert texts[1].revision == 2
    assert [fate.in_words for fate in texts[0].fates] == ["sent at once, or within the hour, to those who want that"]
    assert {found.words for found in texts[0].topics[0].because} >= {"Flu jabs"}


def test_words_are_searched_for_in_all_texts(tmp_path: Path, database_url: str) -> None:
    queries = ("q=flu+jabs", "q=order+-hens&kind=official&topic=flu", "q=hens&from=2020-11-21", "q=%22-%22")
    answers = play(tmp_path, database_url, *(f"{ROOT}/search?{query}" for query in queries), f"{ROOT}/search")
    jabs, order, hens, nothing = (SearchAnswer.model_validate_json(answer.content) for answer in answers[:-1])
    assert [(hit.publisher, hit.status, hit.title) for hit in jabs.hits] == [
        ("BBC News", "changed", "Flu jabs for everyone over 50 from 1 December")
    ]
    assert [(piece.text, piece.is_marked) for piece in jabs.hits[0].marked_title][:2] == [
        ("Flu", True),
        (" ", False),
    ]
    assert "".join(piece.text for piece in jabs.hits[0].marked_title) == jabs.hits[0].title
    assert [hit.publisher for hit in order.hits] == ["NHS England"]
    assert (order.understood, order.sources_searched, order.next_page) == ("order -hens", 2, None)
    assert hens.hits == []
    assert nothing.notes == ["Write a word to search for."]
    assert (answers[-1].status_code, answers[-1].json()["field"]) == (400, "q")


def test_dates_are_asked_by_day_topic_and_state(tmp_path: Path) -> None:
    queries = ("", "?state=open", "?state=moved", "?topic=pay", "?to=2020-12-11", "?from=2020-12-12&to=2020-12-18")
    answers = [
        DatesAnswer.model_validate_json(answer.content) for answer in ask(tmp_path, *(f"/dates{q}" for q in queries))
    ]
    days = [[f"{date.day} {date.state}" for date in answer.dates] for answer in answers]
    was, now = "2020-12-11 moved", "2020-12-18 open"
    assert days == [[was, now], [now], [was], [], [was], [now]]
    assert answers[-1].dates[0].moved_from == "Fri 11 Dec 2020", "the other one was not asked for"


def test_a_list_of_dates_goes_on_until_its_end(tmp_path: Path, database_url: str) -> None:
    async def read() -> None:
        async with flu_week(tmp_path, database_url, further=12) as opened, open_pages(opened) as (client, _):
            path = f"{ROOT}/dates?from=2020-11-01&topic=flu"
            whole = DatesAnswer.model_validate_json((await client.get(path)).content)
            assert (len(whole.dates), whole.next_cursor) == (14, None)
            walked, cursor = [], ""
            while True:
                answer = await client.get(f"{path}&limit=3{cursor and f'&cursor={cursor}'}")
                page = DatesAnswer.model_validate_json(answer.content)
                walked += page.dates
                if page.next_cursor is None:
                    break
                cursor = page.next_cursor
            assert walked == whole.dates
            of_stories = (await client.get(f"{ROOT}/stories?limit=1")).json()["next_cursor"]
            refused = await client.get(f"{path}&cursor={of_stories}")
            assert (refused.status_code, refused.json()["field"]) == (400, "cursor")

    asyncio.run(read())


def test_topics_sources_and_the_scoreboard(tmp_path: Path) -> None:
    topics, sources, board = ask(tmp_path, "/topics", "/sources", "/scoreboard/2020-11")
    flu, pay = TopicsAnswer.model_validate_json(topics.content).topics
    assert (flu.id, flu.calendar, flu.unless) == ("flu", f"{PUBLIC_URL}/feeds/flu.ics", ["bird flu"])
    assert pay.id == "pay"
    watched = SourcesAnswer.model_validate_json(sources.content)
    assert [(source.id, source.health, source.every_seconds) for source in watched.sources] == [
        ("press", "ok", 1800),
        ("board", "ok", 1800),
    ]
    assert watched.sources[0].last_read_at == MOVED
    first = ScoreboardAnswer.model_validate_json(board.content).lines[0]
    assert (first.publisher, first.announcements, first.media_first, first.median_lead_seconds) == (None, 1, 1, 33_840)


def test_a_walk_gives_each_story_once_whatever_the_page_holds(tmp_path: Path, database_url: str) -> None:
    async def read() -> None:
        async with many_stories(tmp_path, database_url, 23) as opening, opening() as (client, _):
            everything = await walk(client, "limit=100")
            assert len(set(everything)) == 23
            for limit in (1, 2, 5, 7, 23):
                assert await walk(client, f"limit={limit}") == everything
            official = await walk(client, "limit=4&status=confirmed")
            assert [story for story in everything if story in official] == official
            assert len(official) == 11
            begin = (FIRST + timedelta(hours=2)).isoformat()
            assert await walk(client, f"limit=2&since={begin}") == everything[:17], "a plus sign may be unescaped"
            assert await walk(client, "limit=2&until=2020-11-02T10:00:00Z") == everything[-3:]
            assert await walk(client, "since=2020-11-02&until=2020-11-02&limit=10") == everything
            assert await walk(client, "since=2020-11-03") == []
            assert await walk(client, "topic=pay") == []

    asyncio.run(read())


def test_a_cursor_is_ours_or_refused(tmp_path: Path) -> None:
    async def read() -> None:
        url = f"sqlite:///{tmp_path / 'watcher.db'}"
        async with many_stories(tmp_path, url, 5) as opening:
            async with opening() as (client, _), opening(secret="another secret, long enough to be one") as (other, _):
                cursor = (await client.get(f"{ROOT}/stories?limit=2")).json()["next_cursor"]
                forged = [cursor[:-1] + ("A" if cursor[-1] != "A" else "B"), cursor[1:], "x", f"{cursor}.{cursor}"]
                for written in forged:
                    answer = await client.get(f"{ROOT}/stories?cursor={written}")
                    assert (answer.status_code, answer.json()["field"]) == (400, "cursor")
                assert (await other.get(f"{ROOT}/stories?cursor={cursor}")).status_code == 400
                assert SECRET not in cursor
            async with opening(secret="") as (client, _):
                assert len(await walk(client, "limit=2")) == 5, "without a secret it holds while the process lives"

    asyncio.run(read())


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/stories?status=official", "status"),
        ("/stories?topic=nothing", "topic"),
        ("/stories?limit=0", "limit"),
        ("/stories?limit=101", "limit"),
        ("/stories?limit=1_0", "limit"),
        ("/stories?limit=5&limit=6", "limit"),
        ("/stories?since=2020-11-02T10:00:00", "since"),
        ("/stories?since=", "since"),
        ("/stories?until=tomorrow", "until"),
        ("/stories?page=2", "page"),
        ("/dates?state=gone", "state"),
        ("/dates?from=2020-13-01", "from"),
        ("/topics?x=1", "x"),
        ("/openapi.json?x=1", "x"),
    ],
)
def test_a_mistake_is_named(path: str, field: str, tmp_path: Path) -> None:
    (answer,) = ask(tmp_path, path)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["title"], problem["status"]) == ("about:blank", "Bad Request", 400)
    assert problem["field"] == field
    assert problem["detail"].startswith(f"{field}: ")


@pytest.mark.parametrize(
    "path",
    ["/stories/0000", "/stories/" + "0" * 20, "/items/" + "0" * 20, "/scoreboard/2020-13", "/scoreboard/x", "/no"],
)
def test_what_is_not_there_is_a_problem_too(path: str, tmp_path: Path) -> None:
    (answer,) = ask(tmp_path, path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.headers["access-control-allow-origin"] == "*"


def test_any_page_of_any_site_may_ask_and_nothing_can_be_sent(tmp_path: Path) -> None:
    async def read() -> None:
        url = f"sqlite:///{tmp_path / 'watcher.db'}"
        async with flu_week(tmp_path, url) as opened, open_pages(opened) as (client, _):
            origin = {"Origin": "https://intranet.example"}
            for path in (f"{ROOT}/stories", "/feeds/all.json"):
                answer = await client.get(path, headers=origin)
                assert answer.headers["access-control-allow-origin"] == "*"
                assert "access-control-allow-credentials" not in answer.headers
                assert "etag" in answer.headers["access-control-expose-headers"].lower()
                assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
                asking = {**origin, "Access-Control-Request-Method": "GET"}
                preflight = await client.options(path, headers=asking)
                assert (preflight.status_code, preflight.content) == (204, b"")
                assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
                assert (await client.post(path, headers=origin)).status_code == 405
            page = await client.get("/", headers=origin)
            assert page.headers["cross-origin-resource-policy"] == "same-origin"
            assert "access-control-allow-origin" not in page.headers

    asyncio.run(read())


def test_who_has_an_answer_already_is_told_so(tmp_path: Path) -> None:
    async def read() -> None:
        url = f"sqlite:///{tmp_path / 'watcher.db'}"
        async with flu_week(tmp_path, url) as opened, open_pages(opened) as (client, _):
            for path in LISTS:
                first = await client.get(ROOT + path)
                again = await client.get(ROOT + path, headers={"If-None-Match": first.headers["etag"]})
                assert (first.status_code, again.status_code, again.content) == (200, 304, b"")

    asyncio.run(read())


def test_nothing_says_who_reads_or_how_sources_are_asked(tmp_path: Path) -> None:
    async def read() -> dict[str, str]:
        url = f"sqlite:///{tmp_path / 'watcher.db'}"
        async with flu_week(tmp_path, url) as opened, open_pages(opened) as (client, _):
            with opened.database.begin() as tx:
                (story,) = store.stories.all_ids(tx)
                store.deadlines.handle(tx, story, "canary-subscriber", NOW)
            whole = (await client.get(f"{ROOT}/stories/{story}")).json()
            items = [f"{ROOT}/items/{telling['item']}" for telling in whole["tellings"]]
            feeds = ["/feeds/all.atom", "/feeds/all.json", "/feeds/all.ics", "/feeds", "/api"]
            paths = [*(ROOT + path for path in LISTS), f"{ROOT}/stories/{story}", *items, *feeds]
            return {path: (await client.get(path)).text for path in paths}

    answers = asyncio.run(read())
    for canary in (ADDRESS, SECRET, "canary-subscriber", "canary-mailbox", "canary-key", "handled", "screen"):
        assert [path for path, text in answers.items() if canary in text] == [], canary


def test_the_openapi_document_is_one_and_describes_every_address(tmp_path: Path) -> None:
    (answer,) = ask(tmp_path, "/openapi.json")
    document = answer.json()
    validate(document)
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": PUBLIC_URL}]
    assert set(document["paths"]) == {route.full_path for route in ROUTES}
    asked = document["paths"][f"{ROOT}/stories"]["get"]["parameters"]
    assert {parameter["name"]: parameter["schema"].get("enum") for parameter in asked}["topic"] == ["flu", "pay"]
    assert [parameter["schema"] for parameter in asked if parameter["name"] == "limit"] == [
        {"type": "integer", "minimum": 1, "maximum": 100, "default": 25}
    ]


def test_the_page_for_people_shows_every_address(tmp_path: Path) -> None:
    (answer,) = play(tmp_path, f"sqlite:///{tmp_path / 'watcher.db'}", "/api")
    assert [route.path for route in ROUTES if route.full_path not in answer.text] == []
    assert f"curl &#39;{PUBLIC_URL}" in answer.text or f"curl '{PUBLIC_URL}" in answer.text


def test_moments_are_in_utc_and_to_the_second(tmp_path: Path) -> None:
    (answer,) = ask(tmp_path, "/stories")
    story = answer.json()["stories"][0]
    assert story["changed_at"] == "2020-11-23T10:00:00Z"
    assert set(story) == set(ListedStoryAnswer.model_fields), "every field is always there"
    assert datetime.fromisoformat(story["first_seen_at"]).tzinfo is not None
