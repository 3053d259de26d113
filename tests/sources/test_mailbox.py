"""Bulletins by e-mail, as Items. What a mailbox gives is made here; a real one is read in tests/fetching."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tests.stand_ins.letters import pdf
from tests.support.mails import mail, tables
from watcher.core.mail.batch import MailBatch, ReceivedMail, pack_batch
from watcher.errors import NotParsed
from watcher.model import Fault, Item, MailRequest, ParseResult, Precision, Published, Response, SourceState, Trust
from watcher.sources.base import next_step
from watcher.sources.mailbox import Mailbox

AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
NOW = AT + timedelta(minutes=5)
SENDER = "PCSE <updates@pcse.example>"
SIGNED = frozenset({"pcse.example"})
TRACKER = "https://mailer.example/t/d-l-0-abcdefghijklmnopqrstuvwxyz012345"


def mailbox(**options: Any) -> Mailbox:
    fields: dict[str, Any] = {
        "id": "pcse-mail",
        "name": "PCSE by e-mail",
        "publisher": "PCSE",
        "trust": Trust.OFFICIAL,
        "kind": "mailbox",
        "every": timedelta(minutes=5),
        "senders": ("@pcse.example",),
    }
    return Mailbox(**(fields | options))


def answer(*mails: bytes | ReceivedMail, validity: int = 3, has_more: bool = False) -> Response:
    received = tuple(
        each if isinstance(each, ReceivedMail) else ReceivedMail(uid=uid, body=each, signed_by=SIGNED)
        for uid, each in enumerate(mails, 1)
    )
    last = max((each.uid for each in received), default=0)
    batch = MailBatch(validity=validity, mails=received, last=last, has_more=has_more)
    return Response(url="imaps://mailbox/INBOX", body=pack_batch(batch), fetched_at=NOW)


def parsed(*mails: bytes | ReceivedMail, **options: Any) -> ParseResult:
    return mailbox(**options).parse(answer(*mails))


def test_a_demand_is_one_item_with_its_text_and_the_time_of_its_sender() -> None:
    html = "<p>Dear practice manager</p><p>Send us the list of leavers <b>within 48 hours</b>.</p>"
    body = mail(AT, SENDER, "Registrations: list of leavers", html)
    (item,) = parsed(body).items
    assert item == Item(
        source="pcse-mail",
        identity="mid:202611260930.registrationslistofl@pcse.example",
        url="",
        title="Registrations: list of leavers",
        text="Dear practice manager\nSend us the list of leavers within 48 hours.",
        published=Published(
            at=AT, day=date(2026, 11, 26), precision=Precision.SECOND, literal="Thu, 26 Nov 2026 09:30:00 +0000"
        ),
    )


def test_a_newsletter_is_its_announcements_each_with_the_address_that_its_reader_sees() -> None:
    html = tables(
        ("Easter opening at all sites", "Open on Friday."),
        ("Pension forms are due", f'Send them by 5 April: <a href="{TRACKER}">www.pcse.example/pensions</a>'),
    )
    result = parsed(mail(AT, SENDER, "PCSE bulletin", html))
    assert [(item.title, item.identity, item.url) for item in result.items] == [
        ("Easter opening at all sites", "mid:202611260930.pcsebulletin@pcse.example/easter opening at all sites", ""),
        (
            "Pension forms are due",
            "mid:202611260930.pcsebulletin@pcse.example/pension forms are due",
            "https://www.pcse.example/pensions",
        ),
    ]
    assert not any("mailer.example" in f"{item.url}{item.text}" for item in result.items)
    assert result.memory == {"validity": 3, "uid": 1, "waits": {}}


def test_a_letter_that_is_attached_is_read_with_the_mail_that_brings_it() -> None:
    letter = pdf(
        ["Publication reference: PRN02353", "To: All GP practices", "Dear colleagues", "Order flu vaccine by 5 May."]
    )
    files = [("Flu_letter_2026.pdf", letter)]
    (item,) = parsed(mail(AT, SENDER, "Flu letter", "<p>Please read.</p>", files=files)).items
    assert item.text.startswith("Please read.\n# Flu letter 2026\n")
    assert "Order flu vaccine by 5 May." in item.text


def test_the_letters_of_a_newsletter_are_items_known_by_their_reference() -> None:
    letter = pdf(["Publication reference: PRN02353", "Dear colleagues", "Order flu vaccine by 5 May."])
    html = tables(("Easter opening", "Open on Friday."), ("Flu letter", "See attached."))
    items = parsed(mail(AT, SENDER, "PCSE bulletin", html, files=[("Flu letter.pdf", letter)])).items
    assert [item.identity for item in items][-1] == "letter PRN02353"


def test_a_forged_mail_is_a_report_without_links_under_a_name_of_its_own() -> None:
    html = tables(
        ("Send us your data", f'At <a href="{TRACKER}">www.evil.example/data</a>'),
        ("Your bank details", "Reply today."),
    )
    forged = ReceivedMail(uid=1, body=mail(AT, SENDER, "PCSE bulletin", html), signed_by=frozenset())
    result = parsed(forged)
    assert [(item.title, item.is_unproven, item.url) for item in result.items] == [
        ("Send us your data", True, ""),
        ("Your bank details", True, ""),
    ]
    assert all(item.identity.startswith("mid:unproven:") for item in result.items)
    assert result.problems == ("a mail is not signed by its sender's domain: it is told as unproven, without links",)


def test_a_mail_of_anybody_else_is_left_out_and_the_others_are_read() -> None:
    other = mail(AT, "Someone <x@pcse.example.evil.example>", "Flu", "<p>Hello</p>")
    result = parsed(other, mail(AT, SENDER, "Registrations", "<p>Send the list.</p>"))
    assert [item.title for item in result.items] == ["Registrations"]
    assert result.problems == ("a mail was left out: its sender is none of `senders`",)
    assert result.memory["uid"] == 2


def test_a_mail_whose_signature_cannot_be_checked_waits_for_an_hour_and_holds_no_other_up() -> None:
    unchecked = ReceivedMail(uid=4, body=mail(AT, SENDER, "One", "<p>First.</p>"), signed_by=None)
    other = ReceivedMail(uid=5, body=mail(AT, SENDER, "Two", "<p>Second.</p>"), signed_by=SIGNED)
    before = state(memory={"validity": 3, "uid": 3}, last_success=AT)
    waits = look(mailbox(), before, answer(unchecked, other))
    assert [item.title for item in waits.items] == ["Two"]
    assert waits.memory == {"validity": 3, "uid": 3, "waits": {"4": NOW.isoformat()}, "is_behind": True}
    assert waits.problems == ("a mail waits until the signature of its sender can be checked",)
    later = replace(answer(unchecked, other), fetched_at=NOW + timedelta(hours=1))
    read = look(mailbox(), replace(before, memory=waits.memory), later)
    assert [(item.title, item.is_unproven) for item in read.items] == [("One", True), ("Two", False)]
    assert read.memory == {"validity": 3, "uid": 5, "waits": {}}


def test_two_mails_that_say_something_else_are_two_whatever_they_are_called() -> None:
    first = mail(AT, SENDER, "Update", "<p>Pensions.</p>")
    second = mail(AT, SENDER, "Update", "<p>Send the list within 24 hours.</p>")
    assert [item.text for item in parsed(first, second).items] == ["Pensions.", "Send the list within 24 hours."]
    result = parsed(first, second)
    assert [page.body.count(b"24 hours") for page in result.item_pages.values()] == [0, 1]
    assert result.item_pages.keys() == {item.identity for item in result.items}
    assert len(parsed(first, first).items) == 1
    nameless = [body.replace(b"Message-ID", b"X-Other") for body in (first, second)]
    assert len({item.identity for item in parsed(*nameless).items}) == 2


def test_announcements_under_one_headline_are_counted() -> None:
    same = (
        "Flu vaccination programme update",
        "Flu vaccination programme update",
        "Flu vaccination programme update 2",
    )
    html = "".join(f"<h2>{title}</h2><p>Number {number}.</p>" for number, title in enumerate(same))
    result = parsed(mail(AT, SENDER, "PCSE bulletin", html))
    assert [item.text for item in result.items] == ["Number 0.", "Number 1.", "Number 2."]


def test_what_a_mail_announces_beyond_sixty_matters_stands_in_the_mail_itself() -> None:
    html = "".join(f"<h2>Matter number {number} of many</h2><p>Words {number}.</p>" for number in range(70))
    result = parsed(mail(AT, SENDER, "PCSE bulletin", html))
    assert len(result.items) == 61
    assert "Words 69." in result.items[0].text
    assert result.problems == ("a mail announces more than 60 matters: 10 stand in the mail itself",)


def test_to_whom_a_mail_was_sent_is_not_kept_in_its_text() -> None:
    html = "<p>Send the list to lists@pcse.example.</p><p>This notice was sent to jane.doe@practice.example today.</p>"
    (item,) = parsed(mail(AT, SENDER, "Registrations", html)).items
    assert item.text == "Send the list to lists@pcse.example.\nThis notice was sent to [address] today."


def test_a_mail_that_is_too_large_says_so() -> None:
    head = mail(AT, SENDER, "Annual report", "<p>x</p>").split(b"\r\n\r\n", maxsplit=1)[0] + b"\r\n\r\n"
    result = parsed(ReceivedMail(uid=1, body=head, signed_by=frozenset(), is_cut=True))
    assert [item.title for item in result.items] == ["Annual report"]
    assert "the text of a mail cannot be read: it is too large, or breaks its reader" in result.problems


def test_what_is_kept_of_a_mail_names_no_recipient() -> None:
    result = parsed(mail(AT, SENDER, "Registrations", "<p>Send the list.</p>"))
    (page,) = result.item_pages.values()
    assert b"manager@practice.example" not in page.body
    assert (page.url, page.headers) == (
        "mid:202611260930.registrations@pcse.example",
        {"content-type": "message/rfc822"},
    )


# --- look after look ------------------------------------------------------------------------------------------------


def state(**fields: Any) -> SourceState:
    return SourceState(source="pcse-mail", next_poll=NOW, **fields)


def look(source: Mailbox, before: SourceState, response: Response) -> ParseResult:
    request = next_step(source, before, ())
    assert isinstance(request, MailRequest)
    result = next_step(source, before, (response,))
    assert isinstance(result, ParseResult)
    return result


def test_each_look_asks_for_what_came_since_the_last() -> None:
    source, before = mailbox(), state(memory={"validity": 3, "uid": 8}, last_success=AT)
    request = next_step(source, before, ())
    assert request == MailRequest(
        url="imaps://mailbox/INBOX", folder="INBOX", senders=("@pcse.example",), validity=3, after=8
    )
    nothing = look(source, before, answer())
    assert (nothing.items, nothing.unchanged, nothing.only_changes) == ((), False, True), "letters are still read"
    mails = [mail(AT, SENDER, f"Notice {number}", "<p>Words.</p>") for number in range(2)]
    result = look(source, before, answer(*mails, has_more=True))
    assert (len(result.items), result.only_changes) == (2, True)
    assert result.problems == ("more mails wait: the next look goes on with them",)


def test_it_proves_itself_by_the_first_mail_that_is_surely_theirs() -> None:
    source = mailbox(enabled="auto")
    why = "no mail came from @pcse.example in the last weeks"
    with pytest.raises(NotParsed, match=why):
        look(source, state(), answer())
    forged = ReceivedMail(uid=1, body=mail(AT, SENDER, "Notice", "<p>Words.</p>"), signed_by=frozenset())
    with pytest.raises(NotParsed, match=f"{why}; 1 that are not signed by them: their sender"):
        look(source, state(), answer(forged))
    named = replace(forged, judged_by="mx.other.example")
    with pytest.raises(
        NotParsed, match=r"if mx.other.example is your own mail server, name it in .*server=mx.other.example"
    ):
        look(source, state(), answer(named))
    result = look(source, state(), answer(mail(AT, SENDER, "Notice", "<p>Words.</p>")))
    assert (len(result.items), result.only_changes) == (1, False)
    assert source.news_since(state()) is None
    assert source.news_since(state(last_poll=AT, fault=Fault.UNREACHABLE)) is None
    assert source.news_since(state(last_poll=AT, fault=Fault.SUSPECT)) == AT, "it was empty of them then"


def test_forged_mails_in_front_do_not_keep_it_from_proving_itself() -> None:
    source = mailbox(enabled="auto")
    forged = answer(
        ReceivedMail(uid=9, body=mail(AT, SENDER, "Fake", "<p>x</p>"), signed_by=frozenset()), has_more=True
    )
    first = next_step(source, state(), (forged,))
    assert isinstance(first, MailRequest)
    assert (first.after, first.validity, first.goes_on) == (9, 3, True)
    result = next_step(source, state(), (forged, answer(mail(AT, SENDER, "Notice", "<p>Words.</p>"))))
    assert isinstance(result, ParseResult)
    assert [item.is_unproven for item in result.items] == [True, False]


def test_until_it_is_on_each_look_tries() -> None:
    source = mailbox(enabled="auto")
    assert source.try_every == timedelta(minutes=5)


def test_a_mail_that_breaks_its_reader_is_read_alone_and_then_by_its_header_lines_alone() -> None:
    source = mailbox()
    asked = [
        next_step(source, state(last_success=AT, fault=fault, failures=failures), ())
        for fault, failures in ((Fault.NONE, 0), (Fault.UNREACHABLE, 9), (Fault.SUSPECT, 1), (Fault.SUSPECT, 2))
    ]
    limits = [(request.max_mails, request.headers_only) for request in asked if isinstance(request, MailRequest)]
    assert limits == [(20, False), (20, False), (1, False), (1, True)]


def test_html_that_could_keep_the_parser_busy_gives_way_to_the_plain_text() -> None:
    body = mail(AT, SENDER, "Registrations", "<div>" * 40_000, plain="Send the list.")
    result = parsed(body)
    assert [item.text for item in result.items] == ["Send the list."]
    assert result.problems == ("the HTML of a mail is too large to be read: its plain text was",)


# --- any bytes --------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "From: a@pcse.example\r\n",
        "From: =?utf-8?q?x?= <updates@pcse.example>\r\n",
        "Subject: =?utf-8?b?####?=\r\n",
        "Subject: Weekly update\r\n",
        "Date: yesterday\r\n",
        "Date: Thu, 26 Nov 2026 09:30:00 +9900\r\n",
        "Message-ID: <<<a>\r\n",
        'Content-Type: multipart/mixed; boundary="x"\r\n',
        "Content-Type: text/html; charset=utf-7\r\n",
        "Content-Transfer-Encoding: base64\r\n",
        "\r\n",
        "--x\r\n",
        "--x--\r\n",
        "<h2>Flu</h2><p>Order by 5 May</p><h2>Claims</h2><table><tr><td><b>Send</b>",
        "<div style='display:none'>",
        "JVBERi0xLjQK\r\n",
    ]
)
ANY_MAIL = st.one_of(
    st.binary(max_size=400), st.lists(PIECES, max_size=14).map(lambda pieces: "".join(pieces).encode())
)
STEADY = settings(deadline=None, derandomize=True, max_examples=150)


@STEADY
@given(st.lists(ANY_MAIL, max_size=4))
def test_any_mails_give_items_within_limits_and_twice_the_same(bodies: list[bytes]) -> None:
    result = parsed(*bodies)
    assert result == parsed(*bodies)
    assert all(item.title and len(item.text) <= 100_000 and len(item.identity) <= 500 for item in result.items)
    assert len(result.items) <= 62 * len(bodies)


@STEADY
@given(st.one_of(ANY_MAIL, st.binary(max_size=60).map(lambda rest: b'{"mailbox": ' + rest)))
def test_any_bytes_are_items_or_not_parsed(body: bytes) -> None:
    response = Response(url="mid:", body=body, fetched_at=NOW)
    with suppress(NotParsed):
        assert all(item.is_unproven for item in mailbox().parse(response).items)


# --- its entry -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("senders", "why"),
    [
        ([], "at least 1 item"),
        (["PCSE"], "write an address, such as"),
        (["@nhs.net"], "everybody may have an address there"),
        (["@gmail.com"], "everybody may have an address there"),
    ],
)
def test_senders_that_cannot_be_meant_are_refused(senders: list[str], why: str) -> None:
    entry = {"id": "a", "name": "A", "publisher": "A", "trust": "official", "kind": "mailbox", "every": "5m"}
    with pytest.raises(ValidationError, match=why):
        TypeAdapter(Mailbox).validate_python({**entry, "senders": senders})


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ({"signed_by": ["https://x.example"]}, "write a domain, such as"),
        ({"signed_by": ["gmail.com"]}, "it signs for them all"),
        ({"folder": ""}, "at least 1 character"),
    ],
)
def test_signers_and_folders_that_cannot_be_meant_are_refused(option: dict[str, Any], why: str) -> None:
    entry = {"id": "a", "name": "A", "publisher": "A", "trust": "official", "kind": "mailbox", "every": "5m"}
    with pytest.raises(ValidationError, match=why):
        TypeAdapter(Mailbox).validate_python({**entry, "senders": ["@a.example"], **option})


def test_a_mail_that_leads_nowhere_has_no_page_to_read() -> None:
    source = mailbox(read_page=True)
    (item,) = source.parse(answer(mail(AT, SENDER, "Registrations", "<p>Send the list.</p>"))).items
    assert not source.reads_page_of(item)
    assert source.reads_page_of(replace(item, url="https://www.pcse.example/lists"))
