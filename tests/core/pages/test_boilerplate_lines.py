"""What a site says of its own readers, and lines that only look like it."""

import pytest

from watcher.core.pages.boilerplate_lines import asks_for_feedback, counts_feedback, is_counter


@pytest.mark.parametrize(
    "line", ["visitors today 312", "you have 3 unread notifications", "it is now 10 41", "basket 2"]
)
def test_a_line_of_the_site_about_itself_is_a_counter(line: str) -> None:
    assert is_counter(line)


@pytest.mark.parametrize(
    "line",
    [
        "visitors 2 pm to 4 pm",
        "it is now 65 and over",
        "12 people found guilty",
        "session number 4 inhalers",
        "200 people can be vaccinated today",
        "31 people said yes",
    ],
)
def test_a_line_about_patients_or_practices_is_none(line: str) -> None:
    assert not is_counter(line)


def test_the_answers_of_readers_count_only_after_the_question() -> None:
    assert asks_for_feedback("was this page helpful")
    assert not asks_for_feedback("was the dose given")
    assert [counts_feedback(line) for line in ("31 people said yes", "yes 12 no 3", "yes 30 points")] == [
        True,
        True,
        False,
    ]
