"""The commands about the record: scoreboard (who reported first) and evidence (all about one Story, for others)."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from watcher import store
from watcher.cli.options import Options, app, now, print_error, print_json
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_duration, format_moment
from watcher.core.language.urls import redact_url
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
from watcher.store.database import open_database

COLUMNS: tuple[str, ...] = ("body and topic", "all", "media first", "median lead", "longest lead", "others first")
COLUMNS += ("official first", "same look", "never official")
INDENT = 2


@app.command(name="scoreboard")
def scoreboard_(
    context: typer.Context,
    month: Annotated[str, typer.Option(help="A month of London, YYYY-MM; without it, this month.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line: the rows, then each story.")] = False,
    svg: Annotated[Path | None, typer.Option(help="Also draw it into this file, as SVG.")] = None,
) -> None:
    """Count who reported first, by body and topic, and by how long."""
    options: Options = context.obj
    chosen_month = month or f"{now().astimezone(LONDON):%Y-%m}"
    try:
        begin, end = month_bounds(chosen_month)
    except ValueError:
        print_error(f"{month!r} is not a month; use YYYY-MM, for example 2026-10")
        raise typer.Exit(2) from None
    names = {topic.id: topic.name for topic in options.configuration().topics}
    database = open_database(options.database)
    with database.begin() as tx:
        stories = store.stories.opened_between(tx, begin, end)
    database.close()
    board = build_scoreboard(stories, chosen_month)
    if svg:
        svg.write_text(scoreboard_svg.draw_scoreboard(board, names), encoding="utf-8")
        print_error(f"written: {svg}")
    if as_json:
        for row in board.rows:
            print_json({"month": chosen_month, **row_as_json(row)})
        for story in board.lines:
            print_json({"month": chosen_month, **story_as_json(story)})
    else:
        typer.echo("\n".join(scoreboard_lines(board, names)))


@app.command()
def evidence(
    context: typer.Context,
    id_or_address: Annotated[str, typer.Argument(metavar="STORY", help="A story's id, or an item's id or address.")],
    out: Annotated[Path, typer.Option(help="The folder to write it into.")] = Path("evidence-out"),
) -> None:
    """Write everything known about a story into a folder. With hashes and bytes, so that anybody can check it."""
    options: Options = context.obj
    database = open_database(options.database)
    evidence_data = evidence_files.load_evidence(database, id_or_address)
    database.close()
    if evidence_data is None:
        print_error(
            f"no story has the id {id_or_address!r}, and no item with that id or address belongs to one; "
            "`watcher explain URL-or-ID` names an item's story"
        )
        raise typer.Exit(1)
    pack = build_evidence(evidence_data)
    files = evidence_files.evidence_files(pack)
    evidence_files.write_evidence(out, files)
    print_error(f"written: {out}, {len(files)} files, {len(pack.files)} of them bytes as they were fetched")
    for warning in pack.damaged:
        print_error(warning)
    if pack.damaged:
        raise typer.Exit(1)


# --- the scoreboard for machines ----------------------------------------------------------------------------------


def row_as_json(row: ScoreboardRow) -> dict[str, Any]:
    """A row as JSON: `body` null is all bodies, "" is no official text so far; `topic` null is all topics."""
    return {
        "body": row.body,
        "topic": row.topic or None,
        "announcements": row.announcements,
        "media_first": row.media_first,
        "others_first": row.others_first,
        "official_first": row.official_first,
        "same_look": row.same_look,
        "never_official": row.never_official,
        "median_lead_seconds": _count_seconds(row.median_lead),
        "longest_lead_seconds": _count_seconds(row.longest_lead),
        "longest_story": row.longest_story or None,
        "dates_say_otherwise": row.otherwise,
    }


def story_as_json(story: StoryLeadTime) -> dict[str, Any]:
    """A Story as JSON: who was first by our first sight and by the publishers' dates, and the Items these rest on."""
    return {
        "story": story.story,
        "title": story.title,
        "topics": list(story.topics),
        "body": story.body,
        "counted": not story.is_old,
        "by_first_seen": _order_as_json(story.seen_order),
        "by_publishers_dates": _order_as_json(story.dated_order),
        "teller": _item_as_json(story.first_item),
        "official": _item_as_json(story.official) if story.official else None,
    }


def _order_as_json(order: PublicationOrder) -> dict[str, Any]:
    return {"first": order.first, "lead_seconds": _count_seconds(order.lead)}


def _item_as_json(item: StoryItem) -> dict[str, Any]:
    return {
        "publisher": item.publisher,
        "trust": item.trust,
        "url": redact_url(item.url),
        "first_seen": item.seen_at.isoformat(),
        "published": item.published.literal,
    }


def _count_seconds(span: timedelta | None) -> float | None:
    return span.total_seconds() if span is not None else None


# --- the scoreboard for people ------------------------------------------------------------------------------------


def scoreboard_lines(board: Scoreboard, names: Mapping[str, str]) -> Iterator[str]:
    """The scoreboard as lines: a summary, the rows in columns, and Stories of which publishers' dates say otherwise."""
    yield f"{board.name}: {scoreboard_svg.summary(board)}"
    if board.total.announcements:
        cells = [COLUMNS, *(_cells_of_row(row, names) for row in board.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        yield ""
        for first, *rest in cells:
            figures = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
            yield "  ".join([first.ljust(widths[0]), *figures])
    disagreeing = [story for story in board.lines if story.dates_disagree and not story.is_old]
    if disagreeing:
        yield "\nBy the publishers' own dates another was first (they move them; or we saw a text late):"
        yield from map(_describe_disagreement, disagreeing)
    yield ""
    yield from scoreboard_svg.basis(board)


def _cells_of_row(row: ScoreboardRow, names: Mapping[str, str]) -> tuple[str, ...]:
    body = "all bodies" if row.body is None else row.body or scoreboard_svg.NOBODY.lower()
    leads = (format_duration(lead) if lead is not None else "-" for lead in (row.median_lead, row.longest_lead))
    counts = (row.others_first, row.official_first, row.same_look, row.never_official)
    first = " " * INDENT + names.get(row.topic, row.topic) if row.topic else body
    return (first, str(row.announcements), str(row.media_first), *leads, *map(str, counts))


def _describe_disagreement(story: StoryLeadTime) -> str:
    items = [story.first_item, *([story.official] if story.official and story.official != story.first_item else [])]
    dates = "; ".join(
        f"{item.publisher} seen {format_moment(item.seen_at)}, dated {_format_date(item)}" for item in items
    )
    return f"  {story.story} “{story.title}”: {dates}; so {story.dated_order.first.replace('_', ' ')} first"


def _format_date(item: StoryItem) -> str:
    appeared_at = appeared_by(item)
    if appeared_at is None:
        return "no earlier"
    return format_moment(appeared_at) if item.published.at else item.published.literal
