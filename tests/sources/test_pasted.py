"""What people copy from a page: tables, text and HTML become Items, and what is doubtful is refused."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import NotParsed
from watcher.model import Item, ParseResult, Response, Trust
from watcher.sources.pasted import Pasted

NICE = Pasted(
    id="nice",
    name="NICE guidance",
    publisher="NICE",
    trust=Trust.OFFICIAL,
    kind="pasted",
    url="https://guidance.example/published",
    every=timedelta(days=7),
)
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def paste(words: str | bytes, source: Pasted = NICE) -> ParseResult:
    body = words.encode("utf-8", "surrogatepass") if isinstance(words, str) else words
    return source.parse(Response(url=source.url, body=body, fetched_at=NOW))


def read(words: str) -> list[tuple[str, str, str]]:
    """Headline, day and address of each Item."""
    return [(item.title, str(item.published.day), item.url) for item in paste(words).items]


PAGE = NICE.url
TWO = [("Flu vaccine ordering opens", "2026-11-25", PAGE), ("Asthma guideline updated", "2026-10-01", PAGE)]


@pytest.mark.parametrize(
    "words",
    [
        "Flu vaccine ordering opens\t25 November 2026\nAsthma guideline updated\t1 October 2026\n",
        "25/11/2026\tFlu vaccine ordering opens\n01/10/2026\tAsthma guideline updated",
        "25 November 2026 Flu vaccine ordering opens\r\n1 October 2026: Asthma guideline updated\r\n",
        "Flu vaccine ordering opens (25 November 2026)\nAsthma guideline updated – 1 Oct 2026",
        "Flu vaccine ordering opens, published 25 November 2026\nAsthma guideline updated Published on 1 October 2026",
        "Flu vaccine ordering opens\n25 November 2026\n\nAsthma guideline updated\n1 October 2026\n",
        "Flu vaccine ordering opens\n\n25 November 2026\n\nAsthma guideline updated\n\n1 October 2026\n",
        "25 November 2026\nFlu vaccine ordering opens\n1 October 2026\nAsthma guideline updated\n",
        "Published: 25 November 2026\nFlu vaccine ordering opens\nPublished: 1 October 2026\nAsthma guideline updated",
        "<ul><li>Flu vaccine ordering opens <b>25 November 2026</b><li>Asthma guideline updated - 1 October 2026</ul>",
        "<table><tr><td>Flu vaccine ordering opens<td>25 Nov 2026<tr><td>Asthma guideline updated<td>1 Oct 2026",
    ],
)
def test_a_headline_and_its_date_are_read_however_they_were_copied(words: str) -> None:
    assert read(words) == TWO


def test_a_table_is_read_by_its_own_heading() -> None:
    words = (
        "Reference\tTitle\tLast updated\tPublished\tType\n"
        "NG1\tAsthma\t2 November 2026\t1 October 2025\tClinical guideline of the usual long kind\n"
        "NG2\tGout\t3 November 2026\t2 October 2025\tClinical guideline of the usual long kind\n"
        "\t\t\t\tTotal\n"
    )
    result = paste(words)
    assert read(words) == [("Asthma", "2025-10-01", PAGE), ("Gout", "2025-10-02", PAGE)]
    assert result.problems == ("1 line left out: no headline with a date of its own could be read there",)


def test_a_day_on_which_something_ends_is_no_date_of_publication() -> None:
    table = "Title\tClosing date\tPublished\nFlu grant\t1 October 2026\t2 September 2026\n"
    assert read(table) == [("Flu grant", "2026-09-02", PAGE)]
    with pytest.raises(NotParsed):
        paste("Title\tClosing date\nFlu grant\t1 October 2026\n")
    with pytest.raises(NotParsed, match="2 dates still to come"):
        paste("Flu grant\t1 December 2026\nPension grant\t2 December 2026")
    ranges = (
        "Patches\t1 May 2026 to 30 October 2026, amended on 23 July 2026\nCapsules\t9 September 2026 to 5 January 2027"
    )
    assert [(title, day) for title, day, _ in read(ranges)] == [("Patches", "2026-05-01"), ("Capsules", "2026-09-09")]


def test_a_month_at_the_beginning_of_a_line_is_a_date() -> None:
    words = "October 2026 How refugees are registered\n\nA letter was sent in May 2026 to all.\n\nMay 2026 Statements\n"
    assert read(words) == [("How refugees are registered", "2026-10-01", PAGE), ("Statements", "2026-05-01", PAGE)]


def test_an_address_is_taken_where_there_is_one() -> None:
    first = '<p><a href="/ng1">Asthma guideline updated</a> 1 October 2026</p>'
    assert read(first + '<p><a href="https://x.example/2">Gout</a> 2 Oct 2026') == [
        ("Asthma guideline updated", "2026-10-01", "https://guidance.example/ng1"),
        ("Gout", "2026-10-02", "https://x.example/2"),
    ]
    assert read("Gout\thttps://x.example/2?utm_source=a\t2 October 2026") == [
        ("Gout", "2026-10-02", "https://x.example/2")
    ]


def test_a_summary_between_headline_and_date_is_no_headline() -> None:
    words = "Asthma guideline\nWhat changed in it.\n1 October 2026\n\nGout guideline\nSome more words.\n2 October 2026"
    assert [(item.title, item.summary) for item in paste(words).items] == [
        ("Asthma guideline", "What changed in it."),
        ("Gout guideline", "Some more words."),
    ]


WHOLE_PAGE = """
Our news from the whole region

Medicines

{first}

What it means.

{second}

What it means. And more.

Next page
Stay in touch with us
"""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Order the vaccine early\n\n25 November 2026", "Send the asthma form\n\n1 October 2026"),
        ("Order the vaccine early\n\nBy post.\n\nPublished: 25 November 2026\n\nMedicines",
         "Send the asthma form\n\nBy mail.\n\nPublished: 1 October 2026\n\nForms"),
    ],
)  # fmt: skip
def test_a_whole_page_is_read_where_its_ends_leave_no_doubt(first: str, second: str) -> None:
    assert [(title, day) for title, day, _ in read(WHOLE_PAGE.format(first=first, second=second))] == [
        ("Order the vaccine early", "2026-11-25"),
        ("Send the asthma form", "2026-10-01"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "Half have no plan for it\n25 November 2026 News desk\nThe letters are free now\n24 November 2026 News desk",
        "What is new here, last updated 25 November 2026",
        "All our latest news here\n25 November 2026\nOrder the vaccine early\n1 October 2026\nPensions",
        "Grants to come\n\nBack by 25 November 2026",
    ],
)
def test_a_date_of_the_desk_or_of_the_page_is_no_date_of_a_headline(words: str) -> None:
    with pytest.raises(NotParsed):
        paste(words)


def test_who_wrote_it_is_no_headline_and_a_size_no_part_of_it() -> None:
    markup = "<p>Posted on 1 October 2026 by <a href='/a'>The office of the committee</a></p>"
    with pytest.raises(NotParsed):
        paste(markup)
    assert read("Asthma letter (PDF, 120KB)\t1 October 2026") == [("Asthma letter", "2026-10-01", PAGE)]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "nothing was pasted"),
        (" \n\t\n", "nothing was pasted"),
        ("Sign in\nPassword", "2 lines, 0 of them with a full date; the first is “Sign in”"),
        ("Orders for the flu vaccine close 30 September 2026", "1 line, 1 of them with a full date"),
        ("25 November\tNo year", "0 of them with a full date"),
        (
            "News\n1 October 2026\nAsthma\n2 October 2026\nGout",
            "it is doubtful which headline belongs to which of 2 dates",
        ),
        ("1 October 2026\n2 October 2026", "it is doubtful which headline belongs to which of 2 dates"),
    ],
)
def test_what_is_no_list_with_dates_is_refused_by_what_was_seen(words: str, why: str) -> None:
    with pytest.raises(NotParsed) as refused:
        paste(words)
    assert why in refused.value.why


def test_words_of_a_page_stay_words() -> None:
    (item,) = paste(
        "<table><tr><td>&lt;script&gt;alert(1)&lt;/script&gt; \x1b[31mFlu\u202e jab<td>1 October 2026"
    ).items
    assert "\x1b" not in item.title
    assert "\u202e" not in item.title
    (item,) = paste("\x1b]0;owned\x07Flu jab\t1 October 2026").items
    assert item.title == "]0;ownedFlu jab"


def test_a_headline_is_one_item_however_often_it_is_copied() -> None:
    twice = "Asthma\t1 October 2026\nAsthma\t1 October 2026\nAsthma\t2 October 2026"
    assert [item.published.day for item in paste(twice).items] == [date(2026, 10, 1), date(2026, 10, 2)]


LINE = st.one_of(
    st.sampled_from(["1 October 2026", "Flu jab", "Published: 2 Oct 2026\tGout", "", "\t", "Asthma (3 October 2026)"]),
    st.sampled_from(
        ["<li>", "<a href='//[x'>", "</table><tr><td>", "2026-13-45", "<!--", "https://x.example/[", "&#0;"]
    ),
    st.text(max_size=30),
)


@given(st.lists(LINE, max_size=12).map("\n".join))
def test_any_text_gives_dated_items_or_is_refused_and_twice_the_same(words: str) -> None:
    outcomes: list[tuple[Item | str, ...]] = []
    for _ in range(2):
        try:
            outcomes.append(paste(words).items)
        except NotParsed as error:
            outcomes.append((error.why,))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0], "never an empty list: that would be no news"
    assert all(isinstance(item, str) or (item.published.day and item.title) for item in outcomes[0])


@given(st.binary(max_size=200))
def test_any_bytes_give_items_or_are_refused(body: bytes) -> None:
    with suppress(NotParsed):
        assert paste(body).items


def test_a_date_before_a_headline_is_its_own_and_a_line_that_is_not_understood_is_counted() -> None:
    pasted = """26/11/2025 - Access to appointments: new rules from 1 January 2027
25/11/2025 - PCN funding letter is out
Published 24/11/2025 | Flu orders close 10 December 2025
"""
    result = NICE.parse(Response(url=NICE.url, body=pasted.encode(), fetched_at=datetime(2025, 11, 26, 12, tzinfo=UTC)))
    assert [item.title for item in result.items] == [
        "Access to appointments: new rules from 1 January 2027",
        "PCN funding letter is out",
    ]
    assert result.problems == ("1 line left out: no headline with a date of its own could be read there",)
