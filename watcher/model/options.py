"""Values of YAML keys that are checked when they are read: durations, CSS selectors, date formats, addresses."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from soupsieve import SelectorSyntaxError
from soupsieve import compile as compile_selector

_NUMBER = re.compile(r"^[1-9][0-9]{0,5}$")


_OLDER = re.compile(r"^https?://[^\s/?#{]+[/?]\S*\{page\}")


_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_duration(value: Any) -> Any:
    """Read 30s, 10m, 2h or 1d; anything else is left to the schema to refuse."""
    if isinstance(value, timedelta):
        return value
    number, unit = str(value)[:-1], str(value)[-1:]
    if not _NUMBER.match(number) or unit not in _UNITS:
        raise ValueError("write a duration such as 30s, 10m, 2h or 1d")
    found = timedelta(**{_UNITS[unit]: int(number)})
    if not timedelta(seconds=30) <= found <= timedelta(days=7):
        raise ValueError("write a duration from 30s to 7d")
    return found


def check_selector(value: str) -> str:
    """A CSS selector that can be read, or "" for none."""
    try:
        compile_selector(value or "a")
    except SelectorSyntaxError as error:
        raise ValueError(f"not a CSS selector: {str(error).splitlines()[0]}") from error
    return value


def check_date_format(value: str) -> str:
    """A strptime pattern that can be read: "%-d" cannot, and would silently never match."""
    moment = datetime(2026, 10, 25, 13, 5, tzinfo=UTC)
    try:
        datetime.strptime(moment.strftime(value), value)  # noqa: DTZ007 - only whether it can be read
    except (ValueError, re.error) as error:
        raise ValueError("not a date format; write one such as %d %B %Y (Python's strptime)") from error
    return value


def check_older_address(value: str) -> str:
    """The address of a site's older pages, with {page} where their number stands, or "" for none."""
    if value and not _OLDER.match(value):
        raise ValueError("write a web address with {page} in it, such as https://news.example/feed/?paged={page}")
    return value


Selector = Annotated[str, AfterValidator(check_selector)]
DateFormat = Annotated[str, AfterValidator(check_date_format)]
OlderAddress = Annotated[str, AfterValidator(check_older_address)]
Interval = Annotated[
    timedelta,
    BeforeValidator(parse_duration, json_schema_input_type=Annotated[str, Field(pattern=r"^[1-9]\d*[smhd]$")]),
]
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s/]+")]
