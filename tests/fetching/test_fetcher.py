"""The fetcher against a server that breaks every rule. The numbers are those of the fault table."""

import asyncio
import gzip
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from tests.support.faulty import bomb, drip_body, drip_headers, endless, faulty, feed, reset, response, silent
from watcher import __version__
from watcher.errors import NotFetched
from watcher.fetching.address_guard import is_near
from watcher.fetching.cache_headers import max_age, retry_after
from watcher.fetching.fetcher import Fetcher, FetchLimits
from watcher.fetching.host_state import HostState
from watcher.model import Request, Response, Validators

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
LOOPBACK = [ipaddress.ip_network("127.0.0.0/8")]
PRIVATE = "a private address or an unusual port, which we do not read unless WATCHER_ALLOW_PRIVATE names its network"
QUICK = FetchLimits(max_seconds=0.5, max_wire_bytes=300_000, max_decoded_bytes=500_000)


def fetcher(**values: Any) -> Fetcher:
    usual: dict[str, Any] = {"clock": lambda: NOW, "allowed": LOOPBACK, "limits": QUICK}
    return Fetcher(**usual | values)


async def page_or_why(fetch: Fetcher, url: str, **request: Any) -> Response | str:
    try:
        return await fetch.get(Request(url=url, **request))
    except NotFetched as error:
        return error.why


def run(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(story())  # type: ignore[arg-type]


FAULTS: dict[str, tuple[Any, str]] = {
    "#1 headers drip": (drip_headers, "no complete answer within 0.5 s"),
    "#2 body drips": (drip_body, "no complete answer within 0.5 s"),
    "#3 silence": (silent, "no complete answer within 0.5 s"),
    "#4 endless body": (endless, "the answer is larger than 300,000 bytes"),
    "#5 gzip bomb": (
        response(bomb(50_000_000), headers="Content-Encoding: gzip\r\n"),
        "the answer is larger than 500,000 bytes unpacked",
    ),
    "#6 gzip in gzip": (
        response(gzip.compress(bomb(50_000_000)), headers="Content-Encoding: gzip, gzip\r\n"),
        "the answer is compressed more than once",
    ),
    "#7 brotli": (
        response(b"\x8b\x02\x80<p>\x03", headers="Content-Encoding: br\r\n"),
        "the answer is compressed as 'br', which we did not ask for and cannot read",
    ),
    "zstandard without a label": (
        response(b"\x28\xb5\x2f\xfd\x04\x00"),
        "the answer is compressed as 'zstd', which we did not ask for and cannot read",
    ),
    "#8 cut gzip": (
        response(gzip.compress(feed(20))[:100], headers="Content-Encoding: gzip\r\n"),
        "the compressed answer was cut off",
    ),
    "#9 length too long": (
        response(b"half", length=500),
        "the answer broke off",
    ),
    "#12 cut chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "the answer broke off",
    ),
    "#13 redirect loop": (response(status="301 M", headers="Location: /fault\r\n"), "more than 5 redirects"),
    "#15 redirect to a file": (
        response(status="302 F", headers="Location: file:///etc/passwd\r\n"),
        "only http and https addresses are read",
    ),
    "#14 redirect to metadata": (
        response(status="302 F", headers="Location: http://169.254.169.254/latest\r\n"),
        f"169.254.169.254 is {PRIVATE}",
    ),
    "#21 a good feed with status 500": (response(feed(20), status="500 E"), "HTTP 500"),
    "#24 gone": (response(b"gone", status="410 Gone"), "HTTP 410"),
    "#34 no content": (b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", "HTTP 204"),
    "gzip that is damaged": (
        response(gzip.compress(feed(20))[:30] + b"?" * 90, headers="Content-Encoding: gzip\r\n"),
        "the compressed answer is damaged",
    ),
    "reset": (reset, "the server closed the connection or did not answer in time"),
}


OTHERS_HOLD = {24, 34}  # said here, judged by the health of a source


def row(fault: str) -> Any:
    """A fault with the mark of its number."""
    number = re.match(r"#(\d+)", fault)
    held = number and int(number[1]) not in OTHERS_HOLD
    return pytest.param(fault, marks=[pytest.mark.fault(int(number[1]))] if number and held else [])


@pytest.mark.promise("P9")
@pytest.mark.parametrize("fault", [row(fault) for fault in FAULTS])
def test_a_fault_is_an_error_in_plain_words(fault: str) -> None:
    answer, expected = FAULTS[fault]

    async def story() -> None:
        async with faulty({"/fault": answer, "/good": response(feed(1))}) as (base, _), fetcher() as fetch:
            assert await page_or_why(fetch, f"{base}/fault") == expected
            assert isinstance(await page_or_why(fetch, f"{base}/good"), Response)

    run(story)


@pytest.mark.fault(29)
def test_29_headers_without_end_are_an_error() -> None:
    async def story() -> None:
        huge = response(headers="".join(f"X-{n}: {'a' * 8_000}\r\n" for n in range(200)))
        async with faulty({"/huge": huge}) as (base, _), fetcher() as fetch:
            assert isinstance(await page_or_why(fetch, f"{base}/huge"), str)

    run(story)


@pytest.mark.fault(3)
@pytest.mark.promise("P8")
def test_a_slow_host_does_not_hold_up_another() -> None:
    async def story() -> None:
        async with (
            faulty({"/slow": silent}) as (slow, _),
            faulty({"/good": response(b"good")}, host="127.0.0.2") as (good, _),
            fetcher() as fetch,
        ):
            waiting = asyncio.create_task(page_or_why(fetch, f"{slow}/slow"))
            assert isinstance(await page_or_why(fetch, f"{good}/good"), Response)
            assert not waiting.done()
            assert await waiting == "no complete answer within 0.5 s"

    run(story)


def test_one_host_is_asked_one_thing_at_a_time() -> None:
    async def story() -> None:
        answers: dict[str, Any] = {f"/{n}": response(b"page") for n in range(8)}
        async with faulty(answers) as (base, asked), fetcher() as fetch:
            await asyncio.gather(*(fetch.get(Request(url=f"{base}/{n}")) for n in range(8)))
            assert (asked.most_together, len(asked.paths())) == (1, 8)

    run(story)


@pytest.mark.fault(27)
def test_validators_go_back_byte_for_byte_and_304_is_unchanged() -> None:
    etag, modified = 'W/"caf\u00e9 \\"x"', "Thu, 32 Foo 2099 99:99:99"

    async def story() -> None:
        headers = f"ETag: {etag}\r\nLast-Modified: {modified}\r\n".encode()
        first = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n" + headers + b"\r\nhi"
        answers: dict[str, Any] = {"/a": first, "/b": b"HTTP/1.1 304 N\r\nConnection: close\r\n\r\n"}
        async with faulty(answers) as (base, asked), fetcher() as fetch:
            page = await fetch.get(Request(url=f"{base}/a"))
            again = await fetch.get(Request(url=f"{base}/b", validators=page.validators))
        assert page.validators == Validators(etag=etag, last_modified=modified)
        assert (again.unchanged, again.body, again.validators) == (True, b"", page.validators)
        sent = asked.requests[-1][1].lower()
        assert f"if-none-match: {etag}\r\n".lower().encode() in sent
        assert f"if-modified-since: {modified}\r\n".lower().encode() in sent

    run(story)


def test_a_validator_that_cannot_go_back_unchanged_is_not_kept() -> None:
    async def story() -> None:
        answer = response(b"hi", headers='ETag: "caf\xe9"\r\n')
        async with faulty({"/a": answer}) as (base, _), fetcher() as fetch:
            page = await fetch.get(Request(url=f"{base}/a"))
        assert page.validators == Validators()

    run(story)


def test_what_an_answer_says_of_itself_is_kept_and_its_cookies_are_not() -> None:
    said = (
        "Server: nginx\r\nSet-Cookie: a=canary\r\nX-Powered-By: canary\r\nLast-Modified: Mon\x1b[31m\r\nVia: "
        + "v" * 5_000
    )

    async def story() -> None:
        async with faulty({"/": response(b"news", headers=f"{said}\r\n")}) as (base, _), fetcher() as fetch:
            page = await fetch.get(Request(url=f"{base}/", headers={"X-Api-Key": "canary"}))
        assert page.status == 200
        assert page.headers == {"last-modified": "Mon[31m", "server": "nginx", "via": "v" * 1_000}

    run(story)


@pytest.mark.fault(18)
@pytest.mark.promise("P11")
def test_18_secrets_and_cookies_stay_with_their_host() -> None:
    async def story() -> None:
        async with faulty({"/there": response(b"arrived"), "/": response()}, host="127.0.0.2") as (other, seen):
            to_other = response(status="302 F", headers=f"Location: {other}/there\r\nSet-Cookie: a=canary\r\n")
            to_self = response(status="302 F", headers="Location: /moved\r\nSet-Cookie: a=canary\r\n")
            async with faulty({"/start": to_self, "/moved": to_other}) as (base, asked), fetcher() as fetch:
                headers = {"X-Api-Key": "canary", "Authorization": "Bearer canary"}
                page = await fetch.get(Request(url=f"{base}/start", headers=headers))
        assert page.body == b"arrived"
        assert b"x-api-key: canary" in dict(asked.requests)["/moved"].lower()
        assert all(b"canary" not in request.lower() for _, request in seen.requests)
        assert b"cookie: a=canary" in dict(asked.requests)["/moved"].lower()  # back to the host that set it
        assert b"cookie" not in dict(seen.requests)["/there"].lower()

    run(story)


def test_a_permanent_move_is_followed_and_reported() -> None:
    async def story() -> None:
        answers: dict[str, Any] = {
            "/old": response(status="301 M", headers="Location: /new\r\n"),
            "/new": response(b"x"),
        }
        async with faulty(answers) as (base, _), fetcher() as fetch:
            page = await fetch.get(Request(url=f"{base}/old"))
        assert (page.url, page.moved_to) == (f"{base}/new", f"{base}/new")

    run(story)


@pytest.mark.parametrize(
    "host",
    [
        *(
            "localhost",
            "[::1]",
            "169.254.169.254",
            "2130706433",
            "[::ffff:127.0.0.1]",
            "0x7f.1",
            "100.64.0.1",
            "0.0.0.0",
        ),
        *("127.1", "0177.0.0.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1", "[fe80::1%25lo]"),
        *(
            "[::7f00:1]",
            "[64:ff9b:1::7f00:1]",
            "[fec0::1]",
            "[ff02::1]",
            "240.0.0.1",
            "0",
            "0x7f000001",
            "017700000001",
        ),
        *("127。0。0。1", "127．0.0｡1", "①②⑦.⓪.⓪.①", "127%2e0%2e0%2e1", "127.0.0.1.", "LOCALHOST", "localhost."),
        *(
            "example.org@127.0.0.1",
            "example.org\\@127.0.0.1",
            "127.0.0.1%00.example",
            "127.0.0.1 ",
            "[::1",
            "[::1%eth0]",
        ),
    ],
)
@pytest.mark.fault(17)
@pytest.mark.promise("P10")
def test_17_no_spelling_of_a_private_address_is_ever_connected_to(host: str) -> None:
    async def story() -> None:
        async with faulty({"/": response(b"secret")}) as (base, asked), fetcher(allowed=[]) as fetch:
            port = base.rpartition(":")[2]
            for address in (f"http://{host}:{port}/", f"http://{host}/"):
                assert isinstance(await page_or_why(fetch, address), str)
        assert asked.requests == []

    run(story)


class Flipping(AbstractResolver):
    """A name server that changes its mind after the first answer (DNS rebinding)."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self.answers.pop(0)
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)
        ]

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.fault(16)
@pytest.mark.promise("P10")
def test_16_the_address_that_is_checked_is_the_one_that_is_connected_to() -> None:
    async def story() -> None:
        async with faulty({"/": response(b"public")}, host="127.0.0.2") as (public, heard):
            port = int(public.rpartition(":")[2])
            async with faulty({"/": response(b"secret")}, port=port) as (_, asked):
                resolver = Flipping("127.0.0.2", "127.0.0.1")  # one for robots.txt, one for the page
                allowed = [ipaddress.ip_network("127.0.0.2/32")]
                async with fetcher(allowed=allowed, resolver=resolver) as fetch:
                    why = await page_or_why(fetch, f"http://rebind.example:{port}/")
        assert why == f"rebind.example leads to {PRIVATE}"
        assert ([path for path, _ in heard.requests], asked.requests) == (["/robots.txt"], [])

    run(story)


def test_robots_txt_is_obeyed_and_asked_for_once() -> None:
    async def story() -> None:
        rules = response(b"User-agent: *\nDisallow: /private\n")
        async with faulty({"/robots.txt": rules, "/open": response(b"x")}) as (base, asked), fetcher() as fetch:
            assert await page_or_why(fetch, f"{base}/private/a") == "robots.txt asks us not to read this address"
            assert isinstance(await page_or_why(fetch, f"{base}/open"), Response)
        assert [path for path, _ in asked.requests] == ["/robots.txt", "/open"]

    run(story)


def test_when_the_server_cannot_say_its_rules_we_stay_away() -> None:
    async def story() -> None:
        rules = response(status="503 S", headers="Retry-After: 120\r\n")
        async with faulty({"/robots.txt": rules, "/open": response(b"x")}) as (base, _), fetcher() as fetch:
            with pytest.raises(NotFetched) as caught:
                await fetch.get(Request(url=f"{base}/open"))
        assert (caught.value.why, caught.value.after) == ("robots.txt: HTTP 503", timedelta(minutes=2))

    run(story)


def test_we_say_who_we_are_and_ask_for_gzip_only() -> None:
    async def story() -> None:
        async with faulty({"/a": response(b"x")}) as (base, asked), fetcher(contact="https://watcher.example") as fetch:
            await fetch.get(Request(url=f"{base}/a"))
        request = asked.requests[-1][1]
        assert f"user-agent: practice-watcher/{__version__} (+https://watcher.example)".encode() in request.lower()
        assert b"accept-encoding: gzip\r\n" in request.lower()

    run(story)


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("120", timedelta(minutes=2)),
        ("Mon, 02 Nov 2026 10:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 02 Nov 2026 09:00:00 GMT", timedelta()),
        ("Wed, 21 Oct 2037 07:28:00 GMT", timedelta(hours=6)),
        ("999999999999", timedelta(hours=6)),
        ("soon", None),
        ("Thu, 2 Oct 99999999999999999999 09:00:00 GMT", None),
        ("", None),
        ("-5", None),
    ],
)
@pytest.mark.fault(20)
def test_20_retry_after_is_seconds_or_a_date_and_never_longer_than_six_hours(
    literal: str, expected: timedelta | None
) -> None:
    assert retry_after(literal, NOW) == expected


@given(st.text(max_size=60))
def test_retry_after_survives_anything(literal: str) -> None:
    wait = retry_after(literal, NOW)
    assert wait is None or timedelta() <= wait <= timedelta(hours=6)


@pytest.mark.parametrize(
    ("control", "age", "expected"),
    [
        ("max-age=600", "", timedelta(minutes=10)),
        ("public, MAX-AGE = 600, s-maxage=9", "", timedelta(minutes=10)),
        ('max-age="60"', "", timedelta(minutes=1)),
        ("max-age=600", "540", timedelta(minutes=1)),  # it lay in a cache for nine minutes already
        ("max-age=600", "9999", timedelta()),
        ("max-age=31536000", "junk", timedelta(days=365)),
        ("max-age=600, no-cache", "", None),
        ("no-store,max-age=600", "", None),
        ('no-cache="set-cookie", max-age=600', "", timedelta(minutes=10)),
        ("s-maxage=600", "", None),  # for shared caches only
        ("max-age=-1", "", None),
        ("max-age", "5", None),
        ("", "", None),
    ],
)
def test_for_how_long_a_copy_may_be_used_is_max_age_less_its_age(
    control: str, age: str, expected: timedelta | None
) -> None:
    assert max_age(control, age) == expected


@given(st.text(max_size=60), st.text(max_size=20))
def test_max_age_survives_anything(control: str, age: str) -> None:
    wait = max_age(control, age)
    assert wait is None or wait >= timedelta()


def test_a_page_says_for_how_long_a_copy_may_be_used_also_when_it_is_unchanged() -> None:
    async def story() -> None:
        headers = 'ETag: "1"\r\nCache-Control: public, max-age=300\r\nAge: 60\r\n'
        unchanged = f"HTTP/1.1 304 Not Modified\r\n{headers}Connection: close\r\n\r\n".encode()
        async with faulty({"/a": response(b"news", headers=headers), "/b": unchanged}) as (base, _), fetcher() as fetch:
            known = Request(url=f"{base}/b", validators=Validators(etag='"1"'))
            pages = [await fetch.get(Request(url=f"{base}/a")), await fetch.get(known)]
        assert [(page.unchanged, page.max_age) for page in pages] == [
            (False, timedelta(minutes=4)),
            (True, timedelta(minutes=4)),
        ]

    run(story)


@pytest.mark.fault(32)
def test_32_proxies_and_passwords_of_the_environment_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story() -> None:
        async with faulty({"/a": response(b"direct")}) as (base, asked), fetcher() as fetch:
            page = await fetch.get(Request(url=f"{base}/a"))
        assert page.body == b"direct"
        assert all(b"authorization" not in request.lower() for _, request in asked.requests)

    netrc = tmp_path / "netrc"
    netrc.write_text("default login owner password canary\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    run(story)


# --- one host, many sources ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("now", "left"), [(9.25, 0.75), (10.0, 0.0), (99.0, 0.0)])
def test_a_host_is_asked_again_only_after_its_gap(now: float, left: float) -> None:
    assert HostState(free_at=10.0).gap_left(now) == left


def test_a_gap_is_kept_after_each_get_and_not_for_hosts_of_the_house() -> None:
    async def story() -> None:
        async with faulty({"/a": response(b"<rss/>"), "/b": response(b"<rss/>")}) as (site, _), fetcher() as fetch:
            loop = asyncio.get_running_loop()
            begin = loop.time()
            for path in ("/a", "/b", "/a"):
                await fetch.get(Request(url=f"{site}{path}"))
            host = fetch._find_host(site)
            assert host.free_at > begin + 1.0, "noted"
            assert loop.time() - begin < 1.0, "and not waited for"

    run(story)


@pytest.mark.parametrize(
    ("host", "near"),
    [("127.0.0.1", True), ("127.1", True), ("8.8.8.8", False), ("www.gov.uk", False), ("::1", False)],
)
def test_hosts_of_the_house_are_known_by_their_networks(host: str, *, near: bool) -> None:
    assert is_near(host, (ipaddress.ip_network("127.0.0.0/8"),)) is near
