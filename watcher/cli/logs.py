"""Logging as JSON, one object a line on stderr, with e-mail addresses masked."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from watcher.core.language.lazy_regex import lazy_regex

_ADDRESS = lazy_regex(r"([A-Za-z0-9])[A-Za-z0-9._%+-]*@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")


def without_people(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event with each e-mail address as m***@example.org: it is personal data, and other people read the logs."""
    masked: MutableMapping[str, Any] = _mask_addresses(event)
    return masked


def _mask_addresses(value: Any) -> Any:
    if isinstance(value, str):
        return _ADDRESS.sub(r"\1***@\2", value)
    if isinstance(value, Mapping):
        return {name: _mask_addresses(field) for name, field in value.items()}
    return [_mask_addresses(element) for element in value] if isinstance(value, list | tuple) else value


def without_foreign_words(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event with the types and places of its exceptions alone: their texts repeat passwords and addresses."""
    if isinstance(event.get("exception"), list):
        event["exception"] = [_without_words(stack) for stack in event["exception"]]
    return {name: type(field).__name__ if isinstance(field, BaseException) else field for name, field in event.items()}


def without_library_words(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A library's line with the library's name alone: its words repeat what it was given."""
    record = event.get("_record")
    return {**event, "event": f"an error in {record.name if record else 'a library'}"}


def _without_words(stack: Any) -> Any:
    if not isinstance(stack, Mapping):
        return type(stack).__name__
    kept = {name: stack[name] for name in ("exc_type", "is_cause", "frames") if name in stack}
    inner = [_without_words(each) for group in stack.get("exceptions") or () for each in group]
    return {**kept, "exceptions": inner} if inner else kept


def log_as_json() -> None:
    """Write log lines, ours and the libraries', as one JSON object each on stderr; no headline can forge a log line.

    Control characters are escaped. Tracebacks have no local variables: those may contain tokens and addresses.
    """
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        without_foreign_words,
        without_people,
    ]
    as_json = structlog.processors.JSONRenderer(ensure_ascii=True, default=str)
    structlog.configure(processors=[*shared, as_json], logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    libraries = logging.StreamHandler(sys.stderr)
    finish: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_json]
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=[without_library_words, *shared], processors=finish)
    )
    logging.basicConfig(level=logging.ERROR, handlers=[libraries], force=True)
