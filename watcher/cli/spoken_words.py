"""What `watcher run` says on a terminal: a record of the log, and what the database adds to it, as lines for people.

Pure: no address stands in them, and text from outside is inert.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from watcher.config import Configuration
from watcher.core.delivery.schedule import next_digest
from watcher.core.language.dates import LONDON
from watcher.core.language.format import format_count, format_moment
from watcher.core.language.text import one_line
from watcher.core.watching.cures import cure_of_state, find_cure
from watcher.model import Frequency, Reason, SourceState, Subscriber

MAX_HEADLINES = 20  # of one message; a digest may hold hundreds
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_SILENT = frozenset({"page", "delivered"})  # `delivered` has words of its own where it failed


def opening_lines(
    configuration: Configuration, states: Mapping[str, SourceState], now: datetime, opening: str = "watching"
) -> Iterator[str]:
    """What is watched, whom it tells, and when the next look and the next digest come. `now` is in UTC."""
    polled = [source for source in configuration.sources.values() if source.enabled and source.is_polled]
    on = [source for source in polled if source.is_on(states.get(source.id))]
    proven = f", {len(polled) - len(on)} being proven" if len(on) < len(polled) else ""
    yield f"{opening} {format_count(len(on), 'source')}{proven}"
    yield f"telling {', '.join(_describe_subscriber(one) for one in configuration.subscribers.values())}"
    looks = {source.name: states[source.id].next_poll if source.id in states else now for source in polled}
    if looks:
        name = min(looks, key=lambda source: looks[source])
        yield f"next look: {one_line(name)}, {'now' if looks[name] <= now else format_moment(looks[name])}"
    digests = {
        subscriber.id: next_digest(subscriber, now)[1]
        for subscriber in configuration.subscribers.values()
        if subscriber.frequency is not Frequency.AT_ONCE
    }
    if digests:
        reader = min(digests, key=lambda subscriber: digests[subscriber])
        yield f"next digest: {format_moment(digests[reader])} for {reader}"


def _describe_subscriber(subscriber: Subscriber) -> str:
    """A Subscriber by id, channel and pace; never its address."""
    pace = str(subscriber.frequency)
    if subscriber.frequency is Frequency.WEEKLY:
        pace = f"weekly on {WEEKDAYS[subscriber.on]}"
    return f"{subscriber.id} ({subscriber.via}, {pace})"


def poll_lines(record: Mapping[str, Any], name: str, state: SourceState | None) -> Iterator[str]:
    """A poll that failed, with its cure and the next look, or one that gave something; nothing of all others."""
    source, why = record["source"], one_line(str(record.get("why") or ""))
    if record["outcome"] == "failed":
        cure = cure_of_state(source, state) or find_cure(source, why)
        look = f"; next look {format_moment(state.next_poll)}" if state else ""
        yield f"COULD NOT LOOK at {name} ({why}): {cure}{look}"
    if record["outcome"] == "not proven":
        yield f"not proven, so it stays off: {name} ({why}); `watcher sources` says what to do"
    counts = {"new": record.get("fresh", 0), "changed": record.get("revised", 0)}
    items = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    if items:
        matches = f", of {', '.join(sorted(set(record['topics'])))}" if record.get("topics") else ", none of a topic"
        yield f"{name}: {items}{matches}"
    yield from (f"{name}: {one_line(str(problem))}" for problem in record.get("problems") or ())


def proven_line(name: str) -> str:
    """A source that was being proven, and is on now."""
    return f"proven, and on from now: {one_line(name)}"


def read_again_line(name: str) -> str:
    """A source that could not be read the last time."""
    return f"{one_line(name)} can be read again"


def sent_lines(subscriber: str, via: str, period: str, alerts: Iterable[Any]) -> Iterator[str]:
    """A Message that was sent: each Alert in it by its reason and headline, one line each."""
    kind = period.partition(":")[0]
    is_digest = kind in {Frequency.DAILY, Frequency.WEEKLY}
    shown = list(alerts)
    whom = f"{subscriber} ({via})"
    if is_digest:
        yield f"sent {whom} its {kind} digest: {format_count(len(shown), 'headline')}"
    elif not shown:
        yield f"sent {whom} a message"
    indent = "    " if is_digest else f"told {whom}: "
    for alert in shown[:MAX_HEADLINES]:
        yield f"{indent}{_describe_alert(alert)}"
    if len(shown) > MAX_HEADLINES:
        yield f"{indent}and {len(shown) - MAX_HEADLINES} more"


def _describe_alert(alert: Any) -> str:
    if alert.reason == Reason.NEEDS_ADMIN:
        return f"for admins: {one_line(alert.note)}"
    return f"{alert.reason.replace('_', ' ')}: {one_line(alert.title)}"


def not_sent_line(record: Mapping[str, Any], via: str, due: datetime | None) -> str:
    """An attempt that did not arrive, surely or perhaps, and when it goes again."""
    whom = f"{record['subscriber']} ({via})"
    again = f"; it goes again {format_moment(due)}" if due else ""
    return f"NOT SENT to {whom}: {record['outcome']}, {one_line(str(record.get('why') or 'no reason given'))}{again}"


def record_lines(record: Mapping[str, Any]) -> Iterator[str]:
    """Any record of the log in words: its event, and what it says besides, without what only machines need."""
    event = str(record.get("event", ""))
    if event == "configuration refused":
        yield "the changed configuration has mistakes and is not used:"
        yield from (f"    {one_line(str(mistake))}" for mistake in record.get("mistakes", ()))
        return
    if event in _SILENT and record.get("level") == "info":
        return
    plain = {name: field for name, field in record.items() if name not in {"event", "level", "timestamp", "exception"}}
    details = ", ".join(f"{name.replace('_', ' ')} {field}" for name, field in plain.items() if field)
    fault = _describe_exception(record.get("exception"))
    words = f"{event}{f' ({details})' if details else ''}{fault}"
    yield one_line(words)


def _describe_exception(stacks: Any) -> str:
    """The type of an exception and our own line where it was raised; its words may repeat a secret."""
    if not isinstance(stacks, list) or not stacks or not isinstance(stacks[0], Mapping):
        return ""
    frames = [frame for frame in stacks[0].get("frames", ()) if "/watcher/" in str(frame.get("filename"))]
    place = f" at {str(frames[-1]['filename']).rpartition('/')[2]}:{frames[-1]['lineno']}" if frames else ""
    return f": {stacks[0].get('exc_type', 'an error')}{place}; please report it with this line"


def with_clock(line: str, now: datetime) -> str:
    """The line as it stands on the screen, with London's clock at `now` (UTC) before it, and nothing that commands."""
    return f"{now.astimezone(LONDON):%a %d %b %H:%M:%S}  {_keep_indent(line)}"


def _keep_indent(line: str) -> str:
    inner = line.lstrip(" ")
    return " " * (len(line) - len(inner)) + one_line(inner)
