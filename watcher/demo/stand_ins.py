"""Stand-ins on loopback: the watched site, a Slack that keeps Slack's rules, and a mail relay. Tests use them too."""

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from aiosmtpd.controller import Controller

from watcher.demo.slack_rules import wrong_with

Answer = tuple[int, str, str]  # status, content type, body


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer of the rarer sort: with headers of its own, or none. `line`: "cut" without a word, or kept "silent"."""

    status: int = 200
    kind: str = "text/html"
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    line: str = ""


Answering = Callable[[str, str, bytes], Answer | Reply]


class StandInServer(ThreadingHTTPServer):
    """A server whose clients may hang up as they like."""

    daemon_threads = True

    def __init__(self, answering: Answering) -> None:
        self.answering = answering
        super().__init__(("127.0.0.1", 0), StandInHandler)

    def handle_error(self, *_: object) -> None:
        """A client that hung up is no news."""


class StandInHandler(BaseHTTPRequestHandler):
    """Writes down what the server's `answering` says."""

    server: "StandInServer"
    protocol_version = "HTTP/1.1"
    timeout = 20

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer(b"")

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _answer(self, body: bytes) -> None:
        answer = self.server.answering(self.command, self.path, body)
        reply = Reply(status=answer[0], kind=answer[1], body=answer[2]) if isinstance(answer, tuple) else answer
        if reply.line:
            self._break(reply.line)
            return
        written = reply.body.encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", f"{reply.kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(written)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(written)

    def _break(self, how: str) -> None:
        """Keep silent until the client hangs up, or cut the line at once; lingering for no time sends a reset."""
        self.close_connection = True
        if how == "silent":
            self.rfile.read(1)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def log_message(self, *_: object) -> None:
        """Say nothing: the demo's own lines tell the story."""


@contextmanager
def serve_http(answering: Answering) -> Iterator[str]:
    """An HTTP server on a free port of 127.0.0.1; `answering(method, path, body)` gives each answer."""
    server = StandInServer(answering)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedFault:
    """What a channel or hook does instead of answering as it should. `accepted`: the message is posted all the same."""

    accepted: bool = False
    status: int = 200
    word: str = ""
    warning: str = ""
    page: str = ""
    retry_after: str = ""
    line: str = ""

    def reply(self, *, hook: bool, channel: str, stamp: str) -> Reply:
        """The Web API speaks JSON, a webhook says one word, and others send pages."""
        headers = {"Retry-After": self.retry_after} if self.retry_after else {}
        good = {"ok": True, "channel": channel, "ts": stamp} | ({"warning": self.warning} if self.warning else {})
        said = json.dumps({"ok": False, "error": self.word} if self.word else good)
        body = self.page or (self.word or "ok" if hook else said)
        kind = "text/html" if self.page or hook else "application/json"
        return Reply(status=self.status, kind=kind, body=body, headers=headers, line=self.line)


class SlackStandIn:
    """Answers as Slack does: checks shape and limits, one message a second and channel, and can be read back.

    `faults` gives a channel id or hook path another behaviour, `update_faults` the updates in a channel; `readable` is
    whether the app has the history scopes. `posts` reads as the channel does now, and `updates` holds what changed it.
    `clock` stamps the messages, in seconds since 1970.
    """

    def __init__(
        self,
        channels: Sequence[str],
        *,
        seconds: float = 1.0,
        readable: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.posts: list[dict[str, Any]] = []
        self.updates: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self.asked: list[str] = []
        self.faults: dict[str, SimulatedFault] = {}
        self.update_faults: dict[str, SimulatedFault] = {}
        self.readable = readable
        self._channels, self._seconds, self._clock = set(channels), seconds, clock
        self._last: dict[str, float] = {}
        self._own: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, _method: str, path: str, body: bytes) -> Answer | Reply:
        """The answer to one request."""
        payload, method = _payload(body), path.rpartition("/")[2]
        hook = path.startswith("/hook")
        channel = path if hook else str(payload.get("channel"))
        with self._lock:
            self.asked.append(path if hook else method)
            if not hook and channel not in self._channels:
                return _json({"ok": False, "error": "channel_not_found"})
            if method in {"conversations.history", "conversations.replies"} and not hook:
                return _json(self._history(channel, payload, thread=str(payload.get("ts") or "")))
            if method == "chat.update" and not hook:
                fault = self._updated(channel, payload)
                return fault.reply(hook=False, channel=channel, stamp=str(payload.get("ts")))
            stamp = f"{self._clock():.0f}.{len(self.posts):06d}"  # Slack names a message by its moment
            fault = self._posted(channel, {**payload, "channel": channel, "ts": stamp}, hook=hook)
            return fault.reply(hook=hook, channel=channel, stamp=stamp)

    def _posted(self, channel: str, post: dict[str, Any], *, hook: bool) -> SimulatedFault:
        fault, moment = self.faults.get(channel, SimulatedFault(accepted=True)), time.monotonic()
        if not fault.accepted:
            return fault
        wrong = wrong_with(post)
        if wrong:
            self.refused.append(wrong)
            return SimulatedFault(status=400 if hook else 200, word="invalid_blocks")
        if moment - self._last.get(channel, -1e9) < self._seconds:
            self.refused.append("faster than one message a second")
            return SimulatedFault(status=429, word="rate_limited" if hook else "ratelimited", retry_after="1")
        self._last[channel] = moment
        self.posts.append(post)
        self._own |= set() if hook else {post["ts"]}
        return fault

    def _updated(self, channel: str, asked: dict[str, Any]) -> SimulatedFault:
        """Put other words into an own message (docs.slack.dev, "chat.update"): only metadata stays by itself."""
        fault = self.update_faults.get(channel, SimulatedFault(accepted=True))
        if not fault.accepted:
            return fault
        at = next(
            (at for at, post in enumerate(self.posts) if (post["channel"], post["ts"]) == (channel, asked.get("ts"))),
            None,
        )
        if at is None:
            return SimulatedFault(word="message_not_found")
        if asked["ts"] not in self._own:
            return SimulatedFault(word="cant_update_message")
        wrong = wrong_with(asked)
        if wrong:
            self.refused.append(wrong)
            return SimulatedFault(word="invalid_blocks")
        kept = {name: each for name, each in self.posts[at].items() if name not in {"text", "blocks"}}
        self.posts[at] = {**kept, **asked}
        self.updates.append(asked)
        return fault

    def _history(self, channel: str, asked: dict[str, Any], *, thread: str) -> dict[str, Any]:
        """The newest messages of the channel first; or a thread, its first message before its answers."""
        if not self.readable:
            return {"ok": False, "error": "missing_scope", "needed": "channels:history"}
        here = [post for post in self.posts if post["channel"] == channel]
        found = (
            [post for post in here if thread in {post["ts"], post.get("thread_ts")}]
            if thread
            else [post for post in reversed(here) if not post.get("thread_ts")]
        )
        since = float(asked.get("oldest") or 0)
        found = [post for post in found if float(post["ts"]) > since or post["ts"] == thread]
        begin, most = int(asked.get("cursor") or 0), int(asked.get("limit") or 100)
        shown = {"ts", "thread_ts", "text", "blocks"} | ({"metadata"} if asked.get("include_all_metadata") else set())
        page = [{key: each for key, each in post.items() if key in shown} for post in found[begin : begin + most]]
        more = begin + most < len(found)
        cursor = {"response_metadata": {"next_cursor": str(begin + most)}} if more else {}
        return {"ok": True, "messages": page, "has_more": more, **cursor}


def _json(value: dict[str, Any]) -> Answer:
    return 200, "application/json", json.dumps(value)


def _payload(body: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(body))
    except ValueError:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        return {name: json.loads(value) if name in {"blocks", "metadata"} else value for name, value in form.items()}


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
def serve_smtp(kept: Any, **options: Any) -> Iterator[str]:
    """An SMTP server on a free port of 127.0.0.1 with `kept` as aiosmtpd's handler; gives its smtp:// address."""
    controller = _FreePort(kept, hostname="127.0.0.1", port=0, **options)
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
