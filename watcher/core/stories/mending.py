"""Stories as a person mends them: two that are one matter, or an Item that does not belong to its Story.

Nothing is told of it. Later Items find the Stories as they are now.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from watcher.core.stories.status import first_status
from watcher.model import Status, StatusChange, Story, StoryItem, key

MARK_REASON = "a person's mark"


def join_stories(first: Story, second: Story) -> Story:
    """Both as one Story: that which was opened first, with the Items, topics and changes of Status of the other."""
    earlier, later = sorted((first, second), key=lambda story: (story.opened_at, story.id))
    joined = [replace(item, join_reason=item.join_reason or MARK_REASON) for item in later.items]
    changes = _settle(sorted((*earlier.status_changes, *later.status_changes), key=lambda change: change.at))
    status = changes[-1].status if changes else earlier.status
    is_closed = earlier.closed or later.closed
    close_at = min(filter(None, (earlier.close_at, later.close_at)), default=None)
    return replace(
        earlier,
        status=status,
        topics=tuple(sorted({*earlier.topics, *later.topics})),
        items=tuple(sorted((*earlier.items, *joined), key=lambda item: item.seen_at)),
        told_topics=earlier.told_topics | later.told_topics,
        told_items=earlier.told_items | later.told_items,
        status_changes=changes,
        close_at=close_at if status is Status.REPORTED and not is_closed else None,
        closed=is_closed,
    )


def list_former_ids(item: StoryItem, story: str) -> tuple[str, ...]:
    """The ids that a Story may have had which this Item opened before a person joined it with `story` (an id)."""
    return key("story", item.item, item.seen_at.isoformat()), key("story", item.item, story, "apart")


def _settle(changes: Sequence[StatusChange]) -> tuple[StatusChange, ...]:
    """`changes` without those to `reported` after a Story was settled: a later report unsettles nothing."""
    begin = next((number for number, change in enumerate(changes) if change.status is not Status.REPORTED), None)
    if begin is None:
        return tuple(changes)
    settled = (change for change in changes[begin:] if change.status is not Status.REPORTED)
    return (*changes[:begin], *settled)


def part_story(
    story: Story, item_id: str, topics: Collection[str], topics_of_rest: Collection[str]
) -> tuple[Story, Story]:
    """`story` without one Item of several, and that Item in a Story of its own.

    `topics`: those of the Item; `topics_of_rest`: those of the others. The closing note goes with what was told.
    """
    leaving = next(item for item in story.items if item.item == item_id)
    rest = tuple(item for item in story.items if item.item != item_id)
    own_changes = tuple(change for change in story.status_changes if change.item == item_id)
    changes = _confirm(tuple(change for change in story.status_changes if change.item != item_id), rest)
    status = changes[-1].status if changes else Status.REPORTED
    told_rest = story.told_items - {item_id}
    if leaving == story.items[0]:  # the next one opens it
        rest = (replace(rest[0], join_reason=""), *rest[1:])
        story = replace(story, title=rest[0].title, opened_at=rest[0].seen_at)
    remaining = replace(
        story,
        status=status,
        topics=tuple(sorted(topics_of_rest)),
        items=rest,
        told_items=told_rest,
        status_changes=changes,
        close_at=story.close_at if told_rest and status is Status.REPORTED else None,
    )
    return remaining, _open_alone(leaving, topics, story, own_changes)


def _confirm(changes: tuple[StatusChange, ...], items: Sequence[StoryItem]) -> tuple[StatusChange, ...]:
    """`changes`, beginning with the first official Item's where the one that settled the Story has left it."""
    if any(change.status is not Status.REPORTED for change in changes):
        return changes
    official = next((item for item in items if first_status(item) is Status.CONFIRMED), None)
    settled = (StatusChange(status=Status.CONFIRMED, item=official.item, at=official.seen_at),) if official else ()
    opened = (StatusChange(status=Status.REPORTED, item=items[0].item, at=items[0].seen_at),)
    return (*(changes or (opened if official is not items[0] else ())), *settled)


def _open_alone(item: StoryItem, topics: Collection[str], story: Story, own: Sequence[StatusChange]) -> Story:
    """The Story of an Item that leaves `story`; withdrawn where the Item itself took back what was announced."""
    is_withdrawn = any(change.status is Status.WITHDRAWN for change in own)
    status = Status.WITHDRAWN if is_withdrawn else first_status(item)
    is_told = item.item in story.told_items
    is_awaited = is_told and status is Status.REPORTED and story.told_items == {item.item}
    opened = Story(
        id=key("story", item.item, story.id, "apart"),
        title=item.title,
        status=status,
        topics=tuple(sorted(topics)),
        opened_at=item.seen_at,
        items=(replace(item, join_reason=""),),
        told_topics=frozenset(topics) if is_told else frozenset(),
        told_items=frozenset({item.item}) if is_told else frozenset(),
        close_at=story.close_at if is_awaited else None,
        closed=story.closed,
    )
    return opened.with_status(status, item, item.seen_at)
