"""Find the rows of a page's list by its structure: start at `find_rows`."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache

from bs4 import BeautifulSoup, Tag

from watcher.core.language.text import one_line, title_key
from watcher.core.pages.login_and_error_pages import why_not_the_page
from watcher.core.pages.page_structure import doubt_by_structure
from watcher.core.rows.as_seen import as_seen
from watcher.core.rows.groups import Nodes, find_groups
from watcher.core.rows.judgement import distinct_lists, joined_lists, surest, why_not, without_parts
from watcher.core.rows.lists import PageList, read_lists
from watcher.core.rows.page_sections import Sections
from watcher.core.rows.reading.pieces import PieceReader, Snippet
from watcher.core.rows.selectors import suggest_selector
from watcher.core.rows.tree import Box, Tree, read_tree, words_of
from watcher.core.rows.values import FoundRows, ListingRow
from watcher.core.rows.vocabulary import EMPTY

MAX_TAGS_READ = 200_000  # in all groups of a page; the same tag stands in several
MAX_NAMED = 2
MAX_MENU_WORDS = 4
MAX_STATEMENT_CHARACTERS = 120
MIN_PROSE_PARAGRAPHS, MIN_PROSE_CHARACTERS, MIN_PARAGRAPH_CHARACTERS = 3, 900, 80


def find_rows(
    soup: BeautifulSoup, today: date, *, within: Sequence[Tag] = (), remembered: Mapping[str, str] | None = None
) -> FoundRows:
    """The rows of the list on a page, as seen on London's `today`; none, and why, where it is doubtful which they are.

    Only inside the tags `within`, where there are any. A `remembered` pattern that still fits is preferred to all
    others. A wrong row is worse than none. The soup is left as it is.
    """
    tree = read_tree(within or _roots(soup))
    if tree.is_cut:
        return FoundRows(why="it has too many tags to find its list by itself; write `item`")
    shown = as_seen(tree.boxes)
    title = one_line(soup.title.get_text()) if soup.title else ""
    sections = Sections(tree.boxes)
    headline = sections.headline or title
    menu = _menu_words(tree.boxes)
    reader = PieceReader(MAX_TAGS_READ, shown, today)
    pieces_of = cache(reader.read)
    mark = (remembered or {}).get("form", ""), (remembered or {}).get("path", "")
    lists = list(_read_all(tree, mark, sections, pieces_of, today))
    if reader.is_exhausted:
        return FoundRows(why="its tags lie too deep inside each other to find its list by itself; write `item`")
    reasons = {id(page_list): why_not(page_list, headline, menu, today) for page_list in lists}
    good = without_parts(
        [page_list for page_list in lists if not reasons[id(page_list)]],
        [(page_list, reasons[id(page_list)]) for page_list in lists if reasons[id(page_list)]],
        [page_list for page_list in lists if page_list.is_dated],
    )
    likely = [page_list for page_list in good if len(page_list.readings) > 1 or page_list.group.mark == mark]
    distinct = joined_lists(distinct_lists(likely, mark), headline)
    as_before = [page_list for page_list in distinct if mark in page_list.marks]
    sure = surest([page_list for page_list in distinct if len(page_list.readings) > 1], headline)
    chosen = as_before[0] if as_before and (len(as_before[0].readings) > 1 or not sure) else sure
    doubt = why_not_the_page(title, "") or doubt_by_structure(soup, "") or _why_no_list(tree, chosen)
    if chosen is None or doubt:
        return FoundRows(why=doubt or _explain(distinct, lists, reasons, soup, title))
    return _as_found(chosen, mark)


def _roots(soup: BeautifulSoup) -> list[Tag]:
    """The body of a page; lxml takes the first tags of a page without one for its head."""
    if soup.body is None and soup.head:
        return [tag for tag in soup.head.find_all(recursive=False) if isinstance(tag, Tag)]
    return [soup.body or soup]


def _menu_words(boxes: Sequence[Box]) -> frozenset[str]:
    """The short links of a site's menus, banners and feet, folded; longer ones may be headlines shown again."""
    links = (title_key(words_of(box, 120)) for box in boxes if box.is_chrome and box.name == "a")
    return frozenset(words for words in links if len(words.split()) <= MAX_MENU_WORDS)


def _read_all(
    tree: Tree,
    mark: tuple[str, str],
    sections: Sections,
    pieces_of: Callable[[Nodes], tuple[Snippet, ...]],
    today: date,
) -> Iterable[PageList]:
    for group in find_groups(tree.boxes, 1 if mark[1] else 2):
        if len(group.items) > 1 or group.mark == mark:
            yield from read_lists(group, sections, pieces_of, today)


def _why_no_list(tree: Tree, chosen: PageList | None) -> str:
    """Whether the page says that it shows nothing, or is an article with a list at its end."""
    inside = chosen.orders if chosen else frozenset()
    prose = 0
    for box in tree.boxes:
        if box.is_chrome or box.order in inside:
            continue
        if box.name in {"p", "div", "span", "h2", "h3", "strong"} and 0 < box.characters <= MAX_STATEMENT_CHARACTERS:
            words = words_of(box)
            if EMPTY.match(words) and not any(inner.name == "a" for inner in box.boxes):
                return f"it says {words[:80]!r}"
        paragraphs = [inner for inner in box.boxes if inner.name == "p" and inner.order not in inside]
        long_ones = [inner.characters for inner in paragraphs if inner.characters >= MIN_PARAGRAPH_CHARACTERS]
        prose += sum(long_ones) if len(long_ones) >= MIN_PROSE_PARAGRAPHS else 0
    if chosen is None or prose < MIN_PROSE_CHARACTERS:
        return ""
    listed = sum(len(piece.words) for reading in chosen.readings for piece in reading.pieces)
    return "it is an article, with a list beside its text" if prose > listed else ""


# --- what is answered ---------------------------------------------------------------------------------------------


def _as_found(page_list: PageList, mark: tuple[str, str]) -> FoundRows:
    rows = tuple(
        ListingRow(reading.title, reading.url, reading.date, reading.summary, reading.published)
        for reading in page_list.readings
    )
    form, path = mark if mark in page_list.marks else page_list.group.mark
    readings = page_list.readings
    pattern = {
        "form": form,
        "path": path,
        "item": suggest_selector(page_list),
        "title": _most_common(reading.title_spot for reading in readings),
        "date": _most_common(reading.date_spot for reading in readings),
    }
    tags = tuple(tuple(node.tag if isinstance(node, Box) else node for node in nodes) for nodes in page_list.nodes)
    return FoundRows(rows=rows, pattern=pattern, tags=tags, left_out=tuple(page_list.left_out))


def _most_common(spots: Iterable[str]) -> str:
    counts = Counter(spots)
    return counts.most_common(1)[0][0] if counts else ""


def _explain(
    distinct: Sequence[PageList],
    lists: Sequence[PageList],
    reasons: Mapping[int, str],
    soup: BeautifulSoup,
    title: str,
) -> str:
    """Why no list was chosen, and which selectors would choose one."""
    if distinct:
        named = "; ".join(map(_describe, distinct[:MAX_NAMED]))
        return f"{len(distinct)} lists are nearly as good: {named}. Write `item` for the right one"
    body_words = words_of_body(soup)
    not_the_page = why_not_the_page(title, body_words)
    if not_the_page:
        return not_the_page
    several = [page_list for page_list in lists if len(page_list.readings) > 1]
    if not several:
        return "no repeated headlines with dates were found"
    best = max(several, key=lambda page_list: (page_list.is_dated, len(page_list.readings)))
    return f"the best candidate is {_describe(best)}, but {reasons[id(best)]}. If it is the list, write `item`"


def words_of_body(soup: BeautifulSoup) -> str:
    """The first words of a page, with a mark of its length."""
    return one_line(soup.get_text(" ")[:5_000])


def _describe(page_list: PageList) -> str:
    first = page_list.readings[0].title[:50]
    return f'`item: "{suggest_selector(page_list)}"` with {len(page_list.readings)} items, such as {first!r}'
