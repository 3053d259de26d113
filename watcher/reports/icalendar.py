"""The dates of the ledger as an iCalendar (RFC 5545) that calendar programs can import or subscribe to.

One VEVENT for each thing: its UID stays when its date moves, and SEQUENCE grows. Moments are in UTC, days have no zone.
What has no day is not in it; once it was, it is cancelled. All text of publishers is inert.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import quote

from watcher.core.deadlines.identity import DateRole, role_of
from watcher.core.language.text import clean_link, printable, redact_url
from watcher.model import DateState, LedgerDate, Precision, Status

MOST_OCTETS = 75  # of a line, without its end (section 3.1)
PRODUCT = "-//practice-watcher//ledger of dates//EN"
_LONGEST = 2_000  # characters of one property; calendars choke on pages
_SPECIAL = re.compile(r"([\\,;])")
_URI = "!#$%&'()*+,/:;=?@[]~"  # what may stand in an address as it is (RFC 3986)
_NOTHING = (  # a calendar must hold something (section 3.6)
    "BEGIN:VTIMEZONE",
    "TZID:Etc/UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDate:
    """A date with what a calendar says about it: its Story's headline and Status, and who said so where."""

    date: LedgerDate
    title: str
    status: Status
    publisher: str
    url: str
    topics: tuple[str, ...] = ()


def calendar(shown: Iterable[CalendarDate], name: str) -> bytes:
    """The whole file. The same dates give the same bytes."""
    things: dict[str, list[CalendarDate]] = {}
    for each in shown:
        things.setdefault(each.date.series_id, []).append(each)
    events = [line for _, chain in sorted(things.items()) for line in _thing(chain)]
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", f"X-WR-CALNAME:{text(name)}")
    return b"".join(map(folded, (*head, *(events or _NOTHING), "END:VCALENDAR")))


def _thing(chain: Sequence[CalendarDate]) -> Iterator[str]:
    """The VEVENT of one thing: its date of today, or the last day that it had, cancelled."""
    ordered = sorted(chain, key=lambda each: (each.date.state is not DateState.MOVED, each.date.changed_at))
    placed = [each for each in ordered if _has_day(each.date)]
    if placed:
        last, now = placed[-1], ordered[-1]
        holds = last is now and now.date.state is DateState.OPEN
        stamp = max(each.date.changed_at for each in chain)
        yield from _vevent(last, now.date.sequence, stamp, holds=holds)


def _has_day(dated: LedgerDate) -> bool:
    return dated.deadline.at is not None and dated.deadline.precision is not Precision.MONTH


def _vevent(shown: CalendarDate, sequence: int, stamp: datetime, *, holds: bool) -> Iterator[str]:
    at, official = shown.date.deadline.at, shown.date.official
    said = ("CONFIRMED" if official else "TENTATIVE") if holds else "CANCELLED"
    begin = f"DTSTART:{_utc(at)}" if isinstance(at, datetime) else f"DTSTART;VALUE=DATE:{_day(at)}"
    word = "Starts" if role_of(shown.date.deadline) is DateRole.START else "Due"
    word = word if holds else "Withdrawn or moved"
    yield "BEGIN:VEVENT"
    yield f"UID:{shown.date.series_id}@practice-watcher"
    yield f"DTSTAMP:{_utc(stamp)}"
    yield f"SEQUENCE:{sequence}"
    yield begin
    yield f"SUMMARY:{text(f'{word}: {shown.title}')}"
    yield f"DESCRIPTION:{text(*_description(shown))}"
    address = uri(shown.url)
    yield from [f"URL:{address}"] if address else []
    yield from [f"CATEGORIES:{','.join(map(text, shown.topics))}"] if shown.topics else []
    yield f"STATUS:{said}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _description(shown: CalendarDate) -> tuple[str, ...]:
    """The source's sentence, and who says it: a date is never shown without them."""
    who = f"{shown.publisher}. {'Official' if shown.date.official else 'Not official'}; story {shown.status}."
    payment = ("Money hangs on it.",) if shown.date.deadline.payment else ()
    unsure = ("The words have a second reading.",) if shown.date.deadline.ambiguous else ()
    return (f"“{shown.date.deadline.sentence}”", who, *payment, *unsure)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _day(day: date | None) -> str:
    assert day
    return f"{day:%Y%m%d}"


def text(*lines: str) -> str:
    """Lines of anybody's text as one TEXT value (section 3.3.11): no control characters, and nothing that ends it."""
    escaped = (_SPECIAL.sub(r"\\\1", printable(line).strip()[:_LONGEST]) for line in lines)
    return "\\n".join(escaped)


def uri(address: str) -> str:
    """An address that may be shown to others, in ASCII; "" for what is none."""
    return quote(clean_link(redact_url(address)), safe=_URI)


def folded(line: str) -> bytes:
    """A content line with its end, continued on further lines so that none has more than 75 octets."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        octets = character.encode("utf-8", "replace")
        if len(piece) + len(octets) > MOST_OCTETS - bool(pieces):
            pieces.append(piece)
            piece = b""
        piece += octets
    return b"\r\n ".join((*pieces, piece)) + b"\r\n"
