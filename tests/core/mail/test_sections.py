"""Newsletters split into their announcements, and mails that announce one thing left whole. All are ours."""

import pytest

from tests.support.mails import tables
from watcher.core.mail.mail_lines import MailLines, read_html_lines
from watcher.core.mail.plain_lines import read_plain_lines
from watcher.core.mail.sections import says_little, split_mail


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


# --- what is never left out -------------------------------------------------------------------------------------------

DEMANDS = [
    "Caution: do not use batch 123 of the vaccine",
    "Do not reply to this letter: send the form to PCSE by 28 February",
    "If you are receiving this because you hold stock, quarantine it now",
    "If you are receiving this email because you are on the list of holders, set it aside",
    "Practices may opt out of this service by 1 December",
    "Practices may opt out of this service.",
    "Read it in the contract: clause 3 is changed",
    "Update your profile in the portal of the payment service",
    "Do not reply to this email: ring the helpdesk",
    "To leave the list of performers, write to us",
    "Tell us by Friday 4 December at noon",
    "If you do not want to use email, ring us",
    "In the portal, update your profile.",
    "To leave the list send an email to the performers team",
    "Stop issuing these alerts",
    "See it in the formulary",
    "Our new mailing address is PO Box 350",
    "This message is about confidential waste, which is collected weekly",
    "If you signed up for the email alerts of the agency, check your inbox",
    "In this bulletin we announce an audit: read it online",
]


def everything(subject: str, lines: MailLines) -> str:
    itself, *sections = split_mail(subject, lines)
    shown = sections if sections and says_little(itself, subject) else [itself, *sections]
    return "\n".join(f"{section.title}\n{section.text}" for section in shown)


@pytest.mark.parametrize("tag", ["p", "h2", "h3", "b", "small"])
@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("demand", DEMANDS)
def test_a_demand_is_shown_wherever_it_stands_and_however_it_is_printed(demand: str, place: int, tag: str) -> None:
    parts = [
        "<h2>Flu season begins here</h2><p>We order now.</p>",
        "<h2>Pension forms are due</h2><p>Send them.</p>",
        "<p>You have subscribed to our newsletter.</p>",
        "<p><a href='https://mailer.example/u'>Unsubscribe</a></p>",
    ]
    parts.insert(place, f"<div><{tag}>{demand}</{tag}></div>")
    assert demand.rstrip(".") in everything("Weekly bulletin", read_html_lines("".join(parts)))


@pytest.mark.parametrize("demand", DEMANDS)
def test_a_demand_in_a_letter_or_in_plain_text_is_shown(demand: str) -> None:
    assert demand in everything("Flu", read_html_lines(f"<p>{demand}</p>"))
    assert demand in everything("Flu", read_html_lines(f"<p>Dear all</p><p><b>{demand}</b></p>"))
    assert demand in everything(
        "Flu bulletin", read_plain_lines(f"FLU ORDERS\nWait.\n\nPENSION FORMS\nWait.\n\n{demand}")
    )


def test_what_is_about_the_mail_itself_is_left_out_at_its_head_and_foot() -> None:
    html = """<p>This email originated from outside the organisation.</p><p>Do not click on links or open attachments
    unless you know the sender.</p><p>View this email in your browser</p><p>Dear all</p>
    <h2>Flu</h2><p>Order now.</p><h2>Pensions</h2><p>Send the forms.</p>
    <p>© 2026 Some Council</p><p>1 Mill Lane, Anytown</p><p>You are receiving this email because you subscribed.</p>
    <p>Preferences | Unsubscribe</p><p>Some Council Ltd, a company in England</p>"""
    assert split("Weekly bulletin", html) == [
        ("", "Dear all"),
        ("Flu: Order now.", "Order now."),
        ("Pensions: Send the forms.", "Send the forms."),
    ]


def test_advice_against_fraud_is_the_matter_of_a_mail_that_does_not_say_that_it_comes_from_outside() -> None:
    html = "<p>Fraud is on the rise.</p><p>Do not open attachments unless you know the sender.</p>"
    assert split("Fraud", html) == [("", "Fraud is on the rise.\nDo not open attachments unless you know the sender.")]


def test_what_follows_how_to_leave_the_list_is_shown_where_it_speaks_to_the_reader() -> None:
    html = tables(("Easter opening", "Open on Friday."), ("Flu vaccine orders", "Order by 5pm on 3 April."))
    assert split("Weekly update", f"{html}<p>Please tell your nurses.</p>")[-1] == (
        "Flu vaccine orders",
        "Order by 5pm on 3 April.\nPlease tell your nurses.",
    )


def test_the_hours_of_a_clinic_are_no_head_of_a_forwarded_mail() -> None:
    clinic = "<p>Date: 5 May</p><p>From: 9:00</p><p>To: 12:00</p><p>Bring your badge.</p>"
    assert split("Flu clinic", clinic) == [("", "Date: 5 May\nFrom: 9:00\nTo: 12:00\nBring your badge.")]
    head = "<p>From: A Sender</p><p>Sent: 5 May 2026 09:14</p><p>To: All</p><p>Subject: Flu</p>"
    assert split("FW: Flu", f"{head}<p>Order now.</p>") == [("", "Order now.")]


def test_the_time_in_the_name_of_a_group_stands_with_its_first_announcement_and_a_bold_deadline_with_its_own() -> None:
    html = """<h2>Reply by 5 May</h2><h3>Flu vaccine orders</h3><p>Order.</p><p><b>Phone lines close at noon</b></p>
    <h2>Reply by 9 May</h2><h3>Pension forms arrive</h3><p>Fill them in.</p>"""
    assert split("Weekly update", html) == [
        ("", "# Reply by 5 May"),
        ("Flu vaccine orders", "Order.\n# Phone lines close at noon"),
        ("Pension forms arrive", "# Reply by 9 May\nFill them in."),
    ]


def test_more_announcements_than_are_told_alone_stay_in_the_mail_itself_and_are_counted() -> None:
    html = "".join(f"<h2>Matter {n} of many</h2><p>Text {n}.</p>" for n in range(63))
    itself, *sections = split_mail("Weekly update", read_html_lines(html))
    assert (len(sections), itself.unsplit) == (60, 3)
    assert sections[-1].text == "Text 59."
    assert itself.text == "\n".join(f"# Matter {n} of many\nText {n}." for n in (60, 61, 62))
    assert not says_little(itself, "Weekly update")
    links = "".join(f"<li><a href='https://a.example/{n}'>Matter number {n}</a></li>" for n in range(63))
    itself, *sections = split_mail("Weekly update", read_html_lines(f"<ul>{links}</ul>"))
    assert (len(sections), itself.unsplit) == (60, 3)
    assert itself.text == "- Matter number 60\n- Matter number 61\n- Matter number 62"


# --- mails of anybody -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<table><tr><td>" + "<b>x</b> y<br>" * 4_000 + "</td><td>" + "<b>x</b> y<br>" * 3_000, 7_000),
        ("<table><tr><td>" + "<p>x y</p>" * 14_000 + "</td><td>z</td></tr></table>", 14_001),
        ("<table><tr><td>a</td><td>" * 60 + "<p>x y</p>" * 12_000 + "</td></tr></table>" * 60, 12_060),
        ("<div></x>x" * 14_000, 14_000),
        ("<ul>" + "<li><div></x></x>x" * 6_000, 12),
        ("<p>" + "<span>" * 480 + "x<br>" * 20_000, 20_000),
        ("<p><img alt='Flu vaccine news'></p>" * 9_000, 9_000),
        ("<p>x<span hidden>y</span></p>" * 7_000, 7_000),
        ("<p><b>" + "1" * 100 + " a</b></p>", 1),
    ],
    ids=[
        "breaks in cells",
        "paragraphs in a cell",
        "tables",
        "depth",
        "members",
        "spans",
        "pictures",
        "hidden",
        "digits",
    ],
)
def test_a_mail_that_is_made_to_keep_its_reader_busy_is_read_whole(html: str, lines: int) -> None:
    mail = read_html_lines(html)
    assert len(mail.lines) == len(mail.ranks) == lines
    assert everything("Weekly update", mail)


def test_long_plain_text_without_a_break_is_read_whole() -> None:
    assert len(read_plain_lines("ONE TWO\nthree.\n" * 6_000).lines) == 12_000
    assert everything("Weekly update", read_plain_lines("Three words here.\n" * 5_000))


def test_headlines_of_many_sizes_above_nothing_are_read_whole() -> None:
    html = "".join(f"<p style='font-size:{60 - n % 40}px'>Head line {n}</p>" for n in range(5_000))
    assert "Head line 4999" in everything("Weekly update", read_html_lines(html))


def test_words_in_a_tag_of_no_size_are_hidden_and_those_within_it_that_have_one_are_not() -> None:
    html = "<div style='font-size:0px'>Preview<p style='font-size:14px'>Order now.</p></div>"
    assert split("Flu", html) == [("", "Order now.")]
