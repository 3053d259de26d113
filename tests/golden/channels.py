"""Each channel's text of a Case, without its envelope: no address, port, boundary or time of sending."""

import json
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from io import StringIO
from pathlib import Path
from typing import Any

from tests.golden.cases import CASES
from watcher.model import Message, Receipt
from watcher.notifiers.base import Notifier
from watcher.notifiers.console import Console
from watcher.notifiers.email import Email
from watcher.notifiers.slack import Slack
from watcher.notifiers.slack.blocks import build_blocks, build_details, fallback_text
from watcher.notifiers.teams import Teams, make_post

FOLDER = Path(__file__).parent
PAGES = "https://watcher.example.org"
MAIL = Email(
    {
        "WATCHER_SMTP_URL": "smtp://localhost",
        "WATCHER_MAIL_FROM": "watcher@example.org",
        "WATCHER_PUBLIC_URL": PAGES,
        "WATCHER_SECRET": "a key of the golden files and of nothing else",
    }
)


def slack_payload(message: Message) -> dict[str, Any]:
    return {"text": fallback_text(message), "blocks": build_blocks(message)}


def slack_details(message: Message) -> list[dict[str, Any]]:
    """The blocks that are posted in the thread of an alert, and of no digest."""
    return [] if message.digest else build_details(message.paragraphs, PAGES)


def _slack(message: Message) -> str:
    is_broadcast = message.is_loud and message.answers is not None
    return _json({**slack_payload(message), "reply_broadcast": is_broadcast, "details": slack_details(message)})


def _teams(message: Message) -> str:
    return _json(make_post(message, PAGES))


def _json(tree: Any) -> str:
    return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"


def _mail_part(message: Message, kind: str) -> str:
    mail = message_from_bytes(MAIL.write(message, "m@example.org", "<d1@example.org>"), policy=default)
    part = mail.get_body((kind,))
    assert part
    return str(part.get_content()).replace("\r\n", "\n")


def _mail_text(message: Message) -> str:
    return f"Subject: {message.subject}\n\n{_mail_part(message, 'plain')}"


def _mail_html(message: Message) -> str:
    return _mail_part(message, "html")


def _console(message: Message) -> str:
    with redirect_stdout(StringIO()) as printed:
        Console({}).send(message, "the console")
    return printed.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenChannel:
    """A notifier, the Receipt that it gave for the first Message of a Story, and how it renders a Message."""

    notifier: Notifier
    first: Receipt
    render: Callable[[Message], str]


_MAILED = Receipt(message="<d0@example.org>")
CHANNELS: Mapping[str, GoldenChannel] = {
    "slack.json": GoldenChannel(notifier=Slack({}), first=Receipt(place="C0123456789", message="1.1"), render=_slack),
    "teams.json": GoldenChannel(notifier=Teams({}), first=Receipt(), render=_teams),
    "mail.txt": GoldenChannel(notifier=MAIL, first=_MAILED, render=_mail_text),
    "mail.html": GoldenChannel(notifier=MAIL, first=_MAILED, render=_mail_html),
    "console.txt": GoldenChannel(
        notifier=Console({}), first=Receipt(place="the console", message="d0"), render=_console
    ),
}


def compose_for(case: str, channel: str) -> Message:
    shown = CHANNELS[channel]
    return CASES[case].compose(shown.first, shown.notifier.count_that_fit)


def render(case: str, channel: str) -> str:
    """What a reader of `channel` gets of `case`."""
    return CHANNELS[channel].render(compose_for(case, channel))


def golden_file(case: str, channel: str) -> Path:
    return FOLDER / f"{case}.{channel}"
