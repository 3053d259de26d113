"""The verbs that only look: try, match, explain, health, digest, quarantine, unsent. Nothing remembered changes."""

import asyncio
import tempfile
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from watcher.app import open_database_at, open_runtime
from watcher.cli import output
from watcher.cli.options import Options, app, now, print_error, print_json, read_json_lines
from watcher.config import Configuration, Settings
from watcher.config.topics import read_topic_index
from watcher.core.matching.backtest import backtest
from watcher.core.matching.index import TopicIndex
from watcher.core.messages.headings import plain_text
from watcher.errors import NotFetched, NotParsed
from watcher.model import Item, ParseResult, Response, SourceState
from watcher.notifiers.email import mail_html
from watcher.poll import visit
from watcher.reports import queries


@app.command(name="try")
def try_(
    context: typer.Context,
    source: str,
    file: Annotated[Path | None, typer.Option(help="Read this saved page instead of the live one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show what a source would give, live or from a saved page; nothing is written to the database."""
    wanted: Options = context.obj
    checked, known = wanted.configuration(), wanted.settings()
    if source not in checked.sources:
        print_error(f"there is no source {source!r} in {wanted.folder}/sources.yaml")
        raise typer.Exit(2)
    try:
        if file:
            kind = checked.sources[source]
            reading = kind.parse(Response(url=kind.url, body=file.read_bytes(), fetched_at=now()))
        else:
            reading = asyncio.run(_look(known, checked, source))
    except (NotFetched, NotParsed, OSError) as error:
        print_error(f"{source}: could not look: {error}")
        raise typer.Exit(1) from None
    for item in reading.items:
        matches, vetoed = checked.index.topics_of(item, checked.sources[source].publisher)
        if as_json:
            print_json(output.item_as_json(item, matches, vetoed))
        else:
            typer.echo("\n".join(output.item_lines(item, matches, vetoed)))
    for problem in reading.problems:
        print_error(f"{source}: {problem}")
    print_error(f"{source}: {len(reading.items)} items, {len(reading.problems)} problems")


async def _look(known: Settings, checked: Configuration, source: str) -> ParseResult:
    with tempfile.TemporaryDirectory() as folder:  # a Runtime needs a database; this one is forgotten at once
        async with open_runtime(known, checked, f"sqlite:///{folder}/try.db", now) as desk:
            state = SourceState(source=source, next_poll=now())
            reading, _ = await visit(desk, checked.sources[source], state, now())
            return reading


@app.command()
def match(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="JSON lines; - for stdin. Without it, the stored items.")] = "",
    against: Annotated[
        Path | None, typer.Option(help="A folder with another topics.yaml: show what changes since that one.")
    ] = None,
    terms: Annotated[
        bool, typer.Option("--terms", help="With --against: also the terms that were never found.")
    ] = False,
) -> None:
    """Say which topics each item matches, and by which words; or what a change of the topics catches and loses."""
    asked_: Options = context.obj
    checked = asked_.configuration()
    items, wrong = _items(file) if file else (_stored(asked_, checked), 0)
    if against:
        _compare(read_topic_index(against), checked, [(item, publisher) for _, item, publisher in items], terms=terms)
    else:
        for identity, item, publisher in items:
            print_json(output.topics_as_json(identity, *checked.index.topics_of(item, publisher)))
    if wrong:
        raise typer.Exit(1)


def _items(file: str) -> tuple[list[tuple[Any, Item, str]], int]:
    """The Items of a file with their ids and publishers, and how many lines are none."""
    cure = 'not an item: write {"id": 1, "title": "a headline"} on one line'
    return read_json_lines(
        file, lambda row: (row["id"], output.item_from_json(row), str(row.get("publisher") or "")), cure
    )


def _stored(asked_: Options, checked: Configuration) -> list[tuple[Any, Item, str]]:
    """What was seen in the last 90 days."""
    database = open_database_at(asked_.database)
    found = queries.stored_items(database, checked, now() - timedelta(days=90))
    database.close()
    return [(item.id, item, publisher) for item, publisher in found]


def _compare(old: TopicIndex, checked: Configuration, items: list[tuple[Item, str]], *, terms: bool) -> None:
    done = backtest(old, checked.index, items)
    for change in done.changes:
        print_json(asdict(change))
    for topic, term in done.loud:
        print_json({"topic": topic, "term": term, "is": "in more than a fifth"})
    for topic, term in done.silent if terms else ():
        print_json({"topic": topic, "term": term, "is": "never found"})
    caught = sum(change.caught for change in done.changes)
    changed = f"{caught} newly caught, {len(done.changes) - caught} newly lost"
    print_error(f"{done.items} items: {changed}; {len(done.silent)} terms were never found (--terms lists them)")


@app.command()
def explain(
    context: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="URL-or-ID")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Tell an item's whole life: fetched, matched or why not, story, alerts, deliveries, attempts."""
    asked_: Options = context.obj
    checked, database = asked_.configuration(), open_database_at(asked_.database)
    told = queries.explain_item(database, checked, wanted)
    database.close()
    if told is None:
        print_error(
            f"no item with the address or id {wanted!r} was ever seen; `watcher try SOURCE` shows what a source gives"
        )
        raise typer.Exit(1)
    if as_json:
        print_json(told)
        return
    for line in output.life_lines(told):
        typer.echo(line)


@app.command()
def health(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
) -> None:
    """Say whether we can see and be heard: each source, and the deliveries that are late. Exit 1 when not."""
    asked_: Options = context.obj
    checked, database = asked_.configuration(), open_database_at(asked_.database)
    told = queries.health_report(database, checked, now())
    database.close()
    if as_json:
        print_json({**asdict(told), "well": told.well})
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
    asked_: Options = context.obj
    checked, database = asked_.configuration(), open_database_at(asked_.database)
    message = queries.preview_digest(database, checked, subscriber, now())
    database.close()
    if message is None:
        print_error(
            f"{subscriber!r} gets no digest; those who do: {', '.join(queries.digest_readers(checked)) or 'nobody yet'}"
        )
        raise typer.Exit(2)
    if preview:
        preview.write_text(mail_html(message), encoding="utf-8")
        print_error(f"written: {preview}")
    else:
        typer.echo(plain_text(message))


@app.command()
def quarantine(
    context: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="[ID]", help="One of them.")] = "",
    save: Annotated[Path | None, typer.Option(help="Write its bytes here.")] = None,
) -> None:
    """List what could not be read or shown and was put aside, newest first; or save the bytes of one."""
    asked_: Options = context.obj
    database = open_database_at(asked_.database)
    aside, body = queries.quarantined(database, wanted)
    database.close()
    if wanted and body is None:
        print_error(f"nothing was put aside under {wanted!r}; `watcher quarantine` lists what there is")
        raise typer.Exit(1)
    if save and body is not None:
        save.write_bytes(body)
        print_error(f"written: {save}, {len(body):,} bytes; open it with care, it comes from outside")
        return
    for row in aside:
        print_json(row)
    if not aside:
        print_error("nothing was put aside in the last 90 days")


@app.command()
def unsent(
    context: typer.Context, days: Annotated[int, typer.Option(min=1, max=365, help="How far back.")] = 7
) -> None:
    """List what was about a topic and was not told at once, newest last, each with the words that are the reason."""
    asked_: Options = context.obj
    checked, database = asked_.configuration(), open_database_at(asked_.database)
    untold = queries.unsent_items(database, checked, now() - timedelta(days=days))
    database.close()
    for row in untold:
        print_json(row)
    print_error(f"{len(untold)} in the last {days} days")
