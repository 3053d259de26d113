"""Whether what a source gives fits its entry: host, items, dates, subject, and not the list of another."""

from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.language.dates import read_date
from watcher.core.watching.proof import (
    AS_PAGE,
    Claim,
    describe_unproven,
    first_day_note,
    group_by_reason,
    why_not_proven,
)
from watcher.model import Item, ParseResult, Proof, SourceState

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
CLAIM = Claim(hosts=frozenset({"nhse.example"}))


def item(number: int, host: str = "www.nhse.example", when: str = "25 November 2026", text: str = "") -> Item:
    url = f"https://{host}/{number}"
    return Item(source="s", identity=url, url=url, title=f"Item {number}", text=text, published=read_date(when))


def listed(*items: Item, **values: object) -> ParseResult:
    return ParseResult(items=items, **values)  # type: ignore[arg-type]


TWO = listed(item(1), item(2))


@pytest.mark.parametrize(
    ("claim", "parsed", "why"),
    [
        (CLAIM, TWO, ""),
        (CLAIM, listed(item(1), item(2, "files.nhse.example")), ""),
        (CLAIM, listed(item(1)), "it lists 1 items, expected 2 or more"),
        (
            CLAIM,
            listed(item(1, "a.example"), item(2, "b.example")),
            "2 of 2 items lead elsewhere, such as to a.example",
        ),
        (CLAIM, listed(item(1, when=""), item(2, when="")), "only 0 of 2 items have a date that can be read"),
        (Claim(hosts=CLAIM.hosts, is_dated=False), listed(item(1, when=""), item(2, when="")), ""),
        (CLAIM, listed(item(1, when="1 May 2017"), item(2, when="2 May 2017")), "its newest item is of Tue 2 May 2017"),
        (CLAIM, listed(item(1, when="1 May 2030"), item(2, when="2 May 2030")), "its newest item is of Thu 2 May 2030"),
        (CLAIM, listed(item(1, when="1 May 2030"), item(2)), ""),
        (Claim(hosts=CLAIM.hosts, subject=("flu",)), TWO, "none of its words flu stands in it"),
        (Claim(hosts=CLAIM.hosts, subject=("flu",)), listed(item(1, text="On flu."), item(2)), ""),
        (Claim(hosts=CLAIM.hosts, is_list=False), listed(item(1, when="")), ""),
        (CLAIM, listed(item(1, when=""), memory={AS_PAGE: True}), ""),
        (CLAIM, listed(item(1), item(2), doubts={"x": "a login"}), "another page may stand in its place: a login"),
    ],
)
def test_what_fits_is_proven_and_what_does_not_says_why(claim: Claim, parsed: ParseResult, why: str) -> None:
    assert why_not_proven(claim, parsed, {}, NOW) == why


def test_the_list_of_another_source_is_refused_unless_it_is_meant() -> None:
    others = {"news": [item.identity for item in TWO.items]}
    meant = Claim(hosts=CLAIM.hosts, overlaps=("news",))
    assert why_not_proven(CLAIM, TWO, others, NOW).startswith("it gives the same as news")
    assert why_not_proven(meant, TWO, others, NOW) == ""
    assert why_not_proven(CLAIM, listed(item(1), item(2), item(3)), others, NOW) == "", "two of three are no whole list"


def tried(source: str, proof: Proof) -> SourceState:
    return SourceState(source=source, next_poll=NOW, last_poll=NOW - timedelta(minutes=1), proof=proof)


def test_admins_hear_once_when_all_were_tried() -> None:
    names = {"a": "Alpha", "b": "Beta"}
    proven, failed = tried("a", Proof(at=NOW)), tried("b", Proof(why="HTTP 404"))
    assert first_day_note(names, {"a": proven}) == ""
    assert first_day_note(names, {"a": proven, "b": failed}) == (
        "1 of 2 sources proved to be what their entry says and are on. The others stay off and are tried again; "
        "`watcher sources` says what to do. Off: Beta: HTTP 404."
    )
    told = tried("b", Proof(why="HTTP 404", is_told=True))
    assert first_day_note(names, {"a": proven, "b": told}) == ""


def test_what_is_off_has_its_cure_and_what_is_on_its_warning() -> None:
    why = Proof(why="HTTP 404")
    assert describe_unproven("a", why, is_auto=True) == (
        "not proven: HTTP 404; it is tried again. If this machine is online, look with `watcher try a` and mend its "
        "entry, or write `enabled: true`"
    )
    assert describe_unproven("a", why, is_auto=False) == (
        "does not look like what its entry says: HTTP 404; look with `watcher try a` and mend its entry"
    )
    assert describe_unproven("a", Proof(at=NOW), is_auto=True) == ""
    assert describe_unproven("a", Proof(), is_auto=True) == "not tried so far"


def test_many_sources_with_one_reason_are_one_line() -> None:
    reasons = {f"Source {number}": "no such host" for number in range(7)} | {"Other": "HTTP 404"}
    assert group_by_reason(reasons) == [
        "7 sources (Source 0, Source 1, Source 2, Source 3, Source 4 and others): no such host",
        "Other: HTTP 404",
    ]
