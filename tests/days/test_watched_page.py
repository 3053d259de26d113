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
                posts, mails = len(slack.posts), len(mail.mails)
                async with desk(config, environment, database, now) as opened:
                    (week.looks[name],) = await poll_all(opened, now)
                    await deliver_all(opened, now)
                    life = explain_item(opened.database, opened.configuration, f"{site}/flu")
                assert life
                week.explained = list(output.life_lines(life))
                week.posts[name] = slack.posts[posts:]
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


SAYS_WHO = """\
  Says who      Agency (official)
  When          dated Mon 1 Sep 2025 (seen Tue 24 Nov 2026 09:00)
"""
STATUS = f"{SAYS_WHO}  Official      yes, Agency said it first\n"
START = "(“Practices must not invite anybody before Thursday {} October 2026.”)"
REPLY = "(“Practices must send their order to the ICB by 5pm on Friday 18 December 2026.”)"
END = """\
  Why you       “Flu vaccine” in the title
  Topics        Flu vaccination
  Source        SITE/flu
"""
JOINED = f"""\
CHANGED: Flu vaccine offer 2026 to 2027

CHANGED
Flu vaccine offer 2026 to 2027
  Changed       seen Wed 25 Nov 2026 09:00
  Eligible      added: aged 50 to 64 from 1 December; removed: none; still not named: practice managers
{STATUS}\
  Who           aged 50 to 64; practice managers not mentioned
  From          Thu 1 Oct 2026, passed {START.format(1)}
  Do            must not invite anybody
  Order         ordered from the manufacturers
  Paid          £10.06 a dose
  Reply by      17:00 on Fri 18 Dec 2026, 23 days from now, to the ICB {REPLY}
  Owner         nurse lead
  Applies       England; binding; addressed to practices
  Not known     code
{END}"""
MOVED = f"""\
CORRECTION: CHANGED: Flu vaccine offer 2026 to 2027

CORRECTION: CHANGED
Flu vaccine offer 2026 to 2027
  Changed       seen Wed 25 Nov 2026 21:00
  Was           Practices must not invite anybody before Thursday 1 October 2026.
  Now           Practices must not invite anybody before Thursday 8 October 2026.
{STATUS}\
  Who           aged 50 to 64; practice managers not mentioned
  From          MOVED from Thu 1 Oct 2026 to Thu 8 Oct 2026, passed {START.format(8)}
  Do            must not invite anybody
  Order         ordered from the manufacturers
  Paid          £10.06 a dose
  Reply by      17:00 on Fri 18 Dec 2026, 23 days from now, to the ICB {REPLY}
  Owner         nurse lead
  Applies       England; binding; addressed to practices
{END}"""
AGAIN = f"""\
CHANGED: Flu vaccine offer 2026 to 2027

CHANGED
Flu vaccine offer 2026 to 2027
  Changed       seen Fri 27 Nov 2026 09:00
  New text      This version replaces the guidance of 1 September 2025.
  New text      Every dose must be recorded within 24 hours.
  Was           Vaccine is ordered from the manufacturers; the item of service fee is £10.06 a dose.
  Now           Vaccine is held by the national store; the item of service fee is £10.06 a dose.
  More          3 more changes: see the page, or watcher explain
{STATUS}\
  Who           aged 50 to 64; practice managers not mentioned
  From          Thu 8 Oct 2026, passed {START.format(8)}
  Do            must not invite anybody
  Paid          £10.06 a dose
  Reply by      17:00 on Fri 18 Dec 2026, 21 days from now, to the ICB {REPLY}
  Owner         nurse lead
  Applies       England; binding; addressed to practices
{END}"""
FELL = f"""\
CORRECTION: WITHDRAWN: Flu vaccine offer 2026 to 2027

CORRECTION: WITHDRAWN
Flu vaccine offer 2026 to 2027
  Changed       seen Fri 27 Nov 2026 21:00
  Notice        This guidance was withdrawn on 30 November 2026.
{SAYS_WHO}\
  Official      no longer: withdrawn by Agency, Fri 27 Nov 2026 21:00
  Who           no longer: aged 50 to 64; practice managers not mentioned
  From          WITHDRAWN: Thu 8 Oct 2026 {START.format(8)}
  Do            no longer: must not invite anybody
  Reply by      WITHDRAWN: 17:00 on Fri 18 Dec 2026, to the ICB {REPLY}
{END}"""


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
    assert {name: sorted(post["text"][:60] for post in posts) for name, posts in week.posts.items() if posts} == {
        "a member joins": ["CHANGED: Flu vaccine offer 2026 to 2027"],
        "a date moves": ["CORRECTION: CHANGED: Flu vaccine offer 2026 to 2027"],
        "challenge again": ["FOR THE ADMIN: Flu offer (flu): COULD NOT LOOK (it is a chal"],
        "issued again": [
            "CHANGED: Flu vaccine offer 2026 to 2027",
            "FOR THE ADMIN: Flu offer (flu): can be read again.",
        ],
        "withdrawn": ["CORRECTION: WITHDRAWN: Flu vaccine offer 2026 to 2027"],
    }


def test_each_mail_says_what_was_and_what_is_and_what_to_do(week: Week) -> None:
    told = [mail.replace("\r\n", "\n") for mails in week.mails.values() for mail in mails]
    assert told == [JOINED, MOVED, AGAIN, FELL]


def test_slack_strikes_out_what_was_and_has_in_bold_what_is(week: Week) -> None:
    assert list(marked(week.posts["a date moves"][0]))[:4] == [
        "*CORRECTION: CHANGED*",
        "*Changed: *seen Wed 25 Nov 2026 21:00",
        "*Was: *Practices must not invite anybody before Thursday ~1~ October 2026.",
        "*Now: *Practices must not invite anybody before Thursday *8* October 2026.",
    ]


def test_html_has_labels_for_what_its_marks_show(week: Week) -> None:
    bare = re.sub(r' style="[^"]*"', "", week.html["a date moves"][0])
    assert "<dt>Was</dt><dd>Practices must not invite anybody before Thursday <del>1</del> October 2026. </dd>" in bare
    assert "<dt>Now</dt><dd>Practices must not invite anybody before Thursday <ins>8</ins> October 2026. </dd>" in bare


DAILY = "subscribers: [{id: daily, via: email, address: m@example.org, pace: daily, at: '07:30', admin: true}]"


def test_a_digest_tells_all_edits_since_the_last_one_and_what_is_known_of_the_page_as_of_now(tmp_path: Path) -> None:
    edits = {name: WEEK[name] for name in ("first seen", "a counter", "a member joins", "a date moves")}
    edits["next"] = WEEK["a date moves"]
    week = lived(tmp_path, f"sqlite:///{tmp_path / 'w.db'}", edits, people=DAILY)
    (digest,) = week.mails["next"]
    changed = digest.replace("\r\n", "\n").partition("CORRECTION: CHANGED\n")[2].partition("  Why you")[0]
    assert (
        changed
        == f"""\
Flu vaccine offer 2026 to 2027
  Changed       seen Wed 25 Nov 2026 21:00
  Eligible      added: aged 50 to 64 from 1 December; removed: none; still not named: practice managers
  Was           Practices must not invite anybody before Thursday 1 October 2026.
  Now           Practices must not invite anybody before Thursday 8 October 2026.
{STATUS}\
  Who           aged 50 to 64; practice managers not mentioned
  From          MOVED from Thu 1 Oct 2026 to Thu 8 Oct 2026, passed {START.format(8)}
  Do            must not invite anybody
  Order         ordered from the manufacturers
  Paid          £10.06 a dose
  Reply by      17:00 on Fri 18 Dec 2026, 22 days from now, to the ICB {REPLY}
  Owner         nurse lead
  Applies       England; binding; addressed to practices
"""
    )


def test_an_edit_that_is_the_first_thing_told_stands_among_the_changes_of_a_digest(tmp_path: Path) -> None:
    joined = WEEK["a member joins"]
    pages = {"first seen": WEEK["first seen"], "a member joins": joined, "next": joined}
    week = lived(tmp_path, f"sqlite:///{tmp_path / 'w.db'}", pages, people=DAILY)
    digest = week.mails["next"][-1]
    shown_lines = digest.splitlines()
    assert shown_lines[0] == "GP announcements, Wed 25 Nov 2026: 1 changed"
    assert shown_lines[4:10] == [
        "CHANGED OR WITHDRAWN",
        "",
        "CHANGED",
        "Flu vaccine offer 2026 to 2027",
        "  Changed       seen Tue 24 Nov 2026 21:00",
        "  Eligible      added: aged 50 to 64 from 1 December; removed: none; still not named: practice managers",
    ]


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


@pytest.mark.promise("P18")
def test_a_server_that_shows_two_versions_in_turn_is_told_three_times_and_a_new_version_again(tmp_path: Path) -> None:
    one, other = page(), page(OVER_50)
    pages = dict(zip("abcdefg", [one, other, one, other, one, other, page(OVER_50, "a carer")], strict=True))
    week = lived(tmp_path, f"sqlite:///{tmp_path / 'w.db'}", pages)
    assert [look.alerts for look in week.looks.values()] == [0, 1, 1, 1, 0, 0, 1]
    assert [look.revised for look in week.looks.values()] == [0, 1, 1, 1, 1, 1, 1]
