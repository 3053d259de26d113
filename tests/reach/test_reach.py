"""Thirty announcements of 2020 to 2026, each looked for in the sources of the shipped catalogue (docs/reach.md)."""

from pathlib import Path

import pytest

from tests.reach.events import EVENTS
from tests.reach.replay import Reached, counts, play_all, table

REACH = Path(__file__).parents[2] / "docs" / "reach.md"
BY_MAIL = {event.number for event in EVENTS if event.by_mail}


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory) -> list[Reached]:
    """What was seen of each announcement."""
    return play_all(tmp_path_factory.mktemp("reach"))


@pytest.mark.slow
def test_the_first_official_word_and_the_text_to_act_on_are_seen(reached: list[Reached]) -> None:
    figures = counts(reached)
    assert figures["seen"] >= 28, list(table(reached))
    assert figures["text"] >= 22, list(table(reached))


@pytest.mark.slow
def test_the_table_of_the_documentation_is_what_was_seen(reached: list[Reached]) -> None:
    assert "\n".join(table(reached)) in REACH.read_text(encoding="utf-8")


def test_what_came_by_mail_alone_stands_in_no_page() -> None:
    assert {4, 6, 29} == BY_MAIL
    assert all(event.put is None for event in EVENTS if event.by_mail)
