"""Lists of Stories by when they changed last: by a new text, and by an edit that was news."""

from dataclasses import replace
from datetime import timedelta

from tests.support.saved_stories import FIRST, first_alert, save_many
from watcher import store
from watcher.model import Reason, Status, Story
from watcher.store.database import Database
from watcher.store.story_lists import StoryFilter, StoryPlace, list_last_changed

HOUR = timedelta(hours=1)


def walk(database: Database, wanted: StoryFilter, limit: int) -> list[str]:
    """The ids of all pages, one after the other."""
    ids: list[str] = []
    after: StoryPlace | None = None
    while True:
        with database.read() as tx:
            page = list_last_changed(tx, wanted, limit, after=after)
        ids += [story.id for _, story in page]
        if len(page) < limit:
            return ids
        after = page[-1][0]


def test_an_edit_that_was_news_brings_an_old_story_to_the_top_and_a_reminder_does_not(database: Database) -> None:
    with database.begin() as tx:
        oldest, second, *_ = save_many(tx, 40)
        changed = replace(first_alert(oldest, FIRST + 90 * HOUR), reason=Reason.CHANGED, revision=2)
        reminded = replace(first_alert(second, FIRST + 95 * HOUR), reason=Reason.DEADLINE_NEAR, note="d 24h")
        store.alerts.save(tx, [changed, reminded])
    with database.read() as tx:
        (place, story), *_ = list_last_changed(tx, StoryFilter(), 3)
    assert (place.at, story.id) == (FIRST + 90 * HOUR, oldest.id)


def test_every_page_size_gives_each_story_once_in_one_order(database: Database) -> None:
    with database.begin() as tx:
        stories = save_many(tx, 64)
    everything = walk(database, StoryFilter(), 100)
    assert sorted(everything) == sorted(story.id for story in stories)
    assert [walk(database, StoryFilter(), limit) == everything for limit in (1, 2, 9, 32, 64)] == [True] * 5
    by_id = {story.id: story for story in stories}
    moments = [by_id[story].opened_at for story in everything]
    assert moments == sorted(moments, reverse=True)


def test_what_is_rare_is_found_however_far_back_it_is(database: Database) -> None:
    def is_late(story: Story) -> bool:
        return FIRST + 3 * HOUR <= story.opened_at < FIRST + 5 * HOUR

    with database.begin() as tx:
        stories = save_many(tx, 64)
        store.stories.save(tx, [replace(stories[0], topics=("rare",), status=Status.WITHDRAWN)])
    assert walk(database, StoryFilter(topic="rare"), 1) == [stories[0].id]
    assert walk(database, StoryFilter(status=Status.WITHDRAWN), 2) == [stories[0].id]
    assert len(walk(database, StoryFilter(is_settled=True), 5)) == 33
    between = StoryFilter(begin=FIRST + 3 * HOUR, end=FIRST + 5 * HOUR)
    assert sorted(walk(database, between, 2)) == sorted(story.id for story in stories if is_late(story))
