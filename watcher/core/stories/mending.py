"""Stories as a person mends them: two that are one matter, or an Item that does not belong to its Story.

Nothing is told of it. Later Items find the Stories as they are now.
"""

from collections.abc import Collection
from dataclasses import replace

from watcher.core.stories.status import first_status
from watcher.model import Status, Story, StoryItem, key

MARK_REASON = "a person's mark"


def join_stories(first: Story, second: Story) -> Story:
    """Both as one Story: that which was opened first, with the Items, topics and changes of Status of the other."""
    earlier, later = sorted((first, second), key=lambda story: (story.opened_at, story.id))
    joined = [replace(item, join_reason=item.join_reason or MARK_REASON) for item in later.items]
    changes = tuple(sorted((*earlier.status_changes, *later.status_changes), key=lambda change: change.at))
    return replace(
        earlier,
        status=changes[-1].status if changes else earlier.status,
        topics=tuple(sorted({*earlier.topics, *later.topics})),
        items=tuple(sorted((*earlier.items, *joined), key=lambda item: item.seen_at)),
        told_topics=earlier.told_topics | later.told_topics,
        told_items=earlier.told_items | later.told_items,
        status_changes=changes,
        close_at=min(filter(None, (earlier.close_at, later.close_at)), default=None),
        closed=earlier.closed and later.closed,
    )


def part_story(
    story: Story, item_id: str, topics: Collection[str], topics_of_rest: Collection[str]
) -> tuple[Story, Story]:
    """`story` without one Item of several, and that Item in a Story of its own, which follows it.

    `topics`: those of the Item; `topics_of_rest`: those of the others. Each keeps the changes of Status that its own
    Items made.
    """
    leaving = next(item for item in story.items if item.item == item_id)
    rest = tuple(item for item in story.items if item.item != item_id)
    kept = tuple(change for change in story.status_changes if change.item != item_id)
    remaining = replace(
        story,
        status=kept[-1].status if kept else Status.REPORTED,
        title=rest[0].title,
        topics=tuple(sorted(topics_of_rest)),
        items=(replace(rest[0], join_reason=""), *rest[1:]),
        told_items=story.told_items - {item_id},
        status_changes=kept,
    )
    return remaining, _open_alone(leaving, topics, story.id, is_told=item_id in story.told_items)


def _open_alone(item: StoryItem, topics: Collection[str], follows: str, *, is_told: bool) -> Story:
    status = first_status(item)
    opened = Story(
        id=key("story", item.item, item.seen_at.isoformat(), "apart"),
        title=item.title,
        status=status,
        topics=tuple(sorted(topics)),
        opened_at=item.seen_at,
        items=(replace(item, join_reason=""),),
        told_topics=frozenset(topics) if is_told else frozenset(),
        told_items=frozenset({item.item}) if is_told else frozenset(),
        follows=follows,
    )
    return opened.with_status(status, item, item.seen_at)
