"""kill -9 at every step of a reminder, on both engines: it is told once."""

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.days.test_deadlines import BY_12_NOVEMBER, DECLARE, SOURCES, TOPICS, at
from tests.support.faulty import response
from tests.support.world import (
    deliver_all,
    desk,
    forget_leases,
    poll_all,
    posts_by_delivery,
    rss,
    serving,
    write_config,
)
from watcher.demo.stand_ins import SlackStandIn, serve_http
from watcher.failpoint import VARIABLE

HOME = Path(__file__).parents[2]
PEOPLE = "subscribers: [{id: one, via: slack, address: C0000000001, admin: true}]"
PUBLISHED, DUE = at("2021-10-20 09:00"), at("2021-11-11 23:59")
ONE_PASS = """
import asyncio, sys
from datetime import datetime
from pathlib import Path
from tests.support.world import desk
from watcher.deliver import deliver_due

async def once(folder, database, api, now):
    environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": api}
    async with desk(Path(folder), environment, database, now) as opened:
        await asyncio.gather(*await deliver_due(opened, now))

folder, database, api, now = sys.argv[1:]
asyncio.run(once(folder, database, api, datetime.fromisoformat(now)))
"""


def one_pass(point: str, *words: str) -> int:
    """One pass of the deliver loop at the reminder's moment, in a process of its own."""
    values = {**os.environ, VARIABLE: point}
    command = [sys.executable, "-c", ONE_PASS, *words, DUE.isoformat()]
    done = subprocess.run(command, env=values, cwd=HOME, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode in {0, -9}, done.stderr
    return done.returncode


@pytest.mark.fault(106)
@pytest.mark.promise("P1", "P2")
@pytest.mark.parametrize("point", ["before_claim", "after_claim", "before_send", "after_send", "after_record"])
def test_a_reminder_is_told_once_wherever_its_process_dies(point: str, database_url: str, tmp_path: Path) -> None:
    slack = SlackStandIn(["C0000000001"], seconds=0, readable=True)
    item = (
        f"<item><title>{DECLARE}</title><link>https://nhse.example/1</link><description>{BY_12_NOVEMBER}</description>"
        "<pubDate>Wed, 20 Oct 2021 08:00:00 GMT</pubDate></item>"
    )
    answers: dict[str, Any] = {name: response(rss(item)) for name in ("/nhse", "/bbc")}
    with serving(answers) as (site, _), serve_http(slack) as api:
        folder = write_config(tmp_path / "config", SOURCES.format(site=site), PEOPLE, TOPICS)
        environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": f"{api}/api/"}

        async def told() -> None:
            async with desk(folder, environment, database_url, PUBLISHED) as opened:
                await poll_all(opened, PUBLISHED)
                await deliver_all(opened, PUBLISHED)

        async def after_the_crash() -> None:
            async with desk(folder, environment, database_url, DUE) as opened:
                forget_leases(opened.database)
                for minutes in (1, 10, 60):
                    await deliver_all(opened, DUE + timedelta(minutes=minutes))

        asyncio.run(told())
        first = len(slack.posts)
        assert one_pass(point, str(folder), database_url, f"{api}/api/") == -9
        asyncio.run(after_the_crash())
    assert (first, sorted(posts_by_delivery(slack.posts).values())) == (1, [1, 1])
