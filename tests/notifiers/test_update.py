"""The first message of a Slack thread is updated: only the app's own, within Slack's limits, with its metadata kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from tests.faults.test_slack import CHANNEL, HOOK, message, posted
from watcher.demo.stand_ins import SimulatedFault, SlackStandIn, serve_http
from watcher.model import FactKind, Message, Paragraph, Receipt, Section, Update
from watcher.notifiers.base import Notifier
from watcher.notifiers.slack import Slack
from watcher.notifiers.slack.blocks import build_blocks


@contextmanager
def slack() -> Iterator[tuple[SlackStandIn, Slack, str]]:
    stand_in = SlackStandIn([CHANNEL], seconds=0)
    with serve_http(stand_in) as base:
        yield stand_in, Slack({"SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_API_URL": f"{base}/api/"}), base + HOOK


def again(receipt: Receipt, *paragraphs: Paragraph) -> Update:
    told = paragraphs or (Paragraph(status="NOW OFFICIAL", title="Flu jabs for the over-50s"),)
    sections = tuple(Section(heading="", paragraphs=(each,)) for each in told)
    return Update(receipt=receipt, message=replace(message(), subject="NOW OFFICIAL: Flu jabs", sections=sections))


def test_an_update_says_other_words_in_the_same_message_and_can_be_done_again() -> None:
    with slack() as (stand_in, notifier, _):
        receipt = notifier.send(message(), CHANNEL)
        (before,) = stand_in.posts
        assert [notifier.update(again(receipt), CHANNEL) for _ in range(2)] == ["", ""]
        (after,) = stand_in.posts
    assert after["text"] == "NOW OFFICIAL: Flu jabs for the over-50s"
    assert after["blocks"] == build_blocks(again(receipt).message), "the whole message is written anew"
    assert (after["ts"], after["metadata"]) == (before["ts"], before["metadata"]), "the look-up still finds it"


def test_an_update_posts_nothing_new_however_loud_and_detailed_the_news_is() -> None:
    news = Paragraph(status="WITHDRAWN", title="Flu jabs", details=((FactKind.SUMMARY, "It is off."),), is_loud=True)
    with slack() as (stand_in, notifier, _):
        update = again(notifier.send(message(), CHANNEL), news)
        assert notifier.update(replace(update, message=replace(update.message, is_loud=True)), CHANNEL) == ""
    assert stand_in.asked == ["chat.postMessage", "chat.update"]
    assert (len(stand_in.posts), stand_in.details) == (1, [])
    assert "reply_broadcast" not in stand_in.updates[0]


def test_what_somebody_else_wrote_cannot_be_updated() -> None:
    with slack() as (stand_in, notifier, _):
        stand_in.posts.append(posted(1))
        other = Receipt(place=CHANNEL, message=stand_in.posts[0]["ts"])
        assert notifier.update(again(other), CHANNEL) == "the first message was not updated: it is not the app's own"
        gone = Receipt(place=CHANNEL, message="1.1")
        assert notifier.update(again(gone), CHANNEL) == "the first message was not updated: it is no longer there"
        assert stand_in.updates == []


def test_what_would_be_too_long_is_not_even_asked() -> None:
    long = [Paragraph(status="S", title=f"T{each}", lines=((FactKind.SUMMARY, "x" * 900),)) for each in range(20)]
    with slack() as (stand_in, notifier, _):
        receipt = notifier.send(message(), CHANNEL)
        assert notifier.update(again(receipt, *long), CHANNEL) == (
            "the first message was not updated: it would hold more than a Slack message may"
        )
        assert "chat.update" not in stand_in.asked


def test_the_stand_in_keeps_slacks_limits_for_updates_too() -> None:
    with slack() as (stand_in, notifier, _):
        receipt = notifier.send(message(), CHANNEL)
        wrong = {"channel": CHANNEL, "ts": receipt.message, "text": "x", "blocks": [{"type": "poll"}]}
        assert stand_in._update(CHANNEL, wrong) == SimulatedFault(word="invalid_blocks")
        stand_in._update(CHANNEL, {**wrong, "blocks": []})
        assert stand_in.posts[0]["blocks"] == []


def test_channels_that_cannot_take_words_back_are_left_alone() -> None:
    with slack() as (stand_in, notifier, hook):
        assert notifier.update(again(Receipt()), hook) == ""
        assert Notifier({}).update(again(Receipt()), "screen") == ""
        assert stand_in.asked == []


@pytest.mark.promise("P11")
@pytest.mark.parametrize(
    "fault", [SimulatedFault(line="cut"), SimulatedFault(status=500, page="no"), SimulatedFault(word="token_revoked")]
)
def test_no_failed_update_repeats_a_secret(fault: SimulatedFault, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with slack() as (stand_in, notifier, _):
        receipt = notifier.send(message(), CHANNEL)
        stand_in.update_faults[CHANNEL] = fault
        said = notifier.update(again(receipt), CHANNEL)
    assert said
    assert "canary" not in said + caplog.text


def test_a_message_that_tells_something_else_too_answers_nobody() -> None:
    first = Receipt(place=CHANNEL, message="1.1")
    answer: Any = Paragraph(status="NOW OFFICIAL", title="T", first_receipt=first)

    def of(*paragraphs: Paragraph, **values: Any) -> Message:
        return replace(message(), sections=(Section(heading="", paragraphs=paragraphs),), **values)

    assert of(answer).answers == first
    assert of(answer, replace(answer, first_receipt=None)).answers is None
    assert of(answer, digest=True).answers is None
    assert of(replace(answer, first_receipt=Receipt(place=CHANNEL))).answers is None
