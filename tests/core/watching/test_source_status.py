"""What people read of each source: one line, and one line for many in the same plight."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.watching.health import Health
from watcher.core.watching.source_status import (
    SourceStatus,
    digest_footer,
    outlook_lines,
    pasted_status,
    source_status,
    status_lines,
)
from watcher.model import Fault, SourceState

NOW = datetime(2026, 7, 2, 6, 30, tzinfo=UTC)
READ = SourceState(source="nhse", next_poll=NOW, last_poll=NOW, last_success=NOW, last_new_item=NOW)
NEVER = SourceState(source="nhse", next_poll=NOW)
BROKEN = replace(READ, failures=1, error="HTTP 503", fault=Fault.FAILED)
DEAD = SourceState(source="nhse", next_poll=NOW, last_poll=NOW, failures=4, error="HTTP 404", fault=Fault.FAILED)
LOGIN = replace(READ, failures=1, error="this is not a feed", fault=Fault.SUSPECT)


@pytest.mark.parametrize(
    ("state", "health", "sentence"),
    [
        (READ, Health.OK, "NHS England: ok, read Thu 2 Jul 2026 07:30"),
        (BROKEN, Health.FAILING, "NHS England: COULD NOT LOOK (HTTP 503), last read Thu 2 Jul 2026 07:30"),
        (DEAD, Health.FAILING, "NHS England: COULD NOT LOOK (HTTP 404), never read so far"),
        (LOGIN, Health.SUSPECT, "NHS England: COULD NOT LOOK (this is not a feed), last read Thu 2 Jul 2026 07:30"),
        (NEVER, Health.UNREAD, "NHS England: not looked at yet"),
        (None, Health.UNREAD, "NHS England: not looked at yet"),
    ],
    ids=["ok", "failing", "dead", "login page", "new", "unknown"],
)
def test_a_sources_state_is_said_in_one_line(state: SourceState | None, health: Health, sentence: str) -> None:
    seen = source_status("NHS England", "nhse", state, NOW)
    assert (seen.health, seen.sentence, seen.could_look) == (health, sentence, health is Health.OK)


def test_a_sight_holds_what_a_person_needs_to_know() -> None:
    assert source_status("NHS England", "nhse", READ, NOW) == SourceStatus(
        source="nhse",
        name="NHS England",
        health=Health.OK,
        words="ok, read Thu 2 Jul 2026 07:30",
        last_success=NOW,
        last_new_item=NOW,
        next_poll=NOW,
    )


def test_the_digests_footer_counts_the_sources_and_names_each_that_was_not_read() -> None:
    states = {"NHS England": READ, "PCSE": DEAD, "DHSC": READ}
    assert digest_footer(source_status(name, name, state, NOW) for name, state in states.items()) == (
        "Sources: 2 of 3 could be read at their last check.",
        "PCSE: COULD NOT LOOK (HTTP 404), never read so far",
    )


def test_sources_in_the_same_plight_share_a_line() -> None:
    assert status_lines([source_status(name, name, DEAD, NOW) for name in ("PCSE", "DHSC", "UKHSA")]) == (
        "3 sources (PCSE, DHSC, UKHSA): COULD NOT LOOK (HTTP 404), never read so far",
    )


def test_each_that_is_not_well_says_when_it_is_looked_at_next_and_what_to_do() -> None:
    later = replace(DEAD, next_poll=NOW + timedelta(hours=6))
    statuses = [source_status(name, name.lower(), state, NOW) for name, state in (("PCSE", later), ("DHSC", LOGIN))]
    statuses += [source_status(name, name.lower(), None, NOW) for name in ("UKHSA", "NICE")]
    pcse, dhsc, unread = outlook_lines([*statuses, source_status("NHS England", "nhse", READ, NOW)])
    assert pcse.startswith("PCSE: next look Thu 2 Jul 2026 13:30; look at the site in a browser; if it moved, correct")
    assert dhsc.startswith("DHSC: next look Thu 2 Jul 2026 07:30; see what it gives with `watcher try dhsc`, and")
    assert unread == "UKHSA, NICE: next look at once"


def test_what_a_person_pastes_has_no_next_look() -> None:
    assert pasted_status("BMA", "bma", READ).outlook == ""
    assert source_status("NHS England", "nhse", READ, NOW).outlook == "next look Thu 2 Jul 2026 07:30"
