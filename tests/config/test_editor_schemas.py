"""The JSON schemas for editors: every key with its meaning; what is shipped is right by them."""

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from typer.testing import CliRunner

from tests.config.test_mutated_files import GOOD, SOURCES, SUBSCRIBERS, TOPICS, Mutation
from watcher.cli import app
from watcher.config.editor_schemas import schemas
from watcher.config.schema import SubscriberEntry, TopicEntry, TopicsFile, channels, kind_class, kinds

ROOT = Path(__file__).parents[2]
SCHEMAS = schemas()
# What depends on other values, on what a selector, pattern, term or address means, or on the environment.
ONLY_CHECK_TELLS = {
    "a duplicate id",
    "a port that is no number",
    "a selector that does not parse",
    "curly quotes in a selector",
    "a curly quote within",
    "a hard space in a selector",
    "an XPath",
    "a date format without %",
    "a date format of a time",
    "a date format of C",
    "a pattern that does not parse",
    "a pattern that RE2 lacks",
    "a topic that is none",
    "too short a duration",
    "a pattern for a term",
    "a mark of a pattern in a set",
    "alternatives in a set",
    "a set that is none",
    "a term for everything",
    "a term that is always stopped",
    "words too far apart",
    "an example that fails",
    "an example that must not match",
    "the hour that happens twice",
    "a weekday of a daily digest",
    "an empty digest of what is told at once",
    "an unknown topic",
    "a source that does not exist",
    "no topics",
    "a name with the address",
    "no @",
    "mailto:",
    "two addresses",
    "a channel's name",
    "a token for an address",
    "a link for an address",
    "a variable that is not set",
    "an address twice",
    "no admin",
}


class CoreLoader(yaml.SafeLoader):
    """YAML as editors read it: of the words without quotes only true and false are no text, and no dates."""


CoreLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] in {"int", "float", "null"}]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:bool", yaml.resolver.re.compile(r"^(?:true|false)$"), list("tf"))  # type: ignore[attr-defined]


def load(text: str) -> Any:
    return yaml.load(text, Loader=CoreLoader)  # noqa: S506 - a SafeLoader with fewer kinds of scalars


def models(schema: Any) -> Iterator[dict[str, Any]]:
    """Everything in a schema that has keys."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from models(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from models(part)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_key_has_its_meaning_and_a_default_or_is_required(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    for model in models(SCHEMAS[name]):
        for key, schema in model["properties"].items():
            assert schema["description"].endswith("."), key
            assert key in model.get("required", ()) or "default" in schema, key
        assert model["additionalProperties"] is False


def test_every_key_that_is_read_is_in_its_schema() -> None:
    of_kinds = {
        schema["properties"]["kind"]["const"]: set(schema["properties"])
        for schema in SCHEMAS["sources"]["properties"]["sources"]["items"]["anyOf"]
    }
    assert of_kinds == {kind: {field.name for field in fields(kind_class(kind))} for kind in kinds()}
    assert set(SCHEMAS["topics"]["properties"]) == set(TopicsFile.model_fields)
    assert set(SCHEMAS["topics"]["$defs"]["TopicEntry"]["properties"]) == set(TopicEntry.model_fields)
    subscriber = SCHEMAS["subscribers"]["$defs"]["SubscriberEntry"]["properties"]
    assert set(subscriber) == set(SubscriberEntry.model_fields)
    assert subscriber["via"]["enum"] == channels()


@pytest.mark.parametrize(
    "file",
    [
        *(f"config/{name}.yaml" for name in sorted(SCHEMAS)),
        *(f"watcher/demo/config/{name}.yaml" for name in ("sources", "subscribers")),
    ],
)
def test_what_is_shipped_is_right_by_its_schema(file: str) -> None:
    path = ROOT / file
    errors = Draft202012Validator(SCHEMAS[path.stem]).iter_errors(load(path.read_text(encoding="utf-8")))
    assert [f"{error.json_path}: {error.message[:200]}" for error in errors] == []


@pytest.mark.parametrize("mutation", [*SOURCES, *TOPICS, *SUBSCRIBERS], ids=lambda mutation: mutation.name)
def test_a_schema_refuses_what_the_reader_refuses_by_its_shape(mutation: Mutation) -> None:
    good = GOOD[mutation.file]
    validator = Draft202012Validator(SCHEMAS[mutation.file])
    assert validator.is_valid(load(good))
    spoilt = load(mutation.spoil(good.encode()).decode())
    assert validator.is_valid(spoilt) == (mutation.name in ONLY_CHECK_TELLS)


def test_any_scalar_is_text_as_the_reader_has_it() -> None:
    text = GOOD["sources"].replace("name: Health news", "name: 2026").replace("read_page: true", "read_page: false")
    assert Draft202012Validator(SCHEMAS["sources"]).is_valid(load(text))


def test_check_writes_them_into_a_folder(tmp_path: Path) -> None:
    words = ["--config", str(ROOT / "config"), "--database", f"sqlite:///{tmp_path / 'w.db'}", "check"]
    result = CliRunner().invoke(app, [*words, "--schema", str(tmp_path / "schemas")])
    assert result.exit_code == 0
    for name, schema in SCHEMAS.items():
        written = (tmp_path / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
        assert json.loads(written) == schema
