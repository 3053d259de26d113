"""A newsletter split into its announcements: by its headings, where they part announcements and not one of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from watcher.core.language.text import clean_title, title_key
from watcher.core.mail.mail_lines import PRINTED_HEADING, MailLines, MailLink
from watcher.core.mail.newsletter_words import FOOTER, GREETING, INNER_HEADING, LINK_WORDS, ROUND_UP
from watcher.core.pages.region import with_headings, write_region
from watcher.model import Line, LineKind, Region

MAX_SECTIONS = 60
MIN_SECTIONS = 2
MIN_PRINTED_SECTIONS = 3  # bold lines stand in letters too: two of them part nothing
MAX_SHORT_TITLE_WORDS = 2  # "Flu" alone says too little: the subject stands before it
PRINTED_RANK = int(PRINTED_HEADING[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSection:
    """An announcement of a mail. `title` is "" for what stands above the first; `text` is that of an Item."""

    title: str
    text: str
    links: tuple[MailLink, ...] = ()


def split_mail(subject: str, mail: MailLines) -> tuple[MailSection, ...]:
    """The sections of a mail; the first, without a title, is itself: all of it where it announces one thing."""
    kept = [number for number, line in enumerate(mail.lines) if not _is_furniture(line)]
    starts = _find_starts(subject, mail, kept)
    if not starts:
        return (_make_section("", mail, kept),)
    titles = {title_key(mail.lines[start].text) for start in starts}
    intro = [number for number in kept if number < starts[0] and title_key(mail.lines[number].text) not in titles]
    sections = [_make_section("", mail, intro)]
    for start, end in pairwise([*starts, len(mail.lines)]):
        body = [number for number in kept if start < number < end and title_key(mail.lines[number].text) not in titles]
        heading = clean_title(mail.lines[start].text)
        is_short = len(heading.split()) <= MAX_SHORT_TITLE_WORDS
        title = f"{subject}: {heading}" if is_short and subject and not ROUND_UP.search(subject) else heading
        links = [link for link in mail.links if link.line == start]
        section = _make_section(title, mail, body)
        sections.append(replace(section, links=(*links, *section.links)))
    return tuple(sections)


def says_little(section: MailSection, subject: str) -> bool:
    """Whether what stands above the announcements of a newsletter is a greeting, under the newsletter's name."""
    lines = [line for line in section.text.splitlines() if not GREETING.match(line.lstrip("#- "))]
    return bool(ROUND_UP.search(subject)) and len(" ".join(lines)) < 80  # noqa: PLR2004 - a sentence


def _find_starts(subject: str, mail: MailLines, kept: Sequence[int]) -> list[int]:
    """The numbers of the lines that begin an announcement; [] where the mail is one."""
    headings = [n for n in kept if mail.ranks[n] and not INNER_HEADING.match(mail.lines[n].text)]
    is_round_up = bool(ROUND_UP.search(subject))
    starts = _split_at(headings, mail, kept, (0, len(mail.lines)))
    only_printed = all(mail.ranks[start] == PRINTED_RANK for start in starts)
    enough = MIN_PRINTED_SECTIONS if only_printed and not is_round_up else MIN_SECTIONS
    if len(starts) < enough or (only_printed and not is_round_up):
        return []
    return starts[:MAX_SECTIONS]


def _split_at(headings: Sequence[int], mail: MailLines, kept: Sequence[int], span: tuple[int, int]) -> list[int]:
    """The headings of `span` that begin announcements: those of the highest rank that has two of them with a text.

    Where a heading has others right below it and no words of its own, it names a group, and they begin them.
    """
    inside = [n for n in headings if span[0] <= n < span[1]]
    for rank in sorted({mail.ranks[n] for n in inside}):
        peers = [n for n in inside if mail.ranks[n] == rank]
        if len(peers) < MIN_SECTIONS:
            continue
        starts: list[int] = []
        for start, end in pairwise([*peers, span[1]]):
            lower = [n for n in inside if start < n < end]
            first_lower = lower[0] if lower else end
            has_words = any(start < n < first_lower and not mail.ranks[n] for n in kept)
            if has_words:
                starts.append(start)
            elif lower:
                starts += _split_at(lower, mail, kept, (start + 1, end)) or lower[:1]
        if starts:
            return _with_those_above(starts, inside, peers, mail, kept)
    return [n for n in inside if _has_words(n, mail, kept)] if len(inside) == 1 else []


def _with_those_above(
    starts: list[int], inside: Sequence[int], peers: Sequence[int], mail: MailLines, kept: Sequence[int]
) -> list[int]:
    """With the headings of other ranks that stand above the first peer and have words of their own."""
    above = [n for n in inside if n < peers[0] and mail.ranks[n] > mail.ranks[peers[0]] and _has_words(n, mail, kept)]
    return [*above, *starts]


def _has_words(start: int, mail: MailLines, kept: Sequence[int]) -> bool:
    following = next((n for n in kept if n > start), None)
    return following is not None and not mail.ranks[following]


def _make_section(title: str, mail: MailLines, numbers: Sequence[int]) -> MailSection:
    end = next((at for at in range(len(numbers), 0, -1) if not mail.ranks[numbers[at - 1]]), 0)
    shown = numbers[:end] or numbers[:1]  # headings at the end name what follows
    chosen = frozenset(shown)
    region = Region(lines=tuple(with_headings(mail.lines[number] for number in shown)))
    links = tuple(link for link in mail.links if link.line in chosen)
    return MailSection(title=title, text=write_region(region), links=links)


def _is_furniture(line: Line) -> bool:
    """Whether a line is that of every mail: how to leave the list, or "read more"."""
    return bool(FOOTER.search(line.text) or LINK_WORDS.match(line.text)) and line.kind is not LineKind.ROW
