"""What `watcher mark` does with stories: two that are one matter, or an item that stands in the wrong one."""

from datetime import datetime
from typing import NoReturn

import sqlalchemy as sa
import typer

from watcher import store
from watcher.cli.options import print_error
from watcher.core.stories.mending import join_stories, part_story
from watcher.model import Story, StoryMark, StoryVerdict
from watcher.store.database import Database


def mark_stories(database: Database, first: str, verdict: StoryVerdict, second: str, now: datetime) -> None:
    """Join two Stories, or take an Item out of one, remember it at `now` (UTC), and say what was done."""
    with database.begin(deciding=True) as tx:
        store.story_marks.lock(tx, [_find(tx, name).id for name in (first, second)])
        story, second_story = (_find(tx, name) for name in (first, second))  # as they are now that nobody else writes
        pair = _named_item(tx, first, story), _named_item(tx, second, second_story)
        if pair[0] == pair[1] and verdict is StoryVerdict.JOINS:
            _refuse(f"{first!r} and {second!r} are one and the same item")
        mend = _join if verdict is StoryVerdict.JOINS else _part
        said = mend(tx, first, story, second_story)
        if pair[0] != pair[1]:
            store.story_marks.save(tx, StoryMark(item=pair[0], other_item=pair[1], verdict=verdict, at=now))
    typer.echo(said)
    typer.echo("Nobody is told of it now; what was planned is still sent. `watcher marks` lists the examples.")


def _find(tx: sa.Connection, name: str) -> Story:
    story = store.stories.find_named(tx, name)
    if story is None and store.items.get(tx, name):
        _refuse(f"the item {name!r} was seen, and tells no story; `watcher explain {name}` says why")
    if story is None:
        _refuse(
            f"no story, and no item of one, has the id or address {name!r}; `watcher explain ITEM` names its story,"
            " and for topics there are `right` and `wrong`"
        )
    return story


def _refuse(why: str) -> NoReturn:
    print_error(why)
    raise typer.Exit(1)


def _named_item(tx: sa.Connection, name: str, story: Story) -> str:
    """The id of the Item that was named, or of the one that opened the Story that was."""
    item = store.items.get(tx, name)
    return item.id if item else story.items[0].item


def _join(tx: sa.Connection, _: str, story: Story, second_story: Story) -> str:
    if story.id == second_story.id:
        return f"one story already: {story.title} (id {story.id})"
    joined = join_stories(story, second_story)
    gone = second_story if joined.id == story.id else story
    readers = store.deadlines.handled_by(tx, [story.id, second_story.id])
    store.story_marks.join(tx, joined, gone.id)
    handled = "\nWhat readers had handled of them counts as not handled." if readers else ""
    return (
        f"one story now, told by {len(joined.items)}: {joined.title} (id {joined.id})\n"
        f"With all items of: {gone.title} (id {gone.id}, which is no more){handled}"
    )


def _part(tx: sa.Connection, first: str, story: Story, second_story: Story) -> str:
    if story.id != second_story.id:
        return f"two stories already: {story.title} (id {story.id}); {second_story.title} (id {second_story.id})"
    if len(story.items) == 1:
        _refuse(f"only one item tells {story.title!r}: there is nothing to take out")
    item = store.items.get(tx, first)
    if item is None:
        _refuse(f"the item comes first: watcher mark ITEM apart {story.id}; `watcher explain` lists who tells it")
    matches_of_items = store.items.matches_of(tx, [teller.item for teller in story.items])
    topics = {
        item_id: {match.topic for match in matches} & set(story.topics) for item_id, matches in matches_of_items.items()
    }
    own = topics.pop(item.id, set())
    remaining, left = part_story(story, item.id, own, set().union(*topics.values()) or story.topics)
    store.story_marks.part(tx, remaining, left)
    untold = "".join(f"\nNobody was ever told of: {part.title}" for part in (remaining, left) if not part.told_items)
    return f"two stories now: {remaining.title} (id {remaining.id}); {left.title} (id {left.id}){untold}"
