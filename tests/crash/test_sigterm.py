"""SIGTERM in the middle of slow servers: the process ends within eight seconds, and what it began is done later."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.faulty import response, silent
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
from watcher.demo.stand_ins import Answer, Reply, SlackStandIn, serve_http
from watcher.store.database import open_database

# Whoever runs the tests under nohup has SIGHUP ignored, and `run` then goes on, as asked.
HEEDS_SIGHUP = (
    "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_DFL); "
    "os.execv(sys.executable, [sys.executable, '-m', 'watcher', 'run'])"
)
PATIENCE, MAX_SECONDS = 20, 8
PEOPLE = "subscribers: [{id: one, via: slack, address: C0000000001, admin: true}]"
SLOW = SOURCE + SOURCE.replace("\nsources:\n", "").replace("id: press", "id: slow").replace("/feed", "/slow")


class SlowSlack(SlackStandIn):
    """A Slack that takes a message and keeps its answer to itself."""

    def __init__(self) -> None:
        super().__init__(["C0000000001"], seconds=0)
        self.is_slow, self.was_asked = True, threading.Event()

    def __call__(self, method: str, path: str, body: bytes) -> Answer | Reply:
        answer = super().__call__(method, path, body)
        posts = path.endswith("chat.postMessage")
        if posts:
            self.was_asked.set()
        return Reply(status=200, kind="", body="", line="silent") if self.is_slow and posts else answer


@pytest.mark.promise("P39")
@pytest.mark.fault(3, 83)
@pytest.mark.parametrize("told_to_end", [signal.SIGTERM, signal.SIGHUP], ids=["SIGTERM", "its terminal was closed"])
def test_it_ends_within_eight_seconds_and_nothing_is_lost(tmp_path: Path, told_to_end: signal.Signals) -> None:
    url = f"sqlite:///{tmp_path / 'w.db'}"
    slack, site_was_asked = SlowSlack(), threading.Event()

    async def asked_and_silent(path: str, request: bytes, writer: Any) -> None:
        site_was_asked.set()
        await silent(path, request, writer)

    answers: dict[str, Any] = {"/feed": response(rss(item(1, recently()))), "/slow": asked_and_silent}
    with serving(answers) as (site, _), serve_http(slack) as base:
        config = write_config(tmp_path / "config", SLOW.format(site=site), PEOPLE)
        secrets = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": f"{base}/api/", "WATCHER_SECRET": "s" * 32}
        environment = {
            **os.environ,
            **secrets,
            "WATCHER_CONFIG": str(config),
            "WATCHER_DATABASE": url,
            "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8",
        }
        process = subprocess.Popen(
            [sys.executable, "-c", HEEDS_SIGHUP], env=environment, stderr=subprocess.PIPE, text=True
        )
        try:
            assert slack.was_asked.wait(PATIENCE)
            assert site_was_asked.wait(PATIENCE)
            begun = time.monotonic()
            process.send_signal(told_to_end)
            _, said = process.communicate(timeout=PATIENCE)
            took = time.monotonic() - begun
        finally:
            process.kill()
        assert process.returncode == 0
        assert took < MAX_SECONDS
        assert json.loads(said.splitlines()[-1])["event"] == "stopped"
        slack.is_slow = False
        answers["/slow"] = response(rss(item(2, recently())))
        asyncio.run(go_on(config, secrets, url))
    opened = open_database(url)
    with opened.begin() as tx:
        states = list(tx.scalars(sa.text("SELECT state FROM deliveries WHERE period LIKE 'alert:%'")))
    opened.close()
    assert states == ["sent", "sent"]
    assert len(slack.posts) == 2, "the first had arrived, and is found there"


async def go_on(config: Path, environment: dict[str, str], url: str) -> None:
    """The next start, when the leases of the one before have run out."""
    async with desk(config, environment, url, recently()) as opened:
        forget_leases(opened.database)
        now = recently()
        await poll_all(opened, now)
        await deliver_all(opened, now)
        forget_leases(opened.database)
        await deliver_all(opened, now + timedelta(minutes=10))
