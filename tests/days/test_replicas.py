"""Several processes on one database, and one of them is killed: each Delivery leaves once, whoever is quickest."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from bench.replicas import Race, race
from watcher.store.database import Database

CHANNELS, PROCESSES = 20, 3


def fifteen_seconds_pass(database: Database) -> None:
    """The leases of the dead have few seconds left; those of the living were all taken just now."""
    with database.begin() as tx:
        tx.execute(sa.text("UPDATE deliveries SET lease_until = lease_until - 15 WHERE state = 'leased'"))
        tx.execute(sa.text("UPDATE channels SET lease_until = lease_until - 15 WHERE lease_until > 0"))


@pytest.mark.fault(106, 112)
@pytest.mark.promise("P2", "P21")
def test_one_of_three_processes_is_killed_half_way_and_each_alert_is_delivered_once(
    database_url: str, tmp_path: Path
) -> None:
    done = race(database_url, tmp_path, processes=PROCESSES, channels=CHANNELS, killed=fifteen_seconds_pass)
    assert done == Race(
        accepted=(3 * CHANNELS,),
        marked=0,
        left=done.left,
        found=done.found,
        lost=0,
        seconds=done.seconds,
        taken_over=done.taken_over,
    )
    assert done.left > 0
    assert done.found <= done.left
    assert done.taken_over is not None
    assert done.taken_over < 12
