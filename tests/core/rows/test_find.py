# ruff: noqa: E501
"""Lists found by the structure of their page. Every page here is SYNTHETIC, and written by us."""

from datetime import date

import pytest

from watcher.core.decoding.text_encoding import html_soup
from watcher.core.rows.find import find_rows
from watcher.core.rows.values import FoundRows

TODAY = date(2025, 11, 20)


def found(body: str, title: str = "News - The Board") -> FoundRows:
    page = f"<!-- SYNTHETIC --><html><head><title>{title}</title></head><body>{body}</body></html>"
    return find_rows(html_soup(page.encode()), TODAY)


def rows(body: str, title: str = "News - The Board") -> list[tuple[str, str, str]]:
    answer = found(body, title)
    assert answer.rows, answer.why
    return [(line.title, line.url, str(line.published.day or line.date)) for line in answer.rows]


def why(body: str, title: str = "The Board") -> str:
    answer = found(body, title)
    assert not answer.rows, [(line.title, line.url) for line in answer.rows]
    return answer.why


MENU = """<header><a href="/">Home</a><nav><ul><li><a href="/news">News</a></li><li><a href="/events">Events</a></li>
<li><a href="/contact">Contact us</a></li></ul></nav></header>
<nav class="breadcrumb"><ol><li><a href="/">Home</a></li><li>News</li></ol></nav>"""
FOOT = """<footer><h2>Useful links</h2><ul><li><a href="/privacy">Privacy and cookies</a></li>
<li><a href="/a11y">Accessibility statement of this site</a></li></ul><p>Last updated 1 November 2025</p></footer>"""
THREE = [
    ("Payment run moves to Friday", "/news/run", "2025-11-18"),
    ("New form for patient registrations", "/news/form", "2025-11-03"),
    ("Pension certificates are due", "/news/pensions", "2025-10-21"),
]

CARDS = """<main><h1>News</h1><div class="grid">
<div class="col odd first"><article class="card featured"><a href="/news/run"><img src="1.png" alt=""></a>
<p class="tag"><a href="/topics/payments">Payments</a></p><h3><a href="/news/run">Payment run moves to Friday</a></h3>
<time datetime="2025-11-18T09:00:00+00:00">Tuesday</time><p>The run of November is paid one day later than planned.</p>
<a href="/news/run">Continue reading</a></article></div>
<div class="col even"><article class="card"><p class="tag"><a href="/topics/payments">Payments</a></p>
<h3><a href="/news/form">New form for patient registrations</a></h3><time datetime="2025-11-03">3 Nov</time></article></div>
<div class="col odd"><div class="promo"><h3><a href="/app">Get our app today</a></h3><p>It is free.</p></div></div>
<div class="col even last"><article class="card"><p class="tag"><a href="/topics/pensions">Pensions</a></p>
<h3><a href="/news/pensions">Pension certificates are due</a></h3><time datetime="2025-10-21">21 Oct</time></article></div>
</div><ul class="pagination"><li><a href="?page=2">2</a></li><li><a href="?page=3">3</a></li></ul></main>"""
TABLE = """<main><h1>Bulletins</h1><table><tr><th>Ref</th><th>Title</th><th>Published</th><th>Review date</th></tr>
<tr><td>B1</td><td>Payment run moves to Friday</td><td>18/11/2025</td><td>1/1/2027</td></tr>
<tr><td>B2</td><td><a href="/news/form">New form for patient registrations</a> (PDF, 230KB)</td><td>3rd Nov 2025</td><td>1/1/2027</td></tr>
<tr><td>B3</td><td><a href="/news/pensions">Pension certificates are due</a></td><td>21.10.2025</td><td>1/1/2027</td></tr></table></main>"""
FLAT = """<div id="content"><h1>Latest news</h1><p>News for practices.</p>
<h3>Payment run moves to Friday</h3><p class="date">18 November 2025</p><p>The run is later. <a href="/news/run">Read more</a></p>
<h3>New form for patient registrations</h3><p class="date">3 November 2025</p><p>Use it. <a href="/news/form">Read more</a></p>
<h3>Pension certificates are due</h3><p class="date">21 October 2025</p><p>Send it. <a href="/news/pensions">Read more</a></p>
</div>"""
BOXES = """<div class="list">
<div class="item"><div class="d"><span>18</span><span>Nov</span><span>2025</span></div><a href="/news/run">Payment run moves to Friday</a></div>
<div class="item"><div class="d"><span>03</span><span>Nov</span><span>2025</span></div><a href="/news/form">New form for patient registrations</a></div>
<div class="item"><div class="d"><span>21</span><span>Oct</span><span>2025</span></div><a href="/news/pensions">Pension certificates are due</a></div></div>"""
TERMS = """<main><h1>News</h1><dl><dt>18 November 2025</dt><dd><a href="/news/run">Payment run moves to Friday</a></dd>
<dt>3 November 2025</dt><dd><a href="/news/form">New form for patient registrations</a></dd>
<dt>21 October 2025</dt><dd><a href="/news/pensions">Pension certificates are due</a></dd></dl></main>"""
NO_YEAR = """<main><h2>2025</h2><ul><li>18 November <a href="/news/run">Payment run moves to Friday</a></li>
<li>3 November <a href="/news/form">New form for patient registrations</a></li>
<li>21 October <a href="/news/pensions">Pension certificates are due</a></li></ul></main>"""
LINES = """<div><p>18/11/2025 - <a href="/news/run">Payment run moves to Friday</a><br>03/11/2025 -
<a href="/news/form">New form for patient registrations</a><br>21/10/2025 - <a href="/news/pensions">Pension certificates are due</a></p></div>"""
TWO_LISTS = """<main><section><h2>Upcoming events</h2><ul><li><a href="/e/1">Webinar on payments</a> <span>2 December 2025</span></li>
<li><a href="/e/2">Drop-in for managers</a> <span>9 December 2025</span></li><li><a href="/e/3">Training on forms</a>
<span>12 December 2025</span></li></ul></section><section><h2>News</h2><ul>
<li><a href="/news/run">Payment run moves to Friday</a> <span>18 November 2025</span></li>
<li><a href="/news/form">New form for patient registrations</a> <span>3 November 2025</span></li>
<li><a href="/news/pensions">Pension certificates are due</a> <span>21 October 2025</span></li></ul></section></main>
<div><h3>Most read</h3><ul><li><a href="/o/1">How to register a patient</a> <span>1 May 2024</span></li>
<li><a href="/o/2">How to close a list</a> <span>1 May 2023</span></li></ul></div>"""


@pytest.mark.parametrize("body", [CARDS, FLAT, BOXES, TERMS, NO_YEAR, LINES, TWO_LISTS])
def test_one_list_in_many_builds(body: str) -> None:
    assert rows(MENU + body + FOOT) == THREE


def test_a_table_with_a_row_without_a_link() -> None:
    assert rows(MENU + TABLE + FOOT) == [("Payment run moves to Friday", "", "2025-11-18"), *THREE[1:]]


def test_a_month_glued_to_the_headline_is_split_off() -> None:
    body = """<main><h1>Updates</h1><div><p><a href="/1">Oct 2025 - Payments of the month</a></p>
    <p><a href="/2">12 SeptemberPayment run</a></p></div></main>"""
    assert rows(body) == [("Payments of the month", "/1", "2025-10-01"), ("Payment run", "/2", "2025-09-12")]


def test_months_in_headings_are_inherited() -> None:
    body = """<main><h1>Letters</h1><h2>November 2025</h2><ul><li><a href="/1.pdf">Payment letter</a></li>
    <li><a href="/2.pdf">Form letter (Word, 1.2 MB)</a></li></ul><h2>October 2025</h2><ul>
    <li><a href="/3.pdf">Pension letter</a></li></ul></main>"""
    assert rows(body) == [
        ("Payment letter", "/1.pdf", "2025-11-01"),
        ("Form letter", "/2.pdf", "2025-11-01"),
        ("Pension letter", "/3.pdf", "2025-10-01"),
    ]


def test_links_that_say_nothing_are_named_by_their_row() -> None:
    body = """<main><h2>Monthly updates</h2><ul><li>GP monthly update 3 November - <a href="/1.pdf">click here</a></li>
    <li>GP monthly update 6 October - <a href="/2.pdf">click here</a></li>
    <li>GP monthly update 17 December - <a href="/3.pdf">Please click here.</a></li></ul></main>"""
    assert rows(body) == [
        ("GP monthly update 3 November", "/1.pdf", "2025-11-03"),
        ("GP monthly update 6 October", "/2.pdf", "2025-10-06"),
        ("GP monthly update 17 December", "/3.pdf", "2024-12-17"),
    ]


def test_undated_headlines_on_one_path_are_a_list() -> None:
    body = """<main><h1>News</h1><ul><li><a href="/news/a">The payment run moves to Friday this month</a></li>
    <li><a href="/news/b">A new form for patient registrations is here</a></li>
    <li><a href="/news/c">Pension certificates must be sent in by March</a></li></ul></main>"""
    assert next(title for title, _, _ in rows(MENU + body + FOOT)) == "The payment run moves to Friday this month"


PROSE = (
    "<p>"
    + "The scheme pays practices for each claim that is made before the end of the month in question. " * 2
    + "</p>"
)
NOT_LISTS = {
    "article": f"<main><h1>Payment run moves</h1><p>Published 18 November 2025</p>{PROSE * 4}<p>Claim by 3 December 2025.</p></main>",
    "article with latest news": f"<main><h1>Payment run moves</h1>{PROSE * 5}<h2>Latest news</h2><ul>"
    "<li><a href='/1'>New form is here</a> 3 November 2025</li><li><a href='/2'>Pensions are due</a> 1 November 2025</li></ul></main>",
    "key dates": "<main><h1>The scheme</h1><ul><li><strong>1 April 2025</strong> The scheme opens</li>"
    "<li><strong>30 September 2025</strong> First claims are due</li><li><strong>31 March 2026</strong> It ends</li></ul></main>",
    "login": "<main><h1>Sign in</h1><form><input name=u><input type=password><button>Sign in</button></form></main>",
    "tiles": "<main><h1>Our services</h1><div><a href='/s/a'><h3>Pensions</h3><p>What we do.</p></a>"
    "<a href='/s/b'><h3>Payments</h3><p>What we pay.</p></a><a href='/s/c'><h3>Forms</h3><p>All forms.</p></a></div></main>",
    "staff": "<main><h1>Our team</h1><ul><li><h3>Ann Example</h3><p>Director</p><a href='mailto:a@x.example'>Write</a></li>"
    "<li><h3>Bob Example</h3><p>Manager</p><a href='mailto:b@x.example'>Write</a></li></ul></main>",
    "events": "<main><h1>What's on</h1><ul><li><a href='/e/1'>Webinar</a> 2 December 2025</li>"
    "<li><a href='/e/2'>Drop-in day</a> 9 December 2025</li></ul></main>",
    "no results": "<main><h1>Search news</h1><p>No results found for flu.</p><h2>Latest news</h2><ul>"
    "<li><a href='/1'>New form is here</a> 3 November 2025</li><li><a href='/2'>Pensions are due</a> 1 November 2025</li></ul></main>",
    "empty": "",
    "opening": "<main><h1>Opening hours</h1><table><tr><td>25 December 2025</td><td>Closed</td></tr>"
    "<tr><td>26 December 2025</td><td>Closed</td></tr></table></main>",
    "two": "<main><div class=a><h2>News</h2><ul><li><a href='/1'>New form is here</a> 3 November 2025</li>"
    "<li><a href='/2'>Pensions are due</a> 1 November 2025</li></ul></div><div class=b><h2>Press releases</h2><ul>"
    "<li><a href='/3'>Board opens office</a> 3 November 2025</li><li><a href='/4'>Board moves</a> 1 November 2025</li></ul></div></main>",
}


@pytest.mark.parametrize("kind", NOT_LISTS)
def test_a_page_without_a_sure_list_gives_nothing_and_says_why(kind: str) -> None:
    assert why(MENU + NOT_LISTS[kind] + FOOT)
