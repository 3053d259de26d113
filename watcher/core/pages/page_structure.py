"""What the structure of a page says of it: that it asks for something before it shows anything.

A consent wall, a login, a challenge and a notice of maintenance stand alone: hardly a link leads on from them, and a
button or a password is asked for. A page of a site has its menu. No wording is read here.
"""

import re
from itertools import islice

from bs4 import BeautifulSoup, Tag

from watcher.core.language.lazy_regex import lazy_regex

MAX_CHARACTERS = 20_000  # what says more than this is a page, whatever stands around it
MAX_LINKS = 2  # of a page that stands alone: to a privacy notice, to the site's owner
MAX_CONTROLS_READ = 50
_SENDS_ON = lazy_regex(r"^\s*\d*\s*[;,]\s*url\s*=", re.IGNORECASE)


def doubt_by_structure(soup: BeautifulSoup, text: str) -> str:
    """Why a page with this `text` may be another one shown in its place, in words for an admin; "" when it looks whole.

    It is only a doubt: a page that is like its own past is the page all the same (core/candidates/).
    """
    stands_alone = len(soup.find_all("a", href=True, limit=MAX_LINKS + 1)) <= MAX_LINKS
    password = soup.select_one("input[type=password]")
    if password and (stands_alone or password.find_parent(["main", "article"]) is not None):
        return "it asks for a password"
    if len(text) > MAX_CHARACTERS or not stands_alone:
        return ""
    if any(map(_sends_on, soup.select("meta[http-equiv=refresh i]"))):
        return "it sends its readers on to another page"
    if any(map(_is_pressed, islice(soup.select("button, input, form"), MAX_CONTROLS_READ))):
        return "no link leads on from it, and a button is to be pressed first"
    return ""


def _sends_on(tag: Tag) -> bool:
    """Whether a page leads to another by itself; many only load themselves again."""
    return bool(_SENDS_ON.match(str(tag.get("content") or ""))) and tag.find_parent("noscript") is None


def _is_pressed(tag: Tag) -> bool:
    """Whether readers press it to go on. A button in a heading opens a section of the page."""
    if tag.name == "button":
        return tag.find_parent(["h1", "h2", "h3", "h4", "h5", "h6"]) is None
    return tag.name == "form" or str(tag.get("type") or "").lower() in {"submit", "button", "image"}
