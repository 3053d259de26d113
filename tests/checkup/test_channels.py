"""What doctor says of the channels: each stand-in well, and ill in one way; nothing is ever posted."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from tests.support.stand_in_dns import serving_names
from watcher.config.schema import notifier_class
from watcher.demo.stand_ins import Reply, serve_http, serve_smtp
from watcher.model.finding import Finding, Grade, broken, doubtful, fine
from watcher.notifiers.slack.answers import cure_for_scope

CHANNEL, TOKEN = "C0123456789", "xoxb-canary-token"
ALL_SCOPES = "chat:write,channels:history,groups:history,channels:read"
Answers = Mapping[str, dict[str, Any]]
WELL: Answers = {
    "auth.test": {"ok": True, "team": "Market Square", "user": "watcher"},
    "conversations.info": {"ok": True, "channel": {"id": CHANNEL, "is_member": True}},
}


def ask_slack(answers: Answers, scopes: str = ALL_SCOPES, address: str = CHANNEL) -> list[Finding]:
    asked: list[str] = []

    def answer(_method: str, path: str, _body: bytes) -> Reply:
        method = path.rpartition("/")[2]
        asked.append(method)
        body = json.dumps(answers.get(method, {"ok": False, "error": "unknown_method"}))
        return Reply(kind="application/json", body=body, headers={"x-oauth-scopes": scopes})

    with serve_http(answer) as api:
        slack = notifier_class("slack")({"SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": f"{api}/api/"})
        findings = list(slack.examine([("managers", address)]))
    assert "chat.postMessage" not in asked
    assert "canary" not in str(findings)
    return findings


def failing(word: str, **more: str) -> dict[str, Any]:
    return {"ok": False, "error": word, **more}


def test_a_slack_app_that_is_in_its_channel_is_well() -> None:
    assert ask_slack(WELL) == [
        fine("Slack", "workspace Market Square, bot watcher"),
        fine("subscriber managers", "the app is in its channel"),
    ]


def test_a_dead_token_is_the_first_thing_said() -> None:
    cure = "copy the token anew from the app's page (OAuth & Permissions) into SLACK_BOT_TOKEN"
    assert ask_slack({"auth.test": failing("invalid_auth")}) == [broken("Slack", "Slack answered invalid_auth", cure)]


def test_scopes_that_are_missing_are_named() -> None:
    history = "the app lacks channels:history and groups:history: after a lost answer a message may come twice, marked"
    assert ask_slack(WELL, "channels:read")[1:3] == [
        broken("Slack", "the app lacks the scope chat:write", cure_for_scope("chat:write")),
        doubtful("Slack", history, cure_for_scope("channels:history and groups:history")),
    ]
    assert [finding.grade for finding in ask_slack(WELL, "")] == [Grade.OK, Grade.OK]  # it does not say


@pytest.mark.parametrize(
    ("answers", "finding"),
    [
        (
            {"conversations.info": {"ok": True, "channel": {"is_member": False}}},
            broken("subscriber managers", "the app is not in its channel", "write /invite and the app's name there"),
        ),
        (
            {"conversations.info": {"ok": True, "channel": {"is_archived": True, "is_member": True}}},
            broken(
                "subscriber managers",
                "its channel is in the archive",
                "bring the channel back from the archive, or name another in subscribers.yaml",
            ),
        ),
        (
            {"conversations.info": {"ok": True}, "conversations.history": failing("not_in_channel")},
            broken(
                "subscriber managers",
                "Slack answered not_in_channel",
                "invite the app into the channel: write /invite and its name there",
            ),
        ),
        (
            {"conversations.info": failing("channel_not_found")},
            broken(
                "subscriber managers",
                "Slack answered channel_not_found",
                "check the channel's id in subscribers.yaml; into a private channel, invite the app",
            ),
        ),
        (
            {"conversations.info": failing("missing_scope"), "conversations.history": {"ok": True, "messages": []}},
            fine("subscriber managers", "the app is in its channel, and may read it"),
        ),
        (
            {"conversations.info": failing("missing_scope"), "conversations.history": failing("not_in_channel")},
            broken(
                "subscriber managers",
                "Slack answered not_in_channel",
                "invite the app into the channel: write /invite and its name there",
            ),
        ),
        (
            {"conversations.info": failing("missing_scope"), "conversations.history": failing("missing_scope")},
            doubtful(
                "subscriber managers",
                "whether the app is in its channel cannot be seen",
                f"{cure_for_scope('channels:read')}; or see for yourself: watcher tell managers",
            ),
        ),
    ],
)
def test_whether_the_app_is_in_the_channel_is_found_out(answers: Answers, finding: Finding) -> None:
    assert ask_slack({**WELL, **answers})[-1] == finding


def test_a_webhook_is_not_posted_to() -> None:
    hook = "https://hooks.slack.com/services/T0/B0/canary"
    (finding,) = ask_slack({}, address=hook)
    assert finding.grade is Grade.OK
    assert finding.seen.endswith("watcher tell managers")


# --- mail -------------------------------------------------------------------------------------------------------------


class Relay:
    """Takes no mail: it answers each recipient as it is told."""

    def __init__(self, answer: str = "250 OK") -> None:
        self.answer, self.mails = answer, 0

    async def handle_RCPT(self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, *_: Any) -> str:  # noqa: N802
        self.mails += 1
        return "250 OK"


RECORDS = {"practice.org": "v=spf1 include:relay.net -all", "_dmarc.practice.org": "v=DMARC1; p=none"}


def ask_relay(relay: Relay, sender: str = "w@mail.practice.org", texts: Mapping[str, str] = RECORDS) -> list[Finding]:
    with serve_smtp(relay) as url, serving_names(texts):
        email = notifier_class("email")({"WATCHER_SMTP_URL": url, "WATCHER_MAIL_FROM": sender})
        findings = list(email.examine([("daily", "canary@practice.org")]))
        email.close()
    assert relay.mails == 0
    assert "canary" not in str(findings)
    return findings


def test_a_relay_that_takes_mail_from_a_known_domain_is_well() -> None:
    texts = {**RECORDS, "mail.practice.org": RECORDS["practice.org"]}
    assert ask_relay(Relay(), texts=texts) == [
        fine("mail", "the relay answers"),
        fine("subscriber daily", "the relay takes mail for it"),
        fine("mail from mail.practice.org", "it has SPF and DMARC records; whether DKIM signs, only a mail shows"),
    ]


@pytest.mark.parametrize(
    ("answer", "grade", "seen"),
    [
        ("550 5.1.1 nobody of that name", Grade.BAD, "the mail relay refused the recipient: 550 5.1.1"),
        ("554 5.7.1 policy", Grade.BAD, "the mail relay refused the recipient: 554 5.7.1"),
        ("450 4.2.0 greylisted", Grade.WARN, "the mail relay refused the recipient: 450 4.2.0"),
    ],
)
def test_an_address_that_is_refused_is_told(answer: str, grade: Grade, seen: str) -> None:
    finding = ask_relay(Relay(answer))[1]
    assert (finding.check, finding.grade, finding.seen, bool(finding.cure)) == ("subscriber daily", grade, seen, True)


def test_a_domain_without_records_is_told_what_to_add() -> None:
    spf, dmarc = ask_relay(
        Relay(), texts={"mail.practice.org": "google-site-verification=1", "_dmarc.practice.org": "x"}
    )[2:]
    assert (spf.grade, spf.seen.partition(":")[0]) == (Grade.WARN, "it has no SPF record")
    assert (dmarc.grade, dmarc.seen.partition(":")[0]) == (Grade.WARN, "it has no DMARC record")
    assert "_dmarc.mail.practice.org" in dmarc.cure


def test_a_domain_that_does_not_exist_is_told() -> None:
    (finding,) = ask_relay(Relay(), texts={})[2:]
    assert (finding.grade, finding.seen) == (Grade.BAD, "there is no such domain")


def test_a_domain_of_no_public_name_needs_no_records() -> None:
    assert ask_relay(Relay(), "w@practice.example", {})[2].grade is Grade.OK


@pytest.mark.parametrize(
    ("environment", "seen"),
    [
        (
            {"WATCHER_SMTP_URL": "smtp://localhost:9", "WATCHER_MAIL_FROM": "w@x.example"},
            "the mail relay cannot be reached (ConnectionRefusedError)",
        ),
    ],
)
def test_a_relay_that_is_away_is_told(environment: dict[str, str], seen: str) -> None:
    (finding,) = notifier_class("email")(environment).examine([("daily", "a@x.example")])
    assert (finding.grade, finding.check, finding.seen) == (Grade.BAD, "mail", seen)


def test_without_a_sender_nothing_can_be_sent() -> None:
    with serve_smtp(Relay()) as url:
        email = notifier_class("email")({"WATCHER_SMTP_URL": url})
        (finding,) = email.examine([("daily", "a@x.example")])
        email.close()
    cure = "set WATCHER_MAIL_FROM to the name and address that mails come from"
    assert finding == broken("mail", "no sender is set", cure)


# --- Teams, the console -----------------------------------------------------------------------------------------------


def test_the_host_of_a_flow_must_be_known() -> None:
    teams: Callable[[str], Iterable[Finding]] = lambda url: notifier_class("teams")({}).examine([("partners", url)])  # noqa: E731
    (well,) = teams("https://localhost:9/workflows/1?sig=canary")
    (ill,) = teams("https://no-such-host.invalid/workflows/1?sig=canary")
    assert (well.grade, ill.grade) == (Grade.OK, Grade.BAD)
    assert "canary" not in f"{well}{ill}"


def test_the_screen_needs_nothing() -> None:
    assert list(notifier_class("console")({}).examine([("screen", "x")])) == [
        fine("subscriber screen", "printed where watcher runs")
    ]
