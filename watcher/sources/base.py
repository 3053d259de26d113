"""What every kind of source shares: its YAML options, and the visit that turns Responses into a ParseResult."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import ConfigDict

from watcher.core.items.round_up import PART_MARK, RoundUpSection, split_round_up
from watcher.core.language import dates, text
from watcher.errors import NotFetched, NotParsed
from watcher.model import (
    Item,
    ParseResult,
    Precision,
    Published,
    Quarantined,
    Request,
    Response,
    SourceState,
    Trust,
    key,
)
from watcher.model.options import DateFormat, Id, Interval, OlderAddress, Selector, WebAddress

MAX_OLDER_PAGES = 5  # older pages asked for in one look
MAX_GUID_CHARACTERS = 1_000
MAX_QUARANTINE_BYTES = 200_000  # bytes kept of what could not be read


DOCUMENT_SIGNATURES = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
UNDATED = Published()
Visit = Generator[Request, Response, ParseResult]
Found = TypeVar("Found")
Read = TypeVar("Read")


@dataclass(frozen=True, kw_only=True)
class Source:
    """A place we watch. Every field is a YAML key of config/sources.yaml; a kind adds its own."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    compares_lines: ClassVar[bool] = False
    """Whether the text of its Items is a Region line by line, so that two versions are compared word by word."""

    id: Id
    name: str
    publisher: str
    trust: Trust
    kind: str
    url: WebAddress = field(repr=False)  # it may hold a key
    every: Interval
    enabled: bool = True
    read_page: bool = False
    region: Selector = ""
    split: Selector = ""
    drop_text: tuple[str, ...] = ()
    date_formats: tuple[DateFormat, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    older: OlderAddress = ""
    topics: Literal["all"] | tuple[str, ...] = "all"

    def visit(self, state: SourceState) -> Visit:
        """Ask for the Responses this source needs, one after the other, and return what they say."""
        page = yield self.request(self.address, state)
        if page.unchanged:
            return ParseResult(unchanged=True)
        return (yield from self._read_older_pages(self.parse(page), state))

    @property
    def address(self) -> str:
        """What is asked for: `url`, unless a kind knows better."""
        return self.url

    def _read_older_pages(self, reading: ParseResult, state: SourceState) -> Visit:
        """With `older`: when nothing of the last look is left, the pages before, until one shows something of it."""
        seen = {item.identity for item in reading.items}
        if not (self.older and seen and state.last_identities):
            return reading
        for number in range(2, MAX_OLDER_PAGES + 2):
            if seen & state.last_identities:
                return reading
            address = self.older.replace("{page}", str(number))
            try:
                further = self.parse((yield Request(url=address, headers=self.headers_for(address))))
            except (NotFetched, NotParsed) as error:
                return _with(reading, f"page {number} of older items: {error.why}")
            fresh = tuple(item for item in further.items if item.identity not in seen)
            if not fresh:
                return _with(reading, f"page {number} of older items shows nothing that the pages before it do not")
            seen |= {item.identity for item in fresh}
            problems = tuple(f"page {number} of older items: {each}" for each in further.problems)
            poison = (*reading.quarantined, *further.quarantined)
            reading = _with(replace(reading, items=(*reading.items, *fresh), quarantined=poison), *problems)
        if seen & state.last_identities:
            return reading
        return _with(reading, f"items may be missing: {MAX_OLDER_PAGES} older pages show nothing of the last look")

    def request(self, url: str, state: SourceState) -> Request:
        """A GET that tells the server which version we have."""
        validators = state.validators.get(url)
        return Request(url=url, headers=self.headers_for(url), **({"validators": validators} if validators else {}))

    def parse(self, page: Response) -> ParseResult:
        """The Items of one Response. Raises NotParsed when the page is not what this source promised."""
        raise NotImplementedError  # each kind answers this, or its own visit()

    def page_request(self, item: Item) -> Request:
        """Where an Item's own text stands, for `read_page`."""
        return Request(url=item.url, headers=self.headers_for(item.url))

    def headers_for(self, url: str) -> Mapping[str, str]:
        """This source's own headers for its own host, and none for any other or without TLS: they may hold secrets."""
        own, asked = urlsplit(self.url), urlsplit(url)
        return self.headers if own.netloc == asked.netloc and asked.scheme in {own.scheme, "https"} else {}

    def read_item(self, item: Item, page: Response) -> Item:
        """`item` with the main text of its own page; of a PDF or Word file its name in the list is all we read."""
        if page.body.startswith(DOCUMENT_SIGNATURES):
            return item
        return replace(item, text=text.main_text(page.body, self.region, self.drop_text))

    def read_items(self, item: Item, page: Response) -> tuple[Item, ...]:
        """`item` with its page read. With `split` it is a round-up: each of its announcements is an Item of its own.

        The round-up itself keeps its title and what stands above the first heading. Announcements under one heading
        ("Reminder") are numbered.
        """
        if not self.split or page.body.startswith(DOCUMENT_SIGNATURES):
            return (self.read_item(item, page),)
        above, found = split_round_up(page.body, self.region, self.split)
        titles = [text.title_key(each.title) for each in found]
        named = [f"{title} {titles[:at].count(title)}" for at, title in enumerate(titles)]
        parts = [self._part(item, each, page, name) for each, name in zip(found, named, strict=True)]
        return (replace(item, text=text.drop_sentences(above, self.drop_text)), *parts)

    def _part(self, whole: Item, each: RoundUpSection, page: Response, name: str) -> Item:
        """Known by its headline within the round-up; it leads to its own link, else to its place on the page."""
        own = text.clean_link(each.link, page.url) if each.link else ""
        return replace(
            whole,
            identity=f"{whole.identity}{PART_MARK}{key(name)}",
            url=own or (f"{page.url}#{each.anchor}" if each.anchor else page.url),
            title=each.title,
            summary="",
            text=text.drop_sentences(each.text, self.drop_text),
            unread=False,
        )

    def make_item(
        self,
        *,
        title: str,
        url: str,
        base: str,
        summary: str = "",
        guid: str = "",
        published: Published = UNDATED,
        body: str = "",
        withdrawn: bool = False,
    ) -> Item | None:
        """An Item from a publisher's strings; None when there is no headline to show.

        Identity: canonical URL, else guid, else a hash of headline and date (docs/adding-a-source.md).
        """
        headline = text.clean_title(title)
        if not headline:
            return None
        address = text.clean_link(url, base) if url.strip() else ""
        identity = (
            text.canonical_url(address)
            or text.printable(guid[:MAX_GUID_CHARACTERS]).strip()
            or key(text.title_key(headline), published.literal)
        )
        return Item(
            source=self.id,
            identity=identity[:500],
            url=address or text.clean_link(base) or self.url,
            title=headline,
            summary=text.clean_summary(summary, self.drop_text),
            text=body,
            published=published,
            withdrawn=withdrawn,
        )

    def read_date(self, literal: str) -> Published:
        """When `literal` says, read with this source's formats first."""
        return dates.read_date(text.clean(literal, 200), self.date_formats)

    def read_each(self, found: Iterable[Found], read: Callable[[Found], Read]) -> tuple[list[Read], list[Quarantined]]:
        """What `read` makes of each. Whatever breaks one is put aside with its bytes, and the others go on.

        NotParsed is said about the whole page and ends the reading.
        """
        whole: list[Read] = []
        poison: list[Quarantined] = []
        for number, each in enumerate(found, 1):
            try:
                whole.append(read(each))
            except NotParsed:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the other Items are not to blame
                why = f"item {number}: {type(error).__name__}"
                poison.append(Quarantined(what="item", name=self.id, why=why, body=_bytes(each)))
        return whole, poison

    def make_result(
        self,
        found: Sequence[tuple[Item | None, str]],
        base: str,
        poison: Sequence[Quarantined] = (),
        problems: Iterable[str] = (),
    ) -> ParseResult:
        """A ParseResult of Items, each with its link as it was written; a counted line for each kind of trouble."""
        items = tuple(item for item, _ in found if item)
        troubles = {
            "items that cannot be read": [each.why for each in poison],
            "items without a headline": [link or f"item {n}" for n, (item, link) in enumerate(found, 1) if not item],
            "dates that cannot be read": [
                item.published.literal for item in items if item.published.precision is Precision.NONE
            ],
            "links that cannot be followed": [
                link for _, link in found if link.strip() and not text.clean_link(link, base)
            ],
        }
        lines = [
            f"{what}: {len(told)}, such as {text.clean(told[0], 100)}"
            for what, each in troubles.items()
            if (told := [words for words in each if words])
        ]
        return ParseResult(items=items, problems=(*problems, *lines), quarantined=tuple(poison))


def next_step(source: Source, state: SourceState, answers: Sequence[Response | NotFetched]) -> Request | ParseResult:
    """What `source` asks for after `answers`, or its ParseResult. A visit is pure, so it can be played again anywhere.

    Raises NotParsed for a page that is not what the source promised, NotFetched where it cannot go on without one.
    """
    steps = source.visit(state)
    try:
        step = next(steps)
        for answer in answers:
            step = steps.throw(answer) if isinstance(answer, NotFetched) else steps.send(answer)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    return step


def _with(reading: ParseResult, *problems: str) -> ParseResult:
    return replace(reading, problems=(*reading.problems, *problems))


def _bytes(found: object) -> bytes:
    """What could not be read, as far as it can be kept; an object may break even when it is only written down."""
    try:
        return repr(found).encode("utf-8", "backslashreplace")[:MAX_QUARANTINE_BYTES]
    except Exception:  # noqa: BLE001 - then its kind is all that is known
        return type(found).__name__.encode()
