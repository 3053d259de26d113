"""A Brief as lines for people, its fields in their fixed order."""

import re
from dataclasses import replace
from datetime import date, datetime

from watcher.core.briefs.current_dates import as_withdrawn, is_withdrawn
from watcher.core.deadlines.identity import START_KINDS, london_day
from watcher.core.language.dates import LONDON
from watcher.core.language.working_time import is_working_day, last_working_day
from watcher.model import Audience, Brief, BriefDate, Deadline, Fact, FactKind, Inclusion, Obligation, Precision

MAX_FURTHER_DATES, MAX_SENTENCE_WORDS = 2, 24  # further dates, and words of a sentence: the rest is behind the link
_RECEIVED = re.compile(r"\b(?:request|receipt|receiv\w+|e-?mail|letter|notice)\b", re.IGNORECASE)


def brief_lines(brief: Brief, today: date) -> tuple[tuple[FactKind, str], ...]:
    """(label, text) of each field in its fixed order, each date with the sentence that sets it; "" where not known.

    `today` is London's. Practice managers are never left out without a word: where nothing is said of the rest, WHO
    begins with them.
    """
    who = [*([brief.who.shown] if brief.who else []), *([f"not {brief.not_who.shown}"] if brief.not_who else [])]
    managers = [f"practice managers {brief.practice_managers}"]
    nobody = not who and brief.practice_managers is Inclusion.NOT_MENTIONED
    applies = [
        *([brief.area.shown] if brief.area else []),
        *([str(brief.obligation)] if brief.obligation is not Obligation.UNSAID else []),
        *([f"addressed to {brief.audience}"] if brief.audience is not Audience.UNSAID else []),
    ]
    return (
        (FactKind.WHO, "" if nobody else "; ".join([*who, *managers])),
        (FactKind.FROM, date_with_sentence(brief.starts, today)),
        *((kind, fact.shown if fact else "") for kind, fact in _plain_facts(brief)),
        (FactKind.REPLY_BY, _format_reply(brief, today)),
        (FactKind.OWNER, brief.owner.shown if brief.owner else ""),
        (FactKind.APPLIES, "; ".join(applies)),
    )


def without_dates(brief: Brief) -> Brief:
    """The Brief of a page that no longer holds: each of its dates is withdrawn."""
    return replace(
        brief,
        starts=as_withdrawn(brief.starts) if brief.starts else None,
        reply_by=as_withdrawn(brief.reply_by) if brief.reply_by else None,
        also_by=tuple(map(as_withdrawn, brief.also_by)),
        consequence=None,
    )


def _plain_facts(brief: Brief) -> tuple[tuple[FactKind, Fact | None], ...]:
    return (
        (FactKind.DO, brief.do),
        (FactKind.ORDER, brief.order),
        (FactKind.PAID, brief.paid),
        (FactKind.CODE, brief.code),
    )


def _format_reply(brief: Brief, today: date) -> str:
    if brief.reply_by is None:
        return ""
    parts = [date_with_sentence(brief.reply_by, today, f", to {brief.reply_to.shown}" if brief.reply_to else "")]
    parts += [f"also {date_with_sentence(further, today)}" for further in brief.also_by[:MAX_FURTHER_DATES]]
    parts += [f"and {left} more dates"] if (left := len(brief.also_by) - MAX_FURTHER_DATES) > 0 else []
    parts += [f"if missed: {_shorten(brief.consequence.shown)}"] if brief.consequence else []
    parts += [f"shorter than your contract gives ({brief.contract})"] if brief.contract else []
    return "; ".join(parts)


def date_with_sentence(brief_date: BriefDate | None, today: date, more: str = "") -> str:
    """A date with the days left, `more`, and the sentence that sets it; "" for None.

    A date is never shown without its sentence; that of a headline stands right above.
    """
    if brief_date is None:
        return ""
    fact = brief_date.fact
    sentence = "in the headline" if fact.field == "title" else f"“{_shorten(fact.sentence, fact.words)}”"
    return f"{_format_date(brief_date, today)}{more} ({sentence})"


def _shorten(sentence: str, words: str = "") -> str:
    """`sentence`, or the MAX_SENTENCE_WORDS of it that stand around `words`."""
    all_words = sentence.split()
    if len(all_words) <= MAX_SENTENCE_WORDS:
        return sentence
    index = len(sentence[: max(sentence.find(words), 0)].split())
    begin = max(0, min(index - MAX_SENTENCE_WORDS // 2, len(all_words) - MAX_SENTENCE_WORDS))
    end = begin + MAX_SENTENCE_WORDS
    return f"{'… ' if begin else ''}{' '.join(all_words[begin:end])}{' …' if end < len(all_words) else ''}"


def _format_date(brief_date: BriefDate, today: date) -> str:
    """A date with its weekday and the days left; the words alone where there is no date."""
    withdrawn, words = is_withdrawn(brief_date), brief_date.fact.words
    moved = f"MOVED from {_format_moment(brief_date.moved_from)} to " if brief_date.moved_from else ""
    text = f"{'WITHDRAWN: ' if withdrawn else moved}{_format_moment(brief_date.deadline, words)}"
    day = london_day(brief_date.deadline)
    if day is None:
        return f"{text}{', from the day you received it' if _RECEIVED.search(words) else ''}"
    if brief_date.deadline.precision is Precision.MONTH:
        return f"{text} (“{words}”)"
    return f"{text}{'' if withdrawn else _format_days_left(day, today)}{_format_last_working_day(brief_date, day)}"


def _format_moment(deadline: Deadline, words: str = "") -> str:
    """The moment in London time, as exactly as it is known; `words`, else its own, where there is no date."""
    at = deadline.at
    if at is None:
        return f"“{words or deadline.words}”"
    if isinstance(at, datetime):
        local = at.astimezone(LONDON)
        return f"{local:%H:%M} on {_format_day(local.date())}"
    return f"{at:%B %Y}" if deadline.precision is Precision.MONTH else _format_day(at)


def _format_day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _format_days_left(day: date, today: date) -> str:
    days = (day - today).days
    return f", {days} days from now" if days > 1 else {1: ", tomorrow", 0: ", today"}.get(days, ", passed")


def _format_last_working_day(brief_date: BriefDate, day: date) -> str:
    """The Friday before for a date that is due on a Sunday; "" on a working day, or where nothing is due."""
    if brief_date.deadline.kind in START_KINDS or is_withdrawn(brief_date) or is_working_day(day):
        return ""
    return f" (last working day {_format_day(last_working_day(day))})"
