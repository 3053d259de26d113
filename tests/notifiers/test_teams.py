"""What stands in a Teams card: its whole JSON, within its size for anything, and hostile words stay words."""

import json
import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.notifiers.test_battery import everything
from tests.notifiers.test_email import WITHOUT_SHRINKING, digest_of
from tests.notifiers.test_slack import DIGEST, FOUR, HOSTILE, NOW, alert, is_shown, message
from tests.support.faulty import response
from tests.support.world import serving
from watcher.core.language.text import printable
from watcher.core.messages.delivery_context import compose_parts
from watcher.errors import NotSent, Unknown
from watcher.model import FactKind, Message, Receipt, Section, Tone
from watcher.notifiers.base import FaultBeforeContact, keep_paragraphs
from watcher.notifiers.teams import Teams, make_post

MAX_BYTES = 20_000
NOTIFIER = Teams({})
REPORTED = alert(
    "Free flu vaccine for everyone aged 50 to 64 from 1 December",
    lines=(
        (FactKind.WHO, "people aged 50 to 64"),
        (FactKind.FROM, "Tue 1 Dec 2020, in 11 days"),
        (FactKind.DO, "nothing yet; 4 official pages read at 07:40, not there"),
    ),
    url="https://bbc.example/1",
    source="BBC News, Fri 20 Nov 2020 07:41",
    said="People aged 50 to 64 can have it from Tuesday 1 December.",
    tone=Tone.WARNING,
    details=((FactKind.SAYS_WHO, "BBC News (press)"),),
    topics=("Flu vaccination",),
)
SUBJECT = f"{REPORTED.status}: {REPORTED.title}"
ONE = message(REPORTED, subject=SUBJECT)


def run(text: str, **look: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **look}


def bold(text: str, **look: Any) -> dict[str, Any]:
    return run(text, weight="Bolder", **look)


def opening(url: str) -> dict[str, Any]:
    return {"selectAction": {"type": "Action.OpenUrl", "url": url}}


def line(*runs: dict[str, Any], spacing: str = "Small", **look: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": list(runs), "spacing": spacing, **look}


def line_above(*runs: dict[str, Any]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": list(runs)}


def status(text: str, style: str) -> dict[str, Any]:
    return {"type": "Container", "style": style, "bleed": True, "items": [line_above(bold(text))]}


def small(text: str) -> dict[str, Any]:
    return run(text, isSubtle=True, size="Small")


def heading(text: str) -> dict[str, Any]:
    return line(bold(text), spacing="Medium", separator=True)


def post(title: str, *body: dict[str, Any], read: str = "") -> dict[str, Any]:
    """The body of a post, read aloud with the facts that stand in it; `read`: what its button opens."""
    facts = [[run["text"] for run in block.get("inlines", ())] for block in body if block.get("spacing") == "Small"]
    labelled = ["".join(fact) for fact in facts if len(fact) == 2 and fact[0].endswith(": ")]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "fallbackText": title,
        "speak": ". ".join([title, *labelled]),
        "body": list(body),
        "actions": [{"type": "Action.OpenUrl", "title": "Read it", "url": read}] if read else [],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}


BODY_OF_ONE = [
    status("REPORTED, NOT OFFICIAL YET", "warning"),
    line(bold(REPORTED.title, size="Medium", **opening("https://bbc.example/1")), spacing="Medium"),
    line(bold("Who: "), run("people aged 50 to 64")),
    line(bold("From: "), run("Tue 1 Dec 2020, in 11 days")),
    line(bold("Do: "), run("nothing yet; 4 official pages read at 07:40, not there")),
    line(
        small("BBC News, Fri 20 Nov 2020 07:41: “People aged 50 to 64 can have it from Tuesday 1 December.”"),
        spacing="Medium",
    ),
]


def test_an_alert_shows_its_status_in_its_colour_its_headline_its_facts_and_the_sentence_they_rest_on() -> None:
    assert make_post(ONE) == post(SUBJECT, *BODY_OF_ONE, read="https://bbc.example/1")


def test_a_possible_repeat_says_so_above_all_else() -> None:
    said = line_above(run("(possible repeat: the first try may have reached you)"))
    assert make_post(replace(ONE, repeat=True)) == post(SUBJECT, said, *BODY_OF_ONE, read="https://bbc.example/1")


def test_a_follow_up_names_what_it_follows_because_no_card_can_answer_another() -> None:
    told = alert(
        "Flu vaccination for people aged 50 to 64",
        status="NOW OFFICIAL, 9 h 24 min after BBC News",
        lines=((FactKind.DO, "order; the guidance lists the manufacturers"),),
        tone=Tone.GOOD,
        first_receipt=Receipt(),
        follows="Free flu vaccine, told Fri 20 Nov 2020 07:41",
    )
    assert make_post(message(told, subject="NOW OFFICIAL: Flu vaccination")) == post(
        "NOW OFFICIAL: Flu vaccination",
        status("NOW OFFICIAL, 9 h 24 min after BBC News", "good"),
        line(bold("Flu vaccination for people aged 50 to 64", size="Medium"), spacing="Medium"),
        {
            "type": "RichTextBlock",
            "inlines": [bold("Follows: "), run("Free flu vaccine, told Fri 20 Nov 2020 07:41")],
        },
        line(bold("Do: "), run("order; the guidance lists the manufacturers")),
    )


def test_alerts_that_came_together_stand_below_one_another_each_with_its_own_link_and_no_button() -> None:
    sent = message(
        alert("T1", url="https://a.example/1", lines=((FactKind.DO, "wait"),), tone=Tone.ACCENT, status="CHANGED"),
        alert("T2", source="DHSC", tone=Tone.ATTENTION, status="WITHDRAWN"),
        subject="2 announcements: T1",
        lead="2 announcements came in a short time; here they are together.",
        footer=("A footer.",),
    )
    assert make_post(sent) == post(
        "2 announcements: T1",
        line_above(run("2 announcements came in a short time; here they are together.")),
        status("CHANGED", "accent"),
        line(bold("T1", size="Medium", **opening("https://a.example/1")), spacing="Medium"),
        line(bold("Do: "), run("wait")),
        status("WITHDRAWN", "attention"),
        line(bold("T2", size="Medium"), spacing="Medium"),
        line(small("DHSC"), spacing="Medium"),
        line(small("A footer."), spacing="Medium"),
    )


def test_a_digest_shows_its_sections_and_numbers_its_entries_through_all_of_them() -> None:
    sent = replace(DIGEST, footer=())
    assert make_post(sent) == post(
        "GP announcements, Sat 21 Nov 2020: 1 to do, 2 in the news",
        line_above(run("(possible repeat: the first try may have reached you)")),
        line_above(bold("GP announcements, Sat 21 Nov 2020: 1 to do, 2 in the news", size="Medium")),
        line(run("3 announcements on your topics since the last digest.")),
        heading("To do"),
        line(
            run("1. "), bold("Send the list back", **opening("https://pcse.example/1")), run(" – by Thu 26 Nov (PCSE)")
        ),
        heading("In the news, not official yet"),
        line(run("2. "), bold("Free flu jab", **opening("https://bbc.example/1")), run(" (BBC News)")),
        line(run("3. "), bold("NOT SO, says DHSC: "), bold("Over-65s first"), run(" – was from 1 Dec")),
        heading("And 1 more"),
        line(bold("GP talks"), run(" (Pulse)")),
        heading("Coming up"),
        line(small("Mon 30 Nov 2020: eDEC closes (due)")),
        line(small("Tue 1 Dec 2020: flu jabs (starts)")),
        line(small("1 of 1 could be read.")),
    )


def test_no_footer_is_lost() -> None:
    for sent in (message(alert()), DIGEST, message(), message(digest=True)):
        (attachment,) = make_post(replace(sent, footer=("A footer.", "Another.")))["attachments"]
        below = [line(small("A footer."), spacing="Medium"), line(small("Another."), spacing="Medium")]
        assert attachment["content"]["body"][-2:] == below


@pytest.mark.parametrize("tone", list(Tone))
def test_a_tone_is_the_style_of_the_same_name(tone: Tone) -> None:
    (attachment,) = make_post(message(alert(tone=tone)))["attachments"]
    assert attachment["content"]["body"][0] == status("REPORTED, NOT OFFICIAL YET", tone.value)


# --- hostile words -------------------------------------------------------------------------------------------------

MARKUP = [
    "[nhs.uk](https://evil.example)",
    "**bold** _it_ ~~no~~ `code`",
    "# heading\n\n- list\r1. number",
    "<at>Everyone</at>",
    "{{DATE(2020-01-01,SHORT)}}",
    "{{{DATE(2020-01-01,SHORT)}}}",
    "{{{{TIME(2020-01-01T07:41:00Z)}}}}",
    "{\u200b{DATE(2020-01-01,SHORT)}}",
    "${title} @{triggerBody()}",
    "💉" * 2_000,
    "词" * 2_000,
    "{" * 2_000,
]
OURS = {
    "http://adaptivecards.io/schemas/adaptive-card.json",
    "application/vnd.microsoft.card.adaptive",
    *("message", "AdaptiveCard", "Container", "RichTextBlock", "TextRun", "Action.OpenUrl"),
    *("1.4", "Full", "Bolder", "Small", "Medium", "warning", "good", "accent", "attention", "Read it"),
}
FOREIGN = {("TextRun", "text"), ("Action.OpenUrl", "url"), ("AdaptiveCard", "fallbackText"), ("AdaptiveCard", "speak")}
HARMLESS = {"", "message", "AdaptiveCard", "Container", "RichTextBlock", "TextRun", "Action.OpenUrl"}


def elements(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of a JSON tree, in reading order."""
    if isinstance(tree, dict):
        yield tree
    for each in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from elements(each)


def texts(tree: Any) -> list[str]:
    """What every TextRun shows, in reading order."""
    return [each["text"] for each in elements(tree) if each.get("type") == "TextRun"]


def urls(tree: Any) -> list[str]:
    return [each["url"] for each in elements(tree) if each.get("type") == "Action.OpenUrl"]


def judged(sent: Message) -> dict[str, Any]:
    """The post of `sent`, which is small, and whose foreign words stand where no client reads markup."""
    built = make_post(sent)
    assert len(json.dumps(built).encode()) <= MAX_BYTES
    assert [each["version"] for each in elements(built) if each.get("type") == "AdaptiveCard"] == ["1.4"]
    assert {each.get("type", "") for each in elements(built)} <= HARMLESS, "TextBlock and FactSet read Markdown"
    for each in elements(built):
        words = {name: value for name, value in each.items() if isinstance(value, str)}
        ours = {value for name, value in words.items() if (each.get("type", ""), name) not in FOREIGN}
        assert ours <= OURS
        assert not any("{{" in value for value in words.values()), "a date function is expanded in a TextRun too"
        assert all(value == printable(value) for value in words.values())
    assert all(url.startswith("https://") for url in urls(built))
    return built


@pytest.mark.promise("P19")
@pytest.mark.parametrize("words", MARKUP[:2])
def test_a_headline_that_looks_like_markdown_is_shown_as_it_is(words: str) -> None:
    built = judged(message(alert(words), subject=words))
    assert texts(built) == ["REPORTED, NOT OFFICIAL YET", words]
    assert urls(built) == []


@pytest.mark.promise("P19")
@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Due {{DATE(2020-01-01,SHORT)}}", "Due { {DATE(2020-01-01,SHORT)}}"),
        ("Due {{{DATE(2020-01-01,SHORT)}}}", "Due { { {DATE(2020-01-01,SHORT)}}}"),
        ("Due {\u200b{DATE(2020-01-01,SHORT)}}", "Due { {DATE(2020-01-01,SHORT)}}"),
        ("Due {DATE}", "Due {DATE}"),
    ],
)
def test_a_headline_with_a_date_function_is_shown_with_its_braces_parted(words: str, shown: str) -> None:
    built = judged(message(alert(words), subject=words))
    assert built == post(shown, status("REPORTED, NOT OFFICIAL YET", "accent"), title_line(shown))


def title_line(words: str) -> dict[str, Any]:
    return line(bold(words, size="Medium"), spacing="Medium")


def test_a_headline_of_which_nothing_can_be_shown_is_called_an_announcement() -> None:
    for words in ("", " ", "\x00", "\u202e\u200b"):
        sent = message(alert(words), subject=words)
        assert make_post(sent) == post(
            "Announcement", status("REPORTED, NOT OFFICIAL YET", "accent"), title_line("Announcement")
        )


WORDS = st.one_of(st.sampled_from([*HOSTILE, *MARKUP]), st.text(max_size=60))
ADDRESSES = [
    "",
    "https://a.example/" + "x" * 90,
    "https://a.example/" + "x" * 1_900,
    "https://a.example/" + "词" * 1_900,
    "https://a.example/" + "x" * 5_000,
    "https://a.example/{{DATE(2020-01-01,SHORT)}}#{{{",
    "javascript:alert(1)",
]


def parts(sent: Message) -> Iterator[Message]:
    """The Messages into which `sent` is split, each of as many paragraphs as fit."""
    left = sent.paragraphs
    while True:
        section = replace(sent.sections[0], paragraphs=left)
        rest = replace(sent, sections=(section, *sent.sections[1:]))
        count = NOTIFIER.count_that_fit(rest)
        assert count >= 1
        yield keep_paragraphs(rest, count)
        left = left[count:]
        if not left:
            return


@settings(deadline=None, max_examples=150, derandomize=True)
@given(
    told=st.lists(st.tuples(WORDS, WORDS, st.sampled_from(ADDRESSES)), max_size=6),
    times=st.sampled_from([1, 2, 9]),
    words=WORDS,
    lines=st.lists(WORDS, max_size=8),
    footer=st.lists(WORDS, max_size=3),
    digest=st.booleans(),
    repeat=st.booleans(),
    tone=st.sampled_from(list(Tone)),
)
@pytest.mark.promise("P9", "P19")
def test_any_number_of_any_words_is_small_inert_and_complete(
    told: list[tuple[str, str, str]], times: int, words: str, lines: list[str], footer: list[str], **values: Any
) -> None:
    told, tone = told * times, values.pop("tone")
    paragraphs = tuple(
        alert(
            title,
            status=words,
            lines=tuple((kind, fact) for kind in FOUR),
            note=fact,
            url=url,
            source="BBC News",
            said=fact,
            follows=fact,
            tone=tone,
            topics=(words,),
        )
        for title, fact, url in told
    )
    is_digest = values["digest"]
    sections = (
        Section(heading=words if is_digest else "", paragraphs=paragraphs, is_numbered=is_digest),
        *([Section(heading=words, lines=tuple(lines))] if is_digest else []),
    )
    sent = message(subject=words, lead=words, sections=sections, footer=tuple(footer), **values)
    shown: set[str] = set()
    for part in parts(sent):
        shown |= set(texts(judged(part)))
    for title, fact, _ in told:
        assert is_shown(parted(title).strip(), shown)
        entry = f" – {fact} (BBC News)" if fact else " (BBC News)"
        assert is_shown(parted(entry if is_digest else fact).strip(), shown)


def parted(text: str) -> str:
    """What is shown of `text`, written another way than the notifier does."""
    shown = printable(text)
    while "{{" in shown:
        shown = shown.replace("{{", "{ {")
    return shown


@settings(deadline=None, max_examples=12, derandomize=True, phases=WITHOUT_SHRINKING)
@given(count=st.integers(0, 250), title=st.text(max_size=300), url=st.sampled_from([20, 300, 1_500, 3_000]))
@pytest.mark.promise("P9")
def test_a_digest_of_any_size_leaves_in_cards_that_teams_takes(count: int, title: str, url: int) -> None:
    split = compose_parts(digest_of(count, title=title, url_characters=url), NOTIFIER.count_that_fit)
    for part in split:
        judged(part)
    shown = [each.alert for part in split for each in part.paragraphs if each.alert]
    assert (len(shown), len(set(shown))) == (count, count), "and nothing is left out"
    assert sum("1 of 1 could be read." in texts(make_post(part)) for part in split) == 1


def test_five_hundred_announcements_are_split_into_cards_that_hold_them_all() -> None:
    sent = message(*(alert(f"Announcement {number} " + "x" * 200) for number in range(500)), digest=True)
    split = list(parts(sent))
    assert [each.title for part in split for each in part.paragraphs] == [each.title for each in sent.paragraphs]
    sizes = [len(json.dumps(judged(part)).encode()) for part in split]
    assert min(sizes[:-1]) > MAX_BYTES - 500, "as many as fit into 20,000 bytes"


def test_what_fits_whole_is_not_split_and_nothing_counts_as_one() -> None:
    assert [NOTIFIER.count_that_fit(sent) for sent in (message(), ONE, message(*[REPORTED] * 5))] == [1, 1, 5]


def test_one_announcement_that_is_too_long_has_its_facts_cut_and_keeps_its_link() -> None:
    url = "https://a.example/".ljust(1_900, "x")
    told = alert(lines=tuple((kind, "word " * 2_000) for kind in FOUR), url=url, source="DHSC", said="词" * 2_000)
    built = judged(message(told))
    assert urls(built) == [url, url]
    assert {each[-5:] for each in texts(built) if each.startswith("word")} == {"word…"}


@pytest.mark.promise("P9")
@pytest.mark.parametrize("digest", [False, True])
def test_one_announcement_of_which_every_text_is_too_long_is_cut_until_it_fits(*, digest: bool) -> None:
    words, url = "💉" * 2_000, "https://a.example/".ljust(1_998, "x")
    facts = tuple((kind, words) for kind in FOUR)
    told = alert(words, status=words, lines=facts, note=words, url=url, source="DHSC", said=words, follows=words)
    sections = (
        Section(heading=words, paragraphs=(told,), is_numbered=digest),
        *([Section(heading=words, lines=(words,) * 12)] if digest else []),
    )
    built = judged(message(subject=words, lead=words, sections=sections, footer=(words,) * 3, digest=digest))
    assert (set(urls(built)), "💉" * 39 + "…" in texts(built)) == ({url}, True)


@pytest.mark.parametrize("digest", [False, True])
def test_a_headline_whose_address_is_too_long_is_no_link_because_half_an_address_leads_nowhere(*, digest: bool) -> None:
    longest = "https://a.example/".ljust(1_998, "x")
    assert set(urls(judged(message(alert(url=longest), digest=digest)))) == {longest}
    for too_long in (f"{longest}x", "https://a.example/" + "词" * 400):
        built = judged(message(alert(url=too_long), digest=digest))
        assert (urls(built), "Flu jabs for the over-50s" in texts(built)) == ([], True)


@pytest.mark.promise("P19")
def test_braces_in_an_address_are_written_as_every_browser_writes_them() -> None:
    built = judged(message(alert(url="https://a.example/{{DATE(2020-01-01,SHORT)}}/{a}")))
    assert urls(built) == ["https://a.example/%7B%7BDATE(2020-01-01,SHORT)}}/{a}"] * 2


# --- addresses -----------------------------------------------------------------------------------------------------

PATH = (
    "/powerautomate/automations/direct/cu/07/workflows/0a1b2c/triggers/manual/paths/invoke"
    "?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=canary-0_1"
)
FLOW = f"https://default0123.45.environment.api.powerplatform.com:443{PATH}"
ANY = {"WATCHER_TEAMS_ANY": "yes"}
ENDED = "such addresses ended on 30 November 2025; copy the new one from the flow in Power Automate"
RETIRED = (
    "Microsoft 365 connectors are retired; in Teams choose Workflows for the channel, then "
    "“Send webhook alerts to a channel”, and copy the address that it gives"
)
OTHER = "not the address of a Teams workflow; copy it whole from the flow (https://....powerplatform.com/...)"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (FLOW, ""),
        (FLOW.replace(":443", ""), ""),
        (FLOW.replace("/cu/07", ""), ""),
        (f"https://Default0123.45.Environment.API.PowerPlatform.com{PATH}", ""),
        (f"https://uk.api.powerautomate.com{PATH}", ""),
        (f"https://prod-12.uksouth.logic.azure.com:443{PATH}", ENDED),
        (f"https://practice.webhook.office.com/webhookb2/canary@{PATH}", RETIRED),
        ("https://outlook.office.com/webhook/canary", RETIRED),
        ("https://outlook.office365.com/webhook/canary", RETIRED),
        (FLOW.replace("https://", "http://"), "must begin with https://, since whoever reads the address could post"),
        (FLOW.partition("&sig=")[0], "is cut off: its end, with `sig=`, is missing; copy it whole from the flow"),
        (FLOW.replace(":443", ":99999"), OTHER),
        (FLOW.replace(":443", ":port"), OTHER),
        (FLOW.replace("invoke", "in\x7fvoke"), OTHER),
        (f"https://environment.api.powerplatform.com.evil.example{PATH}", OTHER),
        (f"https://evil-environment.api.powerplatform.com.example{PATH}", OTHER),
        (f"https://notapi.powerautomate.com{PATH}", OTHER),
        (f"https://uk.api.powerautomate.com@evil.example{PATH}", OTHER),
        (f"https://evil.example/?{FLOW}", OTHER),
        (f"https://notlogic.azure.com{PATH}", OTHER),
        ("https://hooks.slack.com/services/T/B/canary", "this is Slack's address; write `via: slack`"),
        ("https://[::1", OTHER),
        ("https://xn--/canary", OTHER),
        ("https://", OTHER),
        ("canary@example.org", OTHER),
        ("", OTHER),
    ],
)
@pytest.mark.promise("P35")
def test_an_address_is_a_workflows_or_is_refused_with_its_cure(address: str, expected: str) -> None:
    assert Teams.wrong_with(address, {}) == expected
    assert Teams.wrong_with(address, {"WATCHER_TEAMS_ANY": "no"}) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://127.0.0.1:8080/hook", ""),
        ("https://prod-12.uksouth.logic.azure.com/canary", ""),
        (FLOW, ""),
        ("https://[::1", OTHER),
        ("http://127.0.0.1:99999/hook", OTHER),
        ("canary", OTHER),
    ],
)
def test_a_test_may_name_any_address_that_can_be_read(address: str, expected: str) -> None:
    assert Teams.wrong_with(address, ANY) == expected


# --- one post ------------------------------------------------------------------------------------------------------


@pytest.mark.promise("P11")
def test_a_card_is_posted_once_as_json_to_the_address_as_it_is_and_no_log_repeats_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving({PATH: response(status="202 Accepted")}) as (base, asked), closing(Teams({})) as notifier:
        assert notifier.send(ONE, f"{base}{PATH}") == Receipt()
        assert notifier.send(replace(ONE, repeat=True), f"{base}{PATH}") == Receipt()
    assert asked.paths() == [PATH, PATH]
    heads, bodies = zip(*(request.split(b"\r\n\r\n", 1) for _, request in asked.requests), strict=True)
    assert [json.loads(body) for body in bodies] == [make_post(ONE), make_post(replace(ONE, repeat=True))]
    assert all(head.startswith(b"POST ") and b"content-type: application/json" in head.lower() for head in heads)
    assert "canary" not in caplog.text


def test_what_was_accepted_cannot_be_read_back_so_it_goes_once_more_at_most() -> None:
    with pytest.raises(Unknown, match="this channel cannot be read back"):
        NOTIFIER.find(ONE, FLOW, NOW)
    assert (NOTIFIER.max_repeats, NOTIFIER.pause_seconds) == (1, 1.0)


def test_a_card_that_cannot_be_composed_contacts_nobody() -> None:
    with serving({PATH: response()}) as (base, asked), closing(Teams({})) as notifier:
        with pytest.raises(FaultBeforeContact):
            notifier.send(message(alert(tone=cast("Tone", "purple"))), f"{base}{PATH}")
        assert asked.paths() == []


FLOW_OFF = "switch the flow on in Power Automate, or make a new one and put its address where subscribers.yaml reads it"
OWNER = "ask the owner of the flow, or the tenant's admin, to let anyone who has the address trigger it"
STRANGER = "ask who runs this machine's network: something in it answers in Teams' place"
QUARTER = timedelta(minutes=15)


def failure(answer: bytes) -> dict[str, Any]:
    """All that NotSent says of an answer."""
    with serving({PATH: answer}) as (base, _), closing(Teams({})) as notifier, pytest.raises(NotSent) as caught:
        notifier.send(ONE, f"{base}{PATH}")
    return {name: value for name, value in vars(caught.value).items() if value}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("302 Found", {"why": "Teams answered 302", "cure": STRANGER}),
        ("400 Bad Request", {"why": "Teams answered 400", "for_good": True, "about_message": True}),
        ("401 U", {"why": "Teams answered 401", "for_good": True, "after": QUARTER, "cure": OWNER}),
        ("403 F", {"why": "Teams answered 403", "for_good": True, "after": QUARTER, "cure": OWNER}),
        ("404 N", {"why": "Teams answered 404", "for_good": True, "cure": FLOW_OFF}),
        ("410 G", {"why": "Teams answered 410", "for_good": True, "cure": FLOW_OFF}),
        ("413 T", {"why": "Teams answered 413", "about_message": True, "too_large": True}),
        ("418 I", {"why": "Teams answered 418", "cure": STRANGER}),
    ],
)
@pytest.mark.promise("P36")
def test_a_refusal_says_who_must_do_what(said: str, expected: dict[str, Any]) -> None:
    assert failure(response(b"canary", status=said)) == expected


@pytest.mark.promise("P11", "P36")
def test_a_proxy_that_lets_nothing_through_has_certainly_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    host = "default0123.45.environment.api.powerplatform.com:443"
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving({host: response(b"canary", status="407 canary")}) as (base, asked):
        monkeypatch.setenv("https_proxy", base)
        with closing(Teams({})) as notifier, pytest.raises(NotSent) as caught:
            notifier.send(ONE, FLOW)
    assert asked.paths() == [host]
    assert (caught.value.why, caught.value.cure) == ("Teams cannot be reached", "check this machine's network")
    assert "canary" not in everything(caught.value)
