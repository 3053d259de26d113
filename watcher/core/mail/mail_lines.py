"""The HTML of a mail as lines, headings among them, and its links at the lines where they stand.

Mails are laid out in tables, and their headings are often nothing but bold or large print.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from watcher.core.decoding.text_encoding import html_soup
from watcher.core.language.text import one_line
from watcher.core.pages.boilerplate import is_silent, short_text
from watcher.core.pages.html_lines import LineBuilder
from watcher.model import Line, LineKind

MAX_HEADING_CHARACTERS = 140
PRINTED_HEADING = "h6"  # what bold or large print is turned into: below all headings that say so themselves
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0|font-size\s*:\s*0", re.IGNORECASE
)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|bolder|[6-9]00)|font\s*:\s*bold", re.IGNORECASE)
_LARGE = re.compile(
    r"font-size\s*:\s*(?:(?:1[89]|[2-9]\d)(?:\.\d+)?px|(?:1[4-9]|[2-9]\d)(?:\.\d+)?pt|1\.[3-9]\d*r?em|[2-9](?:\.\d+)?r?em)",
    re.IGNORECASE,
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_INLINE = frozenset({"a", "b", "strong", "em", "i", "u", "span", "font", "br", "sup", "sub", "small", "img"})


@dataclass(frozen=True, slots=True)
class MailLink:
    """A link of a mail: the number of the line it stands in, where it leads, and its words."""

    line: int
    href: str
    words: str


@dataclass(frozen=True, slots=True)
class MailLines:
    """The lines of a mail with the rank of each heading (1 for <h1>, 6 for bold print), and its links."""

    lines: tuple[Line, ...] = ()
    ranks: tuple[int, ...] = ()
    links: tuple[MailLink, ...] = ()


def read_html_lines(html: str) -> MailLines:
    """The MailLines of the HTML of a mail, without what it hides."""
    soup = html_soup(html.encode("utf-8", "replace"), "text/html; charset=utf-8")
    for tag in [tag for tag in soup.find_all(True) if tag.name in {"head", "img"} or _is_hidden(tag)]:
        if not tag.decomposed:
            tag.decompose()
    _mark_printed_headings(soup)
    _unwrap_layout(soup)
    return _build_lines(soup.body or soup)


def _is_hidden(tag: Tag) -> bool:
    return bool(_HIDDEN.search(str(tag.get("style") or ""))) or tag.has_attr("hidden")


def _mark_printed_headings(soup: BeautifulSoup) -> None:
    """Make a heading of each block whose words are all bold or large, and few."""
    for tag in soup.find_all(("p", "td", "div")):
        if (
            _is_one_of_many_cells(tag)
            or tag.find(_HEADINGS)
            or tag.find_parent(_HEADINGS)
            or any(_is_block(child) for child in tag.find_all(True))
        ):
            continue
        words = short_text(tag, MAX_HEADING_CHARACTERS)
        if words and (_is_printed(tag) or _holds_one_print(tag)) and any(map(str.isalpha, words)):
            tag.name = PRINTED_HEADING


def _is_one_of_many_cells(tag: Tag) -> bool:
    """Whether a tag is a cell beside others: bold print in a table of facts is no headline."""
    table_line = tag.find_parent("tr")
    cells = table_line.find_all(("td", "th"), recursive=False) if table_line else []
    return sum(bool(cell.get_text(strip=True)) for cell in cells) > 1 and not any(map(_holds_blocks, cells))


def _holds_blocks(cell: Tag) -> bool:
    """Whether a cell lays out a part of the mail."""
    return cell.find(("p", "table", "div", *_HEADINGS)) is not None


def _is_block(tag: Tag) -> bool:
    return tag.name not in _INLINE


def _is_printed(tag: Tag) -> bool:
    """Whether a tag prints its words bold or large."""
    style = str(tag.get("style") or "")
    return tag.name in {"b", "strong"} or bool(_BOLD.search(style) or _LARGE.search(style))


def _holds_one_print(tag: Tag) -> bool:
    """Whether all words of a tag stand in one inline tag that prints them bold or large, however deep."""
    inner = tag
    while True:
        filled = [
            child
            for child in inner.children
            if (isinstance(child, Tag) and child.get_text(strip=True))
            or (isinstance(child, NavigableString) and child.strip())
        ]
        if len(filled) != 1 or not isinstance(filled[0], Tag):
            return bool(filled) and all(isinstance(child, Tag) and _is_printed(child) for child in filled)
        inner = filled[0]
        if _is_printed(inner):
            return True


def _unwrap_layout(soup: BeautifulSoup) -> None:
    """Make blocks of the tables that lay out the mail: those that hold headings or tables, or have one column."""
    for table in soup.find_all("table"):
        table_lines = [tag for tag in table.find_all("tr", limit=200) if tag.find_parent("table") is table]
        is_column = all(len(tag.find_all(("td", "th"), recursive=False)) <= 1 for tag in table_lines)
        if is_column or table.find(("table", *_HEADINGS)) or table.get("role") in {"presentation", "none"}:
            for part in [table, *table_lines]:
                for tag in [part, *part.find_all(("tbody", "thead", "tfoot", "td", "th"), recursive=False)]:
                    tag.name = "div"


def _build_lines(root: Tag) -> MailLines:
    """One walk through the mail; no recursion, for hostile ones nest 100,000 tags."""
    builder = LineBuilder()
    links: list[MailLink] = []
    ranks: list[int] = []
    open_tags: list[Tag] = [root]
    waiting = [iter(root.children)]
    builder.open_tag(root)
    rank = 0
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
            builder.close_tag()
            ranks += _ranks_of(builder.lines[len(ranks) :], rank)
            rank = 0 if open_tags.pop().name in _HEADINGS else rank
        elif isinstance(node, Tag):
            if is_silent(node):
                builder.add_gap()
                continue
            builder.open_tag(node)
            ranks += _ranks_of(builder.lines[len(ranks) :], rank)
            rank = int(node.name[1]) if node.name in _HEADINGS else rank
            if node.name == "a" and node.get("href"):
                words = one_line(node.get_text(" ", strip=True))
                links.append(MailLink(len(builder.lines), str(node["href"]), words))
            open_tags.append(node)
            waiting.append(iter(node.children))
        elif type(node) is NavigableString:
            builder.add_text(node)
    return MailLines(tuple(builder.lines), tuple(ranks), tuple(links))


def _ranks_of(lines: Sequence[Line], rank: int) -> Iterator[int]:
    return ((rank or 1) if line.kind is LineKind.HEADING else 0 for line in lines)
