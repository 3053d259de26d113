"""What an examination of an installation found."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MAX_NAMED = 5


class Grade(StrEnum):
    """How a Finding is to be taken: all is well, something to know, or something that a person must mend."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of an examination: which `check`, how it went, what was `seen`, and the `cure` ("" where all is well).

    No secret and no address of a reader stands in it.
    """

    check: str
    grade: Grade
    seen: str
    cure: str = ""


def fine(check: str, seen: str) -> Finding:
    """A Finding that all is well."""
    return Finding(check=check, grade=Grade.OK, seen=seen)


def doubtful(check: str, seen: str, cure: str) -> Finding:
    """A Finding that one should know of; the product works all the same."""
    return Finding(check=check, grade=Grade.WARN, seen=seen, cure=cure)


def broken(check: str, seen: str, cure: str) -> Finding:
    """A Finding that a person must mend."""
    return Finding(check=check, grade=Grade.BAD, seen=seen, cure=cure)


def name_some(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return f"{', '.join(names[:MAX_NAMED])}{more}"
