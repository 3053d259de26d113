"""The dates of a Brief in the words of a message: the moment in London time, and how much time is left."""

import re
from datetime import date, datetime, timedelta

from watcher.core.briefs.current_dates import is_withdrawn
from watcher.core.deadlines.identity import START_KINDS, london_day
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_day
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.working_time import is_working_day, last_working_day, working_days_between
from watcher.model import BriefDate, Deadline, Precision

MAX_SENTENCE_WORDS = 24  # of a sentence that is quoted in the details: the rest is behind the link
NOT_BEFORE = "not before "
_NOT_BEFORE = lazy_regex(
    r"\b(?:not|no|n['’]t)\b[\w\s]{0,20}\b(?:before|earlier than|sooner than|until)\W*(?:the )?$", re.IGNORECASE
)
_CLOSE = lazy_regex(
    r"\b(?:close of (?:play|business)|end of (?:the )?(?:business |working )?day|COP|COB)\b", re.IGNORECASE
)
_RECEIVED = lazy_regex(r"\b(?:request|receipt|receiv\w+|e-?mail|letter|notice)\b", re.IGNORECASE)


def format_deadline(deadline: Deadline, words: str = "") -> str:
    """The moment in London time, as exactly as it is known; `words`, else its own, where there is no date."""
    at = deadline.at
    if at is None:
        return f"“{words or deadline.words}”"
    if isinstance(at, datetime):
        local = at.astimezone(LONDON)
        if _CLOSE.search(words or deadline.words):  # an hour that nobody stated
            return f"close of business on {format_day(local.date())}"
        return f"{local:%H:%M} on {format_day(local.date())}"
    return f"{at:%B %Y}" if deadline.precision is Precision.MONTH else format_day(at)


def due_in_words(moment: BriefDate, today: date) -> str:
    """A date by which something is due, with the working days left: "Fri 11 Feb 2022, in 9 working days"."""
    text, day = format_deadline(moment.deadline, moment.fact.words), london_day(moment.deadline)
    if day is None or moment.deadline.precision is Precision.MONTH:
        return text
    before = "" if is_working_day(day) else f"; last working day {_short_day(last_working_day(day))}"
    return f"{text}{_time_left(day, today, working=True)}{before}"


def start_in_words(moment: BriefDate, today: date) -> str:
    """A date from which something holds, with the days until then: "Tue 1 Dec 2020, in 11 days"."""
    before = moment.fact.sentence[: max(moment.fact.sentence.find(moment.fact.words), 0)]
    polarity = NOT_BEFORE if _NOT_BEFORE.search(before) else ""
    text, day = polarity + format_deadline(moment.deadline, moment.fact.words), london_day(moment.deadline)
    if day is None or moment.deadline.precision is Precision.MONTH or day < today:
        return text
    return f"{text}{_time_left(day, today, working=False)}"


def _time_left(day: date, today: date, *, working: bool) -> str:
    days = (day - today).days
    if days < 2:  # noqa: PLR2004 - from the day after tomorrow on they are counted
        return {1: ", tomorrow", 0: ", today"}.get(days, ", has passed")
    count = working_days_between(today, day) if working else days
    return f", in {count} {'working ' if working else ''}day{'' if count == 1 else 's'}"


def _short_day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def hours_in_words(working_time: timedelta) -> str:
    """Working time in whole hours: "9 working hours"."""
    hours = working_time // timedelta(hours=1)
    few = "less than 1 working hour" if working_time else "no working hours"
    return f"{hours} working hour{'' if hours == 1 else 's'}" if hours else few


def date_with_sentence(moment: BriefDate | None, today: date, more: str = "") -> str:
    """A date with the days left, `more`, and the sentence that sets it; "" for None.

    A date is never shown without its sentence; that of a headline stands right above.
    """
    if moment is None:
        return ""
    fact = moment.fact
    sentence = (
        "in the headline" if fact.field == "title" else f"“{_shorten(fact.sentence.removeprefix('- '), fact.words)}”"
    )
    return f"{_date_in_details(moment, today)}{more} ({sentence})"


def _shorten(sentence: str, words: str = "") -> str:
    """`sentence`, or the MAX_SENTENCE_WORDS of it that stand around `words`."""
    all_words = sentence.split()
    if len(all_words) <= MAX_SENTENCE_WORDS:
        return sentence
    index = len(sentence[: max(sentence.find(words), 0)].split())
    begin = max(0, min(index - MAX_SENTENCE_WORDS // 2, len(all_words) - MAX_SENTENCE_WORDS))
    end = begin + MAX_SENTENCE_WORDS
    return f"{'… ' if begin else ''}{' '.join(all_words[begin:end])}{' …' if end < len(all_words) else ''}"


def _date_in_details(moment: BriefDate, today: date) -> str:
    """A date with its weekday and the days left; the words alone where there is no date."""
    withdrawn, words = is_withdrawn(moment), moment.fact.words
    moved = f"MOVED from {format_deadline(moment.moved_from)} to " if moment.moved_from else ""
    text = f"{'WITHDRAWN: ' if withdrawn else moved}{format_deadline(moment.deadline, words)}"
    day = london_day(moment.deadline)
    if day is None:
        return f"{text}{', from the day you received it' if _RECEIVED.search(words) else ''}"
    if moment.deadline.precision is Precision.MONTH:
        return f"{text} (“{words}”)"
    left = "" if withdrawn else _time_left(day, today, working=False)
    return f"{text}{left}{_last_working_day(moment, day)}"


def _last_working_day(moment: BriefDate, day: date) -> str:
    """The Friday before for a date that is due on a Sunday; "" on a working day, or where nothing is due."""
    if moment.deadline.kind in START_KINDS or is_withdrawn(moment) or is_working_day(day):
        return ""
    return f" (last working day {format_day(last_working_day(day))})"
