"""The only GET of the product, and its only POST: polite, bounded in time and size, unable to reach private addresses.

RFC 9110 (conditional requests, Retry-After), RFC 9309 (robots.txt). docs/adr/0002-fetching.md tells why each guard is
here, and what a GET costs.
"""

import asyncio
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver
from protego import Protego

from watcher import __version__
from watcher.core.language.format import format_moment
from watcher.core.language.text import printable
from watcher.core.language.urls import is_same_site
from watcher.errors import NotFetched
from watcher.fetching.address_guard import AddressGuard, Network, is_near, web_address
from watcher.fetching.cache_headers import max_age, retry_after
from watcher.fetching.connection_errors import explain_error, is_unreachable
from watcher.fetching.content_coding import decode_content
from watcher.fetching.host_state import HostState
from watcher.fetching.request_bytes import body_of, request_headers
from watcher.fetching.visit_cookies import VisitCookies
from watcher.model import Request, Response, Validators

CONTACT = "https://github.com/practice-watcher/practice-watcher"
ROBOT = "practice-watcher"
ROBOTS_AGE = timedelta(hours=12)
REST = timedelta(minutes=15)  # after a 429 that does not say for how long
MAX_VALIDATOR_CHARACTERS = 1_000
# What an answer says of itself and of its age: kept with the bytes. Cookies never.
KEPT_HEADERS = frozenset({"age", "cache-control", "content-encoding", "content-language", "content-type", "date"})
KEPT_HEADERS |= {"etag", "expires", "last-modified", "server", "via"}
TOO_MANY_REQUESTS = 429
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT_REDIRECTS = frozenset({301, 308})
_REPEATING_REDIRECTS = frozenset({307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Bounds of one GET: seconds in all and to connect, bytes on the wire and decoded, redirects, GETs at once.

    `host_gap_seconds`: between the end of one GET and the next to the same host, whichever sources ask.
    """

    max_seconds: float = 30.0
    max_connect_seconds: float = 10.0
    max_wire_bytes: int = 5_000_000
    max_decoded_bytes: int = 10_000_000
    max_redirects: int = 5
    max_concurrent: int = 16
    host_gap_seconds: float = 1.0


class Fetcher:
    """Sends GETs and forms, one at a time to each host. One per process; `async with` closes its connections.

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
        self._guard = AddressGuard(resolver or ThreadedResolver(), self._allowed)
        self._agent = f"{ROBOT}/{__version__} (+{contact})"
        self._hosts: dict[str, HostState] = {}
        self._free_slots = asyncio.Semaphore(limits.max_concurrent)
        self._session: aiohttp.ClientSession | None = None  # it belongs to the loop that runs

    def _open_session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=self._guard,
            socket_factory=self._guard.socket,
            limit=self._limits.max_concurrent,
            use_dns_cache=False,
        )
        seconds, connect_seconds = self._limits.max_seconds, self._limits.max_connect_seconds
        return aiohttp.ClientSession(
            connector=connector,
            # No cookies of its own: a session of one poll must not colour the next, nor travel to another host.
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # bounded: content_coding.py
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_seconds, sock_read=seconds),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session:
            await self._session.close()

    async def get(self, request: Request) -> Response:
        """The Response at `request.url`, or `unchanged`. Raises NotFetched, also for a status of 400 or more.

        A form is sent once and never again by itself: whether a POST was heard before a line broke, nobody can tell.
        """
        request = replace(request, validators=Validators()) if request.form else request
        try:
            host = self._find_host(request.url)
            async with host.turn:
                await self._keep_distance(host, request.url)
                try:
                    async with self._free_slots, asyncio.timeout(self._limits.max_seconds):
                        return replace(await self._get_following_redirects(request), requested_url=request.url)
                finally:
                    host.free_at = asyncio.get_running_loop().time() + self._limits.host_gap_seconds
        except (aiohttp.ClientError, OSError, ValueError, zlib.error) as error:
            if isinstance(error, TimeoutError) and not isinstance(error, aiohttp.ClientError):  # ours, for all of it
                raise NotFetched(f"no complete answer within {self._limits.max_seconds:g} s") from error
            raise NotFetched(explain_error(error), unreachable=is_unreachable(error)) from error

    async def _keep_distance(self, host: HostState, url: str) -> None:
        """Wait until the host has had its gap since the last GET; none for hosts of the house."""
        name = (urlsplit(url).hostname or "").lower()
        wait = host.gap_left(asyncio.get_running_loop().time())
        if wait and name not in self._guard.near and not is_near(name, self._allowed):
            await asyncio.sleep(wait)

    def rest(self, until: Mapping[str, datetime]) -> None:
        """Ask each host nothing before its moment (UTC): another process was told so, or this one before a restart."""
        for host, moment in until.items():
            self._hosts.setdefault(host, HostState()).rests_until = moment

    def resting_hosts(self) -> dict[str, datetime]:
        """The hosts that are asked nothing now, and until when (UTC)."""
        now = self._clock()
        return {
            name: host.rests_until for name, host in self._hosts.items() if host.rests_until and host.rests_until > now
        }

    def _find_host(self, url: str) -> HostState:
        return self._hosts.setdefault((urlsplit(url).hostname or "").lower(), HostState())

    async def _get_following_redirects(self, request: Request) -> Response:
        """Redirects by hand: each hop is checked, and headers meant for one host never reach another.

        Cookies are kept for these hops alone: some sites redirect for ever whoever does not send theirs back.
        """
        moved_to, cookies, wants_cookies = "", VisitCookies(), False
        for _ in range(self._limits.max_redirects + 1):
            self._check_rest(request.url)
            await self._check_robots(request.url)
            answer = await self._get_once(request, cookies)
            if isinstance(answer, Response):
                return replace(answer, moved_to=moved_to)
            status, location = answer
            wants_cookies = wants_cookies or bool(cookies)
            target = urljoin(request.url, location)
            moved_to = target if status in _PERMANENT_REDIRECTS else moved_to
            if request.form:
                request = _after_form(request, target, status)
            elif is_same_site(request.url, target):
                request = replace(request, url=target)
            else:
                request, cookies = Request(url=target), VisitCookies()
        gate = ": the site turns away whoever keeps no cookies (a cookie gate)" if wants_cookies else ""
        raise NotFetched(f"more than {self._limits.max_redirects} redirects{gate}")

    async def _get_once(self, request: Request, cookies: VisitCookies) -> Response | tuple[int, str]:
        """One exchange: a Response, or (status, location) of a redirect. Raises NotFetched for any other status.

        `cookies` go with it, and get those of the answer.
        """
        address = web_address(request.url, self._allowed)
        headers = {**request_headers(request, self._agent), **cookies.header_for(address)}
        method = "POST" if request.form else "GET"
        form: dict[str, Any] = {"data": body_of(request)} if request.form else {}
        self._session = self._session or self._open_session()
        async with self._session.request(method, address, headers=headers, allow_redirects=False, **form) as response:
            status = response.status
            cookies.keep(response)
            if status in _REDIRECTS and response.headers.get("location"):
                return status, response.headers["location"]
            if status == 304 and request.validators == Validators():  # noqa: PLR2004
                raise NotFetched('the server answers "unchanged" to a question that named no version', status=status)
            if status not in {200, 304}:
                raise NotFetched(f"HTTP {status}", status=status, after=self._read_wait(request.url, response))
            answer = b"" if status == 304 else await self._read_body(response)  # noqa: PLR2004
            return Response(
                url=request.url,
                body=answer,
                fetched_at=self._clock(),
                validators=_read_validators(response) if answer and not request.form else request.validators,
                unchanged=status == 304,  # noqa: PLR2004
                status=status,
                headers=_select_headers(response),
                max_age=max_age(_read_header(response, "cache-control"), _read_header(response, "age")),
            )

    def _check_rest(self, url: str) -> None:
        """Raise NotFetched while the host of `url` rests: it is asked nothing."""
        until, now = self._find_host(url).rests_until, self._clock()
        if until and until > now:
            why = f"HTTP 429: its host asked to be left alone until {format_moment(until)}"
            raise NotFetched(why, status=TOO_MANY_REQUESTS, after=until - now)

    def _read_wait(self, url: str, response: aiohttp.ClientResponse) -> timedelta | None:
        """How long an answer asks us to stay away; after a 429 the whole host rests for so long."""
        now = self._clock()
        wait = retry_after(_read_header(response, "retry-after"), now)
        if response.status == TOO_MANY_REQUESTS:
            wait = wait or REST
            self._find_host(url).rests_until = now + wait
        return wait

    async def _read_body(self, response: aiohttp.ClientResponse) -> bytes:
        """The body, unpacked. Raises NotFetched once over a limit, or cut off."""
        wire = bytearray()
        async for chunk in response.content.iter_any():
            wire += chunk
            if len(wire) > self._limits.max_wire_bytes:
                raise NotFetched(f"the answer is larger than {self._limits.max_wire_bytes:,} bytes")
        coding = _read_header(response, "content-encoding")
        return decode_content(bytes(wire), coding, self._limits.max_decoded_bytes)

    # --- robots.txt -----------------------------------------------------------------------------------------------

    async def _check_robots(self, url: str) -> None:
        """Raise NotFetched when the host's robots.txt, read at most ROBOTS_AGE ago, disallows `url`."""
        if urlsplit(url).path == "/robots.txt":
            return  # RFC 9309 section 2.2.2: it is implicitly allowed
        host, now = self._find_host(url), self._clock()
        if host.robots is None or host.robots_at is None or abs(now - host.robots_at) > ROBOTS_AGE:
            host.robots, host.robots_at = await self._read_robots(url), now
        if not host.robots.can_fetch(url, ROBOT):
            raise NotFetched("robots.txt asks us not to read this address")

    async def _read_robots(self, url: str) -> Protego:
        """The rules of robots.txt (RFC 9309): none after a 4xx. Raises NotFetched after 5xx, 429 or no answer."""
        request = Request(url=urljoin(url, "/robots.txt"))
        try:
            for _ in range(self._limits.max_redirects + 1):
                answer = await self._get_once(request, VisitCookies())
                if isinstance(answer, Response):
                    return Protego.parse(answer.body[:500_000].decode("utf-8", "replace"))
                request = Request(url=urljoin(request.url, answer[1]))
        except NotFetched as error:
            if error.status and 400 <= error.status < 500 and error.status != TOO_MANY_REQUESTS:  # noqa: PLR2004
                return Protego.parse("")
            why = f"robots.txt: {error.why}" if error.status else error.why
            raise NotFetched(why, status=error.status, after=error.after) from error
        return Protego.parse("")  # RFC 9309 section 2.3.1.2: after five redirects, as if there were none


def _after_form(request: Request, target: str, status: int) -> Request:
    """What follows the answer to a form, on its own host only: a GET; 307 and 308 repeat the POST (RFC 9110, 15.4)."""
    if not is_same_site(request.url, target):
        raise NotFetched("the answer to a form leads to another host, where no form is sent")
    return replace(request, url=target, form=request.form if status in _REPEATING_REDIRECTS else ())


def _read_validators(response: aiohttp.ClientResponse) -> Validators:
    """The ETag and Last-Modified of an answer; "" for one that it does not have, or that cannot go back."""
    raw = {name.lower(): content for name, content in response.raw_headers}
    return Validators(
        etag=_decode_echoable(raw.get(b"etag", b"")), last_modified=_decode_echoable(raw.get(b"last-modified", b""))
    )


def _select_headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    """The KEPT_HEADERS of an answer by lower-case name, printable and cut to MAX_VALIDATOR_CHARACTERS."""
    kept = KEPT_HEADERS.intersection(map(str.lower, response.headers))
    return {name: printable(_read_header(response, name))[:MAX_VALIDATOR_CHARACTERS] for name in sorted(kept)}


def _read_header(response: aiohttp.ClientResponse, name: str) -> str:
    """What all headers of this name say, as one list (RFC 9110, section 5.3); "" without any."""
    return ", ".join(response.headers.getall(name, ()))


def _decode_echoable(raw: bytes) -> str:
    """A validator that can go back byte for byte; "" for one that cannot: aiohttp writes every header as UTF-8."""
    try:
        return raw.decode() if len(raw) <= MAX_VALIDATOR_CHARACTERS else ""
    except UnicodeDecodeError:
        return ""
