"""The headline, link, date and summary of one item of a list, chosen among its pieces."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from watcher.core.rows.date_spots import (
    NO_PUBLICATION,
    DateSpot,
    alone,
    labelled,
    split_leading,
    split_trailing,
)
from watcher.core.rows.pieces import Role, Snippet
from watcher.core.rows.vocabulary import strip_title, tells
from watcher.model import UNDATED, Published

MAX_TEXT_TITLE_CHARACTERS = 220  # of a headline that no tag marks as one
MAX_TITLE_CHARACTERS = 300
MIN_SUMMARY_CHARACTERS = 25
MAX_LABEL_WORDS = 3
MIN_SLOT_SHARE, MIN_SLOT_WORDS = 0.6, 2.5
_NO_PAGE = ("mailto:", "tel:", "javascript:", "sms:")
_TITLE_CLASS = re.compile(r"title|headline|heading")
_TAG_RELS = ("tag", "category", "author", "nofollow author")
_PUBLISHED_LABEL = re.compile(r"publi|posted|issued|added|released|^date", re.IGNORECASE)
_UPDATED_LABEL = re.compile(r"updat|modif|amended|changed", re.IGNORECASE)
_STARTS = re.compile(r"^\W*(?:start|starts|effective|in force|valid from|live)\b", re.IGNORECASE)
_TITLE_COLUMN = re.compile(
    r"title|subject|headline|description|document|update|news|alert|name|details|letter|bulletin|announcement|item|what|topic",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What all items of a list have in common: links that several share, and the words above its columns.

    `title_slot`: the path and classes of their headlines, where items are links as a whole.
    """

    shared_links: Collection[str] = ()
    columns: Sequence[str] = ()
    title_slot: tuple[str, str] = ("", "")


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


def list_facts(items: Sequence[Sequence[Snippet]], columns: Sequence[str] = ()) -> ListFacts:
    """The facts of a list: a link that two items share leads to a subject or an author, and to neither's page."""
    bearers: Counter[str] = Counter()
    for pieces in items:
        bearers.update({piece.href for piece in pieces if piece.href})
    shared = frozenset(href for href, count in bearers.items() if count > 1)
    return ListFacts(shared, columns, _find_title_slot(items))


def _find_title_slot(items: Sequence[Sequence[Snippet]]) -> tuple[str, str]:
    """The first place whose words are those of headlines: in most items, never twice the same, and of several words."""
    places: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for pieces in items:
        seen = set()
        for position, piece in enumerate(pieces):
            slot = (piece.spot, piece.classes)
            if piece.role is Role.LINK and tells(piece.words) and slot not in seen:
                seen.add(slot)
                places.setdefault(slot, []).append((position, piece.words))
    by_place = sorted(places.items(), key=lambda place: sum(position for position, _ in place[1]) / len(place[1]))
    for slot, texts in by_place:
        average = sum(len(words.split()) for _, words in texts) / len(texts)
        distinct = {words for _, words in texts}
        if len(texts) > MIN_SLOT_SHARE * len(items) and len(distinct) == len(texts) and average > MIN_SLOT_WORDS:
            return slot
    return "", ""


def read_fields(pieces: Sequence[Snippet], facts: ListFacts) -> Reading | None:
    """What one item says; None where nothing in it can be a headline."""
    chosen = _choose_title(pieces, facts)
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
        headlines=_count_headlines(piece, pieces, facts),
        is_dated=dated is not None,
        pieces=pieces,
    )


# --- the headline -------------------------------------------------------------------------------------------------


def _choose_title(pieces: Sequence[Snippet], facts: ListFacts) -> tuple[Snippet, str] | None:
    headings = [piece for piece in pieces if piece.role is Role.HEADING and tells(piece.words)]
    if headings:
        return min(headings, key=lambda piece: piece.rank), "heading"
    links = [piece for piece in _page_links(pieces, facts) if tells(piece.words) and not _is_in_sentence(piece, pieces)]
    if links:
        addresses = Counter(piece.href for piece in pieces if piece.href)
        best = max(links, key=lambda piece: _rate_link(piece, addresses))
        in_slot = [piece for piece in links if (piece.spot, piece.classes) == facts.title_slot]
        is_card = len({piece.block for piece in links if piece.href == best.href}) > 1
        return in_slot[0] if is_card and in_slot and in_slot[0].href == best.href else best, "link"
    bold = [
        piece for piece in pieces if piece.role is Role.BOLD and tells(piece.words) and _begins_block(piece, pieces)
    ]
    if bold:
        return bold[0], "bold"
    texts = [piece for piece in pieces if piece.role is Role.TEXT and tells(piece.words) and not _is_label(piece)]
    texts = [piece for piece in texts if len(piece.words) <= MAX_TEXT_TITLE_CHARACTERS]
    in_column = [piece for piece in texts if piece.cell >= 0]
    if in_column:
        return _choose_cell(in_column, facts), "cell"
    has_page = any(piece.href for piece in pieces)
    return (texts[0], "text with link" if has_page else "text") if texts else None


def _page_links(pieces: Sequence[Snippet], facts: ListFacts) -> list[Snippet]:
    """The links of an item that lead to a page of its own."""
    return [
        piece
        for piece in pieces
        if piece.role is Role.LINK
        and piece.href
        and piece.href not in facts.shared_links
        and not piece.href.lower().startswith(_NO_PAGE)
        and not any(rel in piece.rel.split() for rel in _TAG_RELS)
    ]


def _rate_link(piece: Snippet, addresses: Counter[str]) -> tuple[bool, int]:
    again = 40 * (min(addresses[piece.href], 3) - 1)  # the picture, the headline and "read more" lead to one page
    return bool(_TITLE_CLASS.search(piece.classes)), min(len(piece.words), 120) + again


def _is_in_sentence(piece: Snippet, pieces: Sequence[Snippet]) -> bool:
    """Whether a link stands inside a sentence: words that are no date and no label come before it in its paragraph."""
    before = [
        other_piece.words
        for other_piece in pieces[: pieces.index(piece)]
        if other_piece.block == piece.block and other_piece.role is Role.TEXT and other_piece.cell == piece.cell
    ]
    words = " ".join(before)
    if labelled(words) or not re.search(r"\w", words):
        return False
    return len(words.split()) > MAX_LABEL_WORDS + 1 or not re.search(r"[:|–—-]\s*$", words)


def _begins_block(piece: Snippet, pieces: Sequence[Snippet]) -> bool:
    before = [other_piece for other_piece in pieces[: pieces.index(piece)] if other_piece.block == piece.block]
    return all(other_piece.role is Role.DATE or _is_label(other_piece) for other_piece in before)


def _is_label(piece: Snippet) -> bool:
    """Whether a text is only the label of a date, or too short for a headline."""
    return (len(piece.words.split()) == 1 and piece.words.endswith(":")) or bool(alone(piece.words))


def _choose_cell(cells: list[Snippet], facts: ListFacts) -> Snippet:
    named = [
        piece for piece in cells if piece.cell < len(facts.columns) and _TITLE_COLUMN.search(facts.columns[piece.cell])
    ]
    wordy = [piece for piece in cells if len(piece.words.split()) > 1]
    return (named or wordy or cells)[0]


def _count_headlines(chosen: Snippet, pieces: Sequence[Snippet], facts: ListFacts) -> int:
    """How many pieces could be headlines of announcements of their own: of two, the item is a box of several."""
    groups: dict[object, set[str]] = {}
    page_links = _page_links(pieces, facts)
    for piece in page_links:
        if tells(piece.words) or chosen.role is Role.TEXT:
            groups.setdefault((piece.spot, piece.cell), set()).add(piece.href)
    for piece in pieces:
        if piece.role is Role.HEADING and tells(piece.words):
            groups.setdefault(f"h{piece.rank}", set()).add(piece.words)
    date_cells = [piece.cell for piece in pieces if piece.role is Role.DATE]
    link_cells = {piece.cell for piece in page_links if piece.cell in date_cells and piece.cell >= 0}
    several, dates = max([len(link_cells), *map(len, groups.values())]), len(date_cells)
    if chosen.role is Role.HEADING:
        return several if dates > 1 else len(groups.get(f"h{chosen.rank}", ()))
    return several if dates > 1 or (dates == 0 and chosen.role in {Role.LINK, Role.TEXT}) else 1


# --- its link, date and summary -----------------------------------------------------------------------------------


def _choose_link(title: Snippet, pieces: Sequence[Snippet], facts: ListFacts) -> str:
    if title.href and not title.href.lower().startswith(_NO_PAGE):
        return title.href
    links = [piece.href for piece in _page_links(pieces, facts) if not _is_aside(piece, pieces)]
    if links:
        return Counter(links).most_common(1)[0][0]
    shared = (piece for piece in pieces if piece.href in facts.shared_links and not _is_aside(piece, pieces))
    return next((piece.href for piece in shared if not piece.href.lower().startswith(_NO_PAGE)), "")


def _is_aside(piece: Snippet, pieces: Sequence[Snippet]) -> bool:
    """Whether a link is a reference in the summary's sentences, and not the way to the announcement."""
    return bool(piece.words) and tells(piece.words) and _is_in_sentence(piece, pieces)


def _choose_date(rest: Sequence[Snippet], pieces: Sequence[Snippet], facts: ListFacts) -> tuple[DateSpot | None, str]:
    """The day on which it was published, and where it stands: a date by itself, else one in a short line."""
    spots: list[tuple[int, int, DateSpot, str]] = []
    for position, piece in enumerate(rest):
        if piece.role is Role.HEADING:
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
