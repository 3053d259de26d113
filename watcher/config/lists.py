"""What the three files of config/ have in common: a list of entries, each checked, each with an id of its own."""

from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from watcher.config import messages
from watcher.config.yaml_file import Path_, YamlFile


def read_list(
    placed: YamlFile, file: type[BaseModel], name: str, others: tuple[str, ...] = ()
) -> list[tuple[int, Any]]:
    """The numbered entries of a file's list `name`; the frame around them is checked here. It may hold `others` too."""
    if placed.value is None and placed.mistakes:
        return []
    value = placed.value if isinstance(placed.value, dict) else {}
    for key in value:
        if key not in {name, *others}:
            holds = " and ".join(f"`{each}:`" for each in (*others, name))
            cure = messages.did_you_mean(key, [name, *others])
            placed.mistake((key,), f"unknown key {key!r}{cure}; this file holds only {holds}")
    found = value.get(name)
    if not isinstance(found, list):
        placed.mistake((name,), f"`{name}:` must be a list ({file.__name__} in docs/configuration.md)")
        return []
    return list(enumerate(found))


def validate(placed: YamlFile, adapter: TypeAdapter[Any], entry: Any, path: Path_, keys: list[str]) -> Any:
    """The entry as its model; None when it has mistakes, which are noted."""
    try:
        return adapter.validate_python(entry)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=False):
            where, what = messages.explain_pydantic_error(detail, keys)
            placed.mistake((*path, *where), what)
        return None


def reject_duplicate_ids(placed: YamlFile, name: str) -> None:
    """Note each id that is taken already."""
    seen: dict[str, int] = {}
    entries = placed.value.get(name) if isinstance(placed.value, dict) else None
    for at, entry in enumerate(entries if isinstance(entries, list) else ()):
        identity = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(identity, str):
            continue  # the schema has said so
        if identity in seen:
            placed.mistake(
                (name, at, "id"), f"the id {identity!r} is taken by entry {seen[identity] + 1}; ids are unique"
            )
        else:
            seen[identity] = at
