"""The commands that run the product: run, poll, deliver, check; and those that play past days: demo, replay."""

import asyncio
import os
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from watcher.app import open_runtime, with_configuration
from watcher.cli.logs import log_as_json
from watcher.cli.options import Options, app, describe_fault, now, print_error, print_json, read_json_lines
from watcher.cli.taking_in import accept_candidates
from watcher.config import warnings_of
from watcher.config.schema import write_schemas
from watcher.config_reload import ConfigFiles
from watcher.deliver import deliver_due, probe_channels
from watcher.errors import NotFetched
from watcher.poll import PollResult, poll_due
from watcher.scheduler import Loops
from watcher.store.database import read_database_address


@app.command()
def run(context: typer.Context) -> None:
    """Poll sources and send messages until SIGTERM. Work that was begun is finished."""
    log_as_json()
    options: Options = context.obj
    settings, configuration = options.settings(), options.configuration()
    config_files = ConfigFiles(options.folder, settings.environment)

    async def both_loops() -> None:
        async with open_runtime(settings, configuration, options.database, now, thorough=True) as runtime:
            take_over = partial(with_configuration, settings=settings)
            if not await Loops(runtime, now, config_files, take_over).until_stopped():
                sys.stderr.flush()
                os._exit(0)  # a thread that waits for a slow server cannot be ended otherwise; the database is whole

    asyncio.run(both_loops())


@app.command()
def poll(
    context: typer.Context, source: Annotated[list[str] | None, typer.Argument(help="Poll only these.")] = None
) -> None:
    """Poll every source that is due, or the named ones, once. Prints a line for each."""
    options: Options = context.obj
    configuration, file = options.configuration(), options.folder / "sources.yaml"
    source_ids = source or []
    unknown = [source_id for source_id in source_ids if source_id not in configuration.sources]
    if unknown:
        print_error(f"there is no source {unknown[0]!r} in {file}")
        raise typer.Exit(2)
    for source_id in source_ids:
        if configuration.sources[source_id].enabled is False:
            print_error(f"{source_id} is switched off (`enabled: false` in {file}) and is not polled")
        elif not configuration.sources[source_id].is_polled:
            print_error(f"{source_id} is not polled: paste it with `watcher add {source_id} --paste`")

    async def once() -> list[Any]:
        async with open_runtime(options.settings(), configuration, options.database, now) as runtime:
            tasks = await poll_due(runtime, now(), only=source_ids, forced=bool(source_ids))
            return await asyncio.gather(*tasks, return_exceptions=True)

    _print_outcomes(asyncio.run(once()), {"failed"})


@app.command()
def accept(context: typer.Context, source: Annotated[str, typer.Argument(help="The source, by its id.")]) -> None:
    """Take the version of a watched page that waits as the page. Readers are told of it as of any other edit."""
    options: Options = context.obj
    configuration = options.configuration()
    if source not in configuration.sources:
        print_error(f"there is no source {source!r} in {options.folder / 'sources.yaml'}")
        raise typer.Exit(2)

    async def once() -> PollResult | None:
        async with open_runtime(options.settings(), configuration, options.database, now) as runtime:
            page = configuration.sources[source]
            return await runtime.run_in_thread(accept_candidates, runtime, page, now())

    try:
        result = asyncio.run(once())
    except NotFetched as error:
        print_error(f"{source}: {error.why}")
        raise typer.Exit(1) from None
    if result is None:
        print_error(f"{source}: no other version waits; `watcher health` says how its last poll went")
        raise typer.Exit(1)
    print_json(asdict(result))


@app.command()
def deliver(context: typer.Context) -> None:
    """Send every delivery that is due, once. Prints a line for each."""
    options: Options = context.obj

    async def once() -> list[Any]:
        async with open_runtime(options.settings(), options.configuration(), options.database, now) as runtime:
            results = await asyncio.gather(*await deliver_due(runtime, now()), return_exceptions=True)
            troubles = await asyncio.gather(*await probe_channels(runtime, now()))
            not_reached.extend(filter(None, troubles))
            return results

    not_reached: list[str] = []
    _print_outcomes(asyncio.run(once()), {"failed", "unknown", "given up"})
    for line in not_reached:
        print_error(line)
    if not_reached:
        raise typer.Exit(1)


def _print_outcomes(results: list[Any], bad: set[str]) -> None:
    if not results:
        print_error("nothing is due now")
    for result in results:
        if isinstance(result, BaseException):
            print_error(describe_fault(result))
        else:
            print_json(asdict(result))
    if any(isinstance(result, BaseException) or result.outcome in bad for result in results):
        raise typer.Exit(1)


@app.command()
def check(
    context: typer.Context,
    schema: Annotated[
        Path | None, typer.Option(help="Also write a JSON schema for each file into this folder, for editors.")
    ] = None,
) -> None:
    """Check the configuration and the examples of every topic. Lists every mistake with its place and cure."""
    options: Options = context.obj
    if schema:
        write_schemas(schema)
    configuration = options.configuration()
    address = read_database_address(options.database)
    if address.get_backend_name() == "postgresql" and not options.settings().environment["WATCHER_SECRET"]:
        print_error("warning: set WATCHER_SECRET: without it the database knows addresses by hashes without a key")
    for line in warnings_of(configuration, options.settings().environment):
        print_error(f"warning: {line}")
    enabled = sum(bool(source.enabled) and not source.is_auto for source in configuration.sources.values())
    trying = sum(source.is_auto for source in configuration.sources.values())
    topics, subscribers = len(configuration.topics), len(configuration.subscribers)
    counts = f"{enabled} sources on, {trying} to prove themselves, {topics} topics, {subscribers} subscribers"
    print_error(f"{options.folder}: {counts}: fine")


@app.command()
def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The folder to write the digests into, as HTML files.")] = Path("demo-out"),
) -> None:
    """Play bundled days and show what would have been sent. Through the real product, on this machine alone."""
    try:
        from watcher.demo.play import play_demo
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "aiosmtpd":
            raise
        print_error("the demo needs the package aiosmtpd; install it with: pip install 'practice-watcher[demo]'")
        raise typer.Exit(2) from None
    options: Options = context.obj
    raise typer.Exit(play_demo(options.folder, out))


@app.command()
def replay(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="JSON lines; - for stdin.")],
    out: Annotated[Path, typer.Option(help="The folder to write stories, alerts, notes and deliveries into.")],
) -> None:
    """Play dated items and write what would have been sent. Through the whole product, on a simulated clock."""
    from watcher.replay import files
    from watcher.replay.play import replay_items
    from watcher.replay.rows import ROW_CURE, read_row

    options: Options = context.obj
    rows, unreadable = read_json_lines(file, read_row, ROW_CURE)
    dated_rows = [row for row in rows if row]
    result = replay_items(dated_rows, options.configuration(), options.settings())
    files.write_files(result, out)
    typer.echo("\n".join(files.summary(result, len(rows) - len(dated_rows))))
    if unreadable:
        raise typer.Exit(1)
