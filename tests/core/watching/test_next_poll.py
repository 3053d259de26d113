"""How long a source is left alone: its `every`, or with `every: auto` by its own rhythm; and after a failed trial."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.watching.health import fault_of
from watcher.core.watching.next_poll import interval, state_after_failed_poll, state_after_poll
from watcher.errors import NotFetched, NotParsed
from watcher.model import ParseResult, Proof, Response, SourceState, Validators
from watcher.model.options import AUTO, parse_duration

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
NEVER_READ = SourceState(source="s", next_poll=NOW)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ((), HOUR),
        ((2, 2, 2, 2), HOUR),
        ((2, 4, 4, 4, 100), HOUR),
        ((0.1,) * 9, timedelta(minutes=10)),
        ((200,) * 5, 6 * HOUR),
    ],
)
def test_every_auto_is_a_quarter_of_the_usual_wait_within_bounds(hours: tuple[float, ...], expected: timedelta) -> None:
    state = replace(NEVER_READ, arrival_intervals=tuple(each * 3600 for each in hours))
    assert interval(parse_duration("auto"), state) == expected
    assert interval(timedelta(minutes=15), state) == timedelta(minutes=15)
    assert parse_duration("auto") == AUTO


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (NotParsed("it lists 0 items, expected 2 or more"), 24 * HOUR),
        (NotFetched("HTTP 404", status=404), 24 * HOUR),
        (NotFetched("no such host", unreachable=True), HOUR),
    ],
)
def test_what_did_not_prove_itself_is_tried_again_in_a_day_and_sooner_without_a_network(
    error: NotFetched | NotParsed, wait: timedelta
) -> None:
    after = state_after_failed_poll(NEVER_READ, error, 24 * HOUR, NOW, is_on=False)
    assert after == replace(
        NEVER_READ, last_poll=NOW, next_poll=NOW + wait, fault=fault_of(error), proof=Proof(why=error.why)
    )


def test_the_answer_to_a_form_leaves_the_version_of_its_page_as_it_is() -> None:
    url, version = "https://a.example/list", Validators(etag='"1"')
    page = Response(url=url, requested_url=url, body=b"1", fetched_at=NOW, validators=version)
    answers = (page, replace(page, body=b"2", validators=Validators()))  # the same address: its pager sent a form
    after = state_after_poll(NEVER_READ, ParseResult(responses=answers), HOUR, 0, (), NOW)
    assert after.validators == {url: version}
