"""The dates of the ledger as lines and as JSON: in order, with weekday, the time left, and the sentence of each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from watcher import store
from watcher.core.deadlines.identity import DateRole, london_day, role_of
from watcher.core.deadlines.reminders import state_at
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_day, format_moment
from watcher.core.language.urls import redact_url
from watcher.core.language.working_time import is_working_day, last_working_day, working_days_between
from watcher.core.wording.status_wording import STATUS_WORDS
from watcher.model import DateState, LedgerDate, Precision, Story, StoryItem, Subscriber
from watcher.reports.icalendar import CalendarDate
from watcher.store.database import Database

WORDS = {DateRole.START: "starts", DateRole.END: "due", DateRole.RELATIVE: "due"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWithStory:
    """A date with its Story. `handled`: when each Subscriber marked the Story as handled, by id; "" is everybody."""

    ledger_date: LedgerDate
    story: Story
    handled: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def story_item(self) -> StoryItem:
        """The Item of the Story that named this date."""
        return next(item for item in self.story.items if item.item == self.ledger_date.item)

    @property
    def is_public(self) -> bool:
        """Whether it may be shown to anybody: not where only an unproven e-mail names it."""
        return not self.story_item.is_unproven

    @property
    def day(self) -> date | None:
        """Its day in London; None for a month, and for a date that only the reader can work out."""
        return None if self.ledger_date.deadline.precision is Precision.MONTH else london_day(self.ledger_date.deadline)

    def calendar_date(self, names: Mapping[str, str]) -> CalendarDate:
        """The date as an event for calendar programs; `names` are those of the Topics, by their ids."""
        return CalendarDate(
            date=self.ledger_date,
            title=self.story_item.title,
            status=self.story.status,
            publisher=self.story_item.publisher,
            url=self.story_item.url,
            topics=tuple(names.get(topic, topic) for topic in self.story.topics),
        )


def load_dates(database: Database, begin: datetime | None, subscriber: Subscriber | None) -> list[DateWithStory]:
    """The dates since `begin` in UTC (None: all) that are about the Topics of `subscriber` (None: about any)."""
    with database.begin() as tx:
        dates = add_stories(tx, store.deadlines.since(tx, begin))
        handled = store.deadlines.handled_by(tx, {dated.story.id for dated in dates})
    topics = subscriber.topics if subscriber else None
    return [
        replace(dated, handled=handled.get(dated.story.id, {}))
        for dated in dates
        if topics is None or not topics.isdisjoint(dated.story.topics)
    ]


def add_stories(tx: sa.Connection, ledger_dates: Sequence[LedgerDate]) -> list[DateWithStory]:
    """Dates with their Stories, in the same order; not with who handled them."""
    stories = store.stories.find(tx, {ledger_date.story for ledger_date in ledger_dates})
    return [DateWithStory(ledger_date=ledger_date, story=stories[ledger_date.story]) for ledger_date in ledger_dates]


def date_as_json(date_with_story: DateWithStory, now: datetime) -> dict[str, Any]:
    """A date as JSON. `at` is London time: a day, a moment or a month; null where only the reader can work it out."""
    dated, story, item = date_with_story.ledger_date, date_with_story.story, date_with_story.story_item
    day, today, deadline = date_with_story.day, now.astimezone(LONDON).date(), dated.deadline
    last_day = _last_working_day_before(date_with_story)
    return {
        "id": dated.id,
        "story": dated.story,
        "title": story.title,
        "status": story.status,
        "topics": list(story.topics),
        "state": state_at(dated, now),
        "kind": deadline.kind,
        "at": _format_iso(dated),
        "precision": deadline.precision if deadline.at else None,
        "weekday": f"{day:%A}" if day else None,
        "days_left": (day - today).days if day else None,
        "working_days_left": working_days_between(today, day) if day else None,
        "last_working_day": last_day.isoformat() if last_day else None,
        "words": deadline.words,
        "sentence": deadline.sentence,
        "offset": deadline.offset or None,
        "official": dated.official,
        "differs_from": dated.disagrees_with or None,
        "moved_to": dated.moved_to or None,
        "publisher": item.publisher,
        "url": redact_url(item.url),
        "item": dated.item,
        "history": [
            {"state": change.state, "item": change.item, "at": change.at.isoformat()} for change in dated.state_changes
        ],
        "derived": deadline.derived,
        "ambiguous": deadline.ambiguous,
        "payment": deadline.payment,
        "recurring": deadline.recurring,
        "handled_by": sorted(subscriber or "everybody" for subscriber in date_with_story.handled),
    }


def _format_iso(dated: LedgerDate) -> str | None:
    at = dated.deadline.at
    if at is None:
        return None
    if isinstance(at, datetime):
        return at.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M")
    return f"{at:%Y-%m}" if dated.deadline.precision is Precision.MONTH else at.isoformat()


def _last_working_day_before(date_with_story: DateWithStory) -> date | None:
    """The last working day before a deadline that falls on a weekend or bank holiday; None for all other dates."""
    day = date_with_story.day
    if day is None or role_of(date_with_story.ledger_date.deadline) is DateRole.START or is_working_day(day):
        return None
    return last_working_day(day)


def date_lines(dates: Iterable[DateWithStory], now: datetime) -> Iterator[str]:
    """The dates as lines for people, several for each; one line that there is no open date if there is none."""
    is_empty = True
    for date_with_story in dates:
        is_empty = False
        yield from _describe_date(date_with_story, now)
    if is_empty:
        yield "no open date"


def _describe_date(date_with_story: DateWithStory, now: datetime) -> Iterator[str]:
    dated, story, item = date_with_story.ledger_date, date_with_story.story, date_with_story.story_item
    official = "official" if dated.official else "not official"
    differs = ", the official date is another" if dated.disagrees_with else ""
    yield f"{_format_for_people(dated)}  {_describe_time_left(date_with_story, now)}  ({official}{differs})"
    yield f"  {item.title}"
    yield f"  “{dated.deadline.sentence}”"
    last_day = _last_working_day_before(date_with_story)
    if last_day:
        yield f"  last working day before: {format_day(last_day)}"
    if date_with_story.handled:
        yield f"  handled by {', '.join(sorted(subscriber or 'everybody' for subscriber in date_with_story.handled))}"
    yield f"  {item.publisher}  {redact_url(item.url)}"
    yield f"  story {story.id}: {STATUS_WORDS[story.status]}"


def _format_for_people(dated: LedgerDate) -> str:
    at, word = dated.deadline.at, WORDS[role_of(dated.deadline)]
    if at is None:
        return f"{word} {dated.deadline.offset} after what only you know"
    if isinstance(at, datetime):
        return f"{word} {format_moment(at)}"
    return f"{word} {at:%B %Y}" if dated.deadline.precision is Precision.MONTH else f"{word} {format_day(at)}"


def _describe_time_left(date_with_story: DateWithStory, now: datetime) -> str:
    """How long is left in days and working days; the state of a date that is no longer open."""
    state, day = state_at(date_with_story.ledger_date, now), date_with_story.day
    if state is not DateState.OPEN:
        return str(state)
    if day is None:
        return "no day is named"
    today = now.astimezone(LONDON).date()
    days, working = (day - today).days, working_days_between(today, day)
    return "today" if not days else f"in {_count_words(days, 'day')}, {_count_words(working, 'working day')}"


def _count_words(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
