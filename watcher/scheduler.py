"""Polling and delivering on APScheduler ticks; all state is in the database: a restart or late tick loses nothing."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import DBAPIError

from watcher.config import Configuration
from watcher.config_reload import MENDED, ConfigFiles, refused_note, tell_admins
from watcher.core.watching.ticks import Ticks
from watcher.deliver import MAX_CLAIMED, DeliveryResult, deliver_due, probe_channels
from watcher.errors import BadConfig
from watcher.poll import PollResult, poll_due
from watcher.runtime import Runtime, set_aside_what_stays
from watcher.store.database import explain_error
from watcher.store.wakeups import listen

STOP_SECONDS = 6.0  # a container is killed ten seconds after SIGTERM, and its last lines must be written before
CLAIM_SECONDS = 1.0  # of these
POLL_SECONDS, DELIVER_SECONDS, PROBE_SECONDS = 5, 1, 60
DATABASE_TROUBLE_EVERY = timedelta(minutes=5)
RECONNECT_SECONDS = 5  # to PostgreSQL, for what other replicas plan
log = structlog.get_logger()


class Loops:
    """Polling, delivering and rereading the configuration until SIGTERM; what a tick began is finished, if it can.

    `observe` hears how each poll and each attempt to deliver went.
    """

    def __init__(
        self,
        runtime: Runtime,
        clock: Callable[[], datetime],
        config_files: ConfigFiles | None = None,
        with_configuration: Callable[[Runtime, Configuration], Runtime] | None = None,
    ) -> None:
        """Start with `runtime`; when `config_files` change, `with_configuration` builds the next Runtime."""
        self._runtime, self._clock = runtime, clock
        self.observe: Callable[[PollResult | DeliveryResult], object] = lambda _result: None
        self._ticks: dict[str, datetime | None] = {"poll": None, "deliver": None}
        self._config_files, self._with_configuration = config_files, with_configuration
        self._is_refused = False
        self._unfinished: set[asyncio.Task[Any]] = set()
        self._sending: set[asyncio.Task[Any]] = set()
        self._has_more = False  # the last claim took as many as it could
        self._database_trouble: datetime | None = None  # when it was last said that the database cannot be used
        self._woken, self._stop = asyncio.Event(), asyncio.Event()

    @property
    def configuration(self) -> Configuration:
        """The configuration in use."""
        return self._runtime.configuration

    @property
    def ticks(self) -> Ticks:
        """When polling and delivering last ended a tick well."""
        return self._ticks

    async def until_stopped(self) -> bool:
        """Tick until SIGTERM, SIGINT or SIGHUP (the terminal was closed), then wait STOP_SECONDS for what is going on.

        Whether all of that was done.
        What was not is in the database: its leases run out, and it is done again after the next start.
        """
        loop = asyncio.get_running_loop()
        for signal_number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(signal_number) is not signal.SIG_IGN:  # whoever says nohup wants to go on
                loop.add_signal_handler(signal_number, self._stop.set)
        ticks = AsyncIOScheduler(timezone="UTC")
        # A tick that comes late still runs: APScheduler would drop it after one second.
        shared = {"trigger": "interval", "max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        ticks.add_job(self._tick, args=[self._poll], seconds=POLL_SECONDS, next_run_time=self._clock(), **shared)
        ticks.add_job(self._tick, args=[self._reread_configuration], seconds=POLL_SECONDS, **shared)
        ticks.add_job(self._tick, args=[self._probe], seconds=PROBE_SECONDS, next_run_time=self._clock(), **shared)
        ticks.start()
        log.info("started", sources=len(self._runtime.configuration.sources), desk=self._runtime.name)
        self._runtime.database.wake = partial(loop.call_soon_threadsafe, self._woken.set)
        listening = asyncio.create_task(self._listen_until_stopped())
        delivering = asyncio.create_task(self._deliver_until_stopped())
        await self._stop.wait()
        ticks.shutdown(wait=False)
        listening.cancel()
        self._woken.set()
        await asyncio.wait([delivering], timeout=CLAIM_SECONDS)  # what is being claimed shall be sent
        log.info("stopping when the unfinished work is done", unfinished=len(self._unfinished))
        if self._unfinished:
            await asyncio.wait(self._unfinished, timeout=STOP_SECONDS - CLAIM_SECONDS)
        log.info("stopped", left_for_the_next_start=len(self._unfinished))
        return not self._unfinished

    async def _tick(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run one tick; a database that cannot be reached for a while must not end the process."""
        try:
            await work()
        except DBAPIError as error:
            self._log_database_trouble(error)
        except Exception:
            log.exception("a tick failed, the next one tries again")

    def _log_database_trouble(self, error: DBAPIError) -> None:
        """Say once every DATABASE_TROUBLE_EVERY what keeps the database from being used; each second tries again."""
        why, now = explain_error(error), self._clock()
        if self._database_trouble is None or now - self._database_trouble >= DATABASE_TROUBLE_EVERY:
            self._database_trouble = now
            log.error("the database cannot be used, every second it is tried again", why=why)

    async def _poll(self) -> None:
        for task in await poll_due(self._runtime, self._clock()):
            self._log_when_done(task, "polled")
        self._ticks["poll"] = self._clock()

    async def _reread_configuration(self) -> None:
        """Use changed files. Broken ones never replace a good configuration; a failure is retried at the next tick."""
        if self._config_files is None or self._with_configuration is None:
            return
        try:
            await self._take_over_changes(self._config_files, self._with_configuration)
        except Exception:
            self._config_files.forget()
            raise

    async def _take_over_changes(
        self, config_files: ConfigFiles, with_configuration: Callable[[Runtime, Configuration], Runtime]
    ) -> None:
        try:
            configuration = await self._runtime.run_in_thread(config_files.read_if_changed)
        except BadConfig as error:
            log.warning("configuration refused", mistakes=[str(mistake) for mistake in error.mistakes])
            self._is_refused = True
            await self._runtime.run_in_thread(tell_admins, self._runtime, refused_note(error), self._clock())
            return
        if configuration:
            self._runtime = with_configuration(self._runtime, configuration)
            set_aside_what_stays(configuration)
            if self._is_refused:
                await self._runtime.run_in_thread(tell_admins, self._runtime, MENDED, self._clock())
            self._is_refused = False
            counts = {"sources": len(configuration.sources), "subscribers": len(configuration.subscribers)}
            log.info("configuration changed", **counts)

    async def _deliver_until_stopped(self) -> None:
        """Deliver every DELIVER_SECONDS, and as soon as somebody has planned something or we can claim more."""
        while not self._stop.is_set():
            self._woken.clear()
            await self._tick(self._deliver)
            with suppress(TimeoutError):
                async with asyncio.timeout(DELIVER_SECONDS):
                    await self._woken.wait()

    async def _listen_until_stopped(self) -> None:
        """Hear what other replicas plan, where they can be heard; otherwise it is found DELIVER_SECONDS later."""
        engine = self._runtime.database.engine
        while engine.dialect.name == "postgresql" and not self._stop.is_set():
            await self._tick(partial(listen, engine, self._woken.set))
            with suppress(TimeoutError):
                async with asyncio.timeout(RECONNECT_SECONDS):
                    await self._stop.wait()

    async def _deliver(self) -> None:
        in_flight = len(self._sending)
        tasks = await deliver_due(self._runtime, self._clock(), in_flight=in_flight)
        self._has_more = in_flight + len(tasks) >= MAX_CLAIMED
        for task in tasks:
            self._sending.add(task)
            self._log_when_done(task, "delivered")
        self._ticks["deliver"] = self._clock()

    async def _probe(self) -> None:
        for task in await probe_channels(self._runtime, self._clock()):
            self._unfinished.add(task)
            task.add_done_callback(self._log_trouble)

    def _log_trouble(self, task: asyncio.Task[str]) -> None:
        self._unfinished.discard(task)
        if task.exception() or task.result():
            log.error("nobody is reached", why=task.result() if not task.exception() else "the database is away")

    def _log_when_done(self, task: asyncio.Task[Any], event: str) -> None:
        self._unfinished.add(task)
        task.add_done_callback(lambda done: self._finish(done, event))

    def _finish(self, task: asyncio.Task[Any], event: str) -> None:
        self._unfinished.discard(task)
        self._sending.discard(task)
        error = task.exception()
        if isinstance(error, DBAPIError):
            self._log_database_trouble(error)
        elif error:
            log.error("unexpected error", during=event, exc_info=error)
        else:
            if self._database_trouble:
                self._database_trouble = None
                log.info("the database can be used again")
            result = asdict(task.result())
            is_bad = result["outcome"] in {"failed", "unknown", "given up"}
            (log.warning if is_bad else log.info)(event, **result)
        if self._has_more and len(self._sending) <= MAX_CLAIMED // 2:
            self._has_more = False
            self._woken.set()
        if not error:
            self.observe(task.result())
