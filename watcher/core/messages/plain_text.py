"""A Message and its Paragraphs as plain text: the text part of mails, the console, and subject lines."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import printable
from watcher.core.wording.labels import LABELS
from watcher.model import FactKind, Message, Paragraph, Section

MAX_SUBJECT_CHARACTERS = 90
LINE_CHARACTERS, LABEL_COLUMN, DETAIL_COLUMN = 72, 11, 14  # RFC 5322, section 2.1.1: lines of at most 78
Links = Mapping[str, Sequence[tuple[str, str]]]  # by Alert the links to our own pages: words, address
NO_LINKS: Links = {}
POSSIBLE_REPEAT = "(possible repeat: the first try may have reached you)"


_HALF_A_DATE = lazy_regex(r"(?:\s(?:from|by|on|until|before|at|in|to|of|the|and))*(?:\s\d{1,2})?$")


def plain_text(message: Message, *, details: bool = False, links: Links = NO_LINKS) -> str:
    """A Message as plain text; `details`: with what is known beyond the essence of each Alert, below a rule."""
    return "\n".join(_text_lines(message, links, details=details)).rstrip() + "\n"


def _text_lines(message: Message, links: Links, *, details: bool) -> Iterator[str]:
    if message.digest or len(message.paragraphs) != 1:
        yield from (*_wrap(message.subject), "")
    yield from (POSSIBLE_REPEAT, "") if message.repeat else ()
    yield from (*_wrap(message.lead), "") if message.lead else ()
    number = 0
    for section in message.sections:
        yield from (section.heading.upper(), "") if section.heading else ()
        for paragraph in section.paragraphs:
            number += section.is_numbered
            yield from (
                _headline_lines(paragraph, number if section.is_numbered else 0)
                if message.digest
                else (*plain_paragraph(paragraph), *_link_lines(links.get(paragraph.alert, ())))
            )
            yield ""
        yield from _section_lines(section)
    yield from (line for sentence in message.footer for line in _wrap(sentence))
    if details and not message.digest:
        for number, paragraph in enumerate(message.paragraphs):
            yield from ("",) if number else ()
            yield from detail_lines(paragraph)


def _section_lines(section: Section) -> Iterator[str]:
    yield from (line for sentence in section.lines for line in _wrap(sentence))
    yield from ("",) if section.lines else ()


def _link_lines(links: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield from ("",) if links else ()
    yield from (f"{words} – {address}" for words, address in links)  # an address is not broken


def plain_paragraph(paragraph: Paragraph) -> list[str]:
    """One Alert as lines: status, headline, its facts in a label column, its source, and the address on its own."""
    lines = [*_wrap(paragraph.status), *_wrap(paragraph.title)]
    if paragraph.lines:
        lines += ["", *(line for kind, words in paragraph.lines for line in _fact_lines(kind, words, LABEL_COLUMN))]
    lines += ["", *_wrap(paragraph.source_line)] if paragraph.source else []
    return [*lines, *([paragraph.url] if paragraph.url else [])]


def detail_lines(paragraph: Paragraph) -> list[str]:
    """The details of one Alert in a label column, below a rule; [] where there are none."""
    details = [line for kind, words in paragraph.known_details() for line in _fact_lines(kind, words, DETAIL_COLUMN)]
    return ["-" * 40, "All that we know of it", "", *details] if details else []


def headline_text(paragraph: Paragraph) -> str:
    """An entry of a digest in one line: headline, the one fact, and who says so."""
    note = f" – {paragraph.note}" if paragraph.note else ""
    status = f"{paragraph.status}: " if paragraph.status else ""
    source = f" ({paragraph.source})" if paragraph.source else ""
    return f"{status}{paragraph.title}{note}{source}"


def _headline_lines(paragraph: Paragraph, number: int) -> list[str]:
    first = f"{number}. " if number else ""
    lines = wrap(headline_text(paragraph), LINE_CHARACTERS, initial_indent=first, subsequent_indent=" " * len(first))
    return [*lines, *([f"{' ' * len(first)}{paragraph.url}"] if paragraph.url else [])]


def _fact_lines(kind: FactKind, words: str, column: int) -> list[str]:
    first = f"{LABELS[kind]}: ".ljust(column)
    return wrap(words, LINE_CHARACTERS, initial_indent=first, subsequent_indent=" " * column) or [first.rstrip()]


def _wrap(text: str) -> list[str]:
    """The text in lines; a word that is longer, such as an address, is not broken."""
    return [
        line
        for part in text.split("\n")
        for line in wrap(part, LINE_CHARACTERS, break_long_words=False, break_on_hyphens=False)
    ]


def subject_line(text: str) -> str:
    """`text` on one line of at most MAX_SUBJECT_CHARACTERS, cut at a word."""
    return cut_at_word(printable(text).strip(), MAX_SUBJECT_CHARACTERS)


def cut_at_word(text: str, limit: int) -> str:
    """`text`, or as much of it as has room with a "…" after its last whole word."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    last_space = head.rfind(" ")
    whole_words = _HALF_A_DATE.sub("", head[:last_space].rstrip(" ,;:"))
    return f"{whole_words if last_space > limit // 2 else head}…"
