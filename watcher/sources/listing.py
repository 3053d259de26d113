"""An HTML page that lists announcements, read with CSS selectors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import re2
from bs4 import Tag
from pydantic import AfterValidator

from watcher.core.decoding.text_encoding import html_soup
from watcher.core.items.form_pager import PagerForm
from watcher.core.items.older_pages import older_pages
from watcher.core.language import dates, text
from watcher.core.pages.region import region_of_soup, write_region
from watcher.core.watching.proof import AS_PAGE, Claim
from watcher.errors import NotParsed
from watcher.model import Item, ParseResult, Published, Response, SourceState
from watcher.model.options import Selector, compile_pattern
from watcher.sources.base import Source, Visit

MIN_PAGE_CHARACTERS = 100
_SAYS_NOTHING = re.compile(
    r"^\W*(?:please )?(?:click here|here|read more|more|find out more|view|download|link)\W*$", re.IGNORECASE
)
_TRAILING_LINK_WORDS = re.compile(r"\s*[-–:]?\s*(?:please )?(?:click here|read more)\W*$", re.IGNORECASE)
_HEADINGS = re.compile(r"^h[1-6]$")


def split_pattern(literal: str) -> str:
    """`literal` as it is, when it is an RE2 pattern with the groups `date` and `title`, or empty; else ValueError."""
    if literal and not {"date", "title"} <= set(compile_pattern(literal).groupindex):
        raise ValueError("the pattern needs the groups (?P<date>...) and (?P<title>...)")
    return literal


@dataclass(frozen=True, slots=True)
class ListingRow:
    """The words of one item of the list, as the page writes them; "" for what it does not hold."""

    title: str
    url: str
    date: str
    summary: str


@dataclass(frozen=True, kw_only=True)
class Listing(Source):
    """A list of announcements. `item` selects inside the page, all other selectors inside one item.

    `title_from: heading` takes the nearest heading before the link; `title_regex` (RE2, groups `date` and `title`)
    splits a title that has its date glued on; `year_inference` reads "3 August" in a newest-first list, from the row's
    own words when there is no `date`.
    """

    tells_edits: ClassVar[bool] = True

    item: Selector
    title: Selector = ""
    link: Selector = "a"
    date: Selector = ""
    summary: Selector = ""
    title_from: Literal["own", "heading"] = "own"
    title_regex: Annotated[str, AfterValidator(split_pattern)] = ""
    year_inference: bool = False
    drop: tuple[Selector, ...] = ()
    min_items: int = 1
    max_items: int = 300
    older_form: PagerForm | None = None

    def visit(self, state: SourceState) -> Visit:
        """The list. Where it cannot be read at the first look of a source that proves itself, its page is watched."""
        response = yield self.request(self.url, state)
        if response.unchanged:
            return ParseResult(unchanged=True)
        try:
            result = self.parse(response)
        except NotParsed as error:
            if not (self.is_auto and (state.last_success is None or state.memory.get(AS_PAGE))):
                raise
            return self._watch_page(response, error.why)
        if state.memory.get(AS_PAGE):
            return replace(result, begins_anew=True)
        if self.older_form:
            pages = self.older_form.pages_after(response, self.headers_for)
            return (yield from older_pages(result, state.last_identities, pages, self.parse))
        return (yield from self._read_older_pages(result, state))

    def _watch_page(self, response: Response, why: str) -> ParseResult:
        """The page itself as one Item, line by line, as the kind `page` reads it. Raises NotParsed for no page."""
        region = region_of_soup(html_soup(response.body, response.content_type), self.region)
        text_of_page = write_region(region)
        item = self.make_item(title=region.title or self.name, url=self.url, base=response.url)
        if region.why or len(text_of_page) < MIN_PAGE_CHARACTERS or item is None:
            raise NotParsed(why)
        return ParseResult(
            items=(replace(item, text=text_of_page),),
            problems=(f"the list cannot be read ({why}); the page itself is watched instead",),
            doubts={item.identity: region.doubt} if region.doubt else {},
            memory={AS_PAGE: True},
        )

    @property
    def claim(self) -> Claim:
        """A list, dated where it has dates."""
        is_dated = bool(self.date or self.title_regex or self.year_inference)
        return replace(super().claim, is_dated=is_dated)

    def parse(self, response: Response) -> ParseResult:
        """The Items of the list. Raises NotParsed for fewer than `min_items` or more than `max_items`."""
        soup = html_soup(response.body, response.content_type)
        for dropped in (tag for selector in self.drop for tag in soup.select(selector)):
            dropped.decompose()
        tags = soup.select(self.item)
        if not self.min_items <= len(tags) <= self.max_items:
            raise NotParsed(
                f"{self.item!r} finds {len(tags)} items, expected {self.min_items} to {self.max_items}: "
                "the page was redesigned, or it is a login page"
            )
        rows, unread_tags = self.read_each(tags, self._read_row)
        items_and_links, unread_rows = self.read_each(
            zip(rows, self._infer_dates(rows, response), strict=True),
            lambda dated_row: (self._make_row_item(*dated_row, response.url), dated_row[0].url),
        )
        result = self.make_result(items_and_links, response.url, [*unread_tags, *unread_rows])
        if len(result.items) < self.min_items:
            why = result.quarantined[0].why if result.quarantined else "the title selector misses"
            raise NotParsed(f"only {len(result.items)} of {len(tags)} items have a headline: {why}")
        return result

    def _make_row_item(self, row: ListingRow, inferred: Published | None, base: str) -> Item | None:
        published = inferred or self.read_date(row.date)
        return self.make_item(title=row.title, url=row.url, base=base, summary=row.summary, published=published)

    def _read_row(self, tag: Tag) -> ListingRow:
        """The title, link, date and summary that the selectors find in one item of the list."""
        link = tag.select_one(self.link) if self.link and tag.name != "a" else tag
        title_tag = tag.select_one(self.title) if self.title else link or tag
        title, whole = _read_text(title_tag), _read_text(tag)
        if self.title_from == "own" and _SAYS_NOTHING.match(title):
            title = whole  # "Monthly update 3 August - click here"
        if self.title_from == "heading" or _SAYS_NOTHING.match(title):
            title = _find_heading_before(link or tag) or whole
        title = _TRAILING_LINK_WORDS.sub("", title)
        date = _read_text(tag.select_one(self.date)) if self.date else ""
        if self.title_regex:
            split = re2.match(self.title_regex, title)
            title, date = (split["title"] or title, date or split["date"] or "") if split else (title, date)
        summary = _read_text(tag.select_one(self.summary)) if self.summary else ""
        date = date or (whole if self.year_inference and not self.date else "")
        return ListingRow(title, str(link.get("href") or "") if link else "", date, summary)

    def _infer_dates(self, rows: list[ListingRow], response: Response) -> Sequence[Published | None]:
        """With `year_inference`, the dates of all rows, read together; else None for each row."""
        if not self.year_inference:
            return [None] * len(rows)
        return dates.infer_years([row.date for row in rows], response.fetched_at.astimezone(dates.LONDON).date())


def _find_heading_before(tag: Tag) -> str:
    """The text of the nearest heading before `tag`, for links that say "click here"; "" when there is none."""
    return _read_text(tag.find_previous(_HEADINGS))


def _read_text(tag: object) -> str:
    """The text of a tag on one line, or the `datetime` of a <time>; "" for anything that is no tag."""
    if not isinstance(tag, Tag):
        return ""
    if tag.name == "time" and tag.get("datetime"):
        return text.clean(str(tag["datetime"]))
    return text.clean(tag.get_text(" ", strip=True))
