"""Dates as British publishers write them. The table is that of real feeds and pages, with what each must mean."""

import time as clock
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from watcher.core.language.dates import best_moment, earliest_moment, infer_years, latest_moment, read_date
from watcher.model import Precision, Published

STEADY = settings(deadline=None, derandomize=True, max_examples=150)
NOTHING = (None, None, Precision.NONE)


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[misc,arg-type]


def known(published: Published) -> tuple[datetime | None, date | None, Precision]:
    return published.at, published.day, published.precision


def second(*moment: int) -> tuple[datetime, date, Precision]:
    return at(*moment), date(*moment[:3]), Precision.SECOND


def minute(*moment: int) -> tuple[datetime, date, Precision]:
    return at(*moment), date(*moment[:3]), Precision.MINUTE


def day(*parts: int) -> tuple[None, date, Precision]:
    return None, date(*parts), Precision.DAY


TABLE = {
    "Thu, 2 Oct 2025 09:00:00 BST": second(2025, 10, 2, 8),
    "Mon, 02 Nov 2026 10:00:00 BST": second(2026, 11, 2, 9),
    "24 Jul 2020 10:16 BST": minute(2020, 7, 24, 9, 16),
    "Thu, 2 Oct 2025 09:00:00 +0100": second(2025, 10, 2, 8),
    "Thu, 2 Oct 2025 09:00:00 GMT": second(2025, 10, 2, 9),
    "Thu, 2 Oct 2025 09:00:00 EST": second(2025, 10, 2, 14),
    "Thu, 2 Oct 2025 09:00:00 -0000": second(2025, 10, 2, 9),
    "Thu, 26 Feb 2026 16:00:13 +0000": second(2026, 2, 26, 16, 0, 13),
    "Mon, 02 Nov 2026 10:00:00": second(2026, 11, 2, 10),
    "Thu, 02 Jul 2026 10:00:00": (at(2026, 7, 2, 9), date(2026, 7, 2), Precision.SECOND),
    "2025-10-02 09:00": minute(2025, 10, 2, 8),
    "2026-08-21T13:37:12Z": second(2026, 8, 21, 13, 37, 12),
    "2016-09-26T09:50:56.000+00:00": second(2016, 9, 26, 9, 50, 56),
    "2026-06-01T00:30:00+01:00": (at(2026, 5, 31, 23, 30), date(2026, 6, 1), Precision.SECOND),
    "Tue, 31 Mar 2026 23:01:00 +0000": (at(2026, 3, 31, 23, 1), date(2026, 4, 1), Precision.SECOND),
    "17 October 2013": day(2013, 10, 17),
    "02 August 2022": day(2022, 8, 2),
    "Tuesday 16 September 2025": day(2025, 9, 16),
    "07-01-26": day(2026, 1, 7),
    "2026": NOTHING,
    "20:00 24 July 2020": minute(2020, 7, 24, 19),
    "3rd October 2025": day(2025, 10, 3),
    "27th July 2017": day(2017, 7, 27),
    "1st of May 2026": day(2026, 5, 1),
    "October 2021": (None, date(2021, 10, 1), Precision.MONTH),
    "3 August": NOTHING,
    "02/10/2025": day(2025, 10, 2),
    "21/07/2017": day(2017, 7, 21),
    "02/11/2026": day(2026, 11, 2),
    "26-Jun-2025": day(2025, 6, 26),
    "26.2.2026": day(2026, 2, 26),
    "02.03.21": day(2021, 3, 2),
    "2 Oct 2025 9am": minute(2025, 10, 2, 8),
    "16 September 2026 10:00am": minute(2026, 9, 16, 9),
    "20 January 2016 9:30am": minute(2016, 1, 20, 9, 30),
    "3 May 2025 at 5.30pm": minute(2025, 5, 3, 16, 30),
    "20 January 2016 12am": minute(2016, 1, 20),
    "20 January 2016 12pm": minute(2016, 1, 20, 12),
    "Monday, November 2, 2026 - 10:00": minute(2026, 11, 2, 10),
    "Updated 11 August 2023": day(2023, 8, 11),
    "Updated: Tuesday 16 September 2025": day(2025, 9, 16),
    "Version 1 – 20 May 2026": day(2026, 5, 20),
    "Written: 13 February 2025": day(2025, 2, 13),
    "LMC Update – 11 February 2026": day(2026, 2, 11),
    "Last reviewed: 18 May 2021": day(2021, 5, 18),
    "Updated on 21 July 2017, 764 views": day(2017, 7, 21),
    "Published on: 27th July 2017 | Updated on: 4th December 2024": day(2017, 7, 27),
    "Various": NOTHING,
    "": NOTHING,
    "yesterday": NOTHING,
    "0001-01-01T00:00:00Z": NOTHING,
    "9999-99-99": NOTHING,
    "31 February 2025": NOTHING,
    "Mon, 02 Nov 2099 10:00:00 GMT": second(2099, 11, 2, 10),
}


@pytest.mark.parametrize(("literal", "expected"), TABLE.items(), ids=TABLE)
@pytest.mark.fault(58, 59)
def test_a_date_is_read_as_exactly_as_it_was_written(
    literal: str, expected: tuple[datetime | None, date | None, Precision]
) -> None:
    assert (known(read_date(literal)), read_date(literal).literal) == (expected, literal)


@pytest.mark.fault(60)
def test_a_bst_time_is_an_hour_earlier_in_utc() -> None:  # fault 60
    assert read_date("Mon, 06 Jul 2026 10:00:00 BST") == Published(
        at=at(2026, 7, 6, 9), day=date(2026, 7, 6), precision=Precision.SECOND, literal="Mon, 06 Jul 2026 10:00:00 BST"
    )


@pytest.mark.promise("P33")
@pytest.mark.parametrize(
    "zone",
    [
        *("XYZ", "CEST", "A", "GMT+2", "UTC-5", "+9900", "-2400", "+5", "Asia/Tokyo", "[Europe/Paris]", "(AEDT)"),
        *(
            "cest",
            "Central European Time",
            "EST5EDT",
            "CEST, updated",
            "(UTC+2)",
            "UTC\u22125",
            "\uff0b0900",
            "local time",
        ),
    ],
)
def test_a_date_whose_zone_cannot_be_read_is_a_day(zone: str) -> None:
    literal = f"Mon, 02 Nov 2026 10:00:00 {zone}"
    assert read_date(literal) == Published(day=date(2026, 11, 2), precision=Precision.DAY, literal=literal)


@pytest.mark.parametrize(
    "zone", ["", "(UK time)", "Europe/London", "[Europe/London]", "Z", "GMT", "+00", "- for practices", "by the office"]
)
def test_no_zone_and_london_by_name_are_londons_time(zone: str) -> None:
    literal = f"Mon, 02 Nov 2026 10:00:00 {zone}".strip()
    assert read_date(literal).at == at(2026, 11, 2, 10)


@pytest.mark.parametrize("zone", ["+0000", "GMT"])
def test_a_weekday_that_does_not_fit_rejects_the_date(zone: str) -> None:
    assert known(read_date(f"Mon, 2 Oct 2025 09:00:00 {zone}")) == NOTHING  # it was a Thursday


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/New_York")
    clock.tzset()
    yield
    monkeypatch.undo()
    clock.tzset()


@pytest.mark.usefixtures("in_new_york")
@pytest.mark.parametrize(("literal", "expected"), TABLE.items(), ids=TABLE)
def test_the_zone_of_the_machine_changes_no_date(
    literal: str, expected: tuple[datetime | None, date | None, Precision]
) -> None:
    assert known(read_date(literal)) == expected


def test_the_hour_that_happens_twice_is_its_first_and_the_one_that_never_happens_is_the_next() -> None:
    twice, never = read_date("25 October 2026 01:30"), read_date("28 March 2027 01:30")
    assert (twice.at, never.at) == (at(2026, 10, 25, 0, 30), at(2027, 3, 28, 1, 30))


@pytest.mark.parametrize(
    ("literal", "formats", "expected"),
    [
        ("07.01.26", ["%d.%m.%y"], day(2026, 1, 7)),
        ("Jan 7 26", ["%d %B %Y", "%b %d %y"], day(2026, 1, 7)),
        ("2026/07 at 9", ["%Y/%m at %H"], (at(2026, 7, 1, 8), date(2026, 7, 1), Precision.MINUTE)),
        ("July, 2026", ["%B, %Y"], (None, date(2026, 7, 1), Precision.MONTH)),
        ("7 July 2026", ["%B %Y"], day(2026, 7, 7)),  # no format fits, so it is read as always
        ("3 August", ["%d %B"], NOTHING),  # a format without a year must not mean 1900
        ("7 July 2026", ["%d %d", "%", "%Q"], day(2026, 7, 7)),  # config refuses these; here they do no harm
    ],
)
def test_a_sources_own_formats_come_first(
    literal: str, formats: list[str], expected: tuple[datetime | None, date | None, Precision]
) -> None:
    assert known(read_date(literal, formats)) == expected


DIGITS = ("2026", "99999999999999999999", "٣", "²", "09:00:00", "-9999", "+0000")
WORDS = ("Oct", "October", "Mon,", "Thu, 2 Oct 2025", "29 February", "BST", "EST", "Z", "T", "am", "pm", "at", "\x00")
PIECES = st.sampled_from([*"0123456789/.-:,+ ", *DIGITS, *WORDS])


@STEADY
@given(st.lists(PIECES, max_size=12).map(" ".join) | st.lists(PIECES, max_size=12).map("".join) | st.text())
@example("Thu, 2 Oct 99999999999999999999 09:00:00 +0000")
@example("Thu, 2 Oct 2025 09:00:00 -0000")
def test_no_text_makes_the_reader_fail_or_give_a_moment_without_zone(literal: str) -> None:
    published = read_date(literal, ["%d %B %Y", "%c"])
    exact = published.precision in {Precision.SECOND, Precision.MINUTE}
    assert exact == (published.at is not None)
    assert (published.day is None) == (published.precision is Precision.NONE)
    assert published.at is None or published.at.utcoffset() == timedelta()
    assert read_date(literal, ["%d %B %Y", "%c"]) == published


# --- dates without a year -----------------------------------------------------------------------------------------


def test_pcse_dates_without_a_year_walk_down_into_the_years_before() -> None:
    literals = ["3 August", "23 June", "19 May", "07 April", "31 January", "17 December", "08 November", "8 October"]
    days = [each.day for each in infer_years(literals, date(2022, 8, 10))]
    expected_2022 = [date(2022, 8, 3), date(2022, 6, 23), date(2022, 5, 19), date(2022, 4, 7), date(2022, 1, 31)]
    assert days == [*expected_2022, date(2021, 12, 17), date(2021, 11, 8), date(2021, 10, 8)]


def test_the_first_date_is_never_in_the_future() -> None:
    assert infer_years(["17 December"], date(2026, 11, 2)) == [
        Published(day=date(2025, 12, 17), precision=Precision.DAY, literal="17 December")
    ]


def test_two_dates_of_one_month_in_the_wrong_order_are_of_one_year() -> None:
    days = [each.day for each in infer_years(["3 August", "5 August", "23 June"], date(2022, 8, 10))]
    assert days == [date(2022, 8, 3), date(2022, 8, 5), date(2022, 6, 23)]


def test_a_leap_day_is_found_in_its_leap_year() -> None:
    assert [each.day for each in infer_years(["29 February"], date(2027, 1, 1))] == [date(2024, 2, 29)]


def test_a_row_that_says_various_has_no_date_and_disturbs_no_other() -> None:
    days = [each.day for each in infer_years(["3 August", "Various", "17 December"], date(2022, 8, 10))]
    assert days == [date(2022, 8, 3), None, date(2021, 12, 17)]


# --- what a date allows -------------------------------------------------------------------------------------------

SEEN = at(2026, 11, 2, 10)


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("2026-11-02T07:41:00Z", at(2026, 11, 2, 7, 41)),
        ("2099-11-02T10:00:00Z", SEEN),  # fault 57: the future is clamped to when we saw it
        ("1 November 2026", SEEN),
        ("Various", SEEN),
    ],
)
@pytest.mark.fault(57)
def test_items_are_ordered_by_the_publishers_moment_unless_it_is_no_moment(literal: str, expected: datetime) -> None:
    assert best_moment(read_date(literal), SEEN) == expected


@pytest.mark.parametrize(
    ("literal", "first", "last"),
    [
        ("2026-11-02T07:41:00Z", at(2026, 11, 2, 7, 41), at(2026, 11, 2, 7, 41)),
        ("2 November 2026", at(2026, 11, 2), at(2026, 11, 3)),
        ("25 October 2026", at(2026, 10, 24, 23), at(2026, 10, 26)),  # a day of 25 hours
        ("October 2026", at(2026, 9, 30, 23), at(2026, 11, 1)),
        ("December 2026", at(2026, 12, 1), at(2027, 1, 1)),
        ("Various", None, None),
    ],
)
def test_a_day_or_month_allows_every_moment_in_it(literal: str, first: datetime | None, last: datetime | None) -> None:
    assert (earliest_moment(read_date(literal)), latest_moment(read_date(literal))) == (first, last)
