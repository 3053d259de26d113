"""Headings that are nothing but print: a line of a mail whose words are all bold, or larger than the others.

Such a line becomes a heading of the page, ranked below those that say so themselves: the larger, the higher.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import one_line
from watcher.core.mail.newsletter_words import LINK_WORDS, PICTURE_OF
from watcher.core.mail.tag_styles import (
    CELLS,
    HEADINGS,
    MIN_LARGER,
    USUAL_PIXELS,
    TagStyle,
    is_inline,
    list_fact_lines,
    read_styles,
)
from watcher.core.pages.boilerplate import contents_of

PRINTED_RANK, LOWEST_RANK = 10, 99
MAX_HEADING_CHARACTERS = 160
MAX_PICTURE_HEIGHT, MIN_PICTURE_WORDS = 120, 2  # a taller one is a photograph
MAX_SMALLER = 0.9  # times the usual size
_HIDDEN = lazy_regex(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedHeading:
    """A line that print makes a heading: how many nodes beside each other it is made of, and its rank."""

    size: int
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """What the print of a mail says, its tags and texts by their `id`.

    `headings`: by the first node of their line. `small`: the tags with a line in smaller print than the others.
    `unseen`: the tags whose own words are too small to be seen. `layout`: the tables that lay out the mail, each with
    its lines: those that hold headings or tables, or have one column.
    """

    headings: Mapping[int, PrintedHeading]
    small: frozenset[int]
    unseen: frozenset[int]
    layout: tuple[tuple[Tag, ...], ...]


def clear_hidden(soup: BeautifulSoup) -> None:
    """Empty the tags that a mail shows to nobody: its preview words, most of all."""
    for tag in contents_of(soup):
        if isinstance(tag, Tag) and (tag.name == "head" or _is_hidden(tag)):
            _empty(tag)


def _is_hidden(tag: Tag) -> bool:
    return tag.has_attr("hidden") or bool(_HIDDEN.search(str(tag.get("style") or "")))


def clear_pictures(soup: BeautifulSoup, *, with_words: bool) -> None:
    """Empty the pictures. `with_words`: make headings of those that hold nothing but words."""
    for picture in soup.find_all("img"):
        words = _words_of(picture) if with_words else ""
        _empty(picture)
        if words:
            picture.name = "h5"
            picture.append(words)


def _empty(tag: Tag) -> None:
    """Leave nothing of a tag to be seen; to take it out, it would be searched among all that stand beside it."""
    tag.clear(decompose=True)
    tag.name, tag.attrs = "span", {}


def _words_of(picture: Tag) -> str:
    """The words of a picture that holds nothing but words; "" for any other."""
    words = one_line(str(picture.get("alt") or ""))
    height = str(picture.get("height") or "").removesuffix("px")
    is_photograph = height.isdecimal() and int(height[:9]) > MAX_PICTURE_HEIGHT
    if len(words.split()) < MIN_PICTURE_WORDS or len(words) > MAX_HEADING_CHARACTERS:
        return ""
    return "" if is_photograph or PICTURE_OF.search(words) or LINK_WORDS.match(words) else words


def read_print(soup: BeautifulSoup) -> Print:
    """The Print of a mail: a heading for each line that is all bold or large, and short, its rank by its size."""
    nodes = list(contents_of(soup))
    tags = [node for node in nodes if isinstance(node, Tag)]
    styles = read_styles(soup, nodes)
    usual = _usual_size(nodes, styles)
    headings: dict[int, PrintedHeading] = {}
    small: set[int] = set()
    marks: list[PageElement] = [tag for tag in tags if tag.name in HEADINGS or tag.name == "table"]
    for block in _list_blocks([soup, *tags], styles):
        for line in _split_lines(block, styles):
            texts = [(text, styles[id(text.parent)]) for node in line for text in _list_texts(node)]
            texts = [(text, style) for text, style in texts if not style.is_unseen]
            sizes = [style.size(usual) for _, style in texts] or [usual]
            if max(sizes) <= usual * MAX_SMALLER:
                small.add(id(block))
            is_large = min(sizes) >= usual * MIN_LARGER
            is_marked = is_large or all(style.is_bold for _, style in texts)
            if is_marked and _may_be_headline(one_line(" ".join(text for text, _ in texts))):
                rank = _rank_of(min(sizes), usual, is_large=is_large)
                headings[id(line[0])] = PrintedHeading(size=len(line), rank=rank)
                marks.append(line[0])
    unseen = frozenset(id(tag) for tag in tags if styles[id(tag)].is_unseen)
    layout = tuple(_list_layout(tags, styles, _list_around(marks)))
    return Print(headings=headings, small=frozenset(small), unseen=unseen, layout=layout)


def _may_be_headline(words: str) -> bool:
    """Whether a line has words, is short, and is no sentence, no label and no figure."""
    is_figure = any(map(str.isdecimal, words)) and all(
        any(map(str.isdecimal, word)) or not any(map(str.isalnum, word)) for word in words.split()
    )
    return bool(words) and len(words) <= MAX_HEADING_CHARACTERS and words[-1] not in ".:;," and not is_figure


def _rank_of(size: float, usual: float, *, is_large: bool) -> int:
    """From PRINTED_RANK on, the larger the higher; bold print of the usual size is the lowest."""
    return LOWEST_RANK - 1 if not is_large else max(PRINTED_RANK, LOWEST_RANK - 2 - int(10 * (size / usual - 1)))


def _list_blocks(tags: Sequence[Tag], styles: Mapping[int, TagStyle]) -> Iterator[Tag]:
    """The tags that hold lines: all that are not inline, and neither a heading nor a cell of a table of facts."""
    facts = list_fact_lines(tags, styles)
    for tag in tags:
        style = styles[id(tag)]
        if not (is_inline(tag) or tag.name in HEADINGS or style.in_heading or id(style.line_of_cell) in facts):
            yield tag


def _split_lines(block: Tag, styles: Mapping[int, TagStyle]) -> Iterator[list[PageElement]]:
    """The lines of a block, each as the nodes that it is made of: what stands between breaks and other blocks."""
    line: list[PageElement] = []
    for node in block.contents:
        is_within = type(node) is NavigableString or (
            isinstance(node, Tag) and is_inline(node) and not styles[id(node)].holds_block
        )
        if is_within:
            line.append(node)
            continue
        yield from [line] if line else []
        line = []
    yield from [line] if line else []


def _list_texts(node: PageElement) -> Iterator[NavigableString]:
    """The texts in a node of a line, without blanks."""
    nodes = contents_of(node) if isinstance(node, Tag) else [node]
    return (text for text in nodes if type(text) is NavigableString and text.strip())


def _list_around(marks: Iterable[PageElement]) -> set[int]:
    """The `id`s of all tags around any of some nodes."""
    around: set[int] = set()
    for mark in marks:
        tag = mark.parent
        while tag is not None and id(tag) not in around:
            around.add(id(tag))
            tag = tag.parent
    return around


def _list_layout(tags: Sequence[Tag], styles: Mapping[int, TagStyle], around: set[int]) -> Iterator[tuple[Tag, ...]]:
    """The tables that lay out the mail, each with its lines. `around`: the tags around headings and tables."""
    tables: dict[int, list[Tag]] = {id(tag): [tag] for tag in tags if tag.name == "table"}
    for tag in tags:
        if tag.name == "tr" and (table := styles[id(tag)].table) is not None:
            tables[id(table)].append(tag)
    for table, *lines in tables.values():
        is_column = all(
            sum(isinstance(cell, Tag) and cell.name in CELLS for cell in line.contents) <= 1 for line in lines
        )
        if is_column or id(table) in around or table.get("role") in {"presentation", "none"}:
            yield (table, *lines)


def _usual_size(nodes: Iterable[PageElement], styles: Mapping[int, TagStyle]) -> float:
    """The size in pixels that most characters of a mail have."""
    counts: Counter[float] = Counter()
    for text in nodes:
        if type(text) is NavigableString and text.strip() and not styles[id(text.parent)].is_unseen:
            counts[styles[id(text.parent)].size(USUAL_PIXELS)] += len(text.strip())
    return counts.most_common(1)[0][0] if counts else USUAL_PIXELS
