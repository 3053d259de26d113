"""Polls that found nothing new are saved together; one that fails costs the others nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.support.faulty import response
from tests.support.world import desk, item, poll_all, rss, serving, write_config
from watcher.poll import poll_due
from watcher.store.group_commit import GroupCommit

NOW = datetime(2020, 11, 20, 7, 41, tzinfo=UTC)
PEOPLE = "subscribers: [{id: screen, via: console, address: screen, admin: true}]"
SOURCES = "sources:\n" + "".join(
    f"  - {{{{id: s{n}, name: S{n}, publisher: P, trust: trade, kind: feed, every: 5m, url: '{{site}}/{n}'}}}}\n"
    for n in range(6)
)


def test_what_comes_while_others_are_saved_shares_the_next_transaction() -> None:
    saved: list[Sequence[str]] = []

    async def story() -> list[str]:
        first_runs, group = asyncio.Event(), GroupCommit[str, str]()
        may_end = asyncio.Event()

        async def save(works: Sequence[str]) -> list[str]:
            saved.append(works)
            first_runs.set()
            await may_end.wait()
            return [work.upper() for work in works]

        first = asyncio.create_task(group.add("a", save, unfinished=1))
        await first_runs.wait()
        more = [asyncio.create_task(group.add(work, save, unfinished=3)) for work in ("b", "c", "d")]
        await asyncio.sleep(0)
        may_end.set()
        return await asyncio.gather(first, *more)

    assert asyncio.run(story()) == ["A", "B", "C", "D"]
    assert saved == [["a"], ["b", "c", "d"]]


def test_of_several_that_fail_together_only_those_that_fail_alone_have_the_error() -> None:
    async def save(works: Sequence[int]) -> list[int]:
        if 0 in works:
            raise ZeroDivisionError
        return [work + 1 for work in works]

    async def story() -> list[Any]:
        group = GroupCommit[int, int]()
        works = (group.add(work, save, unfinished=3) for work in (5, 0, 7))
        return await asyncio.gather(*works, return_exceptions=True)

    came, failed, went = asyncio.run(story())
    assert (came, type(failed), went) == (6, ZeroDivisionError, 8)


def test_nobody_waits_for_a_result_when_the_process_ends_while_it_is_saved() -> None:
    class End(BaseException):
        """What ends a process at a failpoint."""

    async def save(_: Sequence[int]) -> list[int]:
        raise End

    async def story() -> list[Any]:
        group = GroupCommit[int, int]()
        works = (group.add(work, save, unfinished=3) for work in (5, 6, 7))
        async with asyncio.timeout(5):
            return await asyncio.gather(*works, return_exceptions=True)

    assert [type(error) for error in asyncio.run(story())] == [End] * 3


def test_whoever_comes_when_the_saving_is_cancelled_is_cancelled_too_and_the_next_is_saved() -> None:
    async def story() -> tuple[str, int]:
        group, begun = GroupCommit[int, int](), asyncio.Event()

        async def save_never(_: Sequence[int]) -> list[int]:
            begun.set()
            await asyncio.Event().wait()
            return []

        async def save(works: Sequence[int]) -> Sequence[int]:
            return works

        waits = asyncio.create_task(group.add(1, save_never, unfinished=1))
        await begun.wait()
        assert group._saving is not None
        group._saving.cancel()
        async with asyncio.timeout(5):
            (ended,) = await asyncio.gather(waits, return_exceptions=True)
            return type(ended).__name__, await group.add(2, save, unfinished=1)

    assert asyncio.run(story()) == ("CancelledError", 2)


def run_day(folder: Path, story: Callable[[Any], Awaitable[None]]) -> None:
    """Run `story` with six feeds that were read once and are unchanged from then on."""
    answers = {f"/{n}": response(rss(item(n, NOW)), headers='ETag: "a"\r\n') for n in range(6)}
    with serving(answers) as (site, _):
        config = write_config(folder / "config", SOURCES.format(site=site), PEOPLE)

        async def begin() -> None:
            async with desk(config, {}, f"sqlite:///{folder / 'w.db'}", NOW) as opened:
                await poll_all(opened, NOW)
                for path in list(answers):
                    answers[path] = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
                await story(opened)

        asyncio.run(begin())


def test_unchanged_polls_of_a_tick_are_saved_in_few_transactions(tmp_path: Path) -> None:
    async def story(opened: Any) -> None:
        commits: list[int] = []
        sa.event.listen(opened.database.engine, "commit", lambda _: commits.append(1))
        polled = await poll_all(opened, NOW + timedelta(hours=1))
        assert [result.outcome for result in polled] == ["unchanged"] * 6
        assert len(commits) == 2, "one to claim them, one to save them"
        with opened.database.begin() as tx:
            rows = tx.execute(sa.text("SELECT last_success, lease, failures FROM sources")).all()
        assert rows == [("2020-11-20 08:41:00.000000", "", 0)] * 6

    run_day(tmp_path, story)


def test_an_unchanged_poll_that_another_replica_took_over_is_left_to_it(tmp_path: Path) -> None:
    async def story(opened: Any) -> None:
        tasks = await poll_due(opened, NOW + timedelta(hours=1))
        with opened.database.begin() as tx:
            tx.execute(sa.text("UPDATE sources SET lease = 'another', failures = 3 WHERE source = 's4'"))
        polled = {result.source: result.outcome for result in await asyncio.gather(*tasks)}
        assert polled == {f"s{n}": "overtaken" if n == 4 else "unchanged" for n in range(6)}
        with opened.database.begin() as tx:
            row = tx.execute(sa.text("SELECT last_success, lease, failures FROM sources WHERE source = 's4'")).one()
        assert row == ("2020-11-20 07:41:00.000000", "another", 3)

    run_day(tmp_path, story)
