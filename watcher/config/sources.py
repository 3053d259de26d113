"""config/sources.yaml as Sources, with every mistake at its line."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from functools import partial
from typing import Any, Literal

from watcher.config import parse_errors
from watcher.config.lists import read_list, reject_duplicate_ids, validate, validator
from watcher.config.plain_yaml import YamlPath
from watcher.config.schema import SourcesFile, kind_class, kinds
from watcher.config.yaml_file import YamlFile
from watcher.sources.base import Source

_OTHER_NAMES = {"rss": "feed", "atom": "feed", "mail": "mailbox", "imap": "mailbox"}


def read_sources(file: YamlFile, topic_ids: set[str] | None, taken: Collection[str] = ()) -> list[Source]:
    """The Sources of the file; mistakes are noted in `file`. `topic_ids` is None when topics.yaml cannot be read.

    `taken`: the ids that the files before it use.
    """
    sources = []
    for index, entry in read_list(file, SourcesFile, "sources"):
        path = ("sources", index)
        kind = entry.get("kind") if isinstance(entry, dict) else None
        if kind is None or kind not in kinds():
            meant = _OTHER_NAMES.get(str(kind).lower(), str(kind))
            what = f"unknown kind {kind!r}{parse_errors.did_you_mean(meant, kinds())}" if kind else "'kind' is missing"
            file.mistake((*path, "kind"), f"{what}; available: {', '.join(kinds())}")
            _note_keys_of_no_kind(file, path, entry)
            continue
        source_class = kind_class(str(kind))
        check = partial(_check_source, file, path, topic_ids, taken)
        source = validate(file, source_class, entry, path, _list_keys(source_class), check)
        if source:
            check(source)
            sources.append(source)
    reject_duplicate_ids(file, "sources")
    return sources


def _check_source(
    file: YamlFile, path: YamlPath, topic_ids: set[str] | None, taken: Collection[str], source: Source
) -> None:
    note_unknown_topics(file, path, source.topics, topic_ids)
    note_unknown_topics(file, path, source.about, topic_ids, key="about")
    if source.id in taken:
        file.mistake((*path, "id"), f"duplicate id {source.id!r} (used in another file); choose another")


def note_unknown_overlaps(files: Sequence[YamlFile]) -> None:
    """Note each id that a source names in `overlaps` and that no source has; nothing where a file cannot be read."""
    sources_of = [(file, _list_written(file)) for file in files]
    ids = {str(source.get("id")) for _, written in sources_of for source in written or ()}
    if any(written is None for _, written in sources_of):
        return
    for file, written in sources_of:
        for index, source in enumerate(written or ()):
            named = source.get("overlaps")
            for position, twin in enumerate(named if isinstance(named, list) else ()):
                if isinstance(twin, str) and twin not in ids:  # the schema has noted what is no text
                    what = f"unknown source {twin!r}{parse_errors.did_you_mean(twin, ids) or '; leave it out'}"
                    file.mistake(("sources", index, "overlaps", position), what)


def _list_written(file: YamlFile) -> list[dict[str, Any]] | None:
    """The sources of a file as they are written, {} for one that is none; None where the file has no list of them."""
    sources = file.value.get("sources") if isinstance(file.value, dict) else None
    return [source if isinstance(source, dict) else {} for source in sources] if isinstance(sources, list) else None


def _note_keys_of_no_kind(file: YamlFile, path: YamlPath, entry: Any) -> None:
    """Note the keys that no kind has, where the kind itself is unknown: one of them may be a misspelt `kind`."""
    keys = {key for kind in kinds() for key in _list_keys(kind_class(kind))}
    for key in entry if isinstance(entry, dict) else ():
        if key not in keys:
            file.mistake((*path, key), f"unknown key {key!r}{parse_errors.did_you_mean(key, sorted(keys))}")


def _list_keys(kind: type[Source]) -> list[str]:
    return [field.name for field in fields(kind)]


def note_unknown_topics(
    file: YamlFile,
    path: YamlPath,
    named: Literal["all"] | tuple[str, ...],
    topic_ids: set[str] | None,
    *,
    key: str = "topics",
) -> None:
    """Note each topic of `key` that topics.yaml lacks; `topic_ids` is None when that cannot be read."""
    for index, topic in enumerate(() if named == "all" else named):
        if topic_ids is not None and topic not in topic_ids:
            file.mistake((*path, key, index), f"unknown topic {topic!r}{parse_errors.or_one_of(topic, topic_ids)}")


def make_source(keys: Mapping[str, Any]) -> Source:
    """The Source that an entry with these keys is. Raises ValueError for one that its kind refuses."""
    kind: Any = kind_class(str(keys["kind"]))
    source: Source = validator(kind).validate_python(keys)
    return source
