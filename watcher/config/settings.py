"""The environment variables, each proved where it is read: accepted whole, or refused with its name and the cure.

`watcher check` reads them too. The value of none is ever repeated: most hold a secret, and those that do not may have
been given one by mistake. docs/configuration.md lists them.
"""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from watcher.config.schema import channels, notifier_class
from watcher.core.language.lazy_regex import lazy_regex
from watcher.errors import BadConfig, Mistake
from watcher.fetching.mailbox_address import read_mailbox_address
from watcher.model.login_address import MAX_PORT, read_login_address

KEEP_DAYS, MAX_KEEP_DAYS = 400, 36_500
MIN_SECRET_CHARACTERS, MAX_DIGITS = 32, 10
_CONTACT = lazy_regex(r"[!-~](?:[ -~]{0,198}[!-~])?")
_HOST_AND_PORT = lazy_regex(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):([0-9]{1,5})")
_PORT_EXAMPLE = "write for example 127.0.0.1:8080, or 0.0.0.0:8080 for other machines too"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The environment variables (docs/configuration.md), stripped. Values may be secrets and are not shown.

    `keep_bytes_for`: how long the bytes that Items were read from are kept.
    """

    environment: Mapping[str, str] = field(repr=False)
    allowed_networks: tuple[Network, ...] = ()
    keep_bytes_for: timedelta = timedelta(days=KEEP_DAYS)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The environment, checked. Raises BadConfig with the name of every variable that cannot be used, and the cure."""
    stripped = {name: setting.strip() for name, setting in environment.items()}
    mistakes = [mistake for via in channels() for mistake in notifier_class(via).wrong_settings(stripped)]
    for name, read in _READERS.items():
        try:
            read(stripped.get(name, ""))
        except ValueError as error:
            mistakes.append(f"{name}: {error}")
    if mistakes:
        raise BadConfig([Mistake(file="environment", line=1, column=1, what=what) for what in mistakes])
    return Settings(
        environment=stripped,
        allowed_networks=_read_networks(stripped.get("WATCHER_ALLOW_PRIVATE", "")),
        keep_bytes_for=_read_days(stripped.get("WATCHER_KEEP_DAYS", "")),
    )


def _read_networks(text: str) -> tuple[Network, ...]:
    networks: list[Network] = []
    for number, network in enumerate(filter(None, map(str.strip, text.split(","))), 1):
        try:
            networks.append(ipaddress.ip_network(network, strict=False))
        except ValueError:
            raise ValueError(f"number {number} of its list is not a network such as 127.0.0.0/8") from None
    return tuple(networks)


def _read_addresses(text: str) -> None:
    try:
        _read_networks(text)
    except ValueError as error:
        raise ValueError(str(error).replace("127.0.0.0/8", "127.0.0.1 or 10.0.0.0/8")) from None


def _read_days(text: str) -> timedelta:
    days = text or str(KEEP_DAYS)
    if not (days.isascii() and days.isdigit() and len(days) < MAX_DIGITS and int(days) <= MAX_KEEP_DAYS):
        raise ValueError(f"it is not a number of days from 0 to {MAX_KEEP_DAYS}; write for example {KEEP_DAYS}")
    return timedelta(days=int(days))


def _read_contact(text: str) -> None:
    if text and not _CONTACT.fullmatch(text):
        raise ValueError("it holds characters that no request can carry; write a web or e-mail address in plain ASCII")


def _read_web_address(text: str) -> None:
    if text:
        address = read_login_address(text, {"http", "https"}, "https://watcher.example.org")
        if not address.host or address.user or address.query:
            raise ValueError("write it as https://watcher.example.org, without user, password or query")
        if address.scheme == "http" and not _is_this_machine(address.host):
            raise ValueError("its links are signed and would travel in the open: let it begin with https://")


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read_secret(text: str) -> None:
    keys = text.split(",") if text else []
    for number, signing_key in enumerate(keys, 1):
        if len(signing_key.strip()) < MIN_SECRET_CHARACTERS:
            which = f"number {number} of its keys, which commas divide," if len(keys) > 1 else "it"
            cure = 'make one with: python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
            raise ValueError(f"{which} is shorter than {MIN_SECRET_CHARACTERS} characters; {cure}")


def _read_host_and_port(text: str) -> None:
    match = _HOST_AND_PORT.fullmatch(text)
    if not text or (match and 0 < int(match[1]) <= MAX_PORT):
        return
    if "://" in text:
        raise ValueError(f"it is HOST:PORT alone, without http:// before it; {_PORT_EXAMPLE}")
    if ":" not in text:
        raise ValueError(f"it is not HOST:PORT, a host and a colon are missing; {_PORT_EXAMPLE}")
    raise ValueError(f"it is not HOST:PORT, with a port from 1 to {MAX_PORT}; {_PORT_EXAMPLE}")


def _read_heartbeat(text: str) -> None:
    if text:
        address = read_login_address(text, {"http", "https"}, "https://hc-ping.com/...")
        if not address.host or (address.scheme == "http" and not _is_this_machine(address.host)):
            raise ValueError("it is asked over the network and is a secret; write it with https://")


_READERS: Mapping[str, Callable[[str], object]] = {
    "WATCHER_ALLOW_PRIVATE": _read_networks,
    "WATCHER_KEEP_DAYS": _read_days,
    "WATCHER_CONTACT": _read_contact,
    "WATCHER_IMAP_URL": read_mailbox_address,
    "WATCHER_PUBLIC_URL": _read_web_address,
    "WATCHER_SECRET": _read_secret,
    "WATCHER_TRUSTED_PROXIES": _read_addresses,
    "WATCHER_WEB": _read_host_and_port,
    "WATCHER_METRICS": _read_host_and_port,
    "WATCHER_HEARTBEAT": _read_heartbeat,
}
