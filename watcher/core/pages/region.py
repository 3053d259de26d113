"""A page as a Region: its watched part as Lines, from HTML or from the text in which an Item keeps them."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace

import re2
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from watcher.core.decoding.text_encoding import html_soup
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.sentences import split_sentences
from watcher.core.language.text import MAX_TEXT_CHARACTERS, one_line
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


def with_headings(lines: Iterable[Line]) -> Iterator[Line]:
    """Each line with the heading that it stands under; members and rows also with their introduction (`Line.lead`)."""
    under = lead = columns = ""
    parents: list[str] = []
    for line in lines:
        if line.kind is LineKind.HEADING:
            under, lead, columns = line.text, "", ""
        elif line.kind is LineKind.COLUMNS:
            columns = line.text
        elif line.kind is LineKind.SENTENCE:
            lead, columns = (line.text if line.text.endswith(":") else ""), ""
        if line.kind is LineKind.MEMBER:
            parents[max(line.depth - 1, 0) :] = [line.text]
            above = parents[line.depth - 2] if 1 < line.depth <= len(parents) else lead
            yield replace(line, under=under, lead=above)
        elif line.kind is LineKind.HEADING:
            yield line
        else:
            yield replace(line, under=under, lead=columns if line.kind is LineKind.ROW else "")


# --- the text of an Item ------------------------------------------------------------------------------------------

_MARK_OF_KIND = {
    LineKind.HEADING: "# ",
    LineKind.COLUMNS: "|| ",
    LineKind.ROW: "| ",
    LineKind.BANNER: "! ",
    LineKind.SENTENCE: "",
}
_MARKED_LINE = lazy_regex(r"^(?P<mark># |\|\| |\| |! |(?P<deep>(?:  )*)- |\\?)(?P<text>.*)$")
_KIND_OF_MARK = {
    "# ": LineKind.HEADING,
    "|| ": LineKind.COLUMNS,
    "| ": LineKind.ROW,
    "! ": LineKind.BANNER,
    "": LineKind.SENTENCE,
    "\\": LineKind.SENTENCE,
}
_LOOKS_MARKED = lazy_regex(r"^(?:# |\|\|? |! |- |\\)")


def write_region(region: Region) -> str:
    """A Region's lines as text for people and `read_region`: whole lines, at most MAX_TEXT_CHARACTERS in all."""
    lines: list[str] = []
    size = 0
    for line in region.lines:
        text = _write_line(line)
        size += len(text) + 1
        if size > MAX_TEXT_CHARACTERS:
            break
        lines.append(text)
    return "\n".join(lines)


def _write_line(line: Line) -> str:
    if line.kind is LineKind.MEMBER:
        return f"{'  ' * (line.depth - 1)}- {line.text}"
    if line.cells:
        return _MARK_OF_KIND[line.kind] + " | ".join(line.cells)
    escape = "\\" if line.kind is LineKind.SENTENCE and _LOOKS_MARKED.match(line.text) else ""
    return _MARK_OF_KIND[line.kind] + escape + line.text


def read_region(text: str) -> Region:
    """The Region whose lines `write_region` wrote.

    A sentence that an earlier version of the splitter kept whole is cut as today's would cut it, so that an upgrade
    changes no page.
    """
    lines = (line for written in filter(None, text.split("\n")) for line in _split_line(_read_line(written)))
    return Region(lines=tuple(with_headings(lines)))


def _split_line(line: Line) -> Iterator[Line]:
    if line.kind is LineKind.SENTENCE:
        yield from (replace(line, text=sentence) for sentence in split_sentences(line.text))
    else:
        yield line


def is_region_text(text: str) -> bool:
    """Whether `write_region` made this text. Other source kinds keep a page as one line, however many sentences."""
    return bool(text) and ("\n" in text or sum(1 for _ in split_sentences(text)) == 1)


def without_line_marks(text: str) -> str:
    """The text without the marks of its lines' kinds, but with a bullet before the members of a list.

    One that `write_region` did not make is returned as it is.
    """
    if "\n" not in text:
        return text
    lines = read_region(text).lines
    return "\n".join(f"- {line.text}" if line.kind is LineKind.MEMBER else line.text for line in lines)


def _read_line(text: str) -> Line:
    match = _MARKED_LINE.match(text)
    assert match, "the last part of the pattern takes anything"
    mark, words = match["mark"], match["text"]
    if mark.endswith("- "):
        return Line(kind=LineKind.MEMBER, text=words, depth=len(mark) // 2)
    kind = _KIND_OF_MARK[mark]
    if kind in {LineKind.ROW, LineKind.COLUMNS}:
        cells = tuple(cell.strip() for cell in words.split(" | "))
        return Line(kind=kind, text=" | ".join(filter(None, cells)), cells=cells)
    return Line(kind=kind, text=words)
