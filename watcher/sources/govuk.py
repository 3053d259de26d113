"""GOV.UK: its Atom feeds in both dialects, its Search API and, for one page, the change notes of its Content API.

Read from alphagov/finder-frontend, alphagov/collections (Atom), alphagov/search-api (docs/using-the-search-api.md) and
alphagov/publishing-api (content_schemas). `updated_at` is never read: it moves without any public change.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from watcher.core.decoding.json_answers import object_of, objects_of, read_object
from watcher.core.language import text
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.region_text import read_region, with_headings, write_region
from watcher.core.language.urls import canonical_url, clean_link
from watcher.core.letters.document_lines import is_document, names_document
from watcher.core.letters.letter import read_letter
from watcher.core.letters.published_html import chapter_lines, content_lines
from watcher.core.watching.proof import Claim
from watcher.errors import NotFetched, NotParsed
from watcher.model import Item, Line, LineKind, ParseResult, Published, Region, Request, Response, SourceState
from watcher.sources.base import ElementReader, ItemVisit, Visit
from watcher.sources.feed import Feed

MAX_ATTACHMENTS = 5  # of one publication: the letter and what it encloses
_ORGANISATION_FEED = lazy_regex(r"^/government/organisations/(?P<slug>[\w-]+)\.atom$")
_FIELDS = "title,link,description,public_timestamp,content_id"
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
        path = urlsplit(response.requested_url or self.address).path
        if path.endswith(".atom"):
            return super().parse(response)
        content = read_object(response.body)
        if path.endswith(_SEARCH_PATH):
            return self._read_search_results(content, response.url)
        return self._read_history(content, response.url)

    @property
    def claim(self) -> Claim:
        """A list, or one page whose change notes may be few and old."""
        return replace(super().claim, is_list=not self._is_page)

    @property
    def _is_page(self) -> bool:
        """Whether one page is followed, and no list."""
        path = urlsplit(self.address).path
        return not path.endswith((".atom", _SEARCH_PATH))

    def visit(self, state: SourceState) -> Visit:
        """The list or the page. After a gap, what the newest twenty no longer show comes from the Search API."""
        response = yield self.request(self.address, state)
        if response.unchanged:
            return ParseResult(unchanged=True)
        result = self.parse(response)
        return result if self._is_page else (yield from self._read_older_pages(result, state, self._older_address()))

    def _older_address(self) -> str:
        """Where the older Items of the list are, page by page; "" where nothing is known."""
        if self.older:
            return self.older
        parts = urlsplit(self.url)
        organisation = _ORGANISATION_FEED.match(parts.path)
        if organisation:
            query = f"filter_organisations={organisation['slug']}&order=-public_timestamp&count=100&fields={_FIELDS}"
            return urljoin(self.url, f"{_SEARCH_PATH}?{query}&start={{page}}0")
        return f"{self.url}{'&' if parts.query else '?'}page={{page}}" if parts.path.endswith(".atom") else ""

    def reads_page_of(self, item: Item) -> bool:
        """With `read_page`; and of a page that is followed, whatever its note or its collection names as new."""
        return super().reads_page_of(item) or self._is_page

    def visit_item(self, item: Item) -> ItemVisit:
        """The page of an Item, and what it publishes: HTML attachments by their own Content API page, and files."""
        page = yield self.page_request(item)
        if is_document(page.body):
            return (self.read_item(item, page),)
        content = read_object(page.body)
        read = replace(item, text=_body_text(content)) if self._is_note(item) else self.read_item(item, page)
        lines: list[Line] = []
        for title, address in _find_attachments(content, page.url)[:MAX_ATTACHMENTS]:
            try:
                answer = yield Request(url=address, headers=self.headers_for(address))
                lines += _attachment_lines(title, answer)
            except NotFetched as error:
                read = replace(read, unread=not error.is_final)  # the next look tries again
            except NotParsed as error:
                lines.append(Line(kind=LineKind.SENTENCE, text=f"{title}: {error.why}."))
        if not lines:
            return (read,)
        whole = (*content_lines(_body_markup(content)), *lines)
        return (replace(read, text=write_region(Region(lines=tuple(with_headings(whole))))),)

    def _is_note(self, item: Item) -> bool:
        """Whether an Item is a change note of the page that is followed, not a member of its collection."""
        return self._is_page and "#" in item.identity

    def page_request(self, item: Item) -> Request:
        """A GET of an Item's text from the Content API."""
        return Request(url=self._make_api_address(item.url), headers=self.headers_for(item.url))

    def read_item(self, item: Item, response: Response) -> Item:
        """`item` with the body of its page and its latest change note, and withdrawn when the page is."""
        if is_document(response.body):
            return super().read_item(item, response)
        content = read_object(response.body)
        details = _get_details(content)
        notes = sorted(objects_of(details.get("change_history")), key=self._read_moment)[1:]  # the first is no change
        is_this = notes and item.stamp and abs(self._read_moment(notes[-1]) - item.stamp) <= MAX_NOTE_DISTANCE
        note = text.clean(str(notes[-1].get("note") or "")) if is_this else ""
        return replace(
            item, text=_body_text(content), change_note=note, withdrawn=bool(content.get("withdrawn_notice"))
        )

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
        members = objects_of(object_of(content.get("links")).get("documents")) if kind == "document_collection" else []
        more_items, more_quarantined = self.read_each(members, lambda member: self._read_member(member, base))
        return self.make_result([*items, *more_items], base, [*quarantined, *more_quarantined])

    def _read_member(self, member: dict[str, Any], base: str) -> tuple[Item | None, str]:
        """The Item of a document that a collection lists, dated by its last public change."""
        link = str(member.get("base_path") or "")
        item = self.make_item(
            title=str(member.get("title") or ""),
            url=link,
            base=base,
            summary=str(member.get("description") or ""),
            published=self.read_date(str(member.get("public_updated_at") or "")),
        )
        return (replace(item, withdrawn=bool(member.get("withdrawn"))) if item else None), link

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
        body = _body_text(content) if not words else ""
        withdrawn = bool(note.get(_WITHDRAWN))
        at = item.published.at
        mark = "withdrawn" if withdrawn else at.isoformat() if at else "undated"
        identity = f"{canonical_url(address)}#{mark}"
        return replace(item.named(identity), text=body, withdrawn=withdrawn)

    def _read_ending(self, content: dict[str, Any], base: str, title: str, why: str) -> ParseResult:
        """One withdrawn Item for a page that is gone or has moved; `why` is its summary, as HTML."""
        address = clean_link(content["base_path"], base)
        item = self.make_item(title=f"{title}: {self.name}", url=address, base=base, summary=_words_of(why))
        identity = f"{canonical_url(address)}#{content['document_type']}"
        return ParseResult(items=(replace(item.named(identity), withdrawn=True),) if item else ())


def _words_of(markup: str) -> str:
    from watcher.core.pages.main_text import fragment_text

    return fragment_text(markup)


def _make_withdrawal_notes(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The notice of a page that was withdrawn, as one more change note; none for any other page."""
    notice = content.get("withdrawn_notice")
    if not isinstance(notice, dict) or not notice:
        return []
    why = _words_of(str(notice.get("explanation") or ""))
    return [{"public_timestamp": notice.get("withdrawn_at"), "note": f"Withdrawn. {why}", _WITHDRAWN: True}]


def _body_markup(content: dict[str, Any]) -> str:
    """The body of a page as HTML; of a guide, its chapters below their titles."""
    details = _get_details(content)
    parts = [
        f"<h2>{escape(str(part.get('title')))}</h2>{part.get('body')}" for part in objects_of(details.get("parts"))
    ]
    return "".join([str(details.get("body") or ""), *parts])


def _body_text(content: dict[str, Any]) -> str:
    return _words_of(_body_markup(content))


def _find_attachments(content: dict[str, Any], base: str) -> list[tuple[str, str]]:
    """The title and address of each attachment that has words: HTML ones, and files that no HTML one repeats."""
    by_title: dict[str, tuple[str, str]] = {}
    for attachment in objects_of(_get_details(content).get("attachments")):
        title = text.clean(str(attachment.get("title") or ""))
        address = clean_link(str(attachment.get("url") or ""), base)
        is_html = attachment.get("attachment_type") == "html"
        if is_html and address:
            by_title[title] = (title, urljoin(address, _CONTENT_PATH + urlsplit(address).path))
        elif names_document(address):
            by_title.setdefault(title, (title, address))
    return list(by_title.values())


def _attachment_lines(title: str, answer: Response) -> tuple[Line, ...]:
    """The lines of an attachment below its title. Raises NotParsed."""
    if is_document(answer.body):
        return (*chapter_lines(title, ""), *read_region(read_letter(answer.body).text).lines)
    return chapter_lines(title, _body_markup(read_object(answer.body)))


def _get_details(content: dict[str, Any]) -> dict[str, Any]:
    return object_of(content.get("details"))


def _make_only_note(content: dict[str, Any]) -> dict[str, Any]:
    """The change note of a page without a history: when a speech was given, else its last public change."""
    details = _get_details(content)
    moments = (details.get("delivered_on"), content.get("public_updated_at"), details.get("first_public_at"))
    return {"public_timestamp": next((moment for moment in moments if moment), ""), "note": ""}
