"""What the fetcher knows of one host."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from protego import Protego


@dataclass(slots=True)
class HostState:
    """One host: the lock that lets one GET at a time go there, and its robots.txt with when (UTC) it was read.

    `rests_until` (UTC): it answered 429, which is about all its pages (RFC 6585 section 4); nothing is asked before.
    """

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0  # by the clock of the loop
    rests_until: datetime | None = None
    robots: Protego | None = None
    robots_at: datetime | None = None

    def gap_left(self, now: float) -> float:
        """The seconds until it may be asked again, at `now` by the clock of the loop."""
        return max(self.free_at - now, 0.0)
