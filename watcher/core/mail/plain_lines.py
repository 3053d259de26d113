"""The plain text of a mail as lines: a heading is underlined, or in capitals."""

import re

from watcher.core.language.sentences import split_sentences
from watcher.core.language.text import MAX_TEXT_CHARACTERS, one_line, printable
from watcher.core.mail.mail_lines import MailLines, MailLink
from watcher.model import Line, LineKind

_UNDERLINE = re.compile(r"^\s*([=\-_~*#])\1{2,}\s*$")
_BULLET = re.compile(r"^\s*(?:[*•·–-]|\d{1,2}[.)])\s+(?=\S)")
_ADDRESS = re.compile(r"https?://[^\s<>\"'\]]+")
_QUOTED = re.compile(r"^(?:>\s?)+")
MAX_HEADING_CHARACTERS, MIN_HEADING_WORDS = 100, 2
HEADING_RANK = 6


def read_plain_lines(text: str) -> MailLines:
    """The MailLines of a plain text: paragraphs in sentences, bullets each a member, addresses as links."""
    written = [_QUOTED.sub("", printable(line)).rstrip() for line in text[:MAX_TEXT_CHARACTERS].splitlines()]
    lines: list[Line] = []
    links: list[MailLink] = []
    paragraph: list[str] = []

    def end_paragraph() -> None:
        words = one_line(" ".join(paragraph))
        paragraph.clear()
        links.extend(MailLink(len(lines), match[0].rstrip(".,;)"), match[0]) for match in _ADDRESS.finditer(words))
        if _BULLET.match(words):
            lines.append(Line(kind=LineKind.MEMBER, text=_BULLET.sub("", words), depth=1))
        else:
            lines.extend(Line(kind=LineKind.SENTENCE, text=sentence) for sentence in split_sentences(words) if sentence)

    for number, line in enumerate(written):
        following = written[number + 1] if number + 1 < len(written) else ""
        is_alone = number == 0 or not written[number - 1].strip() or bool(_UNDERLINE.match(written[number - 1]))
        if _UNDERLINE.match(line) or not line.strip():
            end_paragraph()
        elif is_alone and _is_heading(line.strip(), following):
            end_paragraph()
            lines.append(Line(kind=LineKind.HEADING, text=one_line(line).strip("*# ")))
        else:
            if _BULLET.match(line):
                end_paragraph()
            paragraph.append(line)
    end_paragraph()
    ranks = tuple(HEADING_RANK if line.kind is LineKind.HEADING else 0 for line in lines)
    return MailLines(tuple(lines), ranks, tuple(links))


def _is_heading(line: str, following: str) -> bool:
    if len(line) > MAX_HEADING_CHARACTERS or _BULLET.match(line) or _ADDRESS.search(line):
        return False
    in_capitals = line.isupper() and len(line.split()) >= MIN_HEADING_WORDS
    return bool(_UNDERLINE.match(following)) or in_capitals
