"""Lists of a page: a group of tags, read item by item, with the dates of the headings above it, or why it is none."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bs4.element import NavigableString

from watcher.core.language.dates import infer_years, read_date
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import title_key
from watcher.core.rows.date_spots import date_above
from watcher.core.rows.groups import Group, Nodes
from watcher.core.rows.page_sections import Heading, Sections
from watcher.core.rows.reading.alike import keep_alike
from watcher.core.rows.reading.headlines import list_facts
from watcher.core.rows.reading.item_fields import Reading, read_fields
from watcher.core.rows.reading.month_first import with_iso_dates
from watcher.core.rows.reading.pieces import Snippet
from watcher.core.rows.tree import Box, words_of
from watcher.core.rows.vocabulary import NEWS, NOT_THE_LIST, OTHER_LISTS, TIMES
from watcher.model import Precision, Published

MAX_PINNED_AGE, MAX_NEWEST_AGE = timedelta(days=120), timedelta(days=60)
_DAY_ALONE = lazy_regex(
    r"^\W*(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\W+)?(\d{1,2})(?:st|nd|rd|th)?(?:\W+(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)?\W*$",
    re.IGNORECASE,
)
_MARKS_IN_DATE = lazy_regex(r"\s+of\s+|(?<=\d)[-./](?=[A-Za-z])", re.IGNORECASE)
Read = Callable[[Nodes], tuple[Snippet, ...]]


@dataclass(frozen=True, slots=True)
class PageList:
    """What may be the list of a page: its items, with the nodes of each, and the nearest heading above all of them."""

    group: Group
    readings: Sequence[Reading]
    nodes: Sequence[Nodes]
    heading: str
    is_headline: bool  # the heading is that of the whole page
    is_dated: bool
    marks: Sequence[tuple[str, str]] = ()  # of all groups that were joined in it
    left_out: Sequence[str] = ()  # the headlines of items without a date that may be announcements

    @property
    def keys(self) -> frozenset[str]:
        """By what its items are recognised in another group: their addresses and headlines."""
        links = {reading.url for reading in self.readings if reading.url}
        return frozenset(links | {title_key(reading.title) for reading in self.readings})

    @property
    def starts(self) -> list[int]:
        """The first tag of each of its items, by its order; that of the holder for one of bare text."""
        first = (next((node for node in nodes if isinstance(node, Box)), self.group.holder) for nodes in self.nodes)
        return [box.order for box in first]

    @property
    def orders(self) -> frozenset[int]:
        """All tags inside its items, by their order."""
        boxes = (node for nodes in self.nodes for node in nodes if isinstance(node, Box))
        return frozenset(order for box in boxes for order in range(box.order, box.end + 1))

    @property
    def linked(self) -> int:
        """How many of its items lead somewhere."""
        return sum(bool(reading.url) for reading in self.readings)


def read_lists(group: Group, sections: Sections, read: Read, today: date) -> Iterator[PageList]:
    """The lists that a group of tags holds: one for each heading that is no date and no "earlier"."""
    pieces = with_iso_dates([read(item) for item in group.items], today)
    if sum(map(bool, pieces)) < min(2, len(group.items)):
        return
    facts = list_facts(pieces, _columns(group))
    readings = [read_fields(item_pieces, facts) for item_pieces in pieces]
    numbers = [number for number, reading in enumerate(readings) if reading]
    if not numbers:
        return
    above = sections.above(group)
    holders = [_holder_of(item[0], group) for item in group.items]
    for heading, part in _split_by_heading(numbers, above, sections.headline).items():
        chosen = _with_distinct_titles([(number, reading) for number in part if (reading := readings[number])])
        dated = _date_items(chosen, above, today)
        kept, is_dated = keep_alike(dated, holders)
        if kept:
            yield PageList(
                group=group,
                readings=tuple(reading for _, reading in kept),
                nodes=tuple(group.items[number] for number, _ in kept),
                heading=heading,
                is_headline=heading in {"", sections.headline},
                is_dated=is_dated,
                marks=(group.mark,),
                left_out=_left_out(dated, kept) if is_dated else (),
            )


def _holder_of(node: Box | NavigableString, group: Group) -> int:
    return node.parent.order if isinstance(node, Box) and node.parent else group.holder.order


def _left_out(items: Sequence[tuple[int, Reading]], kept: Sequence[tuple[int, Reading]]) -> tuple[str, ...]:
    numbers = {number for number, _ in kept}
    return tuple(reading.title for number, reading in items if number not in numbers)


def _with_distinct_titles(items: list[tuple[int, Reading]]) -> list[tuple[int, Reading]]:
    """The items; where all that tells their headlines apart is the date in them, with it."""
    titles = {reading.title for _, reading in items}
    if len(titles) == len(items):
        return items
    return [(number, replace(reading, title=reading.whole_title)) for number, reading in items]


def _columns(group: Group) -> list[str]:
    """The words above the columns of a table."""
    if not group.path.endswith(">tr"):
        return []
    table = next((above for above in (group.holder, *group.holder.ancestors) if above.name == "table"), None)
    if table is None:
        return []
    first = next((inner for part in (table, *table.boxes) for inner in part.boxes if inner.name == "tr"), None)
    cells = first.boxes if first else []
    return [words_of(cell) for cell in cells] if cells and all(cell.name == "th" for cell in cells) else []


# --- by heading ---------------------------------------------------------------------------------------------------


def _split_by_heading(numbers: Sequence[int], above: Sequence[list[Heading]], headline: str) -> dict[str, list[int]]:
    """The items by the nearest heading above that is no date; together where the headings only part one list."""
    parts: dict[str, list[int]] = {}
    for number in numbers:
        plain = (heading.words for heading in above[number] if not heading.is_date)
        nearest = next((words for words in plain if not TIMES.match(words)), "")
        parts.setdefault(nearest, []).append(number)
    if len(parts) > 1 and _are_one_list(parts, headline):
        return {headline: list(numbers)}
    return parts


def _are_one_list(parts: dict[str, list[int]], headline: str) -> bool:
    """Whether headings are subjects of one list: the page is called news, and none of them news or anything else."""
    below = [words for words in parts if words and words != headline]
    is_named = bool(NEWS.search(headline))
    return is_named and not any(
        NEWS.search(words) or OTHER_LISTS.search(words) or NOT_THE_LIST.search(words) for words in below
    )


# --- by date ------------------------------------------------------------------------------------------------------


def _date_items(
    chosen: Sequence[tuple[int, Reading]], above: Sequence[list[Heading]], today: date
) -> list[tuple[int, Reading]]:
    """The items with their dates whole: the year, or all of it, from the headings above, else by the list's order."""
    dated = [(number, _with_heading(reading, above[number])) for number, reading in chosen]
    unclear = [reading for _, reading in dated if reading.is_dated and reading.published.precision is Precision.NONE]
    if not unclear:
        return dated
    literals = [_MARKS_IN_DATE.sub(" ", reading.date) for _, reading in dated if reading.is_dated]
    inferred = iter(_infer_years(literals, today))
    return [
        (
            number,
            replace(reading, published=replace(next(inferred), literal=reading.date)) if reading.is_dated else reading,
        )
        for number, reading in dated
    ]


def _infer_years(literals: Sequence[str], today: date) -> list[Published]:
    """Years by the order of the list, newest first; a first item that alone is old is pinned there."""
    inferred = infer_years(literals, today)
    if len(literals) > 2:  # noqa: PLR2004 - a pinned one and an order
        rest = infer_years(literals[1:], today)
        first, second = inferred[0].day, rest[0].day
        if first and second and today - first > MAX_PINNED_AGE and today - second < MAX_NEWEST_AGE:
            return [inferred[0], *rest]
    return inferred


def _with_heading(reading: Reading, above: Sequence[Heading]) -> Reading:
    headings = date_above([heading.words for heading in above if heading.is_date])
    if not reading.is_dated:
        if headings.published.precision is Precision.NONE:
            return reading
        published = _with_day(reading, headings.published)
        return replace(reading, date=published.literal, published=published, is_dated=True, date_spot="(heading)")
    if reading.published.precision is Precision.NONE and headings.year:
        published = read_date(f"{reading.date.rstrip('.,')} {headings.year}")
        if published.precision is not Precision.NONE:
            return replace(reading, published=replace(published, literal=reading.date))
    return reading


def _with_day(reading: Reading, month: Published) -> Published:
    """The day of a month that a heading names, where an item holds the number of one, such as "Tue 18"."""
    if month.precision is not Precision.MONTH or month.day is None:
        return month
    numbers = (_DAY_ALONE.match(piece.words) for piece in reading.pieces if piece.words != reading.title)
    day = next((match for match in numbers if match), None)
    if day is None:
        return month
    whole = read_date(f"{day[1]} {month.day:%B %Y}")
    return whole if whole.precision is Precision.DAY else month
