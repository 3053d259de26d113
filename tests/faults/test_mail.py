"""A mail relay that refuses, delays, loses and pretends: each recipient has a result of their own."""

import asyncio
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.smtp import AuthResult

from tests.support.faulty import response
from tests.support.world import SOURCE, deliver_all, desk, item, poll_all, rss, serving, write_config
from watcher.demo.stand_ins import MailStandIn, serve_smtp
from watcher.errors import NotSent
from watcher.model import Message, Paragraph, Section
from watcher.notifiers.email import Email, mail_html
from watcher.runtime import Runtime

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
ADDRESS = "m@example.org"


class FaultyRelay(MailStandIn):
    """Answers each recipient by script: one answer for each try, and the last one for good."""

    def __init__(self, **script: list[str]) -> None:
        super().__init__()
        self.script = script
        self.transactions: list[tuple[str, list[str]]] = []
        self.passwords: list[str] = []

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        self.transactions.append((address, envelope.rcpt_tos))
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if envelope.rcpt_tos:
            return "452 4.5.3 one recipient is enough"
        envelope.rcpt_tos.append(address)
        answers = self.script.get(address.partition("@")[0], [])
        answer = answers.pop(0) if len(answers) > 1 else next(iter(answers), "250 OK")
        return "250 OK" if answer == "lost" else answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        kept = await super().handle_DATA(server, session, envelope)
        if self.script.pop("lose", None):
            server.transport.abort()
        return kept

    def __call__(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
        """Aiosmtpd's authenticator: any password will do, and is remembered."""
        self.passwords.append(login.password.decode())
        return AuthResult(success=True)


def message(title: str = "Flu jabs", *, times: int = 1) -> Message:
    told = tuple(Paragraph(status="REPORTED", title=title) for _ in range(times))
    return Message(delivery="d1", at=NOW, subject=title, sections=(Section(heading="", paragraphs=told),))


def states(opened: Runtime) -> dict[str, list[str]]:
    """The states of each subscriber's Deliveries, in the order of their planning."""
    with opened.database.begin() as tx:
        rows = tx.execute(sa.text("SELECT subscriber, state FROM deliveries ORDER BY first_due, id")).all()
    found: dict[str, list[str]] = {}
    for subscriber, state in rows:
        found.setdefault(subscriber, []).append(state)
    return found


def day(folder: Path, kept: FaultyRelay, names: list[str], *hours: float) -> list[dict[str, list[str]]]:
    """One announcement for everybody in `names` and the admin; the states after delivering at each of `hours`."""
    rows = [f"{{id: {name}, via: email, address: {name}@example.org, admin: {name == 'admin'}}}" for name in names]
    people = f"subscribers: [{', '.join(rows).replace('True', 'true').replace('False', 'false')}]"
    found = []

    async def story(site: str, relay: str) -> None:
        config = write_config(folder / "config", SOURCE.format(site=site), people)
        environment = {"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "watcher@example.org"}
        async with desk(config, environment, f"sqlite:///{folder / 'w.db'}", NOW) as opened:
            await poll_all(opened, NOW)
            for hour in hours:
                await deliver_all(opened, NOW + timedelta(hours=hour))
                found.append(states(opened))

    with serving({"/feed": response(rss(item(1, NOW)))}) as (site, _), serve_smtp(kept) as relay:
        asyncio.run(story(site, relay))
    return found


# --- one recipient, one result -------------------------------------------------------------------------------------


@pytest.mark.fault(90, 91, 93)
@pytest.mark.promise("P15", "P16")
def test_each_of_five_recipients_has_a_result_of_their_own(tmp_path: Path) -> None:
    kept = FaultyRelay(
        gone=["550 5.1.1 no such user"],
        grey=["451 4.7.1 come back", "451 4.7.1 come back", "250 OK"],
        full=["552 5.2.2 full"],
        listed=["550 5.7.1 you are on a list"],
    )
    first, quarter = day(tmp_path, kept, ["gone", "grey", "full", "listed", "admin"], 0, 0.25)
    assert first == {
        "gone": ["pending"],
        "grey": ["pending"],
        "full": ["pending"],
        "listed": ["pending"],
        "admin": ["sent", "sent"],
    }
    assert (quarter["grey"], quarter["full"]) == (["pending"], ["pending"])
    assert all(len(recipients) == 1 for _, recipients in kept.transactions)
    assert "Nothing reaches the subscriber gone: the mail relay refused the recipient: 550 5.1.1." in str(
        kept.mails[-1]
    )


@pytest.mark.fault(91, 93)
@pytest.mark.promise("P15")
def test_a_greylisted_mail_arrives_within_a_quarter_of_an_hour_and_a_full_mailbox_is_tried_for_days(
    tmp_path: Path,
) -> None:
    kept = FaultyRelay(grey=["451 4.7.1 come back", "250 OK"], full=["552 5.2.2 full"])
    later = day(tmp_path, kept, ["grey", "full", "admin"], 0, 0.25, 24, 48, 72, 95)
    assert [each["grey"] for each in later[:2]] == [["pending"], ["sent"]]
    # From the next day on, the digest with the closing note waits behind it.
    assert [each["full"] for each in later] == [["pending"]] * 2 + [["pending", "pending"]] * 4
    assert len([1 for _, (recipient,) in kept.transactions if recipient.startswith("full")]) == 6 + 3


@pytest.mark.fault(92)
@pytest.mark.promise("P16")
def test_a_relay_that_takes_one_recipient_at_a_time_hears_of_one_at_a_time(tmp_path: Path) -> None:
    kept = FaultyRelay()
    (found,) = day(tmp_path, kept, ["one", "two", "three", "admin"], 0)
    assert set(map(tuple, found.values())) == {("sent",)}
    assert len({mail["Message-ID"] for mail in kept.mails}) == 4
    assert sorted(mail["To"] for mail in kept.mails) == sorted(recipient for _, (recipient,) in kept.transactions)


@pytest.mark.fault(95)
@pytest.mark.promise("P3")
def test_a_mail_that_may_have_arrived_goes_again_under_the_same_message_id_and_says_so(tmp_path: Path) -> None:
    kept = FaultyRelay(lose=["once"])
    first, later = day(tmp_path, kept, ["admin"], 0, 0.5)
    assert (first["admin"], later["admin"]) == (["unknown"], ["sent"])
    assert len({mail["Message-ID"] for mail in kept.mails}) == 1
    assert ["possible repeat" in str(mail.get_body(("plain",))) for mail in kept.mails] == [False, True]


@pytest.mark.fault(104)
@pytest.mark.parametrize(
    ("reply_to", "unsubscribe"),
    [("", None), ("desk@example.org", "<mailto:desk@example.org?subject=unsubscribe>")],
)
def test_bounces_go_to_a_person_and_automatic_replies_are_not_asked_for(reply_to: str, unsubscribe: str | None) -> None:
    kept = FaultyRelay()
    environment = {"WATCHER_MAIL_FROM": "office@example.org", "WATCHER_MAIL_REPLY_TO": reply_to}
    with (
        serve_smtp(kept) as relay,
        closing(Email({"WATCHER_SMTP_URL": relay, **environment})) as notifier,
    ):
        notifier.send(message(), ADDRESS)
    (mail,) = kept.mails
    assert kept.transactions == [("office@example.org", [ADDRESS])]
    assert mail["Auto-Submitted"] == "auto-generated"  # RFC 3834: a responder must not answer this
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"  # Exchange, which NHSmail is, heeds this one
    assert mail["Precedence"] == "bulk"  # and older responders this
    assert mail["List-Unsubscribe"] == unsubscribe, "only a mailbox that is read is named"
    assert "List-Unsubscribe-Post" not in mail, "there is no page that would take it"


# --- the mail itself -----------------------------------------------------------------------------------------------


@pytest.mark.promise("P19")
@pytest.mark.parametrize(
    ("given", "shown"),
    [
        pytest.param(
            "Flu\r\nBcc: all@example.org", "Flu  Bcc: all@example.org", marks=pytest.mark.fault(96), id="CRLF"
        ),
        pytest.param("Flu\n\nbody", "Flu  body", marks=pytest.mark.fault(96), id="LF"),
        pytest.param("Flu\u2028jabs\u2029now", "Flu jabs now", marks=pytest.mark.fault(97), id="U+2028"),
        pytest.param("Flu\u0085jabs\x0bnow\x0c!", "Flu jabs now !", marks=pytest.mark.fault(97), id="U+0085"),
        pytest.param("Flu \ud800 jabs", "Flu  jabs", marks=pytest.mark.fault(98), id="surrogate"),
        pytest.param("x" * 50_000, "x" * 149 + "…", marks=pytest.mark.fault(99), id="long"),
        pytest.param("“x” " * 12_500, ("“x” " * 38)[:149].rstrip() + "…", marks=pytest.mark.fault(99), id="long words"),
        pytest.param("Flu\x00jabs \u202egnp.exe\u202c", "Flujabs gnp.exe", marks=pytest.mark.fault(100), id="NUL, RLO"),
        pytest.param("£20,000 “golden hello”", "£20,000 “golden hello”", id="pounds"),
        pytest.param("=?utf-8?q?hidden?= text", "=?utf-8?q?hidden?= text", id="encoded"),
        pytest.param("\u202e\x00", "Announcement", id="nothing"),
    ],
)
def test_a_mail_arrives_with_a_clean_subject_whatever_the_headline(given: str, shown: str) -> None:
    kept = FaultyRelay()
    with (
        serve_smtp(kept) as relay,
        closing(Email({"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "watcher@127.0.0.1"})) as notifier,
    ):
        notifier.send(message(given), ADDRESS)
        raw = notifier.write(message(given), ADDRESS, "<d1@example.org>")
    (mail,) = kept.mails
    assert mail["Subject"] == shown
    assert (mail["Bcc"], mail["To"], mail.get_all("Subject")) == (None, ADDRESS, [shown])
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert raw.isascii(), "not every relay takes 8BITMIME"
    assert max(map(len, raw.splitlines())) <= 998
    assert all(len(word) <= 75 for word in re.findall(rb"=\?utf-8\?.*?\?=", raw) if b"hidden" not in word)


def test_a_line_that_begins_with_a_dot_arrives_as_it_was_written() -> None:
    kept = FaultyRelay()
    with (
        serve_smtp(kept) as relay,
        closing(Email({"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "watcher@127.0.0.1"})) as notifier,
    ):
        notifier.send(message(".hidden\n.\n..end"), ADDRESS)
        notifier.send(message("and the next mail"), ADDRESS)
    first, second = kept.mails
    body = first.get_body(("plain",))
    assert body is not None
    shown = body.get_content().splitlines()
    assert shown[: shown.index("-- ")] == ["REPORTED", ".hidden", ".", "..end", ""]
    assert second["Subject"] == "and the next mail"


@pytest.mark.fault(101)
def test_a_mail_larger_than_the_relay_says_it_takes_is_not_even_tried() -> None:
    kept = FaultyRelay()
    with (
        serve_smtp(kept, data_size_limit=4_000) as relay,
        closing(Email({"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "watcher@127.0.0.1"})) as notifier,
    ):
        with pytest.raises(NotSent, match=r"the mail has \d+ bytes, and the mail relay takes 4000") as caught:
            notifier.send(message(times=200), ADDRESS)
        assert (caught.value.too_large, caught.value.for_good) == (True, False)
    assert kept.transactions == []


@pytest.mark.fault(101)
def test_a_mail_holds_two_hundred_announcements_at_most_and_no_more_than_mailboxes_show() -> None:
    notifier = Email({"WATCHER_SMTP_URL": "smtp://localhost", "WATCHER_MAIL_FROM": "watcher@127.0.0.1"})
    assert [notifier.count_that_fit(message(times=count)) for count in (1, 200, 201, 500)] == [1, 200, 200, 200]
    long = message("x" * 900, times=200)
    fitting = notifier.count_that_fit(long)
    sizes = [len(mail_html(message("x" * 900, times=count)).encode()) for count in (fitting, fitting + 2)]
    assert sizes[0] <= 90_000 < sizes[1]


# --- TLS -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two certificates that nobody signed: ours for 127.0.0.1, and one for another host."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine to make a certificate with")
    folder = tmp_path_factory.mktemp("certificates")
    for name, host in (("ours", "IP:127.0.0.1"), ("other", "DNS:elsewhere.example")):
        new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        about = ["-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName={host}"]
        files = ["-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.pem")]
        subprocess.run([*new, *about, *files], check=True, capture_output=True)
    return folder


@contextmanager
def encrypted(kept: FaultyRelay, folder: Path, name: str) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    with serve_smtp(kept, tls_context=context, authenticator=kept) as relay:
        yield relay.replace("//", "//office:canary@") + "?starttls=required"


@pytest.mark.fault(105)
def test_a_certificate_that_nobody_signed_is_refused_before_the_password(certified: Path) -> None:
    kept = FaultyRelay()
    with (
        encrypted(kept, certified, "ours") as relay,
        pytest.raises(NotSent, match=r"TLS is not to be trusted"),
    ):
        Email({"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "watcher@127.0.0.1"}).send(message(), ADDRESS)
    assert (kept.passwords, kept.mails) == ([], [])


@pytest.mark.fault(105)
def test_another_hosts_certificate_is_refused_even_when_it_is_trusted(
    certified: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certified / "other.pem"))
    kept = FaultyRelay()
    with encrypted(kept, certified, "other") as relay, pytest.raises(NotSent, match="TLS is not to be trusted"):
        Email({"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "watcher@127.0.0.1"}).send(message(), ADDRESS)
    assert (kept.passwords, kept.mails) == ([], [])


@pytest.mark.fault(105)
def test_a_trusted_certificate_opens_the_way_for_password_and_mail(
    certified: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certified / "ours.pem"))
    kept = FaultyRelay()
    with (
        encrypted(kept, certified, "ours") as relay,
        closing(Email({"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "watcher@127.0.0.1"})) as notifier,
    ):
        notifier.send(message(), ADDRESS)
    assert (kept.passwords, len(kept.mails)) == (["canary"], 1)


@pytest.mark.fault(105)
def test_a_relay_whose_starttls_was_taken_away_never_sees_the_password() -> None:
    kept = FaultyRelay()
    with serve_smtp(kept, authenticator=kept, auth_require_tls=False) as relay:
        url = relay.replace("//", "//office:canary@")
        with pytest.raises(NotSent, match="offers no STARTTLS"):
            Email({"WATCHER_SMTP_URL": f"{url}?starttls=required", "WATCHER_MAIL_FROM": "watcher@127.0.0.1"}).send(
                message(), ADDRESS
            )
        assert (kept.passwords, kept.mails) == ([], [])
        with closing(
            Email({"WATCHER_SMTP_URL": f"{url}?starttls=no", "WATCHER_MAIL_FROM": "watcher@127.0.0.1"})
        ) as notifier:
            notifier.send(message(), ADDRESS)
    assert (kept.passwords, len(kept.mails)) == (["canary"], 1), "the house may say so"


@pytest.mark.fault(105)
def test_smtps_with_a_bad_certificate_is_refused(certified: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certified / "ours.pem", certified / "ours.key")

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        writer.close()

    async def story() -> None:
        async with await asyncio.start_server(greet, "127.0.0.1", 0, ssl=context) as server:
            url = f"smtps://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            with pytest.raises(NotSent, match="TLS is not to be trusted"):
                await asyncio.to_thread(
                    Email({"WATCHER_SMTP_URL": url, "WATCHER_MAIL_FROM": "watcher@127.0.0.1"}).send, message(), ADDRESS
                )

    asyncio.run(story())
