"""Stand-ins on loopback: the watched site, a Slack that keeps Slack's rules, and a mail relay. Tests use them too."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from aiosmtpd.controller import Controller

Answer = tuple[int, str, str]  # status, content type, body


@contextmanager
def serving(answering: Callable[[str, str, bytes], Answer]) -> Iterator[str]:
    """An HTTP server on a free port of 127.0.0.1; `answering(method, path, body)` gives each answer."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

        def _answer(self, body: bytes) -> None:
            status, kind, text = answering(self.command, self.path, body)
            written = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(written)))
            if status == 429:  # noqa: PLR2004
                self.send_header("Retry-After", "1")
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *_: object) -> None:
            """Say nothing: the demo's own lines tell the story."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Server(ThreadingHTTPServer):
    """A server whose clients may hang up as they like."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hung up is no news."""


class SlackStandIn:
    """Answers chat.postMessage and /hook as Slack does: checks shape and limits, one message a second and channel."""

    def __init__(self, channels: Sequence[str], *, seconds: float = 1.0) -> None:
        self.posts: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self._channels, self._seconds = set(channels), seconds
        self._last: dict[str, float] = {}
        self._lock = threading.Lock()

    def __call__(self, _method: str, path: str, body: bytes) -> Answer:
        """The answer to one request."""
        payload = _payload(body)
        hook = path.startswith("/hook")
        channel = path if hook else str(payload.get("channel"))
        with self._lock:
            if not hook and channel not in self._channels:
                return _json(200, {"ok": False, "error": "channel_not_found"})
            wrong = wrong_with(payload)
            if wrong:
                self.refused.append(wrong)
                return (
                    (400, "text/plain", "invalid_blocks")
                    if hook
                    else _json(200, {"ok": False, "error": "invalid_blocks"})
                )
            moment = time.monotonic()
            if moment - self._last.get(channel, -1e9) < self._seconds:
                self.refused.append("faster than one message a second")
                return (
                    (429, "text/plain", "rate_limited") if hook else _json(429, {"ok": False, "error": "ratelimited"})
                )
            self._last[channel] = moment
            stamp = f"{1_600_000_000 + len(self.posts)}.000100"
            self.posts.append({**payload, "channel": channel, "ts": stamp})
        return (200, "text/plain", "ok") if hook else _json(200, {"ok": True, "channel": channel, "ts": stamp})


def _json(status: int, value: dict[str, Any]) -> Answer:
    return status, "application/json", json.dumps(value)


def _payload(body: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(body))
    except ValueError:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        return {name: json.loads(value) if name in {"blocks", "metadata"} else value for name, value in form.items()}


_LIMITS = {"header": 150, "section": 3_000, "context": 2_000}
_KNOWN = frozenset({"header", "section", "context", "rich_text", "divider", "actions"})


def wrong_with(payload: dict[str, Any]) -> str:
    """What Slack would refuse in a message; "" for nothing. Limits of docs.slack.dev/reference/block-kit."""
    blocks = payload.get("blocks") or []
    if not payload.get("text") or len(payload["text"]) > 4_000:  # noqa: PLR2004
        return "text is missing or longer than 4,000"
    if len(blocks) > 50:  # noqa: PLR2004
        return "more than 50 blocks"
    if _characters(blocks) > 12_000:  # noqa: PLR2004
        return "msg_blocks_too_long"
    return next((wrong for wrong in map(_wrong_block, blocks) if wrong), "")


def _wrong_block(block: dict[str, Any]) -> str:
    kind = str(block.get("type"))
    if kind not in _KNOWN:
        return f"unknown block {kind}"
    if kind == "header" and block["text"].get("type") != "plain_text":
        return "a header takes plain_text only"
    texts = [block["text"]] if "text" in block else block.get("elements", []) if kind == "context" else []
    if kind in {"header", "section", "context"} and not texts:
        return f"{kind} without text"
    if len(texts) > 10:  # noqa: PLR2004
        return "more than 10 context elements"
    for text in texts:
        if not text.get("text") or len(text["text"]) > _LIMITS[kind]:
            return f"{kind} text is empty or longer than {_LIMITS[kind]:,}"
    sections = block.get("elements", []) if kind == "rich_text" else []
    elements = [element for section in sections for element in section.get("elements", [])]
    if kind == "rich_text" and not elements:
        return "rich_text without elements"
    return (
        "" if all(element.get("text") or element["type"] == "link" for element in elements) else "an empty text element"
    )


def _characters(value: Any) -> int:
    if isinstance(value, dict):
        return sum(
            len(each) if name == "text" and isinstance(each, str) else _characters(each) for name, each in value.items()
        )
    return sum(map(_characters, value)) if isinstance(value, list) else 0


class MailStandIn:
    """A mail relay that accepts everything and keeps it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one mail."""
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 2.0.0 kept"


@contextmanager
def relaying(kept: Any) -> Iterator[str]:
    """An SMTP server on a free port of 127.0.0.1 with `kept` as aiosmtpd's handler; gives its smtp:// address."""
    controller = _FreePort(kept, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


class _FreePort(Controller):
    """aiosmtpd's controller for port 0: it learns the port that the system gave before it knocks there."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]
