"""The Brief among the facts of an Alert: what is known in its order, and what is not in one line."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from watcher.core.messages.facts import add_facts, brief_facts, section_reason
from watcher.model import (
    Actor,
    Alert,
    AlertContext,
    DateState,
    DateStateChange,
    Deadline,
    DeadlineKind,
    FactKind,
    Item,
    LedgerDate,
    Paragraph,
    Precision,
    Published,
    Reason,
    Receipt,
    Status,
    Story,
)

NOW = datetime(2022, 1, 10, 9, tzinfo=UTC)
TODAY = date(2022, 1, 10)
HOUR = timedelta(hours=1)


def item(title: str, *text: str) -> Item:
    published = Published(day=TODAY, precision=Precision.DAY, literal="10 January 2022")
    return Item(
        source="s", identity="1", url="https://s.example/1", title=title, text=" ".join(text), published=published
    )


LISTS = item(
    "List reconciliation",
    "Practices must return their list data to PCSE within five days of its request.",
    "Practices that do not reply are reported to the commissioner.",
)


def test_what_is_known_stands_in_its_order_and_what_is_not_in_one_line() -> None:
    asked = "“Practices must return their list data to PCSE within five days of its request.”"
    reply = (
        f"“five days of its request”, from the day you received it, to PCSE ({asked})"
        "; if missed: Practices that do not reply are reported to the commissioner"
        "; shorter than your contract gives (30 days)"
    )
    assert list(brief_facts(LISTS, TODAY)) == [
        (FactKind.WHO, "Practices; practice managers not mentioned"),
        (FactKind.DO, "return their list data to PCSE"),
        (FactKind.REPLY_BY, reply),
        (FactKind.OWNER, "registrations"),
        (FactKind.APPLIES, "binding; addressed to practices"),
        (FactKind.UNKNOWN, "from, order, paid, code"),
    ]


def test_a_digest_leaves_out_what_is_not_known_but_for_the_reply() -> None:
    assert list(brief_facts(item("Minister visits a surgery"), TODAY, digest=True)) == [
        (FactKind.REPLY_BY, "not known")
    ]


def test_of_an_item_that_says_nothing_one_line_names_all_and_that_managers_are_not_mentioned() -> None:
    assert list(brief_facts(item("Minister visits a surgery"), TODAY)) == [
        (FactKind.REPLY_BY, "not known"),
        (FactKind.UNKNOWN, "who (practice managers not mentioned), from, do, order, paid, code, owner"),
    ]


def test_practice_managers_who_are_left_out_are_named_even_where_nobody_else_is() -> None:
    known = dict(brief_facts(item("Golden hello", "Practice managers are not eligible."), TODAY))
    assert known[FactKind.WHO] == "not Practice managers; practice managers excluded"


def test_a_date_of_the_headline_needs_no_second_sentence() -> None:
    known = dict(brief_facts(item("Claims must be sent by 28 January 2022"), TODAY))
    assert known[FactKind.REPLY_BY] == "Fri 28 Jan 2022, 18 days from now (in the headline)"


def test_a_long_sentence_is_shown_around_its_date() -> None:
    head = (
        "Where a practice has taken part in the scheme for all of the last year and wishes to go on with it in the next"
    )
    known = dict(
        brief_facts(
            item("Scheme", f"{head}, it must send the form by 28 January 2022 and keep a copy for six years."), TODAY
        )
    )
    assert known[FactKind.REPLY_BY].partition(" (")[2] == (
        "“… to go on with it in the next, it must send the form by 28 January 2022 and keep a copy for six years.”)"
    )


def test_the_brief_stands_after_the_status_and_an_admins_note_has_none() -> None:
    words = Paragraph(heading="OFFICIAL", title="T", facts=((FactKind.OFFICIAL, "yes"), (FactKind.SUMMARY, "words")))
    alert = Alert(reason=Reason.FIRST_HEARD, at=NOW)
    kinds = [kind for kind, _ in add_facts(words, AlertContext(alert=alert, item=LISTS), NOW, digest=True).facts]
    assert kinds == [
        FactKind.OFFICIAL,
        FactKind.WHO,
        FactKind.DO,
        FactKind.REPLY_BY,
        FactKind.OWNER,
        FactKind.APPLIES,
        FactKind.SUMMARY,
    ]
    assert add_facts(words, AlertContext(alert=Alert(reason=Reason.NEEDS_ADMIN, at=NOW)), NOW) == words


def test_a_first_alert_of_a_changed_page_is_a_change_in_a_digest() -> None:
    assert section_reason(Alert(reason=Reason.FIRST_HEARD, at=NOW, status=Status.CHANGED)) is Reason.CHANGED
    assert section_reason(Alert(reason=Reason.FIRST_HEARD, at=NOW, status=Status.CONFIRMED)) is Reason.FIRST_HEARD


# --- what is known since ------------------------------------------------------------------------------------------

CLAIM = item("Claims", "Practices must send their claim by 28 January 2022.")
SENTENCE = "Practices must send their claim by 28 January 2022."
LATER = "The date for claims is now 4 February 2022."


def kept(name: str, day: date, sentence: str, **values: object) -> LedgerDate:
    words = f"{day:%-d %B %Y}"
    deadline = Deadline(
        kind=DeadlineKind.DEADLINE,
        at=day,
        precision=Precision.DAY,
        words=words,
        sentence=sentence,
        actor=Actor.PRACTICES,
    )
    turns = (DateStateChange(state=DateState.OPEN, item=CLAIM.id, at=NOW),)
    known = LedgerDate(
        id=name, story="s", item=CLAIM.id, deadline=deadline, stated_at=NOW, state_changes=turns, official=True
    )
    return replace(known, **values)  # type: ignore[arg-type]


OPEN = kept("first", date(2022, 1, 28), SENTENCE)
NEXT = kept("next", date(2022, 2, 4), LATER)
MOVED = replace(OPEN.with_state(DateState.MOVED, "other", NOW + HOUR), moved_to="next")
WITHDRAWN = OPEN.with_state(DateState.WITHDRAWN, "other", NOW + HOUR)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([], f"Fri 28 Jan 2022, 18 days from now (“{SENTENCE}”)"),
        ([OPEN, NEXT], f"Fri 28 Jan 2022, 18 days from now (“{SENTENCE}”)"),
        ([WITHDRAWN], f"WITHDRAWN: Fri 28 Jan 2022 (“{SENTENCE}”)"),
        ([MOVED, NEXT], f"MOVED from Fri 28 Jan 2022 to Fri 4 Feb 2022, 25 days from now (“{LATER}”)"),
        (
            [MOVED, NEXT.with_state(DateState.WITHDRAWN, "third", NOW + 2 * HOUR)],
            f"WITHDRAWN: Fri 28 Jan 2022 (“{SENTENCE}”)",
        ),
        ([replace(MOVED, moved_to="first")], f"Fri 28 Jan 2022, 18 days from now (“{SENTENCE}”)"),
    ],
    ids=["unknown", "open", "withdrawn", "moved", "moved and withdrawn", "moved to itself"],
)
def test_a_date_that_later_texts_moved_or_withdrew_says_so(dates: list[LedgerDate], expected: str) -> None:
    assert dict(brief_facts(CLAIM, TODAY, dates))[FactKind.REPLY_BY] == expected


def test_what_moves_a_date_says_from_where_and_a_later_text_does_not() -> None:
    mover = item("Claims", "Practices must now send their claim by 4 February 2022.")
    dates = [MOVED, NEXT]
    at_once, afterwards = (dict(brief_facts(mover, TODAY, dates, NOW + n * HOUR))[FactKind.REPLY_BY] for n in (1, 2))
    assert at_once.startswith("MOVED from Fri 28 Jan 2022 to Fri 4 Feb 2022, 25 days from now (")
    assert afterwards.startswith("Fri 4 Feb 2022, 25 days from now (")


def test_of_two_dates_the_one_that_holds_stands_first_and_one_date_is_told_once() -> None:
    both = item("Claims", SENTENCE, "Practices must send the rest by 4 February 2022.", "Late claims will not be paid.")
    rest = "“Practices must send the rest by 4 February 2022.”"
    missed = "; if missed: Late claims will not be paid"
    held = dict(brief_facts(both, TODAY, [WITHDRAWN]))[FactKind.REPLY_BY]
    assert held == f"Fri 4 Feb 2022, 25 days from now ({rest}); also WITHDRAWN: Fri 28 Jan 2022 (“{SENTENCE}”){missed}"
    once = dict(brief_facts(both, TODAY, [MOVED, NEXT]))[FactKind.REPLY_BY]
    assert once == f"MOVED from Fri 28 Jan 2022 to Fri 4 Feb 2022, 25 days from now (“{LATER}”){missed}"
    off = dict(brief_facts(item("Claims", SENTENCE, "Late claims will not be paid."), TODAY, [WITHDRAWN]))[
        FactKind.REPLY_BY
    ]
    assert off == f"WITHDRAWN: Fri 28 Jan 2022 (“{SENTENCE}”)", "nothing is missed of what is off"


def test_a_date_of_the_ledger_as_of_a_moment_knows_nothing_of_what_came_later() -> None:
    before = [each.as_of(NOW) for each in (MOVED, WITHDRAWN, OPEN)]
    assert [(each.state, each.moved_to) for each in before if each] == 3 * [(DateState.OPEN, "")]
    assert MOVED.as_of(NOW + HOUR) == MOVED
    assert OPEN.as_of(NOW - HOUR) is None


# --- follow-ups and reminders -------------------------------------------------------------------------------------

WORDS = Paragraph(heading="OFFICIAL", title="T", facts=((FactKind.OFFICIAL, "yes"),))
STORY = Story(id="s", title="T", status=Status.CONFIRMED, topics=(), opened_at=NOW, items=())


def facts(told: AlertContext, *, digest: bool = False) -> list[tuple[str, str]]:
    return list(add_facts(WORDS, told, NOW, digest=digest).facts)


def test_a_follow_up_repeats_nothing_of_what_is_not_known_and_a_digest_says_reply_by() -> None:
    visit = AlertContext(alert=Alert(reason=Reason.NOW_OFFICIAL, at=NOW), item=item("Minister visits a surgery"))
    again = replace(visit, first_receipt=Receipt(place="C1", message="1.1"))
    assert [kind for kind, _ in facts(visit)] == [FactKind.OFFICIAL, FactKind.REPLY_BY, FactKind.UNKNOWN]
    assert [kind for kind, _ in facts(again)] == [FactKind.OFFICIAL]
    assert [kind for kind, _ in facts(again, digest=True)] == [FactKind.OFFICIAL, FactKind.REPLY_BY]


def test_what_takes_a_story_back_names_only_the_dates_that_are_off() -> None:
    fell = AlertContext(
        alert=Alert(reason=Reason.WITHDRAWN, at=NOW), item=CLAIM, story=replace(STORY, status=Status.WITHDRAWN)
    )
    assert facts(fell) == [
        (FactKind.OFFICIAL, "yes"),
        (FactKind.REPLY_BY, f"WITHDRAWN: Fri 28 Jan 2022 (“{SENTENCE}”)"),
    ]


@pytest.mark.parametrize(
    ("now", "dates", "expected"),
    [
        (
            datetime(2022, 1, 27, 12, tzinfo=UTC),
            [OPEN],
            f"Fri 28 Jan 2022, tomorrow, 17 working hours left (“{SENTENCE}”)",
        ),
        (
            datetime(2022, 1, 28, 17, 15, tzinfo=UTC),
            [OPEN],
            f"Fri 28 Jan 2022, today, 1 working hour left (“{SENTENCE}”)",
        ),
        (
            datetime(2022, 1, 28, 18, tzinfo=UTC),
            [OPEN],
            f"Fri 28 Jan 2022, today, less than 1 working hour left (“{SENTENCE}”)",
        ),
        (
            datetime(2022, 1, 28, 20, tzinfo=UTC),
            [OPEN],
            f"Fri 28 Jan 2022, today, no working hours left (“{SENTENCE}”)",
        ),
        (datetime(2022, 1, 27, 12, tzinfo=UTC), [WITHDRAWN], f"WITHDRAWN: Fri 28 Jan 2022 (“{SENTENCE}”)"),
        (
            datetime(2022, 1, 27, 12, tzinfo=UTC),
            [MOVED, NEXT],
            f"MOVED from Fri 28 Jan 2022 to Fri 4 Feb 2022, 8 days from now (“{LATER}”)",
        ),
    ],
    ids=["a day before", "an hour", "minutes", "evening", "withdrawn since", "moved since"],
)
def test_a_reminder_names_its_date_what_is_left_and_its_sentence(
    now: datetime, dates: list[LedgerDate], expected: str
) -> None:
    near = AlertContext(
        alert=Alert(reason=Reason.DEADLINE_NEAR, at=NOW, note="first 24h"), item=CLAIM, dates=tuple(dates)
    )
    assert add_facts(WORDS, near, now).facts == (
        (FactKind.DUE, expected),
        (FactKind.OFFICIAL, "yes"),
        (FactKind.WHO, "Practices; practice managers not mentioned"),
        (FactKind.DO, "send their claim"),
        (FactKind.APPLIES, "binding; addressed to practices"),
    )


def test_a_sum_is_never_cut_at_its_comma() -> None:
    known = dict(brief_facts(item("Pay", "Practices must declare pay above £150,000 by 28 January 2022."), TODAY))
    assert known[FactKind.DO] == "declare pay above £150,000"
