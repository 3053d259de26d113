"""What a page says of its site: its feeds, its names, where it leads, and whether WordPress made it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import clean_title
from watcher.core.language.urls import canonical_url, clean_link

MAX_FEEDS, MAX_LINKS, MAX_TYPES = 4, 2_000, 3
_FEED_TYPE = lazy_regex(r"^application/(?:(?:rss|atom|rdf)\+xml|feed\+json)\b", re.IGNORECASE)
_FEED_PATH = lazy_regex(r"(?:\.(?:rss|atom)|/(?:feed|rss)/?|/(?:rss|feed|atom|index)\.xml)$", re.IGNORECASE)
_OF_COMMENTS = lazy_regex(r"/comments/|comments?\s+feed", re.IGNORECASE)
_MADE_BY_WORDPRESS = lazy_regex(r"/wp-(?:content|includes|json)/|content=[\"']WordPress", re.IGNORECASE)
_TYPE_CLASS = lazy_regex(r"^type-([a-z0-9_-]{1,20})$")  # post_class() of WordPress: a post type has 20 letters at most
_BETWEEN_TITLES = lazy_regex(r"\s+[|–—»·-]\s+")
_GENERAL_TYPES = frozenset({"post", "page", "attachment"})


@dataclass(frozen=True, slots=True)
class LinkedFeed:
    """A feed that a page names, and what it calls it."""

    url: str
    label: str


def find_feeds(soup: BeautifulSoup, base: str) -> list[LinkedFeed]:
    """The feeds that the page names in its head, then those that its links lead to; never those of comments."""
    feeds: dict[str, LinkedFeed] = {}
    for tag, label in (*_alternates(soup), *_feed_links(soup)):
        url = clean_link(str(tag.get("href") or ""), base)
        if url and not _OF_COMMENTS.search(f"{urlsplit(url).path} {label}"):
            feeds.setdefault(canonical_url(url), LinkedFeed(url, clean_title(label)))
    return list(feeds.values())[:MAX_FEEDS]


def _alternates(soup: BeautifulSoup) -> Iterator[tuple[Tag, str]]:
    for tag in soup.select("link[rel~=alternate][href][type]"):
        if _FEED_TYPE.match(str(tag["type"]).strip()):
            yield tag, str(tag.get("title") or "")


def _feed_links(soup: BeautifulSoup) -> Iterator[tuple[Tag, str]]:
    for tag in soup.select("a[href]", limit=MAX_LINKS):
        if _FEED_PATH.search(str(tag["href"]).partition("?")[0]):
            yield tag, tag.get_text(" ", strip=True)


def find_links(soup: BeautifulSoup, base: str) -> frozenset[str]:
    """The canonical addresses that the page leads to."""
    addresses = (clean_link(str(tag["href"]), base) for tag in soup.select("a[href]", limit=MAX_LINKS))
    return frozenset(canonical_url(address) for address in addresses if address)


def find_names(soup: BeautifulSoup) -> tuple[str, str]:
    """The publisher and the title of a page, as it says; "" for what it does not say.

    Without og:site_name the publisher is the last part of <title>: "News | Example ICB".
    """
    site = soup.select_one("meta[property='og:site_name'][content]")
    publisher = clean_title(str(site["content"])) if site else ""
    heading = soup.select_one("main h1") or soup.find("h1")
    parts = _BETWEEN_TITLES.split(clean_title(soup.title.get_text(" "))) if soup.title else []
    title = clean_title(heading.get_text(" ")) if isinstance(heading, Tag) else ""
    return publisher or (parts[-1] if len(parts) > 1 else ""), title or (parts[0] if parts else "")


def is_made_by_wordpress(body: str) -> bool:
    """Whether a page says that WordPress made it, by the addresses of its files."""
    return bool(_MADE_BY_WORDPRESS.search(body))


def find_rest_root(soup: BeautifulSoup, base: str) -> str:
    """The root of the WordPress site that a page belongs to: as its REST link on this host says, else the host."""
    link = soup.select_one("link[rel='https://api.w.org/'][href]")
    rest = clean_link(str(link["href"]), base) if link else ""
    root = urljoin(base, "/")
    return rest.partition("wp-json/")[0] if rest.startswith(root) and "wp-json/" in rest else root


def find_post_types(soup: BeautifulSoup, base: str) -> list[str]:
    """The post types that a WordPress page may list, by the classes of its articles, else by how its path begins.

    Not those that every site has.
    """
    classes = (
        name for tag in soup.select("[class*=type-]", limit=MAX_LINKS) for name in tag.get_attribute_list("class")
    )
    matches = (_TYPE_CLASS.match(str(name)) for name in classes)
    types = dict.fromkeys(match[1] for match in matches if match)
    path = _TYPE_CLASS.match(f"type-{urlsplit(base).path.strip('/').partition('/')[0]}")
    types = types or ({path[1]: None} if path else {})
    return [name for name in types if name not in _GENERAL_TYPES][:MAX_TYPES]
