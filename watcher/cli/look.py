"""The command `try`: one look at a source, with what its server and robots.txt say of it. Nothing is stored."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated
from urllib.parse import urljoin

import typer

from watcher.cli import output
from watcher.cli.options import Options, commands, find_source, now, open_passing_runtime, print_error, print_json
from watcher.config import Configuration
from watcher.config.settings import Settings
from watcher.core.decoding.text_encoding import decode_text
from watcher.core.discovery.robots import robots_rule
from watcher.core.language.format import format_count
from watcher.core.language.text import printable
from watcher.core.language.urls import redact_url
from watcher.errors import NotFetched, NotParsed
from watcher.fetching.fetcher import ROBOT
from watcher.fetching.frugal_fetcher import AnyFetcher, Exchange, FrugalFetcher
from watcher.model import ParseResult, Request, Response, SourceState
from watcher.reading import fetch_and_parse
from watcher.sources.base import Source

MAX_REQUESTS = 200  # no source makes so many in one look


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at a source gave: the Items, or `why` there are none; and `facts` of its server, a line each."""

    parsed: ParseResult | None = None
    why: str = ""
    facts: tuple[str, ...] = ()


@commands.command(name="try")
def try_(
    context: typer.Context,
    source: str,
    file: Annotated[Path | None, typer.Option(help="Read this saved page instead of the live one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show the items of a source, live or from a saved page. Nothing is written to the database."""
    options: Options = context.obj
    configuration, settings = options.configuration(), options.settings()
    configured = find_source(configuration, source)
    if file is None and not configured.is_polled:
        print_error(f"{source} is pasted by hand: look with `watcher add {source} --paste --dry-run`, or name a --file")
        raise typer.Exit(2)
    look = _look_at_file(configured, file) if file else asyncio.run(_look_live(settings, configuration, configured))
    for fact in look.facts:
        print_error(f"{source}: {printable(fact)}")
    if look.parsed is None:
        print_error(f"{source}: could not be read: {look.why}")
        raise typer.Exit(1)
    for item in look.parsed.items:
        matches, vetoed = configuration.index.topics_of(item, configured.publisher, configured.about)
        if as_json:
            print_json(output.item_as_json(item, matches, vetoed))
        else:
            typer.echo("\n".join(output.item_lines(item, matches, vetoed)))
    for line in _closing_lines(configured, look.parsed):
        print_error(f"{source}: {line}")


def _closing_lines(source: Source, parsed: ParseResult) -> Iterator[str]:
    """The text of a watched page as it is compared, what could not be read, and the counts."""
    if source.compares_lines and parsed.items:
        yield "the text that is compared with the next look:"
        yield from (f"| {printable(line)}" for line in parsed.items[0].text.split("\n"))
    yield from parsed.problems
    items = parsed.items
    counts = {
        "with text": sum(bool(item.text) for item in items),
        "still to be read on their own page": sum(item.unread or source.reads_page_of(item) for item in items),
        "without a date": sum(item.published.day is None for item in items),
    }
    yield ", ".join(f"{count} {words}" for words, count in counts.items())
    yield f"{len(items)} items, {len(parsed.problems)} problems"


def _look_at_file(source: Source, file: Path) -> Look:
    try:
        return Look(parsed=source.parse(Response(url=source.url, body=file.read_bytes(), fetched_at=now())))
    except (NotParsed, OSError) as error:
        return Look(why=str(error))


async def _look_live(settings: Settings, configuration: Configuration, source: Source) -> Look:
    async with open_passing_runtime(settings, configuration) as runtime:
        frugal = FrugalFetcher(runtime.fetcher, MAX_REQUESTS)
        state = SourceState(source=source.id, next_poll=now())
        parsed, why = None, ""
        try:
            parsed = await fetch_and_parse(replace(runtime, fetcher=frugal), source, state, now())
        except (NotFetched, NotParsed) as error:
            why = error.why
        facts = [describe_exchange(exchange) for exchange in frugal.exchanges]
        for first in frugal.exchanges[:1]:
            facts.append(await _describe_robots(runtime.fetcher, first.request.url))
            if isinstance(first.answer, Response):
                facts.append(await _describe_validators(runtime.fetcher, first.request, first.answer))
        return Look(parsed=parsed, why=why, facts=tuple(facts))


def describe_exchange(exchange: Exchange) -> str:
    """What was asked, without secrets, and what was answered."""
    asked = f"{'POST' if exchange.request.form else 'GET'} {redact_url(exchange.request.url)}"
    answer = exchange.answer
    if isinstance(answer, NotFetched):
        return f"{asked}: {answer.why}"
    place = "" if answer.url == exchange.request.url else f", from {redact_url(answer.url)}"
    return f"{asked}: {answer.status}, {format_count(len(answer.body), 'byte')}{place}"


async def _describe_robots(fetcher: AnyFetcher, address: str) -> str:
    """What robots.txt says of the address, and by which name."""
    try:
        robots = await fetcher.get(Request(url=urljoin(address, "/robots.txt")))
    except NotFetched as error:
        return f"robots.txt: {error.why}" + ("; then all may be read" if error.status and error.is_final else "")
    rule = robots_rule(decode_text(robots.body), address, ROBOT)
    rules = f"its rules for {rule.agent}" if rule.agent else "it has no rule for us"
    return f"robots.txt {'allows' if rule.is_allowed else 'DISALLOWS'} this address ({rules})"


async def _describe_validators(fetcher: AnyFetcher, request: Request, answer: Response) -> str:
    """Whether the server answers 304 to one more GET that names the version it gave."""
    named = {"ETag": answer.validators.etag, "Last-Modified": answer.validators.last_modified}
    names = " and ".join(name for name, validator in named.items() if validator)
    if not names:
        return "no ETag and no Last-Modified: each poll reads the whole answer"
    try:
        again = await fetcher.get(replace(request, validators=answer.validators))
    except NotFetched as error:
        return f"{names}: asked again with it, {error.why}"
    return f"{names}: {'honoured (304)' if again.unchanged else 'ignored, the whole answer came again'}"
