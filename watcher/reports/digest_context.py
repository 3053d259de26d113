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
from watcher.core.messages.first_message import RUNNING_FOR, is_running
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
    told = store.outbox.stories_told(tx, subscriber.id, story_ids)
    told |= new & story_ids
    stories, handled = store.stories.find(tx, told), store.deadlines.handled_by(tx, told)
    items = store.items.find(tx, {date.item for date in dates})
    for date in dates:
        story, item = stories.get(date.story), items.get(date.item)
        if story and item and not _is_handled(date, subscriber, handled.get(date.story, {})):
            yield StoryDate(date=date, story=story, item=item, if_missed=_if_missed(story, item, now))


def load_first_context(
    tx: sa.Connection, configuration: Configuration, subscriber: Subscriber, delivery: Delivery, now: datetime
) -> DeliveryContext | None:
    """What is open on the Topics of a new Subscriber at `now` (UTC); None where nothing is.

    What it is told by itself, or was already, is not listed.
    """
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
    told = store.outbox.stories_told_or_waiting(
        tx, subscriber.id, {*(story.id for story in running), *(dated.story.id for dated in listed)}
    )
    running = [story for story in running if story.id not in told]
    listed = tuple(dated for dated in listed if dated.story.id not in told)
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
    """The headlines of official Items without a Topic since `since` (UTC), newest first; the others by reason."""
    sources = configuration.sources
    latest: dict[str, sa.Row[Any]] = {}
    for row in store.dispositions.since(tx, since):
        earlier = latest.get(row.item)
        if earlier is None or earlier.answer == Answer.UNSENT or row.answer != Answer.UNSENT:
            latest[row.item] = row
    unsent = [row for row in latest.values() if row.answer == Answer.UNSENT and row.at >= since]
    official = [
        row
        for row in unsent
        if row.reason == UnsentReason.NO_TOPIC and row.source in sources and sources[row.source].trust.confirms
    ]
    listed = tuple(
        Paragraph(status="", title=row.title, url=row.url, source=sources[row.source].publisher)
        for row in sorted(official, key=lambda row: row.at, reverse=True)
    )
    listed_ids = {row.item for row in official}
    counts = Counter(row.reason for row in unsent if row.item not in listed_ids)
    return listed, dict(counts)
