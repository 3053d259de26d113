"""The metronome: APScheduler ticks, and all memory is in rows, so that a restart or a late tick loses nothing."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from watcher.config import Configuration
from watcher.config_reload import MENDED, ConfigFiles, refused_note, tell_admins
from watcher.deliver import deliver_due
from watcher.errors import BadConfig
from watcher.poll import poll_due
from watcher.runtime import Runtime

POLL_SECONDS, DELIVER_SECONDS = 5, 1
log = structlog.get_logger()


class Loops:
    """Both loops until `stop`: ticks begin work, and what was begun is finished before the end."""

    def __init__(
        self,
        desk: Runtime,
        clock: Callable[[], datetime],
        watched: ConfigFiles | None = None,
        renewed: Callable[[Runtime, Configuration], Runtime] | None = None,
    ) -> None:
        """`watched` files that change become a new Runtime through `renewed`."""
        self._desk, self._clock, self._watched, self._renewed = desk, clock, watched, renewed
        self._refused = False
        self._begun: set[asyncio.Task[Any]] = set()
        self._sending: set[asyncio.Task[Any]] = set()
        self._stop = asyncio.Event()

    async def until_stopped(self) -> None:
        """Tick until SIGTERM or SIGINT, then finish what was begun."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, self._stop.set)
        ticks = AsyncIOScheduler(timezone="UTC")
        # A tick that comes late still counts: APScheduler would drop it after one second.
        shared = {"trigger": "interval", "max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        ticks.add_job(self._tick, args=[self._poll], seconds=POLL_SECONDS, next_run_time=self._clock(), **shared)
        ticks.add_job(self._tick, args=[self._look_at_configuration], seconds=POLL_SECONDS, **shared)
        ticks.add_job(self._tick, args=[self._deliver], seconds=DELIVER_SECONDS, next_run_time=self._clock(), **shared)
        ticks.start()
        log.info("started", sources=len(self._desk.configuration.sources), desk=self._desk.name)
        await self._stop.wait()
        ticks.shutdown(wait=False)
        log.info("stopping", unfinished=len(self._begun))
        await asyncio.gather(*self._begun, return_exceptions=True)
        log.info("stopped")

    async def _tick(self, work: Callable[[], Awaitable[None]]) -> None:
        """One tick; the database being away for a while is no reason to end."""
        try:
            await work()
        except Exception:
            log.exception("tick failed")

    async def _poll(self) -> None:
        for task in await poll_due(self._desk, self._clock()):
            self._watch(task, "polled")

    async def _look_at_configuration(self) -> None:
        """A broken file never takes the place of a good configuration; what fails now is done at the next look."""
        if self._watched is None or self._renewed is None:
            return
        try:
            await self._reread(self._watched, self._renewed)
        except Exception:
            self._watched.forget()
            raise

    async def _reread(self, watched: ConfigFiles, renewed: Callable[[Runtime, Configuration], Runtime]) -> None:
        try:
            checked = await self._desk.run_in_thread(watched.read_if_changed)
        except BadConfig as error:
            log.warning("configuration refused", mistakes=[str(each) for each in error.mistakes])
            self._refused = True
            await self._desk.run_in_thread(tell_admins, self._desk, refused_note(error), self._clock())
            return
        if checked:
            self._desk = renewed(self._desk, checked)
            if self._refused:
                await self._desk.run_in_thread(tell_admins, self._desk, MENDED, self._clock())
            self._refused = False
            log.info("configuration changed", sources=len(checked.sources), subscribers=len(checked.subscribers))

    async def _deliver(self) -> None:
        self._sending = {task for task in self._sending if not task.done()}
        for task in await deliver_due(self._desk, self._clock(), in_flight=len(self._sending)):
            self._sending.add(task)
            self._watch(task, "delivered")

    def _watch(self, task: asyncio.Task[Any], what: str) -> None:
        self._begun.add(task)
        task.add_done_callback(lambda done: self._done(done, what))

    def _done(self, task: asyncio.Task[Any], what: str) -> None:
        self._begun.discard(task)
        error = task.exception()
        if error:
            log.error("fault", during=what, exc_info=error)
        else:
            told = asdict(task.result())
            bad = told["outcome"] in {"failed", "unknown", "given up"}
            (log.warning if bad else log.info)(what, **told)
