"""What stands around every page: safe headers, known hosts, small requests, bounded time, no more than one may ask."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from tests.support.flu_week import PUBLIC_URL, flu_week, open_pages, play
from tests.web.test_pages import EVERY_PATH
from watcher.web import guard
from watcher.web.guard import MAX_BODY_BYTES, SAFE_HEADERS, GuardedSite
from watcher.web.limits import Allowance, ReaderLimits
from watcher.web.site import WebSettings

HERE = WebSettings(address=("127.0.0.1", 8080), public_url="https://watcher.example")


def sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'watcher.db'}"


def test_every_page_has_safe_headers_and_can_be_asked_whether_it_changed(tmp_path: Path) -> None:
    async def ask() -> list[tuple[httpx.Response, httpx.Response]]:
        async with flu_week(tmp_path, sqlite(tmp_path)) as opened, open_pages(opened) as (client, _):
            pairs = []
            for path in (*EVERY_PATH, "/static/site.css"):
                first = await client.get(path)
                again = await client.get(path, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
                pairs.append((first, again))
            return pairs

    for first, again in asyncio.run(ask()):
        assert first.status_code == httpx.codes.OK
        assert {name: first.headers[name] for name in SAFE_HEADERS} == dict(SAFE_HEADERS)
        assert "strict-transport-security" not in first.headers, "it is not served by TLS"
        assert "set-cookie" not in first.headers
        assert (again.status_code, again.content) == (httpx.codes.NOT_MODIFIED, b"")
        if not first.url.path.startswith("/static"):
            assert first.headers["cache-control"] == "public, max-age=60"


def test_by_tls_browsers_are_told_to_stay_there(tmp_path: Path) -> None:
    (answered,) = play(tmp_path, sqlite(tmp_path), "http://watcher.example/about", public_url="https://watcher.example")
    assert answered.headers["strict-transport-security"] == "max-age=31536000"


CANNOT_BE_ASKED = {
    "/?topic=none": "topic: there is no topic “none”",
    "/stories?status=maybe": "status: write one of reported, confirmed, changed, withdrawn",
    "/stories?from=2020-13-01": "from: write a day such as 2026-11-27",
    "/stories?to=20201101": "to: write a day such as 2026-11-27",
    "/stories?page=0": "page: write a number from 1 to 400",
    "/stories?page=9999999999999999999999": "page: write a number",
    "/stories?page=%D9%A3": "page: write a number",
    "/stories?page=000000001999": "page: write a number",
    "/dates?view=week": "view: write one of list, month",
    "/dates?view=month&month=2020-1": "month: write a month such as 2026-11",
    "/since?day=2019-01-01": "day: write a day from",
    "/since?day=2020-11-24": "day: write a day from",
    "/why?q=" + "x" * 2_001: "q: write at most 2,000 characters",
    "/?" + "&".join(f"topic={number}" for number in range(61)): "topic: name at most 60",
}
NOT_THERE = ("/nowhere", "/stories/none", "/stories/%00", "/topics/none", "/scoreboard/2020-99", "/static/../app.py")
HOSTS = {
    "watcher.example": 200,
    "WATCHER.EXAMPLE:8080": 200,
    "127.0.0.1:8080": 200,
    "evil.example": 421,
    "watcher.example.evil.example": 421,
    "watcher.example@evil.example": 421,
    "": 421,
}


def test_what_cannot_be_asked_is_answered_with_what_can(tmp_path: Path) -> None:
    answers = play(tmp_path, sqlite(tmp_path), *CANNOT_BE_ASKED)
    for answered, why in zip(answers, CANNOT_BE_ASKED.values(), strict=True):
        assert answered.status_code == httpx.codes.BAD_REQUEST, answered.url
        assert why in answered.text
        assert answered.headers["cache-control"] == "no-store"
        assert answered.headers["content-security-policy"]


def test_an_address_that_there_is_not_says_so(tmp_path: Path) -> None:
    for answered in play(tmp_path, sqlite(tmp_path), *NOT_THERE):
        assert answered.status_code == httpx.codes.NOT_FOUND, answered.url
        assert "Not found" in answered.text


def test_what_programs_add_to_a_link_is_left_alone(tmp_path: Path) -> None:
    (answered,) = play(tmp_path, sqlite(tmp_path), "/stories?topic=&utm_source=mail&status=")
    assert answered.status_code == httpx.codes.OK


def test_only_its_own_names_are_answered(tmp_path: Path) -> None:
    async def ask() -> dict[str, int]:
        async with flu_week(tmp_path, sqlite(tmp_path)) as opened, open_pages(opened) as (client, _):
            return {host: (await client.get("/about", headers={"Host": host})).status_code for host in HOSTS}

    assert asyncio.run(ask()) == HOSTS


@pytest.mark.parametrize("is_said", [True, False], ids=["its length is said", "it comes in pieces"])
def test_nobody_can_send_more_than_a_form(*, is_said: bool) -> None:
    received: list[int] = []

    async def pages(_scope: Scope, receive: Receive, _send: Send) -> None:
        more = True
        while more:
            message = await receive()
            received.append(len(message["body"]))
            more = message["more_body"]

    async def pieces() -> object:
        for _ in range(5):
            yield b"x" * (MAX_BODY_BYTES // 4)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=GuardedSite(pages, HERE))
        async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
            return await client.post("/", content=b"x" * (MAX_BODY_BYTES + 1) if is_said else pieces())  # type: ignore[arg-type]

    assert asyncio.run(ask()).status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    assert sum(received) <= MAX_BODY_BYTES


def test_a_page_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_ANSWER_SECONDS", 0.01)

    async def pages(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await asyncio.Event().wait()

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=GuardedSite(pages, HERE))
        async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
            return await client.get("/")

    answered = asyncio.run(ask())
    assert answered.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert "took too long" in answered.text


def test_a_page_is_asked_and_nothing_is_sent_to_it(tmp_path: Path) -> None:
    async def ask() -> Sequence[httpx.Response]:
        async with flu_week(tmp_path, sqlite(tmp_path)) as opened, open_pages(opened) as (client, _):
            return [await client.post("/stories"), await client.put("/"), await client.head("/stories")]

    sent, put, head = asyncio.run(ask())
    assert (sent.status_code, put.status_code) == (405, 405)
    assert (head.status_code, head.content) == (200, b"")


def test_whoever_asks_too_often_waits_and_others_do_not(tmp_path: Path) -> None:
    async def ask() -> tuple[list[int], httpx.Response, int]:
        async with flu_week(tmp_path, sqlite(tmp_path)) as opened, open_pages(opened) as (client, site):
            statuses = [(await client.get("/about")).status_code for _ in range(120)]
            return statuses, await client.get("/"), site.limits.seconds_to_wait(Allowance.PAGE, "10.1.2.3", 0)

    statuses, refused, others = asyncio.run(ask())
    assert set(statuses) == {200}
    assert refused.status_code == httpx.codes.TOO_MANY_REQUESTS
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    assert "Wait a little" in refused.text
    assert others == 0


def test_a_reader_is_a_network_and_not_an_address() -> None:
    limits = ReaderLimits()
    waits = [limits.seconds_to_wait(Allowance.SEARCH, f"10.0.0.{number}", 0) for number in range(31)]
    assert [bool(wait) for wait in waits] == [*[False] * 30, True]
    waits = [limits.seconds_to_wait(Allowance.SEARCH, f"2001:db8:0:{number:x}::1", 0) for number in range(31)]
    assert [bool(wait) for wait in waits] == [*[False] * 30, True], "one /56 is one reader"
    assert limits.seconds_to_wait(Allowance.SEARCH, "10.0.1.1", 0) == 0
    assert limits.seconds_to_wait(Allowance.SEARCH, "::ffff:10.0.0.9", 0) > 0, "the first network, in the form of IPv6"
    assert limits.seconds_to_wait(Allowance.SEARCH, "::ffff:10.0.2.9", 0) == 0
    assert limits.seconds_to_wait(Allowance.FREE, "10.0.0.1", 0) == 0


def test_without_its_records_a_page_never_says_that_there_is_no_news(tmp_path: Path) -> None:
    async def ask() -> httpx.Response:
        async with flu_week(tmp_path, sqlite(tmp_path)) as opened, open_pages(opened) as (client, _):
            with opened.database.begin() as tx:
                tx.execute(sa.text("DROP TABLE dispositions"))
            return await client.get("/")

    with capture_logs() as logged:
        answered = asyncio.run(ask())
    assert answered.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert answered.headers["retry-after"] == "60"
    assert "we cannot say what is new" in answered.text
    assert "Nothing new" not in answered.text
    assert "dispositions" not in str(logged), "a driver's words may repeat what was asked"


def test_the_log_tells_the_kind_of_a_page_and_nothing_of_its_reader(tmp_path: Path) -> None:
    with capture_logs() as logged:
        play(tmp_path, sqlite(tmp_path), "/why?q=https://secret.example/canary")
    (line,) = [line for line in logged if line["event"] == "page"]
    assert {**line, "ms": 0} == {
        "event": "page",
        "log_level": "info",
        "method": "GET",
        "page": "why",
        "status": 200,
        "ms": 0,
    }
    assert "canary" not in str(logged)
