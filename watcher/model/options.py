"""Values of YAML keys that are checked when they are read: durations, selectors, patterns, date formats, addresses."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import re2
from pydantic import AfterValidator, BeforeValidator, Field

from watcher.model.login_address import MAX_PORT
from watcher.model.selector import check_selector

_NUMBER = re.compile(r"^[1-9][0-9]{0,5}$")
_DAYS_AND_MONTHS = frozenset("dejmbBxcDFGVUWsu-")
_OLDER_ADDRESS = re.compile(r"^https?://[^\s/?#{]+[/?]\S*\{page\}")
_SENDER = re.compile(r"^[^\s@<>\"',;]{0,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}$")
# Domains at which anybody may have an address: a whole one of these is no publisher.
SHARED_DOMAINS = frozenset(
    {"nhs.net", "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com", "live.co.uk"}
    | {"yahoo.com", "yahoo.co.uk", "icloud.com", "me.com", "aol.com", "btinternet.com", "proton.me", "doctors.org.uk"}
    | {"doctors.net.uk", "sky.com", "virginmedia.com", "talktalk.net"}
)
_RE2_OPTIONS = re2.Options()
_RE2_OPTIONS.log_errors = False  # else the library prints a line of its own for each mistake
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


AUTO = timedelta()  # `every: auto`


def parse_duration(written: Any) -> Any:
    """A timedelta for 30s, 10m, 2h or 1d, AUTO for auto; ValueError for any other, or one below 30s or above 7d."""
    if isinstance(written, timedelta):
        return written
    if written == "auto":
        return AUTO
    number, unit = str(written)[:-1], str(written)[-1:]
    if not _NUMBER.match(number) or unit not in _UNITS:
        raise ValueError("write a duration such as 30s, 10m, 2h or 1d, or auto")
    duration = timedelta(**{_UNITS[unit]: int(number)})
    if not timedelta(seconds=30) <= duration <= timedelta(days=7):
        raise ValueError("write a duration from 30s to 7d")
    return duration


def compile_pattern(pattern: str) -> Any:
    """The RE2 pattern, compiled: linear time, whatever a hostile page holds. ValueError says what is wrong with it."""
    try:
        return re2.compile(pattern, _RE2_OPTIONS)
    except re2.error as error:
        (why,) = error.args
        raise ValueError(f"not an RE2 pattern: {why.decode() if isinstance(why, bytes) else why}") from error


def check_pattern(pattern: str) -> str:
    """The RE2 pattern as it is; ValueError where it cannot be compiled."""
    compile_pattern(pattern)
    return pattern


def check_date_format(pattern: str) -> str:
    """The strptime pattern as it is; ValueError where it cannot be used, as "%-d", which would silently never match."""
    if not _DAYS_AND_MONTHS & {part[0] for part in pattern.replace("%%", "").split("%")[1:] if part}:
        raise ValueError("it names no day or month; write one such as %d %B %Y, with % before each letter")
    if set(pattern) & set("“”„‘’"):
        raise ValueError("“ and ” would have to stand in the date itself; use straight quotes")
    moment = datetime(2026, 10, 25, 13, 5, tzinfo=UTC)
    try:
        datetime.strptime(moment.strftime(pattern), pattern)  # noqa: DTZ007 - only whether it can be parsed
    except (ValueError, re.error) as error:
        raise ValueError("not a date format; write one such as %d %B %Y (Python's strptime)") from error
    return pattern


def check_web_address(address: str) -> str:
    """A web address as it is; ValueError for a space in it or a port that is none. Its text is not repeated."""
    place = address.partition("://")[2]
    for mark in "/?#":
        place = place.partition(mark)[0]
    host, colon, port = place.rpartition("@")[2].rpartition(":")
    if colon and port.endswith("]"):  # of an address of IPv6
        return address
    if any(character.isspace() for character in (host or port)):
        raise ValueError("a space stands in the name of its host; take it out")
    if colon and port and not (port.isascii() and port.isdigit() and 1 <= int(port[:6]) <= MAX_PORT):
        raise ValueError(f"its port is not a number from 1 to {MAX_PORT}; leave it out, or write for example :8080")
    if any(character.isspace() for character in address):
        raise ValueError("a space stands in it; take it out, or write %20 where the address has one")
    return address


def check_older_address(address: str) -> str:
    """The address of a site's older pages, with {page} in place of their number, or "" for none; else ValueError."""
    if address and not _OLDER_ADDRESS.match(address):
        raise ValueError("write a web address with {page} in it, such as https://news.example/feed/?paged={page}")
    return address


def check_sender(sender: str) -> str:
    """An address or "@domain" in lower case; ValueError for anything else, and for a domain of everybody."""
    sender = sender.strip().lower()
    if not _SENDER.match(sender):
        raise ValueError(
            "write an address, such as bulletin@england.example, or a whole domain, such as @england.example"
        )
    if sender.startswith("@") and sender[1:] in SHARED_DOMAINS:
        raise ValueError("everybody may have an address there; write the whole address of the sender")
    return sender


def check_signing_domain(domain: str) -> str:
    """A domain in lower case; ValueError for anything else, and for one that signs for everybody."""
    domain = domain.strip().lower()
    if not _SENDER.match(f"@{domain}"):
        raise ValueError("write a domain, such as mailing-service.example")
    if domain in SHARED_DOMAINS:
        raise ValueError("everybody may have an address there, and it signs for them all")
    return domain


def parse_enabled(written: Any) -> Any:
    """True, False or "auto" as written; ValueError for anything else."""
    named = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False, "auto": "auto"}
    if isinstance(written, bool) or str(written).lower() in named:
        return named[str(written).lower()]
    raise ValueError("write true, auto or false")


Enabled = Annotated[bool | Literal["auto"], BeforeValidator(parse_enabled)]
Sender = Annotated[str, AfterValidator(check_sender)]
SigningDomain = Annotated[str, AfterValidator(check_signing_domain)]
Selector = Annotated[str, AfterValidator(check_selector)]
Pattern = Annotated[str, AfterValidator(check_pattern)]
DateFormat = Annotated[str, AfterValidator(check_date_format)]
OlderAddress = Annotated[str, AfterValidator(check_older_address)]
Interval = Annotated[
    timedelta,
    BeforeValidator(parse_duration, json_schema_input_type=Annotated[str, Field(pattern=r"^(?:[1-9]\d*[smhd]|auto)$")]),
]
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
_ADDRESS_IN_SCHEMA = {"pattern": r"^https?://[^\s/]\S*$"}  # where it is checked here, a space has words of its own
WebAddress = Annotated[
    str,
    Field(pattern=r"^https?://[^\s/]+", json_schema_extra=_ADDRESS_IN_SCHEMA),
    AfterValidator(check_web_address),
]
