"""aiohttp and fastfeedparser: about the least that the work can cost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import fastfeedparser

from bench.readers.programs.small_reader import FeedAnswer, Get, run


@asynccontextmanager
async def client() -> AsyncIterator[Get]:
    """GETs of one aiohttp session."""
    async with aiohttp.ClientSession() as opened:

        async def get(address: str, headers: dict[str, str]) -> FeedAnswer:
            async with opened.get(address, headers=headers) as answer:
                return FeedAnswer(answer.status, answer.headers.get("etag", ""), await answer.read())

        yield get


run(client, lambda body: fastfeedparser.parse(body).entries)
