"""RSS, RDF, Atom and JSON Feed (jsonfeed.org version 1.1)."""

import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice, zip_longest
from typing import Any

from watcher.core.decoding.parse_cost import MAX_COMMENTS
from watcher.core.decoding.plain_feed import ReadFeed, read_plain_feed
from watcher.core.decoding.text_encoding import decode_text
from watcher.core.decoding.xml_repair import mend_xml
from watcher.core.language.dates import latest_moment
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.urls import clean_link, public_link
from watcher.errors import NotParsed
from watcher.model import UNDATED, Item, ParseResult, Precision, Published, Response
from watcher.sources.base import ElementReader, Source

MAX_ITEMS = 2_000
_CLOSING_TAG = lazy_regex(r"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_ITEM_BEGINS = lazy_regex(r"<(?:\w+:)?(?:item|entry)\b", re.IGNORECASE)
_ITEM_ENDS = lazy_regex(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_MINUTES = lazy_regex(r"^[1-9][0-9]{0,3}$")


@dataclass(frozen=True, kw_only=True)
class Feed(Source):
    """A feed. It has no options beyond those of every source."""

    @property
    def general_address(self) -> str:
        """WordPress serves its general feed for a `post_type` that it does not know."""
        address, _, query = self.url.partition("?")
        return address if "post_type=" in query else ""

    def parse(self, response: Response) -> ParseResult:
        """The Items of a feed. Raises NotParsed for a login page, an empty body or any other document."""
        body = decode_text(response.body, response.content_type).strip("\ufeff \t\r\n\x00")
        if not body:
            raise NotParsed("the answer is empty")
        return (self._parse_json_feed if body.startswith("{") else self._parse_xml_feed)(body, response.url)

    def _parse_xml_feed(self, body: str, base: str) -> ParseResult:
        if "<!DOCTYPE" in body and "<!ENTITY" in body:  # anywhere: a long comment may stand before them
            raise NotParsed("the feed declares entities of its own, which no honest feed does")
        if body.count("<!--") > MAX_COMMENTS:  # feedparser takes more than 30 s over 100,000 of them
            raise NotParsed(f"the feed holds more than {MAX_COMMENTS} comment marks")
        body = mend_xml(body)
        feed = read_plain_feed(body) or self._run_feedparser(body)
        if not feed.version:
            raise NotParsed("this is not a feed; perhaps a login or error page")
        elements = list(feed.elements)
        problems = ["the feed is damaged; what could be read of it is read"] if feed.is_damaged else []
        last_item = body[_position_of_last(_ITEM_BEGINS, body) :]
        is_cut_off = not _CLOSING_TAG.search(last_item)
        is_half_read = is_cut_off and feed.is_damaged and not _ITEM_ENDS.search(last_item)
        if is_half_read and elements and not _has_id_or_date(elements[-1]):
            elements.pop()  # without id and date it would come again under another identity
        home = public_link(_get_text(feed.head, "link"), base)
        reader = ElementReader(partial(self._read_xml_item, home=home), self._find_published)
        result = self._read_elements(reader, elements, base, problems)
        return replace(result, partial=is_cut_off, ttl=_read_ttl(feed.head))

    def _run_feedparser(self, body: str) -> ReadFeed:
        """What feedparser makes of any other feed. Raises NotParsed where feedparser raises."""
        import feedparser

        try:
            # BytesIO, always: given bytes or str, feedparser opens files and addresses that the body names.
            answer = io.BytesIO(body.encode("utf-8", "replace"))
            feed = feedparser.parse(answer, sanitize_html=False, resolve_relative_uris=False)
        except Exception as error:  # it raises on odd XML declarations and mangled mixes of formats
            raise NotParsed(f"the feed reader failed: {type(error).__name__}") from error
        version = str(feed.get("version", ""))
        return ReadFeed(version=version, elements=feed.entries, head=feed.feed, is_damaged=bool(feed.bozo))

    def _read_elements(
        self, reader: ElementReader, elements: Sequence[Any], base: str, problems: Iterable[str] = ()
    ) -> ParseResult:
        """The ParseResult of the newest MAX_ITEMS of `elements`, each read against `base`."""
        if len(elements) > MAX_ITEMS:
            problems = (*problems, f"the feed holds {len(elements):,} items; the newest {MAX_ITEMS:,} are read")
            elements = _newest(elements, reader.published)
        items_and_links, quarantined = self.read_each(elements, lambda element: reader.item(element, base))
        return self.make_result(items_and_links, base, quarantined, problems)

    def _read_xml_item(self, entry: Any, base: str, home: str) -> tuple[Item | None, str]:
        """The Item of an RSS item or Atom entry, and its link as it was written; without one it leads to `home`.

        An RSS guid is a link unless it says otherwise; many that say nothing are no address ("PCSE-1042").
        """
        if str(entry.get("id", "")).endswith("/feed-ended"):
            link = _get_text(entry, "link")
            place = public_link(link, base) if link != _get_text(entry, "id") else ""
            where = f"it points to {place}" if place else "find its new address"
            raise NotParsed(f"the publisher says that this feed has ended; {where}")
        link = _get_text(entry, "link")
        link = "" if link == _get_text(entry, "id") and not clean_link(link) else link
        item = self.make_item(
            title=_find_headline(entry),
            url=link,
            base=base,
            summary=_find_summary(entry),
            guid=_get_text(entry, "id"),
            published=self._find_published(entry),
        )
        if item is None:
            return None, link
        url = item.url if link.strip() or not home else home
        updated_at = self._find_update(entry)
        is_whole = url == item.url and updated_at is None
        return item if is_whole else replace(item, url=url, updated_at=updated_at), link

    def _find_update(self, entry: Any) -> datetime | None:
        """When an entry that has a date of publication was last changed in a way that matters (RFC 4287, 4.2.15)."""
        literals = [_get_text(entry, name) for name in ("published", "updated")]
        updated = self.read_date(literals[1]) if all(literals) else UNDATED
        return updated.at if updated.precision is Precision.SECOND else None

    def _find_published(self, entry: Any) -> Published:
        """The first date that can be read; a broken one does not hide a good one."""
        literals = [_get_text(entry, name) for name in ("published", "updated", "created")]
        first = UNDATED
        for literal in filter(None, literals):
            published = self.read_date(literal)
            if published.precision is not Precision.NONE:
                return published
            first = published if first is UNDATED else first
        return first

    def _parse_json_feed(self, body: str, base: str) -> ParseResult:
        try:
            feed = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise NotParsed("the answer begins like JSON and cannot be read") from error
        elements = feed.get("items")
        if "jsonfeed.org/version" not in str(feed.get("version")) or not isinstance(elements, list):
            raise NotParsed("this JSON is not a JSON Feed")
        objects = [element for element in elements if isinstance(element, dict)]
        return self._read_elements(ElementReader(self._read_json_item, self._find_json_date), objects, base)

    def _read_json_item(self, entry: dict[str, Any], base: str) -> tuple[Item | None, str]:
        """The Item of a JSON Feed item, and its link as it was written."""
        summary = entry.get("summary") or entry.get("content_text") or entry.get("content_html") or ""
        link = str(entry.get("url") or entry.get("external_url") or "")
        item = self.make_item(
            title=str(entry.get("title") or summary),
            url=link,
            base=base,
            summary=str(summary),
            guid=str(entry.get("id") or ""),
            published=self._find_json_date(entry),
        )
        return item, link

    def _find_json_date(self, entry: dict[str, Any]) -> Published:
        return self.read_date(str(entry.get("date_published") or entry.get("date_modified") or ""))


def _position_of_last(pattern: re.Pattern[str], text: str) -> int:
    """Where the last match begins; 0 when there is none."""
    return max((match.start() for match in pattern.finditer(text)), default=0)


def _newest(elements: Sequence[Any], published: Callable[[Any], Published]) -> list[Any]:
    """MAX_ITEMS of `elements` in their order: the newest by date, and in turn with them the undated at the two ends.

    A feed may be sorted either way; where nothing is dated, what is new stands at one of its ends.
    """
    moments = [latest_moment(published(element)) for element in elements]
    numbers, middle = range(len(elements)), len(elements) / 2
    dated = sorted((number for number in numbers if moments[number]), key=lambda number: moments[number], reverse=True)  # type: ignore[arg-type,return-value]
    undated = sorted(set(numbers) - set(dated), key=lambda number: abs(number - middle), reverse=True)
    in_turn = (number for pair in zip_longest(dated, undated) for number in pair if number is not None)
    return [elements[number] for number in sorted(islice(in_turn, MAX_ITEMS))]


def _find_headline(entry: Any) -> str:
    """The title without GOV.UK's "Press release: ", which its organisation feeds put before it and into a category."""
    title, summary = _get_text(entry, "title"), _get_text(entry, "summary")
    for tag in entry.get("tags") or ():
        label = tag.get("label") or tag.get("term") or ""
        if label and title.startswith(f"{label}: "):
            return title[len(label) + 2 :]
    return title or summary[:200]


def _get_text(entry: Any, name: str) -> str:
    """The string under `name`; "" when there is none."""
    text = dict.get(entry, name)  # feedparser's own get() invents `updated` from `published`, with a warning
    return text if isinstance(text, str) else ""


def _find_summary(entry: Any) -> str:
    """The description; without one, the content of an Atom entry."""
    contents: list[dict[str, str]] = dict.get(entry, "content") or [{}]
    return _get_text(entry, "summary") or contents[0].get("value", "")


def _has_id_or_date(entry: Any) -> bool:
    return bool(entry.get("id") or entry.get("published") or entry.get("updated"))


def _read_ttl(channel: Any) -> timedelta | None:
    """RSS 2.0 <ttl>: the minutes between polls that the publisher asks for; None when it asks for none."""
    literal = str(channel.get("ttl", "")).strip()
    return timedelta(minutes=int(literal)) if _MINUTES.match(literal) else None
