"""A page as a Region: its watched part as Lines, from HTML or from the text in which an Item keeps them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import re2
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from watcher.core.language.text import MAX_TEXT_CHARACTERS, one_line
from watcher.core.pages.boilerplate import (
    is_boilerplate,
    is_silent,
    may_be_boilerplate,
    short_text,
    without_boilerplate,
)
from watcher.core.pages.html_lines import LineBuilder, sentences
from watcher.core.pages.page_status import (
    KEYWORD,
    MAX_CHARACTERS_ABOVE_NOTICE,
    MAX_NOTICE_CHARACTERS,
    NOTICE,
    says_withdrawn,
    why_not_the_page,
    without_withdrawn_mark,
)
from watcher.model import Line, LineKind, Region

MAX_REGIONS = 50  # parts that one selector may find
MAX_TAGS_DOUBTED = 500  # tags that looked like furniture and were not: looking into each again could take for ever
WHOLE = "main, [role=main]"


def region_of_page(body: bytes, css: str = "", ignore: Sequence[str] = ()) -> Region:
    """The Region of an HTML page: what `css` selects, else its <main>, else all of it.

    `ignore` are RE2 patterns whose finds are taken out of each line.
    """
    return region_of_soup(BeautifulSoup(body, "lxml"), css, ignore)


def region_of_soup(soup: BeautifulSoup, css: str = "", ignore: Sequence[str] = ()) -> Region:
    """The same of a page that is parsed already. The soup is left as it is."""
    title = one_line(soup.title.get_text()) if soup.title else ""
    roots = _outermost(soup.select(css or WHOLE, limit=MAX_REGIONS))
    notice = _notice(soup)
    banner = [notice[0]] if notice else [title] if without_withdrawn_mark(title) != title else []
    if not roots and css:
        if banner:
            return _region(title, [Line(kind=LineKind.BANNER, text=banner[0])], ())
        return Region(title=title, why=why_not_the_page(title, _all(soup)) or f"{css!r} finds nothing on it")
    found = [line for root in roots or [soup.body or soup] for line in _lines(root, notice[1] if notice else None)]
    return _region(title, [*(Line(kind=LineKind.BANNER, text=each) for each in banner), *_marked(found)], ignore)


def _region(title: str, found: Iterable[Line], ignore: Sequence[str]) -> Region:
    patterns = [re2.compile(pattern) for pattern in ignore]
    kept, left_out = without_boilerplate(_without(found, patterns))
    lines = tuple(with_headings(kept))
    banner = any(line.kind is LineKind.BANNER for line in lines)
    text = " ".join(line.text for line in lines[:200])
    why = "" if banner else why_not_the_page(title, text) or ("" if text else "there is no text in it")
    return Region(lines=lines, title=title, why=why, left_out=tuple(left_out))


def _all(soup: BeautifulSoup) -> str:
    return " ".join(line.text for line in _lines(soup.body or soup, None))


def _outermost(found: Iterable[Tag]) -> list[Tag]:
    """What was selected, without what lies inside another of them."""
    chosen: list[Tag] = []
    for tag in found:
        if not any(parent is each for each in chosen for parent in tag.parents):
            chosen.append(tag)
    return chosen


# --- HTML to lines ------------------------------------------------------------------------------------------------


def _lines(root: Tag, notice: Tag | None) -> list[Line]:
    """Walk without recursion: hostile pages nest 100,000 tags."""
    blocks = LineBuilder()
    doubts = 0
    inside = [root.name not in {"html", "body", "[document]"}]
    waiting = [iter(root.children)]
    blocks.open_tag(root)
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
            inside.pop()
            blocks.close_tag()
        elif isinstance(node, Tag):
            if node is notice or is_silent(node):
                blocks.add_gap()
                continue
            if doubts < MAX_TAGS_DOUBTED and may_be_boilerplate(node, inside=inside[-1]):
                if is_boilerplate(node, inside=inside[-1]):
                    blocks.add_gap()
                    continue
                doubts += 1
            blocks.open_tag(node)
            inside.append(inside[-1] or node.name in {"main", "article", "section"})
            waiting.append(iter(node.children))
        elif type(node) is NavigableString:
            blocks.add_text(node)
    return blocks.lines


def _notice(soup: BeautifulSoup) -> tuple[str, Tag] | None:
    """The words of the notice by which a page was withdrawn, and its tag; None when there is none."""
    for words in soup.find_all(string=KEYWORD, limit=20):
        parents = [tag for tag in words.parents if isinstance(tag, Tag)][:6]
        if any(tag.name in {"nav", "footer", "title", "script", "li", "td"} for tag in parents):
            continue
        block = next((tag for tag in parents if tag.name not in {"time", "strong", "b", "em", "i", "span", "a"}), None)
        said = short_text(block, MAX_NOTICE_CHARACTERS) if block else None
        if not said or not says_withdrawn(said):
            continue
        for tag in reversed(parents):
            if NOTICE.search(_described(tag)) and _is_small(tag):
                return said, tag
    return None


def _described(tag: Tag) -> str:
    classes = tag.get("class")
    names = classes if isinstance(classes, list) else []
    return " ".join([*names, str(tag.get("role") or ""), str(tag.get("aria-label") or "")])


def _is_small(tag: Tag) -> bool:
    return short_text(tag, MAX_NOTICE_CHARACTERS) is not None and not tag.find("h1")


def _marked(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines, of which one near the top that says "withdrawn" is a banner."""
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


def _without(lines: Iterable[Line], patterns: Sequence[object]) -> Iterator[Line]:
    if not patterns:
        yield from lines
        return
    for line in lines:
        cells = tuple(_cut(cell, patterns) for cell in line.cells)
        text = " | ".join(cell for cell in cells if cell) if cells else _cut(line.text, patterns)
        if text:
            yield replace(line, text=text, cells=cells)


def _cut(words: str, patterns: Sequence[object]) -> str:
    for pattern in patterns:
        words = pattern.sub("", words)  # type: ignore[attr-defined]
    return one_line(words)


def with_headings(lines: Iterable[Line]) -> Iterator[Line]:
    """Each line with the heading that it stands under, and members and rows with what introduces them."""
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

_MARKS = {
    LineKind.HEADING: "# ",
    LineKind.COLUMNS: "|| ",
    LineKind.ROW: "| ",
    LineKind.BANNER: "! ",
    LineKind.SENTENCE: "",
}
_WRITTEN = re.compile(r"^(?P<mark># |\|\| |\| |! |(?P<deep>(?:  )*)- |\\?)(?P<text>.*)$")
_SORTS = {
    "# ": LineKind.HEADING,
    "|| ": LineKind.COLUMNS,
    "| ": LineKind.ROW,
    "! ": LineKind.BANNER,
    "": LineKind.SENTENCE,
    "\\": LineKind.SENTENCE,
}
_ESCAPED = re.compile(r"^(?:# |\|\|? |! |- |\\)")


def write_region(region: Region) -> str:
    """A Region's lines as text that people can read and `read` reads: at most TEXT_LIMIT characters, whole lines."""
    lines: list[str] = []
    size = 0
    for line in region.lines:
        text = _write(line)
        size += len(text) + 1
        if size > MAX_TEXT_CHARACTERS:
            break
        lines.append(text)
    return "\n".join(lines)


def _write(line: Line) -> str:
    if line.kind is LineKind.MEMBER:
        return f"{'  ' * (line.depth - 1)}- {line.text}"
    if line.cells:
        return _MARKS[line.kind] + " | ".join(line.cells)
    return (
        _MARKS[line.kind] + ("\\" if line.kind is LineKind.SENTENCE and _ESCAPED.match(line.text) else "") + line.text
    )


def read_region(text: str) -> Region:
    """The Region that `written` wrote down."""
    return Region(lines=tuple(with_headings(map(_read, filter(None, text.split("\n"))))))


def is_region_text(text: str) -> bool:
    """Whether `written` made this text. Other kinds keep the words of a page in one line, however many sentences."""
    return bool(text) and ("\n" in text or len(sentences(text)) == 1)


def without_line_marks(text: str) -> str:
    """The same words without the marks of their sorts; a text that `written` did not make as it is."""
    return "\n".join(line.text for line in read_region(text).lines) if "\n" in text else text


def _read(text: str) -> Line:
    found = _WRITTEN.match(text)
    assert found, "the last part of the pattern takes anything"
    mark, words = found["mark"], found["text"]
    if mark.endswith("- "):
        return Line(kind=LineKind.MEMBER, text=words, depth=len(mark) // 2)
    sort = _SORTS[mark]
    if sort in {LineKind.ROW, LineKind.COLUMNS}:
        cells = tuple(cell.strip() for cell in words.split(" | "))
        return Line(kind=sort, text=" | ".join(filter(None, cells)), cells=cells)
    return Line(kind=sort, text=words)
