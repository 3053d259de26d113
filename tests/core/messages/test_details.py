"""The details of an Alert: all that is known, each field in its order, what is not known in one line."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.announced import (
    CONFIRMED,
    FIRST,
    LATER,
    MORNING,
    NHSE,
    NOON,
    NOW_OFFICIAL,
    PRESS,
    REPORTED,
    TOPICS,
    news,
    settled,
    telling,
    told,
)
from watcher.core.messages.details import read_brief
from watcher.core.messages.message import compose_paragraph
from watcher.core.messages.source_checks import is_outdated_note, with_source_checks
from watcher.core.watching.health import Health
from watcher.core.watching.source_status import SourceStatus
from watcher.model import (
    AlertContext,
    Authority,
    DateState,
    DateStateChange,
    Deadline,
    DeadlineKind,
    FactKind,
    LedgerDate,
    Precision,
    Published,
    Reason,
    Receipt,
    Status,
    Trust,
)


def details(context: AlertContext, now: datetime = NOON) -> dict[FactKind, str]:
    return dict(compose_paragraph(context, TOPICS, now).details)


def test_a_report_says_who_has_it_and_what_is_not_known() -> None:
    assert details(FIRST) == {
        FactKind.SAYS_WHO: "BBC News (press)",
        FactKind.WHEN: "Fri 20 Nov 2020 07:41",
        FactKind.OFFICIAL: "no official page seen yet; first heard Fri 20 Nov 2020 07:41",
        FactKind.FROM: "“1 December” (in the headline)",
        FactKind.OWNER: "nurse lead",
        FactKind.UNKNOWN: "who, do, order, paid, due",
        FactKind.SUMMARY: "Ministers extend the programme.",
        FactKind.WHY_YOU: "“free flu jab from” in the title",
    }


def test_what_became_official_says_who_spoke_first_and_a_follow_up_repeats_no_gaps() -> None:
    assert details(NOW_OFFICIAL) == {
        FactKind.SAYS_WHO: "DHSC (official)",
        FactKind.WHEN: "Fri 20 Nov 2020 17:05",
        FactKind.OFFICIAL: "yes, DHSC on Fri 20 Nov 2020 17:05, 9 h 24 min after BBC News",
        FactKind.FROM: "“1 December” (in the headline)",
        FactKind.OWNER: "nurse lead",
        FactKind.OTHER_PUBLISHERS: "BBC News",
    }


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
    assert details(replace(FIRST, item=news(published=published)))[FactKind.WHEN] == expected


def test_one_headline_in_many_papers_is_counted_few_are_named_and_the_rest_counted_too() -> None:
    copies = [replace(telling(10 + n, f"Paper {n}", Trust.PRESS, LATER), title="Flu jabs, says PA") for n in range(13)]
    others = [replace(telling(30 + n, f"Journal {n}", Trust.TRADE, LATER), title=f"GPs and jabs {n}") for n in range(5)]
    story = replace(CONFIRMED, items=(*CONFIRMED.items, *copies, replace(copies[0], item="again"), *others))
    expected = "BBC News, Journal 0, Journal 1 and 3 more; 13 papers, counted once"
    assert details(replace(NOW_OFFICIAL, story=story))[FactKind.OTHER_PUBLISHERS] == expected


def test_the_next_chapter_of_a_story_names_the_one_before() -> None:
    chapter = replace(FIRST, earlier_chapter="Flu programme letter 2020/21")
    assert details(chapter)[FactKind.EARLIER_CHAPTER] == "Flu programme letter 2020/21"


# --- the Brief with its dates of today ----------------------------------------------------------------------------

NOW = datetime(2022, 1, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
WRITTEN = Published(day=date(2022, 1, 10), precision=Precision.DAY)
SENTENCE = "Practices must send their claim by 28 January 2022."
NEXT_SENTENCE = "The date for claims is now 4 February 2022."


def claim(*text: str, reason: Reason = Reason.NOW_OFFICIAL, status: Status = Status.CONFIRMED) -> AlertContext:
    item = news(3, title="Claims", summary="", text="\n".join(text), published=WRITTEN)
    context = told(reason, settled(status))
    return replace(context, item=item, alert=replace(context.alert, at=NOW))


def kept(name: str, day: date, sentence: str) -> LedgerDate:
    deadline = Deadline(
        kind=DeadlineKind.DEADLINE, at=day, precision=Precision.DAY, words=f"{day:%-d %B %Y}", sentence=sentence
    )
    changes = (DateStateChange(state=DateState.OPEN, item="x", at=NOW),)
    return LedgerDate(
        id=name, story="s", item="x", deadline=deadline, stated_at=NOW, state_changes=changes, official=True
    )


OPEN = kept("first", date(2022, 1, 28), SENTENCE)
NEXT = kept("next", date(2022, 2, 4), NEXT_SENTENCE)
MOVED = replace(OPEN.with_state(DateState.MOVED, "other", NOW + HOUR), moved_to="next")
WITHDRAWN = OPEN.with_state(DateState.WITHDRAWN, "other", NOW + HOUR)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ((), f"Fri 28 Jan 2022, in 18 days (“{SENTENCE}”)"),
        ((OPEN, NEXT), f"Fri 28 Jan 2022, in 18 days (“{SENTENCE}”)"),
        ((WITHDRAWN,), f"WITHDRAWN: Fri 28 Jan 2022 (“{SENTENCE}”)"),
        ((MOVED, NEXT), f"MOVED from Fri 28 Jan 2022 to Fri 4 Feb 2022, in 25 days (“{NEXT_SENTENCE}”)"),
        (
            (MOVED, NEXT.with_state(DateState.WITHDRAWN, "third", NOW + 2 * HOUR)),
            f"WITHDRAWN: Fri 28 Jan 2022 (“{SENTENCE}”)",
        ),
        ((replace(MOVED, moved_to="first"),), f"Fri 28 Jan 2022, in 18 days (“{SENTENCE}”)"),
    ],
    ids=["unknown", "open", "withdrawn", "moved", "moved and withdrawn", "moved to itself"],
)
def test_a_date_that_later_texts_moved_or_withdrew_says_so(dates: tuple[LedgerDate, ...], expected: str) -> None:
    assert details(replace(claim(SENTENCE), dates=dates), NOW)[FactKind.DUE] == expected


def test_of_two_dates_the_one_that_holds_stands_first_and_what_is_missed_of_what_is_off_is_not_said() -> None:
    rest, late = "Practices must send the rest by 4 February 2022.", "Late claims will not be paid."
    both = replace(claim(SENTENCE, rest, late), dates=(WITHDRAWN,))
    assert details(both, NOW)[FactKind.DUE] == (
        f"Fri 4 Feb 2022, in 25 days (“{rest}”); also WITHDRAWN: Fri 28 Jan 2022 (“{SENTENCE}”); "
        "if missed: will not be paid"
    )
    off = replace(claim(SENTENCE, late), dates=(WITHDRAWN,))
    assert details(off, NOW)[FactKind.DUE] == f"WITHDRAWN: Fri 28 Jan 2022 (“{SENTENCE}”)"


def test_a_date_of_the_ledger_as_of_a_moment_knows_nothing_of_what_came_later() -> None:
    before = [dated.as_of(NOW) for dated in (MOVED, WITHDRAWN, OPEN)]
    assert [(dated.state, dated.moved_to) for dated in before if dated] == 3 * [(DateState.OPEN, "")]
    assert MOVED.as_of(NOW + HOUR) == MOVED
    assert OPEN.as_of(NOW - HOUR) is None


def test_a_long_sentence_is_shown_around_its_date() -> None:
    head = "Where nothing else was agreed between the practice and its commissioner in the course of the last year"
    known = details(claim(f"Practices must send the form by 28 January 2022 and keep a copy. {head}."), NOW)
    assert known[FactKind.DUE].endswith("(“Practices must send the form by 28 January 2022 and keep a copy.”)")


def test_what_takes_a_story_back_names_only_the_dates_that_are_off() -> None:
    gone = details(claim(SENTENCE, reason=Reason.WITHDRAWN, status=Status.WITHDRAWN), NOW)
    assert gone[FactKind.DUE] == f"WITHDRAWN: Fri 28 Jan 2022 (“{SENTENCE}”)"
    assert FactKind.DO not in gone


def test_the_headline_and_the_first_paragraph_of_a_page_are_two_sentences() -> None:
    page = claim(f"Home Claims {SENTENCE}")
    brief = read_brief(page)
    assert brief.due
    assert brief.due.fact.sentence == SENTENCE


# --- the official sources -----------------------------------------------------------------------------------------

CLOSING = told(Reason.STILL_REPORTED, REPORTED, PRESS)


def status(name: str, *, read: datetime | None = LATER, could_look: bool = True) -> SourceStatus:
    return SourceStatus(source=name, name=name, health=Health.OK, words="", could_look=could_look, last_success=read)


SOME = [
    status("PCSE"),
    status("DHSC", read=LATER - timedelta(minutes=25)),
    status("CAS", could_look=False),
    status("UKHSA", read=None),
]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (SOME, "no official page; 2 official sources checked, last at 08:05; 2 could not be read (CAS, UKHSA)"),
        (
            [status("PCSE", read=NOON)],
            "no official page; 1 official source checked, last at Fri 20 Nov 2020 17:05",
        ),
        (
            [status("PCSE", read=MORNING - timedelta(minutes=1)), status("CAS", could_look=False)],
            "no official source was read since it was reported",
        ),
        ([], "we could not look: no official source is switched on"),
    ],
    ids=["some", "yesterday", "none since the report", "none at all"],
)
def test_a_closing_note_says_where_we_looked_or_that_we_could_not(statuses: list[SourceStatus], expected: str) -> None:
    (note,) = with_source_checks([CLOSING], statuses, (), LATER)
    assert details(note, LATER)[FactKind.OFFICIAL] == expected


def test_a_report_says_how_many_official_sources_were_read_and_when() -> None:
    (first,) = with_source_checks([FIRST], SOME, (), LATER)
    assert first.source_checks == "2 of 4 official sources read, last 08:05, not there"
    (blind,) = with_source_checks([FIRST], [status("CAS", could_look=False)], (), LATER)
    assert blind.source_checks == "we could not look: no official source could be read"


def test_nothing_is_said_of_official_sources_where_a_text_of_the_same_topic_is_official() -> None:
    settled_elsewhere = replace(CONFIRMED, id="elsewhere")
    assert with_source_checks([FIRST], SOME, [settled_elsewhere], LATER) == [FIRST]
    assert is_outdated_note(CLOSING, [settled_elsewhere])
    assert is_outdated_note(replace(CLOSING, story=CONFIRMED), [])
    assert not is_outdated_note(CLOSING, [replace(settled_elsewhere, topics=("pay",))])


def test_a_closing_note_does_not_hide_what_an_official_body_means_to_do() -> None:
    said = replace(REPORTED, items=(PRESS, replace(NHSE, authority=Authority.INTENTION)))
    shown = details(replace(CLOSING, story=said, source_checks="no official page; …"), LATER)
    assert shown[FactKind.SO_FAR] == (
        "not yet: NHS England says what it means to do; nothing that practices can use yet"
    )


def test_a_thread_that_is_answered_elsewhere_keeps_its_details() -> None:
    assert details(replace(NOW_OFFICIAL, first_receipt=Receipt())) == details(NOW_OFFICIAL)
