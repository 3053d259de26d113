"""The OpenAPI 3.1 document of the API, made of its table: what it says is what is checked and answered."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

if TYPE_CHECKING:
    from watcher.web.api.routes import ApiRoute

VERSION = "1.0.0"
_SCHEMAS = "#/components/schemas/{model}"
_PROBLEM = {
    "description": "What went wrong, as RFC 9457 says",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what is wrong, and what to do"},
        "field": {"type": "string", "description": "the parameter that is wrong"},
    },
}
_HEADERS = {
    "ETag": {
        "schema": {"type": "string"},
        "description": "send it as If-None-Match: then 304 says that all is as it was",
    },
    "Cache-Control": {"schema": {"type": "string"}},
}


def build_document(routes: "Sequence[ApiRoute]", base_url: str, topics: Sequence[str]) -> bytes:
    """The document as JSON; `topics` are the ids that a parameter `topic` may have."""
    asked = [(route.query, "validation") for route in routes]
    answered = [(route.answer, "serialization") for route in routes]
    modes: Any = list(dict.fromkeys([*asked, *answered]))
    schemas, definitions = models_json_schema(modes, ref_template=_SCHEMAS)
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Practice watcher",
            "version": VERSION,
            "summary": "What was announced for GP practices in England, minutes after it appeared",
            "description": (
                "Read-only, without a key. Moments are in UTC, days are London's, lengths of time in seconds. Every "
                "field is always there: null or empty where nothing is known. What is new within version 1 are further "
                "fields and addresses only."
            ),
        },
        "servers": [{"url": base_url}],
        "paths": {route.full_path: {"get": _describe_route(route, definitions, schemas, topics)} for route in routes},
        "components": {
            "schemas": {
                **{name: schema for name, schema in definitions["$defs"].items() if name not in _query_names(routes)},
                "Problem": _PROBLEM,
            }
        },
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _query_names(routes: "Sequence[ApiRoute]") -> set[str]:
    return {route.query.__name__ for route in routes}


def _describe_route(
    route: "ApiRoute", definitions: Mapping[str, Any], schemas: Mapping[Any, Any], topics: Sequence[str]
) -> dict[str, Any]:
    query = definitions["$defs"][route.query.__name__]
    answer = schemas[route.answer, "serialization"]
    problems = {"400": "a parameter that cannot be read", "404": "there is none", "429": "asked too often"}
    return {
        "operationId": route.name,
        "summary": route.summary,
        "parameters": [*_list_parts(route), *_list_parameters(query, topics)],
        "responses": {
            "200": {
                "description": route.summary,
                "headers": _HEADERS,
                "content": {"application/json": {"schema": answer}},
            },
            "304": {"description": "all is as the ETag says that you have it"},
            **{status: _describe_problem(words) for status, words in problems.items()},
            "503": _describe_problem("we cannot read our own records at the moment"),
        },
    }


def _list_parts(route: "ApiRoute") -> Iterator[dict[str, Any]]:
    for name, part in route.parts.items():
        schema = {"type": "string", "pattern": part.pattern}
        yield {"name": name, "in": "path", "required": True, "description": part.about, "schema": schema}


def _list_parameters(query: Mapping[str, Any], topics: Sequence[str]) -> Iterator[dict[str, Any]]:
    for name, schema in query.get("properties", {}).items():
        shown = {key: fact for key, fact in schema.items() if key not in {"title", "description", "default"}}
        without_null = [choice for choice in shown.get("anyOf", ()) if choice != {"type": "null"}]
        if without_null:
            shown = without_null[0] if len(without_null) == 1 else {"anyOf": without_null}
        if name == "topic":
            shown["enum"] = list(topics)
        if schema.get("default"):
            shown["default"] = schema["default"]
        is_required = name in query.get("required", ())
        about = schema["description"]
        yield {"name": name, "in": "query", "required": is_required, "description": about, "schema": shown}


def _describe_problem(words: str) -> dict[str, Any]:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": words, "content": {"application/problem+json": problem}}
