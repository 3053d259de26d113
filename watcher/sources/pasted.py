"""A list that a person copies from a page which refuses machines, and pastes: `watcher add SOURCE --paste`."""

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from watcher.core.decoding.text_encoding import decode_text, html_soup
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_count
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.letters.document_lines import is_document
from watcher.core.pastes.pasted_words import PastedAnnouncement
from watcher.core.rows.values import ListingRow
from watcher.errors import NotParsed
from watcher.model import Item, ParseResult, Precision, Response
from watcher.sources.base import Source

MAX_PASTED_ITEMS = 500
_WHOLE_PAGE = lazy_regex(r"<(?:html|body)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Pasted(Source):
    """A list that is pasted, never polled. `url` is the page that people copy from.

    What is pasted is a table (cells parted by tabs), text or HTML.
    """

    is_polled: ClassVar[bool] = False

    def parse(self, response: Response) -> ParseResult:
        """The Items of what was pasted. Raises NotParsed where no headline has a date, naming what was seen."""
        if is_document(response.body):
            raise NotParsed("it is a PDF or Word file; copy the list itself, or save its page")
        pasted = decode_text(response.body, response.content_type)
        announcements, left_out = self._read(pasted, response)
        announcements, to_come = self._split_by_day(announcements, response)
        problems = [
            f"{format_count(left_out, 'line')} left out: no headline with a date of its own could be read there"
        ] * bool(left_out)
        problems += [f"{format_count(to_come, 'date')} still to come, so not of publication: left out"] * bool(to_come)
        if len(announcements) > MAX_PASTED_ITEMS:
            problems.append(f"{len(announcements):,} were pasted; the first {MAX_PASTED_ITEMS} are read")
            announcements = announcements[:MAX_PASTED_ITEMS]
        items_and_links, quarantined = self.read_each(
            announcements, lambda announcement: (self._make_item(announcement, response.url), announcement.url)
        )
        result = self.make_result(items_and_links, response.url, quarantined, problems)
        if not result.items:
            raise NotParsed(
                "; ".join(["nothing of what was pasted has a headline and a date of publication", *problems])
            )
        return replace(result, only_changes=True)

    def _read(self, pasted: str, response: Response) -> tuple[list[PastedAnnouncement], int]:
        from watcher.core.pastes.pasted_announcements import read_announcements
        from watcher.core.pastes.pasted_blocks import CURE
        from watcher.core.pastes.pasted_lines import is_markup, markup_lines, text_lines
        from watcher.core.rows.find import find_rows

        if not is_markup(pasted):
            return read_announcements(text_lines(pasted), self.read_date)
        soup = html_soup(response.body, response.content_type)
        is_whole_page = bool(_WHOLE_PAGE.search(pasted))
        answer = find_rows(soup, response.fetched_at.astimezone(LONDON).date())
        members = [
            PastedAnnouncement(member.title, self._date_of(member), member.url, member.summary)
            for member in answer.rows
            if self._date_of(member)
        ]
        if members and (is_whole_page or len(members) == len(answer.rows)):
            return members, len(answer.rows) - len(members)
        if is_whole_page:  # a page holds more dates than those of its list
            raise NotParsed(f"its list cannot be found on this page ({answer.why or 'it has no dates'}); {CURE}")
        return read_announcements(markup_lines(soup, response.url), self.read_date)

    def _date_of(self, member: ListingRow) -> str:
        """The date of a row as it is written, or as its page gives the year to it; "" for none."""
        if self.read_date(member.date).day:
            return member.date
        day, precision = member.published.day, member.published.precision
        return day.isoformat() if day and precision in {Precision.DAY, Precision.MINUTE, Precision.SECOND} else ""

    def _split_by_day(
        self, announcements: list[PastedAnnouncement], response: Response
    ) -> tuple[list[PastedAnnouncement], int]:
        """Those that can have been published by now, and how many cannot: a closing date is no date of publication."""
        today = response.fetched_at.astimezone(LONDON).date()
        published = [
            announcement
            for announcement in announcements
            if (day := self.read_date(announcement.date).day) is None or day <= today
        ]
        return published, len(announcements) - len(published)

    def _make_item(self, announcement: PastedAnnouncement, base: str) -> Item | None:
        return self.make_item(
            title=announcement.title,
            url=announcement.url,
            base=base,
            summary=announcement.summary,
            published=self.read_date(announcement.date),
        )
