"""What every kind of source shares: its YAML options, and the visit that asks for Pages and makes a Reading of them."""

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from soupsieve import SelectorSyntaxError
from soupsieve import compile as compile_selector

from watcher.core import dates, text
from watcher.model import Item, Page, Published, Reading, Request, SourceState, Trust, key

_NUMBER = re.compile(r"^[1-9][0-9]{0,5}$")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(value: Any) -> Any:
    """Read 30s, 10m, 2h or 1d; anything else is left to the schema to refuse."""
    if isinstance(value, timedelta):
        return value
    number, unit = str(value)[:-1], str(value)[-1:]
    if not _NUMBER.match(number) or unit not in _UNITS:
        raise ValueError("write a duration such as 30s, 10m, 2h or 1d")
    found = timedelta(**{_UNITS[unit]: int(number)})
    if not timedelta(seconds=30) <= found <= timedelta(days=7):
        raise ValueError("write a duration from 30s to 7d")
    return found


def selector(value: str) -> str:
    """A CSS selector that can be read, or "" for none."""
    try:
        compile_selector(value or "a")
    except SelectorSyntaxError as error:
        raise ValueError(f"not a CSS selector: {str(error).splitlines()[0]}") from error
    return value


def date_format(value: str) -> str:
    """A strptime pattern that can be read: "%-d" cannot, and would silently never match."""
    moment = datetime(2026, 10, 25, 13, 5, tzinfo=UTC)
    try:
        datetime.strptime(moment.strftime(value), value)  # noqa: DTZ007 - only whether it can be read
    except (ValueError, re.error) as error:
        raise ValueError("not a date format; write one such as %d %B %Y (Python's strptime)") from error
    return value


Selector = Annotated[str, AfterValidator(selector)]
DateFormat = Annotated[str, AfterValidator(date_format)]
Every = Annotated[
    timedelta,
    BeforeValidator(duration, json_schema_input_type=Annotated[str, Field(pattern=r"^[1-9]\d*[smhd]$")]),
]
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s/]+")]
_LETTERS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
UNDATED = Published()
Visit = Generator[Request, Page, Reading]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A place we watch. Every field is a YAML key of config/sources.yaml; a kind adds its own."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: Id
    name: str
    publisher: str
    trust: Trust
    kind: str
    url: WebAddress
    every: Every
    enabled: bool = True
    read_page: bool = False
    region: Selector = ""
    drop_text: tuple[str, ...] = ()
    date_formats: tuple[DateFormat, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def visit(self, state: SourceState) -> Visit:
        """Ask for the Pages this source needs, one after the other, and return what they say."""
        page = yield self.request(self.url, state)
        return Reading(unchanged=True) if page.unchanged else self.parse(page)

    def request(self, url: str, state: SourceState) -> Request:
        """A GET that tells the server which version we have."""
        validators = state.validators.get(url)
        return Request(url=url, headers=self.headers, **({"validators": validators} if validators else {}))

    def parse(self, page: Page) -> Reading:
        """The Items of one Page. Raises NotParsed when the page is not what this source promised."""
        raise NotImplementedError  # each kind answers this, or its own visit()

    def page_request(self, item: Item) -> Request:
        """Where an Item's own text stands, for `read_page`."""
        return Request(url=item.url, headers=self.headers_for(item.url))

    def headers_for(self, url: str) -> Mapping[str, str]:
        """This source's own headers for its own host, and none for any other: they may hold secrets."""
        return self.headers if urlsplit(url).netloc == urlsplit(self.url).netloc else {}

    def read_item(self, item: Item, page: Page) -> Item:
        """`item` with the main text of its own page; of a PDF or Word file its name in the list is all we read."""
        if page.body.startswith(_LETTERS):
            return item
        return replace(item, text=text.main_text(page.body, self.region, self.drop_text))

    def as_item(
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
        address = text.link(url, base) if url.strip() else ""
        identity = (
            text.canonical(address) or text.printable(guid).strip() or key(text.title_key(headline), published.literal)
        )
        return Item(
            source=self.id,
            identity=identity[:500],
            url=address or text.link(base) or self.url,
            title=headline,
            summary=text.clean_summary(summary, self.drop_text),
            text=body,
            published=published,
            withdrawn=withdrawn,
        )

    def dated(self, literal: str) -> Published:
        """When `literal` says, read with this source's formats first."""
        return dates.read(text.clean(literal, 200), self.date_formats)


def advance(source: Source, state: SourceState, pages: Sequence[Page]) -> Request | Reading:
    """What `source` asks for after `pages`, or its Reading. A visit is pure, so it can be played again anywhere."""
    steps = source.visit(state)
    try:
        step = next(steps)
        for page in pages:
            step = steps.send(page)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    return step
