"""Which items of a group are of its list's own shape: those with a date, and those like them in all but the date."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.rows.reading.item_fields import Reading

MIN_DATED_SHARE = 0.5  # of the items that have a headline of the same kind
MAX_BOXES_OF_SEVERAL = 3  # of so many items one may hold several headlines, and is left out
MIN_HEADLINE_WORDS = 3  # of one without a date
UNMARKED = frozenset({"text"})
_PAID = lazy_regex(r"\b(?:sponsor\w*|advert\w*|promot\w+|partner content|in association with)\b", re.IGNORECASE)
_LEADS_ON = lazy_regex(
    r"^\W*(?:(?:view|see|read|show|browse|load|get|go to|visit|back to|older|newer|earlier|subscribe|sign up|all|more"
    r"|archived?|search|follow)\b|\w+ archives?$)",
    re.IGNORECASE,
)
_LABEL = lazy_regex(
    r"^\W*(?:resolved|investigating|identified|monitoring|completed|scheduled|in progress|update[ds]?|postmortem"
    r"|archives?|news|latest|home|menu|search|next|previous|older|newer)\W*$",
    re.IGNORECASE,
)
_MONTH_ADDRESS = lazy_regex(r"/(?:archives?/(?:[^/]+/)?|(?:19|20)\d{2}/)(?:(?:19|20)\d{2}[/-])?(?:0?[1-9]|1[0-2])/?$")


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the dated items of a list have in common."""

    marked: str
    date_spot: str
    title_spots: frozenset[str]
    spots: frozenset[str]
    hosts: frozenset[str]
    folders: frozenset[tuple[int, str]]


def keep_alike(items: Sequence[tuple[int, Reading]], holders: Sequence[int]) -> tuple[list[tuple[int, Reading]], bool]:
    """The items of the list's own shape, and whether it is dated: among dated ones, one without may be an advert.

    `holders`: for each item of the group, the order of the tag that it stands in.
    """
    titles = Counter(reading.title for _, reading in items)
    items = [(number, reading) for number, reading in items if not _is_label(reading, titles[reading.title])]
    several = sum(reading.headlines > 1 for _, reading in items)
    if several * MAX_BOXES_OF_SEVERAL <= len(items):
        items = [(number, reading) for number, reading in items if reading.headlines <= 1]
    if not items:
        return [], False
    dated = [reading for _, reading in items if reading.is_dated]
    marks = Counter(reading.marked for reading in dated or [reading for _, reading in items])
    usual = marks.most_common(1)[0][0]
    alike = [(number, reading) for number, reading in items if usual in UNMARKED or reading.marked not in UNMARKED]
    of_kind = sum(reading.marked == usual for _, reading in alike)
    if len(dated) < MIN_DATED_SHARE * of_kind or not dated:
        return [
            (number, reading) for number, reading in alike if reading.marked == usual and not reading.is_dated
        ], False
    shape = _shape_of(dated, usual)
    around = Counter(holders[number] for number, reading in alike if reading.is_dated)
    is_apart = max(around.values()) == 1  # each in a column of its own
    return [
        (number, kept)
        for number, reading in alike
        if (kept := _dated_or_alike(reading, shape, is_beside=is_apart or holders[number] in around))
    ], True


def _is_label(reading: Reading, times: int) -> bool:
    """Whether a title says how far a matter is ("Resolved"), or leads to a month of the archive: no headline."""
    is_repeated = times > 1 and not reading.url and len(reading.title.split()) < MIN_HEADLINE_WORDS
    return bool(is_repeated or _LABEL.match(reading.title) or _MONTH_ADDRESS.search(urlsplit(reading.url).path))


def _shape_of(dated: Sequence[Reading], usual: str) -> _Shape:
    return _Shape(
        marked=usual,
        date_spot=Counter(reading.date_spot for reading in dated).most_common(1)[0][0],
        title_spots=frozenset(reading.title_spot for reading in dated),
        spots=frozenset(piece.spot for reading in dated for piece in reading.pieces),
        hosts=frozenset(urlsplit(reading.url).netloc for reading in dated),
        folders=frozenset(_folder(reading.url) for reading in dated),
    )


def _folder(address: str) -> tuple[int, str]:
    """How deep an address lies, and its first folder."""
    steps = urlsplit(address).path.strip("/").split("/")
    return len(steps), steps[0] if len(steps) > 1 else ""


def _dated_or_alike(reading: Reading, shape: _Shape, *, is_beside: bool) -> Reading | None:
    """An item with a date, with other words in its place, such as "ongoing", or like the others in all but the date."""
    if reading.is_dated:
        return reading
    words = [piece.words for piece in reading.pieces if piece.spot == shape.date_spot and piece.words != reading.title]
    is_open = reading.marked == shape.marked and len(words) == 1 and bool(re.match(r"^\w[\w ]{2,20}$", words[0]))
    if is_open and shape.date_spot:
        return replace(reading, date=words[0])
    return reading if is_beside and _is_alike(reading, shape) else None


def _is_alike(reading: Reading, shape: _Shape) -> bool:
    is_shaped = (
        reading.marked == shape.marked
        and reading.marked not in UNMARKED
        and reading.title_spot in shape.title_spots
        and all(piece.spot in shape.spots for piece in reading.pieces)
    )
    is_there = (
        bool(reading.url) and urlsplit(reading.url).netloc in shape.hosts and _folder(reading.url) in shape.folders
    )
    says = [reading.title, *(piece.words for piece in reading.pieces)]
    is_headline = len(reading.title.split()) >= MIN_HEADLINE_WORDS and not _LEADS_ON.match(reading.title)
    return is_shaped and is_there and is_headline and not any(map(_PAID.search, says))
