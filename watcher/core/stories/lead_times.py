"""Who said it first: announcements by body and Topic, and by how long others had them before the official text.

By when we first saw each Item, because publishers move their own dates whenever they touch a page. Where their dates
say otherwise, both are given, each with its basis.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from statistics import median

from watcher.core.language.dates import FIRST_YEAR, LAST_YEAR, LONDON, earliest_moment, latest_moment
from watcher.model import Story, StoryItem, Trust

OLD = timedelta(hours=48)  # older than this when we first saw it: then our clock says nothing about who was first
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
MEDIA = frozenset({Trust.PRESS, Trust.TRADE, Trust.AGGREGATOR})


class FirstReporter(StrEnum):
    """Who told a Story first. `same_look`: an official body and another at the same moment, as far as we saw."""

    MEDIA = "media"
    OTHERS = "others"
    OFFICIAL = "official"
    SAME_LOOK = "same_look"
    NEVER = "never_official"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationOrder:
    """Who was first by one clock, and how long before the official text: negative when that came first.

    `lead` is None where there is nothing to compare, or where a publisher's date is no more than a day.
    """

    first: FirstReporter
    lead: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLeadTime:
    """One Story of the scoreboard. `body` is the official publisher, "" while there is none.

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
        """Whether the publishers' own dates name another as the first."""
        return self.seen_order.first is not self.dated_order.first


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreboardRow:
    """The announcements of one body about one Topic; "" is all Topics, `body` None all bodies.

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
    """A month: its rows (all bodies first, then each with its Topics), its lines, and how many are too old to count."""

    month: str
    rows: tuple[ScoreboardRow, ...]
    lines: tuple[StoryLeadTime, ...]
    old: int

    @property
    def total(self) -> ScoreboardRow:
        """All that is counted."""
        return self.rows[0]

    @property
    def name(self) -> str:
        """The month for people: October 2026."""
        return f"{month_bounds(self.month)[0]:%B %Y}"


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """The first moment of a London month such as 2026-10, and that of the next. Raises ValueError."""
    found = _MONTH.fullmatch(month)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise ValueError("not a month such as 2026-10")
    year, number = int(found[1]), int(found[2])
    begin, end = date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)
    first, after = (datetime.combine(day, time(0), LONDON) for day in (begin, end))
    return first, after


def build_scoreboard(stories: Iterable[Story], month: str) -> Scoreboard:
    """The Stories that were opened in a London month, counted."""
    begin, end = month_bounds(month)
    told = (story for story in stories if story.items and begin <= story.opened_at < end)
    lines = sorted((story_lead_time(story) for story in told), key=lambda each: (each.first_item.seen_at, each.story))
    counted = [each for each in lines if not each.is_old]
    rows = _rows(None, counted)
    for body in _most(counted, lambda each: (each.body,)):
        rows += _rows(body, [each for each in counted if each.body == body])
    return Scoreboard(month=month, rows=tuple(rows), lines=tuple(lines), old=len(lines) - len(counted))


def _rows(body: str | None, lines: Sequence[StoryLeadTime]) -> list[ScoreboardRow]:
    topics = _most(lines, lambda each: each.topics)
    by_topic = [_row(body, topic, [each for each in lines if topic in each.topics]) for topic in topics]
    return [_row(body, "", lines), *by_topic]


def story_lead_time(story: Story) -> StoryLeadTime:
    """Who told one Story first, by our clock and by the publishers'."""
    first = min(story.items, key=lambda each: (each.seen_at, each.item))
    said = appeared_by(first)
    seen = _order(story.items, lambda each: each.seen_at)
    return StoryLeadTime(
        story=story.id,
        title=story.title,
        topics=story.topics,
        body=story.official.publisher if story.official else "",
        first_item=first,
        official=story.official,
        seen_order=seen,
        dated_order=_dated(story.items) or seen,
        is_old=said is not None and said < first.seen_at - OLD,
    )


def appeared_by(telling: StoryItem) -> datetime | None:
    """When, by its own date, an Item had certainly appeared; None where that is later than we saw it, or not said.

    A day counts from its end: a text dated 20 November may have come at any hour of it.
    """
    said = latest_moment(telling.published)
    return said if said is not None and said <= telling.seen_at else None


def _dated(tellings: Sequence[StoryItem]) -> PublicationOrder | None:
    """The order by publishers' dates; None where they leave it open who was first."""
    winner = min(tellings, key=lambda each: (_upper(each), each.seen_at, each.item))
    rivals = [each for each in tellings if _side(each) is not _side(winner)]
    if any(_lower(each) <= _upper(winner) for each in rivals):
        return None
    order = _order(tellings, _upper)
    exact = all(each.published.at or not appeared_by(each) for each in tellings)
    return order if exact else replace(order, lead=None)


def _upper(telling: StoryItem) -> datetime:
    return appeared_by(telling) or telling.seen_at


def _lower(telling: StoryItem) -> datetime:
    return (earliest_moment(telling.published) if appeared_by(telling) else None) or telling.seen_at


def _side(telling: StoryItem) -> FirstReporter:
    if telling.trust.confirms:
        return FirstReporter.OFFICIAL
    return FirstReporter.MEDIA if telling.trust in MEDIA else FirstReporter.OTHERS


def _order(tellings: Sequence[StoryItem], at: Callable[[StoryItem], datetime]) -> PublicationOrder:
    official = min((at(each) for each in tellings if each.trust.confirms), default=None)
    media = min((at(each) for each in tellings if _side(each) is FirstReporter.MEDIA), default=None)
    others = min((at(each) for each in tellings if not each.trust.confirms), default=None)
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


def _most(lines: Sequence[StoryLeadTime], names: Callable[[StoryLeadTime], Iterable[str]]) -> list[str]:
    """The names by how many lines bear them, most first; what has no official body stands last."""
    counts: dict[str, int] = {}
    for each in lines:
        for name in names(each):
            counts[name] = counts.get(name, 0) + 1
    return sorted(counts, key=lambda name: (name == "", -counts[name], name))


def _row(body: str | None, topic: str, lines: Sequence[StoryLeadTime]) -> ScoreboardRow:
    count = {first: sum(each.seen_order.first is first for each in lines) for first in FirstReporter}
    led = [
        (each.seen_order.lead, each.story)
        for each in lines
        if each.seen_order.first is FirstReporter.MEDIA and each.seen_order.lead
    ]
    longest, story = max(led, default=(None, ""))
    return ScoreboardRow(
        body=body,
        topic=topic,
        announcements=len(lines),
        media_first=count[FirstReporter.MEDIA],
        others_first=count[FirstReporter.OTHERS],
        official_first=count[FirstReporter.OFFICIAL],
        same_look=count[FirstReporter.SAME_LOOK],
        never_official=count[FirstReporter.NEVER],
        median_lead=timedelta(seconds=median(lead.total_seconds() for lead, _ in led)) if led else None,
        longest_lead=longest,
        longest_story=story,
        otherwise=sum(each.dates_disagree for each in lines),
    )
