"""Stored Items are found by their words as they are now, on both engines, and what is taken out is gone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.past_schemas import to_version_14
from watcher import store
from watcher.core.language.search_query import fold_words, parse_query
from watcher.core.stories.placement import as_story_item
from watcher.model import UNPROVEN_IDENTITY, Evidence, Item, Match, Status, Story, Trust
from watcher.store import search_index
from watcher.store.database import Database, open_database
from watcher.store.schema import items
from watcher.store.search import MAX_PAGE_ITEMS, MAX_PAGES, SearchFilter

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
WORDS = ("flu", "jab", "jabs", "pension", "pensions", "café", "CAFE", "GP's", "50s", "20,000", "the", "OR", "Ünwell")
ANY = SearchFilter()


def item(number: int, title: str, **values: Any) -> Item:
    name = f"https://x.example/{number}"
    at = values.pop("first_seen", NOW + timedelta(minutes=number))
    return Item(source="nhse", identity=name, url=name, title=title, first_seen=at, **values)


def save(database: Database, *changed: Item) -> None:
    with database.begin() as tx:
        store.items.save(tx, changed, {}, NOW)


def search(database: Database, raw: str, wanted: SearchFilter = ANY) -> list[str]:
    with database.begin() as tx:
        return [hit.title for hit in store.search.find(tx, parse_query(raw), wanted)[0]]


def test_an_item_is_found_by_the_words_of_today_and_no_more_by_those_of_yesterday(database: Database) -> None:
    first = item(1, "Flu vaccinations for over-50s", summary="Order by Friday.", text="Call the café ‘Naïve’. " * 20)
    save(database, first)
    for words in ("vaccine", "FLU", '"over 50s"', "ordering friday", "cafe", "naïve", "flu -covid", '"by Friday"'):
        assert search(database, words) == [first.title], words
    for words in ("covid", '"50s over"', "flu -vaccinated", "flu -cafe", 'flu -"over 50s"', "fl"):
        assert search(database, words) == [], words
    edited = replace(first, title="Pneumonia vaccinations for over-65s", summary="", revision=2)
    save(database, edited)
    assert [search(database, words) for words in ("flu", "friday", "50s")] == [[], [], []]
    assert [search(database, words) for words in ("pneumonia", "65s", "cafe")] == [[edited.title]] * 3
    save(database, replace(edited, text="", withdrawn=True, revision=3))
    assert [search(database, words) for words in ("cafe", "pneumonia")] == [[], [edited.title]]


def test_a_page_that_is_read_late_is_found_by_its_text_though_it_is_no_revision(database: Database) -> None:
    first = item(1, "Letter", unread=True)
    save(database, first)
    assert search(database, "immunisation") == []
    save(database, replace(first, unread=False, text="Immunisations"))
    assert search(database, "immunisation") == ["Letter"]


def test_an_item_that_moved_is_still_found_once(database: Database) -> None:
    first = item(1, "Flu letter")
    save(database, first)
    with database.begin() as tx:
        moved = replace(first, url="https://y.example/1")
        store.items.save_new_identities(tx, "nhse", {"y.example/1": moved})
        (hit,), _ = store.search.find(tx, parse_query("flu"))
    assert hit.url == moved.url


@pytest.mark.parametrize("marks", [{"is_unproven": True}, {"identity": f"{UNPROVEN_IDENTITY}1"}])
def test_a_mail_that_anybody_may_have_written_is_found_by_nobody(database: Database, marks: dict[str, Any]) -> None:
    mail = replace(item(1, "Flu jabs are off"), **marks)
    save(database, mail, item(2, "Flu jabs are on"))
    assert search(database, "flu") == ["Flu jabs are on"]
    save(database, replace(mail, title="Flu jabs are really off", revision=2))
    assert search(database, "flu") == ["Flu jabs are on"]


def test_a_mail_is_found_from_when_it_is_proven_and_no_longer_than_that(database: Database) -> None:
    mail = replace(item(1, "Flu jabs"), is_unproven=True)
    for is_unproven in (True, False, True, False):
        save(database, replace(mail, is_unproven=is_unproven))
        assert search(database, "flu") == ([] if is_unproven else ["Flu jabs"])


def test_hostile_texts_are_texts(database: Database) -> None:
    texts = [
        "'); DROP TABLE items;--",
        "<b>flu</b> \u202e",
        'flu" OR "1',
        "flu \ud83d \x00 jab",
        "x" * 3_000,
        "🧨" * 99,
    ]
    save(database, *(item(number, f"T{number}", text=text) for number, text in enumerate(texts)))
    assert search(database, "flu") == ["T1", "T2", "T3"], "a list has its newest first"
    assert search(database, '"drop table"') == ["T0"]
    save(database, *(item(number, f"U{number}", text="pension", revision=2) for number in range(len(texts))))
    assert (search(database, "flu"), len(search(database, "pension"))) == ([], len(texts))


def test_the_newest_stand_first_on_pages_of_25(database: Database) -> None:
    save(database, *(item(number, f"Flu {number}") for number in reversed(range(60))))
    pages = []
    with database.begin() as tx:
        for page in (1, 2, 3, 4, 0, MAX_PAGES + 1):
            hits, has_more = store.search.find(tx, parse_query("flu"), page=page)
            pages.append(([hit.title for hit in hits], has_more))
    titles = [f"Flu {number}" for number in reversed(range(60))]
    assert MAX_PAGE_ITEMS == 25
    assert pages == [(titles[:25], True), (titles[25:50], True), (titles[50:], False), *[([], False)] * 3]


def tell(database: Database, told: Item, status: Status, trust: Trust) -> None:
    story_item = as_story_item(told, trust, "Pulse", NOW)
    story = Story(
        id=f"of-{told.title}", title=told.title, status=status, topics=("flu",), opened_at=NOW, items=(story_item,)
    )
    evidence = Evidence(field="title", text="flu", term="flu")
    with database.begin() as tx:
        store.items.save(tx, [told], {told.id: [Match(topic="flu", evidence=(evidence,))]}, NOW)
        store.stories.save(tx, [story])


def test_what_is_found_can_be_told_apart_by_topic_status_trust_and_time(database: Database) -> None:
    tell(database, item(1, "Flu A"), Status.REPORTED, Trust.PRESS)
    tell(database, item(2, "Flu B"), Status.CONFIRMED, Trust.OFFICIAL)
    save(database, item(5, "Pension"), replace(item(4, "Flu D"), source="pulse"), item(3, "Flu C"))
    after_first, after_third = NOW + timedelta(minutes=2), NOW + timedelta(minutes=4)
    answers = {
        "topic": search(database, "flu", SearchFilter(topic="flu")),
        "no topic": search(database, "flu", SearchFilter(topic="covid")),
        "status": search(database, "flu", SearchFilter(statuses=(Status.CONFIRMED,))),
        "told by": search(database, "flu", SearchFilter(trust=Trust.PRESS)),
        "published by": search(database, "flu", SearchFilter(trust=Trust.PRESS, source_ids=("pulse",))),
        "since": search(database, "flu", SearchFilter(since=after_first)),
        "until": search(database, "flu", SearchFilter(until=after_third)),
        "both": search(database, "flu", SearchFilter(since=after_first, until=after_third)),
        "neither": search(database, "flu", SearchFilter(since=after_third, until=after_first)),
        "all": search(
            database,
            "flu",
            SearchFilter(topic="flu", statuses=(Status.REPORTED,), trust=Trust.PRESS, until=after_third),
        ),
    }
    assert answers == {
        "topic": ["Flu B", "Flu A"],
        "no topic": [],
        "status": ["Flu B"],
        "told by": ["Flu A"],
        "published by": ["Flu D", "Flu A"],
        "since": ["Flu D", "Flu C", "Flu B"],
        "until": ["Flu C", "Flu B", "Flu A"],
        "both": ["Flu C", "Flu B"],
        "neither": [],
        "all": ["Flu A"],
    }


def test_a_clock_that_was_put_back_hides_nothing(database: Database) -> None:
    save(database, item(1, "Flu late", first_seen=NOW + timedelta(days=400)))
    save(database, item(2, "Flu early", first_seen=NOW))
    assert search(database, "flu", SearchFilter(until=NOW + timedelta(days=1))) == ["Flu early"]
    assert search(database, "flu", SearchFilter(since=NOW + timedelta(days=1))) == ["Flu late"]


def test_a_page_takes_two_queries(database: Database) -> None:
    tell(database, item(1, "Flu A"), Status.REPORTED, Trust.PRESS)
    save(database, *(item(number, f"Flu {number}") for number in range(2, 40)))
    statements: list[str] = []

    def count_queries() -> int:
        return sum(statement.startswith("SELECT") for statement in statements)

    with database.begin() as tx:
        sa.event.listen(tx, "before_cursor_execute", lambda *facts: statements.append(facts[2]))
        hits, _ = store.search.find(tx, parse_query("flu"), SearchFilter(since=NOW), 2)
        counts = [count_queries()]
        for nothing in ("", "-flu", "covid"):
            store.search.find(tx, parse_query(nothing))
            counts.append(count_queries())
    assert ([hit.topics for hit in hits][-1], hits[-1].story) == (("flu",), "of-Flu A")
    assert counts == [2, 2, 2, 3]


def terms_of(database: Database) -> Sequence[tuple[Any, ...]]:
    """All that the index of words holds."""
    with database.begin() as tx:
        if tx.dialect.name == "postgresql":
            return [
                tuple(row) for row in tx.execute(sa.text("SELECT number, words::text FROM search_words ORDER BY 1"))
            ]
        tx.execute(sa.text("INSERT INTO search_words (search_words) VALUES ('integrity-check')"))
        tx.execute(
            sa.text("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, search_words, instance)")
        )
        return [tuple(row) for row in tx.execute(sa.text("SELECT term, doc, offset FROM temp.terms ORDER BY 1, 2, 3"))]


edits = st.tuples(st.integers(1, 3), st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), st.booleans())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(edits, min_size=1, max_size=8), raw=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
def test_after_any_edits_the_index_is_as_if_made_today_and_finds_nothing_that_a_query_excludes(
    database: Database, changes: list[tuple[int, str, bool]], raw: list[str]
) -> None:
    for revision, (number, text, is_unproven) in enumerate(changes, 1):
        save(database, item(number, f"T{number}", text=text, is_unproven=is_unproven, revision=revision))
    with database.begin() as tx:
        rows = tx.execute(sa.select(items).where(items.c.number.is_not(None))).all()
        texts = {row.number: search_index.index_text(row) for row in rows}
    kept = terms_of(database)
    with database.begin() as tx:
        search_index.write(tx, texts, {})
        search_index.write(tx, {}, texts)
    assert terms_of(database) == kept
    excluded = raw[-1]
    with database.begin() as tx:
        hits, _ = store.search.find(tx, parse_query(f"t1 -{excluded}"))
        left_out, _ = store.search.find(tx, parse_query(f"t1 {excluded}"))
    assert all(f" {fold_words(excluded)} " not in f" {fold_words(hit.text)} " for hit in hits)
    assert len(hits) + len(left_out) == sum(1 for row in rows if row.title == "T1")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.text(st.characters(), max_size=250))
def test_no_text_is_a_query_that_fails(database: Database, raw: str) -> None:
    save(database, item(1, "Flu jabs"))
    assert search(database, raw) in ([], ["Flu jabs"])
    assert search(database, f"-flu -jab {raw[:100]}") == []


def test_what_was_stored_before_there_was_a_search_is_found_after_the_upgrade(database_url: str) -> None:
    old = open_database(database_url)
    many = [item(number, f"Flu {number}", first_seen=NOW - timedelta(minutes=number)) for number in range(1_203)]
    save(old, *many, replace(item(2_000, "Flu unproven"), is_unproven=True))
    with old.begin() as tx:
        to_version_14(tx)
    old.close()
    upgraded = open_database(database_url)
    assert search(upgraded, "flu")[:2] == ["Flu 0", "Flu 1"]
    assert [search(upgraded, words) for words in ("1202", "unproven")] == [["Flu 1202"], []]
    save(upgraded, replace(many[7], title="Pension", revision=2), item(3_000, "Flu news"))
    assert [search(upgraded, words) for words in ("pension", "7")] == [["Pension"], []]
    assert search(upgraded, "flu")[:2] == ["Flu news", "Flu 0"]
    upgraded.close()
