"""The only place that builds the product: settings and configuration become a Runtime."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime

from watcher import store
from watcher.config import Configuration
from watcher.config.schema import notifier_class
from watcher.config.settings import Settings
from watcher.fetching.fetcher import CONTACT, Fetcher
from watcher.fetching.mailbox import MailReader
from watcher.fetching.mailbox_address import read_mailbox_address
from watcher.notifiers.base import Notifier
from watcher.runtime import MAX_CONCURRENT_SENDS, Runtime
from watcher.store.database import open_database
from watcher.store.group_commit import GroupCommit
from watcher.store.leases import RENEW_SECONDS

THREADS = 8


@asynccontextmanager
async def open_runtime(
    settings: Settings,
    configuration: Configuration,
    database_url: str,
    clock: Callable[[], datetime],
    *,
    thorough: bool = False,
) -> AsyncIterator[Runtime]:
    """A Runtime with everything open; all is closed again when the block ends. `thorough`: see open_database.

    Raises BadDatabase.
    """
    environment = settings.environment
    contact = environment.get("WATCHER_CONTACT") or environment.get("WATCHER_PUBLIC_URL") or CONTACT
    with ExitStack() as stack:
        database = open_database(database_url, thorough=thorough)
        stack.callback(database.close)
        notifiers = {via: notifier_class(via)(environment) for via in _channels_in_use(configuration)}
        stack.callback(_close_notifiers, notifiers)
        threads = stack.enter_context(ThreadPoolExecutor(THREADS, "watcher"))
        sending = stack.enter_context(ThreadPoolExecutor(MAX_CONCURRENT_SENDS, "sending"))
        async with Fetcher(clock=clock, allowed=settings.allowed_networks, contact=contact) as fetcher:
            runtime = Runtime(
                name=f"{socket.gethostname()}:{os.getpid()}",
                database=database,
                fetcher=fetcher,
                mail=MailReader(read_mailbox_address(environment.get("WATCHER_IMAP_URL", "")), clock),
                configuration=configuration,
                notifiers=notifiers,
                threads=threads,
                sending=sending,
                keep_bytes_for=settings.keep_bytes_for,
            )
            renewals = asyncio.create_task(_renew_leases_forever(runtime))
            try:
                yield runtime
            finally:
                renewals.cancel()


def _channels_in_use(configuration: Configuration) -> set[str]:
    return {subscriber.via for subscriber in configuration.subscribers.values()}


def _close_notifiers(notifiers: Mapping[str, Notifier]) -> None:
    for notifier in notifiers.values():
        notifier.close()


async def _renew_leases_forever(runtime: Runtime) -> None:
    """Renew this process's leases while it lives; after it died, other processes take its work within 20 seconds.

    In a thread of its own: behind eight pages that are being parsed, a renewal would come too late.
    """
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, "leases") as thread:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if runtime.lease_uses:
                try:
                    await loop.run_in_executor(thread, _renew_leases, runtime, tuple(runtime.lease_uses))
                except Exception:  # noqa: BLE001 - database away for a moment: the next renewal comes in time
                    _log_fault("leases not renewed")


def _log_fault(what: str) -> None:
    """Log `what` with the error that is being handled. Most processes have nothing to log, and need no logger."""
    import structlog

    structlog.get_logger().exception(what)


def _renew_leases(runtime: Runtime, tokens: tuple[str, ...]) -> None:
    with runtime.database.begin() as tx:
        store.leases.renew(tx, tokens)


def with_configuration(runtime: Runtime, configuration: Configuration, settings: Settings) -> Runtime:
    """The same Runtime with another configuration; notifiers that were not in use before are opened."""
    new_channels = _channels_in_use(configuration) - runtime.notifiers.keys()
    new_notifiers = {via: notifier_class(via)(settings.environment) for via in new_channels}
    runtime.notifiers.update(new_notifiers)  # the same dict: open_runtime closes them all
    return replace(runtime, configuration=configuration, unchanged=GroupCommit(), recording=GroupCommit())
