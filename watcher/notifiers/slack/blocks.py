"""A Message as Block Kit (docs.slack.dev/reference/block-kit): within Slack's limits, and inert.

Untrusted text stands only in plain_text and rich_text elements, which Slack does not parse. The fallback text is
parsed, so its three special characters are escaped.
"""

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from watcher.core.language.text import clean_link, printable
from watcher.model import Mark, Message, Paragraph, Span
from watcher.notifiers.base import inert, shorten

Block = dict[str, Any]

# Slack refuses 50 blocks and about 13,000 characters, says its reference and its issue tracker; we stay well below. The
# JSON is counted as it travels, and leaves 1 kB of 30 for the channel, the thread and the metadata.
MAX_TEXT_CHARACTERS, MAX_BLOCKS, MAX_JSON_BYTES = 8_000, 40, 29_000
HEADER, CONTEXT, ADDRESS, FALLBACK = 150, 2_000, 3_000, 300
LEFT_OUT = {"When", "Also told by", "Earlier", "Why you"}  # of a digest
STYLES: dict[Mark, Block] = {
    Mark.KEPT: {},
    Mark.ADDED: {"style": {"bold": True}},
    Mark.REMOVED: {"style": {"strike": True}},
}
MAX_DIGEST_CHARACTERS = 300  # a fact in a digest: the page it links to has the rest
MAX_VALUE_CHARACTERS = (1_000, 500, 250, 120, 60)  # a text alone in its message is cut until it fits


def fallback_text(message: Message) -> str:
    """The text of notifications and old clients: Slack parses it, so its three special characters are escaped."""
    subject = shorten(printable(message.subject), FALLBACK) or "Announcement"
    marked = f"{subject} (possible repeat)" if message.repeat else subject
    return marked.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def count_that_fit(message: Message) -> int:
    """How many of the Message's paragraphs one Slack message holds; at least one, because a single one is cut."""
    more = range(2, min(len(message.paragraphs), MAX_BLOCKS) + 1)
    return 1 + bisect_left(more, x=True, key=lambda count: not _fit(_first(message, count), MAX_VALUE_CHARACTERS[0]))


def build_blocks(message: Message) -> list[Block]:
    """The blocks of a Message of as many paragraphs as `fits` says. A single one that is too long has its texts cut."""
    alone = len(message.paragraphs) <= 1
    longest = (
        next((most for most in MAX_VALUE_CHARACTERS if _fit(message, most)), MAX_VALUE_CHARACTERS[-1])
        if alone
        else MAX_VALUE_CHARACTERS[0]
    )
    return _built(message, longest)


def _fit(message: Message, longest: int) -> bool:
    built = _built(message, longest)
    travels = json.dumps({"text": fallback_text(message), "blocks": built})
    return len(built) <= MAX_BLOCKS and _text(built) <= MAX_TEXT_CHARACTERS and len(travels) <= MAX_JSON_BYTES


def _text(value: Any) -> int:
    """Characters of text in a block tree, addresses included."""
    if isinstance(value, dict):
        return sum(
            len(each) if name in {"text", "url"} and isinstance(each, str) else _text(each)
            for name, each in value.items()
        )
    return sum(_text(each) for each in value) if isinstance(value, list) else 0


def _first(message: Message, count: int) -> Message:
    """The Message with its first `count` paragraphs only."""
    sections = []
    for section in message.sections:
        if count > 0:
            sections.append(replace(section, paragraphs=section.paragraphs[:count]))
        count -= len(section.paragraphs)
    return replace(message, sections=tuple(sections))


def _built(message: Message, longest: int) -> list[Block]:
    """All blocks, with no text over `longest`."""
    built: list[Block] = []
    if message.repeat:
        built.append(_context("Possible repeat: the first try may have reached you."))
    if message.digest:
        built.append(_header(message.subject, longest))
    built += _contexts(message.lead, longest)
    for section in message.sections:
        built += _contexts(section.heading.upper(), longest)
        for each in section.paragraphs:
            built += [_in_digest(each, longest)] if message.digest else _alert(each, longest)
    return [*built, *_contexts("\n".join(message.footer), longest)]


def _in_digest(each: Paragraph, longest: int) -> Block:
    """One block an Alert: its headline and status, who says it and what it says."""
    follows = [("Follows", each.follows)] if each.follows else []
    facts = [*follows, *((label, value) for label, value in each.facts if label not in LEFT_OUT)]
    status = [_plain("\n"), _plain(shorten(printable(each.heading), longest))] if each.heading else []
    title = [_bold(shorten(printable(each.title), longest)), *status]
    return _rich([title, *_lines(facts, each, min(longest, MAX_DIGEST_CHARACTERS))])


def _alert(each: Paragraph, longest: int) -> list[Block]:
    """Three blocks for an Alert of its own: its status, its headline, its facts."""
    follows = [("Follows", each.follows)] if each.follows else []
    topics = [("Topics", ", ".join(each.topics))] if each.topics else []
    lines = _lines([*follows, *each.facts, *topics], each, longest)
    rest = [_rich(lines)] if lines else []
    status = [_rich([[_bold(shorten(printable(each.heading), longest))]])] if printable(each.heading) else []
    return [*status, _header(each.title, longest), *rest]


def _lines(facts: list[tuple[str, str]], of: Paragraph, longest: int) -> list[list[Block]]:
    lines = [
        [_bold(f"{shorten(printable(label), longest)}: "), *_value(value, of.marked.get(value, ()), longest)]
        for label, value in facts
    ]
    return [*lines, *_source(of.url)]


def _value(value: str, marked: Sequence[Span], longest: int) -> list[Block]:
    """The words of a fact. What came is bold and what went is struck through, unless it had to be cut."""
    if not marked or len(value) > longest:
        return [_plain(shorten(printable(value), longest))]
    words = [{**_plain(printable(span.text)), **STYLES[span.mark]} for span in marked]
    return [each for word in words for each in (word, _plain(" "))][:-1]


def _source(url: str) -> list[list[Block]]:
    """The address as a link; one too long for Slack is shown, because half an address leads nowhere."""
    if not url:
        return []
    shown = shorten(printable(url), 200)
    address = clean_link(url)
    safe = 0 < len(address) <= ADDRESS
    return [[_bold("Source: "), {"type": "link", "url": address, "text": shown} if safe else _plain(shown)]]


def _rich(lines: list[list[Block]]) -> Block:
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


def _header(text: str, longest: int) -> Block:
    title = shorten(printable(text).strip(), min(HEADER, longest)) or "Announcement"
    return {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}}


def _contexts(text: str, longest: int) -> list[Block]:
    """A small grey text; nothing where there is none, because Slack refuses an empty one."""
    shown = shorten(inert(text), min(2 * longest, CONTEXT)).strip()
    return [_context(shown)] if shown else []


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "plain_text", "text": text, "emoji": False}]}
