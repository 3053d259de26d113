"""The login and the key in the address of a source: no Item of any kind takes them over from a relative link."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from watcher.core.language.urls import clean_link, public_link
from watcher.errors import NotFetched
from watcher.model import Item, Response, SourceState
from watcher.sources.base import Source, next_step
from watcher.sources.feed import Feed
from watcher.sources.json import Json
from watcher.sources.listing import Listing
from watcher.sources.page import Page
from watcher.sources.pasted import Pasted

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
URL = "https://user:canary-pw@api.example/list?key=canary-key"
LINKS = [
    "/news/1",
    "flu.html",
    "?id=3",
    "#x",
    "",
    "https://user:canary-pw@api.example/echo",
    "https://b.example/2?key=own",
]


def source(kind: type[Source], url: str = URL, **options: Any) -> Any:
    entry = {"id": "api", "name": "N", "publisher": "P", "trust": "official", "every": "1h", "url": url}
    return TypeAdapter(kind).validate_python(entry | {"kind": kind.__name__.lower()} | options)


def as_feed(links: list[str]) -> bytes:
    items = "".join(f"<item><title>Flu letter {n}</title><link>{link}</link></item>" for n, link in enumerate(links))
    return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()


def as_listing(links: list[str]) -> bytes:
    return "".join(f"<p class=i><a href='{link}'>Flu letter {n}</a></p>" for n, link in enumerate(links)).encode()


def as_json(links: list[str]) -> bytes:
    return json.dumps([{"title": f"Flu letter {n}", "url": link} for n, link in enumerate(links)]).encode()


def as_paste(links: list[str]) -> bytes:
    return "".join(
        f"<p><a href='{link}'>Flu letter {n}</a> {n + 1} October 2026</p>" for n, link in enumerate(links)
    ).encode()


KINDS = {
    "feed": (source(Feed), as_feed),
    "listing": (source(Listing, item=".i"), as_listing),
    "json": (source(Json, title="/title", link="/url", detail="/url"), as_json),
    "pasted": (source(Pasted), as_paste),
}


def items(kind: str, links: list[str]) -> tuple[Item, ...]:
    own, write = KINDS[kind]
    return own.parse(Response(url=URL, body=write(links), fetched_at=NOW)).items  # type: ignore[no-any-return]


@pytest.mark.promise("P11")
@pytest.mark.parametrize("kind", ["feed", "listing", "json"])
def test_relative_links_lead_to_readers_without_login_and_key(kind: str) -> None:
    given = items(kind, LINKS)
    assert [item.url for item in given] == [
        "https://api.example/news/1",
        "https://api.example/flu.html",
        "https://api.example/list?id=3",
        "https://api.example/list?key=***#x",
        "https://api.example/list?key=***",
        "https://api.example/echo",
        "https://b.example/2?key=own",
    ]
    assert "canary" not in repr([(item.identity, item.keys, item.shared_keys, item.url) for item in given])
    (alone,) = items(kind, ["#x"])
    assert (alone.identity, alone.url.partition("?")[0]) == (
        "api.example/list?key=%2A%2A%2A",
        "https://api.example/list",
    )


@pytest.mark.promise("P11")
def test_what_was_copied_leads_nowhere_with_login_and_key() -> None:
    given = items("pasted", LINKS)
    assert {item.title for item in given} >= {"Flu letter 0", "Flu letter 1", "Flu letter 2"}
    assert "canary" not in repr([(item.identity, item.keys, item.shared_keys, item.url) for item in given])


def test_a_page_that_is_watched_keeps_its_identity_and_loses_the_login() -> None:
    body = b"<main><h1>Flu</h1><p>" + b"Practices order by Friday. " * 20 + b"</p></main>"
    own = source(Page, URL.replace("key=canary-key", "id=7"), follow="a")
    (page,) = own.parse(Response(url=own.url, body=body, fetched_at=NOW)).items
    assert (page.identity, page.url) == ("api.example/list?id=7", "https://api.example/list?id=7")
    linked = Response(url=own.url, body=body.replace(b"</p>", b"<a href='/a.pdf'>A</a></p>"), fetched_at=NOW)
    state = SourceState(source="api", next_poll=NOW)
    asked = next_step(own, state, (linked,))
    assert asked.url == "https://api.example/a.pdf"  # type: ignore[union-attr]
    away = next_step(own, state, (linked, NotFetched("HTTP 404", status=404)))
    assert away.problems == ("https://api.example/a.pdf: HTTP 404",)  # type: ignore[union-attr]


@pytest.mark.promise("P11")
def test_its_own_pages_are_asked_with_the_login_and_no_others() -> None:
    login = {"Authorization": "Basic " + base64.b64encode(b"user:canary-pw").decode()}
    own = source(Json, title="/title", link="/url", detail="/detail", headers={"X-Key": "k"})
    body = json.dumps([{"title": "A", "url": "/news/1", "detail": "/api/1"}]).encode()
    (item,) = own.parse(Response(url=URL, body=body, fetched_at=NOW)).items
    request = own.page_request(item)
    assert (request.url, request.headers) == ("https://api.example/api/1", {**login, "X-Key": "k"})
    assert own.headers_for("https://other.example/") == own.headers_for("http://api.example/") == {}
    assert source(Feed, "https://api.example/feed").headers_for("https://api.example/1") == {}
    (page,) = (replace(item, text_url=""),)
    assert source(Feed).page_request(page).headers == login


@pytest.mark.parametrize(
    ("link", "base", "address"),
    [
        ("#a", "https://x.example/list?category=news&page=2", "https://x.example/list?category=news&page=2#a"),
        ("", "https://x.example/list?category=news", "https://x.example/list?category=news"),
        ("\u200b #a\n", "https://x.example/?token=t", "https://x.example/?token=***#a"),
        ("https:#a", "https://x.example/?token=t", "https://x.example/?token=***#a"),
        ("?", "https://x.example/?token=t", "https://x.example/?token=***"),
        ("//[x", "https://x.example/?token=t", ""),
        ("javascript:1", "https://x.example/?token=t", ""),
    ],
)
def test_only_what_a_link_takes_over_from_its_list_is_redacted(link: str, base: str, address: str) -> None:
    assert public_link(link, base) == address


PIECES = st.sampled_from(
    ["/", "//", "a", "?", "#", "=", "&", "b.example", ":", "https:", "[", " ", "%20", "key", ";", ".."]
)


@settings(deadline=None, derandomize=True, max_examples=500)
@given(st.lists(PIECES, max_size=8).map("".join), st.sampled_from(["/list", "/list?type=news&page=2", "/a/b;c?q=1#d"]))
def test_links_of_a_source_without_secrets_are_what_they_always_were(link: str, path: str) -> None:
    base = f"https://www.example.org{path}"
    assert public_link(link, base) == clean_link(link, base)
