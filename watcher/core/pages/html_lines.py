"""The text of tags put together as people see it: a Line for each heading, sentence, list member and table row."""

import re
from collections.abc import Iterator

from bs4 import Tag

from watcher.core.language.text import one_line
from watcher.core.pages.boilerplate import contents_of
from watcher.model import Line, LineKind

MAX_CELL_CHARACTERS = 1_000  # characters: a table with longer cells lays out a page
MAX_LIST_DEPTH = 3  # lists in lists: deeper ones are not looked into for headings
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NAMES = (
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure"
    " footer form header hgroup hr html label legend li main menu ol p pre section summary table tbody td tfoot th"
    " thead tr ul"
)
_BLOCKS = frozenset(_NAMES.split())
_ROLES = {"ul": "list", "ol": "list", "menu": "list", "table": "table", "dl": "table", "caption": "heading"}
_ROLES.update(dict.fromkeys(_HEADINGS, "heading"))
_BULLET = re.compile(r"^[•·▪‣◦●○■□✓✔➢*–-]\s+(?=\w)")
# A sentence ends at . ! ? before a capital, a digit or a pound sign, but not after an abbreviation or an initial.
_ENDS = re.compile(
    r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\b[A-Z]\.)(?<!\bNo\.)(?<!\bno\.)(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)"
    r"(?<!\bProf\.)(?<!\bSt\.)(?<!\bvs\.)(?<!\bcf\.)(?<!\bincl\.)(?<!\bapprox\.)(?<!^\d\.)(?<!^\d\d\.)\s+(?=[\"'“‘(\[]*[A-Z0-9£])"
)


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph, as well as capitals tell."""
    return [each for each in _ENDS.split(text) if each]


class LineBuilder:
    """Is told of tags as they open and close, and of the words between; `lines` is what it makes of them."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._words: list[str] = []
        self._roles: list[str] = []  # of every open tag
        self._within: list[str] = []  # of the open tags that shape lines: list, member, heading, table, row, cell
        self._depth = 0  # of lists inside each other
        self._cells: list[str] = []
        self._names = True  # whether all cells of the row are <th>

    def add_text(self, words: str) -> None:
        """Words of the tag that is open."""
        self._words.append(words)

    def add_gap(self) -> None:
        """Something between words that is not shown here."""
        self._words.append(" ")

    def open_tag(self, tag: Tag) -> None:
        """A tag begins."""
        role, within = self._role(tag), self._within[-1] if self._within else ""
        joined = within in {"heading", "cell"} or (within == "member" and role in {"block", "heading"})
        if role and joined:
            before = next((words for words in reversed(self._words[-3:]) if words.strip()), "")
            self._words.append("; " if tag.name == "li" and before else " ")
            role = "space"
        self._roles.append(role)
        if role in {"", "space"}:
            return
        self._flush()
        if role == "row" or tag.name == "dt":
            self._end_row()
        if role == "cell":
            self._names = self._names and tag.name == "th"
        if role != "block":
            self._within.append(role)
            self._depth += role == "list"

    def close_tag(self) -> None:
        """The tag that was opened last ends."""
        role = self._roles.pop()
        if role == "space":
            self._words.append(" ")
        elif role == "cell":
            self._cells.append(self._taken().replace("|", "¦"))  # as they are written down
            self._within.pop()
        elif role:
            self._flush()
            if role in {"row", "table"}:
                self._end_row()
            if role != "block":
                self._within.pop()
                self._depth -= role == "list"

    def _role(self, tag: Tag) -> str:
        name, within = tag.name, self._within[-1] if self._within else ""
        if name in {"td", "th", "tr"}:
            return {("tr", "table"): "row", ("td", "row"): "cell", ("th", "row"): "cell"}.get((name, within), "block")
        if name in {"dt", "dd"} and within == "table":
            return "cell"
        if name == "dt":
            return "heading"
        if name == "li":
            return "member" if self._depth and not self._holds_headings(tag) else "block"
        if name in {"table", "dl"}:
            return "table" if _is_data(tag) else "block"
        if name in {"thead", "tbody", "tfoot"} and within == "table":
            return ""
        return _ROLES.get(name, "block" if name in _BLOCKS else "")

    def _holds_headings(self, tag: Tag) -> bool:
        """Whether a <li> is a part of the page rather than a member of a list."""
        return self._depth <= MAX_LIST_DEPTH and _holds(tag, {"h1", "h2", "table"})

    def _taken(self) -> str:
        words = one_line("".join(self._words))
        self._words.clear()
        return words

    def _flush(self) -> None:
        words = self._taken()
        if words:
            self.lines += self._lines_of(words)

    def _lines_of(self, words: str) -> Iterator[Line]:
        within = self._within[-1] if self._within else ""
        if within == "heading":
            yield Line(kind=LineKind.HEADING, text=words)
        elif within == "member":
            yield Line(kind=LineKind.MEMBER, text=words, depth=self._depth)
        elif _BULLET.match(words):
            yield Line(kind=LineKind.MEMBER, text=_BULLET.sub("", words), depth=1)
        else:
            yield from (Line(kind=LineKind.SENTENCE, text=each) for each in sentences(words))

    def _end_row(self) -> None:
        cells, names = tuple(self._cells), self._names
        self._cells, self._names = [], True
        text = " | ".join(cell for cell in cells if cell)
        if text:
            sort = LineKind.COLUMNS if names else LineKind.ROW
            self.lines.append(Line(kind=sort, text=text, cells=cells))


def _is_data(tag: Tag) -> bool:
    """Whether a table or a <dl> holds facts; else it lays out a page, or a list of questions with their answers."""
    if str(tag.get("role") or "") in {"presentation", "none"} or _holds(tag, {"table", "dl", "h1", "h2", "h3"}):
        return False
    if tag.name == "dl" and _holds(tag, {"ul", "ol", "p"}):
        return False
    longest = max((len(cell.get_text()) for cell in tag.find_all(["td", "th", "dd"], limit=200)), default=0)
    return longest <= MAX_CELL_CHARACTERS


def _holds(tag: Tag, names: set[str]) -> bool:
    return any(isinstance(node, Tag) and node.name in names for node in contents_of(tag))
