"""The commands about the record: scoreboard (who reported first) and evidence (all about one Story, for others)."""

from pathlib import Path
from typing import Annotated

import typer

from watcher import store
from watcher.cli.options import Options, commands, now, open_existing, print_error, print_json
from watcher.core.language.dates import LONDON
from watcher.core.stories.lead_times import build_scoreboard, month_bounds
from watcher.reports import evidence_writer, scoreboard_svg
from watcher.reports.evidence import build_evidence
from watcher.reports.scoreboard import row_as_json, scoreboard_lines, story_as_json


@commands.command(name="scoreboard")
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
    database = open_existing(options.database)
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


@commands.command()
def evidence(
    context: typer.Context,
    id_or_address: Annotated[str, typer.Argument(metavar="STORY", help="A story's id, or an item's id or address.")],
    out: Annotated[Path, typer.Option(help="The folder to write it into.")] = Path("evidence-out"),
) -> None:
    """Write everything known about a story into a folder. With hashes and bytes, so that anybody can check it."""
    options: Options = context.obj
    database = open_existing(options.database)
    evidence_data = evidence_writer.load_evidence(database, id_or_address)
    database.close()
    if evidence_data is None:
        print_error(
            f"no story has the id {id_or_address!r}, and no item with that id or address belongs to one; "
            "`watcher explain URL-or-ID` names an item's story"
        )
        raise typer.Exit(1)
    pack = build_evidence(evidence_data)
    files = evidence_writer.evidence_files(pack)
    evidence_writer.write_evidence(out, files)
    print_error(f"written: {out}, {len(files)} files, {len(pack.files)} of them bytes as they were fetched")
    for warning in pack.damaged:
        print_error(warning)
    if pack.damaged:
        raise typer.Exit(1)
