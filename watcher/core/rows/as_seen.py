"""A page's boxes as a reader sees them: without words for screen readers alone, and with cells that span many lines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bs4.element import NavigableString

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.rows.tree import HEADINGS, Box, words_of

MAX_SPAN, MAX_CELLS = 200, 20
MAX_UNSEEN_CHARACTERS = 400
MAX_STEPS = 6  # from words for screen readers up to their link or heading
_UNSEEN = lazy_regex(
    r"(?:^|[-_])(?:visually-?hidden|sr-only|screen-?reader(?:-text)?|hidden-visually|visuallyhidden|a11y-hidden"
    r"|assistive-text|element-invisible|offscreen|off-screen)(?:$|[-_])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AsSeen:
    """What a page's boxes do not say by themselves.

    `unseen`: by the order of a link or heading, its words for screen readers; `spanning`: by the order of a table's
    line, the cells of lines above it that reach down to it.
    """

    unseen: dict[int, str]
    spanning: dict[int, list[Box]]


def as_seen(boxes: Sequence[Box]) -> AsSeen:
    """Take the words for screen readers out of links and headings that say something else too; note what was taken."""
    unseen: dict[int, str] = {}
    taken: dict[int, list[Box]] = {}
    for box in boxes:
        if box.characters and any(map(_UNSEEN.search, box.classes)) and (bearer := _bearer_of(box)):
            unseen[bearer.order] = f"{unseen.get(bearer.order, '')} {words_of(box)}"[:MAX_UNSEEN_CHARACTERS].strip()
            taken.setdefault(box.parent.order if box.parent else 0, []).append(box)
    for order, parts in taken.items():
        gone = {part.order for part in parts}
        boxes[order].children = [
            NavigableString(" ") if isinstance(child, Box) and child.order in gone else child
            for child in boxes[order].children
        ]
    return AsSeen(unseen, _spanning_cells(boxes))


def _bearer_of(box: Box) -> Box | None:
    """The link or heading that is called otherwise than by the words of `box`, less their characters from now on."""
    above: list[Box] = []
    for holder, _ in zip(box.ancestors, range(MAX_STEPS), strict=False):
        above.append(holder)
        if holder.name == "a" or holder.name in HEADINGS:
            if holder.characters <= box.characters:
                return None
            for part in above:
                part.characters -= box.characters
            return holder
    return None


def _spanning_cells(boxes: Sequence[Box]) -> dict[int, list[Box]]:
    """For each table line, the cells of lines above it that reach down to it."""
    spanning: dict[int, list[Box]] = {}
    reaching: dict[int, list[tuple[Box, int]]] = {}  # by the table part: its cells, and how many lines they reach yet
    for line in boxes:
        if line.name != "tr" or line.parent is None:
            continue
        above = reaching.get(line.parent.order, [])
        if above:
            spanning[line.order] = [cell for cell, _ in above]
        cells = [(cell, _span(cell)) for cell in line.boxes[:MAX_CELLS] if cell.name in {"td", "th"}]
        below = [(cell, left - 1) for cell, left in above if left > 1]
        reaching[line.parent.order] = [*below, *((cell, span - 1) for cell, span in cells if span > 1)][:MAX_CELLS]
    return spanning


def _span(cell: Box) -> int:
    literal = str(cell.tag.get("rowspan") or "")
    return min(int(literal), MAX_SPAN) if literal.isascii() and literal.isdigit() and len(literal) < 5 else 1  # noqa: PLR2004
