"""What may be asked of the API. Unlike on pages for people, a parameter that there is not is a mistake."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from watcher.core.language.dates import london_time
from watcher.core.language.search_query import MAX_QUERY_CHARACTERS
from watcher.model import DateState, Trust
from watcher.store.search import MAX_PAGES
from watcher.web.queries import FIRST_DAY, LAST_DAY, StatusName, is_number_to

Word = TypeVar("Word", bound=StrEnum)
MAX_LISTED, STORIES_UNASKED = 100, 25
MAX_CURSOR_CHARACTERS = 200
_DAY = {"type": "string", "format": "date"}
_MOMENT = {"anyOf": [_DAY, {"type": "string", "format": "date-time"}]}


def _read_day(written: object) -> date:
    """A day; one that lies before or after all that we have counts as the first or the last of it."""
    try:
        day = date.fromisoformat(str(written)) if len(str(written)) == len("2026-11-27") else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError("write a day such as 2026-11-27")
    return min(max(day, FIRST_DAY), LAST_DAY)


def _read_moment(written: object) -> datetime:
    """A moment in UTC; of a day its beginning in London."""
    text = str(written).replace(" ", "+")  # what becomes of a plus sign in an address where it is not escaped
    try:
        return london_time(_read_day(text), time())
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        moment = datetime.min  # noqa: DTZ901 - it is refused below, as every moment without a zone
    if moment.tzinfo is None:
        raise ValueError("write a day such as 2026-11-27, or a moment with its zone such as 2026-11-27T09:00:00Z")
    first, last = (london_time(day, time()) for day in (FIRST_DAY, LAST_DAY))
    return first if moment < first else last if moment > last else moment.astimezone(UTC)


def _read_end(written: object) -> datetime:
    """The same; of a day the beginning of the next one, so that the day itself is included."""
    moment = _read_moment(written)
    is_day = len(str(written)) == len("2026-11-27")
    return london_time(_read_day(written) + timedelta(days=1), time()) if is_day else moment


def _number_to(limit: int) -> Callable[[object], int]:
    def read_number(written: object) -> int:
        text = str(written)
        if not is_number_to(limit, text):
            raise ValueError(f"write a number from 1 to {limit}")
        return int(text)

    return read_number


_read_limit, _read_page = _number_to(MAX_LISTED), _number_to(MAX_PAGES)


def _word_of(words: type[Word]) -> Callable[[object], Word]:
    def read_word(written: object) -> Word:
        try:
            return words(str(written))
        except ValueError:
            raise ValueError(f"write one of {', '.join(words)}") from None

    return read_word


_read_state, _read_kind = _word_of(DateState), _word_of(Trust)


CursorText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_CURSOR_CHARACTERS,
        description="next_cursor of the last answer, for what follows it",
    ),
]
Limit = Annotated[
    int,
    BeforeValidator(_read_limit),
    Field(description="how many at most"),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_LISTED}),
]


class ApiQuery(BaseModel):
    """The query of an address that can be asked nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class StoriesAsked(ApiQuery):
    """Announcements on a topic, of a status, by when they changed last."""

    topic: Annotated[str, Field(min_length=1, description="id of a topic; all where it is not given")] = ""
    status: Annotated[StatusName | None, Field(description="how far they can be trusted now")] = None
    since: Annotated[
        datetime | None,
        BeforeValidator(_read_moment),
        Field(description="changed at this moment or later: a day in London, or a moment with its zone"),
        WithJsonSchema(_MOMENT),
    ] = None
    until: Annotated[
        datetime | None,
        BeforeValidator(_read_end),
        Field(description="changed before this moment, or on this day at the latest"),
        WithJsonSchema(_MOMENT),
    ] = None
    cursor: CursorText = ""
    limit: Limit = STORIES_UNASKED


class WordsAsked(ApiQuery):
    """Texts that hold words, on a topic, of a status, by a kind of body, first seen from one day to another."""

    q: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MAX_QUERY_CHARACTERS,
            description='words, "phrases" and -without; all must be there',
        ),
    ]
    topic: Annotated[str, Field(min_length=1, description="id of a topic; all where it is not given")] = ""
    status: Annotated[StatusName | None, Field(description="of the announcement that it tells")] = None
    kind: Annotated[Trust | None, BeforeValidator(_read_kind), Field(description="the kind of body")] = None
    begin: Annotated[
        date | None,
        BeforeValidator(_read_day),
        Field(alias="from", description="first seen on this day in London or later"),
        WithJsonSchema(_DAY),
    ] = None
    end: Annotated[
        date | None,
        BeforeValidator(_read_day),
        Field(alias="to", description="first seen on this day at the latest"),
        WithJsonSchema(_DAY),
    ] = None
    page: Annotated[
        int,
        BeforeValidator(_read_page),
        Field(description="which page of the hits"),
        WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MAX_PAGES}),
    ] = 1


class DatesAsked(ApiQuery):
    """Dates on a topic, in a state, from one day in London to another, both included."""

    state: Annotated[
        DateState | None, BeforeValidator(_read_state), Field(description="all states where it is not given")
    ] = None
    topic: Annotated[str, Field(min_length=1, description="id of a topic; all where it is not given")] = ""
    begin: Annotated[
        date | None,
        BeforeValidator(_read_day),
        Field(alias="from", description="the first day; today where it is not given"),
        WithJsonSchema(_DAY),
    ] = None
    end: Annotated[
        date | None,
        BeforeValidator(_read_day),
        Field(alias="to", description="the last day; no end where it is not given"),
        WithJsonSchema(_DAY),
    ] = None
    cursor: CursorText = ""
    limit: Limit = MAX_LISTED
