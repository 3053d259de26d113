"""Logging as JSON, one object a line on stderr, or in words on a terminal; e-mail addresses are masked in both."""

import logging
import sys
from collections.abc import Callable, Mapping, MutableMapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from watcher.core.language.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from watcher.cli.spoken_log import SpokenLog

_ADDRESS = lazy_regex(r"([A-Za-z0-9])[A-Za-z0-9._%+-]*@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")


class LogForm(StrEnum):
    """How the log is written: a JSON object a line for machines, or lines of text for people."""

    JSON = "json"
    TEXT = "text"


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
    as_json = structlog.processors.JSONRenderer(ensure_ascii=True, default=str)
    _write_log(as_json, as_json)


def log_as_text(clock: Callable[[], datetime]) -> "SpokenLog":
    """Write the same records in words, by `clock` (UTC); what is returned can be given the database to read from."""
    from watcher.cli.spoken_log import SpokenLog

    spoken = SpokenLog(sys.stderr, clock, _mask_addresses, shows_messages=sys.stdout.isatty() and sys.stderr.isatty())
    _write_log(spoken, spoken.render)
    return spoken


def _write_log(render: Any, render_foreign: Any) -> None:
    """Send our records through `render`, and those of libraries through `render_foreign`, to stderr."""
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        without_foreign_words,
        without_people,
    ]
    structlog.configure(processors=[*shared, render], logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    libraries = logging.StreamHandler(sys.stderr)
    finish: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, render_foreign]
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=[without_library_words, *shared], processors=finish)
    )
    logging.basicConfig(level=logging.ERROR, handlers=[libraries], force=True)
