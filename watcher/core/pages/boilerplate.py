"""Tags that are boilerplate: menus, banners, share buttons, breadcrumbs, tables of contents, boxes of related pages.

A tag is judged by its name, role and classes, and by how much of its text is links. Lines: boilerplate_lines.py.
"""

import re
from collections.abc import Iterator
from itertools import islice

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import one_line
from watcher.core.pages.boilerplate_lines import is_share_line

MAX_BOILERPLATE_CHARACTERS = 3_000  # what is called "menu" and holds more than this is the page itself
MIN_LINK_SHARE = 0.6  # of the characters of a box of related pages
MAX_TAGS = 2_000  # tags and texts that are read inside one tag
MAX_BUTTONS = 25  # elements of a list of buttons, blanks between them included

_SILENT_TAGS = frozenset(
    "script style noscript template svg iframe object select datalist textarea head title".split()  # noqa: SIM905
)
_CONTROL_TAGS = frozenset({"button", "label", "legend", "meter", "optgroup", "option", "output", "progress"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ROLES = frozenset({"navigation", "search", "menu", "menubar"})
# A site's own head and foot, where they stand outside the page's text.
_SITE_ROLES = frozenset({"banner", "contentinfo"})
_SITE_TAGS = frozenset({"header", "footer"})
_BOILERPLATE_CLASS = lazy_regex(
    r"(?<![a-z0-9])(?:cookie\w*|consent-(?:banner|manager|bar)|gdpr\w*|breadcrumbs?|addthis\w*|share(?:this|bar|links?|tools)?"
    r"|share-?(?:buttons?|links?|bar|icons?|this|widget)|sharing|social-?(?:media|share|sharing|links?|icons?|buttons?|bar)"
    r"|pagination|pager|page-numbers|skip-?links?|nav|navbar|navigation|subnav|menu|toc|table-of-contents|contents-list"
    r"|back-to-top|(?:post-|page-)?views|(?:view|hit)s?-?count(?:er)?|reading-?time|read-?time)(?![a-z0-9])"
)
_LINK_BOX_CLASS = lazy_regex(
    r"(?<![a-z0-9])(?:related\w*|most-?(?:read|viewed|popular)|popular|trending|side-?bar|widget)(?![a-z0-9])"
)
_RELATIVE_TIME = lazy_regex(r"\b(?:ago|yesterday|today|just now)\b", re.IGNORECASE)


def is_silent(tag: Tag) -> bool:
    """Whether no text inside a tag is for people: code, form controls, and times such as "3 hours ago".

    A button inside a heading opens a section of the page: that is its headline.
    """
    if tag.name in _CONTROL_TAGS:
        return tag.name != "button" or tag.find_parent(_HEADINGS) is None
    return tag.name in _SILENT_TAGS or (
        tag.name == "time" and bool(_RELATIVE_TIME.search(short_text(tag, 40, 8) or ""))
    )


def may_be_boilerplate(tag: Tag, *, inside: bool) -> bool:
    """Whether a tag looks like boilerplate at first sight. `inside`: it stands within the page's own text."""
    if tag.name in {"nav", "aside"} or (not inside and tag.name in _SITE_TAGS):
        return True
    if tag.name in {"ul", "ol"}:  # a table of contents, or buttons for sharing
        first = islice(contents_of(tag), 8)
        return len(tag.contents) <= MAX_BUTTONS or any(isinstance(node, Tag) and node.name == "a" for node in first)
    return bool(tag.attrs) and (
        _has_boilerplate_name(tag, inside=inside) or bool(_LINK_BOX_CLASS.search(_join_classes(tag)))
    )


def is_boilerplate(tag: Tag, *, inside: bool) -> bool:
    """Whether a tag that may be boilerplate is. One that holds the page's headline or most of its words never is."""
    text = short_text(tag)
    if text is None:
        return tag.name == "nav" and not _has_page_content(tag)
    if _has_page_content(tag):
        return False
    if tag.name == "nav" or _has_boilerplate_name(tag, inside=inside) or (not inside and tag.name in _SITE_TAGS):
        return True
    if tag.name in {"ul", "ol"} and is_share_line(" ".join(tag.strings)):
        return True
    links = tag.find_all("a")
    linked = sum(len(one_line("".join(link.strings))) for link in links)
    if tag.name in {"ul", "ol"} and not _LINK_BOX_CLASS.search(_join_classes(tag)):
        # A table of contents repeats the headings: nothing but links to this same page.
        return len(links) > 1 and linked >= len(text) - 2 * len(links) and all(map(_is_link_within_page, links))
    return bool(links) and linked >= MIN_LINK_SHARE * len(text)


def _has_page_content(tag: Tag) -> bool:
    """Whether a headline, <main> or <article> is among the first MAX_TAGS nodes: a real menu has no more of them."""
    return any(
        isinstance(node, Tag) and node.name in {"h1", "main", "article"} for node in islice(contents_of(tag), MAX_TAGS)
    )


def _is_link_within_page(link: Tag) -> bool:
    return str(link.get("href") or "").startswith("#")


def _has_boilerplate_name(tag: Tag, *, inside: bool) -> bool:
    """Whether its ARIA role or one of its classes is that of a menu, a banner, share buttons or the like."""
    roles = set(str(tag.get("role") or "").lower().split())
    if roles & _ROLES or (not inside and roles & _SITE_ROLES):
        return True
    return bool(_BOILERPLATE_CLASS.search(_join_classes(tag)))


def _join_classes(tag: Tag) -> str:
    """The classes in lower case. No ids: many are made of a heading, and "sharing" and "consent" are real subjects."""
    classes = tag.get("class")
    return " ".join(classes).lower().replace("_", "-") if isinstance(classes, list) else ""


def short_text(tag: Tag, limit: int = MAX_BOILERPLATE_CHARACTERS, tags: int = MAX_TAGS) -> str | None:
    """All text inside a tag on one line; None where it has more than `limit` characters or more than `tags` nodes.

    Bounded, because nested tags are each read once more.
    """
    parts: list[str] = []
    size = 0
    for number, node in enumerate(contents_of(tag)):
        if type(node) is NavigableString:
            parts.append(node)
            size += len(node)
        if size > 2 * limit or number > tags:
            return None
    text = one_line("".join(parts))
    return text if len(text) <= limit else None


def contents_of(tag: Tag) -> Iterator[PageElement]:
    """Every node inside a tag, in document order. `Tag.descendants` first walks to the last of them, however deep."""
    waiting = [iter(tag.contents)]
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
            continue
        yield node
        if isinstance(node, Tag):
            waiting.append(iter(node.contents))
