"""The table of all pages, as an application that any ASGI server can serve."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request as WebRequest
from starlette.responses import Response as WebResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from watcher.web.api import routes as api
from watcher.web.errors import PageError, PageNotFound
from watcher.web.guard import GuardedSite
from watcher.web.pages import (
    admin,
    dates,
    feeds,
    handled,
    health,
    scoreboard,
    search,
    sources,
    stories,
    texts,
    today,
    topics,
)
from watcher.web.respond import error_response
from watcher.web.routing import PageRoute, as_routes
from watcher.web.site import PublicSite, WebSettings

PAGES = (
    *today.PAGES,
    *stories.PAGES,
    *topics.PAGES,
    *dates.PAGES,
    *search.PAGES,
    *feeds.PAGES,
    *sources.PAGES,
    *scoreboard.PAGES,
    *texts.PAGES,
    *api.PAGES,
    *health.PAGES,
)
log = structlog.get_logger()


def build_pages(site: PublicSite) -> ASGIApp:
    """The pages of `site`."""
    files = StaticFiles(directory=Path(__file__).parent / "static")
    handlers: Any = {
        PageError: _answer_page_error,
        HTTPException: _answer_http_error,
        DBAPIError: _answer_database_error,
        Exception: _answer_fault,
    }
    pages = Starlette(
        routes=[
            *as_routes(site, _list_pages(site.settings)),
            Mount("/static", files, name="static"),
        ],
        exception_handlers=handlers,
    )
    return GuardedSite(pages, site.settings)


def _list_pages(settings: WebSettings) -> Iterator[PageRoute]:
    """The pages that there are: without a key none that a signed link opens."""
    yield from PAGES
    yield from handled.PAGES if settings.secret else ()
    yield from admin.PAGES if settings.has_admin else ()


async def _answer_page_error(request: WebRequest, error: Exception) -> WebResponse:
    assert isinstance(error, PageError)
    return error_response(request, error)


async def _answer_http_error(request: WebRequest, error: Exception) -> WebResponse:
    """What Starlette itself refuses: an unknown address, or a method that a page has not."""
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return error_response(request, PageNotFound())
    answer = error_response(request, PageError(HTTPStatus(error.status_code), "This page cannot be asked in that way."))
    answer.headers.update(error.headers or {})
    return answer


async def _answer_database_error(request: WebRequest, error: Exception) -> WebResponse:
    """The database is away: the pages say so, and never that there is no news."""
    log.error("a page could not be read", error=type(error).__name__)
    why = "We cannot read our own records at the moment, so we cannot say what is new. Try again in a minute."
    return error_response(request, PageError(HTTPStatus.SERVICE_UNAVAILABLE, why, wait_seconds=60))


async def _answer_fault(request: WebRequest, error: Exception) -> WebResponse:
    log.error("a page failed", exc_info=error)
    why = "This page could not be made. The fault is ours and has been recorded."
    return error_response(request, PageError(HTTPStatus.INTERNAL_SERVER_ERROR, why))
