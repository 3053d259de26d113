"""A lazy regular expression is the regular expression."""

import copy
import re

import pytest

from watcher.core.language.lazy_regex import lazy_regex


def test_its_methods_and_attributes_are_those_of_the_pattern() -> None:
    written, compiled = lazy_regex(r"(?P<day>\d+) may", re.IGNORECASE), re.compile(r"(?P<day>\d+) may", re.IGNORECASE)
    text = "1 May to 12 MAY"
    assert written.findall(text) == compiled.findall(text) == ["1", "12"]
    assert written.sub(r"\g<day>", text) == compiled.sub(r"\g<day>", text)
    assert [match.span() for match in written.finditer(text)] == [match.span() for match in compiled.finditer(text)]
    assert (written.pattern, written.flags, written.groupindex) == (
        compiled.pattern,
        compiled.flags,
        compiled.groupindex,
    )


def test_bytes_are_read_by_bytes() -> None:
    assert lazy_regex(rb"\d+").findall(b"1 and 22") == [b"1", b"22"]


def test_a_mistake_shows_at_the_first_use() -> None:
    broken = lazy_regex("(")
    assert broken.pattern == "("
    with pytest.raises(re.error):
        broken.search("")


def test_a_copy_finds_the_same() -> None:
    assert copy.deepcopy(lazy_regex("b+")).findall("abba") == ["bb"]


def test_what_a_pattern_has_not_it_has_not() -> None:
    assert not hasattr(lazy_regex("a"), "searches")
