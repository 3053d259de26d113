"""The verbs for the record: scoreboard (who said it first) and evidence (all about one Story, to hand to others)."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from watcher import store
from watcher.app import open_database_at
from watcher.cli.options import Options, app, now, print_error, print_json
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_duration, format_moment
from watcher.core.language.text import redact_url
from watcher.core.stories.lead_times import (
    PublicationOrder,
    Scoreboard,
    ScoreboardRow,
    StoryLeadTime,
    appeared_by,
    build_scoreboard,
    month_bounds,
)
from watcher.model import StoryItem
from watcher.reports import evidence_files, scoreboard_svg
from watcher.reports.evidence import build_evidence

COLUMNS: tuple[str, ...] = ("body and topic", "all", "media first", "median lead", "longest lead", "others first")
COLUMNS += ("official first", "same look", "never official")
INDENT = 2


@app.command(name="scoreboard")
def scoreboard_(
    context: typer.Context,
    month: Annotated[str, typer.Option(help="Such as 2026-10, in London; without it, this month.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line: the rows, then each story.")] = False,
    svg: Annotated[Path | None, typer.Option(help="Also draw it into this file.")] = None,
) -> None:
    """Count who said it first, by body and topic, and by how long."""
    asked_: Options = context.obj
    wanted = month or f"{now().astimezone(LONDON):%Y-%m}"
    try:
        begin, end = month_bounds(wanted)
    except ValueError:
        print_error(f"{month!r} is no month; write one such as 2026-10")
        raise typer.Exit(2) from None
    names = {topic.id: topic.name for topic in asked_.configuration().topics}
    database = open_database_at(asked_.database)
    with database.begin() as tx:
        stories = store.stories.opened_between(tx, begin, end)
    database.close()
    board = build_scoreboard(stories, wanted)
    if svg:
        svg.write_text(scoreboard_svg.draw_scoreboard(board, names), encoding="utf-8")
        print_error(f"written: {svg}")
    if as_json:
        for each in board.rows:
            print_json({"month": wanted, **row_as_json(each)})
        for one in board.lines:
            print_json({"month": wanted, **story_as_json(one)})
    else:
        typer.echo("\n".join(scoreboard_lines(board, names)))


@app.command()
def evidence(
    context: typer.Context,
    wanted: Annotated[str, typer.Argument(metavar="STORY", help="A story's id, or an item's id or address.")],
    out: Annotated[Path, typer.Option(help="The folder to write it into.")] = Path("evidence-out"),
) -> None:
    """Write all that is known of a story, with hashes and bytes, as files that anybody can check."""
    asked_: Options = context.obj
    database = open_database_at(asked_.database)
    gathered = evidence_files.load_evidence(database, wanted)
    database.close()
    if gathered is None:
        print_error(
            f"no story has the id {wanted!r}, and no item with that id or address tells one; "
            "`watcher explain URL-or-ID` names an item's story"
        )
        raise typer.Exit(1)
    made = build_evidence(gathered)
    written = evidence_files.evidence_files(made)
    evidence_files.write_evidence(out, written)
    print_error(f"written: {out}, {len(written)} files, {len(made.files)} of them bytes as they were fetched")
    for each in made.damaged:
        print_error(each)
    if made.damaged:
        raise typer.Exit(1)


# --- the scoreboard for machines ----------------------------------------------------------------------------------


def row_as_json(each: ScoreboardRow) -> dict[str, Any]:
    """A row as JSON: `body` null is all bodies, "" no official text so far; `topic` null is all topics."""
    return {
        "body": each.body,
        "topic": each.topic or None,
        "announcements": each.announcements,
        "media_first": each.media_first,
        "others_first": each.others_first,
        "official_first": each.official_first,
        "same_look": each.same_look,
        "never_official": each.never_official,
        "median_lead_seconds": _seconds(each.median_lead),
        "longest_lead_seconds": _seconds(each.longest_lead),
        "longest_story": each.longest_story or None,
        "dates_say_otherwise": each.otherwise,
    }


def story_as_json(each: StoryLeadTime) -> dict[str, Any]:
    """A Story as JSON, with both orders and what each rests on."""
    return {
        "story": each.story,
        "title": each.title,
        "topics": list(each.topics),
        "body": each.body,
        "counted": not each.is_old,
        "by_first_seen": _order(each.seen_order),
        "by_publishers_dates": _order(each.dated_order),
        "teller": _telling(each.first_item),
        "official": _telling(each.official) if each.official else None,
    }


def _order(order: PublicationOrder) -> dict[str, Any]:
    return {"first": order.first, "lead_seconds": _seconds(order.lead)}


def _telling(telling: StoryItem) -> dict[str, Any]:
    return {
        "publisher": telling.publisher,
        "trust": telling.trust,
        "url": redact_url(telling.url),
        "first_seen": telling.seen_at.isoformat(),
        "published": telling.published.literal,
    }


def _seconds(span: timedelta | None) -> float | None:
    return span.total_seconds() if span is not None else None


# --- and for people -----------------------------------------------------------------------------------------------


def scoreboard_lines(board: Scoreboard, names: Mapping[str, str]) -> Iterator[str]:
    """The scoreboard as lines: what it says, the rows in columns, and where publishers' dates say otherwise."""
    yield f"{board.name}: {scoreboard_svg.summary(board)}"
    if board.total.announcements:
        cells = [COLUMNS, *(_cells(each, names) for each in board.rows)]
        widths = [max(len(each[at]) for each in cells) for at in range(len(COLUMNS))]
        yield ""
        for first, *rest in cells:
            figures = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
            yield "  ".join([first.ljust(widths[0]), *figures])
    otherwise = [each for each in board.lines if each.dates_disagree and not each.is_old]
    if otherwise:
        yield "\nBy the publishers' own dates another was first (they move them; or we saw a text late):"
        yield from (_otherwise(each) for each in otherwise)
    yield ""
    yield from scoreboard_svg.basis(board)


def _cells(each: ScoreboardRow, names: Mapping[str, str]) -> tuple[str, ...]:
    body = "all bodies" if each.body is None else each.body or scoreboard_svg.NOBODY.lower()
    led = (format_duration(span) if span is not None else "-" for span in (each.median_lead, each.longest_lead))
    counts = (each.others_first, each.official_first, each.same_look, each.never_official)
    first = " " * INDENT + names.get(each.topic, each.topic) if each.topic else body
    return (first, str(each.announcements), str(each.media_first), *led, *map(str, counts))


def _otherwise(each: StoryLeadTime) -> str:
    tellings = [each.first_item, *([each.official] if each.official and each.official != each.first_item else [])]
    told = "; ".join(f"{one.publisher} seen {format_moment(one.seen_at)}, dated {_date(one)}" for one in tellings)
    return f"  {each.story} “{each.title}”: {told}; so {each.dated_order.first.replace('_', ' ')} first"


def _date(telling: StoryItem) -> str:
    said = appeared_by(telling)
    return "no earlier" if said is None else format_moment(said) if telling.published.at else telling.published.literal
