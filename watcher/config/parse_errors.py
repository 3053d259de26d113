"""Complaints of the YAML parser and of pydantic in plain words, with the cure.

Both speak to programmers; config/ is written by people who never saw Python. The words of ruamel.yaml are those of
libyaml's scanner and parser (yaml.org/spec/1.2.2), the types of pydantic are at docs.pydantic.dev/latest/errors.
A value is never repeated: it could be a secret.
"""

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pydantic_core import ErrorDetails

from watcher.core.language.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError

MAX_SUGGESTIONS = 8
LAST_HOUR, LAST_MINUTE = 23, 59
TOPICS_CURE = "write `all`, or topic ids as a list, for example [flu-eligibility, gp-contract]"
_UNKNOWN = {"extra_forbidden", "unexpected_keyword_argument"}
_MISSING = {"missing", "missing_argument", "missing_keyword_only_argument"}

QUOTE_NOT_CLOSED = "the quote that opens here is not closed on its line; close it there"
TEXT_AFTER_QUOTE = "text after the closing quote"
MISSING_COLON = "missing colon; write the key, a colon and a space, for example `name: value`"
COLON = "unexpected colon"
# (how the parser's complaint begins, whether the place to mend is where its context begins, what to do there)
_YAML = (
    ("found character '\\t'", False, "tabs are not allowed; indent with spaces"),
    ("found character", False, "a value cannot begin with this character; put it in quotes"),
    ("found unexpected end of stream", True, QUOTE_NOT_CLOSED),
    (
        "expected <block end>, but found '<scalar>'",
        False,
        f"{TEXT_AFTER_QUOTE}; put the whole value in one pair of quotes ('it''s' for it's)",
    ),
    ("expected <block end>", False, "wrong indentation; line this up with the lines around it"),
    (
        "could not find expected ':'",
        True,
        MISSING_COLON,
    ),
    (
        "mapping values are not allowed",
        False,
        f"{COLON}; quote a value with a colon, indent less, or put a space after the colon or dash above",
    ),
    ("expected ',' or ']'", True, "the list that opens here is missing a comma or its closing ]"),
    ("expected ',' or '}'", True, "the brace that opens here is missing a comma or its closing }"),
    ("expected the node content", False, "missing value, or missing ] that closes a list"),
    ("expected alphabetic or numeric", True, "a value cannot begin with * or &; put it in quotes"),
    ("found unknown escape", False, "a backslash in double quotes begins an escape code; use single quotes"),
    ("expected chomping or indentation", True, "a value cannot begin with | or >; put it in quotes"),
    ("mapping keys are not allowed", False, "a value cannot begin with ?; put it in quotes"),
    ("expected '<document start>'", False, "what stands above this line belongs to no key; take it out"),
    ("but found another document", False, "a file may contain only one document; remove this line"),
)
_PATTERNS = {
    "id": "use lower-case letters, digits and single dashes, for example gp-contract",
    "url": "write an address that begins with https:// or http://",
    "at": 'write hours and minutes with two digits each, in London\'s time, for example "07:30"',
    "quiet": 'write two times with two digits each and a hyphen between, for example "22:00-06:00"',
    "reminders": "write hours, for example 24h, or working hours, for example 4wh",
}
_TIME = lazy_regex(r"\b(\d{1,2})[:.](\d{2})\b")
LOOKALIKES = {
    "\u00a0": "a space that does not break (U+00A0), type a plain one",
    "\u2013": "a long dash, where lists begin with a plain one (-)",
    "\u2014": "a long dash, where lists begin with a plain one (-)",
    "“": "a “, type \" or '",
    "”": "a ”, type \" or '",
    "‘": "a ‘, type \" or '",
    "’": "a ’, type \" or ', or put the whole value in quotes",
    "\uff1a": "a wide colon (U+FF1A), type a plain one",
}
_TYPOGRAPHIC_QUOTES = "“”„‘’‚«»"
_KINDS = {
    "string_type": "write text",
    "string_too_long": "write at most 60 characters",
    "string_too_short": "write text",
    "tuple_type": "write a list, for example [a, b]",
    "too_short": "write at least one",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "dict_type": "write keys and values, indented below it",
    "mapping_type": "write keys and values, indented below it",
    "model_type": "write keys and values, indented below it, for example `id: gp-contract`",
}


def explain_yaml_error(error: "MarkedYAMLError") -> tuple[int, int, str]:
    """Line and column of the mistake, both from 1, and what to do there; the parser's own words if it is a rare one."""
    problem = str(error.problem)
    complaint = next((complaint for complaint in _YAML if problem.startswith(complaint[0])), None)
    _, at_context, what = complaint or ("", False, problem)
    mark = error.context_mark if at_context and error.context_mark else error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return line, column, f"not YAML: {what}"


def explain_lookalikes(line: str) -> str:
    """The characters of a line with a mistake that look like others, with "; " before them, where there are any."""
    stray = next((LOOKALIKES[character] for character in line if character in LOOKALIKES), "")
    return f"; on this line stands {stray}" if stray else ""


def explain_pydantic_error(detail: ErrorDetails, keys: Iterable[str]) -> tuple[tuple[str | int, ...], str]:
    """The path of the mistake below its entry, and what to do there; `keys` are those that the entry may have."""
    kind = detail["type"]
    last = detail["loc"][-1:] if kind in _UNKNOWN else ()  # an unknown key is a person's own word, whatever it is
    path = (*(part for part in detail["loc"][: len(detail["loc"]) - len(last)] if not _is_branch(part)), *last)
    name = next((part for part in reversed(path) if isinstance(part, str)), "this entry")
    if kind in _UNKNOWN:
        return path, f"unknown key {name!r}{did_you_mean(name, keys) or '; leave it out (docs/configuration.md)'}"
    if kind in _MISSING:
        return path[:-1], f"{name!r} is missing"
    cure = _find_cure(name, kind, detail["msg"])
    return path, f"{name!r}: {_find_cause(name, detail['input'], cure)}{cure}"


def explain_pydantic_errors(
    details: Iterable[ErrorDetails], keys: Iterable[str]
) -> list[tuple[tuple[str | int, ...], str, bool]]:
    """The path and words of each mistake, once, and whether nothing stands there at all.

    What is wrong with one element of a list is not said a second time of the list.
    """
    explained = [(*explain_pydantic_error(detail, keys), detail["input"] is None) for detail in details]
    inner = {path[:-1] for path, *_ in explained if path and isinstance(path[-1], int)}
    return [mistake for mistake in dict.fromkeys(explained) if mistake[0] not in inner]


def missing_keys(details: Iterable[ErrorDetails]) -> set[str]:
    """The required keys that an entry lacks."""
    return {str(detail["loc"][-1]) for detail in details if detail["type"] in _MISSING}


def _find_cure(name: str, kind: str, message: str) -> str:
    if name == "topics":
        return TOPICS_CURE
    if name == "address" and kind == "string_type":
        return "write one address as text, and an entry for each further one"
    if name in _PATTERNS and (kind == "string_pattern_mismatch" or (kind == "string_type" and name in {"at", "quiet"})):
        return _PATTERNS[name]
    return _KINDS.get(kind) or message.removeprefix("Value error, ").replace("Input should be", "write", 1)


def _find_cause(name: str, written: Any, cure: str) -> str:
    """Why a value is refused, where its cure alone does not say so, with "; " after it; else "". It is not repeated."""
    if not isinstance(written, str) or "straight quotes" in cure:
        return ""
    if {written[:1], written[-1:]} & set(_TYPOGRAPHIC_QUOTES):
        return "“ and ” are no quotation marks in YAML, use \" or '; "
    if name in {"at", "quiet"}:
        for hour, minute in _TIME.findall(written):
            if int(hour) > LAST_HOUR:
                return f"a day has the hours 00 to {LAST_HOUR}; "
            if int(minute) > LAST_MINUTE:
                return f"an hour has the minutes 00 to {LAST_MINUTE}; "
    return ""


def _is_branch(part: str | int) -> bool:
    """Pydantic names the branch of a union in its path; a person did not write it."""
    return isinstance(part, str) and ("[" in part or part.startswith(("tuple", "literal", "function-")))


def did_you_mean(word: str, candidates: Iterable[Any]) -> str:
    """The candidate nearest to `word` as a hint, with a space before it; "" when none is near."""
    matches = difflib.get_close_matches(word.strip().lower(), list(candidates), n=1)
    return f" (did you mean {matches[0]!r}?)" if matches else ""


def or_one_of(word: str, candidates: Iterable[str]) -> str:
    """The nearest candidate as a hint, else the first eight: nobody should have to open the file to see the names."""
    names = sorted(candidates)
    more = f" and {len(names) - MAX_SUGGESTIONS} more" if len(names) > MAX_SUGGESTIONS else ""
    return did_you_mean(word, names) or f"; available: {', '.join(names[:MAX_SUGGESTIONS]) or 'none yet'}{more}"
