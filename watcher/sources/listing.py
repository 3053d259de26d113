"""An HTML page that lists announcements, read with CSS selectors, or by its structure where there are none."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import re2
from pydantic import AfterValidator

from watcher.core.decoding.text_encoding import html_soup
from watcher.core.items.form_pager import PagerForm
from watcher.core.items.older_pages import older_pages, pages_at
from watcher.core.language import dates, text
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.region_text import write_region
from watcher.core.rows.values import FoundRows, ListingRow
from watcher.core.watching.proof import AS_PAGE, NOTE, Claim
from watcher.core.watching.remembered_list import RememberedList, title_mark
from watcher.errors import NotParsed
from watcher.model import UNDATED, Item, ParseResult, Precision, Published, Response, SourceState
from watcher.model.options import Selector, compile_pattern
from watcher.sources.base import Source, Visit

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from bs4.element import PageElement

MIN_PAGE_CHARACTERS = 100
_SILENT = "; without dates and unlike those of before, they count as old."
_SAYS_NOTHING = lazy_regex(
    r"^\W*(?:please )?(?:click here|here|read more|more|find out more|view|download|link)\W*$", re.IGNORECASE
)
_TRAILING_LINK_WORDS = lazy_regex(r"\s*[-–:]?\s*(?:please )?(?:click here|read more)\W*$", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def split_pattern(literal: str) -> str:
    """`literal` as it is, when it is an RE2 pattern with the groups `date` and `title`, or empty; else ValueError."""
    if literal and not {"date", "title"} <= set(compile_pattern(literal).groupindex):
        raise ValueError("the pattern needs the groups (?P<date>...) and (?P<title>...)")
    return literal


@dataclass(frozen=True, kw_only=True)
class Listing(Source):
    """A list of announcements. `item` selects inside the page, all other selectors inside one item.

    Without `item` the list is found by the structure of the page (core/rows/find.py), inside `region` where there is
    one, and how it was found is remembered: a redesign is noticed, learnt anew, and told to admins once, also where a
    site shows now one build of its page and now another.

    `title_from: heading` takes the nearest heading before the link; `title_regex` (RE2, groups `date` and `title`)
    splits a title that has its date glued on; `year_inference` reads "3 August" in a newest-first list, from the row's
    own words when there is no `date`.
    """

    tells_edits: ClassVar[bool] = True

    item: Selector = ""
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
            result = self._read_list(response, state.memory)
        except NotParsed as error:
            if not (self.is_auto and (state.last_success is None or state.memory.get(AS_PAGE))):
                raise
            return self._watch_page(response, error.why)
        if state.memory.get(AS_PAGE):
            return replace(result, begins_anew=True)
        result = self._tell_redesign(result, state)
        read_alike = partial(self._read_older_page, memory=result.memory)
        by_form = self.older_form.pages_after(response, self.headers_for) if self.older_form else None
        pages = by_form or pages_at(self.older, self.headers_for)
        return (yield from older_pages(result, state.last_identities, pages, read_alike))

    def _watch_page(self, response: Response, why: str) -> ParseResult:
        """The page itself as one Item, line by line, as the kind `page` reads it. Raises NotParsed for no page."""
        from watcher.core.pages.region import region_of_soup

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
        return self._read_list(response, {})

    def _read_list(self, response: Response, memory: Mapping[str, Any]) -> ParseResult:
        soup = html_soup(response.body, response.content_type)
        for dropped in (tag for selector in self.drop for tag in soup.select(selector)):
            dropped.decompose()
        if not self.item:
            return self._read_found(self._find_rows(soup, response, memory), response)
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

    def _read_older_page(self, response: Response, memory: Mapping[str, Any]) -> ParseResult:
        """An older page, read as the newest. Raises NotParsed where another list is found on it."""
        result = self._read_list(response, memory)
        if not RememberedList.read(result.memory).is_built_as(RememberedList.read(memory)):
            raise NotParsed("its list is built otherwise than that of the newest page")
        return result

    def _make_row_item(self, line: ListingRow, inferred: Published | None, base: str) -> Item | None:
        published = inferred or self.read_date(line.date)
        if published.precision is Precision.NONE and line.published.precision is not Precision.NONE:
            published = line.published  # its year, or all of it, stands elsewhere on the page
        return self.make_item(title=line.title, url=line.url, base=base, summary=line.summary, published=published)

    # --- without `item` -----------------------------------------------------------------------------------------------

    def _find_rows(self, soup: "BeautifulSoup", response: Response, memory: Mapping[str, Any]) -> FoundRows:
        """The rows that the structure of the page gives: those of the remembered pattern, while they are enough."""
        from watcher.core.pages.region import MAX_REGIONS
        from watcher.core.rows.find import find_rows

        today = response.fetched_at.astimezone(dates.LONDON).date()
        within = soup.select(self.region, limit=MAX_REGIONS) if self.region else []
        if self.region and not within:
            raise NotParsed(f"{self.region!r} finds nothing on it: the page was redesigned, or it is a login page")
        remembered = RememberedList.read(memory).pattern
        found_rows = find_rows(soup, today, within=within, remembered=remembered)
        if remembered and len(found_rows.rows) < self.min_items:
            found_rows = find_rows(soup, today, within=within)
        if not found_rows.rows:
            raise NotParsed(f"its list cannot be found: {found_rows.why}")
        if not self.min_items <= len(found_rows.rows) <= self.max_items:
            raise NotParsed(
                f"its list, found by the structure of the page, has {len(found_rows.rows)} items, expected "
                f"{self.min_items} to {self.max_items}; write `item` if it is not {found_rows.pattern['item']!r}"
            )
        return found_rows

    def _read_found(self, found_rows: FoundRows, response: Response) -> ParseResult:
        rows = [self._with_selectors(*pair) for pair in zip(found_rows.rows, found_rows.tags, strict=True)]
        inferred = self._infer_dates(rows, response)
        items_and_links, unread = self.read_each(
            zip(rows, inferred, strict=True),
            lambda dated_row: (self._make_row_item(*dated_row, response.url), dated_row[0].url),
        )
        result = self.make_result(items_and_links, response.url, unread, _left_out(found_rows))
        if len(result.items) < self.min_items:
            raise NotParsed(f"only {len(result.items)} of {len(rows)} items have a headline of their own")
        remembered = RememberedList.of_look(found_rows.pattern, [item.title for item in result.items])
        return replace(result, memory=remembered.as_memory())

    def _with_selectors(self, line: ListingRow, tags: "Sequence[PageElement]") -> ListingRow:
        """A row that was found, with what the selectors of the entry find in it; they win where they find something."""
        from bs4 import BeautifulSoup

        if self.title or self.date or self.summary or self.link != "a" or self.title_from != "own":
            read = self._read_row(BeautifulSoup("".join(map(str, tags)), "lxml"))
            line = replace(
                line,
                title=(read.title if self.title or self.title_from != "own" else "") or line.title,
                url=(read.url if self.link != "a" else "") or line.url,
                summary=read.summary or line.summary,
            )
            line = replace(line, date=read.date, published=UNDATED) if self.date and read.date else line
        split = re2.match(self.title_regex, line.title) if self.title_regex else None
        if split:
            line = replace(line, title=split["title"] or line.title)
            line = line if line.date else replace(line, date=split["date"] or "")
        return line

    def _tell_redesign(self, result: ParseResult, state: SourceState) -> ParseResult:
        """`result`, and where its rows were found otherwise than those of the last look, a note for admins.

        Each build of a page is told once. Where hardly a headline or an address is as before, undated ones may all be
        old: they count as there before.
        """
        before, now = RememberedList.read(state.memory), RememberedList.read(result.memory)
        if not before.pattern or not now.pattern:
            return result
        listed = sum(item.identity in state.last_identities for item in result.items)
        seen = sum(
            item.identity in state.last_identities or title_mark(item.title) in before.titles for item in result.items
        )
        if now.is_built_as(before):  # only its addresses are others
            now = now.with_builds(before.builds, now.build())
            return replace(result, is_rebuilt=not listed and seen > 1, memory={**result.memory, **now.as_memory()})
        undated = sum(item.published.precision is Precision.NONE for item in result.items)
        begins_anew = 2 * seen < len(result.items) < 2 * undated
        shown = now.build(begins_anew=begins_anew)
        memory = {**result.memory, **now.with_builds(before.builds, shown).as_memory()}
        if shown not in before.builds:
            memory[NOTE] = self._note_redesign(now, result, seen) + ("." if not begins_anew else _SILENT)
        return replace(result, begins_anew=begins_anew, is_rebuilt=True, memory=memory)

    def _note_redesign(self, now: RememberedList, result: ParseResult, seen: int) -> str:
        return (
            f'the page was redesigned: its rows are now read by `item: "{now.pattern["item"]}"`, {len(result.items)} '
            f"of them, {seen} as before, such as {result.items[0].title[:80]!r}. Compare it with `watcher try {self.id}"
            "`, and write `item` into its entry if they are the wrong ones"
        )

    # --- one row --------------------------------------------------------------------------------------------------

    def _read_row(self, tag: "Tag") -> ListingRow:
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


def _left_out(found_rows: FoundRows) -> list[str]:
    """The line that says which items of a list without `item` are not given."""
    titles = found_rows.left_out
    if not titles:
        return []
    why = "items left out, because they have no date and are unlike the others"
    return [f"{why}: {len(titles)}, such as {titles[0][:80]!r}"]


def _find_heading_before(tag: "Tag") -> str:
    """The text of the nearest heading before `tag`, for links that say "click here"; "" when there is none."""
    return _read_text(tag.find_previous(_HEADINGS))


def _read_text(tag: object) -> str:
    """The text of a tag on one line, or the `datetime` of a <time>; "" for anything that is no tag."""
    from bs4 import Tag

    if not isinstance(tag, Tag):
        return ""
    if tag.name == "time" and tag.get("datetime"):
        return text.clean(str(tag["datetime"]))
    return text.clean(tag.get_text(" ", strip=True))
