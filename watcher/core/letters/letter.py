"""A letter: its text line by line, and the reference by which its publisher knows it.

NHS England's letters bear BWnnn, Bnnnn and Cnnnn (2020 to 2022) and PRNnnnnn (since 2023). Another reference is another
letter, whatever its title and address; the same one at two addresses is one letter.
"""

import re
from dataclasses import dataclass, replace
from itertools import takewhile

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.region_text import write_region
from watcher.core.letters.document_lines import read_lines
from watcher.core.letters.paragraphs import as_region
from watcher.core.pages.versions import as_file_text
from watcher.model import Item, Region

MAX_HEAD_LINES = 40  # a reference stands on the first page, above the greeting
_REFERENCE = lazy_regex(
    r"^(?:publications?(?: approval)?|gateway|letter|our)? ?ref(?:erence)?(?: number| no\.?)?\s*[:.]?\s*"
    r"(?P<reference>PRN ?\d{4,6}(?:[ _-]?(?:i{1,3}v?|v))?|BW ?\d{3,4}|[BC]\d{4,5})\b",
    re.IGNORECASE,
)
_GREETING = lazy_regex(r"^dear\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it was read. `text` is that of an Item (core/pages/region.py); `reference` "" where it has none."""

    text: str
    reference: str


def read_letter(body: bytes) -> Letter:
    """The Letter in a PDF or Word file. Raises NotParsed where there is no text in it, or it cannot be opened."""
    kind, lines = read_lines(body)
    region = as_region(lines)
    return Letter(text=as_file_text(kind, write_region(region)), reference=find_reference(region))


def with_letter(item: Item, body: bytes) -> Item:
    """`item` with the words of its file as its text. Raises NotParsed."""
    return replace(item, text=read_letter(body).text)


def as_letter(item: Item, body: bytes) -> Item:
    """The file of `item` as a letter, known by its reference, else by its address. Raises NotParsed."""
    letter = read_letter(body)
    if not letter.reference:
        return replace(item, text=letter.text)
    name = f"letter {letter.reference}"
    return replace(item, identity=name, keys=(name, *item.keys), text=letter.text)


def find_reference(region: Region) -> str:
    """The publication reference at the head of a letter, such as "PRN02353"; "" where there is none."""
    head = takewhile(lambda line: not _GREETING.match(line.text), region.lines[:MAX_HEAD_LINES])
    match = next(filter(None, (_REFERENCE.match(line.text) for line in head)), None)
    return match["reference"].upper().replace(" ", "") if match else ""
