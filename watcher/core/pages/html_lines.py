"""The text of tags put together as people see it: a Line for each heading, sentence, list member and table row."""

from collections.abc import Iterator

from bs4 import Tag

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.sentences import split_sentences
from watcher.core.language.text import one_line
from watcher.core.pages.boilerplate import contents_of
from watcher.model import Line, LineKind

MAX_CELL_CHARACTERS = 1_000  # a table with longer cells lays out a page
MAX_LIST_DEPTH = 3  # lists in lists: deeper ones are not searched for headings
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCK_NAMES = (
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure"
    " footer form header hgroup hr html label legend li main menu ol p pre section summary table tbody td tfoot th"
    " thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_ROLES = {"ul": "list", "ol": "list", "menu": "list", "table": "table", "dl": "table", "caption": "heading"}
_ROLES.update(dict.fromkeys(_HEADINGS, "heading"))
_BULLET = lazy_regex(r"^[•·▪‣◦●○■□✓✔➢*–-]\s+(?=\w)")


class LineBuilder:
    """Builds `lines` from tags as they open and close, and the text between them."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._words: list[str] = []
        self._roles: list[str] = []  # of every open tag
        self._within: list[str] = []  # of the open tags that shape lines: list, member, heading, table, row, cell
        self._depth = 0  # of lists inside each other
        self._cells: list[str] = []
        self._is_header_row = True  # whether all cells of the row so far are <th>

    def add_text(self, words: str) -> None:
        """Add text of the tag that was opened last."""
        self._words.append(words)

    def add_gap(self) -> None:
        """Part the words before and after something that is left out."""
        self._words.append(" ")

    def open_tag(self, tag: Tag) -> None:
        """Begin a tag; one that shapes lines ends the line before it."""
        role, within = self._role_of(tag), self._within[-1] if self._within else ""
        joined = within in {"heading", "cell"} or (within == "member" and role in {"block", "heading"})
        if role and joined:
            before = next((words for words in reversed(self._words[-3:]) if words.strip()), "")
            self._words.append("; " if tag.name == "li" and before else " ")
            role = "space"
        self._roles.append(role)
        if role in {"", "space"}:
            return
        self._flush_words()
        if role == "row" or tag.name == "dt":
            self._end_row()
        if role == "cell":
            self._is_header_row = self._is_header_row and tag.name == "th"
        if role != "block":
            self._within.append(role)
            self._depth += role == "list"

    def close_tag(self) -> None:
        """End the tag that was opened last."""
        role = self._roles.pop()
        if role == "space":
            self._words.append(" ")
        elif role == "cell":
            self._cells.append(self._take_words().replace("|", "¦"))  # "|" parts cells where they are written down
            self._within.pop()
        elif role:
            self._flush_words()
            if role in {"row", "table"}:
                self._end_row()
            if role != "block":
                self._within.pop()
                self._depth -= role == "list"

    def _role_of(self, tag: Tag) -> str:
        name, within = tag.name, self._within[-1] if self._within else ""
        if name in {"td", "th", "tr"}:
            return {("tr", "table"): "row", ("td", "row"): "cell", ("th", "row"): "cell"}.get((name, within), "block")
        if name in {"dt", "dd"} and within == "table":
            return "cell"
        if name == "dt":
            return "heading"
        if name == "li":
            return "member" if self._depth and not self._has_headings(tag) else "block"
        if name in {"table", "dl"}:
            return "table" if _is_data_table(tag) else "block"
        if name in {"thead", "tbody", "tfoot"} and within == "table":
            return ""
        return _ROLES.get(name, "block" if name in _BLOCKS else "")

    def _has_headings(self, tag: Tag) -> bool:
        """Whether a <li> is a part of the page rather than a member of a list."""
        return self._depth <= MAX_LIST_DEPTH and _has_tag(tag, {"h1", "h2", "table"})

    def _take_words(self) -> str:
        words = one_line("".join(self._words))
        self._words.clear()
        return words

    def _flush_words(self) -> None:
        words = self._take_words()
        if words:
            self.lines += self._make_lines(words)

    def _make_lines(self, words: str) -> Iterator[Line]:
        within = self._within[-1] if self._within else ""
        if within == "heading":
            yield Line(kind=LineKind.HEADING, text=words)
        elif within == "member":
            yield Line(kind=LineKind.MEMBER, text=words, depth=self._depth)
        elif _BULLET.match(words):
            yield Line(kind=LineKind.MEMBER, text=_BULLET.sub("", words), depth=1)
        else:
            yield from (Line(kind=LineKind.SENTENCE, text=sentence) for sentence in split_sentences(words))

    def _end_row(self) -> None:
        cells, is_header_row = tuple(self._cells), self._is_header_row
        self._cells, self._is_header_row = [], True
        text = " | ".join(cell for cell in cells if cell)
        if text:
            kind = LineKind.COLUMNS if is_header_row else LineKind.ROW
            self.lines.append(Line(kind=kind, text=text, cells=cells))


def _is_data_table(tag: Tag) -> bool:
    """Whether a table or a <dl> holds facts, and does not lay out a page or a list of questions with answers."""
    if str(tag.get("role") or "") in {"presentation", "none"} or _has_tag(tag, {"table", "dl", "h1", "h2", "h3"}):
        return False
    if tag.name == "dl" and _has_tag(tag, {"ul", "ol", "p"}):
        return False
    longest = max((len(cell.get_text()) for cell in tag.find_all(["td", "th", "dd"], limit=200)), default=0)
    return longest <= MAX_CELL_CHARACTERS


def _has_tag(tag: Tag, names: set[str]) -> bool:
    return any(isinstance(node, Tag) and node.name in names for node in contents_of(tag))
