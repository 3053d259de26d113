"""Whether two Deadlines of one Story are the same date, or how likely they are two dates for the same thing."""

from datetime import date, datetime
from enum import StrEnum

from watcher.core.language.dates import LONDON
from watcher.core.stories.features import extract_features, shared_weights, weigh_features
from watcher.model import Deadline, DeadlineKind, Precision

MIN_SAME_DUTY = 0.5  # sentences that share half their words, by weight, are about the same thing
MIN_RELATED = 0.2  # and with this much they may be, where a Story has only one date of that sort
START_KINDS = frozenset({DeadlineKind.EFFECTIVE, DeadlineKind.WINDOW_OPEN})
_BY_EXACTNESS = (Precision.NONE, Precision.MONTH, Precision.DAY, Precision.MINUTE)


class DateRole(StrEnum):
    """A start, an end by which something must be done, or a time limit that only the reader can count (relative)."""

    START = "start"
    END = "end"
    RELATIVE = "relative"


def role_of(deadline: Deadline) -> DateRole:
    """START for what takes effect or opens; END for any other with a date, counted ones too; RELATIVE without one."""
    if deadline.kind in START_KINDS:
        return DateRole.START
    return DateRole.END if deadline.at else DateRole.RELATIVE


def london_day(deadline: Deadline) -> date | None:
    """The London day on which it falls; None when it has no date."""
    return deadline.at.astimezone(LONDON).date() if isinstance(deadline.at, datetime) else deadline.at


def is_same_day(first: Deadline, second: Deadline) -> bool:
    """Whether both fall on one London day; or in one month, where either names only its month."""
    first_day, second_day = london_day(first), london_day(second)
    if first_day is None or second_day is None:
        return False
    if Precision.MONTH in {first.precision, second.precision}:
        return (first_day.year, first_day.month) == (second_day.year, second_day.month)
    return first_day == second_day


def is_same_moment(first: Deadline, second: Deadline) -> bool:
    """Whether both have one role and one moment, compared by the minute if both name it, else by day or month."""
    if role_of(first) is not role_of(second):
        return False
    if role_of(first) is DateRole.RELATIVE:
        return first.offset == second.offset
    if isinstance(first.at, datetime) and isinstance(second.at, datetime):
        return first.at == second.at
    return is_same_day(first, second)


def exactness(deadline: Deadline) -> int:
    """The rank of its precision: 0 for none, then month, day, and 3 for minute."""
    return _BY_EXACTNESS.index(deadline.precision)


def sentence_similarity(first: Deadline, second: Deadline) -> float:
    """The share, by weight, of the lighter sentence's words that the other has too, dates aside: 0 to 1."""
    first_weights, second_weights = _weigh_sentence(first), _weigh_sentence(second)
    lighter = min(sum(first_weights.values()), sum(second_weights.values()))
    return sum(shared_weights(first_weights, second_weights).values()) / lighter if lighter else 0.0


def _weigh_sentence(deadline: Deadline) -> dict[str, float]:
    words = weigh_features(extract_features(deadline.sentence.replace(deadline.words, " ")))
    return {word: weight for word, weight in words.items() if not word.startswith("date:")}
