"""Dates that a page counts from the moment of the look: "Yesterday" and "2 days ago" are days, "1 week ago" is none."""

import re
from datetime import date, timedelta

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.rows.date_spots import alone
from watcher.core.rows.tree import Box

_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_RELATIVE = lazy_regex(
    r"^\W*(?:(?:posted|published|added|updated|sent)\s*(?:on\s*)?:?\s*)?"
    r"(?:(?P<word>today|yesterday|just now|last (?:week|month|year))"
    r"|(?P<about>(?:about|over|almost|around|more than|less than)\s+)?"
    r"(?P<count>\d{1,3}|an?|one|two|three|four|five|six)\s*"
    r"(?P<unit>seconds?|secs?|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mths?|mo|years?|yrs?|y)\s+ago)"
    r"(?:,?\s*(?:at\s*)?\d{1,2}[:.]\d{2}\s*(?:[ap]m)?)?(?=\W*$|\s*[|·•,–—-]|\s+by\b)",
    re.IGNORECASE,
)
_MAX_CHARACTERS = 80
_STAMPS = ("datetime", "title", "content", "data-date", "data-datetime", "data-time", "data-published", "aria-label")


def is_relative(words: str) -> bool:
    """Whether words begin with a date that is counted from the look."""
    return len(words) <= _MAX_CHARACTERS and bool(_RELATIVE.match(words))


def relative_day(words: str, today: date) -> date | None:
    """The day that words such as "2 days ago" mean on `today`; None where they leave it open."""
    match = _RELATIVE.match(words) if len(words) <= _MAX_CHARACTERS else None
    if match is None or match["about"]:
        return None
    if match["word"]:
        return {"today": today, "yesterday": today - timedelta(days=1)}.get(match["word"].lower())
    count = _NUMBERS.get(match["count"].lower()) or int(match["count"])
    return today - timedelta(days=count) if match["unit"].lower() in {"day", "days", "d"} else None


def exact_date(box: Box) -> str:
    """The date in an attribute of a tag or the one around it, as written there; "" for none."""
    tags = [box.tag, *([box.parent.tag] if box.parent and box.parent.characters == box.characters else [])]
    stamps = (str(tag.get(name) or "").strip() for tag in tags for name in _STAMPS)
    return next((stamp for stamp in stamps if stamp and alone(stamp)), "")
