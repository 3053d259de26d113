"""The command that proves the configuration: check. It opens no database and no connection."""

from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.options import Options, commands, print_error
from watcher.config import warnings_of
from watcher.config.editor_schemas import write_schemas
from watcher.core.language.format import format_count
from watcher.store.database_address import read_database_address


@commands.command()
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
    if not address.file and not options.settings().environment["WATCHER_SECRET"]:
        print_error("warning: set WATCHER_SECRET: without it the database knows addresses by hashes without a key")
    for line in warnings_of(configuration, options.settings().environment):
        print_error(f"warning: {line}")
    enabled = sum(bool(source.enabled) and not source.is_auto for source in configuration.sources.values())
    trying = sum(source.is_auto for source in configuration.sources.values())
    topics = format_count(len(configuration.topics), "topic")
    subscribers = format_count(len(configuration.subscribers), "subscriber")
    counts = f"{format_count(enabled, 'source')} on, {trying} to prove themselves, {topics}, {subscribers}"
    print_error(f"{options.folder}: {counts}: fine")
