"""The command line: `watcher --help`. Data goes to stdout, one JSON object a line; errors go to stderr.

Exit codes: 0 fine; 1 ran, but something needs a person; 2 wrong usage or configuration.
"""

import asyncio
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from watcher import app as building
from watcher import lines, report
from watcher.config import Configuration, Settings
from watcher.core.render import plain
from watcher.deliver import deliver_due
from watcher.entries import write_schemas
from watcher.errors import BadConfig, BadDatabase, NotFetched, NotParsed
from watcher.model import Page, Reading, SourceState
from watcher.notifiers.email import page
from watcher.poll import poll_due, visit
from watcher.scheduler import Running, log_as_json

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@dataclass(slots=True)
class Asked:
    """The global options."""

    config: Path
    database: str

    def settings(self) -> Settings:
        """The environment."""
        return building.settings()

    def configuration(self) -> Configuration:
        """The checked files."""
        return building.configuration(self.config, self.settings())


def now() -> datetime:
    """The only clock that the commands look at."""
    return datetime.now(UTC)


@app.callback()
def asked(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option(envvar="WATCHER_CONFIG", help="The folder with sources, topics and subscribers.")
    ] = Path("config"),
    database: Annotated[
        str, typer.Option(envvar="WATCHER_DATABASE", help="sqlite:///FILE or postgresql://...")
    ] = "sqlite:///watcher.db",
) -> None:
    """Tell GP practice managers in England what was announced, minutes after it appears."""
    context.obj = Asked(config, database)


def say(value: Any) -> None:
    """One JSON object on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


def complain(words: str) -> None:
    """One line on stderr."""
    typer.echo(words, err=True)


@app.command()
def run(context: typer.Context) -> None:
    """Poll and deliver until SIGTERM; what was begun is finished."""
    log_as_json()
    wanted: Asked = context.obj

    async def both_loops() -> None:
        async with building.open_desk(wanted.settings(), wanted.configuration(), wanted.database, now) as desk:
            await Running(desk, now).until_stopped()

    asyncio.run(both_loops())


@app.command()
def poll(
    context: typer.Context, source: Annotated[list[str] | None, typer.Argument(help="Only these.")] = None
) -> None:
    """Look once at every source that is due, or at the named ones now; a line for each."""
    wanted: Asked = context.obj
    checked = wanted.configuration()
    unknown = [each for each in source or () if each not in checked.sources]
    if unknown:
        complain(f"there is no source {unknown[0]!r} in {wanted.config}/sources.yaml")
        raise typer.Exit(2)

    async def once() -> list[Any]:
        async with building.open_desk(wanted.settings(), checked, wanted.database, now) as desk:
            tasks = await poll_due(desk, now(), only=source or (), forced=bool(source))
            return await asyncio.gather(*tasks, return_exceptions=True)

    _outcomes(asyncio.run(once()), {"failed"})


@app.command()
def deliver(context: typer.Context) -> None:
    """Hand over once what is due; a line for each Delivery."""
    wanted: Asked = context.obj

    async def once() -> list[Any]:
        async with building.open_desk(wanted.settings(), wanted.configuration(), wanted.database, now) as desk:
            return await asyncio.gather(*await deliver_due(desk, now()), return_exceptions=True)

    _outcomes(asyncio.run(once()), {"failed", "unknown", "given up"})


def _outcomes(results: list[Any], bad: set[str]) -> None:
    for result in results:
        if isinstance(result, BaseException):
            complain(f"a fault in watcher: {type(result).__name__}: {result}")
        else:
            say(asdict(result))
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
    wanted: Asked = context.obj
    if schema:
        write_schemas(schema)
    checked = wanted.configuration()
    on = sum(source.enabled for source in checked.sources.values())
    complain(
        f"{wanted.config}: {on} sources on, {len(checked.topics)} topics, {len(checked.subscribers)} subscribers: fine"
    )


@app.command(name="try")
def try_(
    context: typer.Context,
    source: str,
    file: Annotated[Path | None, typer.Option(help="Read this saved page instead of the live one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show what a source would give, live or from a saved page; nothing is written to the database."""
    wanted: Asked = context.obj
    checked, known = wanted.configuration(), wanted.settings()
    if source not in checked.sources:
        complain(f"there is no source {source!r} in {wanted.config}/sources.yaml")
        raise typer.Exit(2)
    try:
        if file:
            kind = checked.sources[source]
            reading = kind.parse(Page(url=kind.url, body=file.read_bytes(), fetched_at=now()))
        else:
            reading = asyncio.run(_look(known, checked, source))
    except (NotFetched, NotParsed, OSError) as error:
        complain(f"{source}: could not look: {error}")
        raise typer.Exit(1) from None
    for item in reading.items:
        matches, vetoed = checked.index.topics_of(item)
        if as_json:
            say(lines.whole(item, matches, vetoed))
        else:
            typer.echo("\n".join(lines.read(item, matches, vetoed)))
    for problem in reading.problems:
        complain(f"{source}: {problem}")
    complain(f"{source}: {len(reading.items)} items, {len(reading.problems)} problems")


async def _look(known: Settings, checked: Configuration, source: str) -> Reading:
    with tempfile.TemporaryDirectory() as folder:  # a Desk needs a database; this one is forgotten at once
        async with building.open_desk(known, checked, f"sqlite:///{folder}/try.db", now) as desk:
            state = SourceState(source=source, next_poll=now())
            reading, _ = await visit(desk, checked.sources[source], state, now())
            return reading


@app.command()
def match(context: typer.Context, file: Annotated[str, typer.Argument(help="JSON lines; - for stdin.")]) -> None:
    """Say which topics each item of a file matches, and by which words."""
    checked = context.obj.configuration()
    wrong = 0
    for number, line in _given(file):
        try:
            item = lines.item(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            complain(f'{file}:{number}: not an item: write {{"id": 1, "title": "a headline"}} on one line')
            wrong += 1
        else:
            say(lines.topics(json.loads(line)["id"], *checked.index.topics_of(item)))
    if wrong:
        raise typer.Exit(1)


def _given(file: str) -> list[tuple[int, str]]:
    try:
        return lines.numbered(sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        complain(f"{file}: cannot be read: {error}")
        raise typer.Exit(2) from None


@app.command()
def explain(
    context: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="URL-or-ID")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Tell an item's whole life: fetched, matched or why not, story, alerts, deliveries, attempts."""
    asked_: Asked = context.obj
    checked, database = asked_.configuration(), building.database(asked_.database)
    told = report.explanation(database, checked, wanted)
    database.close()
    if told is None:
        complain(
            f"no item with the address or id {wanted!r} was ever seen; `watcher try SOURCE` shows what a source gives"
        )
        raise typer.Exit(1)
    if as_json:
        say(told)
        return
    for line in lines.life(told):
        typer.echo(line)


@app.command()
def health(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
) -> None:
    """Say whether we can see and be heard: each source, and the deliveries that are late. Exit 1 when not."""
    asked_: Asked = context.obj
    checked, database = asked_.configuration(), building.database(asked_.database)
    told = report.health_report(database, checked, now())
    database.close()
    if as_json:
        say({**asdict(told), "well": told.well})
    else:
        typer.echo("\n".join(told.lines))
    if not told.well:
        raise typer.Exit(1)


@app.command()
def digest(
    context: typer.Context,
    subscriber: str,
    preview: Annotated[Path | None, typer.Option(help="Write it as the HTML of its e-mail.")] = None,
) -> None:
    """Show the digest as it would go out now."""
    asked_: Asked = context.obj
    checked, database = asked_.configuration(), building.database(asked_.database)
    message = report.digest(database, checked, subscriber, now())
    database.close()
    if message is None:
        complain(f"{subscriber!r} gets no digest; those who do: {', '.join(report.readers(checked)) or 'nobody yet'}")
        raise typer.Exit(2)
    if preview:
        preview.write_text(page(message), encoding="utf-8")
        complain(f"written: {preview}")
    else:
        typer.echo(plain(message))


@app.command()
def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Where the digests are written as HTML files.")] = Path("demo-out"),
) -> None:
    """Play bundled days through the real product, on this machine alone, and show what would have been told."""
    from watcher.demo.play import play

    asked_: Asked = context.obj
    raise typer.Exit(play(asked_.config, out))


def main() -> None:
    """Run the command line; mistakes of configuration are lines on stderr and exit code 2."""
    try:
        app()
    except (BadConfig, BadDatabase) as error:
        complain(str(error))
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(1)
