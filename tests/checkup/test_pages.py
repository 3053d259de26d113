"""What doctor says of our own pages at their public address."""

import asyncio
from typing import Any

import httpx
import pytest
import respx

from watcher.checkup.pages import examine_pages
from watcher.core.delivery.signed_links import name_installation
from watcher.model.finding import Finding, Grade

SECRET = "s" * 32
OURS = {"live": True, "instance": name_installation(SECRET)}
TLS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}


def examine(url: str, secret: str = SECRET) -> Finding:
    async def ask() -> Finding:
        async with httpx.AsyncClient() as client:
            return await examine_pages(url, secret, client)

    return asyncio.run(ask())


def test_without_a_public_address_nothing_is_missing() -> None:
    assert examine("").grade is Grade.OK


def test_our_own_pages_are_known_by_their_name() -> None:
    with respx.mock:
        respx.get("https://w.example.org/health/live").respond(json=OURS, headers=TLS_ONLY)
        assert examine("https://w.example.org/").grade is Grade.OK


def test_without_a_key_nobody_can_tell_whose_pages_answer() -> None:
    with respx.mock:
        keyless = {"live": True, "instance": name_installation("")}
        respx.get("https://w.example.org/health/live").respond(json=keyless, headers=TLS_ONLY)
        assert examine("https://w.example.org", "").grade is Grade.WARN


@pytest.mark.parametrize(
    ("url", "answer", "grade", "seen"),
    [
        ("https://w.example.org", {"json": OURS}, Grade.WARN, "they answer, but without Strict-Transport-Security"),
        ("http://w.example.org", {"json": OURS}, Grade.WARN, "WATCHER_PUBLIC_URL is not https"),
        (
            "https://w.example.org",
            {"json": {**OURS, "instance": "another"}},
            Grade.BAD,
            "at WATCHER_PUBLIC_URL another installation of watcher answers",
        ),
        (
            "https://w.example.org",
            {"html": "<p>Hello"},
            Grade.BAD,
            "at WATCHER_PUBLIC_URL something else answers (200)",
        ),
        ("https://w.example.org", {"json": ["live"]}, Grade.BAD, "at WATCHER_PUBLIC_URL something else answers (200)"),
        (
            "https://w.example.org",
            {"status_code": 502},
            Grade.BAD,
            "at WATCHER_PUBLIC_URL something else answers (502)",
        ),
    ],
)
def test_whatever_else_answers_is_told(url: str, answer: dict[str, Any], grade: Grade, seen: str) -> None:
    with respx.mock:
        respx.get(f"{url}/health/live").respond(**answer)
        finding = examine(url)
    assert (finding.grade, finding.seen, bool(finding.cure)) == (grade, seen, True)


def test_an_address_where_nobody_answers_is_told() -> None:
    with respx.mock:
        respx.get("https://w.example.org/health/live").mock(side_effect=httpx.ConnectError("refused"))
        assert examine("https://w.example.org").seen == "WATCHER_PUBLIC_URL does not answer (ConnectError)"
