"""What the headers of an answer say about time: how long to stay away, and how long the answer is good for."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER = timedelta(hours=6)
_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?([0-9]+)', re.IGNORECASE)
_NO_CACHE = re.compile(r"(?:^|[,\s])no-(?:cache|store)\s*(?:,|$)", re.IGNORECASE)  # no-cache="a" is about one header


def retry_after(literal: str, now: datetime) -> timedelta | None:
    """RFC 9110 section 10.2.3, seconds or a date; at most six hours, junk is None."""
    text = literal.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    wait = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta()), MAX_RETRY_AFTER)


def max_age(control: str, age: str) -> timedelta | None:
    """RFC 9111 section 5.2.2.1 less the Age that it has (4.2): for how long a cache gives this answer. Junk is None."""
    found = _MAX_AGE.search(control)
    if found is None or _NO_CACHE.search(control):
        return None
    old = int(age.strip()[:9]) if age.strip().isascii() and age.strip().isdigit() else 0
    return timedelta(seconds=max(int(found[1][:9]) - old, 0))
