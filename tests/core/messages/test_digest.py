"""The daily mail: what to do first, then what changed, what is official, what is in the news, what is coming."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.announced import (
    ADMIN,
    FIRST,
    LATER,
    MORNING,
    NHSE,
    NOON,
    NOTE,
    NOW_OFFICIAL,
    OTHER,
    PRESS,
    REPORTED,
    TOPICS,
    alert,
    delivery,
    settled,
    told,
)
from watcher.core.messages.digest import MAX_NUMBERED
from watcher.core.messages.message import compose
from watcher.core.messages.plain_text import MAX_SUBJECT_CHARACTERS, plain_text
from watcher.core.messages.welcome import compose_welcome, is_running
from watcher.model import (
    AlertContext,
    DateState,
    DateStateChange,
    Deadline,
    DeadlineKind,
    DigestContext,
    LedgerDate,
    Message,
    Paragraph,
    Precision,
    Reason,
    Section,
    Status,
    StoryDate,
)

SATURDAY = datetime(2020, 11, 21, 7, 30, tzinfo=UTC)
SOURCES = "Sources: 13 of 14 could be read at their last check."


def of(number: int, context: AlertContext, title: str) -> AlertContext:
    """`context` as that of another Story, under this headline."""
    assert context.story
    assert context.item
    story = replace(context.story, id=str(number))
    return replace(
        context,
        alert=replace(context.alert, story=str(number)),
        story=story,
        item=replace(context.item, title=title),
    )


def dated(
    context: AlertContext, day: date, *, official: bool = True, kind: DeadlineKind = DeadlineKind.DEADLINE
) -> StoryDate:
    assert context.story
    assert context.item
    deadline = Deadline(kind=kind, at=day, precision=Precision.DAY, words="then", sentence="Reply by then.")
    changes = (DateStateChange(state=DateState.OPEN, item=context.item.id, at=MORNING),)
    kept = LedgerDate(
        id=f"{context.story.id} {day}",
        story=context.story.id,
        item=context.item.id,
        deadline=deadline,
        stated_at=MORNING,
        state_changes=changes,
        official=official,
    )
    return StoryDate(date=kept, story=context.story, item=context.item)


def digest(
    contexts: Sequence[AlertContext], known: DigestContext | None = None, period: str = "daily:2020-11-21"
) -> Message:
    return compose(delivery(period, first_due=SATURDAY), contexts, TOPICS, SATURDAY, known)


CHECK = of(1, NOW_OFFICIAL, "PCSE list check: send the list back")
GONE = of(2, told(Reason.WITHDRAWN, settled(Status.WITHDRAWN)), "Pay declaration: no longer needed")
FLU = of(3, NOW_OFFICIAL, "Flu vaccination for people aged 50 to 64")
TALKS = of(4, FIRST, "GP contract talks expected to open in January")
PHONES = of(5, FIRST, "Phone queues: minister plans a new target")


def statistics(number: int) -> Paragraph:
    return Paragraph(status="", title=f"Statistics {number}", url=f"https://gov.example/{number}", source="DHSC")


NOTED = replace(
    of(6, told(Reason.STILL_REPORTED, REPORTED, PRESS), "Flu jabs at the school gate"),
    source_checks="no official page; 12 checked",
)


def test_a_day_of_each_kind_reads_from_what_to_do_to_what_was_not_sent() -> None:
    known = DigestContext(
        dates=(
            replace(dated(CHECK, date(2020, 11, 26)), if_missed="reported to your ICB"),
            dated(FLU, date(2020, 12, 1), kind=DeadlineKind.EFFECTIVE),
            dated(TALKS, date(2020, 12, 1), official=False),
        ),
        also_official=tuple(map(statistics, range(10))),
        unsent={"vetoed": 22, "perhaps": 6, "same_text": 4},
        sources=(SOURCES, "Pulse: not read since Sat 21 Nov 2020 04:10"),
    )
    text = plain_text(digest([NOTED, PHONES, TALKS, FLU, GONE, CHECK], known))
    assert (
        text
        == """\
Sat 21 Nov 2020: 1 to do, 1 withdrawn, 1 official, 2 in the news, 1
still not official

5 announcements on your topics since the last digest.

TO DO

1. PCSE list check: send the list back – by Thu 26 Nov 2020, in 4
   working days; if missed: reported to your ICB (DHSC)
   https://press.example/2

CHANGED OR WITHDRAWN

2. WITHDRAWN: Pay declaration: no longer needed (NHS England)
   https://press.example/3

NOW OFFICIAL

3. Flu vaccination for people aged 50 to 64 (DHSC)
   https://press.example/2

IN THE NEWS, NOT OFFICIAL YET

4. Phone queues: minister plans a new target (BBC News)
   https://press.example/1

5. GP contract talks expected to open in January (BBC News)
   https://press.example/1

STILL NOT OFFICIAL

6. Flu jabs at the school gate – no official page; 12 checked (BBC News)
   https://press.example/1

COMING UP

Tue 1 Dec 2020: Flu vaccination for people aged 50 to 64 (starts)

ALSO PUBLISHED OFFICIALLY

Statistics 0 (DHSC)
https://gov.example/0

Statistics 1 (DHSC)
https://gov.example/1

Statistics 2 (DHSC)
https://gov.example/2

Statistics 3 (DHSC)
https://gov.example/3

Statistics 4 (DHSC)
https://gov.example/4

Statistics 5 (DHSC)
https://gov.example/5

Statistics 6 (DHSC)
https://gov.example/6

Statistics 7 (DHSC)
https://gov.example/7

and 2 more, which match no topic

32 not sent: 22 on another subject, 6 perhaps for practices, 4 copied.

Sources: 13 of 14 could be read at their last check.
Pulse: not read since Sat 21 Nov 2020 04:10
"""
    )


def test_a_reminder_is_something_to_do() -> None:
    near = of(7, told(Reason.DEADLINE_NEAR, settled(Status.CONFIRMED)), "Claims are due")
    (section,) = digest([near]).sections
    assert (section.heading, [paragraph.title for paragraph in section.paragraphs]) == ("To do", ["Claims are due"])


def test_a_story_that_was_heard_and_confirmed_since_the_last_digest_is_told_once() -> None:
    assert [paragraph.title for paragraph in digest([FIRST, NOW_OFFICIAL]).paragraphs] == [NOW_OFFICIAL.first_title]


def test_a_story_with_a_date_is_told_under_to_do_alone_but_its_change_is_told_too() -> None:
    changed = of(1, told(Reason.CHANGED, settled(Status.CHANGED), previous_title="Old"), "New date")
    known = DigestContext(dates=(dated(changed, date(2020, 11, 26)),))
    assert [section.heading for section in digest([changed], known).sections] == ["To do", "Changed or withdrawn"]


def test_a_date_that_is_handled_past_far_or_only_reported_is_not_to_do() -> None:
    past, far = dated(FLU, date(2020, 11, 20)), dated(FLU, date(2020, 12, 6))
    reported = dated(FLU, date(2020, 11, 26), official=False)
    assert digest([], DigestContext(dates=(past, far, reported))).sections == (
        Section(heading="Coming up", lines=("Sun 6 Dec 2020: Flu vaccination for people aged 50 to 64 (due)",)),
    )


def test_beyond_eight_entries_the_other_headlines_stand_below_and_nothing_is_left_out() -> None:
    sent = digest([of(n, FIRST, f"Headline {n}") for n in range(30)])
    numbered = [paragraph for section in sent.sections if section.is_numbered for paragraph in section.paragraphs]
    assert (len(numbered), len(sent.paragraphs), sent.sections[-1].heading) == (MAX_NUMBERED, 30, "And 22 more")
    assert {paragraph.title for paragraph in sent.paragraphs} == {f"Headline {n}" for n in range(30)}


def test_many_reports_without_an_official_page_are_a_count_and_their_headlines() -> None:
    sent = digest([of(n, NOTED, f"Headline {n}") for n in range(5)])
    assert [(section.heading, section.lines, len(section.paragraphs)) for section in sent.sections] == [
        ("Still not official", ("5 reports have no official page yet.",), 0),
        ("And 5 more", (), 5),
    ]


def test_what_admins_must_know_stands_first_in_whole_sentences() -> None:
    assert digest([OTHER, ADMIN]).sections[0] == Section(
        heading="For the admin", paragraphs=(Paragraph(status="", title=NOTE),)
    )


def test_a_day_without_news_is_said() -> None:
    sent = digest([], DigestContext(sources=(SOURCES,)), "weekly:2020-11-20")
    assert plain_text(sent) == (
        "GP announcements, week to Fri 20 Nov 2020: nothing new\n"
        "\n"
        "Nothing new on your topics since the last digest.\n"
        "\n"
        f"{SOURCES}\n"
    )


def test_a_late_digest_says_so() -> None:
    sent = compose(delivery("daily:2020-11-20", first_due=MORNING), [FIRST], TOPICS, NOON)
    assert sent.lead == (
        "1 announcement on your topics since the last digest. This digest was due Fri 20 Nov 2020 07:41 and is late."
    )


KINDS = (CHECK, GONE, FLU, TALKS, NOTED)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.lists(st.sampled_from(KINDS), max_size=20), st.integers(0, 5))
def test_every_number_of_the_subject_is_that_of_the_entries_below(chosen: list[AlertContext], due: int) -> None:
    contexts = [of(100 + n, context, f"Headline {n}") for n, context in enumerate(chosen)]
    dates = tuple(dated(of(200 + n, FLU, f"Date {n}"), date(2020, 11, 24)) for n in range(due))
    sent = digest(contexts, DigestContext(dates=dates))
    assert len(sent.subject) <= MAX_SUBJECT_CHARACTERS
    counts = sent.subject.rpartition(": ")[2]
    numbers = [int(part.split()[0]) for part in counts.split(", ") if part[0].isdigit()]
    assert sum(numbers) == len(sent.paragraphs)
    assert sum(len(section.paragraphs) for section in sent.sections if section.is_numbered) <= MAX_NUMBERED


# --- a new subscriber ---------------------------------------------------------------------------------------------


def test_a_new_subscriber_reads_what_is_open_on_its_topics() -> None:
    assert NOW_OFFICIAL.story
    story = replace(NOW_OFFICIAL.story, told_topics=frozenset({"flu"}))
    sent = compose_welcome(
        delivery("welcome:managers"), [dated(CHECK, date(2020, 11, 26))], [story, REPORTED], SATURDAY
    )
    assert (
        plain_text(sent)
        == """\
Welcome: 1 date ahead, 2 announcements running

From now on you are told what is new on your topics. This is what is
open today.

OPEN DATES

1. PCSE list check: send the list back – by Thu 26 Nov 2020, in 4
   working days (DHSC)
   https://press.example/2

RUNNING

OFFICIAL: Over-50s to get free flu jab from 1 December (DHSC)
https://press.example/2

REPORTED, NOT OFFICIAL YET: Over-50s to get free flu jab from 1 December
(BBC News)
https://press.example/1
"""
    )
    assert is_running(story, LATER)
    assert not is_running(story, LATER + timedelta(days=15))
    assert not is_running(REPORTED, LATER), "nobody was told of it"


def test_the_last_official_text_of_a_story_is_the_one_alerted() -> None:
    assert alert(Reason.CHANGED, item=NHSE.item).item == NHSE.item
