"""A Slack that keeps Slack's rules and breaks its promises: nothing is posted twice when it can be read back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from watcher.demo.stand_ins import SimulatedFault, SlackStandIn, serve_http
from watcher.errors import NotSent, Unknown
from watcher.model import Message, Paragraph, Receipt, Section
from watcher.notifiers import slack as slack_module
from watcher.notifiers.slack import Slack

CHANNEL, HOOK = "C0123456789", "/hook/T1/B1"
FOR_GOOD = ["is_archived", "not_in_channel", "token_revoked", "account_inactive", "msg_too_long", "restricted_action"]


@contextmanager
def slack(**values: Any) -> Iterator[tuple[SlackStandIn, Slack, str]]:
    """The stand-in without its pace, a notifier that posts to it, and the address of a webhook there."""
    stand_in = SlackStandIn([CHANNEL], **{"seconds": 0, **values})
    with serve_http(stand_in) as base:
        yield stand_in, Slack({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": f"{base}/api/"}), base + HOOK


def message(delivery: str = "d1", before: Receipt | None = None, *, digest: bool = False) -> Message:
    told = Paragraph(heading="REPORTED", title="Flu jabs for the over-50s", first_receipt=before)
    section = Section(heading="", paragraphs=(told,))
    return Message(delivery=delivery, at=before_now(), subject="Flu jabs", sections=(section,), digest=digest)


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
    assert (found.for_good, found.why) == (True, f"Slack answered {status} {word}")


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
def test_the_stand_in_refuses_the_second_message_of_a_second_and_says_when() -> None:
    with slack(seconds=60) as (stand_in, notifier, _):
        notifier.send(message(), CHANNEL)
        found = failure(notifier, CHANNEL)
    assert isinstance(found, NotSent)
    assert found.after == timedelta(seconds=1)
    assert stand_in.refused == ["faster than one message a second"]
    assert len(stand_in.posts) == 1


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
