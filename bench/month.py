"""An hour of 1,000 sources, and a month of 100: CPU of a core, and memory as it grows.

.venv/bin/python -m bench.month > /dev/null

Simulated time in this process, with the real fetcher, database and scheduler's steps (poll, deliver) at each tick: in
the hour each source is looked at every 10 minutes, in the month every hour. All answers are 304, but for every 20th
source at each tick, which has new items, as many as there were ticks since its last ones. The cold look is not counted.
"""

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.readers.__main__ import prepare_watcher
from bench.readers.site import open_site
from watcher.app import open_runtime
from watcher.config import read_configuration
from watcher.config.settings import read_settings
from watcher.deliver import deliver_due
from watcher.poll import poll_due

PAGE_KB = 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of simulated time: so many sources, looked at `ticks` times, and the memory shown at each `shown`."""

    name: str
    sources: int
    every: timedelta
    ticks: int
    shown: int


HOUR = Stretch("an hour", 1_000, timedelta(minutes=10), 6, 3)
MONTH = Stretch("a month", 100, timedelta(hours=1), 720, 120)


def megabytes() -> float:
    """The memory of this process now (resident)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KB / 1_024


async def play(stretch: Stretch) -> None:
    """Print a line each `shown` ticks, on standard error: the messages go to standard output."""
    settings = read_settings({"WATCHER_ALLOW_PRIVATE": "127.0.0.0/8", "WATCHER_SECRET": "x" * 40})
    with open_site(stretch.sources) as (site, line), tempfile.TemporaryDirectory() as folder:
        prepare_watcher(Path(folder), [f"{site}/feed/{number}" for number in range(stretch.sources)], Path())
        configuration = read_configuration(Path(folder) / "config", {})
        async with open_runtime(
            settings, configuration, f"sqlite:///{folder}/w.db", lambda: datetime.now(UTC)
        ) as runtime:
            now = datetime.now(UTC)
            await asyncio.gather(*await poll_due(runtime, now))
            looks, failed, begun = 0, 0, time.process_time()
            for tick in range(1, stretch.ticks + 1):
                line.send("changed")
                line.recv()
                now += stretch.every
                polls = await asyncio.gather(*await poll_due(runtime, now, forced=True))
                await asyncio.gather(*await deliver_due(runtime, now))
                looks, failed = looks + len(polls), failed + sum(poll.outcome == "failed" for poll in polls)
                if tick % stretch.shown == 0:
                    seconds = time.process_time() - begun
                    share = seconds / (tick * stretch.every.total_seconds())
                    print(
                        f"{stretch.name}, {stretch.sources} sources, after {tick * stretch.every}: {looks} looks,"
                        f" {failed} failed, {seconds / looks * 1_000:.2f} ms of CPU each, {share:.2%} of a core,"
                        f" {megabytes():.0f} MB",
                        file=sys.stderr,
                    )


if __name__ == "__main__":
    for each in (HOUR, MONTH):
        asyncio.run(play(each))
