"""Search in all that was seen: told or not, on a topic or on none."""

from datetime import datetime

import sqlalchemy as sa
from starlette.responses import Response as WebResponse

from watcher.config import Configuration
from watcher.model import Status, Trust
from watcher.reports.search import SearchPage, SearchRequest, search_items
from watcher.web.api.queries import WordsAsked
from watcher.web.limits import Allowance
from watcher.web.pages.today import check_topics
from watcher.web.queries import SearchAsked
from watcher.web.respond import page_response
from watcher.web.routing import PageRoute, PageVisit


def load_hits(tx: sa.Connection, configuration: Configuration, _now: datetime, request: SearchRequest) -> SearchPage:
    """The page of hits that is asked for; the same at any moment."""
    return search_items(tx, configuration, request)


async def show_hits(visit: PageVisit) -> WebResponse:
    """The Items that hold the words, the newest first; without words it asks for them."""
    query: SearchAsked = visit.query
    check_topics(visit, (query.topic,) if query.topic else ())
    request = read_request(query)
    hits = await visit.site.report(load_hits, request) if query.q.strip() else None
    return page_response(
        visit,
        "search.html",
        query=query,
        found=hits,
        names={topic.id: topic.name for topic in visit.site.configuration().topics},
        all_topics=visit.site.configuration().topics,
        statuses=Status,
        kinds=Trust,
    )


def read_request(query: SearchAsked | WordsAsked) -> SearchRequest:
    """What the parameters of the page ask for, or those of the API."""
    return SearchRequest(
        text=query.q,
        topic=query.topic,
        status=query.status,
        trust=query.kind,
        first_day=query.begin,
        last_day=query.end,
        page=query.page,
    )


PAGES = (PageRoute(path="/search", name="search", view=show_hits, query=SearchAsked, allowance=Allowance.SEARCH),)
