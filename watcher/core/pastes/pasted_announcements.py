"""The announcements in what was pasted: which words are a headline, and which date is its own.

A date belongs to a headline where both stand in one line, or where the lines alternate without a doubt. A pairing that
is doubtful is refused: a wrong date makes old news of new.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from watcher.core.language.dates import split_at_date
from watcher.core.language.format import format_count
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.pastes.pasted_blocks import CURE, read_blocks
from watcher.core.pastes.pasted_lines import PastedCell, PastedLine
from watcher.core.pastes.pasted_words import (
    PastedAnnouncement,
    ReadDate,
    has_date,
    has_words,
    is_date,
    is_headline,
    is_lone_date,
    make_announcement,
    says_long_headline,
)
from watcher.errors import NotParsed

MAX_SEEN_CHARACTERS = 60
_HEADLINE_COLUMN = lazy_regex(r"title|headline|subject|guidance|document|\bname\b|\bnews\b|\balert\b", re.IGNORECASE)
_OTHER_DAY_COLUMN = lazy_regex(
    r"\b(?:back|by|clos\w*|deadline|due|effective|ends?|events?|expir\w*|reviews?|starts?|until|valid\w*)\b",
    re.IGNORECASE,
)
_DATE_COLUMN = lazy_regex(r"publi|issue|posted|added|\bdate\b", re.IGNORECASE)
_DATE_IS_PARTED = lazy_regex(r"(?:[|(\[–—]|\s-)\s*(?:\w+ on:?\s*)?$")
_DATE_IS_LABELLED = lazy_regex(
    r"[\s,;:(–-]+(?:published|posted|issued|added|sent|(?<!last )updated)(?: on)?:?\s*$", re.IGNORECASE
)
_PARTS = lazy_regex(r"^\s*[-–—|:]\s")
_ENDS_WITH_BY = lazy_regex(r"\bby:?$", re.IGNORECASE)
_EDGES = " \t|–—-:;,.([•·"


def read_announcements(lines: Sequence[PastedLine], read_date: ReadDate) -> tuple[list[PastedAnnouncement], int]:
    """The announcements in the lines, and how many lines were left out. Raises NotParsed for none.

    `read_date` is how the source reads a date.
    """
    columns = _find_columns(lines)
    read = [(line, announcement) for line in lines if (announcement := _read_line(line, columns, read_date))]
    lone_dates = sum(is_lone_date(line, read_date) for line in lines)
    if lone_dates > len(read):
        return list(read_blocks(lines, read_date)), 0
    if not read:
        raise NotParsed(_describe_nothing(lines, read_date))
    _refuse_bylines(lines, [line for line, _ in read])
    read_lines = {id(line) for line, _ in read}
    members = [line for line in lines if len(line) > 1]
    dated = [line for line in lines if id(line) not in read_lines and any(has_date(cell, read_date) for cell in line)]
    return [announcement for _, announcement in read], max(len(members) - len(read) - bool(columns), len(dated))


def _refuse_bylines(lines: Sequence[PastedLine], dated: Sequence[PastedLine]) -> None:
    """Raise NotParsed where as many headlines stand between the dated lines: "9 May 2026 News desk" is none."""
    between = lines[lines.index(dated[0]) : len(lines) - list(reversed(lines)).index(dated[-1])]
    others = sum(says_long_headline(line) for line in between if line not in dated)
    if len(dated) > 1 and all(len(line) == 1 for line in dated) and others >= len(dated) - 1:
        raise NotParsed(f"as many headlines stand in lines without a date as in lines with one; {CURE}")


def _describe_nothing(lines: Sequence[PastedLine], read_date: ReadDate) -> str:
    """Why there is no announcement, by what was seen."""
    filled = [line for line in lines if line]
    if not filled:
        return "nothing was pasted"
    dated = sum(any(has_date(cell, read_date) for cell in line) for line in filled)
    first = " ".join(cell.words for cell in filled[0])[:MAX_SEEN_CHARACTERS]
    seen = f"{format_count(len(filled), 'line')}, {dated} of them with a full date; the first is “{first}”"
    return f"no line holds a headline with its date beside it ({seen}); {CURE}"


@dataclass(frozen=True, slots=True)
class TableColumns:
    """Where a table's own heading says that headlines and dates stand, None where it does not; and other days."""

    title: int | None = None
    date: int | None = None
    other_days: frozenset[int] = frozenset()


def _find_columns(lines: Sequence[PastedLine]) -> TableColumns | None:
    """What the heading of a table says; None without one."""
    for line in lines[:5]:
        names = [cell.words for cell in line]
        other_days = frozenset(index for index, name in enumerate(names) if _OTHER_DAY_COLUMN.search(name))
        dates = [index for index, name in enumerate(names) if _DATE_COLUMN.search(name) and index not in other_days]
        titles = [index for index, name in enumerate(names) if _HEADLINE_COLUMN.search(name)]
        titles = [index for index in titles if index not in {*dates, *other_days}]
        if titles and (dates or other_days) and not any(map(split_at_date, names)):
            return TableColumns(titles[0], dates[0] if dates else None, other_days)
    return None


def _read_line(line: PastedLine, columns: TableColumns | None, read_date: ReadDate) -> PastedAnnouncement | None:
    columns = columns or TableColumns()
    days = [index for index, cell in enumerate(line) if is_date(cell, read_date)]
    dates = [index for index in days if index not in columns.other_days]
    headlines = [index for index, cell in enumerate(line) if index not in days and is_headline(cell)]
    headlines = [index for index in headlines if not (index and _ENDS_WITH_BY.search(line[index - 1].words))]
    linked = [index for index in headlines if line[index].url]
    if not dates and columns.date is None:
        dates = [index for index in headlines if index not in linked and _begins_with_date(line[index], bool(linked))]
        headlines = [index for index in headlines if index not in dates]
    if not headlines:
        return None
    if not dates:
        return next((read for index in headlines if (read := _split_cell(line, index, read_date))), None)
    date = columns.date if columns.date in dates else dates[0]
    longest = max(linked or headlines, key=lambda index: len(line[index].words))
    title = columns.title if columns.title in headlines else longest
    return make_announcement(
        line[title], line[date].words, [cell for cell in line if cell not in {line[title], line[date]}], line
    )


def _begins_with_date(cell: PastedCell, is_beside_link: bool) -> bool:  # noqa: FBT001
    """Whether a cell is a date with more said of it ("1 May 2026 to 30 June 2026, amended"), and no headline."""
    parts = split_at_date(cell.words)
    if parts is None or has_words(parts[0]):
        return False
    return is_beside_link or not _is_followed_by_headline(parts[2])


def _is_followed_by_headline(after: str) -> bool:
    """Whether what stands behind a date is a headline, even of another day: "1 May 2026 - Orders close 3 June 2026"."""
    later = split_at_date(after)
    return later is None or bool(_PARTS.match(after) and has_words(later[0]))


def _split_cell(line: PastedLine, index: int, read_date: ReadDate) -> PastedAnnouncement | None:
    """The headline and date of a cell that begins with a date, or ends with one that is set apart from the words.

    "Orders close 30 September 2026" has no date of its own: that day belongs to what it says.
    """
    cell = line[index]
    others = [*line[:index], *line[index + 1 :]]
    before, date, after = split_at_date(cell.words) or _split_at_month(cell.words)
    first, last = replace(cell, words=before.strip(_EDGES)), replace(cell, words=after.strip(f"{_EDGES})]"))
    if not read_date(date).day:
        return None
    if not has_words(before):
        return (
            make_announcement(last, date, others, line)
            if is_headline(last) and _is_followed_by_headline(after)
            else None
        )
    label = _DATE_IS_LABELLED.search(before)
    if label:
        first = replace(cell, words=before[: label.start()].strip(_EDGES))
    is_parted = bool(label or _DATE_IS_PARTED.search(before)) and not has_words(after)
    return make_announcement(first, date, others, line) if is_parted and is_headline(first) else None


def _split_at_month(words: str) -> tuple[str, str, str]:
    """A month with its year, and what stands after it; nothing before."""
    month = " ".join(words.split()[:2])
    return "", month, words[len(month) :]
