"""Lead times: by body and Topic, who told an announcement first, and how long before the official text.

Measured by when we first saw each Item, because publishers move their own dates whenever they touch a page. Where their
dates say otherwise, both are given, each with its basis.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from statistics import median

from watcher.core.language.dates import FIRST_YEAR, LAST_YEAR, LONDON, earliest_moment, latest_moment
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.stories.authority import find_official_text
from watcher.model import Story, StoryItem, Trust

OLD = timedelta(hours=48)  # older than this when first seen: our clock cannot tell who was first
_MONTH = lazy_regex(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
MEDIA = frozenset({Trust.PRESS, Trust.TRADE, Trust.AGGREGATOR})


class FirstReporter(StrEnum):
    """The kind of publisher that told a Story first.

    `same_look`: we saw an official body's text and another at the same moment.
    """

    MEDIA = "media"
    OTHERS = "others"
    OFFICIAL = "official"
    SAME_LOOK = "same_look"
    NEVER = "never_official"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationOrder:
    """First reporter by one clock, and its lead on the official text: negative when that came first.

    `lead` is None where there is nothing to compare, or where a publisher gives no time of day.
    """

    first: FirstReporter
    lead: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLeadTime:
    """The lead time of one Story. `body` is the official publisher, "" while there is none.

    `seen_order` goes by when we first saw each Item, `dated_order` by what publishers say. `is_old`: it is not counted.
    """

    story: str
    title: str
    topics: tuple[str, ...]
    body: str
    first_item: StoryItem
    official: StoryItem | None
    seen_order: PublicationOrder
    dated_order: PublicationOrder
    is_old: bool

    @property
    def dates_disagree(self) -> bool:
        """Whether the publishers' own dates name another kind of reporter as the first."""
        return self.seen_order.first is not self.dated_order.first


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreboardRow:
    """Counts of the announcements of one body about one Topic; "" is all Topics, `body` None all bodies.

    The five counts add up to `announcements`. The leads are those of what the media had first. `otherwise` counts where
    publishers' own dates name another as the first.
    """

    body: str | None
    topic: str
    announcements: int
    media_first: int
    others_first: int
    official_first: int
    same_look: int
    never_official: int
    median_lead: timedelta | None = None
    longest_lead: timedelta | None = None
    longest_story: str = ""
    otherwise: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoreboard:
    """A month: rows (all bodies, then each with its Topics), a line for each Story, how many are too old to count."""

    month: str
    rows: tuple[ScoreboardRow, ...]
    lines: tuple[StoryLeadTime, ...]
    old: int

    @property
    def total(self) -> ScoreboardRow:
        """The row of all bodies and Topics."""
        return self.rows[0]

    @property
    def name(self) -> str:
        """The month as people write it: October 2026."""
        return f"{month_bounds(self.month)[0]:%B %Y}"


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """The first moment of a London month such as 2026-10, and that of the next month. Raises ValueError."""
    match = _MONTH.fullmatch(month)
    if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        raise ValueError("not a month such as 2026-10")
    year, number = int(match[1]), int(match[2])
    begin, end = date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)
    first, after = (datetime.combine(day, time(0), LONDON) for day in (begin, end))
    return first, after


def build_scoreboard(stories: Iterable[Story], month: str) -> Scoreboard:
    """The Scoreboard of the Stories that were opened in a London month. Raises ValueError."""
    begin, end = month_bounds(month)
    opened = (story for story in stories if story.items and begin <= story.opened_at < end)
    lines = sorted((story_lead_time(story) for story in opened), key=lambda line: (line.first_item.seen_at, line.story))
    counted = [line for line in lines if not line.is_old]
    rows = _build_rows_of_body(None, counted)
    for body in _names_by_count(counted, lambda line: (line.body,)):
        rows += _build_rows_of_body(body, [line for line in counted if line.body == body])
    return Scoreboard(month=month, rows=tuple(rows), lines=tuple(lines), old=len(lines) - len(counted))


def _build_rows_of_body(body: str | None, lines: Sequence[StoryLeadTime]) -> list[ScoreboardRow]:
    topics = _names_by_count(lines, lambda line: line.topics)
    by_topic = [_build_row(body, topic, [line for line in lines if topic in line.topics]) for topic in topics]
    return [_build_row(body, "", lines), *by_topic]


def story_lead_time(story: Story) -> StoryLeadTime:
    """The lead time of one Story: who told it first, by our clock and by the publishers' dates."""
    first = min(story.items, key=lambda item: (item.seen_at, item.item))
    appeared_at, official = appeared_by(first), find_official_text(story)
    seen_order = _order_by_clock(story.items, official, lambda item: item.seen_at)
    return StoryLeadTime(
        story=story.id,
        title=story.title,
        topics=story.topics,
        body=official.publisher if official else "",
        first_item=first,
        official=official,
        seen_order=seen_order,
        dated_order=_order_by_dates(story.items, official) or seen_order,
        is_old=appeared_at is not None and appeared_at < first.seen_at - OLD,
    )


def appeared_by(item: StoryItem) -> datetime | None:
    """By when an Item had appeared, by its own date (UTC); None where that is later than we saw it, or missing.

    A day counts from its end: a text dated 20 November may have come at any hour of it.
    """
    latest = latest_moment(item.published)
    return latest if latest is not None and latest <= item.seen_at else None


def _order_by_dates(items: Sequence[StoryItem], official: StoryItem | None) -> PublicationOrder | None:
    """The order by publishers' dates; None where they leave it open who was first."""
    first = min(items, key=lambda item: (_latest_appearance(item), item.seen_at, item.item))
    rivals = [item for item in items if _kind_of_reporter(item) is not _kind_of_reporter(first)]
    if any(_earliest_appearance(item) <= _latest_appearance(first) for item in rivals):
        return None
    order = _order_by_clock(items, official, _latest_appearance)
    exact = all(item.published.at or not appeared_by(item) for item in items)
    return order if exact else replace(order, lead=None)


def _latest_appearance(item: StoryItem) -> datetime:
    return appeared_by(item) or item.seen_at


def _earliest_appearance(item: StoryItem) -> datetime:
    return (earliest_moment(item.published) if appeared_by(item) else None) or item.seen_at


def _kind_of_reporter(item: StoryItem) -> FirstReporter:
    if item.trust.confirms:
        return FirstReporter.OFFICIAL
    return FirstReporter.MEDIA if item.trust in MEDIA and not item.is_unproven else FirstReporter.OTHERS


def _order_by_clock(
    items: Sequence[StoryItem], official_text: StoryItem | None, clock: Callable[[StoryItem], datetime]
) -> PublicationOrder:
    official = clock(official_text) if official_text else None
    media = min((clock(item) for item in items if _kind_of_reporter(item) is FirstReporter.MEDIA), default=None)
    others = min((clock(item) for item in items if not item.trust.confirms), default=None)
    if official is None:
        return PublicationOrder(first=FirstReporter.NEVER, lead=None)
    if others is None:
        return PublicationOrder(first=FirstReporter.OFFICIAL, lead=None)
    first = (
        FirstReporter.OFFICIAL
        if official < others
        else FirstReporter.MEDIA
        if media == others
        else FirstReporter.OTHERS
    )
    return PublicationOrder(first=FirstReporter.SAME_LOOK if official == others else first, lead=official - others)


def _names_by_count(lines: Sequence[StoryLeadTime], names: Callable[[StoryLeadTime], Iterable[str]]) -> list[str]:
    """The names by how many lines bear them, the commonest first; "" (no official body) comes last."""
    counts: dict[str, int] = {}
    for line in lines:
        for name in names(line):
            counts[name] = counts.get(name, 0) + 1
    return sorted(counts, key=lambda name: (name == "", -counts[name], name))


def _build_row(body: str | None, topic: str, lines: Sequence[StoryLeadTime]) -> ScoreboardRow:
    count = {first: sum(line.seen_order.first is first for line in lines) for first in FirstReporter}
    leads = [
        (line.seen_order.lead, line.story)
        for line in lines
        if line.seen_order.first is FirstReporter.MEDIA and line.seen_order.lead
    ]
    longest, story = max(leads, default=(None, ""))
    return ScoreboardRow(
        body=body,
        topic=topic,
        announcements=len(lines),
        media_first=count[FirstReporter.MEDIA],
        others_first=count[FirstReporter.OTHERS],
        official_first=count[FirstReporter.OFFICIAL],
        same_look=count[FirstReporter.SAME_LOOK],
        never_official=count[FirstReporter.NEVER],
        median_lead=timedelta(seconds=median(lead.total_seconds() for lead, _ in leads)) if leads else None,
        longest_lead=longest,
        longest_story=story,
        otherwise=sum(line.dates_disagree for line in lines),
    )
