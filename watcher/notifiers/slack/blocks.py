"""A Message as Block Kit (docs.slack.dev/reference/block-kit): within Slack's limits, and inert.

Untrusted text stands only in plain_text and rich_text elements, which Slack does not parse. The fallback text is
parsed, so its three special characters are escaped.
"""

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from watcher.core.language.text import printable
from watcher.core.language.urls import clean_link
from watcher.core.messages.labels import LABELS
from watcher.model import FactKind, Mark, Message, Paragraph, Span
from watcher.notifiers.base import inert, shorten

Block = dict[str, Any]

# Slack refuses 50 blocks and about 13,000 characters, says its reference and its issue tracker; we stay well below. The
# JSON is counted as it travels, and leaves 1 kB of 30 for the channel, the thread and the metadata.
MAX_TEXT_CHARACTERS, MAX_BLOCKS, MAX_JSON_BYTES = 8_000, 40, 29_000
MAX_HEADER_CHARACTERS, MAX_CONTEXT_CHARACTERS = 150, 2_000
MAX_ADDRESS_CHARACTERS, MAX_FALLBACK_CHARACTERS = 3_000, 300
STYLES: dict[Mark, Block] = {
    Mark.KEPT: {},
    Mark.ADDED: {"style": {"bold": True}},
    Mark.REMOVED: {"style": {"strike": True}},
}
MAX_DIGEST_CHARACTERS = 300  # a fact in a digest: the page it links to has the rest
MAX_VALUE_CHARACTERS = (1_000, 500, 250, 120, 60)  # a text alone in its message is cut until it fits


def fallback_text(message: Message) -> str:
    """The text of notifications and old clients: Slack parses it, so its three special characters are escaped."""
    subject = shorten(printable(message.subject), MAX_FALLBACK_CHARACTERS) or "Announcement"
    marked = f"{subject} (possible repeat)" if message.repeat else subject
    return marked.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def count_that_fit(message: Message) -> int:
    """How many of the Message's paragraphs one Slack message holds; at least one, because a single one is cut."""
    more = range(2, min(len(message.paragraphs), MAX_BLOCKS) + 1)
    return 1 + bisect_left(
        more, x=True, key=lambda count: not _is_within_limits(_keep_paragraphs(message, count), MAX_VALUE_CHARACTERS[0])
    )


def build_blocks(message: Message) -> list[Block]:
    """The blocks of a Message of at most `count_that_fit` paragraphs. The texts of a single long one are cut."""
    max_characters = MAX_VALUE_CHARACTERS[0]
    if len(message.paragraphs) <= 1:
        fitting = (limit for limit in MAX_VALUE_CHARACTERS if _is_within_limits(message, limit))
        max_characters = next(fitting, MAX_VALUE_CHARACTERS[-1])
    return _make_blocks(message, max_characters)


def _is_within_limits(message: Message, max_characters: int) -> bool:
    """Whether a Message with no text over `max_characters` is within Slack's limits."""
    blocks = _make_blocks(message, max_characters)
    body = json.dumps({"text": fallback_text(message), "blocks": blocks})
    is_short = _count_characters(blocks) <= MAX_TEXT_CHARACTERS
    return len(blocks) <= MAX_BLOCKS and is_short and len(body) <= MAX_JSON_BYTES


def _count_characters(tree: Any) -> int:
    """Characters of text in a tree of blocks, addresses included."""
    if isinstance(tree, dict):
        return sum(
            len(child) if name in {"text", "url"} and isinstance(child, str) else _count_characters(child)
            for name, child in tree.items()
        )
    return sum(_count_characters(child) for child in tree) if isinstance(tree, list) else 0


def _keep_paragraphs(message: Message, count: int) -> Message:
    """The Message with its first `count` paragraphs only."""
    sections = []
    for section in message.sections:
        if count > 0:
            sections.append(replace(section, paragraphs=section.paragraphs[:count]))
        count -= len(section.paragraphs)
    return replace(message, sections=tuple(sections))


def _make_blocks(message: Message, max_characters: int) -> list[Block]:
    """All blocks of a Message, with no text over `max_characters`."""
    blocks: list[Block] = []
    if message.repeat:
        blocks.append(_make_context("Possible repeat: the first try may have reached you."))
    if message.digest:
        blocks.append(_make_header(message.subject, max_characters))
    blocks += _make_contexts(message.lead, max_characters)
    for section in message.sections:
        blocks += _make_contexts(section.heading.upper(), max_characters)
        for paragraph in section.paragraphs:
            blocks += (
                [_make_digest_block(paragraph, max_characters)]
                if message.digest
                else _make_alert_blocks(paragraph, max_characters)
            )
    return [*blocks, *_make_contexts("\n".join(message.footer), max_characters)]


def _make_digest_block(paragraph: Paragraph, max_characters: int) -> Block:
    """The block of an Alert in a digest: its headline and status, its most telling facts, its link."""
    heading = _plain(shorten(printable(paragraph.heading), max_characters))
    status = [_plain("\n"), heading] if paragraph.heading else []
    title = [_bold(shorten(printable(paragraph.title), max_characters)), *status]
    return _make_rich_text([title, *_make_lines(paragraph, min(max_characters, MAX_DIGEST_CHARACTERS), short=True)])


def _make_alert_blocks(paragraph: Paragraph, max_characters: int) -> list[Block]:
    """The blocks of an Alert in a message of its own: its status, its headline, its facts with its link."""
    lines = _make_lines(paragraph, max_characters)
    facts = [_make_rich_text(lines)] if lines else []
    heading = printable(paragraph.heading)
    status = [_make_rich_text([[_bold(shorten(heading, max_characters))]])] if heading else []
    return [*status, _make_title(paragraph.title, max_characters), *facts]


def _make_lines(paragraph: Paragraph, max_characters: int, *, short: bool = False) -> list[list[Block]]:
    """A line for each row of `paragraph`: its label and its text; its address as a link."""
    return [
        [
            _bold(f"{LABELS[kind]}: "),
            *(
                [_make_link(text)]
                if kind is FactKind.SOURCE
                else _make_fact_text(text, paragraph.marked.get(text, ()), max_characters)
            ),
        ]
        for kind, text in paragraph.rows(short=short)
    ]


def _make_fact_text(text: str, marked: Sequence[Span], max_characters: int) -> list[Block]:
    """The words of a fact. Added words are bold and removed ones struck through, unless the text had to be cut."""
    if not marked or len(text) > max_characters:
        return [_plain(shorten(printable(text), max_characters))]
    words = [{**_plain(printable(span.text)), **STYLES[span.mark]} for span in marked]
    return [element for word in words for element in (word, _plain(" "))][:-1]


def _make_link(url: str) -> Block:
    """The address as a link; one too long for Slack is shown as text, because half an address leads nowhere."""
    shown = shorten(printable(url), 200)
    address = clean_link(url)
    return (
        {"type": "link", "url": address, "text": shown} if 0 < len(address) <= MAX_ADDRESS_CHARACTERS else _plain(shown)
    )


def _make_rich_text(lines: list[list[Block]]) -> Block:
    """Lines of a rich_text block; its text elements are shown as they are, whatever they hold."""
    elements: list[Block] = []
    for number, line in enumerate(lines):
        elements += [_plain("\n")] if number else []
        elements += [element for element in line if element["text"]]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}


def _plain(text: str) -> Block:
    return {"type": "text", "text": text}


def _bold(text: str) -> Block:
    return {"type": "text", "text": text, "style": {"bold": True}}


def _make_header(text: str, max_characters: int) -> Block:
    title = shorten(printable(text).strip(), min(MAX_HEADER_CHARACTERS, max_characters)) or "Announcement"
    return {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}}


def _make_title(text: str, max_characters: int) -> Block:
    """A headline as the header; what is too long for one, such as a notice for admins, as whole sentences."""
    if len(printable(text).strip()) <= MAX_HEADER_CHARACTERS:
        return _make_header(text, max_characters)
    return _make_rich_text([[_bold(shorten(printable(text).strip(), max_characters))]])


def _make_contexts(text: str, max_characters: int) -> list[Block]:
    """A small grey text in one block; no block for no text, because Slack refuses an empty one."""
    shown = shorten(inert(text), min(2 * max_characters, MAX_CONTEXT_CHARACTERS)).strip()
    return [_make_context(shown)] if shown else []


def _make_context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "plain_text", "text": text, "emoji": False}]}
