"""Several processes on one database: each Delivery leaves once, whoever is quickest."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faulty import response
from tests.world import SOURCE, forget_leases, item, posts_by_delivery, recently, rss, write_config
from tests.world import serving as feeding
from watcher.demo.stand_ins import SlackStandIn, serving
from watcher.store import outbox
from watcher.store.database import open_database

CHANNELS = [f"C{number:010}" for number in range(20)]
ITEMS, PROCESSES, ROUNDS = 3, 4, 12


@pytest.mark.fault(112)
@pytest.mark.promise("P21")
def test_four_processes_deliver_each_alert_once(database_url: str, tmp_path: Path) -> None:
    rows = [
        f"  - {{id: channel-{number}, via: slack, address: {channel}, admin: {'true' if number == 0 else 'false'}}}"
        for number, channel in enumerate(CHANNELS)
    ]
    slack = SlackStandIn(CHANNELS, seconds=0)
    feed = response(rss(*(item(number, recently() - timedelta(minutes=number)) for number in range(ITEMS))))
    with feeding({"/feed": feed}) as (site, _), serving(slack) as api:
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), "subscribers:\n" + "\n".join(rows))
        environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": f"{api}/api/", "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8"}
        opened = open_database(database_url)

        def together(verb: str) -> None:
            command = [sys.executable, "-m", "watcher", "--config", str(folder), "--database", database_url, verb]
            running = [
                subprocess.Popen(
                    command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
                )
                for _ in range(PROCESSES)
            ]
            for each in running:
                _, complaints = each.communicate(timeout=120)
                assert each.returncode == 0, complaints.decode()

        together("poll")
        for _ in range(ROUNDS):
            together("deliver")
            forget_leases(opened)
            with opened.begin() as tx:
                if not outbox.ready(tx, recently() + timedelta(hours=1)):
                    break
        opened.close()
    counts = posts_by_delivery(slack.posts)
    assert len(counts) == ITEMS * len(CHANNELS)
    assert set(counts.values()) == {1}
