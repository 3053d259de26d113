"""A disk of 2 MB that is full: nothing is sent that is not recorded, and all goes on when there is space again."""

import asyncio
import errno
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.faulty import response
from tests.support.world import SOURCE, deliver_all, desk, forget_leases, item, poll_all, rss, serving, write_config
from watcher.deliver import deliver_due
from watcher.demo.stand_ins import Answer, Reply, SlackStandIn, serve_http
from watcher.poll import poll_due
from watcher.runtime import Runtime

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
SUBSCRIBERS = "subscribers: [{id: one, via: slack, address: C0000000001, admin: true}]"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 2 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "watcher-test", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        pytest.skip(f"no disk of our own: {error}")
    if done.returncode:
        pytest.skip(f"no disk of our own: {done.stderr.decode().strip()[:100]}")
    yield folder
    subprocess.run([shutil.which("umount") or "umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> None:
    """Leave no byte."""
    with (folder / "filler").open("ab", buffering=0) as filler:
        for size in (65_536, 4_096, 1):
            while written(filler, size):
                pass


def written(filler: FileIO, size: int) -> bool:
    """Whether there was room for `size` bytes more."""
    try:
        filler.write(b"x" * size)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            return False
        raise
    return True


class Filling(SlackStandIn):
    """A Slack that takes the message, and at that moment our disk is full."""

    folder: Path | None = None

    def __call__(self, method: str, path: str, body: bytes) -> Answer | Reply:
        answer = super().__call__(method, path, body)
        if self.folder:
            fill(self.folder)
        return answer


async def tick(opened: Runtime) -> list[str]:
    """Both ticks as the metronome makes them: a fault ends its own work only. Gives the driver's complaints."""
    wrong: list[str] = []
    for begin in (poll_due(opened, NOW, forced=True), deliver_due(opened, NOW)):
        try:
            done = await asyncio.gather(*await begin, return_exceptions=True)
        except sa.exc.OperationalError as error:
            wrong.append(str(error.orig))
        else:
            wrong += [str(getattr(each, "orig", each)) for each in done if isinstance(each, BaseException)]
    return wrong


def beyond(opened: Runtime, sent: list[str]) -> set[str]:
    """The Deliveries that left although the database does not know that somebody began to hand them over."""
    with opened.database.engine.connect() as connection:  # no transaction of ours: it would want to write
        rows = connection.execute(sa.text("SELECT id FROM deliveries WHERE state <> 'pending'"))
        return set(sent) - {row.id for row in rows}


def sent(slack: SlackStandIn) -> list[str]:
    return [post["metadata"]["event_payload"]["delivery_id"] for post in slack.posts]


@pytest.mark.fault(108)
@pytest.mark.promise("P22")
@pytest.mark.parametrize("full_from", ["the look", "the claim", "the acceptance"])
def test_a_full_disk_sends_nothing_unrecorded_and_all_goes_on_when_there_is_space(
    full_from: str, small: Path, tmp_path: Path
) -> None:
    slack = Filling(["C0000000001"], seconds=0)
    answers: dict[str, Any] = {"/feed": response(rss(*(item(number, NOW) for number in range(3))))}
    with serving(answers) as (site, _), serve_http(slack) as api:
        folder = write_config(tmp_path / "config", SOURCE.format(site=site), SUBSCRIBERS)
        environment = {"SLACK_BOT_TOKEN": "x", "SLACK_API_URL": f"{api}/api/"}

        async def story() -> None:
            async with desk(folder, environment, f"sqlite:///{small / 'watcher.db'}", NOW) as opened:
                if full_from != "the look":
                    await poll_all(opened, NOW)
                    forget_leases(opened.database)
                if full_from == "the acceptance":
                    slack.folder = small
                else:
                    fill(small)
                wrong = await tick(opened) + await tick(opened)
                assert wrong
                assert set(wrong) == {"database or disk is full"}
                assert len(slack.posts) == (full_from == "the acceptance")
                assert beyond(opened, sent(slack)) == set()
                (small / "filler").unlink()
                slack.folder = None
                forget_leases(opened.database)
                await poll_all(opened, NOW)
                await deliver_all(opened, NOW)
                with opened.database.begin() as tx:
                    assert tx.scalar(sa.text("PRAGMA integrity_check")) == "ok"

        asyncio.run(story())
    assert len(set(sent(slack))) == 3
    assert len(slack.posts) == 3, "what was accepted and not recorded is found in the channel"
