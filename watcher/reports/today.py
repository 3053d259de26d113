"""What was told since some moment, as a digest for everybody: what to do first, what changed, what is official."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.language.dates import LONDON, london_time
from watcher.core.language.working_time import last_working_day
from watcher.core.messages.message import compose
from watcher.core.watching.source_status import LastLook, is_overdue
from watcher.model import AlertContext, Delivery, DigestContext, Message, Paragraph, Reason
from watcher.reports.digest_context import SharedReading
from watcher.reports.digest_preview import check_sources, load_settled
from watcher.reports.newest_alerts import for_anybody
from watcher.reports.public_view import is_public_alert, public_part

MORNING = time(7, 30)  # when most digests are sent
MAX_DAYS_BACK = 60
MAX_ALERTS = 100  # put into words on one page: each costs some milliseconds
_NO_NEWS = frozenset({Reason.STILL_REPORTED, Reason.DEADLINE_NEAR})  # the dates themselves stand under "To do"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsHeadline:
    """A headline of the news: its words, and the id of its Story."""

    paragraph: Paragraph
    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsSection:
    """A group of headlines with its heading, and sentences below them."""

    heading: str
    headlines: tuple[NewsHeadline, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What was told from `begin` (UTC) until `now`; `hidden` Alerts of before the newest MAX_ALERTS are not shown.

    `unsent`: how many Items were not told, by reason, on all Topics. `unproven`: how many sources are off because they
    have not proven themselves. `looks`: when each source that is on was read last; `looked_since`: when (UTC) a source
    was read for the first time, None where none was.
    """

    begin: datetime
    now: datetime
    topics: tuple[str, ...]
    sections: tuple[NewsSection, ...]
    hidden: int
    unsent: Mapping[str, int]
    unproven: int
    looks: tuple[LastLook, ...]
    looked_since: datetime | None

    @property
    def last_look(self) -> datetime | None:
        """When a source was last read."""
        return max((look.last_success for look in self.looks if look.last_success), default=None)

    @property
    def days(self) -> tuple[date, ...]:
        """The days of London that it tells of."""
        first, last = self.begin.astimezone(LONDON).date(), self.now.astimezone(LONDON).date()
        return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))

    @property
    def blind(self) -> tuple[LastLook, ...]:
        """The sources that could not be read at their last poll."""
        return tuple(look for look in self.looks if not look.could_look)


def begin_of_today(now: datetime) -> datetime:
    """From when on `/` tells at `now`: 07:30 of the last working day before today, as a digest of this morning would.

    So nothing of a weekend is missed on a Monday.
    """
    today = now.astimezone(LONDON).date()
    return london_time(last_working_day(today - timedelta(days=1)), MORNING)


def begin_of_day(day: date) -> datetime:
    """The first moment (UTC) of a London day."""
    return london_time(day, time())


def load_today(tx: sa.Connection, configuration: Configuration, now: datetime, topics: tuple[str, ...]) -> News:
    """The news of today (begin_of_today) on `topics`; on all where none is named."""
    return load_news(tx, configuration, now, topics, begin_of_today(now))


def load_news(
    tx: sa.Connection, configuration: Configuration, now: datetime, topics: tuple[str, ...], begin: datetime
) -> News:
    """The news since `begin` (UTC) on `topics`; on all where none is named."""
    wanted = frozenset(topics)
    alerts = [
        alert
        for alert in store.alerts.since(tx, begin)
        if alert.reason not in _NO_NEWS and alert.at <= now and (not wanted or not wanted.isdisjoint(alert.topics))
    ]
    newest = store.alert_contexts.load_for_everybody(tx, alerts[-MAX_ALERTS:])
    public = [(context, context.story) for context in newest if context.story and is_public_alert(context)]
    public_parts = {story.id: public_part(story) for story in {story.id: story for _, story in public}.values()}
    contexts = [for_anybody(context, public_parts[story.id]) for context, story in public]
    shared = SharedReading(tx, configuration, (), now)
    settled = load_settled(tx, contexts, now)
    contexts = [check_sources(context, shared, settled) for context in contexts]
    below = shared.context_for_everybody(wanted, begin)
    shown = replace(below, unsent={})  # the page says these in its own way, as the state of the sources
    message = compose(_digest_of(now), contexts, shared.topic_names, now, shown)
    sources = configuration.sources.values()
    return News(
        begin=begin,
        now=now,
        topics=topics,
        sections=_with_stories(message, contexts, below),
        hidden=max(len(alerts) - MAX_ALERTS, 0),
        unsent=below.unsent,
        unproven=sum(source.is_auto and not source.is_on(shared.last_looks.get(source.id)) for source in sources),
        looks=tuple(replace(look, could_look=False) if is_overdue(look, now) else look for look in shared.looks),
        looked_since=store.search.count_sources(tx)[1],
    )


def _with_stories(message: Message, contexts: Sequence[AlertContext], below: DigestContext) -> tuple[NewsSection, ...]:
    """The sections of a digest, each headline with its Story."""
    stories_by_alert = {context.alert.id: context.alert.story for context in contexts}
    stories_by_address = {dated.item.url: dated.story.id for dated in below.dates}
    return tuple(
        NewsSection(
            heading=section.heading,
            headlines=tuple(
                NewsHeadline(
                    paragraph=paragraph,
                    story=stories_by_alert.get(paragraph.alert) or stories_by_address.get(paragraph.url, ""),
                )
                for paragraph in section.paragraphs
            ),
            lines=section.lines,
        )
        for section in message.sections
    )


def _digest_of(now: datetime) -> Delivery:
    """A digest that nobody is sent."""
    day = now.astimezone(LONDON).date()
    return Delivery(id="", subscriber="", period=f"daily:{day.isoformat()}", due=now, first_due=now)
