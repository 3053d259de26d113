"""JSON Pointers (RFC 6901), and addresses with pointers in place of what differs: `https://site.example/{/value/id}`."""

import math
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from watcher.core.language.lazy_regex import lazy_regex

_INDEX = lazy_regex(r"0|[1-9][0-9]{0,8}")
_BAD_ESCAPE = lazy_regex(r"~(?![01])")
_PLACE = lazy_regex(r"\{(?P<pointer>/[^{}]*?)(?P<is_date>:date)?\}")
_WRITTEN_OUT = lazy_regex(r"^(?:https?://[^\s/?#{}]+/|/(?!/))[^{}\s]*(?:[{]|$)")  # up to the first place: host and all


def check_pointer(written: str) -> str:
    """The pointer as it is, "" for none; ValueError where it is no JSON Pointer."""
    if written and not written.startswith("/"):
        raise ValueError('a JSON pointer begins with "/", for example /value/title')
    if _BAD_ESCAPE.search(written):
        raise ValueError('in a JSON pointer "~" is written ~0, and a "/" inside a name ~1')
    return written


def check_address_pattern(written: str) -> str:
    """A pointer to an address, or an address with pointers in it, as it is; "" for none, ValueError for any other."""
    if "{" not in written and "}" not in written:
        if written.startswith(("http://", "https://")):
            raise ValueError("each item needs an address of its own: put a pointer into it, such as {/value/id}")
        if written and not written.startswith("/"):
            raise ValueError(
                "write a pointer such as /value/url, or an address with pointers, such as /news/{/value/id}"
            )
        return check_pointer(written)
    if "{" in _PLACE.sub("", written) or "}" in _PLACE.sub("", written):
        raise ValueError("write {/pointer} or {/pointer:date} where a value belongs")
    for place in _PLACE.finditer(written):
        check_pointer(place["pointer"])
    if not _WRITTEN_OUT.match(written):
        raise ValueError("write out where the address begins, such as https://site.example/news/{/id} or /news/{/id}")
    return written


def find(document: Any, pointer: str) -> Any:
    """What stands at a pointer. Raises LookupError where nothing does."""
    place = document
    for token in pointer.split("/")[1:]:
        if isinstance(place, dict):
            place = place[token.replace("~1", "/").replace("~0", "~")]
        elif isinstance(place, list) and _INDEX.fullmatch(token):
            place = place[int(token)]
        else:
            raise LookupError(pointer)
    return place


def has(document: Any, pointer: str) -> bool:
    """Whether anything stands at a pointer, be it null."""
    try:
        find(document, pointer)
    except LookupError:
        return False
    return True


def find_text(document: Any, pointer: str) -> str:
    """The text or number at a pointer; "" where there is none."""
    try:
        return as_text(find(document, pointer))
    except LookupError:
        return ""


def as_text(scalar: Any) -> str:
    """A text as it is, a number as it is written; "" for anything else."""
    is_number = type(scalar) is int or (isinstance(scalar, float) and math.isfinite(scalar))
    return scalar if isinstance(scalar, str) else str(scalar) if is_number else ""


def describe(document: Any, pointer: str) -> str:
    """What stands at a pointer, in a word: for whoever wrote it."""
    if not has(document, pointer):
        return "nothing"
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(find(document, pointer)), "a number")


def fill_address(pattern: str, document: Any, day_of: Callable[[str], str]) -> str:
    """The address that a pattern gives for a document, percent-encoded; "" where it lacks a value.

    `day_of` makes a date of what stands at a place marked `:date`.
    """
    if "{" not in pattern:
        return find_text(document, pattern) if pattern else ""
    contents = []
    for place in _PLACE.finditer(pattern):
        text = find_text(document, place["pointer"])
        contents.append(day_of(text) if place["is_date"] else text)
    if any(text.strip() in {"", ".", ".."} for text in contents):  # dots would lead to another path
        return ""
    encoded = iter([quote(text.strip(), safe="", errors="replace") for text in contents])
    return _PLACE.sub(lambda _: next(encoded), pattern)
