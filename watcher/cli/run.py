"""The command that runs the product: run, until SIGTERM."""

import asyncio
import os
import sys
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from watcher.app import open_runtime, with_configuration
from watcher.cli.logs import LogForm, log_as_json, log_as_text
from watcher.cli.options import Options, commands, now
from watcher.config.settings import Settings
from watcher.config_reload import ConfigFiles
from watcher.core.watching.ticks import find_stale_ticks
from watcher.runtime import Runtime, set_aside_what_stays
from watcher.scheduler import Loops

if TYPE_CHECKING:
    from watcher.cli.spoken_log import SpokenLog


@commands.command()
def run(
    context: typer.Context,
    log: Annotated[
        LogForm | None, typer.Option(help="How to log: json for machines, text for people (default on a terminal).")
    ] = None,
) -> None:
    """Poll sources and send messages until SIGTERM. Work that was begun is finished."""
    is_text = log is LogForm.TEXT or (log is None and sys.stderr.isatty())
    spoken = log_as_text(now) if is_text else None
    if spoken is None:
        log_as_json()
    options: Options = context.obj
    configuration, settings = options.configuration(), options.settings()
    config_files = ConfigFiles(options.folder, settings.environment)

    async def both_loops() -> None:
        async with open_runtime(settings, configuration, options.database, now, thorough=True) as runtime:
            is_finished = await _run_until_stopped(settings, runtime, config_files, spoken)
            if not is_finished:
                sys.stderr.flush()
                os._exit(0)  # a thread that waits for a slow server cannot be ended otherwise; the database is whole

    asyncio.run(both_loops())


async def _run_until_stopped(
    settings: Settings, runtime: Runtime, config_files: ConfigFiles, spoken: "SpokenLog | None"
) -> bool:
    """Both loops, with the pages, the figures and the heartbeat where they are set; whether all work was finished."""
    loops = Loops(runtime, now, config_files, partial(with_configuration, settings=settings))
    async with AsyncExitStack() as stack:
        if spoken:
            spoken.listen_to(runtime.database, lambda: loops.configuration)
            stack.callback(spoken.close)
        parts: dict[str, Any] = {"ticks": lambda: loops.ticks, "mistakes": lambda: config_files.mistakes}
        if address := settings.environment.get("WATCHER_METRICS"):
            from watcher.monitoring.serving import serve_metrics

            serving = serve_metrics(address, runtime.database, lambda: loops.configuration, now)
            metrics = await stack.enter_async_context(serving)
            loops.observe, parts["observe"] = metrics.observe_result, metrics.observe_page
        if address := settings.environment.get("WATCHER_WEB"):
            from watcher.web.server import serve_pages
            from watcher.web.site import WebSettings

            web = WebSettings.of(settings.environment, address)
            pages = serve_pages(web, runtime.database, lambda: loops.configuration, now, **parts)
            await stack.enter_async_context(pages)
        if address := settings.environment.get("WATCHER_HEARTBEAT"):
            from watcher.monitoring.heartbeat import keep_beating

            await stack.enter_async_context(keep_beating(address, lambda: not find_stale_ticks(loops.ticks, now())))
        set_aside_what_stays(runtime.configuration)
        return await loops.until_stopped()
