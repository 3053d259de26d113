"""The verbs for what must be done by when: dates (the ledger, also as a calendar) and handled."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from watcher import store
from watcher.app import open_database_at
from watcher.cli.options import Options, app, now, print_error, print_json
from watcher.core.deadlines.reminders import state_at
from watcher.model import DateState, Subscriber
from watcher.reports import icalendar
from watcher.reports.dates import DateWithStory, date_as_json, date_lines
from watcher.store.database import Database

CALENDAR_KEEPS = timedelta(days=90)  # so long a calendar shows what is past, and what was cancelled


@app.command()
def dates(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also what is past, moved or withdrawn.")] = False,
    ics: Annotated[Path | None, typer.Option(help="Write them into this file, for calendar programs.")] = None,
    subscriber: Annotated[str, typer.Option(help="Only those about the topics of this subscriber.")] = "",
) -> None:
    """List what must be done by when and what starts when, in order, each with the sentence that says so."""
    asked_: Options = context.obj
    checked, moment = asked_.configuration(), now()
    if subscriber and subscriber not in checked.subscribers:
        _refuse(subscriber, checked.subscribers)
    database = open_database_at(asked_.database)
    begin = None if everything else moment - CALENDAR_KEEPS if ics else moment
    kept = load_dates(database, begin, checked.subscribers.get(subscriber))
    database.close()
    if ics:
        names = {topic.id: topic.name for topic in checked.topics}
        body = icalendar.calendar(
            (each.calendar_date(names) for each in kept), f"GP dates{subscriber and f', {subscriber}'}"
        )
        _write(ics, body)
        print_error(f"written: {ics}, {body.count(b'BEGIN:VEVENT')} dates")
        return
    wanted = [each for each in kept if everything or state_at(each.ledger_date, moment) is DateState.OPEN]
    if as_json:
        for each in wanted:
            print_json(date_as_json(each, moment))
    else:
        typer.echo("\n".join(date_lines(wanted, moment)))


def load_dates(database: Database, begin: datetime | None, subscriber: Subscriber | None) -> list[DateWithStory]:
    """The dates since `begin` (None: all), of the Topics of `subscriber` (None: of all)."""
    with database.begin() as tx:
        found = store.deadlines.since(tx, begin)
        ids = {each.story for each in found}
        stories = store.stories.find(tx, ids)
        handled = store.deadlines.handled_by(tx, ids)
    kept = (
        DateWithStory(ledger_date=each, story=stories[each.story], handled=handled.get(each.story, {}))
        for each in found
    )
    topics = subscriber.topics if subscriber else None
    return [each for each in kept if topics is None or not topics.isdisjoint(each.story.topics)]


def _write(file: Path, body: bytes) -> None:
    """All or nothing: a calendar program may be reading the file."""
    new = file.with_name(f".{file.name}.new")
    new.write_bytes(body)
    new.replace(file)


def _refuse(name: str, known: Iterable[str]) -> None:
    print_error(f"there is no subscriber {name!r}; there are: {', '.join(known)}")
    raise typer.Exit(2)


@app.command()
def handled(
    context: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="STORY", help="A story's id, or an item's id or address.")],
    subscriber: Annotated[str, typer.Argument(help="Who has handled it; without one, everybody.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take that back.")] = False,
) -> None:
    """Say that what a story asks for is done: nobody is reminded of the dates that it has named so far."""
    asked_: Options = context.obj
    checked = asked_.configuration()
    if subscriber and subscriber not in checked.subscribers:
        _refuse(subscriber, checked.subscribers)
    database = open_database_at(asked_.database)
    with database.begin() as tx:
        story = store.stories.find_named(tx, wanted)
        there = bool(story)
        if story and undo:
            there = store.deadlines.unhandle(tx, story.id, subscriber)
        elif story:
            store.deadlines.handle(tx, story.id, subscriber, now())
    database.close()
    who = subscriber or "everybody"
    if story is None:
        print_error(f"no story has the id {wanted!r}, and no item with that id or address tells one")
    elif not there:
        print_error(f"{who} had not handled {story.id}: {story.title}")
    else:
        print_error(f"{'not handled any more' if undo else 'handled'} by {who}: {story.id}: {story.title}")
    if not there:
        raise typer.Exit(1)
