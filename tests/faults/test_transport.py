"""Transport, rows 1 to 32: what test_fetcher.py does not show. The poll is the real one, the server is ours."""

import asyncio
import gzip
import ipaddress
import shutil
import socket
import ssl
import subprocess
import tracemalloc
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp.abc import AbstractResolver

from tests.fetching.test_fetcher import NOW, PRIVATE, Flipping, fetcher
from tests.support.faulty import Asked, bomb, faulty, feed, reset, response
from tests.support.world import SOURCE, desk, item, poll_all, rss, serving, write_config
from watcher import store
from watcher.core.language.urls import is_same_site
from watcher.errors import NotFetched
from watcher.fetching.address_guard import AddressGuard
from watcher.fetching.fetcher import FetchLimits
from watcher.model import Request, Response, SourceState, Validators
from watcher.poll import PollResult
from watcher.runtime import Runtime

PEOPLE = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
NONE, KNOWN = Validators(), Validators(etag='"a"')


async def page_or_error(url: str, known: Validators = NONE, **values: Any) -> Response | NotFetched:
    async with fetcher(**values) as fetch:
        try:
            return await fetch.get(Request(url=url, validators=known))
        except NotFetched as error:
            return error


async def failed(url: str, **values: Any) -> tuple[str, bool]:
    """Why nothing came, and whether that was because no server was reached."""
    error = await page_or_error(url, **values)
    assert isinstance(error, NotFetched)
    return error.why, error.unreachable


# --- addresses that are never reached -----------------------------------------------------------------------------


@pytest.mark.fault(14)
@pytest.mark.promise("P10")
@pytest.mark.parametrize("path", ["/", "/robots.txt"])
def test_a_redirect_to_a_private_address_asks_nothing_there(path: str) -> None:
    async def story() -> None:
        async with faulty({"/secret": response(b"SECRET")}, host="127.0.0.2") as (private, asked):
            moved = response(status="302 F", headers=f"Location: {private}/secret\r\n")
            async with faulty({path: moved}) as (base, _):
                allowed = [ipaddress.ip_network("127.0.0.1/32")]
                error = await page_or_error(f"{base}/", allowed=allowed)
        assert isinstance(error, NotFetched)
        assert error.why.endswith(f"127.0.0.2 is {PRIVATE}")
        assert asked.requests == []

    asyncio.run(story())


@pytest.mark.fault(16, 17)
@pytest.mark.promise("P10")
@pytest.mark.parametrize(
    "place",
    [("127.0.0.1", 80), ("2130706433", 80), ("::1", 80, 0, 0), ("93.184.216.34", 22), ("unresolved.example", 80)],
)
def test_no_socket_is_made_for_an_address_that_may_not_be_reached(place: tuple[Any, ...]) -> None:
    family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
    with pytest.raises(NotFetched, match="WATCHER_ALLOW_PRIVATE"):
        AddressGuard(Flipping(), ()).socket((family, socket.SOCK_STREAM, 6, "", place))


def test_a_socket_is_made_for_an_address_that_may_be_reached() -> None:
    with AddressGuard(Flipping(), ()).socket(
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
    ) as made:
        assert made.family == socket.AF_INET


@pytest.mark.fault(18)
@pytest.mark.promise("P11")
@pytest.mark.parametrize(
    ("target", "stays"),
    [
        ("https://a.example/b", True),
        ("http://a.example/", False),  # out of TLS: whoever listens would read the secret
        ("https://a.example:8443/", False),
        ("https://b.example/", False),
        ("https://owner@a.example/", False),  # a login that the source does not have is somebody else's
    ],
)
def test_secrets_go_along_only_on_the_same_host_and_never_out_of_tls(target: str, stays: bool) -> None:  # noqa: FBT001
    assert is_same_site("https://a.example/", target) == stays


def test_secrets_go_along_into_tls() -> None:
    assert is_same_site("http://a.example/", "https://a.example/")


# --- no server was reached, or one that answers nonsense ----------------------------------------------------------


@pytest.mark.fault(31)
def test_a_name_that_cannot_be_resolved_is_no_fault_of_the_server() -> None:
    class Silent(Flipping):
        async def resolve(self, *_: Any) -> Any:
            raise OSError(-3, "Temporary failure in name resolution")

    resolver: AbstractResolver = Silent()
    assert asyncio.run(failed("http://a.example/", resolver=resolver)) == ("the host name cannot be resolved", True)


@pytest.mark.fault(31)
def test_a_closed_port_and_a_port_that_never_opens_are_no_fault_of_the_server() -> None:
    why = ("the server refuses connections or cannot be reached", True)
    with socket.socket() as closed, socket.socket() as full, socket.socket() as first, socket.socket() as second:
        closed.bind(("127.0.0.1", 0))
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for waiting in (first, second):  # the queue is full: the kernel drops whoever comes next
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        for port in (closed.getsockname()[1], full.getsockname()[1]):
            limits = FetchLimits(max_seconds=5, max_connect_seconds=0.3)
            assert asyncio.run(failed(f"http://127.0.0.1:{port}/", limits=limits)) == why


def test_a_server_that_answers_badly_was_reached() -> None:
    async def story() -> None:
        answers: dict[str, Any] = {"/reset": reset, "/down": response(b"", status="503 S")}
        async with faulty(answers) as (base, _):
            assert [(await failed(f"{base}{path}"))[1] for path in answers] == [False, False]
            assert (await failed(f"{base}/", allowed=[]))[1] is False, "a private address is refused by us"

    asyncio.run(story())


@pytest.mark.fault(25)
@pytest.mark.parametrize("path", ["/page", "/moved"])
def test_unchanged_is_no_answer_to_a_question_that_named_no_version(path: str) -> None:
    async def story() -> None:
        async with faulty({"/page": UNCHANGED}, host="127.0.0.2") as (other, _):
            moved = response(status="302 F", headers=f"Location: {other}/page\r\n")
            async with faulty({"/page": UNCHANGED, "/moved": moved}) as (base, _):
                # A redirect to another host leaves the version behind, so there it is not named either.
                error = await page_or_error(f"{base}{path}", KNOWN if path == "/moved" else NONE)
        assert isinstance(error, NotFetched)
        assert error.why == 'the server answers "unchanged" to a question that named no version'
        assert error.status == 304

    asyncio.run(story())


# --- certificates -------------------------------------------------------------------------------------------------

CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def openssl(folder: Path, *arguments: str) -> None:
    program = shutil.which("openssl")
    if not program:
        pytest.skip("there is no openssl on this machine to make certificates with")
    subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority of our own, and what it signed: good.pem, expired.pem and other.pem, which names another host."""
    folder = tmp_path_factory.mktemp("certificates")
    openssl(folder, "req", "-x509", *CURVE, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test", "-days", "2")
    for name, address, days in (
        ("good", "127.0.0.1", "2"),
        ("expired", "127.0.0.1", "-1"),
        ("other", "127.0.0.9", "2"),
    ):
        names = f"subjectAltName=IP:{address},DNS:{name}.example"
        asked = ["-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", "/CN=T", "-addext", names]
        openssl(folder, "req", *CURVE, *asked)
        signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", days, "-copy_extensions", "copy"]
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", *signing, "-out", f"{name}.pem")
    return folder


@pytest.mark.fault(30)
@pytest.mark.parametrize(
    ("name", "host", "trusted", "expected"),
    [
        ("good", "127.0.0.1", True, b"hello"),
        ("good", "127.0.0.1", False, "the server's TLS certificate is not valid"),
        ("expired", "127.0.0.1", True, "the server's TLS certificate has expired"),
        ("other", "127.0.0.1", True, "the server's TLS certificate names another address"),
        ("other", "good.example", True, "the server's TLS certificate names another host"),
    ],
)
def test_a_certificate_must_be_valid_today_and_for_this_host(
    certificates: Path, monkeypatch: pytest.MonkeyPatch, name: str, host: str, *, trusted: bool, expected: str | bytes
) -> None:
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
    ours = ssl.create_default_context(cafile=str(certificates / "ca.pem") if trusted else None)
    monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", ours)  # what this machine trusts

    async def story() -> str | bytes:
        async with faulty({"/": response(b"hello")}, tls=served) as (base, _):
            url = f"{base}/".replace("127.0.0.1", host)
            answer = await page_or_error(url, resolver=Flipping("127.0.0.1", "127.0.0.1"))
            return answer.body if isinstance(answer, Response) else answer.why

    assert asyncio.run(story()) == expected


def test_a_server_that_speaks_no_tls_was_reached() -> None:
    def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def story() -> None:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            assert await failed(f"https://127.0.0.1:{port}/") == ("no TLS connection could be made", False)

    asyncio.run(story())


# --- bounds -------------------------------------------------------------------------------------------------------


@pytest.mark.fault(4, 5)
@pytest.mark.promise("P9")
def test_a_bomb_takes_no_more_memory_than_a_page_may_have() -> None:
    async def story() -> int:
        packed = response(bomb(64_000_000), headers="Content-Encoding: gzip\r\n")
        async with faulty({"/bomb": packed}) as (base, _):
            tracemalloc.start()
            error = await page_or_error(f"{base}/bomb", limits=FetchLimits(max_seconds=10))
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert isinstance(error, NotFetched)
        assert error.why == "the answer is larger than 10,000,000 bytes unpacked"
        return peak

    assert asyncio.run(story()) < 3 * FetchLimits().max_decoded_bytes


# --- whole looks at one feed --------------------------------------------------------------------------------------

Story = Callable[[Runtime, dict[str, Any], Asked], Awaitable[None]]


def watch(folder: Path, story: Story) -> None:
    """Run `story` with an open Runtime that watches one feed, the feed's answers, and what it was asked."""
    answers: dict[str, Any] = {}
    with serving(answers) as (site, asked):
        config = write_config(folder / "config", SOURCE.format(site=site), PEOPLE)

        async def begin() -> None:
            async with desk(config, {}, f"sqlite:///{folder / 'w.db'}", NOW) as opened:
                await story(opened, answers, asked)

        asyncio.run(begin())


async def look(opened: Runtime, minutes: int = 0) -> PollResult:
    (polled,) = await poll_all(opened, NOW + timedelta(minutes=minutes))
    return polled


def state(opened: Runtime) -> SourceState:
    with opened.database.begin() as tx:
        return store.sources.states(tx)["press"]


def titles(opened: Runtime) -> list[str]:
    with opened.database.begin() as tx:
        return list(tx.scalars(sa.text("SELECT title FROM items ORDER BY title")))


def cut(body: bytes) -> bytes:
    return body[: len(body) // 2]


@pytest.mark.fault(8)
def test_gzip_that_breaks_off_is_a_failed_look_and_the_known_version_stays(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        answers["/feed"] = response(feed(2), headers='ETag: "a"\r\n')
        await look(opened)
        packed = gzip.compress(feed(20))
        answers["/feed"] = response(cut(packed), headers='Content-Encoding: gzip\r\nETag: "b"\r\n')
        polled = await look(opened, 5)
        assert (polled.outcome, polled.why) == ("failed", "the compressed answer was cut off")
        assert [each.etag for each in state(opened).validators.values()] == ['"a"']
        assert len(titles(opened)) == 2

    watch(tmp_path, story)


@pytest.mark.fault(10, 11)
@pytest.mark.parametrize("head", ["HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close", "HTTP/1.0 200 OK"])
def test_a_body_cut_in_silence_gives_its_whole_items_and_no_version(tmp_path: Path, head: str) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], asked: Asked) -> None:
        whole = feed(20)
        half = cut(whole)
        answers["/feed"] = f'{head.format(len(half))}\r\nETag: "cut"\r\n\r\n'.encode() + half
        assert (await look(opened)).outcome == "read"
        assert titles(opened) == sorted(f"Flu jabs for group {n}" for n in range(9))
        answers["/feed"] = response(whole)
        assert (await look(opened, 5)).fresh == 11
        assert b"if-none-match" not in asked.requests[-1][1].lower()

    watch(tmp_path, story)


@pytest.mark.fault(20)
@pytest.mark.parametrize(
    ("literal", "waited"),
    [
        ("7200", timedelta(hours=2)),
        ("Mon, 02 Nov 2026 13:00:00 GMT", timedelta(hours=3)),
        ("Wed, 21 Oct 2037 07:28:00 GMT", timedelta(hours=6)),
    ],
)
def test_a_server_that_asks_for_rest_is_left_alone_and_that_is_written_down(
    tmp_path: Path, literal: str, waited: timedelta
) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        answers["/feed"] = response(b"slow down", status="429 T", headers=f"Retry-After: {literal}\r\n")
        assert (await look(opened)).why == "HTTP 429"
        assert state(opened).next_poll == NOW + waited

    watch(tmp_path, story)


@pytest.mark.fault(20)
def test_a_rest_that_cannot_be_read_is_an_ordinary_failure(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        answers["/feed"] = response(b"slow down", status="429 T", headers="Retry-After: soon\r\n")
        await look(opened)
        assert NOW < state(opened).next_poll < NOW + timedelta(hours=1)

    watch(tmp_path, story)


@pytest.mark.fault(21)
@pytest.mark.parametrize("status", ["500 E", "503 S"])
def test_a_good_feed_under_a_bad_status_is_not_read(tmp_path: Path, status: str) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        answers["/feed"] = response(feed(20), status=status)
        assert (await look(opened)).outcome == "failed"
        assert titles(opened) == []

    watch(tmp_path, story)


@pytest.mark.fault(26)
def test_a_version_that_never_changes_hides_no_item(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], asked: Asked) -> None:
        answers["/feed"] = response(feed(3), headers='ETag: "always"\r\n')
        await look(opened)
        answers["/feed"] = response(feed(4), headers='ETag: "always"\r\n')
        assert (await look(opened, 5)).fresh == 1
        assert b'if-none-match: "always"' in asked.requests[-1][1].lower()

    watch(tmp_path, story)


@pytest.mark.fault(27)
def test_a_last_change_in_the_future_or_going_back_is_echoed_unread(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], asked: Asked) -> None:
        for number, moment in enumerate(["Mon, 02 Nov 2099 10:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"]):
            answers["/feed"] = response(feed(number + 1), headers=f"Last-Modified: {moment}\r\n")
            assert (await look(opened, 10 * number)).fresh == 1
            await look(opened, 10 * number + 5)
            assert f"if-modified-since: {moment}".lower().encode() in asked.requests[-1][1].lower()

    watch(tmp_path, story)


@pytest.mark.fault(28)
def test_an_old_copy_from_a_cache_takes_nothing_away_and_tells_nothing_again(tmp_path: Path) -> None:
    async def story(opened: Runtime, answers: dict[str, Any], _asked: Asked) -> None:
        old, new = (rss(*(item(n, NOW - timedelta(hours=1)) for n in numbers)) for numbers in (range(3), range(1, 5)))
        seen = []
        for number, copy in enumerate([old, new, old, new]):
            answers["/feed"] = response(copy)
            polled = await look(opened, 5 * number)
            seen.append((polled.fresh, polled.revised, polled.alerts))
        assert seen == [(3, 0, 3), (2, 0, 2), (0, 0, 0), (0, 0, 0)]
        assert len(titles(opened)) == 5

    watch(tmp_path, story)
