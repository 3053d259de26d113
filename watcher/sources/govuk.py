"""GOV.UK: its Atom feeds in both dialects, its Search API and, for one page, the change notes of its Content API.

Read from alphagov/finder-frontend, alphagov/collections (Atom), alphagov/search-api (docs/using-the-search-api.md) and
alphagov/publishing-api (content_schemas). `updated_at` is never read: it moves without any public change.
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from watcher.core.language import text
from watcher.errors import NotParsed
from watcher.model import Item, ParseResult, Request, Response
from watcher.sources.feed import Feed

SITE = "https://www.gov.uk"
_CONTENT, _SEARCH = "/api/content", "/api/search.json"
_WITHDRAWN = "withdrawn by its notice"  # marks our own note among the publisher's


@dataclass(frozen=True, kw_only=True)
class Govuk(Feed):
    """GOV.UK. `url` is an .atom address, a Search API address, or the address of any page, whose history we follow."""

    @property
    def address(self) -> str:
        """A page's own address is never fetched: the Content API says the same without the furniture."""
        return self._address(self.url)

    def parse(self, page: Response) -> ParseResult:
        """The Items of one answer, by the kind of address that was asked."""
        path = urlsplit(self.address).path
        if path.endswith(".atom"):
            return super().parse(page)
        answer = _json(page)
        if path.endswith(_SEARCH):
            return self._search(answer, page.url)
        return self._history(answer, page.url)

    def page_request(self, item: Item) -> Request:
        """An Item's text comes from the Content API."""
        return Request(url=self._address(item.url), headers=self.headers_for(item.url))

    def read_item(self, item: Item, page: Response) -> Item:
        """`item` with the body of its page, and withdrawn when the page is."""
        content = _json(page)
        body = text.fragment_text(str(_details(content).get("body") or ""))
        return replace(item, text=body, withdrawn=bool(content.get("withdrawn_notice")))

    def _address(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.path.startswith("/api/") or parts.path.endswith(".atom"):
            return url
        return urljoin(url, _CONTENT + parts.path)

    def _search(self, answer: dict[str, Any], base: str) -> ParseResult:
        results = answer.get("results")
        if not isinstance(results, list):
            raise NotParsed("the Search API answered without results")
        return self._items(self._result, _objects(results), base)

    def _result(self, result: dict[str, Any], base: str) -> tuple[Item | None, str]:
        link = str(result.get("link") or result.get("_id") or "")
        item = self.make_item(
            title=str(result.get("title") or ""),
            url=link,
            base=base,
            summary=str(result.get("description") or ""),
            guid=str(result.get("content_id") or ""),
            published=self.read_date(str(result.get("public_timestamp") or "")),
        )
        return item, link

    def _history(self, content: dict[str, Any], base: str) -> ParseResult:
        """One Item for each change note: news arrives here as a note on a page that is years old."""
        if not isinstance(content.get("base_path"), str) or "document_type" not in content:
            raise NotParsed("the answer is not of GOV.UK's Content API")
        kind = str(content["document_type"])
        if kind in {"gone", "vanish"}:
            return self._ending(content, base, "This page is gone", str(_details(content).get("explanation") or ""))
        if kind == "redirect":
            goes = [str(each.get("destination")) for each in _objects(content.get("redirects"))] or ["another page"]
            return self._ending(content, base, "This page moved", f"It now leads to {goes[0]}")
        notes = _objects(_details(content).get("change_history")) or [_only_note(content)]
        ordered = [*_withdrawal(content), *sorted(notes, key=self._moment, reverse=True)]
        found, poison = self.read_each(ordered, lambda note: (self._note(content, base, note), ""))
        return self.make_result(found, base, poison)

    def _moment(self, note: dict[str, Any]) -> datetime:
        """When a note was added; its literals mix zones, so they do not sort as words."""
        return self.read_date(str(note.get("public_timestamp") or "")).at or datetime.min.replace(tzinfo=UTC)

    def _note(self, content: dict[str, Any], base: str, note: dict[str, Any]) -> Item | None:
        address = text.clean_link(content["base_path"], base)
        title, words = str(content.get("title") or ""), str(note.get("note") or "")
        withdrawn = bool(note.get(_WITHDRAWN))
        item = self.make_item(
            title=title if words in {"", "First published."} else f"{title}: {words}",  # the note is the news
            url=address,
            base=base,
            summary=str(content.get("description") or ""),
            published=self.read_date(str(note.get("public_timestamp") or "")),
            body=text.fragment_text(str(_details(content).get("body") or "")) if not words else "",
            withdrawn=withdrawn,
        )
        if not item:
            return None
        at = item.published.at
        mark = "withdrawn" if withdrawn else at.isoformat() if at else "undated"
        return replace(item, identity=f"{text.canonical_url(address)}#{mark}")

    def _ending(self, content: dict[str, Any], base: str, title: str, why: str) -> ParseResult:
        address = text.clean_link(content["base_path"], base)
        item = self.make_item(title=f"{title}: {self.name}", url=address, base=base, summary=text.fragment_text(why))
        identity = f"{text.canonical_url(address)}#{content['document_type']}"
        return ParseResult(items=(replace(item, identity=identity, withdrawn=True),) if item else ())


def _withdrawal(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The notice of a page that was withdrawn, as one more note."""
    notice = content.get("withdrawn_notice")
    if not isinstance(notice, dict) or not notice:
        return []
    why = text.fragment_text(str(notice.get("explanation") or ""))
    return [{"public_timestamp": notice.get("withdrawn_at"), "note": f"Withdrawn. {why}", _WITHDRAWN: True}]


def _json(page: Response) -> dict[str, Any]:
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
