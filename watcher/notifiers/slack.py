"""Slack: chat.postMessage with a bot token, or an incoming webhook (docs.slack.dev, "Sending messages").

slack_sdk runs without its retry handlers: after a reset they post a second time. Every answer is judged by status and
body, since the webhook client never raises and a captive portal answers 200. Untrusted text stands only in plain_text
and rich_text elements, which Slack does not parse.
"""

import http.client
import json
import re
import socket
from collections.abc import Mapping
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from watcher.core.text import printable
from watcher.errors import NotSent, Unknown
from watcher.model import Message, Paragraph, Receipt
from watcher.notifiers.base import Notifier

SECONDS = 15
MOST_TEXT, MOST_BLOCKS, HEADER, FALLBACK = 8_000, 40, 150, 3_000  # Slack: about 13,000 characters, 50 blocks
LONGEST_AFTER = timedelta(hours=6)

_CHANNEL = re.compile(r"^[CGD][A-Z0-9]{6,}$")
_WEBHOOK = re.compile(r"^https?://[^/\s]+/\S+$")
_FOR_GOOD = frozenset(
    {
        "is_archived",
        "not_in_channel",
        "channel_not_found",
        "channel_is_archived",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "invalid_auth",
        "not_authed",
        "missing_scope",
        "no_permission",
        "restricted_action",
        "msg_too_long",
        "msg_blocks_too_long",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_payload",
        "no_text",
        "action_prohibited",
        "no_service",
        "no_service_id",
        "invalid_token",
        "no_team",
        "team_disabled",
        "posting_to_general_channel_denied",
        "user_not_found",
    }
)
_MAY_HAVE_HAPPENED = frozenset({"fatal_error", "internal_error", "request_timeout"})


class Slack(Notifier):
    """Posts to a channel id with SLACK_BOT_TOKEN, or to an incoming-webhook URL."""

    hold = 1.05  # Slack: about one message a second and channel

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take SLACK_BOT_TOKEN and SLACK_API_URL."""
        base = environment.get("SLACK_API_URL") or WebClient.BASE_URL
        token = environment.get("SLACK_BOT_TOKEN", "")
        self._web = WebClient(token=token, base_url=base.rstrip("/") + "/", timeout=SECONDS, retry_handlers=[])

    @classmethod
    def wrong_with(cls, address: str, environment: Mapping[str, str]) -> str:
        """A channel id needs a token; anything else must be a webhook's URL."""
        if _WEBHOOK.match(address):
            return ""
        if not _CHANNEL.match(address):
            return "not a Slack channel id such as C0123456789 nor an incoming-webhook URL (env:NAME)"
        token = environment.get("SLACK_BOT_TOKEN", "").strip()
        return "" if token else "a channel id needs the environment variable SLACK_BOT_TOKEN; set it"

    def send(self, message: Message, address: str) -> Receipt:
        """Post once."""
        try:
            return self._webhook(message, address) if _WEBHOOK.match(address) else self._post(message, address)
        except SlackApiError as error:
            raise _refused(error) from None  # its own text repeats the answer
        except URLError as error:
            raise _unreached(error.reason) from None
        except (TimeoutError, http.client.HTTPException, ConnectionError) as error:
            raise Unknown(f"the line broke after the message was handed over ({type(error).__name__})") from None

    def _post(self, message: Message, channel: str) -> Receipt:
        before = next((each.before for each in message.paragraphs if each.before), None)
        thread = before.message if before and before.place == channel and not message.digest else None
        answer = self._web.chat_postMessage(
            channel=channel,
            text=fallback(message),
            blocks=blocks(message),
            thread_ts=thread,
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": "watcher_delivery", "event_payload": {"delivery_id": message.delivery}},
        )
        if answer.get("ok") is not True:
            raise NotSent("Slack answered without ok")
        # A reply's thread is its parent's: later follow-ups answer the first message, not the second.
        return Receipt(place=channel, message=thread or str(answer.get("ts") or ""))

    def _webhook(self, message: Message, url: str) -> Receipt:
        client = WebhookClient(url, timeout=SECONDS, retry_handlers=[])
        answer = client.send(text=fallback(message), blocks=blocks(message), unfurl_links=False, unfurl_media=False)
        body = (answer.body or "").strip()
        if answer.status_code == 200 and body == "ok":  # noqa: PLR2004
            return Receipt()
        raise _by_status(answer.status_code, body if body in _FOR_GOOD else "", answer.headers)


def _refused(error: SlackApiError) -> NotSent | Unknown:
    response: Any = error.response
    status = getattr(response, "status_code", None) or (response.get("status") if isinstance(response, dict) else None)
    headers = getattr(response, "headers", None) or (response.get("headers") if isinstance(response, dict) else None)
    word = "" if isinstance(response, str) else str(response.get("error") or "")
    return _by_status(int(status or 200), re.sub(r"\W", "", word)[:60], headers or {})


def _by_status(status: int, word: str, headers: Mapping[str, Any]) -> NotSent | Unknown:
    """What to do next after an answer that is not an acceptance."""
    if status == 429 or word in {"ratelimited", "rate_limited"}:  # noqa: PLR2004
        return NotSent("Slack asks us to slow down", after=_after(headers) or timedelta(seconds=30))
    if word in _MAY_HAVE_HAPPENED or status in {500, 504}:
        return Unknown(f"Slack answered {word or status}: it may have posted all the same")
    if word in _FOR_GOOD or status in {403, 404, 410}:
        return NotSent(f"Slack answered {status} {word}".strip(), for_good=True)
    if status == 200:  # noqa: PLR2004
        return NotSent(f"Slack refused: {word}" if word else "the answer is not Slack's (a captive portal?)")
    return NotSent(f"Slack answered {status} {word}".strip(), for_good=status == 400)  # noqa: PLR2004


def _unreached(reason: object) -> NotSent | Unknown:
    """Before a connection stands nothing was handed over; a reset later may have come after it."""
    if isinstance(reason, ConnectionResetError | BrokenPipeError):
        return Unknown("the line broke while the message was handed over")
    kind = "cannot be resolved" if isinstance(reason, socket.gaierror) else "cannot be reached"
    return NotSent(f"Slack {kind}")


def _after(headers: Mapping[str, Any]) -> timedelta | None:
    """Retry-After as seconds; a date is read against the answer's own Date header (RFC 9110 section 10.2.3)."""
    plain = {name.lower(): value[0] if isinstance(value, list) else str(value) for name, value in headers.items()}
    literal = plain.get("retry-after", "").strip()
    if literal.isascii() and literal.isdigit():
        return min(timedelta(seconds=int(literal[:9])), LONGEST_AFTER)
    try:
        wait = parsedate_to_datetime(literal) - parsedate_to_datetime(plain.get("date", "")).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(seconds=1)), LONGEST_AFTER)


# --- the message itself -------------------------------------------------------------------------------------------


def fallback(message: Message) -> str:
    """The text of notifications and old clients: Slack parses it, so its three special characters are escaped."""
    marked = f"{message.subject} (possible repeat)" if message.repeat else message.subject
    escaped = marked.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped[:FALLBACK] or "Announcement"


def blocks(message: Message) -> list[dict[str, Any]]:
    """Block Kit of a Message, within Slack's limits: a digest that is too long shows headlines only, and says so."""
    built = _whole(message, full=True)
    if _fits(built):
        return built
    built = _whole(message, full=False)
    left_out = 0
    while not _fits([*built, _context(_more(left_out))]):
        at = max(index for index, block in enumerate(built) if block["type"] == "rich_text")
        del built[at]
        left_out += 1
    return [*built, _context(_more(left_out))] if left_out else built


def _more(count: int) -> str:
    return f"{count} more did not fit into one Slack message; they are in the database (watcher digest)."


def _fits(built: list[dict[str, Any]]) -> bool:
    return (
        len(built) <= MOST_BLOCKS
        and len(json.dumps(built, ensure_ascii=False)) <= 2 * MOST_TEXT
        and _text(built) <= MOST_TEXT
    )


def _text(value: Any) -> int:
    """Characters of text in a block tree, as Slack counts them."""
    if isinstance(value, dict):
        return sum(
            len(each) if name in {"text", "url"} and isinstance(each, str) else _text(each)
            for name, each in value.items()
        )
    return sum(_text(each) for each in value) if isinstance(value, list) else 0


def _whole(message: Message, *, full: bool) -> list[dict[str, Any]]:
    built: list[dict[str, Any]] = []
    if message.repeat:
        built.append(_context("Possible repeat: the first try may have reached you."))
    if message.digest:
        built += [_header(message.subject), _context(message.lead)]
    for section in message.sections:
        built += [_context(section.heading.upper())] if section.heading else []
        for each in section.paragraphs:
            built += _paragraph(each, full=full, digest=message.digest)
    return [*built, _context("\n".join(message.footer))] if message.footer else built


def _paragraph(each: Paragraph, *, full: bool, digest: bool) -> list[dict[str, Any]]:
    if digest:
        heading = [_bold(each.title), _plain(f"\n{each.heading}")] if full else [_bold(each.title)]
        lines = [
            _fact(label, value) for label, value in each.facts if full and label in {"Says who", "Official", "In short"}
        ]
        return [_rich([heading, *lines, *_source(each)])]
    about = [("Follows", each.before_title)] if each.before_title else []
    facts = [*about, *each.facts, *([("Topics", ", ".join(each.topics))] if each.topics else [])]
    built = [_context(each.heading), _header(each.title)]
    if facts or each.url:
        built.append(_rich([*(_fact(label, value) for label, value in facts), *_source(each)]))
    return built


def _source(each: Paragraph) -> list[list[dict[str, Any]]]:
    if not each.url:
        return []
    return [[_bold("Source: "), {"type": "link", "url": each.url[:3_000], "text": each.url[:200]}]]


def _fact(label: str, value: str) -> list[dict[str, Any]]:
    return [_bold(f"{label}: "), _plain(value[:1_000])]


def _rich(lines: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """Lines of a rich_text block; its text elements are shown as they are, whatever they hold."""
    elements: list[dict[str, Any]] = []
    for number, line in enumerate(lines):
        elements += [_plain("\n")] if number else []
        elements += [element for element in line if element["type"] == "link" or element["text"]]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _bold(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text, "style": {"bold": True}}


def _header(text: str) -> dict[str, Any]:
    cut = text if len(text) <= HEADER else text[: HEADER - 1] + "…"
    return {"type": "header", "text": {"type": "plain_text", "text": cut or "Announcement", "emoji": False}}


def _context(text: str) -> dict[str, Any]:
    lines = "\n".join(printable(line) for line in text.split("\n"))
    return {"type": "context", "elements": [{"type": "plain_text", "text": lines[:2_000] or " ", "emoji": False}]}
