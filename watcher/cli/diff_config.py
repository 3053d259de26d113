"""The command that compares the configuration in use with another folder: diff-config. It changes nothing."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer

from watcher.cli.options import Options, commands, now, print_json, refuse_missing
from watcher.config import read_configuration
from watcher.core.language.dates import LONDON
from watcher.reports.configuration_diff import (
    MAX_LISTED,
    NOT_SIMULATED,
    ConfigurationDiff,
    DeliveryDifference,
    MatchDifference,
    compare_configurations,
)
from watcher.reports.configuration_keys import KeyedChange, TermChange
from watcher.store.database import open_database

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


@commands.command("diff-config")
def diff_config(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The other folder: an edited copy, or one from a backup.")],
    days: Annotated[int, typer.Option(min=1, max=400, help="Compare over the items of these days.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, the counts last.")] = False,
) -> None:
    """Show what another configuration would poll, match and tell otherwise. Over the stored items of the last days."""
    options: Options = context.obj
    before = options.configuration()
    after = read_configuration(folder, options.settings().environment)
    refuse_missing(options.database)
    with closing(open_database(options.database)) as database:
        difference = compare_configurations(database, before, after, now() - timedelta(days=days))
    if as_json:
        for line in _json_lines(difference, days):
            print_json(line)
        return
    for text in _text_lines(difference, days):
        typer.echo(text)


def _text_lines(difference: ConfigurationDiff, days: int) -> Iterator[str]:
    if difference.is_empty:
        yield f"nothing would be otherwise ({difference.items} items of the last {days} days)"
        return
    yield from _section("sources", map(_change_line, difference.sources))
    yield from _section("topics", map(_change_line, difference.topics))
    yield from _section("terms", chain.from_iterable(map(_term_lines, difference.terms)))
    for (topic, caught), count in sorted(difference.match_counts.items()):
        verb = "would newly match" if caught else "would no longer match"
        matches = [match for match in difference.matches if (match.topic, match.caught) == (topic, caught)]
        yield from _section(f"{topic}: {count} {verb}", map(_match_line, matches), count)
    yield from _section("subscribers", map(_change_line, difference.subscribers))
    yield from _section("messages, at most", map(_delivery_line, difference.messages))
    yield f"compared over {difference.items} items of the last {days} days. Not simulated:"
    yield from (f"  {words}" for words in NOT_SIMULATED)


def _section(heading: str, lines: Iterable[str], count: int | None = None) -> Iterator[str]:
    """A heading with the first MAX_LISTED of its lines, and how many more there are; nothing without lines."""
    shown = list(lines)
    if not shown:
        return
    yield f"{heading}:"
    yield from (f"  {line}" for line in shown[:MAX_LISTED])
    more = (len(shown) if count is None else count) - MAX_LISTED
    if more > 0:
        yield f"  and {more} more"


def _term_lines(change: TermChange) -> Iterator[str]:
    yield from (f"+ {change.topic}: {term}" for term in change.new)
    yield from (f"- {change.topic}: {term}" for term in change.gone)


def _change_line(change: KeyedChange) -> str:
    return f"{_SIGNS[change.change]} {change.id}{': ' if change.keys else ''}{', '.join(change.keys)}"


def _match_line(match: MatchDifference) -> str:
    return f"{match.at.astimezone(LONDON):%Y-%m-%d %H:%M}  {match.title}" if match.at else match.title


def _delivery_line(difference: DeliveryDifference) -> str:
    before = "not there" if difference.before is None else f"{difference.before} messages"
    after = "not there" if difference.after is None else f"{difference.after} messages"
    return f"{difference.subscriber}: {before} before, {after} after"


def _json_lines(difference: ConfigurationDiff, days: int) -> Iterator[dict[str, Any]]:
    kinds = (("source", difference.sources), ("topic", difference.topics), ("subscriber", difference.subscribers))
    for kind, changes in kinds:
        for change in changes[:MAX_LISTED]:
            yield {kind: change.id, "is": change.change, "keys": list(change.keys)}
    for terms in difference.terms[:MAX_LISTED]:
        yield {"topic": terms.topic, "new": list(terms.new[:MAX_LISTED]), "gone": list(terms.gone[:MAX_LISTED])}
    for match in difference.matches:
        at, verdict = match.at and match.at.isoformat(), "caught" if match.caught else "lost"
        yield {"topic": match.topic, "item": match.item, "title": match.title, "at": at, "is": verdict}
    for messages in difference.messages[:MAX_LISTED]:
        yield {"subscriber": messages.subscriber, "messages_before": messages.before, "messages_after": messages.after}
    yield {"counts": _counts(difference, days), "not_simulated": list(NOT_SIMULATED)}


def _counts(difference: ConfigurationDiff, days: int) -> dict[str, Any]:
    counts = difference.match_counts
    matches = {
        topic: {"caught": counts.get((topic, True), 0), "lost": counts.get((topic, False), 0)}
        for topic in sorted({topic for topic, _ in counts})
    }
    return {
        "days": days,
        "items": difference.items,
        "sources": len(difference.sources),
        "topics": len(difference.topics),
        "subscribers": len(difference.subscribers),
        "subscribers_with_other_messages": len(difference.messages),
        "matches": matches,
    }
