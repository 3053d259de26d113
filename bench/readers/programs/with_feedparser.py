"""httpx and feedparser, as most who write a reader begin."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO

import feedparser
import httpx

from bench.readers.programs.small_reader import FeedAnswer, Get, run


@asynccontextmanager
async def client() -> AsyncIterator[Get]:
    """GETs of one httpx client."""
    async with httpx.AsyncClient(trust_env=False) as opened:

        async def get(address: str, headers: dict[str, str]) -> FeedAnswer:
            answer = await opened.get(address, headers=headers)
            return FeedAnswer(answer.status_code, answer.headers.get("etag", ""), answer.content)

        yield get


run(client, lambda body: feedparser.parse(BytesIO(body)).entries)
