"""The Stories in a list, each on a page, and why an Item was told or was not."""

from datetime import datetime, timedelta
from http import HTTPStatus

import sqlalchemy as sa
from starlette.responses import Response as WebResponse

from watcher import store
from watcher.config import Configuration
from watcher.model import Status, Story
from watcher.reports.date_pages import describe_dates
from watcher.reports.public_view import is_public, public_part
from watcher.reports.search import SearchHit, find_headline
from watcher.reports.story_list import load_story_list
from watcher.reports.story_page import compose_forward, load_story_page
from watcher.reports.today import begin_of_day
from watcher.reports.why import load_why
from watcher.store.story_lists import StoryFilter
from watcher.web.errors import PageError, PageNotFound
from watcher.web.limits import Allowance
from watcher.web.pages.today import check_topics
from watcher.web.queries import OFFICIAL, StoriesQuery, WhyQuery
from watcher.web.respond import page_response
from watcher.web.routing import PageRoute, PageVisit


async def show_stories(visit: PageVisit) -> WebResponse:
    """The Stories, the one that moved last first."""
    query: StoriesQuery = visit.query
    check_topics(visit, (query.topic,) if query.topic else ())
    stories = await visit.site.report(load_story_list, read_filter(query), query.page)
    return page_response(
        visit,
        "stories.html",
        listed=stories,
        query=query,
        statuses=Status,
        all_topics=visit.site.configuration().topics,
    )


def read_filter(query: StoriesQuery) -> StoryFilter:
    """The days of London in a query as moments."""
    return StoryFilter(
        topic=query.topic,
        status=query.status if isinstance(query.status, Status) else None,
        is_settled=query.status == OFFICIAL,
        begin=begin_of_day(query.begin) if query.begin else None,
        end=begin_of_day(query.end + timedelta(days=1)) if query.end else None,
    )


async def show_story(visit: PageVisit) -> WebResponse:
    """One Story with all that is known of it."""
    site = visit.site
    story = await site.report(load_story_page, visit.part("story"), site.settings.public_url)
    if story is None:
        raise await find_what_became_of_it(visit)
    return page_response(
        visit,
        "story.html",
        shown=story,
        forward=compose_forward(story),
        dates=describe_dates(story.dates, site.clock()),
    )


async def find_what_became_of_it(visit: PageVisit) -> PageError:
    """410 with a link for an announcement that a person joined with another one, else 404; for pages and the API."""
    story = await visit.site.report(load_successor, visit.part("story"))
    if story is None:
        return PageNotFound("There is no announcement at this address.")
    why = "This announcement is told together with another one now."
    return PageError(HTTPStatus.GONE, why, link=(f"/stories/{story.id}", story.title))


def load_successor(tx: sa.Connection, _configuration: Configuration, _now: datetime, story_id: str) -> Story | None:
    """The public Story with which the one that had this id was joined; None for none."""
    story = store.story_lists.find_successor(tx, story_id)
    return public_part(story) if story and is_public(story) else None


def load_headline(tx: sa.Connection, configuration: Configuration, _now: datetime, words: str) -> tuple[SearchHit, ...]:
    """The newest Items with these words; the same at any moment."""
    return find_headline(tx, configuration, words)


async def show_why(visit: PageVisit) -> WebResponse:
    """What became of an Item, by its address or id; of words, the Items that hold them; without any it asks for it."""
    asked = visit.query.q.strip()
    why = await visit.site.report(load_why, asked) if asked else None
    is_words = bool(asked) and why is None and not asked.startswith(("http://", "https://"))
    hits = await visit.site.report(load_headline, asked) if is_words else ()
    if len(hits) == 1:
        why, hits = await visit.site.report(load_why, hits[0].item), ()
    return page_response(visit, "why.html", asked=asked, why=why, hits=hits)


PAGES = (
    PageRoute(path="/stories", name="stories", view=show_stories, query=StoriesQuery),
    PageRoute(path="/stories/{story:str}", name="story", view=show_story),
    PageRoute(path="/why", name="why", view=show_why, query=WhyQuery, allowance=Allowance.SEARCH),
)
