"""Whether an Item is new, revised, unchanged, or only moved to another address."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from watcher.core.items.round_up import PART_MARK
from watcher.core.language.text import title_key
from watcher.core.pages.versions import was_unread_file
from watcher.model import Change, Item, Verdict

# More Items than this, and than this share of the list, never appear at once by themselves.
MIN_NEW_ITEMS, MIN_NEW_SHARE = 5, 0.3
MAX_DAY_FLUTTER = timedelta(days=1)


def next_revision(
    item: Item, stored: Item | None, now: datetime, change: Change | None = None, *, trusts_stamps: bool = False
) -> Item | None:
    """The Item to store: `item` as revision 1, or as the next revision of `stored`; None when nothing changed.

    A newer date alone is a revision where its source `trusts_stamps`: most publishers move their dates whenever they
    touch a page. For a watched page `change` is its Change since the stored version, and a cosmetic one is no revision.
    """
    if stored is None:
        return replace(item, revision=1, first_seen=now)
    if stored.withdrawn and not item.text:  # only its own page says so, and that was not read
        item = replace(item, withdrawn=True)
    is_file_read = was_unread_file(stored.text) and not was_unread_file(item.text)
    if change and change.verdict is Verdict.COSMETIC and item.withdrawn == stored.withdrawn and not is_file_read:
        return None
    is_read_late = is_file_read or (stored.unread and not item.unread)
    is_same = item.listed_content == stored.listed_content
    is_given_out_anew = is_updated(item, stored) and (trusts_stamps or not is_same)
    if is_same and (not item.text or item.text == stored.text) and not is_read_late and not is_given_out_anew:
        return None
    # Its page has been read at last: nobody edited anything.
    is_unedited = is_same and is_read_late and not is_given_out_anew
    keeps_date = stored.published.literal and not is_given_out_anew
    return replace(
        item,
        identity=stored.identity,
        text=item.text or stored.text,
        revision=stored.revision + (not is_unedited),
        first_seen=stored.first_seen,
        published=stored.published if keeps_date else item.published,
        updated_at=max(filter(None, (item.updated_at, stored.updated_at)), default=None),
        change_note=item.change_note or (stored.change_note if is_unedited else ""),
    )


def is_updated(item: Item, stored: Item) -> bool:
    """Whether its publisher gave a known Item out anew: with a newer stamp to the second, or another, later day.

    A shown day alone says little: some pages move it back and forth by one without an edit.
    """
    if item.stamp and stored.stamp:
        return item.stamp > stored.stamp
    day, day_before = item.published.day, stored.published.day
    return day is not None and day_before is not None and day - day_before > MAX_DAY_FLUTTER


def items_to_read(
    items: Iterable[Item],
    stored: Mapping[str, Item],
    *,
    reads_page_of: Callable[[Item], bool] = lambda _: True,
    trusts_stamps: bool = False,
) -> tuple[Item, ...]:
    """The Items whose own page is worth fetching: new ones, those with another headline, and those still unread.

    Of those that `reads_page_of` leaves out, the known ones with a newer stamp, where their source `trusts_stamps`.
    """
    return tuple(
        item
        for item in items
        if (reads_page_of(item) and _should_read_page(item, stored.get(item.identity)))
        or (trusts_stamps and item.identity in stored and _is_update_to_read(item, stored[item.identity]))
    )


def _is_update_to_read(item: Item, stored: Item) -> bool:
    return stored.unread or is_updated(item, stored)


def _should_read_page(item: Item, stored: Item | None) -> bool:
    return stored is None or stored.unread or item.unread or stored.listed_content != item.listed_content


def distinct_items(items: Iterable[Item]) -> tuple[Item, ...]:
    """The first Item of each identity: a document that a page and its list both name counts once."""
    by_identity: dict[str, Item] = {}
    for item in items:
        by_identity.setdefault(item.identity, item)
    return tuple(by_identity.values())


def has_site_moved(items: Sequence[Item], stored: Mapping[str, Item]) -> bool:
    """Whether so many Items look new that the site may only have given all of them new addresses."""
    new = sum(item.identity not in stored for item in items if PART_MARK not in item.identity)
    return new > max(MIN_NEW_ITEMS, MIN_NEW_SHARE * len(items))


def match_moved_items(
    items: Sequence[Item], stored: Mapping[str, Item], newest: Iterable[Item], *, is_rebuilt: bool = False
) -> Mapping[str, Item]:
    """The stored Items that now have another identity, by that; they keep their own, and no Alert is made of them.

    Only where most of the new Items share headline and day, or path, with one that is no longer listed: after a new
    content system, https, another domain. Where the list `is_rebuilt`, each by itself, by its headline and day.
    `newest` are the newest stored Items of this source.
    """
    if not (is_rebuilt or has_site_moved(items, stored)):
        return {}
    listed = {item.id for item in stored.values()}
    unlisted = [item for item in newest if item.id not in listed]
    by_title = {title_key(item.title): item for item in reversed(unlisted)}
    by_path = {_path_and_query(item): item for item in reversed(unlisted) if _path_and_query(item).strip("/?")}
    new = [item for item in items if item.identity not in stored and PART_MARK not in item.identity]
    pairs: dict[str, Item] = {}
    for item in new:
        same_title = by_title.get(title_key(item.title))
        same_path = None if is_rebuilt else by_path.get(_path_and_query(item))
        old = same_title if same_title and _is_same_day(same_title, item) else same_path
        if old and old.id not in {moved.id for moved in pairs.values()}:
            pairs[item.identity] = replace(old, url=item.url)
    return pairs if is_rebuilt or 2 * len(pairs) > len(new) else {}


def _path_and_query(item: Item) -> str:
    parts = urlsplit(item.url)
    return f"{parts.path.rstrip('/')}?{parts.query}"


def _is_same_day(first: Item, second: Item) -> bool:
    return first.published.day is None or second.published.day is None or first.published.day == second.published.day
