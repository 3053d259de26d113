"""Fetching: milliseconds of CPU per GET of a 20 kB page on loopback, beside plain httpx and aiohttp.

.venv/bin/python bench/fetching.py
"""

import asyncio
import ipaddress
import multiprocessing
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection

import aiohttp
import httpx

from watcher.fetching.fetcher import Fetcher
from watcher.model import Request

GETS, BODY = 500, b"x" * 20_000
HEAD = f"HTTP/1.1 200 OK\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()


def serve(port: Connection) -> None:
    """A keep-alive server in a process of its own, so that its CPU is not counted."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            while (await reader.readline()).strip():
                pass
            writer.write(HEAD + BODY)
            await writer.drain()
        writer.close()

    async def forever() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


async def cost(get: Callable[[str], Awaitable[object]], url: str) -> float:
    """Milliseconds of CPU a GET."""
    await get(url)
    begun = time.process_time()
    for _ in range(GETS):
        await get(url)
    return (time.process_time() - begun) / GETS * 1_000


async def measure(url: str) -> None:
    """Print the table."""
    allowed = [ipaddress.ip_network("127.0.0.0/8")]
    async with Fetcher(clock=lambda: datetime.now(UTC), allowed=allowed) as fetch:
        print(
            f"{'watcher fetch (guarded)':>26} {await cost(lambda u: fetch.get(Request(url=u)), url):.2f} ms CPU a GET"
        )
    async with httpx.AsyncClient(trust_env=False) as client:
        print(f"{'httpx, its own pool':>26} {await cost(client.get, url):.2f} ms CPU a GET")
    async with aiohttp.ClientSession() as session:

        async def plain(address: str) -> bytes:
            async with session.get(address) as answer:
                return await answer.read()

        print(f"{'aiohttp':>26} {await cost(plain, url):.2f} ms CPU a GET")


def main() -> None:
    """Start the server and measure."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there,), daemon=True)
    server.start()
    asyncio.run(measure(f"http://127.0.0.1:{here.recv()}/page"))
    server.terminate()


if __name__ == "__main__":
    main()
