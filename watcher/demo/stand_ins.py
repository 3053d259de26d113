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
    """An answer with headers of its own, or none at all: `line` "cut" closes the connection, "silent" keeps it open."""

    status: int = 200
    kind: str = "text/html"
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    line: str = ""


Answering = Callable[[str, str, bytes], Answer | Reply]


class StandInServer(ThreadingHTTPServer):
    """An HTTP server on a free port of 127.0.0.1 whose clients may hang up at any time."""

    request_queue_size = 128  # connections that wait to be accepted: Python's 5 would reset those of a burst
    daemon_threads = True

    def __init__(self, answering: Answering) -> None:
        self.answering = answering
        super().__init__(("127.0.0.1", 0), StandInHandler)

    def handle_error(self, *_: object) -> None:
        """Ignore a client that hung up."""


class StandInHandler(BaseHTTPRequestHandler):
    """Sends the answers that the server's `answering` gives."""

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
            self._break_connection(reply.line)
            return
        body_bytes = reply.body.encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", f"{reply.kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body_bytes)))
        for header in reply.headers.items():
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(body_bytes)

    def _break_connection(self, how: str) -> None:
        """Keep silent until the client hangs up, or cut the connection at once; a linger time of 0 sends a reset."""
        self.close_connection = True
        if how == "silent":
            self.rfile.read(1)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def log_message(self, *_: object) -> None:
        """Log nothing: the demo prints its own lines."""


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
    """A wrong answer of a channel or webhook. `accepted`: the message is posted all the same."""

    accepted: bool = False
    status: int = 200
    word: str = ""
    warning: str = ""
    page: str = ""
    retry_after: str = ""
    line: str = ""

    def reply(self, *, hook: bool, channel: str, stamp: str) -> Reply:
        """The answer to send: JSON from the Web API, one word from a webhook, or a page if there is one."""
        headers = {"Retry-After": self.retry_after} if self.retry_after else {}
        good = {"ok": True, "channel": channel, "ts": stamp} | ({"warning": self.warning} if self.warning else {})
        answer = json.dumps({"ok": False, "error": self.word} if self.word else good)
        body = self.page or (self.word or "ok" if hook else answer)
        kind = "text/html" if self.page or hook else "application/json"
        return Reply(status=self.status, kind=kind, body=body, headers=headers, line=self.line)


MAX_BURST = 2


class SlackStandIn:
    """Answers as Slack does: checks shape, limits and the pace of a channel; posts can be read back.

    A channel takes one message a second, and MAX_BURST in a short burst (docs.slack.dev, "Rate limits").

    `faults` gives a channel id or webhook path another behaviour, `update_faults` the updates in a channel; `readable`
    is whether the app has the history scopes. `posts` are the messages as they are now, `details` the replies with the
    details of an Alert, `updates` the payloads that
    changed them, `refused` the reasons of refusals, `asked` the methods and webhook paths that were called. `seconds`
    must lie between two messages of a channel. `clock` stamps the messages, in seconds since 1970.
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
        self.details: list[dict[str, Any]] = []
        self.updates: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self.asked: list[str] = []
        self.faults: dict[str, SimulatedFault] = {}
        self.update_faults: dict[str, SimulatedFault] = {}
        self.readable = readable
        self._channels, self._seconds, self._clock = set(channels), seconds, clock
        self._bursts: dict[str, tuple[float, float]] = {}  # by channel: messages that may still come, as of when
        self._own: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, _method: str, path: str, body: bytes) -> Answer | Reply:
        """The answer to one request."""
        payload, method = _read_payload(body), path.rpartition("/")[2]
        hook = path.startswith("/hook")
        channel = path if hook else str(payload.get("channel"))
        with self._lock:
            self.asked.append(path if hook else method)
            if not hook and channel not in self._channels:
                return _json_answer({"ok": False, "error": "channel_not_found"})
            if method in {"conversations.history", "conversations.replies"} and not hook:
                return _json_answer(self._read_history(channel, payload, thread=str(payload.get("ts") or "")))
            if method == "chat.update" and not hook:
                fault = self._update(channel, payload)
                return fault.reply(hook=False, channel=channel, stamp=str(payload.get("ts")))
            stamp = (
                f"{self._clock():.0f}.{len(self.posts) + len(self.details):06d}"  # Slack names a message by its moment
            )
            fault = self._post(channel, {**payload, "channel": channel, "ts": stamp}, hook=hook)
            return fault.reply(hook=hook, channel=channel, stamp=stamp)

    def _post(self, channel: str, post: dict[str, Any], *, hook: bool) -> SimulatedFault:
        fault = self.faults.get(channel, SimulatedFault(accepted=True))
        if not fault.accepted:
            return fault
        refusal = wrong_with(post)
        if refusal:
            self.refused.append(refusal)
            return SimulatedFault(status=400 if hook else 200, word="invalid_blocks")
        if not self._is_within_pace(channel):
            self.refused.append("faster than one message a second")
            return SimulatedFault(status=429, word="rate_limited" if hook else "ratelimited", retry_after="1")
        is_detail = (post.get("metadata") or {}).get("event_type") == "watcher_details"
        (self.details if is_detail else self.posts).append(post)
        self._own |= set() if hook else {post["ts"]}
        return fault

    def _is_within_pace(self, channel: str) -> bool:
        """Whether the channel takes one more message now; then it is counted."""
        moment = time.monotonic()
        left, since = self._bursts.get(channel, (float(MAX_BURST), moment))
        left = min(MAX_BURST, left + ((moment - since) / self._seconds if self._seconds else MAX_BURST))
        self._bursts[channel] = (left - 1 if left >= 1 else left, moment)
        return left >= 1

    def _update(self, channel: str, payload: dict[str, Any]) -> SimulatedFault:
        """Replace the words of an own message (docs.slack.dev, "chat.update"); its metadata stays."""
        fault = self.update_faults.get(channel, SimulatedFault(accepted=True))
        if not fault.accepted:
            return fault
        address = (channel, payload.get("ts"))
        index = next((index for index, post in enumerate(self.posts) if (post["channel"], post["ts"]) == address), None)
        if index is None:
            return SimulatedFault(word="message_not_found")
        if payload["ts"] not in self._own:
            return SimulatedFault(word="cant_update_message")
        refusal = wrong_with(payload)
        if refusal:
            self.refused.append(refusal)
            return SimulatedFault(word="invalid_blocks")
        kept = {name: part for name, part in self.posts[index].items() if name not in {"text", "blocks"}}
        self.posts[index] = {**kept, **payload}
        self.updates.append(payload)
        return fault

    def _read_history(self, channel: str, payload: dict[str, Any], *, thread: str) -> dict[str, Any]:
        """The messages of the channel, newest first; or those of a thread, its first message before its replies."""
        if not self.readable:
            return {"ok": False, "error": "missing_scope", "needed": "channels:history"}
        everything = sorted((*self.posts, *self.details), key=lambda post: float(post["ts"]))
        in_channel = [post for post in everything if post["channel"] == channel]
        posts = (
            [post for post in in_channel if thread in {post["ts"], post.get("thread_ts")}]
            if thread
            else [post for post in reversed(in_channel) if not post.get("thread_ts")]
        )
        since = float(payload.get("oldest") or 0)
        posts = [post for post in posts if float(post["ts"]) > since or post["ts"] == thread]
        begin, limit = int(payload.get("cursor") or 0), int(payload.get("limit") or 100)
        keys = {"ts", "thread_ts", "text", "blocks"} | ({"metadata"} if payload.get("include_all_metadata") else set())
        page = [{key: part for key, part in post.items() if key in keys} for post in posts[begin : begin + limit]]
        has_more = begin + limit < len(posts)
        cursor = {"response_metadata": {"next_cursor": str(begin + limit)}} if has_more else {}
        return {"ok": True, "messages": page, "has_more": has_more, **cursor}


def _json_answer(content: dict[str, Any]) -> Answer:
    return 200, "application/json", json.dumps(content)


def _read_payload(body: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(body))
    except ValueError:
        form = {name: texts[0] for name, texts in parse_qs(body.decode()).items()}
        return {name: json.loads(text) if name in {"blocks", "metadata"} else text for name, text in form.items()}


class MailStandIn:
    """A mail relay that accepts everything and keeps it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one mail and answer that it was accepted."""
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 2.0.0 kept"


@contextmanager
def serve_smtp(handler: Any, **options: Any) -> Iterator[str]:
    """An SMTP server on a free port of 127.0.0.1 with aiosmtpd's `handler`; gives its smtp:// address."""
    controller = _FreePortController(handler, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


class _FreePortController(Controller):
    """aiosmtpd's controller for port 0: it takes over the port that the system gave before it connects to it."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]
