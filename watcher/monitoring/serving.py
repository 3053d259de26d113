"""The figures on a port of their own, never on that of the pages: they are for whoever runs this, not for readers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import Request as WebRequest
from starlette.responses import Response as WebResponse
from starlette.routing import Route

from watcher.config import Configuration
from watcher.monitoring.metrics import Metrics
from watcher.store.database import Database
from watcher.web.server import open_port, serve_on
from watcher.web.site import split_address

SETTING = "WATCHER_METRICS"


@asynccontextmanager
async def serve_metrics(
    address: str, database: Database, configuration: Callable[[], Configuration], clock: Callable[[], datetime]
) -> AsyncIterator[Metrics]:
    """Serve /metrics at `address`, HOST:PORT, while the block runs. Raises BadConfig when the port cannot be had."""
    metrics = Metrics(database, configuration, clock)
    with open_port(split_address(address), SETTING) as port:
        async with serve_on(port, build_metrics_page(metrics)):
            yield metrics


def build_metrics_page(metrics: Metrics) -> Starlette:
    """The application with the one page; the database is read in a thread."""

    async def show_metrics(request: WebRequest) -> WebResponse:
        body, content_type = await asyncio.to_thread(metrics.write, request.headers.get("accept", ""))
        return WebResponse(body, headers={"Content-Type": content_type, "Cache-Control": "no-store"})

    return Starlette(routes=[Route("/metrics", show_metrics, name="metrics")])
