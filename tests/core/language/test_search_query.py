"""Any text is a query: words, phrases and what to leave out. What was not taken is said; nobody writes operators."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.language.search_query import (
    MAX_QUERY_CHARACTERS,
    MAX_QUERY_TERMS,
    NOTHING_ASKED,
    ONLY_EXCLUSIONS,
    TOO_LONG,
    TOO_MANY,
    SearchQuery,
    fold_words,
    parse_query,
    render_for_fts5,
    render_for_postgresql,
)


@pytest.mark.parametrize(
    ("raw", "query"),
    [
        ("flu  jabs", SearchQuery(terms=("flu", "jabs"))),
        ('"GP contract" -Scotland', SearchQuery(phrases=("GP contract",), excluded=("Scotland",))),
        ("“press release” –“all wales”", SearchQuery(phrases=("press release",), excluded=("all wales",))),
        ('flu "over-50s', SearchQuery(terms=("flu",), phrases=("over-50s",))),
        ('"" & – -"" !', SearchQuery(notes=(NOTHING_ASKED,))),
        ("flu flu -jab --jab", SearchQuery(terms=("flu",), excluded=("jab",))),
        ("", SearchQuery(notes=(NOTHING_ASKED,))),
        ("-flu", SearchQuery(excluded=("flu",), notes=(ONLY_EXCLUSIONS,))),
        ("co-operate", SearchQuery(terms=("co-operate",))),
        ("f\x00lu \ud800jab\u202e", SearchQuery(terms=("flu", "jab"))),
    ],
)
def test_a_query_is_what_somebody_means_by_it(raw: str, query: SearchQuery) -> None:
    assert parse_query(raw) == query


def test_what_is_too_much_is_said_and_cut_between_words() -> None:
    many = parse_query(" ".join(f"w{number}" for number in range(MAX_QUERY_TERMS + 1)))
    assert (many.terms[-1], many.notes) == (f"w{MAX_QUERY_TERMS - 1}", (TOO_MANY,))
    long = parse_query("flu " + "x" * (MAX_QUERY_CHARACTERS - 8) + " vaccination")
    assert (long.terms[0], len(long.terms), long.notes) == ("flu", 2, (TOO_LONG,))
    assert parse_query("x" * 1_000).terms == ("x" * MAX_QUERY_CHARACTERS,)


def test_the_query_says_in_its_own_language_what_was_understood() -> None:
    query = parse_query('-"press release" flu “new contract” -jab')
    assert query.text == 'flu "new contract" -"press release" -jab'
    assert parse_query(query.text) == query


def test_no_operator_of_a_database_can_be_written() -> None:
    query = parse_query('flu OR NEAR(a b) title:x* ^y -"NOT z"')
    assert render_for_fts5(query) == ('("flu" AND "OR" AND "NEAR a" AND "b" AND "title x" AND "y") NOT ("NOT z")')
    assert render_for_postgresql(query) == '"flu" "or" "near a" "b" "title x" "y" "near" "a" "title" "x" -"not z"'


def test_words_are_folded_as_the_index_has_them() -> None:
    assert fold_words("Café's İzmir, £20,000 & over-50s_x") == "cafe s izmir 20 000 over 50s x"
    assert fold_words("Cafe\u0301") == "cafe"


@given(st.text(st.characters(), max_size=400))
def test_any_text_is_a_query_that_sqlite_takes(raw: str) -> None:
    query = parse_query(raw)
    assert query.is_empty == (not query.required)
    assert len(query.required) + len(query.excluded) <= MAX_QUERY_TERMS
    assert render_for_postgresql(query).count('"') % 2 == 0
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE VIRTUAL TABLE t USING fts5(words, content='')")
        if not query.is_empty:
            db.execute("SELECT rowid FROM t WHERE t MATCH ?", (render_for_fts5(query),)).fetchall()
