"""Deadline language. The table is ours: each class of wording that announcements use, and what must be left alone."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from watcher.core.date_extraction.extract import MAX_DATES, extract_deadlines, moment_of_deadline
from watcher.core.language.dates import LONDON
from watcher.model import Actor, Deadline, DeadlineKind, Precision, Published

STEADY = settings(deadline=None, derandomize=True, max_examples=200)
TUESDAY = Published(day=date(2022, 5, 3), precision=Precision.DAY)


def written(on: str) -> Published:
    if on == "-":
        return Published()
    if len(on) == len("2022-05"):
        return Published(day=date.fromisoformat(f"{on}-01"), precision=Precision.MONTH)
    return Published(day=date.fromisoformat(on), precision=Precision.DAY)


def table() -> Iterator[tuple[bool, str, str, str]]:
    """(picked out or a text, page date, what is said, what must be read) of each line of deadlines.txt."""
    picked = True
    for line in (Path(__file__).parent / "deadlines.txt").read_text(encoding="utf-8").splitlines():
        picked = line == "[phrases]" if line.startswith("[") else picked
        if line and line[0] not in "#[":
            on, _, said = line.partition(" | ")
            text, _, wanted = said.rpartition(" =>")
            yield picked, on, text, wanted.strip()


def shown(found: tuple[Deadline, ...]) -> str:
    return "; ".join(f"{each.kind} {when(each)}" for each in found)


def when(each: Deadline) -> str:
    if isinstance(each.at, datetime):
        return each.at.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M")
    return "-" if each.at is None else each.at.isoformat()[: 7 if each.precision is Precision.MONTH else 10]


@pytest.mark.parametrize(("picked", "on", "text", "wanted"), list(table()))
def test_announcements_mean_what_the_table_says(*, picked: bool, on: str, text: str, wanted: str) -> None:
    assert shown(extract_deadlines(text, written(on), picked=picked)) == wanted


def test_a_deadline_comes_with_its_words_its_sentence_and_all_that_is_known() -> None:
    text = "News of the week. An extra £10 is paid if practices reply by midnight on Friday 27 May. Thank you."
    assert extract_deadlines(text, TUESDAY) == (
        Deadline(
            kind=DeadlineKind.DEADLINE,
            at=datetime(2022, 5, 27, 22, 59, tzinfo=UTC),
            precision=Precision.MINUTE,
            words="midnight on Friday 27 May",
            sentence="An extra £10 is paid if practices reply by midnight on Friday 27 May.",
            actor=Actor.PRACTICES,
            ambiguous=True,
            payment=True,
        ),
    )


def test_an_offset_keeps_its_distance_and_says_that_it_was_derived() -> None:
    text = "It takes effect 14 days from the date of this letter. Replies are due within 5 working days of receipt."
    assert extract_deadlines(text, TUESDAY) == (
        Deadline(
            kind=DeadlineKind.RELATIVE,
            at=date(2022, 5, 17),
            precision=Precision.DAY,
            words="14 days",
            sentence="It takes effect 14 days from the date of this letter.",
            offset="14 days",
            derived=True,
        ),
        Deadline(
            kind=DeadlineKind.RELATIVE,
            words="5 working days",
            sentence="Replies are due within 5 working days of receipt.",
            offset="5 working days",
        ),
    )


@pytest.mark.parametrize(
    ("sentence", "whom"),
    [
        ("Practices must submit their plans to the ICB by 30 June.", Actor.PRACTICES),
        ("ICBs must submit a plan for all practices by 30 June.", Actor.OTHERS),
        ("The BMA has given ministers until 30 June to respond.", Actor.OTHERS),
        ("NHS England has asked practices to respond by 30 June.", Actor.PRACTICES),
        ("You have until 30 June to apply.", Actor.PRACTICES),
        ("Patients should book by 30 June.", Actor.OTHERS),
        ("Bird keepers must register by 30 June.", Actor.OTHERS),
        ("Forms must be submitted by 30 June.", Actor.UNSAID),
    ],
)
def test_a_deadline_says_whose_it_is(sentence: str, whom: Actor) -> None:
    assert [each.actor for each in extract_deadlines(sentence, TUESDAY)] == [whom]


@pytest.mark.parametrize(
    ("said", "day", "ambiguous"),
    [
        ("submit by 00:30 on 27 March 2022", datetime(2022, 3, 27, 0, 30, tzinfo=UTC), False),
        ("submit by 3am on 27 March 2022", datetime(2022, 3, 27, 2, tzinfo=UTC), False),
        ("submit by 1.30am on 27 March 2022", date(2022, 3, 27), True),  # the clocks leave it out
        ("submit by 1.30am on 30 October 2022", date(2022, 10, 30), True),  # it comes twice
    ],
)
def test_a_clock_that_changes_that_night_is_not_guessed(*, said: str, day: date, ambiguous: bool) -> None:
    found = extract_deadlines(said, Published(), picked=True)
    assert [(each.at, each.ambiguous) for each in found] == [(day, ambiguous)]


def test_a_day_ends_what_is_due_and_begins_what_holds_from_then() -> None:
    due, holds, never = extract_deadlines(
        "Submit it by 1 July. From 1 July it will apply. Reply within 10 days, as you must.", TUESDAY
    )
    assert [moment_of_deadline(each) for each in (due, holds, never)] == [
        datetime(2022, 7, 1, 22, 59, tzinfo=UTC),
        datetime(2022, 6, 30, 23, tzinfo=UTC),
        None,
    ]


def test_the_same_deadline_is_told_once_for_each_sentence_that_tells_it() -> None:
    assert len(extract_deadlines("Submit it by 1 July. Submit it by 1 July. Please submit it by 1 July.", TUESDAY)) == 2


PIECES = """by;until;from;before;after;the;1 July;30 June 2023;Friday;next Friday;5pm;midnight;on;at;to;and
must submit
within;10 days;of;the end of;June;this month;each year;deadline;has been;withdrawn;moved;opens;closes;not;need to
.;,;(;);29 February;ſat 3 ſep;today
tomorrow;31/12/22;2022-06-30;2359;£20;practices;۳ May;the 24th of each month"""
TEXTS = st.lists(st.sampled_from(re.split("[;\n]", PIECES)), max_size=25).map(" ".join) | st.text(max_size=80)
DAYS = st.dates().map(lambda day: Published(day=day, precision=Precision.DAY))
ANCHORS = DAYS | st.sampled_from(["-", "2022-05-03", "2022-05", "2024-02-29", "1990-01-01", "2100-12-31"]).map(written)


@STEADY
@given(text=TEXTS, anchor=ANCHORS, picked=st.booleans())
@example(text="by ſat 3 ſep", anchor=TUESDAY, picked=True)
@example(text="submit by 30 June", anchor=Published(day=date.max, precision=Precision.DAY), picked=False)
def test_whatever_is_said_a_deadline_quotes_it_and_no_year_comes_from_nowhere(
    *, text: str, anchor: Published, picked: bool
) -> None:
    spelt = {int(year) for year in re.findall(r"(?:19|20)\d\d", text)} | ({2022} if "/22" in text else set())
    known = {anchor.day.year + step for step in (-1, 0, 1, 2)} if anchor.day else set()
    for each in extract_deadlines(text, anchor, picked=picked):
        assert each.words in each.sentence
        assert each.sentence in text
        assert (each.at is None) == (each.precision is Precision.NONE)
        year = (each.at.astimezone(LONDON) if isinstance(each.at, datetime) else each.at or date.min).year
        assert each.at is None or year in spelt | known | {one + 1 for one in spelt}


@pytest.mark.parametrize(
    "piece",
    ["by 1 May ", "....", "! ", "\n", " ", "1 ", "e.g. ", "deadline for declaring ", "within 10 days of ", "not "],
)
def test_a_hundred_thousand_characters_of_anything_take_a_moment(piece: str) -> None:
    begun = time.process_time()
    found = extract_deadlines((piece * 100_000)[:100_000], TUESDAY, picked=True)
    assert time.process_time() - begun < 5
    assert len(found) <= MAX_DATES
