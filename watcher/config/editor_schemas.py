"""JSON schemas of config/*.yaml: editors complete keys, show what they mean and underline mistakes by them.

They are made of the models that the reader uses, so they refuse what it refuses, as far as the shape of one value goes.
The reader takes any scalar for text, as `name: 2026`; so do they.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from watcher.config.key_descriptions import DESCRIPTIONS, EVERY_SOURCE
from watcher.config.schema import SubscribersFile, TopicsFile, channels, kind_class, kinds

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_NARROW = frozenset({"enum", "const", "pattern"})  # text with one of these cannot be just any scalar
_SCALARS = ["string", "number", "boolean"]


def schemas() -> dict[str, dict[str, Any]]:
    """A JSON schema for each file by its name; editors complete and underline by it (`watcher check --schema DIR`)."""
    topics, subscribers = TopicsFile.model_json_schema(), SubscribersFile.model_json_schema()
    subscribers["$defs"]["SubscriberEntry"]["properties"]["via"]["enum"] = channels()
    made = {"sources": _sources_schema(), "topics": topics, "subscribers": subscribers}
    for name, schema in made.items():
        schema["$schema"] = _DRAFT
        schema.setdefault("title", f"{name.title()}File")
        for model in (schema, *schema["$defs"].values()):
            _describe(model, DESCRIPTIONS.get(model["title"], {}))
        _polish(schema)
    return made


def write_schemas(folder: Path) -> None:
    """Write the schema of each file of config/ into `folder`, as `NAME.schema.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / f"{name}.schema.json").write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")


def _sources_schema() -> dict[str, Any]:
    kind_schemas = [TypeAdapter(kind_class(kind)).json_schema(ref_template="#/$defs/{model}") for kind in kinds()]
    for kind, schema in zip(kinds(), kind_schemas, strict=True):
        schema["properties"]["kind"] = {"const": kind}
        _describe(schema, EVERY_SOURCE | DESCRIPTIONS.get(schema["title"], {}))
    definitions = {name: schema for of_kind in kind_schemas for name, schema in of_kind.pop("$defs", {}).items()}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["sources"],
        "properties": {"sources": {"type": "array", "items": {"anyOf": kind_schemas}}},
        "$defs": definitions,
    }


def _describe(model: dict[str, Any], descriptions: dict[str, str]) -> None:
    """Give each key of a model its sentence, and a default where it may be left out."""
    required = model.get("required", ())
    for name, schema in model.get("properties", {}).items():
        schema["description"] = descriptions.get(name, "")
        if name not in required and schema.get("type") == "object":
            schema.setdefault("default", {})


def _polish(schema: Any) -> None:
    """Take pydantic's titles out, let text be any scalar, and let names that have a pattern be no others."""
    if isinstance(schema, list):
        for part in schema:
            _polish(part)
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("title"), str):
        del schema["title"]
    if schema.get("type") == "string" and not _NARROW & schema.keys():
        schema["type"] = _SCALARS
    if "patternProperties" in schema:
        schema["additionalProperties"] = False
    for name, part in schema.items():
        if name not in {"default", "required", "enum"}:
            _polish(part)
