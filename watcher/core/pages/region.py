"""A page of HTML as a Region: its watched part as Lines."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace

import re2
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from watcher.core.decoding.text_encoding import html_soup
from watcher.core.language.region_text import with_headings
from watcher.core.language.text import one_line
from watcher.core.pages.boilerplate import is_boilerplate, is_silent, may_be_boilerplate, short_text
from watcher.core.pages.boilerplate_lines import without_boilerplate
from watcher.core.pages.html_lines import LineBuilder
from watcher.core.pages.login_and_error_pages import why_not_the_page
from watcher.core.pages.page_chrome import chrome_of
from watcher.core.pages.page_structure import doubt_by_structure
from watcher.core.pages.withdrawn_notice import (
    MAX_CHARACTERS_ABOVE_NOTICE,
    MAX_NOTICE_CHARACTERS,
    NOTICE,
    may_say_withdrawn,
    says_withdrawn,
    without_withdrawn_mark,
)
from watcher.model import Line, LineKind, Region

MAX_REGIONS = 50  # elements that one selector may find
MAX_TAGS_DOUBTED = 500  # tags that looked like boilerplate and were not: reading into each again could take for ever
WHOLE = "main, [role=main]"  # the selector where a source has none


def region_of_page(body: bytes, css: str = "", ignore: Sequence[str] = ()) -> Region:
    """The Region of an HTML page: what `css` selects, else its <main>, else all of it without its site's chrome.

    `ignore` are RE2 patterns whose matches are cut out of each line.
    """
    return region_of_soup(html_soup(body), css, ignore)


def region_of_soup(soup: BeautifulSoup, css: str = "", ignore: Sequence[str] = ()) -> Region:
    """The Region of a page that is parsed already; see `region_of_page`. The soup is left as it is."""
    title = one_line(soup.title.get_text()) if soup.title else ""
    roots = _keep_outermost(soup.select(css or WHOLE, limit=MAX_REGIONS))
    notice = _find_notice(soup)
    banner = [notice[0]] if notice else [title] if without_withdrawn_mark(title) != title else []
    if not roots and css:
        if banner:
            return _build_region(title, [Line(kind=LineKind.BANNER, text=banner[0])], ())
        return Region(title=title, why=why_not_the_page(title, _read_all_text(soup)) or f"{css!r} finds nothing on it")
    whole = soup.body or soup
    left_out = {id(tag) for tag in ([] if roots else chrome_of(whole))} | ({id(notice[1])} if notice else set())
    lines = [line for root in roots or [whole] for line in _read_lines(root, left_out)]
    banners = [Line(kind=LineKind.BANNER, text=text) for text in banner]
    region = _build_region(title, [*banners, *_with_banners(lines)], ignore)
    doubt = region.doubt or ("" if banners else doubt_by_structure(soup, " ".join(line.text for line in region.lines)))
    return replace(region, doubt=doubt)


def _build_region(title: str, raw_lines: Iterable[Line], ignore: Sequence[str]) -> Region:
    patterns = [re2.compile(pattern) for pattern in ignore]
    kept, left_out = without_boilerplate(_without_matches(raw_lines, patterns))
    lines = tuple(with_headings(kept))
    banner = any(line.kind is LineKind.BANNER for line in lines)
    text = " ".join(line.text for line in lines[:200])
    why = "" if banner or text else "there is no text in it"
    doubt = "" if banner else why_not_the_page(title, text)
    return Region(lines=lines, title=title, why=why, doubt=doubt, left_out=tuple(left_out))


def _read_all_text(soup: BeautifulSoup) -> str:
    return " ".join(line.text for line in _read_lines(soup.body or soup, ()))


def _keep_outermost(tags: Iterable[Tag]) -> list[Tag]:
    """The tags, in document order, without those that lie inside another of them."""
    outermost: list[Tag] = []
    for tag in tags:
        if not any(parent is outer for outer in outermost for parent in tag.parents):
            outermost.append(tag)
    return outermost


# --- HTML to lines ------------------------------------------------------------------------------------------------


def _read_lines(root: Tag, left_out: Container[int]) -> list[Line]:
    """The Lines of a tag, without boilerplate and the tags whose ids are `left_out`.

    No recursion: hostile pages nest 100,000 tags.
    """
    builder = LineBuilder()
    doubted = 0
    inside = [root.name not in {"html", "body", "[document]"}]
    waiting = [iter(root.children)]
    builder.open_tag(root)
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
            inside.pop()
            builder.close_tag()
        elif isinstance(node, Tag):
            if id(node) in left_out or is_silent(node):
                builder.add_gap()
                continue
            if doubted < MAX_TAGS_DOUBTED and may_be_boilerplate(node, inside=inside[-1]):
                if is_boilerplate(node, inside=inside[-1]):
                    builder.add_gap()
                    continue
                doubted += 1
            builder.open_tag(node)
            inside.append(inside[-1] or node.name in {"main", "article", "section"})
            waiting.append(iter(node.children))
        elif type(node) is NavigableString:
            builder.add_text(node)
    return builder.lines


def _find_notice(soup: BeautifulSoup) -> tuple[str, Tag] | None:
    """The text of the notice by which a page was withdrawn, and its tag; None when there is none."""
    for keyword in soup.find_all(string=may_say_withdrawn, limit=20):
        parents = [tag for tag in keyword.parents if isinstance(tag, Tag)][:6]
        if any(tag.name in {"nav", "footer", "title", "script", "li", "td"} for tag in parents):
            continue
        block = next((tag for tag in parents if tag.name not in {"time", "strong", "b", "em", "i", "span", "a"}), None)
        text = short_text(block, MAX_NOTICE_CHARACTERS) if block else None
        if not text or not says_withdrawn(text):
            continue
        for tag in reversed(parents):
            if NOTICE.search(_join_names(tag)) and _is_small(tag):
                return text, tag
    return None


def _join_names(tag: Tag) -> str:
    """Its classes, ARIA role and ARIA label."""
    classes = tag.get("class")
    names = classes if isinstance(classes, list) else []
    return " ".join([*names, str(tag.get("role") or ""), str(tag.get("aria-label") or "")])


def _is_small(tag: Tag) -> bool:
    """Whether a tag is short enough for a notice and has no headline of a page."""
    return short_text(tag, MAX_NOTICE_CHARACTERS) is not None and not tag.find("h1")


def _with_banners(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines; one near the top that says "withdrawn" is a banner, as is the mark before a heading."""
    characters_above = 0
    for line in lines:
        if line.kind is LineKind.HEADING and without_withdrawn_mark(line.text) != line.text:
            yield Line(kind=LineKind.BANNER, text=line.text)
            yield replace(line, text=without_withdrawn_mark(line.text))
        elif characters_above <= MAX_CHARACTERS_ABOVE_NOTICE and not line.is_member and says_withdrawn(line.text):
            yield Line(kind=LineKind.BANNER, text=line.text)
        else:
            yield line
        characters_above += len(line.text)


def _without_matches(lines: Iterable[Line], patterns: Sequence[object]) -> Iterator[Line]:
    if not patterns:
        yield from lines
        return
    for line in lines:
        cells = tuple(_cut_matches(cell, patterns) for cell in line.cells)
        text = " | ".join(cell for cell in cells if cell) if cells else _cut_matches(line.text, patterns)
        if text:
            yield replace(line, text=text, cells=cells)


def _cut_matches(text: str, patterns: Sequence[object]) -> str:
    for pattern in patterns:
        text = pattern.sub("", text)  # type: ignore[attr-defined]
    return one_line(text)
