"""The pages on a port, by uvicorn, in the loop of whoever serves them. A fault of theirs ends nothing else."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from typing import Any

import structlog
import uvicorn
from starlette.types import ASGIApp

from watcher.config import Configuration
from watcher.errors import BadConfig, Mistake
from watcher.store.database import Database
from watcher.web.app import build_pages
from watcher.web.site import PublicSite, WebSettings

PAGE_THREADS = 4
RESTART_SECONDS = 5
MAX_STOP_SECONDS = 2
MAX_CONNECTIONS = 500
MAX_REQUEST_HEADER_BYTES = 16_384
IDLE_SECONDS = 15
log = structlog.get_logger()


class QuietServer(uvicorn.Server):
    """uvicorn without its hands on the signals: whoever runs it ends it."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave the signals as they are."""
        yield


@asynccontextmanager
async def serve_pages(
    settings: WebSettings,
    database: Database,
    configuration: Callable[[], Configuration],
    clock: Callable[[], datetime],
    **parts: Any,
) -> AsyncIterator[PublicSite]:
    """Serve the pages while the block runs. `parts`: more fields of PublicSite, such as `observe`.

    Raises BadConfig when their port cannot be had.
    """
    with ThreadPoolExecutor(PAGE_THREADS, "pages") as threads, open_port(settings.address, "WATCHER_WEB") as port:
        site = PublicSite(
            database=database, configuration=configuration, clock=clock, threads=threads, settings=settings, **parts
        )
        async with serve_on(port, build_pages(site), settings.proxies):
            yield site


@contextmanager
def open_port(address: tuple[str, int], setting: str) -> Generator[socket.socket, None, None]:
    """A listening socket. Raises BadConfig with the name of the setting and the cure."""
    host, port = address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        why = error.strerror or type(error).__name__
        what = f"{setting}: {host}:{port} cannot be listened on ({why}); name a free port of this machine"
        raise BadConfig([Mistake(file="environment", line=1, column=1, what=what)]) from None
    with listening:
        yield listening


@asynccontextmanager
async def serve_on(port: socket.socket, pages: ASGIApp, proxies: tuple[str, ...] = ()) -> AsyncIterator[None]:
    """Serve `pages` on a listening socket while the block runs; after a fault they are served anew."""
    settings = _configure(pages, proxies)
    servers = [QuietServer(settings)]  # the one that serves now
    serving = asyncio.create_task(_serve_until_stopped(port, settings, servers))
    try:
        yield
    finally:
        for server in servers:
            server.should_exit = True
        _, unfinished = await asyncio.wait([serving], timeout=MAX_STOP_SECONDS)
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        if unfinished:
            log.warning("pages stopped in the middle of an answer")


async def _serve_until_stopped(port: socket.socket, settings: uvicorn.Config, servers: list[QuietServer]) -> None:
    host, number = port.getsockname()[:2]
    log.info("pages are served", address=f"{host}:{number}")
    while True:
        try:
            await servers[-1].serve(sockets=[port.dup()])
        except Exception:
            log.exception("the pages failed, and are served again in some seconds")
        if servers[-1].should_exit:
            return
        servers[:] = [QuietServer(settings)]
        await asyncio.sleep(RESTART_SECONDS)


def _configure(pages: ASGIApp, proxies: tuple[str, ...]) -> uvicorn.Config:
    return uvicorn.Config(
        pages,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        http="h11",
        h11_max_incomplete_event_size=MAX_REQUEST_HEADER_BYTES,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=MAX_STOP_SECONDS - 1,
    )
