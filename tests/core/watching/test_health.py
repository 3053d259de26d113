"""Whether we can see: what each look changes, which condition follows, and what admins hear, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.watching.admin_alerts import alerts_after_poll
from watcher.core.watching.health import (
    Condition,
    ConditionKind,
    Health,
    conditions_of,
    network_down_since,
    reject_emptied_list,
    state_after_failure,
    state_after_success,
)
from watcher.errors import NotFetched, NotParsed
from watcher.model import Fault, Item, ParseResult, SourceState

NOW = datetime(2026, 7, 2, 6, 30, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)
Look = ParseResult | NotFetched | NotParsed
DOWN, LOGIN = NotFetched("HTTP 503", status=503), NotParsed("this is not a feed; perhaps a login or error page")
NO_NETWORK = NotFetched("the host name cannot be resolved", unreachable=True)
SAME = ParseResult(unchanged=True)


def listing(*numbers: int) -> ParseResult:
    return ParseResult(
        items=tuple(Item(source="bbc", identity=f"n{n}", url="https://x", title=f"Item {n}") for n in numbers)
    )


FIRST, OVERLAPPING, DISJOINT = listing(*range(1, 11)), listing(*range(5, 15)), listing(*range(50, 60))


def after(state: SourceState, look: Look, now: datetime) -> SourceState:
    """The facts after a look; what the last look did not show counts as fresh."""
    if isinstance(look, ParseResult):
        fresh = len({each.identity for each in look.items} - state.last_identities)
        return state_after_success(state, look, now, fresh=fresh)
    return state_after_failure(state, look, now)


def week(looks: Sequence[Look], every: timedelta = TEN_MINUTES, start: SourceState | None = None) -> list[str]:
    """What admins hear while the looks go by."""
    state, heard = start or SourceState(source="bbc", next_poll=NOW), []
    for number, look in enumerate(looks):
        moment = NOW + number * every
        state, alerts = alerts_after_poll("BBC News", state, after(state, look, moment), [], moment)
        heard += [f"{number}: {alert.note}" for alert in alerts]
    return heard


@pytest.mark.fault(22)
@pytest.mark.promise("P7")
def test_a_server_that_flaps_is_weather_and_three_failures_in_a_row_are_told_once_and_ended_once() -> None:
    assert week([FIRST, DOWN, DOWN, FIRST, DOWN, FIRST, DOWN, DOWN, DOWN, DOWN, DOWN, FIRST, DOWN, FIRST]) == [
        (
            "8: BBC News (bbc): COULD NOT LOOK (HTTP 503), last read Thu 2 Jul 2026 08:20. We keep trying; look "
            "yourself with `watcher try bbc`."
        ),
        "11: BBC News (bbc): can be read again.",
    ]


@pytest.mark.fault(23, 33, 34, 56)
@pytest.mark.promise("P7")
@pytest.mark.parametrize(
    "answer",
    [LOGIN, NotFetched("HTTP 403", status=403), NotFetched("HTTP 204", status=204), NotParsed("the answer is empty")],
    ids=["login page", "403", "204", "empty"],
)
def test_an_answer_that_is_not_what_was_promised_is_suspected_within_two_looks(answer: Look) -> None:
    state = after(after(SourceState(source="bbc", next_poll=NOW), FIRST, NOW), answer, NOW)
    assert conditions_of(state, NOW)[0].health is Health.SUSPECT
    assert [line.split(":")[0] for line in week([FIRST, answer, answer, answer, FIRST])] == ["2", "4"]


@pytest.mark.fault(24)
def test_a_page_that_is_gone_on_purpose_is_told_at_once_and_404_after_three_looks() -> None:
    gone, missing = NotFetched("HTTP 410", status=410), NotFetched("HTTP 404", status=404)
    assert [line.split(":")[0] for line in week([FIRST, gone, gone])] == ["1"]
    assert [line.split(":")[0] for line in week([FIRST, missing, missing, missing, missing])] == ["3"]


@pytest.mark.fault(25)
def test_304_to_a_question_without_a_version_is_suspected() -> None:
    endless = NotFetched('the server answers "unchanged" to a question that named no version', status=304)
    assert after(SourceState(source="bbc", next_poll=NOW), endless, NOW).fault is Fault.SUSPECT


@pytest.mark.fault(35)
def test_a_list_that_was_full_and_is_empty_is_refused_and_a_short_one_may_empty() -> None:
    full = after(SourceState(source="bbc", next_poll=NOW), FIRST, NOW)
    with pytest.raises(NotParsed, match="the list is empty; at the last poll it had 10 items"):
        reject_emptied_list(full, ParseResult())
    reject_emptied_list(full, SAME)
    reject_emptied_list(after(full, listing(1, 2), NOW), ParseResult())
    reject_emptied_list(SourceState(source="bbc", next_poll=NOW), ParseResult())


@pytest.mark.fault(69, 49)
@pytest.mark.promise("P6")
def test_two_looks_that_share_no_item_may_have_missed_some_and_that_is_said_for_a_day() -> None:
    assert week([FIRST, OVERLAPPING, DISJOINT, DISJOINT, SAME], every=timedelta(hours=13)) == [
        (
            "2: BBC News (bbc): MAY HAVE MISSED ITEMS: at Fri 3 Jul 2026 09:30 it shared no item with the look before. "
            "Open the site and look; shorten `every` of bbc, or set `older`."
        ),
        "4: BBC News (bbc): every poll of the last day reached an item that was known already.",
    ]


@pytest.mark.fault(28)
def test_an_old_copy_from_a_cache_that_still_overlaps_is_no_gap() -> None:
    assert week([OVERLAPPING, FIRST, OVERLAPPING, FIRST]) == []


REGULAR = SourceState(
    source="bbc",
    next_poll=NOW,
    last_success=NOW,
    last_new_item=NOW,
    last_identities=frozenset({"n1"}),
    arrival_intervals=(3600.0, 7200.0, 3600.0, 86_400.0, 3600.0),
)


@pytest.mark.promise("P7")
def test_a_source_is_quiet_when_it_is_silent_for_longer_than_three_times_its_longest_wait() -> None:
    assert conditions_of(REGULAR, NOW + timedelta(hours=72)) == ()
    assert conditions_of(REGULAR, NOW + timedelta(hours=73)) == (
        Condition(
            kind=ConditionKind.QUIET,
            health=Health.QUIET,
            words="UNUSUALLY QUIET: nothing new for 3 days 1 h; the longest usual wait is 1 day 0 h",
        ),
    )
    never_regular = replace(REGULAR, arrival_intervals=(3600.0,))
    assert conditions_of(never_regular, NOW + timedelta(days=300)) == ()


@pytest.mark.promise("P7")
def test_a_source_that_shows_the_same_since_an_outage_is_suspected_sooner() -> None:
    back = replace(REGULAR, recovered_at=NOW + timedelta(hours=2))
    assert conditions_of(back, NOW + timedelta(hours=24)) == ()
    (stale,) = conditions_of(back, NOW + timedelta(hours=25))
    assert (stale.kind, stale.health, stale.words) == (
        ConditionKind.STALE,
        Health.SUSPECT,
        (
            "SUSPECT: it shows the same as before since it could be read again Thu 2 Jul 2026 09:30: "
            "nothing new for 1 day 1 h; the longest usual wait is 1 day 0 h"
        ),
    )


def test_news_that_comes_with_the_end_of_an_outage_leaves_nothing_to_suspect() -> None:
    down = replace(REGULAR, failures=3, error="HTTP 503", fault=Fault.FAILED, failing_since=NOW)
    back = state_after_success(down, FIRST, NOW + timedelta(hours=3), fresh=1)
    assert (back.recovered_at, conditions_of(back, NOW + timedelta(hours=20))) == (None, ())


def test_a_failure_ends_no_other_trouble_and_a_milder_failure_is_no_recovery() -> None:
    gone, broken = NotFetched("HTTP 410", status=410), NotFetched("HTTP 500", status=500)
    assert [line.split(":")[0] for line in week([FIRST, gone, broken, broken, FIRST])] == ["1", "4"]
    quiet = replace(REGULAR, last_new_item=NOW - timedelta(days=9), reported_conditions=frozenset({"quiet"}))
    assert week([DOWN, SAME, DOWN, DOWN, DOWN, SAME], start=quiet) == [
        (
            "4: BBC News (bbc): COULD NOT LOOK (HTTP 503), last read Thu 2 Jul 2026 07:40. We keep trying; look "
            "yourself with `watcher try bbc`."
        ),
        "5: BBC News (bbc): can be read again.",
    ]


def test_where_a_redirect_leads_is_shown_without_its_keys() -> None:
    moved = replace(REGULAR, redirected_polls=3, moved_to="https://user:secret@new.example/feed?api_key=secret#secret")
    assert [each.words for each in conditions_of(moved, NOW)] == ["MOVED for good to https://new.example/feed"]


@pytest.mark.fault(19)
def test_an_address_that_moved_for_good_is_told_after_three_looks_and_followed_meanwhile() -> None:
    moved = replace(FIRST, moved_to="https://new.example/feed")
    assert week([FIRST, moved, FIRST, moved, moved, moved, moved, FIRST]) == [
        (
            "5: BBC News (bbc): MOVED for good to https://new.example/feed. Change the url of bbc in sources.yaml; we "
            "follow the redirect meanwhile."
        ),
        "7: BBC News (bbc): no longer sends us to another address.",
    ]


def test_what_a_source_notes_for_admins_is_told_once() -> None:
    noted = replace(FIRST, memory={"note": "the page was redesigned."})
    assert week([FIRST, noted, noted, SAME, FIRST, noted]) == [
        "1: BBC News (bbc): the page was redesigned.",
        "5: BBC News (bbc): the page was redesigned.",
    ]


@pytest.mark.fault(31)
def test_a_network_that_is_down_is_one_incident_for_all_sources() -> None:
    states = {name: SourceState(source=name, next_poll=NOW, last_poll=NOW) for name in ("a", "b", "c", "d")}
    heard = []
    looks: list[Look] = [NO_NETWORK, NO_NETWORK, NO_NETWORK, NO_NETWORK, FIRST, FIRST]
    for number, look in enumerate(looks):
        moment = NOW + TEN_MINUTES * (number + 1)
        for at, (name, state) in enumerate(states.items()):
            now = moment + timedelta(seconds=at)
            states[name], alerts = alerts_after_poll(name, state, after(state, look, now), states.values(), now)
            heard += [(number, alert.id, alert.note) for alert in alerts]
    told = {(number, alert) for number, alert, _ in heard}
    words = list(dict.fromkeys(note for _, _, note in heard))
    assert (len(told), words) == (
        2,
        [
            "This machine cannot reach any source: the network or its DNS is down. Nothing is being watched.",
            "The network can be reached again, and sources are being read.",
        ],
    )


def outages(days: dict[str, list[Look]]) -> list[str]:
    """What admins hear, each thing once, while the looks of several sources go by side by side."""
    states = {name: SourceState(source=name, next_poll=NOW, last_poll=NOW) for name in days}
    heard: dict[str, str] = {}
    for number in range(len(next(iter(days.values())))):
        for at, (name, looks) in enumerate(days.items()):
            now = NOW + TEN_MINUTES * (number + 1) + timedelta(seconds=at)
            later = after(states[name], looks[number], now)
            states[name], alerts = alerts_after_poll(name, states[name], later, states.values(), now)
            heard |= {alert.id: f"{number}: {alert.note.split('.')[0]}" for alert in alerts if alert.id not in heard}
    return list(heard.values())


def test_a_second_outage_is_told_again_and_a_source_that_stays_down_is_told_by_itself() -> None:
    down, gone = [NO_NETWORK] * 4, NotFetched("HTTP 410", status=410)
    well: list[Look] = [*down, FIRST, FIRST, *down, FIRST]
    ill: list[Look] = [*down, gone, gone, *down, FIRST]
    assert outages({"a": well, "b": well, "c": well, "d": ill}) == [
        "2: This machine cannot reach any source: the network or its DNS is down",
        "4: The network can be reached again, and sources are being read",
        "4: d (d): COULD NOT LOOK (HTTP 410), never read so far",
        "8: This machine cannot reach any source: the network or its DNS is down",
        "10: The network can be reached again, and sources are being read",
        "10: d (d): can be read again",
    ]


def test_some_unreachable_hosts_among_reachable_ones_are_no_outage() -> None:
    dead = SourceState(
        source="a", next_poll=NOW, last_poll=NOW, failures=3, error="x", fault=Fault.UNREACHABLE, failing_since=NOW
    )
    well = SourceState(source="w", next_poll=NOW, last_poll=NOW + TEN_MINUTES, last_success=NOW)
    three = [replace(dead, source=name) for name in ("a", "b", "c")]
    assert network_down_since(three) == NOW
    earlier = replace(well, last_poll=NOW - TEN_MINUTES, last_success=NOW - TEN_MINUTES)
    assert network_down_since([*three, earlier]) == NOW
    assert network_down_since([*three, replace(well, last_success=NOW + TEN_MINUTES)]) is None
    assert (
        network_down_since([*three, replace(dead, source="d", last_poll=NOW + TEN_MINUTES, fault=Fault.FAILED)]) is None
    )
    assert network_down_since(three[:2]) is None
