"""The careful reader of YAML: any file, and what is wrong in it as line, column and cure.

YAML 1.2 through ruamel.yaml's pure parser, whose complaints parse_errors.py puts into plain words.
"""

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from watcher.config import parse_errors
from watcher.config.plain_yaml import MAX_DEPTH, YamlPath
from watcher.config.yaml_file import YamlFile


def read_carefully(raw: bytes, file: YamlFile) -> None:
    """Fill `file` with the values of `raw` and their places, or with the mistakes that are in it."""
    try:
        text = raw.decode("utf-8-sig")
        _refuse_aliases_and_depth(text, file)
        node = None if file.mistakes else YAML(typ="safe", pure=True).compose(text)
        file.value = _read_node(node, (), file) if node is not None else None
    except MarkedYAMLError as error:
        line, column, what = parse_errors.explain_yaml_error(error)
        file.mistake_at(line, column, what)
    except (YAMLError, ValueError, OverflowError) as error:  # "\UFFFFFFFF" and %YAML 999….1 are plain Python's errors
        file.mistake((), f"not YAML in UTF-8: {str(error).splitlines()[0]}")
    except RecursionError:
        file.mistake((), "nested too deeply")


def _refuse_aliases_and_depth(text: str, file: YamlFile) -> None:
    depth = 0
    anchors: set[str] = set()
    for event in YAML(typ="safe", pure=True).parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise RecursionError
        anchor = getattr(event, "anchor", None)
        what = ""
        if isinstance(event, AliasEvent):
            what = "aliases (*name) are not allowed; write the value out, or put it in quotes"
        elif anchor in anchors:  # ruamel.yaml would warn on stderr, and quote a line that may hold a secret
            what = f"duplicate anchor &{anchor}; remove it, or put the value in quotes"
        if what:
            mark = event.start_mark
            file.mistake_at(mark.line + 1, mark.column + 1, what)
        anchors |= {anchor} if anchor else set()


def _read_node(node: Node, path: YamlPath, file: YamlFile) -> Any:
    file.places.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
    if isinstance(node, MappingNode):
        return _read_mapping(node, path, file)
    if isinstance(node, SequenceNode):
        return [_read_node(child, (*path, index), file) for index, child in enumerate(node.value)]
    if isinstance(node, ScalarNode) and str(node.tag).endswith(":null"):
        return None
    return str(node.value)


def _read_mapping(node: MappingNode, path: YamlPath, file: YamlFile) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for name_node, value_node in node.value:
        if not isinstance(name_node, ScalarNode):
            file.mistake(path, "a key must be a plain word")
            continue
        name = str(name_node.value)
        place = (name_node.start_mark.line + 1, name_node.start_mark.column + 1)
        if name in mapping:
            first_line, _ = file.places[(*path, name)]
            what = f"duplicate key {name!r} (first used on line {first_line}); remove one"
            file.mistake_at(*place, what)
            continue
        file.places[(*path, name)] = place
        mapping[name] = _read_node(value_node, (*path, name), file)
    return mapping
