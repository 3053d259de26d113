"""The environment variables, checked: WATCHER_ALLOW_PRIVATE, WATCHER_KEEP_DAYS and the secrets of the channels."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from watcher.errors import BadConfig, Mistake

KEEP_DAYS, MAX_KEEP_DAYS = 400, 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The environment variables (docs/configuration.md), stripped. Values may be secrets and are not shown.

    `keep_bytes_for`: how long the bytes that Items were read from are kept.
    """

    environment: Mapping[str, str] = field(repr=False)
    allowed_networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    keep_bytes_for: timedelta = timedelta(days=KEEP_DAYS)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The environment, checked. Raises BadConfig naming the variable and, of those that hold no secret, its value."""
    allowed, mistakes = [], []
    for network in map(str.strip, environment.get("WATCHER_ALLOW_PRIVATE", "").split(",")):
        try:
            allowed += [ipaddress.ip_network(network, strict=False)] if network else []
        except ValueError:
            what = f"{network!r} in WATCHER_ALLOW_PRIVATE is not a network such as 127.0.0.0/8"
            mistakes.append(_mistake_in_environment(what))
    days = environment.get("WATCHER_KEEP_DAYS", "").strip() or str(KEEP_DAYS)
    if not (days.isascii() and days.isdigit() and int(days[:9]) <= MAX_KEEP_DAYS):
        what = (
            f"{days[:40]!r} in WATCHER_KEEP_DAYS is not a number of days; use a whole number, for example {KEEP_DAYS}"
        )
        mistakes.append(_mistake_in_environment(what))
    if mistakes:
        raise BadConfig(mistakes)
    stripped = {name: setting.strip() for name, setting in environment.items()}
    return Settings(environment=stripped, allowed_networks=tuple(allowed), keep_bytes_for=timedelta(days=int(days)))


def _mistake_in_environment(what: str) -> Mistake:
    return Mistake(file="environment", line=1, column=1, what=what)
