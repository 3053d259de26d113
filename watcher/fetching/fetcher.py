"""The only HTTP GET of the product: polite, bounded in time and size, and unable to reach private addresses.

RFC 9110 (conditional requests, Retry-After), RFC 9309 (robots.txt). httpx over aiohttp's connector: 0.64 ms of CPU
a GET against 3.42 with httpx's own pool. docs/adr/0002-fetching.md tells why each guard is here.
"""

import asyncio
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver
from httpx_aiohttp import AiohttpTransport
from protego import Protego

from watcher import __version__
from watcher.core.language.text import printable
from watcher.errors import NotFetched
from watcher.fetching.address_guard import AddressGuard, Network, web_address
from watcher.fetching.cache_headers import max_age, retry_after
from watcher.model import Request, Response, Validators

CONTACT = "https://github.com/practice-watcher/practice-watcher"
ROBOT = "practice-watcher"
ROBOTS_AGE = timedelta(hours=12)
MAX_VALIDATOR_CHARACTERS = 1_000
# What an answer says of itself and of its age: kept with the bytes. Cookies never.
KEPT_HEADERS = frozenset({"age", "cache-control", "content-encoding", "content-language", "content-type", "date"})
KEPT_HEADERS |= {"etag", "expires", "last-modified", "server", "via"}
_MOVED = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_TLS = {  # OpenSSL's X509_V_ERR_*: what is wrong with a certificate, where there is more to say than "not valid"
    10: "the server's TLS certificate has expired",
    62: "the server's TLS certificate names another host",
    64: "the server's TLS certificate names another address",
}
_WORDS: dict[type[BaseException], str] = {  # the first kind that fits
    aiohttp.ClientSSLError: "no TLS connection could be made",
    aiohttp.ClientConnectorDNSError: "the host name cannot be resolved",
    aiohttp.ClientConnectorError: "the server refuses connections or cannot be reached",
    aiohttp.ConnectionTimeoutError: "the server refuses connections or cannot be reached",
    httpx.TimeoutException: "the server closed the connection or did not answer in time",
    zlib.error: "the compressed answer is damaged",
    httpx.InvalidURL: "the address cannot be read",
    ValueError: "the address cannot be read",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Bounds of one GET: seconds in all and to connect, bytes on the wire and decoded, redirects, GETs at once."""

    max_seconds: float = 30.0
    max_connect_seconds: float = 10.0
    max_wire_bytes: int = 5_000_000
    max_decoded_bytes: int = 10_000_000
    max_redirects: int = 5
    max_concurrent: int = 16


@dataclass(slots=True)
class HostState:
    """What we know of one host: who is asking it now, and what its robots.txt says."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    robots: Protego | None = None
    robots_at: datetime | None = None


class Fetcher:
    """The fetcher. One per process; `async with` closes its connections.

    `allowed` are private networks that may be reached all the same (tests, a mirror in the house). `contact` is a page
    where the owner of a watched site finds a person.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        allowed: Iterable[Network] = (),
        contact: str = CONTACT,
        limits: FetchLimits = FetchLimits(),
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._clock, self._limits, self._allowed = clock, limits, tuple(allowed)
        self._resolver = resolver
        self._agent = f"{ROBOT}/{__version__} (+{contact})"
        self._hosts: dict[str, HostState] = {}
        self._width = asyncio.Semaphore(limits.max_concurrent)
        self._client = httpx.AsyncClient(
            transport=AiohttpTransport(client=self._session),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(limits.max_seconds, connect=limits.max_connect_seconds),
            # No cookies at all: a session of one visit must not colour the next, nor travel to another host.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    def _session(self) -> aiohttp.ClientSession:
        guard = AddressGuard(self._resolver or ThreadedResolver(), self._allowed)
        connector = aiohttp.TCPConnector(
            resolver=guard, socket_factory=guard.socket, limit=self._limits.max_concurrent, use_dns_cache=False
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, request: Request) -> Response:
        """The Response at `request.url`, or `unchanged`. Raises NotFetched, also for a status of 400 or more."""
        try:
            async with self._host(request.url).turn, self._width, asyncio.timeout(self._limits.max_seconds):
                return replace(await self._follow(request), requested_url=request.url)
        except TimeoutError as error:
            raise NotFetched(f"no complete answer within {self._limits.max_seconds:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, ValueError, zlib.error) as error:
            raise NotFetched(_why(error), unreachable=_unreachable(error)) from error

    def _host(self, url: str) -> HostState:
        return self._hosts.setdefault((urlsplit(url).hostname or "").lower(), HostState())

    async def _follow(self, request: Request) -> Response:
        """Redirects by hand: each hop is checked, and what is meant for one host never reaches another."""
        moved_to = ""
        for _ in range(self._limits.max_redirects + 1):
            await self._must_be_allowed(request.url)
            answer = await self._one(request)
            if isinstance(answer, Response):
                return replace(answer, moved_to=moved_to)
            status, location = answer
            target = urljoin(request.url, location)
            moved_to = target if status in _PERMANENT else moved_to
            request = replace(request, url=target) if _stays(request.url, target) else Request(url=target)
        raise NotFetched(f"more than {self._limits.max_redirects} redirects")

    async def _one(self, request: Request) -> Response | tuple[int, str]:
        """One exchange: a Response, or (status, location) of a redirect."""
        address = web_address(request.url, self._allowed)
        headers = {**request.headers, "User-Agent": self._agent, "Accept-Encoding": "gzip", "Accept": "*/*"}
        async with self._client.stream("GET", address, headers=_conditional(headers, request.validators)) as response:
            status = response.status_code
            if status in _MOVED and response.headers.get("location"):
                return status, response.headers["location"]
            if status == 304 and request.validators == Validators():  # noqa: PLR2004
                raise NotFetched('the server answers "unchanged" to a question that named no version', status=status)
            if status not in {200, 304}:
                after = retry_after(response.headers.get("retry-after", ""), self._clock())
                raise NotFetched(f"HTTP {status}", status=status, after=after)
            body = b"" if status == 304 else await self._body(response)  # noqa: PLR2004
            return Response(
                url=request.url,
                body=body,
                fetched_at=self._clock(),
                content_type=response.headers.get("content-type", ""),
                validators=_validators(response) if body else request.validators,
                unchanged=status == 304,  # noqa: PLR2004
                status=status,
                headers=_kept(response.headers),
                max_age=max_age(response.headers.get("cache-control", ""), response.headers.get("age", "")),
            )

    async def _body(self, response: httpx.Response) -> bytes:
        """The decoded body. At most one gzip layer; every byte is counted while it arrives."""
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip"}:
            raise NotFetched(f"content encoding {encoding[:40]!r} was not asked for")
        unzip = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in encoding else None
        wire, decoded = 0, bytearray()
        async for chunk in response.aiter_raw():
            wire += len(chunk)
            room = self._limits.max_decoded_bytes - len(decoded)
            decoded += unzip.decompress(chunk, room + 1) if unzip else chunk
            if wire > self._limits.max_wire_bytes or len(decoded) > self._limits.max_decoded_bytes:
                raise NotFetched(
                    f"the answer is larger than {self._limits.max_wire_bytes:,} bytes "
                    f"({self._limits.max_decoded_bytes:,} unpacked)"
                )
        if unzip and not unzip.eof:
            raise NotFetched("the compressed answer was cut off")
        return bytes(decoded)

    # --- robots.txt -----------------------------------------------------------------------------------------------

    async def _must_be_allowed(self, url: str) -> None:
        host, now = self._host(url), self._clock()
        if host.robots is None or host.robots_at is None or abs(now - host.robots_at) > ROBOTS_AGE:
            host.robots, host.robots_at = await self._robots(url), now
        if not host.robots.can_fetch(url, ROBOT):
            raise NotFetched("robots.txt asks us not to read this address")

    async def _robots(self, url: str) -> Protego:
        """RFC 9309: 4xx means no rules; when the server cannot say (5xx), we stay away."""
        request = Request(url=urljoin(url, "/robots.txt"))
        try:
            for _ in range(self._limits.max_redirects + 1):
                answer = await self._one(request)
                if isinstance(answer, Response):
                    return Protego.parse(answer.body[:500_000].decode("utf-8", "replace"))
                request = Request(url=urljoin(request.url, answer[1]))
        except NotFetched as error:
            if error.status and 400 <= error.status < 500 and error.status != 429:  # noqa: PLR2004
                return Protego.parse("")
            why = f"robots.txt: {error.why}" if error.status else error.why
            raise NotFetched(why, status=error.status, after=error.after) from error
        return Protego.parse("")  # RFC 9309 section 2.3.1.2: after five redirects, as if there were none


def _stays(url: str, target: str) -> bool:
    """Whether a redirect stays on its host, and does not leave TLS: only then may secrets go with it."""
    before, after = urlsplit(url), urlsplit(target)
    return before.netloc == after.netloc and after.scheme in {before.scheme, "https"}


def _conditional(headers: dict[str, str], validators: Validators) -> list[tuple[bytes, bytes]]:
    """Headers as bytes: validators go back exactly as they came."""
    if validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified
    return [(name.encode("ascii"), value.encode()) for name, value in headers.items()]


def _validators(response: httpx.Response) -> Validators:
    raw = {name.lower(): value for name, value in response.headers.raw}
    return Validators(etag=_echoable(raw.get(b"etag", b"")), last_modified=_echoable(raw.get(b"last-modified", b"")))


def _kept(headers: httpx.Headers) -> dict[str, str]:
    return {
        name: printable(headers[name])[:MAX_VALIDATOR_CHARACTERS] for name in sorted(KEPT_HEADERS) if name in headers
    }


def _echoable(raw: bytes) -> str:
    """A validator that can go back byte for byte; "" for one that cannot: aiohttp writes every header as UTF-8."""
    try:
        return raw.decode() if len(raw) <= MAX_VALIDATOR_CHARACTERS else ""
    except UnicodeDecodeError:
        return ""


def _why(error: Exception) -> str:
    """A reason for people. Library texts may hold addresses with secrets, so only known kinds are put into words."""
    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, NotFetched):
            return cause.why
        if code := getattr(cause, "verify_code", 0):  # OpenSSL's verdict, on the innermost cause only
            return _TLS.get(code, "the server's TLS certificate is not valid")
    for kind, words in _WORDS.items():
        if any(isinstance(cause, kind) for cause in causes):
            return words
    return f"the answer broke off or broke the rules of HTTP ({type(error).__name__})"


def _unreachable(error: Exception) -> bool:
    """Whether no server was reached: no name, no route, no open port. A bad certificate comes from a server."""
    failed = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
    return any(isinstance(each, failed) and not isinstance(each, aiohttp.ClientSSLError) for each in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what it came from, outermost first."""
    cause: BaseException | None = error
    while cause:
        yield cause
        cause = cause.__cause__
