"""Base class of every kind of source: its YAML options, and the visit that turns Responses into a ParseResult."""

import hashlib
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import ConfigDict

from watcher.core.items.list_identity import identify
from watcher.core.items.list_problems import list_problems
from watcher.core.items.older_pages import older_pages, pages_at
from watcher.core.items.round_up import round_up_parts, split_round_up
from watcher.core.language import dates, text
from watcher.core.language.text import repr_bytes
from watcher.core.language.urls import canonical_url, is_same_site, login_header, public_link
from watcher.core.letters.document_lines import is_document, names_document
from watcher.core.letters.letter import with_letter
from watcher.core.watching.proof import TRY_EVERY, Claim
from watcher.errors import NotFetched, NotParsed
from watcher.model import (
    UNDATED,
    Item,
    ParseResult,
    Published,
    Quarantined,
    Request,
    Response,
    SourceState,
    Trust,
    Validators,
    key,
)
from watcher.model.options import DateFormat, Enabled, Id, Interval, OlderAddress, Selector, WebAddress

MAX_GUID_CHARACTERS, MAX_IDENTITY_CHARACTERS = 1_000, 500
POINTS_BY_AUDIENCE, POINTS_OF_ANOTHER_NATION = {"practices": 2, "others": -2}, -5
Visit = Generator[Request, Response, ParseResult]
ItemVisit = Generator[Request, Response, tuple[Item, ...]]
Element = TypeVar("Element")
Parsed = TypeVar("Parsed")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class ElementReader:
    """How an element of a list is read: `item` gives its Item and its link as written, `published` its date alone."""

    item: Callable[[Any, str], tuple[Item | None, str]]
    published: Callable[[Any], Published]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A place we watch. Every field is a YAML key of config/sources.yaml; a kind adds its own."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    compares_lines: ClassVar[bool] = False
    """Whether the text of its Items is a Region line by line, so that two versions are compared word by word."""
    trusts_stamps: ClassVar[bool] = False
    """Whether a newer stamp of a known Item is its publisher's own word that it says something new."""
    tells_edits: ClassVar[bool] = False
    """Whether its list gives the whole text of its Items line by line, so that an edit in place is seen and told."""
    is_polled: ClassVar[bool] = True
    """Whether its address is asked; else a person brings what stands there (kind `pasted`)."""

    id: Id
    name: str
    publisher: str
    trust: Trust
    kind: str
    url: WebAddress = field(repr=False)  # it may hold a key
    every: Interval
    enabled: Enabled = True
    read_page: bool = False
    region: Selector = ""
    split: Selector = ""
    drop_text: tuple[str, ...] = ()
    date_formats: tuple[DateFormat, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    older: OlderAddress = ""
    topics: Literal["all"] | tuple[str, ...] = "all"
    about: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    overlaps: tuple[str, ...] = ()
    audience: Literal["", "practices", "others"] = ""
    nation: Literal["", "england", "scotland", "wales", "northern ireland", "uk"] = ""

    def visit(self, state: SourceState) -> Visit:
        """Yield each Request this source needs, be sent its Response, and return the ParseResult of them all."""
        response = yield self.request(self.address, state)
        if response.unchanged:
            return ParseResult(unchanged=True)
        return (yield from self._read_older_pages(self.parse(response), state))

    @property
    def address(self) -> str:
        """The address that is asked for: `url`, unless a kind overrides it."""
        return self.url

    @property
    def is_auto(self) -> bool:
        """Whether it is on only while what it gives fits its entry. What a person brings is read by that person."""
        return self.enabled == "auto" and self.is_polled

    def is_on(self, state: SourceState | None) -> bool:
        """Whether what it gives is told: it is switched on, or proven."""
        return bool(state and state.proof.at) if self.is_auto else bool(self.enabled)

    @property
    def try_every(self) -> timedelta:
        """How often it is tried while it has not proven itself."""
        return TRY_EVERY

    def news_since(self, state: SourceState) -> datetime | None:
        """Since when (UTC) what it gives is news, where it has just proven itself; None: all was there before."""
        return state.last_success

    @property
    def claim(self) -> Claim:
        """What its entry says of what it gives, for core/watching/proof.py."""
        host = (urlsplit(self.url).hostname or "").removeprefix("www.")
        return Claim(hosts=frozenset({host, *self.hosts}), subject=self.subject, overlaps=self.overlaps)

    @property
    def general_address(self) -> str:
        """The address of a list that this one must not be; "" where none is known."""
        return ""

    @property
    def points(self) -> Mapping[str, int]:
        """How much likelier what it gives is for an English practice, by what its entry says of it."""
        points = {f"audience: {self.audience}": POINTS_BY_AUDIENCE.get(self.audience, 0)}
        points[f"nation: {self.nation}"] = 0 if self.nation in {"", "england", "uk"} else POINTS_OF_ANOTHER_NATION
        return {words: count for words, count in points.items() if count}

    @property
    def asks_further(self) -> bool:
        """Whether there is more to ask for even when the first answer is as it was."""
        return False

    def is_as_before(self, state: SourceState, answer: Response | NotFetched) -> bool:
        """Whether an answer is, byte for byte, the last one that was read, so that nothing in it can be new."""
        is_whole = isinstance(answer, Response) and not answer.unchanged and not self.asks_further
        return is_whole and self._mark(answer) == state.last_answer

    def mark_to_keep(self, parsed: ParseResult) -> str:
        """By what the answer that `parsed` was read from is recognised; "" where some of it is to be read again."""
        is_unread = parsed.partial or parsed.problems or any(item.unread for item in parsed.items)
        return "" if is_unread or not parsed.responses else self._mark(parsed.responses[0])

    def _mark(self, answer: Any) -> str:
        return key(hashlib.blake2b(answer.body).hexdigest(), self)  # with all options that it was read with

    def _read_older_pages(self, result: ParseResult, state: SourceState, older: str = "") -> Visit:
        """Where `result` shows no Item of the last poll, with the older pages at `older`, or the source's own."""
        return older_pages(result, state.last_identities, pages_at(older or self.older, self.headers_for), self.parse)

    def request(self, url: str, state: SourceState) -> Request:
        """A conditional GET of `url`, with the validators of the last Response from there, if there are any."""
        validators = state.validators.get(url)
        return Request(url=url, headers=self.headers_for(url), validators=validators or Validators())

    def parse(self, response: Response) -> ParseResult:
        """The Items of one Response. Raises NotParsed when it is not what this source promised."""
        raise NotImplementedError  # each kind overrides this, or visit()

    def visit_item(self, item: Item) -> ItemVisit:
        """Yield each Request that the text of an Item needs, be sent its Response; the Item, or its parts."""
        return self.read_items(item, (yield self.page_request(item)))

    def reads_page_of(self, item: Item) -> bool:
        """Whether the own page of a new Item is read: with `read_page`, and always where it is a file."""
        return self.read_page or names_document(item.url)

    def page_request(self, item: Item) -> Request:
        """A GET of the page or file that holds an Item's own text."""
        return Request(url=item.url, headers=self.headers_for(item.url))

    def headers_for(self, url: str) -> Mapping[str, str]:
        """This source's own headers, and the login of its address, for its own host alone: they may hold secrets."""
        return {**login_header(self.url), **self.headers} if is_same_site(self.url, url) else {}

    def read_item(self, item: Item, response: Response) -> Item:
        """`item` with the main text of its own page, or the words of its file."""
        from watcher.core.pages.main_text import main_text

        if is_document(response.body):
            return with_letter(item, response.body)
        return replace(item, text=main_text(response.body, self.region, self.drop_text))

    def read_items(self, item: Item, response: Response) -> tuple[Item, ...]:
        """`item` with its page read; with `split` what stands above its first heading, and its announcements."""
        if not self.split or is_document(response.body):
            return (self.read_item(item, response),)
        above, sections = split_round_up(response.body, self.region, self.split)
        parts = round_up_parts(item, sections, response.url, self.drop_text)
        return (replace(item, text=text.drop_sentences(above, self.drop_text)), *parts)

    def make_item(
        self,
        *,
        title: str,
        url: str,
        base: str,
        summary: str = "",
        guid: str = "",
        published: Published = UNDATED,
    ) -> Item | None:
        """An Item from a publisher's strings, without text; None when there is no headline to show.

        Relative links are resolved against `base`, without its secrets. Identity: canonical URL, else guid, else a hash
        of headline and date (docs/adding-a-source.md).
        """
        headline = text.clean_title(title)
        if not headline:
            return None
        address = public_link(url, base) if url.strip() else ""
        names = (
            canonical_url(address),
            text.printable(guid[:MAX_GUID_CHARACTERS]).strip(),
            key(text.title_key(headline), published.literal),
        )
        keys = tuple(name[:MAX_IDENTITY_CHARACTERS] for name in names if name)
        return Item(
            source=self.id,
            identity=keys[0],
            keys=keys,
            url=address or public_link("", base) or public_link("", self.url),
            title=headline,
            summary=text.clean_summary(summary, self.drop_text),
            published=published,
        )

    def read_date(self, literal: str) -> Published:
        """The date that `literal` gives, read with this source's `date_formats` first."""
        return dates.read_date(text.clean(literal, 200), self.date_formats)

    def read_each(
        self, elements: Iterable[Element], read: Callable[[Element], Parsed]
    ) -> tuple[list[Parsed], list[Quarantined]]:
        """`read` applied to each element. One that raises is quarantined with its bytes, and the others go on.

        NotParsed is about the whole Response and is raised to the caller.
        """
        results: list[Parsed] = []
        quarantined: list[Quarantined] = []
        for number, element in enumerate(elements, 1):
            try:
                results.append(read(element))
            except NotParsed:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the other Items are not to blame
                why, body = f"item {number}: {type(error).__name__}", repr_bytes(element)
                quarantined.append(Quarantined(what="item", name=self.id, why=why, body=body))
        return results, quarantined

    def make_result(
        self,
        items_and_links: Sequence[tuple[Item | None, str]],
        base: str,
        quarantined: Sequence[Quarantined] = (),
        problems: Iterable[str] = (),
    ) -> ParseResult:
        """A ParseResult of Items, each with its link as it was written; a counted line for each kind of problem."""
        items, left_out = identify([item for item, _ in items_and_links if item])
        lines = list_problems(items_and_links, items, left_out, [element.why for element in quarantined], base)
        return ParseResult(items=items, problems=(*problems, *lines), quarantined=tuple(quarantined))


def next_step(source: Source, state: SourceState, answers: Sequence[Response | NotFetched]) -> Request | ParseResult:
    """The Request that `source` makes after `answers`, or its ParseResult.

    A visit is pure, so each step is found by playing it again from its start, in any process. Raises NotParsed for a
    Response that is not what the source promised, NotFetched where it cannot go on without one.
    """
    return play_visit(source.visit(state), answers)


def next_item_step(source: Source, item: Item, answers: Sequence[Response | NotFetched]) -> Request | tuple[Item, ...]:
    """The Request that `source` makes after `answers` for the text of `item`, or the Item with it; as `next_step`."""
    return play_visit(source.visit_item(item), answers)


def play_visit(
    visit: Generator[Request, Response, Result], answers: Sequence[Response | NotFetched]
) -> Request | Result:
    """The Request that a visit makes after `answers`, or what it returns."""
    try:
        step = next(visit)
        for answer in answers:
            step = visit.throw(answer) if isinstance(answer, NotFetched) else visit.send(answer)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    return step
