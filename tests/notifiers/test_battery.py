"""The same failures for every notifier: what each means, and what happens next."""

import asyncio
import json
import logging
import re
import socket
import traceback
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.faulty import endless, response
from tests.support.world import serving
from watcher.demo.stand_ins import MailStandIn, serve_smtp
from watcher.errors import NotSent, Unknown
from watcher.model import Message, Paragraph, Receipt, Section
from watcher.notifiers import email, slack, teams
from watcher.notifiers.base import Notifier
from watcher.notifiers.console import Console
from watcher.notifiers.email import Email
from watcher.notifiers.slack import Slack
from watcher.notifiers.slack.wrong_forms import BOT_CURE
from watcher.notifiers.teams import Teams

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
MESSAGE = Message(
    delivery="d1",
    at=NOW,
    subject="REPORTED: Flu jabs for the over-50s",
    sections=(Section(heading="", paragraphs=(Paragraph(status="REPORTED", title="Flu jabs for the over-50s"),)),),
)
Outcome = Receipt | tuple[str, bool, timedelta | None] | str


def outcome(notifier: Notifier, address: str) -> Outcome:
    """What one hand-over comes to, as a value."""
    try:
        return notifier.send(MESSAGE, address)
    except NotSent as error:
        word = "for good" if error.for_good else "smaller" if error.too_large else "again"
        return (word, True, error.after)
    except Unknown:
        return "unknown"


async def accept_then_reset(_path: str, _request: bytes, writer: asyncio.StreamWriter) -> None:
    """The message is there, and the line breaks before the answer."""
    writer.transport.abort()


async def accept_then_hang(_path: str, _request: bytes, writer: asyncio.StreamWriter) -> None:
    """The message is there, and no answer comes while the client waits."""
    for _ in range(200):
        if writer.is_closing():
            return
        await asyncio.sleep(0.02)


def ok(value: Any, **values: Any) -> bytes:
    return response(json.dumps(value).encode(), headers="Content-Type: application/json\r\n", **values)


DATE = "Date: Fri, 20 Nov 2020 07:41:00 GMT\r\nRetry-After: Fri, 20 Nov 2020 07:43:00 GMT\r\n"
SMALLER: Outcome = ("smaller", True, None)
AGAIN: Outcome = ("again", True, None)
FOR_GOOD: Outcome = ("for good", True, None)
HTML = response(b"<html>Sign in to the Wi-Fi</html>", headers="Content-Type: text/html\r\n")

LATIN = (
    b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 4\r\nConnection: close\r\n\r\ncaf\xe9"
)

# fault: (the Web API's answer, the webhook's answer, what it comes to on the Web API, on the webhook)
SLACK: dict[str, tuple[Any, Any, Outcome, Outcome]] = {
    "200": (ok({"ok": True, "ts": "1.2"}), response(b"ok"), Receipt(place="C0123456789", message="1.2"), Receipt()),
    "200 with ok false, archived (#86)": (ok({"ok": False, "error": "is_archived"}), HTML, FOR_GOOD, AGAIN),
    "200 with fatal_error (#87)": (ok({"ok": False, "error": "fatal_error"}), HTML, "unknown", AGAIN),
    "200 with service_unavailable (#87)": (ok({"ok": False, "error": "service_unavailable"}), HTML, AGAIN, AGAIN),
    "400 (#85)": (
        ok({"ok": False, "error": "invalid_blocks"}, status="400 B"),
        response(b"invalid_blocks", status="400 B"),
        FOR_GOOD,
        FOR_GOOD,
    ),
    "403 (#85), or a proxy's": (
        response(b"<html>no</html>", status="403 F"),
        response(b"action_prohibited", status="403 F"),
        AGAIN,
        FOR_GOOD,
    ),
    "404 (#85), or a proxy's": (
        response(b"", status="404 N"),
        response(b"no_service", status="404 N"),
        AGAIN,
        FOR_GOOD,
    ),
    "410 (#85)": (
        ok({"ok": False, "error": "channel_is_archived"}, status="410 G"),
        response(b"channel_is_archived", status="410 G"),
        FOR_GOOD,
        FOR_GOOD,
    ),
    "429 with seconds (#79)": (
        response(b"{}", status="429 T", headers="Retry-After: 120\r\n"),
        response(b"rate_limited", status="429 T", headers="Retry-After: 120\r\n"),
        ("again", True, timedelta(minutes=2)),
        ("again", True, timedelta(minutes=2)),
    ),
    "429 with an hour (#81)": (
        response(b"{}", status="429 T", headers="Retry-After: 3600\r\n"),
        response(b"rate_limited", status="429 T", headers="Retry-After: 3600\r\n"),
        ("again", True, timedelta(hours=1)),
        ("again", True, timedelta(hours=1)),
    ),
    "429 with a month, or nonsense": (
        response(b"{}", status="429 T", headers="Retry-After: 2678400\r\n"),
        response(b"rate_limited", status="429 T", headers="Retry-After: soon\r\n"),
        ("again", True, timedelta(hours=6)),
        ("again", True, timedelta(seconds=30)),
    ),
    "429 with a date (#80)": (
        response(b"{}", status="429 T", headers=DATE),
        response(b"rate_limited", status="429 T", headers=DATE),
        ("again", True, timedelta(minutes=2)),
        ("again", True, timedelta(minutes=2)),
    ),
    "500": (response(b"oops", status="500 I"), response(b"oops", status="500 I"), "unknown", "unknown"),
    "502": (response(b"oops", status="502 B"), response(b"oops", status="502 B"), "unknown", "unknown"),
    "503 with HTML (#84)": (
        response(b"<html>busy</html>", status="503 S"),
        response(b"<html>busy</html>", status="503 S"),
        AGAIN,
        AGAIN,
    ),
    "503 in another alphabet (#84)": (LATIN % b"503 S", LATIN % b"503 S", AGAIN, AGAIN),
    "200 in another alphabet (#84)": (LATIN % b"200 OK", LATIN % b"200 OK", AGAIN, AGAIN),
    "200 with JSON that is no object (#84)": (ok([1]), response(b"[1]"), AGAIN, AGAIN),
    "half an answer": (
        response(b'{"ok": tr', headers="Content-Type: application/json\r\n"),
        response(b"o"),
        "unknown",
        "unknown",
    ),
    "503": (response(b"busy", status="503 S"), response(b"busy", status="503 S"), AGAIN, AGAIN),
    "timeout (#83)": (accept_then_hang, accept_then_hang, "unknown", "unknown"),
    "reset after accept (#82)": (accept_then_reset, accept_then_reset, "unknown", "unknown"),
    "HTML with 200 (#84)": (HTML, HTML, AGAIN, AGAIN),
}


def rows(table: Any) -> list[Any]:
    """A case for each fault, marked with the rows that its name gives."""
    numbers = {name: [int(number) for number in re.findall(r"#(\d+)", name)] for name in table}
    return [pytest.param(name, marks=[pytest.mark.fault(*found)] if found else []) for name, found in numbers.items()]


@pytest.mark.promise("P3")
@pytest.mark.parametrize("fault", rows(SLACK))
def test_slack_says_what_to_do_next_and_posts_once(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack, "SECONDS", 0.3)
    api, hook, from_api, from_hook = SLACK[fault]
    with serving({"/api/chat.postMessage": api, "/hook/canary": hook}) as (base, asked):
        notifier = Slack({"SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_API_URL": f"{base}/api/"})
        assert outcome(notifier, "C0123456789") == from_api
        assert outcome(notifier, f"{base}/hook/canary") == from_hook
    assert asked.paths() == ["/api/chat.postMessage", "/hook/canary"]


def test_slack_at_a_dead_port_was_certainly_not_sent() -> None:
    notifier = Slack({"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": "http://127.0.0.1:9/api/"})
    assert outcome(notifier, "C0123456789") == AGAIN
    assert outcome(notifier, "http://127.0.0.1:9/hook/x") == AGAIN


# What Microsoft says may repeat the address; a test for secrets finds the canary if we repeat it.
FLOW = "/workflows/0a1b2c/triggers/manual/paths/invoke?api-version=1&sig=canary"
FLOW_SAYS = b'{"error": {"code": "WorkflowTriggerIsNotEnabled", "message": "%s"}}' % FLOW.encode()
QUARTER: Outcome = ("for good", True, timedelta(minutes=15))


def refused(status: str, headers: str = "") -> bytes:
    return response(FLOW_SAYS, status=status, headers=f"Content-Type: application/json\r\n{headers}")


# fault: (the flow's answer, what it comes to)
TEAMS: dict[str, tuple[Any, Outcome]] = {
    "200": (ok({}), Receipt()),
    "202": (response(status="202 Accepted"), Receipt()),
    "204, from a flow with an answer of its own": (response(status="204 No Content"), Receipt()),
    "200 with HTML": (HTML, AGAIN),
    "200 in another alphabet": (LATIN % b"200 OK", AGAIN),
    "200 with a body that never ends": (endless, Receipt()),
    "302": (response(status="302 Found", headers=f"Location: {FLOW}&again=1\r\n"), AGAIN),
    "307": (response(status="307 Temporary Redirect", headers=f"Location: {FLOW}&again=1\r\n"), AGAIN),
    "400": (refused("400 Bad Request"), FOR_GOOD),
    "401": (refused("401 Unauthorized"), QUARTER),
    "403": (refused("403 Forbidden"), QUARTER),
    "404": (refused("404 Not Found"), FOR_GOOD),
    "408": (refused("408 Request Timeout"), "unknown"),
    "410": (refused("410 Gone"), FOR_GOOD),
    "413": (refused("413 Content Too Large"), SMALLER),
    "429 with seconds": (refused("429 T", "Retry-After: 120\r\n"), ("again", True, timedelta(minutes=2))),
    "429 with no seconds": (refused("429 T", "Retry-After: 0\r\n"), ("again", True, timedelta(seconds=30))),
    "429 with a month": (refused("429 T", "Retry-After: 2678400\r\n"), ("again", True, timedelta(hours=6))),
    "429 with a date": (refused("429 T", DATE), ("again", True, timedelta(minutes=2))),
    "429 with nonsense": (refused("429 T", "Retry-After: soon\r\n"), ("again", True, timedelta(seconds=30))),
    "429 with nothing": (refused("429 T"), ("again", True, timedelta(seconds=30))),
    "500": (refused("500 Internal Server Error"), "unknown"),
    "502": (refused("502 Bad Gateway"), "unknown"),
    "503": (refused("503 Service Unavailable"), "unknown"),
    "503 with HTML": (response(b"<html>busy</html>", status="503 S", headers="Content-Type: text/html\r\n"), "unknown"),
    "no HTTP at all": (b"canary\r\n\r\n", "unknown"),
    "timeout": (accept_then_hang, "unknown"),
    "reset after accept": (accept_then_reset, "unknown"),
}


@pytest.mark.promise("P3")
@pytest.mark.parametrize("fault", rows(TEAMS))
def test_teams_says_what_to_do_next_and_posts_once(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teams, "SECONDS", 0.3)
    answer, expected = TEAMS[fault]
    with serving({FLOW: answer}) as (base, asked), closing(Teams({})) as notifier:
        assert outcome(notifier, f"{base}{FLOW}") == expected
    assert asked.paths() == [FLOW]


def test_a_silent_flow_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teams, "SECONDS", 0.3)
    hanging = serving({FLOW: accept_then_hang})
    with hanging as (base, _), closing(Teams({})) as notifier, pytest.raises(Unknown) as caught:
        notifier.send(MESSAGE, f"{base}{FLOW}")
    assert caught.value.why == "the line broke before Teams' answer (ReadTimeout)"


def test_teams_at_a_dead_port_was_certainly_not_sent() -> None:
    with closing(Teams({})) as notifier:
        assert outcome(notifier, f"http://127.0.0.1:9{FLOW}") == AGAIN


def test_teams_at_a_name_that_does_not_resolve_was_certainly_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    with closing(Teams({})) as notifier:
        assert outcome(notifier, f"https://flow.environment.api.powerplatform.com{FLOW}") == AGAIN


def no_such_name(*_: Any, **__: Any) -> Any:
    """What a resolver says of a name that does not exist, without asking anybody."""
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@dataclass
class Scripted(MailStandIn):
    """A relay that answers by script in each phase."""

    mail: str = ""
    rcpt: str = ""
    data: str = ""
    mails: list[Any] = field(default_factory=list)

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.mail or "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.rcpt or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await super().handle_DATA(server, session, envelope)
        if self.data == "reset":
            server.transport.abort()
        return self.data or "250 OK"


MAIL: dict[str, tuple[dict[str, Any], Outcome]] = {
    "#90 no such mailbox": ({"rcpt": "550 5.1.1 no such user"}, FOR_GOOD),
    "#90 no such mailbox, from a relay of few words": ({"rcpt": "550 unknown"}, FOR_GOOD),
    "#90 no such domain": ({"rcpt": "550 5.1.2 no such host"}, FOR_GOOD),
    "#91 greylisted": ({"rcpt": "451 4.7.1 later"}, AGAIN),
    "#91 greylisted with a wrong first digit": ({"rcpt": "550 4.7.1 later"}, AGAIN),
    "#92 too many recipients": ({"rcpt": "452 4.5.3 too many"}, AGAIN),
    "#93 mailbox full": ({"rcpt": "552 5.2.2 full"}, AGAIN),
    "#93 mailbox full, from a relay of few words": ({"rcpt": "552 full"}, AGAIN),
    "#93 mailbox closed": ({"rcpt": "550 5.2.1 disabled"}, AGAIN),
    "#93 our sender is wrong, said at RCPT": ({"rcpt": "553 5.1.8 no such sender domain"}, AGAIN),
    "#93 refused by policy": ({"rcpt": "550 5.7.1 listed"}, AGAIN),
    "#93 relaying refused": ({"rcpt": "554 relay access denied"}, AGAIN),
    "#94 busy at MAIL": ({"mail": "421 4.3.2 busy"}, AGAIN),
    "#94 disk full at MAIL": ({"mail": "452 4.3.1 disk"}, AGAIN),
    "#94 our sender refused at MAIL": ({"mail": "550 5.1.0 sender rejected"}, AGAIN),
    "#94 too large at MAIL": ({"mail": "552 5.3.4 too large"}, SMALLER),
    "#94 too large at MAIL, from a relay of few words": ({"mail": "552 too large"}, SMALLER),
    "#94 too large at RCPT": ({"rcpt": "550 5.2.3 too large for this mailbox"}, SMALLER),
    "#94 busy at DATA": ({"data": "421 4.3.2 busy"}, AGAIN),
    "#94 disk full at DATA": ({"data": "452 4.3.1 disk"}, AGAIN),
    "#94 too large at DATA": ({"data": "552 5.3.4 too large"}, SMALLER),
    "#94 mailbox full at DATA": ({"data": "552 5.2.2 full"}, AGAIN),
    "#94 taken for spam": ({"data": "554 5.7.1 spam"}, AGAIN),
    "#94 cannot be read": ({"data": "554 5.6.0 bad content"}, FOR_GOOD),
    "#95 lost after DATA": ({"data": "reset"}, "unknown"),
    "#95 an answer without a code": ({"data": "ok then"}, "unknown"),
}


@pytest.mark.promise("P15", "P16")
@pytest.mark.parametrize("fault", rows(MAIL))
def test_a_relay_says_what_to_do_next(fault: str) -> None:
    script, expected = MAIL[fault]
    with (
        serve_smtp(Scripted(**script)) as relay,
        closing(Email({"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "watcher@127.0.0.1"})) as notifier,
    ):
        assert outcome(notifier, "m@example.org") == expected


def everything(error: BaseException) -> str:
    """All that a failure says, with all that hangs on it."""
    said = [str(error), repr(error), *traceback.format_exception(error)]
    hanging = [each for each in (error.__cause__, error.__context__) if each]
    return "\n".join([*said, *map(everything, hanging)])


SECRET = "canary"
PRIVATE_MAIL = f"{SECRET}@example.org"


@pytest.mark.promise("P11")
@pytest.mark.parametrize("fault", [name for name in SLACK if name != "200"])
def test_no_failure_of_slack_repeats_a_secret(
    fault: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(slack, "SECONDS", 0.3)
    caplog.set_level(logging.DEBUG)
    api, hook, _, _ = SLACK[fault]
    with serving({"/api/chat.postMessage": api, f"/hook/{SECRET}": hook}) as (base, _):
        notifier = Slack({"SLACK_BOT_TOKEN": f"xoxb-{SECRET}", "SLACK_API_URL": f"{base}/api/"})
        for address in ("C0123456789", f"{base}/hook/{SECRET}"):
            with pytest.raises((NotSent, Unknown)) as caught:
                notifier.send(MESSAGE, address)
            assert SECRET not in everything(caught.value) + caplog.text
            assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@pytest.mark.promise("P11")
@pytest.mark.parametrize("fault", [*(name for name, (_, comes) in TEAMS.items() if comes != Receipt()), "dead", "name"])
def test_no_failure_of_teams_repeats_its_address(
    fault: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(teams, "SECONDS", 0.3)
    caplog.set_level(logging.DEBUG)
    with serving({FLOW: TEAMS[fault][0] if fault in TEAMS else b""}) as (base, _), closing(Teams({})) as notifier:
        if fault == "name":
            monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
        nobody = {"dead": "http://127.0.0.1:9", "name": f"https://{SECRET}.example"}
        with pytest.raises((NotSent, Unknown)) as caught:
            notifier.send(MESSAGE, f"{nobody.get(fault, base)}{FLOW}")
    assert SECRET not in everything(caught.value) + caplog.text
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@pytest.mark.promise("P11")
@pytest.mark.parametrize("fault", MAIL)
def test_no_failure_of_a_relay_repeats_an_address(fault: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "watcher")
    script: dict[str, Any] = {
        phase: f"{said} <{PRIVATE_MAIL}>" if said != "reset" else said for phase, said in MAIL[fault][0].items()
    }
    with (
        serve_smtp(Scripted(**script)) as relay,
        closing(Email({"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "watcher@127.0.0.1"})) as notifier,
    ):
        with pytest.raises((NotSent, Unknown)) as caught:
            notifier.send(MESSAGE, PRIVATE_MAIL)
        assert SECRET not in everything(caught.value) + caplog.text
        assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@pytest.mark.promise("P11")
@pytest.mark.parametrize("relay", ["smtp://office:canary@127.0.0.1:9", "smtps://office:canary@127.0.0.1:9", "here"])
def test_no_relay_that_cannot_be_used_repeats_a_password(relay: str) -> None:
    with serve_smtp(MailStandIn()) as here:
        url = here.replace("//", "//office:canary@") if relay == "here" else relay
        with pytest.raises(NotSent) as caught:
            Email({"WATCHER_SMTP_URL": url, "WATCHER_MAIL_FROM": "watcher@127.0.0.1"}).send(MESSAGE, PRIVATE_MAIL)
    assert SECRET not in everything(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@pytest.mark.fault(89)
def test_a_silent_relay_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(email.answers, "SECONDS", 0.3)

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the client hangs up
        writer.close()
        await writer.wait_closed()
        heard.set()

    heard = asyncio.Event()

    async def story() -> None:
        async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            notifier = Email({"WATCHER_SMTP_URL": f"smtp://127.0.0.1:{port}", "WATCHER_MAIL_FROM": "watcher@127.0.0.1"})
            assert await asyncio.to_thread(outcome, notifier, "m@example.org") == AGAIN
            await asyncio.wait_for(heard.wait(), 5)

    asyncio.run(story())


def test_mail_at_a_dead_port_was_certainly_not_sent() -> None:
    assert (
        outcome(
            Email({"WATCHER_SMTP_URL": "smtp://127.0.0.1:9", "WATCHER_MAIL_FROM": "watcher@127.0.0.1"}), "m@example.org"
        )
        == AGAIN
    )


@pytest.mark.fault(105)
def test_a_relay_without_starttls_is_refused_unless_the_house_says_so() -> None:
    with serve_smtp(MailStandIn()) as relay:
        required = Email({"WATCHER_SMTP_URL": f"{relay}?starttls=required", "WATCHER_MAIL_FROM": "watcher@127.0.0.1"})
        with pytest.raises(NotSent, match="offers no STARTTLS"):
            required.send(MESSAGE, "m@example.org")


def test_one_connection_serves_many_mails_and_a_stale_one_is_replaced() -> None:
    kept = MailStandIn()
    with (
        serve_smtp(kept) as relay,
        closing(Email({"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "watcher@127.0.0.1"})) as notifier,
    ):
        for _ in range(3):
            notifier.send(MESSAGE, "m@example.org")
        (idle,) = notifier._idle
        assert idle.sock is not None
        idle.sock.close()
        notifier.send(MESSAGE, "m@example.org")
    assert [mail["Message-ID"] for mail in kept.mails] == ["<d1@127.0.0.1>"] * 4


def test_the_console_prints_and_accepts(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(Console({}), "screen") == Receipt(place="screen", message="d1")
    assert capsys.readouterr().out == "--- to screen ---\nREPORTED\nFlu jabs for the over-50s\n\n"


@pytest.mark.promise("P19")
def test_no_headline_commands_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "Flu \x1b[2J\u202ejabs\x07\x00"
    told = Paragraph(status="REPORTED", title=hostile)
    section = Section(heading="", paragraphs=(told, told))
    Console({}).send(replace(MESSAGE, subject=hostile, sections=(section,)), "screen")
    assert capsys.readouterr().out == (
        "--- to screen ---\nFlu [2Jjabs\n\nREPORTED\nFlu [2Jjabs\n\nREPORTED\nFlu [2Jjabs\n\n"
    )


CHANNEL_ID = "its id, such as C0123456789, stands at the end of the channel's details in Slack"
NO_MAIL, MAIL_FORM = "not an e-mail address", "write it as manager@practice.example"
ADDRESS_ALONE = "write the address alone, without a name and without < and >"


@pytest.mark.parametrize(
    ("notifier", "address", "environment", "expected"),
    [
        (Slack, "C0123456789", {"SLACK_BOT_TOKEN": "x"}, ""),
        (Slack, "https://hooks.example/services/T/B/x", {}, ""),
        (Slack, "https://hooks.slack.com/services/T/B/x", {}, ""),
        (
            Slack,
            "C0123456789",
            {},
            f"a channel id needs the environment variable SLACK_BOT_TOKEN; set it to {BOT_CURE}",
        ),
        (
            Slack,
            "#general",
            {"SLACK_BOT_TOKEN": "x"},
            f"not a Slack channel id: this is a name; write the channel's id instead: {CHANNEL_ID}",
        ),
        (
            Slack,
            "U0123456789",
            {},
            f"not a Slack channel id: this is the id of a person; write that of a channel: {CHANNEL_ID}",
        ),
        (
            Slack,
            "xoxb-canary",
            {},
            (
                "not a Slack channel id: this is a token, which belongs into SLACK_BOT_TOKEN; write the channel's id "
                f"here: {CHANNEL_ID}"
            ),
        ),
        (
            Slack,
            "m@example.org",
            {},
            "not a Slack channel id: this is an e-mail address; write `via: email`, or the channel's id",
        ),
        (
            Slack,
            "https://practice.slack.com/archives/C0123456789",
            {},
            "this is a link into Slack, not a webhook; write the channel's id, the part of the link that begins with C",
        ),
        (
            Slack,
            "https://a.environment.api.powerplatform.com/w?sig=canary",
            {},
            "this is the address of a Teams workflow; write `via: teams`",
        ),
        (
            Slack,
            "General",
            {"SLACK_BOT_TOKEN": "x"},
            "not a Slack channel id such as C0123456789 nor an incoming-webhook URL (env:NAME)",
        ),
        (Email, "m@example.org", {"WATCHER_SMTP_URL": "smtp://relay"}, ""),
        (Email, "m", {"WATCHER_SMTP_URL": "smtp://relay"}, f"{NO_MAIL}: it has no @; {MAIL_FORM}"),
        (
            Email,
            "m@example.org\r\nRCPT TO:<all@example.org>",
            {"WATCHER_SMTP_URL": "smtp://relay"},
            f"{NO_MAIL}: {ADDRESS_ALONE}",
        ),
        (
            Email,
            "m@exam\x00ple.org",
            {"WATCHER_SMTP_URL": "smtp://relay"},
            f"{NO_MAIL}: a character that cannot be seen stands in it; type it anew",
        ),
        (Email, "Manager <m@example.org>", {"WATCHER_SMTP_URL": "smtp://relay"}, f"{NO_MAIL}: {ADDRESS_ALONE}"),
        (Email, "mailto:m@example.org", {}, f"{NO_MAIL}: leave mailto: out"),
        (Email, "m@example.org; n@example.org", {}, f"{NO_MAIL}: an entry has one address; write an entry for each"),
        (Email, "m @example.org", {}, f"{NO_MAIL}: a space stands in it; take it out"),
        (Email, "@example.org", {}, f"{NO_MAIL}: nothing stands before the @; {MAIL_FORM}"),
        (Email, "m@example", {}, f"{NO_MAIL}: after the @ stands no whole domain, such as practice.example"),
        (Email, "m@example..org", {}, f"{NO_MAIL}: after the @ stands no whole domain, such as practice.example"),
        (
            Email,
            "m@example.org",
            {},
            "e-mail needs the environment variable WATCHER_SMTP_URL (smtp://user:password@host:port); set it",
        ),
    ],
)
def test_a_wrong_address_is_named_at_the_start(
    notifier: type[Notifier], address: str, environment: dict[str, str], expected: str
) -> None:
    assert notifier.wrong_with(address, environment) == expected
