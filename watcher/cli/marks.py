"""The commands by which people say whether a topic or a story is right: mark, marks."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import typer

from watcher import store
from watcher.cli.options import Options, commands, now, open_existing, print_error, print_json
from watcher.cli.story_marks import mark_stories
from watcher.config import Configuration
from watcher.core.delivery.calibration import terms_of
from watcher.core.delivery.judge import judge_item
from watcher.model import Item, MarkVerdict, StoryVerdict, TopicMark
from watcher.reports.stored_texts import stored_text
from watcher.reports.story_marks import MarkedPair, report_marked_pairs
from watcher.reports.term_report import TermReport, TermUse, report_terms

MAX_LINES = 40  # of terms, for people; --json has all
MAX_SHARED = 5  # words that two marked items share, for people


class AnyVerdict(StrEnum):
    """The words that `watcher mark` takes: two of an item's topic, two of stories."""

    RIGHT = MarkVerdict.RIGHT
    WRONG = MarkVerdict.WRONG
    JOINS = StoryVerdict.JOINS
    APART = StoryVerdict.APART


@commands.command()
def mark(
    context: typer.Context,
    item: Annotated[
        str, typer.Argument(help="The id or address of an item, as `watcher explain` takes it; or a story's id.")
    ],
    verdict: Annotated[AnyVerdict, typer.Argument(help="right or wrong of a topic, joins or apart of a story.")],
    topic: Annotated[
        str,
        typer.Argument(metavar="TOPIC_OR_STORY", help="The id of the topic; or of a story, or of an item in it."),
    ],
    undo: Annotated[
        bool, typer.Option("--undo", help="Forget the mark of this item and topic (right, wrong).")
    ] = False,
) -> None:
    """Say that an item is about a topic, that two stories are one, or that an item is not of its story."""
    options: Options = context.obj
    if verdict in {AnyVerdict.JOINS, AnyVerdict.APART}:
        if undo:
            print_error("there is no --undo for stories: `apart` takes an item out again, `joins` puts it back")
            raise typer.Exit(2)
        database = open_existing(options.database)
        try:
            mark_stories(database, item, StoryVerdict(verdict), topic, now())
        finally:
            database.close()
        return
    _mark_topic(options, item, MarkVerdict(verdict), topic, undo=undo)


def _mark_topic(options: Options, item: str, verdict: MarkVerdict, topic: str, *, undo: bool) -> None:
    configuration = options.configuration()
    topic_ids = [configured.id for configured in configuration.topics]
    if topic not in topic_ids:
        print_error(f"there is no topic {topic!r} (for stories: joins, apart); there are: {', '.join(topic_ids)}")
        raise typer.Exit(2)
    database = open_existing(options.database)
    with database.begin(deciding=True) as tx:
        stored = store.items.get(tx, item)
        if stored is not None and undo:
            is_forgotten = store.topic_marks.delete(tx, stored.id, topic)
        elif stored is not None:
            matches = store.items.matches_of(tx, [stored.id]).get(stored.id, ())
            terms = next((terms_of(match) for match in matches if match.topic == topic), ())
            store.topic_marks.save(tx, TopicMark(item=stored.id, topic=topic, verdict=verdict, terms=terms, at=now()))
    database.close()
    if stored is None:
        print_error(f"no item with the address or id {item!r} was ever seen; `watcher unsent` lists them")
        raise typer.Exit(1)
    if undo:
        typer.echo(f"{'forgotten' if is_forgotten else 'there was no mark'}: {topic}: {stored.title}")
        return
    behind = f"its terms: {', '.join(terms)}" if terms else _why_no_match(configuration, stored, topic)
    typer.echo(f"marked {verdict} for {topic}: {stored.title} ({behind})")


def _why_no_match(configuration: Configuration, item: Item, topic: str) -> str:
    vetoes = judge_item(configuration.index, stored_text(item, configuration.sources.get(item.source))).vetoes
    stopping = next((veto.by.term for veto in vetoes if veto.topic == topic), None)
    return f"the veto {stopping!r} stops it" if stopping else "it does not match this topic"


@commands.command()
def marks(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Count the items of these days.")] = 90,
    never: Annotated[bool, typer.Option("--never", help="List the terms that found nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a term, the counts last.")] = False,
) -> None:
    """Show how each term does. How often it found an item of late, and how many were ever marked right or wrong."""
    options: Options = context.obj
    configuration, database = options.configuration(), open_existing(options.database)
    report = report_terms(database, configuration, now() - timedelta(days=days))
    pairs = report_marked_pairs(database)
    database.close()
    if as_json:
        for use in report.used:
            print_json(use.as_json())
        missed = [item.as_json() for item in report.missed]
        stories = [pair.as_json() for pair in pairs]
        print_json({"never": [list(term) for term in report.never], "missed": missed, "stories": stories})
        return
    for line in (*map(_pair_line, pairs), *_lines(report, days, never=never)):
        typer.echo(line)


def _pair_line(pair: MarkedPair) -> str:
    shared = ", ".join(f"{word} {weight:g}" for word, weight in list(pair.shared.items())[:MAX_SHARED])
    return f"{pair.verdict}: {pair.titles[0]} | {pair.titles[1]} (share {shared or 'nothing'})"


def _lines(report: TermReport, days: int, *, never: bool) -> list[str]:
    """The report for people."""
    marked = [use for use in report.used if use.right or use.wrong]
    unmarked = [use for use in report.used if not (use.right or use.wrong)][: max(0, MAX_LINES - len(marked))]
    lines = [f"{use.wrong:>4} wrong {use.right:>4} right {_count_items(use)}" for use in marked]
    lines += [f"{'':>21} {_count_items(use)}" for use in unmarked]
    lines += [f"missed: {missed.topic}: {missed.title} (id {missed.item})" for missed in report.missed]
    lines += [f"never: {topic}: {term}" for topic, term in report.never] if never else []
    counts = f"{len(report.used)} terms found something or are marked, {len(report.never)} found nothing"
    return [*lines, f"last {days} days: {counts}"]


def _count_items(use: TermUse) -> str:
    return f"{use.fired:>5} items  {use.topic}: {use.term}"
