"""What a digest shows besides its Alerts, read from the database: dates ahead, what else came, what was not sent."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.deadlines.reminders import EVERYBODY, must_act_by
from watcher.core.language.dates import LONDON
from watcher.core.messages.delivery_context import DeliveryContext
from watcher.core.messages.details import read_brief
from watcher.core.messages.digest import MAX_ALSO_OFFICIAL
from watcher.core.messages.open_dates import is_due_soon
from watcher.core.messages.welcome import RUNNING_FOR, is_running
from watcher.core.watching.source_status import LastLook, SourceStatus, digest_footer
from watcher.model import (
    Alert,
    AlertContext,
    Answer,
    DateState,
    Delivery,
    DigestContext,
    Item,
    LedgerDate,
    Paragraph,
    Reason,
    SourceState,
    Story,
    StoryDate,
    Subscriber,
    UnsentReason,
)
from watcher.reports.source_health import list_last_looks, source_statuses
from watcher.sources.base import Source

MAX_TIME_BACK = timedelta(days=8)  # for the first digest, and after a long pause
AHEAD = timedelta(days=31)
MAX_LATER_READ = 20  # dates that come up later: more than a page shows, since some are said already
MAX_OLDER = timedelta(days=3)  # some pages are dated, and appear only days later


class SharedReading:
    """What the database holds for every Subscriber alike at `now` (UTC), read once for Deliveries that leave together.

    The DigestContexts of two Subscribers are one object where they show the same.
    """

    def __init__(
        self, tx: sa.Connection, configuration: Configuration, leaving: Sequence[Delivery], now: datetime
    ) -> None:
        self.tx, self.configuration, self.leaving, self.now = tx, configuration, leaving, now
        self.topic_names = {topic.id: topic.name for topic in configuration.topics}
        self._digests: dict[tuple[object, ...], DigestContext] = {}
        self._unsent: dict[tuple[int, date], tuple[tuple[Paragraph, ...], Mapping[str, int]]] = {}

    @cached_property
    def statuses(self) -> tuple[SourceStatus, ...]:
        """The status of each source that is on and polled."""
        return source_statuses(self.configuration, self.states, self.now)

    @cached_property
    def looks(self) -> tuple[LastLook, ...]:
        """When each of them was read last: what a page needs of their statuses, for a quarter of the cost."""
        return list_last_looks(self.configuration, self.last_looks)

    @cached_property
    def official_looks(self) -> tuple[LastLook, ...]:
        """The same of those that confirm."""
        official = {source.id for source in self.configuration.sources.values() if source.trust.confirms}
        return tuple(look for look in self.looks if look.source in official)

    def digest_context(self, subscriber: Subscriber, alerts: Iterable[AlertContext]) -> DigestContext:
        """The DigestContext of a Delivery of `alerts`, since the last digest that `subscriber` was sent."""
        last = self._last_digests.get(subscriber.id)
        dates = self._dates_for(subscriber, {context.alert.story for context in alerts})
        also_official, unsent = self._find_unsent(max(last or self.now - MAX_TIME_BACK, self.now - MAX_TIME_BACK))
        name = (tuple(dated.date.id for dated in dates), id(also_official), id(unsent))  # `_unsent` keeps both
        if name not in self._digests:
            self._digests[name] = DigestContext(
                dates=dates, also_official=also_official, unsent=unsent, sources=digest_footer(self.statuses)
            )
        return self._digests[name]

    def context_for_everybody(self, topics: AbstractSet[str], since: datetime) -> DigestContext:
        """What stands below the news since `since` (UTC) on a page that anybody may read; no `topics` are all."""
        begin = max(since, self.now - MAX_TIME_BACK)
        official = [source.id for source in self.configuration.sources.values() if source.trust.confirms]
        newest, total = store.dispositions.list_untopical(
            self.tx, begin, official, (begin - MAX_OLDER).date(), MAX_ALSO_OFFICIAL
        )
        unsent = Counter(store.dispositions.count_unsent(self.tx, begin))
        unsent[UnsentReason.NO_TOPIC] -= total
        return DigestContext(
            dates=tuple(self._dates_for_everybody(topics)),
            also_official=_as_headlines(newest, self.configuration.sources),
            more_official=total - len(newest),
            unsent=dict(+unsent),
        )

    def _dates_for_everybody(self, topics: AbstractSet[str]) -> Sequence[StoryDate]:
        """Those ahead that anybody may see, of Stories that were told: what is due soon, and what comes up next."""
        ahead = list(store.date_lists.walk_public(self.tx, self.now, self.now + AHEAD))
        stories = store.stories.find(self.tx, {ledger_date.story for ledger_date in ahead})
        told = {
            story.id
            for story in stories.values()
            if story.last_alert_at and (not topics or not topics.isdisjoint(story.topics))
        }
        dates = [dated for dated in ahead if dated.state is DateState.OPEN and dated.official and dated.story in told]
        today = self.now.astimezone(LONDON).date()
        soon = [ledger_date for ledger_date in dates if is_due_soon(ledger_date, today)]
        later = [ledger_date for ledger_date in dates if not is_due_soon(ledger_date, today)][:MAX_LATER_READ]
        return self._add_items([*soon, *later], stories)

    @cached_property
    def last_looks(self) -> Mapping[str, SourceState]:
        """What is remembered of each source, by its id, as far as `looks` need it."""
        return store.sources.last_looks(self.tx)

    @cached_property
    def states(self) -> Mapping[str, SourceState]:
        """What is remembered of each source, by its id, without what only its next poll needs."""
        return store.sources.states_to_show(self.tx)

    @cached_property
    def _story_dates(self) -> Sequence[StoryDate]:
        """The open dates ahead, each with its Story and Item."""
        ahead = store.deadlines.between(self.tx, self.now, self.now + AHEAD)
        dates = [ledger_date for ledger_date in ahead if ledger_date.state is DateState.OPEN]
        return self._add_items(dates, store.stories.find(self.tx, {ledger_date.story for ledger_date in dates}))

    def _add_items(self, dates: Sequence[LedgerDate], stories: Mapping[str, Story]) -> list[StoryDate]:
        items = store.items.find(self.tx, {ledger_date.item for ledger_date in dates})
        return [
            StoryDate(date=ledger_date, story=story, item=item, if_missed=_if_missed(story, item, self.now))
            for ledger_date in dates
            if (story := stories.get(ledger_date.story)) and (item := items.get(ledger_date.item))
        ]

    @cached_property
    def _subscribers(self) -> list[str]:
        return sorted({delivery.subscriber for delivery in self.leaving})

    @cached_property
    def _last_digests(self) -> Mapping[str, datetime]:
        ids = [delivery.id for delivery in self.leaving]
        return store.outbox.last_digests_sent(self.tx, self._subscribers, but=ids)

    @cached_property
    def _stories_told(self) -> Mapping[str, AbstractSet[str]]:
        story_ids = {dated.story.id for dated in self._story_dates}
        return store.outbox.stories_told(self.tx, self._subscribers, story_ids)

    @cached_property
    def _handled(self) -> Mapping[str, Mapping[str, datetime]]:
        return store.deadlines.handled_by(self.tx, {dated.story.id for dated in self._story_dates})

    def _dates_for(self, subscriber: Subscriber, new: AbstractSet[str]) -> tuple[StoryDate, ...]:
        """The open dates ahead of Stories that the Subscriber was told, or is now, and has not handled."""
        reached = new | self._stories_told.get(subscriber.id, set())
        return tuple(
            dated
            for dated in self._story_dates
            if dated.story.id in reached
            and not _is_handled(dated.date, subscriber, self._handled.get(dated.story.id, {}))
        )

    @cached_property
    def _latest_dispositions(self) -> Sequence[sa.Row[Any]]:
        """What became of each Item in the last MAX_TIME_BACK, in the end; oldest first."""
        latest: dict[str, sa.Row[Any]] = {}
        for disposition in store.dispositions.since(self.tx, self.now - MAX_TIME_BACK):
            earlier = latest.get(disposition.item)
            if earlier is None or earlier.answer == Answer.UNSENT or disposition.answer != Answer.UNSENT:
                latest[disposition.item] = disposition
        unsent = [disposition for disposition in latest.values() if disposition.answer == Answer.UNSENT]
        return sorted(unsent, key=lambda disposition: disposition.at)

    def _find_unsent(self, since: datetime) -> tuple[tuple[Paragraph, ...], Mapping[str, int]]:
        """The headlines of official Items without a Topic since `since` (UTC), newest first; the others by reason.

        What a source had long published when it was first read is no news: it is counted among the others.
        """
        oldest_day = (since - MAX_OLDER).date()
        begin = bisect_left(self._latest_dispositions, since, key=lambda disposition: disposition.at)
        if (begin, oldest_day) not in self._unsent:
            unsent = self._latest_dispositions[begin:]
            self._unsent[begin, oldest_day] = _list_unsent(unsent, self.configuration.sources, oldest_day)
        return self._unsent[begin, oldest_day]


def _list_unsent(
    unsent: Sequence[sa.Row[Any]], sources: Mapping[str, Source], oldest_day: date
) -> tuple[tuple[Paragraph, ...], Mapping[str, int]]:
    official = [
        disposition
        for disposition in unsent
        if disposition.reason == UnsentReason.NO_TOPIC
        and disposition.source in sources
        and sources[disposition.source].trust.confirms
        and not disposition.is_unproven
        and (disposition.published_day is None or disposition.published_day > oldest_day)
    ]
    listed = _as_headlines(sorted(official, key=lambda disposition: disposition.at, reverse=True), sources)
    listed_ids = {disposition.item for disposition in official}
    counts = Counter(disposition.reason for disposition in unsent if disposition.item not in listed_ids)
    return listed, dict(counts)


def _as_headlines(unsent: Iterable[sa.Row[Any]], sources: Mapping[str, Source]) -> tuple[Paragraph, ...]:
    return tuple(
        Paragraph(status="", title=disposition.title, url=disposition.url, source=sources[disposition.source].publisher)
        for disposition in unsent
    )


def load_welcome_context(
    tx: sa.Connection, configuration: Configuration, subscriber: Subscriber, delivery: Delivery, now: datetime
) -> DeliveryContext | None:
    """What is open on the Topics of a new Subscriber at `now` (UTC); None where nothing is."""
    running, listed = _load_open(tx, subscriber, now)
    if not running and not listed:
        return None
    return DeliveryContext(
        delivery=delivery,
        alerts=(),
        topic_names={topic.id: topic.name for topic in configuration.topics},
        now=now,
        digest=DigestContext(dates=listed),
        running=running,
    )


def has_welcome(tx: sa.Connection, subscriber: Subscriber, now: datetime) -> bool:
    """Whether anything is open on the Topics of a new Subscriber at `now` (UTC)."""
    return any(_load_open(tx, subscriber, now))


def _load_open(
    tx: sa.Connection, subscriber: Subscriber, now: datetime
) -> tuple[tuple[Story, ...], tuple[StoryDate, ...]]:
    """The running Stories and the official dates ahead that concern a Subscriber and of which it is not told anyway."""
    stories = store.stories.active_since(tx, now - RUNNING_FOR)
    running = [story for story in stories if is_running(story, now) and _concerns(subscriber, story)]
    dates = [date for date in store.deadlines.between(tx, now, now + AHEAD) if date.official]
    open_dates = [date for date in dates if date.state is DateState.OPEN]
    by_id = store.stories.find(tx, {date.story for date in open_dates})
    items = store.items.find(tx, {date.item for date in open_dates})
    listed = tuple(
        StoryDate(date=date, story=by_id[date.story], item=items[date.item], is_due=must_act_by(date) is not None)
        for date in open_dates
        if date.story in by_id and date.item in items and _concerns(subscriber, by_id[date.story])
    )
    addressed = store.outbox.stories_told_or_waiting(
        tx, subscriber.id, {*(story.id for story in running), *(dated.story.id for dated in listed)}
    )
    return (
        tuple(story for story in running if story.id not in addressed),
        tuple(dated for dated in listed if dated.story.id not in addressed),
    )


def _concerns(subscriber: Subscriber, story: Story) -> bool:
    return subscriber.topics is None or not subscriber.topics.isdisjoint(story.topics)


def _is_handled(date: LedgerDate, subscriber: Subscriber, handled: Mapping[str, datetime]) -> bool:
    return any(who in {subscriber.id, EVERYBODY} and at >= date.first_seen for who, at in handled.items())


def _if_missed(story: Story, item: Item, now: datetime) -> str:
    alert = Alert(reason=Reason.DEADLINE_NEAR, at=now, story=story.id)
    brief = read_brief(AlertContext(alert=alert, story=story, item=item))
    return brief.if_missed.shown if brief.if_missed else ""
