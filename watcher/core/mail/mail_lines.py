"""The HTML of a mail as lines, headings among them, and its links at the lines where they stand.

Mails are laid out in tables, and their headings are often nothing but bold or large print (printed_headings.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from watcher.core.decoding.parse_cost import parse_risk
from watcher.core.decoding.text_encoding import html_soup
from watcher.core.language.text import one_line
from watcher.core.mail.printed_headings import (
    HEADINGS,
    LOWEST_RANK,
    RANK,
    SMALL,
    is_hidden,
    mark_pictures,
    mark_printed,
)
from watcher.core.pages.boilerplate import is_silent
from watcher.core.pages.html_lines import LineBuilder
from watcher.model import Line, LineKind

MAX_TABLE_LINES = 200
MAX_SMALL_DEPTH = 3  # tags between a line and the one that was found to be in small print
MAX_TAGS = 30_000  # a long newsletter of a mailing service has some 3,000


@dataclass(frozen=True, slots=True)
class MailLink:
    """A link of a mail: the number of the line it stands in, where it leads, and its words."""

    line: int
    href: str
    words: str


@dataclass(frozen=True, slots=True)
class MailLines:
    """The lines of a mail with the rank of each heading (1 the highest; 0: none), and its links.

    `small`: by number, whether a line is in smaller print than the others.
    """

    lines: tuple[Line, ...] = ()
    ranks: tuple[int, ...] = ()
    links: tuple[MailLink, ...] = ()
    small: frozenset[int] = frozenset()


def read_html_lines(html: str) -> MailLines:
    """The MailLines of the HTML of a mail, without what it hides; none of one that could keep the parser busy for long.

    Where no headline is in print, pictures hold them.
    """
    if html.count("<") > MAX_TAGS or parse_risk(html.encode("utf-8", "replace")):
        return MailLines()  # it could keep the parser busy for long; its plain text says the same
    lines = _read(html, with_pictures=False)
    return lines if any(lines.ranks) else _read(html, with_pictures=True)


def _read(html: str, *, with_pictures: bool) -> MailLines:
    soup = html_soup(html.encode("utf-8", "replace"), "text/html; charset=utf-8")
    for tag in [tag for tag in soup.find_all(True) if tag.name == "head" or is_hidden(tag)]:
        if not tag.decomposed:
            tag.decompose()
    if with_pictures:
        mark_pictures(soup)
    for picture in soup.find_all("img"):
        picture.decompose()
    mark_printed(soup)
    _unwrap_layout(soup)
    return _build_lines(soup.body or soup)


def _unwrap_layout(soup: BeautifulSoup) -> None:
    """Make blocks of the tables that lay out the mail: those that hold headings or tables, or have one column."""
    for table in soup.find_all("table"):
        table_lines = [tag for tag in table.find_all("tr", limit=MAX_TABLE_LINES) if tag.find_parent("table") is table]
        is_column = all(len(tag.find_all(("td", "th"), recursive=False)) <= 1 for tag in table_lines)
        if is_column or table.find(("table", *HEADINGS)) or table.get("role") in {"presentation", "none"}:
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
    small: set[int] = set()
    rank = 0
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
            begin = len(builder.lines)
            builder.close_tag()
            if any(tag.has_attr(SMALL) for tag in open_tags[-MAX_SMALL_DEPTH:]):
                small |= set(range(begin, len(builder.lines)))
            ranks += _ranks_of(builder.lines[len(ranks) :], rank)
            rank = 0 if open_tags.pop().name in HEADINGS else rank
        elif isinstance(node, Tag):
            if is_silent(node):
                builder.add_gap()
                continue
            builder.open_tag(node)
            ranks += _ranks_of(builder.lines[len(ranks) :], rank)
            rank = int(str(node.get(RANK) or node.name[1])) if node.name in HEADINGS else rank
            if node.name == "a" and node.get("href"):
                words = one_line(node.get_text(" ", strip=True))
                # A button that is a picture has no words: it belongs to what stands above it.
                links.append(MailLink(max(len(builder.lines) - (not words), 0), str(node["href"]), words))
            open_tags.append(node)
            waiting.append(iter(node.children))
        elif type(node) is NavigableString:
            builder.add_text(node)
    return MailLines(tuple(builder.lines), tuple(ranks), tuple(links), frozenset(small))


def _ranks_of(lines: Sequence[Line], rank: int) -> Iterator[int]:
    return ((rank or LOWEST_RANK) if line.kind is LineKind.HEADING else 0 for line in lines)
