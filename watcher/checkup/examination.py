"""Every check of an installation, side by side and each within its time; nothing is changed and no Message sent."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

import httpx

from watcher.checkup.backups import examine_backups
from watcher.checkup.configuration import examine_configuration
from watcher.checkup.database import count_bytes, examine_database, find_oldest_item
from watcher.checkup.machine import examine_machine
from watcher.checkup.network import (
    examine_certificates,
    examine_clock,
    examine_looks,
    look_at_sources,
    read_certificate,
)
from watcher.checkup.pages import examine_pages
from watcher.config import Configuration
from watcher.core.language.format import format_count
from watcher.model.finding import Finding, broken, doubtful, fine, name_some
from watcher.notifiers.base import Notifier
from watcher.runtime import Runtime
from watcher.store.database_address import read_database_address

CHECK_SECONDS, SOURCES_SECONDS = 5.0, 14.0  # the whole ends within 20 s
LOCK = Path(__file__).parents[2] / "requirements-run.lock"
OTHERS_HOLD = "the other checks hold all the same"
OFFLINE = ("sources", "clock", "channels", "pages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What is examined: the checked settings and configuration, and the addresses of the database and of backups.

    `describe_fault` says a fault of ours without its words, which may hold a secret.
    """

    environment: Mapping[str, str] = field(repr=False)
    configuration: Configuration = field(repr=False)
    database_url: str = field(repr=False)
    backups: Path
    now: datetime
    describe_fault: Callable[[BaseException], str]


async def examine(installation: Installation, runtime: Runtime | None) -> list[Finding]:
    """The Findings in a fixed order. `runtime`: with what the network is asked; None: it is not asked at all."""
    here, url, now = installation, installation.database_url, installation.now
    checks = [
        Check("machine", partial(_examine_machine, here)),
        Check("configuration", partial(examine_configuration, here.configuration, here.environment)),
        Check("database", partial(examine_database, url, now)),
        Check("backups", partial(_examine_backups, here), SOURCES_SECONDS),  # a large one is read for a while
    ]
    begun = [_in_thread(check, here.describe_fault) for check in checks]
    if runtime:
        begun.append(_awaited("sources", SOURCES_SECONDS + CHECK_SECONDS, _examine_sources(runtime, now), here))
        for via, notifier in sorted(runtime.notifiers.items()):
            ask = partial(_examine_channel, notifier, via, here.configuration)
            begun.append(_in_thread(Check(f"channel {via}", ask, SOURCES_SECONDS), here.describe_fault))
        begun.append(_awaited("pages", CHECK_SECONDS, _examine_pages(here), here))
    findings = [finding for outcome in await asyncio.gather(*begun) for finding in outcome]
    without = () if runtime else OFFLINE
    return [*findings, *(doubtful(name, "not looked at: --offline", "run it without --offline") for name in without)]


@dataclass(frozen=True, slots=True)
class Check:
    """One check that asks and waits: its name, what it does, and the seconds that it has."""

    name: str
    work: Callable[[], Iterable[Finding]]
    seconds: float = field(default_factory=lambda: CHECK_SECONDS)


def _too_long(name: str, seconds: float) -> Finding:
    return doubtful(name, f"not done within {seconds:g} s", "try again; if it lasts, something is overloaded")


async def _awaited(name: str, seconds: float, check: Awaitable[list[Finding]], here: Installation) -> list[Finding]:
    """What a check found; that it took too long, or a fault of ours in it, are Findings as well."""
    try:
        async with asyncio.timeout(seconds):
            return await check
    except TimeoutError:
        return [_too_long(name, seconds)]
    except Exception as error:  # noqa: BLE001 - one check must not hide the others
        return [broken(name, here.describe_fault(error), OTHERS_HOLD)]


async def _in_thread(check: Check, describe_fault: Callable[[BaseException], str]) -> list[Finding]:
    """The Findings of a check as far as they came in its time. Its thread is not waited for when it hangs."""
    loop, findings = asyncio.get_running_loop(), list[Finding]()
    ended = asyncio.Event()

    def call(work: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(work)

    def run() -> None:
        try:
            for finding in check.work():
                call(partial(findings.append, finding))
        except BaseException as error:  # noqa: BLE001 - one check must not hide the others
            call(partial(findings.append, broken(check.name, describe_fault(error), OTHERS_HOLD)))
        call(ended.set)

    threading.Thread(target=run, daemon=True).start()
    try:
        async with asyncio.timeout(check.seconds):
            await ended.wait()
    except TimeoutError:
        return [*findings, _too_long(check.name, check.seconds)]
    return findings


def _examine_machine(here: Installation) -> list[Finding]:
    file = read_database_address(here.database_url).file
    folder = Path(file).absolute().parent if file else Path.cwd()
    there = next(place for place in (folder, *folder.parents) if place.is_dir())
    return examine_machine(here.now, LOCK, there, count_bytes(here.database_url))


def _examine_backups(here: Installation) -> list[Finding]:
    return [examine_backups(here.backups, find_oldest_item(here.database_url), here.now)]


async def _examine_sources(runtime: Runtime, now: datetime) -> list[Finding]:
    polled = [source for source in runtime.configuration.sources.values() if source.enabled and source.is_polled]
    waiting = [source.id for source in polled if not (source.url or runtime.mail.address)]
    looks = await look_at_sources(runtime, [own for own in polled if own.id not in waiting], now, SOURCES_SECONDS)
    certificates = await examine_certificates(looks, now, read_certificate)
    mailbox = f"{format_count(len(waiting), 'source')} wait for a mailbox (WATCHER_IMAP_URL): {name_some(waiting)}"
    return [
        *examine_looks(looks),
        *([fine("mailbox", mailbox)] if waiting else []),
        *certificates,
        examine_clock(looks, now),
    ]


def _examine_channel(notifier: Notifier, via: str, configuration: Configuration) -> Iterable[Finding]:
    own = [subscriber for subscriber in configuration.subscribers.values() if subscriber.via == via]
    return notifier.examine([(subscriber.id, subscriber.address) for subscriber in own])


async def _examine_pages(here: Installation) -> list[Finding]:
    async with httpx.AsyncClient(follow_redirects=False) as client:
        public_url = here.environment.get("WATCHER_PUBLIC_URL", "")
        return [await examine_pages(public_url, here.environment.get("WATCHER_SECRET", ""), client)]
