"""A newsletter split into its announcements: by its headings, where they part announcements and not one of them."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from watcher.core.language.region_text import with_headings, write_region
from watcher.core.language.sentences import split_sentences
from watcher.core.language.text import clean_title, title_key
from watcher.core.mail.furniture import find_foot, is_name, list_furniture
from watcher.core.mail.mail_lines import MailLines, MailLink
from watcher.core.mail.newsletter_words import (
    CLOSING,
    DEMANDS,
    GREETING,
    INNER_HEADING,
    INNER_QUESTION,
    ISSUE,
    LEADING_SIGNS,
    LINK_WORDS,
    MASTHEAD,
    ROUND_UP,
    TIMES,
)
from watcher.model import LineKind, Region

MAX_SECTIONS = 60
MIN_PEERS, MIN_PEERS_OF_NO_ROUND_UP = 2, 3  # headings of one rank; two of them may stand in any letter
MAX_INNER_SHARE = 0.5
MAX_NAME_WORDS, MAX_GREETING_WORDS = 8, 15  # a heading of so few words may be the name of a newsletter, or a date
MAX_SHORT_TITLE_WORDS = 2  # "Flu" alone says too little: how its text begins stands behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSection:
    """An announcement of a mail. `title` is "" for what stands above the first; `text` is that of an Item.

    `unsplit`: how many announcements, those after the first MAX_SECTIONS, stand in that first text as they are.
    """

    title: str
    text: str
    links: tuple[MailLink, ...] = ()
    unsplit: int = 0


def split_mail(subject: str, mail: MailLines) -> tuple[MailSection, ...]:
    """The sections of a mail; the first, without a title, is itself: all of it where it announces one thing."""
    furniture = list_furniture(mail)
    kept = [number for number in range(len(mail.lines)) if number not in furniture]
    starts = _find_starts(subject, mail, kept)
    if not starts:
        return _split_list(subject, mail, kept)
    kept = kept[: bisect_left(kept, find_foot(mail, starts[-1]))]
    titles = {title_key(mail.lines[start].text) for start in starts}
    shown = [number for number in kept if title_key(mail.lines[number].text) not in titles]
    bounds = [*starts, len(mail.lines)][: MAX_SECTIONS + 1]
    intro, names = _part_names(mail, shown[: bisect_left(shown, starts[0])], starts[0])
    intro += [number for number in names if TIMES.search(mail.lines[number].text)]
    rest = kept[bisect_left(kept, bounds[-1]) :]
    itself = _make_section("", mail, [*(intro or names[:1]), *rest])
    sections = _list_sections(mail, bounds, kept, shown)
    return (replace(itself, unsplit=len(starts[MAX_SECTIONS:])), *sections)


def says_little(section: MailSection, subject: str) -> bool:
    """Whether what stands above the announcements of a newsletter is a greeting, under the newsletter's name."""
    lines = section.text.splitlines()
    return not section.unsplit and bool(ROUND_UP.search(subject)) and all(_is_little(line, subject) for line in lines)


def _is_little(line: str, subject: str) -> bool:
    """Whether a line is a greeting, or a heading that may be a name or a date."""
    words = line.removeprefix("# ")
    is_greeting = (
        bool(GREETING.match(words)) and len(words.split()) <= MAX_GREETING_WORDS and not set(":;") & set(words)
    )
    if is_greeting or words == line or DEMANDS.search(words):
        return is_greeting and not DEMANDS.search(words)
    return (len(words.split()) <= MAX_NAME_WORDS and is_name(words)) or title_key(words) in title_key(subject)


# --- a list of links --------------------------------------------------------------------------------------------------


def _split_list(subject: str, mail: MailLines, kept: Sequence[int]) -> tuple[MailSection, ...]:
    """A mail without announcements under headings: the members of its list of headlines, or the mail alone."""
    listed = _list_linked(mail, kept) if ROUND_UP.search(subject) else {}
    listed = listed if len(listed) >= MIN_PEERS_OF_NO_ROUND_UP else {}
    chosen = dict(list(listed.items())[:MAX_SECTIONS])
    itself = _make_section("", mail, [number for number in kept if number not in chosen])
    return (replace(itself, unsplit=len(listed) - len(chosen)), *chosen.values())


def _list_linked(mail: MailLines, kept: Sequence[int]) -> dict[int, MailSection]:
    """The members of a list that each begin with a link, its words their headline, by the number of their line."""
    numbers = frozenset(kept)
    return {
        link.line: MailSection(title=clean_title(link.words), text=mail.lines[link.line].text, links=(link,))
        for link in mail.links
        if link.line in numbers and mail.lines[link.line].kind is LineKind.MEMBER and _begins(mail, link)
    }


def _begins(mail: MailLines, link: MailLink) -> bool:
    return len(link.words.split()) > MAX_SHORT_TITLE_WORDS and mail.lines[link.line].text.startswith(link.words)


# --- where announcements begin ----------------------------------------------------------------------------------------


def _find_starts(subject: str, mail: MailLines, kept: Sequence[int]) -> list[int]:
    """The numbers of the lines that begin an announcement; [] where the mail is one."""
    closing = next((n for n in kept if CLOSING.match(mail.lines[n].text)), len(mail.lines))
    headings = [n for n in kept if n < closing and mail.ranks[n] and not GREETING.match(mail.lines[n].text)]
    headings = headings[_is_masthead(subject, mail, headings) :]
    words = [n for n in kept if not mail.ranks[n]]
    linked = sorted(link.line for link in mail.links if not link.href.startswith("#"))
    min_peers = MIN_PEERS if ROUND_UP.search(subject) else MIN_PEERS_OF_NO_ROUND_UP
    return _Outline(mail, headings, words, linked).starts(-1, len(mail.lines), min_peers)


def _is_masthead(subject: str, mail: MailLines, headings: Sequence[int]) -> bool:
    """Whether the first heading is the newsletter's own name."""
    if not headings:
        return False
    name, rank = mail.lines[headings[0]].text, mail.ranks[headings[0]]
    is_alone = sum(mail.ranks[number] == rank for number in headings) == 1
    below = mail.lines[headings[0] + 1 : headings[0] + 2]
    following = below[0].text if below and below[0].kind is not LineKind.HEADING else ""
    return (
        _is_named(subject, name) or bool(MASTHEAD.search(name) or ISSUE.search(following)) or (is_alone and rank == 1)
    )


def _is_named(subject: str, name: str) -> bool:
    return title_key(name) in title_key(subject) or title_key(subject) in title_key(name)


@dataclass(frozen=True, slots=True)
class _Outline:
    """The headings of a mail, and the lines with words and with links; all numbers in order."""

    mail: MailLines
    headings: Sequence[int]
    words: Sequence[int]
    linked: Sequence[int]
    answers: dict[tuple[int, int, int], list[int]] = field(default_factory=dict)  # of `starts`

    def starts(self, after: int, end: int, min_peers: int) -> list[int]:
        """The headings between two lines that begin announcements: the highest rank that has enough of them.

        Where one has others right below it and no words of its own, it names a group, and they begin them. Where most
        of them are such as stand inside a letter, the mail is one. `min_peers`: how many of one rank are enough.
        """
        question = (after, end, min_peers)
        if question not in self.answers:
            self.answers[question] = self._find(after, end, min_peers)
        return self.answers[question]

    def _find(self, after: int, end: int, min_peers: int) -> list[int]:
        headings = self.headings[bisect_right(self.headings, after) : bisect_left(self.headings, end)]
        of_rank: dict[int, list[int]] = defaultdict(list)
        for number in headings:
            of_rank[self.mail.ranks[number]].append(number)
        for _, peers in sorted(of_rank.items()):
            if len(peers) < min_peers:
                continue
            inner = [n for n in peers if _is_inner(self.mail.lines[n].text)]
            if len(inner) >= len(peers) * MAX_INNER_SHARE:
                return []
            begins = [n for start, stop in pairwise([*peers, end]) for n in self._begin(start, stop)]
            if begins:
                above = headings[: bisect_left(headings, peers[0])]
                return [*(n for n in above if self._has_words(n, peers[0])), *begins]
        return []

    def _begin(self, start: int, end: int) -> list[int]:
        """The announcements between a heading and the next of its rank."""
        lower = bisect_right(self.headings, start)
        first = self.headings[lower] if lower < len(self.headings) and self.headings[lower] < end else end
        if self._has_words(start, first) or (first == end and self._is_linked(start, first)):
            return [] if INNER_HEADING.match(self.mail.lines[start].text) else [start]
        return self.starts(start, end, 1) if first < end else []

    def _has_words(self, start: int, end: int) -> bool:
        return bisect_right(self.words, start) < bisect_left(self.words, end)

    def _is_linked(self, start: int, end: int) -> bool:
        """Whether a headline without words leads to them."""
        return bisect_left(self.linked, start) < bisect_left(self.linked, end)


def _is_inner(heading: str) -> bool:
    return bool(INNER_HEADING.match(heading) or INNER_QUESTION.match(heading))


# --- what stands in one ----------------------------------------------------------------------------------------------


def _list_sections(
    mail: MailLines, bounds: Sequence[int], kept: Sequence[int], shown: Sequence[int]
) -> Iterator[MailSection]:
    """The announcements between the lines `bounds`. `kept`: the lines of the mail; `shown`: those that are no title."""
    numbers = frozenset(kept)
    links = sorted(mail.links, key=lambda link: link.line)
    lines_of_links = [link.line for link in links]
    names: list[int] = []
    for start, end in pairwise(bounds):
        # The name of a group with a time, such as "By 5 May", holds for what stands below it.
        named = [number for number in names if TIMES.search(mail.lines[number].text)]
        body = [*named, *shown[bisect_right(shown, start) : bisect_left(shown, end)]]
        body, names = _part_names(mail, body, end) if end != bounds[-1] else (body, [])
        section = _make_section(clean_title(LEADING_SIGNS.sub("", mail.lines[start].text)), mail, body)
        near = links[bisect_left(lines_of_links, start) : bisect_left(lines_of_links, end)]
        leading = tuple(link for link in near if link.line in numbers or _leads_on(mail, link))
        yield replace(section, title=_say_more(section), links=leading)


def _part_names(mail: MailLines, numbers: Sequence[int], following: int) -> tuple[list[int], list[int]]:
    """The lines of a section, and the headings at its end that name a group: of one word, or above `following`."""
    end = len(numbers)
    while end and _is_group(mail, numbers[end - 1], following):
        end -= 1
    return list(numbers[:end]), list(numbers[end:])


def _is_group(mail: MailLines, number: int, following: int) -> bool:
    is_word = len(mail.lines[number].text.split()) == 1 and not DEMANDS.search(mail.lines[number].text)
    return mail.ranks[number] > 0 and (is_word or mail.ranks[number] < mail.ranks[following])


def _make_section(title: str, mail: MailLines, numbers: Sequence[int]) -> MailSection:
    chosen = frozenset(numbers)
    region = Region(lines=tuple(with_headings(mail.lines[number] for number in numbers)))
    links = tuple(link for link in mail.links if link.line in chosen) if not title else ()
    return MailSection(title=title, text=write_region(region), links=links)


def _leads_on(mail: MailLines, link: MailLink) -> bool:
    """Whether a link is one of an announcement, behind words such as "read more"."""
    return link.line < len(mail.lines) and bool(LINK_WORDS.match(mail.lines[link.line].text))


def _say_more(section: MailSection) -> str:
    """The title of a section; of a short one with how its text begins."""
    if len(section.title.split()) > MAX_SHORT_TITLE_WORDS:
        return section.title
    first = section.text.partition("\n")[0].lstrip("#-|! ")
    return f"{section.title}: {next(iter(split_sentences(first)), '')}" if first else section.title
