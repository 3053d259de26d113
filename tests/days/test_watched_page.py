"""One watched page over a week, from its server to Slack and the mailbox: what is told of each edit, word for word."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.support.faulty import response
from tests.support.watched_page import OVER_50, WEEK, page
from tests.support.world import deliver_all, desk, poll_all, serving, write_config
from watcher.cli import output
from watcher.demo.stand_ins import MailStandIn, SlackStandIn, serve_http, serve_smtp
from watcher.poll import PollResult
from watcher.reports.explanation import explain_item

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CHANNEL = "C0123456789"
PEOPLE = f"""subscribers:
  - {{id: channel, via: slack, address: {CHANNEL}, admin: true}}
  - {{id: mailbox, via: email, address: m@example.org}}
"""
SOURCE = """sources:
  - {{id: flu, name: Flu offer, publisher: Agency, trust: official, kind: page, url: "{site}/flu", every: 30m}}
"""


@dataclass
class Week:
    """What a week's looks came to, what Slack was told, and what the mailbox has."""

    looks: dict[str, PollResult] = field(default_factory=dict)
    posts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    details: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    subjects: list[str] = field(default_factory=list)
    mails: dict[str, list[str]] = field(default_factory=dict)
    html: dict[str, list[str]] = field(default_factory=dict)
    explained: list[str] = field(default_factory=list)


def lived(folder: Path, database: str, pages: dict[str, bytes], people: str = PEOPLE, source: str = SOURCE) -> Week:
    """Twice a day one look at the page as it is by then, and all that is due is handed over."""
    answers: dict[str, Any] = {}
    week, slack, mail = Week(), SlackStandIn([CHANNEL], seconds=0), MailStandIn()
    with serving(answers) as (site, _), serve_http(slack) as base, serve_smtp(mail) as relay:
        environment = {
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_API_URL": f"{base}/api/",
            "WATCHER_SMTP_URL": relay,
            "WATCHER_MAIL_FROM": "watcher@example.org",
        }
        config = write_config(folder / "config", source.format(site=site), people)

        async def live() -> None:
            for number, (name, body) in enumerate(pages.items()):
                now = NOW + number * timedelta(hours=12)
                answers["/flu"] = response(body)
                posts, details, mails = len(slack.posts), len(slack.details), len(mail.mails)
                async with desk(config, environment, database, now) as opened:
                    (week.looks[name],) = await poll_all(opened, now)
                    await deliver_all(opened, now)
                    life = explain_item(opened.database, opened.configuration, f"{site}/flu", now)
                assert life
                week.explained = list(output.life_lines(life))
                week.posts[name], week.details[name] = slack.posts[posts:], slack.details[details:]
                week.subjects += [str(each["Subject"]) for each in mail.mails[mails:]]
                week.mails[name] = [said(each, "plain").replace(site, "SITE") for each in mail.mails[mails:]]
                week.html[name] = [said(each, "html") for each in mail.mails[mails:]]

        asyncio.run(live())
    assert slack.refused == []
    return week


def said(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


def marked(post: dict[str, Any]) -> Iterator[str]:
    """The lines of a post as Slack shows them: ~struck through~ and *bold*."""
    for block in post["blocks"]:
        if block["type"] == "rich_text":
            for section in block["elements"]:
                yield from "".join(map(shown, section["elements"])).split("\n")


def shown(element: dict[str, Any]) -> str:
    style = element.get("style", {})
    mark = "~" if style.get("strike") else "*" if style.get("bold") else ""
    return f"{mark}{element['text']}{mark}"


RULE = "-" * 40
JOINED = """\
CHANGED
Flu vaccine offer 2026 to 2027

Now:       added: aged 50 to 64 from 1 December
Due:       17:00 on Fri 18 Dec 2026, in 17 working days
Do:        send your order to the ICB
Order:     from the manufacturers

Agency, Wed 25 Nov 2026 09:00: “Practices must send their order to the
ICB by 5pm on Friday 18 December 2026.”
SITE/flu
"""
MOVED = """\
CORRECTION: CHANGED
Flu vaccine offer 2026 to 2027

Was:       not before Thu 1 Oct 2026
Now:       not before Thu 8 Oct 2026
Do:        send your order to the ICB
Order:     from the manufacturers

Agency, Wed 25 Nov 2026 21:00: “Practices must not invite anybody before
Thursday 8 October 2026.”
SITE/flu
"""
AGAIN = """\
CHANGED
Flu vaccine offer 2026 to 2027

Was:       Vaccine is ordered from the manufacturers; the item of
           service fee …
Now:       Vaccine is held by the national store; the item of service
           fee …
Due:       17:00 on Fri 18 Dec 2026, in 15 working days
Do:        send your order to the ICB

Agency, Fri 27 Nov 2026 09:00: “Practices must send their order to the
ICB by 5pm on Friday 18 December 2026.”
SITE/flu
"""
FELL = """\
WITHDRAWN
Flu vaccine offer 2026 to 2027

Was:       due 17:00 on Fri 18 Dec 2026
Now:       take it out of your diary

Agency, Fri 27 Nov 2026 21:00
SITE/flu
"""
SAYS_WHO = """\
Says who:     Agency (official)
When:         dated Mon 1 Sep 2025 (seen Tue 24 Nov 2026 09:00)
"""
STATUS = f"{SAYS_WHO}Official:     yes, Agency said it first\n"
REPLY = """\
              (“Practices must send their order to the ICB by 5pm on
              Friday 18 December 2026.”)
"""
APPLIES = "Owner:        nurse lead\nApplies:      England; binding; addressed to practices\n"
WHY = "Why you:      “Flu vaccine” in the title\nTopics:       Flu vaccination\n"
JOINED_DETAILS = f"""\
Changed:      seen Wed 25 Nov 2026 09:00
Eligible:     added: aged 50 to 64 from 1 December; removed: none
{STATUS}\
From:         Thu 1 Oct 2026, has passed (“Practices must not invite
              anybody before Thursday 1 October 2026.”)
Do:           send their order to the ICB
Order:        from the manufacturers
Paid:         £10.06 a dose
Due:          17:00 on Fri 18 Dec 2026, in 23 days, to the ICB
{REPLY}{APPLIES}{WHY}"""
MOVED_DETAILS = f"""\
Changed:      seen Wed 25 Nov 2026 21:00
Was:          Practices must not invite anybody before Thursday 1
              October 2026.
Now:          Practices must not invite anybody before Thursday 8
              October 2026.
{STATUS}\
From:         MOVED from Thu 1 Oct 2026 to Thu 8 Oct 2026, has passed
              (“Practices must not invite anybody before Thursday 8
              October 2026.”)
Do:           send their order to the ICB
Order:        from the manufacturers
Paid:         £10.06 a dose
Due:          17:00 on Fri 18 Dec 2026, in 23 days, to the ICB
{REPLY}{APPLIES}{WHY}"""
AGAIN_DETAILS = f"""\
Changed:      seen Fri 27 Nov 2026 09:00
New text:     This version replaces the guidance of 1 September 2025.
New text:     Every dose must be recorded within 24 hours.
Was:          Vaccine is ordered from the manufacturers; the item of
              service fee is £10.06 a dose.
Now:          Vaccine is held by the national store; the item of service
              fee is £10.06 a dose.
More:         3 more changes: see the page, or watcher explain
{STATUS}\
From:         Thu 8 Oct 2026, has passed (“Practices must not invite
              anybody before Thursday 8 October 2026.”)
Do:           send their order to the ICB
Paid:         £10.06 a dose
Due:          17:00 on Fri 18 Dec 2026, in 21 days, to the ICB
{REPLY}{APPLIES}{WHY}"""
FELL_DETAILS = f"""\
Changed:      seen Fri 27 Nov 2026 21:00
Notice:       This guidance was withdrawn on 30 November 2026.
{SAYS_WHO}\
Official:     no longer: withdrawn by Agency, Fri 27 Nov 2026 21:00
From:         WITHDRAWN: Thu 8 Oct 2026 (“Practices must not invite
              anybody before Thursday 8 October 2026.”)
Do:           no longer: send their order to the ICB
Due:          WITHDRAWN: 17:00 on Fri 18 Dec 2026, to the ICB
{REPLY}{WHY}"""


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    """The whole week on SQLite, for all that only read of it."""
    folder = tmp_path_factory.mktemp("week")
    return lived(folder, f"sqlite:///{folder / 'w.db'}", WEEK)


def test_each_edit_of_a_watched_page_is_told_once_and_as_what_it_is(tmp_path: Path, database_url: str) -> None:
    week = lived(tmp_path, database_url, WEEK)
    assert {name: (look.outcome, look.revised, look.alerts) for name, look in week.looks.items()} == {
        "first seen": ("read", 0, 0),
        "a counter": ("read", 0, 0),
        "a member joins": ("read", 1, 1),
        "a date moves": ("read", 1, 1),
        "challenge": ("failed", 0, 0),
        "challenge again": ("failed", 0, 0),
        "issued again": ("read", 1, 1),
        "withdrawn": ("read", 1, 1),
    }
    assert {name: len(mails) for name, mails in week.mails.items() if mails} == {
        "a member joins": 1,
        "a date moves": 1,
        "issued again": 1,
        "withdrawn": 1,
    }
    assert {
        name: sorted(post["text"].split("\n")[0][:60] for post in posts) for name, posts in week.posts.items() if posts
    } == {
        "a member joins": ["CHANGED: Flu vaccine offer 2026 to 2027"],
        "a date moves": ["CORRECTION: CHANGED: Flu vaccine offer 2026 to 2027"],
        "challenge again": ["FOR THE ADMIN: Flu offer (flu): COULD NOT LOOK (it is a chal"],
        "issued again": [
            "CHANGED: Flu vaccine offer 2026 to 2027",
            "FOR THE ADMIN: Flu offer (flu): can be read again.",
        ],
        "withdrawn": ["WITHDRAWN: Flu vaccine offer 2026 to 2027"],
    }


def test_each_mail_says_what_was_and_what_is_and_what_to_do(week: Week) -> None:
    told = [mail.partition(RULE)[0].rstrip("\n") for mail in mails_of(week)]
    assert told == [each.rstrip("\n") for each in (JOINED, MOVED, AGAIN, FELL)]
    assert week.subjects == [
        "CHANGED: Flu vaccine offer 2026 to 2027",
        "CORRECTION: CHANGED: now not before Thu 8 Oct 2026: Flu vaccine offer 2026 to 2027",
        "CHANGED: Flu vaccine offer 2026 to 2027",
        "WITHDRAWN: Flu vaccine offer 2026 to 2027",
    ]


def test_below_its_rule_each_mail_has_all_that_is_known(week: Week) -> None:
    below = [
        mail.partition(f"{RULE}\nAll that we know of it\n\n")[2].partition("\n-- \n")[0] for mail in mails_of(week)
    ]
    assert below == [JOINED_DETAILS, MOVED_DETAILS, AGAIN_DETAILS, FELL_DETAILS]


def mails_of(week: Week) -> list[str]:
    return [mail.replace("\r\n", "\n") for mails in week.mails.values() for mail in mails]


def test_slack_strikes_out_what_was_and_has_in_bold_what_is(week: Week) -> None:
    assert list(marked(week.posts["a date moves"][0]))[:4] == [
        "*CORRECTION: CHANGED*",
        "*Flu vaccine offer 2026 to 2027*",
        "*Was: *not before Thu 1 Oct 2026",
        "*Now: *not before Thu 8 Oct 2026",
    ]
    assert list(marked(week.details["a date moves"][0]))[:3] == [
        "*Changed: *seen Wed 25 Nov 2026 21:00",
        "*Was: *Practices must not invite anybody before Thursday ~1~ October 2026.",
        "*Now: *Practices must not invite anybody before Thursday *8* October 2026.",
    ]


def test_html_has_labels_for_what_its_marks_show(week: Week) -> None:
    bare = re.sub(r' (?:style|class|valign)="[^"]*"', "", week.html["a date moves"][0])
    was = "Practices must not invite anybody before Thursday <del>1</del> October 2026. "
    now = "Practices must not invite anybody before Thursday <ins>8</ins> October 2026. "
    assert f"<td><strong>Was</strong></td><td>{was}</td>" in bare
    assert f"<td><strong>Now</strong></td><td>{now}</td>" in bare


DAILY = "subscribers: [{id: daily, via: email, address: m@example.org, pace: daily, at: '07:30', admin: true}]"


def test_a_digest_tells_the_weightiest_of_all_edits_since_the_last_one_as_one_entry(tmp_path: Path) -> None:
    edits = {name: WEEK[name] for name in ("first seen", "a counter", "a member joins", "a date moves")}
    edits["next"] = WEEK["a date moves"]
    week = lived(tmp_path, f"sqlite:///{tmp_path / 'w.db'}", edits, people=DAILY)
    (digest,) = week.mails["next"]
    assert digest.replace("\r\n", "\n").partition("CHANGED OR WITHDRAWN\n\n")[2].partition("\n\n")[0] == (
        "1. CORRECTION: CHANGED: Flu vaccine offer 2026 to 2027 – was not before\n"
        "   Thu 1 Oct 2026; now not before Thu 8 Oct 2026 (Agency)\n"
        "   SITE/flu"
    )


def test_an_edit_that_is_the_first_thing_told_stands_among_the_changes_of_a_digest(tmp_path: Path) -> None:
    joined = WEEK["a member joins"]
    pages = {"first seen": WEEK["first seen"], "a member joins": joined, "next": joined}
    week = lived(tmp_path, f"sqlite:///{tmp_path / 'w.db'}", pages, people=DAILY)
    digest = week.mails["next"][-1].replace("\r\n", "\n")
    assert digest.splitlines()[0] == "GP announcements, Wed 25 Nov 2026: 1 changed"
    assert digest.partition("CHANGED OR WITHDRAWN\n\n")[2].partition("\n\n")[0] == (
        "1. Flu vaccine offer 2026 to 2027 – added: aged 50 to 64 from 1 December\n   (Agency)\n   SITE/flu"
    )


def test_explain_has_every_change_of_every_revision(week: Week) -> None:
    begin = next(at for at, line in enumerate(week.explained) if line.startswith("revision  3"))
    assert week.explained[begin : begin + 12] == [
        "revision  3 seen Wed 25 Nov 2026 21:00: Flu vaccine offer 2026 to 2027",
        "          Was: Practices must not invite anybody before Thursday 1 October 2026.",
        "          Now: Practices must not invite anybody before Thursday 8 October 2026.",
        "revision  4 seen Fri 27 Nov 2026 09:00: Flu vaccine offer 2026 to 2027",
        "          New text: This version replaces the guidance of 1 September 2025.",
        "          New text: Every dose must be recorded within 24 hours.",
        "          Was: Vaccine is ordered from the manufacturers; the item of service fee is £10.06 a dose.",
        "          Now: Vaccine is held by the national store; the item of service fee is £10.06 a dose.",
        "          New text: Care homes are now visited by the community provider.",
        "          New text: The search of the clinical system is run again each month.",
        "          New text: Pharmacies send a message for each dose.",
        "revision  5 seen Fri 27 Nov 2026 21:00: Flu vaccine offer 2026 to 2027",
    ]


def test_explain_has_no_facts_of_a_page_that_is_withdrawn(week: Week) -> None:
    assert [line for line in week.explained if line.startswith("fact")] == []


@pytest.mark.promise("P18")
def test_a_server_that_shows_two_versions_in_turn_is_told_three_times_and_a_new_version_again(tmp_path: Path) -> None:
    one, other = page(), page(OVER_50)
    pages = dict(zip("abcdefg", [one, other, one, other, one, other, page(OVER_50, "a carer")], strict=True))
    week = lived(tmp_path, f"sqlite:///{tmp_path / 'w.db'}", pages)
    assert [look.alerts for look in week.looks.values()] == [0, 1, 1, 1, 0, 0, 1]
    assert [look.revised for look in week.looks.values()] == [0, 1, 1, 1, 1, 1, 1]
