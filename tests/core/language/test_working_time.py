"""England's working days, against days that everybody remembers."""

from datetime import date

import pytest

from watcher.core.language.working_time import bank_holidays, is_working_day, last_working_day, working_days_after


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2020, ["01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-28"]),
        (2021, ["01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"]),
        (2022, ["01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26", "12-27"]),
        (2023, ["01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"]),
        (2024, ["01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"]),
    ],
)
def test_the_bank_holidays_of_a_year_are_those_that_were_had(year: int, days: list[str]) -> None:
    assert sorted(bank_holidays(year)) == [date.fromisoformat(f"{year}-{day}") for day in days]


def test_what_is_due_on_a_sunday_is_done_on_the_working_day_before() -> None:
    assert last_working_day(date(2020, 5, 31)) == date(2020, 5, 29)
    assert last_working_day(date(2024, 3, 31)) == date(2024, 3, 28), "Good Friday was the 29th"


def test_working_days_are_counted_over_easter_and_not_from_the_first() -> None:
    assert working_days_after(date(2022, 4, 12), 5) == date(2022, 4, 21)
    assert not is_working_day(date(2022, 6, 3))
