"""What was copied, as lines of cells: the members of a table, the lines of a text, or the blocks of an HTML page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from watcher.core.language.dates import split_at_date
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import clean
from watcher.core.language.urls import clean_link, public_link

MAX_LINES, MAX_CELLS, MAX_CELL_CHARACTERS = 5_000, 30, 2_000
_MARKUP = lazy_regex(
    r"<(?:!doctype|html|body|table|tr|td|ul|ol|li|div|p|a|h[1-6]|article|section|main)\b", re.IGNORECASE
)
_ADDRESS = lazy_regex(r"https?://[^\s<>\"|]+")
_BLOCKS = lazy_regex(
    r"address|article|aside|blockquote|br|caption|dd|div|dl|dt|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section"
    r"|summary|table|tbody|tfoot|thead|tr|ul"
)
_SKIPPED = frozenset({"head", "noscript", "script", "style", "svg", "template"})


@dataclass(frozen=True, slots=True)
class PastedCell:
    """The words of a cell, on one line, and the address that they lead to; "" for none."""

    words: str
    url: str = ""


PastedLine = tuple[PastedCell, ...]


def is_markup(pasted: str) -> bool:
    """Whether what was pasted is HTML."""
    return bool(_MARKUP.search(pasted))


def text_lines(pasted: str) -> list[PastedLine]:
    """The lines of a text, with their cells where tabs part them; blank lines have none.

    An address among the words is that of its cell.
    """
    return [_text_line(line) for line in islice(pasted.splitlines(), MAX_LINES)]


def _text_line(line: str) -> PastedLine:
    cells = tuple(_text_cell(words) for words in line.split("\t")[:MAX_CELLS])
    return cells if any(cell.words or cell.url for cell in cells) else ()


def _text_cell(words: str) -> PastedCell:
    address = _ADDRESS.search(words)
    url = clean_link(address[0].rstrip(".,;:)]")) if address else ""
    # A "<" of a text is no tag: it is taken for one by `clean`, which also unescapes.
    return PastedCell(clean(_ADDRESS.sub(" ", words).replace("<", "&lt;"), MAX_CELL_CHARACTERS), url)


def markup_lines(soup: BeautifulSoup, base: str) -> list[PastedLine]:
    """The blocks of a page as lines; of a table, its cells. A link is a cell of its own, and so is a date.

    `base` is the page's address.
    """
    lines: list[PastedLine] = []
    pieces: list[PastedCell] = []
    for piece in islice(_walk(soup, base), MAX_LINES * MAX_CELLS):
        if isinstance(piece, PastedCell):
            pieces.append(piece)
            continue
        if pieces:
            lines.append(_join(pieces))
        if piece:
            lines.append(piece)
        pieces = []
    lines += [_join(pieces)] if pieces else []
    return [line for line in lines if line][:MAX_LINES]


def _walk(soup: BeautifulSoup, base: str) -> Iterator[PastedCell | PastedLine]:
    """The pieces of text of a page in its order; () where a block begins or ends; the cells of a table's line."""
    nodes: list[tuple[object, str]] = [(soup, "")]
    while nodes:
        node, url = nodes.pop()
        if node is None:
            yield ()
        elif type(node) is NavigableString:
            if node.strip():
                yield PastedCell(str(node), url)
        elif isinstance(node, Tag) and node.name not in _SKIPPED:
            if node.name == "tr" and not node.find("tr"):
                yield tuple(_table_cell(cell, base) for cell in node.find_all(["td", "th"])[:MAX_CELLS])
                continue
            inner = public_link(str(node.get("href")), base) if node.name == "a" and node.get("href") else url
            edge: list[tuple[object, str]] = [(None, "")] if _BLOCKS.fullmatch(node.name) else []
            nodes += [*edge, *((child, inner) for child in reversed(node.contents)), *edge]


def _table_cell(cell: Tag, base: str) -> PastedCell:
    link = cell.find("a", href=True)
    url = public_link(str(link["href"]), base) if isinstance(link, Tag) else ""
    return PastedCell(_plain(cell.get_text(" ")), url)


def _join(pieces: list[PastedCell]) -> PastedLine:
    """The pieces of one block: those of one link are one cell, and so are those between two links and dates."""
    cells: list[PastedCell] = []
    for piece in pieces:
        if cells and cells[-1].url == piece.url and not any(map(_is_date, (cells[-1], piece))):
            cells[-1] = PastedCell(f"{cells[-1].words} {piece.words}", piece.url)
        else:
            cells.append(piece)
    cleaned = (PastedCell(_plain(cell.words), cell.url) for cell in cells[:MAX_CELLS])
    return tuple(cell for cell in cleaned if cell.words)


def _is_date(piece: PastedCell) -> bool:
    parts = split_at_date(piece.words)
    return parts is not None and not any(character.isalnum() for character in parts[0] + parts[2])


def _plain(words: str) -> str:
    return clean(words.replace("<", "&lt;"), MAX_CELL_CHARACTERS)
