"""Where a link of a mail leads: by what its reader sees, never by asking. A tracking link is no address of anything.

Mailing services put an address of their own behind every link; following it tells the sender who reads, and some of
them unsubscribe.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.urls import clean_link

if TYPE_CHECKING:
    from watcher.core.mail.mail_lines import MailLink

_VISIBLE = lazy_regex(
    r"(?<![\w@./-])(?:(?:https?://|www\.)(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}|(?:[a-z0-9-]{1,63}\.){1,6}(?:uk|org|com|net))"
    r"(?:/[^\s<>\"'\]|]*)?(?![\w@])",
    re.IGNORECASE,
)
_TRACKER_HOST = lazy_regex(
    r"^(?:[a-z0-9-]*(?:click|track|link|email|e-?mail|news|mail|go|lnks?|url|cmail)[a-z0-9-]*|e|t|r|c|em|m)\.",
    re.IGNORECASE,
)
_TOKEN = lazy_regex(r"[A-Za-z0-9_=+%]{25,}")  # a word of this length without a hyphen names a reader, not a page
_TRACKER_PATH = lazy_regex(
    r"/(?:click|track\w*|subscri\w*|unsubscri\w*|preferences?|redirect|c|l|e|t|r)(?:/|$|\?)", re.IGNORECASE
)
# Where every mail of a sender leads, whatever it announces.
_STANDING_LINK = lazy_regex(
    r"\b(?:contact|feedback|enquir\w+|privacy|accessib\w+|cookies?|unsubscribe|preferences|home ?page|website"
    r"|twitter|facebook|linkedin|follow us|online form|help centre|helpdesk)\b",
    re.IGNORECASE,
)
_OFFICIAL_HOST = lazy_regex(r"(?:^|\.)(?:nhs\.uk|gov\.uk|parliament\.uk|nice\.org\.uk)$")


def find_address(links: "Iterable[MailLink]", text: str, hosts: Sequence[str]) -> str:
    """The first address that surely is that of a page, among the links and in the words of `text`; "" for none.

    Words that are an address are it. Behind other words, a link to a host of the publisher (`hosts`) or of a public
    body counts, where nothing in it names a reader.
    """
    of_links = (
        _visible_address(link.words) or ("" if _STANDING_LINK.search(link.words) else _plain_address(link, hosts))
        for link in links
    )
    of_text = (_visible_address(match[0]) for match in _VISIBLE.finditer(text))
    return next(filter(None, (*of_links, *of_text)), "")


def _visible_address(words: str) -> str:
    match = _VISIBLE.fullmatch(words.strip().rstrip(".,;:)"))
    if not match:
        return ""
    address = clean_link(match[0] if "://" in match[0] else f"https://{match[0]}")
    return "" if urlsplit(address).path in {"", "/"} else address


def _plain_address(link: "MailLink", hosts: Sequence[str]) -> str:
    address = clean_link(link.href)
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    is_theirs = any(host == own or host.endswith(f".{own}") for own in hosts) or bool(_OFFICIAL_HOST.search(host))
    if not is_theirs or _TRACKER_HOST.match(host) or _TRACKER_PATH.search(parts.path):
        return ""
    names_reader = _TOKEN.search(parts.path) or _TOKEN.search(parts.query) or "@" in address
    return "" if names_reader or parts.path in {"", "/"} else address
