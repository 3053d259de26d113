"""YAML as plain values that remember where they stood: every later complaint can name file, line and column.

All scalars stay strings (7:30 is not 450, `no` is not False); duplicate keys, aliases and oversized files are refused.
YAML 1.2 through ruamel.yaml's pure parser: PyYAML takes the last duplicate silently, its C loader crashes when deep.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from watcher.config import messages
from watcher.errors import Mistake

MAX_FILE_BYTES = 256_000
MAX_DEPTH = 20  # ours need six; 200,000 brackets kept the parser busy for nine minutes
Path_ = tuple[str | int, ...]


@dataclass(slots=True)
class YamlFile:
    """One YAML file as plain values; `places` gives (line, column), from 1, of each path in it.

    `reported_paths` are the paths of the mistakes.
    """

    file: str
    value: Any = None
    places: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    reported_paths: list[Path_] = field(default_factory=list)

    def mistake(self, path: Path_, what: str) -> None:
        """Note what is wrong at `path`, or at its nearest parent that has a place."""
        known = next(path[:end] for end in range(len(path), -1, -1) if path[:end] in self.places or end == 0)
        line, column = self.places.get(known, (1, 1))
        self.reported_paths.append(path)
        self.mistakes.append(Mistake(file=self.file, line=line, column=column, what=what))


def load_yaml(path: Path, shown_as: str) -> YamlFile:
    """The file at `path`. Mistakes are collected in the answer, never raised."""
    placed = YamlFile(shown_as)
    try:
        raw = path.read_bytes()
    except OSError as error:
        placed.mistake((), f"the file cannot be read: {error.strerror}")
        return placed
    if len(raw) > MAX_FILE_BYTES:
        placed.mistake((), f"the file is larger than {MAX_FILE_BYTES:,} bytes; split it or remove what is not needed")
        return placed
    try:
        text = raw.decode("utf-8-sig")
        _refuse_aliases_and_depth(text, placed)
        node = None if placed.mistakes else YAML(typ="safe", pure=True).compose(text)
        placed.value = _plain(node, (), placed) if node is not None else None
    except MarkedYAMLError as error:
        line, column, what = messages.explain_yaml_error(error)
        placed.mistakes.append(Mistake(file=shown_as, line=line, column=column, what=what))
    except (YAMLError, ValueError, OverflowError) as error:  # "\UFFFFFFFF" and %YAML 999….1 are plain Python's errors
        placed.mistake((), f"not YAML in UTF-8: {str(error).splitlines()[0]}")
    except RecursionError:
        placed.mistake((), "nested too deeply")
    return placed


def _refuse_aliases_and_depth(text: str, placed: YamlFile) -> None:
    depth = 0
    anchors: set[str] = set()
    for event in YAML(typ="safe", pure=True).parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise RecursionError
        anchor = getattr(event, "anchor", None)
        what = ""
        if isinstance(event, AliasEvent):
            what = "aliases (*name) are not read here; write the value out, or put it in quotes"
        elif anchor in anchors:  # ruamel.yaml would warn on stderr, and quote a line that may hold a secret
            what = f"the anchor &{anchor} stands here a second time; remove it, or put the value in quotes"
        if what:
            mark = event.start_mark
            placed.mistakes.append(Mistake(file=placed.file, line=mark.line + 1, column=mark.column + 1, what=what))
        anchors |= {anchor} if anchor else set()


def _plain(node: Node, path: Path_, placed: YamlFile) -> Any:
    placed.places.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
    if isinstance(node, MappingNode):
        return _mapping(node, path, placed)
    if isinstance(node, SequenceNode):
        return [_plain(child, (*path, at), placed) for at, child in enumerate(node.value)]
    if isinstance(node, ScalarNode) and str(node.tag).endswith(":null"):
        return None
    return str(node.value)


def _mapping(node: MappingNode, path: Path_, placed: YamlFile) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name_node, value_node in node.value:
        if not isinstance(name_node, ScalarNode):
            placed.mistake(path, "a key must be a plain word")
            continue
        name = str(name_node.value)
        place = (name_node.start_mark.line + 1, name_node.start_mark.column + 1)
        if name in found:
            first = placed.places[(*path, name)]
            what = f"the key {name!r} stands here a second time (first on line {first[0]}); keep one"
            placed.mistakes.append(Mistake(file=placed.file, line=place[0], column=place[1], what=what))
            continue
        placed.places[(*path, name)] = place
        found[name] = _plain(value_node, (*path, name), placed)
    return found
