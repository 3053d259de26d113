"""The lines of a page set in type as paragraphs again: a Region, as a watched page is, so that versions compare."""

import re
from collections.abc import Iterable, Iterator, Sequence

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.region_text import with_headings
from watcher.core.language.sentences import split_sentences
from watcher.model import Line, LineKind, Region

FULL_LINE = 0.75  # of the longest lines' length: one so long, without a full stop, goes on below
MAX_HEADING_CHARACTERS = 90
_ENDS = lazy_regex(r"[.:;?!][\"”’')]*$")
_MEMBER = lazy_regex(r"^(?:•|\d{1,2}[.)]|\(?[a-z]\)|\([ivx]{1,4}\))\s+\S")
_HEAD_LINE = lazy_regex(
    r"^(?:to|cc|copy|from|date|publication (?:reference|approval reference)|reference|our ref|ref|classification"
    r"|dear|for action|for information|action required|audience|subject)\b[^.]{0,60}?:"
    r"|^dear\b|^cc\b|^(?:\w+day,? )?\d{1,2} [a-z]+ \d{4}$",
    re.IGNORECASE,
)
_GOES_ON = lazy_regex(r"^[a-z(£\d]|^(?:and|or|of|to|for|the)\b")


def as_region(lines: Iterable[str]) -> Region:
    """The lines of a document as a Region: headings, sentences and members of lists, each whole."""
    return Region(lines=tuple(with_headings(line for text in _join(list(lines)) for line in _as_lines(text))))


def _join(lines: Sequence[str]) -> Iterator[str]:
    """Paragraphs out of lines; "" between two lines always parts them."""
    lengths = sorted(len(line) for line in lines if line)
    full = FULL_LINE * lengths[-1 - len(lengths) // 20] if lengths else 0
    paragraph = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line:
            continue
        paragraph = paragraph + line if paragraph.endswith("-") else f"{paragraph} {line}".strip()
        if not _runs_on(line, following, full, is_member=bool(_MEMBER.match(paragraph))):
            yield paragraph
            paragraph = ""
    if paragraph:
        yield paragraph


def _runs_on(line: str, following: str, full: float, *, is_member: bool) -> bool:
    """Whether the sentence of a line goes on in the one below it; a member of a list often ends without a stop."""
    if not following or following.startswith("# ") or line.startswith("# "):
        return False
    if _MEMBER.match(following) or _HEAD_LINE.match(following) or line.endswith(":"):
        return False
    if len(line) >= full and not (is_member and following[:1].isupper()) and not following.endswith(":"):
        return True
    return bool(_GOES_ON.match(following)) and not _ENDS.search(line) and not _HEAD_LINE.match(line)


def _as_lines(paragraph: str) -> Iterator[Line]:
    if paragraph.startswith("# "):
        yield Line(kind=LineKind.HEADING, text=paragraph[2:])
    elif _MEMBER.match(paragraph):
        yield Line(kind=LineKind.MEMBER, text=paragraph.removeprefix("• "), depth=1)
    elif " | " in paragraph:
        cells = tuple(cell.strip() for cell in paragraph.split(" | "))
        yield Line(kind=LineKind.ROW, text=" | ".join(filter(None, cells)), cells=cells)
    elif len(paragraph) <= MAX_HEADING_CHARACTERS and not _ENDS.search(paragraph) and _is_heading(paragraph):
        yield Line(kind=LineKind.HEADING, text=paragraph)
    else:
        yield from (Line(kind=LineKind.SENTENCE, text=sentence) for sentence in split_sentences(paragraph))


def _is_heading(paragraph: str) -> bool:
    """Whether a short line without a full stop heads what is below it: it begins large, and is no line of the head."""
    return (
        paragraph[:1].isupper()
        and not _HEAD_LINE.match(paragraph)
        and len(paragraph.split()) > 1
        and "," not in paragraph
    )
