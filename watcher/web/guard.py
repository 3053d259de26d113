"""Around all pages: which hosts are answered, how large a request may be, how long it may take, and safe headers.

The headers follow the list of the OWASP Secure Headers Project; as no page sends a script, the policy allows none.
"""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request as WebRequest
from starlette.responses import Response as WebResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as AsgiMessage

from watcher.web.errors import PageError, PageNotFound
from watcher.web.respond import error_response
from watcher.web.site import WebSettings

MAX_BODY_BYTES = 16_384
MAX_ANSWER_SECONDS = 10
SAFE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# Feeds and answers for programs are for everybody's pages too; they are asked without cookies, and there are none.
OPEN_PATHS = ("/api/v1/", "/feeds/")
OPEN_HEADERS: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT_HEADERS: Mapping[str, str] = {
    "Allow": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
TLS_ONLY = "max-age=31536000"  # a year, as browsers' lists ask


class GuardedSite:
    """An ASGI application: the pages, behind what every request must pass."""

    def __init__(self, pages: ASGIApp, settings: WebSettings) -> None:
        self._pages, self._settings = pages, settings
        self._headers = {**SAFE_HEADERS, **({"Strict-Transport-Security": TLS_ONLY} if settings.is_https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTTP is the pages' own affair."""
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
            return
        began = False
        is_open = scope["path"].startswith(OPEN_PATHS)
        own_headers = {**self._headers, **(OPEN_HEADERS if is_open else {})}

        async def send_safely(message: AsgiMessage) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                for name, content in own_headers.items():
                    headers.setdefault(name, content)
            await send(message)

        refusal = _find_refusal(scope, self._settings)
        try:
            if refusal is None and is_open and scope["method"] == "OPTIONS":
                preflight = WebResponse(status_code=HTTPStatus.NO_CONTENT, headers=PREFLIGHT_HEADERS)
                await preflight(scope, receive, send_safely)
            elif refusal is None:
                async with asyncio.timeout(MAX_ANSWER_SECONDS):
                    await self._pages(scope, _bounded(receive), send_safely)
        except TimeoutError:
            refusal = PageError(HTTPStatus.SERVICE_UNAVAILABLE, "This took too long. Try again in a minute.")
        except _BodyTooLarge:
            refusal = PageError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "What was sent is too large.")
        if refusal and not began:
            await error_response(WebRequest(scope), refusal)(scope, receive, send_safely)


class _BodyTooLarge(Exception):
    """More was sent than any form of ours holds."""


def _find_refusal(scope: Scope, settings: WebSettings) -> PageError | None:
    """Why a request is answered by none of the pages; None where it may pass.

    Whoever asks for the health of a process calls it by the address that the process has just then.
    """
    headers = Headers(scope=scope)
    host = headers.get("host", "").rpartition("@")[2]
    name = host.partition("]")[0].strip("[") if host.startswith("[") else host.partition(":")[0]
    if name.casefold() not in settings.hosts and not scope["path"].startswith("/health/"):
        return PageError(HTTPStatus.MISDIRECTED_REQUEST, "This server does not answer under that name.")
    if "\x00" in scope["path"]:
        return PageNotFound()  # PostgreSQL takes no text with that character
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or int(length) > MAX_BODY_BYTES:
        return PageError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "What was sent is too large.")
    return None


def _bounded(receive: Receive) -> Receive:
    """`receive`, which gives no more than MAX_BODY_BYTES: a request need not say how long it is."""
    size = 0

    async def receive_bounded() -> AsgiMessage:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MAX_BODY_BYTES:
            raise _BodyTooLarge
        return message

    return receive_bounded
