"""The only place that builds things: settings and configuration become a Desk."""

import os
import socket
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from watcher import config
from watcher.config import Configuration, Settings
from watcher.deliver import MOST_AT_ONCE
from watcher.desk import Desk
from watcher.entries import notifier_class
from watcher.fetch import CONTACT, Fetch
from watcher.store.database import Database, open_database

THREADS = 8


def settings() -> Settings:
    """The environment, checked. Raises BadConfig."""
    return config.settings(os.environ)


def configuration(folder: Path, known: Settings) -> Configuration:
    """The files in `folder`, checked. Raises BadConfig."""
    return config.read(folder, known.environment)


def database(url: str) -> Database:
    """The database at `url`, up to date. Raises BadDatabase."""
    return open_database(url)


@asynccontextmanager
async def open_desk(
    known: Settings, checked: Configuration, address: str, clock: Callable[[], datetime]
) -> AsyncIterator[Desk]:
    """A Desk with everything open; all is closed again when the block ends."""
    opened = open_database(address)
    used = {subscriber.via for subscriber in checked.subscribers.values()}
    contact = known.environment.get("WATCHER_CONTACT") or known.environment.get("WATCHER_PUBLIC_URL") or CONTACT
    fetcher = Fetch(clock=clock, allowed=known.allowed, contact=contact)
    with ThreadPoolExecutor(THREADS, "watcher") as threads, ThreadPoolExecutor(MOST_AT_ONCE, "sending") as sending:
        async with fetcher as fetch:
            notifiers = {via: notifier_class(via)(known.environment) for via in used}
            yield Desk(
                name=f"{socket.gethostname()}:{os.getpid()}",
                database=opened,
                fetch=fetch,
                configuration=checked,
                notifiers=notifiers,
                threads=threads,
                sending=sending,
            )
    for notifier in notifiers.values():
        notifier.close()
    opened.close()
