"""The command that serves the pages alone, beside replicas that poll and deliver."""

import asyncio
import signal
from contextlib import AsyncExitStack, suppress
from typing import Any

import structlog
import typer

from watcher.cli.logs import log_as_json
from watcher.cli.options import Options, commands, now
from watcher.config import Configuration
from watcher.config.settings import Settings
from watcher.config_reload import ConfigFiles
from watcher.errors import BadConfig
from watcher.store.database import open_database
from watcher.web.server import serve_pages
from watcher.web.site import DEFAULT_ADDRESS, WebSettings

REREAD_SECONDS = 5


@commands.command()
def web(context: typer.Context) -> None:
    """Serve the pages until SIGTERM, without polling or sending. They listen on WATCHER_WEB."""
    log_as_json()
    options: Options = context.obj
    configuration, settings = options.configuration(), options.settings()
    asyncio.run(_serve(options, settings, configuration))


async def _serve(options: Options, settings: Settings, configuration: Configuration) -> None:
    stop = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop.set)
    address = settings.environment.get("WATCHER_WEB") or DEFAULT_ADDRESS
    database = open_database(options.database)
    in_use = [configuration]
    files = ConfigFiles(options.folder, settings.environment)
    try:
        async with AsyncExitStack() as stack:
            parts: dict[str, Any] = {"mistakes": lambda: files.mistakes}
            if metrics_address := settings.environment.get("WATCHER_METRICS"):
                from watcher.monitoring.serving import serve_metrics

                serving = serve_metrics(metrics_address, database, lambda: in_use[-1], now)
                parts["observe"] = (await stack.enter_async_context(serving)).observe_page
            web = WebSettings.of(settings.environment, address)
            await stack.enter_async_context(serve_pages(web, database, lambda: in_use[-1], now, **parts))
            while not stop.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(REREAD_SECONDS):
                        await stop.wait()
                changed = await asyncio.to_thread(_read_if_changed, files)
                in_use[:] = [changed or in_use[-1]]
    finally:
        database.close()


def _read_if_changed(files: ConfigFiles) -> Configuration | None:
    """The changed configuration; while it has mistakes, the one before stays in use, and `watcher run` tells admins."""
    try:
        return files.read_if_changed()
    except BadConfig as error:
        structlog.get_logger().warning("configuration refused", mistakes=[str(mistake) for mistake in error.mistakes])
        return None
