"""The links of a mail to our own pages: each reader's own, in a body that is made once for all of them."""

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from tests.support.announced import FIRST, NOON, OTHER, TOPICS, alert, delivery
from tests.support.flu_orders import HANDLED_LINK, words_of
from tests.support.open_site import PUBLIC_URL, SECRET
from watcher.core.delivery.signed_links import LinkPurpose, SignedLinks
from watcher.core.messages.message import compose
from watcher.model import AlertContext, Message, Reason
from watcher.notifiers.email import Email
from watcher.notifiers.email.mail_body import MailBody
from watcher.notifiers.slack.blocks import build_details
from watcher.notifiers.teams import make_post

ENVIRONMENT = {
    "WATCHER_SMTP_URL": "smtp://localhost",
    "WATCHER_MAIL_FROM": "watcher@example.org",
    "WATCHER_PUBLIC_URL": PUBLIC_URL,
    "WATCHER_SECRET": SECRET,
}
KINDS = ("plain", "html")


def write(message: Message, channel: Email | None = None) -> EmailMessage:
    bytes_sent = (channel or Email(ENVIRONMENT)).write(message, "m@example.org", "<d1@example.org>")
    assert max(map(len, bytes_sent.split(b"\r\n"))) < 998, "RFC 5322, section 2.1.1"
    mail = message_from_bytes(bytes_sent, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def say(*contexts: AlertContext, subscriber: str = "managers") -> Message:
    return compose(delivery(subscriber=subscriber), contexts, TOPICS, NOON)


def tokens(mail: EmailMessage, kind: str) -> list[tuple[str, ...] | None]:
    """What the links of a part say a day later."""
    links = HANDLED_LINK.findall(words_of(mail, kind))
    read = SignedLinks(SECRET).read
    return [read(LinkPurpose.HANDLED, link.rpartition("/")[2], NOON + timedelta(days=1)) for link in links]


@pytest.mark.parametrize("kind", KINDS)
def test_two_readers_of_one_body_have_links_of_their_own(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    made: list[Message] = []
    render = MailBody._html.func  # type: ignore[attr-defined]

    def note(body: MailBody) -> str:
        made.append(body.message)
        return str(render(body))

    monkeypatch.setattr(MailBody._html, "func", note)
    channel, message = Email(ENVIRONMENT), say(FIRST)
    for subscriber in ("managers", "nurses"):
        mail = write(replace(message, subscriber=subscriber), channel)
        assert tokens(mail, kind) == [(subscriber, FIRST.alert.id)]
    assert len(made) == 1


@pytest.mark.parametrize("length", range(300, 420, 3))
def test_wherever_the_encoding_breaks_a_line_the_link_is_whole(length: int) -> None:
    base = f"{PUBLIC_URL}/{'p' * length}"
    mail = write(say(FIRST), Email({**ENVIRONMENT, "WATCHER_PUBLIC_URL": base}))
    for kind in KINDS:
        assert tokens(mail, kind) == [("managers", FIRST.alert.id)]
        assert f"{base}/handled/" in words_of(mail, kind)


def test_a_mail_on_several_announcements_has_a_link_for_each() -> None:
    mail = write(say(FIRST, OTHER))
    for kind in KINDS:
        assert tokens(mail, kind) == [("managers", FIRST.alert.id), ("managers", OTHER.alert.id)]


def test_a_digest_stays_short_and_leads_to_the_pages() -> None:
    message = compose(delivery("daily:2020-11-20"), [FIRST, OTHER], TOPICS, NOON)
    mail = write(message)
    for kind in KINDS:
        assert tokens(mail, kind) == []
        assert f"{PUBLIC_URL}/" in words_of(mail, kind)


def test_what_nobody_may_read_on_our_pages_is_not_linked_to() -> None:
    story = FIRST.story
    assert story
    unproven = replace(story, items=tuple(replace(told, identity="mid:unproven:1") for told in story.items))
    message = say(replace(FIRST, story=unproven))
    assert not message.paragraphs[0].has_page
    mail = write(message)
    assert "/stories/" not in words_of(mail)
    assert tokens(mail, "plain") == [("managers", FIRST.alert.id)]
    assert "More" not in str(build_details(message.paragraphs, PUBLIC_URL))
    assert "More" not in str(make_post(message, PUBLIC_URL))


def test_a_note_for_admins_has_no_links() -> None:
    note = AlertContext(alert=replace(alert(Reason.NEEDS_ADMIN), story="", item="", status=None, note="Look."))
    mail = write(say(note))
    assert PUBLIC_URL not in words_of(mail) + words_of(mail, "html")


def test_where_there_are_no_pages_nothing_leads_to_them() -> None:
    mail = write(say(FIRST), Email({**ENVIRONMENT, "WATCHER_PUBLIC_URL": ""}))
    assert "Handled" not in words_of(mail) + words_of(mail, "html")
    (paragraph,) = say(FIRST).paragraphs
    assert "/stories/" not in str(build_details([paragraph])) + str(make_post(say(FIRST)))


def test_no_text_of_a_publisher_becomes_a_token() -> None:
    marks = re.findall(r"/handled/(\w+)", str(Email(ENVIRONMENT)._pages.links_of(say(FIRST))))
    assert len(marks) == 1
    assert len(marks[0]) >= 19, "drawn by lot at each start"
