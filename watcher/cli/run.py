"""The command that runs the product: run, until SIGTERM."""

import asyncio
import os
import sys
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial

import typer

from watcher.app import open_runtime, with_configuration
from watcher.cli.logs import log_as_json
from watcher.cli.options import Options, commands, now
from watcher.config.settings import Settings
from watcher.config_reload import ConfigFiles
from watcher.scheduler import Loops
from watcher.store.database import Database


@commands.command()
def run(context: typer.Context) -> None:
    """Poll sources and send messages until SIGTERM. Work that was begun is finished."""
    log_as_json()
    options: Options = context.obj
    settings, configuration = options.settings(), options.configuration()
    config_files = ConfigFiles(options.folder, settings.environment)

    async def both_loops() -> None:
        async with open_runtime(settings, configuration, options.database, now, thorough=True) as runtime:
            take_over = partial(with_configuration, settings=settings)
            loops = Loops(runtime, now, config_files, take_over)
            async with _pages(settings, runtime.database, loops):
                is_finished = await loops.until_stopped()
            if not is_finished:
                sys.stderr.flush()
                os._exit(0)  # a thread that waits for a slow server cannot be ended otherwise; the database is whole

    asyncio.run(both_loops())


def _pages(settings: Settings, database: Database, loops: Loops) -> AbstractAsyncContextManager[object]:
    """The pages while the block runs, where WATCHER_WEB says that there shall be any."""
    address = settings.environment.get("WATCHER_WEB")
    if not address:
        return nullcontext()
    from watcher.web.server import serve_pages
    from watcher.web.site import WebSettings

    return serve_pages(WebSettings.of(settings.environment, address), database, lambda: loops.configuration, now)
