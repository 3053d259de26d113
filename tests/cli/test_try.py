"""`watcher try`: what its server and robots.txt say of a source, and what is compared of a watched page."""

import json
from pathlib import Path

import pytest

from tests.cli.test_add import PAGE, WORDS, watcher
from tests.support.faulty import response
from tests.support.world import SOURCE, item, recently, rss, serving, write_config
from watcher.cli.look import describe_exchange
from watcher.errors import NotFetched
from watcher.fetching.frugal_fetcher import Exchange
from watcher.model import Request, Response

SCREEN = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
FEED = response(rss(item(1, recently()), "<item><title>Undated</title></item>"), headers='ETag: "1"\r\n')
SIZE = len(FEED.partition(b"\r\n\r\n")[2])
PAGE_SOURCE = """
sources:
  - {id: press, name: P, publisher: P, trust: official, kind: page, every: 1h, url: "SITE/page"}
"""


@pytest.fixture(autouse=True)
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHER_ALLOW_PRIVATE", "127.0.0.0/8")


def test_what_was_asked_and_answered_stands_on_stderr_and_the_items_alone_on_stdout(tmp_path: Path) -> None:
    robots = response(b"User-agent: *\nDisallow: /private\n\nUser-agent: Practice-Watcher\nDisallow: /other\n")
    with serving({"/feed": FEED, "/robots.txt": robots}) as (site, asked):
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), SCREEN)
        tried = watcher(folder, "try", "press", "--json")
    assert [json.loads(line)["title"] for line in tried.stdout.splitlines()] == [
        "Flu jabs for group 1 from December",
        "Undated",
    ]
    assert tried.stderr.splitlines() == [
        f"press: GET {site}/feed: 200, {SIZE} bytes",
        "press: robots.txt allows this address (its rules for practice-watcher)",
        "press: ETag: ignored, the whole answer came again",
        "press: 0 with text, 0 still to be read on their own page, 1 without a date",
        "press: 2 items, 0 problems",
    ]
    assert asked.paths() == ["/feed", "/feed"]
    assert b'if-none-match: "1"' in asked.requests[-1][1].lower()


def test_a_form_that_was_sent_is_named_as_one() -> None:
    form = Request(url="https://user:canary@alerts.example/list?key=canary", form=(("page", "2"),))
    answer = Response(url="https://alerts.example/2", body=b"12", fetched_at=recently(), status=200)
    assert [describe_exchange(Exchange(form, given)) for given in (answer, NotFetched("HTTP 405", status=405))] == [
        "POST https://alerts.example/list?key=***: 200, 2 bytes, from https://alerts.example/2",
        "POST https://alerts.example/list?key=***: HTTP 405",
    ]


async def not_modified(_path: str, request: bytes, writer: object) -> None:
    answer = response(status="304 Not Modified") if b"if-none-match" in request.lower() else FEED
    writer.write(answer)  # type: ignore[attr-defined]
    await writer.drain()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (not_modified, "ETag: honoured (304)"),
        (response(rss(item(1, recently()))), "no ETag and no Last-Modified: each poll reads the whole answer"),
    ],
)
def test_whether_a_server_honours_its_own_version_is_said(tmp_path: Path, answer: bytes, line: str) -> None:
    with serving({"/feed": answer}) as (site, _):
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), SCREEN)
        lines = watcher(folder, "try", "press").stderr.splitlines()
    assert f"press: {line}" in lines
    assert "press: robots.txt: HTTP 404; then all may be read" in lines


def test_a_refusal_by_robots_txt_names_for_whom_it_is(tmp_path: Path) -> None:
    with serving({"/feed": FEED, "/robots.txt": response(b"User-agent: *\nDisallow: /\n")}) as (site, asked):
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), SCREEN)
        tried = watcher(folder, "try", "press")
    assert (tried.exit_code, asked.paths()) == (1, [])
    assert tried.stderr.splitlines() == [
        f"press: GET {site}/feed: robots.txt asks us not to read this address",
        "press: robots.txt DISALLOWS this address (its rules for *)",
        "press: could not be read: robots.txt asks us not to read this address",
    ]


def test_of_a_watched_page_the_text_that_is_compared_is_shown(tmp_path: Path) -> None:
    saved = tmp_path / "page.html"
    saved.write_text(PAGE % ("News", "", WORDS), encoding="utf-8")
    folder = write_config(tmp_path / "config", PAGE_SOURCE.replace("SITE", "https://icb.example"), SCREEN)
    tried = watcher(folder, "try", "press", "--file", str(saved))
    assert tried.exit_code == 0
    lines = tried.stderr.splitlines()
    assert lines[0] == "press: the text that is compared with the next look:"
    assert "Practices find here what changes for them in the coming months." in lines[2]
    assert "the text that is compared" not in tried.stdout
