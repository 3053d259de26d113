"""config/*.yaml and the environment as frozen values, or all that is wrong with them at once.

docs/configuration.md has every key. Nothing is guessed: a misspelt key stops the start and names the line and the cure.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from watcher import cures
from watcher.core import match, sense
from watcher.entries import (
    Examples,
    SourcesFile,
    SubscriberEntry,
    SubscribersFile,
    TopicEntry,
    TopicsFile,
    channels,
    kind_class,
    kinds,
    notifier_class,
)
from watcher.errors import BadConfig, Mistake
from watcher.model import Item, Pace, Subscriber, Topic
from watcher.sources.base import Source
from watcher.yaml_places import Path_, Placed, load

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FILES = ("sources", "topics", "subscribers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All that config/ says, checked."""

    sources: Mapping[str, Source] = field(repr=False)
    topics: tuple[Topic, ...]
    subscribers: Mapping[str, Subscriber]
    index: match.Index = field(repr=False)


def read(folder: Path, environment: Mapping[str, str]) -> Configuration:
    """The configuration in `folder`. Raises BadConfig with every mistake of every file."""
    files = {name: load(folder / f"{name}.yaml", str(folder / f"{name}.yaml")) for name in FILES}
    found_sources = _sources(files["sources"])
    topics = _topics(files["topics"])
    subscribers = _subscribers(files["subscribers"], _written_topics(files["topics"]), environment)
    mistakes = [mistake for placed in files.values() for mistake in placed.mistakes]
    if mistakes:
        raise BadConfig(mistakes)
    index = match.Index(topics)
    return Configuration(
        sources={source.id: source for source in found_sources},
        topics=tuple(topics),
        subscribers={subscriber.id: subscriber for subscriber in subscribers},
        index=index,
    )


# --- sources ------------------------------------------------------------------------------------------------------


def _sources(placed: Placed) -> list[Source]:
    found = []
    for at, entry in _entries(placed, SourcesFile, "sources"):
        kind = entry.get("kind") if isinstance(entry, dict) else None
        if kind is None or kind not in kinds():
            what = f"unknown kind {kind!r}{cures.did_you_mean(str(kind), kinds())}" if kind else "'kind' is missing"
            placed.mistake(("sources", at, "kind"), f"{what}; there are: {', '.join(kinds())}")
            _misspelt(placed, ("sources", at), entry)
            continue
        source = _validated(
            placed, TypeAdapter(kind_class(str(kind))), entry, ("sources", at), _keys(kind_class(str(kind)))
        )
        if source:
            found.append(source)
    _refuse_twins(placed, "sources")
    return found


def _misspelt(placed: Placed, path: Path_, entry: Any) -> None:
    """Keys that no kind has, where the kind itself is not known: one of them may be `kind`."""
    known = {key for kind in kinds() for key in _keys(kind_class(kind))}
    for key in entry if isinstance(entry, dict) else ():
        if key not in known:
            placed.mistake((*path, key), f"unknown key {key!r}{cures.did_you_mean(key, sorted(known))}")


def _keys(kind: type[Source]) -> list[str]:
    return list(kind.__dataclass_fields__)


# --- topics -------------------------------------------------------------------------------------------------------


def _topics(placed: Placed) -> list[Topic]:
    found = []
    for at, entry in _entries(placed, TopicsFile, "topics"):
        topic = _validated(placed, TypeAdapter(TopicEntry), entry, ("topics", at), list(TopicEntry.model_fields))
        if topic:
            found.append(_topic(placed, ("topics", at), topic))
    _refuse_twins(placed, "topics")
    return found


def _topic(placed: Placed, path: Path_, entry: TopicEntry) -> Topic:
    topic = Topic(id=entry.id, name=entry.name, description=entry.description, any=entry.any, unless=entry.unless)
    wrong = [(name, at, what) for name in ("any", "unless") for at, what in match.mistakes(getattr(entry, name))]
    wrong = wrong or list(sense.mistakes(topic))
    for name, at, what in wrong:
        placed.mistake((*path, name, at), what)
    if not wrong:
        _run_examples(placed, path, topic, entry.examples)
    return topic


def _run_examples(placed: Placed, path: Path_, topic: Topic, examples: Examples) -> None:
    index = match.Index([topic])
    for wanted, headlines in (("match", examples.match), ("ignore", examples.ignore)):
        for at, headline in enumerate(headlines):
            matches, vetoes = index.topics_of(Item(source="example", identity="example", url="", title=headline))
            if bool(matches) == (wanted == "match"):
                continue
            by = f"the term {matches[0].evidence[0].term!r} matches it" if matches else "no term matches it"
            by = f"the veto {vetoes[0].by.term!r} stops it" if vetoes else by
            placed.mistake((*path, "examples", wanted, at), f"this example of {wanted!r} fails: {by}")


def _written_topics(placed: Placed) -> set[str] | None:
    """The ids as they stand there, also of topics with mistakes; None when the file itself could not be read."""
    entries = placed.value.get("topics") if isinstance(placed.value, dict) else None
    named = [entry.get("id") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else None
    return None if named is None else {str(each) for each in named}


# --- subscribers --------------------------------------------------------------------------------------------------


def _subscribers(placed: Placed, topics: set[str] | None, environment: Mapping[str, str]) -> list[Subscriber]:
    found = []
    for at, entry in _entries(placed, SubscribersFile, "subscribers"):
        keys = list(SubscriberEntry.model_fields)
        checked = _validated(placed, TypeAdapter(SubscriberEntry), entry, ("subscribers", at), keys)
        if checked:
            found.append((at, _subscriber(placed, ("subscribers", at), checked, topics, environment)))
    _refuse_twins(placed, "subscribers")
    _refuse_doubles(placed, found)
    if found and not placed.mistakes and not any(subscriber.admin for _, subscriber in found):
        placed.mistake(("subscribers",), "nobody is `admin: true`; somebody must hear when a source or a channel fails")
    return [subscriber for _, subscriber in found]


def _subscriber(
    placed: Placed, path: Path_, entry: SubscriberEntry, topics: set[str] | None, environment: Mapping[str, str]
) -> Subscriber:
    wanted = None if entry.topics == "all" else frozenset(entry.topics)
    for at, topic in enumerate(() if entry.topics == "all" else entry.topics):
        if topics is not None and topic not in topics:
            placed.mistake((*path, "topics", at), f"unknown topic {topic!r}{cures.or_one_of(topic, topics)}")
    if not entry.topics and not entry.admin:  # an admin may want to hear of faults only
        placed.mistake((*path, "topics"), "this subscriber would never hear anything; write `all` or name topics")
    if entry.at.startswith("01:"):
        placed.mistake((*path, "at"), "01:00 to 01:59 happens twice or never on clock-change days; take another time")
    begin, _, end = entry.quiet.partition("-")
    return Subscriber(
        id=entry.id,
        via=entry.via,
        address=_address(placed, path, entry, environment),
        topics=wanted,
        pace=entry.pace,
        at=time.fromisoformat(entry.at),
        on=DAYS.index(entry.on),
        quiet=(time.fromisoformat(begin), time.fromisoformat(end)) if entry.quiet else None,
        admin=entry.admin,
    )


def _refuse_doubles(placed: Placed, found: list[tuple[int, Subscriber]]) -> None:
    """One address at one pace is one subscription: two of them would tell the same reader everything twice."""
    first: dict[tuple[str, Pace], str] = {}
    for at, subscriber in found:
        other = first.setdefault((subscriber.channel, subscriber.pace), subscriber.id)
        if subscriber.address and other != subscriber.id:
            what = f"the subscriber {other!r} has this address and pace already; put the topics of both into one entry"
            placed.mistake(("subscribers", at, "address"), what)


def _address(placed: Placed, path: Path_, entry: SubscriberEntry, environment: Mapping[str, str]) -> str:
    """The address itself, from the environment for `env:NAME`. A mistake names the variable, never its value."""
    if entry.via not in channels():
        cure = cures.did_you_mean(entry.via, channels())
        placed.mistake((*path, "via"), f"unknown channel {entry.via!r}{cure}; there are: {', '.join(channels())}")
        return ""
    name = entry.address.removeprefix("env:")
    address = entry.address if name == entry.address else environment.get(name, "").strip()
    if not address:
        placed.mistake((*path, "address"), f"the environment variable {name} is not set; set it or write the address")
        return ""
    wrong = notifier_class(entry.via).wrong_with(address, environment)
    if wrong:
        placed.mistake((*path, "address"), wrong)
    return address


# --- shared -------------------------------------------------------------------------------------------------------


def _entries(placed: Placed, file: type[BaseModel], name: str) -> list[tuple[int, Any]]:
    """The numbered entries of a file's one list; the frame around them is checked here."""
    if placed.value is None and placed.mistakes:
        return []
    value = placed.value if isinstance(placed.value, dict) else {}
    for key in value:
        if key != name:
            placed.mistake(
                (key,), f"unknown key {key!r}{cures.did_you_mean(key, [name])}; this file holds only `{name}:`"
            )
    entries = value.get(name)
    if not isinstance(entries, list):
        placed.mistake((name,), f"`{name}:` must be a list ({file.__name__} in docs/configuration.md)")
        return []
    return list(enumerate(entries))


def _validated(placed: Placed, adapter: TypeAdapter[Any], entry: Any, path: Path_, keys: list[str]) -> Any:
    try:
        return adapter.validate_python(entry)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=False):
            where, what = cures.of_pydantic(detail, keys)
            placed.mistake((*path, *where), what)
        return None


def _refuse_twins(placed: Placed, name: str) -> None:
    seen: dict[str, int] = {}
    entries = placed.value.get(name) if isinstance(placed.value, dict) else None
    for at, entry in enumerate(entries if isinstance(entries, list) else ()):
        identity = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(identity, str):
            continue  # the schema has said so
        if identity in seen:
            placed.mistake(
                (name, at, "id"), f"the id {identity!r} is taken by entry {seen[identity] + 1}; ids are unique"
            )
        else:
            seen[identity] = at


# --- the environment ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says (docs/configuration.md). Values may be secrets and are not shown."""

    environment: Mapping[str, str] = field(repr=False)
    allowed: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()


def settings(environment: Mapping[str, str]) -> Settings:
    """The environment, checked. Raises BadConfig naming the variable, never its value."""
    allowed, mistakes = [], []
    for each in environment.get("WATCHER_ALLOW_PRIVATE", "").split(","):
        try:
            allowed += [ipaddress.ip_network(each.strip(), strict=False)] if each.strip() else []
        except ValueError:
            what = f"{each.strip()!r} in WATCHER_ALLOW_PRIVATE is not a network such as 127.0.0.0/8"
            mistakes.append(Mistake(file="environment", line=1, column=1, what=what))
    if mistakes:
        raise BadConfig(mistakes)
    stripped = {name: value.strip() for name, value in environment.items()}
    return Settings(environment=stripped, allowed=tuple(allowed))
