"""What one replica plans, the others send at once, where PostgreSQL tells them; a lost connection is made again."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.faulty import response
from tests.support.world import SOURCE, desk, rss, serving, write_config
from watcher import scheduler
from watcher.announce import announce
from watcher.delivering.recording import DeliveryResult
from watcher.model import Alert, Reason
from watcher.runtime import Runtime
from watcher.scheduler import Loops
from watcher.store.database import Database, open_database

PEOPLE = "subscribers: [{id: admin, via: console, address: screen, admin: true, topics: []}]"
ENDED = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
)


class Replica(Loops):
    """Puts every result of a Delivery into `results`."""

    results: asyncio.Queue[DeliveryResult]

    def _finish(self, task: asyncio.Task[DeliveryResult], event: str) -> None:
        super()._finish(task, event)
        if event == "delivered":
            self.results.put_nowait(task.result())

    def stop(self) -> None:
        self._stop.set()


def tell(database: Database, runtime: Runtime, words: str) -> None:
    """As another replica does that polled."""
    now = datetime.now(UTC)
    with database.begin() as tx:
        announce(
            tx, [Alert(reason=Reason.NEEDS_ADMIN, at=now, note=words)], runtime.configuration.subscribers.values(), now
        )


def cut(database: Database) -> int:
    """End the connections that listen; how many."""
    with database.begin() as tx:
        return len(tx.execute(sa.text(ENDED)).all())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_another_replica_plans_leaves_at_once_also_after_the_connection_was_lost(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "DELIVER_SECONDS", 3_600)
    monkeypatch.setattr(scheduler, "RECONNECT_SECONDS", 0)

    async def story(site: str) -> list[str]:
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), PEOPLE)
        other = open_database(database_url)
        async with desk(folder, {}, database_url, datetime.now(UTC)) as opened, asyncio.timeout(60):
            replica = Replica(opened, lambda: datetime.now(UTC))
            replica.results = asyncio.Queue()
            running = asyncio.create_task(replica.until_stopped())
            outcomes = []
            for words in ("the first", "the second", "the third"):
                await asyncio.to_thread(tell, other, opened, words)
                outcomes.append((await replica.results.get()).outcome)
                while not await asyncio.to_thread(cut, other):
                    pass  # it is being made again
            replica.stop()
            assert await running
        other.close()
        return outcomes

    with serving({"/feed": response(rss())}) as (site, _):
        assert asyncio.run(story(site)) == ["sent", "sent", "sent"]
