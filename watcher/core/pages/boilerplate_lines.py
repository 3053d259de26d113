"""Lines that are boilerplate: view counters, "Last updated" stamps, share buttons, page numbers, copyright, cookies.

A line is boilerplate only when *every* word of it is: "Last updated 3 May 2024" is, "Updated 3 May 2024 to add practice
managers" is not; "Visitors today: 312" is, "Visitors need proof of age" is not. Tags: boilerplate.py.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from watcher.core.language.calendar_words import MONTHS, SHORT_MONTHS, SHORT_WEEKDAYS, WEEKDAYS
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import one_line, printable
from watcher.model import Line, LineKind

MAX_LINE_WORDS = 24  # no counter or stamp has more


def _split_words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_MONTHS = frozenset({*MONTHS, *SHORT_MONTHS, "sept"})
_TIME_WORDS = frozenset({*WEEKDAYS, *SHORT_WEEKDAYS}) | _split_words(
    "tues thur thurs"
    " st nd rd th t z am pm gmt bst utc at on of in spring summer autumn winter early late mid today yesterday"
)
_TIME_UNITS = _split_words(
    "second seconds minute minutes min mins hour hours hr hrs day days week weeks month months year years"
)
_AGO_WORDS = (
    _split_words("ago a an one two three four five six seven eight nine ten few about just now over") | _TIME_UNITS
)
_STAMP_VERBS = _split_words(
    "updated reviewed modified published posted edited amended revised checked generated printed accessed retrieved"
    " refreshed publication"
)
_STAMP_WORDS = _split_words(
    "page content this document guidance website article s was is has been last next first date latest time originally"
    " release show all updates see version update review due"
)
_COUNT_NOUNS = _split_words(
    "views view viewed pageviews hits reads likes shares shared comments comment downloads downloaded helpful useful"
)
_COUNT_WORDS = _split_words(
    "page times time this has been total people found number so far by users unique count read k m"
)
_SHARE_VERBS = _split_words("share tweet facebook twitter linkedin whatsapp bluesky mastodon")
_BUTTON_WORDS = _split_words(
    "this page on via email e mail print copy link follow us x post article opens in a new tab window to"
)
_NAVIGATION_LINE = lazy_regex(
    r"(?:back|return|go|skip) to (?:the )?(?:top|main content|content|navigation)(?: of (?:the )?page)?"
    r"|(?:previous|next)(?: page)?|print this page|copy link|page \d+(?: (?:of )?\d+)?|[\d ]*\d (?:next|last)"
    r"|showing \d+ (?:to )?\d+ of \d+(?: results?)?|\d+ results?|about \d+ results?"
)
_MINUTES = r"\d+ (?:min|mins|minute|minutes)"
_READING_TIME = lazy_regex(
    rf"(?:(?:estimated|average) )?(?:reading time|read time|time to read)(?: about| approx)? {_MINUTES}(?: read)?"
    rf"|(?:about )?{_MINUTES} (?:to )?read"
)
_COPYRIGHT = lazy_regex(r"^(?:©|\(c\)|copyright\b|(?:©\s*)?crown copyright|all rights reserved\b)", re.IGNORECASE)
_COOKIE_NOTICE = lazy_regex(
    r"\bcookies?\b.*\b(?:accept|reject|use|uses|settings|preferences|consent|hide|analytics|work)\b"
    r"|\b(?:accept|reject|use|uses|settings|preferences|consent|hide|manage|view)\b.*\bcookies?\b"
    r"|^cookies? on\b",
    re.IGNORECASE,
)
_TECHNICAL_ID = lazy_regex(r"(?:request|incident|session|ray|trace|correlation) id\b|csrf", re.IGNORECASE)
_ARTICLE_NUMBER = lazy_regex(r"\barticle \d", re.IGNORECASE)
_YEAR = lazy_regex(r"(?:19|20)\d\d")
_BYLINE = lazy_regex(r"\bby:? (?:[A-Z][\w'’.-]*|admin|editor)(?: [A-Z][\w'’.-]*){0,4}")
_WORD_OR_NUMBER = lazy_regex(r"[^\W\d_]+|\d+")
_MONEY_OR_PERCENT = lazy_regex(r"[£$€%]")


def without_boilerplate(lines: Iterable[Line]) -> tuple[list[Line], list[str]]:
    """The Lines that may be news, and the texts of those that never are.

    "Last updated" in a line of its own takes the date in the next line with it, and "Was this page helpful?" a count of
    the answers.
    """
    kept: list[Line] = []
    left_out: list[str] = []
    after_label = after_question = False
    for line in lines:
        words = " ".join(_words_and_numbers(line.text))
        is_answer = after_question and counts_feedback(words)
        if is_boilerplate_line(line) or (after_label and _is_date(line.text)) or is_answer:
            left_out.append(line.text)
            after_label = False
            continue
        after_label, after_question = _is_stamp_label(line.text), asks_for_feedback(words)
        kept.append(line)
    return kept, left_out


def is_boilerplate_line(line: Line) -> bool:
    """Whether every word of a line is of a counter, a date of the page, a share button, a page number or the like."""
    text = line.text
    if len(text) > 300 or _MONEY_OR_PERCENT.search(text):  # noqa: PLR2004 - no counter is so long
        return False
    is_cookie_notice = _COOKIE_NOTICE.search(text) and line.kind is not LineKind.MEMBER
    if _COPYRIGHT.search(text) or is_cookie_notice or _TECHNICAL_ID.match(text):
        return True
    words = _words_and_numbers(text)
    joined = " ".join(words)
    if not words or _NAVIGATION_LINE.fullmatch(joined) or _READING_TIME.fullmatch(joined) or is_counter(joined):
        return True
    return len(words) <= MAX_LINE_WORDS and (
        _is_usage_count(line, words) or _is_stamp(words, text) or _is_share_bar(words)
    )


def _words_and_numbers(text: str) -> list[str]:
    """The words and numbers of a text in lower case, without punctuation: "Rated 4.2" gives rated, 4, 2."""
    return _WORD_OR_NUMBER.findall(printable(text).replace(",", "").casefold())


def _is_usage_count(line: Line, words: Sequence[str]) -> bool:
    """Whether a line counts views, downloads, comments and the like, or is a bare number."""
    others = {word for word in words if not word.isdigit()}
    if not others:
        return line.kind is LineKind.SENTENCE and len(words) == 1
    if others & _MONTHS and not others & _STAMP_VERBS:
        return False  # "Comments by 3 May" is a deadline
    allowed = _COUNT_NOUNS | _COUNT_WORDS | _STAMP_WORDS | _STAMP_VERBS | _MONTHS | _TIME_WORDS
    return bool(others & _COUNT_NOUNS) and others <= allowed and len(others) < len(words)


def _is_stamp(words: Sequence[str], text: str) -> bool:
    """Whether a line is a date of the page itself. Numbers alone are not: "checked at 3 months" is a nurse's job."""
    words = _words_and_numbers(_BYLINE.sub(" ", text)) if " by" in text else words
    others = {word for word in words if not word.isdigit()}
    if "article" in others and _ARTICLE_NUMBER.search(text):
        return False  # of a law
    if "due" in others and "review" not in others:
        return False  # "Publication due 4 June" is a promise or a deadline
    ago = "ago" in others or {"just", "now"} <= others
    allowed = _STAMP_VERBS | _STAMP_WORDS | _MONTHS | _TIME_WORDS | (_AGO_WORDS if ago else frozenset())
    if not others <= allowed or not (len(others) < len(words) or ago or others & {"today", "yesterday"}):
        return False
    dated = ago or bool(others & (_MONTHS | {"today", "yesterday"})) or any(_YEAR.fullmatch(word) for word in words)
    numbered = others & {"version"} and len(words) - len(others) <= 8  # noqa: PLR2004 - "Version 1.2 - 20 May 2026"
    reviewed = "review" in others and others & {"next", "last", "date", "page"}
    own = others & _STAMP_VERBS or reviewed or "update" in others
    today = "today" in words[:2] and _has_month_or_year(words)
    return bool((own and dated) or numbered or (ago and others <= _AGO_WORDS) or today)


def _has_month_or_year(words: Sequence[str]) -> bool:
    return any(word in _MONTHS for word in words) or any(_YEAR.fullmatch(word) for word in words)


def is_share_line(text: str) -> bool:
    """Whether a text is nothing but share buttons: "Share this page on Facebook"."""
    return _is_share_bar(_words_and_numbers(text))


def _is_share_bar(words: Sequence[str]) -> bool:
    return bool(_SHARE_VERBS & set(words)) and set(words) <= _SHARE_VERBS | _BUTTON_WORDS


def _is_stamp_label(text: str) -> bool:
    """Whether this is "Last updated" in a line of its own, with its date in the next."""
    words = set(_words_and_numbers(text))
    return bool(words & _STAMP_VERBS) and words <= _STAMP_VERBS | _STAMP_WORDS | {"on", "by"}


def _is_date(text: str) -> bool:
    words = _words_and_numbers(text)
    return (
        bool(words)
        and _has_month_or_year(words)
        and all(word.isdigit() or word in _MONTHS | _TIME_WORDS for word in words)
    )


# --- counters: what a site says of its own readers, clock and buttons ---------------------------------------------
# These take a line as its words and numbers in lower case, without punctuation ("Rated 4.2" is "rated 4 2").

_READERS = r"(?:people|readers|users|visitors|guests|members)"
_PAGE = r"(?:page|information|article|content|answer|guidance)"
_ACTIVITY = r"(?:online|read|viewed|seen|visited|liked|shared|saved|bookmarked|viewing|reading)"
_AUXILIARY = r"(?:are|have|has|currently|now|already)"
_CLOCK = r"(?:it is now|the time is(?: now)?|(?:local|current|server|uk) time(?: is)?|time now)"
_BUTTON = r"(?:print|save|download|share|e ?mail)"
_COUNTER_PATTERNS = (
    rf"(?:{_READERS}|visits|hits)(?: (?:online|today|yesterday|now|so far|this (?:week|month|year)|in total))+ \d+",
    rf"(?:currently )?\d+ {_READERS}(?: {_AUXILIARY})* {_ACTIVITY}(?: (?:this|it|now|today|so far|{_PAGE}))*",
    rf"\d+(?: (?:out )?of \d+)? {_READERS} (?:have )?found (?:this|it)(?: {_PAGE})?(?: (?:helpful|useful|to be))+",
    r"(?:online|current|total|active) (?:users|visitors|visits) \d+",
    r"you are (?:our )?(?:visitor|guest)(?: (?:number|no))? \d+",
    r"(?:you have )?\d+ (?:new )?unread (?:messages?|notifications?|alerts?|items?|e ?mails?)",
    r"(?:unread|new) (?:messages|notifications|alerts) \d+",
    r"(?:my |your )?(?:basket|cart|shopping bag|notifications?|inbox|favourites|wish ?list) \d+(?: items?)?",
    rf"{_CLOCK}(?: \d+)+(?: (?:am|pm|gmt|bst))*",
    rf"(?:average )?(?:rating|rated|score)(?: \d+){{1,2}} (?:out )?of \d+(?: (?:by|from) \d+ (?:{_READERS}|votes))?",
    r"\d+ (?:ratings|votes|reviews|likes|followers|subscribers)",
    r"(?:viewed|downloaded|shared|read|printed|visited) \d+ times(?: since [a-z]+(?: \d+)?)?",
    r"(?:an? )?(?:about )?\d+ (?:min|mins|minute|minutes) (?:to )?read",
    rf"{_BUTTON}(?: (?:or|and) {_BUTTON})* this page",
    r"page (?:was )?(?:generated|rendered|loaded|created|served) in(?: \d+){1,2} (?:s|seconds?|ms|milliseconds)",
    r"(?:signed|logged) in as [a-z]+(?: [a-z]+)?(?: \d+)?",
    r"session (?:reference|ref)(?: [a-z]{1,4})?(?: \d+(?: [a-z]{1,4})?)+",
)
_SITE_COUNTER = lazy_regex("|".join(f"(?:{pattern})" for pattern in _COUNTER_PATTERNS))
_FEEDBACK_QUESTION = lazy_regex(
    rf"(?:was|is|did you find) (?:this|the)(?: {_PAGE}| on this page)* (?:helpful|useful)(?: to you)?"
)
_VOTE_COUNT = rf"(?:\d+ (?:{_READERS} )?said (?:yes|no)|(?:yes|no) \d+|\d+ (?:yes|no))"
_FEEDBACK_COUNT = lazy_regex(rf"{_VOTE_COUNT}(?: (?:and )?{_VOTE_COUNT})*")


def is_counter(line: str) -> bool:
    """Whether a line speaks of the site itself: its visitors, basket, clock, ratings or the reader's session."""
    return bool(_SITE_COUNTER.fullmatch(line))


def asks_for_feedback(line: str) -> bool:
    """Whether a line asks what readers think of the page."""
    return bool(_FEEDBACK_QUESTION.fullmatch(line))


def counts_feedback(line: str) -> bool:
    """Whether a line counts the answers to such a question; after any other line it may be news."""
    return bool(_FEEDBACK_COUNT.fullmatch(line))


# --- boilerplate inside a line ------------------------------------------------------------------------------------

_DASHES = lazy_regex(r"\s*[\-‐‑‒–—―−]+\s*")
_STRAIGHT_QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "‛": "'", "`": "'", "ʼ": "'", "´": "'", "′": "'",
                                  "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"'})  # fmt: skip
_COUNTER_IN_LINE = lazy_regex(
    r"[(\[]?\b\d[\d,. ]*k?\s+(?:page\s*)?views?\b[)\]]?"
    r"|(?:\s[|·•–-]\s*|,\s*|\()\d+\s+(?:days?|weeks?)\s+ago\)?$|\s\d+\s+(?:seconds?|minutes?|mins?|hours?)\s+ago$"
    r"|(?<=©)\s*(?:19|20)\d\d(?:-(?:19|20)?\d\d)?"
)
_FINAL_PUNCTUATION = lazy_regex(r"(?:[;,]\s*(?:and|or))?[\s.;,:]*$")


def fold_line(text: str) -> str:
    """`text` as it is compared: without what publishers change unawares, from curly quotes to a final semicolon.

    In lower case (NFKC), with straight quotes and plain dashes, without counters of views and "3 days ago".
    """
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_STRAIGHT_QUOTES)
    folded = _DASHES.sub("-", folded.casefold())
    if "view" in folded or "ago" in folded or "©" in folded:
        folded = _COUNTER_IN_LINE.sub(" ", folded)
    return one_line(_FINAL_PUNCTUATION.sub("", folded))
