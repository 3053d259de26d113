"""Lists in JSON, as Parliament's interface and many others give them; JSON Pointers (RFC 6901) say what is what."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from html import escape, unescape
from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode, urlsplit, urlunsplit

from pydantic import AfterValidator, ConfigDict, Field

from watcher.core.decoding import json_pointer
from watcher.core.decoding.json_answers import read_json
from watcher.core.decoding.json_pointer import find_text
from watcher.core.items.older_pages import older_pages, pages_at
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.region_text import with_headings, write_region
from watcher.core.language.text import MAX_FIELD_CHARACTERS, printable
from watcher.core.language.urls import clean_link, without_login
from watcher.core.letters.published_html import content_lines
from watcher.core.watching.proof import Claim
from watcher.errors import NotParsed
from watcher.model import Item, ParseResult, Precision, Published, Region, Request, Response, SourceState
from watcher.sources.base import MAX_IDENTITY_CHARACTERS, ItemVisit, Source, Visit

MAX_ITEMS = 2_000
_FIELDS = ("published", "summary", "text", "identity")
Pointer = Annotated[str, AfterValidator(json_pointer.check_pointer)]
AddressPattern = Annotated[str, AfterValidator(json_pointer.check_address_pattern)]
_MARKUP = lazy_regex(r"<(?:/?[a-zA-Z][a-zA-Z0-9]*)(?:\s[^<>]*)?/?>")
# A day as programs write it that have a type for moments only; nothing was said at midnight.
_MIDNIGHT = lazy_regex(r"^\s*(\d{4}-\d{2}-\d{2})[T ]00:00(?::00(?:\.0+)?)?Z?\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How further pages are asked for: `param` in the address is `start`, and `step` more with each page.

    `total` points to how many items there are in all.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    param: Annotated[str, Field(min_length=1)]
    step: Annotated[int, Field(ge=1)] = 1
    start: Annotated[int, Field(ge=0)] = 0
    total: Pointer = ""

    def address(self, url: str, number: int) -> str:
        """The address of page `number`, from 1."""
        parts = urlsplit(url)
        kept = (pair for pair in parts.query.split("&") if pair and pair.partition("=")[0] != self.param)
        own = urlencode({self.param: self.start + self.step * (number - 1)})
        return urlunsplit(parts._replace(query="&".join([*kept, own])))


@dataclass(frozen=True, kw_only=True)
class Json(Source):
    """A list in JSON. `items` points to the list; all others point into one of its elements.

    `link` and `detail` are addresses with pointers in them, or pointers to one. The whole text of a new Item is asked
    for at its `detail`, else at its link; `detail_text` points to it where that is JSON too, and no page.
    """

    tells_edits: ClassVar[bool] = True

    items: Pointer = ""
    title: Pointer
    link: AddressPattern = ""
    published: Pointer = ""
    summary: Pointer = ""
    text: Pointer = ""
    identity: Pointer = ""
    detail: AddressPattern = ""
    detail_text: Pointer = ""
    page: Paging | None = None
    min_items: Annotated[int, Field(ge=0)] = 1

    def visit(self, state: SourceState) -> Visit:
        """The list, and its further pages where the first shows nothing of the last poll.

        A list that may be empty shows a span of time, so that sharing nothing with the last poll is no gap.
        """
        response = yield self.request(self.url, state)
        if response.unchanged:
            return ParseResult(unchanged=True)
        first = self.parse(response)
        pages = partial(self._request_page, response) if self.page else pages_at(self.older, self.headers_for)
        result = yield from older_pages(first, state.last_identities, pages, self._read_list)
        is_span = self.min_items == 0 and (not result.items or bool(state.last_identities))
        return replace(result, only_changes=is_span)

    @property
    def claim(self) -> Claim:
        """A list, dated where it has dates."""
        return replace(super().claim, is_dated=bool(self.published))

    def parse(self, response: Response) -> ParseResult:
        """The Items of the list. Raises NotParsed where it is no list, or too short, or none has a title."""
        count = len(self._find_list(response))
        if count < self.min_items:
            raise NotParsed(f"the list at {self._place} has {count} items, expected {self.min_items} or more")
        result = self._read_list(response)
        if len(result.items) < max(self.min_items, min(count, 1)):
            why = result.quarantined[0].why if result.quarantined else f"look at what stands at {self.title!r}"
            raise NotParsed(f"only {len(result.items)} of {count} items have a title: {why}")
        return result

    @property
    def _place(self) -> str:
        return repr(self.items) if self.items else "the top of the answer"

    def _find_list(self, response: Response) -> list[Any]:
        """The elements of the list. Raises NotParsed where something else stands there."""
        answer = read_json(response.body, response.content_type)
        elements = json_pointer.find(answer, self.items) if json_pointer.has(answer, self.items) else None
        if not isinstance(elements, list):
            raise NotParsed(f"at {self._place} stands {json_pointer.describe(answer, self.items)}, expected a list")
        return elements

    def _read_list(self, response: Response) -> ParseResult:
        elements = self._find_list(response)
        problems = [f"the list holds {len(elements):,} items; the first {MAX_ITEMS:,} are read"]
        problems = problems if len(elements) > MAX_ITEMS else []
        elements = elements[:MAX_ITEMS]
        items, quarantined = self.read_each(elements, partial(self._read_element, base=response.url))
        unlinked = [item.title for item, link in items if item and self.link and not link]
        problems += [f"items without what their link needs: {len(unlinked)}, such as {unlinked[0]}"] if unlinked else []
        return self.make_result(items, response.url, quarantined, [*problems, *self._find_missing(elements)])

    def _find_missing(self, elements: list[Any]) -> Iterator[str]:
        """A line for each pointer that leads to nothing in any element: it is misspelt, or the interface changed."""
        for name in _FIELDS:
            pointer = getattr(self, name)
            if pointer and elements and not any(json_pointer.has(element, pointer) for element in elements):
                yield f"{name!r}: nothing stands at {pointer!r} in any of {len(elements)} items"

    def _read_element(self, element: Any, base: str) -> tuple[Item | None, str]:
        """The Item of an element, and its link as it was written."""
        texts = {name: find_text(element, pointer) if (pointer := getattr(self, name)) else "" for name in _FIELDS}
        link = json_pointer.fill_address(self.link, element, self._day_of)
        item = self.make_item(
            title=find_text(element, self.title),
            url=link,
            base=base,
            summary=texts["summary"],
            published=self._read_published(texts["published"]),
        )
        if item is None:
            return None, link
        keys = (*self._name(texts["identity"]), *item.keys)
        detail = json_pointer.fill_address(self.detail, element, self._day_of) if self.detail else ""
        detail = clean_link(detail, without_login(base)) if detail else ""  # `headers_for` has the login
        text = self._write_text(texts["text"])
        return replace(item, identity=keys[0], keys=keys, text=text, text_url=detail), link

    def _name(self, literal: str) -> tuple[str, ...]:
        """The key of an Item that its list names so; none for "". Another list may number its own Items likewise.

        A "#" in a key would part a page from a note on it (core/delivery/telling.py).
        """
        name = printable(literal[:MAX_FIELD_CHARACTERS]).strip().replace("#", "%23")
        return (f"{self.id}:{name}"[:MAX_IDENTITY_CHARACTERS],) if name else ()

    def _read_published(self, literal: str) -> Published:
        day = _MIDNIGHT.match(literal)
        return self.read_date(day[1] if day else literal)

    def _day_of(self, literal: str) -> str:
        """The date of a literal as 2026-11-02, by London's clocks; "" where it is no day."""
        published = self._read_published(literal)
        return published.day.isoformat() if published.day and published.precision is not Precision.MONTH else ""

    def _write_text(self, written: str) -> str:
        """A whole text, HTML or plain, line by line."""
        written = written[:MAX_FIELD_CHARACTERS]
        if not _MARKUP.search(written):
            written = "".join(f"<p>{escape(unescape(line))}</p>" for line in written.splitlines() if line.strip())
        lines = (line for line in content_lines(written) if line.text not in self.drop_text)
        return write_region(Region(lines=tuple(with_headings(lines))))

    def _request_page(self, first: Response, number: int, _: Response | None) -> Request | None:
        """The Request for a further page; None where the pages before it have all there is."""
        assert self.page, "only a list with pages is asked for them"
        answer = read_json(first.body, first.content_type)
        total = json_pointer.find(answer, self.page.total) if self._counts_all(answer) else None
        if type(total) is int and total <= len(self._find_list(first)) * (number - 1):
            return None
        address = self.page.address(self.url, number)
        return Request(url=address, headers=self.headers_for(address))

    def _counts_all(self, answer: Any) -> bool:
        return bool(self.page and self.page.total and json_pointer.has(answer, self.page.total))

    def reads_page_of(self, item: Item) -> bool:
        """With `detail` or `detail_text`, always: the list has the text of no Item, or the beginning of it."""
        return bool(self.detail or self.detail_text) or super().reads_page_of(item)

    def page_request(self, item: Item) -> Request:
        """A GET of an Item's whole text. Raises NotParsed where its list does not say where that is."""
        if self.detail and not item.text_url:
            raise NotParsed("the list does not say where its text is, or no longer has it")
        address = item.text_url or item.url
        return Request(url=address, headers=self.headers_for(address))

    def visit_item(self, item: Item) -> ItemVisit:
        """The text of an Item in the JSON of its detail; without `detail_text`, on a page or in a file."""
        if not self.detail_text:
            return (yield from super().visit_item(item))
        response = yield self.page_request(item)
        answer = read_json(response.body, response.content_type)
        stands_there = json_pointer.describe(answer, self.detail_text)
        if stands_there not in {"a text", "null"}:
            raise NotParsed(f"at {self.detail_text!r} of its detail stands {stands_there}, expected a text")
        return (replace(item, text=self._write_text(find_text(answer, self.detail_text)), unread=False),)
