"""What Slack says of a token and of the channels that it is to post to, without posting.

docs.slack.dev: "auth.test", "conversations.info", and "Token types" for the header `x-oauth-scopes`.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from watcher.errors import NotSent, Unknown
from watcher.model.finding import Finding, broken, doubtful, fine
from watcher.notifiers.base import Readers
from watcher.notifiers.slack.answers import cure_for_scope

if TYPE_CHECKING:
    from slack_sdk import WebClient

CHECK, TRY_LATER = "Slack", "try again later, or check this machine's network"
NEEDED_SCOPE = "chat:write"
READING_SCOPES = ("channels:history", "groups:history")  # by which a repeat is recognised
Call = Callable[[Callable[[], Any]], Any]


def examine_slack(client: "WebClient", call: Call, readers: Readers) -> Iterator[Finding]:
    """The Findings. `call` gives the answer of Slack or the failure that it means; "" is the address of a webhook."""
    only_a_message = "a webhook can only be posted to, so only a message proves it: watcher tell"
    channels = [(subscriber, channel) for subscriber, channel in readers if channel]
    for subscriber in (subscriber for subscriber, channel in readers if not channel):
        yield fine(f"subscriber {subscriber}", f"{only_a_message} {subscriber}")
    answer = call(client.auth_test) if channels else None
    if answer is None:
        return
    if isinstance(answer, NotSent | Unknown):
        yield _refused(CHECK, answer)
        return
    yield fine(CHECK, f"workspace {answer.get('team')}, bot {answer.get('user')}")
    yield from _examine_scopes(answer.headers)
    for reader in channels:
        yield _examine_channel(client, call, *reader)


def _refused(check: str, failure: NotSent | Unknown) -> Finding:
    return broken(check, failure.why, getattr(failure, "cure", "") or TRY_LATER)


def _examine_scopes(headers: Any) -> Iterator[Finding]:
    listed = {name.lower(): words for name, words in headers.items()}.get("x-oauth-scopes", "")
    scopes = {scope.strip() for scope in (",".join(listed) if isinstance(listed, list) else listed).split(",")}
    if not any(scopes):
        return
    if NEEDED_SCOPE not in scopes:
        yield broken(CHECK, f"the app lacks the scope {NEEDED_SCOPE}", cure_for_scope(NEEDED_SCOPE))
    missing = [scope for scope in READING_SCOPES if scope not in scopes]
    if missing:
        seen = f"the app lacks {' and '.join(missing)}: after a lost answer a message may come twice, marked"
        yield doubtful(CHECK, seen, cure_for_scope(" and ".join(missing)))


def _examine_channel(client: "WebClient", call: Call, subscriber: str, channel: str) -> Finding:
    """Whether the app is in the channel: as Slack says, or because it may read it."""
    check = f"subscriber {subscriber}"
    answer = call(lambda: client.conversations_info(channel=channel))
    if not isinstance(answer, NotSent | Unknown):
        about = answer.get("channel") or {}
        if about.get("is_archived"):
            cure = "bring the channel back from the archive, or name another in subscribers.yaml"
            return broken(check, "its channel is in the archive", cure)
        if about.get("is_member") is False:
            return broken(check, "the app is not in its channel", "write /invite and the app's name there")
        if about.get("is_member") is True:
            return fine(check, "the app is in its channel")
    elif "missing_scope" not in answer.why:
        return _refused(check, answer)
    answer = call(lambda: client.conversations_history(channel=channel, limit=1))
    if not isinstance(answer, NotSent | Unknown):
        return fine(check, "the app is in its channel, and may read it")
    if "missing_scope" not in answer.why:
        return _refused(check, answer)
    cure = f"{cure_for_scope('channels:read')}; or see for yourself: watcher tell {subscriber}"
    return doubtful(check, "whether the app is in its channel cannot be seen", cure)
