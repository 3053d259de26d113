"""The plain text of a mail as lines: a heading is underlined, in capitals, or alone above an address."""

from collections.abc import Sequence

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.sentences import split_sentences
from watcher.core.language.text import MAX_TEXT_CHARACTERS, one_line, printable
from watcher.core.mail.mail_lines import MailLines, MailLink
from watcher.model import Line, LineKind

UNDERLINED_RANK, CAPITALS_RANK, LEADING_RANK = 1, 2, 3
MAX_HEADING_CHARACTERS, MIN_HEADING_WORDS = 120, 2
_UNDERLINE = lazy_regex(r"^\s*([=\-_~])\1{2,}\s*$")
_RULE = lazy_regex(r"^\s*([=\-_~*#+])\s*(?:\1\s*){2,}$")
_BULLET = lazy_regex(r"^\s*[*•·–-]\s+(?=\S)")
_NUMBER = lazy_regex(r"^\s*\(?\d{1,2}[.)]\s+(?=\S)")
_ADDRESS = lazy_regex(r"https?://[^\s<>\"'\]]+")
_QUOTED = lazy_regex(r"^(?:>\s?)+")


def read_plain_lines(text: str) -> MailLines:
    """The MailLines of a plain text: paragraphs in sentences, bullets each a member, addresses as links."""
    written = [_QUOTED.sub("", printable(line)).rstrip() for line in text[:MAX_TEXT_CHARACTERS].splitlines()]
    lines: list[Line] = []
    ranks: list[int] = []
    links: list[MailLink] = []
    for paragraph, rank in _list_paragraphs(written):
        words = one_line(" ".join(paragraph))
        links += [MailLink(len(lines), match[0].rstrip(".,;)"), match[0]) for match in _ADDRESS.finditer(words)]
        if rank:
            lines.append(Line(kind=LineKind.HEADING, text=words.strip("*# ")))
        elif _BULLET.match(words):
            lines.append(Line(kind=LineKind.MEMBER, text=_BULLET.sub("", words), depth=1))
        else:
            lines += [Line(kind=LineKind.SENTENCE, text=sentence) for sentence in split_sentences(words) if sentence]
        ranks += [rank] * (len(lines) - len(ranks))
    return MailLines(tuple(lines), tuple(ranks), tuple(links))


def _list_paragraphs(written: Sequence[str]) -> list[tuple[list[str], int]]:
    """The paragraphs, each with its rank as a heading, 0 for none."""
    paragraphs: list[tuple[list[str], int]] = []
    open_lines: list[str] = []
    for line in [*written, ""]:
        if _UNDERLINE.match(line) and open_lines and len(" ".join(open_lines)) <= MAX_HEADING_CHARACTERS:
            paragraphs.append((open_lines, UNDERLINED_RANK))
            open_lines = []
            continue
        if len(open_lines) == 1 and _ADDRESS.fullmatch(line.strip()) and not _BULLET.match(open_lines[0]):
            paragraphs += [(open_lines, LEADING_RANK), ([line], 0)]  # a headline above the address that it leads to
            open_lines = []
            continue
        is_end = not line.strip() or bool(_RULE.match(line)) or bool(_BULLET.match(line) or _NUMBER.match(line))
        if open_lines and (is_end or _is_capitals(open_lines) != _is_capitals([line])):
            paragraphs.append((open_lines, CAPITALS_RANK if _is_capitals(open_lines) else 0))
            open_lines = []
        open_lines += [line] if line.strip() and not _RULE.match(line) else []
    return paragraphs


def _is_capitals(lines: Sequence[str]) -> bool:
    """Whether lines are a heading in capitals, numbered or not."""
    if len(lines) > MAX_HEADING_CHARACTERS // 2:  # each has a character and a blank behind it
        return False
    words = _NUMBER.sub("", " ".join(lines)).strip()
    if len(words) > MAX_HEADING_CHARACTERS or len(words.split()) < MIN_HEADING_WORDS or _ADDRESS.search(words):
        return False
    return any(map(str.isalpha, words)) and words.upper() == words
