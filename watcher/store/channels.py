"""Whether anybody is reached through each channel, since when not and why; and which have not been tried lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from watcher.store.database import insert_new
from watcher.store.outbox_schema import channels


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTrouble:
    """Why nobody is reached through a channel until a person acts, since when (UTC), and the cure.

    `subscriber`: the one for whom that was found; others may share the channel.
    """

    subscriber: str
    why: str
    cure: str
    since: datetime


def add(tx: sa.Connection, ids: Iterable[str]) -> None:
    """Rows for channels that are new."""
    fresh = {"lease_until": 0.0, "paced_until": 0.0, "trouble": "", "cure": "", "by_probe": False, "subscriber": ""}
    insert_new(tx, channels, [{"id": channel, **fresh} for channel in ids])


def note(tx: sa.Connection, channel: str, subscriber: str, why: str, cure: str, now: datetime) -> None:
    """What an attempt at `now` (UTC) showed: `why` nobody is reached and the `cure`, or both "" when somebody was."""
    since = tx.scalar(sa.select(channels.c.trouble_since).where(channels.c.id == channel)) if cure else None
    values = {"trouble": why if cure else "", "cure": cure, "trouble_since": (since or now) if cure else None}
    values["subscriber"] = subscriber
    tx.execute(sa.update(channels).where(channels.c.id == channel).values(**values, by_probe=False, tried_at=now))


def note_probe(tx: sa.Connection, channel: str, subscriber: str, why: str, cure: str, now: datetime) -> None:
    """What a probe at `now` (UTC) showed. What an attempt showed stays: a probe sees less.

    A failure that may pass by itself (`why` without `cure`) begins nothing and ends nothing.
    """
    if why and not cure:
        return
    begins = sa.and_(channels.c.id == channel, channels.c.cure == "")
    ends = sa.and_(channels.c.id == channel, channels.c.by_probe.is_(True))
    new = {"trouble": why, "cure": cure, "trouble_since": now, "by_probe": True, "subscriber": subscriber}
    none = {"trouble": "", "cure": "", "trouble_since": None, "by_probe": False}
    tx.execute(sa.update(channels).where(begins if cure else ends).values(**(new if cure else none)))


def troubles(tx: sa.Connection) -> list[ChannelTrouble]:
    """The channels through which nobody is reached, the longest first."""
    query = sa.select(channels).where(channels.c.cure != "").order_by(channels.c.trouble_since, channels.c.id)
    return [
        ChannelTrouble(
            subscriber=channel.subscriber, why=channel.trouble, cure=channel.cure, since=channel.trouble_since
        )
        for channel in tx.execute(query)
    ]


def forget_others(tx: sa.Connection, ids: Iterable[str]) -> None:
    """Forget the troubles of channels that are in use no more: an address was corrected, a Subscriber has left."""
    others = sa.and_(channels.c.id.not_in(list(ids)), channels.c.cure != "")
    tx.execute(sa.update(channels).where(others).values(trouble="", cure="", trouble_since=None, by_probe=False))


def claim_untried(tx: sa.Connection, ids: Iterable[str], before: datetime, now: datetime) -> set[str]:
    """Those of `ids` that nothing was sent to since `before` (UTC); from `now` on they count as tried."""
    wanted = list(ids)
    add(tx, wanted)
    is_untried = sa.or_(channels.c.tried_at.is_(None), channels.c.tried_at < before)
    claimed = sa.update(channels).where(channels.c.id.in_(wanted), is_untried)
    return set(tx.scalars(claimed.values(tried_at=now).returning(channels.c.id)))
