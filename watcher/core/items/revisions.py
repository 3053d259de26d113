"""Whether an Item is new, revised, or known as it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from watcher.core.items.round_up import PART_MARK
from watcher.core.language.text import title_key
from watcher.model import Change, Item, Verdict

MIN_NEW_ITEMS, MIN_NEW_SHARE = (
    5,
    0.3,
)  # more Items than this, and than this share of the list, never appear at once by themselves


def next_revision(found: Item, known: Item | None, now: datetime, change: Change | None = None) -> Item | None:
    """The Item to remember: `found` as revision 1, or as the next revision of `known`; None when nothing changed.

    A changed date alone is no revision: publishers move their dates whenever they touch a page. Of a watched page
    `change` says what became of it, and what is cosmetic is no revision either.
    """
    if known is None:
        return replace(found, revision=1, first_seen=now)
    if change and change.verdict is Verdict.COSMETIC and found.withdrawn == known.withdrawn:
        return None
    read_late = known.unread and not found.unread
    if found.listed_content == known.listed_content and (not found.text or found.text == known.text) and not read_late:
        return None
    same = (
        found.listed_content == known.listed_content and read_late
    )  # its page is read at last: nobody edited anything
    return replace(
        found,
        identity=known.identity,
        text=found.text or known.text,
        revision=known.revision + (not same),
        first_seen=known.first_seen,
        published=known.published if known.published.literal else found.published,
    )


def items_to_read(found: Iterable[Item], known: Mapping[str, Item]) -> tuple[Item, ...]:
    """The Items whose own page is worth fetching: new ones, those with another headline, and those still unread."""
    return tuple(item for item in found if _wants_reading(item, known.get(item.identity)))


def _wants_reading(found: Item, known: Item | None) -> bool:
    return known is None or known.unread or known.listed_content != found.listed_content


def distinct_items(found: Iterable[Item]) -> tuple[Item, ...]:
    """One Item for each identity, the first: a page that lists an announcement twice tells it once."""
    first: dict[str, Item] = {}
    for item in found:
        first.setdefault(item.identity, item)
    return tuple(first.values())


def has_site_moved(found: Sequence[Item], known: Mapping[str, Item]) -> bool:
    """Whether so many Items look new that the site may only have given all of them new addresses."""
    new = sum(item.identity not in known for item in found if PART_MARK not in item.identity)
    return new > max(MIN_NEW_ITEMS, MIN_NEW_SHARE * len(found))


def match_moved_items(found: Sequence[Item], known: Mapping[str, Item], lately: Iterable[Item]) -> Mapping[str, Item]:
    """By new identity, the Items that we knew under another one: they keep their own, and nobody hears of it.

    Only where most of the new Items share headline and day, or path, with one that is no longer listed: after a new
    content system, https, another domain. `lately` are this source's newest known Items.
    """
    if not has_site_moved(found, known):
        return {}
    listed = {each.id for each in known.values()}
    free = [item for item in lately if item.id not in listed]
    by_title = {title_key(item.title): item for item in reversed(free)}
    by_path = {_path(item): item for item in reversed(free) if _path(item).strip("/?")}
    new = [item for item in found if item.identity not in known and PART_MARK not in item.identity]
    pairs: dict[str, Item] = {}
    for item in new:
        same = by_title.get(title_key(item.title))
        old = same if same and _same_day(same, item) else by_path.get(_path(item))
        if old and old.id not in {each.id for each in pairs.values()}:
            pairs[item.identity] = replace(old, url=item.url)
    return pairs if 2 * len(pairs) > len(new) else {}


def _path(item: Item) -> str:
    parts = urlsplit(item.url)
    return f"{parts.path.rstrip('/')}?{parts.query}"


def _same_day(one: Item, other: Item) -> bool:
    return one.published.day is None or other.published.day is None or one.published.day == other.published.day
