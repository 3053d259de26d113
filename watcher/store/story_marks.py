"""What people said of Stories: their marks, and the Stories as they are after them."""

from collections.abc import Sequence

import sqlalchemy as sa

from watcher.core.deadlines.mended_dates import DatesToKeep, join_dates, part_dates
from watcher.model import Reason, Story, StoryMark, StoryVerdict
from watcher.store import deadlines as ledger
from watcher.store.database import upsert
from watcher.store.schema import alerts, deadlines, handled, stories, story_marks, story_words
from watcher.store.stories import save as save_stories


def save(tx: sa.Connection, mark: StoryMark) -> None:
    """Remember a mark; a later one of the same two Items takes its place."""
    first, second = sorted((mark.item, mark.other_item))
    upsert(tx, story_marks, [{"item": first, "other_item": second, "verdict": str(mark.verdict), "at": mark.at}])


def load(tx: sa.Connection, item_id: str = "") -> list[StoryMark]:
    """All marks, the oldest first; with an id those of that Item alone."""
    query = sa.select(story_marks).order_by(story_marks.c.at, story_marks.c.item, story_marks.c.other_item)
    is_of_item = sa.or_(story_marks.c.item == item_id, story_marks.c.other_item == item_id)
    return [
        StoryMark(item=item, other_item=other_item, verdict=StoryVerdict(verdict), at=at)
        for item, other_item, verdict, at in tx.execute(query.where(is_of_item) if item_id else query)
    ]


def lock(tx: sa.Connection, ids: Sequence[str]) -> None:
    """Keep these Stories from all others until the transaction ends: a closing note could bring one back."""
    tx.execute(sa.select(stories.c.id).where(stories.c.id.in_(ids)).order_by(stories.c.id).with_for_update())


def join(tx: sa.Connection, joined: Story, gone: str) -> None:
    """Save `joined`, which has the Items of the Story `gone` (an id), with all that belonged to that one.

    What readers had handled of the two they have to handle anew: together they ask for more than was known.
    """
    save_stories(tx, [joined])
    dates = ledger.of_stories(tx, [joined.id, gone])
    _save_dates(tx, join_dates(dates.get(joined.id, ()), dates.get(gone, ()), joined.id))
    tx.execute(sa.update(alerts).where(alerts.c.story == gone).values(story=joined.id))
    tx.execute(sa.delete(handled).where(handled.c.story.in_([joined.id, gone])))
    tx.execute(sa.delete(story_words).where(story_words.c.story == gone))
    follows = "" if joined.follows == gone else joined.follows
    tx.execute(sa.update(stories).where(stories.c.id == joined.id).values(follows=follows))
    tx.execute(sa.update(stories).where(stories.c.follows == gone).values(follows=joined.id))
    tx.execute(sa.delete(stories).where(stories.c.id == gone))


def part(tx: sa.Connection, remaining: Story, left: Story) -> None:
    """Save a Story and the one that left it, with the Alerts and dates of the Items of each."""
    tx.execute(sa.delete(story_words).where(story_words.c.story == remaining.id))
    save_stories(tx, [remaining, left])
    (leaving,) = left.items
    is_of_left = sa.and_(alerts.c.story == remaining.id, alerts.c.item == leaving.item)
    tx.execute(sa.update(alerts).where(is_of_left).values(story=left.id))
    is_changed = sa.and_(alerts.c.story == left.id, alerts.c.revision == 1, alerts.c.reason == Reason.CHANGED)
    tx.execute(sa.update(alerts).where(is_changed).values(reason=Reason.FIRST_HEARD))  # it changed another matter
    dates = ledger.of_stories(tx, [remaining.id]).get(remaining.id, ())
    _save_dates(tx, part_dates(dates, leaving.item, left.id))


def _save_dates(tx: sa.Connection, dates: DatesToKeep) -> None:
    saved, gone = dates
    ledger.save(tx, saved)
    tx.execute(sa.delete(deadlines).where(deadlines.c.id.in_(gone)))
