"""The commands about what must be done by when: dates (the ledger, also as a calendar) and handled."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from watcher import store
from watcher.cli.options import Options, commands, now, open_existing, print_error, print_json
from watcher.core.deadlines.reminders import state_at
from watcher.model import DateState
from watcher.reports import icalendar
from watcher.reports.dates import date_as_json, date_lines, load_dates

CALENDAR_KEEPS = timedelta(days=90)  # how long a calendar shows past and cancelled dates


@commands.command()
def dates(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also past, moved and withdrawn dates.")] = False,
    ics: Annotated[Path | None, typer.Option(help="Write them into this file for calendar programs.")] = None,
    subscriber: Annotated[str, typer.Option(help="Only those about the topics of this subscriber.")] = "",
) -> None:
    """List what must be done by when, and what starts when. Each date has the sentence that says so."""
    options: Options = context.obj
    configuration, moment = options.configuration(), now()
    if subscriber and subscriber not in configuration.subscribers:
        _refuse_subscriber(subscriber, configuration.subscribers)
    database = open_existing(options.database)
    begin = None if everything else moment - CALENDAR_KEEPS if ics else moment
    dated = load_dates(database, begin, configuration.subscribers.get(subscriber))
    database.close()
    if ics:
        names = {topic.id: topic.name for topic in configuration.topics}
        body = icalendar.calendar(
            (date.calendar_date(names) for date in dated), f"GP dates{subscriber and f', {subscriber}'}"
        )
        _write_whole(ics, body)
        print_error(f"written: {ics}, {body.count(b'BEGIN:VEVENT')} dates")
        return
    shown = [date for date in dated if everything or state_at(date.ledger_date, moment) is DateState.OPEN]
    if as_json:
        for date in shown:
            print_json(date_as_json(date, moment))
    else:
        typer.echo("\n".join(date_lines(shown, moment)))


def _write_whole(file: Path, body: bytes) -> None:
    """Write the whole file or nothing: a calendar program may be reading it."""
    new = file.with_name(f".{file.name}.new")
    new.write_bytes(body)
    new.replace(file)


def _refuse_subscriber(name: str, subscribers: Iterable[str]) -> None:
    print_error(f"unknown subscriber {name!r}; available: {', '.join(subscribers)}")
    raise typer.Exit(2)


@commands.command()
def handled(
    context: typer.Context,
    id_or_address: Annotated[str, typer.Argument(metavar="STORY", help="A story's id, or an item's id or address.")],
    subscriber: Annotated[str, typer.Argument(help="The subscriber who has done it; without one, everybody.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take the mark back.")] = False,
) -> None:
    """Mark a story as done. Nobody is reminded of the dates that it has named so far."""
    options: Options = context.obj
    configuration = options.configuration()
    if subscriber and subscriber not in configuration.subscribers:
        _refuse_subscriber(subscriber, configuration.subscribers)
    database = open_existing(options.database)
    with database.begin() as tx:
        story = store.stories.find_named(tx, id_or_address)
        is_done = bool(story)
        if story and undo:
            is_done = store.deadlines.unhandle(tx, story.id, subscriber)
        elif story:
            store.deadlines.handle(tx, story.id, subscriber, now())
    database.close()
    who = subscriber or "everybody"
    if story is None:
        print_error(f"no story has the id {id_or_address!r}, and no item with that id or address belongs to one")
    elif not is_done:
        print_error(f"{who} had not handled {story.id}: {story.title}")
    else:
        print_error(f"{'no longer handled' if undo else 'handled'} by {who}: {story.id}: {story.title}")
    if not is_done:
        raise typer.Exit(1)
