"""One page that is edited in place: its watched region as one Item, and with `follow` the documents behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import re2
from bs4 import BeautifulSoup, Tag
from pydantic import AfterValidator, Field

from watcher.core.language import text
from watcher.core.pages.page_status import without_withdrawn_mark
from watcher.core.pages.region import region_of_soup, write_region
from watcher.errors import NotFetched, NotParsed
from watcher.model import Item, LineKind, ParseResult, Published, Region, Request, Response, SourceState, key
from watcher.model.options import Selector
from watcher.sources.base import DOCUMENT_SIGNATURES, UNDATED, Source, Visit

MAX_FOLLOWED = 20  # documents asked for in one look; a page that links to more says so
_METAS = ("article:published_time", "govuk:first-published-at", "dcterms.issued", "DC.date.issued")
_FIRST = ("published", "first published", "date published", "publication", "posted")


def ignored_pattern(value: str) -> str:
    """An RE2 pattern: it cannot run away on a hostile page, whatever it says."""
    try:
        re2.compile(value)
    except re2.error as error:
        raise ValueError(f"not an RE2 pattern: {error}") from error
    return value


@dataclass(frozen=True, slots=True)
class _LinkedDocument:
    """A document that the page links to, and the words of the link."""

    url: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Page(Source):
    """A watched page. Its Item's text is the region line by line, so that two revisions can be compared (core/changes).

    `ignore` is taken out of each line; less than `min_text` characters is an error; `follow` selects links.
    """

    compares_lines: ClassVar[bool] = True

    ignore: tuple[Annotated[str, AfterValidator(ignored_pattern)], ...] = ()
    follow: Selector = ""
    min_text: Annotated[int, Field(ge=1)] = 200

    def visit(self, state: SourceState) -> Visit:
        """The page, then what it links to. With `follow` it is always asked for whole: an old copy names no links."""
        whole = Request(url=self.url, headers=self.headers_for(self.url))
        page = yield whole if self.follow else self.request(self.url, state)
        if page.unchanged:
            return ParseResult(unchanged=True)
        links = self._links(page)
        problems = [f"{len(links)} links to follow: only the first {MAX_FOLLOWED} are"] if links[MAX_FOLLOWED:] else []
        answers: list[tuple[_LinkedDocument, Response]] = []
        for link in links[:MAX_FOLLOWED]:
            try:
                answer = yield self.request(link.url, state)
            except NotFetched as error:
                problems.append(f"{link.url}: {error.why}")
            else:
                answers += [] if answer.unchanged else [(link, answer)]
        # Parsed at the end: a visit is played from its start again for each answer (sources/base.advance).
        reading = self.parse(page)
        documents, unread = self._documents(answers)
        return replace(reading, items=(*reading.items, *documents), problems=(*reading.problems, *problems, *unread))

    def parse(self, page: Response) -> ParseResult:
        """The page as one Item. A region that is missing or emptied, a challenge and a login are errors."""
        item, problems = self._item(page, self.url, self.name)
        return ParseResult(items=(item,), problems=problems)

    def read_item(self, item: Item, page: Response) -> Item:
        """With `read_page`: the same text as without. A file has none."""
        return (
            item
            if page.body.startswith(DOCUMENT_SIGNATURES)
            else replace(item, text=self._item(page, item.url, item.title)[0].text)
        )

    def _item(self, page: Response, url: str, name: str) -> tuple[Item, tuple[str, ...]]:
        """The Item of an HTML page, known by `url`, and what is wrong with it. Only our own page must have `region`."""
        if page.body.startswith(DOCUMENT_SIGNATURES):
            raise NotParsed("the answer is a file, not a page; watch the page that links to it, with `follow`")
        soup = BeautifulSoup(page.body, "lxml")
        css = self.region if url == self.url or (self.region and soup.select_one(self.region)) else ""
        found = region_of_soup(soup, css, self.ignore)
        if found.why:
            raise NotParsed(f"{found.why}: it was redesigned, or another page was shown in its place")
        kept = replace(found, lines=tuple(line for line in found.lines if line.text not in self.drop_text))
        written = write_region(kept)
        if len(written) < self.min_text and not found.banner:
            raise NotParsed(f"only {len(written)} characters of it are left, expected {self.min_text} or more")
        item = self.make_item(
            title=_headline(found, soup) or name,
            url=url,
            base=page.url,
            published=self._published(found, soup),
            body=written,
            withdrawn=bool(found.banner),
        )
        assert item, "there is always a name"
        cut = written.count("\n") + 1 < len(kept.lines)
        return item, (f"{url}: only the first {text.MAX_TEXT_CHARACTERS:,} characters are watched",) if cut else ()

    def _published(self, found: Region, soup: BeautifulSoup) -> Published:
        """When the page says that it appeared, else when it was changed; "reviewed" is neither."""
        metas = [soup.find("meta", attrs={name: wanted}) for wanted in _METAS for name in ("property", "name")]
        stamps = [line for line in found.left_out if "review" not in line.casefold()]
        first = [line for line in stamps if line.casefold().startswith(_FIRST)]
        written = [str(meta.get("content") or "") for meta in metas if isinstance(meta, Tag)]
        dated = map(self.read_date, [*written, *first, *stamps])
        return next((each for each in dated if each.day), UNDATED)

    def _links(self, page: Response) -> list[_LinkedDocument]:
        """The documents to follow, each once; places on the page itself are none."""
        if not self.follow or page.body.startswith(DOCUMENT_SIGNATURES):
            return []
        own, known = text.canonical_url(self.url), dict[str, _LinkedDocument]()
        for tag in BeautifulSoup(page.body, "lxml").select(self.follow):
            for link in [tag] if tag.get("href") else tag.find_all("a", href=True):
                address = text.clean_link(str(link.get("href") or ""), page.url)
                if address and text.canonical_url(address) not in {own, text.canonical_url(page.url)}:
                    known.setdefault(
                        text.canonical_url(address),
                        _LinkedDocument(address, text.clean(link.get_text(" ", strip=True))),
                    )
        return list(known.values())

    def _documents(self, answers: Sequence[tuple[_LinkedDocument, Response]]) -> tuple[list[Item], list[str]]:
        """An Item for each document that can be read, and a line for each that cannot."""
        items, problems = [], []
        for link, answer in answers:
            try:
                item, wrong = self._document(link, answer)
            except NotParsed as error:
                problems.append(f"{link.url}: {error.why}")
            else:
                items.append(item)
                problems += wrong
        return items, problems

    def _document(self, link: _LinkedDocument, answer: Response) -> tuple[Item, tuple[str, ...]]:
        name = link.words or link.url.rpartition("/")[2] or self.name
        if not answer.body.startswith(DOCUMENT_SIGNATURES):
            return self._item(answer, link.url, name)
        # The words of a file are not read; a file that was replaced under its address is another revision all the same.
        mark = f"File of {len(answer.body):,} bytes, {key(answer.body.hex())}"
        item = self.make_item(title=name, url=link.url, base=answer.url, body=mark)
        assert item, "there is always a name"
        return item, ()


def _headline(found: Region, soup: BeautifulSoup) -> str:
    """What the page is called: its main heading, else the first of its region, else its title."""
    own = soup.select_one("main h1, [role=main] h1, article h1") or soup.find("h1")
    main = text.clean_title(own.get_text(" ", strip=True)) if isinstance(own, Tag) else ""
    first = next((line.text for line in found.lines if line.kind is LineKind.HEADING), "")
    return without_withdrawn_mark(main or first or found.title)
