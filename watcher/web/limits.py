"""How often one reader may ask, in a moving window, counted by this process alone.

A reader is a network: /24 of IPv4, /56 of IPv6, so that nobody gets more by changing the last digits. Addresses are
kept only in memory, and only as long as their window.
"""

import ipaddress
from collections.abc import Mapping
from enum import StrEnum
from math import ceil

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

_NETWORK_BITS = {4: 24, 6: 56}  # by the version of IP


class Allowance(StrEnum):
    """How often one reader may ask for a page, by what it costs us."""

    PAGE = "page"
    SEARCH = "search"
    SIGNED = "signed"
    FREE = "free"


ALLOWANCES: Mapping[Allowance, RateLimitItem] = {
    Allowance.PAGE: parse("120/minute"),
    Allowance.SEARCH: parse("30/minute"),
    Allowance.SIGNED: parse("30/minute"),
}


class ReaderLimits:
    """The requests of each network within the last minute."""

    def __init__(self) -> None:
        self._windows = MovingWindowRateLimiter(MemoryStorage())

    def seconds_to_wait(self, allowance: Allowance, address: str, now: float) -> int:
        """0 where the request is allowed, and then it counts; else after how many seconds to ask again.

        `now`: seconds since 1970.
        """
        allowed = ALLOWANCES.get(allowance)
        if allowed is None:
            return 0
        network = _network_of(address)
        if self._windows.hit(allowed, allowance, network):
            return 0
        return max(1, ceil(self._windows.get_window_stats(allowed, allowance, network).reset_time - now))


def _network_of(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address  # a socket without an address
    plain = getattr(parsed, "ipv4_mapped", None) or parsed  # how a server that takes both kinds writes IPv4
    return str(ipaddress.ip_network(f"{plain}/{_NETWORK_BITS[plain.version]}", strict=False))
