"""What the words of a pasted cell can be: a headline, a date with nothing beside it, or a label."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from watcher.core.language.calendar_words import MONTHS
from watcher.core.language.dates import split_at_date
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.pastes.pasted_lines import PastedCell, PastedLine
from watcher.core.rows.vocabulary import strip_title, tells
from watcher.model import Published

ReadDate = Callable[[str], Published]
MIN_HEADLINE_LETTERS, MIN_HEADLINE_WORDS = 3, 3
_DATE_WORDS = lazy_regex(
    r"(?:added|am|at|bst|date|dated|first|from|gmt|issued|last|modified|of|on|pm|posted|published|publication|released"
    r"|review|reviewed|sent|st|nd|rd|th|the|time|updated?|utc|t|z|sept|to|until"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)"
)
_WORD = lazy_regex(r"[^\W\d_]+")
_WRITER = lazy_regex(r"\s*\bby\s.{1,80}$", re.IGNORECASE)
_LEADS_ON = lazy_regex(r"\s*(?:read more|continue reading|find out more)\W*$", re.IGNORECASE)
_PAGER = lazy_regex(r"^\W*(?:next|previous|back|top|page|first|last|older|newer|\d+)\b.{0,12}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PastedAnnouncement:
    """The words of an announcement as they were pasted; `url` and `summary` are "" where there are none."""

    title: str
    date: str
    url: str = ""
    summary: str = ""


def has_words(text: str) -> bool:
    """Whether there is a letter in it."""
    return bool(_WORD.search(text))


def is_headline(cell: PastedCell) -> bool:
    """Whether a cell can be a headline: not a label ("Date:"), and more than "read more"."""
    return tells(cell.words) and not _is_label(cell) and not _PAGER.match(cell.words)


def is_date(cell: PastedCell, read_date: ReadDate) -> bool:
    """Whether a cell holds a date and no other words but labels, another end ("to 5 May 2026") or who wrote it."""
    bare = strip_title(_LEADS_ON.sub("", _WRITER.sub("", cell.words)))
    words = [word.lower() for word in _WORD.findall(bare)]
    is_end = words[:1] in (["to"], ["until"])
    return bool(read_date(cell.words).day) and all(map(_is_date_word, words)) and not is_end


def is_lone_date(line: PastedLine, read_date: ReadDate) -> bool:
    """Whether a line is a date and nothing more than its label."""
    dates = [cell for cell in line if is_date(cell, read_date)]
    return len(dates) == 1 and all(cell in dates or _is_label(cell) for cell in line)


def find_lone_date(line: PastedLine, read_date: ReadDate) -> str:
    """The date of such a line."""
    return next(cell.words for cell in line if is_date(cell, read_date))


def says_headline(line: PastedLine) -> bool:
    """Whether a line reads like a headline: no sentence with its full stop, no "read more", no number of a page."""
    return any(is_headline(cell) and not cell.words.endswith((".", "…")) for cell in line)


def says_long_headline(line: PastedLine) -> bool:
    """The same of three words or more: a category has fewer."""
    return says_headline(line) and len(_WORD.findall(" ".join(cell.words for cell in line))) >= MIN_HEADLINE_WORDS


def make_announcement(title: PastedCell, date: str, others: list[PastedCell], line: PastedLine) -> PastedAnnouncement:
    """An announcement; the words of `others` are its summary. Its address is its headline's, else that of its line."""
    url = title.url or next((cell.url for cell in line if cell.url), "")
    summary = " ".join(cell.words for cell in others if is_headline(cell))
    return PastedAnnouncement(title=strip_title(title.words), date=date, url=url, summary=summary)


def has_date(cell: PastedCell, read_date: ReadDate) -> bool:
    """Whether a date stands anywhere in a cell."""
    return split_at_date(cell.words) is not None or is_date(cell, read_date)


def _is_label(cell: PastedCell) -> bool:
    words = [word.lower() for word in _WORD.findall(cell.words)]
    return cell.words.endswith(":") or all(map(_is_date_word, words))


def _is_date_word(word: str) -> bool:
    is_month = len(word) >= MIN_HEADLINE_LETTERS and any(month.startswith(word) for month in MONTHS)
    return is_month or bool(_DATE_WORDS.fullmatch(word))
