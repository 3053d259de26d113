"""Newsletters split into their announcements, and mails that announce one thing left whole. All are ours."""

import pytest

from tests.support.mails import tables
from watcher.core.mail.mail_lines import read_html_lines
from watcher.core.mail.plain_lines import read_plain_lines
from watcher.core.mail.sections import split_mail


def split(subject: str, html: str) -> list[tuple[str, str]]:
    return [(section.title, section.text) for section in split_mail(subject, read_html_lines(html))]


def test_bold_headlines_in_tables_begin_announcements_and_the_foot_is_left_out() -> None:
    html = tables(("Easter opening", "Open on Friday."), ("Flu vaccine orders", "Order by 5pm on 3 April."))
    assert split("Primary care bulletin", html) == [
        ("", ""),
        ("Easter opening: Open on Friday.", "Open on Friday."),
        ("Flu vaccine orders", "Order by 5pm on 3 April."),
    ]


def test_a_group_of_announcements_is_none_and_the_name_of_the_newsletter_neither() -> None:
    html = """<h1>GP bulletin, issue 12</h1><p>Welcome to our bulletin.</p>
    <h2>For action</h2><h3>Pension forms</h3><p>Send them by 5 March.</p><h3>Data request</h3><p>Within 48 hours.</p>
    <h2>For information</h2><h3>New team</h3><p>We have grown.</p>"""
    assert split("GP bulletin, issue 12", html) == [
        ("", "# GP bulletin, issue 12\nWelcome to our bulletin."),
        ("Pension forms: Send them by 5 March.", "Send them by 5 March."),
        ("Data request: Within 48 hours.", "Within 48 hours."),
        ("New team: We have grown.", "We have grown."),
    ]


def test_a_table_of_contents_repeats_the_headlines_and_is_left_out() -> None:
    html = """<p>In this issue</p><ul><li><a href="#a">Pension forms</a></li><li><a href="#b">New team</a></li></ul>
    <h2 id=a>Pension forms</h2><p>Send them.</p><h2 id=b>New team</h2><p>We have grown.</p>"""
    assert split("Weekly update", html) == [
        ("", "In this issue"),
        ("Pension forms: Send them.", "Send them."),
        ("New team: We have grown.", "We have grown."),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<h2>What is changing?</h2><p>The form.</p><h2>What must I do?</h2><p>Use it.</p><h2>Deadline</h2><p>5 May",
        "<p><b>Action required by 5pm on Friday</b></p><p>Send the list.</p><p><b>Thank you for helping</b></p><p>PCSE",
        "<p>Send the list of patients within 48 hours.</p>",
        "",
    ],
)
def test_a_mail_about_one_thing_stays_whole(html: str) -> None:
    sections = split("Performers list: data needed", html)
    assert [title for title, _ in sections] == [""]


def test_a_table_of_dates_in_an_announcement_stays_a_table() -> None:
    html = """<h2>Cohorts</h2><table><tr><th>Who</th><th>From</th></tr><tr><td>Over 75</td><td>1 April</td></tr></table>
    <h2>Orders</h2><p>Order now.</p>"""
    assert split("Vaccination update", html)[1] == ("Cohorts: Who | From", "|| Who | From\n| Over 75 | 1 April")


def test_a_short_headline_is_told_with_how_its_text_begins() -> None:
    html = "<h2>💉 Flu</h2><p>Order now. By 5 May.</p><h2>Shingles for older people</h2><p>Wait.</p>"
    assert [title for title, _ in split("Weekly update", html)] == ["", "Flu: Order now.", "Shingles for older people"]


def test_plain_text_has_underlined_headlines() -> None:
    text = """Dear colleagues

Flu vaccine orders
==================
Order by 5pm on
3 April. See https://england.example/orders.

Claims
------
* Send claims
* Keep copies
"""
    sections = split_mail("LMC newsletter", read_plain_lines(text))
    assert [(section.title, section.text) for section in sections] == [
        ("", "Dear colleagues"),
        ("Flu vaccine orders", "Order by 5pm on 3 April.\nSee https://england.example/orders."),
        ("Claims: Send claims", "- Send claims\n- Keep copies"),
    ]
    assert [link.href for link in sections[1].links] == ["https://england.example/orders"]
