"""All announcements and dates in the form of the API, one after another, for `watcher export`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher import store
from watcher.reports.date_pages import load_shown_dates
from watcher.reports.newest_alerts import changed_at, load_newest_alerts
from watcher.reports.public_view import public_part
from watcher.store.date_lists import DatePlace
from watcher.store.story_lists import StoryFilter, StoryPlace
from watcher.web.api.answers import DateAnswer, ListedStoryAnswer
from watcher.web.api.story_answers import describe_date, describe_listed_story

BATCH = 200
STORY_FIELDS, DATE_FIELDS = tuple(ListedStoryAnswer.model_fields), tuple(DateAnswer.model_fields)


def export_stories(tx: sa.Connection, since: datetime, base_url: str) -> Iterator[dict[str, Any]]:
    """Every public announcement that changed `since` (UTC), the one that changed last first."""
    after: StoryPlace | None = None
    while True:
        listed = store.story_lists.list_last_changed(tx, StoryFilter(begin=since), BATCH, after=after)
        stories = [public_part(story) for _, story in listed]
        newest = load_newest_alerts(tx, stories)
        for story in stories:
            answer = describe_listed_story(story, changed_at(story, newest[story.id].alert), base_url)
            yield answer.model_dump(mode="json")
        if len(listed) < BATCH:
            return
        after = listed[-1][0]


def export_dates(tx: sa.Connection, since: datetime, now: datetime) -> Iterator[dict[str, Any]]:
    """Every date from `since` (UTC) on that anybody may see, the earliest first, as they stand at `now` (UTC)."""
    after: DatePlace | None = None
    while True:
        ledger = list(store.date_lists.walk_public(tx, since, after=after, limit=BATCH))
        for shown in load_shown_dates(tx, ledger, now):
            yield describe_date(shown).model_dump(mode="json")
        if len(ledger) < BATCH:
            return
        after = store.date_lists.find_place(ledger[-1])
