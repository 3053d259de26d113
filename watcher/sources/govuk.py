"""GOV.UK: its Atom feeds in both dialects, its Search API and, for one page, the change notes of its Content API.

Read from alphagov/finder-frontend, alphagov/collections (Atom), alphagov/search-api (docs/using-the-search-api.md) and
alphagov/publishing-api (content_schemas). `updated_at` is never read: it moves without any public change.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from watcher.core import text
from watcher.errors import NotParsed
from watcher.model import Item, Page, Reading, Request, SourceState
from watcher.sources.base import Visit
from watcher.sources.feed import Feed

SITE = "https://www.gov.uk"
_CONTENT, _SEARCH = "/api/content", "/api/search.json"


@dataclass(frozen=True, kw_only=True)
class Govuk(Feed):
    """GOV.UK. `url` is an .atom address, a Search API address, or the address of any page, whose history we follow."""

    def visit(self, state: SourceState) -> Visit:
        """A page's own address is never fetched: the Content API says the same without the furniture."""
        page = yield self.request(self._address(self.url), state)
        return Reading(unchanged=True) if page.unchanged else self.parse(page)

    def parse(self, page: Page) -> Reading:
        """The Items of one answer, by the kind of address that was asked."""
        path = urlsplit(self._address(self.url)).path
        if path.endswith(".atom"):
            return super().parse(page)
        answer = _json(page)
        if path.endswith(_SEARCH):
            return self._search(answer, page.url)
        return Reading(items=tuple(self._history(answer, page.url)))

    def page_request(self, item: Item) -> Request:
        """An Item's text comes from the Content API."""
        return Request(url=self._address(item.url), headers=self.headers_for(item.url))

    def read_item(self, item: Item, page: Page) -> Item:
        """`item` with the body of its page, and withdrawn when the page is."""
        content = _json(page)
        body = text.fragment_text(str(_details(content).get("body") or ""))
        return replace(item, text=body, withdrawn=bool(content.get("withdrawn_notice")))

    def _address(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.path.startswith("/api/") or parts.path.endswith(".atom"):
            return url
        return urljoin(url, _CONTENT + parts.path)

    def _search(self, answer: dict[str, Any], base: str) -> Reading:
        results = answer.get("results")
        if not isinstance(results, list):
            raise NotParsed("the Search API answered without results")
        found = [
            self.as_item(
                title=str(result.get("title") or ""),
                url=str(result.get("link") or result.get("_id") or ""),
                base=base,
                summary=str(result.get("description") or ""),
                guid=str(result.get("content_id") or ""),
                published=self.dated(str(result.get("public_timestamp") or "")),
            )
            for result in results
            if isinstance(result, dict)
        ]
        return Reading(items=tuple(item for item in found if item))

    def _history(self, content: dict[str, Any], base: str) -> Iterator[Item]:
        """One Item for each change note: news arrives here as a note on a page that is years old."""
        if not isinstance(content.get("base_path"), str) or "document_type" not in content:
            raise NotParsed("the answer is not of GOV.UK's Content API")
        kind = str(content["document_type"])
        if kind in {"gone", "vanish"}:
            yield from self._ending(content, base, "This page is gone", str(_details(content).get("explanation") or ""))
            return
        if kind == "redirect":
            goes = [str(each.get("destination")) for each in _objects(content.get("redirects"))] or ["another page"]
            yield from self._ending(content, base, "This page moved", f"It now leads to {goes[0]}")
            return
        notice = content.get("withdrawn_notice")
        if isinstance(notice, dict) and notice:
            why = text.fragment_text(str(notice.get("explanation") or ""))
            yield from self._note(
                content, base, str(notice.get("withdrawn_at") or ""), f"Withdrawn. {why}", withdrawn=True
            )
        notes = _objects(_details(content).get("change_history")) or [_only_note(content)]
        for note in sorted(notes, key=self._moment, reverse=True):
            yield from self._note(content, base, str(note.get("public_timestamp") or ""), str(note.get("note") or ""))

    def _moment(self, note: dict[str, Any]) -> datetime:
        """When a note was added; its literals mix zones, so they do not sort as words."""
        return self.dated(str(note.get("public_timestamp") or "")).at or datetime.min.replace(tzinfo=UTC)

    def _note(
        self, content: dict[str, Any], base: str, moment: str, note: str, *, withdrawn: bool = False
    ) -> Iterator[Item]:
        address = text.link(content["base_path"], base)
        details = _details(content)
        title = str(content.get("title") or "")
        item = self.as_item(
            title=title if note in {"", "First published."} else f"{title}: {note}",  # the note is the news
            url=address,
            base=base,
            summary=str(content.get("description") or ""),
            published=self.dated(moment),
            body=text.fragment_text(str(details.get("body") or "")) if not note else "",
            withdrawn=withdrawn,
        )
        if item:
            at = item.published.at
            mark = "withdrawn" if withdrawn else at.isoformat() if at else "undated"
            yield replace(item, identity=f"{text.canonical(address)}#{mark}")

    def _ending(self, content: dict[str, Any], base: str, title: str, why: str) -> Iterator[Item]:
        address = text.link(content["base_path"], base)
        item = self.as_item(title=f"{title}: {self.name}", url=address, base=base, summary=text.fragment_text(why))
        if item:
            yield replace(item, identity=f"{text.canonical(address)}#{content['document_type']}", withdrawn=True)


def _json(page: Page) -> dict[str, Any]:
    try:
        answer = json.loads(page.body)
    except (ValueError, RecursionError) as error:
        raise NotParsed("the answer is not JSON") from error
    if not isinstance(answer, dict):
        raise NotParsed("the answer is not a JSON object")
    return answer


def _details(content: dict[str, Any]) -> dict[str, Any]:
    details = content.get("details")
    return details if isinstance(details, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _only_note(content: dict[str, Any]) -> dict[str, Any]:
    """A page without a history has one moment: when a speech was given, else its last public change."""
    details = _details(content)
    moments = (details.get("delivered_on"), content.get("public_updated_at"), details.get("first_public_at"))
    return {"public_timestamp": next((moment for moment in moments if moment), ""), "note": ""}
