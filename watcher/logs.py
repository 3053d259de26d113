"""Logging as JSON, one object a line on stderr, with e-mail addresses masked."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer

_ADDRESS = re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+-]*@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")


def without_people(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Addresses as m***@example.org: they are personal data, and a log is read by others and kept elsewhere."""
    masked: MutableMapping[str, Any] = _masked(event)
    return masked


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _ADDRESS.sub(r"\1***@\2", value)
    if isinstance(value, Mapping):
        return {name: _masked(each) for name, each in value.items()}
    return [_masked(each) for each in value] if isinstance(value, list | tuple) else value


def log_as_json() -> None:
    """One JSON object a line on stderr, ours and the libraries'; control characters escaped: no headline forges a line.

    Tracebacks come without local variables: those hold tokens and addresses.
    """
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        without_people,
    ]
    as_json = structlog.processors.JSONRenderer(ensure_ascii=True, default=str)
    structlog.configure(processors=[*shared, as_json], logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    libraries = logging.StreamHandler(sys.stderr)
    finish: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_json]
    libraries.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=finish))
    logging.basicConfig(level=logging.ERROR, handlers=[libraries], force=True)
