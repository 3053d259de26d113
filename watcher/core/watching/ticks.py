"""Whether polling and delivering go on: each ends a tick every few seconds while all is well."""

from collections.abc import Mapping
from datetime import datetime, timedelta

# Two intervals of the slower tick. The other comes each second, and may take some of them while a nation is told.
MAX_TICK_AGE = timedelta(seconds=10)
Ticks = Mapping[str, datetime | None]  # when (UTC) the last tick of each name ended well; None before the first


def find_stale_ticks(ticks: Ticks, now: datetime) -> tuple[str, ...]:
    """The names of those that have not ended well for too long at `now` (UTC), or not at all so far."""
    return tuple(name for name, ended_at in ticks.items() if ended_at is None or now - ended_at > MAX_TICK_AGE)
