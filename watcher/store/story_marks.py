"""What people said of Stories: their marks, and the Stories as they are after them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from watcher.core.deadlines.mended_dates import DatesToKeep, join_dates, part_dates
from watcher.model import Alert, Reason, Story, StoryMark, StoryVerdict
from watcher.store import deadlines as ledger
from watcher.store.alerts import about_story
from watcher.store.alerts import save as save_alerts
from watcher.store.database import upsert
from watcher.store.marks_schema import story_marks
from watcher.store.outbox_schema import delivery_alerts
from watcher.store.schema import alerts, deadlines, handled, stories, story_words
from watcher.store.seals import make_seal
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
    _move_alerts(tx, about_story(tx, gone), joined.id)
    tx.execute(sa.delete(handled).where(handled.c.story.in_([joined.id, gone])))
    tx.execute(sa.delete(story_words).where(story_words.c.story == gone))
    follows = "" if joined.follows == gone else joined.follows
    tx.execute(sa.update(stories).where(stories.c.id == joined.id).values(follows=follows, seal=make_seal()))
    tx.execute(sa.update(stories).where(stories.c.follows == gone).values(follows=joined.id, seal=make_seal()))
    tx.execute(sa.delete(stories).where(stories.c.id == gone))


def part(tx: sa.Connection, remaining: Story, left: Story) -> None:
    """Save a Story and the one that left it, with the Alerts and dates of the Items of each."""
    tx.execute(sa.delete(story_words).where(story_words.c.story == remaining.id))
    save_stories(tx, [remaining, left])
    (leaving,) = left.items
    _move_alerts(tx, [alert for alert in about_story(tx, remaining.id) if alert.item == leaving.item], left.id)
    was_change = [alert for alert in about_story(tx, left.id) if alert.reason is Reason.CHANGED and alert.revision == 1]
    for alert in was_change:  # of another matter: of its own it is the first
        _replace_alert(tx, alert, replace(alert, reason=Reason.FIRST_HEARD))
    dates = ledger.of_stories(tx, [remaining.id]).get(remaining.id, ())
    _save_dates(tx, part_dates(dates, leaving.item, left.id))


def _move_alerts(tx: sa.Connection, moved: Iterable[Alert], story: str) -> None:
    for alert in moved:
        _replace_alert(tx, alert, replace(alert, story=story))


def _replace_alert(tx: sa.Connection, old: Alert, new: Alert) -> None:
    """Put `new` in the place of `old`, in its Deliveries too: the id of an Alert follows from what it says."""
    save_alerts(tx, [new])
    has_new = sa.select(delivery_alerts.c.delivery).where(delivery_alerts.c.alert == new.id)
    is_of_old = delivery_alerts.c.alert == old.id
    tx.execute(sa.delete(delivery_alerts).where(is_of_old, delivery_alerts.c.delivery.in_(has_new.scalar_subquery())))
    tx.execute(sa.update(delivery_alerts).where(is_of_old).values(alert=new.id))
    tx.execute(sa.delete(alerts).where(alerts.c.id == old.id))


def _save_dates(tx: sa.Connection, dates: DatesToKeep) -> None:
    saved, gone = dates
    ledger.save(tx, saved)
    tx.execute(sa.delete(deadlines).where(deadlines.c.id.in_(gone)))
