"""The text of an HTML page: what readers come for, or the words of one tag."""

from collections.abc import Iterable

from bs4 import BeautifulSoup, Tag
from resiliparse.extract.html2text import extract_plain_text

from watcher.core.decoding.text_encoding import html_soup
from watcher.core.language.text import MAX_FIELD_CHARACTERS, MAX_TEXT_CHARACTERS, clean, drop_sentences
from watcher.core.pages.boilerplate import is_silent

MAX_DEPTH = 200  # 40,000 nested <div> took the article finder 25 s; real pages nest some forty deep


def main_text(body: bytes, region: str = "", drop: Iterable[str] = ()) -> str:
    """The text that readers come for: the page's `region` (CSS), else what looks like the article; without `drop`."""
    soup = html_soup(body)
    chosen = soup.select_one(region) if region else None
    article = tag_text(chosen) if chosen else _extract_main_content(soup)
    text = article or (tag_text(soup.body) if soup.body else "")
    return drop_sentences(clean(text, MAX_TEXT_CHARACTERS), drop)


def _extract_main_content(soup: BeautifulSoup) -> str:
    layer: list[Tag] = [soup]
    for _ in range(MAX_DEPTH):
        layer = [child for tag in layer for child in tag.children if isinstance(child, Tag)]
    return "" if layer else extract_plain_text(str(soup), main_content=True, alt_texts=False, links=False)


def tag_text(tag: Tag) -> str:
    """The words inside a tag, without scripts, styles and form controls: a filter is no text of the page."""
    for noise in tag.find_all(is_silent):
        noise.decompose()
    return tag.get_text(" ", strip=True)


def fragment_text(markup: str) -> str:
    """The words of a piece of HTML, such as GOV.UK's `details.body`."""
    return clean(tag_text(BeautifulSoup(markup[:MAX_FIELD_CHARACTERS], "lxml")), MAX_TEXT_CHARACTERS) if markup else ""
