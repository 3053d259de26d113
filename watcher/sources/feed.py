"""RSS, RDF, Atom and JSON Feed (jsonfeed.org version 1.1)."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import feedparser

from watcher.core.pages.parse_cost import MAX_COMMENTS
from watcher.errors import NotParsed
from watcher.model import Item, ParseResult, Precision, Published, Response
from watcher.sources.base import Source

MAX_ITEMS = 2_000
_CLOSED = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>\s*(?:<!--.{0,2000}?-->\s*)*$", re.IGNORECASE | re.DOTALL)
_MINUTES = re.compile(r"^[1-9][0-9]{0,3}$")


@dataclass(frozen=True, kw_only=True)
class Feed(Source):
    """A feed. It has no options beyond those of every source."""

    def parse(self, page: Response) -> ParseResult:
        """The Items of a feed; a login page, an empty body or any other document is an error, never "no news"."""
        body = page.body.lstrip(b"\xef\xbb\xbf \t\r\n\x00")
        if not body:
            raise NotParsed("the answer is empty")
        if body.startswith(b"{"):
            return self._json_feed(body, page.url)
        return self._xml_feed(page.body if page.body[:2] in {b"\xff\xfe", b"\xfe\xff"} else body, page.url)

    def _xml_feed(self, body: bytes, base: str) -> ParseResult:
        if b"<!DOCTYPE" in body and b"<!ENTITY" in body:  # anywhere: a long comment may stand before them
            raise NotParsed("the feed declares entities of its own, which no honest feed does")
        if body.count(b"<!--") > MAX_COMMENTS:  # feedparser takes more than 30 s over 100,000 of them
            raise NotParsed(f"the feed holds more than {MAX_COMMENTS} comment marks")
        parsed = self._parsed(body)
        if not parsed.get("version"):
            raise NotParsed("this is not a feed; perhaps a login or error page")
        entries = list(parsed.entries)
        problems = [f"the feed is damaged: {parsed.bozo_exception}"[:200]] if parsed.bozo else []
        cut = (
            not _CLOSED.search(body[-4_000:])
            and body[:2] not in {b"\xff\xfe", b"\xfe\xff"}
            and b"\x00" not in body[:64]
        )
        if parsed.bozo and entries and not _finished(entries[-1]):
            entries.pop()  # half read: without id and date it would come again under another identity
        reading = self._items(self._item, entries, base, *problems)
        return replace(reading, partial=cut, ttl=_ttl(parsed.feed))

    def _parsed(self, body: bytes) -> Any:
        try:
            # BytesIO, always: given bytes or str, feedparser opens files and addresses that the body names.
            return feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
        except Exception as error:  # it raises on odd XML declarations and mangled mixes of formats
            raise NotParsed(f"the feed reader failed: {type(error).__name__}") from error

    def _items(
        self, read: Callable[[Any, str], tuple[Item | None, str]], entries: list[Any], base: str, *problems: str
    ) -> ParseResult:
        if len(entries) > MAX_ITEMS:
            problems = (*problems, f"the feed holds {len(entries):,} items; the first {MAX_ITEMS:,} are read")
        found, poison = self.read_each(entries[:MAX_ITEMS], lambda entry: read(entry, base))
        return self.make_result(found, base, poison, problems)

    def _item(self, entry: Any, base: str) -> tuple[Item | None, str]:
        """The Item, and its link as it was written."""
        if str(entry.get("id", "")).endswith("/feed-ended"):
            raise NotParsed("the publisher says that this feed has ended; find its new address")
        link = _text(entry, "link")
        item = self.make_item(
            title=_headline(entry),
            url=link,
            base=base,
            summary=_summary(entry),
            guid=_text(entry, "id"),
            published=self._published(entry),
        )
        return item, link

    def _published(self, entry: Any) -> Published:
        """The first date that can be read; a broken one does not hide a good one."""
        literals = [_text(entry, name) for name in ("published", "updated", "created")]
        readings = [self.read_date(literal) for literal in literals if literal]
        dated = (reading for reading in readings if reading.precision is not Precision.NONE)
        return next(dated, readings[0] if readings else Published())

    def _json_feed(self, body: bytes, base: str) -> ParseResult:
        try:
            feed = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise NotParsed("the answer begins like JSON and cannot be read") from error
        entries = feed.get("items")
        if "jsonfeed.org/version" not in str(feed.get("version")) or not isinstance(entries, list):
            raise NotParsed("this JSON is not a JSON Feed")
        return self._items(self._json_item, [entry for entry in entries if isinstance(entry, dict)], base)

    def _json_item(self, entry: dict[str, Any], base: str) -> tuple[Item | None, str]:
        summary = entry.get("summary") or entry.get("content_text") or entry.get("content_html") or ""
        link = str(entry.get("url") or entry.get("external_url") or "")
        item = self.make_item(
            title=str(entry.get("title") or summary),
            url=link,
            base=base,
            summary=str(summary),
            guid=str(entry.get("id") or ""),
            published=self.read_date(str(entry.get("date_published") or entry.get("date_modified") or "")),
        )
        return item, link


def _headline(entry: Any) -> str:
    """The title without GOV.UK's "Press release: ", which its organisation feeds put before it and into a category."""
    title, summary = _text(entry, "title"), _text(entry, "summary")
    for tag in entry.get("tags") or ():
        label = tag.get("label") or tag.get("term") or ""
        if label and title.startswith(f"{label}: "):
            return title[len(label) + 2 :]
    return title or summary[:200]


def _text(entry: Any, name: str) -> str:
    value = dict.get(entry, name)  # feedparser's own get() invents `updated` from `published`, with a warning
    return value if isinstance(value, str) else ""


def _summary(entry: Any) -> str:
    """The description; else the start of an Atom entry's content."""
    contents: list[dict[str, str]] = dict.get(entry, "content") or [{}]
    return _text(entry, "summary") or contents[0].get("value", "")


def _finished(entry: Any) -> bool:
    return bool(entry.get("id") or entry.get("published") or entry.get("updated"))


def _ttl(channel: Any) -> timedelta | None:
    """RSS 2.0 <ttl>: minutes between looks that the publisher asks for."""
    literal = str(channel.get("ttl", "")).strip()
    return timedelta(minutes=int(literal)) if _MINUTES.match(literal) else None
