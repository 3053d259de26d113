"""Stories with their tellings, and the Alerts made of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from watcher.core.delivery.routing import MIN_POINTS_AT_ONCE
from watcher.core.language.features import weigh_features
from watcher.core.language.text import title_key
from watcher.core.stories.placement import CLOSES_AFTER, WINDOW
from watcher.core.stories.story_index import MAX_INDEX_READS, MAX_OPEN, MIN_WORD_WEIGHT
from watcher.core.watching.fast_polling import UnconfirmedStory
from watcher.model import Alert, Authority, Features, Item, Reason, Status, StatusChange, Story, StoryItem, Trust
from watcher.store.database import batched, insert_new, upsert
from watcher.store.items import get, published_of
from watcher.store.schema import alerts, items, stories, story_words, tellings

MAX_NAMES_IN_QUERY = 500  # values in one question; SQLite takes 32,766, and a plan is made for each number of them
_OF_ITEM = (
    *(items.c.identity, items.c.source, items.c.title, items.c.url),
    *(items.c.published_at, items.c.published_day, items.c.published_precision, items.c.published_literal),
)


def near(
    tx: sa.Connection, found: Sequence[Item], fresh: Iterable[Features], now: datetime
) -> tuple[list[Story], Mapping[str, int]]:
    """The Stories that any of `found` could belong to.

    Those that hold it, those lately under its address or headline, and the open ones that share rare words with one of
    `fresh`, the gists of what is new. Also in how many open Stories each word of these stands.
    """
    if not found:
        return [], {}  # most looks bring nothing, and asking would read every telling
    identities = {item.identity for item in found}
    headlines = {title_key(item.title) for item in found} - {""}
    alike = sa.or_(items.c.identity.in_(identities), tellings.c.title_key.in_(headlines))
    close = sa.or_(tellings.c.item.in_([item.id for item in found]), sa.and_(alike, tellings.c.at >= now - WINDOW))
    joined = sa.select(tellings.c.story).join(items, items.c.id == tellings.c.item).where(close)
    sharing, counted = _sharing(tx, fresh, now - MAX_OPEN)
    return list(find(tx, sorted({*tx.scalars(joined.distinct()), *sharing})).values()), counted


def _sharing(tx: sa.Connection, fresh: Iterable[Features], since: datetime) -> tuple[set[str], Mapping[str, int]]:
    """Stories open since `since` that share the rarest words of each gist, with at most ENOUGH places read for each."""
    heavy = [
        {word[:60] for word, weight in weigh_features(each).items() if weight >= MIN_WORD_WEIGHT} for each in fresh
    ]
    open_ = story_words.c.at >= since
    counted: dict[str, int] = {}
    for some in batched(sorted(set().union(*heavy)), MAX_NAMES_IN_QUERY):
        asked = sa.select(story_words.c.word, sa.func.count()).where(story_words.c.word.in_(some), open_)
        counted |= {row[0]: row[1] for row in tx.execute(asked.group_by(story_words.c.word))}
    wanted: set[str] = set()
    for words in heavy:
        read = 0
        for word in sorted(words & counted.keys(), key=lambda each: (counted[each], each)):
            if read and read + counted[word] > MAX_INDEX_READS:
                break
            read += counted[word]
            wanted.add(word)
    stories_of: set[str] = set()
    for word in sorted(wanted):
        asked_for = sa.select(story_words.c.story).where(story_words.c.word == word, open_)
        stories_of.update(tx.scalars(asked_for.order_by(story_words.c.at.desc()).limit(MAX_INDEX_READS)))
    return stories_of, counted


def find(tx: sa.Connection, ids: Iterable[str]) -> Mapping[str, Story]:
    """Stories by id, with their tellings in the order we saw them."""
    found: dict[str, Story] = {}
    for some in batched(list(ids), MAX_NAMES_IN_QUERY):
        found |= _find(tx, some)
    return dict(sorted(found.items(), key=lambda each: (each[1].opened_at, each[0])))


def _find(tx: sa.Connection, wanted: Sequence[str]) -> Mapping[str, Story]:
    told: dict[str, list[StoryItem]] = {}
    joined = sa.select(tellings, *_OF_ITEM).join(items, items.c.id == tellings.c.item)
    asked = joined.where(tellings.c.story.in_(wanted)).order_by(tellings.c.at, tellings.c.item)
    for row in tx.execute(asked):
        told.setdefault(row.story, []).append(_telling(row))
    spoken: dict[str, set[str]] = {}
    told_at_once = sa.and_(alerts.c.story.in_(wanted), alerts.c.relevance >= MIN_POINTS_AT_ONCE)
    for row in tx.execute(sa.select(alerts.c.story, alerts.c.topics).where(told_at_once)):
        spoken.setdefault(row.story, set()).update(row.topics)
    last = sa.select(alerts.c.story, sa.func.max(alerts.c.at)).where(alerts.c.story.in_(wanted))
    lately = {row[0]: row[1] for row in tx.execute(last.group_by(alerts.c.story))}
    rows = tx.execute(sa.select(stories).where(stories.c.id.in_(wanted)))
    return {row.id: _story(row, told.get(row.id, ()), spoken.get(row.id, ()), lately.get(row.id)) for row in rows}


def _story(row: sa.Row[Any], told: Iterable[StoryItem], topics: Iterable[str], spoken: datetime | None) -> Story:
    turns = (StatusChange(status=Status(s), item=item, at=datetime.fromisoformat(at)) for s, item, at in row.turns)
    return Story(
        id=row.id,
        title=row.title,
        status=Status(row.status),
        topics=tuple(row.topics),
        opened_at=row.opened,
        items=tuple(told),
        told_topics=frozenset(topics),
        status_changes=tuple(turns),
        follows=row.follows,
        close_at=row.close_at,
        closed=row.closed,
        last_alert_at=spoken,
    )


def of_item(tx: sa.Connection, item: str) -> Story | None:
    """The Story that an Item tells."""
    story = tx.scalar(sa.select(tellings.c.story).where(tellings.c.item == item))
    return find(tx, [story]).get(story) if story else None


def find_named(tx: sa.Connection, wanted: str) -> Story | None:
    """The Story with this id, or that the Item with this id or address tells."""
    story = find(tx, [wanted]).get(wanted)
    item = None if story else get(tx, wanted)
    return of_item(tx, item.id) if item else story


def due_to_close(tx: sa.Connection, now: datetime) -> list[Story]:
    """The Stories whose closing note is due."""
    return list(find(tx, tx.scalars(sa.select(stories.c.id).where(stories.c.close_at <= now)).all()).values())


def next_close(tx: sa.Connection) -> datetime | None:
    """When the next closing note is due."""
    found: datetime | None = tx.scalar(sa.select(sa.func.min(stories.c.close_at)))
    return found


def unconfirmed(tx: sa.Connection, now: datetime) -> list[UnconfirmedStory]:
    """The Stories that wait for an official word at `now` (UTC), the oldest first: few rows, found by `close_at`."""
    asked = sa.select(stories.c.id, stories.c.title, stories.c.topics, stories.c.close_at)
    told = sa.and_(stories.c.close_at > now, stories.c.status == Status.REPORTED)
    rows = tx.execute(asked.where(told).order_by(stories.c.close_at, stories.c.id))
    return [
        UnconfirmedStory(
            story=row.id, title=row.title, topics=frozenset(row.topics), told_at=row.close_at - CLOSES_AFTER
        )
        for row in rows
    ]


def all_ids(tx: sa.Connection) -> list[str]:
    """The ids of all Stories."""
    return list(tx.scalars(sa.select(stories.c.id)))


def save(tx: sa.Connection, changed: Sequence[Story]) -> None:
    """Remember Stories; their Items must be remembered already."""
    upsert(tx, stories, [_row_of(story) for story in changed])
    upsert(tx, tellings, [_row(story.id, telling) for story in changed for telling in story.items])
    upsert(tx, story_words, [row for story in changed for row in _words(story)])


def _row_of(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": story.title,
        "status": str(story.status),
        "topics": list(story.topics),
        "opened": story.opened_at,
        "turns": [[str(turn.status), turn.item, turn.at.isoformat()] for turn in story.status_changes],
        "follows": story.follows,
        "close_at": story.close_at,
        "closed": story.closed,
    }


def _words(story: Story) -> list[dict[str, Any]]:
    """The words a Story is found by, open as long as its newest telling says."""
    said = {
        word
        for telling in story.items
        for word, weight in weigh_features(telling.features).items()
        if weight >= MIN_WORD_WEIGHT
    }
    return [{"word": word[:60], "story": story.id, "at": story.last_item_at} for word in sorted(said)]


def save_alerts(tx: sa.Connection, made: Sequence[Alert]) -> None:
    """Remember Alerts; the same fact twice is one Alert, with the higher relevance."""
    rows = [
        {
            "id": alert.id,
            "reason": str(alert.reason),
            "at": alert.at,
            "story": alert.story or None,
            "item": alert.item or None,
            "revision": alert.revision,
            "status": str(alert.status) if alert.status else None,
            "topics": list(alert.topics),
            "relevance": alert.relevance,
            "note": alert.note,
        }
        for alert in made
    ]
    insert_new(tx, alerts, rows)
    for row in rows:  # an Item whose page was read late may turn out to be for practices after all
        weaker = sa.and_(alerts.c.id == row["id"], alerts.c.relevance < row["relevance"])
        tx.execute(
            sa.update(alerts).where(weaker).values(relevance=row["relevance"], topics=row["topics"], at=row["at"])
        )


def alerts_of(tx: sa.Connection, ids: Iterable[str]) -> Mapping[str, int]:
    """How many Alerts each Item has had so far; that a deadline is near is no word of its publisher."""
    said = sa.and_(alerts.c.item.in_(list(ids)), alerts.c.reason != Reason.DEADLINE_NEAR)
    counted = sa.select(alerts.c.item, sa.func.count()).where(said).group_by(alerts.c.item)
    return {row[0]: row[1] for row in tx.execute(counted)}


def alerts_since(tx: sa.Connection, since: datetime) -> list[Alert]:
    """The Alerts made since `since` (UTC), in the order in which they were made."""
    wanted = sa.select(alerts).where(alerts.c.at >= since).order_by(alerts.c.at, alerts.c.id)
    return [alert_of(row) for row in tx.execute(wanted)]


def alerts_about(tx: sa.Connection, story: str) -> list[Alert]:
    """All Alerts of a Story, oldest first."""
    wanted = sa.select(alerts).where(alerts.c.story == story).order_by(alerts.c.at, alerts.c.id)
    return [alert_of(row) for row in tx.execute(wanted)]


def opened_between(tx: sa.Connection, begin: datetime, end: datetime) -> list[Story]:
    """The Stories that were opened from `begin` until before `end` (UTC), oldest first."""
    wanted = sa.select(stories.c.id).where(stories.c.opened >= begin, stories.c.opened < end)
    return list(find(tx, tx.scalars(wanted).all()).values())


def alert_of(row: sa.Row[Any]) -> Alert:
    """A row of `alerts` as an Alert."""
    return Alert(
        reason=Reason(row.reason),
        at=row.at,
        story=row.story or "",
        item=row.item or "",
        revision=row.revision,
        status=Status(row.status) if row.status else None,
        topics=tuple(row.topics),
        relevance=row.relevance,
        note=row.note,
    )


def _row(story: str, telling: StoryItem) -> dict[str, Any]:
    return {
        "item": telling.item,
        "story": story,
        "trust": str(telling.trust),
        "publisher": telling.publisher,
        "at": telling.seen_at,
        "title_key": title_key(telling.title),
        "standing": str(telling.authority),
        "gist": {"title": sorted(telling.features.title), "more": sorted(telling.features.more)},
        "joined": telling.join_reason,
    }


def _telling(row: sa.Row[Any]) -> StoryItem:
    return StoryItem(
        item=row.item,
        identity=row.identity,
        source=row.source,
        trust=Trust(row.trust),
        publisher=row.publisher,
        title=row.title,
        url=row.url,
        seen_at=row.at,
        published=published_of(row),
        authority=Authority(row.standing),
        features=Features(title=frozenset(row.gist.get("title", ())), more=frozenset(row.gist.get("more", ()))),
        join_reason=row.joined,
    )
