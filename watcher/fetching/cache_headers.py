"""Durations in the headers of an answer: how long to wait before the next request, and how long the answer is fresh."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from watcher.core.language.lazy_regex import lazy_regex

MAX_RETRY_AFTER = timedelta(hours=6)
_MAX_AGE = lazy_regex(r'(?:^|[,\s])max-age\s*=\s*"?([0-9]+)', re.IGNORECASE)
_NO_CACHE = lazy_regex(r"(?:^|[,\s])no-(?:cache|store)\s*(?:,|$)", re.IGNORECASE)  # no-cache="a" is about one header


def retry_after(literal: str, now: datetime | None, if_past: timedelta = timedelta()) -> timedelta | None:
    """The wait that a Retry-After header asks for, as seconds or as a date (RFC 9110 section 10.2.3).

    At most six hours; a date is counted from `now`, and one that has passed gives `if_past`. None for junk, and for a
    date when there is no `now`.
    """
    text = literal.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), MAX_RETRY_AFTER)
    moment = http_date(text)
    return min(max(moment - now, if_past), MAX_RETRY_AFTER) if moment and now else None


def http_date(literal: str) -> datetime | None:
    """The moment of a Date header (RFC 9110 section 5.6.7); one without a zone is in UTC. None for junk."""
    try:
        moment = parsedate_to_datetime(literal)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def max_age(control: str, age: str) -> timedelta | None:
    """How long a cache may still give this answer: max-age less Age (RFC 9111 sections 5.2.2.1 and 4.2).

    None without a max-age, after no-cache or no-store, and for junk.
    """
    match = _MAX_AGE.search(control)
    if match is None or _NO_CACHE.search(control):
        return None
    age_seconds = int(age.strip()[:9]) if age.strip().isascii() and age.strip().isdigit() else 0
    return timedelta(seconds=max(int(match[1][:9]) - age_seconds, 0))
