"""XML as careless publishers write it, and what a parser gets of it."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.decoding.xml_repair import mend_xml


@pytest.mark.promise("P33")
@pytest.mark.parametrize(
    ("raw", "mended"),
    [
        ("<a>recall &#xD83D; now</a>", "<a>recall &#xFFFD; now</a>"),
        ("<a>recall &#55357; now</a>", "<a>recall &#xFFFD; now</a>"),
        ("<a>&#xD83D;&#xDE00;</a>", "<a>&#128512;</a>"),
        ("<a>&#xDE00;&#xD83D;</a>", "<a>&#xFFFD;&#xFFFD;</a>"),
        ("<a b='&#x110000;'/>", "<a b='&#xFFFD;'/>"),
        ("<a>&#0;&#8;&#xFFFE;</a>", "<a>&#xFFFD;&#xFFFD;&#xFFFD;</a>"),
        ("<a>&#163;20 &#x2019; &amp;</a>", "<a>&#163;20 &#x2019; &amp;</a>"),
        ("<a>Q&A, R&D &nbsp; &pound;1 b?x=1&copy=2</a>", "<a>Q&amp;A, R&amp;D &nbsp; &pound;1 b?x=1&amp;copy=2</a>"),
        ("<a><![CDATA[Q&A]]></a><!-- a&b -->", "<a><![CDATA[Q&A]]></a><!-- a&b -->"),
        ("<a>a\x00b\x0bc\ufffe</a>", "<a>ab c</a>"),
        ('<?xml version="1.1" encoding="utf-16"?>\n<a/>', "\n<a/>"),
        ('<b>Warning</b> on line 3<br>\n<?xml version="1.0"?><rss/>', "<rss/>"),
        ("<rss><![CDATA[<?xml version='1.0'?>]]></rss>", "<rss><![CDATA[<?xml version='1.0'?>]]></rss>"),
    ],
)
def test_what_no_parser_takes_is_mended(raw: str, mended: str) -> None:
    assert mend_xml(raw) == mended


@given(st.text(), st.lists(st.integers(0, 0x120000), max_size=5))
def test_whatever_stands_in_an_element_can_be_parsed(text: str, numbers: list[int]) -> None:
    references = "".join(f"&#{number};" for number in numbers)
    words = re.sub(r"[<>&]", "", text)
    ET.fromstring(mend_xml(f"<a b='{references}'>{words}{references}</a>"))  # noqa: S314 - our own text
