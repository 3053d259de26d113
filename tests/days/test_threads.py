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
from tests.support.world import deliver_all, desk, item, poll_all, post_lines, rss, serving, write_config
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
    return "\n".join(post_lines(post))


def details_of(told: BothChannels, post: dict[str, Any]) -> str:
    """The reply with what is known beyond the essence of `post`, which stands in the same thread."""
    (details,) = (each for each in told.slack.details if delivery_of(each) == delivery_of(post))
    assert details["thread_ts"] == post.get("thread_ts", post["ts"])
    return shown(details)


def delivery_of(post: dict[str, Any]) -> str:
    return str(post["metadata"]["event_payload"]["delivery_id"])


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
REPORTED = f"""\
REPORTED, NOT OFFICIAL YET
{TITLE}
Do: nothing yet; 2 official sources read, last 07:41, not there
BBC News, Fri 20 Nov 2020 07:41"""
REPORTED_DETAILS = """\
Says who: BBC News (press)
When: Fri 20 Nov 2020 07:41
Official: 2 official sources read, last 07:41, not there
Owner: nurse lead
Not found: who, from, do, order, paid, due
Why you: “Flu jabs” in the title
Topics: Flu vaccination"""
NOW_OFFICIAL = f"""\
NOW OFFICIAL, 9 h 24 min after BBC News
{TITLE}
NHS England, Fri 20 Nov 2020 17:05"""
NOW_OFFICIAL_DETAILS = """\
Says who: NHS England (official)
When: Fri 20 Nov 2020 17:05
Official: yes, NHS England on Fri 20 Nov 2020 17:05, 9 h 24 min after BBC News
Owner: nurse lead
Also told by: BBC News
Why you: “Flu jabs” in the title
Topics: Flu vaccination"""
CHANGED = f"""\
CORRECTION: CHANGED
{MOVED_TITLE}
NHS England, Sat 21 Nov 2020 08:05"""
WITHDRAWN = f"""\
WITHDRAWN
{GONE_TITLE}
Was: from Tue 1 Dec 2020
Now: take it out of your diary
NHS England, Sat 21 Nov 2020 08:05"""


def test_what_was_reported_becomes_official_in_its_thread_and_in_the_first_message(tmp_path: Path) -> None:
    told = days(tmp_path, BOT, REPORT, OFFICIAL)
    first, answer = told.slack.posts
    assert (shown(first), details_of(told, first)) == (NOW_OFFICIAL, REPORTED_DETAILS)
    assert first["text"] == NOW_OFFICIAL.replace("\n", ": ", 1)
    assert (shown(answer), details_of(told, answer)) == (NOW_OFFICIAL, NOW_OFFICIAL_DETAILS)
    assert (answer["thread_ts"], answer["reply_broadcast"]) == (first["ts"], True)
    assert told.whys == ["", ""]


def test_what_stays_unofficial_for_a_day_is_one_line_of_the_next_digest(tmp_path: Path) -> None:
    down = {"/dhsc": response(b"busy", status="503 S")}
    told = days(tmp_path, BOT, REPORT, (NEXT_DAY, down), (NEXT_DAY + timedelta(hours=24), {}))
    first, digest = told.slack.posts
    assert (shown(first), details_of(told, first)) == (REPORTED, REPORTED_DETAILS)
    assert digest.get("thread_ts") is None
    assert shown(digest).splitlines()[:4] == [
        "GP announcements, Sun 22 Nov 2020: 1 still not official",
        "Nothing new on your topics since the last digest.",
        "Still not official",
        f"1. {TITLE} – no official page; 1 official source checked, last at 07:41; 1 could not be read (BBC News)",
    ]


def test_an_official_date_that_moves_is_a_correction_in_the_thread_and_in_the_first_message(tmp_path: Path) -> None:
    told = days(tmp_path, BOT, REPORT, OFFICIAL, MOVED)
    first, official, answer = told.slack.posts
    assert (shown(first), details_of(told, first)) == (CHANGED, REPORTED_DETAILS)
    assert (shown(official), details_of(told, official)) == (NOW_OFFICIAL, NOW_OFFICIAL_DETAILS), "answers stay"
    assert (shown(answer), answer["thread_ts"], answer["reply_broadcast"]) == (CHANGED, first["ts"], True)
    assert details_of(told, answer) == (
        f"Follows: {TITLE}, told Fri 20 Nov 2020 07:41\n"
        "Says who: NHS England (official)\n"
        "When: Sat 21 Nov 2020 08:05\n"
        "Official: yes, NHS England on Fri 20 Nov 2020 17:05, 9 h 24 min after BBC News\n"
        "Owner: nurse lead\n"
        "Also told by: BBC News\n"
        "Why you: “Flu jabs” in the title\n"
        "Topics: Flu vaccination"
    )


def test_what_was_official_and_is_withdrawn_says_so_in_the_thread_and_in_the_first_message(tmp_path: Path) -> None:
    told = days(tmp_path, BOT, OFFICIAL, GONE)
    first, answer = told.slack.posts
    assert (shown(first), shown(answer)) == (WITHDRAWN, WITHDRAWN)
    assert details_of(told, first) == (
        "Says who: NHS England (official)\n"
        "When: Fri 20 Nov 2020 17:05\n"
        "Official: yes, NHS England said it first\n"
        "Owner: nurse lead\n"
        "Not found: who, from, do, order, paid, due\n"
        "Why you: “Flu jabs” in the title\n"
        "Topics: Flu vaccination"
    )
    assert (answer["thread_ts"], answer["reply_broadcast"]) == (first["ts"], True)
    assert details_of(told, answer) == (
        f"Follows: {TITLE}, told Fri 20 Nov 2020 17:05\n"
        "Says who: NHS England (official)\n"
        "When: Sat 21 Nov 2020 08:05\n"
        "Official: no longer: withdrawn by NHS England, Sat 21 Nov 2020 08:05\n"
        "From: WITHDRAWN: Tue 1 Dec 2020 (in the headline)\n"
        "Why you: “Flu jabs” in the title\n"
        "Topics: Flu vaccination"
    )


def test_a_report_that_an_official_body_denies_was_never_so(tmp_path: Path) -> None:
    denial = "Not true: flu jabs for everyone over 50 from 1 December will not go ahead"
    told = days(tmp_path, BOT, REPORT, (EVENING, {"/nhse": at((2, EVENING, denial))}))
    first, answer = told.slack.posts
    not_so = (
        "NOT SO, says NHS England\n"
        f"{denial}\n"
        "Was: from Tue 1 Dec 2020\n"
        "Now: take it out of your diary\n"
        "NHS England, Fri 20 Nov 2020 17:05"
    )
    assert (shown(first), shown(answer), answer["thread_ts"]) == (not_so, not_so, first["ts"])
    assert details_of(told, first) == REPORTED_DETAILS


def test_an_edit_of_the_reported_page_does_not_change_what_was_told_of_it(tmp_path: Path) -> None:
    edited = {"/bbc": at((1, MORNING, f"{TITLE}, ministers say")), "/nhse": at((2, EVENING, TITLE))}
    told = days(tmp_path, BOT, REPORT, (EVENING, edited))
    first, _ = told.slack.posts
    assert (shown(first), details_of(told, first)) == (NOW_OFFICIAL, REPORTED_DETAILS)


def test_the_thread_keeps_the_date_that_was_told_and_the_first_message_and_answer_say_where_it_moved(
    tmp_path: Path,
) -> None:
    due = "GP practices must order flu jabs by 4 December 2020"
    later = "GP practices must order flu jabs by 11 December 2020, deadline extended"
    order: Step = (EVENING, {"/nhse": at((2, EVENING, due))})
    moved: Step = (SATURDAY, {"/nhse": at((2, EVENING, due), (3, SATURDAY, later))})
    told = days(tmp_path, BOT, order, moved)
    first, answer = told.slack.posts
    assert [shown(each).splitlines()[:4] for each in (first, answer)] == 2 * [
        ["CORRECTION: CHANGED", later, "Was: due Fri 4 Dec 2020", "Now: due Fri 11 Dec 2020, in 15 working days"]
    ]
    details = [details_of(told, each).splitlines() for each in (first, answer)]
    assert [line for lines in details for line in lines if line.startswith("Due")] == [
        "Due: Fri 4 Dec 2020, in 14 days (in the headline)",
        "Due: MOVED from Fri 4 Dec 2020 to Fri 11 Dec 2020, in 20 days (in the headline)",
    ]


def test_a_webhook_has_no_thread_and_its_follow_up_names_what_it_follows(tmp_path: Path) -> None:
    slack = days(tmp_path, WEBHOOK, REPORT, OFFICIAL).slack
    first, second = slack.posts
    assert shown(first) == REPORTED
    assert shown(second).splitlines()[:2] == NOW_OFFICIAL.splitlines()[:2]
    assert "Follows: what you were told Fri 20 Nov 2020 07:41" in shown(second).splitlines()
    assert (second.get("thread_ts"), slack.updates, slack.details, slack.refused) == (None, [], [], [])


def test_mails_about_one_story_are_one_conversation(tmp_path: Path) -> None:
    first, second = days(tmp_path, MAIL, REPORT, OFFICIAL).mail.mails
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert (first["In-Reply-To"], first["Subject"]) == (None, f"REPORTED, NOT OFFICIAL YET: {TITLE}")
    assert second["Subject"] == f"NOW OFFICIAL, 9 h 24 min after BBC News: {TITLE}"
    assert text(second).partition("-- \n")[0] == (
        "NOW OFFICIAL, 9 h 24 min after BBC News\n"
        f"{TITLE}\n"
        "\n"
        "NHS England, Fri 20 Nov 2020 17:05\n"
        "https://news.example/2\n"
        "\n"
        "----------------------------------------\n"
        "All that we know of it\n"
        "\n"
        "Says who:     NHS England (official)\n"
        "When:         Fri 20 Nov 2020 17:05\n"
        "Official:     yes, NHS England on Fri 20 Nov 2020 17:05, 9 h 24 min\n"
        "              after BBC News\n"
        "Owner:        nurse lead\n"
        "Also told by: BBC News\n"
        "Why you:      “Flu jabs” in the title\n"
        "Topics:       Flu vaccination\n"
        "\n"
    )


def test_a_digest_is_no_conversation_and_names_what_is_still_not_official(tmp_path: Path) -> None:
    mornings = [datetime(2020, 11, day, 7, 30, tzinfo=UTC) for day in (21, 22)]
    quiet: list[Step] = [(mornings[0], {}), (NEXT_DAY, {}), (mornings[1], {})]
    first, second = days(tmp_path, DIGEST, REPORT, *quiet).mail.mails
    assert (first["Subject"], second["In-Reply-To"]) == ("GP announcements, Sat 21 Nov 2020: 1 in the news", None)
    assert text(second).partition("-- \n")[0] == (
        "GP announcements, Sun 22 Nov 2020: 1 still not official\n"
        "\n"
        "Nothing new on your topics since the last digest.\n"
        "\n"
        "STILL NOT OFFICIAL\n"
        "\n"
        f"1. {TITLE} – no official page; 2\n"
        "   official sources checked, last at 07:30 (BBC News)\n"
        "   https://news.example/1\n"
        "\n"
        "Sources: 3 of 3 could be read at their last check.\n"
        "\n"
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
    assert (shown(first), shown(answer)) == (REPORTED, NOW_OFFICIAL)
    assert [each.partition(" (R")[0].partition(" (Conn")[0] for each in told.whys] == ["", why]
    assert told.slack.asked.count("chat.update") == 1


def test_the_next_follow_up_makes_good_an_update_that_failed(tmp_path: Path) -> None:
    def upset(slack: SlackStandIn, step: int) -> None:
        slack.update_faults = {CHANNEL: SimulatedFault(status=503)} if step == 1 else {}

    first, *_ = days(tmp_path, BOT, REPORT, OFFICIAL, MOVED, upset=upset).slack.posts
    assert shown(first) == CHANGED


@pytest.mark.fault(82)
@pytest.mark.promise("P3")
def test_an_answer_whose_acceptance_was_lost_is_found_and_the_first_message_is_updated_then(tmp_path: Path) -> None:
    def upset(slack: SlackStandIn, step: int) -> None:
        slack.faults = {CHANNEL: SimulatedFault(accepted=True, line="cut")} if step == 1 else {}

    later: Step = (EVENING + timedelta(minutes=6), {})
    told = days(tmp_path, BOT, REPORT, OFFICIAL, later, upset=upset)
    first, answer = told.slack.posts
    assert (shown(first), shown(answer), len(told.slack.updates)) == (NOW_OFFICIAL, NOW_OFFICIAL, 1)
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
    told = days(tmp_path, BOT, (later, {"/nhse": at((2, later, TITLE))}))
    (post,) = told.slack.posts
    assert details_of(told, post).splitlines()[0] == "Follows: what you were told Sat 21 Nov 2020 07:30"
    assert (post.get("thread_ts"), told.slack.asked) == (None, ["chat.postMessage"] * 2), "the Alert and its details"


def test_a_fault_of_ours_in_an_update_does_not_send_the_answer_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> str:
        raise KeyError("ours")

    monkeypatch.setattr(Slack, "update", broken)
    told = days(tmp_path, BOT, REPORT, OFFICIAL, (EVENING + timedelta(hours=1), {}))
    assert told.whys == ["", "the first message was not updated: a fault in watcher: KeyError"]
    assert len(told.slack.posts) == 2
