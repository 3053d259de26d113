"""Announcements in our own words and the facts that are surely right of each; what is not sure is left out."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.briefs.current_dates import drop_days_with_hours
from watcher.core.briefs.fields import extract_brief
from watcher.core.language.dates import LONDON
from watcher.core.statements.shortening import MAX_CHARACTERS
from watcher.model import Brief, BriefDate, Deadline, DeadlineKind, Fact, Item, Precision, Published, Trust

OURS = Path(__file__).parent / "announcements.jsonl"
SHARED = Path(__file__).parents[4] / "shared"
SCORE = SHARED / "tools/score_brief.py"


def item(on: str, title: str, *lines: str) -> Item:
    published = Published(day=date.fromisoformat(on), precision=Precision.DAY)
    return Item(source="s", identity="1", url="", title=title, text="\n".join(lines), published=published)


def shown_date(moment: BriefDate) -> str:
    at = moment.deadline.at
    if at is None:
        return moment.fact.words
    return f"{at.astimezone(LONDON):%Y-%m-%dT%H:%M}" if isinstance(at, datetime) else at.isoformat()


def facts(brief: Brief) -> Mapping[str, str]:
    """The ten facts of a Brief that are known, and the contract's time where less is asked."""
    known = {
        "who": brief.who,
        "do": brief.do,
        "paid": brief.paid,
        "order": brief.order,
        "if_missed": brief.if_missed,
        "owner": brief.owner,
        "managers": brief.managers,
        "addressed_to": brief.addressed_to,
    }
    dates = {"from": brief.starts, "due": brief.due}
    return {
        **{name: str(fact.shown) for name, fact in known.items() if fact},
        **{name: shown_date(moment) for name, moment in dates.items() if moment},
        **({"also_due": ", ".join(map(shown_date, brief.also_due))} if brief.also_due else {}),
        **({"short": f"{brief.contract.asks} for {brief.contract.gives}"} if brief.contract else {}),
    }


def read(on: str, title: str, *lines: str, trust: Trust = Trust.OFFICIAL) -> Mapping[str, str]:
    return facts(extract_brief(item(on, title, *lines), trust))


# --- whole announcements ------------------------------------------------------------------------------------------


def test_the_over_50s_in_november_2020() -> None:
    assert read(
        "2020-11-20",
        "Flu vaccination for people aged 50 to 64",
        "To: GP practices in England",
        "From Tuesday 1 December 2020 practices can give the flu vaccine to all patients aged 50 to 64.",
        "Practices can order stock through the portal of the department.",
        "An item of service fee is paid for each vaccination. Vaccine from the central supply costs nothing.",
    ) == {
        "who": "all patients aged 50 to 64",
        "from": "2020-12-01",
        "order": "order stock through the portal of the department",
        "paid": "An item of service fee is paid for each vaccination",
        "owner": "nurse lead",
        "addressed_to": "practices",
    }


def test_a_scheme_that_leaves_managers_out_and_pays_twice() -> None:
    assert read(
        "2020-07-17",
        "Golden hello for new partners",
        "The scheme pays up to £20,000, and up to £3,000 for training.",
        "To be eligible the new partner must be a clinician who does at least two sessions a week.",
        "Practice managers are not eligible.",
        trust=Trust.TRADE,
    ) == {
        "who": "a clinician who does at least two sessions a week",
        "paid": "up to £20,000, and up to £3,000 for training",
        "managers": "excluded",
        "owner": "partners",
    }


def test_list_data_in_five_days_is_shorter_than_the_contract_gives() -> None:
    assert read(
        "2022-01-10",
        "List cleansing: what is asked",
        "To: GP practices",
        "Practices must return list data within five days of the request.",
        "Queries without an answer are reported to the commissioner.",
    ) == {
        "do": "return list data",
        "due": "five days of the request",
        "if_missed": "Queries without an answer are reported to the commissioner",
        "owner": "registrations lead",
        "addressed_to": "practices",
        "short": "5 days for 30 days",
    }


def test_the_yearly_declaration_opens_and_closes_and_its_miss_is_named() -> None:
    assert read(
        "2026-10-12",
        "The yearly self-declaration is open",
        "All GP practices in England must complete the electronic declaration, which opened on 12 October and closes "
        "at "
        "5pm on Monday 30 November.",
        "Practices that miss the date receive an automatic breach notice.",
    ) == {
        "do": "complete the electronic declaration",
        "from": "2026-10-12",
        "due": "2026-11-30T17:00",
        "if_missed": "Practices that miss the date receive an automatic breach notice",
        "owner": "registered manager",
        "addressed_to": "practices",
    }


def test_two_dates_stay_two_and_the_one_that_is_not_ours_is_left_out() -> None:
    assert read(
        "2027-01-11",
        "Year end papers",
        "To: GP practices",
        "GP partners must send the annual certificate to PCSE by 28 February 2027.",
        "Practices should submit their estimate of pay by 1 March 2027.",
        "Integrated care boards must report to NHS England by 15 March 2027.",
    ) == {
        "who": "GP partners",
        "do": "GP partners: send the annual certificate to PCSE",
        "due": "2027-02-28",
        "also_due": "2027-03-01",
        "addressed_to": "practices",
    }


# --- one rule a line ----------------------------------------------------------------------------------------------

MARCH = "2026-03-02"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["If practices do not submit the form it is lost."], None, id="a condition is no instruction"),
        pytest.param(["Practices must not order before 1 May."], "do not order before 1 May", id="the not stays"),
        pytest.param(
            ["Interested practices should express interest by Friday 6 March."],
            "Interested practices: express interest",
            id="whom it is for stays",
        ),
        pytest.param(["Practices need not reply to this letter."], "no need to reply to this letter", id="need not"),
        pytest.param(["Community pharmacies must submit the form."], None, id="somebody else's task"),
        pytest.param(["Practices had been asked to stop."], None, id="the past"),
        pytest.param(
            ["What practices need to do", "• Check the register.", "• Record each dose."],
            "Check the register",
            id="a list under its heading",
        ),
        pytest.param(["Please see the guidance for details."], None, id="a pointer is no task"),
        pytest.param(
            ["Practices that wish to take part must apply."],
            "Practices that wish to take part: apply",
            id="a wish stays",
        ),
        pytest.param(["Practices must apply if they wish to take part."], None, id="only for those who wish"),
        pytest.param(["EMIS practices should complete the form."], "EMIS practices: complete the form", id="a limit"),
    ],
)
def test_what_to_do_is_an_instruction_that_holds_for_practices(lines: list[str], expected: str | None) -> None:
    assert read(MARCH, "A letter", *lines).get("do") == expected


@pytest.mark.parametrize("said", ["“Surgeries must tell patients,” said a campaigner.Campaigners urge GPs to stop."])
def test_what_somebody_wishes_in_the_press_is_no_instruction(said: str) -> None:
    assert "do" not in read(MARCH, "Anger at phones", said, trust=Trust.PRESS)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("Practices must reply by Friday 6 March.", "2026-03-06", id="an instruction"),
        pytest.param("The closing date is noon on Friday 6 March.", "2026-03-06T12:00", id="a closing date"),
        pytest.param("Actions complete: 6 March 2026", "2026-03-06", id="a table"),
        pytest.param("Boards must reply by Friday 6 March.", None, id="somebody else's"),
        pytest.param("A webinar takes place on Friday 6 March.", None, id="an event"),
        pytest.param("The vaccination campaign runs from 1 April to 30 June.", None, id="the end of a campaign"),
        pytest.param("Practices will be contacted by their ICB by 6 March.", None, id="done by others"),
    ],
)
def test_what_is_due_is_a_practices_own_date(line: str, expected: str | None) -> None:
    assert read(MARCH, "A letter", line).get("due") == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["To: GP practices", "Cc: trusts"], "practices"),
        (["To: integrated care boards, trusts", "For onward cascade to: general practices"], "copy"),
        (["To: trust chief executives", "cc: regional teams"], "others"),
        (["Audience: practice managers"], "practices"),
        (["This alert has been issued to: GP Practices, NHS Trusts"], "practices"),
        (["A toolkit was published."], None),
    ],
)
def test_whom_it_addresses_stands_in_its_address_lines(lines: list[str], expected: str | None) -> None:
    assert read(MARCH, "A letter", *lines).get("addressed_to") == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Open to clinicians, including nurses, pharmacists and podiatrists.", None),
        ("Practice managers are not eligible.", "excluded"),
        ("Practice managers are not yet eligible for the payment.", "excluded"),
        ("All staff but not practice managers can apply.", "excluded"),
        ("The body hopes to add practice managers.", "planned"),
        ("The scheme is extended to practice managers.", "included"),
        ("Eligible roles: nurses, pharmacists, paramedics and podiatrists.", "excluded"),
        ("Practice managers say they still cannot tell patients when their turn will come.", None),
        ("Practice managers, one wrote, were never included.", None),
        ("Practice managers are asked to complete the return by 1 December.", None),
        ("Practice managers should make sure that all eligible patients are invited.", None),
        ("Practice managers must exclude staff who left, except retired partners.", None),
        ("Open to nurses, pharmacists and paramedics; practice managers are not mentioned.", None),
        ("Practice managers asked to be let in to the scheme.", None),
        ("Practice managers cannot yet apply, but NHS England is considering it.", "excluded"),
        ("It was working on adding practice managers. Practice managers were refused.", "excluded"),
    ],
)
def test_practice_managers_are_in_out_or_planned_only_where_the_text_says_so(line: str, expected: str | None) -> None:
    assert read("2021-09-30", "A scheme", line).get("managers") == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A fee of £20 will be paid for each eligible request made.", "£20 for each eligible request made"),
        ("The fund is worth £80 million across England.", None),
        ("For a practice on analogue lines funding could mean about £60,000 of support.", "about £60,000 of support"),
        ("Campaigners call for £500 for each practice.", None),
        ("There is no additional funding for this.", "no additional funding for this"),
    ],
)
def test_what_is_paid_has_its_unit_and_is_a_practices_own(line: str, expected: str | None) -> None:
    paid = read(MARCH, "A letter", line).get("paid")
    assert paid == expected or (expected and paid and paid.startswith(expected))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("within 48 hours of the request", "48 hours for 30 days"),
        ("within two weeks of the request", "2 weeks for 30 days"),
        ("within 45 days of the request", None),
        ("by Friday 6 March", "4 days for 30 days"),
        ("by Friday 1 May", None),
    ],
)
def test_short_notice_compares_lengths_of_time(asked: str, expected: str | None) -> None:
    assert read(MARCH, "List validation", f"Practices must return the list {asked}.").get("short") == expected


def test_short_notice_is_a_matter_of_the_patient_list_alone() -> None:
    assert "short" not in read(MARCH, "Flu vaccine", "Practices must order vaccine within 48 hours.")


# --- for every text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "who"),
    [
        ("Flu jabs to be offered to all aged 50 to 64, GPs told", "all aged 50 to 64"),
        ("Covid vaccine offered to adults aged 75 and over, NHS England says", "adults aged 75 and over"),
        (
            "RSV vaccine to be given to pregnant women, adults aged 75 and over",
            "pregnant women, adults aged 75 and over",
        ),
    ],
)
def test_who_said_it_is_not_among_those_whom_it_is_for(title: str, who: str) -> None:
    assert read("2026-11-27", title, trust=Trust.TRADE)["who"] == who


def test_a_day_whose_hour_another_sentence_names_is_one_date() -> None:
    due = read(
        "2026-11-27",
        "Workforce return due by 18 December 2026",
        "Practices must submit the workforce return by 18 December 2026.",
        "Practices must submit the workforce return through the portal by 5pm on Friday 18 December 2026.",
    )
    assert (due["due"], due.get("also_due")) == ("2026-12-18T17:00", None)


def test_two_things_that_are_due_on_one_day_stay_two() -> None:
    due = read(
        "2026-11-27",
        "Two tasks before Christmas",
        "Practices must order flu vaccine by 18 December 2026.",
        "Practices must submit the workforce return by 5pm on 18 December 2026.",
    )
    assert (due["do"], due["due"], due["also_due"]) == ("order flu vaccine", "2026-12-18", "2026-12-18T17:00")


def test_an_hour_that_need_not_be_kept_takes_no_day_away() -> None:
    sentence = "Practices must order flu vaccine by 18 December 2026."
    day = Deadline(
        kind=DeadlineKind.DEADLINE,
        at=date(2026, 12, 18),
        precision=Precision.DAY,
        words="18 December 2026",
        sentence=sentence,
    )
    hour = replace(
        day, kind=DeadlineKind.NEGATED, at=datetime(2026, 12, 18, 17, tzinfo=UTC), precision=Precision.MINUTE
    )
    fact = Fact(words="18 December 2026", sentence=sentence, field="text")
    moments = [BriefDate(fact=fact, deadline=each) for each in (day, hour)]
    assert drop_days_with_hours(moments) == moments
    assert drop_days_with_hours([moments[0], replace(moments[1], deadline=replace(hour, kind=day.kind))]) == [
        replace(moments[1], deadline=replace(hour, kind=day.kind))
    ]


PIECES = [
    "To: GP practices",
    "Practices must return list data within five days of its request.",
    "GP partners must send the annual certificate to PCSE by 28 February 2027.",
    "A fee of £10.06 is paid for each dose, plus £3 if it is given at home.",
    "Those aged 75 and over, residents in care homes, and those aged five and over will be offered it.",
    "• order stock through ImmForm",
    "Failure to do so may result in a breach notice.",
    "£",
    "by 1 May",
    "“",
]


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.lists(st.sampled_from(PIECES)), st.text(max_size=60))
def test_every_quote_was_said_and_every_value_fits_a_line(said: list[str], noise: str) -> None:
    given_ = item("2022-01-10", noise, *said)
    known = extract_brief(given_)
    named = (known.who, known.do, known.order, known.paid, known.if_missed, known.owner, known.managers)
    moments = (known.starts, known.due, *known.also_due)
    for fact in filter(None, [*named, known.addressed_to, *(moment.fact for moment in moments if moment)]):
        assert fact.sentence in getattr(given_, fact.field)
        assert fact.words in fact.sentence
    assert all(len(fact.shown) <= MAX_CHARACTERS for fact in named if fact)


@pytest.mark.parametrize("piece", ["order ", "practices must ", "£1 a ", "including a ", "A ", "To: ", "the if not, "])
def test_a_text_that_never_ends_takes_a_moment(piece: str) -> None:
    begun = time.process_time()
    extract_brief(item("2022-01-10", "Endless", (piece * 50_000)[:100_000]))
    assert time.process_time() - begun < 5


# --- measured ------------------------------------------------------------------------------------------------------


def score(*options: str) -> Mapping[str, float]:
    command = [sys.executable, "-B", str(SCORE), "--watcher", f"{sys.executable} -m watcher", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = dict(pair.split("=") for pair in done.stdout.splitlines()[-1].split())
    return {name: float(figure) for name, figure in figures.items()}


@pytest.mark.skipif(not SCORE.exists(), reason=f"{SCORE} is not there: its labels are not ours to keep")
def test_the_thirty_labelled_texts_keep_their_bounds() -> None:
    figures = score()
    assert {name: figures[name] for name in ("wrong_lines", "unquoted", "who_wrong", "due_wrong")} == {
        "wrong_lines": 0,
        "unquoted": 0,
        "who_wrong": 0,
        "due_wrong": 0,
    }
    assert figures["recall"] >= 0.9


@pytest.mark.skipif(not SCORE.exists(), reason=f"{SCORE} is not there: it says how an answer is judged")
def test_twenty_texts_of_our_own_that_the_reader_was_not_fitted_to() -> None:
    assert len([json.loads(line) for line in OURS.read_text(encoding="utf-8").splitlines()]) == 20
    figures = score("--items", str(OURS))
    assert figures["unquoted"] == 0
    assert figures["wrong_lines"] <= 11
    assert figures["recall"] >= 0.6
