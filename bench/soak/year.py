"""One simulated year of the real product between loopback sites and channels; nothing sleeps, `now` is handed in."""

import asyncio
import io
import logging
import random
import time as seconds
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, redirect_stderr, suppress
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from bench.soak.backups import DailyBackups
from bench.soak.book import LONDON, Book, SoakVerdict, leaks
from bench.soak.channels import ProcessDied, SoakEdge, SoakRelay, SoakSlack, Weather
from bench.soak.product import Lost, Product
from bench.soak.sites import World
from watcher import store
from watcher.cli.logs import log_as_json
from watcher.deliver import deliver_due
from watcher.demo.stand_ins import serve_http, serve_smtp
from watcher.poll import poll_due
from watcher.reports.source_health import WORRYING, HealthReport, health_report

FIRST = date(2026, 3, 26)  # a Thursday; London's clocks change on the Sunday
HOURS = ((0, 20), (5, 10), (7, 30), (11, 25), (15, 15), (19, 40))
CALM_HOURS = HOURS[2:]
SETTLES = 4  # calm days at the end: what was given up, or could not be read, would still be red
BACKUP_AT = time(*HOURS[4])  # while messages are handed over
WEEK = 7  # days after that in which the last digests leave
SOON, JUMP = timedelta(minutes=7), timedelta(days=1)
MOST_TICKS = 300
INTERRUPTED, JUMPS, RESTARTS, SLEEPS, SLEPT = 0.03, 0.002, 0.02, 0.001, 3  # shares of the rounds; rounds slept


class Year:
    """The product, its world, and the book that watches both."""

    def __init__(self, seed: int, days: int, folder: Path, say: Callable[[str], object]) -> None:
        """Prepare the world of `seed`; nothing is open yet."""
        self._chance = random.Random(seed)
        self._days, self._say = days, say
        self.start = datetime.combine(FIRST, time(0, 5), LONDON).astimezone(UTC)
        self.world = World(random.Random(seed + 1), self.start)
        self.edge, self.book = SoakEdge(now=self.start), Book(start=self.start)
        self.slack, self.relay = SoakSlack(self.edge), SoakRelay(self.edge)
        self.weather = Weather(random.Random(seed + 2), self.slack, self.relay, self.edge)
        self.product = Product(folder, self.edge)
        self.backups = DailyBackups(folder)
        self._log = io.StringIO()
        self._booked: set[str] = set()

    async def live(self) -> SoakVerdict:
        """The whole year, and what must be said of it."""
        begun, cpu = seconds.perf_counter(), seconds.process_time()
        with ExitStack() as stack:
            stack.enter_context(redirect_stderr(self._log))
            stack.callback(structlog.reset_defaults)
            stack.callback(logging.basicConfig, force=True)
            log_as_json()
            api = stack.enter_context(serve_http(self.slack))
            relay = stack.enter_context(serve_smtp(self.relay, authenticator=self.relay, auth_require_tls=False))
            async with self.world.serving() as site:
                self.product.configure(list(self.world.sites.values()), site, api, relay)
                await self.product.reopen()
                verdict = await self._whole()
                await self.product.close()
        verdict.says("wall seconds", f"{seconds.perf_counter() - begun:.0f}")
        verdict.says("CPU seconds, sites and channels too", f"{seconds.process_time() - cpu:.0f}")
        return verdict

    async def _whole(self) -> SoakVerdict:
        await self._pass()
        health = health_report(self.product.desk.database, self.product.desk.configuration, self.edge.now)
        for _ in range(WEEK):
            day = self.edge.now.astimezone(LONDON).date() + timedelta(days=1)
            self._at(datetime.combine(day, time(7, 30), LONDON).astimezone(UTC), calm=True)
            await self._hand_over(self.edge.now)
        return self._verdict(health)

    # --- the year -------------------------------------------------------------------------------------------------

    async def _pass(self) -> None:
        begun, asleep, before = seconds.perf_counter(), 0, self.start
        for number, now in self._rounds():
            calm = number >= self._days
            self.world.turn(now, now - before, calm=calm)
            before = now
            asleep = max(asleep - 1, 0) or SLEPT * (not calm and self._often("fell asleep", SLEEPS))
            if asleep:
                continue
            await self._round(now, calm=calm)
            if not calm and not self.weather.until and self._often("clock jumped", JUMPS):
                await self._round(now + self._chance.choice((JUMP, -JUMP)), calm=False)  # and it comes back
            if self._often("restart", RESTARTS):
                await self.product.reopen()
            if number % 30 == 0 and now.astimezone(LONDON).time() == time(*HOURS[0]):
                self._say(
                    f"day {number:>3}: {self.book.polls.total():,} polls, {self.book.deliveries.total():,} deliveries, "
                    f"{len(self.edge.taken):,} messages accepted, {seconds.perf_counter() - begun:.0f} s"
                )

    def _rounds(self) -> Iterator[tuple[int, datetime]]:
        for number in range(self._days + SETTLES):
            for at in HOURS if number < self._days else CALM_HOURS:
                moment = datetime.combine(FIRST + timedelta(days=number), time(*at), LONDON)
                yield number, moment.astimezone(UTC)

    async def _round(self, now: datetime, *, calm: bool) -> None:
        self._at(now, calm=calm)
        await self._perhaps_interrupted(partial(self._look, now), now, calm=calm)
        await self._look(now)
        for moment in (now, now + SOON):
            self._at(moment, calm=calm)
            if moment == now and now.astimezone(LONDON).time() == BACKUP_AT:
                await asyncio.gather(self.backups.take(self.product.desk.database, now), self._hand_over(now))
            await self._perhaps_interrupted(partial(self._hand_over, moment), now, calm=calm)
            await self._hand_over(moment)

    def _at(self, now: datetime, *, calm: bool) -> None:
        self.edge.now = now
        self.weather.turn(now, calm=calm)

    def _often(self, what: str, share: float) -> bool:
        found = self._chance.random() < share
        if found:
            self.edge.happened[what] = self.edge.happened.get(what, 0) + 1
        return found

    async def _perhaps_interrupted(self, work: Callable[..., Awaitable[None]], now: datetime, *, calm: bool) -> None:
        """Perhaps `work` in a process that ends in the midst of it; what it had begun stands under its leases."""
        if calm or not self._often("death at a commit", INTERRUPTED):
            return
        at_claims = self.product.will_end(self._chance)
        with suppress(Lost):
            await work(at_claims=at_claims)
        self.product.lives()
        with self.product.desk.database.begin() as tx:
            looked = {name for name, state in store.sources.states(tx).items() if state.last_poll == now}
        for name in sorted(looked - self._booked):
            self._book(name, "read", now)  # committed, and its process did not live to say so

    async def _look(self, now: datetime, *, at_claims: bool = False) -> None:
        for site in self.world.sites.values():
            site.served = None
        self._booked = set()
        tasks = await poll_due(self.product.desk, now)
        for task in tasks[::2] if at_claims else ():
            task.cancel()
        for done in await asyncio.gather(*tasks, return_exceptions=True):
            _log("polled", done)
            if not isinstance(done, BaseException):
                self._book(done.source, done.outcome, now, done.why)
            elif not isinstance(done, Lost | asyncio.CancelledError):
                raise done

    def _book(self, name: str, outcome: str, now: datetime, why: str = "") -> None:
        self._booked.add(name)
        self.book.looked(self.world.sites[name], outcome, now, why)

    async def _hand_over(self, now: datetime, *, at_claims: bool = False) -> None:
        self._booked = set(self.world.sites)  # nothing is looked at here
        for _ in range(MOST_TICKS):
            tasks = await deliver_due(self.product.desk, now)
            for task in tasks if at_claims else ():
                task.cancel()
            for done in await asyncio.gather(*tasks, return_exceptions=True):
                self._handed_over(done)
            if at_claims or not tasks:
                return
            self.product.forget_leases()
        raise AssertionError(f"still due after {MOST_TICKS} ticks, {self.book.day(now)}")

    def _handed_over(self, done: Any) -> None:
        _log("delivered", done)
        if isinstance(done, ProcessDied | Lost | asyncio.CancelledError):
            self.book.deliveries["died"] += 1
        elif isinstance(done, BaseException):
            raise done
        else:
            self.book.deliveries[done.outcome] += 1
            self.edge.recorded |= {done.delivery} if done.outcome == "sent" else set()

    # --- the end --------------------------------------------------------------------------------------------------

    def _verdict(self, health: HealthReport) -> SoakVerdict:
        verdict, database = SoakVerdict(), self.product.desk.database
        configured = self.product.desk.configuration
        self.backups.judge(verdict, configured.sources.values(), configured.subscribers.values(), self.edge.now)
        verdict.says("items published", len(self.world.published))
        self.book.judge(verdict, database, self.edge.taken, self.edge.now)
        verdict.must_be_none("secrets in the log", leaks([("the log", self._log.getvalue())]))
        verdict.must_be_none("messages against Slack's rules", self.slack.refused)
        verdict.must_be_none("red lines of health at the end", _red(health))
        verdict.says("polls", f"{self.book.polls.total():,}: {_counts(self.book.polls)}")
        verdict.says("deliveries", f"{self.book.deliveries.total():,}: {_counts(self.book.deliveries)}")
        verdict.says("what happened to sites", _counts(self.world.happened))
        verdict.says("what happened to channels and processes", _counts(self.edge.happened))
        return verdict


def _log(event: str, done: Any) -> None:
    """As the scheduler does."""
    log = structlog.get_logger()
    if isinstance(done, BaseException):
        log.error("fault", during=event, exc_info=done)
    else:
        log.info(event, **asdict(done))


def _red(health: HealthReport) -> list[str]:
    """What was given up stays red for a week, and has a row of its own."""
    ill = [each.sentence for each in health.statuses if each.health in WORRYING]
    return [*ill, *health.overdue, *health.missed_alerts]


def _counts(counted: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in sorted(counted.items()))
