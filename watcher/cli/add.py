"""The command that adds a source: find what can be watched at an address, or take what a person pastes."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.additions import read_address, read_overrides, with_overrides, write_addition
from watcher.cli.discovering import Findings, make_addition, search, watched_by
from watcher.cli.options import Options, commands, now, open_passing_runtime, print_error
from watcher.cli.pasting import paste_into
from watcher.config import Configuration
from watcher.core.discovery.addition import comment_of_day
from watcher.core.discovery.proposals import LONG_AGO, TriedProposal
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_count, format_day
from watcher.core.language.text import printable
from watcher.core.language.urls import is_same_site
from watcher.model import Trust
from watcher.model.finding import name_some

MAX_ITEMS_SHOWN, A_SECOND = 5, timedelta(seconds=1)


@commands.command()
def add(  # noqa: PLR0913, PLR0917 - its options
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL-or-SOURCE", help="A page; with --paste also a source, by its id.")],
    paste: Annotated[bool, typer.Option("--paste", help="Take the list that you copied, from standard input.")] = False,
    file: Annotated[Path | None, typer.Option("--from", help="With --paste: from this file instead.")] = None,
    choose: Annotated[int, typer.Option(min=0, help="Take this one of what is shown; 0: the best.")] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")] = False,
    source_id: Annotated[str, typer.Option("--id", help="The id of the entry.")] = "",
    name: Annotated[str, typer.Option(help="The name of the entry.")] = "",
    publisher: Annotated[str, typer.Option(help="Who publishes there.")] = "",
    trust: Annotated[Trust | None, typer.Option(help="What kind of body it is; official confirms stories.")] = None,
) -> None:
    """Find what can be watched at an address, and add it to the sources. Or take a list that you copied from there."""
    options: Options = context.obj
    configuration = options.configuration()
    overrides = read_overrides(configuration, source_id, name, publisher, trust)
    if paste:
        options.makes_key = not dry_run  # it writes into the database
        paste_into(options, url, file, overrides, dry_run=dry_run)
        return
    if file or url in configuration.sources:
        print_error("--from goes with --paste" if file else f"{url} is a source already; with --paste a list is taken")
        raise typer.Exit(2)
    address = read_address(url)
    if watching := watched_by(list(configuration.sources.values()), address):
        print_error(f"{address} is watched already: source {watching}")
        raise typer.Exit(1)
    findings = asyncio.run(_search(options, configuration, address))
    for line in _lines(findings):
        typer.echo(printable(line))
    for line in _notes(findings, address):
        print_error(printable(line))
    chosen = _choose(findings, configuration, choose)
    _name_neighbours(configuration, chosen)
    addition = make_addition(chosen.proposal, findings.discovery, list(configuration.sources))
    commented = replace(addition, comments=tuple(_comments(findings, chosen)), reads_page=chosen.is_terse)
    write_addition(options, with_overrides(commented, overrides), dry_run=dry_run)


async def _search(options: Options, configuration: Configuration, address: str) -> Findings:
    async with open_passing_runtime(options.settings(), configuration) as runtime:
        return await search(runtime, address, now())


def _choose(findings: Findings, configuration: Configuration, number: int) -> TriedProposal:
    """The proposal with that number, or the best. Exit code 1 where there is none, or where it is watched already."""
    if not findings.giving:
        raise typer.Exit(1)
    if number > len(findings.giving):
        print_error(f"--choose {number}: there are {len(findings.giving)}")
        raise typer.Exit(2)
    chosen = findings.giving[max(number, 1) - 1]
    if chosen.why and not number:
        print_error("nothing of this fits yet, so nothing was written; --choose 1 writes it all the same")
        raise typer.Exit(1)
    proposal = chosen.proposal
    sources = list(configuration.sources.values())
    watching = watched_by(sources, proposal.url, proposal.kind, proposal.options.get("type", ()))
    if watching:
        print_error(f"{proposal.url} is watched already: source {watching}; --choose takes another one")
        raise typer.Exit(1)
    return chosen


def _name_neighbours(configuration: Configuration, chosen: TriedProposal) -> None:
    """Name the sources of the same site: one of them may have moved to what was chosen."""
    sources = configuration.sources.values()
    if neighbours := [source.id for source in sources if is_same_site(source.url, chosen.proposal.url)]:
        print_error(
            f"the same site is watched by {name_some(neighbours)}: where such a source moved here, correct its `url` "
            "where it stands instead; a second one that gives the same stays off"
        )


def _lines(findings: Findings) -> Iterator[str]:
    """What can be watched, the best first, each with the newest of what it would give."""
    for number, tried in enumerate(findings.giving, 1):
        yield f"{number}. {_name(tried)}: {tried.proposal.why}"
        newest = ""
        if tried.newest > LONG_AGO:  # of a day it is the end
            newest = f", the newest of {format_day((tried.newest - A_SECOND).astimezone(LONDON))}"
        yield f"   {format_count(len(tried.items), 'item')}{newest}"
        if tried.why:
            yield f"   it would stay off: {tried.why}"
        for item in tried.newest_first[:MAX_ITEMS_SHOWN]:
            yield f"   {item.published.day or 'undated'!s:<10}  {item.title}"
            yield f"               {item.url}"


def _name(tried: TriedProposal) -> str:
    options = "".join(f" {key}: {', '.join(names)}" for key, names in tried.proposal.options.items())
    return f"kind {tried.proposal.kind}{options}, {tried.proposal.url}"


def _notes(findings: Findings, asked: str) -> Iterator[str]:
    """What was noticed beside the ways to watch: redirects, what failed and why, and what a person can do."""
    discovery = findings.discovery
    if discovery.address != asked:
        yield f"{asked} leads to {discovery.address}: that address is used"
    yield from discovery.notes
    for tried in findings.failed:
        yield f"not {_name(tried)}: {tried.why}"
    yield f"{format_count(findings.requests, 'request')} made"
    if discovery.is_refused:
        yield f"this site refuses machines. Copy the list in your browser and give it to `watcher add {asked} --paste`"
    elif not findings.giving:
        yield f"nothing at {asked} can be watched; name the page that lists the announcements, or paste it: --paste"


def _comments(findings: Findings, chosen: TriedProposal) -> Iterator[str]:
    """For the entry: when and how it was found, and what else was on offer."""
    yield comment_of_day(now().astimezone(LONDON).date(), chosen.proposal.why)
    for tried in findings.giving:
        if tried is not chosen:
            yield f"Also there: {_name(tried)} ({format_count(len(tried.items), 'item')})"
