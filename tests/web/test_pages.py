"""The pages over a week of November 2020, as a practice manager reads them."""

import asyncio
import html
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from tests.support.flu_week import (
    ADDRESS,
    EVENING,
    MORNING,
    MOVED,
    NOW,
    READERS,
    SECRET,
    SOURCES,
    TOPICS,
    flu_week,
    open_pages,
    play,
)
from tests.support.saved_stories import save_story
from tests.support.world import desk, write_config
from watcher import store
from watcher.core.language.dates import LONDON
from watcher.core.stories.mending import join_stories
from watcher.model import UNPROVEN_IDENTITY, Alert, Authority, FactKind, Item, Reason, Status, Story, StoryItem, Trust
from watcher.reports.date_pages import DATES_ON_PAGE
from watcher.reports.left_out import load_left_out
from watcher.reports.story_list import list_story
from watcher.reports.story_page import MAX_FORWARDED_CHARACTERS, StoryPage, compose_forward, load_story_page
from watcher.reports.today import begin_of_day, begin_of_today
from watcher.runtime import Runtime
from watcher.web.api.story_answers import describe_listed_story
from watcher.web.app import PAGES

FLU_STORY = re.compile(r'href="/stories/(\w+)"')
EVERY_PATH = (
    "/",
    "/?topic=flu",
    "/since?day=2020-11-20",
    "/today/left-out?day=2020-11-20",
    "/stories?topic=flu&from=2020-11-01&to=2020-11-30",
    "/why?q=https://press.example/news/2",
    "/topics",
    "/topics/flu",
    "/dates?show=all",
    "/dates?view=month&month=2020-12",
    "/sources",
    "/search?q=flu",
    "/scoreboard",
    "/scoreboard/2020-11",
    "/scoreboard/2020-11.svg",
    "/feeds",
    "/api",
    "/about",
    "/privacy",
    "/accessibility",
    "/robots.txt",
)


def words(response: httpx.Response) -> str:
    """What stands in the main part of a page, as text on one line."""
    assert response.status_code == httpx.codes.OK, response.text
    main = response.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+([.,:])", r"\1", " ".join(html.unescape(re.sub(r"<[^>]*>", " ", f"<main{main}")).split()))


def story_page(opened: Runtime) -> StoryPage:
    """The page of the one Story of the week."""
    with opened.database.read() as tx:
        (story_id,) = store.stories.all_ids(tx)
        shown = load_story_page(tx, opened.configuration, NOW, story_id, "")
    assert shown is not None
    return shown


def on_week(folder: Path, database_url: str) -> StoryPage:
    async def load() -> StoryPage:
        async with flu_week(folder, database_url) as opened:
            return story_page(opened)

    return asyncio.run(load())


def test_five_questions_of_a_manager_are_answered_by_the_page_of_the_announcement(
    tmp_path: Path, database_url: str
) -> None:
    shown = on_week(tmp_path, database_url)
    assert (shown.status, shown.since, shown.official) == (
        "CHANGED",
        MOVED,
        "yes, NHS England on Fri 20 Nov 2020 17:05, 9 h 24 min after BBC News",
    )
    assert {kind: told for kind, told in shown.brief if told} == {
        FactKind.WHO: "people aged 50 to 64",
        FactKind.DO: "order flu vaccine",
        FactKind.DUE: "MOVED from Fri 11 Dec 2020 to Fri 18 Dec 2020, in 25 days "
        "(“Practices must order flu vaccine by 18 December 2020.”)",
        FactKind.OWNER: "nurse lead",
        FactKind.APPLIES: "binding; addressed to practices",
    }
    assert shown.unknown == (FactKind.FROM, FactKind.ORDER, FactKind.PAID, FactKind.CODE)
    assert shown.asked_by.publisher == "NHS England"
    assert [(moment.at, str(moment.kind), moment.item.publisher, moment.status) for moment in shown.timeline] == [
        (MORNING, "seen", "BBC News", ""),
        (EVENING, "seen", "NHS England", ""),
        (EVENING, "status", "NHS England", "OFFICIAL"),
        (MOVED, "status", "NHS England", "CHANGED"),
        (MOVED, "edited", "NHS England", ""),
    ]
    edit = shown.timeline[-1]
    assert [(label, " ".join(f"{span.mark}:{span.text}" for span in spans)) for label, spans in edit.changes] == [
        ("Was", "kept:Practices must order flu vaccine by removed:11 kept:December 2020."),
        ("Now", "kept:Practices must order flu vaccine by added:18 kept:December 2020."),
    ]


def test_the_timeline_has_each_headline_as_it_was_at_that_moment(tmp_path: Path, database_url: str) -> None:
    async def load() -> StoryPage:
        async with flu_week(tmp_path, database_url) as opened:
            with opened.database.begin() as tx:
                item = store.items.get(tx, "https://press.example/news/2")
                assert item is not None
                edited = replace(item, title="Flu jabs after all", revision=item.revision + 1)
                store.items.save(tx, [edited], {}, MOVED + timedelta(minutes=1))
            return story_page(opened)

    press = [moment for moment in asyncio.run(load()).timeline if moment.item.publisher == "BBC News"]
    assert [(str(moment.kind), moment.item.title) for moment in press] == [
        ("seen", "Flu jabs for everyone over 50 from 1 December"),
        ("edited", "Flu jabs after all"),
    ]


def test_the_text_to_forward_is_short_and_whole(tmp_path: Path) -> None:
    shown = on_week(tmp_path, f"sqlite:///{tmp_path / 'watcher.db'}")
    assert compose_forward(shown).splitlines() == [
        "CHANGED",
        "Flu vaccine for people aged 50 to 64 from 1 December: order stock",
        "Official: yes, NHS England on Fri 20 Nov 2020 17:05, 9 h 24 min after BBC News",
        "Was: due Fri 11 Dec 2020",
        "Now: due Fri 18 Dec 2020, in 19 working days",
        "Do: order flu vaccine",
        "NHS England, Fri 20 Nov 2020 17:05 (as of Mon 23 Nov 2020)",
        "https://board.example/letters/1",
    ]
    long = replace(shown.paragraph, url="https://board.example/" + "x" * 400)
    cut = compose_forward(replace(shown, paragraph=long, address="https://watcher.example/stories/1"))
    assert len(cut) <= MAX_FORWARDED_CHARACTERS
    assert "Do: order" not in cut, "what has no room is left out whole"
    keyed = replace(shown.paragraph, url="https://board.example/1?key=canary")
    assert "canary" not in compose_forward(replace(shown, paragraph=keyed))


def test_on_monday_the_first_page_tells_the_weekend_too(tmp_path: Path, database_url: str) -> None:
    today, since, left_out = map(
        words,
        play(tmp_path, database_url, "/", "/since?day=2020-11-20", "/today/left-out?day=2020-11-20"),
    )
    news = (
        "Changed or withdrawn CORRECTION: CHANGED Flu vaccine for people aged 50 to 64 from 1 December: order stock "
        "was due Fri 11 Dec 2020; now due Fri 18 Dec 2020, in 19 working days NHS England"
    )
    assert "since Fri 20 Nov 2020 07:30" in today
    assert news in today
    assert "Besides what stands above, 1 text was not told: 1 on another subject." in today
    assert "Each with its reason: Fri 20 Nov 2020, Sat 21 Nov 2020, Sun 22 Nov 2020, Mon 23 Nov 2020." in today
    assert "All 2 sources that are on could be read at the last look. Last look: Mon 23 Nov 2020 10:00." in today
    assert news in since
    assert "Bird flu: flu vaccine for hens (press.example) BBC News" in left_out


@pytest.mark.parametrize(
    ("now", "begin"),
    [
        (datetime(2020, 11, 23, 11, 0, tzinfo=UTC), datetime(2020, 11, 20, 7, 30, tzinfo=UTC)),  # a Monday
        (datetime(2020, 10, 27, 9, 0, tzinfo=UTC), datetime(2020, 10, 26, 7, 30, tzinfo=UTC)),
        (datetime(2020, 10, 26, 9, 0, tzinfo=UTC), datetime(2020, 10, 23, 6, 30, tzinfo=UTC)),  # the clocks went back
        (datetime(2020, 12, 29, 9, 0, tzinfo=UTC), datetime(2020, 12, 24, 7, 30, tzinfo=UTC)),  # after Christmas
    ],
)
def test_today_begins_on_the_morning_of_the_last_working_day(now: datetime, begin: datetime) -> None:
    assert begin_of_today(now) == begin


def test_a_day_is_londons_day_when_the_clocks_change() -> None:
    assert begin_of_day(date(2020, 10, 25)) == datetime(2020, 10, 24, 23, 0, tzinfo=UTC)
    assert begin_of_day(date(2020, 10, 26)) == datetime(2020, 10, 26, 0, 0, tzinfo=UTC)
    assert begin_of_day(date(2020, 3, 29)) == datetime(2020, 3, 29, 0, 0, tzinfo=UTC)
    assert begin_of_day(date(2020, 3, 30)) == datetime(2020, 3, 29, 23, 0, tzinfo=UTC)


def test_dates_stand_with_their_sentence_as_a_table_and_as_a_month(tmp_path: Path, database_url: str) -> None:
    listed, month, topic, other = map(
        words,
        play(
            tmp_path,
            database_url,
            "/dates",
            "/dates?view=month&month=2020-12",
            "/topics/flu",
            "/dates?topic=pay",
        ),
    )
    row = (
        "By Fri 18 Dec 2020 in 25 days; 19 working days moved from Fri 11 Dec 2020 Flu vaccine for people aged 50 to "
        "64 from 1 December: order stock “Practices must order flu vaccine by 18 December 2020.” NHS England, official"
    )
    assert row in listed
    assert "11 Dec 2020 moved to another date" not in listed, "it is not open"
    assert "18 due 18 December: Flu vaccine for people aged 50 to 64" in month
    assert "11 due 11 December" in month
    assert row in topic
    assert "No date is open on this topic." in other


def test_the_address_of_an_announcement_that_was_joined_leads_to_the_one_it_is_told_with(
    tmp_path: Path, database_url: str
) -> None:
    async def ask() -> tuple[str, list[httpx.Response]]:
        async with flu_week(tmp_path, database_url, further=2) as opened:
            with opened.database.begin() as tx:
                stories = sorted(store.stories.active_since(tx, EVENING), key=lambda story: story.opened_at)
                joined = join_stories(stories[0], stories[1])
                (gone,) = {stories[0].id, stories[1].id} - {joined.id}
                store.story_marks.join(tx, joined, gone)
            async with open_pages(opened) as (client, _):
                paths = (f"/stories/{gone}", f"/api/v1/stories/{gone}", "/stories/" + "0" * 20)
                return joined.id, [await client.get(path) for path in paths]

    joined, (page, answer, unknown) = asyncio.run(ask())
    assert [page.status_code, answer.status_code, unknown.status_code] == [410, 410, 404]
    assert (
        f'<a href="/stories/{joined}">Flu vaccine for people aged 50 to 64 from 1 December: order stock</a>'
        in page.text
    )
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["instead"] == f"/stories/{joined}"


def test_a_printed_page_says_whence_and_of_when_and_stays_the_same_page(tmp_path: Path) -> None:
    async def ask() -> list[httpx.Response]:
        moment = [NOW]
        url = f"sqlite:///{tmp_path / 'watcher.db'}"
        async with flu_week(tmp_path, url) as opened, open_pages(opened, lambda: moment[0]) as (client, _):
            first = await client.get("/stories?topic=flu&from=2020-11-20")
            moment[0] += timedelta(minutes=5)
            held = {"If-None-Match": first.headers["etag"]}
            later = await client.get("/stories?topic=flu&from=2020-11-20", headers=held)
            return [first, later, await client.get("/robots.txt")]

    first, later, robots = asyncio.run(ask())
    address = "http://watcher.example/stories?topic=flu&amp;from=2020-11-20"
    assert f'<p class="printed">{address}, read Mon 23 Nov 2020 11:00</p>' in first.text
    assert later.status_code == 304, "nothing but the moment is new"
    assert robots.text == "User-agent: *\nAllow: /feeds/\nDisallow: /\n"


def test_a_report_whose_next_chapter_is_official_is_not_called_unofficial_for_ever(
    tmp_path: Path, database_url: str
) -> None:
    async def ask() -> list[httpx.Response]:
        async with flu_week(tmp_path, database_url) as opened:
            with opened.database.begin() as tx:
                report = save_story(tx, "report", "Practices asked for list checks in five days", MORNING)
                pause = save_story(tx, "pause", "List checks are paused", EVENING, status=Status.CONFIRMED)
                store.stories.save(tx, [replace(pause, follows=report.id)])
            async with open_pages(opened) as (client, _):
                return [
                    await client.get(path) for path in (f"/stories/{report.id}", "/stories", "/since?day=2020-11-20")
                ]

    shown, listed, news = map(words, asyncio.run(ask()))
    assert "An official announcement followed: List checks are paused." in shown
    assert re.search(r"\bREPORTED since Fri 20 Nov 2020", shown)
    assert "REPORTED Practices asked for list checks" in listed
    assert "Also in the news Practices asked for list checks" in news
    assert not any("NOT OFFICIAL YET" in page for page in (shown, listed, news))


def test_the_first_start_says_why_nothing_is_watched_yet(tmp_path: Path) -> None:
    async def ask() -> list[httpx.Response]:
        write_config(tmp_path / "config", SOURCES.replace("every: 30m", "every: 30m, enabled: auto"), READERS, TOPICS)
        environment = {"WATCHER_MAIL_FROM": "watcher@watcher.example", "WATCHER_SMTP_URL": "smtp://127.0.0.1:9"}
        url = f"sqlite:///{tmp_path / 'watcher.db'}"
        async with desk(tmp_path / "config", environment, url, NOW) as opened, open_pages(opened) as (client, _):
            return [await client.get(path) for path in ("/", "/sources")]

    today, sources = map(words, asyncio.run(ask()))
    assert "No source is watched yet: why, and what to do" in today
    assert "0 sources are watched. 2 sources are being tried and not told yet" in sources
    assert "Which they are BBC News, NHS England letters." in sources


def test_many_dates_stand_on_several_pages(tmp_path: Path) -> None:
    first, second, third = play(
        tmp_path,
        f"sqlite:///{tmp_path / 'watcher.db'}",
        *("/dates", "/dates?page=2", "/dates?page=3"),
        further=DATES_ON_PAGE + 3,
    )
    assert [answer.text.count('<tr id="d-') for answer in (first, second, third)] == [DATES_ON_PAGE, 4, 0]
    assert 'href="/dates?show=open&amp;page=2">Later dates</a>' in first.text
    assert "Later dates" not in second.text
    assert "There are no later dates." in words(third)


def test_why_names_the_words_and_never_a_reader(tmp_path: Path, database_url: str) -> None:
    told, vetoed, unknown, *named = map(
        words,
        play(
            tmp_path,
            database_url,
            "/why?q=https://press.example/news/2",
            "/why?q=https://press.example/news/3",
            "/why?q=https://press.example/news/4",
            "/why?q=Bird+flu:+flu+vaccine+for+hens",
            "/why?q=Swine+flu",
            "/why?q=flu",
        ),
    )
    assert "sent at once, or within the hour, to those who want that" in told
    assert "Flu vaccination, by “Flu jabs” in the title" in told
    assert "not told: on another subject (Flu vaccination: Bird flu)" in vetoed
    assert "Flu vaccination, because of “Bird flu” in the title" in vetoed
    assert "We have never seen this, neither as an address nor as a headline; search with other words." in unknown
    assert "not told: on another subject (Flu vaccination: Bird flu)" in named[0], "the only one with these words"
    assert "We have never seen this" in named[1]
    assert "Which of these is it? The newest with these words: " in named[2]
    assert "Bird flu: flu vaccine for hens BBC News" in named[2]


def test_all_that_was_seen_is_searched(tmp_path: Path, database_url: str) -> None:
    empty, found, vetoed, nothing, phrase, excluded, settled, unchanged = map(
        words,
        play(
            tmp_path,
            database_url,
            "/search",
            "/search?q=order",
            "/search?q=hens",
            "/search?q=order&topic=pay",
            "/search?q=%22order flu vaccine%22&status=changed&kind=official&from=2020-11-20&to=2020-11-20",
            "/search?q=flu -vaccine",
            "/search?q=order&status=official",
            "/search?q=order&status=confirmed",
        ),
    )
    headline = "Flu vaccine for people aged 50 to 64 from 1 December: order stock"
    assert (headline in settled, headline in unchanged) == (True, False), "it was official, and was changed since"
    assert "Searched:" not in empty
    assert "CHANGED Flu vaccine for people aged 50 to 64 from 1 December: order stock" in found
    assert "Searched: all that 2 sources gave since Thu 19 Nov 2020 09:00." in found
    assert "ON NONE OF OUR TOPICS Bird flu: flu vaccine for hens (press.example)" in vetoed
    assert "Why was it not told?" in vetoed
    assert "No hit. No text, in its newest version, holds these words and fits the rest." in nothing
    assert "Practices must order flu vaccine by 18 December 2020." in phrase
    assert "Flu jabs for everyone over 50" in excluded
    assert "order stock" not in excluded


def test_the_announcements_are_listed_by_topic_status_and_day(tmp_path: Path, database_url: str) -> None:
    paths = (
        "topic=pay",
        "status=changed",
        "status=official",
        "status=withdrawn",
        "to=2020-11-19",
        "from=2020-11-20&to=2020-11-20",
    )
    counts = [
        len(set(FLU_STORY.findall(answered.text)))
        for answered in play(tmp_path, database_url, *(f"/stories?{asked}" for asked in paths))
    ]
    assert counts == [0, 1, 1, 0, 0, 1]


def test_what_was_left_out_adds_up(tmp_path: Path, database_url: str) -> None:
    async def count() -> tuple[int, int, int, int]:
        async with flu_week(tmp_path, database_url) as opened:
            with opened.database.read() as tx:
                left = load_left_out(tx, opened.configuration, NOW, date(2020, 11, 20))
                decided = store.dispositions.between(
                    tx, begin_of_day(date(2020, 11, 20)), begin_of_day(date(2020, 11, 21))
                )
            return left.total, left.told_at_once, left.in_digest, len({fate.item for fate in decided})

    total, told, in_digest, every = asyncio.run(count())
    assert (total, told, in_digest) == (1, 2, 0)
    assert total + told + in_digest == every


def test_what_only_an_unproven_mail_says_stands_on_no_page(tmp_path: Path, database_url: str) -> None:
    forged = Item(
        source="board",
        identity=f"{UNPROVEN_IDENTITY}1",
        url="https://board.example/forged",
        title="Flu vaccine: forged by anybody",
        text="Practices must send money by 4 December 2020.",
        is_unproven=True,
        first_seen=EVENING,
    )
    told = StoryItem(
        item=forged.id,
        identity=forged.identity,
        source="board",
        trust=Trust.OFFICIAL,
        publisher="NHS England",
        title=forged.title,
        url=forged.url,
        seen_at=EVENING,
    )
    forged_too = replace(forged, identity=f"{UNPROVEN_IDENTITY}2", url="https://press.example/news/2")
    told_too = replace(told, item=forged_too.id, identity=forged_too.identity, seen_at=MORNING - timedelta(minutes=1))
    story = Story(
        id="forged", title=forged.title, status=Status.REPORTED, topics=("flu",), opened_at=EVENING, items=(told,)
    )
    alert = Alert(reason=Reason.FIRST_HEARD, at=EVENING, story="forged", item=forged.id, revision=1, topics=("flu",))

    async def ask() -> list[httpx.Response]:
        async with flu_week(tmp_path, database_url) as opened:
            with opened.database.begin() as tx:
                store.items.save(tx, [forged], {}, EVENING)
                store.stories.save(tx, [story])
                store.alerts.save(tx, [alert])
                shown = next(
                    story for story in store.stories.find(tx, store.stories.all_ids(tx)).values() if story.official
                )
                opened_by_it = replace(shown, title=forged_too.title, items=(told_too, *shown.items))
                store.items.save(tx, [forged_too], {}, EVENING)
                store.stories.save(tx, [opened_by_it], [shown])
            async with open_pages(opened) as (client, _):
                asked = (*EVERY_PATH, "/stories", f"/why?q={forged.id}", "/stories/forged")
                return [await client.get(path) for path in asked]

    *others, page = asyncio.run(ask())
    assert [answered.url.path for answered in others if "forged by anybody" in answered.text] == []
    assert page.status_code == httpx.codes.NOT_FOUND


def test_when_nobody_looks_any_more_no_page_says_that_there_is_no_news(tmp_path: Path, database_url: str) -> None:
    async def ask() -> list[httpx.Response]:
        async with (
            flu_week(tmp_path, database_url) as opened,
            open_pages(opened, lambda: NOW + timedelta(days=9)) as (client, _),
        ):
            return [await client.get(path) for path in ("/", "/sources")]

    today, sources = map(words, asyncio.run(ask()))
    assert "We could not look since Mon 23 Nov 2020 10:00: whether anything is new is not known." in today
    assert "Nothing new" not in today
    assert "2 of 2 sources could not be read at the last look" in today
    assert "2 could not be read at the last look" in sources
    assert "NOT LOOKED AT since Mon 23 Nov 2020 10:00" in sources


def test_days_on_which_nobody_looked_are_no_quiet_days(tmp_path: Path) -> None:
    past, future, since = play(
        tmp_path,
        f"sqlite:///{tmp_path / 'watcher.db'}",
        "/today/left-out?day=2019-01-01",
        "/today/left-out?day=2020-11-24",
        "/since?day=2020-10-20",
    )
    assert "We did not look on this day: our first look was on Thu 19 Nov 2020 09:00." in words(past)
    assert "Nothing is thrown away" not in words(past)
    assert future.status_code == httpx.codes.BAD_REQUEST
    assert "Our first look was on Thu 19 Nov 2020 09:00: of what came before it nothing is said here." in words(since)


def test_a_denial_makes_nothing_official() -> None:
    press = StoryItem(
        item="1", identity="1", source="press", trust=Trust.PRESS, publisher="BBC", title="T", url="", seen_at=MORNING
    )
    board = replace(press, item="2", trust=Trust.OFFICIAL, seen_at=EVENING, authority=Authority.DENIAL)
    story = Story(id="s", title="T", status=Status.REPORTED, topics=("flu",), opened_at=MORNING, items=(press, board))
    denied = story.with_status(Status.WITHDRAWN, board, EVENING)
    confirmed = story.with_status(Status.CONFIRMED, replace(board, authority=Authority.OFFICIAL), EVENING)
    official = replace(confirmed, items=(press, replace(board, authority=Authority.OFFICIAL)))
    assert list_story(denied).lead is None
    answer = describe_listed_story(denied, EVENING, "")
    assert (answer.official_publisher, answer.official_seen_at, answer.official_after_seconds) == (None, None, None)
    assert list_story(official).lead == EVENING - MORNING


def test_nothing_of_readers_or_secrets_stands_on_any_page(tmp_path: Path, database_url: str) -> None:
    answers = play(tmp_path, database_url, *EVERY_PATH, "/stories")
    (story,) = set(FLU_STORY.findall(answers[-1].text))
    (tmp_path / "again").mkdir()
    answers += play(tmp_path / "again", f"sqlite:///{tmp_path / 'again.db'}", f"/stories/{story}")
    for answered in answers:
        for canary in (SECRET, ADDRESS, "canary"):
            assert canary not in answered.text
            assert canary not in str(answered.headers)


def test_every_page_of_the_table_is_asked_here() -> None:
    asked = {re.sub(r"\?.*", "", path) for path in EVERY_PATH} | {"/stories/{story}", "/since", "/stories"}
    patterns = {re.sub(r":str", "", page.path) for page in PAGES if not page.is_private}
    examples = {"/topics/{topic}": "/topics/flu", "/scoreboard/{month}": "/scoreboard/2020-11"}
    examples |= {"/scoreboard/{month}.svg": "/scoreboard/2020-11.svg"}
    covered = {pattern for pattern in patterns if examples.get(pattern, pattern) in asked}
    assert patterns - covered - OTHERS == set()


# those with tests of their own: what programs and machines read
OTHERS = {re.sub(":str", "", page.path) for page in PAGES if page.path.startswith(("/feeds/", "/api/v1/", "/health/"))}


@pytest.mark.parametrize("path", ["/", "/stories", "/dates?show=all", "/topics/flu", "/today/left-out?day=2020-11-20"])
def test_a_page_costs_no_more_statements_with_more_announcements(tmp_path: Path, path: str) -> None:
    def count(further: int) -> int:
        async def ask() -> int:
            folder = tmp_path / str(further)
            folder.mkdir()
            async with flu_week(folder, f"sqlite:///{folder / 'watcher.db'}", further) as opened:
                statements: list[str] = []
                reading = opened.database._reading
                sa.event.listen(reading, "before_cursor_execute", lambda *told: statements.append(told[2]))
                store.stories._loaded.clear()  # what the polls kept
                async with open_pages(opened) as (client, _):
                    assert (await client.get(path)).status_code == httpx.codes.OK
                return len(statements)

        return asyncio.run(ask())

    few, many = count(2), count(40)
    assert many - few in {0, 3}, "what one part of a page has loaded of few stories, another need not load"


def test_a_page_is_read_once_a_minute_and_anew_after_a_change(tmp_path: Path) -> None:
    async def ask() -> list[int]:
        async with flu_week(tmp_path, f"sqlite:///{tmp_path / 'watcher.db'}") as opened:
            moment = [NOW]
            statements: list[str] = []
            sa.event.listen(opened.database._reading, "before_cursor_execute", lambda *told: statements.append(told[2]))
            counts = []
            async with open_pages(opened, lambda: moment[0]) as (client, site):
                for _ in range(2):
                    await client.get("/stories")
                    counts.append(len(statements))
                moment[0] = NOW + timedelta(minutes=2)
                await client.get("/stories")
                counts.append(len(statements))
                await site.change(lambda _tx, _now: None)
                await client.get("/stories")
                counts.append(len(statements))
            return counts

    first, again, later, changed = asyncio.run(ask())
    assert first == again
    assert again < later < changed


def test_the_moment_of_the_pages_is_londons(tmp_path: Path) -> None:
    (answered,) = play(tmp_path, f"sqlite:///{tmp_path / 'watcher.db'}", "/")
    iso = MOVED.astimezone(LONDON).isoformat(timespec="minutes")
    assert f'<time datetime="{iso}">Mon 23 Nov 2020 10:00</time>' in answered.text
