"""Plain YAML, read fast by libyaml: what config/*.yaml is made of, and nothing that two readers could take differently.

Whatever is unusual (a tag, an anchor, a directive, a tab, a duplicate key) or a mistake is left to the careful reader
(careful_yaml.py), fifty times as slow, which names the mistakes. Where this one answers, both give the same values at
the same places (tests/config/test_plain_yaml.py).
"""

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import yaml

from watcher.core.language.lazy_regex import lazy_regex

MAX_DEPTH = 20  # ours need six; 200,000 brackets kept a parser busy for nine minutes
YamlPath = tuple[str | int, ...]
Places = dict[YamlPath, tuple[int, int]]
_BLOCKS = frozenset({"|", ">"})
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
# Characters that end a line, or are refused, in one version of YAML alone; and a directive, which chooses the version.
_UNUSUAL = lazy_regex(
    r"[^\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|\r(?!\n)|^%", re.MULTILINE
)


class UnusualYaml(ValueError):
    """Something that is not plain; the careful reader says what it is."""


def read_plain_yaml(text: str) -> Any:
    """The values of a file: dicts, lists and scalars, which are strings or None. Raises UnusualYaml."""
    if _UNUSUAL.search(text):
        raise UnusualYaml
    try:
        return _Reader(text).read_only_document()
    except yaml.YAMLError as error:
        raise UnusualYaml from error


def find_places(text: str) -> Places:
    """(line, column), both from 1, of each path in a file that read_plain_yaml has read."""
    places: Places = {}
    events = yaml.parse(text, Loader=yaml.CBaseLoader)
    for event in events:
        if isinstance(event, yaml.MappingStartEvent):
            _find_places(event, (), events, places)
    return places


def _find_places(event: Any, path: YamlPath, events: Iterator[Any], places: Places) -> None:
    places.setdefault(path, _place_of(event))
    if isinstance(event, yaml.SequenceStartEvent):
        for index in count():
            if isinstance(child := next(events), yaml.SequenceEndEvent):
                return
            _find_places(child, (*path, index), events, places)
    elif isinstance(event, yaml.MappingStartEvent):
        while not isinstance(name := next(events), yaml.MappingEndEvent):
            places[*path, name.value] = _place_of(name)
            _find_places(next(events), (*path, name.value), events, places)


def _place_of(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _goes_on(event: Any) -> bool:
    """Whether it stands on more than one line."""
    return bool(event.start_mark.line != event.end_mark.line)


class _Reader:
    """Reads the events of one text, as far as they are plain. It knows no places: most files need none."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next_event: Callable[[], Any] = yaml.CBaseLoader(text).get_event

    def read_only_document(self) -> Any:
        """The mapping that a file is; None for a file without content."""
        _, begin = self._next_event(), self._next_event()
        if isinstance(begin, yaml.StreamEndEvent):
            return None
        event = self._next_event()
        if not isinstance(event, yaml.MappingStartEvent):
            raise UnusualYaml
        mapping = self._read_node(event, 1)
        _, end = self._next_event(), self._next_event()
        if not isinstance(end, yaml.StreamEndEvent):
            raise UnusualYaml  # a second document
        return mapping

    def _read_node(self, event: Any, depth: int) -> Any:
        kind = type(event)
        if kind is yaml.AliasEvent or event.anchor or event.tag or depth > MAX_DEPTH:
            raise UnusualYaml
        if kind is yaml.ScalarEvent:
            return self._read_scalar(event)
        if kind is yaml.SequenceStartEvent:
            return self._read_sequence(depth)
        if event.flow_style and self._text[event.start_mark.index] != "{":
            raise UnusualYaml  # [key: value]
        return self._read_mapping(depth)

    def _read_scalar(self, event: Any) -> str | None:
        value: str = event.value
        if event.style in _BLOCKS and value.startswith("\n"):
            raise UnusualYaml  # only one of the readers lets an empty line be indented deeper than the text
        return None if event.implicit[0] and value in _NULLS else value

    def _read_sequence(self, depth: int) -> list[Any]:
        sequence = []
        while type(event := self._next_event()) is not yaml.SequenceEndEvent:
            if type(event) is yaml.ScalarEvent and event.implicit[0] and _goes_on(event):
                raise UnusualYaml  # two entries, or one?
            sequence.append(self._read_node(event, depth + 1))
        return sequence

    def _read_mapping(self, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while type(event := self._next_event()) is not yaml.MappingEndEvent:
            name = self._read_node(event, depth) if type(event) is yaml.ScalarEvent else None
            if not name or name in mapping:
                raise UnusualYaml
            mapping[name] = self._read_node(self._next_event(), depth + 1)
        return mapping
