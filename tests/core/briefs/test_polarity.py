"""A task or a date that a text names only to say that it is none, is off, or is somebody else's: nothing is shown."""

from datetime import date

import pytest

from watcher.core.briefs.current_dates import is_withdrawn
from watcher.core.briefs.fields import extract_brief
from watcher.model import Brief, Item, Precision, Published, Trust

WRITTEN = Published(day=date(2025, 2, 20), precision=Precision.DAY)


def read(text: str, trust: Trust = Trust.OFFICIAL, title: str = "Returns") -> Brief:
    address = "site.example/1"
    item = Item(source="s", identity=address, url=f"https://{address}", title=title, text=text, published=WRITTEN)
    return extract_brief(item, trust)


@pytest.mark.parametrize(
    "text",
    [
        "There is no requirement that practices must submit a return by 1 May 2025.",
        "It is not the case that practices must return the form by 1 May 2025.",
        "The rule that all practices must submit a return by 1 May 2025 has been suspended.",
        "The proposal that practices must submit a return by 1 May 2025 was dropped.",
        "We no longer believe that practices should submit a return.",
        "Nothing in this letter means practices must close their lists.",
        "Subject to approval, practices must submit the return by 1 May 2025.",
        "Draft regulations for consultation say practices must submit returns by 1 May 2025.",
        "No practice should order stock before 1 March 2025.",
        "Practices are no longer asked to submit returns by 1 May 2025.",
        "Veterinary practices must report avian flu by 1 May 2025.",
        "GP practices in Scotland must submit returns by 1 May 2025.",
        "Welsh GP practices should submit a return by 1 May 2025.",
    ],
)
def test_what_is_no_task_is_nothing_to_do_and_nothing_is_due(text: str) -> None:
    brief = read(text)
    assert brief.do is None
    assert brief.due is None or is_withdrawn(brief.due)


def test_what_must_not_be_done_by_a_day_is_not_due_on_it() -> None:
    brief = read("Practices must not send the list back by 3 March 2025.", title="List validation")
    assert (brief.due, brief.contract) == (None, None)
    assert brief.do
    assert brief.do.shown == "do not send the list back"


def test_a_task_whose_condition_stands_behind_its_date_is_not_shown_without_it() -> None:
    assert read("Practices should submit the form by 1 May 2025 only after receiving a letter from us.").do is None


def test_a_cohort_out_of_which_somebody_is_taken_behind_its_verb_is_not_shown() -> None:
    assert read("From 1 September 2024 those aged 75 to 79 are eligible, unless they had a dose before.").who is None


def test_practices_of_england_and_another_nation_are_told() -> None:
    brief = read("Practices in Wales and England must submit a return by 1 May 2025.")
    assert brief.due


def test_how_fast_pcse_replies_is_no_short_notice_for_practices() -> None:
    assert read("PCSE will reply to list validation queries within 5 working days.", title="Lists").contract is None


@pytest.mark.parametrize(
    "text",
    [
        "Practice managers are eligible except those in London.",
        "Practice managers who are not GP partners are excluded.",
        "Practice managers cannot claim on behalf of nurses.",
        "Eligible roles: nurses, pharmacists, paramedics, dietitians and any other member of staff.",
    ],
)
def test_what_limits_the_role_says_neither_that_it_is_in_nor_that_it_is_out(text: str) -> None:
    assert read(text).managers is None


def test_what_a_union_warns_of_is_nothing_to_do() -> None:
    assert read("", Trust.PRESS, "Practices must pay for vaccines, warns union").do is None


def test_a_task_whose_exception_would_fall_off_is_not_shown() -> None:
    text = (
        "Practices should vaccinate adults aged 65 and over and those who are immunosuppressed from 3 October 2024, "
        "except residents of care homes."
    )
    assert read(text).do is None
