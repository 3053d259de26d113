"""A real IMAP server with TLS, read as the product reads it: nothing in it is changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.mail_server import PASSWORD, MailServer, mail_server
from tests.support.mails import OUR_SERVER, mail
from watcher.core.mail.batch import MailBatch, unpack_batch
from watcher.errors import NotFetched
from watcher.fetching import mailbox
from watcher.fetching.mailbox import MailReader
from watcher.fetching.mailbox_address import read_mailbox_address
from watcher.model import MailRequest

NOW = datetime.now(UTC)  # the server stamps what it is given with its own clock
SENDER = "PCSE <updates@pcse.example>"
ASKED = MailRequest(url="imaps://mailbox/INBOX", folder="INBOX", senders=("@pcse.example",))


@pytest.fixture(name="server")
def _server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def read(server: MailServer, request: MailRequest = ASKED) -> MailBatch:
    reader = MailReader(read_mailbox_address(f"{server.url}?server={OUR_SERVER}"), lambda: NOW)
    return unpack_batch(reader.read(request).body)


@pytest.mark.promise("P45")
def test_only_mails_of_our_senders_are_read_and_nothing_in_the_mailbox_is_changed(server: MailServer) -> None:
    server.put(mail(NOW, SENDER, "Registrations", "<p>Send the list.</p>"))
    server.put(mail(NOW, "A patient <someone@elsewhere.example>", "My results", "<p>Private.</p>"))
    server.put(mail(NOW, "Trick <x@pcse.example.evil.example>", "Flu", "<p>Click.</p>"))
    server.put(mail(NOW, SENDER, "Pensions", "<p>Forms.</p>", signed_by=None))
    before = server.flags()
    batch = read(server)
    assert [mail.signed_by for mail in batch.mails] == [frozenset({"pcse.example"}), frozenset()]
    assert [b"Registrations" in batch.mails[0].body, b"Pensions" in batch.mails[1].body] == [True, True]
    assert server.flags() == before == [f"{number} (FLAGS ())" for number in range(1, 5)]


def test_the_next_look_gets_what_came_since_and_a_new_validity_begins_anew(server: MailServer) -> None:
    server.put(mail(NOW, SENDER, "One", "<p>1</p>"))
    first = read(server)
    since = replace(ASKED, validity=first.validity, after=first.last)
    assert read(server, since).mails == ()
    server.put(mail(NOW, SENDER, "Two", "<p>2</p>"))
    assert [b"Subject: Two" in each.body for each in read(server, since).mails] == [True]
    assert len(read(server, replace(since, validity=first.validity + 1)).mails) == 2


def test_many_mails_are_read_look_after_look(server: MailServer) -> None:
    for number in range(5):
        server.put(mail(NOW, SENDER, f"Notice {number}", "<p>Words</p>"))
    request, seen = replace(ASKED, max_mails=2), []
    for _ in range(3):
        batch = read(server, request)
        seen.append((len(batch.mails), batch.has_more))
        request = replace(request, validity=batch.validity, after=batch.last)
    assert seen == [(2, True), (2, True), (1, False)]


def test_mails_that_only_look_like_ours_do_not_keep_the_others_out(server: MailServer) -> None:
    for _ in range(3):
        server.put(mail(NOW, '"updates@pcse.example" <spam@evil.example>', "Buy", "<p>Buy</p>"))
    server.put(mail(NOW, SENDER, "Send the list in 24 hours", "<p>Do</p>"))
    batch = read(server, replace(ASKED, max_mails=1))
    assert [b"24 hours" in each.body for each in batch.mails] == [True]
    assert not batch.has_more
    after = replace(ASKED, validity=batch.validity, after=batch.last)
    assert read(server, after).mails == ()
    assert read(server, after).last == batch.last


def test_a_server_that_does_not_say_what_comes_next_is_not_read_from_the_beginning(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.put(mail(NOW, SENDER, "One", "<p>1</p>"))
    first = read(server)
    read_number = mailbox._read_number
    monkeypatch.setattr(mailbox, "_read_number", lambda box, name: 0 if name == "UIDNEXT" else read_number(box, name))
    after = replace(ASKED, validity=first.validity, after=first.last)
    assert (read(server, after).mails, read(server, after).last) == ((), first.last)


def test_what_is_read_of_a_mail_does_not_name_its_recipient(server: MailServer) -> None:
    server.put(b"Delivered-To: manager@practice.example\r\n" + mail(NOW, SENDER, "One", "<p>1</p>"))
    (received,) = read(server).mails
    assert b"manager@practice.example" not in received.body


def test_of_a_mail_that_is_too_large_only_the_header_lines_are_read(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MAX_MAIL_BYTES", 2_000)
    server.put(mail(NOW, SENDER, "Annual report", f"<p>{'x' * 3_000}</p>"))
    (large,) = read(server).mails
    assert (large.is_cut, b"xxx" in large.body, b"Subject: Annual report" in large.body) == (True, False, True)


def test_what_is_wrong_is_said_without_the_password(server: MailServer) -> None:
    wrong = {
        server.url.replace(PASSWORD, "canary-Wrong-Password"): "refuses the login",
        server.url.replace(f":{server.port}", ":9"): "cannot be reached",
        server.url.replace("localhost", "127.0.0.2"): r"is not to be trusted|cannot be reached",
    }
    for url, why in wrong.items():
        with pytest.raises(NotFetched, match=why) as error:
            MailReader(read_mailbox_address(url), lambda: NOW).read(ASKED)
        assert "canary" not in str(error.value)
    with pytest.raises(NotFetched, match="no folder 'Bulletins'"):
        read(server, replace(ASKED, folder="Bulletins"))


def test_without_a_mailbox_it_is_said_how_to_name_one() -> None:
    with pytest.raises(NotFetched, match=r"set WATCHER_IMAP_URL .* or add mails with `watcher add-mail`"):
        MailReader(read_mailbox_address(""), lambda: NOW).read(ASKED)


@pytest.mark.parametrize(
    "url",
    [
        "imap://user:canary@host",
        "imaps://host",
        "imaps://user@host",
        "imaps://user:canary@host/INBOX",
        "imaps://user:canary@host?starttls=no",
        "imaps://us er:canary@host",
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"imaps://|server=NAME|percent|%40") as error:
        read_mailbox_address(url)
    assert "canary" not in str(error.value)


@pytest.fixture(name="shared_server", scope="module")
def _shared_server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=3))
def test_any_mails_leave_the_mailbox_as_it_was(shared_server: MailServer, bodies: list[bytes]) -> None:
    for body in bodies:
        clean = body.replace(b"\0", b"").replace(b"\r", b"").replace(b"\n", b"\r\n")
        shared_server.put(b"From: updates@pcse.example\r\nDKIM-Signature: v=1; d=pcse.example; h=from\r\n" + clean)
    before = shared_server.flags()
    read(shared_server)
    assert shared_server.flags() == before
