"""SQLite has one writer at a time: the threads of a process queue for it, and no look fails because it is busy."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.faulty import response
from tests.support.world import desk, item, rss, serving, write_config
from watcher import store
from watcher.poll import poll_due
from watcher.store import loading
from watcher.store.database import WriterQueue, open_database

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
PEOPLE = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"


@pytest.mark.promise("P38")
def test_who_comes_first_writes_first() -> None:
    queue, order, came = WriterQueue(), list[int](), threading.Semaphore(0)

    def write(number: int) -> None:
        came.release()
        with queue:
            order.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    with queue:
        for number, thread in enumerate(threads):
            thread.start()
            came.acquire()
            while len(queue._waiting) <= number:  # it stands in the queue before the next one comes
                pass
    for thread in threads:
        thread.join(10)
    assert order == list(range(20))


@pytest.mark.promise("P38")
def test_a_turn_that_fails_is_given_on() -> None:
    queue = WriterQueue()
    with pytest.raises(ValueError, match="broken"), queue:
        raise ValueError("broken")
    with queue:
        pass


@pytest.mark.promise("P38")
def test_a_hundred_writers_lose_nothing_though_each_would_wait_for_no_lock(tmp_path: Path) -> None:
    opened = open_database(f"sqlite:///{tmp_path / 'w.db'}")

    @sa.event.listens_for(opened.engine, "begin")
    def _wait_for_nobody(tx: Any) -> None:  # runs after BEGIN IMMEDIATE, for the next one on this connection
        tx.exec_driver_sql("PRAGMA busy_timeout = 0")

    def write(number: int) -> None:
        with opened.begin() as tx:
            store.hosts.save(tx, {f"host{number}.example": NOW})

    threads = [threading.Thread(target=write, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with opened.begin() as tx:
        assert len(store.hosts.resting(tx, NOW - timedelta(days=1))) == 100
    opened.close()


@pytest.mark.promise("P38")
def test_an_unchanged_look_loads_and_decides_nothing_and_is_a_look_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: dict[str, Any] = {f"/{number}": response(rss(item(number, NOW))) for number in range(40)}

    async def story(site: str) -> tuple[list[str], list[str], list[datetime | None]]:
        rows = "".join(
            f"  - {{id: s{number}, name: S, publisher: P, trust: press, kind: feed, every: 5m, "
            f"url: '{site}/{number}'}}\n"
            for number in range(40)
        )
        folder = write_config(tmp_path / "config", f"sources:\n{rows}", PEOPLE)
        async with desk(folder, {}, f"sqlite:///{tmp_path / 'w.db'}", NOW) as opened:
            first = await asyncio.gather(*await poll_due(opened, NOW))
            monkeypatch.setattr(loading, "load_state", None)
            monkeypatch.setattr(store.sources, "states", None)
            later = NOW + timedelta(hours=1)
            second = await asyncio.gather(*await poll_due(opened, later))
            monkeypatch.undo()
            with opened.database.begin() as tx:
                seen = [state.last_success for state in store.sources.states(tx).values()]
        return [each.outcome for each in first], [each.outcome for each in second], seen

    with serving(answers) as (site, _):
        first, second, seen = asyncio.run(story(site))
    assert (set(first), set(second), len(second)) == ({"read"}, {"unchanged"}, 40)
    assert seen == [NOW + timedelta(hours=1)] * 40


@pytest.mark.promise("P38")
def test_the_same_bytes_are_read_again_where_something_was_left_unread_or_the_options_changed(tmp_path: Path) -> None:
    source = "sources: [{{id: s, name: S, publisher: P, trust: press, kind: feed, every: 5m, url: '{site}/f'{more}}}]"
    damaged = b"<rss version='2.0'><channel><item><title>Flu &nbsp; jab</title><guid>1</guid></item></channel></rss>"

    async def looks(site: str, body: bytes, *more: str) -> list[str]:
        outcomes = []
        for number, option in enumerate(more):
            folder = write_config(tmp_path / "config", source.format(site=site, more=option), PEOPLE)
            now = NOW + number * timedelta(hours=1)
            async with desk(folder, {}, f"sqlite:///{tmp_path / f'{len(body)}.db'}", now) as opened:
                outcomes += [each.outcome for each in await asyncio.gather(*await poll_due(opened, now, forced=True))]
        return outcomes

    answers: dict[str, Any] = {"/f": response(damaged)}
    with serving(answers) as (site, _):
        assert asyncio.run(looks(site, damaged, "", "")) == ["read", "read"]
        whole = rss(item(1, NOW))
        answers["/f"] = response(whole)
        changed = ", drop_text: [x]"
        assert asyncio.run(looks(site, whole, "", "", changed, changed)) == ["read", "unchanged", "read", "unchanged"]
