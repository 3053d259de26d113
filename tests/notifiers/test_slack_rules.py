"""The judges of our Slack messages can say no: every limit, and every shape."""

from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from tests.support.slack_shapes import misshapen
from watcher.demo.slack_rules import wrong_with


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def context(*texts: str, **more: Any) -> dict[str, Any]:
    return {"type": "context", "elements": [plain(text) for text in texts], **more}


def header(text: str) -> dict[str, Any]:
    return {"type": "header", "text": plain(text)}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def fields(*texts: str) -> dict[str, Any]:
    return {"type": "section", "fields": [plain(text) for text in texts]}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def link(length: int) -> dict[str, Any]:
    return {"type": "link", "url": "https://e.uk/".ljust(length, "x"), "text": "e.uk"}


def button(text: str, url: str = "https://e.uk/") -> dict[str, Any]:
    return {"type": "actions", "elements": [{"type": "button", "text": plain(text), "url": url}]}


def payload(*blocks: dict[str, Any], text: str = "x") -> dict[str, Any]:
    return {"text": text, "blocks": list(blocks)}


# what is limited: (the most that passes, the least that does not, what is said)
LIMITS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "blocks": (payload(*[context("x")] * 50), payload(*[context("x")] * 51), "more than 50 blocks"),
    "all text": (payload(*[section("x" * 3000)] * 4), payload(*[section("x" * 2001)] * 6), "msg_blocks_too_long"),
    "JSON": (payload(rich(link(3000))), payload(*[rich(link(3000))] * 10), "more than 30000 bytes of JSON"),
    "fallback text": (
        payload(text="x" * 4000),
        payload(text="x" * 4001),
        "the fallback text is missing or longer than 4000",
    ),
    "no fallback text": (payload(), payload(text=""), "the fallback text is missing or longer than 4000"),
    "header": (payload(header("x" * 150)), payload(header("x" * 151)), "header text is empty or longer than 150"),
    "empty header": (payload(header("x")), payload(header("")), "header text is empty or longer than 150"),
    "header with markup": (
        payload(header("x")),
        payload({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}),
        "a header takes plain_text",
    ),
    "section": (
        payload(section("x" * 3000)),
        payload(section("x" * 3001)),
        "section text is empty or longer than 3000",
    ),
    "empty section": (payload(section("x")), payload({"type": "section"}), "a section takes mrkdwn or plain_text"),
    "field": (payload(fields("x" * 2000)), payload(fields("x" * 2001)), "field text is empty or longer than 2000"),
    "fields": (payload(fields(*"abcdefghij")), payload(fields(*"abcdefghijk")), "more than 10 fields"),
    "context": (
        payload(context("x" * 2000)),
        payload(context("x" * 2001)),
        "context text is empty or longer than 2000",
    ),
    "contexts": (
        payload(context(*"abcdefghij")),
        payload(context(*"abcdefghijk")),
        "no context elements, or more than 10",
    ),
    "no context": (payload(context("x")), payload(context()), "no context elements, or more than 10"),
    "button": (payload(button("x" * 75)), payload(button("x" * 76)), "button text is empty or longer than 75"),
    "button's address": (
        payload(button("x", "h" * 3000)),
        payload(button("x", "h" * 3001)),
        "an address is empty or longer than 3000",
    ),
    "link": (payload(rich(link(3000))), payload(rich(link(3001))), "an address is empty or longer than 3000"),
    "rich text": (
        payload(rich({"type": "text", "text": "x"})),
        payload(rich({"type": "text", "text": ""})),
        "rich_text with an empty text",
    ),
    "no rich text": (payload(rich(link(20))), payload(rich()), "rich_text without elements"),
    "block_id": (
        payload(context("x", block_id="x" * 255)),
        payload(context("x", block_id="x" * 256)),
        "a block_id is used twice, empty or longer than 255",
    ),
    "block_id used twice": (
        payload(context("x", block_id="a"), context("x", block_id="b")),
        payload(context("x", block_id="a"), context("x", block_id="a")),
        "a block_id is used twice, empty or longer than 255",
    ),
    "kind": (payload({"type": "divider"}), payload({"type": "poll"}), "unknown block poll"),
}


@pytest.mark.fault(77, 78)
@pytest.mark.parametrize("limit", LIMITS)
def test_the_stand_in_takes_what_slack_takes_and_not_one_more(limit: str) -> None:
    passes, fails, said = LIMITS[limit]
    assert (wrong_with(passes), wrong_with(fails)) == ("", said)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (payload({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}), "$.blocks[0]: none of the shapes"),
        (payload({"type": "header", "txt": plain("x")}), "$.blocks[0]: none of the shapes"),
        (payload(rich({"type": "user", "user_id": "U123"})), "$.blocks[0]: none of the shapes"),
        (payload(rich({"type": "broadcast", "range": "all"})), "$.blocks[0]: none of the shapes"),
        (payload(button("x") | {"elements": [{"type": "button", "text": "x"}]}), "$.blocks[0]: none of the shapes"),
        ({"text": "x"}, "$: blocks is missing"),
        (payload() | {"markup": "x"}, "$: markup is not known"),
        (payload() | {"text": 1}, "$.text: not of type string"),
    ],
)
def test_a_wrong_shape_is_named(wrong: dict[str, Any], said: str) -> None:
    (found,) = misshapen(wrong)
    assert found.startswith(said)


def test_what_passes_the_stand_in_has_slacks_published_shape() -> None:
    assert [misshapen(passes) for passes, _, _ in LIMITS.values()] == [[]] * len(LIMITS)


def test_slack_sdk_refuses_a_header_that_is_too_long() -> None:
    (read,) = Block.parse_all([header("x" * 151)])
    with pytest.raises(SlackObjectFormationError):
        read.to_dict()
