"""JSON answers of interfaces: any value, an object or a list of objects, or NotParsed."""

import json
from datetime import UTC, datetime
from typing import Any

from watcher.core.decoding.text_encoding import decode_text
from watcher.errors import NotParsed

Json = dict[str, Any]


def read_object(body: bytes) -> Json:
    """The JSON object of a body. Raises NotParsed for anything else."""
    answer = read_json(body)
    if not isinstance(answer, dict):
        raise NotParsed("the answer is not a JSON object")
    return answer


def read_objects(body: bytes) -> list[Json]:
    """The objects of a body that is a JSON array. Raises NotParsed for anything else."""
    answer = read_json(body)
    if not isinstance(answer, list):
        raise NotParsed("the answer is not a JSON list")
    return objects_of(answer)


def objects_of(elements: Any) -> list[Json]:
    """The JSON objects of a JSON array; none when it is no array."""
    return [element for element in elements if isinstance(element, dict)] if isinstance(elements, list) else []


def object_of(value: Any) -> Json:
    """A JSON object as it is; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def read_json(body: bytes, content_type: str = "") -> Any:
    """The JSON of a body, in whatever encoding. Raises NotParsed for anything else, and for what is nested too deeply.

    Of two values with one name in an object the last counts, as in browsers; NaN and Infinity, which are no JSON, are
    read as null.
    """
    text = decode_text(body, content_type).strip("\ufeff \t\r\n\x00")
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise NotParsed("the answer is not JSON") from error


def as_utc(literal: object) -> str:
    """A moment as it is written, with the zone that WordPress leaves out of its `..._gmt` fields."""
    written = str(literal or "")
    return f"{written}Z" if "T" in written and not written.endswith("Z") and "+" not in written else written


def read_utc(literal: object) -> datetime | None:
    """The moment (UTC) that such a field names; None where it names none."""
    try:
        moment = datetime.fromisoformat(as_utc(literal))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
