"""What a digest shows besides its Alerts, read from the database: dates ahead, what else came, what was not sent."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.deadlines.reminders import EVERYBODY, must_act_by
from watcher.core.messages.delivery_context import DeliveryContext
from watcher.core.messages.details import read_brief
from watcher.core.messages.welcome import RUNNING_FOR, is_running
from watcher.core.watching.source_status import digest_footer
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
    Story,
    StoryDate,
    Subscriber,
    UnsentReason,
)
from watcher.reports.source_health import source_statuses

MAX_TIME_BACK = timedelta(days=8)  # for the first digest, and after a long pause
AHEAD = timedelta(days=31)
MAX_OLDER = timedelta(days=3)  # some pages are dated, and appear only days later


def load_digest_context(
    tx: sa.Connection,
    configuration: Configuration,
    subscriber: Subscriber,
    delivery: Delivery,
    alerts: Iterable[AlertContext],
    now: datetime,
) -> DigestContext:
    """The DigestContext of a Delivery of `alerts` at `now` (UTC), since the last digest that `subscriber` was sent."""
    last = store.outbox.last_digest_sent(tx, subscriber.id, delivery.id)
    since = max(last or now - MAX_TIME_BACK, now - MAX_TIME_BACK)
    also_official, unsent = _load_unsent(tx, configuration, since)
    return DigestContext(
        dates=tuple(_load_dates(tx, subscriber, {context.alert.story for context in alerts}, now)),
        also_official=also_official,
        unsent=unsent,
        sources=digest_footer(source_statuses(configuration, store.sources.states(tx), now)),
    )


def _load_dates(tx: sa.Connection, subscriber: Subscriber, new: AbstractSet[str], now: datetime) -> Iterator[StoryDate]:
    """The open dates ahead of Stories that the Subscriber was told, or is now, and has not handled."""
    dates = [date for date in store.deadlines.between(tx, now, now + AHEAD) if date.state is DateState.OPEN]
    story_ids = {date.story for date in dates}
    reached = store.outbox.stories_told(tx, subscriber.id, story_ids)
    reached |= new & story_ids
    stories, handled = store.stories.find(tx, reached), store.deadlines.handled_by(tx, reached)
    items = store.items.find(tx, {date.item for date in dates})
    for date in dates:
        story, item = stories.get(date.story), items.get(date.item)
        if story and item and not _is_handled(date, subscriber, handled.get(date.story, {})):
            yield StoryDate(date=date, story=story, item=item, if_missed=_if_missed(story, item, now))


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


def _load_unsent(
    tx: sa.Connection, configuration: Configuration, since: datetime
) -> tuple[tuple[Paragraph, ...], Mapping[str, int]]:
    """The headlines of official Items without a Topic since `since` (UTC), newest first; the others by reason.

    What a source had long published when it was first read is no news: it is counted among the others.
    """
    sources = configuration.sources
    latest: dict[str, sa.Row[Any]] = {}
    for disposition in store.dispositions.since(tx, since):
        earlier = latest.get(disposition.item)
        if earlier is None or earlier.answer == Answer.UNSENT or disposition.answer != Answer.UNSENT:
            latest[disposition.item] = disposition
    unsent = [
        disposition
        for disposition in latest.values()
        if disposition.answer == Answer.UNSENT and disposition.at >= since
    ]
    official = [
        disposition
        for disposition in unsent
        if disposition.reason == UnsentReason.NO_TOPIC
        and disposition.source in sources
        and sources[disposition.source].trust.confirms
        and not disposition.is_unproven
        and (disposition.published_day is None or disposition.published_day > (since - MAX_OLDER).date())
    ]
    listed = tuple(
        Paragraph(status="", title=disposition.title, url=disposition.url, source=sources[disposition.source].publisher)
        for disposition in sorted(official, key=lambda disposition: disposition.at, reverse=True)
    )
    listed_ids = {disposition.item for disposition in official}
    counts = Counter(disposition.reason for disposition in unsent if disposition.item not in listed_ids)
    return listed, dict(counts)
