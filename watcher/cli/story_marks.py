"""What `watcher mark` does with stories: two that are one matter, or an item that stands in the wrong one."""

from datetime import datetime

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
        story, other_story = (_find(tx, name) for name in (first, second))
        mend = _join if verdict is StoryVerdict.JOINS else _part
        said = mend(tx, first, story, other_story, now)
    typer.echo(f"{said}\nNobody is told of it. `watcher marks` lists it as an example.")


def _find(tx: sa.Connection, name: str) -> Story:
    story = store.stories.find_named(tx, name)
    if story is None:
        print_error(
            f"no story, and no item of one, has the id or address {name!r}; `watcher explain ITEM` names its story"
        )
        raise typer.Exit(1)
    return story


def _join(tx: sa.Connection, _: str, story: Story, other_story: Story, now: datetime) -> str:
    if story.id == other_story.id:
        return f"one story already: {story.title} (id {story.id})"
    pair = story.items[0].item, other_story.items[0].item
    joined = join_stories(story, other_story)
    gone = other_story if joined.id == story.id else story
    store.story_marks.join(tx, joined, gone.id)
    _remember(tx, pair, StoryVerdict.JOINS, now)
    return f"one story now, told by {len(joined.items)}: {joined.title} (id {joined.id})"


def _part(tx: sa.Connection, first: str, story: Story, other_story: Story, now: datetime) -> str:
    if story.id != other_story.id:
        _remember(tx, (story.items[0].item, other_story.items[0].item), StoryVerdict.APART, now)
        return f"two stories already: {story.title} (id {story.id}); {other_story.title} (id {other_story.id})"
    item = store.items.get(tx, first)
    if item is None or len(story.items) == 1:
        print_error(f"name the item that does not belong to {story.title!r}; `watcher explain` lists who tells it")
        raise typer.Exit(1)
    matches_of_items = store.items.matches_of(tx, [teller.item for teller in story.items])
    topics = {
        item_id: {match.topic for match in matches if not match.is_passing}
        for item_id, matches in matches_of_items.items()
    }
    own = topics.pop(item.id, set())
    remaining, left = part_story(story, item.id, own, set().union(*topics.values()) or story.topics)
    store.story_marks.part(tx, remaining, left)
    _remember(tx, (item.id, remaining.items[0].item), StoryVerdict.APART, now)
    return f"two stories now: {remaining.title} (id {remaining.id}); {left.title} (id {left.id})"


def _remember(tx: sa.Connection, pair: tuple[str, str], verdict: StoryVerdict, now: datetime) -> None:
    store.story_marks.save(tx, StoryMark(item=pair[0], other_item=pair[1], verdict=verdict, at=now))
