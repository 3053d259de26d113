"""The Runtime: what poll and deliver work with, built by app.py. One loop awaits; all else runs in threads."""

import asyncio
import gc
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from watcher.config import Configuration
from watcher.core.decoding.parse_cost import parse_risk
from watcher.core.letters.document_lines import is_document
from watcher.core.mail.batch import holds_mails
from watcher.errors import NotFetched
from watcher.fetching.frugal_fetcher import AnyFetcher
from watcher.fetching.mailbox import MailReader
from watcher.model import Response, Subscriber
from watcher.notifiers.base import Notifier
from watcher.sources.base import Source
from watcher.store.database import Database
from watcher.store.group_commit import GroupCommit

if TYPE_CHECKING:
    from watcher.core.decide import PollContext

Result = TypeVar("Result")
MAX_CONCURRENT_SENDS = 32


class Agenda:
    """For which Subscribers, and from when until when (UTC), all that time brings to each is planned already."""

    def __init__(self) -> None:
        """Nothing is planned."""
        self._subscribers: Mapping[str, Subscriber] | None = None
        self._begin = self._end = datetime.max.replace(tzinfo=UTC)

    def is_planned(self, subscribers: Mapping[str, Subscriber], now: datetime) -> bool:
        """Whether there is nothing to plan for them at `now`; a changed configuration has other Subscribers."""
        return self._subscribers is subscribers and self._begin <= now < self._end

    def note(self, subscribers: Mapping[str, Subscriber], begin: datetime, end: datetime) -> None:
        """Remember that it was planned at `begin`, and that nothing more comes before `end`."""
        self._subscribers, self._begin, self._end = subscribers, begin, end


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """The open database, fetcher and mailbox, the configuration and the notifiers in use. `name` stands in the logs.

    `lease_uses` counts, by lease, the tasks that are not finished: such leases are renewed (app.py). It, `notifiers`,
    `agenda`, `unchanged` and `recording` change while running; all else stays as it is. `keep_bytes_for`: how long
    bytes that Items were read from are kept. `unchanged`: the polls that found nothing new and wait to be saved
    together; `recording`: the same of outcomes of sending.
    """

    name: str
    database: Database
    fetcher: AnyFetcher
    mail: MailReader
    configuration: Configuration
    notifiers: dict[str, Notifier]
    threads: Executor = field(repr=False)
    sending: Executor = field(repr=False)
    keep_bytes_for: timedelta
    lease_uses: Counter[str] = field(default_factory=Counter, repr=False)
    unchanged: GroupCommit[Any, Any] = field(default_factory=GroupCommit, repr=False)
    agenda: Agenda = field(default_factory=Agenda, repr=False)
    recording: GroupCommit[Any, Any] = field(default_factory=GroupCommit, repr=False)
    sandbox_lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    def poll_context(self, source: Source, now: datetime) -> "PollContext":
        """What a poll of `source` is decided by."""
        from watcher.core.decide import PollContext

        return PollContext(
            publisher=source.publisher,
            trust=source.trust,
            trusts_stamps=source.trusts_stamps,
            tells_edits=source.tells_edits,
            about=source.about,
            points_of_source=source.points,
            index=self.configuration.index,
            subscribers=tuple(self.configuration.subscribers.values()),
            now=now,
        )

    async def run_in_thread(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """The result of a plain function that runs in a thread, so that the loop stays free."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, function, *arguments)

    async def run_in_sending_thread(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """The same for sending, in threads of its own: a dead port must not hold up the reading."""
        return await asyncio.get_running_loop().run_in_executor(self.sending, function, *arguments)

    async def run_parser(
        self, answers: Sequence[Response | NotFetched], parser: Callable[..., Result], *arguments: Any
    ) -> Result:
        """The same for parsing `answers`; where one is expensive to parse, in a child process, one at a time."""
        bodies = [answer.body for answer in answers if isinstance(answer, Response)]
        if not any(map(_needs_sandbox, bodies)):
            return await self.run_in_thread(parser, *arguments)
        from watcher.fetching.sandbox import run_in_sandbox

        async with self.sandbox_lock:
            return await self.run_in_thread(run_in_sandbox, parser, *arguments)

    def keep_lease(self, lease: str, tasks: Iterable[asyncio.Task[Any]]) -> None:
        """Renew `lease` until all of `tasks` are done."""
        for task in tasks:
            self.lease_uses[lease] += 1
            task.add_done_callback(lambda _: self._release(lease))

    def _release(self, lease: str) -> None:
        self.lease_uses[lease] -= 1
        if self.lease_uses[lease] <= 0:
            del self.lease_uses[lease]


def _needs_sandbox(body: bytes) -> bool:
    """Whether a body could keep a parser busy: PDF and Word files always, for their readers follow what they say."""
    return is_document(body) or holds_mails(body) or bool(parse_risk(body))


def set_aside_what_stays(configuration: Configuration) -> None:
    """Free what the start left behind, and never look through the rest of it again: modules, topics and their index.

    For a process that goes on for long. In a full collection everything stands still, pages and messages too: with the
    stories of 600 sources it took 250 to 400 ms, and takes 110 to 140 without what stays anyway.
    """
    _ = configuration.index  # made when first asked for, and then kept
    gc.unfreeze()  # an earlier configuration goes
    gc.collect()
    gc.freeze()
