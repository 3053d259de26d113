"""Sentences: cut where a reader would cut, never inside an abbreviation, and no word is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.language.sentences import MAX_SENTENCE_CHARACTERS, split_searchable, split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Reply by 1 Nov. Claims after that are void.", ["Reply by 1 Nov. Claims after that are void."]),
        ("Send it to Dr. Patel at St. Mary's. Thank you.", ["Send it to Dr. Patel at St. Mary's.", "Thank you."]),
        ("Come at 5 p.m. on Friday. Thank you.", ["Come at 5 p.m. on Friday.", "Thank you."]),
        ("See no. 4, approx. 30 days. £20k is paid.", ["See no. 4, approx. 30 days.", "£20k is paid."]),
        ("2. Order the vaccine. 3. Book clinics.", ["2. Order the vaccine.", "3. Book clinics."]),
        ("“It is ready.” The letter says so.", ["“It is ready.”", "The letter says so."]),
        ("One line\n• a point\n• another", ["One line", "a point", "another"]),
        ("  ", []),
    ],
)
def test_a_text_is_cut_where_a_reader_would_cut_it(text: str, sentences: list[str]) -> None:
    assert list(split_sentences(text)) == sentences


@given(st.text(alphabet="aB1 .!?\n•”)", max_size=200))
def test_no_word_is_lost_and_what_was_cut_is_not_cut_again(text: str) -> None:
    sentences = list(split_sentences(text))
    kept = [character for character in text if not character.isspace() and character != "•"]
    assert [mark for sentence in sentences for mark in sentence if not mark.isspace() and mark != "•"] == kept
    assert [part for sentence in sentences for part in split_sentences(sentence)] == sentences


@given(st.text(alphabet="ab. ", max_size=3_000))
def test_what_is_searched_is_short(text: str) -> None:
    assert all(len(sentence) <= MAX_SENTENCE_CHARACTERS for sentence in split_searchable(text))
