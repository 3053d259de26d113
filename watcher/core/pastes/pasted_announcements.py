"""The announcements in what was pasted: which words are a headline, and which date is its own.

A date belongs to a headline where both stand in one line, or where the lines alternate without a doubt. A pairing that
is doubtful is refused: a wrong date makes old news of new.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from watcher.core.language.calendar_words import MONTHS
from watcher.core.language.dates import split_at_date
from watcher.core.language.format import format_count
from watcher.core.pastes.pasted_lines import PastedCell, PastedLine
from watcher.errors import NotParsed
from watcher.model import Published

ReadDate = Callable[[str], Published]
MIN_HEADLINE_LETTERS, MAX_SEEN_CHARACTERS = 3, 60
_HEADLINE_COLUMN = re.compile(r"title|headline|subject|guidance|document|\bname\b|\bnews\b|\balert\b", re.IGNORECASE)
_OTHER_DAY_COLUMN = re.compile(
    r"\b(?:clos|expir|due\b|deadline|review|end|event|start|effective|valid|until)", re.IGNORECASE
)
_DATE_COLUMN = re.compile(r"publi|issue|posted|added|\bdate\b", re.IGNORECASE)
_DATE_WORDS = re.compile(
    r"(?:added|am|at|bst|date|dated|first|from|gmt|issued|last|modified|of|on|pm|posted|published|publication|released"
    r"|review|reviewed|st|nd|rd|th|the|time|updated?|utc|t|z|sept|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|to|until)"
)
_WORD = re.compile(r"[^\W\d_]+")
_DATE_IS_PARTED = re.compile(r"(?:[|(\[–—]|\s-)\s*(?:\w+ on:?\s*)?$")
_DATE_IS_LABELLED = re.compile(r"[\s,;:(–-]+(?:published|posted|issued|added)(?: on)?:?\s*$", re.IGNORECASE)
_SAYS_NOTHING = re.compile(r"^\W*(?:read more|find out more|more|view|download|continue reading)\W*$", re.IGNORECASE)
_EDGES = " \t|–—-:;,.([•·"
_CURE = (
    "copy the list alone, from its first headline or date to its last, or save the page and give it with --from FILE"
)


@dataclass(frozen=True, slots=True)
class PastedAnnouncement:
    """The words of an announcement as they were pasted; `url` and `summary` are "" where there are none."""

    title: str
    date: str
    url: str = ""
    summary: str = ""


def read_announcements(lines: Sequence[PastedLine], read_date: ReadDate) -> tuple[list[PastedAnnouncement], int]:
    """The announcements in the lines, and how many lines of a table were left out. Raises NotParsed for none.

    `read_date` is how the source reads a date.
    """
    columns = _find_columns(lines)
    whole = [read for line in lines if (read := _read_line(line, columns, read_date))]
    lone_dates = sum(_is_lone_date(line, read_date) for line in lines)
    if lone_dates > len(whole):
        return list(_read_alternating(lines, read_date)), 0
    if not whole:
        raise NotParsed(_describe_nothing(lines, read_date))
    members = [line for line in lines if len(line) > 1]
    return whole, max(len(members) - len(whole) - bool(columns), 0)


def _describe_nothing(lines: Sequence[PastedLine], read_date: ReadDate) -> str:
    """Why there is no announcement, by what was seen."""
    filled = [line for line in lines if line]
    if not filled:
        return "nothing was pasted"
    dated = sum(any(split_at_date(cell.words) or _is_date(cell, read_date) for cell in line) for line in filled)
    first = " ".join(cell.words for cell in filled[0])[:MAX_SEEN_CHARACTERS]
    seen = f"{format_count(len(filled), 'line')}, {dated} of them with a full date; the first is “{first}”"
    return f"no line holds a headline with its date beside it ({seen}); {_CURE}"


def _is_headline(cell: PastedCell) -> bool:
    letters = sum(len(word) for word in _WORD.findall(cell.words))
    return letters >= MIN_HEADLINE_LETTERS and not _SAYS_NOTHING.match(cell.words)


def _is_date(cell: PastedCell, read_date: ReadDate) -> bool:
    """Whether a cell holds a date and no other words."""
    words = [word.lower() for word in _WORD.findall(cell.words)]
    is_end = words[:1] in (["to"], ["until"])
    return bool(read_date(cell.words).day) and all(map(_is_date_word, words)) and not is_end


def _is_date_word(word: str) -> bool:
    is_month = len(word) >= MIN_HEADLINE_LETTERS and any(month.startswith(word) for month in MONTHS)
    return is_month or bool(_DATE_WORDS.fullmatch(word))


def _is_lone_date(line: PastedLine, read_date: ReadDate) -> bool:
    """Whether a line is a date and nothing more."""
    return len(line) == 1 and _is_date(line[0], read_date)


# --- a headline and its date in one line ---------------------------------------------------------------------------


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
    days = [index for index, cell in enumerate(line) if _is_date(cell, read_date)]
    dates = [index for index in days if index not in columns.other_days]
    headlines = [index for index, cell in enumerate(line) if index not in days and _is_headline(cell)]
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
    return _make(line[title], line[date].words, [cell for cell in line if cell not in {line[title], line[date]}], line)


def _begins_with_date(cell: PastedCell, is_beside_link: bool) -> bool:  # noqa: FBT001
    """Whether a cell is a date with more said of it ("1 May 2026 to 30 June 2026, amended"), and no headline."""
    parts = split_at_date(cell.words)
    if parts is None or _WORD.search(parts[0]):
        return False
    return is_beside_link or split_at_date(parts[2]) is not None


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
    if not _WORD.search(before):
        return _make(last, date, others, line) if _is_headline(last) and not split_at_date(after) else None
    label = _DATE_IS_LABELLED.search(before)
    if label:
        first = replace(cell, words=before[: label.start()].strip(_EDGES))
    is_parted = bool(label or _DATE_IS_PARTED.search(before)) and not _WORD.search(after)
    return _make(first, date, others, line) if is_parted and _is_headline(first) else None


def _split_at_month(words: str) -> tuple[str, str, str]:
    """A month with its year, and what stands after it; nothing before."""
    month = " ".join(words.split()[:2])
    return "", month, words[len(month) :]


def _make(title: PastedCell, date: str, others: Sequence[PastedCell], line: PastedLine) -> PastedAnnouncement:
    """An announcement; the words of `others` are its summary. Its address is its headline's, else that of its line."""
    url = title.url or next((cell.url for cell in line if cell.url), "")
    summary = " ".join(cell.words for cell in others if _is_headline(cell))
    return PastedAnnouncement(title=title.words, date=date, url=url, summary=summary)


# --- headlines and dates in lines of their own ---------------------------------------------------------------------


def _read_alternating(lines: Sequence[PastedLine], read_date: ReadDate) -> Iterator[PastedAnnouncement]:
    blocks = _split_at_blanks(lines)
    dated = [block for block in blocks if sum(_is_lone_date(line, read_date) for line in block) == 1]
    lone_dates = sum(_is_lone_date(line, read_date) for line in lines)
    if len(dated) == lone_dates and all(len(block) > 1 for block in dated):
        for block in dated:
            (date,) = (line for line in block if _is_lone_date(line, read_date))
            texts = [line for line in block if line is not date]
            yield _make_of_lines(_linked(texts) or texts, texts, date)
        return
    yield from _read_unparted([line for line in lines if line], read_date)


def _split_at_blanks(lines: Sequence[PastedLine]) -> list[list[PastedLine]]:
    blocks: list[list[PastedLine]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _read_unparted(lines: Sequence[PastedLine], read_date: ReadDate) -> Iterator[PastedAnnouncement]:
    """Announcements that nothing parts: all begin with their date, or all end with it. Raises NotParsed for others."""
    dates = [index for index, line in enumerate(lines) if _is_lone_date(line, read_date)]
    edges = [-1, *dates, len(lines)]
    texts = [
        [line for line in lines[begin + 1 : end] if any(map(_is_headline, line))] for begin, end in pairwise(edges)
    ]
    is_linked = all(map(_linked, texts[1:-1])) and bool(_linked(texts[0]) or _linked(texts[-1]))
    headlines = list(map(_linked, texts)) if is_linked else texts
    begins_with_date, ends_with_date = not headlines[0], not headlines[-1]
    lengths = {len(part) for part in headlines[:-1]}
    if begins_with_date and all(headlines[1:]):
        headlines, texts = headlines[1:], texts[1:]
    elif not ends_with_date or len(lengths) > 1 or lengths == {0}:
        raise NotParsed(
            f"it is doubtful which headline belongs to which of {format_count(len(dates), 'date')}; {_CURE}"
        )
    for index, candidates, around in zip(dates, headlines, texts, strict=False):
        yield _make_of_lines(candidates, around, lines[index])


def _linked(lines: Sequence[PastedLine]) -> list[PastedLine]:
    """The lines with a headline that leads somewhere."""
    return [line for line in lines if any(cell.url and _is_headline(cell) for cell in line)]


def _make_of_lines(
    headlines: Sequence[PastedLine], texts: Sequence[PastedLine], date: PastedLine
) -> PastedAnnouncement:
    """An announcement whose headline is in the first of `headlines`; the rest of `texts` is its summary."""
    line = headlines[0]
    title = max(line, key=lambda cell: (bool(cell.url and _is_headline(cell)), _is_headline(cell)))
    others = [cell for words in texts for cell in words if cell is not title]
    return _make(title, date[0].words, others, line)
