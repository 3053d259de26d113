"""Dates and times that an announcement sets, each with the words and the sentence it was read from."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from watcher.model.item import Precision


class DeadlineKind(StrEnum):
    """The kind of a Deadline: at its moment something is due, takes effect, opens, closes or is called off.

    `relative` counts from something only the reader knows; `negated`: it need not be done by then; `past`: it was over
    when the text appeared.
    """

    DEADLINE = "deadline"
    EFFECTIVE = "effective"
    WINDOW_OPEN = "window_open"
    WINDOW_CLOSE = "window_close"
    RELATIVE = "relative"
    WITHDRAWN = "withdrawn"
    NEGATED = "negated"
    PAST = "past"


class Actor(StrEnum):
    """Who must act: those who run a practice, others (ministers, ICBs, patients), or nobody is named."""

    PRACTICES = "practices"
    OTHERS = "others"
    UNSAID = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A moment by which somebody must act, or from which something holds. It is never shown without its sentence.

    `at` is None when it must not be guessed. It is a moment (UTC) with precision minute; a London day with precision
    day; and with precision month that month's last day, to be shown as a month only. `words` are the time as spelt,
    and stand in `sentence`. `offset` is the distance of a relative one ("5 working days").

    `derived`: counted from another date; `ambiguous`: the words have a second reading; `payment`: a payment depends on
    it; `recurring`: `at` is the next of many.
    """

    kind: DeadlineKind
    at: date | datetime | None = None
    precision: Precision = Precision.NONE
    words: str
    sentence: str
    actor: Actor = Actor.UNSAID
    offset: str = ""
    derived: bool = False
    ambiguous: bool = False
    payment: bool = False
    recurring: bool = False
