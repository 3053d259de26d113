"""What stands in a mail: one conversation, inert text, and headers that no headline can break."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.language.text import clean_title
from watcher.core.messages.message import compose
from watcher.model import Alert, AlertContext, Delivery, FactKind, Message, Paragraph, Reason, Receipt, Section
from watcher.notifiers.email import Email, mail_html

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
WRITER = Email(
    {
        "WATCHER_SMTP_URL": "smtp://localhost",
        "WATCHER_MAIL_FROM": "watcher@example.org",
    }
)


def message(title: str = "Flu jabs", **values: Any) -> Message:
    told = Paragraph(heading="REPORTED", title=title, facts=((FactKind.SUMMARY, title),), **values)
    section = Section(heading="", paragraphs=(told,))
    return Message(delivery="d1", at=NOW, subject=f"REPORTED: {title}", sections=(section,))


def written(sent: Message) -> Any:
    return message_from_bytes(WRITER.write(sent, "m@example.org", "<d1@example.org>"), policy=default)


def test_a_mail_has_the_headers_of_an_automatic_message_in_a_conversation() -> None:
    mail = written(message(first_receipt=Receipt(place="m@example.org", message="<d0@example.org>")))
    assert {
        name: mail[name] for name in ("Subject", "From", "To", "Date", "Message-ID", "In-Reply-To", "Auto-Submitted")
    } == {
        "Subject": "REPORTED: Flu jabs",
        "From": "watcher@example.org",
        "To": "m@example.org",
        "Date": "Fri, 20 Nov 2020 07:41:00 +0000",
        "Message-ID": "<d1@example.org>",
        "In-Reply-To": "<d0@example.org>",
        "Auto-Submitted": "auto-generated",
    }
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("number", [pytest.param(each, marks=pytest.mark.fault(each)) for each in (96, 97, 98, 100)])
def test_no_headline_breaks_a_mail(number: int) -> None:
    raw = {
        96: "Flu\r\nBcc: all@example.org",
        97: "Flu\u2028jabs\u0085for\x0ball",
        98: "Flu \ud800 jabs",
        100: "Flu\x00 \u202ejabs",
    }[number]
    title = clean_title(raw)
    mail = written(message(title))
    assert mail["Bcc"] is None
    assert mail["Subject"] == f"REPORTED: {title}"


@pytest.mark.fault(99)
def test_a_long_subject_is_cut() -> None:
    note = Alert(reason=Reason.NEEDS_ADMIN, at=NOW, note="x" * 50_000)
    delivery = Delivery(id="d", subscriber="m", period="alert:1", due=NOW, first_due=NOW)
    sent = compose(delivery, [AlertContext(alert=note)], {}, (), NOW)
    assert len(written(sent)["Subject"]) == 150


@pytest.mark.fault(102)
@pytest.mark.promise("P19")
@settings(deadline=None, max_examples=60, derandomize=True)
@given(
    st.one_of(st.text(max_size=200), st.sampled_from(["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>']))
)
def test_hostile_text_stays_text_in_the_html(raw: str) -> None:
    title = clean_title(raw)
    soup = BeautifulSoup(mail_html(message(title)), "lxml")
    assert not soup.find_all(["script", "img", "iframe", "object", "form"])
    heading = soup.find("h1")
    assert heading is not None
    assert " ".join(heading.get_text().split()) == " ".join(title.split())


@pytest.mark.fault(102)
@pytest.mark.promise("P19")
@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", 'https://a.example/"onclick="alert(1)'])
def test_an_address_is_a_link_only_when_a_browser_may_follow_it(url: str) -> None:
    soup = BeautifulSoup(mail_html(message(url=url)), "lxml")
    assert all(str(anchor["href"]).startswith("https://a.example/") for anchor in soup.find_all("a"))
    assert "onclick" not in {name for tag in soup.find_all(name=True) for name in tag.attrs}
    assert url in soup.get_text()


@pytest.mark.promise("P19")
def test_what_would_command_a_terminal_or_break_a_mail_is_taken_out_at_the_last_door() -> None:
    mail = written(message("Flu \x1b[31m\u202ejabs \ud800\x00"))
    shown = [part.get_content() for part in mail.iter_parts()]
    assert all("Flu [31mjabs" in each for each in shown)
    assert not any(mark in each for mark in "\x1b\u202e\ud800\x00" for each in shown)


def test_the_page_can_be_read_without_its_style_sheet_and_says_that_it_is_independent() -> None:
    html = mail_html(message())
    assert 'style="' in html
    assert "not part of the NHS" in html
    assert BeautifulSoup(html, "lxml").find("html", lang="en-GB") is not None
