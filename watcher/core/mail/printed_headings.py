"""Headings that are nothing but print: a line of a mail whose words are all bold, or larger than the others.

Such a line becomes a heading of the page, ranked below those that say so themselves: the larger, the higher.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from watcher.core.language.text import one_line
from watcher.core.mail.newsletter_words import LINK_WORDS, PICTURE_OF

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
RANK = "data-rank"  # of a heading that is only printed so
SMALL = "data-small"  # of a tag whose words are smaller than the others
PRINTED_RANK, LOWEST_RANK = 10, 99
MAX_HEADING_CHARACTERS = 160
MAX_PICTURE_HEIGHT, MIN_PICTURE_WORDS = 120, 2  # a taller one is a photograph
MAX_FACT_CHARACTERS = 120  # of a cell in a table of facts
MIN_LARGER, MAX_SMALLER = 1.15, 0.9  # times the usual size
USUAL_PIXELS = 16.0
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0|font-size\s*:\s*[01](?:px|pt|;|$)",
    re.IGNORECASE,
)
_WEIGHT = re.compile(r"font-weight\s*:\s*(\w+)", re.IGNORECASE)
_SIZE = re.compile(r"font-size\s*:\s*(\d+(?:\.\d+)?)\s*(px|pt|r?em|%)", re.IGNORECASE)
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
_NO_HEADLINE = re.compile(r"[.:;,]$|^\W*(?:\S*\d\S*\W*)+$")  # a sentence, a label, a figure


def is_hidden(tag: Tag) -> bool:
    """Whether a mail shows a tag to nobody: its preview words, most of all."""
    return bool(_HIDDEN.search(str(tag.get("style") or ""))) or tag.has_attr("hidden")


def mark_pictures(soup: BeautifulSoup) -> None:
    """Put the words of pictures that hold nothing but words in their place, as headings."""
    for picture in soup.find_all("img"):
        words = one_line(str(picture.get("alt") or ""))
        height = str(picture.get("height") or "").removesuffix("px")
        is_photograph = height.isdigit() and int(height) > MAX_PICTURE_HEIGHT
        if len(words.split()) < MIN_PICTURE_WORDS or len(words) > MAX_HEADING_CHARACTERS:
            continue
        if not (is_photograph or PICTURE_OF.search(words) or LINK_WORDS.match(words)):
            heading = soup.new_tag("h5")
            heading.string = words
            picture.replace_with(heading)


def mark_printed(soup: BeautifulSoup) -> None:
    """Make a heading of each line that is all bold or large, and short, its rank by its size; mark what is small."""
    body = soup.body or soup
    usual = _usual_size(body)
    lines = [(block, line) for block in _list_blocks(body) for line in _split_lines(block)]
    for block, line in lines:
        texts = [text for node in line for text in _list_texts(node) if text.strip()]
        if texts and max(_size_of(text, usual) for text in texts) <= usual * MAX_SMALLER:
            block[SMALL] = ""
        words = one_line(" ".join(texts))
        if not words or len(words) > MAX_HEADING_CHARACTERS or _NO_HEADLINE.search(words):
            continue
        sizes = [_size_of(text, usual) for text in texts]
        is_large = min(sizes) >= usual * MIN_LARGER
        if is_large or all(map(_is_bold, texts)):
            heading = soup.new_tag("h6", attrs={RANK: str(_rank_of(min(sizes), usual, is_large=is_large))})
            line[0].insert_before(heading)
            for node in line:
                heading.append(node.extract())


def _rank_of(size: float, usual: float, *, is_large: bool) -> int:
    """From PRINTED_RANK on, the larger the higher; bold print of the usual size is the lowest."""
    return LOWEST_RANK - 1 if not is_large else max(PRINTED_RANK, LOWEST_RANK - 2 - int(10 * (size / usual - 1)))


def _list_blocks(body: Tag) -> Iterator[Tag]:
    """The tags that hold lines: all that are not inline, and neither a heading nor a cell of a table of facts."""
    for tag in [body, *body.find_all(True)]:
        if not _is_inline(tag) and tag.name not in HEADINGS and not tag.find_parent(HEADINGS) and not _is_fact(tag):
            yield tag


def _is_inline(tag: Tag) -> bool:
    """Whether a tag stands within a line; so do those of Word's own, such as <o:p>."""
    return tag.name in _INLINE or ":" in tag.name


def _split_lines(block: Tag) -> Iterator[list[PageElement]]:
    """The lines of a block, each as the nodes that it is made of: what stands between breaks and other blocks."""
    line: list[PageElement] = []
    for node in list(block.children):
        is_inline = type(node) is NavigableString or (
            isinstance(node, Tag) and _is_inline(node) and node.find(lambda tag: not _is_inline(tag)) is None
        )
        if is_inline:
            line.append(node)
            continue
        yield from [line] if line else []
        line = []
    yield from [line] if line else []


def _list_texts(node: PageElement) -> Iterator[NavigableString]:
    if isinstance(node, NavigableString):
        yield node
    elif isinstance(node, Tag):
        yield from (text for text in node.descendants if type(text) is NavigableString)


def _is_fact(tag: Tag) -> bool:
    """Whether a tag is, or stands in, a cell beside others that lay out nothing: bold print there is no headline."""
    cell = tag if tag.name in {"td", "th"} else tag.find_parent(("td", "th"))
    table_line = cell.find_parent("tr") if cell else None
    cells: Sequence[Tag] = table_line.find_all(("td", "th"), recursive=False) if table_line else ()
    texts = [words for words in (one_line(cell.get_text(" ")) for cell in cells) if words]
    lays_out = any(len(words) > MAX_FACT_CHARACTERS for words in texts) or any(map(_holds_blocks, cells))
    return len(texts) > 1 and not lays_out


def _holds_blocks(cell: Tag) -> bool:
    """Whether a cell holds more than one line."""
    blocks = cell.find_all(("p", "table", "div", "br", "ul", *HEADINGS), limit=2)
    return len(blocks) > 1 or any(block.name not in {"p", "div"} for block in blocks)


def _is_bold(text: NavigableString) -> bool:
    """Whether a text is printed bold: by the nearest tag around it that says so."""
    for tag in text.parents:
        weight = _WEIGHT.search(str(tag.get("style") or "")) if isinstance(tag, Tag) else None
        if weight:
            return weight[1].lower() in {"bold", "bolder"} or (weight[1].isdigit() and int(weight[1]) >= 600)  # noqa: PLR2004
        if tag.name in {"b", "strong"}:
            return True
    return False


def _size_of(text: NavigableString, usual: float) -> float:
    """The size of a text in pixels: by the nearest tag around it that says so."""
    for tag in text.parents:
        size = _SIZE.search(str(tag.get("style") or "")) if isinstance(tag, Tag) else None
        if size:
            return float(size[1]) * _PIXELS[size[2].lower()]
        if tag.name == "font" and str(tag.get("size") or "") in _FONT_SIZES:
            return _FONT_SIZES[str(tag["size"])]
        if tag.name == "big":
            return usual * MIN_LARGER
    return usual


def _usual_size(body: Tag) -> float:
    """The size in pixels that most characters of a mail have."""
    counts: Counter[float] = Counter()
    for text in body.find_all(string=True, limit=5_000):
        if type(text) is NavigableString and text.strip():
            counts[_size_of(text, USUAL_PIXELS)] += len(text.strip())
    return counts.most_common(1)[0][0] if counts else USUAL_PIXELS
