"""A POST obeys what a GET obeys: the addresses, robots.txt, time, size, gap and rest; and it is sent once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.fetching.test_fetcher import NOW, PRIVATE, fetcher, page_or_why, run
from tests.stand_ins.cas_site import CasSite, SafetyAlert
from tests.support.faulty import bomb, endless, faulty, reset, response, silent
from watcher import config
from watcher.model import ParseResult, Request, Response, SourceState, Validators
from watcher.sources.base import next_step
from watcher.sources.listing import Listing

CATALOGUE = Path(__file__).parents[2] / "config"
FORM = (("__VIEWSTATE", "a+b/=&c"), ("words", "\u00a320"), ("words", "two words"))
SENT = b"__VIEWSTATE=a%2Bb%2F%3D%26c&words=%C2%A320&words=two+words"


def test_a_form_is_sent_as_browsers_send_it_and_its_answer_has_no_version() -> None:
    async def story() -> None:
        answer = response(b"page two", headers='ETag: "2"\r\n')
        async with faulty({"/list": answer}) as (base, asked), fetcher() as fetch:
            known = Validators(etag='"1"')
            page = await page_or_why(fetch, f"{base}/list", form=FORM, validators=known, headers={"Referer": "r"})
        assert page == Response(
            url=f"{base}/list",
            requested_url=f"{base}/list",
            body=b"page two",
            fetched_at=NOW,
            headers={"etag": '"2"'},
        )
        head, _, body = asked.requests[-1][1].partition(b"\r\n\r\n")
        assert head.startswith(b"POST /list HTTP/1.1\r\n")
        sent = dict(line.lower().split(b": ", 1) for line in head.splitlines()[1:])
        assert sent[b"content-type"] == b"application/x-www-form-urlencoded"
        assert (sent[b"referer"], sent[b"content-length"], body) == (b"r", str(len(SENT)).encode(), SENT)
        assert b"if-none-match" not in sent
        assert b"cookie" not in sent

    run(story)


@pytest.mark.promise("P9")
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (endless, "the answer is larger than 300,000 bytes"),
        (
            response(bomb(50_000_000), headers="Content-Encoding: gzip\r\n"),
            "the answer is larger than 500,000 bytes unpacked",
        ),
        (silent, "no complete answer within 0.5 s"),
        (response(b"no", status="500 E"), "HTTP 500"),
        (response(b"no", status="403 F"), "HTTP 403"),
    ],
)
def test_the_answer_to_a_form_is_bounded_as_any_other(answer: Any, why: str) -> None:
    async def story() -> None:
        async with faulty({"/list": answer}) as (base, asked), fetcher() as fetch:
            assert await page_or_why(fetch, f"{base}/list", form=FORM) == why
        assert asked.paths() == ["/list"]

    run(story)


def test_a_form_is_sent_once_also_where_the_line_breaks() -> None:
    """Over a connection that was used before, a broken GET may be asked again; a POST may have been heard."""
    served: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Keeps its connections open, and cuts the line at a form."""
        while request := await reader.readuntil(b"\r\n\r\n"):
            served.append(request.split()[0].decode())
            if served[-1] == "POST":
                writer.transport.abort()
                return
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")

    async def story() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/list"
        async with server, fetcher() as fetch:
            assert isinstance(await page_or_why(fetch, url), Response)
            why = await page_or_why(fetch, url, form=FORM)
        assert why == "the server closed the connection or did not answer in time"
        assert served == ["GET", "GET", "POST"], "robots.txt, the page, the form"

    run(story)


def test_a_server_that_cuts_every_line_hears_a_form_once() -> None:
    async def story() -> None:
        async with faulty({"/list": reset}) as (base, asked), fetcher() as fetch:
            assert isinstance(await page_or_why(fetch, f"{base}/list", form=FORM), str)
        assert asked.paths() == ["/list"]

    run(story)


@pytest.mark.promise("P10")
def test_no_form_goes_to_a_private_address() -> None:
    async def story() -> None:
        async with faulty({"/list": response(b"secret")}) as (base, asked), fetcher(allowed=[]) as fetch:
            assert await page_or_why(fetch, f"{base}/list", form=FORM) == f"127.0.0.1 is {PRIVATE}"
        assert asked.requests == []

    run(story)


@pytest.mark.promise("P11")
@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P"])
def test_a_form_is_never_sent_on_to_another_host(status: str) -> None:
    async def story() -> None:
        async with faulty({"/there": response(b"heard")}, host="127.0.0.2") as (other, heard):
            answer = response(status=status, headers=f"Location: {other}/there\r\n")
            async with faulty({"/list": answer}) as (base, _), fetcher() as fetch:
                why = await page_or_why(fetch, f"{base}/list", form=FORM)
        assert why == "the answer to a form leads to another host, where no form is sent"
        assert heard.requests == []

    run(story)


@pytest.mark.parametrize(
    ("status", "method"),
    [("301 M", "GET"), ("302 F", "GET"), ("303 S", "GET"), ("307 T", "POST"), ("308 P", "POST")],
)
def test_on_its_own_host_the_answer_to_a_form_is_followed_as_browsers_do(status: str, method: str) -> None:
    async def story() -> None:
        answers: dict[str, Any] = {
            "/list": response(status=status, headers="Location: /two\r\n"),
            "/two": response(b"page two"),
        }
        async with faulty(answers) as (base, asked), fetcher() as fetch:
            page = await page_or_why(fetch, f"{base}/list", form=FORM)
        assert isinstance(page, Response)
        assert (page.url, page.requested_url, page.body) == (f"{base}/two", f"{base}/list", b"page two")
        (last,) = [request for path, request in asked.requests if path == "/two"]
        assert last.startswith(method.encode())
        assert last.endswith(SENT) is (method == "POST")

    run(story)


def test_a_form_that_is_sent_round_in_circles_ends() -> None:
    async def story() -> None:
        answer = response(status="307 T", headers="Location: /list\r\n")
        async with faulty({"/list": answer}) as (base, asked), fetcher() as fetch:
            assert await page_or_why(fetch, f"{base}/list", form=FORM) == "more than 5 redirects"
        assert len(asked.paths()) == 6

    run(story)


def test_robots_txt_holds_for_forms() -> None:
    async def story() -> None:
        answers: dict[str, Any] = {
            "/robots.txt": response(b"User-agent: *\nDisallow: /list\n"),
            "/list": response(b"x"),
        }
        async with faulty(answers) as (base, asked), fetcher() as fetch:
            why = await page_or_why(fetch, f"{base}/list", form=FORM)
        assert (why, asked.paths()) == ("robots.txt asks us not to read this address", [])

    run(story)


@pytest.mark.promise("P33")
def test_a_host_that_rests_is_sent_no_form_and_a_429_to_one_rests_the_host() -> None:
    async def story() -> None:
        busy = response(status="429 T", headers="Retry-After: 3600\r\n")
        async with faulty({"/list": busy}) as (base, asked), fetcher() as fetch:
            assert await page_or_why(fetch, f"{base}/list", form=FORM) == "HTTP 429"
            assert str(await page_or_why(fetch, f"{base}/list", form=FORM)).startswith("HTTP 429: its host asked")
            assert fetch.resting_hosts() == {"127.0.0.1": NOW + timedelta(hours=1)}
        assert asked.paths() == ["/list"]

    run(story)


# --- the whole way: the shipped entry of CAS, over the wire -----------------------------------------------------------


def served_over_http(site: CasSite, heard: list[tuple[str, bytes]]) -> Callable[[str, bytes, Any], Awaitable[None]]:
    """The stand-in as a server; it takes its own address for that of CAS."""

    async def answer(target: str, request: bytes, writer: Any) -> None:
        head, _, body = heard[-1][1].partition(b"\r\n\r\n")
        headers = dict(line.decode().lower().split(": ", 1) for line in head.splitlines()[1:])
        headers |= {"origin": f"https://{site.host}"} if headers.get("origin") == f"http://{headers['host']}" else {}
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        given = site.post(target, form, headers, NOW) if request.startswith(b"POST") else site.answer(target, NOW)
        writer.write(response(given.body, status=f"{given.status} -"))

    return answer


@pytest.mark.promise("P44")
def test_the_register_of_alerts_is_read_page_by_page_over_the_wire() -> None:
    site = CasSite()
    for number in range(35):
        site.put(SafetyAlert(number, f"R/{number}", f"Alert {number}", "DHSC", NOW - timedelta(days=40 - number)))
    entry = config.read_configuration(CATALOGUE, {}).sources["cas"]

    async def story() -> None:
        heard: list[tuple[str, bytes]] = []
        answers: dict[str, Any] = {"/SearchAlerts.aspx": served_over_http(site, heard)}
        async with faulty(answers) as (base, asked), fetcher() as fetch:
            asked.requests = heard
            cas = Listing(**(vars(entry) | {"url": f"{base}/SearchAlerts.aspx"}))
            identity = f"{base.removeprefix('http://')}/ViewandAcknowledgment/ViewAlert.aspx?AlertID="
            state = SourceState(source="cas", next_poll=NOW, last_identities=frozenset({f"{identity}3"}))
            pages: tuple[Response, ...] = ()
            step: Request | ParseResult = next_step(cas, state, ())
            while isinstance(step, Request):
                pages = (*pages, await fetch.get(step))
                step = next_step(cas, state, pages)
        assert step.problems == ()
        assert [item.title for item in step.items] == [f"Alert {number}" for number in range(34, -1, -1)]
        assert [request.split()[0] for path, request in heard if path != "/robots.txt"] == [b"GET"] + [b"POST"] * 3

    run(story)
