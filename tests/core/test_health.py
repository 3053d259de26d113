"""Whether we can see, in plain words: "could not look" is never "no news"."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from watcher.core.health import Health, Sight, footer, sight, speaks
from watcher.model import SourceState

NOW = datetime(2026, 7, 2, 6, 30, tzinfo=UTC)
READ = SourceState(source="nhse", next_poll=NOW, last_poll=NOW, last_success=NOW, last_new_item=NOW)
NEVER = SourceState(source="nhse", next_poll=NOW)
BROKEN = SourceState(source="nhse", next_poll=NOW, last_success=NOW, failures=1, error="HTTP 503")
DEAD = SourceState(source="nhse", next_poll=NOW, failures=4, error="HTTP 404")


@pytest.mark.parametrize(
    ("state", "health", "sentence"),
    [
        (READ, Health.OK, "NHS England: ok, read Thu 2 Jul 2026 07:30"),
        (
            BROKEN,
            Health.FAILING,
            "NHS England: COULD NOT LOOK (HTTP 503), last read Thu 2 Jul 2026 07:30",
        ),
        (DEAD, Health.FAILING, "NHS England: COULD NOT LOOK (HTTP 404), never read so far"),
        (NEVER, Health.UNREAD, "NHS England: COULD NOT LOOK (not polled yet), never read so far"),
        (None, Health.UNREAD, "NHS England: COULD NOT LOOK (not polled yet), never read so far"),
    ],
    ids=["ok", "failing", "dead", "new", "unknown"],
)
def test_a_sources_state_is_said_in_one_line(state: SourceState | None, health: Health, sentence: str) -> None:
    seen = sight("NHS England", "nhse", state)
    assert (seen.health, seen.sentence) == (health, sentence)


def test_a_sight_holds_what_a_person_needs_to_know() -> None:
    assert sight("NHS England", "nhse", READ) == Sight(
        source="nhse", name="NHS England", health=Health.OK, last_success=NOW, last_new_item=NOW, error=""
    )


def test_the_digests_footer_counts_the_sources_and_names_each_that_was_not_read() -> None:
    sights = [sight("NHS England", "nhse", READ), sight("PCSE", "pcse", DEAD), sight("DHSC", "dhsc", READ)]
    assert footer(sights) == (
        "Sources: 2 of 3 could be read at their last check.",
        "PCSE: COULD NOT LOOK (HTTP 404), never read so far",
    )


def test_admins_hear_when_a_fault_begins_and_when_it_ends_and_nothing_between() -> None:
    week = [0, 1, 2, 3, 4, 5, 0, 1, 0, 1, 2, 3, 0]
    heard = [speaks(before, after) for before, after in pairwise(week)]
    assert heard == [None, None, True, None, None, False, None, None, None, None, True, False]
