"""A heartbeat (dead man's switch): an address that is asked each minute while all goes on, as healthchecks.io wants it.

Whoever answers there tells somebody when nothing was heard for a while: of a process that died, nothing else does. The
address is a secret, since whoever knows it could go on asking it; it stands in no log.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import httpx
import structlog

BEAT_SECONDS, LOOK_SECONDS, MAX_ANSWER_SECONDS = 60.0, 1.0, 10
for _library in ("httpx", "httpcore"):
    logging.getLogger(_library).setLevel(logging.WARNING)  # below it they repeat addresses
log = structlog.get_logger()


@asynccontextmanager
async def keep_beating(
    address: str, is_alive: Callable[[], bool], seconds: float = BEAT_SECONDS
) -> AsyncIterator[None]:
    """Ask `address` every so many `seconds` while the block runs, as long as `is_alive`. Nothing ever fails for it."""
    beating = asyncio.create_task(_beat_forever(address, is_alive, seconds))
    try:
        yield
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating


async def _beat_forever(address: str, is_alive: Callable[[], bool], seconds: float) -> None:
    async with httpx.AsyncClient(timeout=MAX_ANSWER_SECONDS, follow_redirects=False) as client:
        while True:
            if not is_alive():
                await asyncio.sleep(min(seconds, LOOK_SECONDS))
                continue
            why = await beat(client, address)
            if why:
                log.warning("the heartbeat was not heard", why=why)
            await asyncio.sleep(seconds)


async def beat(client: httpx.AsyncClient, address: str) -> str:
    """Ask once; why that was not heard, without the address, or ""."""
    try:
        answer = await client.get(address)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not end the product
        return type(error).__name__
    return "" if answer.is_success else f"HTTP {answer.status_code}"
