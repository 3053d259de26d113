"""What is read with lxml is what feedparser reads: on every feed that is at hand, and on invented ones."""

import io
import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.decoding.plain_feed import read_plain_feed
from watcher.core.decoding.text_encoding import decode_text
from watcher.core.decoding.xml_repair import mend_xml

SHARED = Path(__file__).parents[4] / "shared" / "data"
FIELDS = ("id", "title", "link", "summary", "published", "updated", "created")
RSS = "<rss version='2.0'{spaces}><channel><title>S</title><link>https://s.example/</link>{channel}{items}</channel></rss>"
SPACES = (
    " xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:dc='http://purl.org/dc/elements/1.1/'"
    " xmlns:media='http://search.yahoo.com/mrss/' xmlns:atom='http://www.w3.org/2005/Atom'"
)
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'><id>f</id><title>S</title>{channel}{items}</feed>"


def view(entry: Any) -> dict[str, Any]:
    """All of an entry that is read, as watcher/sources/feed.py reads it."""
    texts = {name: dict.get(entry, name) for name in FIELDS}
    contents: list[Any] = dict.get(entry, "content") or [{}]
    tags = [tag.get("label") or tag.get("term") or "" for tag in entry.get("tags") or ()]
    shown = {name: text if isinstance(text, str) else "" for name, text in texts.items()}
    return {**shown, "content": contents[0].get("value", ""), "tags": tags}


def compare(body: str) -> bool:
    """Whether the plain reader reads `body` at all; it fails where it reads it otherwise than feedparser."""
    plain = read_plain_feed(body)
    if plain is None:
        return False
    answer = io.BytesIO(body.encode("utf-8", "replace"))
    feed = feedparser.parse(answer, sanitize_html=False, resolve_relative_uris=False)
    assert (feed.version, bool(feed.bozo)) == (plain.version, plain.is_damaged)
    assert [view(entry) for entry in plain.elements] == [view(entry) for entry in feed.entries]
    assert str(plain.head.get("ttl", "")) == str(feed.feed.get("ttl", ""))
    return True


def text_of(raw: bytes) -> str:
    return mend_xml(decode_text(raw, "").strip("\ufeff \t\r\n\x00")).replace("{{SITE}}", "https://site.example")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the collections of real feeds are not beside this project")
def test_every_feed_at_hand_is_read_as_feedparser_reads_it() -> None:
    files = [file for file in SHARED.rglob("*") if file.is_file() and file.stat().st_size < 3_000_000]
    bodies = [raw for file in files if re.search(rb"<(?:rss|feed)\b", (raw := file.read_bytes())[:3_000])]
    plain = sum(compare(text_of(body)) for body in bodies)
    assert plain > len(bodies) / 2


WORDS = st.text(st.sampled_from("ab Zé€£Â£â\n\t'\"<>&;%\xa0\x85#1"), max_size=12)
ADDRESSES = st.sampled_from(
    (
        *(
            "https://s.example/1",
            "http://s.example/a?b=1&c=2",
            "/2",
            "",
            "s.example/3",
            "https://s.example/é",
            "tag:s,1:x",
        ),
        *(
            "https://s.example/4#x",
            " https://s.example/5\n",
            "HTTP://S.example/6",
            "https:///7",
            "https://s.example/&amp;8",
        ),
    )
)


def element(name: str, text: str, *, raw: bool = False, attributes: str = "") -> str:
    """One element; `raw`: its text in a CDATA section."""
    inner = f"<![CDATA[{text}]]>" if raw and "]]>" not in text else escape(text)
    return f"<{name}{attributes}>{inner}</{name}>"


TEXTS = ("title", "description", "pubDate", "category", "content:encoded", "dc:date", "author", "dc:creator", "odd")
PART_OF_ITEM = st.one_of(
    st.builds(lambda name, text, raw: element(name, text, raw=raw), st.sampled_from(TEXTS), WORDS, st.booleans()),
    st.builds(lambda text: element("link", text), ADDRESSES),
    st.builds(
        lambda text, of: element("guid", text, attributes=of),
        ADDRESSES,
        st.sampled_from(
            ["", " isPermaLink='false'", " isPermaLink='true'", " isPermaLink='FALSE'", " isPermaLink='x'"]
        ),
    ),
    st.sampled_from(
        [
            "<media:content url='u'><media:credit>c</media:credit></media:content>",
            "<media:content url='u'><media:title>t</media:title></media:content>",
            "<atom:link href='https://s.example/9'/>",
            "<enclosure url='https://s.example/a.mp3' type='audio/mpeg' length='1'/>",
            "<title>a <b>c</b></title>",
            "<!-- c -->",
            "<title>a<!-- c -->b</title>",
            "<source url='https://o.example/'>Other</source>",
            "<media:thumbnail url='u'/>",
        ]
    ),
)
NORMAL_ITEM = ("<title>Flu letter</title>", "<link>https://s.example/n</link>")
CHANNEL = st.sampled_from(
    (
        *("", "<ttl>60</ttl>", "<image><url>u</url><title>t</title><link>https://i.example/</link></image>", "<odd/>"),
        *("<atom:link rel='self' href='https://s.example/feed'/>", "<description>d</description>", "<ttl> 5 </ttl>"),
    )
)
ITEMS = st.lists(st.tuples(st.lists(PART_OF_ITEM, max_size=4), st.booleans()), max_size=3)


def join(items: list[tuple[list[str], bool]], name: str, normal: tuple[str, ...]) -> str:
    return "".join(f"<{name}>{''.join((*(normal if has else ()), *parts))}</{name}>" for parts, has in items)


@given(items=ITEMS, channel=CHANNEL)
@settings(max_examples=400, deadline=None)
def test_any_rss_is_read_as_feedparser_reads_it_or_left_to_it(
    items: list[tuple[list[str], bool]], channel: str
) -> None:
    compare(mend_xml(RSS.format(spaces=SPACES, channel=channel, items=join(items, "item", NORMAL_ITEM))))


TYPES = st.sampled_from(
    ["", " type='html'", " type='text'", " type='xhtml'", " type='text/plain'", " xml:base='https://o.example/'"]
)
PART_OF_ENTRY = st.one_of(
    st.builds(
        lambda name, text, raw, of: element(name, text, raw=raw, attributes=of),
        st.sampled_from(["title", "summary", "content", "updated", "published", "id", "rights", "created"]),
        WORDS,
        st.booleans(),
        TYPES,
    ),
    st.builds(
        lambda href, rel, kind: f"<link href={quoteattr(href)}{rel}{kind}/>",
        ADDRESSES,
        st.sampled_from(["", " rel='alternate'", " rel='self'", " rel='enclosure'", " rel='Alternate'", " rel=''"]),
        st.sampled_from(["", " type='text/html'", " type='application/pdf'", " type='application/xhtml+xml'"]),
    ),
    st.builds(
        lambda term, label: f"<category term={quoteattr(term)}{label}/>", WORDS, st.sampled_from(["", " label='L'"])
    ),
    st.sampled_from(
        ["<author><name>n</name></author>", "<author><name>n</name><link href='x'/></author>", "<source/>"]
    ),
)
NORMAL_ENTRY = ("<id>tag:s,1</id>", "<link href='https://s.example/n'/>")


@given(
    items=st.lists(st.tuples(st.lists(PART_OF_ENTRY, max_size=4), st.booleans()), max_size=3),
    channel=st.sampled_from(["", "<link href='https://s.example/'/>", "<author><name>n</name></author>", "<odd/>"]),
)
@settings(max_examples=400, deadline=None)
def test_any_atom_is_read_as_feedparser_reads_it_or_left_to_it(
    items: list[tuple[list[str], bool]], channel: str
) -> None:
    compare(mend_xml(ATOM.format(channel=channel, items=join(items, "entry", NORMAL_ENTRY))))


def test_the_plain_shapes_are_read_without_feedparser() -> None:
    parts = (*NORMAL_ITEM, "<guid isPermaLink='false'>1</guid>", "<pubDate>Wed, 25 Nov 2026 10:00:00 GMT</pubDate>")
    wordpress = (
        *parts,
        "<description>Who &amp; when</description>",
        "<content:encoded><![CDATA[<p>x</p>]]></content:encoded>",
    )
    assert compare(
        RSS.format(spaces=SPACES, channel="<ttl>5</ttl>", items=join([(list(wordpress), False)], "item", ()))
    )
    entry = [*NORMAL_ENTRY, "<title>Letter</title>", "<updated>2026-11-25T10:00:00Z</updated>", "<summary>s</summary>"]
    assert compare(ATOM.format(channel="", items=join([(entry, False)], "entry", ())))
