"""The chrome of a page without <main>: menus, head and foot, told by their ids and their place before the headline.

Lists and tables stay, and links below the headline, however many: a new letter among them is news.
"""

import re
from collections.abc import Iterator

from bs4 import Tag

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import one_line
from watcher.core.pages.boilerplate import short_text

MAX_CHARACTERS = 1_500  # what holds more is the page, whatever it is called
MAX_TAGS_NAMED = 50
MIN_LINKS, MIN_LINK_SHARE = 2, 0.6
MAX_DEPTH = 100
_IDS = lazy_regex(
    r"^(?:(?:site|page|main|top|global)[-_]?)?(?:nav|navbar|navigation|menu|header|footer|masthead|banner|side-?bar|side|foot"
    r"|breadcrumbs?|crumbs|cookies?|cookie-?(?:banner|notice|consent|bar)|skip-?links?|login|search|share|social)$",
    re.IGNORECASE,
)
_DATE = lazy_regex(r"\b(?:19|20)\d\d\b")
_TEXT = ("h1", "h2", "main", "article", "table", "dl")


def chrome_of(root: Tag) -> Iterator[Tag]:
    """The tags inside `root` that are menus, head and foot of the site rather than text of the page."""
    headline = root.find("h1")
    for tag in root.find_all(id=_is_name_of_chrome, limit=MAX_TAGS_NAMED):
        if isinstance(tag, Tag) and _is_small(tag):
            yield tag
    if not isinstance(headline, Tag):
        return
    branch = headline
    for _ in range(MAX_DEPTH):
        if branch is root or branch.parent is None:
            return
        for before in branch.previous_siblings:
            if isinstance(before, Tag) and _is_small(before) and _is_menu(before):
                yield before
        branch = branch.parent


def _is_name_of_chrome(identifier: str | None) -> bool:
    return bool(identifier and _IDS.search(identifier))


def _is_small(tag: Tag) -> bool:
    """Whether it is short and has no heading of the page, no table and no date."""
    words = short_text(tag, MAX_CHARACTERS)
    return words is not None and not _DATE.search(words) and tag.find(_TEXT) is None


def _is_menu(tag: Tag) -> bool:
    links = [tag] if tag.name == "a" else tag.find_all("a")
    linked = sum(len(one_line(link.get_text())) for link in links)
    words = short_text(tag, MAX_CHARACTERS) or ""
    return len(links) >= MIN_LINKS and linked >= MIN_LINK_SHARE * len(words)
