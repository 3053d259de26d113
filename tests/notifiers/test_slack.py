"""What stands in a Slack message: within Slack's limits for anything, and hostile words stay words."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from watcher.demo.stand_ins import wrong_with
from watcher.model import Message, Paragraph, Section
from watcher.notifiers.slack import blocks, fallback

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
HOSTILE = [
    "<!channel>",
    "<@U123>",
    "<https://evil.example|nhs.uk>",
    "*bold* _it_ ~no~ `code`",
    "&lt;b&gt;",
    "\u202egnp.exe",
]


def alert(title: str = "Flu jabs for the over-50s", **values: Any) -> Paragraph:
    return Paragraph(heading="REPORTED, NOT YET OFFICIAL", title=title, **values)


def message(*paragraphs: Paragraph, digest: bool = False, **values: Any) -> Message:
    sections = (
        (Section(heading="New", paragraphs=paragraphs),) if digest else (Section(heading="", paragraphs=paragraphs),)
    )
    kept = sections if paragraphs else ()
    return Message(
        delivery="d1", at=NOW, subject="S", sections=kept, digest=digest, lead="L" if digest else "", **values
    )


def payload(sent: Message) -> dict[str, Any]:
    return {"text": fallback(sent), "blocks": blocks(sent)}


def test_an_alert_shows_status_headline_and_facts_in_this_order() -> None:
    told = alert(facts=(("Says who", "BBC News (press)"),), url="https://bbc.example/1", topics=("Flu vaccination",))
    assert blocks(message(told)) == [
        {
            "type": "context",
            "elements": [{"type": "plain_text", "text": "REPORTED, NOT YET OFFICIAL", "emoji": False}],
        },
        {"type": "header", "text": {"type": "plain_text", "text": "Flu jabs for the over-50s", "emoji": False}},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "Says who: ", "style": {"bold": True}},
                        {"type": "text", "text": "BBC News (press)"},
                        {"type": "text", "text": "\n"},
                        {"type": "text", "text": "Topics: ", "style": {"bold": True}},
                        {"type": "text", "text": "Flu vaccination"},
                        {"type": "text", "text": "\n"},
                        {"type": "text", "text": "Source: ", "style": {"bold": True}},
                        {"type": "link", "url": "https://bbc.example/1", "text": "https://bbc.example/1"},
                    ],
                }
            ],
        },
    ]


def test_76_hostile_words_stand_only_where_slack_does_not_parse() -> None:
    sent = message(*(alert(title=words, facts=(("In short", words),)) for words in HOSTILE))
    built = blocks(sent)
    assert "mrkdwn" not in json.dumps(built)
    escaped = fallback(Message(delivery="d", at=NOW, subject="<!channel> & <@U123>"))
    assert escaped == "&lt;!channel&gt; &amp; &lt;@U123&gt;"


@settings(deadline=None, max_examples=60, derandomize=True)
@given(
    st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=400)), max_size=60),
    st.booleans(),
    st.integers(min_value=1, max_value=9),
)
def test_no_message_breaks_a_limit_of_slack(words: list[str], digest: bool, times: int) -> None:  # noqa: FBT001
    told = [
        alert(title=each[:300], facts=(("In short", each * 5),), url="https://a.example/" + "x" * 90) for each in words
    ]
    sent = message(
        *(told * times if digest else told[:1]), digest=digest, footer=("Sources: 1 of 1",) if digest else ()
    )
    assert wrong_with(payload(sent)) == ""


def test_77_a_digest_of_five_hundred_says_how_many_did_not_fit() -> None:
    sent = message(*(alert(title=f"Announcement {n} " + "x" * 200) for n in range(500)), digest=True)
    built = blocks(sent)
    assert wrong_with({"text": "x", "blocks": built}) == ""
    shown = sum(block["type"] == "rich_text" for block in built)
    assert built[-1]["elements"][0]["text"].startswith(f"{500 - shown} more did not fit into one Slack message")


def test_slack_sdk_reads_the_blocks_as_we_wrote_them() -> None:
    built = blocks(
        message(alert(facts=(("In short", "x"),), url="https://a.example/"), digest=True, footer=("Sources",))
    )
    assert [block.to_dict() for block in Block.parse_all(built)] == built
