"""The newest Alert of each Story that is news: by it a page, a feed or an answer says how the Story stands."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from watcher import store
from watcher.model import Alert, AlertContext, Reason, Story
from watcher.store.story_lists import NEWS


def load_newest_alerts(tx: sa.Connection, stories: Iterable[Story]) -> Mapping[str, AlertContext]:
    """The newest Alert of each of some public_part()s, by story id; of one without any, as if it were told now.

    It is in the words for somebody who was told nothing before, and knows nothing of unproven e-mails.
    """
    by_id = {story.id: story for story in stories}
    alerts = store.alerts.about_stories(tx, by_id)
    newest = [list_news(story, alerts.get(story.id, ()))[-1] for story in by_id.values()]
    contexts = store.alert_contexts.load_for_everybody(tx, newest, by_id)
    return {context.alert.story: for_anybody(context, by_id[context.alert.story]) for context in contexts}


def list_news(story: Story, alerts: Iterable[Alert]) -> list[Alert]:
    """Those `alerts` of a public_part() that are news for everybody, in order; else one as if it were told now."""
    shown = {item.item for item in story.items}
    news = [alert for alert in alerts if alert.reason in NEWS and alert.item in shown]
    first = story.items[0]
    untold = Alert(
        reason=Reason.FIRST_HEARD,
        at=first.seen_at,
        story=story.id,
        item=first.item,
        revision=1,
        status=story.status,
        topics=story.topics,
    )
    return news or [untold]


def for_anybody(context: AlertContext, story: Story) -> AlertContext:
    """The AlertContext with the public_part() of its Story, and without dates that only unproven e-mails name."""
    shown = {item.item for item in story.items}
    return replace(context, story=story, dates=tuple(dated for dated in context.dates if dated.item in shown))


def changed_at(story: Story, newest: Alert) -> datetime:
    """When (UTC) a public_part() changed last: by a new item, another Status, or an edit that was news."""
    shown = {item.item for item in story.items}
    turns = [change.at for change in story.status_changes if change.item in shown]
    return max(story.last_item_at, newest.at, *turns)
