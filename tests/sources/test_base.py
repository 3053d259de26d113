"""What every kind of source shares: its YAML options, its visit, and how an Item gets an identity."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tests.stand_ins import letters as written
from watcher.core.language.dates import read_date
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
    key,
)
from watcher.model.options import parse_duration
from watcher.sources.base import Source, Visit

STEADY = settings(deadline=None, derandomize=True, max_examples=100)
NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
HOME = "https://lmc.example/news/"
STATE = SourceState(source="lmc", next_poll=NOW)


def source(**options: Any) -> Source:
    known: dict[str, Any] = {
        "id": "lmc",
        "name": "LMC",
        "publisher": "An LMC",
        "trust": Trust.REPRESENTATIVE,
        "kind": "feed",
    }
    return Source(**(known | {"url": HOME, "every": timedelta(minutes=10)} | options))


def response(body: bytes = b"", **values: Any) -> Response:
    known: dict[str, Any] = {"url": HOME, "body": body, "fetched_at": NOW}
    return Response(**(known | values))


def item(**strings: Any) -> Item | None:
    return source().make_item(**({"title": "Flu letter is out", "url": "/news/1/", "base": HOME} | strings))


# --- options ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("30s", timedelta(seconds=30)),
        ("10m", timedelta(minutes=10)),
        ("2h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
    ],
)
def test_how_often_is_a_number_and_a_unit(literal: str, expected: timedelta) -> None:
    assert parse_duration(literal) == expected


@pytest.mark.parametrize("literal", ["29s", "8d", "999999d"])
def test_a_duration_that_is_too_short_or_too_long_is_refused(literal: str) -> None:
    with pytest.raises(ValueError, match="write a duration from 30s to 7d"):
        parse_duration(literal)


@pytest.mark.parametrize("literal", ["", "10", "m", "0m", "-5m", "1.5h", "10 m", "10M", "1w", "²m", "9" * 5000 + "d"])
def test_any_other_duration_is_refused_with_the_cure(literal: str) -> None:
    with pytest.raises(ValueError, match="write a duration such as 30s, 10m, 2h or 1d"):
        parse_duration(literal)


OPTIONS = {
    "id": "lmc",
    "name": "LMC",
    "publisher": "An LMC",
    "trust": "representative",
    "kind": "feed",
    "url": HOME,
    "every": "10m",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "Upper Case"),
        ("trust", "rumour"),
        ("url", "ftp://lmc.example/"),
        ("every", "20s"),
        ("every", "8d"),
        ("every", "99999999999d"),
        ("read_page", "perhaps"),
        ("region", "((("),
        ("date_formats", ["%-d %B %Y"]),
        ("date_formats", ["%d %d"]),
        ("date_formats", ["%"]),
        ("colour", "blue"),
        ("older", "https://lmc.example/news/"),
        ("older", "ftp://lmc.example/{page}"),
        ("older", "https://{page}.example/"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused_at_the_door(name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Source).validate_python(OPTIONS | {name: value})


def test_the_options_of_the_contract_are_read_from_strings() -> None:
    read_in = TypeAdapter(Source).validate_python(OPTIONS | {"read_page": "true", "date_formats": ["%d %B", "%B %Y"]})
    assert read_in == source(read_page=True, date_formats=("%d %B", "%B %Y"))


def test_headers_may_hold_secrets_and_are_not_shown() -> None:
    kept = source(headers={"X-Api-Key": "canary"})
    assert "canary" not in repr(kept) + repr(kept.request(HOME, STATE)) + repr(kept.page_request(item_of()))


def item_of() -> Item:
    return Item(source="lmc", identity="lmc.example/news/1", url="https://lmc.example/news/1/", title="Flu letter")


# --- the visit ----------------------------------------------------------------------------------------------------


class Sayings(Source):
    """A kind of its own: every line is a headline."""

    def parse(self, response: Response) -> ParseResult:
        """Say what stands there, or that nothing does."""
        if not response.body:
            raise NotParsed("nothing")
        lines = response.body.decode().splitlines()
        found = (self.make_item(title=line, url="", base=response.url) for line in lines)
        return ParseResult(items=tuple(each for each in found if each))


def led(visit: Visit, answer: Response) -> tuple[Request, ParseResult]:
    asked = next(visit)
    with pytest.raises(StopIteration) as done:
        visit.send(answer)
    return asked, done.value.value


def test_a_visit_asks_for_one_page_with_the_version_we_have_and_reads_it() -> None:
    kept = Validators(etag='"1"', last_modified="Mon, 02 Nov 2026 09:00:00 GMT")
    state = SourceState(source="lmc", next_poll=NOW, validators={HOME: kept})
    kind = Sayings(**{**vars(source()), "headers": {"X-Api-Key": "k"}})
    asked, reading = led(kind.visit(state), response(b"Flu letter"))
    assert asked == Request(url=HOME, validators=kept, headers={"X-Api-Key": "k"})
    assert [each.title for each in reading.items] == ["Flu letter"]


def test_an_unchanged_page_is_not_read() -> None:
    kind = Sayings(**vars(source()))
    assert led(kind.visit(STATE), response(unchanged=True)) == (Request(url=HOME), ParseResult(unchanged=True))


WINDOW = SourceState(source="lmc", next_poll=NOW, last_identities=frozenset({key("letter 1", "")}))
OLDER = "https://lmc.example/news/?paged={page}"


def toured(pages: list[str | NotFetched], **options: Any) -> tuple[list[str], ParseResult]:
    """The addresses that a visit asks for and what it reads, when `pages` are its answers."""
    steps = Sayings(**(vars(source()) | {"older": OLDER} | options)).visit(WINDOW)
    asked = [next(steps).url]
    for answer in pages:
        try:
            request = steps.throw(answer) if isinstance(answer, NotFetched) else steps.send(response(answer.encode()))
        except StopIteration as done:
            return asked, done.value
        assert request.validators == Validators(), "only the newest page may be unchanged"
        asked.append(request.url)
    raise AssertionError("the visit does not end")


def letters(*numbers: int) -> str:
    return "\n".join(f"Letter {number}" for number in numbers)


def paged(*numbers: int) -> list[str]:
    return [HOME, *(OLDER.replace("{page}", str(number)) for number in numbers)]


@pytest.mark.parametrize(
    ("pages", "asked", "read_in", "problems"),
    [
        ([letters(3, 2, 1)], paged(), 3, ()),
        ([letters(5, 4), letters(3, 2), letters(2, 1)], paged(2, 3), 5, ()),
        (
            [letters(5), letters(5)],
            paged(2),
            1,
            ("page 2 of older items shows nothing that the pages before it do not",),
        ),
        ([letters(5), ""], paged(2), 1, ("page 2 of older items: nothing",)),
        ([letters(5), NotFetched("HTTP 404", status=404)], paged(2), 1, ()),  # there is no older page
        (
            [letters(number) for number in range(20, 10, -1)],
            paged(2, 3, 4, 5, 6),
            6,
            ("items may be missing: 5 older pages show nothing of the last poll",),
        ),
    ],
    ids=["nothing missed", "two pages", "the same again", "unreadable", "not there", "too far"],
)
def test_older_pages_are_read_until_one_shows_what_we_saw_last(
    pages: list[str | NotFetched], asked: list[str], read_in: int, problems: tuple[str, ...]
) -> None:
    visited, reading = toured(pages)
    assert (visited, len(reading.items), reading.problems) == (asked, read_in, problems)


def test_without_an_address_of_older_pages_or_anything_seen_before_one_page_is_enough() -> None:
    assert toured([letters(5)], older="")[0] == paged()
    assert led(Sayings(**(vars(source()) | {"older": OLDER})).visit(STATE), response(b"Letter 5"))[0].url == HOME


@pytest.mark.promise("P11")
def test_older_pages_on_another_host_get_no_secret() -> None:
    options = {"older": "https://archive.example/{page}", "headers": {"X-Api-Key": "canary"}}
    steps = Sayings(**(vars(source()) | options)).visit(WINDOW)
    assert (next(steps).headers, steps.send(response(b"Letter 5")).headers) == ({"X-Api-Key": "canary"}, {})


@pytest.mark.promise("P11")
@pytest.mark.parametrize("url", ["http://lmc.example/1", "https://other.example/1", "https://lmc.example:8443/1"])
def test_a_secret_goes_to_no_other_host_and_not_without_tls(url: str) -> None:
    assert source(headers={"X-Api-Key": "canary"}).headers_for(url) == {}


def test_what_cannot_be_read_ends_the_visit_with_a_reason() -> None:
    visit = Sayings(**vars(source())).visit(STATE)
    next(visit)
    with pytest.raises(NotParsed, match="nothing"):
        visit.send(response())


# --- an item from a publisher's strings ---------------------------------------------------------------------------


def test_an_item_is_its_strings_made_plain() -> None:
    assert source(drop_text=("Subscribe today.",)).make_item(
        title="Flu &amp; <b>Covid</b>",
        url="../letter/?utm_source=rss",
        base=HOME,
        summary="Order now. Subscribe today. Read more...",
        guid="abc",
        published=read_date("2 November 2026"),
    ) == Item(
        source="lmc",
        identity="lmc.example/letter",
        url="https://lmc.example/letter/",
        title="Flu & Covid",
        summary="Order now.",
        published=Published(day=date(2026, 11, 2), precision=Precision.DAY, literal="2 November 2026"),
    )


@pytest.mark.parametrize(
    ("strings", "identity"),
    [
        ({"url": "https://www.lmc.example/news/1/?utm_source=x", "guid": "abc"}, "lmc.example/news/1"),
        ({"url": "", "guid": " abc "}, "abc"),
        ({"url": "javascript:alert(5)", "guid": "abc"}, "abc"),
        ({"url": "", "guid": "a\ud800b\x00c"}, "abc"),  # a database takes neither
        ({"url": "", "published": read_date("October 2021")}, key("flu letter is out", "October 2021")),
        (
            {"url": "", "title": "FLU-letter is out!", "published": read_date("October 2021")},
            key("flu letter is out", "October 2021"),
        ),
    ],
    ids=["link", "guid", "bad link", "bad guid", "hash", "same hash"],
)
@pytest.mark.fault(62)
def test_identity_is_the_link_else_the_guid_else_headline_and_date(strings: dict[str, Any], identity: str) -> None:
    found = item(**strings)
    assert found
    assert found.identity == identity


@pytest.mark.fault(61)
def test_one_guid_on_two_addresses_is_two_items() -> None:  # fault 61
    one, two = item(url="/news/1/", guid="same"), item(url="/news/2/", guid="same")
    assert one
    assert two
    assert one.id != two.id


@pytest.mark.fault(71, 73)
@pytest.mark.promise("P19")
@pytest.mark.parametrize("url", ["javascript:alert(5)", "data:text/html,x", "java\nscript:alert(1)", ""])
def test_an_address_that_is_none_becomes_the_page_it_stood_on(url: str) -> None:  # faults 71 and 73
    found = item(url=url)
    assert found
    assert found.url == HOME


@pytest.mark.parametrize("title", ["", "  ", "<b></b>", "&nbsp;", "\u200b"])
def test_without_a_headline_there_is_no_item(title: str) -> None:
    assert item(title=title) is None


TEXT = st.text(max_size=20) | st.sampled_from(
    ["\ud800", "\x00", "javascript:x", "https://[", "https://a.example/?\ud800"]
)


@STEADY
@given(TEXT, TEXT, TEXT, TEXT, TEXT)
def test_an_item_has_an_identity_that_can_be_stored_and_the_same_each_time(
    title: str, url: str, guid: str, summary: str, when: str
) -> None:
    kind = source()
    found = [
        kind.make_item(title=title, url=url, base=HOME, guid=guid, summary=summary, published=kind.read_date(when))
        for _ in range(2)
    ]
    assert found[0] == found[1]
    if found[0]:
        f"{found[0].identity}{found[0].url}{found[0].title}{found[0].summary}".encode()
        assert (found[0].identity.strip() != "", "\x00" in found[0].identity) == (True, False)


# --- an item's own page -------------------------------------------------------------------------------------------


def test_the_text_of_an_item_is_its_pages_region_without_boilerplate() -> None:
    body = b"<html><body><p>Menu</p><main>Order by 5 December. 764 views</main></body></html>"
    kind = source(region="main", drop_text=("764 views",))
    assert kind.read_item(item_of(), response(body)).text == "Order by 5 December."


@pytest.mark.fault(75)
@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"%PDF-1.4 \x80 flu jab", "the PDF file is damaged"),
        (b"PK\x03\x04 flu jab", "this is no Word file that can be read"),
        (b"\xd0\xcf\x11\xe0 flu jab", "this is an old Word file"),
        (written.scan(), "there is no text in this file: it may be a scan"),
    ],
)
def test_a_file_whose_words_cannot_be_read_says_why_and_adds_no_garbage(body: bytes, why: str) -> None:
    with pytest.raises(NotParsed, match=why):
        source().read_item(item_of(), response(body))


def test_a_date_is_read_with_the_sources_own_formats_first() -> None:
    kind = source(date_formats=("%d.%m.%y",))
    assert [kind.read_date(each).day for each in ("07.01.26", "&nbsp;7 January 2026")] == [date(2026, 1, 7)] * 2
