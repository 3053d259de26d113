"""A Request as it is sent: its headers, and the body of its form."""

from urllib.parse import urlencode

from watcher.model import Request


def request_headers(request: Request, agent: str) -> dict[str, str]:
    """The headers of a conditional GET, or of a form. aiohttp sends them as UTF-8: validators go back as they came."""
    headers = {**request.headers, "User-Agent": agent, "Accept-Encoding": "gzip", "Accept": "*/*"}
    if request.validators.etag:
        headers["If-None-Match"] = request.validators.etag
    if request.validators.last_modified:
        headers["If-Modified-Since"] = request.validators.last_modified
    if request.form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    return headers


def body_of(request: Request) -> bytes:
    """The names and values of a form as browsers send them (url.spec.whatwg.org, urlencoded serializing)."""
    return urlencode(request.form, errors="replace").encode("ascii")
