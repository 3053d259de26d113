"""Whether an Item is new, revised or known as it is: editors touch pages all day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from watcher.core.items.revisions import distinct_items, items_to_read, next_revision
from watcher.model import Change, Item, Precision, Published, Verdict

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
FOUND = Item(
    source="press",
    identity="press.example/1",
    url="https://press.example/1",
    title="Flu letter is out",
    summary="Order by 5 December.",
    published=Published(day=date(2026, 11, 2), precision=Precision.DAY, literal="2 November 2026"),
)
KNOWN = replace(FOUND, revision=1, first_seen=NOW)


def test_an_item_never_seen_is_revision_one_and_seen_now() -> None:
    assert next_revision(FOUND, None, NOW) == replace(FOUND, revision=1, first_seen=NOW)


def test_the_same_item_again_is_nothing() -> None:
    assert next_revision(FOUND, KNOWN, LATER) is None


def test_a_date_that_moved_is_nothing() -> None:
    moved = replace(FOUND, published=Published(day=date(2026, 11, 3), precision=Precision.DAY, literal="3 November"))
    assert next_revision(moved, KNOWN, LATER) is None


def test_an_address_with_another_tracker_is_nothing() -> None:
    assert next_revision(replace(FOUND, url="https://press.example/1#top"), KNOWN, LATER) is None


def test_another_headline_is_the_next_revision_first_seen_when_it_was() -> None:  # fault 65
    found = replace(FOUND, title="Flu letter is out: over-50s included", published=Published(literal="3 November"))
    expected = replace(KNOWN, title="Flu letter is out: over-50s included", revision=2)
    assert next_revision(found, KNOWN, LATER) == expected


def test_a_withdrawal_is_a_revision_even_when_no_word_changed() -> None:
    assert next_revision(replace(FOUND, withdrawn=True), KNOWN, LATER) == replace(KNOWN, withdrawn=True, revision=2)


def test_a_text_that_changed_is_a_revision_and_a_text_not_fetched_is_not() -> None:
    known = replace(KNOWN, text="Order by 5 December.")
    assert next_revision(FOUND, known, LATER) is None
    assert next_revision(replace(FOUND, text="Order by 9 December."), known, LATER) == replace(
        known, text="Order by 9 December.", revision=2
    )


def test_a_new_headline_without_its_page_keeps_the_text_we_had() -> None:
    known = replace(KNOWN, text="Order by 5 December.")
    assert next_revision(replace(FOUND, title="Flu"), known, LATER) == replace(known, title="Flu", revision=2)


def test_a_page_that_is_read_at_last_is_told_as_the_same_revision() -> None:
    known = replace(KNOWN, unread=True)
    assert next_revision(replace(FOUND, text="Over-50s."), known, LATER) == replace(KNOWN, text="Over-50s.")
    assert next_revision(replace(FOUND, unread=True), known, LATER) is None


def test_an_item_known_without_a_date_takes_the_first_it_gets() -> None:
    known = replace(KNOWN, published=Published())
    found = replace(FOUND, title="Flu letter is out now")
    assert next_revision(found, known, LATER) == replace(found, revision=2, first_seen=NOW)


def test_the_pages_worth_fetching_are_new_changed_or_still_unread() -> None:
    new, same = replace(FOUND, identity="new"), replace(FOUND, identity="same")
    edited, late = replace(FOUND, identity="edited", title="Flu letter, corrected"), replace(FOUND, identity="late")
    known = {
        "same": replace(KNOWN, identity="same"),
        "edited": replace(KNOWN, identity="edited"),
        "late": replace(KNOWN, identity="late", unread=True),
    }
    assert items_to_read([new, same, edited, late], known) == (new, edited, late)


def test_a_page_that_lists_an_announcement_twice_tells_it_once_where_it_stood_first() -> None:
    first, second = replace(FOUND, identity="a", title="First"), replace(FOUND, identity="b")
    assert distinct_items([first, second, replace(first, title="Again")]) == (first, second)


def test_a_file_whose_words_are_read_for_the_first_time_keeps_its_revision_and_is_not_read_anew_for_ever() -> None:
    mark = Item(
        source="s", identity="a", url="https://a.example/", title="Letter", text="File of 12 bytes, 0a1b", revision=3
    )
    read = replace(mark, text="PDF file\nPractices must order.", revision=1)
    kept = next_revision(read, mark, NOW, Change(verdict=Verdict.COSMETIC))
    assert kept == replace(read, revision=3)
    assert next_revision(read, kept, NOW, Change(verdict=Verdict.COSMETIC)) is None
