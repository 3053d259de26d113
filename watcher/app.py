"""The only place that builds things: settings and configuration become a Runtime."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog

from watcher import config, store
from watcher.config import Configuration, Settings
from watcher.config.schema import notifier_class
from watcher.deliver import MAX_CONCURRENT_SENDS
from watcher.fetching.fetcher import CONTACT, Fetcher
from watcher.notifiers.base import Notifier
from watcher.runtime import Runtime
from watcher.store.database import Database, open_database
from watcher.store.leases import RENEW_SECONDS

THREADS = 8
log = structlog.get_logger()


def read_settings_of_process() -> Settings:
    """The environment, checked. Raises BadConfig."""
    return config.read_settings(os.environ)


def read_configuration_of(folder: Path, known: Settings) -> Configuration:
    """The files in `folder`, checked. Raises BadConfig."""
    return config.read_configuration(folder, known.environment)


def open_database_at(url: str) -> Database:
    """The database at `url`, up to date. Raises BadDatabase."""
    return open_database(url)


@asynccontextmanager
async def open_runtime(
    known: Settings, checked: Configuration, address: str, clock: Callable[[], datetime], *, thorough: bool = False
) -> AsyncIterator[Runtime]:
    """A Runtime with everything open; all is closed again when the block ends. `thorough`: see open_database."""
    used = {subscriber.via for subscriber in checked.subscribers.values()}
    contact = known.environment.get("WATCHER_CONTACT") or known.environment.get("WATCHER_PUBLIC_URL") or CONTACT
    with ExitStack() as closing:
        opened = open_database(address, thorough=thorough)
        closing.callback(opened.close)
        notifiers = {via: notifier_class(via)(known.environment) for via in used}
        closing.callback(_close, notifiers)
        threads = closing.enter_context(ThreadPoolExecutor(THREADS, "watcher"))
        sending = closing.enter_context(ThreadPoolExecutor(MAX_CONCURRENT_SENDS, "sending"))
        async with Fetcher(clock=clock, allowed=known.allowed_networks, contact=contact) as fetch:
            desk = Runtime(
                name=f"{socket.gethostname()}:{os.getpid()}",
                database=opened,
                fetcher=fetch,
                configuration=checked,
                notifiers=notifiers,
                threads=threads,
                sending=sending,
                keep_bytes_for=known.keep_bytes_for,
            )
            keeping = asyncio.create_task(_keep_leases(desk))
            try:
                yield desk
            finally:
                keeping.cancel()


def _close(notifiers: Mapping[str, Notifier]) -> None:
    for notifier in notifiers.values():
        notifier.close()


async def _keep_leases(desk: Runtime) -> None:
    """While this process lives, its work stays its own; after it died, the others take over within 20 seconds.

    In a thread of its own: behind eight pages that are being read, a beat would come too late.
    """
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, "leases") as thread:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if desk.lease_uses:
                try:
                    await loop.run_in_executor(thread, _renew, desk, tuple(desk.lease_uses))
                except Exception:  # away for a moment: the next beat comes before the leases run out
                    log.exception("leases not renewed")


def _renew(desk: Runtime, tokens: tuple[str, ...]) -> None:
    with desk.database.begin() as tx:
        store.leases.renew(tx, tokens)


def with_configuration(desk: Runtime, checked: Configuration, known: Settings) -> Runtime:
    """The same Runtime with another configuration; notifiers that were not in use before are opened."""
    used = {subscriber.via for subscriber in checked.subscribers.values()}
    new = {via: notifier_class(via)(known.environment) for via in used if via not in desk.notifiers}
    desk.notifiers.update(new)  # the same dict: open_desk closes them all
    return replace(desk, configuration=checked)
