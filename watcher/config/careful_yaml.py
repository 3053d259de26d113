"""The careful reader of YAML: any file, and what is wrong in it as line, column and cure.

YAML 1.2 through ruamel.yaml's pure parser, whose complaints parse_errors.py puts into plain words.
"""

import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from watcher.config import parse_errors
from watcher.config.file_forms import explain_byte, explain_form
from watcher.config.mistaken_lines import find_mistake
from watcher.config.plain_yaml import MAX_DEPTH, YamlPath
from watcher.config.yaml_file import YamlFile
from watcher.core.language.lazy_regex import lazy_regex

_MERGE_MARK = lazy_regex(r"^(?:<{7} |={7}$|>{7} )", re.MULTILINE)
DEPTH_CURE = "close the brackets, or indent less: no key lies that deep"
ODD_CURE = "write characters themselves, without \\U and %YAML"
ENTRY_GOES_ON = "this entry goes on in the next line; put a dash or a comma between two, or one of two lines in quotes"
UNSEEN_CURE = "a character that cannot be seen stands here; delete it, or type the line anew"


def read_carefully(raw: bytes, file: YamlFile) -> None:
    """Fill `file` with the values of `raw` and their places, or with the mistakes that are in it."""
    if form := explain_form(raw):
        file.mistake_at(1, 1, form)
        return
    try:
        text = raw.decode("utf-8-sig")
        _refuse_aliases_and_depth(text, file)
        node = None if file.mistakes else YAML(typ="safe", pure=True).compose(text)
        file.value = _read_node(node, (), file) if node is not None else None
    except UnicodeDecodeError as error:
        line, column = _count_lines(raw[: error.start].decode("utf-8-sig", "replace"))
        file.mistake_at(line, column, explain_byte(raw[error.start]))
    except ReaderError as error:
        line, column = _count_lines(text[: error.position])
        file.mistake_at(line, column, f"not YAML: {UNSEEN_CURE}")
    except MarkedYAMLError as error:
        if not file.mistakes:  # an alias that is no alias, *like this, breaks what follows it
            file.mistake_at(*_explain(error, file))
    except (YAMLError, ValueError, OverflowError) as error:  # "\UFFFFFFFF" and %YAML 999….1 are plain Python's errors
        file.mistake((), f"not YAML in UTF-8: {str(error).splitlines()[0]}; {ODD_CURE}")
    except RecursionError:
        file.mistake((), f"nested too deeply; {DEPTH_CURE}")


def _refuse_aliases_and_depth(text: str, file: YamlFile) -> None:
    depth = 0
    anchors: set[str] = set()
    for event in YAML(typ="safe", pure=True).parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        anchor = getattr(event, "anchor", None)
        what = ""
        if depth > MAX_DEPTH:
            what = f"nested too deeply; {DEPTH_CURE}"
        elif isinstance(event, AliasEvent):
            what = "aliases (*name) are not allowed; write the value out, or put it in quotes"
        elif anchor in anchors:  # ruamel.yaml would warn on stderr, and quote a line that may hold a secret
            what = f"duplicate anchor &{anchor}; remove it, or put the value in quotes"
        elif getattr(event, "tag", None):
            what = "tags (!name) are not allowed; leave it out, or put the value in quotes"
        if what:
            mark = event.start_mark
            file.mistake_at(mark.line + 1, mark.column + 1, what)
        if depth > MAX_DEPTH:
            return
        anchors |= {anchor} if anchor else set()


def _explain(error: MarkedYAMLError, file: YamlFile) -> tuple[int, int, str]:
    """Line, column and words of a complaint of the parser, which often notices a mistake only lines below it."""
    merge_mark = _MERGE_MARK.search(file.written)
    if merge_mark:
        line, column = _count_lines(file.written[: merge_mark.start()])
        return line, column, "not YAML: a merge was not finished here; keep one of the two versions, without its marks"
    line, column, what = find_mistake(error, file.written)
    return line, column, what + parse_errors.explain_lookalikes(file.line(line))


def _count_lines(before: str) -> tuple[int, int]:
    """Line and column, both from 1, of what follows the text `before`."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _read_node(node: Node, path: YamlPath, file: YamlFile) -> Any:
    file.places.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
    if isinstance(node, MappingNode):
        return _read_mapping(node, path, file)
    if isinstance(node, SequenceNode):
        for child in node.value:
            if isinstance(child, ScalarNode) and child.style is None and child.end_mark.line > child.start_mark.line:
                file.mistake_at(child.start_mark.line + 1, child.start_mark.column + 1, ENTRY_GOES_ON)
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
            if path and isinstance(path[-1], int) and name == next(iter(mapping)):  # all after it belongs to it
                file.mistake_at(*place, f"{what}, or begin a new entry with a dash: - {name}:")
                break
            file.mistake_at(*place, what)
            continue
        file.places[(*path, name)] = place
        mapping[name] = _read_node(value_node, (*path, name), file)
    return mapping
