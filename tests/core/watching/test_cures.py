"""Whatever a poll fails with, a person is told what to do, in the words for that failure."""

from datetime import UTC, datetime

import pytest

from watcher.core.watching.cures import cure_of_state, find_cure
from watcher.core.watching.health import fault_of
from watcher.errors import NotFetched, NotParsed
from watcher.model import Fault, SourceState

NOW = datetime(2026, 7, 2, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotFetched("HTTP 404", status=404), "if it moved, correct `url`"),
        (NotFetched("HTTP 403", status=403), "by hand, `watcher add bma --paste`"),
        (NotFetched("HTTP 410", status=410), "taken away for good"),
        (NotFetched("HTTP 429", status=429), "raise its `every`"),
        (NotFetched("HTTP 503", status=503), "a fault of its own: wait"),
        (NotFetched("HTTP 301", status=301), "look yourself with `watcher try bma`"),
        (NotFetched("robots.txt asks us not to read this address"), "watcher add bma --paste"),
        (NotFetched("intranet.example leads to a private address"), "WATCHER_ALLOW_PRIVATE"),
        (NotFetched("no name server knows it", unreachable=True), "the network of this machine"),
        (NotParsed("this is not a feed"), "`watcher try bma`, and what it gave with `watcher quarantine`"),
        (NotParsed("a fault in watcher: KeyError"), "please report it"),
    ],
    ids=lambda value: getattr(value, "why", ""),
)
def test_each_failure_has_a_cure(error: NotFetched | NotParsed, words: str) -> None:
    assert words in find_cure("bma", error.why, fault_of(error))


def test_what_can_be_read_needs_no_cure() -> None:
    state = SourceState(source="bma", next_poll=NOW, last_poll=NOW, last_success=NOW)
    assert [cure_of_state("bma", each) for each in (state, None)] == ["", ""]
    failed = SourceState(source="bma", next_poll=NOW, last_poll=NOW, error="HTTP 404", fault=Fault.FAILED)
    assert cure_of_state("bma", failed) == find_cure("bma", "HTTP 404", Fault.FAILED)
