"""GOV.UK: its Atom feeds in both dialects, its Search API and, for one page, the change notes of its Content API.

Read from alphagov/finder-frontend, alphagov/collections (Atom), alphagov/search-api (docs/using-the-search-api.md) and
alphagov/publishing-api (content_schemas). `updated_at` is never read: it moves without any public change.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from watcher.core.decoding.json_answers import object_of, objects_of, read_object
from watcher.core.language import text
from watcher.core.language.urls import canonical_url, clean_link
from watcher.core.pages.main_text import fragment_text
from watcher.errors import NotParsed
from watcher.model import Item, ParseResult, Published, Request, Response
from watcher.sources.base import ElementReader
from watcher.sources.feed import Feed

_CONTENT_PATH, _SEARCH_PATH = "/api/content", "/api/search.json"
MAX_NOTE_DISTANCE = timedelta(minutes=1)  # between a change note and the stamp of the update that it is about
_WITHDRAWN = "withdrawn by its notice"  # marks our own note among the publisher's


@dataclass(frozen=True, kw_only=True)
class Govuk(Feed):
    """GOV.UK. `url` is an .atom address, a Search API address, or the address of any page, whose history we follow."""

    # <updated> of its feeds and `public_timestamp` of its Search API move with major updates only (publishing-api,
    # docs/model.md, "update_type"); GOV.UK's own e-mails go out at the same moment.
    trusts_stamps: ClassVar[bool] = True

    @property
    def address(self) -> str:
        """The address that is asked: of a page, the Content API's, which gives the same text without boilerplate."""
        return self._make_api_address(self.url)

    def parse(self, response: Response) -> ParseResult:
        """The Items of a feed, of search results or of a page's history, by the address that was asked."""
        path = urlsplit(self.address).path
        if path.endswith(".atom"):
            return super().parse(response)
        content = read_object(response.body)
        if path.endswith(_SEARCH_PATH):
            return self._read_search_results(content, response.url)
        return self._read_history(content, response.url)

    def page_request(self, item: Item) -> Request:
        """A GET of an Item's text from the Content API."""
        return Request(url=self._make_api_address(item.url), headers=self.headers_for(item.url))

    def read_item(self, item: Item, response: Response) -> Item:
        """`item` with the body of its page and its latest change note, and withdrawn when the page is."""
        content = read_object(response.body)
        details = _get_details(content)
        notes = sorted(objects_of(details.get("change_history")), key=self._read_moment)[1:]  # the first is no change
        is_this = notes and item.stamp and abs(self._read_moment(notes[-1]) - item.stamp) <= MAX_NOTE_DISTANCE
        note = text.clean(str(notes[-1].get("note") or "")) if is_this else ""
        body = fragment_text(str(details.get("body") or ""))
        return replace(item, text=body, change_note=note, withdrawn=bool(content.get("withdrawn_notice")))

    def _make_api_address(self, url: str) -> str:
        """`url` where it is a feed or an API already, else the Content API's address of that page."""
        parts = urlsplit(url)
        if parts.path.startswith("/api/") or parts.path.endswith(".atom"):
            return url
        return urljoin(url, _CONTENT_PATH + parts.path)

    def _read_search_results(self, content: dict[str, Any], base: str) -> ParseResult:
        results = content.get("results")
        if not isinstance(results, list):
            raise NotParsed("the Search API answered without results")
        reader = ElementReader(self._read_search_result, self._find_search_date)
        return self._read_elements(reader, objects_of(results), base)

    def _read_search_result(self, result: dict[str, Any], base: str) -> tuple[Item | None, str]:
        """The Item of a search result, and its link as it was written."""
        link = str(result.get("link") or result.get("_id") or "")
        item = self.make_item(
            title=str(result.get("title") or ""),
            url=link,
            base=base,
            summary=str(result.get("description") or ""),
            guid=str(result.get("content_id") or ""),
            published=self._find_search_date(result),
        )
        return item, link

    def _find_search_date(self, result: dict[str, Any]) -> Published:
        return self.read_date(str(result.get("public_timestamp") or ""))

    def _read_history(self, content: dict[str, Any], base: str) -> ParseResult:
        """One Item for each change note: news arrives here as a note on a page that is years old."""
        if not isinstance(content.get("base_path"), str) or "document_type" not in content:
            raise NotParsed("the answer is not of GOV.UK's Content API")
        kind = str(content["document_type"])
        if kind in {"gone", "vanish"}:
            why = str(_get_details(content).get("explanation") or "")
            return self._read_ending(content, base, "This page is gone", why)
        if kind == "redirect":
            redirects = objects_of(content.get("redirects"))
            targets = [str(redirect.get("destination")) for redirect in redirects] or ["another page"]
            return self._read_ending(content, base, "This page moved", f"It now leads to {targets[0]}")
        notes = objects_of(_get_details(content).get("change_history")) or [_make_only_note(content)]
        newest_first = [*_make_withdrawal_notes(content), *sorted(notes, key=self._read_moment, reverse=True)]
        items, quarantined = self.read_each(newest_first, lambda note: (self._read_note(content, base, note), ""))
        return self.make_result(items, base, quarantined)

    def _read_moment(self, note: dict[str, Any]) -> datetime:
        """When a note was added (UTC); its literals mix zones, so they do not sort as words."""
        return self.read_date(str(note.get("public_timestamp") or "")).at or datetime.min.replace(tzinfo=UTC)

    def _read_note(self, content: dict[str, Any], base: str, note: dict[str, Any]) -> Item | None:
        """The Item of one change note; None when the page has no title. Its identity ends in the note's moment."""
        address = clean_link(content["base_path"], base)
        title, words = str(content.get("title") or ""), str(note.get("note") or "")
        item = self.make_item(
            title=title if words in {"", "First published."} else f"{title}: {words}",  # the note is the news
            url=address,
            base=base,
            summary=str(content.get("description") or ""),
            published=self.read_date(str(note.get("public_timestamp") or "")),
        )
        if not item:
            return None
        body = fragment_text(str(_get_details(content).get("body") or "")) if not words else ""
        withdrawn = bool(note.get(_WITHDRAWN))
        at = item.published.at
        mark = "withdrawn" if withdrawn else at.isoformat() if at else "undated"
        identity = f"{canonical_url(address)}#{mark}"
        return replace(item.named(identity), text=body, withdrawn=withdrawn)

    def _read_ending(self, content: dict[str, Any], base: str, title: str, why: str) -> ParseResult:
        """One withdrawn Item for a page that is gone or has moved; `why` is its summary, as HTML."""
        address = clean_link(content["base_path"], base)
        item = self.make_item(title=f"{title}: {self.name}", url=address, base=base, summary=fragment_text(why))
        identity = f"{canonical_url(address)}#{content['document_type']}"
        return ParseResult(items=(replace(item.named(identity), withdrawn=True),) if item else ())


def _make_withdrawal_notes(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The notice of a page that was withdrawn, as one more change note; none for any other page."""
    notice = content.get("withdrawn_notice")
    if not isinstance(notice, dict) or not notice:
        return []
    why = fragment_text(str(notice.get("explanation") or ""))
    return [{"public_timestamp": notice.get("withdrawn_at"), "note": f"Withdrawn. {why}", _WITHDRAWN: True}]


def _get_details(content: dict[str, Any]) -> dict[str, Any]:
    return object_of(content.get("details"))


def _make_only_note(content: dict[str, Any]) -> dict[str, Any]:
    """The change note of a page without a history: when a speech was given, else its last public change."""
    details = _get_details(content)
    moments = (details.get("delivered_on"), content.get("public_updated_at"), details.get("first_public_at"))
    return {"public_timestamp": next((moment for moment in moments if moment), ""), "note": ""}
