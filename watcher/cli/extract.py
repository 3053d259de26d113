"""The verbs that judge a text alone: deadlines. They need no configuration and no database."""

from typing import Annotated, Any

import typer

from watcher.cli import output as lines
from watcher.cli.options import app, rows, say
from watcher.core.date_extraction.extract import deadlines as read


@app.command()
def deadlines(
    file: Annotated[str, typer.Argument(help="JSON lines with id, phrase or text, page_date; - for stdin.")],
) -> None:
    """Say by when a text wants something done, and from when something holds; each time with its sentence."""
    cure = 'not a text: write {"id": 1, "text": "by 5pm on Friday", "page_date": "2026-03-02"} on one line'
    found, wrong = rows(file, _judged, cure)
    for each in found:
        say(each)
    if wrong:
        raise typer.Exit(1)


def _judged(row: dict[str, Any]) -> dict[str, Any]:
    text = row["phrase"] if "phrase" in row else row["text"]
    return lines.deadlines(row["id"], read(str(text), lines.page_date(row.get("page_date")), picked="phrase" in row))
