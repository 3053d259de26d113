"""The links that may be used once and were: until each would have ended anyway."""

from datetime import datetime

import sqlalchemy as sa

from watcher.store.marks_schema import used_links


def is_used(tx: sa.Connection, link: str) -> bool:
    """Whether the link with this id was used."""
    return tx.scalar(sa.select(used_links.c.link).where(used_links.c.link == link)) is not None


def use_once(tx: sa.Connection, link: str, expires_at: datetime, now: datetime) -> bool:
    """Use a link that ends at `expires_at` (UTC); False where it was used before. Links that have ended are deleted."""
    tx.execute(sa.delete(used_links).where(used_links.c.expires_at < now))
    try:
        with tx.begin_nested():  # of two processes that do so at once, one fails
            tx.execute(sa.insert(used_links), [{"link": link, "expires_at": expires_at}])
    except sa.exc.IntegrityError:
        return False
    return True
