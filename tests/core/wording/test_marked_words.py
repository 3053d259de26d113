"""The words that were searched for are marked where they stand, as the index found them; what is shown is no markup."""

import re
import sqlite3
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from watcher.core.language.search_query import parse_query
from watcher.core.wording.marked_words import MAX_SNIPPET_CHARACTERS, MarkedText, make_snippet, mark_words
from watcher.core.wording.porter import porter_stem

ROOT = Path(__file__).parents[3]
LONG = "Practices are asked to read this. " * 40


def shown(pieces: MarkedText) -> str:
    """Pieces as one text, with brackets around what is marked."""
    return "".join(f"[{text}]" if is_marked else text for text, is_marked in pieces)


def mark(text: str, query: str) -> str:
    return shown(mark_words(text, parse_query(query)))


def snippet(summary: str, text: str, query: str, title: str = "") -> str:
    return shown(make_snippet(title, summary, text, parse_query(query)))


def test_all_forms_of_a_word_are_marked_and_no_part_of_another() -> None:
    assert mark("Vaccination: vaccines, VACCINATED, invaccine", "vaccine") == (
        "[Vaccination]: [vaccines], [VACCINATED], invaccine"
    )
    assert mark("Policies and a policeman", "policy") == "[Policies] and a policeman"
    assert mark("Copied, copying, a cop", "copy") == "[Copied], [copying], a cop"


def test_a_phrase_is_marked_as_a_whole_and_its_words_alone_are_not() -> None:
    assert mark("Over-50s: the over 50s, over all 50s", '"over 50s"') == "[Over-50s]: the [over 50s], over all 50s"
    assert mark("over 50s", "over-50s") == "[over 50s]"
    assert mark("The GP’s GP", "GP's") == "The [GP’s] GP"


def test_accents_and_unusual_letters_change_no_place() -> None:
    assert mark("İstanbul Café — naïve ﬁne", "cafe naive") == "İstanbul [Café] — [naïve] ﬁne"


def test_a_hostile_headline_is_pieces_of_text() -> None:
    title = '<script>alert("flu")</script>\u202e & flu'
    assert mark_words(title, parse_query("flu")) == (
        ('<script>alert("', False),
        ("flu", True),
        ('")</script> & ', False),
        ("flu", True),
    )


def test_a_snippet_is_of_the_summary_if_the_words_stand_there_else_of_the_text() -> None:
    assert snippet("Order flu jabs.", "Flu in the text.", "flu") == "Order [flu] jabs."
    assert snippet("Order jabs.", "The flu in the text.", "flu") == "The [flu] in the text."
    assert snippet("Order jabs.", "The flu in the text.", "flu", title="Flu!") == "Order jabs."
    assert snippet("Order jabs.", "", "flu") == "Order jabs."
    assert snippet("", LONG, "flu").startswith("Practices are asked to read this. ")
    assert snippet("", "", "flu", title="Flu!") == ""


def test_a_snippet_of_a_long_text_begins_shortly_before_the_words_and_says_where_it_goes_on() -> None:
    pieces = make_snippet("", "", f"{LONG}The flu comes. {LONG}flu", parse_query("flu"))
    text = shown(pieces)
    assert text.startswith("… ")
    assert text.endswith(" …")
    assert "read this. The [flu] comes. Practices" in text
    assert sum(len(piece) for piece, _ in pieces) <= MAX_SNIPPET_CHARACTERS + 4


def test_the_lines_of_a_watched_page_stand_in_one_without_their_marks() -> None:
    page = "# Who can have it\n  - people over 65\n| flu | £10\n\\# no heading"
    assert snippet("", page, "flu") == "Who can have it · people over 65 · [flu] | £10 · # no heading"


@given(st.text(st.characters(), max_size=600), st.text(st.characters(), max_size=60))
def test_whatever_is_marked_is_cut_from_the_text(text: str, raw: str) -> None:
    query = parse_query(raw)
    if not query.is_empty:
        for pieces in (mark_words(text, query), make_snippet("", text, text, query)):
            assert all("\n" not in piece and piece for piece, _ in pieces)
    plain = "".join(piece for piece, _ in mark_words("abc \t def", parse_query("def")))
    assert plain == "abc def"


def test_stems_are_those_of_sqlite() -> None:
    texts = [file.read_text(encoding="utf-8") for file in sorted((ROOT / "docs").rglob("*.md"))]
    texts += [file.read_text(encoding="utf-8") for file in sorted((ROOT / "bench" / "judge").rglob("*.jsonl"))]
    words = sorted({word for text in texts for word in re.findall(r"[a-z]{2,}", text.lower())})
    assert len(words) > 3_000
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE VIRTUAL TABLE t USING fts5(word, tokenize='porter unicode61')")
        db.executemany("INSERT INTO t (rowid, word) VALUES (?, ?)", enumerate(words))
        db.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(t, 'instance')")
        theirs = {words[number]: term for term, number in db.execute("SELECT term, doc FROM terms")}
    assert {word: porter_stem(word) for word in words if porter_stem(word) != theirs[word]} == {}
