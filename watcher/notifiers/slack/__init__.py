"""Slack: chat.postMessage with a bot token, or an incoming webhook (docs.slack.dev, "Sending messages").

slack_sdk runs without its retry handlers, because after a reset they post a second time, and without a log, because its
log repeats addresses and answers. Every answer is judged by status and body, since the webhook client never raises and
a captive portal answers 200. Failures are raised outside of `except`, so that no error that knows an address hangs on
them.
"""

import http.client
import ipaddress
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.error import URLError
from urllib.parse import urlsplit

from watcher.core.language.lazy_regex import lazy_regex
from watcher.errors import NotSent, Unknown
from watcher.model import Message, Receipt, Update
from watcher.model.finding import Finding
from watcher.model.login_address import read_login_address
from watcher.notifiers.base import Notifier, Readers, before_contact
from watcher.notifiers.slack import answers
from watcher.notifiers.slack.blocks import build_blocks, build_details, count_that_fit, details_text, fallback_text
from watcher.notifiers.slack.examination import examine_slack
from watcher.notifiers.slack.wrong_forms import BOT_CURE, explain_channel, explain_token, explain_web_address

if TYPE_CHECKING:
    from slack_sdk import WebClient

BASE_URL = "https://slack.com/api/"
SECONDS, UPDATE_SECONDS = 15, 5  # timeouts of a post and of an update
MAX_LOOKUP_SECONDS, MAX_LOOKUP_PAGES, LOOKUP_PAGE_MESSAGES = 4, 5, 200  # the whole search ends well within a lease
SKEW = timedelta(minutes=5)  # Slack's clock stamps its messages, and ours says since when to search

_CANNOT_BROADCAST = "cant_broadcast_message"
_CHANNEL = lazy_regex(r"^[CGD][A-Z0-9]{6,}$")
_WEBHOOK = lazy_regex(r"^https?://[^/\s]+/\S+$")
_SILENT = logging.getLogger("watcher.slack_sdk")
_SILENT.setLevel(logging.CRITICAL + 1)  # the level itself: slack_sdk asks for it before it repeats an address

# The modules of slack_sdk import each other: of two threads that import them at once, one may see half of one.
_IMPORTING = threading.Lock()

Result = TypeVar("Result")
Failure = NotSent | Unknown


class Slack(Notifier):
    """Posts to a channel id with SLACK_BOT_TOKEN, or to an incoming-webhook URL."""

    ignores = frozenset()
    pause_seconds = 1.05  # Slack: about one message a second and channel

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take SLACK_BOT_TOKEN and SLACK_API_URL, and WATCHER_PUBLIC_URL, where the pages are."""
        self._token = environment.get("SLACK_BOT_TOKEN", "")
        self._pages = environment.get("WATCHER_PUBLIC_URL", "")
        self._base = (environment.get("SLACK_API_URL") or BASE_URL).rstrip("/") + "/"

    @classmethod
    def wrong_settings(cls, environment: Mapping[str, str]) -> tuple[str, ...]:
        """What is wrong with SLACK_BOT_TOKEN and SLACK_API_URL, each with the cure."""
        mistakes = []
        complaint = explain_token(environment.get("SLACK_BOT_TOKEN", "").strip())
        if complaint:
            mistakes.append(f"SLACK_BOT_TOKEN: {complaint}")
        base = environment.get("SLACK_API_URL", "").strip()
        try:
            address = read_login_address(base or BASE_URL, {"http", "https"}, BASE_URL)
        except ValueError as error:
            mistakes.append(f"SLACK_API_URL: {error}")
        else:
            if not address.host or address.user or address.query:
                mistakes.append(f"SLACK_API_URL: write it like {BASE_URL}, without user, password or query")
            if address.scheme == "http" and not _is_near(address.host):
                mistakes.append("SLACK_API_URL: the token would travel in the open; write https://")
        return tuple(mistakes)

    @classmethod
    def wrong_with(cls, address: str, environment: Mapping[str, str]) -> str:
        """Why an address cannot be used: it is no channel id with a token set, and no webhook's URL."""
        if _WEBHOOK.match(address):
            is_open = address.startswith("http://") and not _is_near(urlsplit(address).hostname or "")
            complaint = "the webhook's address would travel in the open; write https://" if is_open else ""
            return complaint or explain_web_address(address)
        if not _CHANNEL.match(address):
            why = explain_channel(address)
            nor = " such as C0123456789 nor an incoming-webhook URL (env:NAME)"
            return f"not a Slack channel id{': ' + why if why else nor}"
        token = environment.get("SLACK_BOT_TOKEN", "").strip()
        return "" if token else f"a channel id needs the environment variable SLACK_BOT_TOKEN; set it to {BOT_CURE}"

    def count_that_fit(self, message: Message) -> int:
        """How many of the Message's paragraphs one Slack message holds."""
        return count_that_fit(message)

    def send(self, message: Message, address: str) -> Receipt:
        """Post once. Raises NotSent or Unknown, also when the Message is more than one Slack message holds."""
        with before_contact():
            fits = count_that_fit(message) >= len(message.paragraphs)
            content = {**_make_content(message), "unfurl_links": False, "unfurl_media": False} if fits else {}
        if not fits:
            raise NotSent("more than one Slack message holds", too_large=True)
        post = self._post_to_webhook if _WEBHOOK.match(address) else self._post_to_channel
        receipt = _call_slack(lambda: post(message, address, content))
        if isinstance(receipt, Receipt):
            return receipt
        raise receipt

    def update(self, update: Update, address: str) -> str:
        """Update the first message of a thread, which keeps its metadata (docs.slack.dev, "chat.update").

        The scope is that of posting, and only the app's own messages can be updated.
        """
        if _WEBHOOK.match(address):
            return ""
        if count_that_fit(update.message) < len(update.message.paragraphs):
            return answers.why_not_updated(NotSent("it would hold more than a Slack message may"))
        failure = _call_slack(lambda: self._update_thread(update, address))
        return answers.why_not_updated(failure) if failure else ""

    def probe(self, address: str) -> None:
        """Ask Slack whether the token is alive (docs.slack.dev, "auth.test"); a webhook can only be posted to."""
        if _WEBHOOK.match(address):
            return
        failure = _call_slack(self._test_token)
        if isinstance(failure, NotSent) and (answers.is_dead_token(failure) or not failure.for_good):
            raise failure

    def _test_token(self) -> Failure | None:
        self._make_client(UPDATE_SECONDS).auth_test()
        return None

    def examine(self, readers: Readers) -> Iterator[Finding]:
        """The token with its scopes, and for each channel whether the app is in it (docs.slack.dev, methods)."""
        client = self._make_client(UPDATE_SECONDS)
        return examine_slack(
            client, _call_slack, [(name, "" if _WEBHOOK.match(place) else place) for name, place in readers]
        )

    def find(self, message: Message, address: str, since: datetime) -> Receipt | None:
        """Search the metadata of the channel, or of the thread that it answers, for the Message's delivery id."""
        if _WEBHOOK.match(address):
            raise Unknown("an incoming webhook cannot be read back")
        receipt = _call_slack(lambda: self._search_channel(message, address, since))
        if isinstance(receipt, NotSent | Unknown):
            raise Unknown(answers.why_not_found(receipt))
        return receipt

    def _post_to_channel(self, message: Message, channel: str, content: dict[str, Any]) -> Receipt | Failure:
        from slack_sdk.errors import SlackApiError

        thread = _find_thread(message, channel)
        # Whoever reads only the channel sees no reply; an answer that matters is shown there too ("reply_broadcast").
        is_loud = bool(thread) and message.is_loud
        metadata = {"event_type": "watcher_delivery", "event_payload": {"delivery_id": message.delivery}}
        post = partial(
            self._make_client(SECONDS).chat_postMessage,
            channel=channel,
            thread_ts=thread,
            metadata=metadata,
            **content,
        )
        quiet = ""
        try:
            answer = post(reply_broadcast=True) if is_loud else post()
        except SlackApiError as error:
            if not is_loud or error.response.get("error") != _CANNOT_BROADCAST:
                raise
            answer, quiet = post(), "Slack did not show the answer in the channel, only in its thread"
        # A reply's thread is its parent's: later follow-ups answer the first message, not the second.
        start = thread or str(answer.get("ts") or "")
        posts, why = self._post_details(message, channel, start) if start and not message.digest else (0, "")
        defects = "; ".join(filter(None, (answers.defect_of(answer), quiet, why)))
        return Receipt(place=channel, message=start, defect=defects, posts=1 + posts)

    def _post_details(self, message: Message, channel: str, thread: str) -> tuple[int, str]:
        """Post what is known beyond the essence in the thread of an Alert: how many messages, and why that failed.

        The Alert itself has been accepted, so nothing that happens here may send it a second time.
        """
        metadata = {"event_type": "watcher_details", "event_payload": {"delivery_id": message.delivery}}
        try:
            blocks = build_details(message.paragraphs, self._pages)
            if not blocks:
                return 0, ""
            failure = _call_slack(
                lambda: self._send_details(
                    channel=channel,
                    thread_ts=thread,
                    metadata=metadata,
                    text=details_text(message.paragraphs),
                    blocks=blocks,
                    unfurl_links=False,
                )
            )
            why = failure.why if failure else ""
        except Exception as error:  # noqa: BLE001 - a fault of ours must not send the Alert a second time
            why = f"a fault in watcher: {type(error).__name__}"
        return 1, f"the details are not in the thread: {why}; watcher explain has them" if why else ""

    def _send_details(self, **content: Any) -> Failure | None:
        self._make_client(UPDATE_SECONDS).chat_postMessage(**content)
        return None

    def _post_to_webhook(self, _: Message, url: str, content: dict[str, Any]) -> Receipt | Failure:
        from slack_sdk.webhook import WebhookClient

        answer = WebhookClient(url, timeout=SECONDS, retry_handlers=[], logger=_SILENT).send(**content)
        body = (answer.body or "").strip()
        return answers.failure_from_webhook(answer.status_code, body, answer.headers) or Receipt()

    def _update_thread(self, update: Update, channel: str) -> Failure | None:
        client = self._make_client(UPDATE_SECONDS)
        client.chat_update(channel=channel, ts=update.receipt.message, **_make_content(update.message))
        return None

    def _search_channel(self, message: Message, channel: str, since: datetime) -> Receipt | Failure | None:
        """The Receipt of `message` among what was posted since. None only when all pages were read; else Unknown."""
        thread, client = _find_thread(message, channel), self._make_client(MAX_LOOKUP_SECONDS)
        options: dict[str, Any] = {
            "oldest": f"{(since - SKEW).timestamp():.6f}",
            "include_all_metadata": True,
            "limit": LOOKUP_PAGE_MESSAGES,
        }
        cursor = None
        for _ in range(MAX_LOOKUP_PAGES):
            answer = (
                client.conversations_replies(channel=channel, ts=thread, cursor=cursor, **options)
                if thread
                else client.conversations_history(channel=channel, cursor=cursor, **options)
            )
            messages = answer.get("messages")
            if not isinstance(messages, list):
                return Unknown("Slack gave no messages")
            for posted in messages:
                if answers.delivery_id_of(posted) == message.delivery:
                    return Receipt(place=channel, message=thread or str(posted["ts"]))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return Unknown("Slack kept a part of the messages back") if answer.get("has_more") else None
        return Unknown("too many messages have come since")

    def _make_client(self, seconds: float) -> "WebClient":
        from slack_sdk import WebClient

        timeout: Any = seconds  # an int, says slack_sdk; a socket takes either
        return WebClient(self._token, self._base, timeout, retry_handlers=[], logger=_SILENT)


def _is_near(host: str) -> bool:
    """Whether a host is this machine or one of its own network, for which no certificate is to be had."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host


def _find_thread(message: Message, channel: str) -> str | None:
    """The `ts` of the first message that told the same Story in this channel; None when there is none."""
    first = message.answers
    return first.message if first and first.place == channel else None


def _make_content(message: Message) -> dict[str, Any]:
    return {"text": fallback_text(message), "blocks": build_blocks(message)}


def _call_slack(call: Callable[[], Result]) -> Result | Failure:
    """The result of `call`, or the failure that its error means."""
    with _IMPORTING:  # with its package, and that imports all the others
        from slack_sdk.errors import SlackApiError

    try:
        return call()
    except SlackApiError as error:
        return answers.failure_from_api(error.response)
    except URLError as error:
        return answers.failure_before_answer(error.reason)
    except (OSError, http.client.HTTPException) as error:
        return Unknown(f"the line broke before Slack's answer ({type(error).__name__})")
    except (ValueError, LookupError, AttributeError, RecursionError) as error:
        # An answer that slack_sdk could not read: not in the charset that it claims, or JSON that is no object.
        return answers.failure_unreadable(error)
