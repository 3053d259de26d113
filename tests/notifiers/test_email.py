"""What stands in a mail: one conversation, inert text, and headers that no headline can break."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from watcher.core.language.text import clean_title
from watcher.core.messages.delivery_context import DeliveryContext, compose_parts
from watcher.core.messages.message import compose
from watcher.model import (
    Alert,
    AlertContext,
    Delivery,
    DigestContext,
    FactKind,
    Item,
    Message,
    Paragraph,
    Published,
    Reason,
    Receipt,
    Section,
    Status,
    Story,
    StoryItem,
    Trust,
)
from watcher.notifiers.email import Email, mail_html

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
ENVIRONMENT = {
    "WATCHER_SMTP_URL": "smtp://localhost",
    "WATCHER_MAIL_FROM": '"Practice watcher" <watcher@example.org>',
}
REPLY_TO = {"WATCHER_MAIL_REPLY_TO": '"Practice watcher" <desk@example.net>'}
WRITER = Email(ENVIRONMENT)
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # a digest of hundreds takes a second
INDEPENDENT = "watcher is an independent project, not part of the NHS or of government."


def message(title: str = "Flu jabs", **values: Any) -> Message:
    told = Paragraph(status="REPORTED", title=title, lines=((FactKind.DO, title),), **values)
    section = Section(heading="", paragraphs=(told,))
    return Message(
        delivery="d1",
        at=NOW,
        subject=f"REPORTED: {title}",
        subscriber="manager-1",
        topics=told.topics,
        sections=(section,),
    )


def written(sent: Message, writer: Email = WRITER) -> Any:
    return message_from_bytes(writer.write(sent, "m@example.org", "<d1@example.org>"), policy=default)


def plain(sent: Message, writer: Email = WRITER) -> str:
    return str(written(sent, writer).get_body(("plain",)).get_content())


def headers(mail: Any) -> dict[str, str]:
    return {name: str(shown) for name, shown in mail.items() if name not in {"MIME-Version", "Content-Type"}}


HEADERS = {
    "Subject": "REPORTED: Flu jabs",
    "From": "Practice watcher <watcher@example.org>",
    "To": "m@example.org",
    "Date": "Fri, 20 Nov 2020 07:41:00 +0000",
    "Message-ID": "<d1@example.org>",
    "Auto-Submitted": "auto-generated",
    "Precedence": "bulk",
    "X-Auto-Response-Suppress": "OOF, AutoReply",
    "List-Id": "<manager-1.alerts.example.org>",
}


def test_a_mail_has_the_headers_of_a_list_that_wants_no_automatic_answer_in_a_conversation() -> None:
    mail = written(message(first_receipt=Receipt(place="m@example.org", message="<d0@example.org>")))
    assert headers(mail) == {**HEADERS, "In-Reply-To": "<d0@example.org>", "References": "<d0@example.org>"}
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_only_a_mailbox_that_somebody_reads_is_named_for_help_and_for_the_end_of_the_mails() -> None:
    assert headers(written(message(), Email(ENVIRONMENT | REPLY_TO))) == {
        **HEADERS,
        "Reply-To": "Practice watcher <desk@example.net>",
        "List-Help": "<mailto:desk@example.net?subject=help>",
        "List-Unsubscribe": "<mailto:desk@example.net?subject=unsubscribe>",
    }
    assert headers(written(message())) == HEADERS


def test_a_list_is_named_after_its_subscriber_only_where_that_makes_a_list_id() -> None:
    hostile = replace(message(), subscriber="m>\r\nBcc: all@example.org")
    for sent in (hostile, replace(message(), subscriber="")):
        assert headers(written(sent)) == {name: shown for name, shown in HEADERS.items() if name != "List-Id"}


# --- the end of a mail ---------------------------------------------------------------------------------------------


def test_the_text_part_has_the_essence_the_details_below_a_rule_and_the_footer_below_its_mark() -> None:
    sent = message(
        url="https://dhsc.example/1",
        source="DHSC, Fri 20 Nov 2020 07:41",
        said="Wait.",
        details=((FactKind.SAYS_WHO, "DHSC (official)"), (FactKind.UNKNOWN, "order, paid")),
        topics=("Flu vaccination",),
    )
    assert plain(sent).splitlines() == [
        "REPORTED",
        "Flu jabs",
        "",
        "Do:        Flu jabs",
        "",
        "DHSC, Fri 20 Nov 2020 07:41: “Wait.”",
        "https://dhsc.example/1",
        "",
        "----------------------------------------",
        "All that we know of it",
        "",
        "Says who:     DHSC (official)",
        "Topics:       Flu vaccination",
        "",
        "-- ",
        "You get this because you chose the topic Flu vaccination.",
        "To change or stop it, ask whoever runs watcher for you.",
        INDEPENDENT,
    ]


NO_TOPIC = "You get this because you subscribed to these announcements."
ASK = "To change or stop it, ask whoever runs watcher for you."


@pytest.mark.parametrize(
    ("environment", "topics", "expected"),
    [
        ({}, (), [NO_TOPIC, ASK]),
        ({}, ("Flu",), ["You get this because you chose the topic Flu.", ASK]),
        ({}, ("Flu", "Pay", "IT"), ["You get this because you chose the topics Flu, Pay and IT.", ASK]),
        (
            {},
            ("Flu", "Pay", "IT", "CQC", "HR"),
            ["You get this because you chose the topics Flu, Pay, IT and 2 more.", ASK],
        ),
        (
            {"WATCHER_CONTACT": "Jo at desk@example.net"},
            (),
            [NO_TOPIC, "To change or stop it, ask Jo at desk@example.net."],
        ),
        (REPLY_TO, (), [NO_TOPIC, "Reply to this e-mail to change or stop it."]),
    ],
)
@pytest.mark.parametrize("digest", [False, True])
def test_a_mail_ends_with_why_it_came_how_to_stop_it_and_who_sends_it(
    environment: dict[str, str], topics: tuple[str, ...], expected: list[str], *, digest: bool
) -> None:
    sent = replace(message(topics=topics), digest=digest)
    mail = written(sent, Email(ENVIRONMENT | environment))
    lines = mail.get_body(("plain",)).get_content().splitlines()
    assert lines[lines.index("-- ") + 1 :] == [*expected, INDEPENDENT]
    cell = BeautifulSoup(mail.get_body(("html",)).get_content(), "lxml").find(role="contentinfo")
    assert cell is not None
    assert list(cell.stripped_strings) == [*expected, INDEPENDENT]


# --- subjects ------------------------------------------------------------------------------------------------------


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
@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("x" * 50_000, "FOR THE ADMIN: " + "x" * 74 + "…"),
        ("word " * 10_000, "FOR THE ADMIN: " + ("word " * 14).rstrip() + "…"),
    ],
)
def test_a_long_subject_is_cut_at_ninety_characters_and_at_a_word(note: str, expected: str) -> None:
    told = Alert(reason=Reason.NEEDS_ADMIN, at=NOW, note=note)
    delivery = Delivery(id="d", subscriber="m", period="alert:1", due=NOW, first_due=NOW)
    sent = compose(delivery, [AlertContext(alert=told)], {}, NOW)
    assert written(sent)["Subject"] == expected
    assert len(expected) <= 90


def test_one_announcement_has_its_headline_once_in_the_text_and_not_its_subject_again() -> None:
    assert plain(replace(message(), subject="REPORTED: T")).splitlines()[:4] == [
        "REPORTED",
        "Flu jabs",
        "",
        "Do:        Flu jabs",
    ]


# --- digests -------------------------------------------------------------------------------------------------------


def announced(number: int, title: str, url_characters: int) -> AlertContext:
    """A press report on a Story of its own."""
    url = f"https://press.example/{number}/".ljust(url_characters, "x")
    published = Published(at=NOW)
    item = Item(source="press", identity=url, url=url, title=f"{number} {title}", published=published)
    told = StoryItem(
        item=item.id,
        identity=url,
        source="press",
        trust=Trust.PRESS,
        publisher="BBC News",
        title=item.title,
        url=url,
        seen_at=NOW,
        published=published,
    )
    story = Story(
        id=f"s{number}", title=item.title, status=Status.REPORTED, topics=("flu",), opened_at=NOW, items=(told,)
    )
    alert = Alert(
        reason=Reason.FIRST_HEARD,
        at=NOW,
        story=story.id,
        item=item.id,
        revision=1,
        status=Status.REPORTED,
        topics=("flu",),
    )
    return AlertContext(alert=alert, story=story, item=item, source_checks="4 official pages read at 07:40, not there")


def digest_of(count: int, *, title: str = "Flu jabs", url_characters: int = 20) -> DeliveryContext:
    """A digest of `count` reports, and with all that stands below them."""
    also = [
        Paragraph(status="", title=f"Other {number} {title}"[:300], url=f"https://gov.example/{number}")
        for number in range(20)
    ]
    return DeliveryContext(
        delivery=Delivery(id="d", subscriber="m", period="daily:2020-11-20T07:30", due=NOW, first_due=NOW),
        alerts=[announced(number, title, url_characters) for number in range(count)],
        topic_names={"flu": "Flu vaccination"},
        now=NOW,
        digest=DigestContext(also_official=tuple(also), unsent={"no_topic": 40}, sources=("1 of 1 could be read.",)),
    )


@pytest.mark.fault(101)
@settings(deadline=None, max_examples=12, derandomize=True, phases=WITHOUT_SHRINKING)
@given(
    count=st.integers(0, 400),
    title=st.one_of(st.text(max_size=300), st.sampled_from(["'" * 300, "“<b>” " * 60])),
    url_characters=st.sampled_from([20, 300, 8_000]),
)
def test_a_digest_of_any_size_leaves_in_mails_that_no_mailbox_cuts_off(
    count: int, title: str, url_characters: int
) -> None:
    split = compose_parts(digest_of(count, title=title, url_characters=url_characters), WRITER.count_that_fit)
    pages = [written(part).get_body(("html",)).get_content() for part in split]
    assert max(len(page.encode()) for page in pages) <= 90_000
    told = [each.alert for part in split for each in part.paragraphs if each.alert]
    assert (len(told), len(set(told))) == (count, count), "and nothing is left out"
    assert sum("1 of 1 could be read." in page for page in pages) == 1


# --- text that nobody should trust ---------------------------------------------------------------------------------


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
    assert url in plain(message(url=url)).splitlines(), "as text, which nobody can click by mistake"


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
