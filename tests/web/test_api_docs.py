"""docs/api.md against the table of the API: every address, parameter and field, with the words that the code has."""

import re
from pathlib import Path
from typing import Any

from watcher.web.api.answers import ApiAnswer
from watcher.web.api.routes import ROUTES, ApiRoute

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
SHAPES = {"string": "text", "integer": "whole number", "boolean": "true or false"}
FORMATS = {"date-time": "moment", "date": "day"}


def answers_in_order() -> list[type[ApiAnswer]]:
    """The answers of the table, each followed by those that stand in it."""
    in_order: dict[type[ApiAnswer], None] = {}
    for route in ROUTES:
        add_with_parts(route.answer, in_order)
    return list(in_order)


def add_with_parts(model: type[ApiAnswer], in_order: dict[type[ApiAnswer], None]) -> None:
    if model in in_order:
        return
    in_order[model] = None
    for field in model.model_fields.values():
        for part in parts_of(field.annotation):
            add_with_parts(part, in_order)


def parts_of(annotation: Any) -> list[type[ApiAnswer]]:
    if isinstance(annotation, type) and issubclass(annotation, ApiAnswer):
        return [annotation]
    return [part for inner in getattr(annotation, "__args__", ()) for part in parts_of(inner)]


def table_of_answer(model: type[ApiAnswer]) -> list[list[str]]:
    """The cells that describe the fields of an answer."""
    schema = model.model_json_schema(mode="serialization", ref_template="{model}")
    definitions = schema.get("$defs", {})
    return [
        [f"`{name}`", shape(field, definitions), field.get("description", "")]
        for name, field in schema["properties"].items()
    ]


def shape(field: dict[str, Any], definitions: dict[str, Any]) -> str:
    """The type of a field in words; of a closed set its words."""
    if "anyOf" in field:
        return " or ".join(shape(choice, definitions) for choice in field["anyOf"])
    if "$ref" in field:
        named = definitions[field["$ref"]]
        return ", ".join(f"`{word}`" for word in named["enum"]) if "enum" in named else link(field["$ref"])
    if field["type"] == "array":
        return f"list of {shape(field['items'], definitions)}"
    return FORMATS.get(field.get("format", "")) or SHAPES.get(field["type"], field["type"])


def link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def table_of_route(route: ApiRoute) -> list[list[str]]:
    """The cells that describe what may be asked."""
    parts = [[f"`{name}`", "path", part.about] for name, part in route.parts.items()]
    fields = route.query.model_fields.items()
    return [*parts, *([f"`{field.alias or name}`", "query", field.description or ""] for name, field in fields)]


def section(heading: str) -> str:
    text = PAGE.read_text(encoding="utf-8")
    begin = re.search(rf"^### {re.escape(heading)}$", text, re.MULTILINE)
    assert begin, f"docs/api.md has no section {heading}"
    end = re.search(r"^##", text[begin.end() :], re.MULTILINE)
    return text[begin.end() : begin.end() + end.start() if end else None]


def cells(text: str) -> list[list[str]]:
    """The rows of a table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_address_stands_in_the_docs_with_what_may_be_asked() -> None:
    for route in ROUTES:
        text = section(f"`GET {route.full_path}`")
        assert route.summary in text
        assert link(route.answer.__name__) in text
        assert cells(text) == table_of_route(route), route.path
    headings = re.findall(r"^### `GET (\S+)`$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == [route.full_path for route in ROUTES]


def test_every_answer_stands_in_the_docs_with_every_field() -> None:
    for model in answers_in_order():
        text = section(model.__name__)
        assert (model.__doc__ or "") in text
        assert cells(text) == table_of_answer(model), model.__name__
    headings = re.findall(r"^### (\w+Answer)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == [model.__name__ for model in answers_in_order()]


def test_a_field_says_what_it_is_unless_its_name_does() -> None:
    plain = {"at", "description", "id", "item", "name", "page", "publisher", "revision", "source_url", "status", "text"}
    plain |= {"title", "topic", "url"}
    silent = {
        f"{model.__name__}.{name}"
        for model in answers_in_order()
        for name, field in model.model_fields.items()
        if not field.description and name not in plain and not parts_of(field.annotation)
    }
    assert silent == set()
