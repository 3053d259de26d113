"""The headline of one item of a list, chosen among its pieces by what all items of the list have in common."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import title_key
from watcher.core.rows.date_spots import alone, labelled
from watcher.core.rows.reading.pieces import Role, Snippet
from watcher.core.rows.vocabulary import ACTS, tells

MAX_TEXT_TITLE_CHARACTERS = 220  # of a headline that no tag marks as one
MAX_LABEL_WORDS = 3
MIN_SLOT_SHARE, MIN_SLOT_WORDS = 0.6, 2.5
NO_PAGE = ("mailto:", "tel:", "javascript:", "sms:")
_TITLE_CLASS = lazy_regex(r"title|headline|heading")
_TAG_RELS = ("tag", "category", "author", "nofollow author")
_TITLE_COLUMN = lazy_regex(
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


def choose_title(pieces: Sequence[Snippet], facts: ListFacts) -> tuple[Snippet, str] | None:
    """The headline of an item, and by which tag it is one; None where nothing in it can be."""
    headings = [piece for piece in pieces if piece.role is Role.HEADING and tells(piece.words)]
    if headings:
        return min(headings, key=lambda piece: piece.rank), "heading"
    links = [piece for piece in page_links(pieces, facts) if tells(piece.words) and not is_in_sentence(piece, pieces)]
    if links:
        addresses = Counter(piece.href for piece in pieces if piece.href)
        best = max(links, key=lambda piece: _rate_link(piece, addresses))
        in_slot = [piece for piece in links if (piece.spot, piece.classes) == facts.title_slot]
        echo = _find_echo(best, pieces)
        if echo:
            return echo, "link"
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
    if texts:
        return texts[0], "text with link" if has_page else "text"
    unseen = (piece for piece in pieces if piece.href and tells(ACTS.sub("", piece.unseen)))
    return next(((replace(piece, words=ACTS.sub("", piece.unseen)), "link") for piece in unseen), None)


def _find_echo(link: Snippet, pieces: Sequence[Snippet]) -> Snippet | None:
    """The words that a link such as "View the new form" repeats, where they stand by themselves in the item."""
    act = ACTS.match(link.words)
    repeated = title_key(link.words[act.end() :]) if act else ""
    return next(
        (piece for piece in pieces if repeated and piece is not link and title_key(piece.words) == repeated), None
    )


def page_links(pieces: Sequence[Snippet], facts: ListFacts) -> list[Snippet]:
    """The links of an item that lead to a page of its own."""
    return [
        piece
        for piece in pieces
        if piece.role is Role.LINK
        and piece.href
        and piece.href not in facts.shared_links
        and not piece.href.lower().startswith(NO_PAGE)
        and not any(rel in piece.rel.split() for rel in _TAG_RELS)
    ]


def _rate_link(piece: Snippet, addresses: Counter[str]) -> tuple[bool, int]:
    again = 40 * (min(addresses[piece.href], 3) - 1)  # the picture, the headline and "read more" lead to one page
    return bool(_TITLE_CLASS.search(piece.classes)), min(len(piece.words), 120) + again


def is_in_sentence(piece: Snippet, pieces: Sequence[Snippet]) -> bool:
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
    return all(
        other_piece.role is Role.DATE or _is_label(other_piece) or bool(labelled(other_piece.words))
        for other_piece in before
    )


def _is_label(piece: Snippet) -> bool:
    """Whether a text is only the label of a date, or too short for a headline."""
    return (len(piece.words.split()) == 1 and piece.words.endswith(":")) or bool(alone(piece.words))


def _choose_cell(cells: list[Snippet], facts: ListFacts) -> Snippet:
    named = [
        piece for piece in cells if piece.cell < len(facts.columns) and _TITLE_COLUMN.search(facts.columns[piece.cell])
    ]
    wordy = [piece for piece in cells if len(piece.words.split()) > 1]
    return (named or wordy or cells)[0]


def count_headlines(chosen: Snippet, pieces: Sequence[Snippet], facts: ListFacts) -> int:
    """How many pieces could be headlines of announcements of their own: of two, the item is a box of several."""
    groups: dict[object, set[str]] = {}
    to_pages = page_links(pieces, facts)
    for piece in to_pages:
        if tells(piece.words) or chosen.role is Role.TEXT:
            groups.setdefault((piece.spot, piece.cell), set()).add(piece.href)
    for piece in pieces:
        if piece.role is Role.HEADING and tells(piece.words):
            groups.setdefault(f"h{piece.rank}", set()).add(piece.words)
    date_cells = [piece.cell for piece in pieces if piece.role is Role.DATE]
    link_cells = {piece.cell for piece in to_pages if piece.cell in date_cells and piece.cell >= 0}
    several, dates = max([len(link_cells), *map(len, groups.values())]), len(date_cells)
    if chosen.role is Role.HEADING:
        return several if dates > 1 else len(groups.get(f"h{chosen.rank}", ()))
    return several if dates > 1 or (dates == 0 and chosen.role in {Role.LINK, Role.TEXT}) else 1
