"""The text in which an Item keeps a page: a line for each Line of its Region, with a mark for its kind."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.sentences import split_sentences
from watcher.core.language.text import MAX_TEXT_CHARACTERS
from watcher.model import Line, LineKind, Region

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
