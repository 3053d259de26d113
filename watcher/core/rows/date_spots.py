"""Dates where they stand in a list: alone, beside a label, glued to a headline, or in a heading above several items."""

import re
from dataclasses import dataclass
from datetime import date

from watcher.core.language.calendar_words import month_number
from watcher.core.language.dates import LAST_YEAR, read_date
from watcher.core.language.lazy_regex import lazy_regex
from watcher.model import UNDATED, Precision, Published

MAX_LABEL_CHARACTERS = 90  # a date with a label, an author and a subject
MAX_EXTRA_WORDS = 7
_FIRST_YEAR = 2000
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?-i:(?![a-z]))"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_YEAR = r"(?:\d{4}|['’]?\d{2}(?![\d:.]*\d|\s*[ap]m))"
_SPOT = lazy_regex(
    rf"(?<![\w./-]){_WEEKDAY}(?:"
    r"(?P<iso>\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?)"
    r"|(?P<slashed>\d{4}/\d{2}/\d{2})"
    rf"|(?P<day>\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?[\s\-./]*{_MONTH}\.?,?)(?P<year>[\s\-./,]+{_YEAR})?"
    rf"|(?P<american>{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})"
    r"|(?P<number>\d{1,2}(?P<mark>[./-])\d{1,2}(?P=mark)(?:\d{4}|\d{2}))"
    rf"|(?P<month>{_MONTH}\.?,?\s+\d{{4}})"
    r")(?!\d)(?!/\d)",
    re.IGNORECASE,
)
_CLOCK = lazy_regex(
    r"^[\s,|-]*(?:at\s+)?\d{1,2}(?:[:.]\d{2}){1,2}\s*(?:[ap]\.?m\b\.?)?|^[\s,]*(?:at\s+)?\d{1,2}\s*[ap]m\b",
    re.IGNORECASE,
)
_PUBLISHED = lazy_regex(
    r"(?:published|posted|date|dated|added|issued|created|released|publication|uploaded|news|sent|written|updated)"
    r"[\s:–—|-]*(?:on|at|date)?[\s:]*$"
    r"|(?:(?:published|posted|submitted|written|added)\s+|^\W*)by\s+[^\d|]{1,40}?\s+on\s*$",
    re.IGNORECASE,
)
NO_PUBLICATION = lazy_regex(
    r"\b(?:by|until|till|before|from|to|due|clos\w+(?: date)?|deadline|expir\w+(?: date)?|ends?|ending|starts?"
    r"|starting|start date|end date|review\w*(?: date| due)?|event(?: date)?|effective(?: date| from)?|valid\w*|since"
    r"|after|commencing|between|and|takes? place|held|opens?|opening|next|joined|in force|apply|for|of|in|during)"
    r"[\s:]*(?:on|in|the)?[\s:]*$",
    re.IGNORECASE,
)
_YEAR_ALONE = lazy_regex(r"^\W*(20\d\d)\W*$")
_MONTH_ALONE = lazy_regex(rf"^\W*({_MONTH})\W*$", re.IGNORECASE)
_COUNT = lazy_regex(r"\s*[(\[]\d{1,4}[)\]]\s*$")


@dataclass(frozen=True, slots=True)
class DateSpot:
    """A date in a text: its words, where they stand, and the date itself, which is UNDATED without a year."""

    literal: str
    start: int
    end: int
    published: Published

    @property
    def has_year(self) -> bool:
        """Whether it says in which year it lies."""
        return self.published.precision is not Precision.NONE


@dataclass(frozen=True, slots=True)
class DateAbove:
    """What the headings above an item say of its date: a whole one, or the year, or the month."""

    published: Published = UNDATED
    year: int = 0
    month: int = 0


def date_spots(words: str) -> list[DateSpot]:
    """The first few dates in `words`; one that cannot be, such as 31 February, is none."""
    if not any(map(str.isdigit, words)):
        return []
    spots = []
    for match in _SPOT.finditer(words[:600]):
        literal = match[0].strip(" ,.")
        has_year = not match["day"] or bool(match["year"])
        plain = literal.replace("/", "-") if match["slashed"] else literal.replace("'", "").replace("’", "")
        clock = _CLOCK.match(words[match.end() :])
        end = match.end() + (clock.end() if clock else 0)
        read = read_date(plain + (clock[0] if clock else "")) if has_year else Published()
        if has_year and read.precision is Precision.NONE:
            read = read_date(plain)
        if has_year and read.precision is Precision.NONE:
            continue
        spots.append(DateSpot(literal, match.start(), end, read))
        if len(spots) > 3:  # noqa: PLR2004 - prose
            break
    return spots


def alone(words: str) -> DateSpot | None:
    """The date that `words` are, with nothing else than a label such as "Published"; None where they say more."""
    spots = date_spots(words) if len(words) <= MAX_LABEL_CHARACTERS else []
    if len(spots) != 1:
        return None
    before, after = words[: spots[0].start], words[spots[0].end :]
    label = re.sub(r"[\W_]+", " ", _PUBLISHED.sub("", before)).strip()
    return spots[0] if not label and not re.search(r"\w", after) else None


def labelled(words: str, label: str = "") -> DateSpot | None:
    """The publication date in a short line such as "News | 3 May 2025 | By the team"; None where it may be another.

    `label` is what stands before it elsewhere, such as the heading of its column.
    """
    spots = date_spots(words) if len(words) <= MAX_LABEL_CHARACTERS else []
    spots = [spot for spot in spots if not NO_PUBLICATION.search(f"{label} {words[: spot.start]}")]
    if not spots or (len(spots) > 1 and not _PUBLISHED.search(words[: spots[0].start])):
        return None
    spot = spots[0]
    rest = f"{words[: spot.start]} {words[spot.end :]}" if len(spots) == 1 else ""
    extra = re.findall(r"\w+", rest)
    if len(extra) > MAX_EXTRA_WORDS:
        return None
    is_marked = bool(_PUBLISHED.search(words[: spot.start])) or not words[: spot.start].strip(" |·•–—-:/,")
    is_parted = bool(re.search(r"[|·•–—/:,-]\s*$|^\s*by\b.{1,40}$", words[: spot.start], re.IGNORECASE))
    return spot if is_marked or is_parted else None


def date_above(texts: list[str]) -> DateAbove:
    """What headings say of the date of what stands below them; `texts` begin with the nearest."""
    published, year, month = Published(), 0, 0
    for words in texts:
        plain = _COUNT.sub("", words)
        spot, only_year, only_month = alone(plain), _YEAR_ALONE.match(plain), _MONTH_ALONE.match(plain)
        if spot and spot.has_year and not (year or month):
            return DateAbove(spot.published, spot.published.day.year if spot.published.day else 0)
        year = year or (int(only_year[1]) if only_year else 0)
        month = month or (month_number(only_month[1]) if only_month else 0)
    if year and month and _FIRST_YEAR <= year <= LAST_YEAR:
        published = Published(day=date(year, month, 1), precision=Precision.MONTH, literal=f"{month:02}/{year}")
    return DateAbove(published, year, month)


def is_date_heading(words: str) -> bool:
    """Whether a heading only says when what stands below it appeared."""
    plain = _COUNT.sub("", words)
    return bool(alone(plain) or _YEAR_ALONE.match(plain) or _MONTH_ALONE.match(plain))


# --- a date glued to a headline -----------------------------------------------------------------------------------

_COUNTED = lazy_regex(
    r"^\W*(?:(?:[\w-]+\s+){0,2}(?:no\.?\s*|number\s+|#)?#?\d{1,4}[\s,:;(|–—-]*"
    r"|(?:latest )?(?:news|updates?|blogs?|bulletins?|(?:press )?releases?|notices?|alerts?|articles?|statements?)"
    r"\s*[|:·•,–—-]\s*)$",
    re.IGNORECASE,
)
_PARTED = lazy_regex(r"^[\s\-–—:|,.]*")


def split_leading(title: str) -> tuple[DateSpot | None, str]:
    """The date with which a headline begins, and the rest; (None, title) where it begins with none."""
    spots = date_spots(title)
    if not spots or spots[0].start > 0:
        return None, title
    rest = _PARTED.sub("", title[spots[0].end :])
    is_range = bool(re.match(r"^\s*(?:to|and|until|[-–—])\s*\d", title[spots[0].end :]))
    return (None, title) if is_range or len(re.findall(r"[^\W\d_]", rest)) < 3 else (spots[0], rest)  # noqa: PLR2004


def split_inner(title: str) -> tuple[DateSpot | None, str]:
    """The date and the headline of "Update 14, 3 May 2025: New form" or "News | 3 May 2025 | New form".

    (None, title) for any other.
    """
    spots = date_spots(title)
    if len(spots) != 1 or not _COUNTED.match(title[: spots[0].start]):
        return None, title
    rest = title[spots[0].end :]
    is_parted = bool(re.match(r"^\W*[:|–—-]", rest))
    plain = _PARTED.sub("", rest)
    return (spots[0], plain) if is_parted and re.search(r"[^\W\d_]{3}", plain) else (None, title)


def split_trailing(title: str) -> tuple[DateSpot | None, str, bool]:
    """The date with which a headline ends, what stands before it, and whether it is parted from it."""
    spots = date_spots(title)
    if not spots or re.search(r"[^\W_]", title[spots[-1].end :]):
        return None, title, False
    before = title[: spots[-1].start]
    if NO_PUBLICATION.search(before) or not re.search(r"[^\W\d_]{3}", before):
        return None, title, False
    rest = re.sub(r"[\s\-–—:|,(\[]+$", "", before)
    return spots[-1], rest, bool(re.search(r"[-–—:|,(\[]\s*$", before))
