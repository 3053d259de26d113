"""Stories as feeds, pure: Atom (RFC 4287) and JSON Feed 1.1 from values. One entry a Story, however often it changes.

All text of publishers is inert: lxml and json escape it, and only addresses that lead to the web become links.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from lxml import etree

from watcher.core.language.format import format_moment
from watcher.core.language.text import printable
from watcher.core.wording.labels import INDEPENDENT, LABELS, SITE_NAME
from watcher.core.wording.status_wording import STATUS_WORDS
from watcher.model import Paragraph, Status
from watcher.reports.icalendar import uri

ALL_TOPICS = "all"
ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED = "https://jsonfeed.org/version/1.1"
_TAG_YEAR = 2026  # in which these ids began (RFC 4151); it never changes
_NEVER = datetime(_TAG_YEAR, 1, 1, tzinfo=UTC)  # a feed must say when it was updated, also one without a Story


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStory:
    """A Story in a feed: its headline, its essence as of its last change, and when (UTC) it was first seen and changed.

    `publisher`: whose text the essence is. `topics`: names of Topics by their ids.
    """

    id: str
    title: str
    status: Status
    essence: Paragraph
    publisher: str
    first_seen_at: datetime
    changed_at: datetime
    topics: Mapping[str, str]

    @property
    def titled(self) -> str:
        """The headline behind one word for the Status, which is all that many readers show."""
        return f"{STATUS_WORDS[self.status].partition(',')[0]}: {printable(self.title).strip()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFeed:
    """The Stories of a feed, the one that changed last first. `topic`: the id of its Topic, "" for all.

    `base`: the address of the pages, without a slash at its end. `is_settled`: only those that are or were official.
    """

    base: str
    topic: str
    topic_name: str
    is_settled: bool
    stories: tuple[FeedStory, ...]

    @property
    def path(self) -> str:
        """Its path, without the ending that names its form."""
        return f"/feeds/{quote(self.topic or ALL_TOPICS)}{'/official' if self.is_settled else ''}"

    @property
    def name(self) -> str:
        """What readers call it."""
        about = self.topic_name or "all topics"
        return f"{SITE_NAME}: {printable(about)}{', only what is official' if self.is_settled else ''}"

    @property
    def page(self) -> str:
        """Where people read the same."""
        return f"{self.base}/topics/{quote(self.topic)}" if self.topic else f"{self.base}/stories"

    @property
    def changed_at(self) -> datetime | None:
        """When (UTC) a Story in it changed last; None for no Story."""
        return max((story.changed_at for story in self.stories), default=None)

    def page_of(self, story: FeedStory) -> str:
        """Where a Story has its page."""
        return f"{self.base}/stories/{story.id}"

    def tag(self, *parts: str) -> str:
        """An id that stays whatever becomes of our addresses (RFC 4151)."""
        return f"tag:{urlsplit(self.base).hostname},{_TAG_YEAR}:{'/'.join(parts)}"


# --- Atom ---------------------------------------------------------------------------------------------------------


def write_atom(feed: StoryFeed) -> bytes:
    """The feed as an Atom document in UTF-8."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item] # the stub has no default namespace
    _add(root, "id", feed.tag("feed", feed.path.removeprefix("/feeds/")))
    _add(root, "title", feed.name)
    _add(root, "subtitle", INDEPENDENT)
    _add(root, "updated", format_utc(feed.changed_at or _NEVER))
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{feed.base}{feed.path}.atom")
    _add(root, "link", rel="alternate", type="text/html", href=feed.page)
    _add(root, "icon", f"{feed.base}/static/icon.svg")
    _add(_add(root, "author"), "name", SITE_NAME)
    for story in feed.stories:
        _add_story(root, feed, story)
    document: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return document


def _add_story(root: etree._Element, feed: StoryFeed, story: FeedStory) -> None:
    node = _add(root, "entry")
    source = uri(story.essence.url)
    _add(node, "id", feed.tag("story", story.id))
    _add(node, "title", story.titled)
    _add(node, "published", format_utc(story.first_seen_at))
    _add(node, "updated", format_utc(story.changed_at))
    _add(node, "link", rel="alternate", type="text/html", href=feed.page_of(story))
    if source:
        _add(node, "link", rel="via", href=source)
    _add(_add(node, "author"), "name", printable(story.publisher))
    for topic, name in story.topics.items():
        _add(node, "category", term=topic, label=printable(name))
    _add(node, "content", write_html(feed, story), type="html")


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    node = etree.SubElement(parent, f"{{{ATOM}}}{name}", attrib=attributes)
    node.text = text or None
    return node


# --- JSON Feed ----------------------------------------------------------------------------------------------------


def write_json_feed(feed: StoryFeed) -> bytes:
    """The feed as JSON Feed 1.1 in UTF-8; `_watcher` holds what that has no name for."""
    document = {
        "version": JSON_FEED,
        "title": feed.name,
        "home_page_url": feed.page,
        "feed_url": f"{feed.base}{feed.path}.json",
        "description": INDEPENDENT,
        "icon": f"{feed.base}/static/icon.svg",
        "language": "en-GB",
        "authors": [{"name": SITE_NAME}],
        "items": [_describe_story(feed, story) for story in feed.stories],
    }
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


def _describe_story(feed: StoryFeed, story: FeedStory) -> dict[str, Any]:
    source = uri(story.essence.url)
    return {
        "id": feed.tag("story", story.id),
        "url": feed.page_of(story),
        **({"external_url": source} if source else {}),
        "title": story.titled,
        "content_html": write_html(feed, story),
        "summary": "; ".join(_essence_lines(story.essence)) or printable(story.essence.status),
        "date_published": format_utc(story.first_seen_at),
        "date_modified": format_utc(story.changed_at),
        "authors": [{"name": printable(story.publisher)}],
        "tags": [printable(name) for name in story.topics.values()],
        "_watcher": {
            "about": f"{feed.base}/api",
            "story": story.id,
            "status": str(story.status),
            "topics": list(story.topics),
        },
    }


# --- what is read -------------------------------------------------------------------------------------------------


def write_html(feed: StoryFeed, story: FeedStory) -> str:
    """The essence as HTML: status, facts, the sentence that they rest on, its source, and where there is more."""
    essence, source = story.essence, uri(story.essence.url)
    root = etree.Element("div")
    _put(_put(root, "p"), "strong", essence.status)
    if printable(essence.title).strip() != printable(story.title).strip():
        _put(root, "p", essence.title)
    lines = list(_essence_lines(essence))
    facts = _put(root, "ul") if lines else root
    for line in lines:
        _put(facts, "li", line)
    if essence.quotation:
        _put(_put(root, "blockquote"), "p", essence.quotation)
    teller = _put(root, "p", f"{essence.source}. " if essence.source else "")
    if source:
        _put(teller, "a", f"Read it at {urlsplit(source).hostname}", href=source)
    more = _put(root, "p", f"As of {format_moment(story.changed_at)}. ")
    _put(more, "a", "All that is known of it now", href=feed.page_of(story))
    document: str = etree.tostring(root, encoding="unicode", method="html")
    return document


def _essence_lines(essence: Paragraph) -> Iterator[str]:
    yield from (printable(f"{LABELS[kind]}: {words}") for kind, words in essence.lines)


def _put(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    node = etree.SubElement(parent, name, attrib=attributes)
    node.text = printable(text) or None
    return node


def format_utc(moment: datetime) -> str:
    """A moment to the second as RFC 3339 writes it: 2026-11-27T09:00:00Z."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
