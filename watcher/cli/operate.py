"""The commands that do once what `watcher run` does for ever: poll, accept, deliver."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

import typer

from watcher.app import open_runtime
from watcher.cli.options import Options, commands, describe_fault, find_source, now, print_error, print_json
from watcher.cli.progress import ProgressBar
from watcher.errors import NotFetched
from watcher.poll import PollResult, poll_due


@commands.command()
def poll(
    context: typer.Context, source: Annotated[list[str] | None, typer.Argument(help="Poll only these.")] = None
) -> None:
    """Poll every source that is due, or the named ones, once. Prints a line for each."""
    options: Options = context.obj
    configuration, source_ids = options.configuration(), source or []
    for configured in [find_source(configuration, source_id) for source_id in source_ids]:
        if configured.enabled is False:
            print_error(f"{configured.id} is switched off (`enabled: false`) and is not polled")
        elif not configured.is_polled:
            print_error(f"{configured.id} is not polled: paste it with `watcher add {configured.id} --paste`")

    async def once(bar: ProgressBar) -> list[Any]:
        async with open_runtime(options.settings(), configuration, options.database, now) as runtime:
            tasks = await poll_due(runtime, now(), only=source_ids, forced=bool(source_ids))
            bar.expect(len(tasks))
            for task in tasks:
                task.add_done_callback(lambda _done: bar.advance())
            return await asyncio.gather(*tasks, return_exceptions=True)

    with ProgressBar("polling") as bar:
        results = asyncio.run(once(bar))
    _print_outcomes(results, {"failed"})


@commands.command()
def accept(context: typer.Context, source: Annotated[str, typer.Argument(help="The source, by its id.")]) -> None:
    """Take the version of a watched page that waits as the page. Readers are told of it as of any other edit."""
    from watcher.cli.taking_in import accept_candidates

    options: Options = context.obj
    configuration = options.configuration()
    page = find_source(configuration, source)

    async def once() -> PollResult | None:
        async with open_runtime(options.settings(), configuration, options.database, now) as runtime:
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


@commands.command()
def deliver(context: typer.Context) -> None:
    """Send every delivery that is due, once. Prints a line for each."""
    from watcher.deliver import deliver_due, probe_channels

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
