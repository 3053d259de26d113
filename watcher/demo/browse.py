"""The demo's days as pages to look around in: all months played into one database, served on this machine alone."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from watcher import app, config
from watcher.config.settings import read_settings
from watcher.core.language.dates import LONDON
from watcher.demo.days import DemoItem, days
from watcher.demo.play import DemoStage, deliver_all, list_moments, write_config
from watcher.demo.stand_ins import MailStandIn, serve_http, serve_smtp
from watcher.poll import poll_due
from watcher.web.server import serve_pages
from watcher.web.site import WebSettings

SECRET = "a key of the demo that everybody knows"  # noqa: S105 - it protects nothing


class DemoClock:
    """A clock that stands at the last moment of the demo's days when it is made, and goes on from there."""

    def __init__(self, at: datetime) -> None:
        self._at, self._began = at, time.monotonic()

    def __call__(self) -> datetime:
        """The moment now (UTC)."""
        return self._at + timedelta(seconds=time.monotonic() - self._began)


async def browse_demo(folder: Path, work: Path, address: str) -> None:
    """Play all days with the topics of `folder` into a database in `work`, then serve their pages until SIGTERM."""
    async with open_demo_pages(folder, work, address) as public_url:
        print(f"The pages of the demo: {public_url}/ (end with Ctrl+C)", flush=True)  # noqa: T201 - for a person
        stop = asyncio.Event()
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
        await stop.wait()


@asynccontextmanager
async def open_demo_pages(
    folder: Path, work: Path, address: str, further: Sequence[DemoItem] = (), *, proxies: str = ""
) -> AsyncIterator[str]:
    """The pages of the demo's days at `address`, HOST:PORT, while the block runs; gives where they are.

    `further` items appear besides those of the last month. `proxies`: see WATCHER_TRUSTED_PROXIES.
    """
    with ExitStack() as stack:
        months = [items for _, items in days()]
        months[-1] = sorted((*months[-1], *further), key=lambda item: item.at)
        all_items = [item for items in months for item in items]
        stage = DemoStage(now=all_items[0].at, items=all_items)
        stage.site = stack.enter_context(serve_http(stage))
        environment = {
            "WATCHER_SMTP_URL": stack.enter_context(serve_smtp(MailStandIn())),
            "WATCHER_MAIL_FROM": "Practice watcher <watcher@watcher.example>",
            "WATCHER_ALLOW_PRIVATE": "127.0.0.0/8",
            "WATCHER_PUBLIC_URL": f"http://{address}",
            "WATCHER_SECRET": SECRET,
            "WATCHER_TRUSTED_PROXIES": proxies,
        }
        write_config(folder, work, stage.site, subscribers="browsing")
        settings, configuration = read_settings(environment), config.read_configuration(work, environment)
        async with app.open_runtime(settings, configuration, f"sqlite:///{work / 'demo.db'}", stage.clock) as runtime:
            for items in months:
                for moment in list_moments(items[0].at - timedelta(hours=1), items):
                    stage.now = moment
                    await asyncio.gather(*await poll_due(runtime, moment, forced=True))
                    await deliver_all(runtime, moment)
            clock = DemoClock(stage.now.astimezone(LONDON))
            web = WebSettings.of(settings.environment, address)
            async with serve_pages(web, runtime.database, lambda: configuration, clock):
                yield web.public_url
