"""What people said of Stories: their marks, and the Stories as they are after them."""

import sqlalchemy as sa

from watcher.model import Story, StoryMark, StoryVerdict
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


def join(tx: sa.Connection, joined: Story, gone: str) -> None:
    """Save `joined`, which has the Items of the Story `gone` (an id), with all that belonged to that one.

    What readers had handled of it they have to handle anew: the Story asks more than they knew.
    """
    save_stories(tx, [joined])
    for table in (alerts, deadlines):
        tx.execute(sa.update(table).where(table.c.story == gone).values(story=joined.id))
    for table in (handled, story_words):
        tx.execute(sa.delete(table).where(table.c.story == gone))
    follows = "" if joined.follows == gone else joined.follows
    tx.execute(sa.update(stories).where(stories.c.id == joined.id).values(follows=follows))
    tx.execute(sa.update(stories).where(stories.c.follows == gone).values(follows=joined.id))
    tx.execute(sa.delete(stories).where(stories.c.id == gone))


def part(tx: sa.Connection, remaining: Story, left: Story) -> None:
    """Save a Story and the one that left it, with the Alerts and dates of the Items of each."""
    tx.execute(sa.delete(story_words).where(story_words.c.story == remaining.id))
    save_stories(tx, [remaining, left])
    item_ids = [item.item for item in left.items]
    for table in (alerts, deadlines):
        is_of_left = sa.and_(table.c.story == remaining.id, table.c.item.in_(item_ids))
        tx.execute(sa.update(table).where(is_of_left).values(story=left.id))
