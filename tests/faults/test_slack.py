"""A Slack that keeps Slack's rules and breaks its promises: nothing is posted twice when it can be read back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from watcher.demo.stand_ins import SimulatedFault, SlackStandIn, serve_http
from watcher.errors import NotSent, Unknown
from watcher.model import FactKind, Message, Paragraph, Receipt, Section
from watcher.notifiers import slack as slack_module
from watcher.notifiers.slack import Slack
from watcher.notifiers.slack.blocks import build_details

CHANNEL, HOOK = "C0123456789", "/hook/T1/B1"
FOR_GOOD = ["is_archived", "not_in_channel", "token_revoked", "account_inactive", "msg_too_long", "restricted_action"]


@contextmanager
def slack(**values: Any) -> Iterator[tuple[SlackStandIn, Slack, str]]:
    """The stand-in without its pace, a notifier that posts to it, and the address of a webhook there."""
    stand_in = SlackStandIn([CHANNEL], **{"seconds": 0, **values})
    with serve_http(stand_in) as base:
        yield stand_in, Slack({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": f"{base}/api/"}), base + HOOK


def message(delivery: str = "d1", before: Receipt | None = None, *told: Paragraph, **values: Any) -> Message:
    paragraphs = told or (Paragraph(status="REPORTED, NOT OFFICIAL YET", title="Flu jabs for the over-50s"),)
    section = Section(heading="", paragraphs=tuple(replace(each, first_receipt=before) for each in paragraphs))
    return Message(delivery=delivery, at=before_now(), subject="Flu jabs", sections=(section,), **values)


def before_now(minutes: int = 0) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


def failure(notifier: Slack, address: str) -> NotSent | Unknown:
    with pytest.raises((NotSent, Unknown)) as caught:
        notifier.send(message(), address)
    assert isinstance(caught.value, NotSent | Unknown)
    return caught.value


def both(stand_in: SlackStandIn, fault: SimulatedFault) -> None:
    stand_in.faults |= {CHANNEL: fault, HOOK: fault}


# --- what an answer means ------------------------------------------------------------------------------------------


@pytest.mark.fault(79, 81)
@pytest.mark.promise("P17")
@pytest.mark.parametrize("seconds", [3, 3600])
def test_a_wait_that_slack_asks_for_is_handed_on_and_not_waited_for(seconds: int) -> None:
    with slack() as (stand_in, notifier, hook):
        both(stand_in, SimulatedFault(status=429, word="ratelimited", retry_after=str(seconds)))
        found = [failure(notifier, address) for address in (CHANNEL, hook)]
    assert [each.after for each in found if isinstance(each, NotSent)] == [timedelta(seconds=seconds)] * 2
    assert stand_in.asked == ["chat.postMessage", HOOK]


@pytest.mark.fault(80)
@pytest.mark.promise("P17")
def test_a_wait_until_a_date_is_read_too() -> None:
    with slack() as (stand_in, notifier, hook):
        until = format_datetime(before_now(-2), usegmt=True)
        both(stand_in, SimulatedFault(status=429, word="ratelimited", retry_after=until))
        found = [failure(notifier, address) for address in (CHANNEL, hook)]
    for each in found:
        assert isinstance(each, NotSent)
        assert each.after
        assert timedelta(seconds=100) < each.after <= timedelta(seconds=121)


@pytest.mark.fault(84)
@pytest.mark.parametrize("status", [200, 503])
def test_a_page_instead_of_an_answer_is_no_acceptance_and_no_word_of_it_is_repeated(status: int) -> None:
    with slack() as (stand_in, notifier, hook):
        both(stand_in, SimulatedFault(status=status, page="<html><h1>Sign in to the Wi-Fi</h1></html>"))
        found = [failure(notifier, address) for address in (CHANNEL, hook)]
    for each in found:
        assert isinstance(each, NotSent)
        assert (each.for_good, each.after) == (False, None)
        assert "Wi" not in each.why


@pytest.mark.fault(85)
@pytest.mark.parametrize(
    ("status", "word"),
    [
        (410, "channel_is_archived"),
        (400, "invalid_blocks"),
        (403, "action_prohibited"),
        (404, "no_service"),
        (404, "no_such_word_yet"),
    ],
)
def test_a_webhook_that_is_gone_is_gone_for_good(status: int, word: str) -> None:
    with slack() as (stand_in, notifier, hook):
        both(stand_in, SimulatedFault(status=status, word=word))
        found = failure(notifier, hook)
    assert isinstance(found, NotSent)
    assert (found.for_good, found.why) == (True, f"Slack answered {word}")


@pytest.mark.fault(86)
@pytest.mark.parametrize("word", FOR_GOOD)
def test_what_slack_will_say_again_is_not_tried_again(word: str) -> None:
    with slack() as (stand_in, notifier, _):
        both(stand_in, SimulatedFault(word=word))
        found = failure(notifier, CHANNEL)
    assert isinstance(found, NotSent)
    assert (found.for_good, found.too_large) == (True, word == "msg_too_long")


@pytest.mark.fault(87)
@pytest.mark.promise("P3")
@pytest.mark.parametrize(
    ("word", "expected"),
    [("internal_error", Unknown), ("fatal_error", Unknown), ("service_unavailable", NotSent), ("ratelimited", NotSent)],
)
def test_what_passes_is_tried_again_and_what_may_have_happened_is_unknown(
    word: str, expected: type[NotSent | Unknown]
) -> None:
    with slack() as (stand_in, notifier, _):
        both(stand_in, SimulatedFault(word=word))
        found = failure(notifier, CHANNEL)
    assert type(found) is expected
    assert not getattr(found, "for_good", False)


@pytest.mark.fault(88)
def test_a_message_that_slack_cut_was_sent_and_says_so() -> None:
    with slack() as (stand_in, notifier, _):
        both(stand_in, SimulatedFault(accepted=True, warning="message_truncated"))
        receipt = notifier.send(message(), CHANNEL)
        (post,) = stand_in.posts
    assert receipt == Receipt(place=CHANNEL, message=post["ts"], defect="Slack cut the message (message_truncated)")


@pytest.mark.promise("P17")
def test_the_stand_in_refuses_what_comes_faster_than_a_short_burst_and_says_when() -> None:
    with slack(seconds=60) as (stand_in, notifier, _):
        notifier.send(message(), CHANNEL)
        notifier.send(message(), CHANNEL)
        found = failure(notifier, CHANNEL)
    assert isinstance(found, NotSent)
    assert found.after == timedelta(seconds=1)
    assert stand_in.refused == ["faster than one message a second"]
    assert len(stand_in.posts) == 2


# --- was it accepted? ----------------------------------------------------------------------------------------------

LOST = [pytest.param("cut", marks=pytest.mark.fault(82)), pytest.param("silent", marks=pytest.mark.fault(83))]


@pytest.mark.promise("P3")
@pytest.mark.parametrize("line", LOST)
def test_an_answer_that_is_lost_is_looked_up_and_nothing_is_posted_twice(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_module, "SECONDS", 0.3)
    with slack() as (stand_in, notifier, _):
        began = before_now()
        both(stand_in, SimulatedFault(accepted=True, line=line))
        assert isinstance(failure(notifier, CHANNEL), Unknown)
        found = notifier.find(message(), CHANNEL, began)
    (post,) = stand_in.posts
    assert found == Receipt(place=CHANNEL, message=post["ts"])
    assert stand_in.asked == ["chat.postMessage", "conversations.history"]


@pytest.mark.promise("P3")
@pytest.mark.parametrize("line", LOST)
def test_a_webhook_whose_answer_is_lost_cannot_be_looked_up(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_module, "SECONDS", 0.3)
    with slack() as (stand_in, notifier, hook):
        both(stand_in, SimulatedFault(accepted=True, line=line))
        assert isinstance(failure(notifier, hook), Unknown)
        with pytest.raises(Unknown, match="an incoming webhook cannot be read back"):
            notifier.find(message(), hook, before_now())
    assert stand_in.asked == [HOOK]


@pytest.mark.promise("P3")
def test_what_was_never_accepted_is_not_found() -> None:
    with slack() as (stand_in, notifier, _):
        both(stand_in, SimulatedFault(line="cut"))
        assert isinstance(failure(notifier, CHANNEL), Unknown)
        stand_in.faults = {}
        notifier.send(message("another"), CHANNEL)
        assert notifier.find(message(), CHANNEL, before_now(1)) is None


@pytest.mark.promise("P3")
def test_a_lost_follow_up_is_looked_for_in_its_thread_and_keeps_the_threads_first_message() -> None:
    with slack() as (stand_in, notifier, _):
        first = notifier.send(message("d0"), CHANNEL)
        follow_up = message("d1", first)
        assert notifier.send(follow_up, CHANNEL) == first
        assert notifier.find(follow_up, CHANNEL, before_now(1)) == first
        assert notifier.find(message("d2", first), CHANNEL, before_now(1)) is None
        assert notifier.find(message("d1"), CHANNEL, before_now(1)) is None, "a thread is not in the channel's history"
    assert stand_in.asked[2:] == ["conversations.replies", "conversations.replies", "conversations.history"]


def posted(number: int, **values: Any) -> dict[str, Any]:
    """A message that somebody else wrote into the channel."""
    return {"channel": CHANNEL, "ts": f"{before_now().timestamp():.0f}.{number:06d}", "text": "x", **values}


@pytest.mark.promise("P3")
@pytest.mark.parametrize(("others", "pages"), [(150, 1), (850, 5)])
def test_a_busy_channel_is_read_page_by_page(others: int, pages: int) -> None:
    with slack() as (stand_in, notifier, _):
        receipt = notifier.send(message(), CHANNEL)
        stand_in.posts += [posted(number) for number in range(others)]
        assert notifier.find(message(), CHANNEL, before_now(1)) == receipt
    assert stand_in.asked.count("conversations.history") == pages


@pytest.mark.promise("P3")
def test_what_lies_beyond_five_pages_nobody_knows() -> None:
    with slack() as (stand_in, notifier, _):
        notifier.send(message(), CHANNEL)
        stand_in.posts += [posted(number) for number in range(1_000)]
        with pytest.raises(Unknown, match="too many messages have come since"):
            notifier.find(message(), CHANNEL, before_now(1))
    assert stand_in.asked.count("conversations.history") == 5


def test_only_our_own_metadata_since_the_hand_over_counts() -> None:
    forged = {"event_type": "somebody_else", "event_payload": {"delivery_id": "d1"}}
    with slack() as (stand_in, notifier, _):
        stand_in.posts += [posted(1, metadata=forged), posted(2, metadata={}), posted(3, text="d1")]
        assert notifier.find(message(), CHANNEL, before_now(1)) is None
        notifier.send(message(), CHANNEL)
        assert notifier.find(message(), CHANNEL, before_now(-10)) is None, "and our clock may be five minutes ahead"
        assert notifier.find(message(), CHANNEL, before_now(-4)) is not None


@pytest.mark.promise("P3")
def test_an_app_without_the_scope_says_which_one_it_needs() -> None:
    with slack(readable=False) as (_, notifier, _), pytest.raises(Unknown) as caught:
        notifier.find(message(), CHANNEL, before_now())
    assert caught.value.why == (
        "the channel cannot be read back: the Slack app has no channels:history (private: groups:history)"
    )


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((200, "text/html", "<html>Sign in</html>"), "the answer is not Slack's (a captive portal?)"),
        ((200, "application/json", '{"ok": true}'), "Slack gave no messages"),
        ((200, "application/json", '{"ok": true, "messages": ["x"]}'), "the answer is not Slack's (a captive portal?)"),
        ((429, "application/json", '{"ok": false, "error": "ratelimited"}'), "Slack asks us to slow down"),
        ((200, "application/json", '{"ok": true, "messages": [], "has_more": true}'), "Slack kept a part of the mess"),
    ],
)
def test_a_look_that_fails_knows_nothing_and_says_why(answer: tuple[int, str, str], why: str) -> None:
    asked = []

    def answering(_method: str, path: str, _body: bytes) -> tuple[int, str, str]:
        asked.append(path)
        return answer

    with serve_http(answering) as base, pytest.raises(Unknown) as caught:
        Slack({"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": base}).find(message(), CHANNEL, before_now())
    assert caught.value.why.startswith(f"the channel cannot be read back: {why}")
    assert asked == ["/conversations.history"], "it is never asked twice"


def test_a_look_at_a_dead_port_knows_nothing() -> None:
    notifier = Slack({"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": "http://127.0.0.1:9/api/"})
    with pytest.raises(Unknown, match="the channel cannot be read back: Slack cannot be reached"):
        notifier.find(message(), CHANNEL, before_now())


# --- whoever reads only the channel --------------------------------------------------------------------------------


def test_a_loud_answer_is_shown_in_the_channel_too_and_a_quiet_one_in_its_thread_alone() -> None:
    with slack() as (stand_in, notifier, _):
        first = notifier.send(message("d0", is_loud=True), CHANNEL)
        assert notifier.send(message("d1", first, is_loud=True), CHANNEL) == first
        assert notifier.send(message("d2", first), CHANNEL) == first
    assert [(post.get("thread_ts"), post.get("reply_broadcast")) for post in stand_in.posts] == [
        (None, None),  # it stands in the channel anyway, and Slack knows no broadcast of what is no reply
        (first.message, True),
        (first.message, None),
    ]


@contextmanager
def slack_that_refuses(marker: str, fault: SimulatedFault) -> Iterator[tuple[SlackStandIn, Slack, list[str]]]:
    """The stand-in, which answers requests that hold `marker` with `fault`; the list has the bodies of those."""
    stand_in, refused = SlackStandIn([CHANNEL], seconds=0), []

    def answering(method: str, path: str, body: bytes) -> Any:
        if marker not in body.decode():
            return stand_in(method, path, body)
        refused.append(body.decode())
        return fault.reply(hook=False, channel=CHANNEL, stamp="9.9")

    with serve_http(answering) as base:
        yield stand_in, Slack({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": f"{base}/api/"}), refused


@pytest.mark.promise("P3")
@pytest.mark.parametrize("word", ["cant_broadcast_message"])
def test_an_answer_that_slack_does_not_show_in_the_channel_stands_in_its_thread_and_says_so(word: str) -> None:
    with slack_that_refuses("reply_broadcast", SimulatedFault(word=word)) as (stand_in, notifier, refused):
        first = notifier.send(message("d0"), CHANNEL)
        receipt = notifier.send(message("d1", first, is_loud=True), CHANNEL)
    assert receipt == replace(first, defect="Slack did not show the answer in the channel, only in its thread")
    assert [post.get("thread_ts") for post in stand_in.posts] == [None, first.message]
    assert len(refused) == 1


@pytest.mark.promise("P3")
@pytest.mark.parametrize("word", ["ratelimited", "internal_error", "is_archived", "msg_too_long"])
def test_a_loud_answer_that_fails_for_another_reason_is_not_posted_a_second_time(word: str) -> None:
    with slack_that_refuses("reply_broadcast", SimulatedFault(word=word)) as (stand_in, notifier, refused):
        first = notifier.send(message("d0"), CHANNEL)
        with pytest.raises((NotSent, Unknown)):
            notifier.send(message("d1", first, is_loud=True), CHANNEL)
    assert (len(stand_in.posts), len(refused)) == (1, 1)


# --- the details, in the thread ------------------------------------------------------------------------------------

DETAILED = Paragraph(
    status="OFFICIAL",
    title="Flu vaccination for people aged 50 to 64",
    details=((FactKind.SAYS_WHO, "DHSC (official)"), (FactKind.WHEN, "Fri 20 Nov 2020 17:05")),
    topics=("Flu vaccination",),
)


def test_the_details_of_an_alert_are_a_quiet_reply_in_its_thread() -> None:
    with slack() as (stand_in, notifier, _):
        receipt = notifier.send(message("d1", None, DETAILED, is_loud=True), CHANNEL)
    (post,), (details,) = stand_in.posts, stand_in.details
    assert (receipt, receipt.posts) == (Receipt(place=CHANNEL, message=post["ts"]), 2), "the channel rests for both"
    assert details == {
        "channel": CHANNEL,
        "ts": details["ts"],
        "thread_ts": post["ts"],
        "text": "Says who: DHSC (official)\nWhen: Fri 20 Nov 2020 17:05\nTopics: Flu vaccination",
        "blocks": build_details([DETAILED]),
        "metadata": {"event_type": "watcher_details", "event_payload": {"delivery_id": "d1"}},
        "unfurl_links": False,
    }
    assert "DHSC (official)" not in json.dumps(post), "the channel has the essence alone"


def test_the_details_of_a_follow_up_stand_in_the_thread_of_the_first_message() -> None:
    with slack() as (stand_in, notifier, _):
        first = notifier.send(message("d0", None, DETAILED), CHANNEL)
        assert notifier.send(message("d1", first, DETAILED), CHANNEL) == first
    assert [details["thread_ts"] for details in stand_in.details] == [first.message, first.message]


def test_a_digest_a_webhook_and_an_alert_without_details_are_one_message() -> None:
    with slack() as (stand_in, notifier, hook):
        receipts = [
            notifier.send(message("d1", None, DETAILED, digest=True), CHANNEL),
            notifier.send(message("d2", None, DETAILED), hook),
            notifier.send(message("d3"), CHANNEL),
        ]
    assert [receipt.posts for receipt in receipts] == [1, 1, 1]
    assert (len(stand_in.posts), stand_in.details) == (3, [])


def test_the_details_of_alerts_that_came_together_are_all_in_the_thread() -> None:
    told = [
        replace(DETAILED, details=((FactKind.SUMMARY, f"{number} {'word ' * 180}"),) * 5) for number in range(10, 14)
    ]
    with slack() as (stand_in, notifier, _):
        receipt = notifier.send(message("d1", None, *told), CHANNEL)
    posted_details = json.dumps(stand_in.details)
    assert (receipt.defect, stand_in.refused, len(stand_in.posts)) == ("", [], 1)
    assert [number for number in range(10, 14) if f"{number} word" not in posted_details] == []


@pytest.mark.promise("P3")
@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (SimulatedFault(status=429, word="ratelimited", retry_after="30"), "Slack asks us to slow down"),
        (SimulatedFault(word="restricted_action_thread_locked"), "Slack answered restricted_action_thread_locked"),
        (SimulatedFault(word="token_revoked"), "Slack answered token_revoked"),
        (SimulatedFault(word="msg_too_long"), "Slack answered msg_too_long"),
        (SimulatedFault(status=500, page="oops"), "Slack answered 500: it may have posted all the same"),
        (SimulatedFault(page="<html>Sign in</html>"), "the answer is not Slack's (a captive portal?)"),
        (SimulatedFault(line="cut"), "the line broke"),
        (SimulatedFault(line="silent"), "the line broke"),
    ],
    ids=["too fast", "locked", "revoked", "too long", "500", "portal", "cut", "silent"],
)
def test_details_that_do_not_arrive_never_send_the_alert_again(
    fault: SimulatedFault, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_module, "UPDATE_SECONDS", 0.3)
    with slack_that_refuses("watcher_details", fault) as (stand_in, notifier, refused):
        receipt = notifier.send(message("d1", None, DETAILED), CHANNEL)
    (post,) = stand_in.posts
    assert (receipt.place, receipt.message) == (CHANNEL, post["ts"])
    assert receipt.defect.startswith(f"the details are not in the thread: {why}")
    assert receipt.defect.endswith("; watcher explain has them")
    assert len(refused) == 1, "and the details are not tried again either"


@pytest.mark.promise("P3")
def test_details_that_cannot_be_put_into_words_never_send_the_alert_again() -> None:
    nonsense: Any = (("no kind of fact", "x"),)
    with slack() as (stand_in, notifier, _):
        receipt = notifier.send(message("d1", None, replace(DETAILED, details=nonsense)), CHANNEL)
    (post,) = stand_in.posts
    assert receipt.message == post["ts"]
    assert receipt.defect.startswith("the details are not in the thread: ")


@pytest.mark.promise("P3")
def test_details_are_never_taken_for_the_alert_that_they_belong_to() -> None:
    with slack() as (stand_in, notifier, _):
        first = notifier.send(message("d0"), CHANNEL)
        follow_up = message("d1", first, DETAILED)
        notifier.send(follow_up, CHANNEL)
        stand_in.posts.pop()
        assert len(stand_in.details) == 1
        assert notifier.find(follow_up, CHANNEL, before_now(1)) is None
