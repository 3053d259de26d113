"""The values of a list's rows: what one of them says, how they are found on their page, and why there are none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.model import UNDATED, Published

if TYPE_CHECKING:
    from bs4.element import PageElement


@dataclass(frozen=True, slots=True)
class ListingRow:
    """The words of one item of a list, as the page writes them; "" for what it does not hold.

    `published`: the date with its year, where the page gives that elsewhere or its order does.
    """

    title: str
    url: str
    date: str
    summary: str
    published: Published = UNDATED


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRows:
    """The rows of a page's list and their `pattern`, a value of JSON; or none, and `why` in words for an admin.

    `tags`: for each row, the tags and texts that it was read from. `left_out`: the headlines of what stands among them
    and is unlike them: without a date, or several in one.
    """

    rows: tuple[ListingRow, ...] = ()
    pattern: Mapping[str, str] = field(default_factory=dict)
    why: str = ""
    left_out: tuple[str, ...] = ()
    tags: "tuple[tuple[PageElement, ...], ...]" = field(default=(), repr=False, compare=False)
