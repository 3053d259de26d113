"""The commands that only read: match, explain, health, digest, quarantine, unsent. Nothing stored changes."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from watcher import store
from watcher.cli import output
from watcher.cli.options import (
    Options,
    commands,
    now,
    open_existing,
    open_or_empty,
    print_error,
    print_json,
    read_json_lines,
)
from watcher.config import Configuration
from watcher.config.topics import read_topic_index
from watcher.core.delivery.backtest import backtest
from watcher.core.delivery.judge import TextToJudge, judge_item
from watcher.core.language.text import printable
from watcher.core.matching.index import TopicIndex
from watcher.core.messages.plain_text import plain_text
from watcher.model import UnsentReason
from watcher.notifiers.email import mail_html
from watcher.reports.digest_preview import digest_readers, preview_digest
from watcher.reports.explanation import explain_item
from watcher.reports.quarantine import list_quarantined
from watcher.reports.search import SearchHit, find_headline
from watcher.reports.source_health import health_report
from watcher.reports.source_list import list_sources, source_lines
from watcher.reports.stored_texts import stored_text
from watcher.reports.unsent import unsent_items


@commands.command()
def match(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="JSON lines; - for stdin. Without it, the stored items.")] = "",
    against: Annotated[
        Path | None, typer.Option(help="A folder with another topics.yaml: show what changed since that one.")
    ] = None,
    terms: Annotated[
        bool, typer.Option("--terms", help="With --against: also the terms that were never found.")
    ] = False,
) -> None:
    """Show which topics each item matches, and by which words. Or what a change of the topics catches and loses."""
    options: Options = context.obj
    configuration = options.configuration()
    texts, unreadable = _read_texts(file) if file else (_load_texts(options, configuration), 0)
    if against:
        _compare_topics(read_topic_index(against), configuration, texts, terms=terms)
    else:
        for text in texts:
            print_json(output.topics_as_json(text.identity, judge_item(configuration.index, text)))
    if unreadable:
        raise typer.Exit(1)


def _read_texts(file: str) -> tuple[list[TextToJudge], int]:
    """Each line of a file, and how many lines could not be read."""
    cure = 'not an item: write {"id": 1, "title": "a headline"} on one line'
    return read_json_lines(file, output.text_to_judge, cure)


def _load_texts(options: Options, configuration: Configuration) -> list[TextToJudge]:
    """Everything first seen in the last 90 days; what is no longer configured counts as of nobody in particular."""
    database = open_existing(options.database)
    with database.begin() as tx:
        items = store.items.since(tx, now() - timedelta(days=90))
    database.close()
    return [stored_text(item, configuration.sources.get(item.source)) for item in items]


def _compare_topics(old: TopicIndex, configuration: Configuration, texts: list[TextToJudge], *, terms: bool) -> None:
    comparison = backtest(old, configuration.index, texts)
    for change in comparison.changes:
        print_json(asdict(change))
    for move in comparison.moved:
        print_json(asdict(move))
    for topic, term in comparison.loud:
        print_json({"topic": topic, "term": term, "is": "in more than a fifth"})
    for topic, term in comparison.silent if terms else ():
        print_json({"topic": topic, "term": term, "is": "never found"})
    caught = sum(change.caught for change in comparison.changes)
    changed = f"{caught} newly caught, {len(comparison.changes) - caught} newly lost, {len(comparison.moved)} moved"
    silent = f"{len(comparison.silent)} terms were never found (--terms lists them)"
    print_error(f"{comparison.items} items: {changed}; {silent}")


@commands.command()
def explain(
    context: typer.Context,
    id_or_address: Annotated[str, typer.Argument(metavar="URL-or-ID")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show the whole life of an item. Fetched, facts, matched or why not, story, alerts, deliveries, attempts."""
    options: Options = context.obj
    configuration, database = options.configuration(), open_existing(options.database)
    life = explain_item(database, configuration, id_or_address, now())
    with_words: tuple[SearchHit, ...] = ()
    if life is None and "://" not in id_or_address:
        with database.read() as tx:
            with_words = find_headline(tx, configuration, id_or_address)
    database.close()
    if life is None:
        print_error(
            f"no item with the address or id {id_or_address!r} was ever seen; "
            + (
                "the newest with these words, by their ids:"
                if with_words
                else "`watcher try SOURCE` shows what a source gives"
            )
        )
        for hit in with_words:
            print_error(printable(f"  {hit.item}  {hit.title}"))
        raise typer.Exit(1)
    if as_json:
        print_json(life)
        return
    for line in output.life_lines(life):
        typer.echo(line)


@commands.command()
def health(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
) -> None:
    """Check that every source can be read and no delivery is late. Exit code 1 when something is wrong."""
    options: Options = context.obj
    configuration = options.configuration()
    with open_or_empty(options.database) as database:
        report = health_report(database, configuration, now())
    if as_json:
        print_json(report.as_json())
    else:
        typer.echo("\n".join(report.lines))
    if not report.is_well:
        raise typer.Exit(1)


@commands.command()
def sources(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False
) -> None:
    """List every source: on or off, when it was read, and why not and what to do."""
    options: Options = context.obj
    configuration = options.configuration()
    with open_or_empty(options.database) as database:
        listed = list_sources(database, configuration, now())
    for source in listed if as_json else ():
        print_json(source)
    if not as_json:
        typer.echo("\n".join(source_lines(listed)))


@commands.command()
def digest(
    context: typer.Context,
    subscriber: str,
    preview: Annotated[Path | None, typer.Option(help="Write it into this file, as the HTML of its e-mail.")] = None,
) -> None:
    """Show a subscriber's digest as it would be sent now."""
    options: Options = context.obj
    configuration, database = options.configuration(), open_existing(options.database)
    messages = preview_digest(database, configuration, subscriber, now())
    database.close()
    if not messages:
        print_error(
            f"{subscriber!r} gets no digest; those who do: {', '.join(digest_readers(configuration)) or 'nobody yet'}"
        )
        raise typer.Exit(2)
    if preview:
        preview.write_text("\n".join(mail_html(message) for message in messages), encoding="utf-8")
        print_error(f"written: {preview}")
    else:
        typer.echo("\n\n".join(plain_text(message) for message in messages))


@commands.command()
def quarantine(
    context: typer.Context,
    quarantine_id: Annotated[str, typer.Argument(metavar="[ID]", help="Only this one.")] = "",
    save: Annotated[Path | None, typer.Option(help="Write its bytes into this file.")] = None,
) -> None:
    """List what could not be read or shown, newest first. Or save the bytes of one of these."""
    options: Options = context.obj
    database = open_existing(options.database)
    rows, body = list_quarantined(database, quarantine_id)
    database.close()
    if quarantine_id and body is None:
        print_error(f"nothing was quarantined under {quarantine_id!r}; `watcher quarantine` lists what there is")
        raise typer.Exit(1)
    if save and body is not None:
        save.write_bytes(body)
        print_error(f"written: {save}, {len(body):,} bytes; open it with care, it comes from outside")
        return
    for row in rows:
        print_json(row)
    if not rows:
        print_error("nothing was quarantined in the last 90 days")


@commands.command()
def unsent(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=1, max=365, help="How far back.")] = 7,
    everything: Annotated[bool, typer.Option("--all", help="Also what matches no topic.")] = False,
    perhaps: Annotated[bool, typer.Option("--perhaps", help="Only what may concern practices.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object an item, the counts last.")] = False,
) -> None:
    """List what was not told, each with its reason. Newest last; the counts of told and untold add up."""
    options: Options = context.obj
    configuration, database = options.configuration(), open_existing(options.database)
    report = unsent_items(database, configuration, now() - timedelta(days=days))
    database.close()
    if perhaps:
        report = report._replace(items=[item for item in report.items if item["reason"] == UnsentReason.PERHAPS])
    if as_json:
        for item in report.items:
            print_json(item)
        print_json({"counts": report.counts, "answers": report.answers})
        return
    for line in output.unsent_lines(report, days, everything=everything):
        typer.echo(line)
