"""What poll and deliver work with, built by app.py. One colour: the loop awaits; all else runs in threads."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from watcher.config import Configuration
from watcher.core.pages.parse_cost import parse_risk
from watcher.errors import NotFetched
from watcher.fetching import sandbox
from watcher.fetching.fetcher import Fetcher
from watcher.model import Response
from watcher.notifiers.base import Notifier
from watcher.sources.base import DOCUMENT_SIGNATURES
from watcher.store.database import Database

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """The open database, the fetcher, the configuration and the notifiers in use. `name` stands in the logs.

    `lease_uses` counts, by lease, the work that is not finished: such leases are renewed (app.py). It and `notifiers`
    grow while running; all else stays as it is. `keep_bytes_for`: how long the bytes of what Items were read from are
    kept.
    """

    name: str
    database: Database
    fetcher: Fetcher
    configuration: Configuration
    notifiers: dict[str, Notifier]
    threads: Executor = field(repr=False)
    sending: Executor = field(repr=False)
    keep_bytes_for: timedelta
    lease_uses: Counter[str] = field(default_factory=Counter, repr=False)
    sandbox_lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def run_in_thread(self, work: Callable[..., T], *values: Any) -> T:
        """Run a plain function in a thread, so that the loop stays free."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work, *values)

    async def run_in_sending_thread(self, work: Callable[..., T], *values: Any) -> T:
        """The same for sending, in threads of their own: a dead port must not hold up the reading."""
        return await asyncio.get_running_loop().run_in_executor(self.sending, work, *values)

    async def run_parser(self, answers: Sequence[Response | NotFetched], work: Callable[..., T], *values: Any) -> T:
        """The same for reading `answers`; where one of them could burn, in a process apart, one at a time."""
        if not any(isinstance(each, Response) and _is_expensive_to_parse(each.body) for each in answers):
            return await self.run_in_thread(work, *values)
        async with self.sandbox_lock:
            return await self.run_in_thread(sandbox.run_in_sandbox, work, *values)

    def keep_lease(self, lease: str, work: Iterable[asyncio.Task[Any]]) -> None:
        """Renew `lease` until all of `work` is done."""
        for task in work:
            self.lease_uses[lease] += 1
            task.add_done_callback(lambda _: self._release(lease))

    def _release(self, lease: str) -> None:
        self.lease_uses[lease] -= 1
        if self.lease_uses[lease] <= 0:
            del self.lease_uses[lease]


def _is_expensive_to_parse(body: bytes) -> bool:
    """PDF and Word files are never parsed, whatever they hold."""
    return not body.startswith(DOCUMENT_SIGNATURES) and bool(parse_risk(body))
