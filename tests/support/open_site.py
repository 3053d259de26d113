"""The pages over a database of a test, asked as a browser or a mail scanner asks, without a port."""

from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import httpx

from watcher.config import Configuration
from watcher.store.database import Database
from watcher.web.app import build_pages
from watcher.web.site import PublicSite, WebSettings

PUBLIC_URL = "https://watcher.example.org"
SECRET = "s" * 32
OWN_FORM = {"Sec-Fetch-Site": "same-origin"}  # what a browser says of a form on a page of ours


@asynccontextmanager
async def open_site(
    database: Database,
    configuration: Configuration,
    clock: Callable[[], datetime],
    *,
    environment: Mapping[str, str] | None = None,
    **parts: Any,
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the pages, which follows no redirect. `parts`: fields of PublicSite."""
    chosen = {"WATCHER_PUBLIC_URL": PUBLIC_URL, "WATCHER_SECRET": SECRET} if environment is None else environment
    with ThreadPoolExecutor(2) as threads:
        site = PublicSite(
            database=database,
            configuration=lambda: configuration,
            clock=clock,
            threads=threads,
            settings=WebSettings.of(chosen, "127.0.0.1:8080"),
            **parts,
        )
        base = chosen.get("WATCHER_PUBLIC_URL") or "http://127.0.0.1:8080"
        transport = httpx.ASGITransport(build_pages(site), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            yield client
