"""A page's boxes as a reader sees them: without words for screen readers alone, and with cells that span many lines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bs4.element import NavigableString

from watcher.core.rows.tree import HEADINGS, Box, words_of

MAX_SPAN = 200
MAX_STEPS = 6  # from words for screen readers up to their link or heading
_UNSEEN = re.compile(
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
    shown = AsSeen({}, {})
    for box in boxes:
        if box.name == "tr":
            _spread_cells(box, shown.spanning)
        elif box.characters and any(map(_UNSEEN.search, box.classes)):
            _take_out(box, shown.unseen)
    return shown


def _take_out(box: Box, unseen: dict[int, str]) -> None:
    above = [holder for holder, _ in zip(box.ancestors, range(MAX_STEPS), strict=False)]
    steps = next((number for number, holder in enumerate(above) if holder.name == "a" or holder.name in HEADINGS), -1)
    if steps < 0 or above[steps].characters <= box.characters or box.parent is None:
        return
    bearer = above[steps]
    unseen[bearer.order] = f"{unseen.get(bearer.order, '')} {words_of(box)}".strip()
    box.parent.children = [child if child is not box else NavigableString(" ") for child in box.parent.children]
    for holder in above[: steps + 1]:
        holder.characters -= box.characters


def _spread_cells(line: Box, spanning: dict[int, list[Box]]) -> None:
    """Note the cells of a table's line that span lines below it, for those lines."""
    if line.parent is None:
        return
    cells = [cell for cell in line.boxes if cell.name in {"td", "th"} and _span(cell) > 1]
    if not cells:
        return
    below = [box for box in line.parent.boxes if box.name == "tr" and box.order > line.order][:MAX_SPAN]
    for cell in cells:
        for box in below[: _span(cell) - 1]:
            spanning.setdefault(box.order, []).append(cell)


def _span(cell: Box) -> int:
    literal = str(cell.tag.get("rowspan") or "")
    return min(int(literal), MAX_SPAN) if literal.isascii() and literal.isdigit() and len(literal) < 5 else 1  # noqa: PLR2004
