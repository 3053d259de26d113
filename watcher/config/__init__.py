"""config/*.yaml and the environment as frozen values, or all that is wrong with them at once.

docs/configuration.md has every key. Nothing is guessed: a misspelt key stops the start and names the line and the cure.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from watcher.config import messages, topics
from watcher.config.lists import read_list, reject_duplicate_ids, validate
from watcher.config.schema import (
    SourcesFile,
    SubscriberEntry,
    SubscribersFile,
    channels,
    kind_class,
    kinds,
    notifier_class,
)
from watcher.config.yaml_file import Path_, YamlFile, load_yaml
from watcher.core.matching.index import TopicIndex
from watcher.errors import BadConfig, Mistake
from watcher.model import Frequency, Reminder, Subscriber, Topic
from watcher.sources.base import Source

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FILES = ("sources", "topics", "subscribers")
KEEP_DAYS, MAX_KEEP_DAYS = 400, 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All that config/ says, checked."""

    sources: Mapping[str, Source] = field(repr=False)
    topics: tuple[Topic, ...]
    subscribers: Mapping[str, Subscriber]
    index: TopicIndex = field(repr=False)


def read_configuration(folder: Path, environment: Mapping[str, str]) -> Configuration:
    """The configuration in `folder`. Raises BadConfig with every mistake of every file."""
    files = {name: load_yaml(folder / f"{name}.yaml", str(folder / f"{name}.yaml")) for name in FILES}
    known = topics.topic_ids(files["topics"])
    found_sources = _sources(files["sources"], known)
    subjects = topics.read_topics(files["topics"])
    subscribers = _subscribers(files["subscribers"], known, environment)
    mistakes = [mistake for placed in files.values() for mistake in placed.mistakes]
    if mistakes:
        raise BadConfig(mistakes)
    return Configuration(
        sources={source.id: source for source in found_sources},
        topics=subjects.topics,
        subscribers={subscriber.id: subscriber for subscriber in subscribers},
        index=subjects.index(),
    )


# --- sources ------------------------------------------------------------------------------------------------------


def _sources(placed: YamlFile, known: set[str] | None) -> list[Source]:
    found = []
    for at, entry in read_list(placed, SourcesFile, "sources"):
        kind = entry.get("kind") if isinstance(entry, dict) else None
        if kind is None or kind not in kinds():
            what = f"unknown kind {kind!r}{messages.did_you_mean(str(kind), kinds())}" if kind else "'kind' is missing"
            placed.mistake(("sources", at, "kind"), f"{what}; there are: {', '.join(kinds())}")
            _misspelt(placed, ("sources", at), entry)
            continue
        source = validate(
            placed, TypeAdapter(kind_class(str(kind))), entry, ("sources", at), _keys(kind_class(str(kind)))
        )
        if source:
            _refuse_unknown(placed, ("sources", at), source.topics, known)
            found.append(source)
    reject_duplicate_ids(placed, "sources")
    return found


def _misspelt(placed: YamlFile, path: Path_, entry: Any) -> None:
    """Keys that no kind has, where the kind itself is not known: one of them may be `kind`."""
    known = {key for kind in kinds() for key in _keys(kind_class(kind))}
    for key in entry if isinstance(entry, dict) else ():
        if key not in known:
            placed.mistake((*path, key), f"unknown key {key!r}{messages.did_you_mean(key, sorted(known))}")


def _keys(kind: type[Source]) -> list[str]:
    return list(kind.__dataclass_fields__)


def _refuse_unknown(
    placed: YamlFile, path: Path_, named: Literal["all"] | tuple[str, ...], known: set[str] | None
) -> None:
    """Note each topic of the key `topics` that topics.yaml does not have; `known` is None when it cannot be read."""
    for at, topic in enumerate(() if named == "all" else named):
        if known is not None and topic not in known:
            placed.mistake((*path, "topics", at), f"unknown topic {topic!r}{messages.or_one_of(topic, known)}")


# --- subscribers --------------------------------------------------------------------------------------------------


def _subscribers(placed: YamlFile, known: set[str] | None, environment: Mapping[str, str]) -> list[Subscriber]:
    found = []
    for at, entry in read_list(placed, SubscribersFile, "subscribers"):
        keys = list(SubscriberEntry.model_fields)
        checked = validate(placed, TypeAdapter(SubscriberEntry), entry, ("subscribers", at), keys)
        if checked:
            found.append((at, _subscriber(placed, ("subscribers", at), checked, known, environment)))
    reject_duplicate_ids(placed, "subscribers")
    _refuse_doubles(placed, found)
    if found and not placed.mistakes and not any(subscriber.admin for _, subscriber in found):
        placed.mistake(("subscribers",), "nobody is `admin: true`; somebody must hear when a source or a channel fails")
    return [subscriber for _, subscriber in found]


def _subscriber(
    placed: YamlFile, path: Path_, entry: SubscriberEntry, topics: set[str] | None, environment: Mapping[str, str]
) -> Subscriber:
    wanted = None if entry.topics == "all" else frozenset(entry.topics)
    _refuse_unknown(placed, path, entry.topics, topics)
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
        frequency=entry.pace,
        at=time.fromisoformat(entry.at),
        on=DAYS.index(entry.on),
        quiet=(time.fromisoformat(begin), time.fromisoformat(end)) if entry.quiet else None,
        admin=entry.admin,
        reminders=tuple(map(Reminder.of, entry.reminders)),
    )


def _refuse_doubles(placed: YamlFile, found: list[tuple[int, Subscriber]]) -> None:
    """One address at one pace is one subscription: two of them would tell the same reader everything twice."""
    first: dict[tuple[str, Frequency], str] = {}
    for at, subscriber in found:
        other = first.setdefault((subscriber.channel, subscriber.frequency), subscriber.id)
        if subscriber.address and other != subscriber.id:
            what = f"the subscriber {other!r} has this address and pace already; put the topics of both into one entry"
            placed.mistake(("subscribers", at, "address"), what)


def _address(placed: YamlFile, path: Path_, entry: SubscriberEntry, environment: Mapping[str, str]) -> str:
    """The address itself, from the environment for `env:NAME`. A mistake names the variable, never its value."""
    if entry.via not in channels():
        cure = messages.did_you_mean(entry.via, channels())
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


# --- the environment ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says (docs/configuration.md). Values may be secrets and are not shown.

    `keep_bytes_for`: how long the bytes of what Items were read from are kept.
    """

    environment: Mapping[str, str] = field(repr=False)
    allowed_networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    keep_bytes_for: timedelta = timedelta(days=KEEP_DAYS)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The environment, checked. Raises BadConfig naming the variable, never its value."""
    allowed, mistakes = [], []
    for each in environment.get("WATCHER_ALLOW_PRIVATE", "").split(","):
        try:
            allowed += [ipaddress.ip_network(each.strip(), strict=False)] if each.strip() else []
        except ValueError:
            what = f"{each.strip()!r} in WATCHER_ALLOW_PRIVATE is not a network such as 127.0.0.0/8"
            mistakes.append(Mistake(file="environment", line=1, column=1, what=what))
    days = environment.get("WATCHER_KEEP_DAYS", "").strip() or str(KEEP_DAYS)
    if not (days.isascii() and days.isdigit() and int(days[:9]) <= MAX_KEEP_DAYS):
        what = f"{days[:40]!r} in WATCHER_KEEP_DAYS is not a number of days; write one such as {KEEP_DAYS}"
        mistakes.append(Mistake(file="environment", line=1, column=1, what=what))
    if mistakes:
        raise BadConfig(mistakes)
    stripped = {name: value.strip() for name, value in environment.items()}
    return Settings(environment=stripped, allowed_networks=tuple(allowed), keep_bytes_for=timedelta(days=int(days)))
