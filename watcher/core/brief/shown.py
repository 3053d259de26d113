"""A Brief as lines for people, its fields in their fixed order."""

import re
from datetime import date, datetime

from watcher.core.dates import LONDON
from watcher.core.workdays import is_working, last_working_day
from watcher.model import Brief, DeadlineKind, Fact, Force, Moment, Precision

NOT_KNOWN = "not known"
_STARTS = {DeadlineKind.EFFECTIVE, DeadlineKind.WINDOW_OPEN}
_OFF = {DeadlineKind.WITHDRAWN, DeadlineKind.NEGATED}
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
        ("APPLIES", f"{_shown(known.area)}; {_force(known.force)}; addressed to: {known.address}"),
    )


def _force(force: Force) -> str:
    return "binding: not known" if force is Force.UNSAID else str(force)


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


def _moment(known: Moment | None, today: date) -> str:
    """A date with its weekday and the days left; the words alone where there is no date."""
    if known is None:
        return NOT_KNOWN
    at, off = known.deadline.at, "WITHDRAWN: " if known.deadline.kind in _OFF else ""
    if at is None:
        since = ", from the day you received it" if _RECEIVED.search(known.fact.words) else ""
        return f"{off}“{known.fact.words}”{since}"
    if known.deadline.precision is Precision.MONTH:
        return f"{off}{at:%B %Y} (“{known.fact.words}”)"
    local = at.astimezone(LONDON) if isinstance(at, datetime) else None
    day = local.date() if local else at
    clock = f"{local:%H:%M} on " if local else ""
    return f"{off}{clock}{_day(day)}{'' if off else _left(day, today)}{_working(known, day)}"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _left(day: date, today: date) -> str:
    left = (day - today).days
    return f", {left} days from now" if left > 1 else {1: ", tomorrow", 0: ", today"}.get(left, ", passed")


def _working(known: Moment, day: date) -> str:
    """What is due on a Sunday must be done on the Friday before."""
    if known.deadline.kind in _STARTS | _OFF or is_working(day):
        return ""
    return f" (last working day {_day(last_working_day(day))})"
