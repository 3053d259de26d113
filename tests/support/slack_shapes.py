"""As much of JSON Schema (draft 7) as slack_shapes.json uses; any other keyword is an error, not a silent yes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SHAPES = json.loads((Path(__file__).parent / "slack_shapes.json").read_text(encoding="utf-8"))
TYPES: dict[str, type] = {"object": dict, "array": list, "string": str, "boolean": bool}
KNOWN = {"$comment", "$schema", "$ref", "definitions"} | {
    "additionalProperties",
    "anyOf",
    "const",
    "items",
    "properties",
    "required",
    "type",
}


def misshapen(payload: Any) -> list[str]:
    """What in `payload` has not the shape that Slack publishes."""
    return list(_wrong(payload, SHAPES, "$"))


def _wrong(value: Any, schema: dict[str, Any], where: str) -> Iterator[str]:
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        yield from _wrong(value, SHAPES["definitions"][schema["$ref"].rpartition("/")[2]], where)
        return
    if "anyOf" in schema and all(any(True for _ in _wrong(value, each, where)) for each in schema["anyOf"]):
        yield f"{where}: none of the shapes allowed here"
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        yield f"{where}: not of type {schema['type']}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{where}: not {schema['const']!r}"
    if isinstance(value, list) and "items" in schema:
        for number, each in enumerate(value):
            yield from _wrong(each, schema["items"], f"{where}[{number}]")
    if isinstance(value, dict):
        yield from _wrong_names(value, schema, where)


def _wrong_names(value: dict[str, Any], schema: dict[str, Any], where: str) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{where}: {name} is missing" for name in schema.get("required", []) if name not in value)
    for name, each in value.items():
        if name in known:
            yield from _wrong(each, known[name], f"{where}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{where}: {name} is not known"
