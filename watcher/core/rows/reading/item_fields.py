"""The headline, link, date and summary of one item of a list, chosen among its pieces."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.rows.date_spots import (
    NO_PUBLICATION,
    DateSpot,
    alone,
    labelled,
    split_inner,
    split_leading,
    split_trailing,
)
from watcher.core.rows.reading.headlines import (
    MAX_LABEL_WORDS,
    NO_PAGE,
    ListFacts,
    choose_title,
    count_headlines,
    is_in_sentence,
    page_links,
)
from watcher.core.rows.reading.pieces import Role, Snippet
from watcher.core.rows.relative_dates import is_relative
from watcher.core.rows.vocabulary import strip_title, tells
from watcher.model import UNDATED, Published

MAX_TITLE_CHARACTERS = 300
MAX_LAST_WORDS = 5
MIN_SUMMARY_CHARACTERS = 25
_PUBLISHED_LABEL = lazy_regex(r"publi|posted|issued|added|released|^date", re.IGNORECASE)
_UPDATED_LABEL = lazy_regex(r"updat|modif|amended|changed", re.IGNORECASE)
_STARTS = lazy_regex(r"^\W*(?:start|starts|effective|in force|valid from|live)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """One item of a list as read: `marked` says by which tag its headline is one, "" for none.

    `whole_title`: with the date that was cut off. `headlines`: how many of its pieces could be one.
    """

    title: str
    whole_title: str = ""
    url: str = ""
    date: str = ""
    published: Published = UNDATED
    summary: str = ""
    marked: str = ""
    title_spot: str = ""
    date_spot: str = ""
    headlines: int = 1
    is_dated: bool = False
    pieces: Sequence[Snippet] = field(default=(), repr=False)


def read_fields(pieces: Sequence[Snippet], facts: ListFacts) -> Reading | None:
    """What one item says; None where nothing in it can be a headline."""
    chosen = choose_title(pieces, facts)
    if chosen is None:
        return None
    piece, marked = chosen
    rest = [other_piece for other_piece in pieces if other_piece is not piece]
    dated, spot = _choose_date(rest, pieces, facts)
    title = strip_title(piece.words)
    if dated is None:
        dated, title, is_within = _split_title(title)
        spot = f"{piece.spot} (in the headline)" if is_within else ""
    if not tells(title):
        return None
    return Reading(
        title=title[:MAX_TITLE_CHARACTERS],
        whole_title=strip_title(piece.words)[:MAX_TITLE_CHARACTERS],
        url=_choose_link(piece, pieces, facts),
        date=dated.literal if dated else "",
        published=dated.published if dated else UNDATED,
        summary=_choose_summary(piece, pieces, title),
        marked=marked,
        title_spot=piece.spot,
        date_spot=spot,
        headlines=count_headlines(piece, pieces, facts),
        is_dated=dated is not None,
        pieces=pieces,
    )


# --- its link, date and summary ---------------------------------------------------------------------------------------


def _choose_link(title: Snippet, pieces: Sequence[Snippet], facts: ListFacts) -> str:
    if title.href and not title.href.lower().startswith(NO_PAGE):
        return title.href
    links = [piece.href for piece in page_links(pieces, facts) if not _is_aside(piece, pieces)]
    if links:
        return Counter(links).most_common(1)[0][0]
    shared = (piece for piece in pieces if piece.href in facts.shared_links and not _is_aside(piece, pieces))
    return next((piece.href for piece in shared if not piece.href.lower().startswith(NO_PAGE)), "")


def _is_aside(piece: Snippet, pieces: Sequence[Snippet]) -> bool:
    """Whether a link is a reference in the summary's sentences, and not the way to the announcement."""
    return tells(piece.words) and is_in_sentence(piece, pieces) and not _is_last_words(piece, pieces)


def _is_last_words(link: Snippet, pieces: Sequence[Snippet]) -> bool:
    """Whether a short link ends the paragraph with which the item begins, after a whole sentence or in brackets."""
    block = [piece for piece in pieces if piece.block == link.block]
    position = block.index(link)
    is_end = not re.search(r"\w", " ".join(piece.words for piece in block[position + 1 :]))
    is_apart = position > 0 and bool(re.search(r"[.!?:;(\[–—-]$", block[position - 1].words.rstrip()))
    return is_end and is_apart and pieces[0].block == link.block and len(link.words.split()) <= MAX_LAST_WORDS


def _choose_date(rest: Sequence[Snippet], pieces: Sequence[Snippet], facts: ListFacts) -> tuple[DateSpot | None, str]:
    """The day on which it was published, and where it stands: a date by itself, else one in a short line."""
    spots: list[tuple[int, int, DateSpot, str]] = []
    for position, piece in enumerate(rest):
        if piece.role is Role.HEADING:
            continue
        if piece.role is Role.DATE and is_relative(piece.words):
            spots.append((2, position, DateSpot("", 0, 0, UNDATED), piece.spot))
            continue
        column = facts.columns[piece.cell] if 0 <= piece.cell < len(facts.columns) else ""
        label = column or _label_before(piece, pieces)
        spot = alone(piece.words) if piece.role is Role.DATE else labelled(piece.words, label)
        spot = spot or _leading_dateline(piece)
        if spot is None or (NO_PUBLICATION.search(f"{label} ") and not (column and _STARTS.search(column))):
            continue
        words = f"{label} {piece.words[: spot.start]}"
        spots.append((_rate_date(words, piece.role is Role.DATE), position, spot, piece.spot))
    if not spots:
        return None, ""
    _, _, spot, place = min(spots, key=lambda found_spot: found_spot[:2])
    return spot, place


def _rate_date(label: str, is_alone: bool) -> int:  # noqa: FBT001
    """How surely a date is that of publication, by the words before it: the less the surer."""
    if _PUBLISHED_LABEL.search(label):
        return 0 if is_alone else 1
    if _STARTS.search(label):
        return 5
    return (3 if _UPDATED_LABEL.search(label) else 2) if is_alone else 4


def _label_before(piece: Snippet, pieces: Sequence[Snippet]) -> str:
    position = next(number for number, other_piece in enumerate(pieces) if other_piece is piece)
    before = pieces[position - 1] if position else None
    if before is None or before.role not in {Role.TEXT, Role.BOLD}:
        return ""
    is_label = len(before.words.split()) <= MAX_LABEL_WORDS and before.block != piece.block
    return before.words[-60:] if is_label or before.block == piece.block else ""


def _leading_dateline(piece: Snippet) -> DateSpot | None:
    """The date in "3 May 2025 - The scheme opens today"."""
    spot, rest = split_leading(piece.words) if piece.role is Role.TEXT else (None, "")
    return spot if spot and rest and re.match(r"\s*[-–—:|]", piece.words[spot.end :]) else None


def _split_title(title: str) -> tuple[DateSpot | None, str, bool]:
    spot, rest = split_leading(title)
    if spot is None:
        spot, rest = split_inner(title)
    if spot:
        return spot, rest, True
    spot, rest, is_parted = split_trailing(title)
    return spot, (rest if is_parted else title), spot is not None


def _choose_summary(title: Snippet, pieces: Sequence[Snippet], headline: str) -> str:
    paragraphs: dict[int, list[str]] = {}
    for piece in pieces:
        if piece is not title and piece.role in {Role.TEXT, Role.BOLD, Role.LINK} and piece.words:
            paragraphs.setdefault(piece.block, []).append(piece.words)
    texts = (" ".join(words) for words in paragraphs.values())
    long_texts = [words for words in texts if len(words) >= MIN_SUMMARY_CHARACTERS and not labelled(words)]
    return next((words for words in long_texts if words != headline), "")
