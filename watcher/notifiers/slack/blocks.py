"""A Message as Block Kit (docs.slack.dev/reference/block-kit): within Slack's limits, and inert.

Untrusted text stands only in plain_text and rich_text elements, which Slack does not parse. The fallback text is
parsed, so its three special characters are escaped; phones and screen readers use it alone, so it holds the facts.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from watcher.core.language.text import printable
from watcher.core.language.urls import clean_link
from watcher.core.messages.plain_text import headline_text
from watcher.core.wording.labels import LABELS, MORE_LINK
from watcher.model import FactKind, Mark, Message, Paragraph, Section, Span
from watcher.notifiers.base import inert, keep_paragraphs, shorten

Block = dict[str, Any]

# Slack refuses 50 blocks and about 13,000 characters, says its reference and its issue tracker; we stay well below. The
# JSON is counted as it travels, and leaves 1 kB of 30 for the channel, the thread and the metadata.
MAX_TEXT_CHARACTERS, MAX_BLOCKS, MAX_JSON_BYTES = 8_000, 40, 29_000
MAX_HEADER_CHARACTERS, MAX_CONTEXT_CHARACTERS = 150, 2_000
MAX_ADDRESS_CHARACTERS, MAX_FALLBACK_BYTES = 3_000, 8_000
MAX_FALLBACK_CHARACTERS = (3_500, 2_000, 1_000, 600, 300)  # of a text of which little is escaped, or much
MAX_VALUE_CHARACTERS = (1_000, 500, 250, 120, 60)  # a text alone in its message is cut until it fits
POSSIBLE_REPEAT = "Possible repeat: the first try may have reached you."
STYLES: dict[Mark, Block] = {
    Mark.KEPT: {},
    Mark.ADDED: {"style": {"bold": True}},
    Mark.REMOVED: {"style": {"strike": True}},
}


def fallback_text(message: Message) -> str:
    """The text for phones and screen readers: the subject and each fact, its special signs escaped."""
    return _speak(_spoken_lines(message), " (possible repeat)" if message.repeat else "")


def details_text(paragraphs: Sequence[Paragraph]) -> str:
    """The text of a thread's details for phones and screen readers."""
    return _speak(f"{LABELS[kind]}: {words}" for paragraph in paragraphs for kind, words in paragraph.all_details())


def _speak(lines: Iterable[str], ending: str = "") -> str:
    """As many of the lines as Slack takes in one text, its special signs escaped."""
    whole = "\n".join(printable(line) for line in lines if line)
    for limit in MAX_FALLBACK_CHARACTERS:
        marked = f"{shorten(whole, limit) or 'Announcement'}{ending}"
        escaped = marked.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        if len(escaped) <= MAX_FALLBACK_CHARACTERS[0] and len(json.dumps(escaped)) <= MAX_FALLBACK_BYTES:
            break
    return escaped


def _spoken_lines(message: Message) -> Iterator[str]:
    if message.digest or len(message.paragraphs) != 1:
        yield message.subject
    for section in message.sections:
        yield section.heading
        for paragraph in section.paragraphs:
            if message.digest:
                yield headline_text(paragraph)
                continue
            yield f"{paragraph.status}: {paragraph.title}" if paragraph.status else paragraph.title
            yield from (f"{LABELS[kind]}: {words}" for kind, words in paragraph.lines)
            yield paragraph.source_line
        yield from section.lines


def count_that_fit(message: Message) -> int:
    """How many of the Message's paragraphs one Slack message holds; at least one, because a single one is cut."""
    more = range(2, min(len(message.paragraphs), MAX_BLOCKS * 10) + 1)
    return 1 + bisect_left(
        more, x=True, key=lambda count: not _is_within_limits(keep_paragraphs(message, count), MAX_VALUE_CHARACTERS[0])
    )


def build_blocks(message: Message) -> list[Block]:
    """The blocks of a Message of at most `count_that_fit` paragraphs. The texts of a single long one are cut."""
    max_characters = MAX_VALUE_CHARACTERS[0]
    if len(message.paragraphs) <= 1:
        fitting = (limit for limit in MAX_VALUE_CHARACTERS if _is_within_limits(message, limit))
        max_characters = next(fitting, MAX_VALUE_CHARACTERS[-1])
    return _make_blocks(message, max_characters)


def build_details(paragraphs: Sequence[Paragraph], pages: str = "") -> list[Block]:
    """The details of Alerts for their thread: a label and its words a line; [] where there are none.

    `pages`: the address of our pages, to which a link leads; "" where there are none.
    """
    for limit in (*MAX_VALUE_CHARACTERS, 30):
        several = len(paragraphs) > 1
        blocks = [block for paragraph in paragraphs for block in _make_details(paragraph, limit, several, pages)]
        body = json.dumps({"text": details_text(paragraphs), "blocks": blocks})
        if _count_characters(blocks) <= MAX_TEXT_CHARACTERS and len(body) <= MAX_JSON_BYTES:
            return blocks[:MAX_BLOCKS]
    return []


def _make_details(paragraph: Paragraph, limit: int, several: bool, pages: str) -> Iterator[Block]:  # noqa: FBT001
    """One block of details; with the headline where there are `several`."""
    lines = [
        [_bold(f"{LABELS[kind]}: "), *_make_fact_text(words, paragraph.marked.get(words, ()), limit)]
        for kind, words in paragraph.all_details()
    ]
    if lines:
        title = [[_bold(shorten(printable(paragraph.title), limit))]] if several else []
        address = f"{pages.rstrip('/')}/stories/{paragraph.story}"
        page = [[{"type": "link", "url": address, "text": MORE_LINK}]] if pages and paragraph.has_page else []
        yield _make_rich_text([*title, *lines, *page])


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


def _make_blocks(message: Message, max_characters: int) -> list[Block]:
    """All blocks of a Message, with no text over `max_characters`."""
    blocks = [_make_context(POSSIBLE_REPEAT)] if message.repeat else []
    if message.digest:
        return [*blocks, *_make_digest_blocks(message, max_characters)]
    if message.mention:  # docs.slack.dev, "rich text: broadcast element"
        section = {"type": "rich_text_section", "elements": [{"type": "broadcast", "range": message.mention}]}
        blocks.append({"type": "rich_text", "elements": [section]})
    blocks += _make_contexts(message.lead, max_characters)
    for paragraph in message.paragraphs:
        blocks += _make_alert_blocks(paragraph, max_characters)
    return [*blocks, *_make_contexts("\n".join(message.footer), max_characters)]


# --- an alert -----------------------------------------------------------------------------------------------------


def _make_alert_blocks(paragraph: Paragraph, max_characters: int) -> list[Block]:
    """An Alert: its status, its headline as the link and its facts; below them, small, its source with the sentence."""
    status = [[_bold(shorten(printable(paragraph.status), max_characters))]] if printable(paragraph.status) else []
    facts = [
        [_bold(f"{LABELS[kind]}: "), _plain(shorten(printable(words), max_characters))]
        for kind, words in paragraph.lines
    ]
    alert = _make_rich_text([*status, [_make_title(paragraph, max_characters)], *facts])
    has_thread = paragraph.first_receipt is not None and paragraph.first_receipt.message
    follows = f"{LABELS[FactKind.FOLLOWS]}: {paragraph.follows}" if paragraph.follows and not has_thread else ""
    return [alert, *_make_contexts("\n".join(filter(None, [paragraph.source_line, follows])), max_characters)]


def _make_title(paragraph: Paragraph, max_characters: int) -> Block:
    """The headline as the link; without a link where the address is too long: half of one leads nowhere."""
    title = shorten(printable(paragraph.title).strip(), max_characters) or "Announcement"
    address = clean_link(paragraph.url)
    is_link = 0 < len(address) <= MAX_ADDRESS_CHARACTERS
    return {"type": "link", "url": address, "text": title, "style": {"bold": True}} if is_link else _bold(title)


# --- a digest -----------------------------------------------------------------------------------------------------


def _make_digest_blocks(message: Message, max_characters: int) -> Iterator[Block]:
    """A digest: its subject, then one block a section with its entries numbered through all of them."""
    yield _make_header(message.subject, max_characters)
    yield from _make_contexts(message.lead, max_characters)
    number = 0
    for section in message.sections:
        if not section.paragraphs:
            text = "\n".join(filter(None, [section.heading, *section.lines]))
            yield from _make_contexts(text, max_characters)
            continue
        yield _make_section(section, number if section.is_numbered else None, max_characters)
        number += len(section.paragraphs) if section.is_numbered else 0
    yield from _make_contexts("\n".join(message.footer), max_characters)


def _make_section(section: Section, counted: int | None, max_characters: int) -> Block:
    lines = [[_bold(printable(section.heading))]] if section.heading else []
    for index, paragraph in enumerate(section.paragraphs):
        first = [_plain(f"{counted + index + 1}. ")] if counted is not None else []
        status = [_bold(f"{printable(paragraph.status)}: ")] if paragraph.status else []
        rest = f" – {paragraph.note}" if paragraph.note else ""
        rest += f" ({paragraph.source})" if paragraph.source else ""
        headline = {**_make_title(paragraph, max_characters)}
        if headline["type"] == "link":
            del headline["style"]
        lines.append([*first, *status, headline, _plain(shorten(inert(rest), max_characters))])
    lines += [[_plain(printable(line))] for line in section.lines]
    return _make_rich_text(lines)


# --- pieces -------------------------------------------------------------------------------------------------------


def _make_fact_text(text: str, marked: Sequence[Span], max_characters: int) -> list[Block]:
    """The words of a fact. Added words are bold and removed ones struck through, unless the text had to be cut."""
    if not marked or len(text) > max_characters:
        return [_plain(shorten(printable(text), max_characters))]
    words = [{**_plain(printable(span.text)), **STYLES[span.mark]} for span in marked]
    return [element for word in words for element in (word, _plain(" "))][:-1]


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


def _make_contexts(text: str, max_characters: int) -> list[Block]:
    """A small grey text in one block; no block for no text, because Slack refuses an empty one."""
    shown = shorten(inert(text), min(2 * max_characters, MAX_CONTEXT_CHARACTERS)).strip()
    return [_make_context(shown)] if shown else []


def _make_context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "plain_text", "text": text, "emoji": False}]}
