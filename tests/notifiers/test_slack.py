"""What stands in a Slack message: within Slack's limits for anything, and hostile words stay words."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from tests.notifiers.test_email import WITHOUT_SHRINKING, digest_of
from tests.support.slack_shapes import misshapen
from watcher.core.language.text import printable
from watcher.core.messages.delivery_context import compose_parts
from watcher.core.wording.labels import LABELS
from watcher.demo.slack_rules import wrong_with
from watcher.errors import NotSent
from watcher.model import FactKind, Mark, Message, Paragraph, Section, Span
from watcher.notifiers.base import inert
from watcher.notifiers.slack import Slack
from watcher.notifiers.slack.blocks import build_blocks, build_details, count_that_fit, details_text, fallback_text

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
FOUR = (FactKind.WHO, FactKind.FROM, FactKind.DUE, FactKind.DO)  # as many lines as an alert has
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
    return Paragraph(**{"status": "REPORTED, NOT OFFICIAL YET", "title": title, **values})


def message(*paragraphs: Paragraph, digest: bool = False, **values: Any) -> Message:
    heading = "In the news, not official yet" if digest else ""
    sections = (Section(heading=heading, paragraphs=paragraphs, is_numbered=digest),) if paragraphs else ()
    given: dict[str, Any] = {"delivery": "d1", "at": NOW, "subject": "S", "lead": "L" if digest else "", **values}
    return Message(**{"sections": sections, "digest": digest, **given})


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
    alert(
        lines=((FactKind.WHO, "people aged 50 to 64"), (FactKind.FROM, "Tue 1 Dec 2020, in 11 days")),
        url="https://bbc.example/1",
        source="BBC News, Fri 20 Nov 2020 07:41",
        said="People aged 50 to 64 can have it from Tuesday 1 December.",
        details=((FactKind.SAYS_WHO, "BBC News (press)"),),
        topics=("Flu vaccination",),
    )
)
DIGEST = message(
    digest=True,
    subject="GP announcements, Sat 21 Nov 2020: 1 to do, 2 in the news",
    lead="3 announcements on your topics since the last digest.",
    sections=(
        Section(
            heading="To do",
            paragraphs=(
                Paragraph(
                    status="",
                    title="Send the list back",
                    url="https://pcse.example/1",
                    note="by Thu 26 Nov",
                    source="PCSE",
                ),
            ),
            is_numbered=True,
        ),
        Section(
            heading="In the news, not official yet",
            paragraphs=(
                Paragraph(status="", title="Free flu jab", url="https://bbc.example/1", source="BBC News"),
                Paragraph(status="NOT SO, says DHSC", title="Over-65s first", note="was from 1 Dec"),
            ),
            is_numbered=True,
        ),
        Section(heading="And 1 more", paragraphs=(Paragraph(status="", title="GP talks", source="Pulse"),)),
        Section(heading="Coming up", lines=("Mon 30 Nov 2020: eDEC closes (due)", "Tue 1 Dec 2020: flu jabs (starts)")),
        Section(heading="", lines=("1 of 1 could be read.",)),
    ),
    footer=("A footer.",),
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


def link(words: str, url: str, *, bold: bool = False) -> dict[str, Any]:
    return {"type": "link", "url": url, "text": words, **({"style": {"bold": True}} if bold else {})}


def test_an_alert_shows_its_status_its_linked_headline_its_facts_and_the_sentence_they_rest_on() -> None:
    assert build_blocks(GOLDEN) == [
        rich(
            text("REPORTED, NOT OFFICIAL YET", bold=True),
            text("\n"),
            link("Flu jabs for the over-50s", "https://bbc.example/1", bold=True),
            text("\n"),
            text("Who: ", bold=True),
            text("people aged 50 to 64"),
            text("\n"),
            text("From: ", bold=True),
            text("Tue 1 Dec 2020, in 11 days"),
        ),
        grey("BBC News, Fri 20 Nov 2020 07:41: “People aged 50 to 64 can have it from Tuesday 1 December.”"),
    ]


def test_a_digest_shows_each_section_in_one_block_and_numbers_its_entries_through_all_of_them() -> None:
    assert build_blocks(DIGEST) == [
        grey("Possible repeat: the first try may have reached you."),
        large("GP announcements, Sat 21 Nov 2020: 1 to do, 2 in the news"),
        grey("3 announcements on your topics since the last digest."),
        rich(
            text("To do", bold=True),
            text("\n"),
            text("1. "),
            link("Send the list back", "https://pcse.example/1"),
            text(" – by Thu 26 Nov (PCSE)"),
        ),
        rich(
            text("In the news, not official yet", bold=True),
            text("\n"),
            text("2. "),
            link("Free flu jab", "https://bbc.example/1"),
            text(" (BBC News)"),
            text("\n"),
            text("3. "),
            text("NOT SO, says DHSC: ", bold=True),
            text("Over-65s first", bold=True),
            text(" – was from 1 Dec"),
        ),
        rich(text("And 1 more", bold=True), text("\n"), text("GP talks", bold=True), text(" (Pulse)")),
        grey("Coming up\nMon 30 Nov 2020: eDEC closes (due)\nTue 1 Dec 2020: flu jabs (starts)"),
        grey("1 of 1 could be read."),
        grey("A footer."),
    ]


def test_the_details_of_an_alert_are_a_label_and_its_words_a_line_with_what_came_and_went_marked() -> None:
    change = "from 1 8 December"
    spans = (
        Span(text="from", mark=Mark.KEPT),
        Span(text="1", mark=Mark.REMOVED),
        Span(text="8", mark=Mark.ADDED),
        Span(text="December", mark=Mark.KEPT),
    )
    told = alert(
        details=((FactKind.CHANGED, change), (FactKind.UNKNOWN, "order, paid")),
        marked={change: spans},
        follows="Flu jabs, told Fri 20 Nov 2020 07:41",
        topics=("Flu vaccination", "Pay"),
    )
    assert build_details([told]) == [
        rich(
            text("Follows: ", bold=True),
            text("Flu jabs, told Fri 20 Nov 2020 07:41"),
            text("\n"),
            text("Changed: ", bold=True),
            text("from"),
            text(" "),
            {"type": "text", "text": "1", "style": {"strike": True}},
            text(" "),
            {"type": "text", "text": "8", "style": {"bold": True}},
            text(" "),
            text("December"),
            text("\n"),
            text("Not found: ", bold=True),
            text("order, paid"),
            text("\n"),
            text("Topics: ", bold=True),
            text("Flu vaccination, Pay"),
        )
    ]
    assert build_details([alert()]) == []


def test_who_is_here_is_called_by_slacks_own_element_above_the_alert_and_in_no_digest() -> None:
    called = {"type": "broadcast", "range": "here"}
    assert build_blocks(replace(GOLDEN, mention="here")) == [rich(called), *build_blocks(GOLDEN)]
    assert build_blocks(replace(DIGEST, mention="here")) == build_blocks(DIGEST)
    judged(replace(GOLDEN, mention="here"))


# --- phones and screen readers, which have the fallback text alone -------------------------------------------------


def test_the_fallback_text_of_an_alert_holds_every_fact() -> None:
    assert fallback_text(GOLDEN) == (
        "REPORTED, NOT OFFICIAL YET: Flu jabs for the over-50s\n"
        "Who: people aged 50 to 64\n"
        "From: Tue 1 Dec 2020, in 11 days\n"
        "BBC News, Fri 20 Nov 2020 07:41: “People aged 50 to 64 can have it from Tuesday 1 December.”"
    )
    assert fallback_text(replace(GOLDEN, repeat=True)) == f"{fallback_text(GOLDEN)} (possible repeat)"


def test_the_fallback_text_of_alerts_that_came_together_begins_with_how_many_there_are() -> None:
    sent = message(alert("T1", lines=((FactKind.DO, "wait"),)), alert("T2", source="DHSC"), subject="2 announcements")
    assert fallback_text(sent) == (
        "2 announcements\nREPORTED, NOT OFFICIAL YET: T1\nDo: wait\nREPORTED, NOT OFFICIAL YET: T2\nDHSC"
    )


def test_the_fallback_text_of_a_digest_holds_every_entry_and_how_far_it_can_be_trusted_and_every_date_ahead() -> None:
    shown = fallback_text(DIGEST)
    for fact in (
        "GP announcements, Sat 21 Nov 2020: 1 to do, 2 in the news",
        "To do",
        "Send the list back",
        "by Thu 26 Nov",
        "PCSE",
        "In the news, not official yet",
        "Free flu jab",
        "NOT SO, says DHSC: Over-65s first",
        "was from 1 Dec",
        "GP talks",
        "Mon 30 Nov 2020: eDEC closes (due)",
    ):
        assert fact in shown
    places = [shown.index(fact) for fact in ("To do", "Send the list back", "In the news, not official yet", "Free")]
    assert places == sorted(places), "an entry stands below the heading that says how far it can be trusted"


@pytest.mark.fault(76, 77)
@pytest.mark.parametrize("letter", ["x", "&", "<"])
def test_a_fallback_text_is_within_slacks_limit_after_its_signs_were_escaped(letter: str) -> None:
    judged(message(alert(lines=tuple((kind, letter * 900) for kind in FOUR)), repeat=True))


@pytest.mark.parametrize(
    "golden", [GOLDEN, DIGEST, message(), message(digest=True)], ids=["one", "digest", "0", "none"]
)
def test_slacks_limits_shapes_and_library_agree_with_what_we_write(golden: Message) -> None:
    judged(golden)


@pytest.mark.fault(76)
@pytest.mark.promise("P19")
def test_hostile_words_stand_only_where_slack_does_not_parse() -> None:
    for words in HOSTILE:
        told = alert(title=words, lines=((FactKind.DO, words),), note=words, source=words, said=words, topics=(words,))
        for blocks in (build_blocks(message(told)), build_blocks(message(told, digest=True)), build_details([told])):
            built = json.dumps(blocks)
            assert "mrkdwn" not in built
            assert '"user' not in built
            assert '"broadcast"' not in built
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
    told = told * times
    paragraphs = [
        alert(title=title, lines=tuple((kind, fact) for kind in FOUR), note=fact, url=url, source="BBC News", said=fact)
        for title, fact in told
    ]
    sent = message(*paragraphs, **values | {"footer": tuple(values["footer"])})
    shown: set[str] = set()
    for part in parts(sent):
        judged(part)
        assert not any(mark in fallback_text(part) for mark in ("<!", "<@", "<#"))
        built = build_blocks(part)
        assert all(line == printable(line) for each in texts(built) for line in each.split("\n"))
        assert "javascript" not in "".join(each["url"] for each in links(built))
        shown |= {each for block in built for each in texts(block)}
    for title, fact in told:
        entry = inert(f" – {fact} (BBC News)" if fact else " (BBC News)").strip()
        assert is_shown(printable(title).strip(), shown)
        assert is_shown(entry if sent.digest else printable(fact).strip(), shown)


@settings(deadline=None, max_examples=100, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(list(FactKind)), WORDS), min_size=1, max_size=40))
@pytest.mark.fault(76, 77, 78)
@pytest.mark.promise("P19")
def test_any_details_of_an_alert_are_valid_inert_and_complete(details: list[tuple[FactKind, str]]) -> None:
    told = alert(details=tuple(details))
    built = build_details([told])
    reply = {"text": details_text([told]), "blocks": built}
    assert (wrong_with(reply), misshapen(reply)) == ("", [])
    shown = set(texts(built))
    assert all(each == printable(each) for each in shown - {"\n"})
    for kind, words in details:
        assert f"{LABELS[kind]}: " in shown
        assert is_shown(printable(words).strip(), shown)


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
    cuts = {each[:-1].strip() for each in whole if each.endswith("…")} - {""}
    return not given or given in whole or any(given.startswith(cut) for cut in cuts)


@pytest.mark.fault(77, 78)
def test_five_hundred_announcements_are_split_into_messages_that_hold_them_all() -> None:
    sent = message(*(alert(title=f"Announcement {number} " + "x" * 200) for number in range(500)), digest=True)
    split = list(parts(sent))
    assert [each.title for part in split for each in part.paragraphs] == [each.title for each in sent.paragraphs]
    assert all(wrong_with(payload(part)) == "" for part in split)
    assert {len(part.paragraphs) for part in split[:-1]} == {31, 32}, "as many as fit into 8,000 characters"


@pytest.mark.fault(77, 78)
@settings(deadline=None, max_examples=12, derandomize=True, phases=WITHOUT_SHRINKING)
@given(count=st.integers(0, 250), title=st.text(max_size=300), url=st.sampled_from([20, 300, 3_000]))
def test_a_digest_of_any_size_leaves_in_parts_that_slack_takes_at_once(count: int, title: str, url: int) -> None:
    split = compose_parts(digest_of(count, title=title, url_characters=url), count_that_fit)
    for part in split:
        assert count_that_fit(part) >= len(part.paragraphs)
        judged(part)
    shown = [each.alert for part in split for each in part.paragraphs if each.alert]
    assert (len(shown), len(set(shown))) == (count, count)
    assert [line for part in split for each in part.sections[-1:] for line in each.lines] == ["1 of 1 could be read."]


@pytest.mark.fault(77, 78)
@pytest.mark.parametrize("letter", ["词", "💉"])
def test_letters_that_travel_as_six_or_twelve_bytes_are_counted_as_they_travel(letter: str) -> None:
    told = alert(
        title=letter * 300,
        lines=tuple((kind, letter * 2_000) for kind in FOUR),
        note=letter * 2_000,
        details=tuple((kind, letter * 2_000) for kind in FOUR),
    )
    reply = {"text": details_text([told]), "blocks": build_details([told])}
    assert (bool(reply["blocks"]), wrong_with(reply)) == (True, "")
    for sent in (message(*[told] * 20, digest=True), message(told, subject=letter * 300)):
        for part in parts(sent):
            judged(part)


@pytest.mark.fault(78)
def test_one_announcement_that_is_too_long_has_its_facts_cut_and_keeps_its_link() -> None:
    url = "https://a.example/" + "x" * 2_900
    told = alert(
        lines=tuple((kind, "word " * 400) for kind in FOUR),
        url=url,
    )
    built = build_blocks(message(told))
    assert [each["url"] for each in links(built)] == [url]
    assert sum(len(each) for each in texts(built)) <= 8_000
    assert {each[-5:] for each in texts(built) if each.startswith("word")} == {"word…"}


@pytest.mark.parametrize("digest", [False, True])
def test_a_headline_whose_address_is_too_long_for_slack_is_no_link_because_half_an_address_leads_nowhere(
    *, digest: bool
) -> None:
    longest = "https://a.example/".ljust(3_000, "x")
    assert [each["url"] for each in links(build_blocks(message(alert(url=longest), digest=digest)))] == [longest]
    built = build_blocks(message(alert(url=f"{longest}x"), digest=digest))
    assert list(links(built)) == []
    assert "Flu jabs for the over-50s" in set(texts(built))
    assert "a.example" not in json.dumps(built)


def test_what_does_not_fit_is_not_even_tried() -> None:
    sent = message(*(alert(lines=((FactKind.SUMMARY, "x" * 900),)) for _ in range(50)))
    with pytest.raises(NotSent) as caught:
        Slack({}).send(sent, "http://127.0.0.1:9/hook")
    assert (caught.value.too_large, caught.value.for_good) == (True, False)


IMPORTED_BY = """
import sys, threading
from datetime import UTC, datetime
from watcher.errors import NotSent
from watcher.model import Message
from watcher.notifiers.slack import Slack

is_half_imported, other_is_done, importers = threading.Event(), threading.Event(), set()

def note(event, arguments):  # as an audit hook: a finder would keep all imports waiting
    if event == "import" and arguments[0].startswith("slack_sdk"):
        importers.add(threading.get_ident())
        if arguments[0] == "slack_sdk.web" and not is_half_imported.is_set():
            is_half_imported.set()
            other_is_done.wait(0.3)

def send(address):
    try:
        slack.send(Message(delivery="d", at=datetime.now(UTC), subject="s"), address)
    except NotSent:
        pass

def send_second():
    is_half_imported.wait()
    send("C0123456789")
    other_is_done.set()

sys.addaudithook(note)
slack = Slack({"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": "http://127.0.0.1:9/api/"})
second = threading.Thread(target=send_second)
second.start()
send("http://127.0.0.1:9/hook")
second.join()
print(len(importers))
"""


def test_of_threads_that_send_at_once_one_imports_the_library() -> None:
    """Its modules import each other: another thread would see half of one, and a message would count as a repeat."""
    run = [sys.executable, "-c", IMPORTED_BY]
    done = subprocess.run(run, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert (done.stdout.strip(), done.stderr) == ("1", "")
