"""Settings are proved where they are read: taken whole, or refused with place and cure; no secret is ever shown."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from watcher.cli.logs import log_as_json
from watcher.config.settings import read_settings
from watcher.errors import BadConfig, BadDatabase
from watcher.model.login_address import read_login_address
from watcher.notifiers.email.mail_settings import read_relay, read_sender, requires_starttls
from watcher.store.database import open_database
from watcher.store.database_address import read_database_address

CANARY = "canary5f1d"
RESERVED = "#/?[]@:"


def complaints(**environment: str) -> list[str]:
    try:
        read_settings(environment)
    except BadConfig as error:
        return [str(mistake) for mistake in error.mistakes]
    return []


@pytest.mark.promise("P35")
@pytest.mark.parametrize("sign", RESERVED)
@pytest.mark.parametrize("where", ["password", "user"])
def test_a_password_with_a_sign_of_addresses_gets_the_cure_and_is_not_shown(sign: str, where: str) -> None:
    secret = f"{CANARY}{sign}{CANARY}"
    user = f"{secret}:x" if where == "user" else f"office:{secret}"
    (complaint,) = complaints(WATCHER_SMTP_URL=f"smtp://{user}@relay.example:587")
    assert complaint.startswith("environment:1:1: WATCHER_SMTP_URL: ")
    assert f"{sign} as %{ord(sign):02X}" in complaint
    assert CANARY not in complaint


@pytest.mark.promise("P35")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("smtp://relay.example?starttls=yes", "only ?starttls=required or ?starttls=no may stand"),
        ("smtp://relay.example?starttls=", "only ?starttls=required or ?starttls=no may stand"),
        ("smtp://relay.example?StartTLS=no", "only ?starttls=required or ?starttls=no may stand"),
        ("smtp://relay.example?tls=1", "only ?starttls=required or ?starttls=no may stand"),
        ("smtps://relay.example?starttls=required", "leave ?starttls out"),
        ("smtp://office@relay.example", "a user needs a password"),
        ("smtp://relay.example:99999", "its port is not a number"),
        ("smtp://relay.example:0", "its port is not a number"),
        ("smtp://", "it names no host"),
        ("relay.example:25", "write it as smtp://user:password@host:port"),
        ("http://relay.example", "it does not begin with smtp:// or smtps://"),
        ("smtp://office:caf\u00e9@relay.example", "%25"),
        ("smtp://office:caf%C3%A9@relay.example", "no mail relay takes"),
        ("smtp://office:50%@relay.example", "% as %25"),
    ],
)
def test_a_relay_that_is_misspelt_stops_the_start(text: str, why: str) -> None:
    (complaint,) = complaints(WATCHER_SMTP_URL=text)
    assert why in complaint


@pytest.mark.parametrize(
    ("text", "required"),
    [
        ("smtp://relay.example", True),
        ("smtp://relay.example?starttls=required", True),
        ("smtp://relay.example?starttls=no", False),
        ("smtp://127.0.0.1", False),
        ("smtp://[::1]:25", False),
        ("smtp://localhost?starttls=required", True),
        ("smtps://relay.example", False),
    ],
)
def test_encryption_is_required_but_on_this_machine(text: str, required: bool) -> None:  # noqa: FBT001
    assert requires_starttls(read_relay(text)) is required


PLAIN = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)


@pytest.mark.promise("P35")
@given(PLAIN, PLAIN)
def test_any_password_in_percent_code_arrives_whole(user: str, password: str) -> None:
    relay = read_relay(f"smtp://{quote(user, safe='')}:{quote(password, safe='')}@relay.example:587/?starttls=no")
    assert (relay.user, relay.password, relay.host, relay.port) == (user, password, "relay.example", 587)


@pytest.mark.promise("P35")
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_taken_whole_or_refused_without_a_word_of_it(user: str, password: str) -> None:
    text = f"smtp://{user}:{CANARY}{password}@relay.example"
    if found := complaints(WATCHER_SMTP_URL=text):
        assert CANARY not in " ".join(found)
        return
    relay = read_relay(text.strip())
    whole = f"smtp://{quote(relay.user, safe='')}:{quote(relay.password, safe='')}@{relay.host}"
    assert read_relay(whole) == relay
    assert relay.host == "relay.example"
    assert relay.password.startswith(CANARY)
    assert CANARY not in repr(relay)


@pytest.mark.promise("P35")
@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("watcher@example.org", "watcher@example.org"),
        ("Watcher <watcher@example.org>", "watcher@example.org"),
        ('"Practice, watcher" <watcher@example.org>', "watcher@example.org"),
        ("Überblick <watcher@example.org>", "watcher@example.org"),
    ],
)
def test_a_sender_is_a_name_and_an_address(text: str, address: str) -> None:
    sender = read_sender(text)
    assert sender is not None
    assert sender.addr_spec == address


@pytest.mark.parametrize(
    "text", ["watcher", "a@b.example, c@d.example", "@example.org", "a@b.example\nBcc: c@d.example", "<>"]
)
def test_a_sender_that_is_none_is_refused(text: str) -> None:
    assert [line[:36] for line in complaints(WATCHER_MAIL_FROM=text)] == ["environment:1:1: WATCHER_MAIL_FROM: "]


@pytest.mark.promise("P35")
@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("SLACK_BOT_TOKEN", f"xoxb-{CANARY} x", "xoxb-1"),
        ("SLACK_API_URL", f"http://{CANARY}.example/api/", "https://slack.example/api/"),
        ("SLACK_API_URL", f"ftp://{CANARY}", "http://127.0.0.1:8080/api/"),
        ("SLACK_API_URL", f"https://u:{CANARY}@slack.example/api/", "http://slack-mock:8080/api/"),
        ("SLACK_BOT_TOKEN", f'"xoxb-{CANARY}"', "xoxb-1-a"),
        ("WATCHER_KEEP_DAYS", "000000000999999999999", "0030"),
        ("WATCHER_ALLOW_PRIVATE", f"10.0.0.0/8,{CANARY}", "10.0.0.0/8, 127.0.0.0/8"),
        ("WATCHER_KEEP_DAYS", CANARY, "30"),
        ("WATCHER_CONTACT", f"{CANARY}\u2028x", "https://example.org/"),
        ("WATCHER_PUBLIC_URL", f"https://a:{CANARY}@example.org", "https://watcher.example.org"),
        ("WATCHER_PUBLIC_URL", f"http://{CANARY}.example.org", "http://127.0.0.1:8080"),
        ("WATCHER_PUBLIC_URL", f"http://10.0.0.7/{CANARY}", "http://[::1]:8080"),
        ("WATCHER_SECRET", CANARY, "a" * 32),
        ("WATCHER_SECRET", f"{'a' * 32},{CANARY}", f"{'b' * 32}, {'a' * 32}"),
        ("WATCHER_SECRET", f"{'a' * 32},", "a" * 32),
        ("WATCHER_WEB", CANARY, "127.0.0.1:8080"),
        ("WATCHER_HEARTBEAT", f"http://hc.example/{CANARY}", "https://hc.example/ping"),
        ("WATCHER_HEARTBEAT", CANARY, "http://127.0.0.1:8000/ping"),
        ("WATCHER_METRICS", f"{CANARY}:99999", "[::1]:9090"),
        ("WATCHER_MAIL_REPLY_TO", CANARY, "office@example.org"),
        ("WATCHER_MAIL_FROM", f"{CANARY}@", "watcher@example.org"),
        ("SLACK_BOT_TOKEN", f"xapp-1-{CANARY}", "xoxb-1-a"),
        ("SLACK_BOT_TOKEN", f"https://hooks.slack.com/services/T/B/{CANARY}", "xoxb-1-a"),
        *(
            (name, before + port, f"{before}8080")
            for name, before in {
                "WATCHER_SMTP_URL": f"smtp://office:{CANARY}@relay.example:",
                "WATCHER_IMAP_URL": f"imaps://office:{CANARY}@imap.example:",
                "SLACK_API_URL": "https://slack.example:",
                "WATCHER_PUBLIC_URL": "https://watcher.example:",
                "WATCHER_WEB": "127.0.0.1:",
                "WATCHER_METRICS": "127.0.0.1:",
            }.items()
            for port in ("", "0", CANARY, "65536", "58\uff17", "80 80")
        ),
    ],
)
def test_each_setting_is_refused_by_its_name_without_its_value(name: str, wrong: str, right: str) -> None:
    (complaint,) = complaints(**{name: wrong})
    assert complaint.startswith(f"environment:1:1: {name}: ")
    assert CANARY not in complaint
    assert complaints(**{name: right}) == []


@pytest.mark.parametrize(
    ("token", "what"),
    [
        ("xapp-1", "this is an app-level token (xapp-); "),
        ("xoxp-1", "this is a user's token (xoxp-), with which watcher would post as that person; "),
        ("xoxe.xoxp-1", "this is a token that expires or refreshes others (xoxe); "),
        ("https://hooks.slack.com/services/T/B/x", "this is an address, not a token (a webhook's belongs into "),
        ("Bearer xoxb-1", "leave “Bearer” out; "),
        ("env:TOKEN", "env: is for addresses in subscribers.yaml; "),
        ("0123456789abcdef0123456789abcdef", "this looks like the app's signing or client secret; "),
        ("xoxb-1 2", "it holds a space, a quotation mark or another sign that no token has; "),
    ],
)
def test_a_token_of_the_wrong_sort_is_called_by_its_name(token: str, what: str) -> None:
    (complaint,) = complaints(SLACK_BOT_TOKEN=token)
    assert complaint.startswith(f"environment:1:1: SLACK_BOT_TOKEN: {what}")
    assert complaint.endswith("set it to the Bot User OAuth Token (xoxb-...) of the app's page “OAuth & Permissions”")


@pytest.mark.parametrize(
    ("name", "written", "what"),
    [
        (
            "WATCHER_WEB",
            "8080",
            "it is not HOST:PORT, a host and a colon are missing; write for example 127.0.0.1:8080",
        ),
        ("WATCHER_METRICS", "http://127.0.0.1:9090", "it is HOST:PORT alone, without http:// before it; "),
        ("WATCHER_WEB", "127.0.0.1:web", "it is not HOST:PORT, with a port from 1 to 65535; "),
        (
            "WATCHER_SMTP_URL",
            "smtp://u:p@relay.example:smtp",
            "its port is not a number from 1 to 65535 (what follows ",
        ),
        ("WATCHER_SMTP_URL", "smtp://relay.example:", "its port is not a number from 1 to 65535 (what follows "),
        (
            "WATCHER_IMAP_URL",
            "imaps://u:p@imap.example:993x",
            "its port is not a number from 1 to 65535 (what follows ",
        ),
        (
            "WATCHER_MAIL_FROM",
            "Watcher w@example.org",
            "it is not one address: the address after a name stands in < and ",
        ),
        ("WATCHER_MAIL_FROM", "Watcher, GP <w@example.org>", "it is not one address: a name with a comma or another "),
        ("WATCHER_MAIL_FROM", "mailto:w@example.org", "it is not one address: leave mailto: out; write it as "),
        ("WATCHER_MAIL_FROM", "a@example.org;b@example.org", "it is not one address: it holds several; write it as "),
        ("WATCHER_MAIL_FROM", "watcher", "it is not one address: it has no @; write it as watcher@example.org or "),
        ("WATCHER_MAIL_FROM", "w@example", "it is not one address: after the @ stands no whole domain, such as "),
        ("WATCHER_MAIL_FROM", "no-reply@", "it is not one address; write it as watcher@example.org or "),
    ],
)
def test_a_setting_says_what_is_wrong_and_what_to_write(name: str, written: str, what: str) -> None:
    (complaint,) = complaints(**{name: written})
    assert complaint.startswith(f"environment:1:1: {name}: {what}")


@pytest.mark.promise("P35")
@given(st.text(max_size=30) | st.text('<>@,;:. "()a\\', max_size=12))
def test_any_sender_is_taken_or_refused(text: str) -> None:
    assert len(complaints(WATCHER_MAIL_FROM=text)) <= 1


@pytest.mark.parametrize("port", ["x", "", "99999999", "80x"])
def test_a_database_with_a_port_that_is_no_number_says_so(port: str) -> None:
    with pytest.raises(BadDatabase, match="its port is not a number from 1 to 65535") as caught:
        read_database_address(f"postgresql://office:{CANARY}@127.0.0.1:{port}/none")
    assert CANARY not in str(caught.value)


def test_all_mistakes_are_named_at_once() -> None:
    assert len(complaints(WATCHER_SECRET="short", WATCHER_KEEP_DAYS="x", WATCHER_SMTP_URL="x")) == 3


@pytest.mark.promise("P35")
@pytest.mark.parametrize(
    "url",
    [
        *(f"postgresql://office:{CANARY}{sign}x@127.0.0.1:9/none" for sign in RESERVED),
        f"postgresql://office:{CANARY}@127.0.0.1:9/none",
        f"postgresql://office:{CANARY}@127.0.0.1:9/none?sslmode={CANARY}",
        f"mysql://office:{CANARY}@127.0.0.1/none",
        f"sqlite:////none/{CANARY}/w.db",
        CANARY,
    ],
)
def test_a_database_that_cannot_be_opened_tells_no_password(url: str) -> None:
    with pytest.raises(BadDatabase) as caught:
        open_database(url)
    assert CANARY not in str(caught.value)


@pytest.mark.promise("P35")
def test_no_log_line_has_the_words_of_an_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    try:
        log_as_json()
        try:
            int(CANARY)
        except ValueError:
            structlog.get_logger().exception("a tick failed")
    finally:
        structlog.reset_defaults()
    line = json.loads(written.getvalue())
    assert CANARY not in written.getvalue()
    assert [each["exc_type"] for each in line["exception"]] == ["ValueError"]
    assert line["exception"][0]["frames"][-1]["filename"] == __file__


VERBS = [
    "check",
    "poll",
    "deliver",
    "health",
    "run",
    "unsent",
    "digest managers",
    "accept health-news",
    "try health-news",
]


@pytest.mark.promise("P35")
@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_prints_a_piece_of_a_password(tmp_path: Path, verb: str) -> None:
    environment = {
        **os.environ,
        "WATCHER_SMTP_URL": f"smtp://office:{CANARY}/{CANARY}@relay.example",
        "SLACK_BOT_TOKEN": f"{CANARY} x",
        "WATCHER_CONFIG": str(tmp_path),
        "WATCHER_DATABASE": f"postgresql://office:{CANARY}#{CANARY}@127.0.0.1:9/none",
    }
    command = [sys.executable, "-m", "watcher", *verb.split()]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 2
    assert CANARY not in ran.stdout + ran.stderr
    assert "environment:1:1: WATCHER_SMTP_URL: " in ran.stderr


@pytest.mark.promise("P35")
def test_check_proves_the_address_of_the_database_and_opens_nothing(tmp_path: Path) -> None:
    people = "[{id: s, via: console, address: s, admin: true}]"
    topics = "[{id: t, name: T, any: [x]}]"
    for name, text in (("sources", "[]"), ("topics", topics), ("subscribers", people)):
        (tmp_path / f"{name}.yaml").write_text(f"{name}: {text}\n")
    environment = {**os.environ, "WATCHER_CONFIG": str(tmp_path)}
    urls = {f"postgresql://u:1234/{CANARY}@host/name": 2, f"mysql://{CANARY}": 2, "postgresql://a/b": 0}
    for url, code in urls.items():
        command = [sys.executable, "-m", "watcher", "--database", url, "check"]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
        assert ran.returncode == code, ran.stderr
        assert CANARY not in ran.stderr


def test_a_login_address_has_no_text_of_itself_in_its_errors() -> None:
    with pytest.raises(ValueError, match="it cannot be read as an address; in the user name and the password write #"):
        read_login_address(f"smtp://a:{CANARY}#@b", {"smtp"}, "smtp://host")
