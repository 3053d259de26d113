"""A Request as the bytes that are sent: its headers, the cookies of its visit, and the body of its form."""

from urllib.parse import urlencode

import httpx

from watcher.model import Request


def request_headers(request: Request, agent: str) -> list[tuple[bytes, bytes]]:
    """The headers of a conditional GET, or of a form, as bytes: validators go back exactly as they came."""
    headers = {**request.headers, "User-Agent": agent, "Accept-Encoding": "gzip", "Accept": "*/*"}
    if request.validators.etag:
        headers["If-None-Match"] = request.validators.etag
    if request.validators.last_modified:
        headers["If-Modified-Since"] = request.validators.last_modified
    if request.form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    return [(name.encode("ascii"), content.encode()) for name, content in headers.items()]


def cookie_header(address: httpx.URL, cookies: httpx.Cookies) -> list[tuple[bytes, bytes]]:
    """The Cookie header for those of `cookies` that are meant for `address` (RFC 6265); none without any."""
    asking = httpx.Request("GET", address)
    cookies.set_cookie_header(asking)
    cookie = asking.headers.get("cookie", "")
    return [(b"Cookie", cookie.encode())] if cookie else []


def body_of(request: Request) -> bytes:
    """The names and values of a form as browsers send them (url.spec.whatwg.org, urlencoded serializing)."""
    return urlencode(request.form, errors="replace").encode("ascii")
