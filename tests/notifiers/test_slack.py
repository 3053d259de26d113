"""What stands in a Slack message: within Slack's limits for anything, and hostile words stay words."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from tests.support.slack_shapes import misshapen
from watcher.core.language.text import printable
from watcher.demo.slack_rules import wrong_with
from watcher.errors import NotSent
from watcher.model import FactKind, Message, Paragraph, Section
from watcher.notifiers.slack import Slack
from watcher.notifiers.slack.blocks import build_blocks, count_that_fit, fallback_text

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
HOSTILE = [
    "<!channel>",
    "<!subteam^S1>",
    "<@U123>",
    "<#C123>",
    "<https://evil.example|nhs.uk>",
    "*bold* _it_ ~no~ `code`",
    "&lt;!channel&gt;",
    "@here",
    "\u202egnp.exe\u202c",
    "zero\u200bwidth",
    "\x00\x1b[31m\x85",
    "lone \ud800",
    "💉" * 40,
    "词" * 40,
    "x" * 10_000,
]


def alert(title: str = "Flu jabs for the over-50s", **values: Any) -> Paragraph:
    return Paragraph(heading="REPORTED, NOT YET OFFICIAL", title=title, **values)


def message(*paragraphs: Paragraph, digest: bool = False, **values: Any) -> Message:
    sections = (Section(heading="New" if digest else "", paragraphs=paragraphs),) if paragraphs else ()
    given: dict[str, Any] = {"delivery": "d1", "at": NOW, "subject": "S", "lead": "L" if digest else "", **values}
    return Message(sections=sections, digest=digest, **given)


def parts(sent: Message) -> Iterator[Message]:
    """The Messages into which `sent` is split, each of as many paragraphs as fit."""
    left = sent.paragraphs
    while True:
        (heading,) = {section.heading for section in sent.sections} or {""}
        part = message(
            *left,
            digest=sent.digest,
            subject=sent.subject,
            lead=sent.lead,
            footer=sent.footer,
            repeat=sent.repeat,
        )
        assert part.sections == () or part.sections[0].heading == heading
        count = count_that_fit(part)
        assert count >= 1
        yield message(
            *left[:count],
            digest=sent.digest,
            subject=sent.subject,
            lead=sent.lead,
            footer=sent.footer,
            repeat=sent.repeat,
        )
        left = left[count:]
        if not left:
            return


def payload(sent: Message) -> dict[str, Any]:
    return {"text": fallback_text(sent), "blocks": build_blocks(sent)}


def judged(sent: Message) -> None:
    """Three judges who do not know one another: Slack's limits, its published shapes, and its own library."""
    built = payload(sent)
    assert wrong_with(built) == ""
    assert misshapen(built) == []
    assert [block.to_dict() for block in Block.parse_all(built["blocks"])] == built["blocks"]


def texts(value: Any) -> Iterator[str]:
    """Every text of a block tree, in reading order."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


GOLDEN = message(
    alert(facts=((FactKind.SAYS_WHO, "BBC News (press)"),), url="https://bbc.example/1", topics=("Flu vaccination",))
)
DIGEST = message(
    alert(
        facts=(
            (FactKind.SAYS_WHO, "BBC News (press)"),
            (FactKind.WHEN, "Fri 20 Nov 2020 07:41"),
            (FactKind.SUMMARY, "From December."),
        ),
        url="https://bbc.example/1",
    ),
    digest=True,
    subject="GP announcements, Sat 21 Nov 2020: 1 new",
    lead="1 announcement on your topics since the last digest.",
    footer=("Sources: 1 of 1 could be read.", "BBC News: read."),
    repeat=True,
)


def text(words: str, *, bold: bool = False) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"style": {"bold": True}} if bold else {})}


def grey(words: str) -> dict[str, Any]:
    return {"type": "context", "elements": [{"type": "plain_text", "text": words, "emoji": False}]}


def large(words: str) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": words, "emoji": False}}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


LINK = {"type": "link", "url": "https://bbc.example/1", "text": "https://bbc.example/1"}


def test_an_alert_shows_status_headline_and_facts_in_this_order() -> None:
    assert build_blocks(GOLDEN) == [
        rich(text("REPORTED, NOT YET OFFICIAL", bold=True)),
        large("Flu jabs for the over-50s"),
        rich(
            text("Says who: ", bold=True),
            text("BBC News (press)"),
            text("\n"),
            text("Topics: ", bold=True),
            text("Flu vaccination"),
            text("\n"),
            text("Source: ", bold=True),
            LINK,
        ),
    ]


def test_a_digest_shows_its_lead_each_alert_in_one_block_and_where_the_sources_stand() -> None:
    assert build_blocks(DIGEST) == [
        grey("Possible repeat: the first try may have reached you."),
        large("GP announcements, Sat 21 Nov 2020: 1 new"),
        grey("1 announcement on your topics since the last digest."),
        grey("NEW"),
        rich(
            text("Flu jabs for the over-50s", bold=True),
            text("\n"),
            text("REPORTED, NOT YET OFFICIAL"),
            text("\n"),
            text("Says who: ", bold=True),
            text("BBC News (press)"),
            text("\n"),
            text("In short: ", bold=True),
            text("From December."),
            text("\n"),
            text("Source: ", bold=True),
            LINK,
        ),
        grey("Sources: 1 of 1 could be read.\nBBC News: read."),
    ]


@pytest.mark.parametrize(
    "golden", [GOLDEN, DIGEST, message(), message(digest=True)], ids=["one", "digest", "0", "none"]
)
def test_slacks_limits_shapes_and_library_agree_with_what_we_write(golden: Message) -> None:
    judged(golden)


@pytest.mark.fault(76)
@pytest.mark.promise("P19")
def test_hostile_words_stand_only_where_slack_does_not_parse() -> None:
    for words in HOSTILE:
        built = json.dumps(build_blocks(message(alert(title=words, facts=((FactKind.SUMMARY, words),)))))
        assert "mrkdwn" not in built
        assert '"user' not in built
    escaped = fallback_text(Message(delivery="d", at=NOW, subject="<!channel> & <@U123>"))
    assert escaped == "&lt;!channel&gt; &amp; &lt;@U123&gt;"


WORDS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60))


@settings(deadline=None, max_examples=150, derandomize=True)
@given(
    told=st.lists(st.tuples(WORDS, WORDS), max_size=6),
    times=st.sampled_from([1, 2, 9]),
    digest=st.booleans(),
    repeat=st.booleans(),
    subject=WORDS,
    lead=WORDS,
    footer=st.lists(WORDS, max_size=3),
    url=st.sampled_from(
        ["", "https://a.example/" + "x" * 90, "https://a.example/" + "x" * 5_000, "javascript:alert(1)"]
    ),
)
@pytest.mark.fault(76, 77, 78)
@pytest.mark.promise("P19")
def test_any_number_of_any_words_is_valid_inert_and_complete(told: list[tuple[str, str]], **values: Any) -> None:
    times, url = values.pop("times"), values.pop("url")
    kinds = (
        FactKind.SAYS_WHO,
        FactKind.WHEN,
        FactKind.OFFICIAL,
        FactKind.SUMMARY,
        FactKind.OTHER_PUBLISHERS,
        FactKind.WHY_YOU,
    )
    paragraphs = [
        alert(title=title, facts=tuple((kind, fact) for kind in kinds), url=url) for title, fact in told * times
    ]
    sent = message(*paragraphs, **values | {"footer": tuple(values["footer"])})
    shown = []
    for part in parts(sent):
        judged(part)
        assert not any(mark in fallback_text(part) for mark in ("<!", "<@", "<#"))
        built = build_blocks(part)
        assert all(line == printable(line) for each in texts(built) for line in each.split("\n"))
        assert "javascript" not in "".join(each["url"] for each in links(built))
        shown += [each for block in built for each in texts(block)]
    for each in {printable(words).strip() for pair in told for words in pair}:
        assert is_shown(each, set(shown))


def links(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("type") == "link":
            yield value
        for each in value.values():
            yield from links(each)
    elif isinstance(value, list):
        for each in value:
            yield from links(each)


def is_shown(given: str, shown: set[str]) -> bool:
    """Whether `given` is shown: whole, or its beginning and an ellipsis."""
    whole = {each.strip() for each in shown}
    cuts = {each[:-1].strip() for each in whole if each.endswith("…")}
    return not given or given in whole or any(given.startswith(cut) for cut in cuts)


@pytest.mark.fault(77, 78)
def test_five_hundred_announcements_are_split_into_messages_that_hold_them_all() -> None:
    sent = message(*(alert(title=f"Announcement {number} " + "x" * 200) for number in range(500)), digest=True)
    split = list(parts(sent))
    assert [each.title for part in split for each in part.paragraphs] == [each.title for each in sent.paragraphs]
    assert all(wrong_with(payload(part)) == "" for part in split)
    assert {len(part.paragraphs) for part in split[:-1]} == {32}, "as many as fit into 8,000 characters"


@pytest.mark.fault(77, 78)
@pytest.mark.parametrize("letter", ["词", "💉"])
def test_letters_that_travel_as_six_or_twelve_bytes_are_counted_as_they_travel(letter: str) -> None:
    told = alert(
        title=letter * 300,
        facts=tuple((kind, letter * 2_000) for kind in (FactKind.SAYS_WHO, FactKind.WHEN, FactKind.SUMMARY)),
    )
    for sent in (message(*[told] * 20, digest=True), message(told, subject=letter * 300)):
        for part in parts(sent):
            judged(part)


@pytest.mark.fault(78)
def test_one_announcement_that_is_too_long_has_its_facts_cut_and_keeps_its_link() -> None:
    url = "https://a.example/" + "x" * 2_900
    told = alert(
        facts=tuple(
            (kind, "word " * 400) for kind in (FactKind.SAYS_WHO, FactKind.WHEN, FactKind.OFFICIAL, FactKind.SUMMARY)
        ),
        url=url,
    )
    built = build_blocks(message(told))
    assert [each["url"] for each in links(built)] == [url]
    assert sum(len(each) for each in texts(built)) <= 8_000
    assert {each[-5:] for each in texts(built) if each.startswith("word")} == {"word…"}


def test_an_address_too_long_for_slack_is_shown_and_leads_nowhere() -> None:
    built = build_blocks(message(alert(url="https://a.example/" + "x" * 3_000)))
    assert list(links(built)) == []
    assert any(each.startswith("https://a.example/xxx") for each in texts(built))


def test_what_does_not_fit_is_not_even_tried() -> None:
    sent = message(*(alert(facts=((FactKind.SUMMARY, "x" * 900),)) for _ in range(50)))
    with pytest.raises(NotSent) as caught:
        Slack({}).send(sent, "http://127.0.0.1:9/hook")
    assert (caught.value.too_large, caught.value.for_good) == (True, False)
