"""Stories of our own in a database, as a poll would leave them: as many as wanted, with whatever headlines."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from watcher import store
from watcher.model import (
    UNPROVEN_IDENTITY,
    Alert,
    Authority,
    Item,
    Precision,
    Published,
    Reason,
    Status,
    StatusChange,
    Story,
    StoryItem,
    Trust,
    key,
)

FIRST = datetime(2020, 11, 2, 9, 0, tzinfo=UTC)
TEXT = "Practices must order flu vaccine by 11 December 2020. Practices can give it to people aged 50 to 64."


def story_item(item: Item, trust: Trust, at: datetime) -> StoryItem:
    """An Item as part of a Story."""
    return StoryItem(
        item=item.id,
        identity=item.identity,
        source=item.source,
        trust=trust,
        publisher="NHS England" if trust.confirms else "BBC News",
        title=item.title,
        url=item.url,
        seen_at=at,
        published=item.published,
        authority=Authority.OFFICIAL if trust.confirms else Authority.REPORT,
    )


def news_item(name: str, title: str, at: datetime, *, unproven: bool = False) -> Item:
    """An Item that asks something; `unproven`: an e-mail that anybody may have written."""
    return Item(
        source="press",
        identity=f"{UNPROVEN_IDENTITY}{name}" if unproven else f"press.example/{name}",
        url=f"https://press.example/{name}",
        title=title,
        summary=title,
        text=TEXT,
        published=Published(at=at, day=at.date(), precision=Precision.MINUTE),
        first_seen=at,
        is_unproven=unproven,
    )


def save_story(
    tx: sa.Connection, name: str, title: str, at: datetime, *, status: Status = Status.REPORTED, topic: str = "flu"
) -> Story:
    """A Story of one Item, seen and told at `at` (UTC)."""
    item = news_item(name, title, at)
    told = story_item(item, Trust.PRESS if status is Status.REPORTED else Trust.OFFICIAL, at)
    story = Story(
        id=key("story", name),
        title=title,
        status=status,
        topics=(topic,),
        opened_at=at,
        items=(told,),
        status_changes=(StatusChange(status=status, item=item.id, at=at),),
    )
    store.items.save(tx, [item], {}, at)
    store.stories.save(tx, [story])
    store.alerts.save(tx, [first_alert(story, at)])
    return story


def first_alert(story: Story, at: datetime) -> Alert:
    """The Alert that tells a Story for the first time."""
    return Alert(
        reason=Reason.FIRST_HEARD,
        at=at,
        story=story.id,
        item=story.items[0].item,
        revision=1,
        status=story.status,
        topics=story.topics,
    )


def save_many(tx: sa.Connection, count: int) -> list[Story]:
    """`count` Stories, of which each three changed at the same moment; every other one is official."""
    return [
        save_story(
            tx,
            f"n{number}",
            f"Flu vaccine news {number}",
            FIRST + timedelta(hours=number // 3),
            status=Status.CONFIRMED if number % 2 else Status.REPORTED,
        )
        for number in range(count)
    ]
