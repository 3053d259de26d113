"""Whether two Deadlines of one Story are the same date, or two dates of the same thing."""

from datetime import date, datetime
from enum import StrEnum

from watcher.core.language.dates import LONDON
from watcher.core.language.features import extract_features, shared_weights, weigh_features
from watcher.model import Deadline, DeadlineKind, Precision

MIN_SAME_DUTY = 0.5  # sentences that share half their words, by weight, speak of the same thing
MIN_RELATED = 0.2  # and with so much they may, where a Story has only one date of that sort
STARTS = frozenset({DeadlineKind.EFFECTIVE, DeadlineKind.WINDOW_OPEN})
_EXACT = (Precision.NONE, Precision.MONTH, Precision.DAY, Precision.MINUTE)


class DateRole(StrEnum):
    """What a date asks: to be ready from then, to be done by then, or within a time that only the reader can count."""

    START = "start"
    END = "end"
    RELATIVE = "relative"


def role_of(deadline: Deadline) -> DateRole:
    """The Side of a Deadline. A window opens and closes; a distance that was counted out is an end."""
    if deadline.kind in STARTS:
        return DateRole.START
    return DateRole.END if deadline.at else DateRole.RELATIVE


def london_day(deadline: Deadline) -> date | None:
    """The London day."""
    return deadline.at.astimezone(LONDON).date() if isinstance(deadline.at, datetime) else deadline.at


def is_same_day(one: Deadline, other: Deadline) -> bool:
    """Whether both name this day; or its month, where one of them names no day."""
    here, there = london_day(one), london_day(other)
    if here is None or there is None:
        return False
    if Precision.MONTH in {one.precision, other.precision}:
        return (here.year, here.month) == (there.year, there.month)
    return here == there


def is_same_moment(one: Deadline, other: Deadline) -> bool:
    """Whether both name the same moment, each as exactly as it does."""
    if role_of(one) is not role_of(other):
        return False
    if role_of(one) is DateRole.RELATIVE:
        return one.offset == other.offset
    if isinstance(one.at, datetime) and isinstance(other.at, datetime):
        return one.at == other.at
    return is_same_day(one, other)


def exactness(deadline: Deadline) -> int:
    """More for what is named more exactly."""
    return _EXACT.index(deadline.precision)


def sentence_similarity(one: Deadline, other: Deadline) -> float:
    """How much of what the shorter sentence says, its times aside, the other says too: 0 to 1."""
    here, there = _said(one), _said(other)
    least = min(sum(here.values()), sum(there.values()))
    return sum(shared_weights(here, there).values()) / least if least else 0.0


def _said(deadline: Deadline) -> dict[str, float]:
    words = weigh_features(extract_features(deadline.sentence.replace(deadline.words, " ")))
    return {word: weight for word, weight in words.items() if not word.startswith("date:")}
