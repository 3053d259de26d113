"""What pages say of their sites, what is asked of them, and entries that hold any words."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from watcher.config.sources import make_source
from watcher.config.yaml_file import load_yaml
from watcher.core.discovery import page_hints
from watcher.core.discovery.addition import SourceAddition, append_to, make_id, trust_of_hosts, words_of_address
from watcher.core.discovery.discover import discover
from watcher.core.discovery.proposals import Discovery, Proposal, TriedProposal, rank
from watcher.core.discovery.robots import RobotsRule, robots_rule
from watcher.errors import NotFetched
from watcher.model import Item, Request, Response, Trust
from watcher.sources.base import play_visit

NOW, TODAY = datetime(2026, 11, 26, 9, tzinfo=UTC), date(2026, 11, 26)
SITE = "https://icb.example/news/"


def soup(markup: str) -> BeautifulSoup:
    return BeautifulSoup(markup, "lxml")


def answer(url: str, body: str | bytes) -> Response:
    return Response(url=url, body=body.encode() if isinstance(body, str) else body, fetched_at=NOW)


def found_at(url: str, *answers: Response | NotFetched) -> Request | Discovery:
    return play_visit(discover(url, TODAY), answers)


def test_the_feeds_of_a_page_are_those_in_its_head_then_those_it_links_to_never_those_of_comments() -> None:
    page = soup(
        '<link rel="alternate" type="application/rss+xml" title="All" href="/feed/">'
        '<link rel="alternate" type="application/rss+xml" title="Comments Feed" href="/comments/feed/">'
        '<link rel="alternate" type="application/json+oembed" href="/o"><link rel="alternate" hreflang="cy" href="/cy">'
        '<a href="/news/rss?utm_source=x">RSS</a> <a href="/feed/">again</a> <a href="javascript:rss.rss">no</a>'
    )
    assert [(feed.url, feed.label) for feed in page_hints.find_feeds(page, SITE)] == [
        ("https://icb.example/feed/", "All"),
        ("https://icb.example/news/rss", "RSS"),
    ]


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ('<meta property="og:site_name" content="Example ICB"><title>News - x</title>', ("Example ICB", "News")),
        ("<title>News | Example ICB</title>", ("Example ICB", "News")),
        ("<title>Example ICB</title>", ("", "Example ICB")),
        ("<title>A | B</title><main><h1>Letters <b>to</b> practices</h1></main>", ("B", "Letters to practices")),
        ("", ("", "")),
    ],
)
def test_a_page_says_who_publishes_it_and_what_it_is(head: str, names: tuple[str, str]) -> None:
    assert page_hints.find_names(soup(head)) == names


def test_a_wordpress_page_names_its_root_and_its_types() -> None:
    page = soup(
        '<link rel="https://api.w.org/" href="https://icb.example/gp/wp-json/">'
        '<article class="post-1 type-letter status-publish"></article><article class="type-post"></article>'
    )
    assert page_hints.find_rest_root(page, SITE) == "https://icb.example/gp/"
    assert page_hints.find_rest_root(soup(""), SITE) == "https://icb.example/"
    other = soup('<link rel="https://api.w.org/" href="https://evil.example/wp-json/">')
    assert page_hints.find_rest_root(other, SITE) == "https://icb.example/"
    assert page_hints.find_post_types(page, SITE) == ["letter"]
    assert page_hints.find_post_types(soup(""), SITE) == ["news"]


def test_types_without_announcements_are_not_offered_and_no_more_than_five_are() -> None:
    hidden = ("attachment", "nav_menu_item", "wp_block", "wp_template", "wp_navigation", "elementor_library", "popup")
    names = [*hidden, "page", *(f"type{number}" for number in range(9)), "post"]
    types = ", ".join(f'"{name}": {{"rest_base": "{name}s", "name": "{name}"}}' for name in names)
    page = answer(SITE, "<title>N</title><main><p>Words.</p></main>")
    found = found_at(SITE, page, answer(SITE, f'{{{types}, "odd": 1, "no": {{}}}}'), NotFetched("HTTP 404", status=404))
    assert isinstance(found, Discovery)
    offered = [proposal.options.get("type") for proposal in found.proposals if proposal.kind == "wordpress"]
    assert offered == [("post",), ("type0",), ("type1",), ("type2",), ("type3",)]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('<?xml version="1.0"?>\n<?xml-stylesheet href="x"?><!-- by us --><rss version="2.0"></rss>', "feed"),
        ('<feed xmlns="http://www.w3.org/2005/Atom">', "feed"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": []}', "feed"),
    ],
)
def test_a_feed_is_known_by_its_content(body: str, kind: str) -> None:
    found = found_at(SITE, answer(SITE, body))
    assert isinstance(found, Discovery)
    assert [proposal.kind for proposal in found.proposals] == [kind]


def test_what_cannot_be_reached_ends_the_search_and_a_refusal_asks_the_site() -> None:
    assert found_at(SITE, NotFetched("no such host", unreachable=True)) == Discovery(
        address=SITE, notes=(f"{SITE}: no such host",)
    )
    refused = NotFetched("HTTP 403", status=403)
    asked = found_at(SITE, refused)
    assert isinstance(asked, Request)
    assert asked.url == "https://icb.example/wp-json/wp/v2/types"
    found = found_at(SITE, refused, refused, answer(SITE, "Sitemap: /map.xml"))
    assert isinstance(found, Discovery)
    assert (found.is_refused, [proposal.url for proposal in found.proposals]) == (True, ["https://icb.example/feed/"])
    assert found.notes[-1] == "this site has a sitemap at https://icb.example/map.xml; no kind reads it yet"
    assert found_at(SITE, answer(SITE, b"%PDF-1.7")) == Discovery(
        address=SITE, notes=("it is a file: name the page that links to it",)
    )


@given(st.binary(max_size=300))
def test_any_answer_is_a_discovery(body: bytes) -> None:
    page = answer(SITE, body)
    found = found_at(SITE, page, page, page)
    assert isinstance(found, Discovery) or isinstance(found_at(SITE, page), Discovery)


def test_a_list_that_the_page_shows_goes_before_one_that_it_does_not_and_both_before_the_page_itself() -> None:
    def tried(name: str, *, why: str = "", is_whole_page: bool = False) -> TriedProposal:
        item = Item(source="s", identity=name, url=f"https://icb.example/{name}", title=name)
        proposal = Proposal(kind="feed", url=name, why="", is_whole_page=is_whole_page)
        return TriedProposal(proposal=proposal, items=(item,), why=why)

    page, general, shown = tried("page", is_whole_page=True), tried("general"), tried("shown")
    off, empty = tried("shown", why="its newest item is of 2019"), TriedProposal(proposal=page.proposal)
    assert rank([off, page, general, shown, empty], frozenset({"icb.example/shown"})) == [shown, general, page, off]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", RobotsRule(is_allowed=True, agent="")),
        ("User-agent: *\nDisallow: /news", RobotsRule(is_allowed=False, agent="*")),
        (
            "user-agent: practice-watcher # us\nAllow: /\n\nUser-agent: *\nDisallow: /",
            RobotsRule(True, "practice-watcher"),
        ),
        ("User-agent: GPTBot\nDisallow: /", RobotsRule(is_allowed=True, agent="")),
    ],
)
def test_robots_txt_is_read_by_our_name(text: str, rule: RobotsRule) -> None:
    assert robots_rule(text, SITE, "practice-watcher") == rule


def test_an_id_is_made_of_the_address_and_is_free() -> None:
    words = words_of_address("https://www.Example-ICB.nhs.uk/news/latest.html?x=1")
    assert make_id(words, ()) == "example-icb-nhs-uk-news-latest"
    assert make_id(["a.b"], ["a-b", "a-b-2"]) == "a-b-3"
    assert make_id(["ü"], ()) == "source"
    assert len(make_id(["x" * 90], ["x" * 56])) <= 60
    hosts = ["www.gov.uk", "x.nhs.uk", "evil-gov.uk", "gov.uk.evil.example", "bbc.co.uk"]
    assert [host for host in hosts if trust_of_hosts(f"https://{host}/") is Trust.OFFICIAL] == hosts[:2]
    assert trust_of_hosts("https://x.nhs.uk/", "https://feeds.example/x") is Trust.PRESS, "its feed is another's"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_words_are_one_entry_for_our_reader_and_for_others(name: str, comment: str) -> None:
    entry = SourceAddition(
        id="a", name=name, publisher=name, trust=Trust.PRESS, kind="feed", url=SITE, every="30m", comments=(comment,)
    )  # fmt: skip
    written = append_to(b"", entry)
    (read,) = YAML(typ="safe", pure=True).load(written.decode())["sources"]
    assert list(read) == list(entry.keys)
    assert read["name"].isprintable()
    assert make_source(read).id == "a"
    assert append_to(written, entry).startswith(written)


def test_the_file_is_read_as_the_house_reads_it(tmp_path: Path) -> None:
    entry = SourceAddition(id="a", name="yes", publisher="1e3", trust=Trust.PRESS, kind="feed", url=SITE, every="30m")
    file = tmp_path / "added.yaml"
    file.write_bytes(append_to(append_to(b"", entry), entry))
    read = load_yaml(file, "added.yaml")
    assert (len(read.value["sources"]), read.mistakes) == (2, [])
    assert read.value["sources"][0] == {**entry.keys, "trust": "press"}
