"""Answers: pages and files with what lets a browser or a reader program ask only whether they changed."""

import hashlib
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

from markupsafe import Markup
from starlette.requests import Request as WebRequest
from starlette.responses import JSONResponse
from starlette.responses import Response as WebResponse

from watcher.core.language.format import format_moment
from watcher.web.errors import PageError
from watcher.web.routing import PageVisit
from watcher.web.site import KEPT_SECONDS
from watcher.web.templating import render

HTML = "text/html; charset=utf-8"
# The template has the first where the second belongs: only who prints it sees from where and when it is.
PLACE_OF_PRINTED = "<!-- printed -->"
PRINTED = Markup('<p class="printed">{}{}, read {}</p>')
PROBLEM = "application/problem+json"  # RFC 9457


def page_response(visit: PageVisit, template: str, **values: Any) -> WebResponse:
    """A page made of a template. `path` in it is that of the page, by which the menu marks where the reader is."""
    body = render(template, {**values, "path": visit.request.url.path, "contact": visit.site.settings.contact})
    printed = PRINTED.format(visit.base_url, _find_target(visit.request), format_moment(visit.site.clock()))
    return body_response(visit.request, body.replace(PLACE_OF_PRINTED, printed).encode(), HTML, hashed=body.encode())


def _find_target(request: WebRequest) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def body_response(
    request: WebRequest,
    body: bytes,
    content_type: str,
    *,
    modified: datetime | None = None,
    hashed: bytes | None = None,
) -> WebResponse:
    """The body with its ETag; 304 without it for whoever has it already (RFC 9110, section 13).

    `modified` (UTC): when its newest entry was. `hashed`: the body without what changes while nothing else does.
    """
    etag = f'"{hashlib.blake2b(body if hashed is None else hashed, digest_size=12).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={KEPT_SECONDS}", "Content-Type": content_type}
    if modified:
        headers["Last-Modified"] = format_datetime(modified, usegmt=True)
    if _has_already(request, etag, headers.get("Last-Modified", "")):
        return WebResponse(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return WebResponse(body, headers=headers)


def _has_already(request: WebRequest, etag: str, modified: str) -> bool:
    """By the ETags that it has; only where it names none, by the date that it was given (section 13.1.3)."""
    asked = request.headers.get("if-none-match")
    if asked is not None:
        return etag in {tag.strip().removeprefix("W/") for tag in asked.split(",")} or asked.strip() == "*"
    return bool(modified) and request.headers.get("if-modified-since") == modified


def error_response(request: WebRequest, error: PageError) -> WebResponse:
    """The error as a page, or for a program as RFC 9457 says."""
    headers = {"Cache-Control": "no-store"}
    if error.wait_seconds:
        headers["Retry-After"] = str(error.wait_seconds)
    if request.url.path.startswith("/api/"):
        problem: dict[str, Any] = {
            "type": "about:blank",
            "title": error.status.phrase,
            "status": int(error.status),
            "detail": error.why,
        }
        if error.field:
            problem["field"] = error.field
        if error.link[0]:
            problem["instead"] = error.link[0]
        return JSONResponse(problem, status_code=error.status, headers=headers, media_type=PROBLEM)
    values = {"error": error, "path": request.url.path, "contact": ""}
    body = render("error.html", values)
    return WebResponse(body, status_code=error.status, headers={**headers, "Content-Type": HTML})
