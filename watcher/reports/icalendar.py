"""The dates of the ledger as an iCalendar (RFC 5545) that calendar programs can import or subscribe to.

One VEVENT for each series of dates: its UID stays when its date moves, and SEQUENCE grows. Moments are in UTC, days
have no zone. A date without a day is left out; if it had one before, its event is cancelled. The library `icalendar`
escapes and folds, so that all text of publishers is inert.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from urllib.parse import quote

from icalendar import Calendar, Event, Parameters, Timezone, vDuration, vText

from watcher.core.deadlines.identity import DateRole, role_of
from watcher.core.language.text import printable
from watcher.core.language.urls import clean_link, redact_url
from watcher.model import DateState, LedgerDate, Precision, Status

PRODUCT = "-//practice-watcher//ledger of dates//EN"
_MAX_CHARACTERS = 2_000  # of one line of text; calendar programs choke on pages
_URI = "!#$%&'()*+,/:;=?@[]~"  # characters that may stand in an address as they are (RFC 3986)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDate:
    """A date with the facts that its event shows: headline, publisher and address of its item, and its Story's Status.

    `topics` are names, not ids.
    """

    date: LedgerDate
    title: str
    status: Status
    publisher: str
    url: str
    topics: tuple[str, ...] = ()


class _Text(vText):
    r"""A TEXT value (section 3.3.11) whose backslashes are all literal: icalendar 7 takes `\N` for a line break."""

    __slots__ = ()

    def to_ical(self) -> bytes:
        parts: list[bytes] = [vText(part).to_ical() for part in self.split(r"\N")]
        return rb"\\N".join(parts)


def calendar(dates: Iterable[CalendarDate], name: str, *, refresh: timedelta | None = None) -> bytes:
    """The whole file, called `name` in calendar programs. The same dates give the same bytes, in whatever order.

    `refresh`: how often whoever subscribes to it shall read it again (RFC 7986, and for Outlook X-PUBLISHED-TTL).
    """
    by_series: dict[str, list[CalendarDate]] = {}
    for calendar_date in dates:
        by_series.setdefault(calendar_date.date.series_id, []).append(calendar_date)
    file = Calendar()
    file.add("version", "2.0")
    file.add("prodid", PRODUCT)
    file.add("calscale", "GREGORIAN")
    file.add("x-wr-calname", _inert_text(name))
    if refresh:
        file.add("refresh-interval", vDuration(refresh, params=Parameters(value="DURATION")))
        file.add("x-published-ttl", vDuration(refresh))
    for _, series in sorted(by_series.items()):
        event = _build_series_vevent(series)
        if event is not None:
            file.add_component(event)
    if not file.subcomponents:  # a calendar must hold a component (section 3.6)
        file.add_component(_utc())
    body: bytes = file.to_ical(sorted=False)
    return body


@cache
def _utc() -> Timezone:
    return Timezone.from_tzid("Etc/UTC")  # some 30 ms


def _build_series_vevent(series: Sequence[CalendarDate]) -> Event | None:
    """The event of one series: its date of today, or the last day that it had, cancelled; None if it never had one."""
    ordered = sorted(series, key=lambda dated: (dated.date.state is not DateState.MOVED, dated.date.changed_at))
    with_day = [dated for dated in ordered if _has_day(dated.date)]
    if not with_day:
        return None
    shown, current = with_day[-1], ordered[-1]
    is_in_force = shown is current and current.date.state is DateState.OPEN
    changed_at = max(dated.date.changed_at for dated in series)
    return _build_vevent(shown, current.date.sequence, changed_at, is_in_force=is_in_force)


def _has_day(dated: LedgerDate) -> bool:
    return dated.deadline.at is not None and dated.deadline.precision is not Precision.MONTH


def _build_vevent(shown: CalendarDate, sequence: int, changed_at: datetime, *, is_in_force: bool) -> Event:
    word = "Starts" if role_of(shown.date.deadline) is DateRole.START else "Due"
    title = f"{word if is_in_force else 'Withdrawn or moved'}: {shown.title}"
    address = uri(shown.url)
    event = Event()
    event.add("uid", f"{shown.date.series_id}@practice-watcher")
    event.add("dtstamp", changed_at.astimezone(UTC))
    event.add("sequence", sequence)
    event.add("dtstart", _in_utc(shown.date.deadline.at))
    event.add("summary", _inert_text(title))
    event.add("description", _inert_text(*_describe_date(shown)))
    if address:
        event.add("url", address)
    if shown.topics:
        event.add("categories", [_inert_text(topic) for topic in shown.topics])
    event.add("status", ("CONFIRMED" if shown.date.official else "TENTATIVE") if is_in_force else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    return event


def _describe_date(shown: CalendarDate) -> tuple[str, ...]:
    """The source's sentence, and who says it: a date is never shown without them."""
    who = f"{shown.publisher}. {'Official' if shown.date.official else 'Not official'}; story {shown.status}."
    payment = ("Money hangs on it.",) if shown.date.deadline.payment else ()
    ambiguity = ("The words have a second reading.",) if shown.date.deadline.ambiguous else ()
    return (f"“{shown.date.deadline.sentence}”", who, *payment, *ambiguity)


def _in_utc(at: date | datetime | None) -> date | datetime | None:
    return at.astimezone(UTC) if isinstance(at, datetime) else at


def _inert_text(*lines: str) -> _Text:
    """Lines of anybody's text as one TEXT value without control characters, each at most 2,000 characters long."""
    return _Text("\n".join(printable(line).strip()[:_MAX_CHARACTERS] for line in lines))


def uri(address: str) -> str:
    """An http address without secrets that may be shown to others, in ASCII; "" for anything else."""
    return quote(clean_link(redact_url(address)), safe=_URI)
