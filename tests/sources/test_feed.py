"""Feeds as publishers really send them. Every byte here is ours; the shapes are those that were met or measured."""

import itertools
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from watcher.core.decoding.parse_cost import MAX_COMMENTS
from watcher.errors import NotParsed
from watcher.model import Item, ParseResult, Precision, Published, Response, Trust
from watcher.sources.feed import MAX_ITEMS, Feed

STEADY = settings(deadline=None, derandomize=True, max_examples=100)
NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
URL = "https://lmc.example/feed/"
FEED = Feed(
    id="lmc",
    name="LMC",
    publisher="An LMC",
    trust=Trust.REPRESENTATIVE,
    kind="feed",
    url=URL,
    every=timedelta(minutes=10),
)


def parsed(body: bytes | str, url: str = URL) -> ParseResult:
    raw = body if isinstance(body, bytes) else body.encode()
    return FEED.parse(Response(url=url, body=raw, fetched_at=NOW))


def refused(body: bytes | str) -> str:
    with pytest.raises(NotParsed) as error:
        parsed(body)
    return error.value.why


def rss(*items: str, channel: str = "", head: str = '<?xml version="1.0" encoding="UTF-8"?>\n') -> str:
    return f'{head}<rss version="2.0"><channel><title>LMC</title>{channel}{"".join(items)}</channel></rss>'


def entry(number: int | str = 1, title: str = "Flu letter is out", more: str = "") -> str:
    when = "<pubDate>Mon, 02 Nov 2026 09:00:00 GMT</pubDate>"
    return f"<item><title>{title}</title><link>https://lmc.example/{number}</link>{when}{more}</item>"


def atom(*entries: str, more: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"{more}><title>GOV.UK</title>{"".join(entries)}</feed>'


def only(reading: ParseResult) -> Item:
    (item,) = reading.items
    return item


def titles(reading: ParseResult) -> list[str]:
    return [each.title for each in reading.items]


PUBLISHED = Published(
    at=datetime(2026, 11, 2, 9, 0, tzinfo=UTC),
    day=date(2026, 11, 2),
    precision=Precision.SECOND,
    literal="Mon, 02 Nov 2026 09:00:00 GMT",
)
LETTER = Item(
    source="lmc",
    identity="lmc.example/1",
    url="https://lmc.example/1",
    title="Flu letter is out",
    published=PUBLISHED,
)

# --- the shapes ---------------------------------------------------------------------------------------------------


def test_an_rss_feed_is_read() -> None:
    body = rss(entry(more="<guid>abc</guid><description>Order &lt;b&gt;now&lt;/b&gt; [&amp;#8230;]</description>"))
    expected = Item(
        source="lmc",
        identity="lmc.example/1",
        url="https://lmc.example/1",
        title="Flu letter is out",
        summary="Order now",
        published=PUBLISHED,
    )
    assert parsed(body) == ParseResult(items=(expected,))


def test_an_rdf_feed_is_read() -> None:
    body = (
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<channel rdf:about="https://lmc.example/"><title>LMC</title></channel>'
        '<item rdf:about="https://lmc.example/1"><title>Flu letter is out</title><link>https://lmc.example/1</link>'
        "<dc:date>2026-11-02T09:00:00Z</dc:date></item></rdf:RDF>"
    )
    reading = parsed(body)
    assert (only(reading).identity, only(reading).published.at, reading.partial) == (
        "lmc.example/1",
        PUBLISHED.at,
        False,
    )


def test_a_json_feed_is_read() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "LMC",
        "items": [
            {"id": "abc", "url": "/1", "title": "Flu letter is out", "date_published": "2026-11-02T09:00:00Z"},
            {"id": "def", "content_html": "<p>No title, only <b>text</b></p>"},
            {"id": "ghi"},
            "not an object",
        ],
    }
    reading = parsed(json.dumps(feed), "https://lmc.example/feed.json")
    assert [(each.identity, each.url, each.title) for each in reading.items] == [
        ("lmc.example/1", "https://lmc.example/1", "Flu letter is out"),
        ("def", "https://lmc.example/feed.json", "No title, only text"),
    ]


FINDER = """<entry><id>tag:www.gov.uk,2005:/government/news/example</id><updated>2026-08-21T13:37:12Z</updated>
<link rel="alternate" type="text/html" href="https://www.gov.uk/government/news/example"/>
<title>Example</title><summary type="html">One line.</summary></entry>"""
ORGANISATION = """<entry><id>https://www.gov.uk/government/news/example#2026-08-21T13:37:12Z</id>
<updated>2026-08-21T13:37:12Z</updated>
<link rel="alternate" type="text/html" href="https://www.gov.uk/government/news/example"/>
<title>Press release: Example</title><category label="Press release" term="Press release"/>
<summary>One line.</summary></entry>"""


@pytest.mark.parametrize("dialect", [FINDER, ORGANISATION], ids=["finder", "organisation"])
def test_both_dialects_of_govuk_give_the_same_item(dialect: str) -> None:
    assert parsed(atom(dialect)) == ParseResult(
        items=(
            Item(
                source="lmc",
                identity="gov.uk/government/news/example",
                url="https://www.gov.uk/government/news/example",
                title="Example",
                summary="One line.",
                published=Published(
                    at=datetime(2026, 8, 21, 13, 37, 12, tzinfo=UTC),
                    day=date(2026, 8, 21),
                    precision=Precision.SECOND,
                    literal="2026-08-21T13:37:12Z",
                ),
            ),
        )
    )


def test_a_colon_in_a_headline_stays_when_no_category_says_so() -> None:
    title = "<title>Flu: Example</title>"
    assert titles(parsed(atom(FINDER.replace("<title>Example</title>", title)))) == ["Flu: Example"]


def test_a_feed_that_ended_is_an_alarm() -> None:
    ended = "<entry><id>https://www.gov.uk/x/feed-ended</id><title>This feed has ended</title></entry>"
    assert refused(atom(ended)) == "the publisher says that this feed has ended; find its new address"
    place = '<link href="https://www.gov.uk/new-list"/></entry>'
    moved = ended.replace("</entry>", place)
    assert (
        refused(atom(moved)) == "the publisher says that this feed has ended; it points to https://www.gov.uk/new-list"
    )


def test_an_atom_entry_without_a_summary_is_summed_up_by_its_content() -> None:
    body = '<entry><id>a</id><title>T</title><content type="html">&lt;p&gt;All of it&lt;/p&gt;</content></entry>'
    assert only(parsed(atom(body))).summary == "All of it"


# --- what is no feed: an error, never "no news" -------------------------------------------------------------------

NO_FEED = "this is not a feed; perhaps a login or error page"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "the answer is empty"),  # fault 34
        (b"\xef\xbb\xbf \r\n\x00", "the answer is empty"),
        (b"<html><body><form action='/login'><input name='user'></form></body></html>", NO_FEED),  # fault 33
        (b"<!DOCTYPE html><html><title>Just a moment...</title></html>", NO_FEED),
        (b'<?xml version="1.0"?><report><title>Flu</title><date>26.2.2026</date></report>', NO_FEED),
        (b'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head></html>', NO_FEED),
        (b"[1, 2, 3]", NO_FEED),
        (b'{"results": []}', "this JSON is not a JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": {}}', "this JSON is not a JSON Feed"),
        (b'{"version": ', "the answer begins like JSON and cannot be read"),
        (b'{"a":' * 100_000, "the answer begins like JSON and cannot be read"),
        (b"Service temporarily unavailable", NO_FEED),
        (b"\x89PNG\r\n\x1a\n", NO_FEED),
    ],
)
def test_what_is_no_feed_is_refused(body: bytes, why: str) -> None:
    assert refused(body) == why


@pytest.mark.fault(36)
def test_a_body_that_names_a_feed_on_our_disk_does_not_open_it(tmp_path: Path) -> None:  # fault 36
    feed = tmp_path / "feed.xml"
    feed.write_text(rss(entry()), encoding="utf-8")
    assert (refused(str(feed)), refused(feed.as_uri())) == (NO_FEED, NO_FEED)


@pytest.mark.fault(37)
@pytest.mark.parametrize("body", ["https://lmc.example/secret", "//lmc.example/x", "ftp://lmc.example/"])
def test_a_body_that_names_an_address_is_no_feed(body: str) -> None:  # fault 37
    assert refused(body) == NO_FEED


def test_a_feed_without_items_is_valid() -> None:  # fault 35: the watcher's health judges it, not the parser
    assert parsed(rss()) == ParseResult()


LAUGHS = '<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {here} "{f"&{before};" * 10}">' for before, here in itertools.pairwise("abcdefghi")
)


@pytest.mark.parametrize(
    "declared",
    [
        pytest.param(f"<!DOCTYPE r [{LAUGHS}]>", marks=pytest.mark.fault(38)),
        pytest.param(f'<!DOCTYPE r [<!ENTITY a "{"x" * 100_000}">]>', marks=pytest.mark.fault(39)),
        pytest.param('<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>', marks=pytest.mark.fault(40)),
        pytest.param(f'<!DOCTYPE r [<!--{"x" * 99_990}--><!ENTITY a "a">]>', marks=pytest.mark.fault(38)),
    ],
    ids=["38", "39", "40", "late"],
)
def test_a_feed_with_entities_of_its_own_is_refused(declared: str) -> None:
    body = rss(entry(title="&a;"), head=f'<?xml version="1.0"?>{declared}')
    assert refused(body) == "the feed declares entities of its own, which no honest feed does"


@pytest.mark.fault(40)
def test_an_external_dtd_is_not_fetched() -> None:  # fault 40
    body = rss(entry(), head='<?xml version="1.0"?><!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">')
    assert titles(parsed(body)) == ["Flu letter is out"]


@pytest.mark.parametrize(
    "body",
    [
        b'<?xml version="1.0" encoding="\xff"?><rss version="2.0"><channel></channel></rss>',
        b'<?xml version="1.0" encoding="a\x00b"?><rss version="2.0"><channel></channel></rss>',
    ],
)
@pytest.mark.fault(41)
def test_an_odd_declaration_is_not_believed(body: bytes) -> None:  # fault 41
    assert parsed(body) == ParseResult()


@pytest.mark.fault(52)
@pytest.mark.promise("P9")
def test_a_hundred_thousand_comment_marks_are_refused_unread() -> None:  # fault 52
    body = rss(entry(more=f"<description><![CDATA[{'<!--' * 100_000}]]></description>"))
    assert refused(body) == f"the feed holds more than {MAX_COMMENTS} comment marks"


# --- damage: what can be kept is kept -----------------------------------------------------------------------------


def test_a_feed_cut_in_the_middle_keeps_its_whole_items_and_is_partial() -> None:  # faults 8, 10, 11, 69
    whole = rss(*(entry(number, f"Letter {number}") for number in range(20)))
    cut = parsed(whole[: whole.index("Letter 10") + 5])
    assert (titles(cut), cut.partial) == ([f"Letter {number}" for number in range(10)], True)
    assert cut.problems[0].startswith("the feed is damaged; ")


def test_an_item_cut_after_its_link_waits_for_the_next_poll() -> None:
    body = rss(entry(1), entry(2, "Letter two"))
    cut = parsed(body[: body.rindex("<pubDate>")])
    assert (titles(cut), cut.partial) == (["Flu letter is out"], True)


def test_an_item_that_is_whole_in_a_cut_feed_is_kept() -> None:
    body = rss(entry(1))
    cut = parsed(body[: body.rindex("</channel>")])
    assert (titles(cut), cut.partial) == (["Flu letter is out"], True)


@pytest.mark.parametrize("tail", ["\n\n", "<!-- served by cache 7 in 0.1 s -->\n", "\n<!-- a --> <!-- b -->"])
def test_a_feed_with_a_caches_signature_after_it_is_whole(tail: str) -> None:
    assert parsed(rss(entry()) + tail) == ParseResult(items=(LETTER,))


@pytest.mark.fault(47)
@pytest.mark.promise("P8")
def test_ten_good_items_and_a_broken_one_are_eleven() -> None:  # fault 47
    good = [entry(number, f"Letter {number}") for number in range(10)]
    reading = parsed(rss(*good[:5], entry("bad", "Flu & Covid <b>\x0b"), *good[5:]))
    assert sorted(titles(reading)) == sorted(["Flu & Covid", *(f"Letter {number}" for number in range(10))])


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (rss(entry(title="café £20")).encode("latin-1"), "café £20"),  # fault 43: it says UTF-8
        (rss(entry(title="café £20"), head='<?xml version="1.0" encoding="utf-16"?>').encode("utf-16"), "café £20"),
        (b"\xef\xbb\xbf" + rss(entry(title="café £20")).encode(), "café £20"),  # fault 44
        (b"\r\n\n  " + rss(entry(title="café £20")).encode(), "café £20"),  # fault 45
        (rss(entry(title="a\x00b\x0bc\x1b[31m")).encode(), "ab c[31m"),  # fault 46
        (rss(entry(title="&lt;script&gt;alert(1)&lt;/script&gt;Flu")).encode(), "alert(1) Flu"),  # fault 72
        (rss(entry(title="Over\u202e05s\u202c\u200b jab")).encode(), "Over05s jab"),  # fault 74
        (rss(entry(title="G &lt;b&gt;P&lt;/b&gt; &amp;amp; x")).encode(), "G P & x"),
        (rss(entry(title="<![CDATA[LPC &nbsp; - Name]]>")).encode(), "LPC - Name"),
    ],
    ids=["43 latin-1", "44 utf-16", "44 bom", "45 blank", "46 controls", "72 script", "74 bidi", "escaped", "cdata"],
)
@pytest.mark.fault(43, 44, 45, 46, 72, 74)
@pytest.mark.promise("P19")
def test_a_headline_arrives_whole_and_harmless(body: bytes, title: str) -> None:
    reading = parsed(body)
    assert (titles(reading), reading.partial) == ([title], False)


@pytest.mark.fault(42)
def test_bytes_that_are_no_utf8_lose_no_item() -> None:  # fault 42
    body = rss(entry(title="Flu XX letter"), entry(2, "Second")).encode().replace(b"XX", b"\xff\xfe\x80")
    found = titles(parsed(body))
    assert (len(found), found[0].startswith("Flu "), found[1]) == (2, True, "Second")


def test_an_item_without_a_headline_is_named_as_a_problem() -> None:
    reading = parsed(rss("<item><link>https://lmc.example/2\x1b[31m</link></item>", entry()))
    assert (titles(reading), reading.problems[-1]) == (
        ["Flu letter is out"],
        "items without a headline: 1, such as https://lmc.example/2[31m",
    )


def test_an_item_with_only_a_description_is_headed_by_it() -> None:
    body = rss("<item><description>Order flu vaccine by Friday</description><guid>a</guid></item>")
    assert titles(parsed(body)) == ["Order flu vaccine by Friday"]


@pytest.mark.fault(49)
@pytest.mark.promise("P9")
def test_a_feed_of_20000_items_is_capped_and_says_so() -> None:  # shortened: the cap is what counts
    body = rss(*(f"<item><title>T{n}</title><guid>{n}</guid></item>" for n in range(MAX_ITEMS + 100)))
    reading = parsed(body)
    assert (len(reading.items), reading.problems) == (
        MAX_ITEMS,
        ("the feed holds 2,100 items; the newest 2,000 are read",),
    )


@pytest.mark.fault(48)
@pytest.mark.promise("P9")
def test_a_very_long_headline_is_cut() -> None:  # fault 48
    assert titles(parsed(rss(entry(title="x" * 1_000_000)))) == ["x" * 300]


@pytest.mark.parametrize(
    "description",
    ["&lt;div&gt;" * 2_000, "<![CDATA[" + "<div>" * 2_000 + "]]>", "<![CDATA[" + "<a " * 2_000 + "]]>"],
    ids=["51 escaped", "51 cdata", "53"],
)
@pytest.mark.fault(51, 53)
def test_a_deeply_nested_description_costs_little(description: str) -> None:
    assert titles(parsed(rss(entry(more=f"<description>{description}</description>")))) == ["Flu letter is out"]


# --- links and identities -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/news/1/", "https://lmc.example/news/1/"),
        ("news/1/", "https://lmc.example/feed/news/1/"),
        ("javascript:alert(5)", URL),  # fault 71
        ("java&#x0A;script:alert(5)", URL),  # fault 73
        ("data:text/html,hello", URL),
        ("http://lmc.example/a?utm_source=rss&amp;p=2", "http://lmc.example/a?p=2"),
        ("\n  https://lmc.example/a\n  ", "https://lmc.example/a"),
    ],
)
@pytest.mark.fault(71, 73)
@pytest.mark.promise("P19")
def test_a_link_is_made_absolute_by_us_and_is_never_a_script(link: str, url: str) -> None:
    body = rss(f"<item><title>T</title><guid isPermaLink='false'>g</guid><link>{link}</link></item>")
    assert only(parsed(body)).url == url


@pytest.mark.fault(70)
def test_the_base_that_an_entry_names_is_followed_and_the_host_is_shown() -> None:  # fault 70
    body = atom('<entry xml:base="https://other.example/x/"><id>a</id><title>T</title><link href="p"/></entry>')
    assert only(parsed(body)).url == "https://other.example/x/p"


def test_http_https_www_slash_and_trackers_are_one_identity() -> None:  # fault 64
    links = [
        "http://lmc.example/a/",
        "https://www.lmc.example/a",
        "https://lmc.example/a?utm_medium=rss",
        "https://lmc.example/a#at_campaign=1",
    ]
    items = [f"<item><title>T</title><link>{link}</link></item>" for link in links]
    assert {each.identity for each in parsed(rss(*items)).items} == {"lmc.example/a"}


@pytest.mark.fault(62)
def test_without_guid_and_link_headline_and_date_are_the_identity() -> None:  # fault 62
    one = "<item><title>Flu</title><pubDate>Mon, 02 Nov 2026 09:00:00 GMT</pubDate></item>"
    two = "<item><title>Flu</title><pubDate>Tue, 03 Nov 2026 09:00:00 GMT</pubDate></item>"
    again = parsed(rss(one, two)).items
    assert (len({each.identity for each in again}), again) == (2, parsed(rss(one, two)).items)


def test_other_guids_on_known_links_are_the_same_items() -> None:  # fault 63
    before = parsed(rss(entry(more="<guid isPermaLink='false'>old</guid>")))
    assert parsed(rss(entry(more="<guid isPermaLink='false'>new</guid>"))).items == before.items


# --- dates and ttl ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("literal", "at", "precision"),
    [
        ("Thu, 02 Jul 2026 10:00:00 BST", datetime(2026, 7, 2, 9, tzinfo=UTC), Precision.SECOND),
        ("02/11/2026", None, Precision.DAY),
        ("yesterday", None, Precision.NONE),
        ("0001-01-01T00:00:00Z", None, Precision.NONE),
        ("9999-99-99", None, Precision.NONE),
    ],
)
@pytest.mark.fault(58, 59, 60)
def test_dates_are_read_by_us_and_not_by_feedparser(literal: str, at: datetime | None, precision: Precision) -> None:
    published = only(parsed(rss(f"<item><title>T</title><pubDate>{literal}</pubDate></item>"))).published
    assert (published.at, published.precision, published.literal) == (at, precision, literal)


def test_a_broken_date_does_not_hide_a_good_one() -> None:
    body = "<entry><id>a</id><title>T</title><published>soon</published><updated>2026-11-02T09:00:00Z</updated></entry>"
    assert only(parsed(atom(body))).published.at == PUBLISHED.at


def test_the_date_of_the_channel_is_nobodys_date() -> None:
    body = rss("<item><title>T</title></item>", channel="<pubDate>Mon, 02 Nov 2026 09:00:00 GMT</pubDate>")
    assert only(parsed(body)).published == Published()


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("15", timedelta(minutes=15)),
        (" 60 ", timedelta(hours=1)),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("²", None),
        ("9" * 5000, None),
        ("", None),
    ],
)
def test_how_often_the_publisher_wants_to_be_asked_is_heard(literal: str, expected: timedelta | None) -> None:
    assert parsed(rss(channel=f"<ttl>{literal}</ttl>")).ttl == expected


# --- rules for all bytes ------------------------------------------------------------------------------------------

WHOLE = rss(
    entry(more="<guid>a</guid><category>Press</category>"),
    "<item><title>No link</title><description>&lt;p&gt;x&lt;/p&gt;</description></item>",
    entry(3, "Third &amp; last"),
    channel="<ttl>15</ttl>",
).encode()
WHOLES = st.sampled_from(
    [
        WHOLE,
        atom(FINDER, ORGANISATION).encode(),
        json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"id": "\ud800", "title": "T"}]}).encode(),
    ]
)
SCRAPS = st.sampled_from(
    [b"", b"<", b">", b"&", b"\x00", b"\xff", b"<!--", b"]]>", b"<item>", b"</rss>", b"<entry>", b'"']
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A feed in which a few stretches were replaced by scraps."""
    body: bytes = draw(WHOLES)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(body)))
        body = body[:at] + draw(SCRAPS) + body[at + draw(st.integers(0, 30)) :]
    return body


@STEADY
@given(damaged() | st.binary(max_size=60))
@example(WHOLE.replace(b"15", "²".encode()))
@example(b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "\\ud800", "title": "T"}]}')
def test_any_bytes_are_a_feed_or_refused_and_the_same_the_second_time(body: bytes) -> None:
    def outcome() -> Any:
        try:
            return parsed(body)
        except NotParsed as error:
            return error.why

    first = outcome()
    assert outcome() == first
    if isinstance(first, ParseResult):
        assert all(each.identity.strip() and each.title for each in first.items)
        "".join(each.identity + each.url + each.title for each in first.items).encode()


# --- careless publishers ------------------------------------------------------------------------------------------

HALF = "&#xD83D;"  # half of an emoji, as a careless template writes it


@pytest.mark.promise("P33")
@pytest.mark.parametrize(
    "body",
    [
        rss(entry(1), entry(2, f"Recall {HALF} act now")),
        rss(entry(1), entry(2, more=f'<media:thumbnail xmlns:media="m" url="{HALF}"/>')),
        rss(entry(1), entry(2, more=f"<guid>{HALF}</guid>")),
        rss(entry(1), f"<item><title>Two</title><link>https://lmc.example/{HALF}</link></item>"),
        rss(entry(1), f"<item><title><![CDATA[Two {HALF}]]></title><link>https://lmc.example/2</link></item>"),
        rss(entry(1), entry(2, "Recall &#x110000;&#0; act now")),
        atom(
            '<entry><title>One</title><id>1</id><link href="https://lmc.example/1"/></entry>',
            f'<entry><title>Two {HALF}</title><id>{HALF}</id><link href="https://lmc.example/{HALF}"/></entry>',
        ),
    ],
    ids=["element", "attribute", "guid", "link", "cdata", "beyond", "atom"],
)
def test_half_a_character_costs_no_item(body: str) -> None:
    reading = parsed(body)
    assert (len(reading.items), reading.problems, reading.partial) == (2, (), False)


@pytest.mark.promise("P33")
def test_the_captured_feed_with_half_an_emoji_is_read(shared: Path) -> None:
    reading = parsed((shared / "data" / "captures-2" / "surrogate_reference_synthetic.xml").read_bytes())
    assert titles(reading) == ["Free flu jab for over-50s", "Medicines recall \ufffd act now"]
    assert reading.problems == ()


@pytest.mark.promise("P33")
@pytest.mark.parametrize(
    "last",
    [
        "<item><title>Two</title><link>https://lmc.example/2</link><media:thumbnail url='x'/></item>",
        "<item><title>Two</title><link>https://lmc.example/2</link>&nbsp;</item>",
        "<item><title>Two</title><link>https://lmc.example/2</link><description>a <br> b</description></item>",
        "<item><title>Two</title><link>https://lmc.example/2</link>",
    ],
    ids=["undeclared prefix", "undeclared entity", "unclosed tag", "unclosed item"],
)
@pytest.mark.parametrize("tail", ["", "\n<!-- cached -->", "\n<script>count()</script>"])
def test_a_whole_but_untidy_feed_keeps_its_last_item(last: str, tail: str) -> None:
    reading = parsed(rss(entry(1), last) + tail)
    assert (titles(reading), reading.partial) == (["Flu letter is out", "Two"], False)
    assert reading.problems[0] == "the feed is damaged; what could be read of it is read"


@pytest.mark.promise("P33")
def test_of_an_oversized_feed_the_newest_are_read_whichever_way_it_is_sorted() -> None:
    old = "<pubDate>Mon, 01 Jun 2026 10:00:00 GMT</pubDate>"
    archive = [f"<item><title>Old {n}</title><guid>o{n}</guid>{old}</item>" for n in range(MAX_ITEMS)]
    for feed in (rss(*archive, entry(1)), rss(entry(1), *archive)):
        assert "Flu letter is out" in titles(parsed(feed))
    undated = [f"<item><title>T{n}</title><guid>{n}</guid></item>" for n in range(MAX_ITEMS + 2)]
    assert {"T0", f"T{MAX_ITEMS + 1}"} <= set(titles(parsed(rss(*undated))))


@pytest.mark.promise("P33")
@pytest.mark.parametrize(
    ("names", "url"),
    [
        ("<guid>PCSE-1042</guid>", "https://lmc.example/home"),
        ("<guid>/news/3</guid>", "https://lmc.example/home"),
        ("<guid>urn:uuid:1</guid>", "https://lmc.example/home"),
        ("<guid>https://lmc.example/g</guid>", "https://lmc.example/g"),
        ("<link>/news/4</link><guid>4</guid>", "https://lmc.example/news/4"),
    ],
)
def test_a_guid_that_is_no_address_makes_no_link(names: str, url: str) -> None:
    body = rss(f"<item><title>One</title>{names}</item>", channel="<link>https://lmc.example/home</link>")
    assert only(parsed(body)).url == url


@pytest.mark.promise("P33")
@pytest.mark.parametrize(
    "head",
    ["", '<?xml version="1.0" encoding="utf-16"?>', '<?xml version="1.1"?>', "<b>Warning</b>\n<?xml version='1.0'?>"],
)
def test_utf_8_under_a_wrong_declaration_is_read(head: str) -> None:
    assert titles(parsed(rss(entry(title="Flu jab £20"), head=head))) == ["Flu jab £20"]
