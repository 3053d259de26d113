"""Whether anybody is reached through each channel, since when not and why; and which have not been tried lately."""

from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from watcher.store.database import MAX_NAMES_IN_QUERY, batched, insert_new
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


def note_reached(tx: sa.Connection, reached: Iterable[tuple[str, str, float]], now: datetime) -> None:
    """What attempts at `now` (UTC) that arrived showed: each channel reaches its Subscriber, and is free again.

    `reached`: (channel, Subscriber, until when nothing more is sent to it, in seconds of the database's clock).
    """
    fixed = {"trouble": "", "cure": "", "trouble_since": None, "by_probe": False, "tried_at": now, "lease_until": 0.0}
    rows = [{"which": channel, "who": subscriber, "pause": until} for channel, subscriber, until in reached]
    query = sa.update(channels).where(channels.c.id == sa.bindparam("which"))
    tx.execute(query.values(**fixed, subscriber=sa.bindparam("who"), paced_until=sa.bindparam("pause")), rows)


def note_bad_probe(tx: sa.Connection, channel: str, subscriber: str, why: str, cure: str, now: datetime) -> None:
    """What a probe at `now` (UTC) showed. What an attempt showed stays: a probe sees less.

    A failure that may pass by itself (`why` without `cure`) begins nothing.
    """
    if cure:
        begins = sa.and_(channels.c.id == channel, channels.c.cure == "")
        trouble = {"trouble": why, "cure": cure, "trouble_since": now, "by_probe": True, "subscriber": subscriber}
        tx.execute(sa.update(channels).where(begins).values(**trouble))


def note_good_probe(tx: sa.Connection, ids: Sequence[str]) -> None:
    """Probes showed that these channels could be used: what a probe had found wrong with them is over."""
    none = {"trouble": "", "cure": "", "trouble_since": None, "by_probe": False}
    for batch in batched(sorted(ids), MAX_NAMES_IN_QUERY):
        ends = sa.and_(channels.c.id.in_(batch), channels.c.by_probe.is_(True))
        tx.execute(sa.update(channels).where(ends).values(**none))


def troubles(tx: sa.Connection) -> list[ChannelTrouble]:
    """The channels through which nobody is reached, the longest first."""
    query = sa.select(channels).where(channels.c.cure != "").order_by(channels.c.trouble_since, channels.c.id)
    return [
        ChannelTrouble(
            subscriber=channel.subscriber, why=channel.trouble, cure=channel.cure, since=channel.trouble_since
        )
        for channel in tx.execute(query)
    ]


def forget_others(tx: sa.Connection, ids: Container[str]) -> None:
    """Forget the troubles of channels that are in use no more: an address was corrected, a Subscriber has left."""
    in_trouble = tx.scalars(sa.select(channels.c.id).where(channels.c.cure != "")).all()
    for channel in in_trouble:
        if channel not in ids:
            values = {"trouble": "", "cure": "", "trouble_since": None, "by_probe": False}
            tx.execute(sa.update(channels).where(channels.c.id == channel).values(**values))


def claim_untried(tx: sa.Connection, ids: Collection[str], before: datetime, now: datetime) -> set[str]:
    """Those of `ids` that nothing was sent to since `before` (UTC); from `now` on they count as tried."""
    is_untried = sa.or_(channels.c.tried_at.is_(None), channels.c.tried_at < before)
    tried = set(tx.scalars(sa.select(channels.c.id).where(sa.not_(is_untried))))
    wanted = sorted(set(ids) - tried)
    add(tx, wanted)
    claimed: set[str] = set()
    for batch in batched(wanted, MAX_NAMES_IN_QUERY):
        update = sa.update(channels).where(channels.c.id.in_(batch), is_untried)
        claimed.update(tx.scalars(update.values(tried_at=now).returning(channels.c.id)))
    return claimed
