"""Which rows of a list are one announcement: the list itself is the evidence."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.items.list_identity import identify, identify_known
from watcher.core.language.dates import read_date
from watcher.model import Item, key

pytestmark = pytest.mark.promise("P31")
STEADY = settings(deadline=None, derandomize=True, max_examples=200)


def row(title: str, link: str = "", guid: str = "", day: str = "", summary: str = "") -> Item:
    keys = tuple(filter(None, (link, guid, key(title.casefold(), day))))
    return Item(
        source="lmc",
        identity=keys[0],
        keys=keys,
        url="https://lmc.example/",
        title=title,
        summary=summary,
        published=read_date(day),
    )


def identities(*rows: Item) -> list[str]:
    return [item.identity for item in identify(rows)[0]]


def test_a_link_for_all_names_none_and_the_guid_does() -> None:
    rows = [row(f"Bulletin {n}", "lmc.example/bulletins", f"b{n}") for n in range(3)]
    assert identities(*rows) == ["b0", "b1", "b2"]


def test_a_guid_for_all_names_none_and_the_link_does() -> None:
    assert identities(row("Flu", "lmc.example/1", "same"), row("Pay", "lmc.example/2", "same")) == [
        "lmc.example/1",
        "lmc.example/2",
    ]


def test_one_link_and_one_guid_for_all_leave_headline_and_date() -> None:
    weekly = [row("This week", "lmc.example/news", "same", day) for day in ("1 May 2026", "8 May 2026")]
    assert identities(*weekly) == [key("this week", "1 May 2026"), key("this week", "8 May 2026")]


def test_a_row_listed_twice_is_one_and_one_that_says_more_is_named() -> None:
    flu = row("Flu letter", "lmc.example/1")
    assert identify([flu, flu]) == ((flu,), [])
    more = row("Flu letter", "lmc.example/1", summary="Order by Friday.")
    kept, left_out = identify([flu, more])
    assert ([item.title for item in kept], left_out) == (["Flu letter"], ["Flu letter"])


def test_two_dated_rows_and_an_undated_one_under_one_link_are_three() -> None:
    rows = [row("This week", "lmc.example/news", "", day) for day in ("", "1 May 2026", "8 May 2026")]
    kept, left_out = identify(rows)
    assert ([item.published.literal for item in kept], left_out) == (["", "1 May 2026", "8 May 2026"], [])


def test_two_guids_under_one_link_headline_and_day_are_two() -> None:
    rows = [row("Class 2 Medicines Recall", "lmc.example/recalls", guid, "1 May 2026") for guid in ("a", "b")]
    assert identities(*rows) == ["a", "b"]


def test_no_two_rows_are_one_stored_item() -> None:
    stored = row("This week", "lmc.example/news")
    rows = [row("This week", "lmc.example/news", "", day) for day in ("1 May 2026", "8 May 2026")]
    known = identify_known(identify(rows)[0], {"lmc.example/news": stored})
    assert len({item.identity for item in known}) == 2


def test_what_was_stored_under_a_link_is_known_when_others_come_to_share_it() -> None:
    stored = row("Flu letter", "lmc.example/news", "f")
    listed, _ = identify([stored, row("Pay letter", "lmc.example/news", "p")])
    known = identify_known(listed, {"lmc.example/news": stored})
    assert [item.identity for item in known] == ["lmc.example/news", "p"]


def test_what_was_stored_under_a_guid_is_known_when_its_link_is_its_own_again() -> None:
    stored = row("Flu letter", "", "f")
    (listed,), _ = identify([row("Flu letter, corrected", "lmc.example/news", "f")])
    assert identify_known([listed], {"f": stored})[0].identity == "f"


@STEADY
@given(
    st.lists(
        st.builds(
            row,
            st.sampled_from(["Flu", "Pay", "Contract"]),
            st.sampled_from(["", "a", "b"]),
            st.sampled_from(["", "g", "h"]),
            st.sampled_from(["", "1 May 2026", "2 May 2026"]),
            st.sampled_from(["", "Order by Friday."]),
        ),
        max_size=8,
    )
)
def test_no_announcement_vanishes_unless_its_headline_is_named(rows: list[Item]) -> None:
    kept, left_out = identify(rows)
    assert len({item.identity for item in kept}) == len(kept)
    for each in rows:
        same: list[Any] = [item for item in kept if (item.title, item.summary) == (each.title, each.summary)]
        assert same or each.title in left_out
