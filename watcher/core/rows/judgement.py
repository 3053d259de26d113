"""Which of the lists of a page is that of its announcements: what speaks against each, and which is the surest."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlsplit

from watcher.core.language.text import title_key
from watcher.core.rows.date_spots import date_spots
from watcher.core.rows.groups import Nodes
from watcher.core.rows.lists import PageList
from watcher.core.rows.other_kinds import why_other_kind
from watcher.core.rows.tree import Box, words_of
from watcher.core.rows.vocabulary import (
    NEWS,
    NOT_THE_LIST,
    OTHER_LISTS,
    SURELY_NEWS,
)
from watcher.model import Precision

MIN_DISTINCT_SHARE = 0.6
MAX_AGE_OF_NEWEST = timedelta(days=5 * 365)
MUCH_LARGER = 3  # times as many items: then it is the list, and the smaller one a box
MIN_SHARED = 0.5  # of the items of the smaller of two lists, by which they are one
SEVERAL, SAME = "each of its items holds several headlines", "its headlines are all the same"
SOME_AHEAD = "some of its dates lie ahead: it may hold events too"
MIN_AHEAD, MAX_AHEAD_PART = 2, 5  # so many, and a fifth of all
_UNDATED = "it has no dates"
MIN_ORDERED = 3
MAX_CHARACTERS_BESIDE = 100
MIN_UNDATED_ITEMS, MIN_HEADLINE_WORDS, MIN_AVERAGE_WORDS, MIN_HEADLINES_SHARE = 3, 4, 5.0, 0.75


def why_not(page_list: PageList, headline: str, menu: Collection[str], today: date) -> str:
    """What speaks against a list, in words; "" where nothing does. `menu`: the words of the site's menu."""
    readings = page_list.readings
    several = sum(reading.headlines > 1 for reading in readings)
    if several * 3 > len(readings):
        return SEVERAL
    heading = page_list.heading or headline
    if NOT_THE_LIST.search(heading):
        return f"it stands under {heading[:60]!r}"
    if OTHER_LISTS.search(heading) and not _is_news(heading):
        return f"it stands under {heading[:60]!r}"
    titles = {title_key(reading.title) for reading in readings}
    if len(titles) < MIN_DISTINCT_SHARE * len(readings):
        return SAME
    return why_other_kind(page_list, headline, menu) or (
        _why_dates(page_list, headline, today) if page_list.is_dated else _why_undated(page_list, headline)
    )


def _is_news(words: str) -> bool:
    """Whether a heading says news; "Updates on training" does, "Upcoming events" does not."""
    return bool(NEWS.search(words))


def _why_dates(page_list: PageList, headline: str, today: date) -> str:
    days = [reading.published.day for reading in page_list.readings if reading.published.day]
    if not days:
        return _why_relative(page_list)
    ahead = sum(day > today + timedelta(days=1) for day in days)
    if ahead * 2 >= len(days) or (ahead and len(days) >= MIN_ORDERED and days == sorted(days)):
        return "its dates lie ahead"
    if ahead >= MIN_AHEAD and ahead * MAX_AHEAD_PART >= len(days):
        return SOME_AHEAD
    past = [day for day in days if day <= today + timedelta(days=1)]
    if today - max(past) > MAX_AGE_OF_NEWEST:
        return f"its newest date is of {max(past).year}"
    marks = Counter(reading.marked for reading in page_list.readings)
    if page_list.linked * 2 >= len(page_list.readings) and not marks["text"]:
        return ""
    return _why_unlinked(page_list, headline, past, ahead)


def _why_relative(page_list: PageList) -> str:
    """Where all dates are weeks and months counted from the look, its headlines must look like some."""
    if any(reading.date for reading in page_list.readings):
        return "none of its dates can be read"
    words = sum(len(reading.title.split()) for reading in page_list.readings)
    is_short = words < MIN_HEADLINE_WORDS * len(page_list.readings)
    return "none of its dates can be read, and its links are no headlines" if is_short else ""


def _why_unlinked(page_list: PageList, headline: str, past: list[date], ahead: int) -> str:
    """Without links, or a tag that makes a headline of words, it may be a table of dates or a part of an article."""
    is_plain = all(reading.marked == "text" for reading in page_list.readings)
    if not SURELY_NEWS.search(headline if is_plain else page_list.heading or headline):
        return "its items lead nowhere, and nothing says that they are news"
    if ahead:
        return "its items lead nowhere, and some of their dates lie ahead"
    if len(past) > MIN_ORDERED and past == sorted(past):
        return "its items lead nowhere, and the oldest comes first"
    return ""


def _why_undated(page_list: PageList, headline: str) -> str:
    """Without dates only headlines on one path, under a heading that says news, are a list."""
    readings = page_list.readings
    links = [reading.url for reading in readings]
    if len(readings) < MIN_UNDATED_ITEMS or not all(links) or len(set(links)) < len(links):
        return f"{_UNDATED}, and not a link for each item"
    if not (_is_news(page_list.heading) or _is_news(headline)) or _says_other(page_list.heading):
        return f"{_UNDATED}, and nothing says that it is news"
    if sum(map(bool, map(_date_beside, page_list.nodes))) * 2 >= len(readings):
        return f"{_UNDATED} of publication, but others"
    counts = [len(re.findall(r"\w+", reading.title)) for reading in readings]
    long_enough = sum(count >= MIN_HEADLINE_WORDS for count in counts)
    if sum(counts) / len(counts) < MIN_AVERAGE_WORDS or long_enough < MIN_HEADLINES_SHARE * len(counts):
        return f"{_UNDATED}, and its links are no headlines"
    folders = [urlsplit(_without_host(link)).path.strip("/").split("/")[:-1] for link in links]
    is_one_path = all(folder[:1] == folders[0][:1] for folder in folders) and folders[0]
    return "" if is_one_path else f"{_UNDATED}, and its links lead to all places of the site"


def _date_beside(nodes: Nodes) -> bool:
    """Whether a date stands in an item, or beside it in a tag that holds little else."""
    box = nodes[0]
    if not isinstance(box, Box):
        return False
    around = box.parent if box.parent and box.parent.characters <= box.characters + MAX_CHARACTERS_BESIDE else box
    return bool(date_spots(words_of(around)))


def _says_other(words: str) -> bool:
    return bool(OTHER_LISTS.search(words) or NOT_THE_LIST.search(words))


def _without_host(link: str) -> str:
    return re.sub(r"^(?:https?:)?//[^/]+", "", link)


def without_parts(
    good: Sequence[PageList], rejected: Sequence[tuple[PageList, str]], all_dated: Sequence[PageList]
) -> list[PageList]:
    """The lists that are no part of one that is of another kind; and without dates, of none that has dates."""
    ruled_out = [
        page_list
        for page_list, why in rejected
        if why not in {SEVERAL, SAME, SOME_AHEAD} and not why.startswith(_UNDATED)
    ]
    kinds = frozenset(order for page_list in ruled_out for order in page_list.orders)
    dated = frozenset(order for page_list in all_dated for order in page_list.orders)
    return [
        page_list
        for page_list in good
        if not _lies_in(page_list, kinds) and (page_list.is_dated or not _lies_in(page_list, dated))
    ]


def _lies_in(page_list: PageList, orders: frozenset[int]) -> bool:
    starts = page_list.starts
    return sum(start in orders for start in starts) > MIN_SHARED * len(starts)


# --- which of several ---------------------------------------------------------------------------------------------


def distinct_lists(lists: Sequence[PageList], mark: tuple[str, str] = ("", "")) -> list[PageList]:
    """The lists of a page, each once in its best form, with links and dates; not one that lies inside a better one.

    The list with the `mark` of a remembered pattern is better than any other.
    """
    best: list[PageList] = []
    for page_list in sorted(
        lists, key=lambda each_list: (each_list.group.mark == mark, *_rate_form(each_list)), reverse=True
    ):
        if not any(_is_same(page_list, better) for better in best):
            best.append(page_list)
    return best


def _is_same(page_list: PageList, better: PageList) -> bool:
    """Whether two lists share more than half of the smaller one's items or tags."""
    keys, orders, better_keys, better_orders = page_list.keys, page_list.orders, better.keys, better.orders
    starts = better.starts
    is_shared = len(keys & better_keys) > MIN_SHARED * min(len(keys), len(better_keys))
    return is_shared or _lies_in(page_list, better_orders) or sum(start in orders for start in starts) * 2 > len(starts)


_MARK_WEIGHTS = {"heading": 3, "link": 3, "bold": 2, "cell": 1}


def _rate_form(page_list: PageList) -> tuple[int, ...]:
    readings = page_list.readings
    dated = [reading for reading in readings if reading.is_dated]
    return (
        sum(_MARK_WEIGHTS.get(reading.marked, 0) for reading in dated),
        len(dated),
        sum(reading.date_spot != "(heading)" for reading in dated),
        sum(reading.published.precision is not Precision.MONTH for reading in dated),
        sum(_MARK_WEIGHTS.get(reading.marked, 0) for reading in readings),
        page_list.linked,
        any(reading.summary for reading in readings),
        page_list.group.form == "tag",
        -sum(len(reading.pieces) for reading in readings),
    )


def joined_lists(lists: Sequence[PageList], headline: str) -> list[PageList]:
    """The lists; those that stand below each other in one tag, under headings that all say news, are one."""
    by_holder: dict[tuple[int, bool], list[PageList]] = {}
    for page_list in lists:
        is_part = page_list.is_dated and _is_news(page_list.heading or headline)
        by_holder.setdefault((page_list.group.holder.order if is_part else -len(by_holder), is_part), []).append(
            page_list
        )
    return [_join(parts) for parts in by_holder.values()]


def _join(parts: Sequence[PageList]) -> PageList:
    first = parts[0]
    if len(parts) == 1:
        return first
    items = [
        (start, reading, nodes)
        for part in parts
        for start, reading, nodes in zip(part.starts, part.readings, part.nodes, strict=False)
    ]
    items.sort(key=lambda item: item[0])
    marks = tuple(mark for part in parts for mark in part.marks)
    readings, nodes = tuple(item[1] for item in items), tuple(item[2] for item in items)
    left_out = tuple(title for part in parts for title in part.left_out)
    return replace(first, readings=readings, nodes=nodes, marks=marks, left_out=left_out)


def surest(lists: Sequence[PageList], headline: str) -> PageList | None:
    """The list that is surely the page's; None where two are nearly as good."""
    dated = [page_list for page_list in lists if page_list.is_dated]
    ranked = sorted(dated or lists, key=lambda page_list: len(page_list.readings), reverse=True)
    if len(ranked) < 2 or not dated:  # noqa: PLR2004
        return ranked[0] if len(ranked) == 1 else None
    named = [page_list for page_list in ranked if _is_news(page_list.heading or headline)]
    first, second = ranked[0], ranked[1]
    if len(first.readings) >= MUCH_LARGER * len(second.readings) and (first in named or not named):
        return first
    return named[0] if len(named) == 1 else None
