"""Identity of the Items of one list: by the first key that the list itself does not contradict.

A link that two announcements of one answer share (a page of bulletins) names neither, and a guid that all of them share
names none (RSS 2.0 asks for a unique one, and feeds forget it). Then the next key counts, last headline and date.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from watcher.core.language.text import title_key
from watcher.model import Item


def identify(items: Sequence[Item]) -> tuple[tuple[Item, ...], list[str]]:
    """`items` with identities that the list bears out, each once; and the headlines of those left out that said more.

    An Item is left out when one before it has its identity: the same link and headline, listed twice.
    """
    shared = _find_shared_keys(items)
    identified = [_with_unshared_keys(item, shared) for item in items]
    kept: dict[str, Item] = {}
    left_out = []
    for item in identified:
        first = kept.setdefault(item.identity, item)
        if first is not item and item.listed_content != first.listed_content:
            left_out.append(item.title)
    return tuple(kept.values()), left_out


def _find_shared_keys(items: Sequence[Item]) -> set[str]:
    """The keys that two different announcements of this list bear."""
    bearers: dict[str, list[Item]] = {}
    for item in items:
        for item_key in item.keys:
            bearers.setdefault(item_key, []).append(item)
    return {name for name, several in bearers.items() if _are_several(several)}


def _are_several(items: Sequence[Item]) -> bool:
    """Whether Items with one key are several announcements: by headline, date, or another name that they have."""
    headlines = {title_key(item.title) for item in items}
    dates = {item.published.literal for item in items} - {""}
    names = {item.keys[:-1] for item in items if len(item.keys) > 2}  # noqa: PLR2004 - link, guid, headline and date
    return len(headlines) > 1 or len(dates) > 1 or len(names) > 1


def _is_another(item: Item, other: Item) -> bool:
    return _are_several([replace(item, keys=()), replace(other, keys=())])


def _with_unshared_keys(item: Item, shared: set[str]) -> Item:
    if not item.shared_keys and item.keys[:1] == (item.identity,) and shared.isdisjoint(item.keys):
        return item
    keys = tuple(item_key for item_key in item.keys if item_key not in shared)
    others = tuple(item_key for item_key in item.keys if item_key in shared)
    return replace(item, identity=(keys or (item.identity,))[0], keys=keys, shared_keys=others)


def identify_known(items: Iterable[Item], stored: Mapping[str, Item]) -> tuple[Item, ...]:
    """`items` under the identity of the stored Item that each is, by any of its keys; no two under one.

    A list bears a key out on one day and not on the next. By a key that is shared today a stored Item is recognised
    only with the same headline.
    """
    listed = list(items)
    taken = {item.identity for item in listed if item.identity in stored}
    identified = []
    for item in listed:
        known = None if item.identity in stored else _find_known(item, stored)
        if known and known.identity not in taken:
            taken.add(known.identity)
            item = replace(item, identity=known.identity)  # noqa: PLW2901 - the same Item under its stored identity
        identified.append(item)
    return tuple(identified)


def _find_known(item: Item, stored: Mapping[str, Item]) -> Item | None:
    known = next((stored[name] for name in item.keys if name in stored), None)
    candidates = (stored[name] for name in item.shared_keys if name in stored)
    return known or next((candidate for candidate in candidates if not _is_another(item, candidate)), None)
