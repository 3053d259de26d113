"""The verbs that run the product: run, poll, deliver, check; and those that play past days: demo, replay."""

import asyncio
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from watcher.app import open_runtime, with_configuration
from watcher.cli.options import Options, app, now, print_error, print_json, read_json_lines
from watcher.config.schema import write_schemas
from watcher.config_reload import ConfigFiles
from watcher.deliver import deliver_due
from watcher.logs import log_as_json
from watcher.poll import poll_due
from watcher.scheduler import Loops


@app.command()
def run(context: typer.Context) -> None:
    """Poll and deliver until SIGTERM; what was begun is finished."""
    log_as_json()
    wanted: Options = context.obj

    known, checked = wanted.settings(), wanted.configuration()
    watched = ConfigFiles(wanted.folder, known.environment)

    async def both_loops() -> None:
        async with open_runtime(known, checked, wanted.database, now, thorough=True) as desk:
            renewed = partial(with_configuration, known=known)
            await Loops(desk, now, watched, renewed).until_stopped()

    asyncio.run(both_loops())


@app.command()
def poll(
    context: typer.Context, source: Annotated[list[str] | None, typer.Argument(help="Only these.")] = None
) -> None:
    """Look once at every source that is due, or at the named ones now; a line for each."""
    wanted: Options = context.obj
    checked = wanted.configuration()
    unknown = [each for each in source or () if each not in checked.sources]
    if unknown:
        print_error(f"there is no source {unknown[0]!r} in {wanted.folder}/sources.yaml")
        raise typer.Exit(2)

    for each in source or ():
        if not checked.sources[each].enabled:
            print_error(
                f"{each} is switched off (`enabled: false` in {wanted.folder}/sources.yaml) and is not looked at"
            )

    async def once() -> list[Any]:
        async with open_runtime(wanted.settings(), checked, wanted.database, now) as desk:
            tasks = await poll_due(desk, now(), only=source or (), forced=bool(source))
            return await asyncio.gather(*tasks, return_exceptions=True)

    _outcomes(asyncio.run(once()), {"failed"})


@app.command()
def deliver(context: typer.Context) -> None:
    """Hand over once what is due; a line for each Delivery."""
    wanted: Options = context.obj

    async def once() -> list[Any]:
        async with open_runtime(wanted.settings(), wanted.configuration(), wanted.database, now) as desk:
            return await asyncio.gather(*await deliver_due(desk, now()), return_exceptions=True)

    _outcomes(asyncio.run(once()), {"failed", "unknown", "given up"})


def _outcomes(results: list[Any], bad: set[str]) -> None:
    if not results:
        print_error("nothing is due now")
    for result in results:
        if isinstance(result, BaseException):
            print_error(f"a fault in watcher: {type(result).__name__}: {result}")
        else:
            print_json(asdict(result))
    if any(isinstance(result, BaseException) or result.outcome in bad for result in results):
        raise typer.Exit(1)


@app.command()
def check(
    context: typer.Context,
    schema: Annotated[
        Path | None, typer.Option(help="Also write a JSON schema for each file here, for editors.")
    ] = None,
) -> None:
    """Check the configuration: every mistake with its place and cure, and every topic's examples."""
    wanted: Options = context.obj
    if schema:
        write_schemas(schema)
    checked = wanted.configuration()
    on = sum(source.enabled for source in checked.sources.values())
    print_error(
        f"{wanted.folder}: {on} sources on, {len(checked.topics)} topics, {len(checked.subscribers)} subscribers: fine"
    )


@app.command()
def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Where the digests are written as HTML files.")] = Path("demo-out"),
) -> None:
    """Play bundled days through the real product, on this machine alone, and show what would have been told."""
    from watcher.demo.play import play_demo

    asked_: Options = context.obj
    raise typer.Exit(play_demo(asked_.folder, out))


@app.command()
def replay(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="JSON lines; - for stdin.")],
    out: Annotated[Path, typer.Option(help="The folder for stories, alerts, notes and deliveries.")],
) -> None:
    """Play dated items through the whole product on a simulated clock, and show what would have been told."""
    from watcher.replay import files
    from watcher.replay.play import replay_items
    from watcher.replay.rows import WANTED, read_row

    asked_: Options = context.obj
    found, wrong = read_json_lines(file, read_row, WANTED)
    dated = [each for each in found if each]
    played = replay_items(dated, asked_.configuration(), asked_.settings())
    files.write_files(played, out)
    typer.echo("\n".join(files.summary(played, len(found) - len(dated))))
    if wrong:
        raise typer.Exit(1)
