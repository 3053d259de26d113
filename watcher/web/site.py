"""What the pages work with, built by the command that serves them; and their settings."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from cachetools import LRUCache

from watcher.config import Configuration
from watcher.core.watching.ticks import Ticks
from watcher.errors import Mistake
from watcher.store.database import Database
from watcher.web.limits import ReaderLimits

Report = TypeVar("Report")
KEPT_SECONDS = 60  # how long a report is shown again; browsers are told the same
MAX_REPORTS_KEPT = 256
DEFAULT_ADDRESS = "127.0.0.1:8080"  # of `watcher web`
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def split_address(address: str) -> tuple[str, int]:
    """The host and the port of HOST:PORT, as a socket wants them."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """The settings of the pages: their public address without a slash at its end, "" where there is none.

    `address` is where they listen; `secret` signs links, `contact` is shown to readers; `proxies` are the addresses
    whose word on where a request comes from is believed.
    """

    address: tuple[str, int]
    public_url: str
    secret: str = field(default="", repr=False)
    contact: str = ""
    proxies: tuple[str, ...] = ()

    @classmethod
    def of(cls, environment: Mapping[str, str], address: str) -> "WebSettings":
        """Those of a checked environment; `address` is HOST:PORT."""
        proxies = (proxy.strip() for proxy in environment.get("WATCHER_TRUSTED_PROXIES", "").split(","))
        return cls(
            address=split_address(address),
            public_url=environment.get("WATCHER_PUBLIC_URL", "").rstrip("/"),
            secret=environment.get("WATCHER_SECRET", ""),
            contact=environment.get("WATCHER_CONTACT", ""),
            proxies=tuple(filter(None, proxies)),
        )

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which the pages answer: that of the public address, or those of this machine."""
        own = LOOPBACK | ({self.address[0]} - {"0.0.0.0", "::"})  # noqa: S104 - no name of any host
        public = urlsplit(self.public_url).hostname
        return own | {public} if public else own

    @property
    def is_https(self) -> bool:
        """Whether readers come by TLS."""
        return self.public_url.startswith("https://")

    @property
    def base_url(self) -> str:
        """Where the pages are for whoever runs them: the public address, or that on this machine."""
        host, port = self.address
        host = "localhost" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104
        return self.public_url or f"http://{host}:{port}"

    @property
    def has_admin(self) -> bool:
        """Whether there is a page for admins: with a key, and where its cookie does not travel in the open."""
        return bool(self.secret) and (self.is_https or urlsplit(self.base_url).hostname in LOOPBACK)


class ReportCache:
    """The reports that were read last. What many ask for in one minute is read once."""

    def __init__(self) -> None:
        self._kept: LRUCache[tuple[Any, ...], tuple[object, Any]] = LRUCache(MAX_REPORTS_KEPT)
        self._lock = threading.Lock()

    def find(self, name: tuple[Any, ...], configuration: object) -> Any:
        """What was kept under `name` for this very configuration; None for nothing."""
        with self._lock:
            kept_for, report = self._kept.get(name, (None, None))
        return report if kept_for is configuration else None

    def keep(self, name: tuple[Any, ...], configuration: object, report: Any) -> None:
        """Keep a report under `name`."""
        with self._lock:
            self._kept[name] = configuration, report

    def clear(self) -> None:
        """Keep nothing: something was written that readers want to see."""
        with self._lock:
            self._kept.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicSite:
    """The open database, the configuration in use, a clock (UTC), and the threads in which reports are read.

    `observe` hears the name of each page that was asked for, and how many seconds its answer took. `ticks` says how
    polling and delivering go on, where this process does that; `mistakes` what is wrong with the files of the
    configuration, where they were refused.
    """

    database: Database
    configuration: Callable[[], Configuration]
    clock: Callable[[], datetime]
    threads: Executor = field(repr=False)
    settings: WebSettings
    reports: ReportCache = field(default_factory=ReportCache, repr=False)
    limits: ReaderLimits = field(default_factory=ReaderLimits, repr=False)
    observe: Callable[[str, float], object] = field(default=lambda _page, _seconds: None, repr=False)
    ticks: Callable[[], Ticks] = field(default=dict, repr=False)
    mistakes: Callable[[], Sequence[Mistake]] = field(default=tuple, repr=False)

    async def report(self, load: Callable[..., Report], *arguments: Any) -> Report:
        """What `load(tx, configuration, now, *arguments)` reads; for some seconds the same is shown again.

        The arguments name the report, so they must be hashable.
        """
        now, configuration = self.clock(), self.configuration()
        name = (load, arguments, int(now.timestamp()) // KEPT_SECONDS)
        kept: Report | None = self.reports.find(name, configuration)
        if kept is not None:
            return kept
        report: Report = await self.run(self._load, load, configuration, now, arguments)
        self.reports.keep(name, configuration, report)
        return report

    async def read_now(self, load: Callable[..., Report], *arguments: Any) -> Report:
        """What `load` reads at this moment, for one reader alone: a mark that was just made must be seen."""
        return await self.run(self._load, load, self.configuration(), self.clock(), arguments)

    def _load(self, load: Callable[..., Report], configuration: Configuration, now: datetime, arguments: Any) -> Report:
        with self.database.read() as tx:
            report: Report = load(tx, configuration, now, *arguments)
        return report

    async def change(self, save: Callable[..., Report], *arguments: Any) -> Report:
        """What `save(tx, now, *arguments)` gives, in a transaction; every report is read anew after it."""
        changed: Report = await self.run(self._save, save, arguments)
        self.reports.clear()
        return changed

    def _save(self, save: Callable[..., Report], arguments: Any) -> Report:
        with self.database.begin() as tx:
            changed: Report = save(tx, self.clock(), *arguments)
        return changed

    async def run(self, function: Callable[..., Report], *arguments: Any) -> Report:
        """The result of a plain function that runs in a thread of the pages."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, function, *arguments)
