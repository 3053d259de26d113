"""What stands in the watched part of a page, line by line, and what became of it between two versions."""

from dataclasses import dataclass, field
from enum import StrEnum


class LineKind(StrEnum):
    """What a Line is. Members and rows are compared as sets, all others as text."""

    HEADING = "heading"
    SENTENCE = "sentence"
    MEMBER = "member"
    COLUMNS = "columns"
    ROW = "row"
    BANNER = "banner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a Region. `cells` are those of a row, or the names of a table's columns; `depth` is a member's.

    `under` is the heading that it stands under. `lead` is what introduces its list: the words before it that end in a
    colon, or the member that it is nested in; of a row, the names of its columns.
    """

    kind: LineKind
    text: str
    depth: int = 0
    cells: tuple[str, ...] = ()
    under: str = ""
    lead: str = ""

    @property
    def is_member(self) -> bool:
        """Whether it belongs to a list or a table."""
        return self.kind in {LineKind.MEMBER, LineKind.ROW}


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The part of a page that is watched, in one version. `why`: why this is not the page at all, "" when it is.

    `left_out` are its lines that are never news, such as "Last updated 3 May 2024".
    """

    lines: tuple[Line, ...] = ()
    title: str = ""
    why: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def banner(self) -> str:
        """The words by which the publisher withdrew the page; "" when it stands."""
        return next((line.text for line in self.lines if line.kind is LineKind.BANNER), "")


class Verdict(StrEnum):
    """What a Change amounts to. `suspect`: one of the two is not the page, so nothing can be said."""

    CHANGED = "changed"
    COSMETIC = "cosmetic"
    WITHDRAWN = "withdrawn"
    SUSPECT = "suspect"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChange:
    """Words that were there and what stands there now; "" where nothing stood, or stands."""

    was: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of a Region between two versions.

    `added` and `removed` are members of lists and rows of tables, `kept` counts those that stayed. `text` holds
    everything else; a member that was only reworded stands there too, beside `added` and `removed`. `why` gives the
    reason for suspect, and the banner for withdrawn.
    """

    verdict: Verdict
    added: tuple[Line, ...] = ()
    removed: tuple[Line, ...] = ()
    kept: int = 0
    text: tuple[TextChange, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A watched page as one revision keeps it: its headline and its text, line by line (core/pages/region.py)."""

    title: str
    text: str = field(repr=False)


class Mark(StrEnum):
    """What became of some words of a TextChange."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Words of a TextChange with one Mark, as Slack, mail and HTML show them."""

    mark: Mark
    text: str
