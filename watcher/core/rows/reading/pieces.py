"""What stands in one item of a list, piece by piece: headings, links, bold words, dates and texts, in reading order."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from bs4.element import NavigableString

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import one_line
from watcher.core.rows.as_seen import AsSeen
from watcher.core.rows.date_spots import alone
from watcher.core.rows.relative_dates import exact_date, is_relative, relative_day
from watcher.core.rows.tree import EMPHASIS, HEADINGS, Box, words_of
from watcher.model import Precision

MAX_PIECES = 60
MAX_CHARACTERS = 6_000  # of one item; MAX_TAGS the same
MAX_TAGS = 400
MAX_BOX_PART_CHARACTERS = 16  # of the day, the month and the year of a date set in boxes
_INLINE = frozenset({*EMPHASIS, "span", "a", "strong", "b", "time", "small", "br", "img", "code", "data", "bdi", "var"})
_BOLD = frozenset({"strong", "b"})
_DATE_PART = lazy_regex(
    r"^\W*(?:\d{1,2}(?:st|nd|rd|th)?|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\W*$",
    re.IGNORECASE,
)


_DAY_ALONE = lazy_regex(
    r"^\W*(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\W+)?(\d{1,2})(?:st|nd|rd|th)?\W*$", re.IGNORECASE
)


class Role(StrEnum):
    """What a piece is by its tag. `date`: it is nothing but a date, or a count of weeks from the look."""

    HEADING = "heading"
    LINK = "link"
    BOLD = "bold"
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Snippet:
    """Words of an item with their address. `spot`: the path of tags to it; `block`: the number of its paragraph.

    `classes`: those of its tag; `cell`: the number of its table column, from 0; `rank`: the level of its heading;
    `unseen`: its words for screen readers.
    """

    words: str
    role: Role
    href: str = ""
    spot: str = ""
    block: int = 0
    classes: str = ""
    cell: int = -1
    rel: str = ""
    rank: int = 0
    unseen: str = ""


@dataclass(slots=True)
class _Place:
    """Where the reader stands: what it has inherited from the tags that are open."""

    href: str = ""
    rel: str = ""
    is_bold: bool = False
    spot: str = ""
    block: int = 0
    cell: int = -1
    classes: str = ""


class PieceReader:
    """Reads the pieces of items, within a budget of tags for a whole page: hostile ones repeat tags in tags."""

    def __init__(self, budget: int, shown: AsSeen, today: date) -> None:
        self.budget = budget
        self._shown, self._today = shown, today
        self.is_exhausted = False

    def read(self, nodes: Sequence[Box | NavigableString]) -> tuple[Snippet, ...]:
        """The pieces of an item; none where it is too large for one."""
        boxes = [node for node in nodes if isinstance(node, Box)]
        size = sum(box.size + 1 for box in boxes)
        if size > MAX_TAGS or sum(box.characters for box in boxes) > MAX_CHARACTERS:
            return ()
        if self.budget < size:
            self.is_exhausted = True
            return ()
        self.budget -= size
        link = next((box for box in boxes[:1] for box in (box, *box.ancestors) if box.name == "a"), None)
        place = _Place(href=_href_of(link) if link else "", block=-1)
        pieces = list(self._read_nodes([*self._cells_above(boxes), *nodes], place))[:MAX_PIECES]
        return tuple(_join_date_boxes(pieces))

    def _cells_above(self, boxes: Sequence[Box]) -> list[Box]:
        """The cells of lines above that reach down to a table's line; it then has its columns under their heads."""
        return self._shown.spanning.get(boxes[0].order, []) if boxes else []

    def _read_nodes(self, nodes: Iterable[Box | NavigableString], place: _Place) -> Iterator[Snippet]:
        """No recursion deeper than the tree, which is bounded."""
        run: list[str] = []
        cells = -1
        for node in nodes:
            if not isinstance(node, Box):
                run.append(node)
                continue
            is_stamp = _is_relative(node) and bool(exact_date(node))
            if node.name in EMPHASIS and not is_stamp and not any(box.name == "a" for box in node.boxes):
                run.append(words_of(node))
                continue
            if one_line("".join(run)):
                yield self._make_piece("".join(run), place)
            run = []
            cells += node.name in {"td", "th"}
            yield from self._read_box(node, place, cells)
        if one_line("".join(run)):
            yield self._make_piece("".join(run), place)

    def _read_box(self, box: Box, outer: _Place, cells: int) -> Iterator[Snippet]:
        if box.is_chrome and not (box.parent and box.parent.is_chrome):
            return
        place = _Place(
            href=_href_of(box) if box.name == "a" else outer.href,
            rel=" ".join(box.tag.get("rel") or ()) if box.name == "a" else outer.rel,
            is_bold=outer.is_bold or box.name in _BOLD,
            spot=f"{outer.spot} {box.name}".strip(),
            block=outer.block if box.name in _INLINE else box.order,
            cell=cells if box.name in {"td", "th"} else outer.cell,
            classes=" ".join(box.classes).lower(),
        )
        if box.name != "time" and _is_relative(box):
            yield self._read_relative(words_of(box), exact_date(box), place)
        elif box.name == "time":
            yield from self._read_time(box, place)
        elif box.name in HEADINGS:
            yield from self._read_whole(box, place, Role.HEADING)
        elif box.name == "a" and _is_one_text(box):
            yield from self._read_whole(box, place, Role.LINK)
        else:
            if box.name == "a" and not box.characters and place.href:
                yield Snippet("", Role.LINK, place.href, place.spot, place.block, place.classes, place.cell, place.rel)
            yield from self._read_nodes(box.children, place)

    def _read_whole(self, box: Box, place: _Place, role: Role) -> Iterator[Snippet]:
        """The words of a heading or a link as one piece, and the dates that are set apart inside it."""
        dates, words = [], []
        link = _find_link(box)
        href = place.href or (_href_of(link) if link else "")
        inner = _innermost(box)
        for child in inner.children:
            text = words_of(child) if isinstance(child, Box) else str(child)
            if isinstance(child, Box) and child.name not in EMPHASIS:
                stamp = next(self._read_time(child, place), None) if child.name == "time" else None
                if stamp or alone(text):
                    dates.append(
                        stamp or Snippet(text, Role.DATE, spot=f"{place.spot} {child.name}", block=place.block)
                    )
                    continue
                if is_relative(text):
                    dates.append(self._read_relative(text, exact_date(child), place))
                    continue
                text = f" {text} " if child.name not in {"strong", "b", "a"} else text
            words.append(text)
        title = one_line("".join(words))
        rank = int(box.name[1]) if role is Role.HEADING else 0
        if alone(title):
            yield Snippet(title, Role.DATE, spot=place.spot, block=place.block, cell=place.cell)
        else:
            spot = f"{place.spot} a" if link and role is Role.HEADING else place.spot
            piece = Snippet(title, role, href, spot, place.block, " ".join(box.classes).lower(), place.cell)
            yield replace(piece, rel=place.rel, rank=rank, unseen=self._shown.unseen.get(box.order, ""))
        yield from dates

    def _make_piece(self, run: str, place: _Place) -> Snippet:
        words = one_line(run)
        role = Role.LINK if place.href else Role.BOLD if place.is_bold else Role.TEXT
        if is_relative(words):
            return self._read_relative(words, "", place)
        if alone(words):
            role = Role.DATE
        return Snippet(words, role, place.href, place.spot, place.block, place.classes, place.cell, place.rel)

    def _read_relative(self, words: str, exact: str, place: _Place) -> Snippet:
        """A date that is counted from the look: the exact one beside it, else the day that it means, else itself."""
        day = relative_day(words, self._today)
        literal = exact or (day.isoformat() if day else words)
        return Snippet(literal, Role.DATE, "", place.spot, place.block, place.classes, place.cell)

    def _read_time(self, box: Box, place: _Place) -> Iterator[Snippet]:
        """The date of a <time>: its `datetime`, where that is a date, else its words."""
        stamp, words = str(box.tag.get("datetime") or "").strip(), words_of(box)
        literal = stamp if alone(stamp) else words
        if is_relative(literal):
            yield self._read_relative(literal, exact_date(box), place)
        elif literal:
            role = Role.DATE if alone(literal) else Role.TEXT
            yield Snippet(literal, role, "", place.spot, place.block, "time", place.cell)


def _is_relative(box: Box) -> bool:
    """Whether a tag says nothing but how long ago; bold or linked words may mean something else by "today"."""
    is_alone = not any(inner.characters for inner in box.boxes) and is_relative(words_of(box))
    return is_alone and (box.name not in {"a", *_BOLD} or bool(exact_date(box)))


def _href_of(box: Box) -> str:
    """The link of a box as it is written; "" for a place on the page, and for what is no address ("//[x")."""
    href = str(box.tag.get("href") or "").strip()
    try:
        _ = urlsplit(href)
    except ValueError:
        return ""
    return "" if href.startswith("#") else href


def _find_link(box: Box) -> Box | None:
    """The first link inside a small box; itself, where it is one."""
    if box.name == "a":
        return box
    waiting = list(reversed(box.boxes))
    while waiting:
        inner = waiting.pop()
        if inner.name == "a" and _href_of(inner):
            return inner
        waiting += reversed(inner.boxes)
    return None


def _innermost(box: Box) -> Box:
    """The tag in which all words of a heading or link stand, through wrappers such as a button."""
    while len(inner := [child for child in box.boxes if child.characters]) == 1 and not _own_text(box):
        if inner[0].name == "time":
            break
        box = inner[0]
    return box


def _own_text(box: Box) -> str:
    return one_line("".join(child for child in box.children if isinstance(child, NavigableString)))


def _is_one_text(box: Box) -> bool:
    """Whether a link holds one text, and not a whole card with headline, date and summary."""
    inner = [child for child in box.boxes if child.characters]
    if any(child.name in HEADINGS or child.name not in _INLINE for child in inner):
        return False
    if len(inner) == 1 and not _own_text(box):
        return inner[0].name == "time" or _is_one_text(inner[0])
    return bool(_own_text(box)) or len([child for child in inner if child.name not in {*EMPHASIS, *_BOLD}]) < 2  # noqa: PLR2004


def _join_date_boxes(pieces: list[Snippet]) -> Iterator[Snippet]:
    """The pieces; the day, the month and the year of one date in boxes of their own are one piece."""
    position = 0
    while position < len(pieces):
        for count in (4, 3, 2):
            window = pieces[position : position + count]
            if len(window) == count and all(len(piece.words) <= MAX_BOX_PART_CHARACTERS for piece in window):
                joined = " ".join(piece.words for piece in window)
                is_part = _DATE_PART.match(window[0].words)
                if count == 2 and (whole := _month_and_day(*window)):  # noqa: PLR2004
                    yield replace(window[0], words=whole, role=Role.DATE, href="")
                    position += count
                    break
                if is_part and alone(joined) and not _is_whole(window):
                    yield replace(window[0], words=joined, role=Role.DATE, href="")
                    position += count
                    break
        else:
            yield pieces[position]
            position += 1


def _month_and_day(first: Snippet, second: Snippet) -> str:
    """The whole date of "November 2025" and a "19th" beside it, as one; "" for anything else."""
    spot, day = alone(first.words), _DAY_ALONE.match(second.words)
    if not spot or spot.published.precision is not Precision.MONTH or not day or first.role is not Role.DATE:
        return ""
    whole = f"{day[1]} {spot.literal}"
    return whole if alone(whole) else ""


def _is_whole(window: list[Snippet]) -> bool:
    return bool((spot := alone(window[0].words)) and spot.has_year)
