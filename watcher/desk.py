"""What poll and deliver work with, built by app.py. One colour: the loop awaits; all else runs in threads."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from watcher.config import Configuration
from watcher.fetch import Fetch
from watcher.notifiers.base import Notifier
from watcher.store.database import Database

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The open database, the fetcher, the configuration and the notifiers in use. `name` stands in the logs."""

    name: str
    database: Database
    fetch: Fetch
    configuration: Configuration
    notifiers: Mapping[str, Notifier]
    threads: Executor = field(repr=False)
    sending: Executor = field(repr=False)

    async def aside(self, work: Callable[..., T], *values: Any) -> T:
        """Run a plain function in a thread, so that the loop stays free."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work, *values)

    async def hand_over(self, work: Callable[..., T], *values: Any) -> T:
        """The same for sending, in threads of their own: a dead port must not hold up the reading."""
        return await asyncio.get_running_loop().run_in_executor(self.sending, work, *values)
