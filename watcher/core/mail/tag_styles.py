"""How the words of each tag of a mail look, and what stands in it: worked out for all tags in one walk down and one up.

Mails may come from anybody: one that takes time in the square of its length would stop the product.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import one_line

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CELLS = frozenset({"td", "th"})
MAX_FACT_CHARACTERS = 120  # of a cell in a table of facts
MIN_LARGER = 1.15  # times the usual size
USUAL_PIXELS = 16.0
MAX_UNSEEN_PIXELS = 1.5  # words of this size are there for the preview alone
MIN_BOLD_WEIGHT = 600
_WEIGHT = lazy_regex(r"font-weight\s*:\s*(\w+)", re.IGNORECASE)
_SIZE = lazy_regex(r"font-size\s*:\s*(?:(\d+(?:\.\d+)?)\s*(px|pt|r?em|%)|0\s*(?:;|!|$))", re.IGNORECASE)
_PIXELS = {"px": 1.0, "pt": 4 / 3, "em": USUAL_PIXELS, "rem": USUAL_PIXELS, "%": USUAL_PIXELS / 100}
_FONT_SIZES = {
    "1": 10.0,
    "2": 13.0,
    "3": 16.0,
    "4": 18.0,
    "5": 24.0,
    "6": 32.0,
    "7": 48.0,
}  # HTML Living Standard 15.3.4
_INLINE = frozenset({"a", "b", "strong", "em", "i", "u", "span", "font", "sup", "sub", "small", "big", "abbr", "time"})
_LINE_TAGS = frozenset({"p", "table", "div", "br", "ul", *HEADINGS})


@dataclass(slots=True, kw_only=True)
class TagStyle:
    """How the words right inside a tag look: by the nearest tag around them that says so. `pixels`: None for usual.

    `table`, `line`, `line_of_cell`: the nearest table and line of one at or above it, and the line of its nearest cell.
    The others sum up what stands in it: characters, tags that make lines, those that do so alone, and any block.
    """

    is_bold: bool = False
    pixels: float | None = None
    times: float = 1.0  # the usual size
    in_heading: bool = False
    table: Tag | None = None
    line: Tag | None = None
    line_of_cell: Tag | None = None
    characters: int = 0
    line_tags: int = 0
    breaking_tags: int = 0
    holds_block: bool = False

    def size(self, usual: float) -> float:
        """In pixels."""
        return usual * self.times if self.pixels is None else self.pixels

    @property
    def is_unseen(self) -> bool:
        """Whether the words are too small to be seen."""
        return self.pixels is not None and self.pixels <= MAX_UNSEEN_PIXELS

    @property
    def lays_out(self) -> bool:
        """Whether a cell holds more than a fact: many words, or more than one line."""
        return self.characters > MAX_FACT_CHARACTERS + 1 or self.line_tags > 1 or self.breaking_tags > 0


def read_styles(soup: BeautifulSoup, nodes: Sequence[PageElement]) -> dict[int, TagStyle]:
    """The TagStyle of each tag, by its `id`. `nodes`: all of the mail, in the order of the document."""
    styles = {id(soup): TagStyle()}
    for node in nodes:
        if isinstance(node, Tag):
            styles[id(node)] = _style_of(node, styles[id(node.parent)])
    for node in reversed(nodes):
        above = styles[id(node.parent)]
        if isinstance(node, Tag):
            below = styles[id(node)]
            above.characters += below.characters
            above.line_tags += below.line_tags + (node.name in _LINE_TAGS)
            above.breaking_tags += below.breaking_tags + (node.name in _LINE_TAGS - {"p", "div"})
            above.holds_block = above.holds_block or below.holds_block or not is_inline(node)
        elif type(node) is NavigableString and (words := one_line(node)):
            above.characters += len(words) + 1
    return styles


def list_fact_lines(tags: Sequence[Tag], styles: Mapping[int, TagStyle]) -> set[int]:
    """The `id`s of the lines of tables whose cells, two or more, lay out nothing: bold print there is no headline."""
    chosen: set[int] = set()
    for tag in tags:
        if tag.name == "tr":
            cells = [styles[id(cell)] for cell in tag.contents if isinstance(cell, Tag) and cell.name in CELLS]
            if sum(cell.characters > 0 for cell in cells) > 1 and not any(cell.lays_out for cell in cells):
                chosen.add(id(tag))
    return chosen


def is_inline(tag: Tag) -> bool:
    """Whether a tag stands within a line; so do those of Word's own, such as <o:p>."""
    return tag.name in _INLINE or ":" in tag.name


def _style_of(tag: Tag, above: TagStyle) -> TagStyle:
    style = TagStyle(
        is_bold=above.is_bold,
        pixels=above.pixels,
        times=above.times,
        in_heading=above.in_heading or (tag.parent is not None and tag.parent.name in HEADINGS),
        table=tag if tag.name == "table" else above.table,
        line=tag if tag.name == "tr" else above.line,
        line_of_cell=above.line if tag.name in CELLS else above.line_of_cell,
    )
    css = str(tag.get("style") or "")
    if weight := _WEIGHT.search(css):
        heavy = weight[1].isdecimal() and int(weight[1][:5]) >= MIN_BOLD_WEIGHT
        style.is_bold = weight[1].lower() in {"bold", "bolder"} or heavy
    elif tag.name in {"b", "strong"}:
        style.is_bold = True
    if size := _SIZE.search(css):
        style.pixels = float(size[1]) * _PIXELS[size[2].lower()] if size[1] else 0.0
    elif tag.name == "font" and str(tag.get("size") or "") in _FONT_SIZES:
        style.pixels = _FONT_SIZES[str(tag["size"])]
    elif tag.name == "big":
        style.pixels, style.times = None, MIN_LARGER
    return style
