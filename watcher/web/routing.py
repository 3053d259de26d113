"""A page as one row of a table: its address, what it shows, what may be asked of it, and how often."""

import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request as WebRequest
from starlette.responses import Response as WebResponse
from starlette.routing import Route

from watcher.web.errors import BadQuery, PageError
from watcher.web.limits import Allowance
from watcher.web.same_origin import is_from_own_page
from watcher.web.site import PublicSite

Query = TypeVar("Query", bound=BaseModel)
log = structlog.get_logger()


class NoQuery(BaseModel):
    """The query of a page that can be asked nothing; what a mail program adds to a link is left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVisit:
    """One request for a page, with its checked query."""

    site: PublicSite
    request: WebRequest
    query: Any

    @property
    def base_url(self) -> str:
        """Where readers reach the pages, without a slash at the end: as configured, else as this request came."""
        return self.site.settings.public_url or f"{self.request.url.scheme}://{self.request.url.netloc}"

    def part(self, name: str) -> str:
        """A named part of the page's path."""
        return str(self.request.path_params[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRoute:
    """One row of the table. `path` as Starlette writes it; `name` stands in the log and in the metrics.

    `view` answers a GET, `submit` a POST that comes from a page of ours. `is_private`: its address is a secret, or the
    page is an admin's, so that nobody may keep or list it.
    """

    path: str
    name: str
    view: Callable[[PageVisit], Awaitable[WebResponse]]
    query: type[BaseModel] = NoQuery
    submit: Callable[[PageVisit], Awaitable[WebResponse]] | None = None
    allowance: Allowance = Allowance.PAGE
    is_private: bool = False


def as_routes(site: PublicSite, pages: Iterable[PageRoute]) -> list[Route]:
    """The table for Starlette."""
    return [
        Route(page.path, _endpoint(site, page), methods=["GET", "POST"] if page.submit else ["GET"], name=page.name)
        for page in pages
    ]


def _endpoint(site: PublicSite, page: PageRoute) -> Callable[[WebRequest], Awaitable[WebResponse]]:
    async def answer(request: WebRequest) -> WebResponse:
        began = time.perf_counter()
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        try:
            answered = await _answer(site, page, request)
            status = HTTPStatus(answered.status_code)
        except PageError as error:
            status = error.status
            raise
        finally:  # neither the path, which may be a secret, nor what was searched for
            seconds = time.perf_counter() - began
            site.observe(page.name, seconds)
            if page.allowance is not Allowance.FREE:  # what machines ask every few seconds
                log.info("page", method=request.method, page=page.name, status=int(status), ms=round(seconds * 1000))
        if page.is_private:
            answered.headers["Cache-Control"] = "no-store"
            answered.headers["X-Robots-Tag"] = "noindex"
            # For our own pages alone, so that its form says where it comes from: with no-referrer, Origin is "null".
            answered.headers["Referrer-Policy"] = "same-origin"
        return answered

    return answer


async def _answer(site: PublicSite, page: PageRoute, request: WebRequest) -> WebResponse:
    address = request.client.host if request.client else ""
    wait = site.limits.seconds_to_wait(page.allowance, address, time.time())
    if wait:
        why = "You have asked for many pages in a short time. Wait a little, then try again."
        raise PageError(HTTPStatus.TOO_MANY_REQUESTS, why, wait_seconds=wait)
    query = read_query(page.query, request)
    is_submitted = request.method == "POST" and page.submit is not None
    if is_submitted and not is_from_own_page(request.headers, site.settings):
        why = "This was not sent from a page of ours, so nothing was changed. Open the page itself, and use its button."
        raise PageError(HTTPStatus.FORBIDDEN, why)
    view = page.submit if is_submitted and page.submit else page.view
    return await view(PageVisit(site=site, request=request, query=query))


def read_query(model: type[Query], request: WebRequest) -> Query:
    """The parameters of a request, checked. Raises BadQuery for the first mistake.

    On pages for people an empty one counts as not given, as forms send it, and of a repeated one the last counts; a
    program that asks so has made a mistake.
    """
    is_strict = model.model_config.get("extra") == "forbid"
    names = {field.alias or name: field for name, field in model.model_fields.items()}
    given: dict[str, Any] = {}
    for name in request.query_params:
        texts = (text.replace("\x00", " ") for text in request.query_params.getlist(name))  # PostgreSQL takes none
        asked = [text for text in texts if text or is_strict]
        if is_strict and len(asked) > 1:
            raise BadQuery(name, "give it once")
        if name in names and asked:
            given[name] = asked if "tuple" in str(names[name].annotation) else asked[-1]
        elif name not in names:
            given[name] = asked
    try:
        return model.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadQuery(str(first["loc"][0]) if first["loc"] else "query", _in_words(first)) from None


def _in_words(problem: Any) -> str:
    limits = problem.get("ctx") or {}
    if problem["type"] == "extra_forbidden":
        return "there is no such parameter"
    if problem["type"] == "missing":
        return "this must be given"
    if problem["type"] == "string_too_long":
        return f"write at most {limits['max_length']:,} characters"
    if problem["type"] == "too_long":
        return f"name at most {limits['max_length']}"
    return str(limits.get("error") or problem["msg"])
