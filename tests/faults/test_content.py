"""Content, rows 36 to 75: what the tests of each kind do not show. Every byte here is ours."""

import json
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stand_ins import letters
from tests.support.faulty import response
from tests.support.world import serving
from watcher.core.decoding.parse_cost import parse_risk
from watcher.core.language.text import MAX_FIELD_CHARACTERS
from watcher.core.pages.main_text import fragment_text, main_text
from watcher.errors import NotParsed
from watcher.model import ParseResult, Published, Quarantined, Response, Trust
from watcher.sources.base import Source
from watcher.sources.feed import Feed
from watcher.sources.govuk import Govuk
from watcher.sources.listing import Listing

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
SITE = "https://lmc.example/news/"
LONGEST = 5.0  # seconds of CPU on a busy machine; measured 0.1 to 1.5, and minutes without the bounds
SHARED: dict[str, Any] = {
    "id": "lmc",
    "name": "LMC",
    "publisher": "An LMC",
    "trust": Trust.REPRESENTATIVE,
    "every": timedelta(minutes=10),
}
FEED = Feed(kind="feed", url=SITE, **SHARED)
LISTING = Listing(kind="listing", url=SITE, item="article", date="time", **SHARED)


def page(body: bytes | str) -> Response:
    return Response(url=SITE, body=body if isinstance(body, bytes) else body.encode(), fetched_at=NOW)


def rss(*items: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{"".join(items)}</channel></rss>'


def described(description: str) -> str:
    return rss(f"<item><title>Flu letter</title><description>{description}</description></item>")


def seconds(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


# --- 36 and 37: nothing is opened that a body names ---------------------------------------------------------------


@pytest.mark.fault(37)
@pytest.mark.promise("P10")
def test_a_feed_that_a_body_names_is_not_asked_for() -> None:
    with serving({"/feed": response(rss("<item><title>Stolen</title></item>").encode())}) as (site, asked):
        for body in (f"{site}/feed", f"  {site}/feed\n"):
            with pytest.raises(NotParsed):
                FEED.parse(page(body))
    assert asked.requests == []


@pytest.mark.fault(40)
def test_a_dtd_that_a_feed_names_is_not_asked_for() -> None:
    with serving({"/x.dtd": response(b"")}) as (site, asked):
        body = rss("<item><title>Flu letter</title></item>").replace(
            "<rss", f'<!DOCTYPE rss SYSTEM "{site}/x.dtd"><rss'
        )
        assert [item.title for item in FEED.parse(page(body)).items] == ["Flu letter"]
    assert asked.requests == []


# --- 47: one poison among good ones -------------------------------------------------------------------------------


class Breaking(Source):
    """Breaks on a date that says so, as a fault of ours in reading one would."""

    def read_date(self, literal: str) -> Published:
        """The date; or an end that nobody expected."""
        if literal == "poison":
            raise KeyError(literal)
        return super().read_date(literal)


class BreakingFeed(Breaking, Feed):
    """A feed that breaks."""


class BreakingListing(Breaking, Listing):
    """A list that breaks."""


class BreakingGovuk(Breaking, Govuk):
    """GOV.UK that breaks."""


DATES = ("2 November 2026", "poison", "1 November 2026")
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "items": [{"title": f"T{n}", "date_published": when} for n, when in enumerate(DATES)],
}
SEARCH = {"results": [{"title": f"T{n}", "public_timestamp": when} for n, when in enumerate(DATES)]}
ITEMS = [f"<item><title>T{n}</title><pubDate>{when}</pubDate></item>" for n, when in enumerate(DATES)]
ARTICLES = [f"<article><a href='/{n}'>T{n}</a><time>{when}</time></article>" for n, when in enumerate(DATES)]
GOVUK: dict[str, Any] = {"kind": "govuk", "url": "https://www.gov.uk/api/search.json?q=flu"}


@pytest.mark.fault(47)
@pytest.mark.promise("P8")
@pytest.mark.parametrize(
    ("source", "body"),
    [
        (BreakingFeed(kind="feed", url=SITE, **SHARED), rss(*ITEMS)),
        (BreakingFeed(kind="feed", url=SITE, **SHARED), json.dumps(JSON_FEED)),
        (BreakingGovuk(**GOVUK, **SHARED), json.dumps(SEARCH)),
        (BreakingListing(kind="listing", url=SITE, item="article", date="time", **SHARED), "".join(ARTICLES)),
    ],
    ids=["feed", "json", "search", "listing"],
)
def test_an_item_that_breaks_its_reader_is_put_aside_with_its_bytes_and_the_others_are_read(
    source: Source, body: str
) -> None:
    reading = source.parse(page(body))
    (poison,) = reading.quarantined
    assert [item.title for item in reading.items] == ["T0", "T2"]
    assert reading.problems == ("items that cannot be read: 1, such as item 2: KeyError",)
    assert poison == Quarantined(what="item", name="lmc", why="item 2: KeyError", body=poison.body)
    assert b"T1" in poison.body


def test_what_is_kept_of_a_poison_is_bounded() -> None:
    whole, poison = FEED.read_each(["x" * 1_000_000, "1"], int)
    assert (whole, [len(each.body) for each in poison]) == ([1], [MAX_FIELD_CHARACTERS])


def test_a_list_of_which_nothing_can_be_read_says_why() -> None:
    source = BreakingListing(kind="listing", url=SITE, item="article", date="time", **SHARED)
    with pytest.raises(NotParsed, match="only 0 of 1 items have a headline: item 1: KeyError"):
        source.parse(page(ARTICLES[1]))


def test_what_could_not_be_read_is_said_once_for_each_kind_with_a_count() -> None:
    bad = "<item><title>T</title><link>mailto:a@b.example</link><pubDate>soon</pubDate><guid>{}</guid></item>"
    reading = FEED.parse(page(rss(*(bad.format(n) for n in range(40)), "<item><category>x</category></item>")))
    assert reading.problems == (
        "items without a headline: 1, such as item 41",
        "dates that cannot be read: 40, such as soon",
        "links that cannot be followed: 40, such as mailto:a@b.example",
    )


# --- 48 to 55: what takes a parser minutes ------------------------------------------------------------------------

DEEP_XML = "<a>" * 200_000 + "</a>" * 200_000
BURNING = {
    "48 a headline of 1 MB": (described("x" * 1_000_000), "1.0 MB to parse"),
    "49 20,000 items": (rss("<item><title>T</title><guid>1</guid></item>" * 20_000), "0.9 MB to parse"),
    "50 deep XML": (described(DEEP_XML), "1.4 MB to parse"),
    "50 less deep XML": (described("<a>" * 30_000 + "</a>" * 30_000), "about 30,003 tags open inside each other"),
    "51 deep HTML": ("<div>" * 60_000, "about 60,000 tags open inside each other"),
    "52 comments": (described(f"<![CDATA[{'<!--' * 90_000}]]>"), "90,000 comment marks"),
    "53 a-a-a": ("<a " * 10_000, "about 10,000 tags open inside each other"),
    "55 nested": ("<a><b>" * 3_000, "about 6,000 tags open inside each other"),
}


@pytest.mark.promise("P9")
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.fault(int(name.split()[0]))) for name in BURNING]
)
def test_a_page_that_could_burn_is_named_before_it_is_parsed(name: str) -> None:
    body, why = BURNING[name]
    assert parse_risk(body.encode()) == why


@pytest.mark.parametrize(
    "body",
    [
        b"",
        rss(*ITEMS * 600).encode(),
        b"<p>One line<br>and another<br/><img src='x'></p>\n" * 4_000,
        b"<html>" + b"<div><ul>" + b"<li><a href='/1'>Flu letter</a></li>" * 5_000 + b"</ul></div></html>",
        b"</div>" * 3_000 + b"<div>" * 400,
    ],
    ids=["empty", "feed", "leaves", "list", "ends only"],
)
def test_an_ordinary_page_does_not_burn(body: bytes) -> None:
    assert parse_risk(body) == ""


def test_no_captured_page_burns(shared: Path) -> None:
    captured = sorted((shared / "data" / "captures").iterdir())
    assert [each.name for each in captured if parse_risk(each.read_bytes())] == []


def test_whether_a_page_could_burn_is_known_at_once() -> None:
    body = b"<div class='a'><p>Order by Friday.</p></div>" * 2_300
    assert seconds(lambda: [parse_risk(body) for _ in range(20)]) / 20 < 0.005, "0.3 ms; more on a busy machine"


BELOW: dict[str, Callable[[], Any]] = {  # the worst that may be parsed in our own process
    "48 long": lambda: FEED.parse(page(described("x" * 390_000))),
    "50 deep XML": lambda: FEED.parse(page(described(("<a>" * 490 + "</a>" * 490) * 110))),
    "51 escaped HTML": lambda: FEED.parse(page(described("&lt;div&gt;" * 35_000))),
    "51 deep field": lambda: fragment_text("<div>" * 40_000),
    "52 comments": lambda: FEED.parse(page(described("<![CDATA[" + ("<!--" + "x" * 190) * 1_950 + "]]>"))),
    "53 damaged": lambda: FEED.parse(page(described("&nbsp;<b>" + "<a " * 400))),
    "54 comments in a page": lambda: main_text((b"<!--" + b"x" * 190) * 1_950),
    "55 nested": lambda: main_text((b"<div>" * 490 + b"</div>" * 490) * 70),
    "55 list": lambda: LISTING.parse(page("<article><a>x</a>" * 290 + "y" * 390_000)),
}


@pytest.mark.promise("P9")
@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.fault(int(name.split()[0]))) for name in BELOW])
def test_what_is_not_called_burning_takes_seconds_at_most(name: str) -> None:
    assert seconds(BELOW[name]) < LONGEST


@pytest.mark.promise("P9")
@pytest.mark.parametrize("name", ["48 long", "52 comments"])
def test_what_is_not_called_burning_takes_little_memory(name: str) -> None:
    tracemalloc.start()
    BELOW[name]()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000_000


@pytest.mark.promise("P9")
@pytest.mark.fault(51, 52)
@pytest.mark.parametrize("piece", ["<div>", "<!--", "<a ", "<a><b>", "<table><tr><td>", "&lt;", "x"])
def test_a_field_beyond_its_limit_costs_no_more_than_one_at_its_limit(piece: str) -> None:
    markup = piece * (4_000_000 // len(piece))
    feed = json.dumps({**JSON_FEED, "items": [{"title": markup, "content_html": markup, "id": markup, "url": markup}]})
    assert seconds(lambda: fragment_text(markup)) < LONGEST
    assert seconds(lambda: FEED.parse(page(feed))) < LONGEST


# --- 57 to 64, 70 to 74: strings from outside ---------------------------------------------------------------------


@pytest.mark.fault(57)
def test_a_date_in_the_future_is_kept_as_claimed() -> None:
    (item,) = FEED.parse(page(rss("<item><title>T</title><pubDate>2 November 2099</pubDate></item>"))).items
    assert item.published.literal == "2 November 2099"


@pytest.mark.fault(61)
def test_one_guid_for_different_addresses_is_different_items() -> None:
    items = [f"<item><title>T{n}</title><link>{SITE}{n}</link><guid isPermaLink='false'>x</guid></item>" for n in "12"]
    assert len({item.id for item in FEED.parse(page(rss(*items))).items}) == 2


@pytest.mark.fault(70)
@pytest.mark.parametrize("base", ["javascript:alert(1)//", "data:text/html,", "file:///etc/"])
def test_a_base_that_is_no_web_address_leads_to_the_sources_own_page(base: str) -> None:
    entry = f'<entry xml:base="{base}"><id>a</id><title>T</title><link href="p"/></entry>'
    (item,) = FEED.parse(page(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>')).items
    assert item.url.startswith("https://lmc.example/")


@pytest.mark.fault(74)
@pytest.mark.promise("P19")
def test_a_lookalike_host_stays_what_it_is_and_loses_its_invisible_letters() -> None:
    link = "https://www.engl\u200band.nh\u0455.uk/a\u202e"  # a Cyrillic s
    (item,) = FEED.parse(page(rss(f"<item><title>T</title><link>{link}</link></item>"))).items
    assert item.url == "https://www.england.nh\u0455.uk/a"


SHAPES: dict[str, Callable[[str], ParseResult]] = {
    "feed": lambda raw: FEED.parse(page(described(raw.replace("&", "&amp;").replace("<", "&lt;")))),
    "json": lambda raw: FEED.parse(page(json.dumps({**JSON_FEED, "items": [{"title": raw, "url": raw, "id": raw}]}))),
    "listing": lambda raw: LISTING.parse(page(f"<article><a href='/1'>T {json.dumps(raw)}</a></article>")),
}
HOSTILE = st.lists(
    st.sampled_from(["<script>", "javascript:", "\u202e", "\u200b", "\x00", "\x1b[31m", "&#x202e;", "\n", "<!--", "//"])
    | st.characters(exclude_categories=["Cs"]),
    max_size=20,
).map("".join)


@pytest.mark.fault(46, 72, 73, 74)
@pytest.mark.promise("P19")
@pytest.mark.parametrize("shape", SHAPES)
@settings(deadline=None, derandomize=True, max_examples=60)
@given(raw=HOSTILE)
def test_nothing_that_acts_or_hides_gets_into_an_item(shape: str, raw: str) -> None:
    for item in SHAPES[shape](raw).items:
        shown = f"{item.title}{item.summary}{item.url}"
        assert not {"\u202e", "\u200b", "\x00", "\x1b", "\n"} & set(shown)
        assert "<script" not in f"{item.title}{item.summary}"
        assert item.url.startswith(("https://", "http://"))


@pytest.mark.fault(75)
def test_a_letter_as_pdf_or_word_in_a_list_is_an_item_of_that_name() -> None:
    body = "<article><a href='/Flu Letter 2026.pdf'>Flu letter 2026</a><time>2 November 2026</time></article>"
    (item,) = LISTING.parse(page(body)).items
    assert (item.title, item.url) == ("Flu letter 2026", "https://lmc.example/Flu%20Letter%202026.pdf")
    assert LISTING.reads_page_of(item), "a file is read, with or without `read_page`"
    with pytest.raises(NotParsed, match="the PDF file is damaged"):
        LISTING.read_item(item, page(b"%PDF-1.7 " + b"flu jab " * 100_000))
    assert LISTING.read_item(item, page(letters.pdf(["Order by Friday."]))).text == "PDF file\nOrder by Friday."
