"""Groups of tags of one page that may be the items of a list: siblings, cousins, what stands below heads, and lines."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bs4.element import NavigableString

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.rows.date_spots import MAX_LABEL_CHARACTERS, alone
from watcher.core.rows.reading.pieces import MAX_CHARACTERS, MAX_TAGS
from watcher.core.rows.tree import HEADINGS, Box, words_of

MIN_CHARACTERS = 8
MAX_LEVELS = 5  # how far above an item the tag may be that holds all of them
MAX_ITEMS = 1_000
_NO_ITEMS = frozenset(
    "br hr img em i sup sub mark b strong th time small code picture source figcaption h1 h2 h3 h4 h5 h6 thead"  # noqa: SIM905
    " tbody tfoot caption colgroup col html body main span dt form fieldset input".split()
)
VARYING_CLASS = lazy_regex(
    r"\d|^(?:odd|even|first|last|alt|alternate|active|featured|left|right|middle|open|closed|expanded)$|^(?:row|item)-",
    re.IGNORECASE,
)

Nodes = tuple[Box | NavigableString, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Items of one shape. `form`: tag, head, lines or rules; `path`: the tag names to an item.

    `level`: how far above the items their common `holder` is.
    """

    form: str
    path: str
    level: int
    holder: Box
    items: Sequence[Nodes]
    heads: frozenset[int]
    parts: Sequence[Box]  # the tags of all items, in order
    starts: Sequence[int]  # their orders

    @property
    def mark(self) -> tuple[str, str]:
        """What it is recognised by at the next look: no classes, which alternate and change."""
        return self.form, self.path


def find_groups(boxes: Sequence[Box], min_items: int = 2) -> Iterator[Group]:
    """Every group of `min_items` or more items that a page holds outside its menus, the innermost holder first."""
    yield from _repeated_tags(boxes, min_items)
    for box in boxes:
        if not box.is_chrome and len(box.children) >= 2:  # noqa: PLR2004
            yield from _below_heads(box, min_items)
            yield from _lines(box, min_items)
            yield from _between_rules(box, min_items)


def _make_group(
    form: str,
    names: Sequence[str],
    holder: Box,
    items: Sequence[Nodes],
    *,
    level: int = 0,
    heads: frozenset[int] = frozenset(),
) -> Group:
    parts = [node for item in items for node in item if isinstance(node, Box)]
    return Group(form, ">".join(names), level, holder, items, heads, parts, [part.order for part in parts])


# --- tags of one name and path ------------------------------------------------------------------------------------


def _repeated_tags(boxes: Sequence[Box], min_items: int) -> Iterator[Group]:
    by_holder: list[dict[tuple[int, int], list[Box]]] = [{} for _ in range(MAX_LEVELS)]
    for box in boxes:
        if not _may_be_item(box):
            continue
        for level, holder in zip(range(MAX_LEVELS), box.ancestors, strict=False):
            by_holder[level].setdefault((holder.order, box.path), []).append(box)
    for level, groups in enumerate(by_holder):
        for (order, _), alike in groups.items():
            if not min_items <= len(alike) <= MAX_ITEMS or (level and _is_as_below(alike, by_holder[level - 1], level)):
                continue
            for part in _split_by_class(alike, boxes[order], level).values():
                if len(part) >= min_items:
                    yield _make_group("tag", part[0].names, boxes[order], [(box,) for box in part], level=level)


def _may_be_item(box: Box) -> bool:
    is_sized = MIN_CHARACTERS <= box.characters <= MAX_CHARACTERS and box.size <= MAX_TAGS
    return is_sized and not box.is_chrome and box.name not in _NO_ITEMS


def _is_as_below(items: Sequence[Box], below: Mapping[tuple[int, int], Sequence[Box]], level: int) -> bool:
    """Whether one holder further in holds the same items."""
    for number, holder in enumerate(items[0].ancestors):
        if number == level - 1:
            return len(below.get((holder.order, items[0].path), ())) == len(items)
    return False


def _split_by_class(items: Sequence[Box], holder: Box, level: int) -> dict[tuple[str, ...], list[Box]]:
    """Cousins by the classes of what parts them: two columns of a page may hold lists of one shape."""
    parts: dict[tuple[str, ...], list[Box]] = {}
    for box in items:
        branch: list[str] = []
        for above in box.ancestors if level else ():
            if above is holder:
                break
            branch += [*sorted(name for name in above.classes if not VARYING_CLASS.search(name)), ">"]
        parts.setdefault(tuple(branch), []).append(box)
    return parts


# --- what stands below repeated heads, without a tag around it -----------------------------------------------------


def _below_heads(box: Box, min_items: int) -> Iterator[Group]:
    children = [child for child in box.children if isinstance(child, Box) or child.strip()]
    if len(children) > 4 * MAX_ITEMS:
        return
    for name, is_head in _HEADS.items():
        heads = [number for number, child in enumerate(children) if isinstance(child, Box) and is_head(child)]
        if not min_items <= len(heads) <= MAX_ITEMS:
            continue
        rank = int(name[1]) if name in HEADINGS else 9
        items = list(_segments(children, heads, rank))
        orders = frozenset(child.order for number in heads if isinstance(child := children[number], Box))
        yield _make_group("head", [*box.names, name], box, items, heads=orders)


def _segments(children: Sequence[Box | NavigableString], heads: Sequence[int], rank: int) -> Iterator[Nodes]:
    before = [children[head - 1] if head else None for head in heads]
    are_dates_first = sum(isinstance(node, Box) and _is_date(node) for node in before) >= 0.8 * len(heads) and before[0]
    starts = [head - bool(are_dates_first) for head in heads]
    ends = [*starts[1:], len(children)]
    for head, start, end in zip(heads, starts, ends, strict=True):
        segment = list(children[start : head + 1])
        for child in children[head + 1 : end]:
            if isinstance(child, Box) and (child.name == "hr" or child.is_chrome or _outranks(child, rank)):
                break
            segment.append(child)
        yield tuple(segment)


def _outranks(box: Box, rank: int) -> bool:
    """Whether a box is, or holds, a heading above those of the items: what follows belongs to no item before it."""
    if box.name in HEADINGS:
        return int(box.name[1]) < rank
    return rank < 9 and any(inner.name in HEADINGS and int(inner.name[1]) < rank for inner in box.boxes)  # noqa: PLR2004


def _is_date(box: Box) -> bool:
    return 0 < box.characters <= MAX_LABEL_CHARACTERS and bool(alone(words_of(box)))


def _is_bold(box: Box) -> bool:
    inner = box.boxes
    return (
        box.name in {"p", "div"} and len(inner) >= 1 and inner[0].name in {"strong", "b"} and _is_filled(box, inner[0])
    )


def _is_link(box: Box) -> bool:
    inner = box.boxes
    if box.name == "a":
        return True
    return box.name in {"p", "div"} and len(inner) == 1 and inner[0].name == "a" and _is_filled(box, inner[0])


def _is_filled(box: Box, inner: Box) -> bool:
    return box.characters == inner.characters > 0


def _named(name: str) -> Callable[[Box], bool]:
    return lambda box: box.name == name and box.characters > 0


_HEADS: Mapping[str, Callable[[Box], bool]] = {
    **{name: _named(name) for name in ("h2", "h3", "h4", "h5", "h6", "dt")},
    "bold": _is_bold,
    "date": _is_date,
    "link": _is_link,
}


# --- lines of one paragraph ---------------------------------------------------------------------------------------


def _lines(box: Box, min_items: int) -> Iterator[Group]:
    if sum(child.name == "br" for child in box.boxes) < min_items - 1 or len(box.children) > 4 * MAX_ITEMS:
        return
    lines: list[list[Box | NavigableString]] = [[]]
    blocks: list[list[Box | NavigableString]] = [[]]
    for child in box.children:
        if isinstance(child, Box) and child.name == "br":
            blocks += [[]] if not lines[-1] and blocks[-1] else []
            lines += [[]] if lines[-1] else []
        elif isinstance(child, Box) or child.strip():
            lines[-1].append(child)
            blocks[-1].append(child)
    for form, parts in (("lines", lines), ("blocks", blocks)):
        items = [tuple(part) for part in parts if part]
        if min_items <= len(items) <= MAX_ITEMS:
            yield _make_group(form, [*box.names, "br"], box, items)


def _between_rules(box: Box, min_items: int) -> Iterator[Group]:
    """What stands between horizontal rules; a heading ends an item as a rule does, where it heads several."""
    if sum(child.name == "hr" for child in box.boxes) < min_items - 1 or len(box.children) > 4 * MAX_ITEMS:
        return
    parts: list[list[Box | NavigableString]] = [[]]
    for child in box.children:
        if isinstance(child, Box) and child.name == "hr":
            parts.append([])
        elif isinstance(child, Box) or child.strip():
            parts[-1].append(child)
    parts = [part for part in parts if part]
    heads = sum(any(isinstance(node, Box) and node.name in HEADINGS for node in part) for part in parts)
    if heads * 2 < len(parts):
        parts = [_after_heading(part) for part in parts]
    items = [tuple(part) for part in parts if part]
    if min_items <= len(items) <= MAX_ITEMS:
        yield _make_group("rules", [*box.names, "hr"], box, items)


def _after_heading(part: list[Box | NavigableString]) -> list[Box | NavigableString]:
    for number in range(len(part) - 1, -1, -1):
        node = part[number]
        if isinstance(node, Box) and node.name in HEADINGS:
            return part[number + 1 :]
    return part
