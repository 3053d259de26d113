"""A newsletter split into its announcements: by its headings, where they part announcements and not one of them."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from watcher.core.language.sentences import split_sentences
from watcher.core.language.text import clean_title, title_key
from watcher.core.mail.mail_lines import MailLines, MailLink
from watcher.core.mail.newsletter_words import (
    CLOSING,
    FOOTER,
    FORWARDED_LINE,
    GREETING,
    INNER_HEADING,
    INNER_QUESTION,
    ISSUE,
    LAST_WORDS,
    LEADING_SIGNS,
    LINK_WORDS,
    ROUND_UP,
)
from watcher.core.pages.region import with_headings, write_region
from watcher.model import LineKind, Region

MAX_SECTIONS = 60
MIN_PEERS, MIN_PEERS_OF_NO_ROUND_UP = 2, 3  # headings of one rank; two of them may stand in any letter
MAX_INNER_SHARE = 0.5
MAX_LAST_LINES, MAX_FOOT_LINES, MIN_FORWARDED_LINES = 6, 12, 3
MAX_SHORT_TITLE_WORDS = 2  # "Flu" alone says too little: how its text begins stands behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSection:
    """An announcement of a mail. `title` is "" for what stands above the first; `text` is that of an Item."""

    title: str
    text: str
    links: tuple[MailLink, ...] = ()


def split_mail(subject: str, mail: MailLines) -> tuple[MailSection, ...]:
    """The sections of a mail; the first, without a title, is itself: all of it where it announces one thing."""
    kept = _list_kept(mail)
    starts = _find_starts(subject, mail, kept)
    if not starts:
        listed = _list_linked(mail, kept) if ROUND_UP.search(subject) else {}
        listed = listed if len(listed) >= MIN_PEERS_OF_NO_ROUND_UP else {}
        return (_make_section("", mail, [number for number in kept if number not in listed]), *listed.values())
    kept = kept[: bisect_left(kept, _find_foot(mail, starts[-1]))]
    titles = {title_key(mail.lines[start].text) for start in starts}
    intro = [number for number in kept if number < starts[0] and title_key(mail.lines[number].text) not in titles]
    sections = [_make_section("", mail, intro)]
    for start, end in pairwise([*starts, len(mail.lines)]):
        body = [number for number in kept if start < number < end and title_key(mail.lines[number].text) not in titles]
        links = [link for link in mail.links if start <= link.line < end and _leads_on(mail, link, kept)]
        section = _make_section(clean_title(LEADING_SIGNS.sub("", mail.lines[start].text)), mail, body)
        sections.append(replace(section, title=_say_more(section), links=tuple(links)))
    return tuple(sections)


def _list_linked(mail: MailLines, kept: Sequence[int]) -> dict[int, MailSection]:
    """The members of a list that each begin with a link, its words their headline, by the number of their line."""
    return {
        number: MailSection(title=clean_title(link.words), text=mail.lines[number].text, links=(link,))
        for number in kept
        for link in mail.links
        if link.line == number and mail.lines[number].kind is LineKind.MEMBER and _is_begun_by(mail, number, link)
    }


def _is_begun_by(mail: MailLines, number: int, link: MailLink) -> bool:
    return len(link.words.split()) > MAX_SHORT_TITLE_WORDS and mail.lines[number].text.startswith(link.words)


def _find_foot(mail: MailLines, last_start: int) -> int:
    """The number of the line with which the foot of a newsletter begins, below its last announcement.

    It is in smaller print to the end, or begins with how to leave the list.
    """
    small = next((n for n in range(len(mail.lines) - 1, last_start, -1) if n not in mail.small), last_start) + 1
    tail = range(max(last_start + 1, len(mail.lines) - MAX_FOOT_LINES), len(mail.lines))
    leaving = (n for n in tail if FOOTER.search(mail.lines[n].text) or LAST_WORDS.search(mail.lines[n].text))
    return min(next(leaving, len(mail.lines)), small if small > last_start + 1 else len(mail.lines))


def says_little(section: MailSection, subject: str) -> bool:
    """Whether what stands above the announcements of a newsletter is a greeting, under the newsletter's name."""
    lines = section.text.splitlines()
    return bool(ROUND_UP.search(subject)) and all(line.startswith("#") or GREETING.match(line) for line in lines)


def _leads_on(mail: MailLines, link: MailLink, kept: Sequence[int]) -> bool:
    """Whether a link is one of an announcement, and not of what stands in every mail."""
    return link.line in kept or (link.line < len(mail.lines) and bool(LINK_WORDS.match(mail.lines[link.line].text)))


def _say_more(section: MailSection) -> str:
    """The title of a section; of a short one with how its text begins."""
    if len(section.title.split()) > MAX_SHORT_TITLE_WORDS:
        return section.title
    first = section.text.partition("\n")[0].lstrip("#-|! ")
    return f"{section.title}: {next(iter(split_sentences(first)), '')}" if first else section.title


# --- where announcements begin ----------------------------------------------------------------------------------------


def _find_starts(subject: str, mail: MailLines, kept: Sequence[int]) -> list[int]:
    """The numbers of the lines that begin an announcement; [] where the mail is one."""
    closing = next((n for n in kept if CLOSING.match(mail.lines[n].text)), len(mail.lines))
    headings = [n for n in kept if n < closing and mail.ranks[n] and not GREETING.match(mail.lines[n].text)]
    headings = headings[_is_masthead(subject, mail, headings) :]
    outline = _Outline(mail, kept, MIN_PEERS if ROUND_UP.search(subject) else MIN_PEERS_OF_NO_ROUND_UP)
    return outline.starts(headings, len(mail.lines))[:MAX_SECTIONS]


def _is_masthead(subject: str, mail: MailLines, headings: Sequence[int]) -> bool:
    """Whether the first heading is the newsletter's own name."""
    if not headings:
        return False
    name, rank = mail.lines[headings[0]].text, mail.ranks[headings[0]]
    is_alone = sum(mail.ranks[number] == rank for number in headings) == 1
    following = " ".join(line.text for line in mail.lines[headings[0] + 1 : headings[0] + 3])
    is_named = title_key(name) in title_key(subject) or title_key(subject) in title_key(name)
    return is_named or bool(ROUND_UP.search(name) or ISSUE.search(following)) or (is_alone and rank == 1)


@dataclass(frozen=True, slots=True)
class _Outline:
    """The headings of a mail. `min_peers`: how many of one rank part announcements."""

    mail: MailLines
    kept: Sequence[int]
    min_peers: int

    def starts(self, headings: Sequence[int], end: int) -> list[int]:
        """The headings that begin announcements: those of the highest rank that has enough of them.

        Where one has others right below it and no words of its own, it names a group, and they begin them. Where most
        of them are such as stand inside a letter, the mail is one.
        """
        for rank in sorted({self.mail.ranks[n] for n in headings}):
            peers = [n for n in headings if self.mail.ranks[n] == rank]
            if len(peers) < self.min_peers:
                continue
            inner = [n for n in peers if _is_inner(self.mail.lines[n].text)]
            if len(inner) >= len(peers) * MAX_INNER_SHARE:
                return []
            above = [n for n in headings if n < peers[0] and self._has_words(n, peers[0])]
            begins = [start for n, stop in pairwise([*peers, end]) for start in self._begin(n, stop, headings)]
            if begins:
                return [*above, *begins]
        return []

    def _begin(self, start: int, end: int, headings: Sequence[int]) -> list[int]:
        """The announcements between a heading and the next of its rank."""
        lower = [n for n in headings if start < n < end]
        first = lower[0] if lower else end
        if self._has_words(start, first) or (not lower and self._is_linked(start, first)):
            return [] if INNER_HEADING.match(self.mail.lines[start].text) else [start]
        below = _Outline(self.mail, self.kept, 1)
        return below.starts(lower, end) if lower else []

    def _has_words(self, start: int, end: int) -> bool:
        return any(start < n < end and not self.mail.ranks[n] for n in self.kept)

    def _is_linked(self, start: int, end: int) -> bool:
        """Whether a headline without words leads to them."""
        return any(start <= link.line < end and not link.href.startswith("#") for link in self.mail.links)


def _is_inner(heading: str) -> bool:
    return bool(INNER_HEADING.match(heading) or INNER_QUESTION.match(heading))


# --- what stands in one ----------------------------------------------------------------------------------------------


def _make_section(title: str, mail: MailLines, numbers: Sequence[int]) -> MailSection:
    end = next((at for at in range(len(numbers), 0, -1) if not mail.ranks[numbers[at - 1]]), 0)
    shown = numbers[:end] or numbers[:1]  # headings at the end name what follows
    chosen = frozenset(shown)
    region = Region(lines=tuple(with_headings(mail.lines[number] for number in shown)))
    links = tuple(link for link in mail.links if link.line in chosen)
    return MailSection(title=title, text=write_region(region), links=links)


def _list_kept(mail: MailLines) -> list[int]:
    """The numbers of the lines that are not those of every mail: how to leave it, "read more", a forward's head."""
    last = len(mail.lines) - MAX_LAST_LINES
    forwarded = _list_forwarded([bool(FORWARDED_LINE.match(line.text)) for line in mail.lines])
    return [
        number
        for number, line in enumerate(mail.lines)
        if number not in forwarded
        and any(map(str.isalnum, line.text))
        and (line.kind is LineKind.ROW or not _is_furniture(line.text, is_last=number >= last))
    ]


def _is_furniture(words: str, *, is_last: bool) -> bool:
    return bool(FOOTER.search(words) or LINK_WORDS.match(words) or (is_last and LAST_WORDS.search(words)))


def _list_forwarded(looks_so: Sequence[bool]) -> set[int]:
    """The numbers of the lines that are the head of a forwarded mail: at least three such lines in a row."""
    numbers: set[int] = set()
    for begin in range(len(looks_so) - MIN_FORWARDED_LINES + 1):
        if all(looks_so[begin : begin + MIN_FORWARDED_LINES]):
            numbers |= set(range(begin, begin + MIN_FORWARDED_LINES))
    return numbers
