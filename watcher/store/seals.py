"""Seals of Stories: a number that every change of what a Story is made of renews, unlike any other of any database.

So a Story that was loaded under the same seal is still the same, whoever writes beside us: another replica too.
"""

import secrets
from collections.abc import Iterable

import sqlalchemy as sa

from watcher.store.schema import stories, tellings

BITS = 62  # of chance: a signed column of 8 bytes holds them
# Written once: composing a query takes longer than running it.
_RENEW = (
    sa.update(stories)
    .where(stories.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(seal=sa.bindparam("new_seal", type_=stories.c.seal.type))
)
_OF_ITEMS = sa.select(tellings.c.story).where(tellings.c.item.in_(sa.bindparam("items", expanding=True))).distinct()


def make_seal() -> int:
    """A seal that no Story has had."""
    return secrets.randbits(BITS)


def renew(tx: sa.Connection, ids: Iterable[str]) -> None:
    """Something of these Stories has changed that their own rows do not hold: an Alert, or the row of an Item."""
    if wanted := sorted(set(ids) - {""}):
        tx.execute(_RENEW, {"ids": wanted, "new_seal": make_seal()})


def renew_of_items(tx: sa.Connection, item_ids: Iterable[str]) -> None:
    """The same for the Stories that have one of these Items."""
    if wanted := sorted(set(item_ids)):
        renew(tx, tx.scalars(_OF_ITEMS, {"items": wanted}).all())
