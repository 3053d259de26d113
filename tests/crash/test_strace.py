"""The system fails under us: killed at a write or a sync, no space, a broken disk. Nothing is lost or said twice.

strace does it at the N-th call of a thread, on SQLite. A power cut cannot be made with it: that we wait for the disk
before we speak is what can be seen here.
"""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.faulty import response
from tests.support.world import (
    SOURCE,
    deliver_all,
    desk,
    forget_leases,
    item,
    poll_all,
    recently,
    rss,
    serving,
    write_config,
)
from watcher.demo.stand_ins import SlackStandIn, serve_http
from watcher.store.database import open_database

CHANNELS = ["C0000000001", "C0000000002"]
SUBSCRIBERS = """
subscribers:
  - {id: one, via: slack, address: C0000000001, admin: true}
  - {id: two, via: slack, address: C0000000002}
"""
ITEMS = 3  # more would leave as one message
PROMISED = ITEMS * len(CHANNELS)


@pytest.fixture(scope="module")
def strace() -> str:
    """strace, when there is one and the system lets it trace."""
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not installed")
    tried = subprocess.run([found, "-qq", "-e", "trace=none", "true"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip(f"this system does not let strace trace: {tried.stderr.decode().strip()[:100]}")
    return found


@dataclass(kw_only=True)
class Disk:
    """One watcher on a disk of its own: five announcements, two channels, a Slack that keeps what it took."""

    folder: Path
    environment: dict[str, str]
    slack: SlackStandIn
    strace: str
    said: str = field(default="", init=False)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'watcher.db'}"

    def run(self, verb: str, inject: str = "") -> int:
        """One command in a process of its own, under strace with the expression `inject`; its exit code."""
        command = [sys.executable, "-m", "watcher", "--config", str(self.folder / "config"), "--database", self.url]
        traced = [self.strace, "-f", "-qq", "-o", str(self.folder / "calls"), "-e", inject] if inject else []
        done = subprocess.run(
            [*traced, *command, verb],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        self.said = done.stdout + done.stderr
        return done.returncode

    def counts(self) -> tuple[int, int]:
        """How many Items, and how many Alerts on their way; after looking whether the file is whole."""
        with closing(sqlite3.connect(self.folder / "watcher.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            (items,) = connection.execute("SELECT count(*) FROM items").fetchone()
            (planned,) = connection.execute("SELECT count(*) FROM delivery_alerts").fetchone()
        return items, planned

    def looks(self, *, and_delivers: bool = False) -> None:
        """A look without any fault, in this process."""

        async def on() -> None:
            now = datetime.now(UTC)
            async with desk(self.folder / "config", self.environment, self.url, now) as opened:
                forget_leases(opened.database)
                await poll_all(opened, now)
                if and_delivers:
                    await deliver_all(opened, now)

        asyncio.run(on())

    def recovers(self) -> None:
        """Leases run out, and another process goes on by itself until nothing is due."""
        self.looks(and_delivers=True)

    def known(self) -> set[str]:
        """The Deliveries of which the database says that somebody began to hand them over."""
        opened = open_database(self.url)
        with opened.begin() as tx:
            found = tx.execute(sa.text("SELECT id FROM deliveries WHERE state <> 'pending'"))
            known = {row.id for row in found}
        opened.close()
        return known

    def heard(self) -> dict[str, list[bool]]:
        """For each Delivery that Slack took, whether each of its posts says that it may be a repeat."""
        posts: dict[str, list[bool]] = {}
        for post in self.slack.posts:
            name = post["metadata"]["event_payload"]["delivery_id"]
            posts.setdefault(name, []).append("Possible repeat" in json.dumps(post["blocks"]))
        return posts


@pytest.fixture
def disk(strace: str, tmp_path: Path) -> Iterator[Disk]:
    """A watcher whose database is there and empty."""
    slack = SlackStandIn(CHANNELS, seconds=0)
    feed = rss(*(item(number, recently()) for number in range(ITEMS)))
    with serving({"/feed": response(feed)}) as (site, _), serve_http(slack) as api:
        write_config(tmp_path / "config", SOURCE.format(site=site), SUBSCRIBERS)
        environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": f"{api}/api/", "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8"}
        made = Disk(folder=tmp_path, environment=environment, slack=slack, strace=strace)
        open_database(made.url).close()
        yield made


def all_told_once(disk: Disk, *, but: int = 0) -> None:
    """Every Alert reached every channel, once; at most `but` Deliveries twice, and then the second says so."""
    heard = disk.heard()
    assert len(heard) == PROMISED
    assert sum(len(posts) > 1 for posts in heard.values()) <= but
    assert all(len(posts) == 1 or (len(posts) == 2 and posts[1]) for posts in heard.values())


@pytest.mark.fault(106)
@pytest.mark.promise("P1")
@pytest.mark.parametrize(
    "call", [*(f"pwrite64:{at}" for at in (1, 3, 8, 16, 28, 40)), *(f"fdatasync:{at}" for at in (1, 2))]
)
def test_a_look_that_is_killed_at_a_write_or_sync_is_whole_or_never_was(call: str, disk: Disk) -> None:
    name, at = call.split(":")
    assert disk.run("poll", f"inject={name}:signal=KILL:when={at}") == -9
    assert disk.counts() in {(0, 0), (ITEMS, PROMISED)}, "seen and to be told are one fact"
    disk.recovers()
    all_told_once(disk)


@pytest.mark.fault(106)
@pytest.mark.promise("P2")
@pytest.mark.parametrize("call", ["pwrite64:1", "pwrite64:8", "fdatasync:2"])
def test_a_hand_over_that_is_killed_at_a_write_or_sync_repeats_marked_at_most(call: str, disk: Disk) -> None:
    name, at = call.split(":")
    disk.looks()
    assert disk.run("deliver", f"inject={name}:signal=KILL:when={at}") == -9
    assert disk.counts() == (ITEMS, PROMISED)
    assert set(disk.heard()) <= disk.known(), "what was sent is known to have been begun"
    disk.recovers()
    all_told_once(disk, but=len(CHANNELS))


@pytest.mark.fault(107)
@pytest.mark.promise("P22")
def test_nothing_leaves_and_nothing_is_said_before_the_disk_has_it(disk: Disk) -> None:
    disk.looks()
    assert disk.run("deliver", "trace=fdatasync,connect,write") == 0
    port = disk.environment["SLACK_API_URL"].split(":")[2].partition("/")[0]
    calls = (disk.folder / "calls").read_text(encoding="utf-8").splitlines()
    synced = [at for at, call in enumerate(calls) if " fdatasync(" in call or "<... fdatasync resumed>" in call]
    sent = [at for at, call in enumerate(calls) if f"htons({port})" in call]
    said = min(at for at, call in enumerate(calls) if " write(1," in call)
    assert sent
    assert min(synced) < min(sent), "the claim is on the disk before the first hand-over"
    assert sum(max(sent) < at < said for at in synced) >= 1, "the record is on the disk before we say that it was sent"


@pytest.mark.fault(109)
@pytest.mark.promise("P22")
@pytest.mark.parametrize(
    "fault",
    [
        "pwrite64:error=ENOSPC:when=3",
        "pwrite64:error=ENOSPC:when=20+",
        "fdatasync:error=EIO:when=1",
        "fdatasync:error=EIO:when=2",
    ],
)
def test_a_write_or_sync_that_fails_ends_a_look_as_if_it_never_was_or_it_is_whole(fault: str, disk: Disk) -> None:
    code = disk.run("poll", f"inject={fault}")
    assert code in {0, 1, 2}, disk.said
    assert code == 0 or "disk" in disk.said
    assert disk.counts() in ({(ITEMS, PROMISED)} if code == 0 else {(0, 0), (ITEMS, PROMISED)})
    disk.recovers()
    all_told_once(disk)


@pytest.mark.fault(109)
@pytest.mark.promise("P22")
@pytest.mark.parametrize(
    "fault",
    [
        "pwrite64:error=ENOSPC:when=1+",
        "pwrite64:error=ENOSPC:when=6+",
        "fdatasync:error=EIO:when=2+",
    ],
)
def test_what_cannot_be_recorded_is_not_sent(fault: str, disk: Disk) -> None:
    disk.looks()
    code = disk.run("deliver", f"inject={fault}")
    assert code in {0, 1, 2}, disk.said
    assert code == 0 or "disk" in disk.said
    assert set(disk.heard()) <= disk.known(), "the claim is on the disk before anything leaves"
    disk.recovers()
    all_told_once(disk, but=len(CHANNELS))
