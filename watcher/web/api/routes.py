"""The table of the API: of it the routes, the checks of parameters and the OpenAPI document are made."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from starlette.responses import Response as WebResponse

from watcher.web.api import views
from watcher.web.api.answers import ApiAnswer, DatesAnswer, StoriesAnswer, StoryAnswer
from watcher.web.api.openapi import build_document
from watcher.web.api.queries import ApiQuery, DatesAsked, StoriesAsked, WordsAsked
from watcher.web.api.record_answers import (
    ItemAnswer,
    ScoreboardAnswer,
    SearchAnswer,
    SourcesAnswer,
    TopicsAnswer,
)
from watcher.web.limits import Allowance
from watcher.web.respond import body_response, page_response
from watcher.web.routing import PageRoute, PageVisit

JSON_TYPE = "application/json"
ROOT = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPart:
    """A named part of a path: what it is, the pattern that it fits, and one that there might be."""

    about: str
    pattern: str
    sample: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRoute:
    """One address of the API: what it answers a GET, and what may be asked. `parts` describes those of its path.

    `sample`: a query to try.
    """

    path: str
    name: str
    summary: str
    view: Callable[[PageVisit], Awaitable[ApiAnswer]]
    answer: type[ApiAnswer]
    query: type[ApiQuery] = ApiQuery
    parts: Mapping[str, PathPart] = field(default_factory=dict)
    sample: str = ""
    allowance: Allowance = Allowance.PAGE

    def as_page(self) -> PageRoute:
        """The address for the server."""

        async def view(visit: PageVisit) -> WebResponse:
            answer = await self.view(visit)
            return body_response(visit.request, answer.model_dump_json().encode(), JSON_TYPE)

        return PageRoute(path=self.full_path, name=self.name, view=view, query=self.query, allowance=self.allowance)

    @property
    def full_path(self) -> str:
        """Its path from the root of the site, with its parts in braces."""
        return ROOT + self.path

    @property
    def example(self) -> str:
        """A path to try."""
        path = self.path
        for name, part in self.parts.items():
            path = path.replace(f"{{{name}}}", part.sample)
        return ROOT + path + self.sample


_ID = r"^[0-9a-f]{20}$"
ROUTES = (
    ApiRoute(
        path="/stories",
        name="api-stories",
        summary="Announcements, the one that changed last first",
        view=views.answer_stories,
        query=StoriesAsked,
        answer=StoriesAnswer,
        sample="?status=confirmed&limit=5",
    ),
    ApiRoute(
        path="/stories/{story}",
        name="api-story",
        summary="One announcement with all that is known of it",
        view=views.answer_story,
        answer=StoryAnswer,
        parts={"story": PathPart(about="id of the announcement", pattern=_ID, sample="0fdb71a5b3286d2a235b")},
    ),
    ApiRoute(
        path="/items/{item}",
        name="api-item",
        summary="One text, and what became of it: told, or why not",
        view=views.answer_item,
        answer=ItemAnswer,
        parts={"item": PathPart(about="id of the text", pattern=_ID, sample="9e3c1d5a7b20f4886c11")},
    ),
    ApiRoute(
        path="/search",
        name="api-search",
        summary="Texts that hold words, the newest first",
        view=views.answer_search,
        query=WordsAsked,
        answer=SearchAnswer,
        sample="?q=flu+vaccine",
        allowance=Allowance.SEARCH,
    ),
    ApiRoute(
        path="/dates",
        name="api-dates",
        summary="What is due by when, and what holds from when, the earliest first",
        view=views.answer_dates,
        query=DatesAsked,
        answer=DatesAnswer,
        sample="?state=open",
    ),
    ApiRoute(
        path="/topics",
        name="api-topics",
        summary="All topics, with what finds them and their feeds",
        view=views.answer_topics,
        answer=TopicsAnswer,
    ),
    ApiRoute(
        path="/sources",
        name="api-sources",
        summary="The sources that are on, and how they are",
        view=views.answer_sources,
        answer=SourcesAnswer,
    ),
    ApiRoute(
        path="/scoreboard/{month}",
        name="api-scoreboard",
        summary="Who told first in a month",
        view=views.answer_scoreboard,
        answer=ScoreboardAnswer,
        parts={"month": PathPart(about="a month in London", pattern=r"^\d{4}-(0[1-9]|1[0-2])$", sample="2026-10")},
    ),
)


async def show_openapi(visit: PageVisit) -> WebResponse:
    """The OpenAPI 3.1 document of the table, with the topics that there are."""
    topics = tuple(topic.id for topic in visit.site.configuration().topics)
    body = await visit.site.run(_document, visit.base_url, topics)
    return body_response(visit.request, body, JSON_TYPE)


@lru_cache(maxsize=4)  # 40 ms
def _document(base_url: str, topics: tuple[str, ...]) -> bytes:
    return build_document(ROUTES, base_url, topics)


async def show_api(visit: PageVisit) -> WebResponse:
    """The table for people, with examples."""
    values: dict[str, Any] = {"routes": ROUTES, "base": visit.base_url, "root": ROOT}
    return page_response(visit, "api.html", **values)


PAGES = (
    PageRoute(path="/api", name="api", view=show_api),
    PageRoute(path=f"{ROOT}/openapi.json", name="openapi", view=show_openapi, query=ApiQuery),
    *(route.as_page() for route in ROUTES),
)
