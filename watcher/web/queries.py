"""What may be asked of pages, feeds and the API, each parameter checked where it comes in."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from watcher.model import Status, Trust

MAX_PAGE = 400
MAX_TOPICS = 60
OFFICIAL = "official"
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)


def _read_day(written: object) -> date:
    try:
        day = date.fromisoformat(str(written)) if len(str(written)) == len("2026-11-27") else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError("write a day such as 2026-11-27")
    return day


def _read_month(written: object) -> date:
    try:
        return _read_day(f"{written}-01")
    except ValueError:
        raise ValueError("write a month such as 2026-11") from None


def _read_status(written: object) -> Status:
    try:
        return Status(str(written))
    except ValueError:
        raise ValueError(f"write one of {', '.join(Status)}") from None


def _read_listed_status(written: object) -> object:
    """A Status, or "official": whatever an official text settled, also where that was changed or withdrawn since."""
    if written == OFFICIAL:
        return OFFICIAL
    try:
        return _read_status(written)
    except ValueError as error:
        raise ValueError(f"{error}, {OFFICIAL}") from None


def _read_trust(written: object) -> Trust:
    try:
        return Trust(str(written))
    except ValueError:
        raise ValueError(f"write one of {', '.join(Trust)}") from None


def _read_page(written: object) -> int:
    text = str(written)
    if not is_number_to(MAX_PAGE, text):
        raise ValueError(f"write a number from 1 to {MAX_PAGE}; to go further back, name a day in to")
    return int(text)


def is_number_to(limit: int, text: str) -> bool:
    """Whether `text` is a number from 1 to `limit`, in ASCII figures, no more of them than `limit` has."""
    return text.isascii() and text.isdigit() and len(text) <= len(str(limit)) and 0 < int(text) <= limit


def _one_of(*words: str) -> Callable[[object], str]:
    def read_word(written: object) -> str:
        if written not in words:
            raise ValueError(f"write one of {', '.join(words)}")
        return str(written)

    return read_word


def _check_topics(topics: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(topics)))


Day = Annotated[date, BeforeValidator(_read_day)]
Month = Annotated[date, BeforeValidator(_read_month)]
TrustName = Annotated[Trust, BeforeValidator(_read_trust)]
ListedStatus = Annotated[Status | Literal["official"], BeforeValidator(_read_listed_status)]
StatusName = Annotated[Status, BeforeValidator(_read_status)]
PageNumber = Annotated[int, BeforeValidator(_read_page)]
TopicId = Annotated[str, Field(max_length=60)]
TopicIds = Annotated[tuple[TopicId, ...], Field(max_length=MAX_TOPICS), AfterValidator(_check_topics)]


class ReaderQuery(BaseModel):
    """The query of a page for people; what a mail program adds to a link is left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class TopicsQuery(ReaderQuery):
    """Some Topics; none are all."""

    topic: TopicIds = ()


class SinceQuery(TopicsQuery):
    """Some Topics, since the beginning of a London day."""

    day: Day | None = None


class DayQuery(ReaderQuery):
    """A London day; today where none is named."""

    day: Day | None = None


class StoriesQuery(ReaderQuery):
    """Stories on a Topic, of a Status, whose last item was seen from one London day to another, both included."""

    topic: TopicId = ""
    status: ListedStatus | None = None
    begin: Day | None = Field(default=None, alias="from")
    end: Day | None = Field(default=None, alias="to")
    page: PageNumber = 1


class WhyQuery(ReaderQuery):
    """The address or id of an Item, or words of its headline."""

    q: Annotated[str, Field(max_length=2_000)] = ""


class DatesQuery(ReaderQuery):
    """Dates on a Topic: the open ones or all, as a list or as the days of a month."""

    topic: TopicId = ""
    show: Annotated[str, BeforeValidator(_one_of("open", "all"))] = "open"
    view: Annotated[str, BeforeValidator(_one_of("list", "month"))] = "list"
    month: Month | None = None
    page: PageNumber = 1


class SearchAsked(ReaderQuery):
    """Words, and what the Items that hold them must be besides; days are London's, both included."""

    q: Annotated[str, Field(max_length=2_000)] = ""
    topic: TopicId = ""
    status: ListedStatus | None = None
    kind: TrustName | None = None
    begin: Day | None = Field(default=None, alias="from")
    end: Day | None = Field(default=None, alias="to")
    page: PageNumber = 1
