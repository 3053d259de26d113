"""An HTML page that lists announcements, read with CSS selectors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import re2
from bs4 import BeautifulSoup, Tag
from pydantic import AfterValidator

from watcher.core.language import dates, text
from watcher.errors import NotParsed
from watcher.model import Item, ParseResult, Published, Response
from watcher.model.options import Selector
from watcher.sources.base import Source

_SAYS_NOTHING = re.compile(
    r"^\W*(?:please )?(?:click here|here|read more|more|find out more|view|download|link)\W*$", re.IGNORECASE
)
_TRAILING = re.compile(r"\s*[-–:]?\s*(?:please )?(?:click here|read more)\W*$", re.IGNORECASE)
_HEADINGS = re.compile(r"^h[1-6]$")


def re2_pattern(value: str) -> str:
    """An RE2 pattern: it cannot run away on a hostile page, whatever it says."""
    try:
        compiled = re2.compile(value)
    except re2.error as error:
        raise ValueError(f"not an RE2 pattern: {error}") from error
    if value and not {"date", "title"} <= set(compiled.groupindex):
        raise ValueError("the pattern needs the groups (?P<date>...) and (?P<title>...)")
    return value


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One item of the list in the page's own words."""

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

    item: Selector
    title: Selector = ""
    link: Selector = "a"
    date: Selector = ""
    summary: Selector = ""
    title_from: Literal["own", "heading"] = "own"
    title_regex: Annotated[str, AfterValidator(re2_pattern)] = ""
    year_inference: bool = False
    drop: tuple[Selector, ...] = ()
    min_items: int = 1
    max_items: int = 300

    def parse(self, page: Response) -> ParseResult:
        """The Items of the list. Fewer than `min_items` or more than `max_items` is an error, never "no news"."""
        soup = BeautifulSoup(page.body, "lxml")
        for banner in (tag for css in self.drop for tag in soup.select(css)):
            banner.decompose()
        found = soup.select(self.item)
        if not self.min_items <= len(found) <= self.max_items:
            raise NotParsed(
                f"{self.item!r} finds {len(found)} items, expected {self.min_items} to {self.max_items}: "
                "the page was redesigned, or it is a login page"
            )
        rows, poison = self.read_each(found, self._row)
        dated = zip(rows, self._years(rows, page), strict=True)
        items, more = self.read_each(dated, lambda each: (self._item(*each, page.url), each[0].url))
        reading = self.make_result(items, page.url, [*poison, *more])
        if len(reading.items) < self.min_items:
            why = reading.quarantined[0].why if reading.quarantined else "the title selector misses"
            raise NotParsed(f"only {len(reading.items)} of {len(found)} items have a headline: {why}")
        return reading

    def _item(self, row: ListingRow, inferred: Published | None, base: str) -> Item | None:
        when = inferred or self.read_date(row.date)
        return self.make_item(title=row.title, url=row.url, base=base, summary=row.summary, published=when)

    def _row(self, tag: Tag) -> ListingRow:
        link = tag.select_one(self.link) if self.link and tag.name != "a" else tag
        named = tag.select_one(self.title) if self.title else link or tag
        title, own = _words(named), _words(tag)
        if self.title_from == "own" and _SAYS_NOTHING.match(title):
            title = own  # "Monthly update 3 August - click here"
        if self.title_from == "heading" or _SAYS_NOTHING.match(title):
            title = _heading(link or tag) or own
        title = _TRAILING.sub("", title)
        date = _words(tag.select_one(self.date)) if self.date else ""
        if self.title_regex:
            split = re2.match(self.title_regex, title)
            title, date = (split["title"] or title, date or split["date"] or "") if split else (title, date)
        summary = _words(tag.select_one(self.summary)) if self.summary else ""
        date = date or (own if self.year_inference and not self.date else "")
        return ListingRow(title, str(link.get("href") or "") if link else "", date, summary)

    def _years(self, rows: list[ListingRow], page: Response) -> Sequence[Published | None]:
        """With `year_inference`, the dates of all rows together; else each row's own date is enough."""
        if not self.year_inference:
            return [None] * len(rows)
        return dates.infer_years([row.date for row in rows], page.fetched_at.astimezone(dates.LONDON).date())


def _heading(tag: Tag) -> str:
    """The nearest heading before `tag`, for links that say "click here"."""
    return _words(tag.find_previous(_HEADINGS))


def _words(tag: object) -> str:
    if not isinstance(tag, Tag):
        return ""
    if tag.name == "time" and tag.get("datetime"):
        return text.clean(str(tag["datetime"]))
    return text.clean(tag.get_text(" ", strip=True))
