"""What the structure of a page says of it: that it asks for something before it shows anything.

A consent wall, a login, a challenge and a notice of maintenance stand alone: hardly a link leads on from them, and a
button or a password is asked for. A page of a site has its menu. No wording is read here.
"""

from itertools import islice

from bs4 import BeautifulSoup, Tag

MAX_CHARACTERS = 3_000  # what says more than this is a page, whatever stands around it
MAX_LINKS = 2  # of a page that stands alone: to a privacy notice, to the site's owner
MAX_CONTROLS_READ = 50


def doubt_by_structure(soup: BeautifulSoup, text: str) -> str:
    """Why a page with this `text` may be another one shown in its place, in words for an admin; "" when it looks whole.

    It is only a doubt: a page that is like its own past is the page all the same (core/candidates/).
    """
    if len(text) > MAX_CHARACTERS:
        return ""
    if _holds(soup, "input[type=password]"):
        return "it asks for a password"
    if _holds(soup, "meta[http-equiv=refresh i]"):
        return "it sends its readers on to another page"
    if len(soup.find_all("a", href=True, limit=MAX_LINKS + 1)) > MAX_LINKS:
        return ""
    if any(map(_is_pressed, islice(soup.select("button, input, form"), MAX_CONTROLS_READ))):
        return "it stands alone, with a button to press before anything is shown"
    return ""


def _holds(soup: BeautifulSoup, selector: str) -> bool:
    return soup.select_one(selector) is not None


def _is_pressed(tag: Tag) -> bool:
    """Whether readers press it to go on. A button in a heading opens a section of the page."""
    if tag.name == "button":
        return tag.find_parent(["h1", "h2", "h3", "h4", "h5", "h6"]) is None
    return tag.name == "form" or str(tag.get("type") or "").lower() in {"submit", "button", "image"}
