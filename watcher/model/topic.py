"""Topics with their terms, and the Matches, Signals and Vetoes of an Item."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from watcher.model.source import Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A policy subject with the terms that match it and those that veto it (docs/configuration.md has the syntax).

    One of `any` is enough. One of `weak` counts only beside one of `needs`, or from one of `publishers`. One of
    `unless` is a veto, which one of `but` lifts. `points` are added to those of an Item by which it is told or waits.
    """

    id: str
    name: str
    any: tuple[str, ...]
    unless: tuple[str, ...] = ()
    description: str = ""
    weak: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    points: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A veto for every Topic: the terms in `unless` are not for an English practice. One of `but` lifts it."""

    id: str
    name: str
    unless: tuple[str, ...]
    but: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Terms that make it more, or with negative `points` less likely that an Item is for an English practice.

    It counts for tellers of one of `trusts`, where there are any; without terms it counts for all that these tell.
    """

    id: str
    name: str
    points: int
    any: tuple[str, ...] = ()
    trusts: tuple[Trust, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words of an Item that made a term match, as the publisher spelt them.

    `field` is title, summary, text or publisher; `words` stand in the sentence `text`; `term` is as the admin wrote it.
    """

    field: str
    text: str
    term: str
    words: str = ""


class Prominence(IntEnum):
    """How prominently an Item speaks of a Topic: once deep in its text, often in it, once where it begins ...

    in its summary (or where its text begins, and often in it), or in its headline.
    """

    MENTION = 1
    BODY = 2
    LEAD = 3
    SUMMARY = 4
    HEADLINE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The id of a Topic that an Item matches, with the words that made it match, and how prominent the first are.

    `is_passing`: the Item is about another Topic, and only mentions this one.
    """

    topic: str
    evidence: tuple[Evidence, ...]
    prominence: Prominence = Prominence.HEADLINE
    is_passing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """The summed points of an Item's Signals: how likely an English general practice must know of it or act on it."""

    points: int = 0
    signals: tuple[tuple[str, Evidence], ...] = ()


class Zone(StrEnum):
    """Where an Item goes by its points: told at once, in the next digest, or only listed as "perhaps"."""

    AT_ONCE = "at once"
    DIGEST = "digest"
    PERHAPS = "perhaps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """A Topic that would have matched, and the words that stopped it; `guard` is the Guard they belong to, if any."""

    topic: str
    by: Evidence
    guard: str = ""


class MarkVerdict(StrEnum):
    """What a person says of a Topic of an Item."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMark:
    """A person's word on whether an Item is about a Topic, given at `at` (UTC).

    `terms`: those by which it matched then; none where it did not match.
    """

    item: str
    topic: str
    verdict: MarkVerdict
    terms: tuple[str, ...]
    at: datetime
