"""Which addresses may be reached: public ones on the web's ports, and private ones only where the house allows them.

Names are checked by the resolver at connect time, so that the address checked is the one connected to (DNS rebinding);
addresses written as numbers bypass the resolver and are checked for each URL, in every spelling. Last, a socket is made
only for an address that may be reached, so that a spelling which two URL readers take differently is refused as well.
"""

import ipaddress
import socket

from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from watcher.errors import NotFetched

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

WEB_PORTS = frozenset({80, 443})
_REFUSED = "a private address or an unusual port, which we do not read unless WATCHER_ALLOW_PRIVATE names its network"


class AddressGuard(AbstractResolver):
    """Resolves names and refuses private addresses. The address that is checked is the one that is connected to."""

    def __init__(self, inner: AbstractResolver, allowed: tuple[Network, ...]) -> None:
        self._inner, self._allowed = inner, allowed
        self.near: set[str] = set()  # names that lead into the `allowed` networks

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """All public addresses of `host`; NotFetched when there is none."""
        results = await self._inner.resolve(host, port, family)
        public = [
            result
            for result in results
            if _is_allowed(ipaddress.ip_address(result["host"].split("%")[0]), port, self._allowed)
        ]
        if not public:
            raise NotFetched(f"{host} leads to {_REFUSED}")
        if all(is_near(result["host"], self._allowed) for result in public):
            self.near.add(host)
        return public

    def socket(self, address_info: AddrInfoType) -> socket.socket:
        """A socket for an address that may be reached; NotFetched for any other."""
        family, kind, proto, _, destination = address_info
        address = _parse_literal(str(destination[0]))
        if address is None or not _is_allowed(address, int(destination[1]), self._allowed):
            raise NotFetched(f"{destination[0]} is {_REFUSED}")
        return socket.socket(family, kind, proto)

    async def close(self) -> None:
        """Close the inner resolver."""
        await self._inner.close()


def web_address(url: str, allowed: tuple[Network, ...]) -> URL:
    """`url` as aiohttp reads it. Raises NotFetched unless it is http(s) and no private address written as a number.

    Such addresses bypass the resolver. yarl reads it because aiohttp connects to what yarl reads: urlsplit leaves the
    host of http://127。0。0。1/ as it is; yarl makes it 127.0.0.1. Raises ValueError where it cannot be read.
    """
    address = URL(url)
    host = address.raw_host or ""
    if address.scheme not in {"http", "https"} or not host:
        raise NotFetched("only http and https addresses are read")
    literal = _parse_literal(host)
    if literal and not _is_allowed(literal, address.port or 0, allowed):
        raise NotFetched(f"{host} is {_REFUSED}")
    return address


def is_near(host: str, allowed: tuple[Network, ...]) -> bool:
    """Whether a host, written as a number, is in one of the networks of the house."""
    address = _parse_literal(host)
    inner = _unwrap_embedded(address) if address else None
    return any(inner is not None and inner.version == network.version and inner in network for network in allowed)


def _parse_literal(host: str) -> Address | None:
    """An IP address in any spelling that a resolver would accept: 127.1, 0x7f.1, 2130706433, [::ffff:127.0.0.1].

    None for a name.
    """
    try:
        return ipaddress.ip_address(host.split("%", maxsplit=1)[0])
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _is_allowed(address: Address, port: int, allowed: tuple[Network, ...]) -> bool:
    """Whether an address is in an `allowed` network (on any port), or public on one of the web's ports."""
    inner = _unwrap_embedded(address)
    if any(inner.version == network.version and inner in network for network in allowed):
        return True
    # Python calls ::7f00:1, 64:ff9b:1::/48 and fec0::/10 global; nothing public stands there (RFC 4291, 8215, 3879).
    special = (
        inner.is_multicast or inner.is_reserved or (isinstance(inner, ipaddress.IPv6Address) and inner.is_site_local)
    )
    return inner.is_global and not special and port in WEB_PORTS


def _unwrap_embedded(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, NAT64), where the packets would go; else `address`."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
