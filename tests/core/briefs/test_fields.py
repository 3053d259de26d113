"""Announcements of the past in our own words, and the whole Brief of each."""

import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.core.briefs.fields import extract_brief
from watcher.core.messages.brief_lines import brief_lines
from watcher.model import (
    Actor,
    Audience,
    Brief,
    BriefDate,
    Deadline,
    DeadlineKind,
    Fact,
    FactKind,
    Inclusion,
    Item,
    Obligation,
    Precision,
    Published,
)


def item(on: str, title: str, *text: str) -> Item:
    published = Published(day=date.fromisoformat(on), precision=Precision.DAY)
    return Item(source="s", identity="1", url="", title=title, text=" ".join(text), published=published)


def fact(words: str, sentence: str, value: str = "", field: str = "text") -> Fact:
    return Fact(words=words, sentence=sentence, field=field, value=value)


def at(kind: DeadlineKind, when: date | datetime, words: str, sentence: str, **more: object) -> BriefDate:
    exact = Precision.MINUTE if isinstance(when, datetime) else Precision.DAY
    deadline = Deadline(kind=kind, at=when, precision=exact, words=words, sentence=sentence, **more)  # type: ignore[arg-type]
    return BriefDate(fact=fact(words, sentence), deadline=deadline)


FLU_TITLE = "Flu vaccine: people aged 50 to 64 can have it from 1 December"
FLU_START = (
    "The health secretary said that people aged 50 to 64 in England will be able to have it from 1 December 2020."
)
FLU_ORDER = "Practices can order from the central stock held by the department."
FLU_PAID = "A fee of £10.06 a dose is paid."
FLU_WAIT = "Practices should wait for guidance before they book anybody."


def test_the_over_50s_in_november_2020() -> None:
    assert extract_brief(item("2020-11-20", FLU_TITLE, FLU_START, FLU_ORDER, FLU_PAID, FLU_WAIT)) == Brief(
        who=fact("people aged 50 to 64", FLU_TITLE, field="title"),
        starts=BriefDate(
            fact=fact("1 December", FLU_TITLE, field="title"),
            deadline=Deadline(
                kind=DeadlineKind.EFFECTIVE,
                at=date(2020, 12, 1),
                precision=Precision.DAY,
                words="1 December",
                sentence=FLU_TITLE,
                actor=Actor.OTHERS,
            ),
        ),
        do=fact("wait for guidance", FLU_WAIT),
        order=fact("order from the central stock held by the department", FLU_ORDER),
        paid=fact("£10.06 a dose", FLU_PAID),
        owner=fact("vaccine", FLU_TITLE, "nurse lead", "title"),
        area=fact("England", FLU_START),
        audience=Audience.PRACTICES,
    )


PARTNERS_TITLE = "Golden hello for new partners leaves managers out"
PARTNERS_PAID = "New partners can claim up to £20,000 plus £3,000 for training."
PARTNERS_WHO = "It is open to eleven clinical roles, including nurses, pharmacists, paramedics and podiatrists."
PARTNERS_PLAN = "NHS England said that it was working on adding practice managers."
PARTNERS_DUE = "Partners must apply within six months of starting."


def test_a_scheme_whose_managers_are_only_said_to_be_planned() -> None:
    known = extract_brief(item("2020-07-17", PARTNERS_TITLE, PARTNERS_PAID, PARTNERS_WHO, PARTNERS_PLAN, PARTNERS_DUE))
    assert known == Brief(
        who=fact("eleven clinical roles, including nurses, pharmacists, paramedics and podiatrists", PARTNERS_WHO),
        do=fact("apply", PARTNERS_DUE),
        paid=fact("up to £20,000 plus £3,000 for training", PARTNERS_PAID),
        reply_by=BriefDate(
            fact=fact("six months of starting", PARTNERS_DUE),
            deadline=Deadline(
                kind=DeadlineKind.RELATIVE,
                words="six months",
                sentence=PARTNERS_DUE,
                actor=Actor.PRACTICES,
                offset="6 months",
            ),
        ),
        owner=fact("partners", PARTNERS_TITLE, "partners", "title"),
        area=fact("England", PARTNERS_PLAN),
        obligation=Obligation.BINDING,
        practice_managers=Inclusion.PLANNED,
    )


LIST_TITLE = "List cleansing: PCSE wants answers in days"
LIST_ASKS = "PCSE asks practices to return list data within five days of its request."
LIST_MISSED = "Queries without an answer are reported to the commissioner."


def test_list_data_in_five_days_is_shorter_than_the_contract_gives() -> None:
    assert extract_brief(item("2022-01-10", LIST_TITLE, LIST_ASKS, LIST_MISSED)) == Brief(
        do=fact("return list data", LIST_ASKS),
        reply_by=BriefDate(
            fact=fact("five days of its request", LIST_ASKS),
            deadline=Deadline(
                kind=DeadlineKind.RELATIVE,
                words="five days",
                sentence=LIST_ASKS,
                actor=Actor.PRACTICES,
                offset="5 days",
            ),
        ),
        consequence=fact("Queries without an answer are reported to the commissioner", LIST_MISSED),
        owner=fact("List cleansing", LIST_TITLE, "registrations", "title"),
        obligation=Obligation.REQUEST,
        audience=Audience.PRACTICES,
        contract="30 days",
    )


DECLARE = (
    "All GP practices in England must complete the electronic declaration (eDEC), which opened on 12 October "
    "and closes at 5pm on Monday 30 November."
)
DECLARE_MISSED = "Practices that miss the date receive an automatic breach notice."


def test_the_yearly_declaration_opens_and_closes_and_its_miss_is_named() -> None:
    ours = {"actor": Actor.PRACTICES}
    closes = datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert extract_brief(item("2026-10-12", "The yearly self-declaration is open", DECLARE, DECLARE_MISSED)) == Brief(
        who=fact("All GP practices in England", DECLARE),
        starts=at(DeadlineKind.WINDOW_OPEN, date(2026, 10, 12), "12 October", DECLARE, **ours),
        do=fact("complete the electronic declaration", DECLARE),
        reply_by=at(DeadlineKind.WINDOW_CLOSE, closes, "5pm on Monday 30 November", DECLARE, **ours),
        consequence=fact("Practices that miss the date receive an automatic breach notice", DECLARE_MISSED),
        owner=fact("self-declaration", "The yearly self-declaration is open", "registered manager", "title"),
        area=fact("England", DECLARE),
        obligation=Obligation.BINDING,
        audience=Audience.PRACTICES,
    )


PENSION = "GP partners must send the annual certificate of pensionable profits to PCSE by 28 February 2027."
ESTIMATE = "Practices should submit their estimate of pay by 1 March 2027."


def test_two_pension_dates_stay_two() -> None:
    ours = {"actor": Actor.PRACTICES}
    known = extract_brief(item("2027-01-11", "Year end papers", PENSION, ESTIMATE))
    assert known == Brief(
        who=fact("GP partners", PENSION),
        do=fact("send the annual certificate of pensionable profits", PENSION),
        reply_by=at(DeadlineKind.DEADLINE, date(2027, 2, 28), "28 February 2027", PENSION, **ours),
        also_by=(at(DeadlineKind.DEADLINE, date(2027, 3, 1), "1 March 2027", ESTIMATE, **ours),),
        reply_to=fact("PCSE", PENSION),
        owner=fact("pensionable", PENSION, "finance"),
        obligation=Obligation.BINDING,
        audience=Audience.PRACTICES,
    )
    assert dict(brief_lines(known, date(2027, 2, 25)))[FactKind.REPLY_BY] == (
        f"Sun 28 Feb 2027, 3 days from now (last working day Fri 26 Feb 2027), to PCSE (“{PENSION}”); "
        f"also Mon 1 Mar 2027, 4 days from now (“{ESTIMATE}”)"
    )


PAY_TITLE = "Pay declaration: 12 November deadline withdrawn"
PAY_NEED_NOT = "GPs and practice staff need not submit anything."


def test_a_date_that_was_withdrawn_is_told_as_withdrawn() -> None:
    known = extract_brief(item("2021-11-18", PAY_TITLE, PAY_NEED_NOT))
    assert known == Brief(
        who=fact("GPs and practice staff", PAY_NEED_NOT),
        do=fact("need not submit anything", PAY_NEED_NOT),
        reply_by=BriefDate(
            fact=fact("12 November", PAY_TITLE, field="title"),
            deadline=Deadline(
                kind=DeadlineKind.WITHDRAWN,
                at=date(2021, 11, 12),
                precision=Precision.DAY,
                words="12 November",
                sentence=PAY_TITLE,
            ),
        ),
        owner=fact("Pay declaration", PAY_TITLE, "finance", "title"),
    )
    assert (
        dict(brief_lines(known, date(2021, 11, 18)))[FactKind.REPLY_BY]
        == "WITHDRAWN: Fri 12 Nov 2021 (in the headline)"
    )


def test_a_letter_to_others_with_practices_in_copy_is_a_request() -> None:
    copied = "To: integrated care boards, copied to general practice."
    asked = "Clinicians are encouraged to reconsider a diagnosis when somebody comes back a third time."
    assert extract_brief(
        item("2025-09-23", "Three strikes", copied, asked, "This is not a contractual requirement.")
    ) == Brief(
        who=fact("Clinicians", asked),
        do=fact("reconsider a diagnosis", asked),
        obligation=Obligation.REQUEST,
        audience=Audience.COPY,
    )


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        ("Open to clinicians, including nurses, pharmacists and podiatrists.", Inclusion.NOT_MENTIONED),
        ("Practice managers are not eligible.", Inclusion.EXCLUDED),
        ("All staff but not practice managers can apply.", Inclusion.EXCLUDED),
        ("The body hopes to add practice managers.", Inclusion.PLANNED),
        ("The scheme is extended to practice managers.", Inclusion.INCLUDED),
        ("It was working on adding practice managers. Practice managers were refused.", Inclusion.EXCLUDED),
    ],
)
def test_practice_managers_are_in_out_planned_or_not_mentioned(said: str, standing: Inclusion) -> None:
    assert extract_brief(item("2021-09-30", "A scheme", said)).practice_managers is standing


def test_the_lines_stand_in_their_fixed_order_and_leave_empty_what_is_not_known() -> None:
    text = (FLU_START, "The code is 1324681000000101.")
    assert brief_lines(extract_brief(item("2020-11-20", FLU_TITLE, *text)), date(2020, 11, 20)) == (
        (FactKind.WHO, "people aged 50 to 64; practice managers not mentioned"),
        (FactKind.FROM, "Tue 1 Dec 2020, 11 days from now (in the headline)"),
        (FactKind.DO, ""),
        (FactKind.ORDER, ""),
        (FactKind.PAID, ""),
        (FactKind.CODE, "code is 1324681000000101"),
        (FactKind.REPLY_BY, ""),
        (FactKind.OWNER, "nurse lead"),
        (FactKind.APPLIES, "England"),
    )


@settings(deadline=None, derandomize=True, max_examples=150)
@given(
    st.lists(
        st.sampled_from([FLU_ORDER, DECLARE, PENSION, LIST_ASKS, PARTNERS_WHO, "£", "by 1 May", "\n", "code 123"])
    ),
    st.text(max_size=60),
)
def test_every_word_of_a_brief_was_said(said: list[str], noise: str) -> None:
    given_ = item("2022-01-10", noise, *said)
    known = extract_brief(given_)
    facts = [known.who, known.not_who, known.do, known.order, known.paid, known.code, known.reply_to, known.consequence]
    facts += [each.fact for each in (known.starts, known.reply_by, *known.also_by) if each]
    for each in filter(None, [*facts, known.owner, known.area]):
        assert each.words in each.sentence
        assert each.sentence in getattr(given_, each.field)


@pytest.mark.parametrize("piece", ["order ", "practices must ", "£1 a ", "including a ", "A ", "NHS North ", "the "])
def test_a_text_that_never_ends_takes_a_moment(piece: str) -> None:
    begun = time.process_time()
    extract_brief(item("2022-01-10", "Endless", (piece * 50_000)[:100_000]))
    assert time.process_time() - begun < 5
