"""The watched part of a page, line by line, and its changes between two versions."""

from dataclasses import dataclass, field
from enum import StrEnum


class LineKind(StrEnum):
    """The kind of a Line. Members and rows are compared as sets, all others as text."""

    HEADING = "heading"
    SENTENCE = "sentence"
    MEMBER = "member"
    COLUMNS = "columns"
    ROW = "row"
    BANNER = "banner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a Region. `cells` are those of a row, or the names of a table's columns; `depth` is a member's.

    `under` is the heading that it stands under. `lead` introduces its list: the words before it that end in a colon, or
    the member that it is nested in; for a row, the names of its columns.
    """

    kind: LineKind
    text: str
    depth: int = 0
    cells: tuple[str, ...] = ()
    under: str = ""
    lead: str = ""

    @property
    def is_member(self) -> bool:
        """Whether this is a member of a list or a row of a table."""
        return self.kind in {LineKind.MEMBER, LineKind.ROW}


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The watched part of a page, in one version. `why`: the reason why this is not the page at all, "" when it is.

    `doubt`: the reason why it may be another page, shown in its place.
    `left_out` are its boilerplate lines, such as "Last updated 3 May 2024".
    """

    lines: tuple[Line, ...] = ()
    title: str = ""
    why: str = ""
    doubt: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def banner(self) -> str:
        """The words by which the publisher withdrew the page; "" where it is not withdrawn."""
        return next((line.text for line in self.lines if line.kind is LineKind.BANNER), "")


class Verdict(StrEnum):
    """The sum of a Change. `suspect`: one of the two versions is not the page, so nothing can be said."""

    CHANGED = "changed"
    COSMETIC = "cosmetic"
    WITHDRAWN = "withdrawn"
    SUSPECT = "suspect"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChange:
    """A line of text as it was and as it is now; "" where there was none, or is none."""

    was: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The differences of a Region between two versions.

    `added` and `removed` are members of lists and rows of tables, `kept` counts those that stayed. `text` has all other
    lines that changed; a member that was only reworded is there too, besides `added` and `removed`. `why` gives the
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
    """Whether words of a TextChange were kept, removed or added."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Words of a TextChange with one Mark, as Slack, mail and HTML show them."""

    mark: Mark
    text: str
