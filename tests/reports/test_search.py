"""The search that readers see: days in London, who published, which words were found, and what was asked."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.world import write_config
from watcher import store
from watcher.config import Configuration, read_configuration
from watcher.core.language.search_query import NOTHING_ASKED, ONLY_EXCLUSIONS
from watcher.core.stories.placement import as_story_item
from watcher.model import Evidence, Item, Match, SourceState, Status, Story, Trust
from watcher.reports.search import TOO_DEEP, SearchHit, SearchPage, SearchRequest, search_items
from watcher.store.database import Database
from watcher.store.search import MAX_PAGE_ITEMS, MAX_PAGES

NIGHT = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight on 1 July in London
SOURCES = """sources:
  - {id: nhse, name: NHSE, publisher: NHS England, trust: official, kind: feed, url: "https://e.example/f", every: 1h}
  - {id: pulse, name: Pulse, publisher: Pulse, trust: trade, kind: feed, url: "https://p.example/f", every: 1h}
"""
PEOPLE = "subscribers: [{id: s, via: console, address: s, admin: true}]"
LETTER = Item(
    source="nhse",
    identity="e.example/1",
    url="https://e.example/1?token=secret",
    title="Flu <vaccination> letter",
    summary="All practices vaccinate.",
    first_seen=NIGHT,
)
NEWS = Item(source="pulse", identity="p.example/1", url="https://p.example/1", title="Flu news", first_seen=NIGHT)
GONE = Item(source="shut", identity="s.example/1", url="", title="Flu", withdrawn=True, first_seen=NIGHT)


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    return read_configuration(write_config(tmp_path / "config", SOURCES, PEOPLE), {})


def write(database: Database) -> None:
    """A letter that is told, news that is not, and a page of a source that is configured no more."""
    story_item = as_story_item(LETTER, Trust.OFFICIAL, "NHSE", NIGHT)
    story = Story(id="s1", title="T", status=Status.CONFIRMED, topics=("flu",), opened_at=NIGHT, items=(story_item,))
    match = Match(topic="flu", evidence=(Evidence(field="title", text="flu", term="flu"),))
    with database.begin() as tx:
        store.items.save(tx, [GONE, NEWS, LETTER], {LETTER.id: [match]}, NIGHT)
        store.stories.save(tx, [story])
        for source, since in (("nhse", NIGHT), ("pulse", NIGHT - timedelta(days=9)), ("unread", None)):
            store.sources.claim(tx, [source], "lease", NIGHT)
            state = SourceState(source=source, next_poll=NIGHT, first_success=since)
            store.sources.save(tx, state, "lease")


def search(database: Database, configuration: Configuration, request: SearchRequest) -> SearchPage:
    with database.read() as tx:
        return search_items(tx, configuration, request)


def test_a_hit_says_what_it_is_where_the_words_stand_and_who_published_it(
    database: Database, configuration: Configuration
) -> None:
    write(database)
    page = search(database, configuration, SearchRequest(text="flu"))
    assert [(hit.title, hit.publisher, hit.trust, hit.story, hit.is_withdrawn) for hit in page.hits] == [
        ("Flu", "shut", None, None, True),
        ("Flu news", "Pulse", Trust.TRADE, None, False),
        ("Flu <vaccination> letter", "NHSE", Trust.OFFICIAL, "s1", False),
    ]
    (hit,) = search(database, configuration, SearchRequest(text="vaccinations")).hits
    assert hit == SearchHit(
        item=LETTER.id,
        story="s1",
        status=Status.CONFIRMED,
        is_withdrawn=False,
        title=LETTER.title,
        marked_title=(("Flu <", False), ("vaccination", True), ("> letter", False)),
        snippet=(("All practices ", False), ("vaccinate", True), (".", False)),
        url="https://e.example/1?token=***",
        publisher="NHSE",
        trust=Trust.OFFICIAL,
        seen_at=NIGHT,
        topics=("flu",),
    )


def test_days_are_those_of_london_and_both_count(database: Database, configuration: Configuration) -> None:
    write(database)
    june, july = date(2026, 6, 30), date(2026, 7, 1)
    spans = [(july, july), (None, june), (july, None), (None, july), (date.min, date.max), (july, june)]
    counts = [
        len(search(database, configuration, SearchRequest(text="flu", first_day=first, last_day=last)).hits)
        for first, last in spans
    ]
    assert counts == [3, 0, 3, 3, 3, 0]


def test_the_kind_of_publisher_counts_for_what_was_told_and_for_what_was_not(
    database: Database, configuration: Configuration
) -> None:
    write(database)
    titles = {
        trust: [hit.title for hit in search(database, configuration, SearchRequest(text="flu", trust=trust)).hits]
        for trust in (Trust.OFFICIAL, Trust.TRADE, Trust.PRESS)
    }
    assert titles == {Trust.OFFICIAL: [LETTER.title], Trust.TRADE: [NEWS.title], Trust.PRESS: []}


def test_where_nothing_is_found_it_says_what_was_searched_and_what_is_missing(
    database: Database, configuration: Configuration
) -> None:
    write(database)
    page = search(database, configuration, SearchRequest(text="pension", page=-3))
    assert (page.hits, page.notes, page.page, page.has_next) == ((), (), 1, False)
    assert (page.sources, page.since) == (2, NIGHT - timedelta(days=9))
    assert search(database, configuration, SearchRequest(text=" ")).notes == (NOTHING_ASKED,)
    assert search(database, configuration, SearchRequest(text="-flu")).notes == (ONLY_EXCLUSIONS,)


def test_the_last_page_that_is_shown_says_so(database: Database, configuration: Configuration) -> None:
    many = [
        Item(source="nhse", identity=str(number), url="", title="Flu", first_seen=NIGHT)
        for number in range(MAX_PAGES * MAX_PAGE_ITEMS + 1)
    ]
    with database.begin() as tx:
        store.items.save(tx, many, {}, NIGHT)
    before, last = (
        search(database, configuration, SearchRequest(text="flu", page=page)) for page in (MAX_PAGES - 1, MAX_PAGES + 5)
    )
    assert (before.has_next, before.notes) == (True, ())
    assert (last.page, last.has_next, last.notes, len(last.hits)) == (MAX_PAGES, False, (TOO_DEEP,), MAX_PAGE_ITEMS)


def test_a_page_takes_three_queries(database: Database, configuration: Configuration) -> None:
    write(database)
    statements: list[str] = []
    with database.read() as tx:
        sa.event.listen(tx, "before_cursor_execute", lambda *facts: statements.append(facts[2]))
        search_items(tx, configuration, SearchRequest(text="flu", topic="flu", status=Status.CONFIRMED))
    assert sum(statement.startswith("SELECT") for statement in statements) == 3


def test_people_see_each_story_once_with_how_many_of_its_texts_have_the_words(
    database: Database, configuration: Configuration
) -> None:
    write(database)
    page = search(database, configuration, SearchRequest(text="flu"))
    (letter,) = [hit for hit in page.hits if hit.story]
    report = replace(letter, item="report", seen_at=NIGHT - timedelta(hours=1))
    others = [hit for hit in page.hits if not hit.story]
    shown = replace(page, hits=(*others, letter, report, report)).by_story
    assert shown == (*((hit, 0) for hit in others), (letter, 2))
