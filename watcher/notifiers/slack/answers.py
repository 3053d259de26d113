"""Slack's answers as NotSent or Unknown, which say what to do next.

docs.slack.dev: "chat.postMessage" and "Sending messages using incoming webhooks" list the error words.
"""

import socket
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from watcher.core.delivery.retries import PUT_IT_RIGHT
from watcher.core.language.lazy_regex import lazy_regex
from watcher.errors import NotSent, Unknown
from watcher.fetching.cache_headers import http_date, retry_after
from watcher.notifiers.base import MEND

_WORD = lazy_regex(r"[a-z][a-z_]{1,59}")  # how Slack's error words look; a portal's page is none, and is never repeated
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
# The address is right, and a person can put right what is not: a new token, a scope, an invitation into the channel.
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
_NEW_KEY = "copy the token anew from the app's page (OAuth & Permissions) into SLACK_BOT_TOKEN"
_NEW_APP = "install the app in the workspace again, and put its token into SLACK_BOT_TOKEN"
_OWNER = "ask an owner of the workspace to let the app post there"
_NEW_WEBHOOK = "make a new incoming webhook on the app's page, and put its address where subscribers.yaml reads it"
_OTHER_CHANNEL = "bring the channel back from the archive, or name another in subscribers.yaml"
_CURES = {
    "access_denied": _OWNER,
    "account_inactive": _NEW_APP,
    "action_prohibited": _OWNER,
    "channel_is_archived": _OTHER_CHANNEL,
    "channel_not_found": "check the channel's id in subscribers.yaml; into a private channel, invite the app",
    "ekm_access_denied": _OWNER,
    "enterprise_is_restricted": _OWNER,
    "invalid_auth": _NEW_KEY,
    "invalid_token": _NEW_WEBHOOK,
    "is_archived": _OTHER_CHANNEL,
    "no_active_hooks": _NEW_WEBHOOK,
    "no_permission": _OWNER,
    "no_service": _NEW_WEBHOOK,
    "no_service_id": _NEW_WEBHOOK,
    "no_team": _NEW_WEBHOOK,
    "not_allowed_token_type": "use the app's bot token, which begins with xoxb-, in SLACK_BOT_TOKEN",
    "not_authed": _NEW_KEY,
    "not_in_channel": "invite the app into the channel: write /invite and its name there",
    "posting_to_general_channel_denied": _OWNER,
    "restricted_action": _OWNER,
    "team_disabled": "the workspace is closed; name a channel of another in subscribers.yaml",
    "team_not_found": _NEW_APP,
    "token_expired": _NEW_APP,
    "token_revoked": _NEW_APP,
    "user_not_found": "check the address in subscribers.yaml: there is nobody with this id",
}
_DEAD_TOKEN = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})
_SCOPE = lazy_regex(r"[a-z][a-z:._,-]{1,60}")
_STRANGER = "ask who runs this machine's network: something in it answers in Slack's place"
_REACH = "check this machine's network"
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
    """The failure that a refusal of the Web API means; slack_sdk puts its own words where it found none of Slack's."""
    status, headers, body = response.status_code, response.headers, response.data
    word = str(body.get("error") or "") if isinstance(body, Mapping) else ""
    is_json = "json" in _lower_case_names(headers).get("content-type", "")
    if status == 200 and is_json and not _WORD.fullmatch(word):  # noqa: PLR2004
        return Unknown("Slack's answer broke off")
    failure = failure_of_status(status, word, headers)
    scope = str(body.get("needed") or "") if isinstance(body, Mapping) else ""
    if word == "missing_scope" and isinstance(failure, NotSent):
        failure.cure = cure_for_scope(scope if _SCOPE.fullmatch(scope) else "chat:write")
    return failure


def cure_for_scope(scope: str) -> str:
    """How an app is given a scope that it lacks."""
    return f"give the app the scope {scope} on its page (OAuth & Permissions), and install it again"


def is_dead_token(failure: NotSent | Unknown | None) -> bool:
    """Whether an answer says that nothing at all can be sent with the token, whatever the channel."""
    return isinstance(failure, NotSent) and any(failure.why.endswith(f" {word}") for word in _DEAD_TOKEN)


def failure_from_webhook(status: int, body: str, headers: Mapping[str, Any]) -> NotSent | Unknown | None:
    """The failure that a webhook's answer means; None when it accepted, which is a body of "ok" and no more."""
    if status == 200 and body == "ok":  # noqa: PLR2004
        return None
    if status == 200 and "ok".startswith(body):  # noqa: PLR2004
        return Unknown("the webhook's answer broke off")
    return failure_of_status(status, body, headers)


def failure_of_status(status: int, text: str, headers: Mapping[str, Any]) -> NotSent | Unknown:
    """The failure that any other answer means. Proxies and portals also answer 403: without Slack's word not for good.

    A 5xx came after the message was sent, so nobody can tell; but 503 says that it was not processed.
    """
    word = text if _WORD.fullmatch(text) else ""
    if status == 429 or word in {"ratelimited", "rate_limited"}:  # noqa: PLR2004
        return NotSent("Slack asks us to slow down", after=_read_retry_after(headers) or timedelta(seconds=30))
    if word in _MAY_HAVE_HAPPENED or (status >= 500 and status != 503):  # noqa: PLR2004
        return Unknown(f"Slack answered {word or status}: it may have posted all the same")
    if word in _FOR_GOOD or word.startswith("restricted_action") or (word and status in {400, 403, 404, 410}):
        about_message, too_large = word in _ABOUT_MESSAGE, word in _TOO_LARGE
        why = f"Slack answered {word}"
        after = MEND if word in _MENDABLE or word.startswith("restricted_action") else None
        cure = (
            "" if about_message else _CURES.get(word, _OWNER if word.startswith("restricted_action") else PUT_IT_RIGHT)
        )
        return NotSent(why, for_good=True, about_message=about_message, after=after, too_large=too_large, cure=cure)
    if status == 200 and not word:  # noqa: PLR2004
        return NotSent(_NOT_SLACK, cure="open any web page on this machine: a network may ask to be signed in to")
    is_stranger = 300 <= status < 500 and not word  # noqa: PLR2004 - a proxy or a filter answered in Slack's place
    return NotSent(f"Slack answered {word or status}", cure=_STRANGER if is_stranger else "")


def failure_before_answer(reason: object) -> NotSent | Unknown:
    """The failure of a connection: nothing was sent before it stood, but a reset may have come after the message."""
    if isinstance(reason, ConnectionResetError | BrokenPipeError):
        return Unknown("the line broke while the message was sent")
    kind = "cannot be resolved" if isinstance(reason, socket.gaierror) else "cannot be reached"
    return NotSent(f"Slack {kind}", cure=_REACH)


def failure_unreadable(error: Exception) -> NotSent | Unknown:
    """The failure of an answer that slack_sdk could not read: by the HTTP status of its error, else by 200."""
    return failure_of_status(getattr(error.__context__, "code", 200), "", {})


def defect_of(answer: Any) -> str:
    """Why Slack did not show all of a message that it took, or ""; it was sent all the same, so it is not repeated."""
    warnings = f"{answer.get('warning')} {answer.get('response_metadata')}"
    return "Slack cut the message (message_truncated)" if "message_truncated" in warnings else ""


def delivery_id_of(posted: Any) -> str:
    """The Delivery that a message in a channel's history was posted for; "" when it is not ours."""
    metadata = posted.get("metadata") or {}
    is_ours = metadata.get("event_type") == "watcher_delivery"
    return str((metadata.get("event_payload") or {}).get("delivery_id") or "") if is_ours else ""


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


def _read_retry_after(headers: Mapping[str, Any]) -> timedelta | None:
    """Retry-After; a date in it is counted from the answer's own Date header, and waits for a second at least."""
    plain = _lower_case_names(headers)
    answered_at = http_date(plain.get("date", ""))
    return retry_after(plain.get("retry-after", ""), answered_at, if_past=timedelta(seconds=1))


def _lower_case_names(headers: Mapping[str, Any]) -> dict[str, str]:
    """Headers as strings by lower-case name; slack_sdk gives lists or strings, of a list the first counts."""
    return {
        name.lower(): content[0] if isinstance(content, list) else str(content) for name, content in headers.items()
    }
