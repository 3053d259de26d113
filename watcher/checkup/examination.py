"""Every check of an installation, side by side and each within its time; nothing is changed and no Message sent."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import httpx

from watcher.checkup.backups import examine_backups
from watcher.checkup.configuration import examine_configuration
from watcher.checkup.database import count_bytes, examine_database
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
OFFLINE = ("sources", "clock", "channels", "pages")
Result = TypeVar("Result")


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
    in_order: list[tuple[str, float, Awaitable[list[Finding]]]] = [
        ("machine", CHECK_SECONDS, _in_thread(partial(_examine_machine, here))),
        (
            "configuration",
            CHECK_SECONDS,
            _in_thread(partial(examine_configuration, here.configuration, here.environment)),
        ),
        ("database", CHECK_SECONDS, _in_thread(partial(examine_database, url, now))),
        ("backups", CHECK_SECONDS, _in_thread(partial(_examine_backups, here))),
    ]
    if runtime:
        in_order.append(("sources", SOURCES_SECONDS + CHECK_SECONDS, _examine_sources(runtime, now)))
        in_order += [
            (f"channel {via}", CHECK_SECONDS, _in_thread(partial(_examine_channel, notifier, via, here.configuration)))
            for via, notifier in sorted(runtime.notifiers.items())
        ]
        in_order.append(("pages", CHECK_SECONDS, _examine_pages(here)))
    checks = [_within(name, seconds, check, here.describe_fault) for name, seconds, check in in_order]
    findings = [finding for outcome in await asyncio.gather(*checks) for finding in outcome]
    without = () if runtime else OFFLINE
    return [*findings, *(doubtful(name, "not looked at: --offline", "run it without --offline") for name in without)]


async def _within(
    name: str, seconds: float, check: Awaitable[list[Finding]], describe_fault: Callable[[BaseException], str]
) -> list[Finding]:
    """What a check found; that it took too long, or a fault of ours in it, are Findings as well."""
    try:
        async with asyncio.timeout(seconds):
            return await check
    except TimeoutError:
        return [doubtful(name, f"no answer within {seconds:g} s", "try again; if it lasts, something is overloaded")]
    except Exception as error:  # noqa: BLE001 - one check must not hide the others
        return [broken(name, describe_fault(error), "the other checks hold all the same")]


def _in_thread(work: Callable[[], Iterable[Finding]]) -> Awaitable[list[Finding]]:
    """Do `work` in a thread that nobody waits for when it hangs, as those of a pool are at the end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[list[Finding]] = loop.create_future()

    def answer(findings: list[Finding] | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error:
            done.set_exception(error)
        else:
            done.set_result(findings or [])

    def run() -> None:
        findings, fault = None, None
        try:
            findings = list(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is awaited
            fault = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(answer, findings, fault)

    threading.Thread(target=run, daemon=True).start()
    return done


def _examine_machine(here: Installation) -> list[Finding]:
    file = read_database_address(here.database_url).file
    folder = Path(file).absolute().parent if file else Path.cwd()
    there = next(place for place in (folder, *folder.parents) if place.is_dir())
    return examine_machine(here.now, LOCK, there, count_bytes(here.database_url))


def _examine_backups(here: Installation) -> list[Finding]:
    file = read_database_address(here.database_url).file
    since = datetime.fromtimestamp(Path(file).stat().st_ctime, UTC) if file and Path(file).is_file() else None
    return [examine_backups(here.backups, since, here.now)]


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


def _examine_channel(notifier: Notifier, via: str, configuration: Configuration) -> list[Finding]:
    own = [subscriber for subscriber in configuration.subscribers.values() if subscriber.via == via]
    return notifier.examine([(subscriber.id, subscriber.address) for subscriber in own])


async def _examine_pages(here: Installation) -> list[Finding]:
    async with httpx.AsyncClient(follow_redirects=False) as client:
        public_url = here.environment.get("WATCHER_PUBLIC_URL", "")
        return [await examine_pages(public_url, here.environment.get("WATCHER_SECRET", ""), client)]
