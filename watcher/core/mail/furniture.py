"""The lines of a mail that are about the mail itself: how to read it in a browser, how to leave its list.

They are left out where they surely are such: in the first lines and the last, by whole phrases, and never a heading or
a line with a time or with words of a matter. What is in doubt is shown: noise costs less than a demand that is lost.
"""

from collections.abc import Iterator, Sequence

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.mail.mail_lines import MailLines
from watcher.core.mail.newsletter_words import (
    ABOUT_MAIL,
    ADDRESSED,
    BROWSER,
    COMPANY,
    FOOT_MARK,
    FORWARDED_LINE,
    LABEL,
    LEAVING,
    LINK_WORDS,
    MATTERS,
    OUTSIDE,
    OUTSIDE_ADVICE,
    RECEIVING,
    TIMES,
)

MAX_TOP_LINES, MAX_FOOT_LINES = 10, 12
MIN_FORWARDED_LINES = 3
MAX_CHARACTERS, MAX_QUESTION_CHARACTERS = 300, 60  # of a line about the mail itself
_PARTS = lazy_regex(r"\s*(?:[|·•»]|:(?=\s))\s*")
_HAS_CLOCK = lazy_regex(r"\d{1,2}[:.]\d{2}")


def list_furniture(mail: MailLines) -> set[int]:
    """The numbers of the lines that announce nothing: about the mail itself, "read more", a forward's head."""
    empty = {n for n, line in enumerate(mail.lines) if not any(map(str.isalnum, line.text)) or _is_link(mail, n)}
    furniture = empty | _list_forwarded([line.text for line in mail.lines])
    furniture |= set(_list_top(mail, furniture))
    return furniture | {n for n in _last_lines(mail, -1) if _is_of_foot(mail, n)}


def find_foot(mail: MailLines, last_start: int) -> int:
    """The number of the line with which the foot of a newsletter begins, below its last announcement.

    That is how to leave the list, what mailing services write right above it, or the small print that holds it, where
    no heading, no time, no matter and nothing that speaks to the reader follows.
    """
    lines = _last_lines(mail, last_start)
    begin = next((n + 1 for n in reversed(lines) if not _may_be_cut(mail, n)), lines.start)
    lines = range(begin, lines.stop)
    leaving = next((n for n in lines if _is_leaving(mail.lines[n].text)), lines.stop)
    if leaving == lines.stop:
        return leaving
    small = next((n + 1 for n in reversed(range(last_start, lines.stop)) if n not in mail.small), 0)
    marked = (n for n in range(begin, leaving) if FOOT_MARK.search(mail.lines[n].text) or _is_label(mail.lines[n].text))
    is_small = last_start + 1 < small <= leaving
    return min(next(marked, leaving), max(small, begin) if is_small else leaving)


def _last_lines(mail: MailLines, last_start: int) -> range:
    """The last lines of a mail, below its last heading."""
    end = len(mail.lines)
    begin = max(last_start + 1, end - MAX_FOOT_LINES, 0)
    headings = (n for n in reversed(range(begin, end)) if mail.ranks[n] and not _is_label(mail.lines[n].text))
    return range(next(headings, begin - 1) + 1, end)


def _list_top(mail: MailLines, furniture: set[int]) -> Iterator[int]:
    """Above the first heading: how to read it in a browser; and above all words that it comes from outside."""
    is_first, is_outside = True, False
    for number, line in enumerate(mail.lines[:MAX_TOP_LINES]):
        if mail.ranks[number]:
            return
        is_safe = len(line.text) <= MAX_CHARACTERS and not _says(line.text)
        is_outside = is_safe and is_first and bool(OUTSIDE.search(line.text) or (is_outside and _advises(line.text)))
        if is_outside or (is_safe and (BROWSER.match(line.text) or _is_label(line.text))):
            yield number
        elif number not in furniture:
            is_first = False


def _may_be_cut(mail: MailLines, number: int) -> bool:
    """Whether a line may stand in the foot of a newsletter: it is about the mail, or says who sends it from where."""
    words = mail.lines[number].text
    if _is_of_foot(mail, number) or _says(words):
        return _is_of_foot(mail, number)
    if words.endswith("?") and len(words) <= MAX_QUESTION_CHARACTERS:
        return True  # "Too many letters from us?"
    return not mail.ranks[number] and (is_name(words) or bool(COMPANY.search(words)))


def is_name(words: str) -> bool:
    """Whether words may be a name or an address: half of them, or more, begin with a capital or a figure."""
    begins = [word[0] for word in words.split()]
    return 2 * sum(not letter.islower() for letter in begins) >= len(begins) and not ADDRESSED.search(words)


def _advises(words: str) -> bool:
    return bool(OUTSIDE_ADVICE.match(words))


def _is_of_foot(mail: MailLines, number: int) -> bool:
    """Whether one of the last lines is about the mail itself."""
    words = mail.lines[number].text
    if mail.ranks[number] or len(words) > MAX_CHARACTERS or _says(words):
        return _is_label(words)
    below = mail.lines[number + 1].text if number + 1 < len(mail.lines) else ""
    is_about = any(pattern.search(words) for pattern in (ABOUT_MAIL, BROWSER, OUTSIDE, FOOT_MARK))
    return is_about or _is_leaving(words) or _is_label(words) or bool(RECEIVING.match(words) and _is_leaving(below))


def _is_leaving(words: str) -> bool:
    """Whether a line is how to leave the list."""
    labels = _PARTS.split(words) if _is_label(words) else [words]
    return len(words) <= MAX_CHARACTERS and any(map(LEAVING.search, labels))


def _is_label(words: str) -> bool:
    """Whether a line is nothing but what stands in the head and foot of newsletters to be clicked on."""
    parts = [part for part in _PARTS.split(words) if part] if len(words) <= MAX_CHARACTERS else []
    return bool(parts) and all(LABEL.match(part) or BROWSER.match(part) for part in parts)


def _is_link(mail: MailLines, number: int) -> bool:
    return not mail.lines[number].cells and bool(LINK_WORDS.match(mail.lines[number].text))


def _says(words: str) -> bool:
    """Whether a line has a time or words of a matter: it is never left out."""
    return bool(TIMES.search(words) or MATTERS.search(words))


def _list_forwarded(texts: Sequence[str]) -> set[int]:
    """The numbers of the lines that are the head of a forwarded mail: from whom, of what subject, at what time."""
    numbers: set[int] = set()
    run: list[int] = []
    for number, text in enumerate([*texts, ""]):
        if FORWARDED_LINE.match(text):
            run.append(number)
            continue
        names = {texts[n].partition(":")[0].lower() for n in run}
        has_time = any(_HAS_CLOCK.search(texts[n]) for n in run if texts[n].lower().startswith(("sent:", "date:")))
        if len(run) >= MIN_FORWARDED_LINES and {"from", "subject"} <= names and has_time:
            numbers |= set(run)
        run = []
    return numbers
