"""Texts in the database: whatever a page says comes back, short texts as they are and long ones smaller."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.store.column_types import pack_text, unpack_text

PAGE = "Practices can order the vaccine from the usual suppliers until Friday 21 March 2025. " * 30


@given(st.text(st.characters(), max_size=400))
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert unpack_text(pack_text(text)) == text


def test_a_lone_surrogate_of_a_server_is_kept() -> None:
    assert unpack_text(pack_text("flu \ud83d jab")) == "flu \ud83d jab"


def test_a_page_is_kept_small_a_line_as_it_is_and_nothing_as_nothing() -> None:
    assert len(pack_text(PAGE)) < len(PAGE) / 10
    assert pack_text("Flu jabs") == b"pFlu jabs"
    assert pack_text("") == b""


def test_bytes_that_are_no_text_say_what_to_do() -> None:
    with pytest.raises(ValueError, match="use a backup"):
        unpack_text(b"Flu jabs")
