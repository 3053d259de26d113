"""Pasted Items that we have: the same headline and day without an address is the same announcement."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from watcher.core.language.text import title_key
from watcher.model import Item


def recognise(items: Sequence[Item], stored: Iterable[Item]) -> tuple[Item, ...]:
    """`items`, each under the identity of the stored Item that it surely is.

    One list is copied as text today and with its links tomorrow, and its days are spelt otherwise. Two that both have
    an address of their own are told apart by it.
    """
    by_headline: dict[tuple[str, object], list[Item]] = {}
    for item in stored:
        by_headline.setdefault(_headline(item), []).append(item)
    counts = Counter(map(_headline, items))
    return tuple(_recognise(item, by_headline.get(_headline(item), []), counts[_headline(item)]) for item in items)


def _recognise(item: Item, alike: Sequence[Item], count: int) -> Item:
    identities = {known.identity for known in alike}
    if item.identity in identities or count > 1 or len(alike) != 1:
        return item
    is_sure = not (_has_address(item) and _has_address(alike[0]))
    return replace(item, identity=alike[0].identity) if is_sure else item


def _headline(item: Item) -> tuple[str, object]:
    return title_key(item.title), item.published.day


def _has_address(item: Item) -> bool:
    """Whether an Item is known by an address; else its identity is a hash, without a dot."""
    return "." in item.identity or "/" in item.identity
