"""The headings above an item of a list: they say what the list is of, and sometimes the month or the year."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from bs4 import Tag

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import one_line
from watcher.core.pages.boilerplate import short_text
from watcher.core.rows.date_spots import is_date_heading
from watcher.core.rows.groups import Group
from watcher.core.rows.tree import HEADINGS, Box, words_of
from watcher.core.rows.vocabulary import NEWS, NOT_THE_LIST, OTHER_LISTS

MAX_HEADING_CHARACTERS = 200
MAX_DATE_CHARACTERS = 40
MAX_WRAPPERS, MAX_WRAPPER_TAGS = 3, 30
MAX_CHARACTERS_BESIDE = 200  # an introduction beside a heading; with more, it heads what stands in its own tag
MAX_HEADINGS = 6  # read above one item
_TITLES = HEADINGS | {"caption", "legend", "summary"}
_DATES = frozenset({"p", "div", "dt", "th", "td", "li", "strong", "b", "button", "time"})
_LOWEST = 7
_TABS = lazy_regex(r"(?:^|[-_ ])tabs?(?:$|[-_ ])", re.IGNORECASE)
_LABELLED = frozenset({"section", "div", "ul", "ol", "table", "dl"})
_LABEL_RANK = 2  # as the heading of a section, whatever heads its parts
MAX_LABEL_CHARACTERS = 60
MAX_TABS_READ = 3_000


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the page, or a line that only says a date; the smaller `rank`, the higher it stands."""

    words: str
    order: int
    rank: int
    is_date: bool
    characters: int
    wrapper: Box  # the tag directly inside the one for which it is registered
    beside: int  # how many characters more than its own stand in the wrapper


class Sections:
    """The headings of a page by the tag in which they stand, also where they are wrapped once or twice."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        self._by_holder: dict[int, list[Heading]] = {}
        self.headline = ""
        self._tabs = _tab_labels(boxes)
        for box in boxes:
            self._register(box)

    def _register_label(self, box: Box) -> None:
        """What a part of the page is called by its tab or by `aria-label`, where no heading stands in it."""
        if box.name not in _LABELLED:
            return
        names = (str(box.tag.get(name) or "") for name in ("id", "aria-labelledby"))
        tab = next((self._tabs[name] for name in names if name in self._tabs), "")
        words = tab or one_line(str(box.tag.get("aria-label") or ""))
        if 0 < len(words) <= MAX_LABEL_CHARACTERS and any(
            kind.search(words) for kind in (NEWS, OTHER_LISTS, NOT_THE_LIST)
        ):
            heading = Heading(words, box.order, _LABEL_RANK, is_date=False, characters=0, wrapper=box, beside=0)
            self._by_holder.setdefault(box.order, []).append(heading)

    def _register(self, box: Box) -> None:
        self._register_label(box)
        self._register_own_text(box)
        is_title = box.name in _TITLES
        if not is_title and not (box.name in _DATES and 3 < box.characters <= MAX_DATE_CHARACTERS):  # noqa: PLR2004
            return
        words = words_of(box, MAX_HEADING_CHARACTERS)
        is_date = is_date_heading(words)
        if not words or not (is_title or is_date):
            return
        if box.name == "h1" and not self.headline:
            self.headline = words
        rank = int(box.name[1]) if box.name in HEADINGS else _LOWEST
        wrapper = box
        for holder, _ in zip(box.ancestors, range(MAX_WRAPPERS), strict=False):
            heading = Heading(
                words, box.order, rank, is_date, box.characters, wrapper, wrapper.characters - box.characters
            )
            self._by_holder.setdefault(holder.order, []).append(heading)
            if holder.size > MAX_WRAPPER_TAGS or holder.name == "nav" or (is_date and wrapper.name == "dd"):
                break
            wrapper = holder

    def _register_own_text(self, box: Box) -> None:
        """A date that stands as bare text before the tags that it heads, such as "May 2026" before a list in a list."""
        first = box.children[0] if box.children else None
        if isinstance(first, Box) or first is None or len(first) > MAX_DATE_CHARACTERS or not box.boxes:
            return
        words = words_of(first)
        if is_date_heading(words):
            heading = Heading(words, box.order, _LOWEST, is_date=True, characters=len(words), wrapper=box, beside=0)
            self._by_holder.setdefault(box.order, []).append(heading)

    def above(self, group: Group) -> list[list[Heading]]:
        """For each item of a group, the headings that it stands under, the nearest first."""
        listed: dict[int, list[Heading]] = {}
        own = group.heads | _own_dates(group)
        starts = [item[0] if isinstance(item[0], Box) else group.holder for item in group.items]
        return [self._above_item(start, group, own, listed) for start in starts]

    def _above_item(
        self, start: Box, group: Group, own: frozenset[int], listed: dict[int, list[Heading]]
    ) -> list[Heading]:
        headings: list[Heading] = []
        branch = start
        for holder in start.ancestors:
            if holder.order not in listed:
                registered = self._by_holder.get(holder.order, [])
                listed[holder.order] = [heading for heading in registered if not _is_inside(heading, group, own)]
            candidates = listed[holder.order]
            position = bisect_left(candidates, start.order, key=lambda heading: heading.order) - 1
            for steps in range(min(position + 1, 4 * MAX_HEADINGS)):
                heading = candidates[position - steps]
                if _stands_above(heading, branch) and (not headings or heading.rank < headings[-1].rank):
                    headings.append(heading)
            if len(headings) >= MAX_HEADINGS:
                break
            branch = holder
        return headings


def _tab_labels(boxes: Sequence[Box]) -> dict[str, str]:
    """By the id of what a tab opens, the words of the tab."""
    labels: dict[str, str] = {}
    roots = (box.tag for box in boxes if box.parent is None)
    for tag in (tag for root in roots for tag in root.find_all(["a", "button", "li"], limit=MAX_TABS_READ)):
        opens = (str(tag.get(name) or "") for name in ("aria-controls", "data-bs-target", "data-target", "href"))
        target = next(filter(None, opens), "")
        if target and any(_is_tab(holder) for holder in (tag, *islice(tag.parents, MAX_WRAPPERS))):
            words = short_text(tag, MAX_LABEL_CHARACTERS) or ""
            labels.setdefault(target.removeprefix("#"), words)
            labels.setdefault(str(tag.get("id") or ""), words)
    return {target: words for target, words in labels.items() if target}


def _is_tab(tag: Tag) -> bool:
    roles = {str(tag.get(name) or "") for name in ("role", "data-toggle", "data-bs-toggle")}
    return bool(roles & {"tab", "tablist", "pill"}) or bool(_TABS.search(" ".join(tag.get("class") or ())))


def _stands_above(heading: Heading, branch: Box) -> bool:
    """Whether a heading stands above what `branch` holds: by itself, or in a wrapper that is no item like it."""
    wrapper = heading.wrapper
    if wrapper is branch or heading.beside > (0 if heading.is_date else MAX_CHARACTERS_BESIDE):
        return False
    is_like_branch = wrapper.name == branch.name and bool(set(wrapper.classes) & set(branch.classes))
    return (
        wrapper.order == heading.order
        or wrapper.name != branch.name
        or (heading.beside == 0 and (heading.is_date or not is_like_branch))
    )


def _is_inside(heading: Heading, group: Group, own: frozenset[int]) -> bool:
    """Whether a heading belongs to an item of the group: it is its head, or stands among other words of it."""
    if heading.order in own:
        return True
    is_like_item = group.form == "tag" and heading.wrapper.name == group.path.rsplit(">", 1)[-1]
    if is_like_item and heading.beside > 0:
        return True
    position = bisect_right(group.starts, heading.order) - 1
    part = group.parts[position] if position >= 0 else None
    return part is not None and heading.order <= part.end and part.characters > heading.characters


def _own_dates(group: Group) -> frozenset[int]:
    """What heads no several items: dates of flat items, where most have one, and headings that are items as a whole."""
    if group.form == "tag":
        heads = [inner.order for part in group.parts if (inner := _sole_heading(part))]
        return frozenset(heads) if len(heads) * 2 >= len(group.parts) else frozenset()
    parts = (node for item in group.items for node in item if isinstance(node, Box))
    dates = [part for part in parts if part.characters <= MAX_DATE_CHARACTERS and is_date_heading(words_of(part))]
    return frozenset(part.order for part in dates) if len(dates) * 2 >= len(group.items) else frozenset()


def _sole_heading(box: Box) -> Box | None:
    """The heading of which an item consists."""
    while box.name not in HEADINGS:
        inner = [child for child in box.boxes if child.characters == box.characters]
        if not inner:
            return None
        box = inner[0]
    return box
