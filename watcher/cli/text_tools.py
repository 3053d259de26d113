"""The commands that read a text alone: deadlines, changes, brief. They need no configuration and no database."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from soupsieve import SelectorSyntaxError
from soupsieve import compile as compile_selector

from watcher.cli import output
from watcher.cli.options import commands, print_error, print_json, read_json_lines
from watcher.core.briefs.fields import extract_brief
from watcher.core.date_extraction.extract import extract_deadlines
from watcher.core.decoding.parse_cost import parse_risk
from watcher.core.pages.compare import compare_regions
from watcher.core.pages.region import region_of_page
from watcher.errors import NotParsed
from watcher.fetching import sandbox
from watcher.model import Change, Trust, Verdict
from watcher.model.options import compile_pattern
from watcher.replay.stage import TRUSTS


@commands.command()
def changes(
    before: Annotated[Path, typer.Argument(help="The page as it was: a saved HTML file.")],
    after: Annotated[Path, typer.Argument(help="The page as it is now.")],
    region: Annotated[str, typer.Option(help="The part to compare: a CSS selector. Without one <main>, or all.")] = "",
    ignore: Annotated[
        list[str] | None, typer.Option(help="An RE2 pattern to remove first; may be given several times.")
    ] = None,
) -> None:
    """Show what changed between two saved versions of a page. List members that came or went, and other words."""
    patterns = tuple(ignore or ())
    _check_patterns(region, patterns)
    bodies = [_read_body(file) for file in (before, after)]
    work = partial(_compare_pages, bodies[0], bodies[1], region, patterns)
    try:
        change = sandbox.run_in_sandbox(work) if any(map(parse_risk, bodies)) else work()
    except NotParsed as error:
        print_error(f"{before}, {after}: {error}")
        raise typer.Exit(1) from None
    if change.verdict is Verdict.SUSPECT:
        print_error(change.why)
    print_json(
        {
            "added": [line.text for line in change.added],
            "removed": [line.text for line in change.removed],
            "kept": change.kept,
            "text": [{"was": pair.was, "now": pair.now} for pair in change.text],
            "verdict": change.verdict,
        }
    )


def _compare_pages(before: bytes, after: bytes, region: str, ignore: tuple[str, ...]) -> Change:
    return compare_regions(region_of_page(before, region, ignore), region_of_page(after, region, ignore))


def _check_patterns(region: str, ignore: tuple[str, ...]) -> None:
    """Exit with code 2 for a selector or pattern that cannot be used, before any page is read."""
    try:
        compile_selector(region or "main")
    except SelectorSyntaxError as error:
        print_error(f"--region {region!r}: not a CSS selector: {str(error).splitlines()[0]}")
        raise typer.Exit(2) from None
    for pattern in ignore:
        try:
            compile_pattern(pattern)
        except ValueError as error:
            print_error(f"--ignore {pattern!r}: {error}")
            raise typer.Exit(2) from None


def _read_body(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        print_error(f"{file}: cannot be read: {error.strerror or error}")
        raise typer.Exit(2) from None


@commands.command()
def deadlines(
    file: Annotated[str, typer.Argument(help="JSON lines with id, phrase or text, page_date; - for stdin.")],
) -> None:
    """Find by when a text wants something done. And from when something applies; each with its sentence."""
    cure = 'not a text: write {"id": 1, "text": "by 5pm on Friday", "page_date": "2026-03-02"} on one line'
    answers, unreadable = read_json_lines(file, _deadlines_of_text, cure)
    for answer in answers:
        print_json(answer)
    if unreadable:
        raise typer.Exit(1)


def _deadlines_of_text(given: dict[str, Any]) -> dict[str, Any]:
    text = given["phrase"] if "phrase" in given else given["text"]
    return output.deadlines_as_json(
        given["id"],
        extract_deadlines(str(text), output.read_page_date(given.get("page_date")), picked="phrase" in given),
    )


@commands.command()
def brief(
    file: Annotated[str, typer.Argument(help="JSON lines with id, title, summary, body, publisher_kind; - for stdin.")],
) -> None:
    """Read what a text asks of a practice. Ten facts, each with the words it rests on; null where it is not sure."""
    cure = 'not an announcement: write {"id": 1, "title": "...", "body": "...", "published": "2026-03-02"} on one line'
    answers, unreadable = read_json_lines(file, _brief_of_text, cure)
    for answer in answers:
        print_json(answer)
    if unreadable:
        raise typer.Exit(1)


def _brief_of_text(given: dict[str, Any]) -> dict[str, Any]:
    item = replace(output.item_from_json(given), published=output.read_page_date(given.get("published")))
    return output.brief_as_json(
        given["id"], extract_brief(item, TRUSTS.get(str(given.get("publisher_kind")), Trust.PRESS))
    )
