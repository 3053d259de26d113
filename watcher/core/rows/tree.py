"""A page as boxes: its tags in document order, each with its place, its size, and whether it is a site's own chrome.

Beautiful Soup's tree is left as it is. Everything is read once and bounded: hostile pages nest 100,000 tags.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.text import one_line
from watcher.core.pages.boilerplate import is_silent

MAX_BOXES = 60_000
MAX_DEPTH = 120  # what lies deeper is left out
MAX_CHROME_SHARE = 0.6  # of the words of a page: what holds more of them is the page, whatever it is called
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
EMPHASIS = frozenset({"em", "i", "sup", "sub", "mark", "abbr", "cite", "q", "u", "wbr", "font", "ins"})
_CHROME_TAGS = frozenset({"nav", "aside", "menu", "dialog"})
_SITE_TAGS = frozenset({"header", "footer"})
_CHROME_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar", "dialog", "alertdialog"}
)
_TEXT_TAGS = frozenset({"main", "article", "section", "li", "tr"})
_NAMED_BY_SUBJECT = ("tag-", "category-", "post-", "type-", "status-", "has-", "no-", "with-")  # WordPress does so
_TAG_CLOUD = lazy_regex(r"^tag-?(?:cloud|list|links?)$")
_CHROME_CLASS = lazy_regex(
    r"(?:^|[-_])(?:cookies?|cookie-?\w+|consent|gdpr|breadcrumbs?|share|share-?\w+|sharing|addthis|pagination|pager"
    r"|page-numbers|skip-?links?|nav|navbar|navigation|subnav|submenu|menu|toc|contents-list|masthead|side-?bar"
    r"|related|related-?\w+|most-?(?:read|viewed|popular)|popular|trending|tags|comments?|comment-?list"
    r"|social-?(?:media|share|sharing|links?|icons?|feed|wall|buttons?|bar)|twitter|tweets?|facebook|instagram"
    r"|adverts?|advertisement|ads?|sponsored|sponsors?|sign-?up|modal|login|facets?|quick-?links|back-to-top"
    r"|site-?(?:header|footer)|page-?footer|footer-?(?:nav|links|menu))(?:$|[-_])"
)
_CHROME_IDS = frozenset({"nav", "navigation", "menu", "footer", "header", "sidebar", "breadcrumb", "breadcrumbs"})
_HIDDEN_STYLE = lazy_regex(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Box:
    """A tag of the page. `path` numbers its path of tag names; `end` is the order of the last box inside it."""

    tag: Tag
    name: str
    parent: "Box | None"
    path: int
    order: int
    children: list["Box | NavigableString"] = field(default_factory=list)
    end: int = 0
    characters: int = 0
    is_main: bool = False  # it holds the page's headline or its <main>
    is_chrome: bool = False
    is_within_text: bool = False

    @property
    def boxes(self) -> list["Box"]:
        """The tags directly inside it."""
        return [child for child in self.children if isinstance(child, Box)]

    @property
    def size(self) -> int:
        """How many tags it holds."""
        return self.end - self.order

    @property
    def ancestors(self) -> Iterator["Box"]:
        """The tags that it lies in, the innermost first."""
        above = self.parent
        while above:
            yield above
            above = above.parent

    @property
    def classes(self) -> list[str]:
        """Its classes as written."""
        classes = self.tag.get("class")
        return classes if isinstance(classes, list) else []

    @property
    def names(self) -> list[str]:
        """The tag names from the outermost to its own."""
        return [*(box.name for box in reversed(list(self.ancestors))), self.name]


@dataclass(frozen=True, slots=True)
class Tree:
    """All boxes of a page in document order; `is_cut` where there were too many of them."""

    boxes: Sequence[Box]
    is_cut: bool


def read_tree(roots: Sequence[Tag]) -> Tree:
    """The tags inside `roots` as boxes, without scripts, form controls and what is hidden."""
    paths: dict[tuple[int, str], int] = {}
    boxes: list[Box] = []
    waiting: list[tuple[Box | None, Iterator[PageElement]]] = [(None, iter(roots))]
    is_cut = False
    while waiting:
        parent, nodes = waiting[-1]
        node = next(nodes, None)
        if node is None:
            waiting.pop()
            _close(parent, len(boxes) - 1)
        elif isinstance(node, Tag):
            if len(boxes) >= MAX_BOXES:
                is_cut = True
                break
            if (is_silent(node) and node.name != "time") or _is_hidden(node):
                continue
            path = paths.setdefault((parent.path if parent else -1, node.name), len(paths))
            box = Box(tag=node, name=node.name, parent=parent, path=path, order=len(boxes), end=len(boxes))
            boxes.append(box)
            if parent:
                parent.children.append(box)
            if len(waiting) < MAX_DEPTH:
                waiting.append((box, iter(node.contents)))
        elif parent and type(node) is NavigableString:
            parent.children.append(node)
            parent.characters += len(node.strip())
    _mark_chrome(boxes)
    return Tree(boxes=boxes, is_cut=is_cut)


def _close(box: Box | None, last: int) -> None:
    """Note what is now known of a box whose last tag was read."""
    if box is None:
        return
    box.end = last
    box.is_main = box.is_main or box.name in {"h1", "main"} or box.tag.get("role") == "main"
    if box.parent:
        box.parent.characters += box.characters
        box.parent.is_main = box.parent.is_main or box.is_main


def _is_hidden(tag: Tag) -> bool:
    return tag.has_attr("hidden") or bool(_HIDDEN_STYLE.search(str(tag.get("style") or "")))


def _mark_chrome(boxes: Sequence[Box]) -> None:
    most = MAX_CHROME_SHARE * sum(box.characters for box in boxes if box.parent is None)
    for box in boxes:
        above = box.parent
        box.is_within_text = bool(above and (above.is_within_text or above.name in _TEXT_TAGS))
        is_page = above is None or box.is_main or box.characters > most
        box.is_chrome = bool(above and above.is_chrome) or (not is_page and _is_named_chrome(box))


def _is_named_chrome(box: Box) -> bool:
    if box.name in _CHROME_TAGS or (box.name in _SITE_TAGS and not box.is_within_text):
        return True
    roles = set(str(box.tag.get("role") or "").lower().split())
    if roles & _CHROME_ROLES or str(box.tag.get("id") or "").lower() in _CHROME_IDS:
        return True
    if not box.is_within_text and {"footer", "header"} & set(box.classes):
        return True
    return any(map(_is_chrome_class, box.classes))


def _is_chrome_class(name: str) -> bool:
    plain = name.lower()
    if plain.startswith(_NAMED_BY_SUBJECT):
        return bool(_TAG_CLOUD.match(plain))
    return bool(_CHROME_CLASS.search(plain))


def words_of(node: Box | NavigableString, limit: int = 400) -> str:
    """The text inside a node on one line; of a longer one no more than about `limit` characters."""
    if not isinstance(node, Box):
        return one_line(node)
    parts: list[str] = []
    size = 0
    waiting: list[Box | NavigableString] = [node]
    while waiting and size <= limit:
        inner = waiting.pop()
        if isinstance(inner, Box):
            is_apart = inner.name not in EMPHASIS
            parts.append(" " if is_apart else "")
            waiting += reversed(inner.children)
        else:
            parts.append(inner)
            size += len(inner)
    return one_line("".join(parts))
