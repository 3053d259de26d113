"""What careless servers send, and what is read all the same: wrong codings, cookie gates, a limit for a whole host."""

import gzip
import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fetching.test_fetcher import NOW, fetcher, page_or_why, run
from tests.support.faulty import faulty, feed, response
from watcher.errors import NotFetched
from watcher.fetching.content_coding import decode_content
from watcher.model import Response

BODY = feed(3)
_RAW = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
RAW_DEFLATE = _RAW.compress(BODY) + _RAW.flush()


@pytest.mark.promise("P33")
@pytest.mark.parametrize(
    ("wire", "coding"),
    [
        (BODY, ""),
        (BODY, "utf-8"),
        (BODY, "none"),
        (BODY, "gzip"),
        (BODY, "deflate"),
        (BODY, "br"),
        ("Flu jab £20".encode("windows-1252"), "iso-8859-1"),
        (gzip.compress(BODY), "gzip"),
        (gzip.compress(BODY), "x-gzip"),
        (gzip.compress(BODY), ""),
        (gzip.compress(BODY), "utf-8"),
        (gzip.compress(BODY), "deflate"),
        (gzip.compress(BODY[:50]) + gzip.compress(BODY[50:]), "gzip"),
        (zlib.compress(BODY), "deflate"),
        (zlib.compress(BODY), "gzip"),
        (zlib.compress(BODY), ""),
        (zlib.compress(BODY), "deflate, identity"),
        (BODY.decode().encode("utf-16-le"), "utf-16"),
        (RAW_DEFLATE, "deflate"),
    ],
)
def test_a_coding_is_told_by_the_bytes(wire: bytes, coding: str) -> None:
    plain = wire if wire.startswith((b"Flu", b"<\x00")) else BODY
    assert decode_content(wire, coding, 100_000) == plain


@given(st.binary(max_size=300), st.sampled_from(["", "gzip", "deflate", "br", "utf-8", "x"]))
def test_any_bytes_are_read_or_refused_and_never_more_than_allowed(wire: bytes, coding: str) -> None:
    with suppress(NotFetched, zlib.error):
        assert len(decode_content(wire, coding, 200)) <= 200


@pytest.mark.promise("P33")
def test_a_cookie_gate_on_its_own_host_is_passed_within_the_visit() -> None:
    gate = response(status="302 F", headers="Location: /feed\r\nSet-Cookie: seen=1; Path=/\r\n")

    async def page(_: str, request: bytes, writer: Any) -> None:
        passed = b"cookie: seen=1" in request.lower()
        writer.write(response(b"the feed") if passed else response(status="302 F", headers="Location: /gate\r\n"))

    async def story() -> None:
        async with faulty({"/feed": page, "/gate": gate}) as (base, asked), fetcher() as fetch:
            assert [await page_or_why(fetch, f"{base}/feed") for _ in range(2)] == [
                Response(url=f"{base}/feed", requested_url=f"{base}/feed", body=b"the feed", fetched_at=NOW)
            ] * 2
            paths = [path for path, _ in asked.requests if path != "/robots.txt"]
            assert paths == ["/feed", "/gate", "/feed"] * 2  # nothing is kept from one visit to the next

    run(story)


@pytest.mark.promise("P33")
def test_a_gate_that_cannot_be_passed_is_named() -> None:
    gate = response(status="302 F", headers="Location: /feed\r\nSet-Cookie: seen=1\r\n")

    async def story() -> None:
        async with faulty({"/feed": gate}) as (base, _), fetcher() as fetch:
            assert await page_or_why(fetch, f"{base}/feed") == (
                "more than 5 redirects: the site turns away whoever keeps no cookies (a cookie gate)"
            )

    run(story)


@pytest.mark.promise("P33")
@pytest.mark.parametrize(
    ("header", "rest"), [("Retry-After: 3600\r\n", timedelta(hours=1)), ("", timedelta(minutes=15))]
)
def test_429_is_about_the_host_and_all_its_pages_rest(header: str, rest: timedelta) -> None:
    clock = [NOW]
    busy, other = response(status="429 T", headers=header), response(b"good")

    async def story() -> None:
        async with faulty({"/a": busy, "/b": other}) as (base, asked), fetcher(clock=lambda: clock[0]) as fetch:
            assert await page_or_why(fetch, f"{base}/a") == "HTTP 429"
            why = await page_or_why(fetch, f"{base}/b")
            assert str(why).startswith("HTTP 429: its host asked to be left alone until Mon 2 Nov 2026 ")
            assert fetch.resting_hosts() == {"127.0.0.1": NOW + rest}
            assert [path for path, _ in asked.requests] == ["/robots.txt", "/a"]
            clock[0] = NOW + rest
            assert isinstance(await page_or_why(fetch, f"{base}/b"), Response)

    run(story)


def test_a_rest_that_another_process_was_asked_for_is_kept_too() -> None:
    async def story() -> None:
        async with faulty({"/": response(b"good")}) as (base, asked), fetcher() as fetch:
            fetch.rest({"127.0.0.1": datetime(2026, 11, 2, 11, 0, tzinfo=UTC)})
            assert str(await page_or_why(fetch, f"{base}/")).startswith("HTTP 429")
            assert asked.requests == []

    run(story)
