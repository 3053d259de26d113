"""Search for readers: a page of stored Items that hold the words asked for, as values. Whoever shows them escapes them.

Three queries a page at most. Mails that anybody may have written are never found.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

import sqlalchemy as sa

from watcher.config import Configuration
from watcher.core.language.dates import london_time
from watcher.core.language.search_query import SearchQuery, parse_query
from watcher.core.language.urls import redact_url
from watcher.core.wording.marked_words import MarkedText, make_snippet, mark_words
from watcher.model import Status, Trust
from watcher.sources.base import Source
from watcher.store import search
from watcher.store.search import MAX_PAGES, MatchingItem, SearchFilter

TOO_DEEP = "These are the newest that were found: ask for more words, or for a shorter time, to see older ones."


OFFICIAL: Literal["official"] = "official"
_SETTLED = tuple(status for status in Status if status is not Status.REPORTED)  # as in the list of announcements
MAX_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What somebody asks for: `text` in the language of SearchQuery, and what the Items must be besides.

    `topic`: an id; `status`: a Status, or OFFICIAL, also if changed or withdrawn since; `first_day` and
    `last_day`: days in London, both included, on which we first saw them; `page`: from 1 to MAX_PAGES.
    """

    text: str
    topic: str = ""
    status: Status | Literal["official"] | None = None
    trust: Trust | None = None
    first_day: date | None = None
    last_day: date | None = None
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One Item that was found. `story` and `status` are None where it belongs to no Story.

    `trust` is None, and `publisher` the id of its source, where it has no Story and its source is configured no more.
    `seen_at` (UTC): when we first saw it. `topics`: ids. `url` is "" for a mail that leads nowhere. `marked_title` is
    the headline, and `snippet` a part of its summary or text, in pieces of which some are marked.
    """

    item: str
    story: str | None
    status: Status | None
    is_withdrawn: bool
    title: str
    marked_title: MarkedText
    snippet: MarkedText
    url: str
    publisher: str
    trust: Trust | None
    seen_at: datetime
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """A page of hits, the newest first. `query`: what was understood. `notes`: what to know of it, as sentences.

    `sources`: how many sources have been read and so were searched; `since` (UTC): when the first of them was first.
    """

    query: SearchQuery
    notes: tuple[str, ...]
    hits: tuple[SearchHit, ...]
    page: int
    has_next: bool
    sources: int
    since: datetime | None

    @property
    def by_story(self) -> tuple[tuple[SearchHit, int], ...]:
        """The hits for people: of those that tell one Story only the newest, and how many more of it this page has."""
        newest: dict[str, SearchHit] = {}
        for hit in self.hits:
            newest.setdefault(hit.story or hit.item, hit)
        counts = Counter(hit.story or hit.item for hit in self.hits)
        return tuple((hit, counts[name] - 1) for name, hit in newest.items())


def search_items(tx: sa.Connection, configuration: Configuration, request: SearchRequest) -> SearchPage:
    """The page that `request` asks for; one out of range is the nearest that there is."""
    query = parse_query(request.text)
    page = min(max(request.page, 1), MAX_PAGES)
    matching, has_more = search.find(tx, query, _read_filter(configuration.sources, request), page)
    sources, since = search.count_sources(tx)
    is_last = page == MAX_PAGES
    return SearchPage(
        query=query,
        notes=(*query.notes, TOO_DEEP) if has_more and is_last else query.notes,
        hits=tuple(_make_hit(item, configuration.sources.get(item.source), query) for item in matching),
        page=page,
        has_next=has_more and not is_last,
        sources=sources,
        since=since,
    )


def find_headline(tx: sa.Connection, configuration: Configuration, words: str) -> tuple[SearchHit, ...]:
    """The newest MAX_NAMED Items that hold these words, such as those of a headline that somebody copied."""
    return search_items(tx, configuration, SearchRequest(text=words)).hits[:MAX_NAMED]


def _read_filter(sources: Mapping[str, Source], request: SearchRequest) -> SearchFilter:
    of_trust = tuple(source.id for source in sources.values() if source.trust is request.trust)
    first_day, last_day = request.first_day, request.last_day
    ends_after = last_day is not None and last_day < date.max  # the day after that is none
    return SearchFilter(
        topic=request.topic,
        statuses=_SETTLED if request.status == OFFICIAL else (request.status,) if request.status else (),
        trust=request.trust,
        source_ids=of_trust,
        since=_begin_of(first_day) if first_day else None,
        until=_begin_of(last_day + timedelta(days=1)) if last_day and ends_after else None,
    )


def _begin_of(day: date) -> datetime:
    """The moment (UTC) at which a day begins in London."""
    return london_time(day, time())


def _make_hit(item: MatchingItem, source: Source | None, query: SearchQuery) -> SearchHit:
    return SearchHit(
        item=item.item,
        story=item.story,
        status=item.status,
        is_withdrawn=item.withdrawn,
        title=item.title,
        marked_title=mark_words(item.title, query),
        snippet=make_snippet(item.title, item.summary, item.text, query),
        url=redact_url(item.url),
        publisher=item.publisher or (source.publisher if source else item.source),
        trust=item.trust or (source.trust if source else None),
        seen_at=item.seen_at,
        topics=item.topics,
    )
