"""What can be watched at an address: asked step by step, the surest ways first."""

import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

from watcher.core.decoding.json_answers import Json, object_of, read_object
from watcher.core.decoding.text_encoding import decode_text, html_soup
from watcher.core.discovery import page_hints
from watcher.core.discovery.proposals import Discovery, Proposal
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import clean_title
from watcher.core.language.urls import clean_link
from watcher.core.letters.document_lines import is_document
from watcher.core.pages.region import region_of_soup
from watcher.core.rows.find import find_rows
from watcher.errors import NotFetched, NotParsed
from watcher.model import Request, Response

MAX_TYPES, MAX_SITEMAPS = 5, 3
ROBOTS_REFUSE = "robots.txt asks"
REFUSALS = frozenset({401, 403, 405, 406, 429, 451})
GOVUK_HOST = "www.gov.uk"
_FEED_BEGINS = lazy_regex(
    r"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*|<\?[^>]*>\s*)*<(?:\w+:)?(?:rss|feed|rdf)\b",
    re.IGNORECASE | re.DOTALL,
)
_FEED_TITLE = lazy_regex(r"<title[^>]*>\s*(?:<!\[CDATA\[)?([^<\]]{1,300})")
_JSON_FEED = lazy_regex(r"^\s*\{.{0,2000}?jsonfeed\.org/version", re.DOTALL)
_GOVUK_LIST = lazy_regex(r"//www\.gov\.uk/(?:government/organisations/[\w-]+|search/[\w-]+)$")
_SITEMAP = lazy_regex(r"^\s*sitemap:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_NO_ANNOUNCEMENTS = lazy_regex(
    r"^(?:attachment|nav_menu_item|wp_\w+|elementor\w*|e-\w+|\w*popup\w*|\w*(?:block|template|menu)s?)$"
)

Search = Generator[Request, Response, Discovery]


def discover(address: str, today: date) -> Search:
    """Yield each Request, be sent its Response or have NotFetched thrown in; the ways to watch `address`.

    `today` is London's. No more is asked of a host that cannot be reached.
    """
    try:
        page = yield Request(url=address)
    except NotFetched as error:
        if error.status is None:
            is_refused = error.why.startswith(ROBOTS_REFUSE)
            return Discovery(address=address, notes=(f"{address}: {error.why}",), is_refused=is_refused)
        site = yield from _search_site(urljoin(address, "/"), (), is_wordpress=error.status in REFUSALS)
        notes = (f"{address}: {error.why}", *site.notes)
        return replace(site, address=address, notes=notes, is_refused=error.status in REFUSALS)
    text = decode_text(page.body, page.content_type)
    if _FEED_BEGINS.match(text[:5_000]) or _JSON_FEED.match(text[:5_000]):
        kind, title = "govuk" if _is_govuk(page.url) else "feed", _FEED_TITLE.search(text[:5_000])
        label = clean_title(title[1]) if title else ""
        proposal = Proposal(kind=kind, url=page.url, why="it is a feed itself", label=label)
        return Discovery(address=page.url, proposals=(proposal,))
    if is_document(page.body):
        return Discovery(address=page.url, notes=("it is a file: name the page that links to it",))
    return (yield from _search_page(page, text, today))


def _search_page(page: Response, text: str, today: date) -> Search:
    soup = html_soup(page.body, page.content_type)
    publisher, title = page_hints.find_names(soup)
    doubt = region_of_soup(soup).doubt
    proposals = list(_govuk_proposals(page.url, soup) if _is_govuk(page.url) else _feed_proposals(page.url, soup))
    notes = [f"{page.url}: {doubt}"] if doubt else []
    if not _is_govuk(page.url):
        root, types = page_hints.find_rest_root(soup, page.url), tuple(page_hints.find_post_types(soup, page.url))
        is_wordpress = page_hints.is_made_by_wordpress(text)
        site = yield from _search_site(root, types, is_wordpress=is_wordpress or bool(doubt))
        named = {proposal.url for proposal in proposals}
        proposals += [proposal for proposal in site.proposals if proposal.kind != "feed" or proposal.url not in named]
        notes += site.notes
        listed = find_rows(soup, today)
        if listed.rows and not doubt:
            count = len(listed.rows)
            why = f"the page lists {count} headlines with dates, alike in their structure"
            proposals.append(Proposal(kind="listing", url=page.url, why=why, label=title))
        elif listed.why:
            notes.append(f"no list on the page: {listed.why}")
        if not doubt:
            why = "the page itself, watched for every change of its text"
            proposals.append(Proposal(kind="page", url=page.url, why=why, label=title, is_whole_page=True))
    return Discovery(
        address=page.url,
        proposals=tuple(proposals),
        publisher=publisher,
        title=title,
        links=page_hints.find_links(soup, page.url),
        notes=tuple(notes),
        is_refused=bool(doubt),
    )


def _is_govuk(url: str) -> bool:
    return (urlsplit(url).hostname or "") == GOVUK_HOST


def _feed_proposals(base: str, soup: BeautifulSoup) -> Iterator[Proposal]:
    for feed in page_hints.find_feeds(soup, base):
        yield Proposal(kind="feed", url=feed.url, why="the page names this feed", label=feed.label)


def _govuk_proposals(base: str, soup: BeautifulSoup) -> Iterator[Proposal]:
    """The Atom feeds that a page of GOV.UK names; and the page itself, whose change notes are followed."""
    named = {feed.url: feed.label for feed in page_hints.find_feeds(soup, base)}
    path, _, query = base.partition("?")
    if not named and _GOVUK_LIST.search(path):
        named = {f"{path}.atom{'?' + query if query else ''}": ""}
    for url, label in named.items():
        yield Proposal(kind="govuk", url=url, why="GOV.UK has this feed of the page", label=label)
    why = "a page of GOV.UK: its change notes, from the Content API"
    yield Proposal(kind="govuk", url=base, why=why, is_whole_page=True)


# --- WordPress, and what robots.txt names --------------------------------------------------------------------------


def _search_site(root: str, types_on_page: tuple[str, ...], *, is_wordpress: bool) -> Search:
    """What REST has, or the feeds where it is refused and WordPress is there or may be; and the sitemaps."""
    notes: list[str] = []
    try:
        types = read_object((yield Request(url=urljoin(root, "wp-json/wp/v2/types"))).body)
        proposals = list(_type_proposals(root, types))
    except (NotFetched, NotParsed) as error:
        is_wordpress = is_wordpress or (isinstance(error, NotFetched) and error.status in REFUSALS)  # it is there
        proposals = list(_refused_proposals(root, types_on_page)) if is_wordpress else []
        notes += [f"WordPress' REST interface: {error.why}"] if is_wordpress else []
    try:
        robots = yield Request(url=urljoin(root, "/robots.txt"))
    except NotFetched:
        return Discovery(address=root, proposals=tuple(proposals), notes=tuple(notes))
    for sitemap in _SITEMAP.findall(decode_text(robots.body, robots.content_type))[:MAX_SITEMAPS]:
        url = clean_link(sitemap, root)
        notes += [f"this site has a sitemap at {url}; no kind reads it yet"] if url else []
    return Discovery(address=root, proposals=tuple(proposals), notes=tuple(notes))


def _type_proposals(root: str, types: Json) -> Iterator[Proposal]:
    """The public post types, posts first and pages last; attachments, menus, blocks and templates are none."""
    named = {name: object_of(described) for name, described in types.items() if not _NO_ANNOUNCEMENTS.match(name)}
    public = [name for name, described in named.items() if described.get("rest_base")]
    public.sort(key=lambda name: (name == "page", name != "post"))
    for name in public[:MAX_TYPES]:
        label = clean_title(str(named[name].get("name") or name))
        yield _wordpress(root, name, f"WordPress publishes “{label}” here (type {clean_title(name)})", label)


def _refused_proposals(root: str, types_on_page: tuple[str, ...]) -> Iterator[Proposal]:
    """The general feed, and those of the types that the page shows: the kind compares them with the general one."""
    yield Proposal(kind="feed", url=urljoin(root, "feed/"), why="the general feed of WordPress")
    for name in types_on_page:
        yield _wordpress(root, name, f"the page shows posts of the type {name}", name)


def _wordpress(root: str, name: str, why: str, label: str) -> Proposal:
    return Proposal(
        kind="wordpress", url=root, why=why, label=label, options={"type": (name,)}, is_whole_page=name == "page"
    )
