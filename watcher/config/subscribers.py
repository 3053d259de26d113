"""config/subscribers.yaml as Subscribers, with every mistake at its line."""

from collections.abc import Mapping
from datetime import time
from functools import partial

from watcher.config import parse_errors
from watcher.config.lists import read_list, reject_duplicate_ids, validate
from watcher.config.plain_yaml import YamlPath
from watcher.config.schema import SubscriberEntry, SubscribersFile, channels, notifier_class
from watcher.config.sources import note_unknown_topics
from watcher.config.yaml_file import YamlFile
from watcher.core.delivery.signed_links import split_keys
from watcher.core.language.calendar_words import WEEKDAYS
from watcher.model import Frequency, Reminder, Subscriber


def read_subscribers(file: YamlFile, topic_ids: set[str] | None, environment: Mapping[str, str]) -> list[Subscriber]:
    """The Subscribers of the file; mistakes are noted in `file`. `env:NAME` addresses come from `environment`."""
    subscribers = []
    for index, entry in read_list(file, SubscribersFile, "subscribers"):
        build = partial(_build_subscriber, file, ("subscribers", index), topic_ids, environment)
        keys = SubscriberEntry.model_fields
        checked = validate(file, SubscriberEntry, entry, ("subscribers", index), keys, build)
        if checked:
            subscribers.append((index, build(checked)))
    reject_duplicate_ids(file, "subscribers")
    _note_duplicate_subscriptions(file, subscribers)
    if subscribers and not file.mistakes and not any(subscriber.admin for _, subscriber in subscribers):
        what = "no subscriber has `admin: true`; set it for whoever should be told of failures"
        file.mistake(("subscribers",), what)
    return [subscriber for _, subscriber in subscribers]


def _build_subscriber(
    file: YamlFile, path: YamlPath, topic_ids: set[str] | None, environment: Mapping[str, str], entry: SubscriberEntry
) -> Subscriber:
    note_unknown_topics(file, path, entry.topics, topic_ids)
    if not entry.topics and not entry.admin:  # an admin may want to hear of faults only
        file.mistake((*path, "topics"), "this subscriber would never be sent anything; write `all` or list topics")
    if entry.at.startswith("01:"):
        file.mistake((*path, "at"), "01:00 to 01:59 happens twice or never on clock-change days; choose another time")
    _note_idle_keys(file, path, entry)
    begin, _, end = entry.quiet.partition("-")
    return Subscriber(
        id=entry.id,
        via=entry.via,
        address=_resolve_address(file, path, entry, environment),
        topics=None if entry.topics == "all" else frozenset(entry.topics),
        frequency=entry.pace,
        at=time.fromisoformat(entry.at),
        on=WEEKDAYS.index(entry.on),
        quiet=(time.fromisoformat(begin), time.fromisoformat(end)) if entry.quiet else None,
        admin=entry.admin,
        follow_ups=entry.follow_ups,
        empty=entry.empty,
        mention=entry.mention,
        reminders=tuple(map(Reminder.of, entry.reminders)),
        secret=next(iter(split_keys(environment.get("WATCHER_SECRET", ""))), ""),
    )


def _note_idle_keys(file: YamlFile, path: YamlPath, written: SubscriberEntry) -> None:
    if written.pace is not Frequency.WEEKLY and "on" in written.model_fields_set:
        what = f"'on' has no effect with `pace: {written.pace}`; leave it out, or write `pace: weekly`"
        file.mistake((*path, "on"), what)
    if written.pace is Frequency.AT_ONCE and "empty" in written.model_fields_set:
        what = "'empty' has no effect with `pace: at once`; leave it out, or write `pace: daily` or `pace: weekly`"
        file.mistake((*path, "empty"), what)


def _note_duplicate_subscriptions(file: YamlFile, subscribers: list[tuple[int, Subscriber]]) -> None:
    """One address at one frequency is one subscription: two of them would tell the same reader everything twice."""
    first_ids: dict[tuple[str, Frequency], str] = {}
    for index, subscriber in subscribers:
        first_id = first_ids.setdefault((subscriber.channel, subscriber.frequency), subscriber.id)
        if subscriber.address and first_id != subscriber.id:
            what = f"subscriber {first_id!r} already has this address and pace; put the topics of both into one entry"
            file.mistake(("subscribers", index, "address"), what)


def _resolve_address(file: YamlFile, path: YamlPath, written: SubscriberEntry, environment: Mapping[str, str]) -> str:
    """The address itself, from the environment for `env:NAME`. A mistake names the variable, never its value."""
    if written.via not in channels():
        cure = parse_errors.did_you_mean(written.via, channels())
        named = f" {written.via!r}{cure}" if written.via.isalpha() else ""  # else it could be a webhook: a secret
        file.mistake((*path, "via"), f"unknown channel{named}; available: {', '.join(channels())}")
        return ""
    name = written.address.removeprefix("env:")
    address = written.address if name == written.address else environment.get(name, "").strip()
    if not address:
        what = f"the environment variable {name} is not set; set it or write the address here"
        file.mistake((*path, "address"), what)
        return ""
    for key in sorted(notifier_class(written.via).ignores & written.model_fields_set):
        file.mistake((*path, key), f"has no effect with `via: {written.via}`; leave it out")
    complaint = notifier_class(written.via).wrong_with(address, environment)
    if complaint:
        file.mistake((*path, "address"), complaint)
    return address
