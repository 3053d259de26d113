"""Shared by the three files of config/: a list of entries, each validated against its model, each with a unique id."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from watcher.config import parse_errors
from watcher.config.plain_yaml import YamlPath
from watcher.config.yaml_file import YamlFile

_STAND_INS = {  # for a required key with a mistake, so that the others can be checked
    "id": "stand-in",
    "name": "stand-in",
    "publisher": "stand-in",
    "trust": "press",
    "every": "1h",
    "url": "https://stand-in.example/",
    "via": "console",
    "address": "stand-in",
    "admin": "true",
    "any": ["stand-in"],
    "points": "0",
}


def read_list(
    file: YamlFile, model: type[BaseModel], name: str, other_keys: tuple[str, ...] = ()
) -> list[tuple[int, Any]]:
    """The entries of the list `name`, each with its index from 0; any other key than `other_keys` is a mistake."""
    if file.value is None and file.mistakes:
        return []
    content = file.value if isinstance(file.value, dict) else {}
    for key in content:
        if key not in {name, *other_keys}:
            allowed = " and ".join(f"`{allowed_key}:`" for allowed_key in (*other_keys, name))
            cure = parse_errors.did_you_mean(key, [name, *other_keys])
            file.mistake((key,), f"unknown key {key!r}{cure}; this file may contain only {allowed}")
    entries = content.get(name)
    if not isinstance(entries, list):
        why = "the file is empty; " if file.value is None else ""
        cure = f"begin each entry with a dash and a space ({model.__name__} in docs/configuration.md)"
        file.mistake((name,), f"{why}`{name}:` must be a list; {cure}")
        return []
    return list(enumerate(entries))


@cache
def validator(model: Any) -> TypeAdapter[Any]:
    """What reads entries of this model. Building it costs milliseconds, and a file has thousands of entries."""
    return TypeAdapter(model)


def validate(
    file: YamlFile,
    model: Any,
    entry: Any,
    path: YamlPath,
    keys: Iterable[str],
    check: Callable[[Any], object] = bool,
) -> Any:
    """The entry as its model; None when it has mistakes, which are noted in `file`.

    `check` notes what else can be wrong with a model. It is asked here only where there are mistakes, about the other
    keys, so that all that is wrong is known at once.
    """
    try:
        return validator(model).validate_python(entry)
    except ValidationError as error:
        begin = len(file.mistakes)
        mistaken_keys = _note_mistakes(file, error, path, list(keys))
    first, end, paths_end = file.mistakes[begin:], len(file.mistakes), len(file.reported_paths)
    if isinstance(entry, dict):
        good_keys = {key: written for key, written in entry.items() if key not in mistaken_keys}
        stand_ins = {key: written for key, written in _STAND_INS.items() if key in mistaken_keys}
        try:
            check(validator(model).validate_python({**good_keys, **stand_ins}))
        except ValidationError as error:
            _note_mistakes(file, error, path, list(keys))
    further = zip(file.reported_paths[paths_end:], file.mistakes[end:], strict=True)
    file.mistakes[end:] = [
        mistake
        for whole, mistake in further
        if mistake not in first and not _may_follow(mistake.what, whole[len(path) :], mistaken_keys)
    ]
    return None


def _note_mistakes(file: YamlFile, error: ValidationError, path: YamlPath, keys: list[str]) -> set[str]:
    """Note what is wrong at `path`; the keys in which something is, or which are missing."""
    details = error.errors(include_url=False, include_context=False)
    mistaken_keys = parse_errors.missing_keys(details)
    for subpath, what, is_nothing in parse_errors.explain_pydantic_errors(details, keys):
        whole = (*path, *subpath)
        file.mistake(whole, file.explain_nothing(whole, what) if is_nothing else what)
        mistaken_keys |= {key for key in subpath[:1] if isinstance(key, str)}
    return mistaken_keys


def _may_follow(what: str, subpath: YamlPath, keys: Iterable[str]) -> bool:
    """Whether a mistake at `subpath` of the entry may follow from one of these keys alone: it is there, or names it."""
    return any(key in subpath[:1] or f"'{key}'" in what or f"`{key}" in what for key in keys)


def reject_duplicate_ids(file: YamlFile, name: str) -> None:
    """Note each id in the list `name` that an earlier entry uses already."""
    first_indexes: dict[str, int] = {}
    entries = file.value.get(name) if isinstance(file.value, dict) else None
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        identity = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(identity, str):
            continue  # the schema has noted that already
        first = first_indexes.setdefault(identity, index)
        if first != index:
            what = f"duplicate id {identity!r} (first used by entry {first + 1}); choose another"
            file.mistake((name, index, "id"), what)
