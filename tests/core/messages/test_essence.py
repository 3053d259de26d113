"""What a manager needs in half a minute: status, headline, at most four facts, source with its sentence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
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
    PRESS,
    REPORTED,
    alert,
    news,
    settled,
    told,
)
from watcher.core.messages.essence import compose_essence
from watcher.core.messages.quotation import MAX_LINE_CHARACTERS, MAX_SOURCE_CHARACTERS
from watcher.core.wording.labels import CALLERS_CANNOT_BOOK, LABELS
from watcher.model import (
    Actor,
    AlertContext,
    DateState,
    DateStateChange,
    Deadline,
    DeadlineKind,
    FactKind,
    LedgerDate,
    Precision,
    Published,
    Reason,
    Status,
    Tone,
    Trust,
)

FRIDAY = Published(at=NOON, day=date(2020, 11, 20), precision=Precision.MINUTE)
GIVES = "From Tuesday 1 December 2020 practices can give the flu vaccine to all patients aged 50 to 64."
ORDER = "Practices must order by 5pm on Friday 27 November 2020."
PAID = "An item of service fee is paid for each vaccination."
MISSED = "Practices that do not order in time will not be paid."


def official(*text: str, title: str = "Flu vaccination for people aged 50 to 64") -> AlertContext:
    item = news(2, title=title, summary="", text="\n".join(("To: GP practices", *text)), published=FRIDAY)
    return replace(NOW_OFFICIAL, item=item)


def shown(context: AlertContext, now: datetime = NOON) -> list[str]:
    """An essence as its lines."""
    essence = compose_essence(context, now)
    facts = [f"{LABELS[kind]}: {words}" for kind, words in essence.lines]
    return [essence.status, essence.title, *facts, essence.source_line]


# --- one announcement a reason ------------------------------------------------------------------------------------


def test_press_first_says_that_there_is_nothing_to_do_yet_and_what_callers_may_be_told() -> None:
    said = "The health secretary said that people aged 50 to 64 can have the flu vaccine from Tuesday 1 December."
    item = news(title="Free flu vaccine for everyone aged 50 to 64", summary=said, published=FRIDAY)
    checked = "4 official sources read, last 07:40, not there"
    context = replace(FIRST, item=item, source_checks=checked)
    assert shown(context, MORNING) == [
        "REPORTED, NOT OFFICIAL YET",
        "Free flu vaccine for everyone aged 50 to 64",
        "Who: people aged 50 to 64",
        "From: Tue 1 Dec 2020, in 11 days",
        f"Do: nothing yet; {checked}",
        f"For callers: {CALLERS_CANNOT_BOOK}",
        f"BBC News, Fri 20 Nov 2020 17:05: “{said}”",
    ]
    assert compose_essence(context, MORNING).tone is Tone.WARNING


def test_now_official_says_what_is_due_what_to_do_and_who_pays() -> None:
    assert shown(official(GIVES, ORDER, PAID, MISSED)) == [
        "NOW OFFICIAL, 9 h 24 min after BBC News",
        "Flu vaccination for people aged 50 to 64",
        "Due: 17:00 on Fri 27 Nov 2020, in 5 working days",
        "Do: order",
        "Paid: an item of service fee is paid for each vaccination",
        "If missed: practices that do not order in time will not be paid",
        f"DHSC, Fri 20 Nov 2020 17:05: “{ORDER}”",
    ]


def test_of_two_dates_from_two_sentences_only_the_quoted_one_is_shown() -> None:
    kinds = [kind for kind, _ in compose_essence(official(GIVES, ORDER), NOON).lines]
    assert kinds == [FactKind.DUE, FactKind.DO]
    assert [kind for kind, _ in compose_essence(official(GIVES), NOON).lines] == [FactKind.FROM]


def test_short_notice_is_a_line_of_its_own() -> None:
    context = official("Practices must return the list within 48 hours of the request.", title="List validation")
    assert shown(context)[2:5] == [
        "Due: “48 hours of the request”",
        "Rule: SHORTER THAN YOUR CONTRACT, which gives 30 days; asked: 48 hours",
        "Do: return the list",
    ]


def dated(name: str, day: date, sentence: str, item: str) -> LedgerDate:
    deadline = Deadline(
        kind=DeadlineKind.DEADLINE,
        at=day,
        precision=Precision.DAY,
        words=f"{day:%-d %B %Y}",
        sentence=sentence,
        actor=Actor.PRACTICES,
    )
    changes = (DateStateChange(state=DateState.OPEN, item=item, at=MORNING),)
    return LedgerDate(
        id=name, story="story", item=item, deadline=deadline, stated_at=MORNING, state_changes=changes, official=True
    )


CLAIM = "Practices must send their claim by 28 January 2022."
MOVED_TO = "Practices must now send their claim by 4 February 2022."
MONDAY = datetime(2022, 1, 10, 9, tzinfo=UTC)


def test_a_moved_date_is_told_as_was_and_now() -> None:
    item = news(3, title="Claims: more time", summary="", text=MOVED_TO, published=Published(at=LATER))
    first = dated("first", date(2022, 1, 28), CLAIM, "x").with_state(DateState.MOVED, "y", LATER)
    dates = (replace(first, moved_to="next"), dated("next", date(2022, 2, 4), MOVED_TO, "y"))
    context = replace(told(Reason.CHANGED, settled(Status.CHANGED)), item=item, dates=dates)
    assert shown(context, MONDAY) == [
        "CHANGED",
        "Claims: more time",
        "Was: due Fri 28 Jan 2022",
        "Now: due Fri 4 Feb 2022, in 19 working days",
        "Do: send your claim",
        f"NHS England, Sat 21 Nov 2020 08:05: “{MOVED_TO}”",
    ]
    assert compose_essence(context, MONDAY).is_loud, "a date that moved is to be seen in the channel"


def test_a_withdrawal_says_what_to_take_out_of_the_diary() -> None:
    off = dated("first", date(2022, 1, 28), CLAIM, "x").with_state(DateState.WITHDRAWN, "y", LATER)
    item = news(3, title="Claims are no longer needed", summary="Practices need not send claims.", published=FRIDAY)
    context = replace(told(Reason.WITHDRAWN, settled(Status.WITHDRAWN)), item=item, dates=(off,))
    assert shown(context, MONDAY) == [
        "WITHDRAWN",
        "Claims are no longer needed",
        "Was: due Fri 28 Jan 2022",
        "Now: take it out of your diary",
        "NHS England, Fri 20 Nov 2020 17:05: “Practices need not send claims.”",
    ]


def test_a_reminder_says_what_is_left_and_what_follows() -> None:
    late = "Practices that do not reply are reported to the commissioner."
    item = news(3, title="Claims", summary="", text=f"{CLAIM}\n{late}", published=FRIDAY)
    near = alert(Reason.DEADLINE_NEAR, Status.CONFIRMED, item=NHSE.item, note="first 24h", at=LATER)
    context = replace(
        told(Reason.CHANGED, settled(Status.CONFIRMED)),
        alert=near,
        item=item,
        dates=(dated("first", date(2022, 1, 28), CLAIM, "x"),),
    )
    assert shown(context, datetime(2022, 1, 27, 12, tzinfo=UTC)) == [
        "DUE TOMORROW",
        "Claims",
        "Due: Fri 28 Jan 2022; 17 working hours left",
        "Do: send your claim",
        "If missed: practices that do not reply are reported to the commissioner",
        f"NHS England, told you on Fri 20 Nov 2020: “{CLAIM}”",
    ]


def test_a_notice_for_admins_is_its_sentences() -> None:
    essence = compose_essence(ADMIN, NOON)
    assert (essence.status, essence.title, essence.lines, essence.source_line) == ("FOR THE ADMIN", NOTE, (), "")


# --- one rule a line ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("context", "is_loud"),
    [
        (official(GIVES), True),
        (told(Reason.WITHDRAWN, settled(Status.WITHDRAWN)), True),
        (told(Reason.CHANGED, settled(Status.CHANGED), previous_title="Over-50s: free flu jab from 8 December"), True),
        (told(Reason.CHANGED, settled(Status.CHANGED), previous_title="Over-50s to get a free flu jab"), False),
        (FIRST, False),
    ],
)
def test_a_follow_up_that_must_be_seen_is_shown_in_the_channel(context: AlertContext, is_loud: bool) -> None:  # noqa: FBT001
    assert compose_essence(context, NOON).is_loud is is_loud


def test_what_is_not_known_is_not_shown() -> None:
    bare = replace(FIRST, item=news(title="Minister visits a surgery", summary=""))
    assert shown(bare) == ["REPORTED, NOT OFFICIAL YET", "Minister visits a surgery", "BBC News, Fri 20 Nov 2020 07:41"]


def test_practice_managers_are_named_only_where_the_text_names_them() -> None:
    left_out = replace(FIRST, item=news(title="Golden hello", summary="Practice managers are not eligible."))
    assert dict(compose_essence(left_out, NOON).lines)[FactKind.WHO] == "practice managers excluded"
    silent = replace(FIRST, item=news(title="Golden hello", summary="Nurses can apply."))
    assert FactKind.WHO not in dict(compose_essence(silent, NOON).lines)


def test_a_date_that_is_only_a_lower_limit_says_so() -> None:
    context = official("The group starts not before November 2021.")
    assert dict(compose_essence(context, NOON).lines)[FactKind.FROM] == "not before November 2021"


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (FRIDAY, "DHSC, Fri 20 Nov 2020 17:05"),
        (Published(day=date(2020, 11, 20), precision=Precision.DAY), "DHSC, Fri 20 Nov 2020 17:05"),
        (Published(day=date(2020, 11, 18), precision=Precision.DAY), "DHSC, Wed 18 Nov 2020"),
        (Published(day=date(2020, 11, 1), precision=Precision.MONTH), "DHSC, seen Fri 20 Nov 2020 17:05"),
        (Published(), "DHSC, seen Fri 20 Nov 2020 17:05"),
    ],
    ids=["minute", "that day", "another day", "month", "undated"],
)
def test_the_source_has_the_time_as_exactly_as_it_is_known(published: Published, expected: str) -> None:
    context = replace(NOW_OFFICIAL, item=news(2, summary="", published=published))
    assert compose_essence(context, NOON).source == expected


# --- for every announcement ---------------------------------------------------------------------------------------

PIECES = (GIVES, ORDER, PAID, MISSED, CLAIM, MOVED_TO, "Practice managers are not eligible.", "£", "“", "by 1 May")
CONTEXTS = (
    FIRST,
    NOW_OFFICIAL,
    told(Reason.CHANGED, settled(Status.CHANGED)),
    told(Reason.WITHDRAWN, settled(Status.WITHDRAWN)),
)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(
    st.sampled_from(CONTEXTS),
    st.text(min_size=1, max_size=200),
    st.lists(st.sampled_from(PIECES) | st.text(max_size=300), max_size=6),
    st.sampled_from([timedelta(), timedelta(days=400)]),
)
def test_every_essence_is_short_sure_and_quoted(
    context: AlertContext, title: str, text: Sequence[str], later: timedelta
) -> None:
    assert context.item
    item = replace(context.item, title=title, summary=" ".join(text[:1]), text="\n".join(text))
    essence = compose_essence(replace(context, item=item), NOON + later)
    lines = [essence.status, essence.title, *(f"{LABELS[kind]}: {words}" for kind, words in essence.lines)]
    assert len(lines) <= 6
    assert max(map(len, lines)) <= MAX_LINE_CHARACTERS
    assert len(essence.source_line) <= MAX_SOURCE_CHARACTERS
    assert not any("not known" in words or "not mentioned" in words for _, words in essence.lines)
    kinds = [kind for kind, _ in essence.lines]
    assert len(kinds) == len(set(kinds))
    if {FactKind.DUE, FactKind.FROM} & set(kinds):
        assert essence.said or any(character.isdigit() for character in title), "a date stands beside its sentence"


def test_the_publisher_of_the_press_is_never_called_official() -> None:
    assert REPORTED.items == (PRESS,)
    assert PRESS.trust is Trust.PRESS
    assert "NOT OFFICIAL" in compose_essence(FIRST, NOON).status
