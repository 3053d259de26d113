"""Dates as British publishers write them: BST is an hour ahead, 02/10 is in October, and no year is ever guessed.

A time without a zone is London's; one whose zone we cannot read is no moment, and only its day is believed.

Libraries were tried and not taken: they read BST as GMT, 07-01-26 as the year 2007 and "20:00 24 July" as today.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from watcher.core.language.calendar_words import SHORT_WEEKDAYS, month_number, weekday_number
from watcher.core.language.lazy_regex import lazy_regex
from watcher.model import Precision, Published

LONDON = ZoneInfo("Europe/London")
FIRST_YEAR, LAST_YEAR = 1990, 2100

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAY = r"(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_YEAR = r"(?P<year>\d{4}|\d{2})(?!\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"

_FULL_DATES = tuple(
    lazy_regex(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)",
        rf"\b{_WEEKDAY}(?<!\d){_DAY}[\s\-./]+(?:of\s+)?{_MONTH}\.?,?[\s\-./]+{_YEAR}",
        rf"\b{_WEEKDAY}{_MONTH}\.?\s+{_DAY},?\s+(?P<year>\d{{4}})(?!\d)",
        rf"(?<![\d./-])(?P<day>\d{{1,2}})(?P<mark>[./-])(?P<number>\d{{1,2}})(?P=mark){_YEAR}",
    )
)
_MONTH_YEAR = lazy_regex(rf"\b{_MONTH}\.?,?\s+(?P<year>\d{{4}})(?!\d)", re.IGNORECASE)
_DAY_MONTH = lazy_regex(rf"\b{_WEEKDAY}(?<!\d){_DAY}\s+{_MONTH}\b(?!\.?,?\s+\d{{4}})", re.IGNORECASE)
_CLOCK = lazy_regex(
    r"(?<![\d:.])(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?)?\s*(?P<half>[ap]\.?m\b)?",
    re.IGNORECASE,
)
_ZONE = lazy_regex(
    r"[(\[]?(?:(?P<name>BST|GMT|UTC|UT|Z|z|UK|Europe/London)\b(?! ?[+−-]\d)"
    r"|(?P<sign>[+-])(?P<hours>0\d|1[0-4])(?::?(?P<minutes>[0-5]\d))?(?!\d))"
)
# What may stand after a time and says nothing of a zone; anything else may be one that we do not know.
_NO_ZONE = lazy_regex(r"$|[|,;.)\]•·]|[-–—] |(?:on|by|in|at|to|and|until|from)\b", re.IGNORECASE)
# A time stands after its date ("…T10:00", "2 Oct 2025 9am", "… - 10:00") or just before it ("20:00 24 July 2020").
_DATE_TO_TIME_GAP = lazy_regex(r"^[\s,T\-–]*(?:at\s+)?$")
_UTC_OFFSET_HOURS = {"BST": 1, "GMT": 0, "UTC": 0, "UT": 0, "Z": 0}


def london_time(day: date, at: time) -> datetime:
    """The moment (UTC) at which London's clocks show `at` on `day`."""
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def read_date(literal: str, formats: Iterable[str] = ()) -> Published:
    """The date in `literal`, exactly as precise as the text and never more; precision `none` where it is no date.

    `formats` are the source's own strptime patterns and are tried first. A weekday that does not fit rejects the date.
    """
    text = " ".join(literal.split())[:120]
    for pattern in formats:
        published = _parse_with_format(text, pattern)
        if published:
            return replace(published, literal=text)
    return replace(_parse_rfc5322(text) or _parse_full_date(text) or _parse_month(text) or Published(), literal=text)


def split_at_date(words: str) -> tuple[str, str, str] | None:
    """What stands in `words` before the first full date, that date, and what stands after it; None without one."""
    matches = (match for pattern in _FULL_DATES if (match := pattern.search(words)))
    first = min((match for match in matches if _build_date(match)), key=lambda match: match.start(), default=None)
    return (words[: first.start()], first[0], words[first.end() :]) if first else None


def _parse_with_format(text: str, pattern: str) -> Published | None:
    try:
        parsed = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is London unless the pattern reads one
    except (ValueError, re.error):  # strptime makes a regex of its pattern, and "%d %d" names one group twice
        return None
    if not FIRST_YEAR <= parsed.year <= LAST_YEAR:
        return None
    if parsed.tzinfo or "%H" in pattern or "%I" in pattern:
        return _make_published(parsed if parsed.tzinfo else parsed.replace(tzinfo=LONDON), Precision.MINUTE)
    if not any(directive in pattern for directive in ("%d", "%e", "%j", "%x")):
        return Published(day=parsed.date().replace(day=1), precision=Precision.MONTH)
    return Published(day=parsed.date(), precision=Precision.DAY)


def _parse_rfc5322(text: str) -> Published | None:
    """A date of RFC 5322 with a numeric or American zone; others, BST above all, are left to the patterns above."""
    if not re.search(r"\d{2}:\d{2}:\d{2}\s+(?:[+-](?:0\d|1[0-4])[0-5]\d|E[SD]T|C[SD]T|M[SD]T|P[SD]T)$", text):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    weekday = text[:3].lower()
    if weekday in SHORT_WEEKDAYS and weekday_number(weekday) != moment.weekday():
        return Published()
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # "-0000" is UTC, and Python leaves it naive
    return _make_published(moment, Precision.SECOND) if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def _parse_full_date(text: str) -> Published | None:
    rejected = None
    for pattern in _FULL_DATES:
        match = pattern.search(text)
        day = _build_date(match) if match else None
        if match and day:
            return _add_clock_time(text, match.span(), day)
        rejected = Published() if match else rejected  # a full date that cannot be: not even its month is believed
    return rejected


def _build_date(match: re.Match[str]) -> date | None:
    groups = match.groupdict()
    month = int(groups["number"]) if groups.get("number") else month_number(groups["month"])
    year = int(groups["year"]) + (2000 if len(groups["year"]) == 2 else 0)  # noqa: PLR2004 - 07-01-26 is in 2026
    try:
        day = date(year, month, int(groups["day"]))
    except ValueError:
        return None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    weekday = (groups.get("weekday") or "")[:3].lower()
    return day if not weekday or weekday_number(weekday) == day.weekday() else None


def _add_clock_time(text: str, span: tuple[int, int], day: date) -> Published:
    following = _CLOCK.search(text, span[1])
    clock = following if following and _DATE_TO_TIME_GAP.match(text[span[1] : following.start()]) else None
    if clock is None:
        candidates = [
            candidate
            for candidate in _CLOCK.finditer(text[: span[0]])
            if _DATE_TO_TIME_GAP.match(text[candidate.end() : span[0]])
        ]
        clock = candidates[-1] if candidates else None
    clock_time = _parse_clock_time(clock) if clock else None
    if clock is None or clock_time is None:
        return Published(day=day, precision=Precision.DAY)
    after = text[clock.end() :].lstrip() if clock.end() > span[0] else ""
    zone = _ZONE.match(after)
    if not zone and not _NO_ZONE.match(after):
        return Published(day=day, precision=Precision.DAY)
    moment = datetime.combine(day, clock_time, _parse_zone(zone))
    return _make_published(moment, Precision.SECOND if clock["second"] else Precision.MINUTE)


def _parse_clock_time(clock: re.Match[str]) -> time | None:
    if not clock["minute"] and not clock["half"]:
        return None
    hour, half = int(clock["hour"]), (clock["half"] or "")[:1].lower()
    if half and 1 <= hour <= 12:  # noqa: PLR2004 - the twelve-hour clock
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(clock["minute"] or 0), int(clock["second"] or 0))
    except ValueError:
        return None


def _parse_zone(match: re.Match[str] | None) -> ZoneInfo | timezone:
    if match is None or (match["name"] or "").startswith(("UK", "Europe")):
        return LONDON
    if match["name"]:
        return timezone(timedelta(hours=_UTC_OFFSET_HOURS[match["name"].upper()]))
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    return timezone(-offset if match["sign"] == "-" else offset)


def _make_published(moment: datetime, precision: Precision) -> Published:
    at = moment.astimezone(UTC)
    return Published(at=at, day=at.astimezone(LONDON).date(), precision=precision)


def _parse_month(text: str) -> Published | None:
    match = _MONTH_YEAR.search(text)
    if not match or not FIRST_YEAR <= int(match["year"]) <= LAST_YEAR:
        return None
    month = month_number(match["month"])
    return Published(day=date(int(match["year"]), month, 1), precision=Precision.MONTH)


def infer_years(literals: Sequence[str], today: date) -> list[Published]:
    """Dates without a year in a newest-first list, such as PCSE's "3 August, 23 June, …, 17 December".

    The first gets the latest year that is not in the future; the year falls by one whenever the month jumps upward.
    """
    dates: list[Published] = []
    limit = today
    for literal in literals:
        match = _DAY_MONTH.search(literal)
        day = _find_latest_date(match, limit) if match else None
        limit = min(today, _start_of_next_month(day) - timedelta(days=1)) if day else limit
        published = Published(day=day, precision=Precision.DAY, literal=literal) if day else read_date(literal)
        dates.append(published)
    return dates


def _find_latest_date(match: re.Match[str], limit: date) -> date | None:
    month = month_number(match["month"])
    for year in range(limit.year, limit.year - 5, -1):  # five: the 29th of February is never further away
        try:
            day = date(year, month, int(match["day"]))
        except ValueError:
            continue
        if day <= limit:
            return day
    return None


def best_moment(published: Published, first_seen: datetime) -> datetime:
    """The moment (UTC) to order an Item by: the publisher's, or `first_seen` if that is earlier or it gives no time."""
    return min(published.at, first_seen) if published.at else first_seen


def earliest_moment(published: Published) -> datetime | None:
    """The first moment (UTC) that `published` allows; None when it says nothing."""
    if published.at or not published.day:
        return published.at
    return datetime.combine(published.day, time(0), LONDON).astimezone(UTC)


def latest_moment(published: Published) -> datetime | None:
    """The last moment (UTC) that `published` allows: the end of a day, or of a month; None when it says nothing."""
    if published.at or not published.day:
        return published.at
    day = published.day + timedelta(days=1)
    if published.precision is Precision.MONTH:
        day = _start_of_next_month(published.day)
    return datetime.combine(day, time(0), LONDON).astimezone(UTC)


def latest_publication(published: Published, seen: datetime) -> datetime:
    """The last moment (UTC) at which an Item can have been published: never after `seen`, whatever its source says."""
    end = latest_moment(published)
    return min(end, seen) if end else seen


def _start_of_next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
