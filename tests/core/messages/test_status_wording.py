"""A Delivery as words: status first, then what, who said it, when, why it concerns the reader."""

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.language.format import format_day, format_duration, format_moment
from watcher.core.language.text import clean_title
from watcher.core.messages.facts import add_facts
from watcher.core.messages.message import compose, compose_paragraph
from watcher.core.messages.plain_text import MAX_SUBJECT_CHARACTERS, plain_text
from watcher.core.messages.status_wording import first_report_line
from watcher.model import (
    Alert,
    AlertContext,
    Authority,
    Delivery,
    Evidence,
    FactKind,
    Item,
    Message,
    Paragraph,
    Precision,
    Published,
    Reason,
    Receipt,
    Section,
    Status,
    StatusChange,
    Story,
    StoryItem,
    Trust,
)

STEADY = settings(deadline=None, derandomize=True, max_examples=100)
MORNING = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
NOON = datetime(2020, 11, 20, 17, 5, tzinfo=UTC)
TOPICS = {"flu": "Flu vaccination", "pay": "Pay"}
TITLE = "Over-50s to get free flu jab from 1 December"


def telling(number: int, publisher: str, trust: Trust, at: datetime, published: Published = Published()) -> StoryItem:  # noqa: B008
    item = news(number)
    return StoryItem(
        item=item.id,
        identity=item.identity,
        source="s",
        trust=trust,
        publisher=publisher,
        title=item.title,
        url=item.url,
        seen_at=at,
        published=published,
        authority=Authority.OFFICIAL if trust.confirms else Authority.REPORT,
    )


def turn(status: Status, by: StoryItem, at: datetime | None = None) -> StatusChange:
    return StatusChange(status=status, item=by.item, at=at or by.seen_at)


def news(number: int = 1, **values: object) -> Item:
    known = {"title": TITLE, "summary": "Ministers extend the programme.", "published": Published(at=MORNING)}
    url = f"https://press.example/{number}"
    return Item(source="s", identity=f"press.example/{number}", url=url, **(known | values))  # type: ignore[arg-type]


PRESS = telling(1, "BBC News", Trust.PRESS, MORNING)
OFFICIAL = telling(2, "DHSC", Trust.OFFICIAL, NOON)
REPORTED = Story(
    id="story",
    title=TITLE,
    status=Status.REPORTED,
    topics=("flu",),
    opened_at=MORNING,
    items=(PRESS,),
    status_changes=(turn(Status.REPORTED, PRESS),),
)
CONFIRMED = replace(
    REPORTED,
    status=Status.CONFIRMED,
    items=(PRESS, OFFICIAL),
    status_changes=(turn(Status.REPORTED, PRESS), turn(Status.CONFIRMED, OFFICIAL)),
)
EVIDENCE = (
    Evidence(field="summary", text="a flu vaccine", term="flu vaccin*"),
    Evidence(field="title", text="free flu jab from", term="flu jab"),
)


def alert(reason: Reason, status: Status = Status.REPORTED, **values: object) -> Alert:
    known = {"at": NOON, "story": "story", "item": news().id, "revision": 1, "topics": ("flu",)}
    return Alert(reason=reason, status=status, **(known | values))  # type: ignore[arg-type]


FIRST = AlertContext(alert=alert(Reason.FIRST_HEARD), story=REPORTED, item=news(), evidence=EVIDENCE)
NOW_OFFICIAL = AlertContext(
    alert=alert(Reason.NOW_OFFICIAL, Status.CONFIRMED, item=news(2).id),
    story=CONFIRMED,
    item=news(2, summary="", published=Published(at=NOON)),
    first_receipt=Receipt(place="C1", message="1.1"),
    first_title=TITLE,
    first_told_at=MORNING,
)
ADMIN = AlertContext(alert=Alert(reason=Reason.NEEDS_ADMIN, at=NOON, note="PCSE news cannot be read: HTTP 404."))

FIRST_PARAGRAPH = Paragraph(
    heading="REPORTED, NOT YET OFFICIAL",
    title=TITLE,
    facts=(
        (FactKind.SAYS_WHO, "BBC News (press)"),
        (FactKind.WHEN, "Fri 20 Nov 2020 07:41"),
        (FactKind.OFFICIAL, "no official page seen yet; first heard Fri 20 Nov 2020 07:41"),
        (FactKind.SUMMARY, "Ministers extend the programme."),
        (FactKind.WHY_YOU, "“free flu jab from” in the title"),
    ),
    url="https://press.example/1",
    topics=("Flu vaccination",),
)
OFFICIAL_PARAGRAPH = Paragraph(
    heading="NOW OFFICIAL",
    title=TITLE,
    facts=(
        (FactKind.SAYS_WHO, "DHSC (official)"),
        (FactKind.WHEN, "Fri 20 Nov 2020 17:05"),
        (FactKind.OFFICIAL, "yes, DHSC at Fri 20 Nov 2020 17:05, 9 h 24 min after BBC News"),
        (FactKind.OTHER_PUBLISHERS, "BBC News"),
    ),
    url="https://press.example/2",
    topics=("Flu vaccination",),
    first_receipt=Receipt(place="C1", message="1.1"),
)


IN_DIGEST = replace(OFFICIAL_PARAGRAPH, heading="", follows=f"{TITLE}, told Fri 20 Nov 2020 07:41")
BRIEF = """\
  Who           Over-50s; practice managers not mentioned
  From          “1 December” (in the headline)
  Reply by      not known
  Owner         nurse lead
"""


def delivery(period: str = "alert:1", **values: object) -> Delivery:
    known = {"id": "d1", "subscriber": "managers", "due": NOON, "first_due": NOON}
    return Delivery(period=period, **(known | values))  # type: ignore[arg-type]


def test_a_report_says_that_nothing_official_is_known() -> None:
    assert compose_paragraph(FIRST, TOPICS) == FIRST_PARAGRAPH


def test_what_became_official_says_who_spoke_first_and_by_how_much() -> None:
    assert compose_paragraph(NOW_OFFICIAL, TOPICS) == OFFICIAL_PARAGRAPH


def test_what_the_department_said_first_is_official_from_the_start() -> None:
    dhsc = telling(1, "DHSC", Trust.OFFICIAL, MORNING)
    story = replace(CONFIRMED, items=(dhsc,), status_changes=(turn(Status.CONFIRMED, dhsc),))
    facts = dict(compose_paragraph(replace(FIRST, story=story), TOPICS).facts)
    assert facts[FactKind.OFFICIAL] == "yes, DHSC said it first"
    assert first_report_line(story) == "DHSC had it first, Fri 20 Nov 2020 07:41. Official: yes, DHSC said it first."


@pytest.mark.parametrize(
    ("reason", "status", "heading"),
    [
        (Reason.FIRST_HEARD, Status.REPORTED, "REPORTED, NOT YET OFFICIAL"),
        (Reason.FIRST_HEARD, Status.CONFIRMED, "OFFICIAL"),
        (Reason.NOW_OFFICIAL, Status.CONFIRMED, "NOW OFFICIAL"),
        (Reason.CHANGED, Status.CONFIRMED, "CHANGED"),
        (Reason.WITHDRAWN, Status.WITHDRAWN, "CORRECTION: WITHDRAWN"),
        (Reason.DEADLINE_NEAR, Status.CONFIRMED, "DEADLINE NEAR"),
    ],
)
def test_the_status_stands_first(reason: Reason, status: Status, heading: str) -> None:
    told = replace(FIRST, alert=alert(reason, Status.REPORTED), story=replace(REPORTED, status=status))
    assert compose_paragraph(told, TOPICS).heading == heading, "as it stands when it is sent, not when it was planned"


SEEN = "Fri 20 Nov 2020 07:41"


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (Published(at=MORNING - timedelta(minutes=9), precision=Precision.MINUTE), SEEN),
        (
            Published(at=MORNING - timedelta(hours=2), precision=Precision.MINUTE),
            f"Fri 20 Nov 2020 05:41 (seen {SEEN})",
        ),
        (Published(day=date(2020, 11, 3), precision=Precision.DAY), f"dated Tue 3 Nov 2020 (seen {SEEN})"),
        (Published(day=date(2020, 11, 1), precision=Precision.MONTH), f"dated November 2020 (seen {SEEN})"),
        (Published(literal="Various"), f"undated (seen {SEEN})"),
    ],
    ids=["just now", "earlier", "day", "month", "undated"],
)
def test_a_date_is_shown_as_exactly_as_it_is_known(published: Published, expected: str) -> None:
    facts = dict(compose_paragraph(replace(FIRST, item=news(published=published)), TOPICS).facts)
    assert facts[FactKind.WHEN] == expected


def test_a_follow_up_names_what_it_follows_where_no_thread_shows_it() -> None:
    hooked = replace(NOW_OFFICIAL, first_receipt=Receipt())
    threaded = replace(NOW_OFFICIAL, first_title="The first headline")
    shown = [compose_paragraph(each, TOPICS).follows for each in (hooked, threaded, NOW_OFFICIAL)]
    shown.append(compose_paragraph(NOW_OFFICIAL, TOPICS, alone=False).follows)
    assert shown == [
        f"{TITLE}, told Fri 20 Nov 2020 07:41",
        "The first headline, told Fri 20 Nov 2020 07:41",
        "",
        f"{TITLE}, told Fri 20 Nov 2020 07:41",
    ]


def with_brief(words: Paragraph, told: AlertContext, *, digest: bool = False) -> Paragraph:
    """What tests/core/messages/test_facts.py holds in its own words."""
    return add_facts(words, told, NOON, digest=digest)


def test_an_instant_message_has_status_and_headline_as_its_subject() -> None:
    assert compose(delivery(repeat=True), [FIRST], TOPICS, ["never shown"], NOON) == Message(
        delivery="d1",
        at=NOON,
        subject=f"REPORTED, NOT YET OFFICIAL: {TITLE}",
        sections=(Section(heading="", paragraphs=(with_brief(FIRST_PARAGRAPH, FIRST),)),),
        repeat=True,
    )


def test_an_admin_message_is_its_note() -> None:
    note = "PCSE news cannot be read: HTTP 404."
    assert compose(delivery(), [ADMIN], TOPICS, (), NOON) == Message(
        delivery="d1",
        at=NOON,
        subject=f"FOR THE ADMIN: {note}",
        sections=(Section(heading="", paragraphs=(Paragraph(heading="FOR THE ADMIN", title=note),)),),
    )


OTHER = replace(
    FIRST,
    alert=alert(Reason.FIRST_HEARD, story="other"),
    story=replace(REPORTED, id="other"),
)


def test_a_digest_groups_its_alerts_and_its_subject_counts_them() -> None:
    sent = compose(delivery("daily:2020-11-21"), [OTHER, NOW_OFFICIAL], TOPICS, ["Sources: 2 of 2."], NOON)
    assert sent == Message(
        delivery="d1",
        at=NOON,
        subject="GP announcements, Sat 21 Nov 2020: 1 now official, 1 new",
        lead="2 announcements on your topics since the last digest.",
        sections=(
            Section(heading="Now official", paragraphs=(with_brief(IN_DIGEST, NOW_OFFICIAL, digest=True),)),
            Section(heading="New", paragraphs=(with_brief(FIRST_PARAGRAPH, FIRST, digest=True),)),
        ),
        footer=("Sources: 2 of 2.",),
        digest=True,
    )


def test_a_story_that_was_heard_and_confirmed_since_the_last_digest_is_told_once() -> None:
    sent = compose(delivery("daily:2020-11-21"), [FIRST, NOW_OFFICIAL], TOPICS, (), NOON)
    assert sent.paragraphs == (with_brief(IN_DIGEST, NOW_OFFICIAL, digest=True),)


def test_a_day_without_news_is_said_and_not_skipped() -> None:
    assert compose(delivery("weekly:2020-11-20"), [], TOPICS, ["Sources: 2 of 2."], NOON) == Message(
        delivery="d1",
        at=NOON,
        subject="GP announcements, week to Fri 20 Nov 2020: nothing new",
        lead="Nothing new on your topics since the last digest.",
        footer=("Sources: 2 of 2.",),
        digest=True,
    )


def test_a_late_digest_says_so() -> None:
    sent = compose(delivery("daily:2020-11-20", first_due=MORNING), [FIRST], TOPICS, (), NOON)
    assert sent.lead == (
        "1 announcement on your topics since the last digest. This digest was due Fri 20 Nov 2020 07:41 and is late."
    )


def test_plain_text_is_a_column_of_facts() -> None:
    sent = compose(delivery("daily:2020-11-21", repeat=True), [OTHER, NOW_OFFICIAL], TOPICS, ["Sources: 2."], NOON)
    assert plain_text(sent) == (
        "GP announcements, Sat 21 Nov 2020: 1 now official, 1 new\n"
        "\n"
        "(possible repeat: the first try may have reached you)\n"
        "\n"
        "2 announcements on your topics since the last digest.\n"
        "\n"
        "NOW OFFICIAL\n"
        "\n"
        "Over-50s to get free flu jab from 1 December\n"
        "  Follows       Over-50s to get free flu jab from 1 December, told Fri 20 Nov 2020 07:41\n"
        "  Says who      DHSC (official)\n"
        "  When          Fri 20 Nov 2020 17:05\n"
        "  Official      yes, DHSC at Fri 20 Nov 2020 17:05, 9 h 24 min after BBC News\n"
        f"{BRIEF}"
        "  Also told by  BBC News\n"
        "  Topics        Flu vaccination\n"
        "  Source        https://press.example/2\n"
        "\n"
        "NEW\n"
        "\n"
        "REPORTED, NOT YET OFFICIAL\n"
        "Over-50s to get free flu jab from 1 December\n"
        "  Says who      BBC News (press)\n"
        "  When          Fri 20 Nov 2020 07:41\n"
        "  Official      no official page seen yet; first heard Fri 20 Nov 2020 07:41\n"
        f"{BRIEF}"
        "  In short      Ministers extend the programme.\n"
        "  Why you       “free flu jab from” in the title\n"
        "  Topics        Flu vaccination\n"
        "  Source        https://press.example/1\n"
        "\n"
        "Sources: 2.\n"
    )


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2020, 12, 1, 0, 1, tzinfo=UTC), "Tue 1 Dec 2020 00:01"),
        (datetime(2026, 3, 31, 23, 1, tzinfo=UTC), "Wed 1 Apr 2026 00:01"),
    ],
)
def test_people_read_london_time(moment: datetime, expected: str) -> None:
    assert (format_moment(moment), format_day(date(2020, 12, 1))) == (expected, "Tue 1 Dec 2020")


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=7), "7 min"),
        (timedelta(hours=9, minutes=24), "9 h 24 min"),
        (timedelta(days=1, hours=3, minutes=59), "1 day 3 h"),
        (timedelta(days=10), "10 days 0 h"),
        (-timedelta(hours=2), "2 h 0 min"),
    ],
)
def test_how_long_is_said_in_two_words(span: timedelta, expected: str) -> None:
    assert format_duration(span) == expected


HOSTILE = st.lists(
    st.sampled_from(["\x1b[31m", "\r\n", "\u202e", "\u2028", "\x00", "<!channel>", "flu", "\ud800", "x" * 200]),
    max_size=9,
).map("".join)


@STEADY
@given(HOSTILE)
def test_no_text_of_others_moves_the_terminal_or_breaks_the_subject(text: str) -> None:
    item = replace(FIRST, item=news(title=clean_title(text) or "untitled"))
    note = AlertContext(alert=Alert(reason=Reason.NEEDS_ADMIN, at=NOON, note=text))
    for told in (item, note):
        sent = compose(delivery(), [told], TOPICS, (), NOON)
        shown = plain_text(sent).replace("\n", "")
        assert [each for each in shown if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Zl", "Zp"}] == []
        assert len(sent.subject) <= MAX_SUBJECT_CHARACTERS


def test_several_alerts_in_one_message_say_how_many_and_each_has_its_status() -> None:
    sent = compose(delivery("burst:2020-11-20T07:40:00+00:00"), [FIRST, OTHER], TOPICS, (), NOON)
    assert (sent.subject, sent.lead, len(sent.sections)) == (
        "2 announcements: Over-50s to get free flu jab from 1 December",
        "2 announcements came in a short time; here they are together.",
        2,
    )
    assert [each.heading for each in sent.paragraphs] == ["REPORTED, NOT YET OFFICIAL"] * 2


def test_an_alert_without_its_item_is_a_line_of_its_own_and_is_put_aside() -> None:
    lost = replace(FIRST, story=replace(REPORTED, items=()))
    sent = compose(delivery("daily:2020-11-21"), [lost, OTHER], TOPICS, (), NOON)
    assert [each.heading for each in sent.paragraphs] == ["COULD NOT BE SHOWN", "REPORTED, NOT YET OFFICIAL"]
    assert [(each.what, each.name, each.why) for each in sent.quarantined] == [
        ("item", FIRST.alert.item, "rendering failed: StopIteration")
    ]
