"""An Item's whole life: how it was read and matched, its Story, and who was told what. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from watcher import store
from watcher.config import Configuration
from watcher.core.briefs.current_dates import with_current_dates
from watcher.core.language.dates import LONDON
from watcher.core.language.region_text import is_region_text
from watcher.core.language.text import printable
from watcher.core.messages.brief_lines import brief_lines
from watcher.core.messages.details import extract_facts
from watcher.core.stories.authority import teller_of
from watcher.core.stories.features import shared_weights, weigh_features
from watcher.core.wording.change_lines import MAX_EXPLAINED, change_lines
from watcher.core.wording.labels import LABELS
from watcher.model import Item, LedgerDate, Story, StoryItem, StoryMark, Trust, Version
from watcher.store.database import Database


def explain_item(
    database: Database, configuration: Configuration, id_or_address: str, now: datetime
) -> dict[str, Any] | None:
    """The whole life of the Item with this id or address as of `now` (UTC), as JSON; None when there is none."""
    with database.begin() as tx:
        return load_explanation(tx, configuration, now, id_or_address)


def load_explanation(
    tx: sa.Connection, configuration: Configuration, now: datetime, id_or_address: str
) -> dict[str, Any] | None:
    """The same, in a transaction. Its deliveries name Subscribers: it is not for everybody."""
    item = store.items.get(tx, id_or_address) or _opener(tx, id_or_address)
    if item is None:
        return None
    revisions = _revisions(store.items.revisions_of(tx, item.id))
    dispositions = store.dispositions.of_item(tx, item.id)
    matches = store.items.matches_of(tx, [item.id]).get(item.id, ())
    marks = store.topic_marks.load(tx, item.id)
    story_marks = store.story_marks.load(tx, item.id)
    story = store.stories.of_item(tx, item.id)
    attempts = store.outbox.attempts_of_story(tx, story.id) if story else []
    dates = store.deadlines.of_stories(tx, [story.id]).get(story.id, ()) if story else ()
    source = configuration.sources.get(item.source)
    trust, publisher = teller_of(item, source.trust, source.publisher) if source else (Trust.PRESS, "")
    _, vetoes = configuration.index.topics_of(item, publisher, source.about) if source else ((), ())
    return {
        "item": _item(item),
        "revisions": revisions,
        "answers": list(map(_answer, dispositions)),
        "matches": [asdict(match) for match in matches],
        "facts": _facts(item, trust, dates, now),
        "vetoed": [asdict(veto) for veto in vetoes],
        "marks": [{"topic": mark.topic, "verdict": mark.verdict, "at": mark.at.isoformat()} for mark in marks],
        "story_marks": [_story_mark(mark, item.id) for mark in story_marks],
        "story": _story(story) if story else None,
        "deliveries": [
            {
                column: field.isoformat() if isinstance(field, datetime) else field
                for column, field in zip(row._fields, row, strict=True)
            }
            for row in attempts
        ],
    }


def _opener(tx: sa.Connection, story_id: str) -> Item | None:
    """The Item that opened the Story with this id."""
    story = store.stories.find(tx, [story_id]).get(story_id)
    return store.items.get(tx, story.items[0].item) if story else None


def _answer(disposition: sa.Row[Any]) -> dict[str, Any]:
    """What became of one revision."""
    return {
        "revision": disposition.revision,
        "answer": disposition.answer,
        "reason": disposition.reason,
        "detail": disposition.detail,
        "at": disposition.at.isoformat(),
    }


def _facts(item: Item, trust: Trust, dates: Sequence[LedgerDate], now: datetime) -> list[tuple[str, str]]:
    """(label, words) of what was read out of it, each date as the ledger has it today; nothing of a withdrawn page."""
    if item.withdrawn:
        return []
    brief = with_current_dates(extract_facts(item, trust), dates)
    lines = brief_lines(brief, now.astimezone(LONDON).date())
    return [(LABELS[kind], printable(words)) for kind, words in lines if words]


def _revisions(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Each revision of an Item; of a watched page with all that changed with it."""
    versions = [Version(title=row.title, text=row.text) for row in rows]
    changes: list[list[tuple[str, str]]] = [[]]
    for was, now in pairwise(versions):
        is_watched = is_region_text(was.text) and is_region_text(now.text)
        lines = change_lines(was, now, MAX_EXPLAINED) if is_watched else ()
        changes.append([(LABELS[line.kind], line.value) for line in lines])
    return [
        {"revision": row.revision, "seen": row.seen.isoformat(), "title": row.title, "changed": changed}
        for row, changed in zip(rows, changes, strict=False)
    ]


def _item(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "source": item.source,
        "identity": item.identity,
        "url": item.url,
        "title": item.title,
        "published": item.published.literal,
        "first_seen": item.first_seen.isoformat() if item.first_seen else None,
        "revision": item.revision,
        "withdrawn": item.withdrawn,
        "characters_of_text": len(item.text),
    }


def _story_mark(mark: StoryMark, item_id: str) -> dict[str, Any]:
    """A mark of the Item with this id and of another one, which it names."""
    partner = mark.other_item if mark.item == item_id else mark.item
    return {"verdict": mark.verdict, "item": partner, "at": mark.at.isoformat()}


def _weights(weights: Mapping[str, float]) -> dict[str, float]:
    """The canonical words and facts of an Item with their weights, the heaviest first."""
    ordered = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    return {word: round(weight, 2) for word, weight in ordered}


def _shared_with_earlier(item: StoryItem, story: Story) -> dict[str, float]:
    """What an Item shares with the earlier one of its Story that it shares most with."""
    own = weigh_features(item.features)
    earlier = story.items[: story.items.index(item)]
    shared = (shared_weights(own, weigh_features(other_item.features)) for other_item in earlier)
    return _weights(max(shared, key=lambda weights: sum(weights.values()), default={}))


def _story(story: Story) -> dict[str, Any]:
    """A Story as JSON, under the keys that `watcher explain --json` has had from the beginning."""
    return {
        "id": story.id,
        "title": story.title,
        "status": story.status,
        "topics": story.topics,
        "told_by": [
            {
                "publisher": item.publisher,
                "trust": item.trust,
                "standing": item.authority,
                "at": item.seen_at.isoformat(),
                "url": item.url,
                "joined": item.join_reason,
                "item": item.item,
                "title": item.title,
                "weights": _weights(weigh_features(item.features)),
                "shared": _shared_with_earlier(item, story),
            }
            for item in story.items
        ],
        "turns": [
            {"status": change.status, "item": change.item, "at": change.at.isoformat()}
            for change in story.status_changes
        ],
        "follows": story.follows or None,
    }
