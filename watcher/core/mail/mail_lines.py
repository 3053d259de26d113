"""The HTML of a mail as lines, headings among them, and its links at the lines where they stand.

Mails are laid out in tables, and their headings are often nothing but bold or large print (printed_headings.py).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from watcher.core.decoding.parse_cost import parse_risk
from watcher.core.decoding.text_encoding import html_soup
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import one_line
from watcher.core.mail.printed_headings import LOWEST_RANK, Print, clear_hidden, clear_pictures, read_print
from watcher.core.mail.tag_styles import CELLS, HEADINGS
from watcher.core.pages.boilerplate import contents_of, is_silent
from watcher.core.pages.html_lines import LineBuilder
from watcher.model import Line, LineKind

MAX_SMALL_DEPTH = 3  # tags between a line and the one that was found to be in small print
MAX_OPEN_MEMBERS = 12  # members of lists inside each other: each is searched for headings; deeper ones are blocks
MAX_LINK_NODES = 200  # tags and texts in a link
MAX_TAGS = 30_000  # a long newsletter of a mailing service has some 3,000
_PICTURE = lazy_regex(r"<(?:img|image)\b", re.IGNORECASE)


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
    return lines if any(lines.ranks) or not _PICTURE.search(html) else _read(html, with_pictures=True)


def _read(html: str, *, with_pictures: bool) -> MailLines:
    soup = html_soup(html.encode("utf-8", "replace"), "text/html; charset=utf-8")
    clear_hidden(soup)
    clear_pictures(soup, with_words=with_pictures)
    print_of_mail = read_print(soup)
    for parts in print_of_mail.layout:
        for part in parts:
            _make_blocks(part)
    walk = _Walk(print_of_mail)
    walk.go_through(soup.body or soup)
    return MailLines(tuple(walk.builder.lines), tuple(walk.ranks), tuple(walk.links), frozenset(walk.small))


def _make_blocks(part: Tag) -> None:
    """Make blocks of a table that lays out the mail, or of a line of it, and of its cells."""
    part.name = "div"
    for tag in part.contents:
        if isinstance(tag, Tag) and tag.name in {"tbody", "thead", "tfoot", *CELLS}:
            tag.name = "div"


class _Walk:
    """One walk through a mail, tag by tag; no recursion, for hostile ones nest 100,000 tags."""

    def __init__(self, print_of_mail: Print) -> None:
        self.builder = LineBuilder()
        self.ranks: list[int] = []
        self.links: list[MailLink] = []
        self.small: set[int] = set()
        self._print = print_of_mail
        self._begun: set[int] = set()  # printed headings, by the first node of their line
        self._rank = 0  # of the open heading
        self._open_tags: list[Tag] = []
        self._waiting: list[Iterator[PageElement]] = []
        self._open_names: Counter[str] = Counter()

    def go_through(self, root: Tag) -> None:
        """Read all that stands in a tag."""
        self._open(root, iter(root.contents))
        while self._waiting:
            node = next(self._waiting[-1], None)
            if node is None:
                self._close()
            elif id(node) in self._print.headings and id(node) not in self._begun:
                self._begun.add(id(node))
                heading = self._print.headings[id(node)]
                self._open(Tag(name="h6"), chain([node], islice(self._waiting[-1], heading.size - 1)))
                self._rank = heading.rank
            elif isinstance(node, Tag):
                self._read_tag(node)
            elif type(node) is NavigableString and id(node.parent) not in self._print.unseen:
                self.builder.add_text(node)

    def _read_tag(self, tag: Tag) -> None:
        if self._is_silent(tag):
            self.builder.add_gap()
            return
        self._open(tag, iter(tag.contents))
        if tag.name in HEADINGS:
            self._rank = int(tag.name[1])
        if tag.name == "a" and tag.get("href"):
            words = _words_of(tag)
            # A button that is a picture has no words: it belongs to what stands above it.
            self.links.append(MailLink(max(len(self.builder.lines) - (not words), 0), str(tag["href"]), words))

    def _is_silent(self, tag: Tag) -> bool:
        """As `is_silent`, which would search all tags around a button for a heading."""
        return not any(self._open_names[name] for name in HEADINGS) if tag.name == "button" else is_silent(tag)

    def _open(self, tag: Tag, contents: Iterator[PageElement]) -> None:
        is_deep = tag.name == "li" and self._open_names["li"] >= MAX_OPEN_MEMBERS
        self.builder.open_tag(Tag(name="div") if is_deep else tag)
        self._rank_lines()
        self._open_tags.append(tag)
        self._open_names[tag.name] += 1
        self._waiting.append(contents)

    def _close(self) -> None:
        self._waiting.pop()
        begin = len(self.builder.lines)
        self.builder.close_tag()
        if any(id(tag) in self._print.small for tag in self._open_tags[-MAX_SMALL_DEPTH:]):
            self.small |= set(range(begin, len(self.builder.lines)))
        self._rank_lines()
        tag = self._open_tags.pop()
        self._open_names[tag.name] -= 1
        self._rank = 0 if tag.name in HEADINGS else self._rank

    def _rank_lines(self) -> None:
        """Give the lines that have been built their rank."""
        for line in self.builder.lines[len(self.ranks) :]:
            self.ranks.append((self._rank or LOWEST_RANK) if line.kind is LineKind.HEADING else 0)


def _words_of(link: Tag) -> str:
    """The words of a link, of a very long one those that it begins with."""
    texts = (node for node in islice(contents_of(link), MAX_LINK_NODES) if type(node) is NavigableString)
    return one_line(" ".join(text.strip() for text in texts if text.strip()))
