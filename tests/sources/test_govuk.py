"""GOV.UK's Search API and the change notes of its Content API. The answers are ours, after the published schemas."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.errors import NotParsed
from watcher.model import Item, ParseResult, Precision, Published, Request, Response, SourceState, Trust, Validators
from watcher.sources.govuk import Govuk

STEADY = settings(deadline=None, derandomize=True, max_examples=120)
NOW = datetime(2020, 11, 30, 12, 0, tzinfo=UTC)
PROGRAMME = "https://www.gov.uk/government/collections/annual-flu-programme"
CONTENT = "https://www.gov.uk/api/content/government/collections/annual-flu-programme"
SEARCH = "https://www.gov.uk/api/search.json?filter_organisations=dhsc&order=-public_timestamp"


def govuk(url: str = PROGRAMME) -> Govuk:
    return Govuk(
        id="flu",
        name="Annual flu programme",
        publisher="UKHSA",
        trust=Trust.OFFICIAL,
        kind="govuk",
        url=url,
        every=timedelta(minutes=30),
    )


def parsed(answer: Any, url: str = PROGRAMME) -> ParseResult:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return govuk(url).parse(Response(url=CONTENT if url == PROGRAMME else url, body=body, fetched_at=NOW))


def refused(answer: Any, url: str = PROGRAMME) -> str:
    with pytest.raises(NotParsed) as error:
        parsed(answer, url)
    return error.value.why


def content(*notes: tuple[str, str], **values: Any) -> dict[str, Any]:
    history = [{"public_timestamp": moment, "note": note} for moment, note in notes]
    known = {
        "base_path": "/government/collections/annual-flu-programme",
        "document_type": "document_collection",
        "title": "Annual flu programme",
        "description": "Guidance on flu vaccination.",
        "public_updated_at": "2020-11-30T09:00:00.000+00:00",
        "updated_at": "2026-01-01T00:00:00.000Z",
        "details": {"body": "<p>All <b>documents</b>.</p>", **({"change_history": history} if history else {})},
    }
    return known | values


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def told(reading: ParseResult) -> list[tuple[str, datetime | None]]:
    return [(each.title, each.published.at) for each in reading.items]


# --- which address is asked ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (PROGRAMME, CONTENT),
        (CONTENT, CONTENT),
        (SEARCH, SEARCH),
        (
            "https://www.gov.uk/search/news.atom?organisations[]=dhsc",
            "https://www.gov.uk/search/news.atom?organisations[]=dhsc",
        ),
    ],
)
def test_a_pages_history_is_asked_of_the_content_api(url: str, asked: str) -> None:
    state = SourceState(source="flu", next_poll=NOW, validators={asked: Validators(etag='"1"')})
    assert next(govuk(url).visit(state)) == Request(url=asked, validators=Validators(etag='"1"'))


def test_an_unchanged_answer_is_not_read() -> None:
    visit = govuk().visit(SourceState(source="flu", next_poll=NOW))
    next(visit)
    with pytest.raises(StopIteration) as done:
        visit.send(Response(url=CONTENT, body=b"", fetched_at=NOW, unchanged=True))
    assert done.value.value == ParseResult(unchanged=True)


def test_an_atom_address_is_a_feed() -> None:
    url = "https://www.gov.uk/government/organisations/dhsc.atom"
    atom = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>https://www.gov.uk/x#2026-08-21T13:37:12Z</id>'
        b'<updated>2026-08-21T13:37:12Z</updated><link rel="alternate" href="https://www.gov.uk/x"/>'
        b'<title>Press release: X</title><category label="Press release" term="Press release"/></entry></feed>'
    )
    assert [(each.identity, each.title) for each in parsed(atom, url).items] == [("gov.uk/x", "X")]


# --- the history of a page ----------------------------------------------------------------------------------------

ADDED = "Added 'Flu vaccination: information about the extended programme'."


def test_the_newest_note_of_an_old_page_is_the_news() -> None:
    newest, oldest = parsed(
        content(("2013-10-17T09:30:00.000+01:00", "First published."), ("2020-11-30T09:00:00.000+00:00", ADDED))
    ).items
    assert newest == Item(
        source="flu",
        identity="gov.uk/government/collections/annual-flu-programme#2020-11-30T09:00:00+00:00",
        url=PROGRAMME,
        title=f"Annual flu programme: {ADDED}",
        summary="Guidance on flu vaccination.",
        published=Published(
            at=moment(2020, 11, 30, 9),
            day=date(2020, 11, 30),
            precision=Precision.SECOND,
            literal="2020-11-30T09:00:00.000+00:00",
        ),
    )
    assert (oldest.title, oldest.published.at) == ("Annual flu programme", moment(2013, 10, 17, 8, 30))


def test_notes_stand_newest_first_by_instant_and_not_by_their_letters() -> None:
    notes = [("2016-06-01T00:30:00+01:00", "Earlier."), ("2016-05-31T23:45:00Z", "Later."), ("soon", "Undated.")]
    assert [each.title.partition(": ")[2] for each in parsed(content(*notes)).items] == [
        "Later.",
        "Earlier.",
        "Undated.",
    ]


def test_one_moment_in_two_zones_is_one_identity() -> None:
    winter, summer = (
        parsed(content((literal, "Note."))).items[0].identity
        for literal in ("2016-06-01T14:38:28+00:00", "2016-06-01T15:38:28.000+01:00")
    )
    assert winter == summer


def test_a_touch_without_a_note_changes_no_item() -> None:
    before = content(("2020-11-30T09:00:00Z", ADDED))
    after = before | {"updated_at": "2026-06-01T00:00:00Z", "public_updated_at": "2020-12-12T09:00:00Z"}
    assert parsed(before) == parsed(after)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, moment(2020, 11, 30, 9)),
        ({"details": {"delivered_on": "2016-12-20T00:00:00.000+00:00"}}, moment(2016, 12, 20)),
        ({"public_updated_at": None, "details": {"first_public_at": "2012-03-01T10:00:00Z"}}, moment(2012, 3, 1, 10)),
        ({"public_updated_at": None}, None),
        ({"details": None}, moment(2020, 11, 30, 9)),
        ({"details": {"change_history": []}}, moment(2020, 11, 30, 9)),
    ],
    ids=["public change", "speech", "first public", "unknown", "no details", "empty history"],
)
def test_a_page_without_a_history_has_one_moment(values: dict[str, Any], expected: datetime | None) -> None:
    assert told(parsed(content(**values))) == [("Annual flu programme", expected)]


def test_a_page_without_a_history_brings_its_text() -> None:
    assert parsed(content()).items[0].text == "All documents ."


def test_a_withdrawn_page_says_why_and_since_when() -> None:
    notice = {
        "explanation": "<div><p>Replaced by the <b>2021</b> letter</p></div>",
        "withdrawn_at": "2020-12-01T08:00:00Z",
    }
    first = parsed(content(("2020-11-30T09:00:00Z", ADDED), withdrawn_notice=notice)).items[0]
    assert (first.title, first.withdrawn, first.published.at, first.identity.rpartition("#")[2]) == (
        "Annual flu programme: Withdrawn. Replaced by the 2021 letter",
        True,
        moment(2020, 12, 1, 8),
        "withdrawn",
    )


def test_an_empty_notice_withdraws_nothing() -> None:
    assert [each.withdrawn for each in parsed(content(withdrawn_notice={})).items] == [False]


def test_a_page_that_is_gone_is_a_withdrawal_under_our_own_name_for_it() -> None:
    gone = {
        "base_path": "/government/collections/annual-flu-programme",
        "document_type": "gone",
        "title": None,
        "details": {"explanation": "<div><p>Incorrect title</p></div>", "alternative_path": ""},
    }
    assert parsed(gone) == ParseResult(
        items=(
            Item(
                source="flu",
                identity="gov.uk/government/collections/annual-flu-programme#gone",
                url=PROGRAMME,
                title="This page is gone: Annual flu programme",
                summary="Incorrect title",
                withdrawn=True,
            ),
        )
    )


def test_a_page_that_moved_says_where_to() -> None:
    moved = content(
        document_type="redirect",
        title=None,
        redirects=[{"path": "/x", "type": "exact", "destination": "/y?a=b#c"}, {"path": "/x/z", "destination": "/z"}],
    )
    (item,) = parsed(moved).items
    assert (item.title, item.summary, item.withdrawn) == (
        "This page moved: Annual flu programme",
        "It now leads to /y?a=b#c",
        True,
    )


# --- the search API -----------------------------------------------------------------------------------------------


def test_search_results_become_items() -> None:
    results = [
        {
            "title": "Flu jab for over-50s",
            "link": "/government/news/flu",
            "description": "From 1 December.",
            "public_timestamp": "2020-11-20T12:00:00Z",
            "content_id": "abc",
        },
        {"title": "Elsewhere", "link": "https://www.nhs.uk/flu/"},
        {"title": None, "link": "/government/news/untitled"},
        "not an object",
    ]
    reading = parsed({"results": results, "total": 4}, SEARCH)
    assert [(each.identity, each.title, each.summary, each.published.at) for each in reading.items] == [
        ("gov.uk/government/news/flu", "Flu jab for over-50s", "From 1 December.", moment(2020, 11, 20, 12)),
        ("nhs.uk/flu", "Elsewhere", "", None),
    ]


def test_a_search_without_results_is_valid_and_one_without_the_word_is_not() -> None:
    assert parsed({"results": []}, SEARCH) == ParseResult()
    assert refused({"error": "unknown parameter"}, SEARCH) == "the Search API answered without results"


# --- an item's own page -------------------------------------------------------------------------------------------

HIT = Item(
    source="flu", identity="gov.uk/government/news/flu", url="https://www.gov.uk/government/news/flu", title="Flu"
)


def test_an_items_text_is_asked_of_the_content_api_and_read_from_it() -> None:
    asked = govuk().page_request(HIT)
    body = json.dumps(content(details={"body": "<p>Over-50s from 1 December.</p>"})).encode()
    read = govuk().read_item(HIT, Response(url=asked.url, body=body, fetched_at=NOW))
    assert asked == Request(url="https://www.gov.uk/api/content/government/news/flu")
    assert (read.text, read.withdrawn) == ("Over-50s from 1 December.", False)


def test_an_item_whose_page_was_withdrawn_is_withdrawn() -> None:
    body = json.dumps(content(withdrawn_notice={"explanation": "x"})).encode()
    assert govuk().read_item(HIT, Response(url=CONTENT, body=body, fetched_at=NOW)).withdrawn


# --- answers that are none ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "the answer is not JSON"),
        (b"<html>", "the answer is not JSON"),
        (b"[" * 100_000, "the answer is not JSON"),
        ([], "the answer is not a JSON object"),
        ({"title": "x"}, "the answer is not of GOV.UK's Content API"),
        ({"base_path": None, "document_type": "news"}, "the answer is not of GOV.UK's Content API"),
    ],
)
def test_what_is_no_answer_of_govuk_is_refused(answer: Any, why: str) -> None:
    assert refused(answer) == why


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "/x", "//[", "gone", "\ud800", "2020-11-30"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["note", "x"]), inner, max_size=2),
    max_leaves=5,
)
PLACES = st.sampled_from(
    [
        ("base_path",),
        ("document_type",),
        ("title",),
        ("description",),
        ("withdrawn_notice",),
        ("redirects",),
        ("public_updated_at",),
        ("details",),
        ("details", "body"),
        ("details", "change_history"),
        ("details", "explanation"),
    ]
)


@STEADY
@given(st.sampled_from(["document_collection", "redirect", "gone"]), st.lists(st.tuples(PLACES, ODD), max_size=3))
def test_any_json_is_a_history_or_refused_and_the_same_the_second_time(
    kind: str, changes: list[tuple[tuple[str, ...], Any]]
) -> None:
    answer = content(("2020-11-30T09:00:00Z", ADDED), document_type=kind)
    for (first, *rest), value in changes:
        if rest and isinstance(answer[first], dict):
            answer[first] = answer[first] | {rest[0]: value}
        elif not rest:
            answer[first] = value
    try:
        reading = parsed(answer)
    except NotParsed:
        return
    assert reading == parsed(answer)
    assert all(each.identity and each.title for each in reading.items)
    "".join(each.identity + each.title + each.url for each in reading.items).encode()
