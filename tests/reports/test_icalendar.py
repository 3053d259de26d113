"""The calendar: what another program reads out of it, and that no text of a publisher can break out of its line."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.core.deadlines.test_ledger import FLU, PAY, Said, bbc, dhsc, played
from tests.support.calendars import read
from watcher.core.language.text import printable
from watcher.model import LedgerDate, Status
from watcher.reports.icalendar import CalendarDate, calendar, uri

STEADY = settings(deadline=None, derandomize=True, max_examples=150)
NASTY = "A, b; c\\ d\r\nBEGIN:VEVENT\r\nATTACH:file:///etc/passwd \u2028 £ \u202e"


def shown(dates: Sequence[LedgerDate], title: str = "Pay declaration", url: str = "https://site.example/1") -> bytes:
    said = (
        CalendarDate(
            date=each, title=title, status=Status.CONFIRMED, publisher="DHSC", url=url, topics=("Pay, and more",)
        )
        for each in dates
    )
    return calendar(said, "GP dates")


def places(texts: list[Said]) -> list[tuple[str, str, str]]:
    return [(each["DTSTART"], each["STATUS"], each["SEQUENCE"]) for each in read(shown(played(texts)))]


def test_an_event_says_what_when_who_and_where() -> None:
    dates = played([dhsc("2021-10-20", PAY.replace("12 November", "11.59pm on 12 November"))])
    assert read(shown(dates)) == [
        {
            "UID": f"{dates[0].id}@practice-watcher",
            "DTSTAMP": "20211020T120000Z",
            "SEQUENCE": "0",
            "DTSTART": "20211112T235900Z",
            "SUMMARY": "Due: Pay declaration",
            "DESCRIPTION": "“GP practices must declare pay above £150,000 by 11.59pm on 12 November 2021.”\n"
            "DHSC. Official; story confirmed.\nMoney hangs on it.",
            "URL": "https://site.example/1",
            "CATEGORIES": "Pay, and more",
            "STATUS": "CONFIRMED",
            "TRANSP": "TRANSPARENT",
        }
    ]


def test_a_moment_in_summer_is_in_utc() -> None:
    dates = played([dhsc("2022-06-20", "Practices must reply by 5pm on Friday 24 June 2022.")])
    assert [each["DTSTART"] for each in read(shown(dates))] == ["20220624T160000Z"]


def test_a_flu_start_keeps_its_uid_while_it_moves_and_is_cancelled_while_it_has_no_day() -> None:
    texts = [
        dhsc("2023-07-20", FLU),
        dhsc("2023-08-10", "The start of flu vaccination in practices is delayed from 1 September to October 2023."),
        dhsc("2023-08-30", "Flu vaccination in practices will start on 11 September 2023, earlier than planned."),
    ]
    assert [places(texts[:count]) for count in (1, 2, 3)] == [
        [("20230901", "CONFIRMED", "0")],
        [("20230901", "CANCELLED", "1")],
        [("20230911", "CONFIRMED", "2")],
    ]
    assert len({read(shown(played(texts[:count])))[0]["UID"] for count in (1, 2, 3)}) == 1


def test_what_is_withdrawn_is_cancelled_and_comes_back_one_step_on() -> None:
    texts = [
        dhsc("2021-10-20", PAY),
        dhsc("2021-11-05", "Practices do not need to declare pay by 12 November 2021."),
        dhsc("2021-11-08", PAY),
    ]
    assert [places(texts[:count]) for count in (1, 2, 3)] == [
        [("20211112", "CONFIRMED", "0")],
        [("20211112", "CANCELLED", "1")],
        [("20211112", "CONFIRMED", "2")],
    ]


def test_what_the_press_says_is_tentative_until_it_is_official() -> None:
    texts = [bbc("2021-10-19", PAY), dhsc("2021-10-20", PAY)]
    assert [places(texts[:count]) for count in (1, 2)] == [
        [("20211112", "TENTATIVE", "0")],
        [("20211112", "CONFIRMED", "1")],
    ]


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [dhsc("2023-07-20", "Practices must sign up by July 2023.")],
        [dhsc("2026-11-06", "Practices must answer PCSE within 10 working days of the request.")],
    ],
)
def test_without_a_day_there_is_a_calendar_without_events(texts: list[Said]) -> None:
    assert read(shown(played(texts))) == []


def test_the_same_ledger_gives_the_same_bytes() -> None:
    dates = played([dhsc("2021-10-20", PAY), dhsc("2021-10-21", "Practices must order by 1 December 2021.")])
    assert shown(dates) == shown(tuple(reversed(dates)))


def test_nothing_a_publisher_writes_is_more_than_text() -> None:
    (found,) = read(shown(played([dhsc("2021-10-20", PAY)]), title=NASTY, url="https://site.example/é?a=1\r\nX:1"))
    assert found["SUMMARY"] == "Due: A, b; c\\ d  BEGIN:VEVENT  ATTACH:file:///etc/passwd   £"
    assert found["URL"] == "https://site.example/%C3%A9?a=1X%3A1"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "", "https://"])
def test_what_is_no_address_is_left_out(address: str) -> None:
    assert uri(address) == ""


def test_a_secret_in_an_address_stays_here() -> None:
    assert "hunter2" not in uri("https://me:hunter2@site.example/feed?key=hunter2")


@STEADY
@given(st.text(max_size=300))
@example(NASTY)
@example("é" * 200)
def test_any_text_is_read_back_as_one_event(title: str) -> None:
    (found,) = read(shown(played([dhsc("2021-10-20", PAY)]), title=title))
    assert found["SUMMARY"].startswith("Due:")
    assert "\n" not in found["SUMMARY"]


@STEADY
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_a_folded_line_has_at_most_75_octets_and_unfolds_to_itself(line: str) -> None:
    dates = played([dhsc("2021-10-20", PAY)])
    body = shown(dates, title=line)
    assert all(len(each) <= 75 for each in body[:-2].split(b"\r\n"))
    (event,) = read(body)
    assert event["SUMMARY"] == f"Due: {printable(line)}".strip()


def test_a_text_escapes_what_the_standard_asks_for() -> None:
    body = shown(played([dhsc("2021-10-20", PAY)]), title="a,b;c\\d e:f").replace(b"\r\n ", b"")
    assert b"\r\nSUMMARY:Due: a\\,b\\;c\\\\d e:f\r\n" in body
    assert b"2021.\xe2\x80\x9d\\nDHSC. Official\\; story confirmed.\\n" in body


@pytest.mark.parametrize("title", [r"C:\News", r"a\\News\nb", r"\N", r"\\N"])
def test_a_backslash_before_a_letter_is_no_line_break(title: str) -> None:
    (event,) = read(shown(played([dhsc("2021-10-20", PAY)]), title=title))
    assert event["SUMMARY"] == f"Due: {title}"


def test_a_name_of_the_calendar_and_its_product_stand_first() -> None:
    head = calendar([], "GP dates, all").split(b"\r\n")[:5]
    assert head == [
        b"BEGIN:VCALENDAR",
        b"VERSION:2.0",
        b"PRODID:-//practice-watcher//ledger of dates//EN",
        b"CALSCALE:GREGORIAN",
        b"X-WR-CALNAME:GP dates\\, all",
    ]


def test_the_reader_refuses_what_bends_a_rule() -> None:
    body = shown(played([dhsc("2021-10-20", PAY)]))
    assert datetime.strptime(read(body)[0]["DTSTART"], "%Y%m%d").replace(tzinfo=UTC).year == 2021
    for broken in (
        body.replace(b"\r\n", b"\n"),
        body.replace(b"\r\n ", b""),
        body.replace(b"STATUS:CONFIRMED", b"STATUS:DONE"),
        body.replace(b"UID:", b"X-ID:"),
        body.replace(b"Due: ", b"Due; "),
        body.replace(b"DTSTART;VALUE=DATE:20211112", b"DTSTART:20211112"),
    ):
        with pytest.raises(AssertionError):
            read(broken)
