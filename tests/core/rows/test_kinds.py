# ruff: noqa: E501
"""Kinds of rows that only some pages have: counted dates, American ones, tabs, cells that span lines, repeated links."""

from datetime import date

import pytest

from watcher.core.decoding.text_encoding import html_soup
from watcher.core.rows.find import find_rows
from watcher.core.rows.values import FoundRows

TODAY = date(2025, 11, 20)
MENU = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/news/'>News and updates</a></li><li><a href='/contact/'>Contact us</a></li></ul></nav>"
NEWS = [
    ("Payment run moves to Friday", "run"),
    ("New form for patient registrations", "form"),
    ("Pension certificates are due", "pensions"),
]


def find(main: str, headline: str = "News") -> FoundRows:
    return find_rows(
        html_soup(f"<html><body>{MENU}<main><h1>{headline}</h1>{main}</main></body></html>".encode()), TODAY
    )


def rows(main: str) -> list[tuple[str, str, str]]:
    found_rows = find(main)
    return [(row.title, row.url, str(row.published.day or "")) for row in found_rows.rows] or [(found_rows.why, "", "")]


def listed(dates: list[str], item: str = "<li><a href='/news/{slug}'>{title}</a> {date}</li>") -> str:
    lines = (item.format(title=title, slug=slug, date=words) for (title, slug), words in zip(NEWS, dates, strict=True))
    return f"<ul>{''.join(lines)}</ul>"


def dated(*days: str) -> list[tuple[str, str, str]]:
    return [(title, f"/news/{slug}", day) for (title, slug), day in zip(NEWS, days, strict=True)]


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (
            ["<span>Yesterday</span>", "<span>3 days ago</span>", "<span>1 week ago</span>"],
            ["2025-11-19", "2025-11-17", ""],
        ),
        (["<time>2 hours ago</time>", "<time>1 week ago</time>", "<time>1 month ago</time>"], ["", "", ""]),
        (
            [
                "<abbr title='2025-11-19T08:00:00Z'>1 day ago</abbr>",
                "<i title='3 Nov 2025, 09:10'>2 weeks ago</i>",
                "<time datetime='2025-10-20'>last month</time>",
            ],
            ["2025-11-19", "2025-11-03", "2025-10-20"],
        ),
        (["about 2 days ago", "<i>over a week ago</i>", "<i>3 November 2025</i>"], ["", "", "2025-11-03"]),
        (["<i>11/13/2025</i>", "<i>11/06/2025</i>", "<i>10/09/2025</i>"], ["2025-11-13", "2025-11-06", "2025-10-09"]),
        (["<i>11/06/2025</i>", "<i>11/04/2025</i>", "<i>10/09/2025</i>"], ["2025-11-06", "2025-11-04", "2025-10-09"]),
        (["<i>13/11/2025</i>", "<i>06/11/2025</i>", "<i>09/10/2025</i>"], ["2025-11-13", "2025-11-06", "2025-10-09"]),
        (["<i>05/11/2025</i>", "<i>04/11/2025</i>", "<i>10/10/2025</i>"], ["2025-11-05", "2025-11-04", "2025-10-10"]),
    ],
)
def test_a_date_is_only_as_sure_as_the_page(dates: list[str], days: list[str]) -> None:
    assert rows(listed(dates)) == dated(*days)


def test_a_date_counted_from_the_look_is_no_part_of_what_a_row_is_known_by() -> None:
    found_rows = find(listed(["<span>Yesterday</span>", "<span>3 days ago</span>", "<span>1 week ago</span>"])).rows
    assert [row.date for row in found_rows] == ["2025-11-19", "2025-11-17", ""]


SPANNING = """<table><tr><td rowspan=2>November 2025</td><td>18th</td><td>Payment run moves to Friday</td><td><a href=/news/run>PDF</a></td></tr>
<tr><td>3rd</td><td>New form for patient registrations</td><td><a href=/news/form>PDF</a></td></tr>
<tr><td>October 2025</td><td>21st</td><td>Pension certificates are due</td><td><a href=/news/pensions>PDF</a></td></tr></table>"""
REPEATING = listed(
    ["18 November 2025", "3 November 2025", "21 October 2025"],
    "<li><p>{title}</p><p>{date}</p><a href='/news/{slug}'>Read <span class='sr-only'>{title}</span></a></li>",
)
OVERLAID = listed(
    ["18 November 2025", "3 November 2025", "21 October 2025"],
    "<li><a class='overlay' href='/news/{slug}'></a><h3>{title}</h3><p>{date}</p></li>",
)
VIEWING = listed(
    ["18 November 2025", "3 November 2025", "21 October 2025"],
    "<li>{date} <b>{title}</b> <a href='/news/{slug}'>View {title}</a></li>",
)
UNSEEN = listed(
    ["18 November 2025", "3 November 2025", "21 October 2025"],
    "<li>{date} <a href='/news/{slug}'>View<span class='visually-hidden'> {title}</span></a></li>",
)
COUNTED = listed(
    ["18 November 2025", "3 November 2025", "21 October 2025"],
    "<li><a href='/news/{slug}'>Update 9, {date}: {title}</a></li>",
)
EVENTS = "".join(
    f"<div class='box'><h4><a href='/e/{day}'>Evening of {day}</a></h4><i>{day} December 2025</i></div>"
    for day in (3, 4, 9)
)
BOXES = (
    listed(
        ["18 November 2025", "3 November 2025", "21 October 2025"],
        "<div class='box'><h4><a href='/news/{slug}'>{title}</a></h4><i>{date}</i></div>",
    )
    .replace("<ul>", "")
    .replace("</ul>", "")
)
TABS = f"""<div><button role=tab data-bs-target="#e">Events</button><button role=tab data-bs-target="#n">Latest</button></div>
<div><div id=e class=pane>{EVENTS}</div><div id=n class=pane>{BOXES}</div></div>"""
LABELLED = (
    f"<section aria-label='Training events'>{EVENTS}</section><section aria-label='Latest news'>{BOXES}</section>"
)


@pytest.mark.parametrize("main", [SPANNING, REPEATING, OVERLAID, VIEWING, UNSEEN, COUNTED, TABS, LABELLED])
def test_one_list_in_builds_that_only_some_pages_have(main: str) -> None:
    assert rows(main) == dated("2025-11-18", "2025-11-03", "2025-10-21")


def test_an_item_without_a_date_is_given_where_it_is_like_the_others_and_else_counted() -> None:
    dated_rows = [
        f"<li><a href='/news/{slug}'>{title}</a> <i>{day} November 2025</i></li>"
        for (title, slug), day in zip(NEWS, (18, 3, 1), strict=True)
    ]
    undated = "<li><a href='/news/portal'>The portal is away today</a></li>"
    advert = "<li><a href='https://desks.example/offer'>Desks for every practice</a></li>"
    sponsored = "<li><a href='/news/desks'>Desks for every practice</a> <b>Sponsored</b></li>"
    found_rows = find(f"<ul>{undated}{''.join(dated_rows)}{advert}{sponsored}</ul>")
    assert [(row.title, row.date) for row in found_rows.rows][:2] == [
        ("The portal is away today", ""),
        (NEWS[0][0], "18 November 2025"),
    ]
    assert len(found_rows.rows) == 4
    assert found_rows.left_out == ("Desks for every practice", "Desks for every practice")


def lines(
    titles: list[str], item: str = "<li><a href='/x/{number}'>{title}</a> <i>{day} November 2025</i></li>"
) -> str:
    return f"<ul>{''.join(item.format(title=title, number=number, day=18 - number) for number, title in enumerate(titles))}</ul>"


@pytest.mark.parametrize(
    ("main", "why"),
    [
        (
            lines(["Ann Example", "Bob Sample", "Dr Cy Specimen"]).replace("<ul>", "<h2>Practices</h2><ul>"),
            "its headlines are names",
        ),
        (
            lines(["Read the guidance", "Read our letter", "Read this notice"]),
            "its links only say what can be done with them",
        ),
        (lines(["Home", "Contact us", "News and updates"]), "its headlines are those of the site's menu"),
        (
            lines(
                ["Salaried GP", "Practice nurse", "Manager at a surgery"],
                "<li><a href='/x/{number}'>{title}</a> <i>{day} November 2025</i><p>Band 7</p></li>",
            ),
            "it lists vacancies",
        ),
        (
            lines(
                ["Study day one", "Study day two", "Drop-in day"],
                "<li><a href='/events/{number}'>{title}</a> <i>{day} November 2025</i></li>",
            ),
            "its links lead to 'events'",
        ),
        (
            lines(
                ["Wound care", "Smear taking", "Coding"],
                "<li><a href='/x/{number}'>{title}</a> <i>{day} November 2025</i><p>Venue: the hall</p></li>",
            ),
            "it lists events",
        ),
        (
            lines(
                ["Payments", "Pensions", "Forms"],
                "<li><a href='/topics/{number}'>{title}</a> <i>{day} November 2025</i></li>",
            ),
            "its links lead to subjects",
        ),
        (
            lines(
                [
                    "“The best surgery that I have known",
                    "“They called me back the same day",
                    "“Nothing was too much for them",
                ]
            ),
            "it lists what people said",
        ),
        (
            f"<div class='vacancies-list'>{lines(['One good headline', 'Another good headline', 'A third headline'])}</div>".replace(
                "<ul>", "<h2>Work with us</h2><ul>"
            ),
            "it stands in 'vacancies-list'",
        ),
    ],
)
def test_a_list_that_fails_a_check_is_not_given_and_the_check_is_named(main: str, why: str) -> None:
    found_rows = find(main, headline="The board")
    assert found_rows.rows == ()
    assert why in found_rows.why


def test_a_list_of_which_some_dates_lie_ahead_is_not_given() -> None:
    days = ["3 December 2025", "18 November 2025", "17 November 2025", "9 December 2025", "1 November 2025"]
    items = "".join(
        f"<li><a href='/x/{number}'>One headline of {number}</a> <i>{day}</i></li>" for number, day in enumerate(days)
    )
    assert "some of its dates lie ahead" in find(f"<ul>{items}</ul>").why


@pytest.mark.parametrize(
    "byline", ["Published by Jane Doe on {}", "Posted by Admin on {}", "By X on {}", "Posted on {}"]
)
def test_who_published_a_headline_is_no_headline_and_when_is_its_date(byline: str) -> None:
    headlines = ["Spring booster: practices may book", "Access to appointments: new rules", "Flu orders close soon"]
    items = "".join(
        f'<article><h2><a href="/n/{number}">{headline}</a></h2><p>{byline.format(f"{20 - number} November 2025")}</p>'
        "<p>Some words about it, in a sentence.</p></article>"
        for number, headline in enumerate(headlines)
    )
    page = f"<html><body><main><h1>News</h1>{items}</main></body></html>".encode()
    rows = find_rows(html_soup(page), date(2025, 11, 20)).rows
    assert [(line.title, line.published.day) for line in rows] == [
        (headline, date(2025, 11, 20 - number)) for number, headline in enumerate(headlines)
    ]
