"""The command that deletes for good: forget what is old, or what is kept of one subscriber who left."""

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.options import Options, commands, now, print_error, print_json, refuse_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.store.forgetting import Forgettable

MIN_DAYS, MAX_DAYS = 8, 36_500  # `watcher health` looks at the last seven (reports/source_health.py: RECENT)


@commands.command(name="forget")
def forget_old(
    context: typer.Context,
    older: Annotated[
        str, typer.Option(metavar="DAYS", help="A number of days, such as 400d: what is older goes.")
    ] = "",
    subscriber: Annotated[
        str | None, typer.Option(metavar="ID", help="All of one subscriber who is no longer in the configuration.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; else it only says what would go.")] = False,
) -> None:
    """Delete what is old and no longer needed. What was told to whom stays."""
    from watcher.store import forgetting
    from watcher.store.database import open_database

    options: Options = context.obj
    if bool(older) == (subscriber is not None):
        _refuse("say either --older, for example --older 400d, or --subscriber ID")
    about, kinds = _choose_old(options, older) if subscriber is None else _choose_of(options, subscriber)
    refuse_missing(options.database)
    with closing(open_database(options.database)) as database:
        if yes:
            counts = forgetting.delete_forgettable(database, kinds)
        else:
            with database.read() as tx:
                counts = forgetting.count_forgettable(tx, kinds)
    if subscriber is not None and not any(counts.values()):
        print_error(f"nothing is kept of a subscriber {subscriber}; look how the id was written in subscribers.yaml")
        raise typer.Exit(1)
    print_json({**about, "is_done": yes, "rows": dict(counts)})
    if not yes:
        print_error("nothing was deleted; say --yes to do it")


def _choose_old(options: Options, older: str) -> "tuple[dict[str, str], Sequence[Forgettable]]":
    from watcher.store.forgetting import list_forgettable

    days = older.removesuffix("d")
    if not (days.isascii() and days.isdigit() and MIN_DAYS <= int(days) <= MAX_DAYS):
        _refuse(f"--older {older}: write a number of days from {MIN_DAYS} to {MAX_DAYS}, for example 400d")
    before = now() - timedelta(days=int(days))
    about = {"before": before.isoformat(timespec="seconds")}
    return about, list_forgettable(before, tuple(options.configuration().subscribers))


def _choose_of(options: Options, subscriber: str) -> "tuple[dict[str, str], Sequence[Forgettable]]":
    from watcher.store.forgetting import list_forgettable_of

    if not subscriber:
        _refuse("--subscriber: name the id of one")
    if subscriber in options.configuration().subscribers:
        file = options.folder / "subscribers.yaml"
        _refuse(f"{subscriber} is still told: delete the entry in {file} first, then say this again")
    return {"subscriber": subscriber}, list_forgettable_of(subscriber)


def _refuse(why: str) -> None:
    print_error(why)
    raise typer.Exit(2)
