"""What Slack's answers mean: what to do next.

docs.slack.dev: "chat.postMessage" and "Sending messages using incoming webhooks" list the words.
"""

import re
import socket
from collections.abc import Mapping
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from watcher.errors import NotSent, Unknown

MAX_RETRY_AFTER = timedelta(hours=6)

_WORD = re.compile(r"[a-z][a-z_]{1,59}")  # Slack's errors; a portal's page is none, and is never repeated
_FOR_GOOD = frozenset(
    {
        "account_inactive",
        "action_prohibited",
        "cannot_reply_to_message",
        "channel_is_archived",
        "channel_not_found",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_payload",
        "invalid_token",
        "is_archived",
        "metadata_too_large",
        "missing_scope",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_active_hooks",
        "no_permission",
        "no_service",
        "no_service_id",
        "no_team",
        "no_text",
        "not_allowed_token_type",
        "not_authed",
        "not_in_channel",
        "posting_to_general_channel_denied",
        "restricted_action",
        "team_disabled",
        "team_not_found",
        "token_expired",
        "token_revoked",
        "user_not_found",
    }
)
# The address is right, and a person can mend what is not: a new token, a scope, an invitation into the channel.
_MENDABLE = frozenset(
    {
        "access_denied",
        "account_inactive",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "not_in_channel",
        "restricted_action",
        "token_expired",
        "token_revoked",
    }
)
MEND = timedelta(minutes=15)
_TOO_LARGE = frozenset({"msg_too_long", "msg_blocks_too_long"})
_ABOUT_MESSAGE = _TOO_LARGE | {
    "cannot_reply_to_message",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_metadata_format",
    "invalid_payload",
    "metadata_too_large",
    "no_text",
}
_MAY_HAVE_HAPPENED = frozenset({"fatal_error", "internal_error", "request_timeout"})
_NOT_UPDATED = {
    "cant_update_message": "it is not the app's own",
    "edit_window_closed": "the workspace closes its messages to edits after a while",
    "message_not_found": "it is no longer there",
    "missing_scope": "the Slack app has no chat:write",
}
_NOT_SLACK = "the answer is not Slack's (a captive portal?)"


def failure_from_api(response: Any) -> NotSent | Unknown:
    """What a refusal of the Web API means; slack_sdk puts its own words where it found none of Slack's."""
    status, headers, body = response.status_code, response.headers, response.data
    word = str(body.get("error") or "") if isinstance(body, Mapping) else ""
    broken = status == 200 and not _WORD.fullmatch(word) and "json" in _plain(headers).get("content-type", "")  # noqa: PLR2004
    return Unknown("Slack's answer broke off") if broken else failure_of_status(status, word, headers)


def failure_from_webhook(status: int, body: str, headers: Mapping[str, Any]) -> NotSent | Unknown | None:
    """None when the webhook accepted: it says "ok", and nothing else that begins a page."""
    if status == 200 and body == "ok":  # noqa: PLR2004
        return None
    if status == 200 and "ok".startswith(body):  # noqa: PLR2004
        return Unknown("the webhook's answer broke off")
    return failure_of_status(status, body, headers)


def failure_of_status(status: int, said: str, headers: Mapping[str, Any]) -> NotSent | Unknown:
    """What to do next after an answer that is not an acceptance. A proxy or portal also says 403: it is not for good.

    A 5xx came after the message was handed over, so nobody can tell; but 503 says that it was not looked at.
    """
    word = said if _WORD.fullmatch(said) else ""
    if status == 429 or word in {"ratelimited", "rate_limited"}:  # noqa: PLR2004
        return NotSent("Slack asks us to slow down", after=_after(headers) or timedelta(seconds=30))
    if word in _MAY_HAVE_HAPPENED or (status >= 500 and status != 503):  # noqa: PLR2004
        return Unknown(f"Slack answered {word or status}: it may have posted all the same")
    if word in _FOR_GOOD or word.startswith("restricted_action") or (word and status in {400, 403, 404, 410}):
        about_message, too_large = word in _ABOUT_MESSAGE, word in _TOO_LARGE
        why = f"Slack answered {status} {word}"
        after = MEND if word in _MENDABLE or word.startswith("restricted_action") else None
        return NotSent(why, for_good=True, about_message=about_message, after=after, too_large=too_large)
    if status == 200 and not word:  # noqa: PLR2004
        return NotSent(_NOT_SLACK)
    return NotSent(f"Slack answered {status} {word}".strip())


def failure_before_answer(reason: object) -> NotSent | Unknown:
    """Before a connection stands nothing was handed over; a reset later may have come after it."""
    if isinstance(reason, ConnectionResetError | BrokenPipeError):
        return Unknown("the line broke while the message was handed over")
    kind = "cannot be resolved" if isinstance(reason, socket.gaierror) else "cannot be reached"
    return NotSent(f"Slack {kind}")


def failure_unreadable(error: Exception) -> NotSent | Unknown:
    """slack_sdk failed over an answer. While it read an error's page, that error still tells the status."""
    return failure_of_status(getattr(error.__context__, "code", 200), "", {})


def defect_of(answer: Any) -> str:
    """What Slack took and did not show in full: sent all the same, so never to be repeated."""
    said = f"{answer.get('warning')} {answer.get('response_metadata')}"
    return "Slack cut the message (message_truncated)" if "message_truncated" in said else ""


def delivery_id_of(posted: Any) -> str:
    """The Delivery that a message in a channel's history was posted for; "" when it is not ours."""
    metadata = posted.get("metadata") or {}
    ours = metadata.get("event_type") == "watcher_delivery"
    return str((metadata.get("event_payload") or {}).get("delivery_id") or "") if ours else ""


def why_not_found(failure: NotSent | Unknown) -> str:
    """Why a channel could not be read back, with the cure where there is one."""
    if "missing_scope" in failure.why:
        return "the channel cannot be read back: the Slack app has no channels:history (private: groups:history)"
    return f"the channel cannot be read back: {failure.why}"


def why_not_updated(failure: NotSent | Unknown) -> str:
    """Why the first message of a thread still reads as before, with the cause in plain words where there is one."""
    if isinstance(failure, Unknown):
        return f"nobody can tell whether the first message was updated: {failure.why}"
    why = next((words for word, words in _NOT_UPDATED.items() if word in failure.why), failure.why)
    return f"the first message was not updated: {why}"


def _after(headers: Mapping[str, Any]) -> timedelta | None:
    """Retry-After as seconds; a date is read against the answer's own Date header (RFC 9110 section 10.2.3)."""
    plain = _plain(headers)
    literal = plain.get("retry-after", "").strip()
    if literal.isascii() and literal.isdigit():
        return min(timedelta(seconds=int(literal[:9])), MAX_RETRY_AFTER)
    try:
        wait = parsedate_to_datetime(literal) - parsedate_to_datetime(plain.get("date", "")).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(seconds=1)), MAX_RETRY_AFTER)


def _plain(headers: Mapping[str, Any]) -> dict[str, str]:
    """Headers by lower-case name; slack_sdk gives lists or strings."""
    return {name.lower(): value[0] if isinstance(value, list) else str(value) for name, value in headers.items()}
