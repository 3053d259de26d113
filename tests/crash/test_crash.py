"""kill -9 after every numbered step, on both engines: nothing is lost, and a double only between accept and record."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

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
from watcher.demo.stand_ins import SlackStandIn, serve_http
from watcher.failpoint import VARIABLE
from watcher.store.database import open_database

SUBSCRIBERS = """
subscribers:
  - {id: one, via: slack, address: C0000000001, admin: true}
"""
POLL_POINTS = ["after_fetch", "after_items", "before_commit", "after_commit"]
DELIVER_POINTS = ["before_claim", "after_claim", "before_send", "after_reply", "after_send", "after_record"]


def run(verb: list[str], folder: Path, database: str, environment: dict[str, str], kill_at: str = "") -> int:
    """One command in a process of its own; -9 when the failpoint was reached."""
    command = [sys.executable, "-m", "watcher", "--config", str(folder), "--database", database, *verb]
    values = {**os.environ, **environment, VARIABLE: kill_at}
    done = subprocess.run(command, env=values, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode in {0, 1, -9}, done.stderr
    return done.returncode


@pytest.mark.parametrize("point", [*POLL_POINTS, *DELIVER_POINTS])
@pytest.mark.fault(106)
@pytest.mark.promise("P1", "P2")
@pytest.mark.parametrize("readable", [True, False], ids=["readable", "no scope to read"])
def test_a_process_that_dies_loses_nothing(point: str, database_url: str, tmp_path: Path, *, readable: bool) -> None:
    slack = SlackStandIn(["C0000000001"], seconds=0, readable=readable)
    feed = rss(item(1, recently()), item(2, recently()), "<item><title>Bird flu jab</title></item>")
    with serving({"/feed": response(feed)}) as (site, _), serve_http(slack) as api:
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), SUBSCRIBERS)
        environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": f"{api}/api/", "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8"}
        polling = point in POLL_POINTS
        open_database(database_url).close()
        assert run(["poll"], folder, database_url, environment, point if polling else "") == (-9 if polling else 0)
        if not polling:
            assert run(["deliver"], folder, database_url, environment, point) == -9

        async def after_the_crash() -> None:
            now = datetime.now(UTC)
            async with desk(folder, environment, database_url, now) as opened:
                forget_leases(opened.database)
                await poll_all(opened, now)
                await deliver_all(opened, now)

        asyncio.run(after_the_crash())
    counts = posts_by_delivery(slack.posts)
    assert len(counts) == 2, "two stories for one channel"
    doubles = [name for name, count in counts.items() if count > 1]
    assert all(count <= 2 for count in counts.values())
    assert doubles == [] or (point in {"after_reply", "after_send"} and not readable), (
        "what can be looked up is never told twice"
    )
    repeats = [post for post in slack.posts if "Possible repeat" in json.dumps(post["blocks"])]
    assert len(repeats) >= len(doubles), "a double says that it may be one"


OFFICIAL = """
  - {{id: nhse, name: NHS England, publisher: NHS England, trust: official, kind: feed, url: "{site}/nhse", every: 5m}}
"""


@pytest.mark.fault(106)
@pytest.mark.promise("P1", "P3")
@pytest.mark.parametrize("readable", [True, False], ids=["readable", "no scope to read"])
def test_a_process_that_dies_between_an_answer_and_the_update_of_the_first_message_does_the_update_later(
    database_url: str, tmp_path: Path, *, readable: bool
) -> None:
    slack = SlackStandIn(["C0000000001"], seconds=0, readable=readable)
    title = "Flu jabs for everyone over 50 from 1 December"
    answers = {"/feed": response(rss(item(1, recently(), title))), "/nhse": response(rss())}
    with serving(answers) as (site, _), serve_http(slack) as api:
        folder = write_config(tmp_path / "config", (SOURCE + OFFICIAL).format(site=site), SUBSCRIBERS)
        environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": f"{api}/api/", "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8"}
        open_database(database_url).close()

        async def passes(*, delivers: bool = True) -> None:
            now = datetime.now(UTC)
            async with desk(folder, environment, database_url, now) as opened:
                forget_leases(opened.database)
                await poll_all(opened, now)
                if delivers:
                    await deliver_all(opened, now)

        asyncio.run(passes())
        answers["/nhse"] = response(rss(item(2, recently(), title)))
        asyncio.run(passes(delivers=False))
        assert run(["deliver"], folder, database_url, environment, "after_reply") == -9
        assert (len(slack.posts), slack.updates) == (2, [])
        asyncio.run(passes())
    first, *replies = slack.posts
    assert (len(slack.updates), first["text"][:12]) == (1, "NOW OFFICIAL")
    assert {post["thread_ts"] for post in replies} == {first["ts"]}
    assert ["Possible repeat" in json.dumps(post["blocks"]) for post in replies] == (
        [False] if readable else [False, True]
    )


def test_a_kill_point_is_nothing_when_no_test_asks(tmp_path: Path) -> None:
    with serving({"/feed": response(rss(item(1, recently())))}) as (site, _):
        folder = write_config(
            tmp_path / "config",
            SOURCE.format(site=site),
            "subscribers: [{id: screen, via: console, address: screen, admin: true}]",
        )
        environment = {"WATCHER_ALLOW_PRIVATE": "127.0.0.0/8"}
        database = f"sqlite:///{tmp_path / 'w.db'}"
        assert run(["poll"], folder, database, environment) == 0
        assert run(["deliver"], folder, database, environment) == 0
