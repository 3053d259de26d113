"""A page that is edited in place. Every page here is SYNTHETIC, written by us."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.support.pages import COLLECTION, LONG_READ, RUNNING
from watcher import config
from watcher.core.language import region_text
from watcher.core.pages.compare import compare_regions
from watcher.errors import NotFetched, NotParsed
from watcher.model import (
    Item,
    ParseResult,
    Precision,
    Published,
    Request,
    Response,
    SourceState,
    Trust,
    Validators,
    Verdict,
)
from watcher.sources.base import next_step
from watcher.sources.page import Page

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
URL = "https://www.scheme.example/partners/"
STATE = SourceState(source="scheme", next_poll=NOW)


def page(**options: Any) -> Page:
    known: dict[str, Any] = {
        "id": "scheme",
        "name": "New partners",
        "publisher": "NHS England",
        "trust": Trust.OFFICIAL,
        "kind": "page",
        "url": URL,
        "every": timedelta(minutes=30),
        "region": "main",
    }
    return Page(**(known | options))


def answer(body: str | bytes, url: str = URL, **known: Any) -> Response:
    return Response(
        url=url, body=body if isinstance(body, bytes) else body.encode(), fetched_at=NOW, requested_url=url, **known
    )


def parsed(body: str | bytes, **options: Any) -> Item:
    (item,) = page(**options).parse(answer(body)).items
    return item


def refused(body: str | bytes, **options: Any) -> str:
    with pytest.raises(NotParsed) as error:
        parsed(body, **options)
    return error.value.why


SMALL = """<!-- SYNTHETIC --><html><head><title>Partners - Example</title></head><body><h1>Example site</h1><main>
<h1>New partners</h1><p>Updated 11 August 2026.</p><h2>Who is in</h2><ul><li>GPs</li><li>nurses</li></ul>
<table><tr><th>Role</th><th>Paid</th></tr><tr><td>GP</td><td>£20,000</td></tr></table>
<p>Partners must sign for five years. Helpline open 9 to 5 today.</p></main></body></html>"""


def test_a_page_is_one_item_whose_text_is_its_region_line_by_line() -> None:
    assert page(min_text=50, ignore=(r"Helpline open .*",)).parse(answer(SMALL)) == ParseResult(
        items=(
            Item(
                source="scheme",
                identity="scheme.example/partners",
                url=URL,
                title="New partners",
                text="# New partners\n# Who is in\n- GPs\n- nurses\n|| Role | Paid\n| GP | £20,000\n"
                "Partners must sign for five years.",
                published=Published(day=date(2026, 8, 11), precision=Precision.DAY, literal="Updated 11 August 2026."),
            ),
        )
    )


def test_two_texts_of_an_item_are_enough_to_compare_two_versions() -> None:
    before, after = parsed(SMALL, min_text=50), parsed(SMALL.replace("<li>nurses", "<li>managers"), min_text=50)
    change = compare_regions(region_text.read_region(before.text), region_text.read_region(after.text))
    assert [line.text for line in change.added + change.removed] == ["managers", "nurses"]
    assert change.added[0].under == "Who is in"


def test_what_is_no_news_makes_no_other_text() -> None:
    later = SMALL.replace("11 August", "12 August").replace("<main>", "<main class='x'><p>4,821 views</p>")
    assert parsed(later, min_text=50).text == parsed(SMALL, min_text=50).text


@pytest.mark.parametrize(
    ("body", "literal"),
    [
        (COLLECTION, "Published | 17 October 2019"),
        (LONG_READ, "Version 2 – 20 May 2026"),
        (RUNNING, "Updated on 21 July 2026, 764 views"),
        (SMALL.replace("Updated 11", "Last reviewed 11"), ""),
        (
            "<meta property='article:published_time' content='2026-05-03T09:00:00+01:00'>" + SMALL,
            "2026-05-03T09:00:00+01:00",
        ),
    ],
)
def test_the_date_is_the_page_s_own_and_a_review_is_none(body: str, literal: str) -> None:
    assert parsed(body, min_text=50).published.literal == literal


def test_a_withdrawn_page_is_a_withdrawn_item_however_short() -> None:
    notice = "<div class='notice'><p>This guidance was withdrawn on 3 May 2026.</p></div>"
    whole = parsed(SMALL.replace("<main>", f"<main>{notice}"), min_text=50)
    assert (whole.withdrawn, whole.text.partition("\n")[0]) == (True, "! This guidance was withdrawn on 3 May 2026.")
    assert parsed(f"<main><h1>New partners</h1>{notice}</main>").withdrawn


# --- what is not the page: an error, never "no news" ---------------------------------------------------------------


@pytest.mark.fault(23, 33)
def test_a_challenge_and_a_login_are_errors() -> None:
    challenge = "<title>Just a moment...</title><main><p>Checking your browser</p></main>"
    assert refused(challenge).startswith("it is a challenge: 'Just a moment'")
    assert refused("<main><h1>Staff</h1><p>Please log in to continue.</p></main>").startswith("it is a login")


@pytest.mark.fault(34, 56)
def test_a_region_that_is_missing_or_emptied_is_an_error() -> None:
    assert refused(SMALL.replace("main>", "div>")).startswith("'main' finds nothing on it")
    assert refused("<main></main>").startswith("there is no text in it")
    assert refused(b"").startswith("'main' finds nothing on it")
    assert refused(SMALL, min_text=900) == "only 134 characters of it are left, expected 900 or more"


@pytest.mark.fault(75)
def test_a_file_in_place_of_the_page_is_an_error() -> None:
    assert refused(b"%PDF-1.7").startswith("the answer is a file, not a page")


# --- documents behind it -------------------------------------------------------------------------------------------

LOGIN = "it is a login, an error or maintenance: 'Page not found'"
LINKS = SMALL.replace(
    "</main>",
    "<p><a href='/letter.pdf'>Letter of May</a> <a href='/guide/?utm_source=x'>Guide</a> <a href='#top'>Top</a>"
    "<a href='/letter.pdf#p2'>again</a> <a href='javascript:x'>no</a></p></main>",
)
LETTER, GUIDE = "https://www.scheme.example/letter.pdf", "https://www.scheme.example/guide/"


def followed(*answers: Response | NotFetched, **options: Any) -> ParseResult:
    source = page(follow="main a", min_text=50, **options)
    reading = next_step(source, STATE, answers)
    assert isinstance(reading, ParseResult)
    return reading


def test_each_document_behind_the_page_is_an_item_of_its_own() -> None:
    reading = followed(answer(LINKS), answer(b"%PDF-1.7 x", LETTER), answer(LONG_READ, GUIDE))
    assert [(item.identity, item.title) for item in reading.items] == [
        ("scheme.example/partners", "New partners"),
        ("scheme.example/letter.pdf", "Letter of May"),
        ("scheme.example/guide", "Network contract: what it asks of practices"),
    ]
    assert reading.problems == (f"{LETTER}: the PDF file is damaged (PdfiumError)",)


def test_a_file_that_was_replaced_under_its_address_has_another_text() -> None:
    texts = {
        followed(answer(LINKS), answer(each, LETTER), answer(LONG_READ, GUIDE)).items[1].text
        for each in (b"PK\x03\x04a", b"PK\x03\x04b")
    }
    assert len(texts) == 2


@pytest.mark.promise("P8")
def test_a_document_that_cannot_be_read_is_a_problem_and_the_others_are_read() -> None:
    reading = followed(answer(LINKS), NotFetched("HTTP 404", status=404), answer("<h1>Page not found</h1>", GUIDE))
    assert [item.identity for item in reading.items] == ["scheme.example/partners"]
    assert reading.problems == (
        f"{LETTER}: HTTP 404",
        f"{GUIDE}: {LOGIN}; only 16 characters of it are left, expected 50 or more",
    )


def test_a_document_that_did_not_change_is_left_as_it_is() -> None:
    state = SourceState(
        source="scheme", next_poll=NOW, validators={URL: Validators(etag='"1"'), LETTER: Validators(etag='"2"')}
    )
    source = page(follow="main a", min_text=50)
    first = next_step(source, state, ())
    assert first == Request(url=URL), "the page itself is asked for whole: its links are needed"
    second = next_step(source, state, (answer(LINKS),))
    assert second == Request(url=LETTER, validators=Validators(etag='"2"'))
    reading = next_step(source, state, (answer(LINKS), answer(b"", LETTER, unchanged=True), answer(LONG_READ, GUIDE)))
    assert isinstance(reading, ParseResult)
    assert len(reading.items) == 2


@pytest.mark.promise("P9")
def test_a_page_of_a_thousand_links_has_twenty_followed() -> None:
    many = LINKS.replace("</main>", "".join(f"<a href='/{n}'>{n}</a>" for n in range(1_000)) + "</main>")
    reading = followed(answer(many), *[NotFetched("HTTP 404", status=404)] * 20)
    assert reading.problems[0] == "1002 links to follow: only the first 20 are"
    assert len(reading.items) == 1


def test_without_follow_an_unchanged_page_is_unchanged() -> None:
    state = SourceState(source="scheme", next_poll=NOW, validators={URL: Validators(etag='"1"')})
    assert next_step(page(), state, ()) == Request(url=URL, validators=Validators(etag='"1"'))
    assert next_step(page(), state, (answer(b"", unchanged=True),)) == ParseResult(unchanged=True)


# --- options -------------------------------------------------------------------------------------------------------


@pytest.mark.fault(125)
@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("ignore", ["(a"], "not an RE2 pattern"),
        ("ignore", [r"(?=x)"], "not an RE2 pattern"),
        ("follow", "a >> b", "not a CSS"),
        ("min_text", 0, "greater than or equal to 1"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused_at_the_door(name: str, value: object, why: str) -> None:
    options = vars(page()) | {"every": "15m", name: value}
    with pytest.raises(ValidationError, match=why):
        TypeAdapter(Page).validate_python(options)


def test_the_example_that_must_be_accepted_is(shared: Path, tmp_path: Path) -> None:
    contract = (shared / "design/contracts.md").read_text(encoding="utf-8")
    sources = contract.split("```yaml\n")[1].partition("```")[0]
    (tmp_path / "sources.yaml").write_text(sources, encoding="utf-8")
    (tmp_path / "topics.yaml").write_text("topics: [{id: a, name: A, any: [flu jab]}]", encoding="utf-8")
    (tmp_path / "subscribers.yaml").write_text(
        "subscribers: [{id: a, via: console, address: a, admin: true}]", encoding="utf-8"
    )
    source = config.read_configuration(tmp_path, {}).sources["flu-programme"]
    assert isinstance(source, Page)
    assert (source.region, source.ignore) == ("main", (r"\d+ views",))


def test_read_page_gives_the_same_text() -> None:
    item = parsed(SMALL, min_text=50)
    assert page(min_text=50, read_page=True).read_items(item, answer(SMALL)) == (item,)


def test_a_page_compared_with_itself_is_as_it_was() -> None:
    text = parsed(COLLECTION).text
    assert compare_regions(region_text.read_region(text), region_text.read_region(text)).verdict is Verdict.COSMETIC
