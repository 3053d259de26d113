"""config/*.yaml and the environment as frozen values, or every mistake in them at once.

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
from watcher.config.yaml_file import YamlFile, YamlPath, load_yaml
from watcher.core.matching.index import TopicIndex
from watcher.errors import BadConfig, Mistake
from watcher.model import Frequency, Reminder, Subscriber, Topic
from watcher.sources.base import Source

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FILES = ("sources", "topics", "subscribers")
KEEP_DAYS, MAX_KEEP_DAYS = 400, 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The three files of config/ as checked values; sources and subscribers are keyed by their ids."""

    sources: Mapping[str, Source] = field(repr=False)
    topics: tuple[Topic, ...]
    subscribers: Mapping[str, Subscriber]
    index: TopicIndex = field(repr=False)


def read_configuration(folder: Path, environment: Mapping[str, str]) -> Configuration:
    """The configuration in `folder`. Raises BadConfig with every mistake of every file."""
    files = {name: load_yaml(folder / f"{name}.yaml", str(folder / f"{name}.yaml")) for name in FILES}
    topic_ids = topics.topic_ids(files["topics"])
    sources = _read_sources(files["sources"], topic_ids)
    topic_settings = topics.read_topics(files["topics"])
    subscribers = _read_subscribers(files["subscribers"], topic_ids, environment)
    mistakes = [mistake for file in files.values() for mistake in file.mistakes]
    if mistakes:
        raise BadConfig(mistakes)
    return Configuration(
        sources={source.id: source for source in sources},
        topics=topic_settings.topics,
        subscribers={subscriber.id: subscriber for subscriber in subscribers},
        index=topic_settings.index(),
    )


# --- sources ------------------------------------------------------------------------------------------------------


def _read_sources(file: YamlFile, topic_ids: set[str] | None) -> list[Source]:
    sources = []
    for index, entry in read_list(file, SourcesFile, "sources"):
        path = ("sources", index)
        kind = entry.get("kind") if isinstance(entry, dict) else None
        if kind is None or kind not in kinds():
            what = f"unknown kind {kind!r}{messages.did_you_mean(str(kind), kinds())}" if kind else "'kind' is missing"
            file.mistake((*path, "kind"), f"{what}; available: {', '.join(kinds())}")
            _note_keys_of_no_kind(file, path, entry)
            continue
        source_class = kind_class(str(kind))
        source = validate(file, TypeAdapter(source_class), entry, path, _list_keys(source_class))
        if source:
            _note_unknown_topics(file, path, source.topics, topic_ids)
            sources.append(source)
    reject_duplicate_ids(file, "sources")
    return sources


def _note_keys_of_no_kind(file: YamlFile, path: YamlPath, entry: Any) -> None:
    """Note the keys that no kind has, where the kind itself is unknown: one of them may be a misspelt `kind`."""
    keys = {key for kind in kinds() for key in _list_keys(kind_class(kind))}
    for key in entry if isinstance(entry, dict) else ():
        if key not in keys:
            file.mistake((*path, key), f"unknown key {key!r}{messages.did_you_mean(key, sorted(keys))}")


def _list_keys(kind: type[Source]) -> list[str]:
    return list(kind.__dataclass_fields__)


def _note_unknown_topics(
    file: YamlFile, path: YamlPath, named: Literal["all"] | tuple[str, ...], topic_ids: set[str] | None
) -> None:
    """Note each topic of the key `topics` that topics.yaml lacks; `topic_ids` is None when that cannot be read."""
    for index, topic in enumerate(() if named == "all" else named):
        if topic_ids is not None and topic not in topic_ids:
            file.mistake((*path, "topics", index), f"unknown topic {topic!r}{messages.or_one_of(topic, topic_ids)}")


# --- subscribers --------------------------------------------------------------------------------------------------


def _read_subscribers(file: YamlFile, topic_ids: set[str] | None, environment: Mapping[str, str]) -> list[Subscriber]:
    subscribers = []
    for index, entry in read_list(file, SubscribersFile, "subscribers"):
        path = ("subscribers", index)
        checked = validate(file, TypeAdapter(SubscriberEntry), entry, path, list(SubscriberEntry.model_fields))
        if checked:
            subscribers.append((index, _build_subscriber(file, path, checked, topic_ids, environment)))
    reject_duplicate_ids(file, "subscribers")
    _note_duplicate_subscriptions(file, subscribers)
    if subscribers and not file.mistakes and not any(subscriber.admin for _, subscriber in subscribers):
        what = "no subscriber has `admin: true`; set it for whoever should be told of failures"
        file.mistake(("subscribers",), what)
    return [subscriber for _, subscriber in subscribers]


def _build_subscriber(
    file: YamlFile, path: YamlPath, entry: SubscriberEntry, topic_ids: set[str] | None, environment: Mapping[str, str]
) -> Subscriber:
    _note_unknown_topics(file, path, entry.topics, topic_ids)
    if not entry.topics and not entry.admin:  # an admin may want to hear of faults only
        file.mistake((*path, "topics"), "this subscriber would never be sent anything; write `all` or list topics")
    if entry.at.startswith("01:"):
        file.mistake((*path, "at"), "01:00 to 01:59 happens twice or never on clock-change days; choose another time")
    begin, _, end = entry.quiet.partition("-")
    return Subscriber(
        id=entry.id,
        via=entry.via,
        address=_resolve_address(file, path, entry, environment),
        topics=None if entry.topics == "all" else frozenset(entry.topics),
        frequency=entry.pace,
        at=time.fromisoformat(entry.at),
        on=DAYS.index(entry.on),
        quiet=(time.fromisoformat(begin), time.fromisoformat(end)) if entry.quiet else None,
        admin=entry.admin,
        reminders=tuple(map(Reminder.of, entry.reminders)),
    )


def _note_duplicate_subscriptions(file: YamlFile, subscribers: list[tuple[int, Subscriber]]) -> None:
    """One address at one frequency is one subscription: two of them would tell the same reader everything twice."""
    first_ids: dict[tuple[str, Frequency], str] = {}
    for index, subscriber in subscribers:
        first_id = first_ids.setdefault((subscriber.channel, subscriber.frequency), subscriber.id)
        if subscriber.address and first_id != subscriber.id:
            what = f"subscriber {first_id!r} already has this address and pace; put the topics of both into one entry"
            file.mistake(("subscribers", index, "address"), what)


def _resolve_address(file: YamlFile, path: YamlPath, entry: SubscriberEntry, environment: Mapping[str, str]) -> str:
    """The address itself, from the environment for `env:NAME`. A mistake names the variable, never its value."""
    if entry.via not in channels():
        cure = messages.did_you_mean(entry.via, channels())
        file.mistake((*path, "via"), f"unknown channel {entry.via!r}{cure}; available: {', '.join(channels())}")
        return ""
    name = entry.address.removeprefix("env:")
    address = entry.address if name == entry.address else environment.get(name, "").strip()
    if not address:
        what = f"the environment variable {name} is not set; set it or write the address here"
        file.mistake((*path, "address"), what)
        return ""
    complaint = notifier_class(entry.via).wrong_with(address, environment)
    if complaint:
        file.mistake((*path, "address"), complaint)
    return address


# --- the environment ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The environment variables (docs/configuration.md), stripped. Values may be secrets and are not shown.

    `keep_bytes_for`: how long the bytes that Items were read from are kept.
    """

    environment: Mapping[str, str] = field(repr=False)
    allowed_networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    keep_bytes_for: timedelta = timedelta(days=KEEP_DAYS)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The environment, checked. Raises BadConfig naming the variable and, of those that hold no secret, its value."""
    allowed, mistakes = [], []
    for network in map(str.strip, environment.get("WATCHER_ALLOW_PRIVATE", "").split(",")):
        try:
            allowed += [ipaddress.ip_network(network, strict=False)] if network else []
        except ValueError:
            what = f"{network!r} in WATCHER_ALLOW_PRIVATE is not a network such as 127.0.0.0/8"
            mistakes.append(_mistake_in_environment(what))
    days = environment.get("WATCHER_KEEP_DAYS", "").strip() or str(KEEP_DAYS)
    if not (days.isascii() and days.isdigit() and int(days[:9]) <= MAX_KEEP_DAYS):
        what = (
            f"{days[:40]!r} in WATCHER_KEEP_DAYS is not a number of days; use a whole number, for example {KEEP_DAYS}"
        )
        mistakes.append(_mistake_in_environment(what))
    if mistakes:
        raise BadConfig(mistakes)
    stripped = {name: setting.strip() for name, setting in environment.items()}
    return Settings(environment=stripped, allowed_networks=tuple(allowed), keep_bytes_for=timedelta(days=int(days)))


def _mistake_in_environment(what: str) -> Mistake:
    return Mistake(file="environment", line=1, column=1, what=what)
