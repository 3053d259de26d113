"""Dates of American order, such as 11/13/2025: read so only where the whole list proves that it writes them so."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.rows.date_spots import alone
from watcher.core.rows.reading.pieces import Role, Snippet

MAX_MONTH = 12
MIN_ORDERED = 3  # so many different dates prove it by their order
_NUMBERS = lazy_regex(r"(?<![\w./-])(\d{1,2})([/.-])(\d{1,2})\2(20\d\d|\d\d)(?![\d/.-]*\d)")


def with_iso_dates(items: Sequence[tuple[Snippet, ...]], today: date) -> list[tuple[Snippet, ...]]:
    """The pieces of a list's items; where its dates are proven to have the month first, with those as 2025-11-13."""
    if not _is_month_first([date_match for pieces in items for date_match in _leading(pieces)], today):
        return list(items)
    return [tuple(map(_with_iso_date, pieces)) for pieces in items]


def _leading(pieces: Iterable[Snippet]) -> Iterable[re.Match[str]]:
    return (match for piece in pieces for match in _NUMBERS.finditer(piece.words[:100]))


def _is_month_first(matches: Sequence[re.Match[str]], today: date) -> bool:
    firsts, seconds = [int(match[1]) for match in matches], [int(match[3]) for match in matches]
    if not matches or max(firsts) > MAX_MONTH:
        return False
    if max(seconds) > MAX_MONTH:
        return True
    american = [day for match in matches if (day := _day(match[4], match[1], match[3]))]
    british = [day for match in matches if (day := _day(match[4], match[3], match[1]))]
    tomorrow = today + timedelta(days=1)
    is_american = len(set(american)) >= MIN_ORDERED and american == sorted(american, reverse=True)
    return is_american and max(american) <= tomorrow and british != sorted(british, reverse=True)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year) % 100 + 2000, int(month), int(day))
    except ValueError:
        return None


def _with_iso_date(piece: Snippet) -> Snippet:
    match = _NUMBERS.search(piece.words[:100])
    day = _day(match[4], match[1], match[3]) if match else None
    if match is None or day is None or (piece.role in {Role.LINK, Role.HEADING} and match.start() > 0):
        return piece
    words = f"{piece.words[: match.start()]}{day}{piece.words[match.end() :]}"
    return replace(piece, words=words, role=Role.DATE if alone(words) else piece.role)
