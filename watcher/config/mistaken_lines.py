"""Where a mistake in YAML really stands: the parser often notices it lines below, and takes it for something else.

Pure: the text, and the complaint with its place as the parser has it, become the place and the words for people.
"""

from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.tokens import ScalarToken

from watcher.config import parse_errors
from watcher.core.language.lazy_regex import lazy_regex

MISSING_DASH = "missing dash; begin each entry of a list with a dash and a space, all in one column"
DASH_WITHOUT_SPACE = "put a space after the dash"
_DASH_ALONE = lazy_regex(r"\s*-(?![\s-])")
_KEY = lazy_regex(r"\s*(?:-\s+)?[^\s:\"'][^:\"']*:(?:\s|$)")
_KEY_WITHOUT_COLON = lazy_regex(r"(?P<indent>\s*-\s+)[a-z_]+\s[^:]*$")


class _Line(NamedTuple):
    """One line with its number from 1; `indent`: how many spaces it begins with."""

    number: int
    text: str

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip(" "))

    @property
    def has_dash(self) -> bool:
        return self.text.lstrip(" ").startswith("- ")


def find_mistake(error: MarkedYAMLError, text: str) -> tuple[int, int, str]:
    """Line and column of the mistake, both from 1, and what to do there."""
    line, column, what = parse_errors.explain_yaml_error(error)
    if quote := _find_open_quote(error, text):
        return (*quote, f"not YAML: {parse_errors.QUOTE_NOT_CLOSED}")
    current, above = _find_lines(text, line)
    if above and (place := _find_list_mistake(error, current, above, column)):
        return place
    without_colon = _KEY_WITHOUT_COLON.match(above.text) if above else None
    if above and without_colon and len(without_colon["indent"]) == current.indent and parse_errors.COLON in what:
        return above.number, current.indent + 1, f"not YAML: {parse_errors.MISSING_COLON}"
    return line, column, what


def _find_open_quote(error: MarkedYAMLError, text: str) -> tuple[int, int] | None:
    """Line and column of a quote that was closed only by the next one, lines below, just before the complaint."""
    mark = error.problem_mark
    if not mark:
        return None
    last = None
    try:
        for token in YAML(typ="safe", pure=True).scan(text[: mark.index]):
            last = token if isinstance(token, ScalarToken) else last
    except YAMLError:
        return None  # the quote that is still open there has a complaint of its own
    if last is None or last.plain or last.style not in {'"', "'"}:
        return None
    is_near = last.end_mark.line == mark.line and last.start_mark.line < mark.line
    return (last.start_mark.line + 1, last.start_mark.column + 1) if is_near else None


def _find_lines(text: str, number: int) -> tuple[_Line, _Line | None]:
    """The line with this number, and the nearest above it that is neither empty nor a comment."""
    lines = [_Line(count, line.rstrip()) for count, line in enumerate(text.split("\n"), 1)]
    meaningful = [line for line in lines[: number - 1] if line.text.strip() and not line.text.lstrip().startswith("#")]
    return lines[min(number, len(lines)) - 1], meaningful[-1] if meaningful else None


def _find_list_mistake(
    error: MarkedYAMLError, current: _Line, above: _Line, column: int
) -> tuple[int, int, str] | None:
    """A dash that is missing, or has no space after it; None where lists have nothing to do with it."""
    problem = str(error.problem)
    if _DASH_ALONE.match(current.text):
        return current.number, current.indent + 1, f"not YAML: {DASH_WITHOUT_SPACE}"
    is_missing_below = problem.endswith("found '<block sequence start>'") and current.indent == above.indent
    if is_missing_below and not above.has_dash and not _KEY.match(above.text):
        return above.number, above.indent + 1, f"not YAML: {MISSING_DASH}"
    begins_line = column == current.indent + 1 and not current.has_dash
    in_list = str(error.context) == "while parsing a block collection"
    is_missing_here = (
        (in_list and problem.endswith("found '?'") and error.context_mark.column == current.indent)
        or (in_list and problem.endswith("found '<scalar>'"))
        or (problem.startswith("could not find expected ':'") and above.has_dash and above.indent == current.indent)
    )
    if begins_line and is_missing_here:
        return current.number, column, f"not YAML: {MISSING_DASH}"
    return None
