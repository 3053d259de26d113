"""A Delivery in words: one Alert, several of a short time, follow-ups, and the first message as of now."""

import unicodedata
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.announced import (
    ADMIN,
    FIRST,
    LATER,
    MORNING,
    NOON,
    NOTE,
    NOW_OFFICIAL,
    OTHER,
    REPORTED,
    TITLE,
    TOPICS,
    alert,
    delivery,
    news,
    settled,
    told,
)
from watcher.core.language.text import clean_title
from watcher.core.messages.delivery_context import as_wanted
from watcher.core.messages.message import compose, compose_paragraph, compose_update
from watcher.core.messages.plain_text import MAX_SUBJECT_CHARACTERS, plain_text
from watcher.model import (
    Alert,
    AlertContext,
    FollowUps,
    Message,
    Paragraph,
    Reason,
    Receipt,
    Section,
    Status,
    Subscriber,
    Thread,
)


def test_an_instant_message_has_status_and_headline_as_its_subject() -> None:
    assert compose(delivery(repeat=True), [FIRST], TOPICS, NOON) == Message(
        delivery="d1",
        at=NOON,
        subject=f"REPORTED, NOT OFFICIAL YET: {TITLE}",
        subscriber="managers",
        topics=("Flu vaccination",),
        sections=(Section(heading="", paragraphs=(compose_paragraph(FIRST, TOPICS, NOON),)),),
        repeat=True,
    )


def test_an_admin_message_is_its_note() -> None:
    assert compose(delivery(), [ADMIN], TOPICS, NOON) == Message(
        delivery="d1",
        at=NOON,
        subject=f"FOR THE ADMIN: {NOTE}",
        subscriber="managers",
        sections=(Section(heading="", paragraphs=(Paragraph(status="FOR THE ADMIN", title=NOTE),)),),
    )


def test_several_alerts_in_one_message_say_how_many_and_each_has_its_status() -> None:
    sent = compose(delivery("burst:2020-11-20T07:40:00+00:00"), [FIRST, OTHER], TOPICS, NOON)
    assert (sent.subject, sent.lead, len(sent.sections)) == (
        f"2 announcements: {TITLE}",
        "2 announcements came in a short time; here they are together.",
        2,
    )
    assert [paragraph.status for paragraph in sent.paragraphs] == ["REPORTED, NOT OFFICIAL YET"] * 2


def test_an_alert_without_its_item_is_a_line_of_its_own_and_is_quarantined() -> None:
    lost = replace(FIRST, story=replace(REPORTED, items=()))
    sent = compose(delivery(), [lost, OTHER], TOPICS, NOON)
    statuses = [paragraph.status for paragraph in sent.paragraphs]
    assert statuses == ["COULD NOT BE SHOWN", "REPORTED, NOT OFFICIAL YET"]
    assert [(page.what, page.name, page.why) for page in sent.quarantined] == [
        ("item", FIRST.alert.item, "rendering failed: StopIteration")
    ]


def test_a_follow_up_names_what_it_follows_where_no_thread_shows_it() -> None:
    hooked = replace(NOW_OFFICIAL, first_receipt=Receipt())
    threaded = replace(NOW_OFFICIAL, first_title="The first headline")
    shown = [compose_paragraph(context, TOPICS, NOON).follows for context in (hooked, threaded, NOW_OFFICIAL)]
    shown.append(compose_paragraph(NOW_OFFICIAL, TOPICS, NOON, alone=False).follows)
    assert shown == [
        "what you were told Fri 20 Nov 2020 07:41",
        "The first headline, told Fri 20 Nov 2020 07:41",
        "",
        "what you were told Fri 20 Nov 2020 07:41",
    ]


# --- how loud it is -----------------------------------------------------------------------------------------------


def loud(follow_ups: FollowUps, context: AlertContext, mention: str = "") -> tuple[bool, str]:
    subscriber = Subscriber(id="managers", via="slack", address="C1", follow_ups=follow_ups, mention=mention)
    wanted = as_wanted(compose(delivery(), [context], TOPICS, NOON), subscriber)
    return wanted.is_loud, wanted.mention


def test_a_subscriber_chooses_which_answers_are_shown_in_the_channel() -> None:
    more = told(Reason.CHANGED, settled(Status.CHANGED))
    assert [loud(follow_ups, NOW_OFFICIAL)[0] for follow_ups in FollowUps] == [True, True, False]
    assert [loud(follow_ups, more)[0] for follow_ups in FollowUps] == [False, True, False]


def test_nobody_is_called_unless_something_is_due_within_a_day() -> None:
    assert loud(FollowUps.IMPORTANT, NOW_OFFICIAL, mention="here")[1] == ""


# --- the first message as of now ----------------------------------------------------------------------------------

CARERS = replace(
    FIRST,
    alert=alert(Reason.FIRST_HEARD, story="carers"),
    story=replace(REPORTED, id="carers"),
    item=news(title="Flu jabs for carers"),
)


def thread(*first: AlertContext, since: tuple[AlertContext, ...] = (NOW_OFFICIAL,)) -> Thread:
    receipt = Receipt(place="C1", message="1.1")
    return Thread(delivery=delivery("burst:1"), receipt=receipt, sent_at=MORNING, contexts=first, follow_ups=since)


def test_a_first_message_is_written_anew_as_a_whole() -> None:
    update = compose_update(thread(FIRST), TOPICS)
    assert update
    (paragraph,) = update.message.paragraphs
    newest = compose_paragraph(NOW_OFFICIAL, TOPICS, NOON)
    assert paragraph == replace(newest, details=(), follows="", first_receipt=None)
    assert update.message.subject == f"NOW OFFICIAL, 9 h 24 min after BBC News: {TITLE}"


def test_of_several_stories_only_the_one_with_news_is_written_anew() -> None:
    update = compose_update(thread(FIRST, CARERS), TOPICS)
    assert update
    assert [(paragraph.status, paragraph.title) for paragraph in update.message.paragraphs] == [
        ("NOW OFFICIAL, 9 h 24 min after BBC News", TITLE),
        ("REPORTED, NOT OFFICIAL YET", "Flu jabs for carers"),
    ]
    assert update.message.paragraphs[1] == compose_paragraph(CARERS, TOPICS, MORNING, alone=False)


def test_what_is_only_more_on_it_or_changes_nothing_in_words_does_not_replace_what_holds() -> None:
    more = told(Reason.CHANGED, settled(Status.CHANGED))
    update = compose_update(thread(FIRST, since=(NOW_OFFICIAL, more)), TOPICS)
    assert update
    assert update.message.paragraphs[0].status == "NOW OFFICIAL, 9 h 24 min after BBC News"
    gone = told(Reason.WITHDRAWN, settled(Status.WITHDRAWN))
    update = compose_update(thread(FIRST, since=(NOW_OFFICIAL, gone)), TOPICS)
    assert update
    assert update.message.paragraphs[0].status == "WITHDRAWN"


def test_a_first_message_that_can_no_longer_be_put_into_its_words_stays_as_it_is() -> None:
    assert compose_update(thread(replace(FIRST, story=replace(REPORTED, items=()))), TOPICS) is None


# --- any text -----------------------------------------------------------------------------------------------------

HOSTILE = st.lists(
    st.sampled_from(["\x1b[31m", "\r\n", "\u202e", "\u2028", "\x00", "<!channel>", "flu", "\ud800", "x" * 200]),
    max_size=9,
).map("".join)


@settings(deadline=None, derandomize=True, max_examples=100)
@given(HOSTILE)
def test_no_text_of_others_moves_the_terminal_or_breaks_the_subject(text: str) -> None:
    item = replace(FIRST, item=news(title=clean_title(text) or "untitled"))
    note = AlertContext(alert=Alert(reason=Reason.NEEDS_ADMIN, at=NOON, note=text))
    for context in (item, note):
        sent = compose(delivery(), [context], TOPICS, LATER)
        shown = plain_text(sent, details=True).replace("\n", "")
        wrong = [sign for sign in shown if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
        assert wrong == []
        assert len(sent.subject) <= MAX_SUBJECT_CHARACTERS
