"""The configuration, beyond what `watcher check` refuses: what can be started with, and is hardly what was meant."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from watcher.config import Configuration, warnings_of
from watcher.core.language.format import format_count
from watcher.model.finding import Finding, broken, doubtful, fine, name_some

CHECK = "configuration"


def examine_configuration(configuration: Configuration, environment: Mapping[str, str]) -> list[Finding]:
    """What is doubtful in it, or that nothing is."""
    doubts = [
        *_examine_sources(configuration),
        *_examine_topics(configuration),
        *_examine_subscribers(configuration),
        *(doubtful(CHECK, *_split_cure(line)) for line in warnings_of(configuration, environment)),
    ]
    on = sum(bool(source.enabled) for source in configuration.sources.values())
    counted = {"source": on, "topic": len(configuration.topics), "subscriber": len(configuration.subscribers)}
    counts = ", ".join(format_count(count, noun) for noun, count in counted.items())
    return doubts or [fine(CHECK, counts)]


def _examine_sources(configuration: Configuration) -> Iterator[Finding]:
    if not any(source.enabled for source in configuration.sources.values()):
        seen = "no source is enabled, so nobody is ever told anything"
        yield broken(CHECK, seen, "set `enabled: auto` for some in sources.yaml")


def _examine_topics(configuration: Configuration) -> Iterator[Finding]:
    """Topics, and sources that only ever speak of such, that no Subscriber chose."""
    subscribers = configuration.subscribers.values()
    if any(subscriber.topics is None for subscriber in subscribers):
        return
    wanted = {topic for subscriber in subscribers for topic in subscriber.topics or ()}
    unwanted = [topic.id for topic in configuration.topics if topic.id not in wanted]
    if unwanted:
        cure = "add them to a subscriber in subscribers.yaml, or leave it so"
        yield doubtful(CHECK, f"topics that nobody subscribes to: {name_some(unwanted)}", cure)
    idle = [
        source.id for source in configuration.sources.values() if source.enabled and _is_idle(source.topics, wanted)
    ]
    if idle:
        cure = "add their topics to a subscriber, or set `enabled: false` for them"
        yield doubtful(CHECK, f"sources whose topics nobody subscribes to: {name_some(idle)}", cure)


def _is_idle(topics: str | tuple[str, ...], wanted: set[str]) -> bool:
    return topics != "all" and wanted.isdisjoint(topics)


def _examine_subscribers(configuration: Configuration) -> Iterator[Finding]:
    """One address under two ids: its readers get what both chose twice."""
    by_channel: dict[str, list[str]] = defaultdict(list)
    for subscriber in configuration.subscribers.values():
        by_channel[subscriber.channel].append(subscriber.id)
    for ids in by_channel.values():
        if len(ids) > 1:
            seen = f"one channel has several subscriptions: {name_some(ids)}"
            yield doubtful(CHECK, seen, "its readers see some things twice; put them into one entry, or leave it so")


def _split_cure(line: str) -> tuple[str, str]:
    """A warning as what was seen and the cure, where it has both."""
    seen, semicolon, cure = line.partition(". ")
    return (seen, cure) if semicolon else (line, "see docs/configuration.md")
