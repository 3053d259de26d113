"""A process that is stopped past its lease, another that takes over, and the first one goes on: the second decides."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
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
    posts_by_delivery,
    recently,
    rss,
    serving,
    write_config,
)
from watcher.demo.stand_ins import Answer, Reply, SlackStandIn, serve_http
from watcher.store.database import open_database

SUBSCRIBERS = "subscribers: [{id: one, via: slack, address: C0000000001, admin: true}]"
PATIENCE = 20


class Gate:
    """The first who comes is seen, and held until it opens."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def pass_through(self) -> None:
        if not self.reached.is_set():
            self.reached.set()
            assert self.opened.wait(PATIENCE)


class Holding(SlackStandIn):
    """A Slack that takes the first message and holds its answer."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(["C0000000001"], seconds=0)
        self.gate = gate

    def __call__(self, method: str, path: str, body: bytes) -> Answer | Reply:
        answer = super().__call__(method, path, body)
        self.gate.pass_through()
        return answer


@contextmanager
def stopped(command: list[str], environment: dict[str, str], gate: Gate) -> Iterator[subprocess.Popen[str]]:
    """A process of ours that is stopped where the gate holds it."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert gate.reached.wait(PATIENCE)
        process.send_signal(signal.SIGSTOP)
        yield process
    finally:
        gate.opened.set()
        process.kill()
        process.communicate(timeout=PATIENCE)


def goes_on(process: subprocess.Popen[str], gate: Gate) -> list[str]:
    """The outcomes that the process prints when it is let go on."""
    gate.opened.set()
    process.send_signal(signal.SIGCONT)
    said, complaints = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, complaints
    return outcomes(said)


def outcomes(said: str) -> list[str]:
    return [json.loads(line)["outcome"] for line in said.splitlines()]


def time_passes(url: str) -> None:
    """Longer than any lease."""
    opened = open_database(url)
    forget_leases(opened)
    opened.close()


def looked(folder: Path, environment: dict[str, str], url: str, *, and_delivered: bool = False) -> None:
    async def on() -> None:
        now = recently()
        async with desk(folder, environment, url, now) as opened:
            await poll_all(opened, now)
            if and_delivered:
                await deliver_all(opened, now)

    asyncio.run(on())


@pytest.mark.fault(112)
@pytest.mark.promise("P2", "P21")
def test_who_was_stopped_while_handing_over_finds_that_another_has_recorded(database_url: str, tmp_path: Path) -> None:
    gate = Gate()
    slack = Holding(gate)
    feed = response(rss(item(1, recently())))
    with serving({"/feed": feed}) as (site, _), serve_http(slack) as api:
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), SUBSCRIBERS)
        environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": f"{api}/api/"}
        looked(folder, environment, database_url)
        command = [sys.executable, "-m", "watcher", "--config", str(folder), "--database", database_url, "deliver"]
        values = {**os.environ, **environment}
        with stopped(command, values, gate) as first:
            time_passes(database_url)
            second = subprocess.run(command, env=values, capture_output=True, text=True, timeout=60, check=True)
            assert outcomes(second.stdout) == ["sent"]
            assert goes_on(first, gate) == ["overtaken"]
    (accepted,) = posts_by_delivery(slack.posts).values()
    assert accepted <= 2
    assert ["Possible repeat" in json.dumps(post["blocks"]) for post in slack.posts] == [False, True][:accepted]
    opened = open_database(database_url)
    with opened.begin() as tx:
        attempts = tx.execute(sa.text("SELECT number, outcome FROM attempts ORDER BY number")).all()
        states = tx.execute(sa.text("SELECT state FROM deliveries")).all()
    opened.close()
    assert ([tuple(each) for each in attempts], [each.state for each in states]) == (
        [(1, "unknown"), (2, "sent")],
        ["sent"],
    )


@pytest.mark.fault(112, 117)
@pytest.mark.promise("P1", "P21")
def test_who_was_stopped_while_looking_finds_that_another_has_looked(database_url: str, tmp_path: Path) -> None:
    gate = Gate()
    body = response(rss(item(1, recently()), item(2, recently())))

    async def held(_path: str, _request: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.to_thread(gate.pass_through)
        writer.write(body)

    slack = SlackStandIn(["C0000000001"], seconds=0)
    with serving({"/feed": held}) as (site, _), serve_http(slack) as api:
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), SUBSCRIBERS)
        environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": f"{api}/api/", "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8"}
        command = [sys.executable, "-m", "watcher", "--config", str(folder), "--database", database_url, "poll"]
        with stopped(command, {**os.environ, **environment}, gate) as first:
            time_passes(database_url)
            looked(folder, environment, database_url, and_delivered=True)
            assert goes_on(first, gate) == ["overtaken"]
        looked(folder, environment, database_url, and_delivered=True)
    assert sorted(posts_by_delivery(slack.posts).values()) == [1, 1]
