# ruff: noqa: E501
"""Four announcements in many builds, and pages that look like a list and are none. SYNTHETIC, and written by us."""

from collections.abc import Callable
from datetime import date

import pytest

from watcher.core.decoding.text_encoding import html_soup
from watcher.core.rows.find import find_rows

TODAY = date(2025, 11, 20)
STORIES = [
    ("Smear results: new turnaround times", "/n/smear", date(2025, 11, 17)),
    ("Contract variation notices have gone out", "/n/variation", date(2025, 11, 6)),
    ("Spirometry funding for next year", "/n/spiro", date(2025, 10, 29)),
    ("Bank holiday cover: what practices must tell us", "/n/cover", date(2025, 10, 2)),
]
TOP = '<div class="top"><a href="/">Fenland</a></div><ul class="mainmenu"><li><a href="/about">About us</a></li><li><a href="/work">Our work</a></li></ul>'
FOOT = '<div class="bottom"><ul><li><a href="/privacy">Privacy notice</a></li><li><a href="/access">Accessibility</a></li></ul><p>© 2025 Fenland</p></div>'


def long_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def each(build: Callable[[str, str, str], str]) -> str:
    return "".join(build(title, url, long_day(day)) for title, url, day in STORIES)


def found(body: str, title: str = "News | Fenland") -> list[tuple[str, str, date | None]]:
    soup = html_soup(f"<html><head><title>{title}</title></head><body>{TOP}{body}{FOOT}</body></html>".encode())
    return [(line.title, line.url, line.published.day) for line in find_rows(soup, TODAY).rows]


BUILDS = {
    "blog": "<main><section>"
    + each(
        lambda t, u, d: (
            f'<article><a href="{u}"><img src=1></a><div><span>Comms</span><time>{d}</time><span>Comms</span><time>{d}</time><h1><a href="{u}">{t}</a></h1><p>Words.</p><a href="{u}">Read More</a></div></article>'
        )
    )
    + "</section></main>",
    "table without th": "<h2>Practice bulletins</h2><table><thead><tr><td>Date</td><td>Subject</td><td>File</td></tr></thead>"
    + each(lambda t, u, d: f'<tr><td>{d}</td><td>{t}</td><td><a href="{u}">Download</a> 120 KB</td></tr>')
    + "</table>",
    "bold lines": "<h1>Updates</h1><div>"
    + each(lambda t, u, d: f'<p><strong>{t}</strong><br>{d}<br>Some text about it. <a href="{u}">Find out more</a></p>')
    + "</div>",
    "bold dates": "<h1>Latest updates</h1><ul>"
    + each(lambda t, u, d: f'<li><strong>{d}:</strong> <a href="{u}">{t}</a></li>')
    + "</ul>",
    "brackets": "<h1>Circulars</h1><ul>" + each(lambda t, u, d: f'<li><a href="{u}">{t}</a> ({d})</li>') + "</ul>",
    "cards of one link": "<h1>News</h1><div>"
    + each(
        lambda t, u, d: (
            f'<div class="col"><a href="{u}"><span class="badge">Primary care</span><span class="card-title">{t}</span><span class="card-text">A much longer line of text about the very same thing.</span><span>{d}</span></a></div>'
        )
    )
    + "</div>",
    "years above": "<h1>Letters to practices</h1><h2>2025</h2>"
    + each(lambda t, u, d: f'<p>{d[:-5]} – <a href="{u}">{t}</a> [PDF, 88KB]</p>'),
    "terms": "<h1>Notices</h1><dl>"
    + each(lambda t, u, d: f'<dt><a href="{u}">{t}</a></dt><dd>{d}</dd><dd>Some words.</dd>')
    + "</dl>",
    "date before": "<div><h1>News</h1>"
    + each(lambda t, u, d: f'<p>{d}</p><h3><a href="{u}">{t}</a></h3><p>Some words.</p>')
    + "</div>",
    "beside meetings and tweets": "<div><div><h1>News</h1>"
    + each(lambda t, u, d: f'<div><h2><a href="{u}">{t}</a></h2><p>Posted on {d} by Comms</p></div>')
    + "</div><div><h3>Upcoming meetings</h3><ul><li><a href='/m/1'>Board</a><br>4 December 2025</li><li><a href='/m/2'>Forum</a><br>11 December 2025</li></ul>"
    "<h3>Recent tweets</h3><ul><li>Flu clinics are open <a href='https://twitter.com/x/1'>18 Nov</a></li><li>Come <a href='https://twitter.com/x/2'>17 Nov</a></li></ul></div></div>",
    "date in the heading": "<h1>News</h1><ul>"
    + each(lambda t, u, d: f'<li><h3><span>{d}</span> <a href="{u}">{t}</a></h3></li>')
    + "</ul>",
    "date in the link": "<h1>News</h1><ul>"
    + each(lambda t, u, d: f'<li><a href="{u}"><span>{d}</span>{t}</a></li>')
    + "</ul>",
    "times": "<h1>Status updates</h1><ul>"
    + each(
        lambda t, u, d: f'<li><a href="{u}">{t}</a><span>{d} at 9:30am</span><p>Phones are open 8am to 6:30pm.</p></li>'
    )
    + "</ul>",
    "years that open": "<h1>Minutes</h1><details open><summary>2025</summary><ul>"
    + each(lambda t, u, d: f'<li><a href="{u}">{t} - {d[:-5]}</a></li>')
    + "</ul></details>",
    "nameless": "<div><div><b>News</b></div>"
    + each(lambda t, u, d: f'<div><div>{d}</div><div><a href="{u}">{t}</a></div><div>Words on this.</div></div>')
    + "</div>",
    "two rows for one": "<h2>News</h2><table>"
    + each(lambda t, u, d: f'<tr><td><a href="{u}">{t}</a></td><td>{d}</td></tr><tr><td colspan=2>A line.</td></tr>')
    + "</table>",
    "cells": "<h2>News</h2><table><tr>"
    + each(lambda t, u, d: f'<td><a href="{u}"><b>{t}</b></a><br><small>{d}</small></td>')
    + "</tr></table>",
    "updated": "<h1>News</h1><ul>"
    + each(
        lambda t, u, d: (
            f'<li><a href="{u}">{t}</a><p>Last updated: 19 November 2025</p><p>First published: {d}</p></li>'
        )
    )
    + "</ul>",
    "long category": "<h1>News</h1>"
    + each(
        lambda t, u, d: (
            f'<div><a href="/category/a">Primary care, community services and public health</a><a href="{u}">{t}</a><span>{d}</span></div>'
        )
    ),
}


@pytest.mark.parametrize("name", BUILDS)
def test_the_same_announcements_are_found_in_any_build(name: str) -> None:
    assert found(f"<div id='content'>{BUILDS[name]}</div>") == STORIES


NO_LISTS = {
    "Vacancies": each(lambda t, u, d: f'<li><a href="{u}">Practice nurse {t[:5]}</a> Posted {d}</li>'),
    "Guidance on flu": "<h2>Updates</h2>" + each(lambda t, _, d: f"<li>{d} Changed the section on {t[:10]}.</li>"),
    "Related documents": each(lambda t, u, d: f'<li><a href="{u}">{t}</a> {d}</li>'),
    "Consultations": each(lambda t, u, d: f'<li><a href="{u}">{t}</a> Closes {d}</li>'),
    "Meet the board": each(lambda t, u, d: f'<li><h3><a href="{u}">Dr {t[:7]}</a></h3><p>Appointed {d}</p></li>'),
    "Our history": each(lambda t, _, d: f"<li><h3>{d}</h3><p>{t}.</p></li>"),
    "Rota": each(lambda t, _, d: f"<li><b>{d}</b> Surgery of {t[:5]}</li>"),
    "Responses": each(
        lambda t, _, d: f'<li><b>Reader {t[:4]}</b> <i>{d}</i><p>I agree.</p><a href="#r">Reply</a></li>'
    ),
    "Our policies": each(lambda t, u, _: f'<li><a href="{u}.pdf">{t[:5]} policy</a> (PDF, 80KB)</li>'),
}


@pytest.mark.parametrize("headline", NO_LISTS)
def test_what_looks_like_a_list_of_news_and_is_none_gives_nothing(headline: str) -> None:
    assert found(f"<main><h1>{headline}</h1><ul>{NO_LISTS[headline]}</ul></main>", headline) == []


def test_a_tag_that_alternates_and_an_advert_with_another_shape_change_nothing() -> None:
    rows = each(lambda t, u, d: f'<li class="c{len(t) % 2}"><a href="{u}">{t}</a> <i>{d}</i></li>')
    body = rows.replace("</li>", "</li><li class='ad'><a href='/app'>Get our app today</a></li>", 1)
    assert found(f"<main><h1>News</h1><ul>{body}</ul></main>") == STORIES


def test_a_hostile_page_is_refused_in_words() -> None:
    many = "<i></i>" * 60_001
    assert find_rows(html_soup(many.encode()), TODAY).why.startswith("it has too many tags")
    nested = ("<div>" * 90 + "<p>3 May 2025 <a href=/x>Some title</a></p>" * 100 + "</div>" * 90) * 150
    assert "too deep inside each other" in find_rows(html_soup(nested.encode()), TODAY).why
