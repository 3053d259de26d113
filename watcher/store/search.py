"""Search among the stored Items: one page of those that hold what a SearchQuery asks for, the newest first.

Newest, not best: who searches here asks for the latest word on something, both databases give the same order, and the
first page of a word that stands everywhere costs no more than that of a rare one. search_index.py has the words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher.core.language.search_query import SearchQuery, render_for_fts5, render_for_postgresql
from watcher.model import Status, Trust
from watcher.store.schema import items, matches, sources, stories, tellings

MAX_PAGE_ITEMS = 25
MAX_PAGES = 100  # the pages before are counted out anew each time

_FTS5 = sa.table("search_words", sa.column("rowid", sa.BigInteger), sa.column("search_words"))
_TSVECTORS = sa.table("search_words", sa.column("number", sa.BigInteger), sa.column("words"))
_OLDEST = sa.select(sa.func.min(items.c.first_seen)).scalar_subquery()
_SEARCHED = sa.select(sa.func.count(), sa.func.min(sources.c.first_success), _OLDEST).where(
    sources.c.first_success.is_not(None)
)
# A plan that PostgreSQL made for all words alike reads all items for one that stands everywhere.
_PLAN_FOR_THESE_WORDS = sa.text("SET LOCAL plan_cache_mode = force_custom_plan")
_IS_ITS_MATCH, _IS_ITS_TELLING = matches.c.item == items.c.id, tellings.c.item == items.c.id
_TOPICS = (
    sa.select(matches.c.item, matches.c.topic)
    .where(matches.c.item.in_(sa.bindparam("ids", expanding=True)))
    .order_by(matches.c.topic)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilter:
    """What an Item must be besides; whatever is empty lets all through.

    `topic`: the id of a Topic that it matches. `statuses`: one of them is its Story's. `trust`: that of its publisher
    when it was placed with its Story; for an Item without one `source_ids` are the sources of this trust. `since` and
    `until` (UTC): we first saw it then or later, and before that.
    """

    topic: str = ""
    statuses: tuple[Status, ...] = ()
    trust: Trust | None = None
    source_ids: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingItem:
    """An Item that holds what was asked for. `story`, `status`, `trust` and `publisher` are None without a Story.

    `seen_at` (UTC): when we first saw it; `topics`: the ids of those that it matches.
    """

    item: str
    source: str
    url: str
    title: str
    summary: str
    text: str
    withdrawn: bool
    seen_at: datetime
    story: str | None
    status: Status | None
    trust: Trust | None
    publisher: str | None
    topics: tuple[str, ...]


def find(
    tx: sa.Connection, query: SearchQuery, wanted: SearchFilter = SearchFilter(), page: int = 1
) -> tuple[list[MatchingItem], bool]:
    """The `page` (from 1 to MAX_PAGES) of the Items found, the newest first, and whether more come after it.

    Two queries, one where nothing is found; none where `query` asks for nothing.
    """
    if query.is_empty or not 1 <= page <= MAX_PAGES:
        return [], False
    if tx.dialect.name == "postgresql":
        tx.execute(_PLAN_FOR_THESE_WORDS)
    number, holds_words = _hold_words(tx.dialect.name, query)
    numbers = sa.select(number.label("number")).where(holds_words, *_conditions(tx.dialect.name, number, wanted))
    numbers = numbers.order_by(number.desc()).limit(MAX_PAGE_ITEMS + 1).offset((page - 1) * MAX_PAGE_ITEMS)
    rows = tx.execute(_with_stories(numbers)).all()
    shown = rows[:MAX_PAGE_ITEMS]
    topics: dict[str, tuple[str, ...]] = {hit.id: () for hit in shown}
    for item, topic in tx.execute(_TOPICS, {"ids": list(topics)}) if topics else ():
        topics[item] = (*topics[item], topic)
    return [_read_item(hit, topics[hit.id]) for hit in shown], len(rows) > MAX_PAGE_ITEMS


def count_sources(tx: sa.Connection) -> tuple[int, datetime | None]:
    """How many sources have been read at least once, and since when (UTC) the first of them: what can be found.

    After a restore, which forgets when its sources were first read, since the first Item that was seen.
    """
    count, *moments = tx.execute(_SEARCHED).one()
    return count, min(filter(None, moments), default=None)


def _hold_words(dialect: str, query: SearchQuery) -> tuple[sa.ColumnClause[int], sa.ColumnElement[bool]]:
    """The column of numbers in the index of words, and the condition that the words are those of `query`."""
    if dialect == "postgresql":
        asked = sa.func.websearch_to_tsquery("search_english", render_for_postgresql(query))
        return _TSVECTORS.c.number, _TSVECTORS.c.words.op("@@", is_comparison=True)(asked)
    return _FTS5.c.rowid, _FTS5.c.search_words.op("MATCH", is_comparison=True)(render_for_fts5(query))


def _conditions(dialect: str, number: sa.ColumnClause[int], wanted: SearchFilter) -> Iterator[sa.ColumnElement[bool]]:
    """The conditions of `wanted` on the number of an Item.

    What many Items have is looked up for one after the other until a page is full, once it is seen that any has it; of
    a Status, which may be rare, all Items are looked up before.
    """
    if wanted.topic:
        of_topic = sa.select(matches.c.item).where(matches.c.topic == wanted.topic)
        yield sa.exists(of_topic.correlate(None))
        yield _has_item(number, sa.exists(of_topic.where(_IS_ITS_MATCH)))
    if wanted.statuses:
        of_status = sa.select(tellings.c.item).join(stories, stories.c.id == tellings.c.story)
        of_status = of_status.where(stories.c.status.in_(list(map(str, wanted.statuses))))
        # SQLite would ask its index of words once more for each number of a list.
        in_list = number if dialect == "postgresql" else number + 0
        yield in_list.in_(sa.select(items.c.number).where(items.c.id.in_(of_status)))
    if wanted.trust:
        yield _has_trust(wanted)
        trust = sa.select(tellings.c.trust).where(_IS_ITS_TELLING).scalar_subquery()
        by_source = sa.case((items.c.source.in_(wanted.source_ids), str(wanted.trust)), else_="")
        yield _has_item(number, sa.func.coalesce(trust, by_source) == str(wanted.trust))
    times = [] if wanted.since is None else [items.c.first_seen >= wanted.since]
    times += [] if wanted.until is None else [items.c.first_seen < wanted.until]
    # Numbers grow with the time, so that most of the index need not be read; but clocks are put back, so each is tried.
    # Of a sum PostgreSQL cannot look for the least that fits by trying one after the other.
    if wanted.since:
        yield number >= sa.select(sa.func.min(items.c.number + 0)).where(*times).scalar_subquery()
    if wanted.until:
        yield number <= sa.select(sa.func.max(items.c.number + 0)).where(*times).scalar_subquery()
    if times:
        yield _has_item(number, *times)


def _has_trust(wanted: SearchFilter) -> sa.ColumnElement[bool]:
    """Whether there is any Item at all of the wanted trust."""
    in_a_story = sa.exists(sa.select(tellings.c.item).where(tellings.c.trust == str(wanted.trust)))
    return sa.or_(in_a_story, sa.exists(sa.select(items.c.id).where(items.c.source.in_(wanted.source_ids))))


def _has_item(number: sa.ColumnClause[int], *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists(sa.select(sa.literal(1)).where(items.c.number == number, *conditions))


def _with_stories(numbers: sa.Select[Any]) -> sa.Select[Any]:
    """The Items with these numbers, with their Stories, in the same order."""
    page = numbers.subquery("page")
    with_story = sa.outerjoin(items, tellings, tellings.c.item == items.c.id)
    with_story = with_story.outerjoin(stories, stories.c.id == tellings.c.story)
    columns = (items, tellings.c.story, tellings.c.trust, tellings.c.publisher, stories.c.status)
    joined = sa.join(page, with_story, items.c.number == page.c.number)
    return sa.select(*columns).select_from(joined).order_by(page.c.number.desc())


def _read_item(hit: sa.Row[Any], topics: Sequence[str]) -> MatchingItem:
    return MatchingItem(
        item=hit.id,
        source=hit.source,
        url=hit.url,
        title=hit.title,
        summary=hit.summary,
        text=hit.text,
        withdrawn=hit.withdrawn,
        seen_at=hit.first_seen,
        story=hit.story,
        status=Status(hit.status) if hit.status else None,
        trust=Trust(hit.trust) if hit.trust else None,
        publisher=hit.publisher,
        topics=tuple(topics),
    )
