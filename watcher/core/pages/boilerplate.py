"""What stands on a page and is never news: menus, share buttons, view counters, "Last updated" lines, page numbers.

Tags are judged by name, role and class; lines by their words. A line is furniture only when *every* word of it is:
"Last updated 3 May 2024" is, "Updated 3 May 2024 to add practice managers" is not.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from watcher.core.language.text import one_line, printable
from watcher.core.pages import counters
from watcher.model import Line, LineKind

MAX_BOILERPLATE_CHARACTERS = 3_000  # characters: what is called "menu" and holds more than this is the page itself
MIN_LINK_SHARE = 0.6  # a box of related pages is links for the most part
MAX_TAGS = 2_000  # tags and texts that are looked at inside one tag
MAX_BUTTONS = 25  # elements of a list of buttons, blanks between them included
MAX_LINE_WORDS = 24  # words: no counter or date line has more


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# --- tags ---------------------------------------------------------------------------------------------------------

_SILENT = _set("script style noscript template svg iframe object select datalist textarea head title")
_ROLES = frozenset({"navigation", "search", "menu", "menubar"})
_SITE_ROLES = frozenset(
    {"banner", "contentinfo"}
)  # a site's own head and foot, where they stand outside the page's text
_SITE_TAGS = frozenset({"header", "footer"})
_CLASS = re.compile(
    r"(?<![a-z0-9])(?:cookie\w*|consent-(?:banner|manager|bar)|gdpr\w*|breadcrumbs?|addthis\w*|share(?:this|bar|links?|tools)?"
    r"|share-?(?:buttons?|links?|bar|icons?|this|widget)|sharing|social-?(?:media|share|sharing|links?|icons?|buttons?|bar)"
    r"|pagination|pager|page-numbers|skip-?links?|nav|navbar|navigation|subnav|menu|toc|table-of-contents|contents-list"
    r"|back-to-top|(?:post-|page-)?views|(?:view|hit)s?-?count(?:er)?|reading-?time|read-?time)(?![a-z0-9])"
)
_LINKED = re.compile(
    r"(?<![a-z0-9])(?:related\w*|most-?(?:read|viewed|popular)|popular|trending|side-?bar|widget)(?![a-z0-9])"
)
_RELATIVE = re.compile(r"\b(?:ago|yesterday|today|just now)\b", re.IGNORECASE)


def is_silent(tag: Tag) -> bool:
    """Whether nothing inside a tag is text that people read."""
    return tag.name in _SILENT or (tag.name == "time" and bool(_RELATIVE.search(short_text(tag, 40, 8) or "")))


def may_be_boilerplate(tag: Tag, *, inside: bool) -> bool:
    """Whether a tag looks like furniture at first sight. `inside`: it stands within the page's own text."""
    if tag.name in {"nav", "aside"} or (not inside and tag.name in _SITE_TAGS):
        return True
    if tag.name in {"ul", "ol"}:  # a table of contents, or buttons for sharing
        first = islice(contents_of(tag), 8)
        return len(tag.contents) <= MAX_BUTTONS or any(isinstance(each, Tag) and each.name == "a" for each in first)
    return bool(tag.attrs) and (_named(tag, inside=inside) or bool(_LINKED.search(_classes(tag))))


def is_boilerplate(tag: Tag, *, inside: bool) -> bool:
    """Whether a tag that may be furniture is. What holds the page's headline or most of its words never is."""
    words = short_text(tag)
    if words is None:
        return tag.name == "nav" and not _holds_page(tag)
    if _holds_page(tag):
        return False
    if tag.name == "nav" or _named(tag, inside=inside) or (not inside and tag.name in _SITE_TAGS):
        return True
    if tag.name in {"ul", "ol"} and _is_share(_words(" ".join(tag.strings))):
        return True
    links = tag.find_all("a")
    linked = sum(len(one_line("".join(link.strings))) for link in links)
    if tag.name in {"ul", "ol"} and not _LINKED.search(_classes(tag)):  # a table of contents repeats the headings
        return len(links) > 1 and linked >= len(words) - 2 * len(links) and all(map(_leads_inside, links))
    return bool(links) and linked >= MIN_LINK_SHARE * len(words)


def _holds_page(tag: Tag) -> bool:
    """Looked for in the first of its tags only: a real menu has no more."""
    return any(
        isinstance(each, Tag) and each.name in {"h1", "main", "article"} for each in islice(contents_of(tag), MAX_TAGS)
    )


def _leads_inside(link: Tag) -> bool:
    return str(link.get("href") or "").startswith("#")


def _named(tag: Tag, *, inside: bool) -> bool:
    roles = set(str(tag.get("role") or "").lower().split())
    if roles & _ROLES or (not inside and roles & _SITE_ROLES):
        return True
    return bool(_CLASS.search(_classes(tag)))


def _classes(tag: Tag) -> str:
    """Classes alone: an id is often made of a heading, and "sharing" and "consent" are our readers' subjects."""
    classes = tag.get("class")
    return " ".join(classes).lower().replace("_", "-") if isinstance(classes, list) else ""


def short_text(tag: Tag, limit: int = MAX_BOILERPLATE_CHARACTERS, tags: int = MAX_TAGS) -> str | None:
    """All words inside a tag, however they are wrapped; None where there are more of them than `limit` characters.

    Bounded, as tags are looked into that stand inside each other.
    """
    parts: list[str] = []
    size = 0
    for number, node in enumerate(contents_of(tag)):
        if type(node) is NavigableString:
            parts.append(node)
            size += len(node)
        if size > 2 * limit or number > tags:
            return None
    words = one_line("".join(parts))
    return words if len(words) <= limit else None


def contents_of(tag: Tag) -> Iterator[PageElement]:
    """What stands inside a tag, in order. `Tag.descendants` first walks to the last of them, however deep."""
    waiting = [iter(tag.contents)]
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
            continue
        yield node
        if isinstance(node, Tag):
            waiting.append(iter(node.contents))


# --- lines --------------------------------------------------------------------------------------------------------

_MONTHS = _set(
    "january february march april may june july august september october november december"
    " jan feb mar apr jun jul aug sep sept oct nov dec"
)
_WHEN = _set(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun"
    " st nd rd th t z am pm gmt bst utc at on of in spring summer autumn winter early late mid today yesterday"
)
_SPANS = _set("second seconds minute minutes min mins hour hours hr hrs day days week weeks month months year years")
_AGO = _set("ago a an one two three four five six seven eight nine ten few about just now over") | _SPANS
_STAMPS = _set(
    "updated reviewed modified published posted edited amended revised checked generated printed accessed retrieved"
    " refreshed publication"
)
_STAMPED = _set(
    "page content this document guidance website article s was is has been last next first date latest time originally"
    " release show all updates see version update review due"
)
_COUNTS = _set(
    "views view viewed pageviews hits reads likes shares shared comments comment downloads downloaded helpful useful"
)
_COUNTED = _set("page times time this has been total people found number so far by users unique count read k m")
_SHARE = _set("share tweet facebook twitter linkedin whatsapp bluesky mastodon")
_CHROME = _set("this page on via email e mail print copy link follow us x post article opens in a new tab window to")
_WHOLE = re.compile(
    r"(?:back|return|go|skip) to (?:the )?(?:top|main content|content|navigation)(?: of (?:the )?page)?"
    r"|(?:previous|next)(?: page)?|print this page|copy link|page \d+(?: (?:of )?\d+)?|[\d ]*\d (?:next|last)"
    r"|showing \d+ (?:to )?\d+ of \d+(?: results?)?|\d+ results?|about \d+ results?"
)
_MINUTES = r"\d+ (?:min|mins|minute|minutes)"
_READING = re.compile(
    rf"(?:(?:estimated|average) )?(?:reading time|read time|time to read)(?: about| approx)? {_MINUTES}(?: read)?"
    rf"|(?:about )?{_MINUTES} (?:to )?read"
)
_RIGHTS = re.compile(r"^(?:©|\(c\)|copyright\b|(?:©\s*)?crown copyright|all rights reserved\b)", re.IGNORECASE)
_COOKIES = re.compile(
    r"\bcookies?\b.*\b(?:accept|reject|use|uses|settings|preferences|consent|hide|analytics|work)\b"
    r"|\b(?:accept|reject|use|uses|settings|preferences|consent|hide|manage|view)\b.*\bcookies?\b"
    r"|^cookies? on\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:request|incident|session|ray|trace|correlation) id\b|csrf", re.IGNORECASE)
_ARTICLE = re.compile(r"\barticle \d", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_BY = re.compile(r"\bby:? (?:[A-Z][\w'’.-]*|admin|editor)(?: [A-Z][\w'’.-]*){0,4}")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_AMOUNT = re.compile(r"[£$€%]")


def without_boilerplate(lines: Iterable[Line]) -> tuple[list[Line], list[str]]:
    """The Lines that may be news, and the texts of those that never are."""
    kept: list[Line] = []
    left_out: list[str] = []
    label = asked = False
    for line in lines:
        answer = asked and counters.counts_feedback(" ".join(_words(line.text)))
        if is_boilerplate_line(line) or (label and _is_date(line.text)) or answer:
            left_out.append(line.text)
            label = False
            continue
        label, asked = _is_label(line.text), counters.asks_for_feedback(" ".join(_words(line.text)))
        kept.append(line)
    return kept, left_out


def is_boilerplate_line(line: Line) -> bool:
    """Whether every word of a line is of a counter, a date of the page, a share button, a page number or the like."""
    text = line.text
    if len(text) > 300 or _AMOUNT.search(text):  # noqa: PLR2004 - no counter is so long
        return False
    if _RIGHTS.search(text) or (_COOKIES.search(text) and line.kind is not LineKind.MEMBER) or _NUMBER.match(text):
        return True
    words = _words(text)
    plain = " ".join(words)
    if not words or _WHOLE.fullmatch(plain) or _READING.fullmatch(plain) or counters.is_counter(plain):
        return True
    return len(words) <= MAX_LINE_WORDS and (_is_counter(line, words) or _is_stamp(words, text) or _is_share(words))


def _words(text: str) -> list[str]:
    return _TOKEN.findall(printable(text).replace(",", "").casefold())


def _is_counter(line: Line, words: Sequence[str]) -> bool:
    others = {word for word in words if not word.isdigit()}
    if not others:
        return line.kind is LineKind.SENTENCE and len(words) == 1
    if others & _MONTHS and not others & _STAMPS:
        return False  # "Comments by 3 May" is a deadline
    counted = others & _COUNTS and others <= _COUNTS | _COUNTED | _STAMPED | _STAMPS | _MONTHS | _WHEN
    return bool(counted) and len(others) < len(words)


def _is_stamp(words: Sequence[str], text: str) -> bool:
    """A date of the page itself. Numbers alone are none: "checked at 3 months" is what a nurse does."""
    words = _words(_BY.sub(" ", text)) if " by" in text else words
    others = {word for word in words if not word.isdigit()}
    if "article" in others and _ARTICLE.search(text):
        return False  # of a law
    if "due" in others and "review" not in others:
        return False  # "Publication due 4 June" is a promise or a deadline
    ago = "ago" in others or {"just", "now"} <= others
    known = _STAMPS | _STAMPED | _MONTHS | _WHEN | (_AGO if ago else frozenset())
    if not others <= known or not (len(others) < len(words) or ago or others & {"today", "yesterday"}):
        return False
    dated = ago or bool(others & (_MONTHS | {"today", "yesterday"})) or any(_YEAR.fullmatch(word) for word in words)
    numbered = others & {"version"} and len(words) - len(others) <= 8  # noqa: PLR2004 - "Version 1.2 - 20 May 2026"
    own = others & _STAMPS or ({"review"} & others and others & {"next", "last", "date", "page"}) or "update" in others
    return bool((own and dated) or numbered or (ago and others <= _AGO) or ("today" in words[:2] and _dated(words)))


def _dated(words: Sequence[str]) -> bool:
    return any(word in _MONTHS for word in words) or any(_YEAR.fullmatch(word) for word in words)


def _is_share(words: Sequence[str]) -> bool:
    return bool(_SHARE & set(words)) and set(words) <= _SHARE | _CHROME


def _is_label(text: str) -> bool:
    """Whether this is "Last updated" in a line of its own, with its date in the next."""
    words = set(_words(text))
    return bool(words & _STAMPS) and words <= _STAMPS | _STAMPED | {"on", "by"}


def _is_date(text: str) -> bool:
    words = _words(text)
    return bool(words) and _dated(words) and all(word.isdigit() or word in _MONTHS | _WHEN for word in words)


# --- words inside a line ------------------------------------------------------------------------------------------

_DASHES = re.compile(r"\s*[\-‐‑‒–—―−]+\s*")
_QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "‛": "'", "`": "'", "ʼ": "'", "´": "'", "′": "'",
                         "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"'})  # fmt: skip
_INSIDE = re.compile(
    r"[(\[]?\b\d[\d,. ]*k?\s+(?:page\s*)?views?\b[)\]]?"
    r"|(?:\s[|·•–-]\s*|,\s*|\()\d+\s+(?:days?|weeks?)\s+ago\)?$|\s\d+\s+(?:seconds?|minutes?|mins?|hours?)\s+ago$"
    r"|(?<=©)\s*(?:19|20)\d\d(?:-(?:19|20)?\d\d)?"
)
_END = re.compile(r"(?:[;,]\s*(?:and|or))?[\s.;,:]*$")


def fold_line(text: str) -> str:
    """`text` as it is compared: without what publishers change unawares, from curly quotes to a final semicolon."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_QUOTES)
    plain = _DASHES.sub("-", plain.casefold())
    if "view" in plain or "ago" in plain or "©" in plain:
        plain = _INSIDE.sub(" ", plain)
    return one_line(_END.sub("", plain))
