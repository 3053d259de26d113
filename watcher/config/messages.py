"""What the YAML parser and pydantic complain about, in plain words and with the cure.

Both speak to programmers; config/ is written by people who never saw Python. The words of ruamel.yaml are those of
libyaml's scanner and parser (yaml.org/spec/1.2.2), the types of pydantic are at docs.pydantic.dev/latest/errors.
A value is never repeated: it could be a secret.
"""

import difflib
from collections.abc import Iterable
from typing import Any

from pydantic_core import ErrorDetails
from ruamel.yaml.error import MarkedYAMLError

MAX_SUGGESTIONS = 8
_UNKNOWN = {"extra_forbidden", "unexpected_keyword_argument"}
_MISSING = {"missing", "missing_argument", "missing_keyword_only_argument"}

# How the parser's complaint begins; whether the place to mend is where its context begins; and what to do there.
_YAML = (
    ("found character '\\t'", False, "a tab stands here; indent with spaces"),
    ("found character", False, "a text cannot begin with this sign; put it in quotes"),
    ("found unexpected end of stream", True, "the quote that opens here is never closed; close it on its own line"),
    (
        "expected <block end>, but found '<scalar>'",
        False,
        "the text goes on after its closing quote; put all of it into one pair of quotes ('it''s' for it's)",
    ),
    ("expected <block end>", False, "this line is indented unlike its neighbours; line it up with them"),
    ("could not find expected ':'", True, "a key needs a colon and a space after it, such as `name: value`"),
    (
        "mapping values are not allowed",
        False,
        "this colon fits nowhere; quote a text with a colon, indent less, or put a space after the colon or dash above",
    ),
    ("expected ',' or ']'", True, "the list that opens here lacks a comma or its ]"),
    ("expected ',' or '}'", True, "what opens here lacks a comma or its }"),
    ("expected the node content", False, "a value is missing here, or the bracket that closes a list"),
    ("expected alphabetic or numeric", True, "a text cannot begin with * or &; put it in quotes"),
    ("found unknown escape", False, "a backslash in double quotes begins a code; take single quotes"),
    ("expected chomping or indentation", True, "a text cannot begin with | or >; put it in quotes"),
    ("mapping keys are not allowed", False, "a text cannot begin with ?; put it in quotes"),
    ("but found another document", False, "a file holds one list only; remove this line"),
)
_PATTERNS = {
    "id": "write small letters, digits and single dashes, such as gp-contract",
    "url": "write an address that begins with https:// or http://",
    "at": 'write hours and minutes with two digits each, such as "07:30"',
    "quiet": 'write two times with two digits each, such as "22:00-06:00"',
    "reminders": "write hours such as 24h, or working hours such as 4wh",
}
_KINDS = {
    "string_type": "write a text",
    "string_too_long": "write at most 60 letters",
    "string_too_short": "write a text",
    "tuple_type": "write a list, such as [a, b]",
    "too_short": "write at least one",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "mapping_type": "write keys with values below it",
    "model_type": "write keys with values below it, such as `id: gp-contract`",
}


def explain_yaml_error(error: MarkedYAMLError) -> tuple[int, int, str]:
    """Line and column to go to, and what to do there."""
    problem = str(error.problem)
    known = next((each for each in _YAML if problem.startswith(each[0])), None)
    _, at_context, what = known or ("", False, problem)
    mark = error.context_mark if at_context and error.context_mark else error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return line, column, f"not YAML: {what}"


def explain_pydantic_error(detail: ErrorDetails, keys: Iterable[str]) -> tuple[tuple[str | int, ...], str]:
    """The path below the entry, and what to do there."""
    kind = detail["type"]
    last = detail["loc"][-1:] if kind in _UNKNOWN else ()  # an unknown key is a person's own word, whatever it is
    where = (*(part for part in detail["loc"][: len(detail["loc"]) - len(last)] if not _is_branch(part)), *last)
    name = next((part for part in reversed(where) if isinstance(part, str)), "this entry")
    if kind in _UNKNOWN:
        return where, f"unknown key {name!r}{did_you_mean(name, keys)}"
    if kind in _MISSING:
        return where[:-1], f"{name!r} is missing"
    return where, f"{name!r}: {_cure(name, kind, detail['msg'])}"


def _cure(name: str, kind: str, said: str) -> str:
    if kind == "string_pattern_mismatch" and name in _PATTERNS:
        return _PATTERNS[name]
    return _KINDS.get(kind) or said.removeprefix("Value error, ").replace("Input should be", "write", 1)


def _is_branch(part: str | int) -> bool:
    """Pydantic names the branch of a union in its path; a person did not write it."""
    return isinstance(part, str) and ("[" in part or part.startswith(("tuple", "literal", "function-")))


def did_you_mean(word: str, known: Iterable[Any]) -> str:
    """The nearest of the known words as a hint; "" when none is near."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def or_one_of(word: str, known: Iterable[str]) -> str:
    """The nearest of the known words, else the first few there are: who guesses must not have to go and look."""
    names = sorted(known)
    more = f" and {len(names) - MAX_SUGGESTIONS} more" if len(names) > MAX_SUGGESTIONS else ""
    return did_you_mean(word, names) or f"; there are: {', '.join(names[:MAX_SUGGESTIONS]) or 'none yet'}{more}"
