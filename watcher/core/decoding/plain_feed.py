"""RSS 2.0 and Atom of the plain shapes that most feeds have, read with lxml: a twentieth of the work of feedparser.

Whatever is not surely read alike is left to feedparser: an element that this file does not name, one that stands twice,
markup inside a headline, an address to be completed. tests/core/decoding/test_plain_feed.py compares the two on every
feed that is at hand, and on invented ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from watcher.core.language.lazy_regex import lazy_regex

_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_SLASH, _WFW = "{http://purl.org/rss/1.0/modules/slash/}", "{http://wellformedweb.org/CommentAPI/}"
# What says nothing that is read: left out by both.
_UNREAD = frozenset(
    {"author", "comments", "enclosure", f"{_DUBLIN_CORE}creator", f"{_MEDIA}thumbnail", f"{_SLASH}comments"}
    | {f"{_WFW}commentRss", f"{_ATOM}author", f"{_MEDIA}content"}
)
_UNREAD_INSIDE = {  # and what may stand inside of it
    f"{_MEDIA}content": frozenset({f"{_MEDIA}credit"}),
    f"{_ATOM}author": frozenset(_ATOM + name for name in ("name", "email", "uri")),
}
_UNREAD_OF_CHANNEL = frozenset(
    {"description", "language", "copyright", "lastBuildDate", "pubDate", "generator", "docs", "managingEditor"}
    | {f"{_DUBLIN_CORE}{name}" for name in ("date", "language", "rights")}
    | {"webMaster", "category", "image", f"{_ATOM}link", "title", "link"}
    | {"{http://purl.org/rss/1.0/modules/syndication/}" + name for name in ("updatePeriod", "updateFrequency")}
)
_UNREAD_OF_ATOM = frozenset(_ATOM + name for name in ("id", "link", "title", "subtitle", "updated", "author"))
_WHOLE_ADDRESS = lazy_regex(r"https?://[^\s/?#\\:@]+(?::[0-9]+)?(?:/[!-~]*)?")
_CONTROLS = lazy_regex("[\x80-\x9f]")  # feedparser reads them as Windows-1252
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_OTHER_RELATIONS = frozenset({"self", "enclosure", "related", "via", "edit", "replies"})
_TEXT_TYPES = frozenset({None, "text", "html"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFeed:
    """A feed as feedparser names its parts. `head`: its link and ttl; a `version` of "" is no feed."""

    version: str
    elements: list[Any]
    head: Mapping[str, Any] = field(default_factory=dict)
    is_damaged: bool = False


class _NotPlain(Exception):
    """The document has a shape that is left to feedparser."""


def read_plain_feed(body: str) -> ReadFeed | None:
    """The feed in `body`, an XML document without a declaration; None where it is none of the plain shapes."""
    if _CONTROLS.search(body):
        return None
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=True)
    try:
        root = etree.fromstring(body.encode("utf-8", "replace"), parser)
        if root.getroottree().docinfo.internalDTD is not None:
            return None
        return _read_rss(root) if root.tag == "rss" else _read_atom(root)
    except (etree.XMLSyntaxError, _NotPlain):
        return None


def _read_rss(root: Any) -> ReadFeed:
    """RSS 2.0 (rssboard.org/rss-specification)."""
    (channel,) = root if len(root) == 1 else (None,)
    if channel is None or channel.tag != "channel" or root.get("version") != "2.0":
        raise _NotPlain
    head: dict[str, Any] = {}
    elements = []
    for element in channel:
        if element.tag == "item":
            elements.append(_read_children(element, _READERS_OF_ITEM, _UNREAD))
        elif element.tag == "ttl":
            _put(head, "ttl", _text_of(element))
        elif element.tag not in _UNREAD_OF_CHANNEL or (element.tag != "image" and len(element)):
            raise _NotPlain
    return ReadFeed(version="rss20", elements=elements, head=head)


def _read_atom(root: Any) -> ReadFeed:
    """Atom (RFC 4287)."""
    if root.tag != f"{_ATOM}feed":
        raise _NotPlain
    if any(element.tag not in _UNREAD_OF_ATOM for element in root if element.tag != f"{_ATOM}entry"):
        raise _NotPlain
    elements = [_read_children(element, _READERS_OF_ENTRY, _UNREAD) for element in root.iterchildren(f"{_ATOM}entry")]
    return ReadFeed(version="atom10", elements=elements)


def _read_children(
    parent: Any, readers: Mapping[str, Callable[[dict[str, Any], Any], None]], unread: frozenset[str]
) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for element in parent:
        if element.tag in readers:
            readers[element.tag](parts, element)
        elif element.tag not in unread or not _is_unread_inside(element):
            raise _NotPlain
    if "link" not in parts:
        raise _NotPlain  # it leads to the address of the whole feed, which is found in many places
    return parts


def _is_unread_inside(element: Any) -> bool:
    allowed = _UNREAD_INSIDE.get(element.tag, frozenset[str]())
    return all(part.tag in allowed and not len(part) for part in element)


def _put(parts: dict[str, Any], name: str, value: str) -> None:
    """What stands once; of two, feedparser takes now the first and now the last."""
    if name in parts:
        raise _NotPlain
    parts[name] = value


def _text_of(element: Any) -> str:
    """The text of an element without others in it; UTF-8 that was taken for Latin-1 is mended, as feedparser does."""
    if len(element) or element.get(_BASE) is not None:
        raise _NotPlain
    literal = (element.text or "").strip()
    if literal.isascii():
        return literal
    try:
        return literal.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return literal


def _whole_address(element: Any) -> str:
    address = _text_of(element)
    if not _WHOLE_ADDRESS.fullmatch(address):
        raise _NotPlain
    return address


def _read_guid(parts: dict[str, Any], element: Any) -> None:
    is_link = element.get("isPermaLink", "true").lower() == "true"
    name = _whole_address(element) if is_link else _text_of(element)
    if not name or (is_link and "link" not in parts):
        raise _NotPlain  # it stands for the link, unless one follows
    _put(parts, "id", name)


def _read_description(parts: dict[str, Any], element: Any) -> None:
    if "content" in parts:
        raise _NotPlain
    _put(parts, "summary", _text_of(element))


def _read_encoded(parts: dict[str, Any], element: Any) -> None:
    if "content" in parts or not parts.get("summary"):
        raise _NotPlain  # it is the summary as well
    parts["content"] = [{"value": _text_of(element)}]


def _read_category(parts: dict[str, Any], element: Any) -> None:
    term = element.get("term") if element.tag.startswith(_ATOM) else _text_of(element)
    tag = {"term": term, "label": element.get("label"), "scheme": element.get("scheme") or element.get("domain")}
    tags = parts.setdefault("tags", [])
    if any(tag.values()) and tag not in tags:
        tags.append(tag)


def _read_atom_link(parts: dict[str, Any], element: Any) -> None:
    """The address of the page; those of other kinds are left out."""
    if len(element) or element.get(_BASE) is not None or (element.text or "").strip():
        raise _NotPlain
    relation = element.get("rel", "alternate")
    if relation in _OTHER_RELATIONS:
        return
    if relation != "alternate":
        raise _NotPlain
    address = element.get("href", "")
    if element.get("type", "text/html") != "text/html" or not _WHOLE_ADDRESS.fullmatch(address):
        raise _NotPlain
    _put(parts, "link", address)


def _read_typed_text(name: str) -> Callable[[dict[str, Any], Any], None]:
    def read(parts: dict[str, Any], element: Any) -> None:
        if element.get("type") not in _TEXT_TYPES:
            raise _NotPlain
        _put(parts, name, _text_of(element))

    return read


def _read_content(parts: dict[str, Any], element: Any) -> None:
    if element.get("type") not in _TEXT_TYPES or element.get("src") or not parts.get("summary"):
        raise _NotPlain
    _put(parts, "content", _text_of(element))
    parts["content"] = [{"value": parts["content"]}]


def _read_atom_id(parts: dict[str, Any], element: Any) -> None:
    _put(parts, "id", _text_of(element))


_READERS_OF_ITEM: Mapping[str, Callable[[dict[str, Any], Any], None]] = {
    "title": lambda parts, element: _put(parts, "title", _text_of(element)),
    "link": lambda parts, element: _put(parts, "link", _whole_address(element).replace("&amp;", "&")),
    "pubDate": lambda parts, element: _put(parts, "published", _text_of(element)),
    "guid": _read_guid,
    "description": _read_description,
    f"{_DUBLIN_CORE}date": lambda parts, element: _put(parts, "updated", _text_of(element)),
    _CONTENT: _read_encoded,
    "category": _read_category,
}
_READERS_OF_ENTRY: Mapping[str, Callable[[dict[str, Any], Any], None]] = {
    f"{_ATOM}id": _read_atom_id,
    f"{_ATOM}title": _read_typed_text("title"),
    f"{_ATOM}summary": _read_typed_text("summary"),
    f"{_ATOM}content": _read_content,
    f"{_ATOM}updated": lambda parts, element: _put(parts, "updated", _text_of(element)),
    f"{_ATOM}published": lambda parts, element: _put(parts, "published", _text_of(element)),
    f"{_ATOM}link": _read_atom_link,
    f"{_ATOM}category": _read_category,
}
