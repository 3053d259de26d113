"""Whether an Item is new, revised, or known as it is."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from watcher.model import Item


def compare(found: Item, known: Item | None, now: datetime) -> Item | None:
    """The Item to remember: `found` as revision 1, or as the next revision of `known`; None when nothing changed.

    A changed date alone is no revision: publishers move their dates whenever they touch a page.
    """
    if known is None:
        return replace(found, revision=1, first_seen=now)
    read_late = known.unread and not found.unread
    if found.face == known.face and (not found.text or found.text == known.text) and not read_late:
        return None
    same = found.face == known.face and read_late  # its page is read at last: nobody edited anything
    return replace(
        found,
        text=found.text or known.text,
        revision=known.revision + (not same),
        first_seen=known.first_seen,
        published=known.published if known.published.literal else found.published,
    )


def unread(found: Iterable[Item], known: Mapping[str, Item]) -> tuple[Item, ...]:
    """The Items whose own page is worth fetching: new ones, those with another headline, and those still unread."""
    return tuple(item for item in found if _wants_reading(item, known.get(item.identity)))


def _wants_reading(found: Item, known: Item | None) -> bool:
    return known is None or known.unread or known.face != found.face


def distinct(found: Iterable[Item]) -> tuple[Item, ...]:
    """One Item for each identity, the first: a page that lists an announcement twice tells it once."""
    first: dict[str, Item] = {}
    for item in found:
        first.setdefault(item.identity, item)
    return tuple(first.values())
