"""The real product, opened between the world's sites and channels; it can be restarted, and end at any commit."""

import ipaddress
import random
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.soak.channels import (
    BLIND,
    DAILY_MAIL,
    HOOK,
    NOW_MAIL,
    PASSWORD,
    READABLE,
    TOKEN,
    WEEKLY,
    Mortal,
    SoakEdge,
)
from bench.soak.pages import Site
from watcher import config
from watcher.app import open_runtime
from watcher.config.settings import Settings
from watcher.fetching.fetcher import Fetcher, FetchLimits
from watcher.runtime import Runtime

LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
MOST_COMMITS = 12  # of one round: at one of these the process ends

TOPICS = """
topics:
  - {id: flu, name: Flu, any: ["flu jab"]}
  - {id: pay, name: Pay, any: ["pay rise"]}
  - {id: access, name: Access, any: ["patient access"]}
"""
SUBSCRIBERS = f"""
subscribers:
  - {{id: slack-now, via: slack, address: {READABLE}, admin: true}}
  - {{id: slack-blind, via: slack, address: {BLIND}, topics: [flu, pay]}}
  - {{id: hook, via: slack, address: "env:HOOK", topics: [access]}}
  - {{id: mail-now, via: email, address: "env:NOW_MAIL", topics: [flu]}}
  - {{id: mail-daily, via: email, address: "env:DAILY_MAIL", pace: daily, at: "07:30", empty: always, admin: true}}
  - {{id: slack-weekly, via: slack, address: {WEEKLY}, topics: [pay, access], pace: weekly, on: monday, empty: always}}
"""


class AtOnce(Executor):
    """No threads: the order of things is that of the seed, so that a case can be played again."""

    def submit(self, fn: Callable[..., Any], /, *values: Any, **named: Any) -> Future[Any]:
        """Do it now."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*values, **named))
        except BaseException as error:  # noqa: BLE001 - as a thread would hand it over
            done.set_exception(error)
        return done


class Lost(BaseException):
    """The process ended right before a commit, or right after it."""


class Product:
    """watcher as it is, but for its threads, its patience with silent servers, and the clock."""

    desk: Runtime

    def __init__(self, folder: Path, edge: SoakEdge) -> None:
        """Nothing is open yet. `edge` has the clock."""
        self._folder, self._edge = folder, edge
        self._opened: AsyncExitStack | None = None
        self._cut, self._kept = 0, False

    def configure(self, sites: list[Site], site: str, api: str, relay: str) -> None:
        """Write the configuration of a practice with these neighbours, and check it."""
        environment = {
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_API_URL": f"{api}/api/",
            "WATCHER_SMTP_URL": relay.replace("//", f"//office:{PASSWORD}@"),
            "WATCHER_MAIL_FROM": "watcher@practice.example",
            "HOOK": f"{api}{HOOK}",
            "NOW_MAIL": NOW_MAIL,
            "DAILY_MAIL": DAILY_MAIL,
        }
        rows = [
            f"  - {{id: {each.name}, name: Site {each.name}, publisher: Site {each.name}, trust: {each.trust}, kind: "
            f"{'listing' if each.shape == 'listing' else 'feed'}, {each.selectors}url: '{site}/{each.name}', "
            f"every: {each.every}}}"
            for each in sites
        ]
        files = {"sources": "sources:\n" + "\n".join(rows), "topics": TOPICS, "subscribers": SUBSCRIBERS}
        for name, text in files.items():
            (self._folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        self._settings = Settings(environment=environment, allowed_networks=(LOOPBACK,))
        self._checked = config.read_configuration(self._folder, environment)

    def _clock(self) -> datetime:
        return self._edge.now

    async def reopen(self) -> None:
        """A restart: everything that is not in the database is gone."""
        await self.close()
        self._opened = AsyncExitStack()
        address = f"sqlite:///{self._folder / 'soak.db'}"
        desk = await self._opened.enter_async_context(open_runtime(self._settings, self._checked, address, self._clock))
        patience = FetchLimits(max_seconds=3.0, max_connect_seconds=3.0)
        fetch = Fetcher(clock=self._clock, allowed=self._settings.allowed_networks, limits=patience)
        await self._opened.enter_async_context(fetch)
        mortal: dict[str, Any] = {via: Mortal(each, self._edge) for via, each in desk.notifiers.items()}
        self.desk = replace(desk, fetcher=fetch, notifiers=mortal, threads=AtOnce(), sending=AtOnce())
        self._cut = 0
        desk.database.engine.dispose()
        sa.event.listen(desk.database.engine, "connect", _unsafe)
        sa.event.listen(desk.database.engine, "commit", self._commits)

    async def close(self) -> None:
        """Close everything that is open."""
        if self._opened:
            await self._opened.aclose()
        self._opened = None

    # --- the end of a process -------------------------------------------------------------------------------------

    def will_end(self, chance: random.Random) -> bool:
        """End the process at one of the next commits, right before it or right after. True: at its claims already."""
        self._cut, self._kept = chance.randint(1, MOST_COMMITS), chance.random() < 0.5  # noqa: PLR2004 - a coin
        return chance.random() < 0.3  # noqa: PLR2004 - three times in ten

    def _commits(self, connection: Any) -> None:
        self._cut -= 1
        if self._cut == 0:
            if self._kept:
                connection.exec_driver_sql("COMMIT")
            raise Lost

    def forget_leases(self) -> None:
        """What 20 seconds do to the leases of the dead."""
        cut, self._cut = self._cut, 0
        with self.desk.database.begin() as tx:
            for table in ("sources", "channels", "deliveries"):
                tx.execute(sa.text(f"UPDATE {table} SET lease_until = 0"))  # noqa: S608 - our own table names
            tx.execute(sa.text("UPDATE channels SET paced_until = 0"))
        self._cut = cut

    def lives(self) -> None:
        """Another process takes over, and this one does not end."""
        self._cut = 0
        self.forget_leases()


def _unsafe(connection: Any, _record: Any) -> None:
    """No waiting for the disk: here the days count, and nobody pulls the plug."""
    connection.execute("PRAGMA synchronous=OFF")
