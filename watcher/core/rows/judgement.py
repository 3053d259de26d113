"""Which of the lists of a page is that of its announcements: what speaks against each, and which is the surest."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from os.path import commonprefix
from urllib.parse import urlsplit

from watcher.core.language.text import title_key
from watcher.core.rows.lists import PageList
from watcher.core.rows.vocabulary import (
    BOOKS,
    NEWS,
    NOT_THE_LIST,
    OTHER_LISTS,
    SOCIAL_HOSTS,
    says_times,
)

MIN_DISTINCT_SHARE = 0.6
MAX_AGE_OF_NEWEST = timedelta(days=5 * 365)
MUCH_LARGER = 3  # times as many items: then it is the list, and the smaller one a box
MIN_SHARED = 0.5  # of the items of the smaller of two lists, by which they are one
SEVERAL, SAME = "each of its items holds several headlines", "its headlines are all the same"
_UNDATED = "it has no dates"
MIN_UNDATED_ITEMS, MIN_HEADLINE_WORDS, MIN_AVERAGE_WORDS, MIN_HEADLINES_SHARE = 3, 4, 5.0, 0.75


def why_not(page_list: PageList, headline: str, today: date) -> str:
    """What speaks against a list, in words; "" where nothing does."""
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
    return _why_other_kind(page_list) or (
        _why_dates(page_list, headline, today) if page_list.is_dated else _why_undated(page_list, headline)
    )


def _is_news(words: str) -> bool:
    """Whether a heading says news; "Updates on training" does, "Upcoming events" does not."""
    return bool(NEWS.search(words))


def _why_other_kind(page_list: PageList) -> str:
    """By what its items hold: people to write to, places to book, what was said on social media."""
    readings = page_list.readings
    half = len(readings) / 2
    people = books = social = times = replies = 0
    for reading in readings:
        links = [piece.href.lower() for piece in reading.pieces if piece.href]
        people += any(link.startswith(("mailto:", "tel:")) for link in links)
        social += bool(SOCIAL_HOSTS.search(reading.url)) or any(piece.words.startswith("@") for piece in reading.pieces)
        books += any(BOOKS.match(piece.words) for piece in reading.pieces if piece.href or piece.words != reading.title)
        times += any(says_times(piece.words) for piece in reading.pieces if len(piece.words) < 80)  # noqa: PLR2004
        replies += any(re.match(r"^\W*repl(?:y|ies)\b", piece.words, re.IGNORECASE) for piece in reading.pieces)
    counts = {"people to write to": people, "places to book": books, "posts of social media": social}
    counts |= {"times of day": times, "comments": replies}
    return next((f"it lists {what}" for what, count in counts.items() if count >= half), "")


def _why_dates(page_list: PageList, headline: str, today: date) -> str:
    days = [reading.published.day for reading in page_list.readings if reading.published.day]
    if not days:
        return "none of its dates can be read"
    ahead = sum(day > today + timedelta(days=1) for day in days)
    if ahead * 2 >= len(days):
        return "its dates lie ahead"
    past = [day for day in days if day <= today + timedelta(days=1)]
    if today - max(past) > MAX_AGE_OF_NEWEST:
        return f"its newest date is of {max(past).year}"
    marks = Counter(reading.marked for reading in page_list.readings)
    if page_list.linked * 2 >= len(page_list.readings) and not marks["text"]:
        return ""
    # Without links, or without a tag that makes a headline of words, it may be a table of dates or an article.
    if not NEWS.search(page_list.heading or headline):
        return "its items lead nowhere, and nothing says that they are news"
    if ahead:
        return "its items lead nowhere, and some of their dates lie ahead"
    if past != sorted(past, reverse=True) and len(past) > 3:  # noqa: PLR2004 - a pinned one among few
        return "its items lead nowhere, and are in no order" if past == sorted(past) else ""
    return ""


def _why_undated(page_list: PageList, headline: str) -> str:
    """Without dates only headlines on one path, under a heading that says news, are a list."""
    readings = page_list.readings
    links = [reading.url for reading in readings]
    if len(readings) < MIN_UNDATED_ITEMS or not all(links) or len(set(links)) < len(links):
        return f"{_UNDATED}, and not a link for each item"
    if not (_is_news(page_list.heading) or _is_news(headline)) or _says_other(page_list.heading):
        return f"{_UNDATED}, and nothing says that it is news"
    counts = [len(re.findall(r"\w+", reading.title)) for reading in readings]
    long_enough = sum(count >= MIN_HEADLINE_WORDS for count in counts)
    if sum(counts) / len(counts) < MIN_AVERAGE_WORDS or long_enough < MIN_HEADLINES_SHARE * len(counts):
        return f"{_UNDATED}, and its links are no headlines"
    paths = [urlsplit(_without_host(link)).path for link in links]
    folder = commonprefix(paths).rpartition("/")[0]
    return "" if folder.strip("/") else f"{_UNDATED}, and its links lead to all places of the site"


def _says_other(words: str) -> bool:
    return bool(OTHER_LISTS.search(words) or NOT_THE_LIST.search(words))


def _without_host(link: str) -> str:
    return re.sub(r"^(?:https?:)?//[^/]+", "", link)


def without_parts(
    good: Sequence[PageList], rejected: Sequence[tuple[PageList, str]], all_dated: Sequence[PageList]
) -> list[PageList]:
    """The lists that are no part of one that is of another kind; and without dates, of none that has dates."""
    ruled_out = [
        page_list for page_list, why in rejected if why not in {SEVERAL, SAME} and not why.startswith(_UNDATED)
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


def distinct_lists(lists: Sequence[PageList]) -> list[PageList]:
    """The lists of a page, each once in its best form, with links and dates; not one that lies inside a better one."""
    best: list[tuple[PageList, frozenset[str], frozenset[int]]] = []
    for page_list in sorted(lists, key=_rate_form, reverse=True):
        keys, orders = page_list.keys, page_list.orders
        if not any(_is_same(page_list, keys, better) for better in best):
            best.append((page_list, keys, orders))
    return [page_list for page_list, _, _ in best]


def _is_same(
    page_list: PageList,
    keys: frozenset[str],
    better: tuple[PageList, frozenset[str], frozenset[int]],
) -> bool:
    """Whether two lists share more than half of the smaller one's items or tags."""
    _, better_keys, better_orders = better
    is_shared = len(keys & better_keys) > MIN_SHARED * min(len(keys), len(better_keys))
    return is_shared or _lies_in(page_list, better_orders)


def _rate_form(page_list: PageList) -> tuple[int, ...]:
    readings = page_list.readings
    dated = sum(reading.is_dated for reading in readings)
    summaries = sum(bool(reading.summary) for reading in readings)
    size = sum(len(reading.pieces) for reading in readings)
    marked = sum(reading.marked in {"heading", "link"} for reading in readings)
    return dated, marked, page_list.linked, len(readings), min(summaries, 1), page_list.group.form == "tag", -size


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
