"""The first line: how far an announcement can be trusted at the moment of sending, in a closed set of words."""

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
    OFFICIAL,
    PRESS,
    REPORTED,
    TITLE,
    alert,
    settled,
    telling,
    told,
    turn,
)
from watcher.core.language.format import format_day, format_duration, format_moment
from watcher.core.stories.features import extract_features
from watcher.core.wording.status_wording import first_report_line, official_line, status_words
from watcher.model import (
    AlertContext,
    Authority,
    DateState,
    DateStateChange,
    Deadline,
    DeadlineKind,
    LedgerDate,
    Precision,
    Reason,
    Status,
    StoryItem,
    Trust,
)

SEEN = "Sat 21 Nov 2020 08:05"


@pytest.mark.parametrize(
    ("reason", "status", "expected"),
    [
        (Reason.FIRST_HEARD, Status.REPORTED, "REPORTED, NOT OFFICIAL YET"),
        (Reason.FIRST_HEARD, Status.CONFIRMED, "OFFICIAL"),
        (Reason.NOW_OFFICIAL, Status.CONFIRMED, "NOW OFFICIAL"),
        (Reason.CHANGED, Status.CONFIRMED, "CHANGED"),
        (Reason.WITHDRAWN, Status.WITHDRAWN, "WITHDRAWN"),
        (Reason.FIRST_HEARD, Status.WITHDRAWN, "WITHDRAWN"),
        (Reason.STILL_REPORTED, Status.REPORTED, "STILL NOT OFFICIAL"),
        (Reason.STILL_REPORTED, Status.CONFIRMED, "OFFICIAL"),
    ],
)
def test_the_status_is_that_of_the_moment_and_not_of_the_plan(reason: Reason, status: Status, expected: str) -> None:
    context = replace(FIRST, alert=alert(reason, Status.REPORTED), story=replace(REPORTED, status=status))
    assert status_words(context, NOON) == expected


def test_an_email_that_nobody_has_signed_is_said_to_be_unproven_and_no_first_report() -> None:
    forged = replace(PRESS, identity="mid:unproven:1@pcse.example", publisher="Unproven e-mail in the name of PCSE")
    alone = replace(REPORTED, items=(forged,))
    assert status_words(replace(FIRST, story=alone), NOON) == "SENDER NOT PROVEN, NOT OFFICIAL"
    assert NOW_OFFICIAL.story
    later = replace(NOW_OFFICIAL.story, items=(forged, *NOW_OFFICIAL.story.items[1:]))
    assert status_words(replace(NOW_OFFICIAL, story=later), NOON) == "NOW OFFICIAL"


def test_what_became_official_says_how_long_after_whom() -> None:
    assert status_words(NOW_OFFICIAL, NOON) == "NOW OFFICIAL, 9 h 24 min after BBC News"


DENIAL = replace(NHSE, authority=Authority.DENIAL)


def dated(title: str) -> StoryItem:
    return replace(NHSE, title=title, features=extract_features(title))


DATED = replace(CONFIRMED, items=(PRESS, replace(OFFICIAL, features=extract_features(TITLE))))


@pytest.mark.parametrize(
    ("follow_up", "expected"),
    [
        (told(Reason.WITHDRAWN, settled(Status.WITHDRAWN)), "WITHDRAWN"),
        (told(Reason.WITHDRAWN, settled(Status.WITHDRAWN, DENIAL)), "WITHDRAWN"),
        (told(Reason.WITHDRAWN, settled(Status.WITHDRAWN, DENIAL, REPORTED), DENIAL), "NOT SO, says NHS England"),
        (
            told(Reason.CHANGED, settled(Status.CHANGED, before=settled(Status.WITHDRAWN))),
            "CORRECTION: NO LONGER WITHDRAWN",
        ),
        (
            told(Reason.CHANGED, settled(Status.CHANGED, dated("Flu jabs now from 8 December"), DATED)),
            "CORRECTION: CHANGED",
        ),
        (told(Reason.CHANGED, settled(Status.CHANGED, dated("Over-50s flu jab letter reissued"), DATED)), "CHANGED"),
        (
            told(
                Reason.CHANGED,
                settled(Status.CHANGED, dated("Flu jabs from 1 December, in homes from 8 December"), DATED),
            ),
            "CHANGED",
        ),
        (
            told(Reason.CHANGED, settled(Status.CHANGED), previous_title="Over-50s: free flu jab from 8 December"),
            "CORRECTION: CHANGED",
        ),
        (told(Reason.CHANGED, settled(Status.CHANGED), previous_title="Over-50s to get free flu jab"), "CHANGED"),
        (
            replace(
                told(Reason.CHANGED, REPORTED, PRESS), previous_title="Over-50s to get free flu jab from 8 December"
            ),
            "CORRECTION: CHANGED, NOT OFFICIAL YET",
        ),
    ],
)
def test_a_first_line_says_correction_where_something_that_was_told_fell(
    follow_up: AlertContext, expected: str
) -> None:
    assert status_words(follow_up, LATER) == expected


# --- what practices cannot use ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("authorities", "title", "first_line", "words"),
    [
        ([], TITLE, "REPORTED, NOT OFFICIAL YET", "no official page seen yet; first heard Fri 20 Nov 2020 07:41"),
        (
            [Authority.INTENTION],
            TITLE,
            "AN INTENTION, NOT OFFICIAL YET",
            "not yet: NHS England says what it means to do; nothing that practices can use yet",
        ),
        (
            [Authority.INTENTION, Authority.ELSEWHERE],
            TITLE,
            "OFFICIAL, BUT NOT FOR PRACTICES",
            "addressed to others by NHS England; practices in copy or not named",
        ),
        (
            [Authority.ELSEWHERE],
            "Flu vaccination: leaflets and posters",
            "REPORTED, NOT OFFICIAL YET",
            "no official page seen yet; first heard Fri 20 Nov 2020 07:41",
        ),
    ],
    ids=["nothing", "an intention", "a letter to others", "a leaflet"],
)
def test_what_practices_cannot_use_is_not_called_official(
    authorities: list[Authority], title: str, first_line: str, words: str
) -> None:
    said = tuple(replace(NHSE, authority=authority, title=title) for authority in authorities)
    known = replace(FIRST, story=replace(REPORTED, items=(PRESS, *said)))
    assert known.story
    assert (status_words(known, LATER), official_line(known.story)) == (first_line, words)


def test_what_the_department_said_first_is_official_from_the_start() -> None:
    dhsc = telling(1, "DHSC", Trust.OFFICIAL, MORNING)
    story = replace(CONFIRMED, items=(dhsc,), status_changes=(turn(Status.CONFIRMED, dhsc),))
    assert official_line(story) == "yes, DHSC said it first"
    assert first_report_line(story) == "DHSC had it first, Fri 20 Nov 2020 07:41. Official: yes, DHSC said it first."


def test_what_an_official_body_denies_or_withdraws_is_no_longer_called_official() -> None:
    assert official_line(settled(Status.WITHDRAWN)) == f"no longer: withdrawn by NHS England, {SEEN}"
    denied = settled(Status.WITHDRAWN, DENIAL, REPORTED)
    assert official_line(denied) == f"no: NHS England says that it is not so, {SEEN}"


# --- reminders ----------------------------------------------------------------------------------------------------


def reminder(at: date | datetime, state: DateState = DateState.OPEN) -> AlertContext:
    precision = Precision.MINUTE if isinstance(at, datetime) else Precision.DAY
    deadline = Deadline(kind=DeadlineKind.DEADLINE, at=at, precision=precision, words="then", sentence="Reply by then.")
    changes = (DateStateChange(state=DateState.OPEN, item="i", at=MORNING),)
    kept = LedgerDate(id="d", story="story", item="i", deadline=deadline, stated_at=MORNING, state_changes=changes)
    if state is not DateState.OPEN:
        kept = kept.with_state(state, "i", NOON)
    return replace(FIRST, alert=alert(Reason.DEADLINE_NEAR, note="d 24h"), dates=(kept,))


WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("context", "now", "expected"),
    [
        (reminder(datetime(2026, 11, 26, 17, tzinfo=UTC)), WEDNESDAY, "DUE TOMORROW, 17:00"),
        (reminder(date(2026, 11, 26)), WEDNESDAY, "DUE TOMORROW"),
        (reminder(date(2026, 11, 25)), WEDNESDAY, "DUE TODAY"),
        (reminder(datetime(2026, 11, 25, 16, tzinfo=UTC)), WEDNESDAY, "DUE IN 4 WORKING HOURS"),
        (reminder(datetime(2026, 11, 25, 13, 30, tzinfo=UTC)), WEDNESDAY, "DUE IN 1 WORKING HOUR"),
        (reminder(date(2026, 11, 27)), WEDNESDAY, "DUE FRI 27 NOV 2026"),
        (reminder(date(2026, 11, 29)), datetime(2026, 11, 26, 12, tzinfo=UTC), "DUE SUN 29 NOV 2026"),
        (reminder(date(2026, 11, 26), DateState.WITHDRAWN), WEDNESDAY, "A DATE IS OFF"),
    ],
)
def test_a_reminder_says_when(context: AlertContext, now: datetime, expected: str) -> None:
    assert status_words(context, now) == expected


# --- times in words -----------------------------------------------------------------------------------------------


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


def test_a_story_as_of_a_moment_knows_nothing_of_what_came_later() -> None:
    assert CONFIRMED.as_of(MORNING) == REPORTED
    assert CONFIRMED.as_of(NOON) == CONFIRMED
