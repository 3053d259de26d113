"""Follow-ups as readers see them: the answer in the thread, and the first message that reads as of now."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.support.faulty import response
from tests.support.world import deliver_all, desk, item, poll_all, rss, serving, write_config
from watcher.demo.stand_ins import MailStandIn, SimulatedFault, SlackStandIn, serve_http, serve_smtp
from watcher.notifiers.slack import Slack

MORNING = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
EVENING = datetime(2020, 11, 20, 17, 5, tzinfo=UTC)
NEXT_DAY = MORNING + timedelta(hours=24)
CHANNEL, HOOK = "C0123456789", "/hook/T1/B1"
SOURCES = """
sources:
  - {id: bbc, name: BBC News, publisher: BBC News, trust: press, kind: feed, url: "SITE/bbc", every: 5m}
  - {id: nhse, name: NHS England, publisher: NHS England, trust: official, kind: feed, url: "SITE/nhse", every: 5m}
  - {id: dhsc, name: DHSC, publisher: DHSC, trust: official, kind: feed, url: "SITE/dhsc", every: 5m}
"""
BOT = "{id: bot, via: slack, address: C0123456789, admin: true}"
WEBHOOK = "{id: hook, via: slack, address: 'env:HOOK', admin: true}"
MAIL = "{id: mail, via: email, address: m@example.org, admin: true}"
DIGEST = "{id: digest, via: email, address: m@example.org, pace: daily, admin: true}"
TITLE = "Flu jabs for everyone over 50 from 1 December"
Step = tuple[datetime, dict[str, Any]]


@dataclass(slots=True)
class BothChannels:
    """What each channel took."""

    slack: SlackStandIn
    mail: MailStandIn
    whys: list[str]


def at(*rows: tuple[int, datetime, str]) -> Any:
    """A feed's answer."""
    return response(rss(*(item(*row) for row in rows)))


def days(
    folder: Path, person: str, *steps: Step, upset: Callable[[SlackStandIn, int], None] | None = None
) -> BothChannels:
    """At each step the feeds show what is given; all are read, and everything due is handed over."""
    told = BothChannels(slack=SlackStandIn([CHANNEL], seconds=0), mail=MailStandIn(), whys=[])
    answers: dict[str, Any] = {"/bbc": at(), "/nhse": at(), "/dhsc": at()}
    with ExitStack() as stack:
        site, _ = stack.enter_context(serving(answers))
        api = stack.enter_context(serve_http(told.slack))
        environment = {
            "SLACK_BOT_TOKEN": "x",
            "SLACK_API_URL": f"{api}/api/",
            "HOOK": api + HOOK,
            "WATCHER_SMTP_URL": stack.enter_context(serve_smtp(told.mail)),
            "WATCHER_MAIL_FROM": "watcher@example.org",
        }
        config = write_config(folder / "config", SOURCES.replace("SITE", site), f"subscribers:\n  - {person}")

        async def pass_by() -> None:
            async with desk(config, environment, f"sqlite:///{folder / 'w.db'}", MORNING) as opened:
                for number, (now, shown) in enumerate(steps):
                    answers.update(shown)
                    if upset:
                        upset(told.slack, number)
                    await poll_all(opened, now)
                    told.whys += [each.why for each in await deliver_all(opened, now)]

        asyncio.run(pass_by())
    return told


def shown(post: dict[str, Any]) -> str:
    """A posted message as text."""
    lines = []
    for block in post["blocks"]:
        if block["type"] == "header":
            lines.append(block["text"]["text"])
        elif block["type"] == "context":
            lines += [each["text"] for each in block["elements"]]
        else:
            lines.append("".join(each["text"] for section in block["elements"] for each in section["elements"]))
    return "\n".join(lines)


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return "\n".join(str(body.get_content()).splitlines()).rstrip("\n") + "\n"


REPORT = (MORNING, {"/bbc": at((1, MORNING, TITLE))})
OFFICIAL = (EVENING, {"/nhse": at((2, EVENING, TITLE))})
MOVED_TITLE = "Flu jabs for everyone over 50 now from 8 December"
GONE_TITLE = "Flu jabs for everyone over 50 withdrawn: will not start on 1 December"
SATURDAY = datetime(2020, 11, 21, 8, 5, tzinfo=UTC)
MOVED = (SATURDAY, {"/nhse": at((2, EVENING, TITLE), (3, SATURDAY, MOVED_TITLE))})
GONE = (SATURDAY, {"/nhse": at((2, EVENING, TITLE), (3, SATURDAY, GONE_TITLE))})
BRIEF = "Who: everyone over 50; practice managers not mentioned"
AS_TOLD = f"""\
{TITLE}
As told: REPORTED, NOT YET OFFICIAL, Fri 20 Nov 2020 07:41
Says who: BBC News (press)
When: Fri 20 Nov 2020 07:41
Official: no official page seen yet; first heard Fri 20 Nov 2020 07:41
{BRIEF}
Reply by: not known
Owner: nurse lead
Not known: from, do, order, paid, code
Why you: “Flu jabs” in the title
Topics: Flu vaccination
Source: https://news.example/1"""
NOW_OFFICIAL = f"""\
NOW OFFICIAL
{TITLE}
Says who: NHS England (official)
When: Fri 20 Nov 2020 17:05
Official: yes, NHS England at Fri 20 Nov 2020 17:05, 9 h 24 min after BBC News
{BRIEF}
Owner: nurse lead
Also told by: BBC News
Why you: “Flu jabs” in the title
Topics: Flu vaccination
Source: https://news.example/2"""


def test_what_was_reported_becomes_official_in_its_thread_and_in_the_first_message(tmp_path: Path) -> None:
    told = days(tmp_path, BOT, REPORT, OFFICIAL)
    first, answer = told.slack.posts
    assert shown(first) == f"NOW OFFICIAL Fri 20 Nov 2020 17:05, see the thread\n{AS_TOLD}"
    assert first["text"] == f"NOW OFFICIAL Fri 20 Nov 2020 17:05, see the thread: {TITLE}"
    assert (shown(answer), answer["thread_ts"]) == (NOW_OFFICIAL, first["ts"])
    assert told.whys == ["", ""]


def test_what_stays_unofficial_for_a_day_ends_in_one_closing_note(tmp_path: Path) -> None:
    down = {"/dhsc": response(b"busy", status="503 S")}
    told = days(tmp_path, BOT, REPORT, (NEXT_DAY, down), (NEXT_DAY + timedelta(hours=24), {}))
    first, answer = told.slack.posts
    assert shown(first) == f"STILL NOT OFFICIAL Sat 21 Nov 2020 07:41, see the thread\n{AS_TOLD}"
    assert shown(answer) == (
        "STILL NOT OFFICIAL\n"
        f"{TITLE}\n"
        "Says who: BBC News (press)\n"
        "When: Fri 20 Nov 2020 07:41\n"
        "Official: still no official page; 1 official source checked, last at 07:41; 1 could not be read (DHSC)\n"
        f"{BRIEF}\n"
        "Owner: nurse lead\n"
        "Why you: “Flu jabs” in the title\n"
        "Topics: Flu vaccination\n"
        "Source: https://news.example/1"
    )


def test_an_official_date_that_moves_is_a_correction_in_the_thread_and_in_the_first_message(tmp_path: Path) -> None:
    first, official, answer = days(tmp_path, BOT, REPORT, OFFICIAL, MOVED).slack.posts
    assert shown(first) == f"CORRECTION: CHANGED Sat 21 Nov 2020 08:05, see the thread\n{AS_TOLD}"
    assert shown(official) == NOW_OFFICIAL, "answers stay as they are"
    assert shown(answer) == (
        "CORRECTION: CHANGED\n"
        f"{MOVED_TITLE}\n"
        f"Follows: {TITLE}, told Fri 20 Nov 2020 07:41\n"
        "Says who: NHS England (official)\n"
        "When: Sat 21 Nov 2020 08:05\n"
        "Official: yes, NHS England at Fri 20 Nov 2020 17:05, 9 h 24 min after BBC News\n"
        f"{BRIEF}\n"
        "Owner: nurse lead\n"
        "Also told by: BBC News\n"
        "Why you: “Flu jabs” in the title\n"
        "Topics: Flu vaccination\n"
        "Source: https://news.example/3"
    )


def test_what_was_official_and_is_withdrawn_is_a_correction(tmp_path: Path) -> None:
    first, answer = days(tmp_path, BOT, OFFICIAL, GONE).slack.posts
    assert shown(first) == (
        "CORRECTION: WITHDRAWN Sat 21 Nov 2020 08:05, see the thread\n"
        f"{TITLE}\n"
        "As told: OFFICIAL, Fri 20 Nov 2020 17:05\n"
        "Says who: NHS England (official)\n"
        "When: Fri 20 Nov 2020 17:05\n"
        "Official: yes, NHS England said it first\n"
        f"{BRIEF}\n"
        "Reply by: not known\n"
        "Owner: nurse lead\n"
        "Not known: from, do, order, paid, code\n"
        "Why you: “Flu jabs” in the title\n"
        "Topics: Flu vaccination\n"
        "Source: https://news.example/2"
    )
    assert shown(answer) == (
        "CORRECTION: WITHDRAWN\n"
        f"{GONE_TITLE}\n"
        f"Follows: {TITLE}, told Fri 20 Nov 2020 17:05\n"
        "Says who: NHS England (official)\n"
        "When: Sat 21 Nov 2020 08:05\n"
        "Official: no longer: withdrawn by NHS England, Sat 21 Nov 2020 08:05\n"
        "From: WITHDRAWN: Tue 1 Dec 2020 (in the headline)\n"
        "Why you: “Flu jabs” in the title\n"
        "Topics: Flu vaccination\n"
        "Source: https://news.example/3"
    )


def test_a_report_that_an_official_body_denies_was_never_so(tmp_path: Path) -> None:
    denial = "Not true: flu jabs for everyone over 50 from 1 December will not go ahead"
    first, answer = days(tmp_path, BOT, REPORT, (EVENING, {"/nhse": at((2, EVENING, denial))})).slack.posts
    assert shown(first) == f"CORRECTION: NOT SO, says NHS England, Fri 20 Nov 2020 17:05, see the thread\n{AS_TOLD}"
    assert shown(answer).splitlines()[0] == "CORRECTION: NOT SO, says NHS England"


def test_an_edit_of_the_reported_page_does_not_change_what_the_first_message_said(tmp_path: Path) -> None:
    edited = {"/bbc": at((1, MORNING, f"{TITLE}, ministers say")), "/nhse": at((2, EVENING, TITLE))}
    first, _ = days(tmp_path, BOT, REPORT, (EVENING, edited)).slack.posts
    assert shown(first) == f"NOW OFFICIAL Fri 20 Nov 2020 17:05, see the thread\n{AS_TOLD}"


def test_the_first_message_keeps_the_date_that_it_told_and_the_answer_says_where_it_moved(tmp_path: Path) -> None:
    due = "GP practices must order flu jabs by 4 December 2020"
    later = "GP practices must order flu jabs by 11 December 2020, deadline extended"
    told: Step = (EVENING, {"/nhse": at((2, EVENING, due))})
    moved: Step = (SATURDAY, {"/nhse": at((2, EVENING, due), (3, SATURDAY, later))})
    first, answer = days(tmp_path, BOT, told, moved).slack.posts
    replies = [line for each in (first, answer) for line in shown(each).splitlines() if line.startswith("Reply by")]
    assert replies == [
        "Reply by: Fri 4 Dec 2020, 14 days from now (in the headline)",
        "Reply by: MOVED from Fri 4 Dec 2020 to Fri 11 Dec 2020, 20 days from now (in the headline)",
    ]


def test_a_webhook_has_no_thread_and_its_follow_up_names_what_it_follows(tmp_path: Path) -> None:
    slack = days(tmp_path, WEBHOOK, REPORT, OFFICIAL).slack
    first, second = slack.posts
    assert shown(first).startswith(f"REPORTED, NOT YET OFFICIAL\n{TITLE}\nSays who")
    assert shown(second) == NOW_OFFICIAL.replace("Says", f"Follows: {TITLE}, told Fri 20 Nov 2020 07:41\nSays", 1)
    assert (second.get("thread_ts"), slack.updates, slack.refused) == (None, [], [])


def test_mails_about_one_story_are_one_conversation(tmp_path: Path) -> None:
    first, second = days(tmp_path, MAIL, REPORT, OFFICIAL).mail.mails
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert (first["In-Reply-To"], first["Subject"]) == (None, f"REPORTED, NOT YET OFFICIAL: {TITLE}")
    assert text(second) == (
        f"NOW OFFICIAL: {TITLE}\n"
        "\n"
        "NOW OFFICIAL\n"
        f"{TITLE}\n"
        "  Says who      NHS England (official)\n"
        "  When          Fri 20 Nov 2020 17:05\n"
        "  Official      yes, NHS England at Fri 20 Nov 2020 17:05, 9 h 24 min after BBC News\n"
        "  Who           everyone over 50; practice managers not mentioned\n"
        "  Owner         nurse lead\n"
        "  Also told by  BBC News\n"
        "  Why you       “Flu jabs” in the title\n"
        "  Topics        Flu vaccination\n"
        "  Source        https://news.example/2\n"
    )


def test_a_digest_is_no_conversation_and_names_what_it_follows(tmp_path: Path) -> None:
    mornings = [datetime(2020, 11, day, 7, 30, tzinfo=UTC) for day in (21, 22)]
    quiet: list[Step] = [(mornings[0], {}), (NEXT_DAY, {}), (mornings[1], {})]
    first, second = days(tmp_path, DIGEST, REPORT, *quiet).mail.mails
    assert (first["Subject"], second["In-Reply-To"]) == ("GP announcements, Sat 21 Nov 2020: 1 new", None)
    assert text(second) == (
        "GP announcements, Sun 22 Nov 2020: 1 still not official\n"
        "\n"
        "1 announcement on your topics since the last digest.\n"
        "\n"
        "STILL NOT OFFICIAL\n"
        "\n"
        f"{TITLE}\n"
        f"  Follows       {TITLE}, told Sat 21 Nov 2020 07:30\n"
        "  Says who      BBC News (press)\n"
        "  When          Fri 20 Nov 2020 07:41\n"
        "  Official      still no official page; 2 official sources checked, last at 07:30\n"
        "  Who           everyone over 50; practice managers not mentioned\n"
        "  Reply by      not known\n"
        "  Owner         nurse lead\n"
        "  Why you       “Flu jabs” in the title\n"
        "  Topics        Flu vaccination\n"
        "  Source        https://news.example/1\n"
        "\n"
        "Sources: 3 of 3 could be read at their last check.\n"
    )


@pytest.mark.promise("P3")
@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (SimulatedFault(word="message_not_found"), "the first message was not updated: it is no longer there"),
        (SimulatedFault(word="cant_update_message"), "the first message was not updated: it is not the app's own"),
        (
            SimulatedFault(word="edit_window_closed"),
            "the first message was not updated: the workspace closes its messages to edits after a while",
        ),
        (SimulatedFault(word="missing_scope"), "the first message was not updated: the Slack app has no chat:write"),
        (
            SimulatedFault(status=429, word="ratelimited", retry_after="30"),
            "the first message was not updated: Slack asks us to slow down",
        ),
        (
            SimulatedFault(line="cut"),
            "nobody can tell whether the first message was updated: the line broke before Slack's answer",
        ),
        (
            SimulatedFault(page="<html>Sign in</html>"),
            "the first message was not updated: the answer is not Slack's (a captive portal?)",
        ),
    ],
)
def test_an_update_that_fails_neither_loses_nor_repeats_the_answer_and_says_why(
    fault: SimulatedFault, why: str, tmp_path: Path
) -> None:
    told = days(tmp_path, BOT, REPORT, OFFICIAL, upset=lambda slack, _: slack.update_faults.update({CHANNEL: fault}))
    first, answer = told.slack.posts
    assert (shown(first).splitlines()[0], shown(answer)) == ("REPORTED, NOT YET OFFICIAL", NOW_OFFICIAL)
    assert [each.partition(" (R")[0].partition(" (Conn")[0] for each in told.whys] == ["", why]
    assert told.slack.asked.count("chat.update") == 1


def test_the_next_follow_up_makes_good_an_update_that_failed(tmp_path: Path) -> None:
    def upset(slack: SlackStandIn, step: int) -> None:
        slack.update_faults = {CHANNEL: SimulatedFault(status=503)} if step == 1 else {}

    first, *_ = days(tmp_path, BOT, REPORT, OFFICIAL, MOVED, upset=upset).slack.posts
    assert shown(first).splitlines()[0] == "CORRECTION: CHANGED Sat 21 Nov 2020 08:05, see the thread"


@pytest.mark.fault(82)
@pytest.mark.promise("P3")
def test_an_answer_whose_acceptance_was_lost_is_found_and_the_first_message_is_updated_then(tmp_path: Path) -> None:
    def upset(slack: SlackStandIn, step: int) -> None:
        slack.faults = {CHANNEL: SimulatedFault(accepted=True, line="cut")} if step == 1 else {}

    later: Step = (EVENING + timedelta(minutes=6), {})
    told = days(tmp_path, BOT, REPORT, OFFICIAL, later, upset=upset)
    first, answer = told.slack.posts
    assert shown(first).splitlines()[0] == "NOW OFFICIAL Fri 20 Nov 2020 17:05, see the thread"
    assert (shown(answer), len(told.slack.updates)) == (NOW_OFFICIAL, 1)
    assert told.whys[-1] == "looked for the earlier try: it had arrived"


def test_a_digest_is_neither_answered_nor_updated_after_its_reader_chose_another_pace(tmp_path: Path) -> None:
    daily = "{id: bot, via: slack, address: C0123456789, pace: daily, admin: true}"
    days(
        tmp_path,
        daily,
        REPORT,
        (datetime(2020, 11, 20, 7, 50, tzinfo=UTC), {}),
        (datetime(2020, 11, 21, 7, 30, tzinfo=UTC), {}),
    )
    later = datetime(2020, 11, 21, 7, 35, tzinfo=UTC)
    slack = days(tmp_path, BOT, (later, {"/nhse": at((2, later, TITLE))})).slack
    (told,) = slack.posts
    assert shown(told).splitlines()[2] == f"Follows: {TITLE}, told Sat 21 Nov 2020 07:30"
    assert (told.get("thread_ts"), slack.asked) == (None, ["chat.postMessage"])


def test_a_fault_of_ours_in_an_update_does_not_send_the_answer_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> str:
        raise KeyError("ours")

    monkeypatch.setattr(Slack, "update", broken)
    told = days(tmp_path, BOT, REPORT, OFFICIAL, (EVENING + timedelta(hours=1), {}))
    assert told.whys == ["", "the first message was not updated: a fault in watcher: KeyError"]
    assert len(told.slack.posts) == 2
