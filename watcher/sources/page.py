"""One page that is edited in place: its watched region as one Item, and with `follow` the documents behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar
from urllib.parse import urlsplit

from pydantic import Field

from watcher.core.decoding.text_encoding import html_soup
from watcher.core.language import text
from watcher.core.language.region_text import write_region
from watcher.core.language.urls import canonical_url, public_link
from watcher.core.letters.document_lines import is_document
from watcher.core.letters.letter import as_letter, with_letter
from watcher.core.pages.versions import file_mark
from watcher.core.pages.withdrawn_notice import without_withdrawn_mark
from watcher.core.watching.proof import Claim
from watcher.errors import NotFetched, NotParsed
from watcher.model import (
    UNDATED,
    Item,
    LineKind,
    ParseResult,
    Published,
    Region,
    Request,
    Response,
    SourceState,
)
from watcher.model.options import Pattern, Selector
from watcher.sources.base import Source, Visit

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

MAX_FOLLOWED = 20  # documents asked for in one poll; of a page that links to more, its problems say so
_DATE_METAS = ("article:published_time", "govuk:first-published-at", "dcterms.issued", "DC.date.issued")
_FILE_ENDINGS = (".pdf", ".doc", ".docx", ".odt", ".xls", ".xlsx", ".ods", ".ppt", ".pptx", ".zip")
_FIRST_PUBLISHED = ("published", "first published", "date published", "publication", "posted")


@dataclass(frozen=True, slots=True)
class _LinkedDocument:
    """A document that the page links to, and the words of the link."""

    url: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Page(Source):
    """A watched page. Its Item's text is the region line by line, for core/pages/compare.py.

    `ignore` is taken out of each line; less than `min_text` characters is an error; `follow` selects links.
    """

    compares_lines: ClassVar[bool] = True

    ignore: tuple[Pattern, ...] = ()
    follow: Selector = ""
    min_text: Annotated[int, Field(ge=1)] = 200

    @property
    def asks_further(self) -> bool:
        """With `follow`, the documents behind the page change without it."""
        return bool(self.follow)

    @property
    def claim(self) -> Claim:
        """One page, whose own date may be years old."""
        return replace(super().claim, is_list=False)

    def visit(self, state: SourceState) -> Visit:
        """The page, then what it links to. With `follow` it is always asked for whole: an old copy names no links."""
        whole = Request(url=self.url, headers=self.headers_for(self.url))
        response = yield whole if self.follow else self.request(self.url, state)
        if response.unchanged:
            return ParseResult(unchanged=True)
        links = self._find_links(response)
        problems = [f"{len(links)} links to follow: only the first {MAX_FOLLOWED} are"] if links[MAX_FOLLOWED:] else []
        answers: list[tuple[_LinkedDocument, Response]] = []
        for link in links[:MAX_FOLLOWED]:
            try:
                answer = yield self.request(link.url, state)
            except NotFetched as error:
                problems.append(f"{link.url}: {error.why}")
            else:
                answers += [] if answer.unchanged else [(link, answer)]
        # Parsed at the end: a visit is played from its start again for each answer (sources/base.next_step).
        result = self.parse(response)
        documents = self._read_documents(answers)
        return replace(
            result,
            items=(*result.items, *documents.items),
            problems=(*result.problems, *problems, *documents.problems),
            doubts={**result.doubts, **documents.doubts},
        )

    def parse(self, response: Response) -> ParseResult:
        """The page as one Item. Raises NotParsed for a region that is missing or emptied, a challenge and a login."""
        item, problems, doubt = self._read_page(response, self.url, self.name)
        return ParseResult(items=(item,), problems=problems, doubts={item.identity: doubt} if doubt else {})

    def read_item(self, item: Item, response: Response) -> Item:
        """`item` with the text that it would have as a page of its own, or that of its file."""
        if is_document(response.body):
            return with_letter(item, response.body)
        read, _, doubt = self._read_page(response, item.url, item.title)
        if doubt:
            raise NotParsed(doubt)
        return replace(item, text=read.text)

    def _read_page(self, response: Response, url: str, name: str) -> tuple[Item, tuple[str, ...], str]:
        """The Item of an HTML page, known by `url`, its problems, and why it may be another page ("": no doubt).

        Only our own page must have `region`.

        `name` is the title of a page without a heading. Raises NotParsed for a file, and for a page that was redesigned
        or has less than `min_text` characters (one that says that it is withdrawn may be shorter).
        """
        from watcher.core.pages.region import region_of_soup

        if is_document(response.body):
            raise NotParsed("the answer is a file, not a page; watch the page that links to it, with `follow`")
        soup = html_soup(response.body, response.content_type)
        selector = self.region if url == self.url or (self.region and soup.select_one(self.region)) else ""
        region = region_of_soup(soup, selector, self.ignore)
        if region.why:
            raise NotParsed(f"{region.why}: it was redesigned, or another page was shown in its place")
        kept = replace(region, lines=tuple(line for line in region.lines if line.text not in self.drop_text))
        body = write_region(kept)
        if len(body) < self.min_text and not region.banner:
            too_short = f"only {len(body)} characters of it are left, expected {self.min_text} or more"
            raise NotParsed(f"{region.doubt}; {too_short}" if region.doubt else too_short)
        title, published = _find_headline(region, soup) or name, self._find_published(region, soup)
        item = self.make_item(title=title, url=url, base=response.url, published=published)
        assert item, "there is always a name"
        is_cut = body.count("\n") + 1 < len(kept.lines)
        problems = (f"{url}: only the first {text.MAX_TEXT_CHARACTERS:,} characters are watched",) if is_cut else ()
        return replace(item, text=body, withdrawn=bool(region.banner)), problems, region.doubt

    def _find_published(self, region: Region, soup: "BeautifulSoup") -> Published:
        """When the page says that it appeared, else when it was changed; "reviewed" is neither."""
        from bs4 import Tag

        metas = [soup.find("meta", attrs={name: meta}) for meta in _DATE_METAS for name in ("property", "name")]
        stamps = [line for line in region.left_out if "review" not in line.casefold()]
        first_published = [line for line in stamps if line.casefold().startswith(_FIRST_PUBLISHED)]
        literals = [str(meta.get("content") or "") for meta in metas if isinstance(meta, Tag)]
        dates = map(self.read_date, [*literals, *first_published, *stamps])
        return next((published for published in dates if published.day), UNDATED)

    def _find_links(self, response: Response) -> list[_LinkedDocument]:
        """The documents to follow, each once, in the page's order; places on the page itself are none."""
        if not self.follow or is_document(response.body):
            return []
        own_pages = {canonical_url(self.url), canonical_url(response.url)}
        documents: dict[str, _LinkedDocument] = {}
        for tag in html_soup(response.body, response.content_type).select(self.follow):
            for link in [tag] if tag.get("href") else tag.find_all("a", href=True):
                address = public_link(str(link.get("href") or ""), response.url)
                identity = canonical_url(address)
                if address and identity not in own_pages:
                    words = text.clean(link.get_text(" ", strip=True))
                    documents.setdefault(identity, _LinkedDocument(address, words))
        return list(documents.values())

    def _read_documents(self, answers: Sequence[tuple[_LinkedDocument, Response]]) -> ParseResult:
        """An Item for each document that can be read, with the problems and doubts of all."""
        items: list[Item] = []
        problems: list[str] = []
        doubts: dict[str, str] = {}
        for link, response in answers:
            try:
                item, item_problems, doubt = self._read_document(link, response)
            except NotParsed as error:
                problems.append(f"{link.url}: {error.why}")
            else:
                twin = next((letter for letter in items if letter.identity == item.identity), None)
                if twin and twin.text != item.text and len(item.keys) > 1:
                    item = replace(item, identity=item.keys[1])  # an annex bears the reference of its letter
                items += [] if twin and twin.text == item.text else [item]  # one letter at two addresses is one
                problems += item_problems
                doubts |= {item.identity: doubt} if doubt else {}
        return ParseResult(items=tuple(items), problems=tuple(problems), doubts=doubts)

    def _read_document(self, link: _LinkedDocument, response: Response) -> tuple[Item, tuple[str, ...], str]:
        """The Item of a page or file that our page links to, its problems, and why it may be another."""
        name = link.words or link.url.rpartition("/")[2] or self.name
        item: Item | None
        if not is_document(response.body):
            item, problems, doubt = self._read_page(response, link.url, name)
            promises_file = urlsplit(link.url).path.lower().endswith(_FILE_ENDINGS)
            return item, problems, doubt or ("it is a page, and its address is that of a file" if promises_file else "")
        item = self.make_item(title=name, url=link.url, base=response.url)
        assert item, "there is always a name"
        try:
            return as_letter(item, response.body), (), ""
        except NotParsed as error:  # that it is another file is worth telling, even so
            return replace(item, text=file_mark(response.body)), (f"{link.url}: {error.why}",), ""


def _find_headline(region: Region, soup: "BeautifulSoup") -> str:
    """The title of a page: its main heading, else the first heading of its region, else its <title>."""
    from bs4 import Tag

    heading = soup.select_one("main h1, [role=main] h1, article h1") or soup.find("h1")
    main = text.clean_title(heading.get_text(" ", strip=True)) if isinstance(heading, Tag) else ""
    first = next((line.text for line in region.lines if line.kind is LineKind.HEADING), "")
    return without_withdrawn_mark(main or first or region.title)
