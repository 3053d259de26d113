"""What the API answers on announcements and dates: names that stay, moments in UTC, days of London, seconds."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from watcher.model import Authority, DateState, DeadlineKind, FactKind, Mark, Precision, Status, Trust


def format_utc_moment(moment: datetime) -> str:
    """A moment as RFC 3339 writes it, in UTC and to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


Moment = Annotated[
    AwareDatetime,
    PlainSerializer(format_utc_moment, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class ApiAnswer(BaseModel):
    """What all answers have in common: every field is always there, null or empty where nothing is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- announcements ------------------------------------------------------------------------------------------------


class TellingAnswer(ApiAnswer):
    """A text that tells an announcement: who published it, and when we first saw it."""

    item: str = Field(description="id of the text, for /api/v1/items/{item}")
    publisher: str
    trust: Trust = Field(description="the kind of body; only official and parliament can confirm")
    authority: Authority = Field(description="how much this text settles")
    title: str
    url: str = Field(description="where it stands at its publisher; empty where that cannot be linked")
    seen_at: Moment = Field(description="when we first saw it")
    published_at: Moment | None = Field(description="the publisher's own moment, where one is given")
    published_day: date | None = Field(description="the publisher's own day, in London")
    published_as: str = Field(description="the publisher's own date, as written there")
    joined_because: str = Field(description="why it stands with the others; empty for the first")


class ListedStoryAnswer(ApiAnswer):
    """An announcement in a list."""

    id: str = Field(description="id of the announcement; it stays")
    page: str = Field(description="its page for people")
    title: str
    status: Status = Field(description="how far it can be trusted now")
    status_in_words: str = Field(description="the status as pages and messages say it")
    topics: list[str] = Field(description="ids of its topics")
    first_seen_at: Moment = Field(description="when we first saw a text that tells it")
    changed_at: Moment = Field(description="when it changed last: a new text, another status, an edit that was news")
    first_publisher: str = Field(description="who told it first")
    official_publisher: str | None = Field(description="whose text made it official; null while nobody's did")
    official_seen_at: Moment | None = Field(description="when we saw that text")
    official_after_seconds: int | None = Field(
        description="how long after the first report that was; null where the official text came first, or not yet"
    )
    text_count: int = Field(description="how many texts tell it")


class StoriesAnswer(ApiAnswer):
    """Announcements, the one that changed last first."""

    stories: list[ListedStoryAnswer]
    next_cursor: str | None = Field(description="pass it as cursor for the next ones; null at the end")


class FactAnswer(ApiAnswer):
    """One fact that was read out of a text."""

    kind: FactKind = Field(description="what the fact is about")
    label: str = Field(description="the kind in words")
    words: str | None = Field(description="null where the text does not surely say so")


class TurnAnswer(ApiAnswer):
    """A change of status."""

    status: Status
    at: Moment
    item: str = Field(description="id of the text that made it")
    publisher: str


class SpanAnswer(ApiAnswer):
    """Words that were kept, added or removed."""

    mark: Mark = Field(description="kept, added or removed")
    text: str


class ChangedLineAnswer(ApiAnswer):
    """One change between two versions of a text."""

    label: str = Field(description="what it is about, in words")
    spans: list[SpanAnswer]


class ChangeAnswer(ApiAnswer):
    """An edit of a text after it was first seen."""

    at: Moment
    item: str
    publisher: str
    lines: list[ChangedLineAnswer] = Field(description="empty where nothing that we read has changed")


class DateAnswer(ApiAnswer):
    """A date that an announcement sets for practices, with the sentence that sets it."""

    id: str
    series: str = Field(description="id of the first date of the same thing: it stays when the date moves")
    sequence: int = Field(description="grows with each change in that series")
    story: str = Field(description="id of its announcement")
    title: str = Field(description="title of its announcement")
    topics: list[str] = Field(description="ids of its topics")
    state: DateState = Field(description="whether it still holds, at the moment of the answer")
    kind: DeadlineKind = Field(description="what happens then")
    is_start: bool = Field(description="something holds from then on; else something is due by then")
    day: date | None = Field(description="its day in London; null for a month, or where only the reader can count it")
    moment: Moment | None = Field(description="its moment, where a time of day is given")
    month: str | None = Field(description="YYYY-MM, where only a month is named")
    in_words: str = Field(description="the date as pages and messages say it")
    precision: Precision = Field(description="how exactly it is given")
    last_working_day: date | None = Field(description="the one before, where it falls on none")
    moved_from: str | None = Field(description="the date that it took the place of, in words")
    moved_to: str | None = Field(description="id of the date that took its place")
    differs_from: str | None = Field(description="id of the official date that is another")
    is_official: bool = Field(description="whether an official text gives it")
    sentence: str = Field(description="the publisher's sentence that sets it")
    publisher: str
    url: str
    item: str
    changed_at: Moment = Field(description="when we saw its last change")


class ChapterAnswer(ApiAnswer):
    """An announcement before or after this one on the same matter."""

    id: str
    title: str


class StoryAnswer(ListedStoryAnswer):
    """An announcement with all that is known of it."""

    official_in_words: str = Field(description="whether it is official, who made it so and when")
    headline: str = Field(description="headline of the text that the facts are from")
    facts: list[FactAnswer] = Field(description="at most four, and only what is sure")
    quote: str = Field(description="the sentence on which they rest; empty for none")
    source: str = Field(description="whose text that is, and when")
    source_url: str
    for_callers: str = Field(description="what a front desk may say; empty for nothing")
    brief: list[FactAnswer] = Field(description="every field of what it asks, also those that are not known")
    tellings: list[TellingAnswer] = Field(description="the texts that tell it, oldest first")
    turns: list[TurnAnswer] = Field(description="every change of its status, oldest first")
    changes: list[ChangeAnswer] = Field(description="every edit of its texts, oldest first")
    dates: list[DateAnswer]
    earlier: list[ChapterAnswer]
    later: list[ChapterAnswer]
    forward: str = Field(description="a text of at most 700 characters to pass on")


class DatesAnswer(ApiAnswer):
    """Dates, the earliest first."""

    dates: list[DateAnswer]
    next_cursor: str | None = Field(description="pass it as cursor for the later ones; null at the end")
