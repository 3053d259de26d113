"""What is surely one text or one matter, and what only looks so: two drugs, two towns, one sum for two purposes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from watcher.core.language.dates import read_date
from watcher.core.language.urls import canonical_url
from watcher.core.stories.join import Join, Placement
from watcher.core.stories.placement import as_story_item, place_item
from watcher.core.stories.retractions import read_retraction
from watcher.core.stories.sameness import is_reworded, same_text_reason
from watcher.core.stories.story_index import StoryIndex
from watcher.model import (
    DateState,
    DateStateChange,
    Deadline,
    DeadlineKind,
    Item,
    LedgerDate,
    Precision,
    Retraction,
    Status,
    StoryItem,
    Trust,
)

NOW = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OFFICIAL, PRESS = Trust.OFFICIAL, Trust.PRESS


class Weeks:
    """Items as they come; each line says how an Item found its place."""

    def __init__(self) -> None:
        self.index = StoryIndex()
        self.number = 0

    def comes(
        self,
        title: str,
        summary: str = "",
        by: str = "NHS England",
        trust: Trust = OFFICIAL,
        after: timedelta = timedelta(),
        url: str = "",
    ) -> Placement:
        self.number += 1
        url = url or f"https://x.example/{self.number}"
        item = Item(source=by, identity=url, url=url, title=title, summary=summary)
        placement = place_item(as_story_item(item, trust, by, NOW + after), ("flu",), self.index, NOW + after)
        if placement.after:
            self.index.add(placement.after)
        return placement


def text(title: str, summary: str = "", by: str = "MHRA", url: str = "") -> StoryItem:
    item = Item(source=by, identity=canonical_url(url) or title, url=url, title=title, summary=summary)
    return as_story_item(item, OFFICIAL, by, NOW)


@pytest.mark.promise("P26")
@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (
            text("Class 2 Medicines Recall: Tamsulosin 400 microgram capsules, Quill Pharma, EL(26)A/60"),
            text("Recall of tamsulosin 400mcg capsules (Quill Pharma): EL (26)A/60", by="An ICB"),
            "the same reference EL(26)A/60",
        ),
        (
            text(
                "Cervical screening: practices to check ceased lists", "Send the list back.", url="https://a.example/1"
            ),
            text(
                "Practices to check ceased lists: cervical screening", "Send the list back.", url="https://a.example/2"
            ),
            "the same words",
        ),
        (
            text("Vaccine update: issue 401, May 2027", by="UKHSA"),
            text("Vaccine update, issue 401 (May 2027) is out", by="An ICB"),
            "the same words",
        ),
        (
            text("Smear test results delayed at the Leeds laboratory", url="https://a.example/1?utm_source=mail"),
            text("Smear test results delayed at the Leeds laboratory", url="https://www.a.example/1", by="An ICB"),
            "the same address and words",
        ),
    ],
)
def test_one_text_at_two_addresses_is_known_by_its_reference_or_its_words(
    first: StoryItem, second: StoryItem, reason: str
) -> None:
    assert same_text_reason(second, first) == reason


@pytest.mark.promise("P25", "P27")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "Recall: ramipril 5mg capsules, Quill Pharma, EL(26)A/60",
            "Recall: ramipril 5mg capsules, Quill Pharma, EL(26)A/61",
        ),
        ("Recall: ramipril 5mg capsules, Quill Pharma", "Recall: ramipril 10mg capsules, Quill Pharma"),
        ("Vaccine update: issue 401 for practices", "Vaccine update: issue 402 for practices"),
        ("Contract drop-in for practices in Wells", "Contract drop-in for practices in Frome"),
        ("Dental bulletin: claims by Friday", "Pharmacy bulletin: claims by Friday"),
        ("Network DES guidance version 1.0 (PRN09991)", "Network DES guidance (PRN09991): correction of table 4"),
        ("Bids for the premises fund are open to practices", "Bids for the premises fund are closed to practices"),
        ("Practices must send the return by Friday", "Practices must not send the return by Friday"),
        ("Recall of tamsulosin capsules: Quill Pharma batch B", "Recall of tamsulosin capsules: Quill Pharma batch A"),
        ("Serious shortage protocol for estradiol gel", "Serious shortage protocol for estradiol gel ended"),
        ("Flu vaccine for adults: who is invited", "Flu vaccine for adults and children: who is invited"),
        ("Flu vaccine: practices in Kent must order by 1 December", "Flu vaccine: practices must order by 1 December"),
        ("Flu vaccine: £10.06 a dose for practices", "Flu vaccine: £10.06 a dose for practices from April"),
        ("Contract letter to practices (PRN09991)", "Contract letter to practices (PRN09991): payment annex added"),
    ],
)
def test_references_doses_numbers_and_names_keep_two_texts_apart(first: str, second: str) -> None:
    assert same_text_reason(text(second), text(first)) == ""


def test_one_publisher_may_use_a_headline_twice_and_an_unknown_summary_proves_nothing() -> None:
    weekly = "Primary care bulletin for practices"
    assert same_text_reason(text(weekly, "Flu stock."), text(weekly, "Pension forms.")) == ""
    assert same_text_reason(text(weekly, "Flu stock."), text(weekly)) == ""
    same = same_text_reason(text(weekly, "Flu stock.", url="https://a.example/2"), text(weekly, "Flu stock."))
    assert same == "the same headline"


@pytest.mark.parametrize(
    ("headline", "previous", "expected"),
    [
        ("Flu letter for practices", "", False),
        ("Flu letter for all practices", "Flu letter for practices", False),
        ("Shingles: who is invited this winter", "Flu letter for practices", True),
    ],
)
def test_another_headline_is_no_edit_of_the_old_one(headline: str, previous: str, *, expected: bool) -> None:
    assert is_reworded(headline, previous) is expected


@pytest.mark.promise("P27")
@pytest.mark.parametrize(
    ("title", "summary", "expected"),
    [
        ("Learning disability health check audit is cancelled", "", Retraction.ENDS),
        ("Records extraction: paused until the summer", "", Retraction.ENDS),
        ("Practices have two more weeks for the workforce return", "", Retraction.CHANGES),
        ("Health checks: nobody needs to send the form", "", Retraction.CHANGES),
        ("Correction to EL(26)A/60", "", Retraction.CHANGES),
        ("RSV programme", "The start has been rescheduled to May.", Retraction.CHANGES),
        ("RSV programme", "One of its leaflets was withdrawn.", Retraction.CHANGES),  # a part, and no end
        ("Opioid withdrawal: guidance for prescribers", "", None),
        ("RSV programme starts in May", "Practices invite people.", None),
    ],
)
def test_words_that_end_or_change_what_was_announced(title: str, summary: str, expected: Retraction | None) -> None:
    assert read_retraction(title, summary) is expected


@pytest.mark.promise("P27")
@pytest.mark.parametrize(
    ("announced", "taken_back", "status"),
    [
        (
            (
                "Workforce minimum data set: practices send it by 30 September",
                "All staff on the last day of the month.",
            ),
            ("NWRS: another fortnight, since the portal was down", "Returns are accepted until 14 October."),
            Status.CHANGED,
        ),
        (
            ("GP practices publish mean net earnings by 31 March", "The figure stands on the practice website."),
            ("Publication of GP earnings is scrapped", "Ministers said that it served no purpose."),
            Status.WITHDRAWN,
        ),
        (
            ("Serious Shortage Protocol SSP099: estradiol gel", "Valid until 2 October."),
            ("Estradiol gel: three months at a time for longer", "SSP099 runs for a further quarter."),
            Status.CHANGED,
        ),
        (
            ("Contract drop-in for practices in Wells, Tuesday 6 October", "12.30pm, Town Hall."),
            ("New date for the Wells drop-in on the contract", "It cannot be held on 6 October."),
            Status.CHANGED,
        ),
    ],
)
@pytest.mark.parametrize("days", [3, 85])
def test_a_retraction_finds_what_it_takes_back_by_reference_programme_date_or_duty(
    announced: tuple[str, str], taken_back: tuple[str, str], status: Status, days: int
) -> None:
    weeks = Weeks()
    first = weeks.comes(*announced)
    weeks.comes("Pneumococcal vaccine: revised patient group direction", by="UKHSA", after=DAY)
    weeks.comes("CQC fees for GP practices from April", by="CQC", after=2 * DAY)
    later = weeks.comes(*taken_back, by="DHSC", after=days * DAY)
    assert later.join is Join.RETRACTION
    assert later.before is not None
    assert first.after is not None
    assert later.after is not None
    assert (later.before.id, later.after.status) == (first.after.id, status)


@pytest.mark.promise("P25", "P27")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "Recall: ramipril 5mg capsules, Quill Pharma, EL(26)A/60",
            "Recall: sertraline 50mg tablets, Oak Ltd, EL(26)A/61",
        ),
        ("Medicine supply notification: Creon capsules", "Medicine supply notification: Salofalk enema"),
        (
            "Event: contract drop-in for practices in Wells, 6 October",
            "Event: contract drop-in for practices in Frome, 8 October",
        ),
        ("Update: finance queries mailbox for practices", "Update: new board for the south launched"),
        (
            "Flu vaccine: practices in Kent must order by 1 December",
            "Flu vaccine: practices in Devon must order by 1 December",
        ),
        ("GP enhanced access clinic at Chard moves", "GP enhanced access clinic at Yeovil closes on Saturdays"),
    ],
)
def test_the_next_of_a_series_is_a_story_of_its_own(first: str, second: str) -> None:
    weeks = Weeks()
    weeks.comes(first)
    assert weeks.comes(second, after=2 * DAY).before is None


@pytest.mark.promise("P27")
@pytest.mark.parametrize(
    ("report", "official"),
    [
        ("Surgeries to share £70m for leaking roofs", "£70m for cloud telephony in GP surgeries"),
        ("£20m for pension administration from 1 April", "£20m for flu jab fridges in practices from 1 April"),
        ("£20m for flu vaccine fridges from 1 April", "£20m for flu vaccine training from 1 April"),
        ("Shingles jab: people turning 65 to get a text", "Shingles vaccine for those aged 18 with weak immunity"),
        ("Metformin 500mg recalled by a chemist chain", "Recall: metformin 1000mg oral solution, Oak Ltd"),
        ("Cervical screening: letters lost in the post", "Cervical screening: home kits for those overdue"),
    ],
)
def test_two_matters_in_like_words_are_never_now_official_for_each_other(report: str, official: str) -> None:
    weeks = Weeks()
    weeks.comes(report, by="A paper", trust=PRESS)
    placement = weeks.comes(official, after=3 * HOUR)
    assert placement.before is None
    assert placement.after is not None
    assert placement.after.status is Status.CONFIRMED


@pytest.mark.promise("P27")
@pytest.mark.parametrize(
    ("report", "official"),
    [
        (
            "No jab, no job: vaccine mandate for care workers torn up",
            "Vaccination as a condition of deployment: update",
        ),
        ("Jobless GPs to be hired with £80m", "Additional roles: recently qualified GPs can be claimed from October"),
        ("Over-80s to get RSV jab from April", "RSV vaccination programme: adults aged 80 and over from 1 April"),
        ("Everyone over 50 to get free flu jab next month", "Influenza vaccine for those aged 50 to 64: how to order"),
    ],
)
def test_an_official_text_confirms_the_report_that_names_its_programme_or_its_facts(report: str, official: str) -> None:
    weeks = Weeks()
    weeks.comes(report, by="A paper", trust=PRESS)
    placement = weeks.comes(official, after=9 * HOUR)
    assert placement.join is Join.SAME_MATTER
    assert placement.after is not None
    assert placement.after.status is Status.CONFIRMED


@pytest.mark.promise("P25")
def test_an_official_text_that_is_only_like_another_chooses_its_thread_and_changes_nothing() -> None:
    weeks = Weeks()
    weeks.comes("Prescribing guidance for the interface between hospital and practice")
    placement = weeks.comes(
        "Update: prescribing guidance for the interface between hospital and practice 2027", after=DAY
    )
    assert placement.join in {Join.LIKENESS, Join.SAME_MATTER}
    assert placement.after is not None
    assert placement.after.status is Status.CONFIRMED


@pytest.mark.promise("P25")
def test_no_paper_speaks_for_a_body_and_an_official_text_in_its_words_still_does() -> None:
    weeks = Weeks()
    weeks.comes("Flu: new start date for practices this autumn", "From October.")
    weeks.comes("Flu vaccine supply runs short across the north", by="A paper", trust=PRESS, after=HOUR)
    repeated = weeks.comes("Flu vaccine supply runs short across the north", after=2 * HOUR)
    assert repeated.join is not Join.SAME_TEXT


def test_a_known_address_with_other_words_is_told_in_its_story() -> None:
    weeks = Weeks()
    first = weeks.comes("Flu letter for practices", url="https://x.example/letter")
    other = weeks.comes("Shingles: who is invited this winter", by="UKHSA", url="https://x.example/letter", after=DAY)
    assert first.after is not None
    assert other.before is not None
    assert (other.before.id, other.join) == (first.after.id, Join.SAME_MATTER)


@pytest.mark.promise("P27")
@pytest.mark.parametrize(
    ("announced", "part"),
    [
        (
            "Friends and family test: practices send the monthly return by the 12th",
            "Friends and family test awards ceremony is cancelled",
        ),
        (
            "Enhanced access: what networks must offer from October",
            "Enhanced access cancelled at one practice in Leeds",
        ),
        ("Cloud telephony: all practices move by March", "Cloud telephony: a supplier is suspended from the framework"),
    ],
)
def test_a_part_that_ends_withdraws_no_whole(announced: str, part: str) -> None:
    weeks = Weeks()
    weeks.comes(announced)
    later = weeks.comes(part, by="DHSC", after=9 * DAY)
    assert later.after is not None
    assert later.after.status is Status.CONFIRMED


@pytest.mark.promise("P27")
def test_what_is_paused_for_one_group_is_not_paused_for_another() -> None:
    weeks = Weeks()
    weeks.comes("Flu vaccination programme for children starts on 1 September")
    later = weeks.comes("Flu vaccination programme paused for pregnant women", after=70 * DAY)
    assert later.after is not None
    assert later.after.status is Status.CONFIRMED


@pytest.mark.promise("P27")
@pytest.mark.parametrize(("days", "found"), [(90, True), (91, False)])
def test_a_retraction_looks_back_for_90_days(days: int, *, found: bool) -> None:
    weeks = Weeks()
    weeks.comes("GP practices publish mean net earnings by 31 March")
    later = weeks.comes("Publication of GP earnings is scrapped", by="DHSC", after=days * DAY)
    assert (later.before is not None) is found


@pytest.mark.promise("P27")
def test_a_date_of_the_ledger_is_proof_where_the_headline_names_none() -> None:
    story = Weeks().comes("Practices return the survey on estates", "Send it back.").after
    assert story
    deadline = Deadline(
        kind=DeadlineKind.DEADLINE,
        at=date(2026, 10, 14),
        precision=Precision.DAY,
        words="14 October",
        sentence="Return it by 14 October.",
    )
    opened = (DateStateChange(state=DateState.OPEN, item=story.items[0].item, at=NOW),)
    kept = LedgerDate(
        id="d", story=story.id, item=story.items[0].item, deadline=deadline, stated_at=NOW, state_changes=opened
    )
    item = Item(
        source="DHSC",
        identity="x",
        url="https://x.example/x",
        title="Survey: more time for practices",
        summary="It is no longer due on 14 October.",
    )
    later = as_story_item(item, OFFICIAL, "DHSC", NOW + 9 * DAY)
    found = [
        place_item(later, ("flu",), StoryIndex([story], dates={story.id: dates}), later.seen_at).join
        for dates in ((kept,), ())
    ]
    assert found == [Join.RETRACTION, Join.OPENED]


@pytest.mark.promise("P27")
def test_a_retraction_finds_what_was_seen_in_the_same_poll_after_an_outage() -> None:
    index = StoryIndex()
    titles = {5: "GP practices publish mean net earnings by 31 March", 1: "Publication of GP earnings is scrapped"}
    joins = []
    for hours, title in titles.items():
        published = read_date((NOW - hours * HOUR).isoformat())
        item = Item(source="s", identity=title, url="https://x.example/x", title=title, published=published)
        placement = place_item(as_story_item(item, OFFICIAL, f"body {hours}", NOW), ("pay",), index, NOW)
        joins.append(placement.join)
        assert placement.after
        index.add(placement.after)
    assert joins == [Join.OPENED, Join.RETRACTION]
