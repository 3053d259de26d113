"""What the API answers on single texts, topics and sources, and on who told first."""

from datetime import date

from pydantic import Field

from watcher.core.watching.health import Health
from watcher.model import Status, Trust
from watcher.web.api.answers import ApiAnswer, Moment


class FoundWordsAnswer(ApiAnswer):
    """Words of a text by which a topic is found, or ruled out."""

    field: str = Field(description="title, summary, text, publisher or source")
    words: str = Field(description="the words as the publisher spelt them")
    term: str = Field(description="the term of the topic that they fit")


class MatchedTopicAnswer(ApiAnswer):
    """A topic that a text is on."""

    topic: str
    name: str
    because: list[FoundWordsAnswer]


class RuledOutTopicAnswer(ApiAnswer):
    """A topic that a text would be on, were it not for these words."""

    topic: str
    name: str
    because: FoundWordsAnswer


class FateAnswer(ApiAnswer):
    """What became of one version of a text."""

    revision: int
    at: Moment
    in_words: str = Field(description="told, or why not")
    detail: str = Field(description="more on that; empty for nothing")


class ItemAnswer(ApiAnswer):
    """A text, and what became of it."""

    id: str
    publisher: str
    title: str
    url: str
    first_seen_at: Moment | None = Field(description="when we first saw it")
    published_at: Moment | None = Field(description="the publisher's own moment, where one is given")
    published_day: date | None = Field(description="the publisher's own day, in London")
    revision: int = Field(description="1, and one more for each edit that we saw")
    is_withdrawn: bool = Field(description="whether its publisher took it back")
    topics: list[MatchedTopicAnswer]
    ruled_out: list[RuledOutTopicAnswer]
    fates: list[FateAnswer]
    story: str | None = Field(description="id of the announcement that it tells")


class MarkedPieceAnswer(ApiAnswer):
    """A piece of a text; all of them in their order are the text."""

    text: str
    is_marked: bool = Field(description="whether it was searched for")


class SearchHitAnswer(ApiAnswer):
    """A text that was found."""

    item: str = Field(description="id of the text, for /api/v1/items/{item}")
    story: str | None = Field(description="id of the announcement that it tells")
    status: Status | None = Field(description="that of its announcement")
    is_withdrawn: bool = Field(description="whether its publisher took it back")
    title: str
    marked_title: list[MarkedPieceAnswer] = Field(description="the same in pieces")
    snippet: list[MarkedPieceAnswer] = Field(description="a part of it, around the words")
    url: str
    publisher: str
    trust: Trust | None = Field(description="the kind of body; null where its source is watched no more")
    seen_at: Moment = Field(description="when we first saw it")
    topics: list[str] = Field(description="ids of its topics")


class SearchAnswer(ApiAnswer):
    """Texts that hold what was asked for, the newest first."""

    understood: str = Field(description="the query as it was understood")
    notes: list[str] = Field(description="what to know of it, as sentences")
    hits: list[SearchHitAnswer]
    next_page: int | None = Field(description="null at the end")
    sources_searched: int = Field(description="how many sources have been read, and so were searched")
    searched_since: Moment | None = Field(description="when the first of them was first read")


# --- topics, sources, scoreboard ----------------------------------------------------------------------------------


class TopicAnswer(ApiAnswer):
    """A topic: what finds it, and where its feeds are."""

    id: str
    name: str
    description: str
    page: str
    atom: str = Field(description="its Atom feed")
    json_feed: str = Field(description="its JSON Feed")
    official_atom: str = Field(description="its Atom feed of what is official only")
    calendar: str = Field(description="its dates as iCalendar")
    any: list[str] = Field(description="one of these terms is enough")
    weak: list[str] = Field(description="these count only beside others")
    unless: list[str] = Field(description="not when one of these stands in it")


class TopicsAnswer(ApiAnswer):
    """All topics, by name."""

    topics: list[TopicAnswer]


class SourceAnswer(ApiAnswer):
    """A source that is watched. Its address is not given: one may hold a key."""

    id: str
    name: str
    publisher: str
    trust: Trust = Field(description="the kind of body")
    health: Health = Field(description="its state")
    in_words: str = Field(description="its state in words")
    is_readable: bool = Field(description="whether it could be read at the last poll")
    last_read_at: Moment | None = Field(description="when it was last read")
    last_new_at: Moment | None = Field(description="when something new last stood there")
    every_seconds: int | None = Field(description="how often it is read; null where a person brings it")


class SourcesAnswer(ApiAnswer):
    """The sources that are on, those in trouble first."""

    sources: list[SourceAnswer]
    off: int = Field(description="how many are not on")


class ScoreboardLineAnswer(ApiAnswer):
    """Who told the announcements of one body about one topic first. The five counts add up to announcements."""

    publisher: str | None = Field(description="the official body; empty for none so far, null for all together")
    topic: str = Field(description="id of a topic; empty for all")
    announcements: int = Field(description="how many were counted")
    media_first: int = Field(description="press and trade papers had it first")
    others_first: int = Field(description="others who are not official had it first")
    official_first: int = Field(description="an official body had it first")
    same_look: int = Field(description="we saw both at the same moment")
    never_official: int = Field(description="no official text was seen")
    median_lead_seconds: int | None = Field(
        description="of what the media had first: how long before the official text"
    )
    longest_lead_seconds: int | None = Field(description="the longest of these")
    longest_story: str | None = Field(description="id of the announcement with the longest lead")


class ScoreboardAnswer(ApiAnswer):
    """Who told first in a month, by when we first saw each text."""

    month: str = Field(description="YYYY-MM")
    lines: list[ScoreboardLineAnswer]
    too_old: int = Field(description="announcements that were old when first seen, and are not counted")
