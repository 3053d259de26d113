"""`watcher add --paste`: where a site refuses machines a person is the fetcher, and the difference is computed."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from watcher import store
from watcher.app import open_runtime
from watcher.cli import output
from watcher.cli.additions import read_address, why_nothing_is_taken, with_overrides, write_addition
from watcher.cli.discovering import pasted_addition, watched_by
from watcher.cli.options import Options, now, print_error, print_json
from watcher.cli.taking_in import take_in
from watcher.config import Configuration
from watcher.config.sources import make_source
from watcher.core.discovery.addition import SourceAddition, comment_of_day
from watcher.core.language.dates import LONDON
from watcher.core.language.text import printable
from watcher.core.pastes.recognition import recognise
from watcher.errors import NotFetched, NotParsed
from watcher.model import ParseResult, Response
from watcher.poll import PollResult
from watcher.runtime import Runtime
from watcher.sources.base import Source
from watcher.sources.pasted import Pasted

MAX_PASTED_BYTES = 5_000_000
MAX_STORED_COMPARED = 2_000
_TOLD = "the first of a source is recorded; only its newest few, up to two days old, can be told"


def paste_into(options: Options, named: str, file: Path | None, overrides: Mapping[str, Any], *, dry_run: bool) -> None:
    """Take what was copied from a page as Items of the source that watches it; a page that none does gets an entry."""
    configuration = options.configuration()
    source, addition = _find_source(configuration, named, overrides)
    body, at = _read_pasted(file), now()
    try:
        parsed = read_pasted(source, body, at)
    except NotParsed as error:
        print_error(f"{source.id}: {printable(error.why)}")
        raise typer.Exit(1) from None
    for problem in parsed.problems:
        print_error(f"{source.id}: {printable(problem)}")
    if dry_run or addition:
        for item in parsed.items[: None if dry_run else 5]:
            typer.echo("\n".join(output.item_lines(item, (), ())))
    if addition:
        configuration = write_addition(options, addition, dry_run=dry_run) or configuration
    if dry_run:
        print_error(f"{source.id}: {len(parsed.items)} items; nothing was taken (--dry-run)")
        return
    try:
        result = asyncio.run(_take(options, configuration, source.id, parsed, at))
    except NotFetched as error:
        print_error(f"{source.id}: {error.why}")
        raise typer.Exit(1) from None
    print_json(asdict(result))
    print_error(
        f"{source.id}: {len(parsed.items)} items were pasted, {result.fresh} of them new; {_what_is_told(addition)}"
    )


def _what_is_told(addition: SourceAddition | None) -> str:
    return _TOLD if addition else "`watcher explain URL` says of each what became of it"


def _find_source(
    configuration: Configuration, named: str, overrides: Mapping[str, Any]
) -> tuple[Source, SourceAddition | None]:
    """The source of an id or an address; for an address that none watches, one with an entry that is to be written."""
    if named in configuration.sources:
        source = configuration.sources[named]
    elif "." not in named and "://" not in named:
        print_error(f"there is no source {printable(named)!r}, and it is no web address")
        raise typer.Exit(2)
    else:
        url = read_address(named)
        sources = list(configuration.sources.values())
        watching = watched_by(sources, url)
        if not watching:
            today = now().astimezone(LONDON).date()
            comments = (comment_of_day(today, "a list that is copied by hand"),)
            addition = with_overrides(pasted_addition(url, list(configuration.sources)), overrides)
            return make_source(addition.keys), replace(addition, comments=comments)
        source = configuration.sources[watching]
    if why := why_nothing_is_taken(source):
        print_error(why)
        raise typer.Exit(2)
    if overrides:
        print_error(f"{source.id} is there already: --{', --'.join(overrides)} cannot change it")
        raise typer.Exit(2)
    return source, None


def _read_pasted(file: Path | None) -> bytes:
    stream = typer.get_binary_stream("stdin")
    if file is None and stream.isatty():
        print_error("paste the list here, then press Enter and Ctrl-D")
    body = file.read_bytes() if file else stream.read(MAX_PASTED_BYTES + 1)
    if len(body) > MAX_PASTED_BYTES:
        print_error(f"more than {MAX_PASTED_BYTES:,} bytes were pasted; paste the list alone")
        raise typer.Exit(2)
    return body


def read_pasted(source: Source, body: bytes, at: datetime) -> ParseResult:
    """The Items that were pasted into a source of any kind. Raises NotParsed."""
    reader = source if isinstance(source, Pasted) else _as_pasted(source)
    return reader.parse(Response(url=source.url, body=body, fetched_at=at))


def _as_pasted(source: Source) -> Pasted:
    """A source of another kind as one that is pasted: its Items are the same ones."""
    return Pasted(
        id=source.id,
        name=source.name,
        publisher=source.publisher,
        trust=source.trust,
        kind="pasted",
        url=source.url,
        every=source.every,
        date_formats=source.date_formats,
        drop_text=source.drop_text,
    )


async def _take(
    options: Options, configuration: Configuration, source_id: str, parsed: ParseResult, at: datetime
) -> PollResult:
    async with open_runtime(options.settings(), configuration, options.database, now) as runtime:
        return await runtime.run_in_thread(take_pasted, runtime, configuration.sources[source_id], parsed, at)


def take_pasted(runtime: Runtime, source: Source, parsed: ParseResult, at: datetime) -> PollResult:
    """Take what was pasted at `at` (UTC). What is there already stays as it is; the first of a source is a baseline.

    Raises NotFetched while another process polls the source.
    """
    with runtime.database.begin() as tx:
        stored = store.items.newest_items(tx, source.id, MAX_STORED_COMPARED)
        state = store.sources.states(tx).get(source.id)
    begins_anew = not stored and not (state and state.last_success)
    items = recognise(parsed.items, stored)
    return take_in(runtime, source, replace(parsed, items=items, begins_anew=begins_anew), at)
