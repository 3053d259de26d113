"""Mails as bytes: whatever they are, something is read of them or it is said what was not."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from tests.support.mails import mail
from watcher.core.mail.content import MailContent, read_mail, without_recipients
from watcher.errors import NotParsed

AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
SENDER = "NHS England <bulletin@england.example>"


def test_a_mail_is_its_sender_its_subject_and_its_two_texts() -> None:
    body = mail(AT, SENDER, "FW: [EXTERNAL] Primary care bulletin – November", "<p>One</p>", plain="One")
    assert read_mail(body) == MailContent(
        message_id="202611260930.fwexternalprimarycar@england.example",
        subject="Primary care bulletin – November",
        date="Thu, 26 Nov 2026 09:30:00 +0000",
        html="<html><body><p>One</p></body></html>\r\n",
        plain="One\r\n",
    )


def test_a_file_is_kept_and_one_that_nobody_can_read_is_named() -> None:
    files = [("Letter.pdf", b"%PDF-1.4 x"), ("Figures.xlsx", b"PK\x03\x04 nothing")]
    content = read_mail(mail(AT, SENDER, "A letter", files=files))
    assert [(file.name, file.body) for file in content.files] == [("Letter.pdf", b"%PDF-1.4 x")]
    assert content.problems == ("its file 'Figures.xlsx' is none that can be read (PDF and Word files are)",)


def test_a_text_in_windows_1252_that_says_utf_8_is_read() -> None:
    body = b'From: a@b.example\r\nSubject: x\r\nContent-Type: text/plain; charset="utf-8"\r\n\r\nPay \xa310 \x96 now'
    assert read_mail(body).plain == "Pay £10 – now"


@pytest.mark.parametrize("label", ["x-unknown-charset", "utf-16", "", "ascii"])
def test_a_charset_that_nobody_knows_costs_no_text(label: str) -> None:
    body = f'From: a@b.example\r\nSubject: x\r\nContent-Type: text/plain; charset="{label}"\r\n\r\nPay now'.encode()
    assert read_mail(body).plain == "Pay now"


def test_a_mail_inside_a_mail_is_not_opened_and_that_is_said() -> None:
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "a@b.example", "See attached"
    outer.set_content("See attached")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "c@d.example", "Inner"
    inner.set_content("inner words")
    outer.add_attachment(inner)
    content = read_mail(outer.as_bytes(policy=SMTP))
    assert content.plain == "See attached\r\n"
    assert content.problems == ("a mail attached to it was not read; save that one and add it with `watcher add-mail`",)


def test_parts_without_end_are_cut_off() -> None:
    part = b"--x\r\nContent-Type: text/plain\r\n\r\nwords\r\n"
    body = (
        b'From: a@b.example\r\nSubject: s\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
        + part * 300
        + b"--x--"
    )
    content = read_mail(body)
    assert content.plain.split() == ["words"] * 49
    assert content.problems == ("more than 50 parts, or 5 inside each other: the rest was not read",)


@pytest.mark.parametrize(
    "written", ["abc.1@x", "PAXP193MB1@EUR.prod.outlook.com", "CAF+1=23@mail.gmail.com", "123@x", "a<b@x"]
)
def test_a_message_id_is_kept_as_it_is(written: str) -> None:
    assert read_mail(f"From: a@b.example\r\nMessage-ID: <{written}>\r\n\r\nx".encode()).message_id == written


def test_all_texts_of_a_mail_are_read_one_below_the_other() -> None:
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "a@b.example", "Two parts"
    outer.set_content("<p>Part one.</p>", subtype="html")
    outer.make_mixed()
    second = EmailMessage()
    second.set_content(
        "<p>Part two: the deadline is Friday.</p>", subtype="html", disposition="inline", filename="b.html"
    )
    outer.attach(second)
    third = EmailMessage()
    third.set_content("Part three: 3 < 4.")
    outer.attach(third)
    html = read_mail(outer.as_bytes(policy=SMTP)).html
    texts = ["<p>Part one.</p>", "<p>Part two: the deadline is Friday.</p>", "<p>Part three: 3 &lt; 4."]
    assert [html.index(words) for words in texts] == sorted(html.index(words) for words in texts)


@pytest.mark.parametrize("body", [b"", b"<html>", b"%PDF-1.7", b"\xff\xfe\x00", b"\r\n\r\nFrom: a@b.example"])
def test_what_is_no_mail_is_refused(body: bytes) -> None:
    with pytest.raises(NotParsed, match=r"this is no e-mail"):
        read_mail(body)


def test_what_is_kept_of_a_mail_does_not_say_to_whom_it_was_sent() -> None:
    body = mail(AT, SENDER, "Primary care bulletin", "<p>One</p>")
    body = (
        b"Received: from x by y for <manager@practice.example>\r\n\tid 7\r\nDelivered-To: manager@practice.example\r\n"
        + body
    )
    body = b"Authentication-Results: mx; spf=pass smtp.rcptto=manager@practice.example\r\n" + body
    kept = without_recipients(body)
    assert b"manager@practice.example" not in kept
    assert read_mail(kept) == read_mail(body)
