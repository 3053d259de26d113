"""The dates of the ledger for people and machines: in order, with weekday, how long is left, and their sentences."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from watcher.core.deadlines.identity import DateRole, london_day, role_of
from watcher.core.deadlines.reminders import state_at
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_day, format_moment
from watcher.core.language.text import redact_url
from watcher.core.language.working_days import is_working_day, last_working_day
from watcher.core.language.working_hours import working_days_between
from watcher.core.messages.headings import STATUS_WORDS
from watcher.model import DateState, LedgerDate, Precision, Story, StoryItem
from watcher.reports.icalendar import CalendarDate

WORDS = {DateRole.START: "starts", DateRole.END: "due", DateRole.RELATIVE: "due"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWithStory:
    """A date with its Story, and those who have handled that."""

    ledger_date: LedgerDate
    story: Story
    handled: Mapping[str, datetime]

    @property
    def story_item(self) -> StoryItem:
        """Who said so."""
        return next(each for each in self.story.items if each.item == self.ledger_date.item)

    @property
    def day(self) -> date | None:
        """Its London day; None for what has none."""
        return None if self.ledger_date.deadline.precision is Precision.MONTH else london_day(self.ledger_date.deadline)

    def calendar_date(self, names: Mapping[str, str]) -> CalendarDate:
        """What a calendar says of it."""
        return CalendarDate(
            date=self.ledger_date,
            title=self.story_item.title,
            status=self.story.status,
            publisher=self.story_item.publisher,
            url=self.story_item.url,
            topics=tuple(names.get(topic, topic) for topic in self.story.topics),
        )


def date_as_json(kept: DateWithStory, now: datetime) -> dict[str, Any]:
    """A date as JSON. `at` is London time: a day, a moment or a month; null where only the reader can count."""
    dated, today = kept.ledger_date, now.astimezone(LONDON).date()
    deadline = dated.deadline
    return {
        "id": dated.id,
        "story": dated.story,
        "title": kept.story.title,
        "status": kept.story.status,
        "topics": list(kept.story.topics),
        "state": state_at(dated, now),
        "kind": deadline.kind,
        "at": _at(dated),
        "precision": deadline.precision if deadline.at else None,
        "weekday": f"{kept.day:%A}" if kept.day else None,
        "days_left": (kept.day - today).days if kept.day else None,
        "working_days_left": working_days_between(today, kept.day) if kept.day else None,
        "last_working_day": _early(kept),
        "words": deadline.words,
        "sentence": deadline.sentence,
        "offset": deadline.offset or None,
        "official": dated.official,
        "differs_from": dated.disagrees_with or None,
        "moved_to": dated.moved_to or None,
        "publisher": kept.story_item.publisher,
        "url": redact_url(kept.story_item.url),
        "item": dated.item,
        "history": [
            {"state": each.state, "item": each.item, "at": each.at.isoformat()} for each in dated.state_changes
        ],
        "derived": deadline.derived,
        "ambiguous": deadline.ambiguous,
        "payment": deadline.payment,
        "recurring": deadline.recurring,
        "handled_by": sorted(who or "everybody" for who in kept.handled),
    }


def _at(dated: LedgerDate) -> str | None:
    at = dated.deadline.at
    if at is None:
        return None
    if isinstance(at, datetime):
        return at.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M")
    return f"{at:%Y-%m}" if dated.deadline.precision is Precision.MONTH else at.isoformat()


def _early(kept: DateWithStory) -> str | None:
    """The last working day before a deadline on which nobody works."""
    if kept.day is None or role_of(kept.ledger_date.deadline) is DateRole.START or is_working_day(kept.day):
        return None
    return last_working_day(kept.day).isoformat()


def date_lines(kept: Iterable[DateWithStory], now: datetime) -> Iterator[str]:
    """The dates for people, or that there are none."""
    none = True
    for each in kept:
        none = False
        yield from _lines(each, now)
    if none:
        yield "no open date"


def _lines(kept: DateWithStory, now: datetime) -> Iterator[str]:
    dated, told = kept.ledger_date, kept.story_item
    official = "official" if dated.official else "not official"
    differs = ", the official date is another" if dated.disagrees_with else ""
    yield f"{_when(dated)}  {_left(kept, now)}  ({official}{differs})"
    yield f"  {told.title}"
    yield f"  “{dated.deadline.sentence}”"
    early = _early(kept)
    if early:
        yield f"  last working day before: {format_day(date.fromisoformat(early))}"
    if kept.handled:
        yield f"  handled by {', '.join(sorted(who or 'everybody' for who in kept.handled))}"
    yield f"  {told.publisher}  {redact_url(told.url)}"
    yield f"  story {kept.story.id}: {STATUS_WORDS[kept.story.status]}"


def _when(dated: LedgerDate) -> str:
    at, word = dated.deadline.at, WORDS[role_of(dated.deadline)]
    if at is None:
        return f"{word} {dated.deadline.offset} after what only you know"
    if isinstance(at, datetime):
        return f"{word} {format_moment(at)}"
    return f"{word} {at:%B %Y}" if dated.deadline.precision is Precision.MONTH else f"{word} {format_day(at)}"


def _left(kept: DateWithStory, now: datetime) -> str:
    """How long is left, or what became of it."""
    state = state_at(kept.ledger_date, now)
    if state is not DateState.OPEN:
        return str(state)
    if kept.day is None:
        return "no day is named"
    today = now.astimezone(LONDON).date()
    days, working = (kept.day - today).days, working_days_between(today, kept.day)
    return "today" if not days else f"in {_days(days, 'day')}, {_days(working, 'working day')}"


def _days(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
