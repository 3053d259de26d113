"""The heartbeat is heard while all goes on, and only then; that it is not heard ends nothing and tells no secret."""

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest
import structlog

from tests.support.faulty import faulty, response, silent
from watcher.cli.logs import log_as_json
from watcher.monitoring import heartbeat
from watcher.monitoring.heartbeat import beat, keep_beating

CANARY = "canary-7d2e"
TICK = 0.01


async def listen(is_alive: Callable[[], bool], beats: int, answer: bytes = response(b"OK")) -> int:
    """How often the heartbeat was heard when it had been heard `beats` times."""
    heard = asyncio.Event()
    count = 0

    async def hear(_path: str, _request: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        if count >= beats:
            heard.set()
        writer.write(answer)
        await writer.drain()

    async with faulty({f"/{CANARY}": hear}) as (base, _), keep_beating(f"{base}/{CANARY}", is_alive, TICK):
        async with asyncio.timeout(20):
            await heard.wait()
    return count


def test_it_is_heard_again_and_again_while_both_loops_go_on() -> None:
    assert asyncio.run(listen(lambda: True, beats=3)) >= 3


def test_nothing_is_heard_while_they_do_not() -> None:
    looks = 0

    def is_alive() -> bool:
        nonlocal looks
        looks += 1
        return looks > 5

    assert asyncio.run(listen(is_alive, beats=1)) >= 1
    assert looks > 5


def test_a_heartbeat_that_is_not_heard_is_a_line_in_the_log_without_its_address(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_as_json()
    try:
        assert asyncio.run(listen(lambda: True, beats=2, answer=response(b"no", status="503 S"))) >= 2
    finally:
        structlog.reset_defaults()
    logged = capsys.readouterr().err
    assert CANARY not in logged
    lines = [json.loads(line) for line in logged.splitlines()]
    assert {(line["event"], line["why"]) for line in lines} == {("the heartbeat was not heard", "HTTP 503")}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (response(b"OK"), ""),
        (response(b"", status="302 F", headers="Location: http://127.0.0.1:1/\r\n"), "HTTP 302"),
        (response(b"", status="404 N"), "HTTP 404"),
        (b"nonsense", "RemoteProtocolError"),
        (silent, "ReadTimeout"),
    ],
)
def test_each_way_to_fail_has_its_word(answer: bytes, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "MAX_ANSWER_SECONDS", 0.2)

    async def ask() -> str:
        async with faulty({"/x": answer}) as (base, _), httpx.AsyncClient(timeout=0.2) as client:
            return await beat(client, f"{base}/x")

    assert asyncio.run(ask()) == why


def test_no_port_at_all_has_its_word_too() -> None:
    async def ask() -> str:
        async with httpx.AsyncClient() as client:
            return await beat(client, f"http://127.0.0.1:9/{CANARY}")

    assert asyncio.run(ask()) == "ConnectError"
