"""What another configuration would have polled, matched and told otherwise, over the stored Items of the last days.

It judges the words that are stored, as `watcher match` does. It does not play the days again: NOT_SIMULATED says what
that leaves out, and the counts of messages are upper bounds.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.delivery.judge import Judgement, judge_item
from watcher.core.delivery.schedule import next_digest
from watcher.model import Frequency, Item, Subscriber, UnsentReason, Zone
from watcher.reports.configuration_keys import (
    KeyedChange,
    TermChange,
    compare_sources,
    compare_subscribers,
    compare_terms,
    compare_topics,
)
from watcher.reports.stored_texts import stored_text
from watcher.store.database import Database

MAX_LISTED = 20
NOT_NEWS = (UnsentReason.FIRST_POLL, UnsentReason.TOO_OLD, UnsentReason.MOVED)
NOT_SIMULATED = (
    "what a new source, or one that was off, would have given: nothing of it is stored",
    "another `url`, selectors, `region`, `ignore` or `read_page`: the words are those that were read at the time",
    "stories: several reports of one are one message, so messages are counted at most; nor follow-ups and corrections",
    "reminders of dates, closing notes, alerts for admins, empty digests, bursts and quiet hours",
    "people's marks (`calibrate`), and edits of a text after it was first seen",
)
_Profile = tuple[frozenset[str] | None, Frequency, object, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchDifference:
    """An Item that would newly match a Topic (`caught`), or no longer. `at`: when it was first seen (UTC)."""

    topic: str
    item: str
    title: str
    at: datetime | None
    caught: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDifference:
    """The messages of one Subscriber at most, before and after; None where the configuration does not have it."""

    subscriber: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationDiff:
    """Two configurations compared. `matches`: the newest MAX_LISTED of each kind, `match_counts` all of them.

    `match_counts` is keyed by (topic, caught). `items`: how many were judged.
    """

    sources: tuple[KeyedChange, ...]
    topics: tuple[KeyedChange, ...]
    terms: tuple[TermChange, ...]
    subscribers: tuple[KeyedChange, ...]
    items: int
    match_counts: Mapping[tuple[str, bool], int]
    matches: tuple[MatchDifference, ...]
    messages: tuple[DeliveryDifference, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be otherwise."""
        return not (self.sources or self.topics or self.subscribers or self.match_counts)


def compare_configurations(
    database: Database, before: Configuration, after: Configuration, since: datetime
) -> ConfigurationDiff:
    """`after` against `before`, over the Items first seen since then (UTC)."""
    tally = _Tally(before, after)
    with database.read() as tx:  # it takes long: nobody who writes waits for it
        for page in store.items.pages_since(tx, since):
            tally.add_page(tx, page)
    return ConfigurationDiff(
        sources=compare_sources(before, after),
        topics=compare_topics(before, after),
        terms=compare_terms(before, after),
        subscribers=compare_subscribers(before, after),
        items=tally.items,
        match_counts=tally.match_counts,
        matches=tuple(match for latest in tally.latest.values() for match in reversed(latest)),
        messages=tuple(tally.count_deliveries()),
    )


@dataclass(slots=True)
class _DeliveryCounts:
    """How many messages one configuration would send, by what a Subscriber wants and when: many share that."""

    alone: Counter[_Profile] = field(default_factory=Counter)
    periods: dict[_Profile, set[str]] = field(default_factory=lambda: defaultdict(set))

    def count(self, subscriber: Subscriber) -> int:
        """The messages of a Subscriber, at most."""
        profile = _profile_of(subscriber)
        return self.alone[profile] + len(self.periods.get(profile, ()))


class _Tally:
    """Judges page after page of Items by both configurations. It keeps counts, and a few Items of each kind."""

    def __init__(self, before: Configuration, after: Configuration) -> None:
        self._sides = (before, after)
        self._is_same_matching = before.topic_settings == after.topic_settings
        self._messages = (_DeliveryCounts(), _DeliveryCounts())
        self._profiles = tuple(
            {_profile_of(subscriber): subscriber for subscriber in side.subscribers.values()} for side in self._sides
        )
        self.items = 0
        self.match_counts: Counter[tuple[str, bool]] = Counter()
        self.latest: dict[tuple[str, bool], list[MatchDifference]] = defaultdict(list)

    def add_page(self, tx: sa.Connection, page: Sequence[Item]) -> None:
        """Judge these Items."""
        not_news = store.dispositions.ids_with_reason(tx, [item.id for item in page], NOT_NEWS)
        for item in page:
            judged = self._judge(item)
            if judged == (None, None):
                continue
            self.items += 1
            self._compare(item, *judged)
            for number, judgement in enumerate(judged):
                if judgement and item.id not in not_news:
                    self._count(number, item, judgement)

    def _judge(self, item: Item) -> tuple[Judgement | None, Judgement | None]:
        """The Judgement by either configuration; None where its source is not read."""
        texts = [stored_text(item, side.sources[item.source]) if _reads(side, item) else None for side in self._sides]
        old, new = texts
        judged_before = judge_item(self._sides[0].index, old) if old else None
        if self._is_same_matching and old == new:
            return judged_before, judged_before
        return judged_before, judge_item(self._sides[1].index, new) if new else None

    def _compare(self, item: Item, before: Judgement | None, after: Judgement | None) -> None:
        old, new = (set(judgement.topics) if judgement else set() for judgement in (before, after))
        for topic in sorted(old ^ new):
            caught = topic in new
            self.match_counts[topic, caught] += 1
            latest = self.latest[topic, caught]
            latest.append(
                MatchDifference(topic=topic, item=item.id, title=item.title, at=item.first_seen, caught=caught)
            )
            del latest[:-MAX_LISTED]

    def _count(self, number: int, item: Item, judgement: Judgement) -> None:
        """Count an Item for each sort of Subscriber that wants it: alone, or in the digest that was due next."""
        if judgement.zone is Zone.PERHAPS or item.first_seen is None:
            return
        about = set(judgement.topics)
        is_official = stored_text(item, self._sides[number].sources[item.source]).trust.confirms
        mentioned = {match.topic for match in judgement.matches if match.is_passing and is_official}
        messages = self._messages[number]
        for profile, subscriber in self._profiles[number].items():
            if not _wants(subscriber, about | mentioned):
                continue
            is_loud = judgement.zone is Zone.AT_ONCE and _wants(subscriber, about)
            if subscriber.frequency is Frequency.AT_ONCE and is_loud:
                messages.alone[profile] += 1
            else:
                messages.periods[profile].add(next_digest(subscriber, item.first_seen)[0])

    def count_deliveries(self) -> list[DeliveryDifference]:
        """The Subscribers who would have got more or fewer messages, or are in one configuration alone."""
        before, after = (side.subscribers for side in self._sides)
        counted = [
            DeliveryDifference(
                subscriber=name,
                before=self._messages[0].count(before[name]) if name in before else None,
                after=self._messages[1].count(after[name]) if name in after else None,
            )
            for name in {**before, **after}
        ]
        return [difference for difference in counted if difference.before != difference.after]


def _reads(configuration: Configuration, item: Item) -> bool:
    """Whether the source of an Item is in the configuration, and not switched off."""
    source = configuration.sources.get(item.source)
    return source is not None and source.enabled is not False


def _profile_of(subscriber: Subscriber) -> _Profile:
    return subscriber.topics, subscriber.frequency, subscriber.at, subscriber.on


def _wants(subscriber: Subscriber, topics: set[str]) -> bool:
    return bool(topics) and (subscriber.topics is None or not subscriber.topics.isdisjoint(topics))
