"""Older pages of a list that a site shows by a form only: the pager of an ASP.NET grid, `__doPostBack`.

A browser sends the whole form back with the name of the grid and `Page$2` (learn.microsoft.com, "GridView.PageIndex").
Its hidden fields are those of the last answer: the server refuses any that it did not just give.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urldefrag, urljoin, urlsplit

from watcher.core.decoding.text_encoding import html_soup
from watcher.core.items.older_pages import PageRequest
from watcher.core.language.lazy_regex import lazy_regex
from watcher.core.language.urls import without_login
from watcher.errors import NotParsed
from watcher.model import Request, Response

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

MAX_FORM_CHARACTERS = 1_000_000
_POST_BACK = lazy_regex(r"__doPostBack\(\s*['\"]([^'\"]+)['\"]\s*,\s*['\"](Page\$\w+)['\"]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerForm:
    """The pager of a grid: `target` is its name in `__doPostBack`; `fields` go with each page, as a filter must."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    target: str
    fields: Mapping[str, str] = field(default_factory=dict)

    def pages_after(self, first: Response, headers_for: Callable[[str], Mapping[str, str]]) -> PageRequest:
        """The Requests for the pages after the `first` (core/items/older_pages.py)."""
        return lambda number, before: self.request_page(number, before or first, headers_for)

    def request_page(
        self, number: int, page: Response, headers_for: Callable[[str], Mapping[str, str]]
    ) -> Request | None:
        """The POST for page `number` of the list of which `page` shows another; None where there is no such page.

        Raises NotParsed where `page` has no pager, or its form leads to another host.
        """
        soup = html_soup(page.body, page.content_type)
        form = _find_form(soup)
        argument = f"Page${number}"
        if argument not in self._offered_pages(soup):
            if number > 2:  # noqa: PLR2004 - the second page is where a pager begins
                return None
            raise NotParsed(f"no pager of {self.target!r} offers a second page")
        address = _address_of(form, page.url)
        own = {**self.fields, "__EVENTTARGET": self.target, "__EVENTARGUMENT": argument}
        pairs = (*(pair for pair in _hidden_fields(form) if pair[0] not in own), *own.items())
        if sum(len(name) + len(content) for name, content in pairs) > MAX_FORM_CHARACTERS:
            raise NotParsed(f"the hidden fields of its form have more than {MAX_FORM_CHARACTERS:,} characters")
        shown_at = {"Referer": _without_secrets(page.url), "Origin": _origin(page.url)}
        return Request(url=address, headers={**headers_for(address), **shown_at}, form=pairs)

    def _offered_pages(self, soup: "BeautifulSoup") -> set[str]:
        """The arguments of the links of this pager, such as `Page$2`."""
        links = (str(link["href"]) for link in soup.find_all("a", href=True))
        calls = (match for link in links for match in _POST_BACK.finditer(link))
        return {call[2] for call in calls if call[1] == self.target}


def _find_form(soup: "BeautifulSoup") -> "Tag":
    """The form of the page that holds its state. Raises NotParsed where there is none."""
    state = soup.select_one("form input[name='__VIEWSTATE']")
    form = state.find_parent("form") if state else None
    if form is None:
        raise NotParsed("no form of ASP.NET stands on the page (no __VIEWSTATE); perhaps a login or error page")
    return form


def _hidden_fields(form: "Tag") -> Iterator[tuple[str, str]]:
    for control in form.select("input[type='hidden' i][name]:not([disabled])"):
        yield str(control["name"]), str(control.get("value") or "")


def _address_of(form: "Tag", base: str) -> str:
    """Where a form is sent. Raises NotParsed where that is another host than that of its page."""
    try:
        address = urldefrag(urljoin(base, str(form.get("action") or ""))).url
    except ValueError:
        address = ""
    if _origin(address) != _origin(base):
        raise NotParsed("its form leads to another host")
    return address


def _origin(address: str) -> str:
    """The origin of an address (RFC 6454): scheme, host and port."""
    parts = urlsplit(_without_secrets(address))
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _without_secrets(address: str) -> str:
    """An address without login and fragment, as a Referer has it (RFC 9110 section 10.1.3)."""
    return urldefrag(without_login(address)).url
