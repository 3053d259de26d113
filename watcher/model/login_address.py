"""The address of a service that may hold a password, such as a mail relay or a database, read as a whole or refused.

RFC 3986 section 3.2: in a user name or password, "# / ? [ ] @ :" must stand in percent code, or everything after them
is read as something else, and a part of the password as the name of a host. No text of an address is ever repeated.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote

MAX_PORT = 65_535
PERCENT_CURE = (
    "in the user name and the password write # as %23, / as %2F, ? as %3F, [ as %5B, ] as %5D, @ as %40, : as %3A, "
    "% as %25 and a space as %20"
)
_UNRESERVED = r"(?:[A-Za-z0-9._~!$&'()*+,;=^|{}<>`\\\"-]|%[0-9A-Fa-f]{2})"
_ADDRESS = re.compile(
    rf"(?P<scheme>[a-z][a-z0-9+]{{0,30}})://(?:(?P<user>{_UNRESERVED}+)(?::(?P<password>{_UNRESERVED}*))?@)?"
    r"(?P<host>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])?(?::(?P<port>\d{1,5}))?"
    r"(?P<path>/[^?#\s]*)?(?:\?(?P<query>[^#\s]*))?"
)
_NO_PORT = f"its port is not a number from 1 to {MAX_PORT}"
_SECRET_MAY_FOLLOW = re.compile(r"[a-z0-9+]{1,31}://.*@", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginAddress:
    """The parts of an address, decoded; "" and None for what it does not have."""

    scheme: str
    host: str = ""
    port: int | None = None
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    path: str = ""
    query: str = ""


def read_login_address(text: str, schemes: Collection[str], example: str) -> LoginAddress:
    """The parts of an address. Raises ValueError that says what is wrong and the cure, without any of its text."""
    match = _ADDRESS.fullmatch(text)
    if match is None or not (match["port"] or "1").isascii():
        if _odd_port().match(text.rpartition("@")[2] if "@" in text else text.partition("://")[2]):
            raise ValueError(f"{_NO_PORT} (what follows the last colon of its host); write it as {example}")
        cure = PERCENT_CURE if _SECRET_MAY_FOLLOW.match(text) else f"write it as {example}"
        raise ValueError(f"it cannot be read as an address; {cure}")
    if match["scheme"] not in schemes:
        raise ValueError(f"it does not begin with {' or '.join(f'{scheme}://' for scheme in sorted(schemes))}")
    port = int(match["port"]) if match["port"] else None
    if port is not None and not 1 <= port <= MAX_PORT:
        raise ValueError(f"{_NO_PORT}; write it as {example}")
    return LoginAddress(
        scheme=match["scheme"],
        host=(match["host"] or "").strip("[]").lower(),
        port=port,
        user=unquote(match["user"] or ""),
        password=unquote(match["password"] or ""),
        path=match["path"] or "",
        query=match["query"] or "",
    )


@cache
def _odd_port() -> re.Pattern[str]:
    """A host with something behind its last colon that is no port."""
    return re.compile(
        r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\]):(?![0-9]{1,5}(?:[/?#]|$))[^/?#@]*(?:[/?#]|$)"
    )
