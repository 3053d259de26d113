"""A Brief as lines for people, its fields in their fixed order."""

import re
from dataclasses import replace
from datetime import date, datetime

from watcher.core.briefs.current_dates import as_withdrawn, is_withdrawn
from watcher.core.deadlines.identity import STARTS, london_day
from watcher.core.language.dates import LONDON
from watcher.core.language.working_days import is_working_day, last_working_day
from watcher.model import Audience, Brief, BriefDate, Deadline, Fact, Inclusion, Obligation, Precision

NOT_KNOWN = "not known"
MAX_FURTHER_DATES, MAX_SENTENCE_WORDS = 2, 24  # further dates, and words of a sentence: the rest is behind the link
_RECEIVED = re.compile(r"\b(?:request|receipt|receiv\w+|e-?mail|letter|notice)\b", re.IGNORECASE)


def lines(known: Brief, today: date) -> tuple[tuple[str, str], ...]:
    """The fields in their fixed order, each with what is known of it. `today` is London's."""
    excluded = f"; not {known.not_who.shown}" if known.not_who else ""
    return (
        ("WHO", f"{_shown(known.who)}{excluded}; practice managers {known.practice_managers}"),
        ("FROM", _moment(known.starts, today)),
        ("DO", _shown(known.do)),
        ("ORDER", _shown(known.order)),
        ("PAID", _shown(known.paid)),
        ("CODE", _shown(known.code)),
        ("REPLY BY", _reply(known, today)),
        ("OWNER", _shown(known.owner)),
        ("APPLIES", f"{_shown(known.area)}; {_force(known.obligation)}; addressed to: {known.audience}"),
    )


def brief_lines(known: Brief, today: date) -> tuple[tuple[str, str], ...]:
    """The same for an alert: each date with the sentence that sets it, and "" for what is not known.

    Practice managers are never left out in silence: where nothing is said of the rest, WHO begins with them.
    """
    who = [*([known.who.shown] if known.who else []), *([f"not {known.not_who.shown}"] if known.not_who else [])]
    managers = [f"practice managers {known.practice_managers}"]
    nobody = not who and known.practice_managers is Inclusion.NOT_MENTIONED
    applies = [
        *([known.area.shown] if known.area else []),
        *([str(known.obligation)] if known.obligation is not Obligation.UNSAID else []),
        *([f"addressed to {known.audience}"] if known.audience is not Audience.UNSAID else []),
    ]
    return (
        ("Who", "" if nobody else "; ".join([*who, *managers])),
        ("From", date_with_sentence(known.starts, today)),
        *((name, fact.shown if fact else "") for name, fact in _plain_facts(known)),
        ("Reply by", _replied(known, today)),
        ("Owner", known.owner.shown if known.owner else ""),
        ("Applies", "; ".join(applies)),
    )


def without_dates(known: Brief) -> Brief:
    """The Brief of a page that no longer holds: each of its dates is off."""
    return replace(
        known,
        starts=as_withdrawn(known.starts) if known.starts else None,
        reply_by=as_withdrawn(known.reply_by) if known.reply_by else None,
        also_by=tuple(map(as_withdrawn, known.also_by)),
        consequence=None,
    )


def _plain_facts(known: Brief) -> tuple[tuple[str, Fact | None], ...]:
    return ("Do", known.do), ("Order", known.order), ("Paid", known.paid), ("Code", known.code)


def _replied(known: Brief, today: date) -> str:
    if known.reply_by is None:
        return ""
    parts = [date_with_sentence(known.reply_by, today, f", to {known.reply_to.shown}" if known.reply_to else "")]
    parts += [f"also {date_with_sentence(each, today)}" for each in known.also_by[:MAX_FURTHER_DATES]]
    parts += [f"and {left} more dates"] if (left := len(known.also_by) - MAX_FURTHER_DATES) > 0 else []
    parts += [f"if missed: {_near(known.consequence.shown)}"] if known.consequence else []
    parts += [f"shorter than your contract gives ({known.contract})"] if known.contract else []
    return "; ".join(parts)


def date_with_sentence(known: BriefDate | None, today: date, more: str = "") -> str:
    """A date is never shown without its sentence; that of a headline stands right above."""
    if known is None:
        return ""
    said = "in the headline" if known.fact.field == "title" else f"“{_near(known.fact.sentence, known.fact.words)}”"
    return f"{_moment(known, today)}{more} ({said})"


def _near(sentence: str, words: str = "") -> str:
    """`sentence`, or as much of it as stands around `words`."""
    found = sentence.split()
    if len(found) <= MAX_SENTENCE_WORDS:
        return sentence
    at = len(sentence[: max(sentence.find(words), 0)].split())
    begin = max(0, min(at - MAX_SENTENCE_WORDS // 2, len(found) - MAX_SENTENCE_WORDS))
    end = begin + MAX_SENTENCE_WORDS
    return f"{'… ' if begin else ''}{' '.join(found[begin:end])}{' …' if end < len(found) else ''}"


def _force(force: Obligation) -> str:
    return "binding: not known" if force is Obligation.UNSAID else str(force)


def _shown(fact: Fact | None) -> str:
    return fact.shown if fact else NOT_KNOWN


def _reply(known: Brief, today: date) -> str:
    parts = [_moment(known.reply_by, today)]
    if known.reply_to:
        parts.append(f"to {known.reply_to.shown}")
    parts += [f"also {_moment(each, today)}" for each in known.also_by]
    if known.consequence:
        parts.append(f"if missed: {known.consequence.shown}")
    if known.contract:
        parts.append(f"shorter than your contract gives ({known.contract})")
    return "; ".join(parts)


def _moment(known: BriefDate | None, today: date) -> str:
    """A date with its weekday and the days left; the words alone where there is no date."""
    if known is None:
        return NOT_KNOWN
    begin = (
        "WITHDRAWN: "
        if is_withdrawn(known)
        else f"MOVED from {_named(known.moved_from)} to "
        if known.moved_from
        else ""
    )
    named, day = f"{begin}{_named(known.deadline, known.fact.words)}", london_day(known.deadline)
    if day is None:
        return f"{named}{', from the day you received it' if _RECEIVED.search(known.fact.words) else ''}"
    if known.deadline.precision is Precision.MONTH:
        return f"{named} (“{known.fact.words}”)"
    return f"{named}{'' if is_withdrawn(known) else _left(day, today)}{_working(known, day)}"


def _named(deadline: Deadline, words: str = "") -> str:
    """The moment as exactly as it is known; `words` or its own where there is no date."""
    at = deadline.at
    if at is None:
        return f"“{words or deadline.words}”"
    if isinstance(at, datetime):
        local = at.astimezone(LONDON)
        return f"{local:%H:%M} on {_day(local.date())}"
    return f"{at:%B %Y}" if deadline.precision is Precision.MONTH else _day(at)


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _left(day: date, today: date) -> str:
    left = (day - today).days
    return f", {left} days from now" if left > 1 else {1: ", tomorrow", 0: ", today"}.get(left, ", passed")


def _working(known: BriefDate, day: date) -> str:
    """What is due on a Sunday must be done on the Friday before."""
    if known.deadline.kind in STARTS or is_withdrawn(known) or is_working_day(day):
        return ""
    return f" (last working day {_day(last_working_day(day))})"
