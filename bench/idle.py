"""Idle: what share of a core `watcher run` takes when its subscribers have nothing to hear, in CPU seconds.

.venv/bin/python -m bench.idle [SUBSCRIBERS] [SECONDS] [DATABASE]

The real process on a SQLite file, or on the database at DATABASE. Half of the subscribers are told at once, half have
a daily digest, all by mail. One source is polled every five minutes, and answers 304.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.real_run import counting_relay, cpu_seconds, wait_for_log, watcher_running
from tests.support.faulty import response
from tests.support.world import SOURCE, TOPICS, rss, serving, write_config

SETTLE_SECONDS = 30


def subscribers(count: int) -> str:
    """subscribers.yaml: every second one has a daily digest, at one of 24 times in the evening."""

    def rows() -> Iterator[str]:
        for number in range(count):
            pace = f", pace: daily, at: '{20 + number % 4}:{number % 6}0'" if number % 2 else ""
            admin = ", admin: true" if number == 0 else ""
            yield f"  - {{id: s{number}, via: email, address: s{number}@practice.example{pace}{admin}}}\n"

    return "subscribers:\n" + "".join(rows())


def main() -> None:
    """Print the share of a core."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 120.0  # noqa: PLR2004
    with (
        tempfile.TemporaryDirectory(prefix="watcher-idle-") as name,
        counting_relay() as (relay, _),
        serving({"/feed": response(rss())}) as (site, _asked),
    ):
        config = write_config(Path(name) / "config", SOURCE.format(site=site), subscribers(count), TOPICS)
        database = sys.argv[3] if len(sys.argv) > 3 else f"sqlite:///{name}/watcher.db"  # noqa: PLR2004
        environment = {"WATCHER_SMTP_URL": relay, "WATCHER_MAIL_FROM": "watcher@127.0.0.1"}
        with watcher_running(config, database, environment) as process:
            wait_for_log(config, '"started"')
            time.sleep(SETTLE_SECONDS)  # the first digests are planned, and each channel is tried for the first time
            before, begun = cpu_seconds(process.pid), time.monotonic()
            time.sleep(seconds)
            used, took = cpu_seconds(process.pid) - before, time.monotonic() - begun
    print(f"{count:,} idle subscribers: {100 * used / took:.2f} % of a core ({used:.2f} s CPU in {took:.0f} s)")


if __name__ == "__main__":
    main()
